#!/usr/bin/env bats
# GET /readyz: everything that a request may need is there.
# bats file_tags=beside

load lib/stack

# The one that base/version.h holds.
version() {
	sed -n 's/^#define CPMS_VERSION "\(.*\)"$/\1/p' \
		"$stack_root/shared/base/version.h"
}

newest_migration() {
	basename "$(printf '%s\n' "$stack_root"/sql/[0-9]*.sql | tail -n 1)"
}

# All but the one that is asked.
neighbours() {
	cut -f1 "$stack_root/build/endpoints.tsv" | grep -vx health_ready |
		LC_ALL=C sort
}

# An endpoint of this test's own beside those of the system, with these settings.
beside_start() {
	local name

	alone_start health_ready "$@"
	for name in $(neighbours); do
		ln -s "$CPMS_TEST_RUN_DIR/s/$name.sock" "$alone_dir/s"
	done
}

# Asks it until it looks anew and says so: a status and the parts that it misses.
says() {
	alone health_ready GET /readyz
	[ "$status_code $(field '[.missing[]?.name] | join(" ")')" = "$*" ]
}

says_detail() {
	alone health_ready GET /readyz
	[ "$(field '.missing[0]?.detail')" = "$1" ]
}

# database NAME: its URL; nothing is in it.
database() {
	local admin="postgres://postgres@/postgres?host=$CPMS_TEST_RUN_DIR/pgs"

	psql -Xq -v ON_ERROR_STOP=1 -d "$admin" \
		-c "create database $1 owner cpms" 3>&- >&2
	printf 'postgres://cpms@/%s?host=%s\n' "$1" "$CPMS_TEST_RUN_DIR/pgs"
}

pids=()

teardown() {
	local pid

	alone_stop
	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null || true
	done
	[ -z "${own:-}" ] || psql -Xq -c "drop database $own with (force)" \
		-d "postgres://postgres@/postgres?host=$CPMS_TEST_RUN_DIR/pgs"
}

@test "with everything there it is 200, and says what it is" {
	is_ready() {
		get /readyz
		[ "$status_code" = 200 ]
	}
	# an endpoint may be busy with another test
	wait_for is_ready
	[ "$(header Content-Type)" = application/json ]
	[ "$(jq -S -c 'del(.gatewayReachable)' <<<"$body")" = "$(jq -nSc \
		--arg version "$(version)" --arg schema "$(newest_migration)" \
		--argjson n "$(wc -l <"$stack_root/build/endpoints.tsv")" \
		'{status: "ready", $version, $schema, endpoints: $n}')" ]
	[[ $(field .gatewayReachable) =~ ^(true|false)$ ]]
}

@test "without anything it is 503, names all of it and asks for no key" {
	alone_start health_ready CPMS_OPERATOR_KEY=k GATEWAY_API_KEY=k \
		CPMS_DATABASE_URL='postgres://cpms@127.0.0.1:1/cpms'
	alone health_ready GET /readyz
	is_problem_of_readiness
	[ "$(field '.missing[].name')" = $'database\n'"$(neighbours)" ]
	[ "$(field '.missing[0].detail')" = "it does not answer" ]
	[ "$(field '.missing[1].detail')" = "nobody listens on its socket" ]
	grep -q 'not ready: database, charger_auth, ' "$alone_dir/log"
}

is_problem_of_readiness() {
	asked 503
	[ "$(header Content-Type)" = application/problem+json ]
	[ "$(field .type)" = urn:cpms:problem:unavailable ]
	[ -n "$(header Retry-After)" ]
}

@test "it names each endpoint that does not run or does not answer" {
	beside_start
	wait_for says 200 ''
	cd "$alone_dir/s"
	rm charger_get.sock charger_list.sock site_get.sock
	# one whose process ended, and one that never says a word
	perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Listen => 1,
		Local => $ARGV[0]) or die' "$PWD/charger_list.sock"
	perl -MIO::Socket::UNIX -e 'my $l = IO::Socket::UNIX->new(
		Listen => 9, Local => $ARGV[0]) or die; sleep' "$PWD/site_get.sock" 3>&- &
	pids+=($!)
	wait_for test -S site_get.sock
	wait_for says 503 charger_get charger_list site_get
	is_problem_of_readiness
	[ "$(field '[.missing[].detail] | join("; ")')" = "nobody listens on \
its socket; nobody listens on its socket; it does not answer on its socket" ]
	rm ./charger_list.sock ./site_get.sock
	for name in charger_get charger_list site_get; do
		ln -s "$CPMS_TEST_RUN_DIR/s/$name.sock" .
	done
	wait_for says 200 ''
}

@test "a database that is empty or another program's is never ready" {
	local url

	own=ready_$BASHPID
	url=$(database "$own")
	beside_start CPMS_DATABASE_URL="$url"
	wait_for says 503 schema
	is_problem_of_readiness
	[ "$(field '.missing[0].detail')" = \
		"the database holds none of ours: run cpms migrate" ]
	psql -Xqd "$url" -c 'create table schema_migrations (version text);
		insert into schema_migrations values (999)'
	sleep 1.1 # until it looks again
	wait_for says 503 schema
}

@test "an older schema is not ready, a newer one is" {
	local url file

	own=ready_$BASHPID
	url=$(database "$own")
	{
		echo 'create table schema_migrations (file text primary key);'
		for file in "$stack_root"/sql/[0-9]*.sql; do
			echo "insert into schema_migrations
				values ('$(basename "$file")');"
		done
		echo "insert into schema_migrations values ('999_next.sql');"
	} | psql -Xqd "$url"
	beside_start CPMS_DATABASE_URL="$url"
	wait_for says 200 ''
	psql -Xqd "$url" -c "delete from schema_migrations
		where file = '$(newest_migration)'"
	wait_for says 503 schema
	[ "$(field '.missing[0].detail')" = \
		"the database lacks $(newest_migration): run cpms migrate" ]
	psql -Xqd "$url" -c "delete from schema_migrations
		where file like '005%'"
	wait_for says_detail "the database lacks 005_keys.sql and what \
follows: run cpms migrate"
}

@test "whether the gateway can be reached is told, and is no condition" {
	local url expected

	while read -r url expected; do
		beside_start GATEWAY_BASE_URL="$url"
		wait_for says 200 ''
		[ "$(field .gatewayReachable)" = "$expected" ]
		alone_stop
	done <<-END
		$CPMS_TEST_BASE_URL true
		http://127.0.0.1:1 false
		nonsense false
	END
}

@test "many that ask at once cost one look" {
	local began

	beside_start
	cd "$alone_dir/s"
	rm charger_get.sock
	perl -MIO::Socket::UNIX -e '$| = 1;
		my $l = IO::Socket::UNIX->new(Listen => 100, Local => $ARGV[0])
			or die;
		while (my $c = $l->accept) { print "asked\n"; print $c "x" }' \
		"$PWD/charger_get.sock" >"$BATS_TEST_TMPDIR/asked" 3>&- &
	pids+=($!)
	wait_for test -S charger_get.sock
	export -f fcgi alone header
	export alone_dir
	began=$SECONDS
	# shellcheck disable=SC2016 # in the shell of each
	seq 40 | xargs -P 8 -I{} bash -c 'FCGI_PARAMS=()
		BATS_TEST_TMPDIR=$(mktemp -d "$0/XXXXXX")
		alone health_ready GET /readyz
		echo "$status_code"' "$BATS_TEST_TMPDIR" \
		>"$BATS_TEST_TMPDIR/codes"
	[ "$(grep -c '^[25]0[03]$' "$BATS_TEST_TMPDIR/codes")" = 40 ]
	# one a second at most, however long that took
	[ "$(wc -l <"$BATS_TEST_TMPDIR/asked")" -le $((SECONDS - began + 2)) ]
}

@test "another method is 405, a query 400" {
	post /readyz '{}'
	[ "$status_code" = 405 ]
	get '/readyz?a=1'
	[ "$status_code" = 400 ]
}
