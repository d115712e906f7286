#!/usr/bin/env bats
# scripts/run, stop and deps, each on a copy of this checkout.
# bats file_tags=beside,long

load lib/stack

setup_file() {
	stack_start
	make -C "$stack_root" -s all >/dev/null 3>&-
}

setup() {
	unset CPMS_DATABASE_URL GATEWAY_BASE_URL
	places=()
	copy=
	listen=127.0.0.1:$(free_port)
	export CPMS_LISTEN_ADDR=$listen
}

teardown() {
	local place home

	for place in "${places[@]}"; do
		home=$(cat "$place/.cpms/home" 2>/dev/null || true)
		"$place/scripts/stop" >/dev/null 2>&1 || true
		rm -rf "$place"
		[[ $home != /var/tmp/cpms.* ]] || rm -rf "$home"
	done
}

# Copies the checkout, built as it is, to a new directory, $copy.
copy_to() {
	copy=$1
	mkdir -p "$copy"
	places+=("$copy")
	tar -C "$stack_root" --exclude=./.git --exclude=./.cpms \
		--exclude=./build/test --exclude=./build/asan -cf - . |
		tar -C "$copy" -xf -
}

copy_checkout() {
	copy_to "$(mktemp -d /tmp/cpms-r.XXXXXX)"
	chmod 755 "$copy"
}

run_in_copy() {
	run "$copy/scripts/run" "$@" 3>&-
}

answers() {
	curl -fsS --max-time 60 -o /dev/null "http://${1:-$listen}/readyz"
}

# Processes whose command line speaks of the path.
processes_of() {
	grep -slaF -f <(printf '%s\n' "$1") /proc/[0-9]*/cmdline || true
}

home_of() {
	local home

	home=$(<"$1/.cpms/home")
	[ "$home" != .cpms ] || home=$1/.cpms
	echo "$home"
}

nothing_left() {
	local home

	home=$(home_of "$copy")
	[ -z "$(processes_of "$home/")" ]
	run answers
	[ "$status" != 0 ]
}

one_line() {
	[ "$status" != 0 ]
	echo "$output"
	[ "${#lines[@]}" = 1 ]
	[[ $output == $1 ]]
}

@test "run --detach serves until stop ends all of it, from any folder" {
	copy_checkout
	cd /
	run_in_copy --detach
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *"CPMS Core answers at http://$listen"* ]]
	answers
	[ "$(curl -sS "http://$listen/v1/chargers/CP-123" |
		jq -r .chargePointId)" = CP-123 ]
	"$copy/scripts/stop"
	nothing_left
}

@test "what was stored is there after stop and run" {
	copy_checkout
	run_in_copy --detach
	[ "$status" = 0 ]
	curl -fsS -o /dev/null -d '{"type":"ChargerHeartbeat","chargePointId":"KEPT"}' \
		"http://$listen/v1/gateway/events"
	"$copy/scripts/stop"
	run_in_copy --detach
	[ "$status" = 0 ]
	curl -fsS -o /dev/null "http://$listen/v1/chargers/KEPT"
}

@test "a second run from the same checkout is refused in one line" {
	copy_checkout
	run_in_copy --detach
	[ "$status" = 0 ]
	run "$copy/scripts/run" --detach
	one_line "run: already running from this checkout ($listen)*"
	answers
}

@test "a port that is taken is one line, and nothing stays behind" {
	copy_checkout
	CPMS_LISTEN_ADDR=${CPMS_TEST_BASE_URL#http://} run_in_copy --detach
	one_line "run: port of ${CPMS_TEST_BASE_URL#http://} is taken*"
	nothing_left
}

@test "an address that is none is one line" {
	copy_checkout
	CPMS_LISTEN_ADDR=8081 run_in_copy --detach
	one_line "run: CPMS_LISTEN_ADDR=8081 is not HOST:PORT or :PORT"
	CPMS_LISTEN_ADDR=127.0.0.1:99999 run_in_copy --detach
	one_line "run: CPMS_LISTEN_ADDR=127.0.0.1:99999 is not *"
	GATEWAY_API_KEY=k CPMS_LISTEN_ADDR=203.0.113.9:8081 \
		run_in_copy --detach
	one_line "run: *203.0.113.9:8081*"
	nothing_left
}

@test "a database that does not answer is one line without its password" {
	copy_checkout
	CPMS_DATABASE_URL="postgres://u:hidden@127.0.0.1:$(free_port)/x" \
		run_in_copy --detach
	one_line "run: the database does not answer: *"
	[[ $output != *hidden* ]]
	nothing_left
}

@test "with CPMS_DATABASE_URL it starts no PostgreSQL of its own" {
	copy_checkout
	createdb -h "$CPMS_TEST_RUN_DIR/pgs" -U postgres -O cpms run_bats
	CPMS_DATABASE_URL="postgres://cpms@/run_bats?host=$CPMS_TEST_RUN_DIR/pgs" \
		run_in_copy --detach
	echo "$output"
	[ "$status" = 0 ]
	answers
	[ ! -e "$(home_of "$copy")/pg" ]
	# where no example charger is made
	[ "$(sql "select count(*) from chargers" \
		-d "postgres://cpms@/run_bats?host=$CPMS_TEST_RUN_DIR/pgs")" = 0 ]
	"$copy/scripts/stop"
	nothing_left
	dropdb -h "$CPMS_TEST_RUN_DIR/pgs" -U postgres run_bats
}

@test "Ctrl-C ends a run in the foreground and all that it started" {
	copy_checkout
	env --default-signal=INT "$copy/scripts/run" >"$copy/said" 2>&1 3>&- &
	pid=$!
	wait_for grep -q Ctrl-C "$copy/said"
	answers
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" = 0 ]
	nothing_left
}

@test "SIGTERM while it starts leaves nothing behind" {
	copy_checkout
	"$copy/scripts/run" >"$copy/said" 2>&1 3>&- &
	pid=$!
	database_starts() {
		[ -e "$copy/.cpms/home" ] &&
			[ -e "$(home_of "$copy")/pg/postmaster.pid" ]
	}
	wait_for database_starts
	kill -TERM "$pid"
	wait "$pid" || true
	nothing_left
}

@test "after kill -9 a later run takes over from what was left" {
	copy_checkout
	"$copy/scripts/run" >"$copy/said" 2>&1 3>&- &
	pid=$!
	wait_for grep -q Ctrl-C "$copy/said"
	kill -9 "$pid"
	wait "$pid" || true
	answers
	run_in_copy --detach
	echo "$output"
	[ "$status" = 0 ]
	answers
	"$copy/scripts/stop"
	nothing_left
}

@test "stop ends what a killed run left, and says when there is nothing" {
	copy_checkout
	run_in_copy --detach
	[ "$status" = 0 ]
	kill -9 "$(<"$(home_of "$copy")/run/keeper.pid")"
	run "$copy/scripts/stop"
	[ "$status" = 0 ]
	nothing_left
	run "$copy/scripts/stop"
	one_line "stop: nothing runs here"
}

keeper_said() {
	grep -qE "^20[0-9T:-]+Z $1\$" "$(home_of "$copy")/log/keeper.log"
}

@test "what is killed with -9 comes back, and the keeper says so" {
	copy_checkout
	run_in_copy --detach
	[ "$status" = 0 ]
	home=$(home_of "$copy")
	get_is() {
		[ "$(curl -s -o /dev/null -w '%{http_code}' \
			"http://$listen/v1/chargers/CP-123")" = "$1" ]
	}
	# the requests of a killed supervisor wait in its socket
	kill -9 "$(head -n 1 "$home/pid/charger_get.pid")"
	get_is 200
	grep -q 'supervise [0-9]* was ended by signal 9' \
		"$home/log/charger_get.log"
	kill -9 "$(<"$home/pid/charger_get.hold")" \
		"$(head -n 1 "$home/pid/charger_get.pid")"
	wait_for keeper_said 'supervisor of charger_get is gone, it is started again'
	wait_for get_is 200
	kill -9 "$(<"$home/run/nginx.pid")"
	wait_for keeper_said 'nginx is gone, it is started again'
	wait_for get_is 200
	kill -9 "$(head -n 1 "$home/pg/postmaster.pid")"
	wait_for keeper_said 'PostgreSQL is gone, it is started again'
	wait_for get_is 200
	! grep 'did not start' "$home/log/keeper.log"
	"$copy/scripts/stop"
	nothing_left
	[ -z "$(home_left "$home")" ]
}

# Processes of the home that no command line shows.
home_left() {
	CPMS_HOME=$1 bash -c 'source "$0/scripts/lib.sh"; home_processes "$1"' \
		"$copy" "$1"
}

@test "stop ends workers whose master is gone, and what is stopped" {
	copy_checkout
	run_in_copy --detach
	[ "$status" = 0 ]
	home=$(home_of "$copy")
	kill -9 "$(<"$home/run/keeper.pid")"
	kill -9 "$(<"$home/run/nginx.pid")"
	child=$(awk '$1 == "child" { print $2 }' "$home/pid/health_live.pid")
	kill -STOP "$child"
	kill -9 "$(<"$home/pid/health_live.hold")" \
		"$(head -n 1 "$home/pid/health_live.pid")"
	# the workers serve on, though the system is not ready
	wait_for curl -fsS -o /dev/null "http://$listen/v1/chargers"
	run "$copy/scripts/stop"
	[ "$status" = 0 ]
	nothing_left
	[ -z "$(home_left "$home")" ]
}

@test "restart starts what does not run, if something keeps the system" {
	copy_checkout
	run_in_copy --detach
	[ "$status" = 0 ]
	home=$(home_of "$copy")
	kill -9 "$(<"$home/pid/tariff_list.hold")" \
		"$(head -n 1 "$home/pid/tariff_list.pid")"
	run "$copy/scripts/restart" tariff_list
	echo "$output"
	[ "$status" = 0 ]
	kill -9 "$(<"$home/run/keeper.pid")"
	kill -9 "$(<"$home/pid/tariff_list.hold")" \
		"$(head -n 1 "$home/pid/tariff_list.pid")"
	run "$copy/scripts/restart" tariff_list
	one_line "restart: endpoint tariff_list does not run, and nothing keeps*"
}

@test "a process id in a file makes stop end no process of another's" {
	copy_checkout
	run_in_copy --detach
	[ "$status" = 0 ]
	home=$(home_of "$copy")
	# speaks of the home, and is none of its processes
	bash -c 'exec -a "$0" sleep 1000' \
		"$home/pid/x.pid -p $home/nginx $home/pg scripts/run" 3>&- &
	victim=$!
	for file in pid/x.pid pid/charger_get.pid run/nginx.pid \
		run/keeper.pid; do
		kill -9 "$(<"$home/run/keeper.pid")" 2>/dev/null || true
		printf '%s\n' "$victim" >"$home/$file"
	done
	run "$copy/scripts/stop"
	echo "$output"
	[ "$status" = 0 ]
	kill -0 "$victim"
	kill "$victim"
	nothing_left
	[ -z "$(home_left "$home")" ]
}

@test "as root nobody else writes where process ids are" {
	[ "$(id -u)" = 0 ] || skip "not root"
	copy_checkout
	run_in_copy --detach
	[ "$status" = 0 ]
	home=$(home_of "$copy")
	for dir in pid run log bin nginx; do
		[ "$(stat -c %U "$home/$dir")" = root ]
		[ -z "$(find "$home/$dir" -maxdepth 1 -perm /022)" ]
	done
	[ -z "$(find "$home/pid" "$home/run" ! -user root)" ]
}

@test "logs are their owner's and its group's" {
	copy_checkout
	run_in_copy --detach
	[ "$status" = 0 ]
	home=$(home_of "$copy")
	answers
	wait_for test -s "$home/log/access.log"
	[ "$(stat -c %a "$home/log")" = 750 ]
	[ -s "$home/log/postgresql.log" ]
	[ "$(stat -c '%a %U' "$home"/log/* | sort -u)" = "640 $(id -un)" ]
}

@test "two checkouts run side by side" {
	copy_checkout
	first=$copy
	first_listen=$listen
	run_in_copy --detach
	[ "$status" = 0 ]
	copy_checkout
	listen=127.0.0.1:$(free_port)
	CPMS_LISTEN_ADDR=$listen run_in_copy --detach
	[ "$status" = 0 ]
	answers
	"$copy/scripts/stop"
	nothing_left
	answers "$first_listen"
}

@test "a checkout copied while it runs does not touch the original" {
	copy_checkout
	first=$copy
	run_in_copy --detach
	[ "$status" = 0 ]
	copy=$first.copy
	places+=("$copy")
	cp -a "$first" "$copy"
	run "$copy/scripts/stop"
	one_line "stop: nothing runs here"
	listen2=127.0.0.1:$(free_port)
	CPMS_LISTEN_ADDR=$listen2 run_in_copy --detach
	echo "$output"
	[ "$status" = 0 ]
	answers "$listen2"
	answers "$listen"
}

@test "a path too long for a socket works" {
	place=$(mktemp -d /tmp/cpms-r.XXXXXX)
	chmod 755 "$place"
	places+=("$place")
	copy_to "$place/$(printf 'long path %.0s' {1..12})"
	places=("$copy" "$place")
	run_in_copy --detach
	echo "$output"
	[ "$status" = 0 ]
	answers
	"$copy/scripts/stop"
	nothing_left
}

@test "as root it works in a folder that only root may enter" {
	[ "$(id -u)" = 0 ] || skip "not root"
	place=$(mktemp -d /tmp/cpms-r.XXXXXX)
	copy_to "$place/checkout"
	places+=("$place")
	run_in_copy --detach
	echo "$output"
	[ "$status" = 0 ]
	answers
	"$copy/scripts/stop"
	nothing_left
}

@test "as root neither the endpoints nor nginx's workers are root" {
	[ "$(id -u)" = 0 ] || skip "not root"
	copy_checkout
	run_in_copy --detach
	[ "$status" = 0 ]
	for file in "$(home_of "$copy")"/pid/*.pid; do
		pid=$(awk '$1 == "child" { print $2; exit }' "$file")
		[ "$(stat -c %U "/proc/$pid")" = www-data ]
	done
	home=$(home_of "$copy")
	[ "$(stat -c %a "$home/s")" = 750 ]
	[ "$(stat -c %a "$home/s/charger_get.sock")" = 660 ]
	cd /
	runuser -u www-data -- psql -h "$home/pgs" -U cpms -d cpms -c 'select 1'
	run runuser -u www-data -- psql -h "$home/pgs" -U postgres -d cpms -c ''
	[ "$status" != 0 ]
	run runuser -u nobody -- psql -h "$home/pgs" -U cpms -d cpms -c ''
	[ "$status" != 0 ]
}

@test "an ordinary user runs and stops it" {
	[ "$(id -u)" = 0 ] || skip "not root: every other test does this"
	copy_checkout
	chown -R nobody "$copy"
	as_nobody() {
		runuser -u nobody -- env -u HOME \
			CPMS_LISTEN_ADDR="$listen" "$@" 3>&-
	}
	cd /
	run as_nobody "$copy/scripts/run" --detach
	echo "$output"
	[ "$status" = 0 ]
	answers
	for file in "$(home_of "$copy")"/pid/*.pid; do
		[ "$(stat -c %U "/proc/$(head -n 1 "$file")")" = nobody ]
	done
	run as_nobody "$copy/scripts/replay" \
		"$copy/tests/data/one-session.ndjson"
	echo "$output"
	[ "$status" = 0 ]
	run as_nobody "$copy/scripts/stop"
	[ "$status" = 0 ]
	nothing_left
}

@test "an ordinary user is told when the checkout is not theirs" {
	[ "$(id -u)" = 0 ] || skip "not root"
	copy_checkout
	cd /
	run runuser -u nobody -- env CPMS_LISTEN_ADDR="$listen" \
		"$copy/scripts/run" --detach 3>&-
	one_line "run: cannot write to *"
}

@test "an ordinary user is told which packages are missing" {
	mkdir "$BATS_TEST_TMPDIR/path"
	printf '#!/bin/sh\nexit 0\n' >"$BATS_TEST_TMPDIR/path/dpkg-query"
	printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/path/sudo"
	chmod 755 "$BATS_TEST_TMPDIR/path"/* "$BATS_TEST_TMPDIR/path"
	chmod o+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/* \
		"$BATS_TEST_TMPDIR" 2>/dev/null || true
	copy_checkout
	as_user=()
	[ "$(id -u)" != 0 ] || as_user=(runuser -u nobody --)
	cd /
	run "${as_user[@]}" env PATH="$BATS_TEST_TMPDIR/path:$PATH" \
		"$copy/scripts/deps" </dev/null
	one_line "deps: no right to install what is missing; as root: apt-get install *libfcgi-dev*"
}

@test "packages are installed once the other apt has ended" {
	local path=$BATS_TEST_TMPDIR/path

	mkdir "$path"
	printf '#!/bin/sh\nexit 0\n' >"$path/dpkg-query"
	# holds policy-rc.d and the like off this machine
	cat >"$path/sudo" <<-'END'
		#!/bin/sh
		case $1 in env) exec "$@" ;; tee) cat >/dev/null ;; esac
	END
	cat >"$path/apt-get" <<-END
		#!/bin/sh
		echo "\$*" >>"$BATS_TEST_TMPDIR/asked"
		[ \$(wc -l <"$BATS_TEST_TMPDIR/asked") -gt 2 ] || {
			echo "E: Could not get lock /var/lib/apt/lists/lock." >&2
			exit 100
		}
	END
	printf '#!/bin/sh\necho 1000\n' >"$path/id"
	chmod 755 "$path"/*
	PATH=$path:$PATH run "$stack_root/scripts/deps" --no-server
	echo "$output"
	[ "$status" = 0 ]
	[ "$(grep -c ' install ' "$BATS_TEST_TMPDIR/asked")" = 3 ]
	[ "$(grep -c 'Lock::Timeout' "$BATS_TEST_TMPDIR/asked")" = 3 ]
	# what is no lock is no reason to wait: lists are fetched, then it ends
	rm "$BATS_TEST_TMPDIR/asked"
	sed -i 's/Could not get lock/Unable to locate/; s/-gt 2/-gt 9/' \
		"$path/apt-get"
	PATH=$path:$PATH run "$stack_root/scripts/deps" --no-server
	[ "$status" = 1 ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/asked")" = 2 ]
}

@test "a port alone means every address, IPv6 too" {
	copy_checkout
	port=$(free_port)
	CPMS_LISTEN_ADDR=:$port GATEWAY_API_KEY=k run_in_copy --detach
	echo "$output"
	[ "$status" = 0 ]
	answers "127.0.0.1:$port"
	[ ! -s /proc/net/if_inet6 ] || answers "[::1]:$port"
	# nor is there a charger whose secret everybody knows
	[ "$(curl -sS "http://127.0.0.1:$port/v1/chargers")" = '[]' ]
	GATEWAY_API_KEY=k CPMS_LISTEN_ADDR='' "$copy/scripts/replay" \
		"$copy/tests/data/one-session.ndjson"
}

# The status that CP-123 is answered with its secret from the READMEs.
comes_in() {
	curl -sS -o /dev/null -w '%{http_code}' -d '{"presentedSecret":"devsecret"}' \
		"http://127.0.0.1:$port/v1/gateway/chargers/CP-123/auth"
}

@test "beyond this machine it takes a key, or an order, and no known secret" {
	copy_checkout
	port=${listen#*:}
	CPMS_LISTEN_ADDR=:$port run_in_copy --detach
	one_line "run: neither GATEWAY_API_KEY nor CPMS_OPERATOR_KEY is set: *"
	[ ! -e "$copy/.cpms" ]
	CPMS_LISTEN_ADDR=0.0.0.0:$port CPMS_INSECURE=yes run_in_copy --detach
	[ "$status" != 0 ]
	run_in_copy --detach
	[ "$status" = 0 ]
	[ "$(comes_in)" = 200 ]
	"$copy/scripts/stop"
	CPMS_LISTEN_ADDR=:$port CPMS_INSECURE=1 run_in_copy --detach
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *"run: CPMS_INSECURE=1 and no key: whoever reaches this"* ]]
	[[ $output != *"chargers/CP-123"* ]]
	[ "$(comes_in)" = 401 ]
	# the order is taken back: no process is replaced
	home=$(home_of "$copy")
	sed -i /INSECURE/d "$home/settings.env"
	run "$copy/scripts/restart" charger_get
	[ "$status" != 0 ]
	grep -q 'neither GATEWAY_API_KEY nor' "$home/log/charger_get.log"
	answers
	# a secret that somebody gave it stays
	"$copy/scripts/seed" --id CP-123 --secret devsecret
	"$copy/scripts/stop"
	CPMS_LISTEN_ADDR=:$port CPMS_INSECURE=1 run_in_copy --detach
	[ "$status" = 0 ]
	[ "$(comes_in)" = 200 ]
}

@test "no secret is in an argument of a process" {
	copy_checkout
	GATEWAY_API_KEY=key-in-no-argument CPMS_OPERATOR_KEY=nor-this-one \
		run_in_copy --detach
	[ "$status" = 0 ]
	[ -z "$(processes_of key-in-no-argument)" ]
	[ -z "$(processes_of nor-this-one)" ]
	home=$(home_of "$copy")
	run grep -rl -e key-in-no-argument -e nor-this-one "$home" \
		--exclude-dir=pg
	[ "$output" = "$home/settings.env" ]
	[ "$(stat -c '%a %U' "$output")" = "600 $(id -un)" ]
	"$copy/scripts/stop"
	[ ! -e "$home/settings.env" ]
}

@test "a setting that is changed in the file is used after a restart" {
	copy_checkout
	CPMS_OPERATOR_KEY='old $key' run_in_copy --detach
	[ "$status" = 0 ]
	home=$(home_of "$copy")
	asks() {
		curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $1" \
			"http://$listen/v1/chargers/CP-123"
	}
	[ "$(asks 'old $key')" = 200 ]
	sed -i 's/old .*key/new-key/' "$home/settings.env"
	"$copy/scripts/restart" charger_get
	[ "$(asks 'old $key')" = 401 ]
	[ "$(asks new-key)" = 200 ]
	# by who is started in its place too
	kill -9 "$(<"$home/pid/charger_get.hold")" \
		"$(head -n 1 "$home/pid/charger_get.pid")"
	wait_for eval '[ "$(asks new-key)" = 200 ]'
	echo 'CPMS_OPERATOR_KEY=two words' >"$home/settings.env"
	run "$copy/scripts/restart" charger_get
	one_line 'restart: charger_get: *did not serve, the old one is kept*'
	[ "$(asks new-key)" = 200 ]
}

@test "the compose file and the scripts agree on the settings" {
	for name in CPMS_DATABASE_URL CPMS_LISTEN_ADDR GATEWAY_BASE_URL \
		GATEWAY_API_KEY CPMS_OPERATOR_KEY; do
		grep -q "^ *$name:" "$stack_root/docker-compose.yml"
	done
}
