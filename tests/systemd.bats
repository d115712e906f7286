#!/usr/bin/env bats
# The units of scripts/systemd: held against systemd's own checks, which need no
# running systemd, and what stands in ExecStart= under a stand-in for it.
# bats file_tags=beside

load lib/stack

setup_file() {
	make -C "$stack_root" -s all >/dev/null 3>&-
	stack_start_own
}

setup() {
	units=$stack_root/build/systemd
	cd "$BATS_TEST_TMPDIR"
	pretender=
}

teardown() {
	[ -z "$pretender" ] || { kill "$pretender" && wait "$pretender"; } || true
}

# The units at their place, and programs at those that they name, under root/.
make_root() {
	local tree=root/usr/lib/cpms

	mkdir -p root/etc/systemd/system root/bin "$tree"/{serving,scripts}
	cp "$units"/*.{service,socket,timer,target} root/etc/systemd/system
	cp /bin/true root/bin/kill
	cp "$stack_root/scripts/close-stale" "$tree/scripts"
	cp "$stack_root"/build/bin/{supervise,charger_get} "$tree/serving"
}

services=(cpms@charger_get.service cpms-upkeep.service)

@test "systemd takes every unit, and the programs that they name are there" {
	make_root
	run systemd-analyze verify --root=root --recursive-errors=no \
		"${services[@]}" cpms@charger_get.socket cpms-upkeep.timer
	echo "$output"
	[ "$status" = 0 ]
	[ -z "$output" ]
	# it would have said so
	echo 'Nonsense=yes' >>root/etc/systemd/system/cpms-upkeep.service
	run systemd-analyze verify --root=root --recursive-errors=no \
		"${services[@]}"
	[[ $output == *Nonsense* ]]
}

@test "what a service is exposed to is at most 2.5 of 10" {
	make_root
	for service in "${services[@]}"; do
		systemd-analyze security --root=root --offline=true \
			--no-pager --threshold=25 "$service" >said || {
			tail -n 2 said
			return 1
		}
	done
}

@test "the target wants the socket and the service of each endpoint" {
	[ "$(sed -n 's/^Wants=cpms@\(.*\)[.]socket cpms@\1[.]service$/\1/p' \
		"$units/cpms.target")" = \
		"$(cut -f 1 "$stack_root/build/endpoints.tsv")" ]
	! grep @WANTS@ "$units/cpms.target"
	! grep @SANDBOX@ "$units"/*.service
}

@test "the timer's service finds its settings, and units name no number" {
	grep -qx 'EnvironmentFile=/etc/cpms/cpms.env' "$units/cpms-upkeep.service"
	! grep -E '^ExecStart=.* -n ' "$units/cpms@.service"
	"$stack_root/build/bin/supervise" -e "$stack_root/build/cpms.env" \
		/bin/sh -c 'kill $PPID; exec sleep 60'
}

# unit_starts NAME SOCKET: the command of the unit, with this stack's paths, on
# the socket; what it says to systemd is in `said`.
unit_starts() {
	local home=$CPMS_TEST_RUN_DIR line
	local -a command

	line=$(sed -n 's/^ExecStart=//p' "$units/cpms@.service")
	line=${line//%i/$1}
	line=${line//\/usr\/lib\/cpms\/serving\//$home/bin/}
	line=${line//\/etc\/cpms\/cpms.env/$PWD/cpms.env}
	line=${line//\/run\/cpms\//$PWD/}
	read -ra command <<<"$line"
	touch said
	perl "$stack_root/tests/lib/systemd.pl" "$2" "$PWD/said" \
		"${command[@]}" </dev/null >log 2>&1 3>&- &
	pretender=$!
}

# said WORD [N]: N times (once) at the least.
said() {
	[ "$(grep -c "^$1" said)" -ge "${2:-1}" ]
}

settings() {
	printf '%s="%s"\n' CPMS_DATABASE_URL "$CPMS_DATABASE_URL" \
		GATEWAY_API_KEY "$1" >cpms.env
}

@test "a unit says when it serves, reloads and ends, and that it lives" {
	settings k
	mkdir s
	unit_starts charger_get "$PWD/s/charger_get.sock"
	wait_for said READY=1
	[ "$(awk '$1 == "child" && $3 == "ready"' charger_get.pid | wc -l)" = 2 ]
	[ "$(stat -c %a s/charger_get.sock)" = 666 ]
	wait_for said WATCHDOG=1 2
	kill -HUP "$pretender"
	wait_for said READY=1 2
	grep -q 'STATUS=2 processes, 1 restarts, 0 refused' said
	# a reload with bad settings says so, and serves on
	echo 'two words' >cpms.env
	kill -HUP "$pretender"
	wait_for said READY=1 3
	grep -q 'STATUS=2 processes, 2 restarts, 1 refused' said
	CPMS_TEST_RUN_DIR=$PWD fcgi charger_get GET /v1/chargers/CP-123
	asked 200
	settings k
	kill "$pretender"
	wait "$pretender"
	pretender=
	[ "$(grep -v WATCHDOG said | cut -d ' ' -f 1 | grep -v STATUS | xargs)" = \
		"READY=1 RELOADING=1 READY=1 RELOADING=1 READY=1 STOPPING=1 ended" ]
	[ "$(tail -n 1 said)" = "ended 0" ]
}

@test "without a key a unit does not start, and is not tried again" {
	settings ''
	unit_starts charger_get "$PWD/sock"
	wait "$pretender"
	pretender=
	[ "$(grep -v WATCHDOG said)" = 'STOPPING=1
ended 78' ]
	grep -q 'neither GATEWAY_API_KEY nor CPMS_OPERATOR_KEY is set' log
	grep -qx RestartPreventExitStatus=78 "$units/cpms@.service"
	echo CPMS_INSECURE=1 >>cpms.env
	rm sock said*
	unit_starts charger_get "$PWD/sock"
	wait_for said READY=1
	grep -q 'CPMS_INSECURE=1 and no key: whoever' log
}

# Takes event_ingest out of the stack and puts the unit in its place.
unit_takes_over() {
	local home=$CPMS_TEST_RUN_DIR

	kill "$(head -n 1 "$home/pid/event_ingest.pid")"
	wait_for test ! -e "$home/pid/event_ingest.pid"
	rm "$home/s/event_ingest.sock"
	settings ''
	echo CPMS_INSECURE=1 >>cpms.env
	unit_starts event_ingest "$home/s/event_ingest.sock"
	wait_for said READY=1
}

@test "a unit that is restarted, or killed, under load fails no request" {
	unit_takes_over
	load_begin 1000
	for n in 2 3 4; do
		kill -USR1 "$pretender"
		wait_for said READY=1 "$n"
	done
	kill -9 "$(head -n 1 event_ingest.pid)"
	wait_for said READY=1 5
	! load_is_over
	wait "${loads[@]}"
	cat result.* | sort | uniq -c
	[ "$(cat result.* | grep -c '^20[02]$')" = 4000 ]
	[ "$(grep -v '^WATCHDOG\|^STATUS\|^READY' said | xargs)" = "STOPPING=1 ended 0 STOPPING=1 ended 0 STOPPING=1 ended 0 ended by 9" ]
}
