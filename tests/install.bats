#!/usr/bin/env bats
# What `make install` lays down, and the command `cpms` over it: set up, started,
# restarted and stopped as on a machine without systemd.
# bats file_tags=beside,long

load lib/stack

# The tree is a machine's, but for its root and for whose it is.
setup_file() {
	stack_start
	place=$(mktemp -d /tmp/cpms-i.XXXXXX)
	chmod 755 "$place"
	export place CPMS_TEST_ROOT=$place
	export tree=$place/usr/lib/cpms env=$place/etc/cpms/cpms.env
	unset CPMS_HOME CPMS_DATABASE_URL CPMS_MIGRATE_URL GATEWAY_BASE_URL \
		GATEWAY_API_KEY CPMS_OPERATOR_KEY
	make -C "$stack_root" -s install DESTDIR="$place" PREFIX=/usr 3>&-
	export database=cpms_i$$ at="?host=$CPMS_TEST_RUN_DIR/pgs"
	psql -Xq -d "postgres://postgres@/postgres$at" \
		-c "create database $database owner cpms_owner"
}

teardown_file() {
	"$place/usr/bin/cpms" stop >/dev/null 2>&1 || true
	psql -Xq -d "postgres://postgres@/postgres$at" \
		-c "drop database $database with (force)"
	rm -rf "$place"
	stack_stop
}

setup() {
	PATH=$place/usr/bin:$PATH
}

setup_cpms() {
	CPMS_DATABASE_URL="postgres://cpms@/$database$at" \
		CPMS_MIGRATE_URL="postgres://cpms_owner@/$database$at" \
		run cpms setup 3>&-
	echo "$output"
	[ "$status" = 0 ]
}

@test "cpms lists each command, which says how it is used" {
	local name n=0

	run cpms help
	[ "$output" = "$("$stack_root/scripts/cpms" help)" ]
	for name in $(grep -lE '^# cpms [a-z]' "$stack_root"/scripts/* \
		2>/dev/null); do
		name=$(basename "$name")
		[ "$name" != cpms ] || continue
		grep -qE "^$name +[A-Z]" <<<"$output"
		[[ $(cpms "$name" --help | head -n 1) == "cpms $name"* ]]
		n=$((n + 1))
	done
	[ "$n" -ge 12 ]
	run cpms deps
	[ "$status" = 1 ]
	[ "$output" = "cpms: no command is named deps: \`cpms help\` lists them" ]
	[ "$(cpms --version)" = "cpms (CPMS Core) $("$tree/bin/settings" \
		--version | cut -d ' ' -f 4)" ]
}

@test "cpms.env shows every setting with its default, closed to strangers" {
	local name value

	[ "$(stat -c %a "$env")" = 640 ]
	while IFS=$'\t' read -r name value; do
		grep -qxF "#$name=$value" "$env"
	done < <(jq -r '.[] | select(.scriptsOnly | not) | [.name, .value]
		| @tsv' "$stack_root/build/settings.json")
	[ "$(grep -c '^#[A-Z_]*=' "$env")" -ge 7 ]
}

@test "nothing goes without a setup, and each command says so" {
	run cpms migrate
	[ "$output" = "migrate: no database: run \`cpms setup\`" ]
	run cpms start
	[ "$output" = "start: no database: run \`cpms setup\`" ]
	run cpms setup </dev/null
	[ "$output" = "setup: no database: set CPMS_DATABASE_URL, or say --create" ]
}

@test "setup migrates, makes keys once and tells the way" {
	setup_cpms
	[[ $output == *"applied 001_"*"  GATEWAY_API_KEY  "*"  CPMS_OPERATOR_KEY  "*"include /etc/nginx/cpms/http.conf;"*"cpms start"* ]]
	kept=$(grep -E '^(GATEWAY_API|CPMS_OPERATOR)_KEY=[0-9a-f]{48}$' "$env")
	[ "$(wc -l <<<"$kept")" = 2 ]
	grep -qxF "CPMS_DATABASE_URL=postgres://cpms@/$database$at" "$env"
	[ "$(stat -c %a "$env")" = 640 ]
	[ "$(stat -c %a "$place/etc/cpms/migrate.env")" = 600 ]
	! grep -q cpms_owner "$env"
	setup_cpms
	[[ $output != *_KEY* ]]
	[ "$(grep -E '^[A-Z_]*_KEY=' "$env")" = "$kept" ]
}

# asks NAME PATH: its socket, with the operator's key, for the status.
asks() {
	REQUEST_METHOD=GET REQUEST_URI=$2 QUERY_STRING='' \
		HTTP_AUTHORIZATION="Bearer $(sed -n 's/^CPMS_OPERATOR_KEY=//p' \
		"$env")" cgi-fcgi -bind -connect "$place/run/cpms/$1.sock" |
		sed -n '1s/^Status: \([0-9]*\).*/\1/p'
}

@test "an installed system starts, is seen, takes new programs and stops" {
	cpms start 3>&-
	run cpms start 3>&-
	[[ $output == *"it runs already"* ]]
	[ "$(asks charger_list /v1/chargers)" = 200 ]
	run cpms status
	echo "$output"
	[ "$status" = 0 ]
	[ "${#lines[@]}" = $(($(wc -l <"$tree/endpoints.tsv") + 2)) ]
	[[ $output =~ charger_list\ +1/1\ +[0-9.]+\ MB\ +0\ +0\ +1\ +0 ]]
	cpms logs charger_list | grep -q 'status.*200'
	cp "$tree/bin/charger_list" "$BATS_TEST_TMPDIR/kept"
	ln -sf /bin/false "$tree/bin/charger_list"
	run cpms restart charger_list charger_put
	echo "$output"
	[ "$status" = 1 ]
	[[ ${lines[0]} == "restart: charger_list: the new process did not serve, "* ]]
	[ "${lines[1]}" = "restart: 1 behind it are left as they are" ]
	cmp "$tree/serving/charger_list" "$BATS_TEST_TMPDIR/kept"
	[ "$(asks charger_list /v1/chargers)" = 200 ]
	ln -sf "$BATS_TEST_TMPDIR/kept" "$tree/bin/charger_list"
	[ "$(cpms restart charger_list)" = "restarted charger_list" ]
	kill -9 "$(head -n 1 "$place/run/cpms/site_list.pid")"
	wait_for eval '[ "$(asks site_list /v1/sites)" = 200 ]'
	[ "$(cpms stop)" = stopped ]
	run cpms status
	[ "$status" = 1 ]
	[ -z "$(find "$place/run/cpms" -name '*.sock' -o -name '*.pid')" ]
}

@test "the manual has a page for each command, each call and setting, and renders" {
	local page name n=0

	for page in "$stack_root"/build/man/*/*; do
		groff -man -ww -Tutf8 "$page" >"$BATS_TEST_TMPDIR/page" \
			2>"$BATS_TEST_TMPDIR/warnings"
		cat "$BATS_TEST_TMPDIR/warnings"
		[ ! -s "$BATS_TEST_TMPDIR/warnings" ]
		[ -s "$BATS_TEST_TMPDIR/page" ]
		cmp "$page" "$place/usr/share/man/${page#*/man/}"
		n=$((n + 1))
	done
	for name in $(cpms help --commands | cut -f1); do
		[ -s "$place/usr/share/man/man8/cpms-$name.8" ]
		n=$((n - 1))
	done
	[ "$n" = 2 ] # cpms(7) and cpms(8)
	page=$(sed 's/\\-/-/g' "$place/usr/share/man/man7/cpms.7")
	for name in $(jq -r '.[].name' "$stack_root/build/settings.json"); do
		grep -qF ".B \"$name\"" <<<"$page"
	done
	[ "$(grep -cE '^\.B "(GET|PUT|POST|DELETE) /' <<<"$page")" = \
		"$(wc -l <"$tree/endpoints.tsv")" ]
}

@test "make deb makes a package that holds what make install lays down" {
	local deb=$BATS_TEST_TMPDIR/deb file

	deb=$(make -C "$stack_root" -s deb 3>&- | tail -n 1)
	[ "$(dpkg-deb -f "$deb" Architecture)" = "$(dpkg --print-architecture)" ]
	dpkg-deb -f "$deb" Depends | grep 'libpq5.*spawn-fcgi.*debconf'
	dpkg-deb -c "$deb" | awk '$1 !~ /^d/ { sub(/^[.]/, "", $6)
		sub(/[.]gz$/, "", $6); print $6 }' | sort >"$BATS_TEST_TMPDIR/in"
	(cd "$place" && find usr etc -not -type d -printf '/%p\n') |
		grep -vE '/serving/|^/etc/cpms/' | sort >"$BATS_TEST_TMPDIR/laid"
	diff "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/laid"
	# what an operator may edit, and nothing that holds a secret
	[ "$(dpkg-deb --ctrl-tarfile "$deb" | tar -xO ./conffiles | sort)" = \
		"$(grep '^/etc/' "$BATS_TEST_TMPDIR/in")" ]
	for file in postinst prerm postrm; do
		dpkg-deb --ctrl-tarfile "$deb" | tar -xO "./$file" |
			head -n 1 | grep -q '^#!/bin/'
	done
}

@test "the README's way in production is short, and the walk goes it" {
	local line way n=0

	way=$(sed -n '/^## In production/,/^## /p' "$stack_root/README.md")
	[ "$(wc -l <<<"$way")" -lt 42 ]
	while read -r line; do
		grep -qF "$line" "$stack_root/tests/walk/run"
		n=$((n + 1))
	done < <(grep -oE '^    # cpms [a-z]+|^    include [^;]+;' <<<"$way" |
		sed 's/^    \(# \)\?//')
	[ "$n" -ge 6 ]
}
