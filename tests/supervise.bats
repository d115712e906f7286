#!/usr/bin/env bats
# build/bin/supervise: what it does with the processes on its socket, and that
# a system under load notices nothing of it.

load lib/stack

setup() {
	cd "$BATS_TEST_TMPDIR"
	sv=
	# serves at once, unless a file says otherwise; writes down its life
	cat >app <<-'END'
		#!/usr/bin/env bash
		echo "start $$ ${EPOCHREALTIME/[.,]/}" >>life
		[ ! -e bad ] || exit 3
		trap 'echo "term $$" >>life; exit 0' TERM
		while [ -e unready ]; do sleep 0.05; done
		echo "ready $$" >>life
		printf r >&"$CPMS_READY_FD"
		eval "exec $CPMS_READY_FD>&-"
		while :; do sleep 0.05; done
	END
	chmod +x app
}

teardown() {
	[ -z "$sv" ] || { kill -9 "$sv" && wait "$sv"; } 2>/dev/null || true
}

# A supervised endpoint with its socket, CPMS_TEST_RUN_DIR/s/health_live.sock.
supervise_endpoint() {
	mkdir s
	CPMS_TEST_RUN_DIR=$PWD
	spawn-fcgi -n -s "$PWD/s/health_live.sock" -- \
		"$stack_root/build/bin/supervise" -p pid \
		"$stack_root/build/bin/health_live" </dev/null 2>said 3>&- &
	sv=$!
	wait_for serves 1
	first=$(ready_children)
}

was_replaced() {
	serves 1 && [ "$(ready_children)" != "$first" ]
}

supervise() {
	"$stack_root/build/bin/supervise" -p pid "$@" </dev/null 2>said 3>&- &
	sv=$!
}

ready_children() {
	awk '$3 == "ready" { print $2 }' pid
}

serves() {
	[ "$(ready_children 2>/dev/null | wc -l)" = "$1" ] &&
		! grep -Eq 'starting|new|retiring' pid
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

@test "it runs as many processes as it is told" {
	supervise -n 3 ./app
	wait_for serves 3
	[ "$(head -n 1 pid)" = "$sv" ]
}

@test "a process that is killed is replaced" {
	supervise ./app
	wait_for serves 1
	first=$(ready_children)
	kill -9 "$first"
	replaced() { serves 1 && [ "$(ready_children)" != "$first" ]; }
	wait_for replaced
	grep -q "process $first was ended by signal 9" said
	grep -qx 'died 1' pid
}

@test "a process that keeps dying is started ever more slowly" {
	touch bad
	supervise ./app
	five_starts() { [ "$(grep -c start life)" -ge 5 ]; }
	wait_for five_starts
	# between them at the least: nothing, 100 ms, 200 ms, 400 ms
	awk '$1 == "start" {
			if (n > 1 && $3 - last < 100000 * 2 ^ (n - 2) - 2000)
				bad = 1
			n++
			last = $3
		}
		END { exit bad || n < 5 }' life
}

@test "on SIGHUP the new process serves before the old one is asked to go" {
	supervise ./app
	wait_for serves 1
	first=$(ready_children)
	touch unready
	kill -HUP "$sv"
	started() { [ "$(grep -c start life)" = 2 ]; }
	wait_for started
	kill -0 "$first"
	rm unready
	replaced() { serves 1 && [ "$(ready_children)" != "$first" ]; }
	wait_for replaced
	second=$(ready_children)
	[ "$(tail -n 3 life | cut -d ' ' -f 1,2)" = "start $second
ready $second
term $first" ]
}

@test "on SIGHUP a new process that ends leaves the old one in its place" {
	supervise ./app
	wait_for serves 1
	first=$(ready_children)
	touch bad
	kill -HUP "$sv"
	refused() { grep -q '^refused 1' pid; }
	wait_for refused
	[ "$(ready_children)" = "$first" ]
	kill -0 "$first"
	grep -q 'the old one is kept' said
}

@test "a process that dies while its successor starts is succeeded at once" {
	supervise ./app
	wait_for serves 1
	first=$(ready_children)
	touch unready
	kill -HUP "$sv"
	started() { [ "$(grep -c start life)" = 2 ]; }
	wait_for started
	kill -9 "$first"
	rm unready
	wait_for serves 1
	[ "$(grep -c start life)" = 2 ]
}

@test "SIGTERM ends the processes, then itself with status 0" {
	supervise -n 2 ./app
	wait_for serves 2
	kill -TERM "$sv"
	status=0
	wait "$sv" || status=$?
	[ "$status" = 0 ]
	[ "$(grep -c term life)" = 2 ]
	[ ! -e pid ]
}

@test "processes do not outlive a supervisor that was killed" {
	supervise ./app
	wait_for serves 1
	child=$(ready_children)
	kill -9 "$sv"
	wait_for gone "$child"
}

@test "a process inherits its socket and nothing else that was open" {
	cat >app <<-'END'
		#!/usr/bin/env bash
		printf r >&"$CPMS_READY_FD"
		find "/proc/$$/fd" -mindepth 1 -printf '%f\n' >open.new
		mv open.new open
		exec sleep 1000
	END
	"$stack_root/build/bin/supervise" ./app </dev/null 2>said 3>&- \
		8</etc/hostname 9</etc/passwd &
	sv=$!
	wait_for test -e open
	# 255 is the shell's own script
	[[ $(grep -vx 255 open | sort -n | xargs) =~ ^0\ 1\ 2(\ [0-9]+)?$ ]]
	! ls -l "/proc/$sv/fd" | grep -E 'hostname|passwd'
}

@test "a process that doesn't answer any more is killed and replaced" {
	supervise_endpoint
	kill -STOP "$first"
	wait_for was_replaced
	grep -q "process $first has not answered 3 times, killed" said
	fcgi health_live GET /healthz
	[ "$status_code" = 200 ]
}

@test "a process that can't take a connection any more is replaced" {
	supervise_endpoint
	prlimit --pid "$first" --nofile=3:3
	# it waits for the one that can
	fcgi health_live GET /healthz
	[ "$status_code" = 200 ]
	was_replaced
	grep -q "process $first has not answered 3 times, killed" said
}

@test "a process that answers is left alone, however often it was stopped" {
	supervise_endpoint
	for i in 1 2 3 4 5 6; do
		kill -STOP "$first"
		sleep 0.7
		kill -CONT "$first"
		sleep 0.3
	done
	[ "$(ready_children)" = "$first" ]
	[ ! -s said ]
}

@test "what is stopped ends when it is asked to" {
	supervise_endpoint
	kill -STOP "$first"
	kill -TERM "$sv"
	status=0
	wait "$sv" || status=$?
	[ "$status" = 0 ]
	! grep killed said
}

@test "with -u the processes are another user's, their supervisor is not" {
	[ "$(id -u)" = 0 ] || skip "not root"
	chmod o+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/* "$BATS_TEST_TMPDIR"
	chmod o+w .
	supervise -u www-data ./app
	wait_for serves 1
	[ "$(stat -c %U "/proc/$(ready_children)")" = www-data ]
	[ "$(awk '$1 == "Groups:" || $1 == "Gid:"' \
		"/proc/$(ready_children)/status" | xargs)" = \
		"Gid: 33 33 33 33 Groups: 33" ]
	[ "$(stat -c %U "/proc/$sv" pid | xargs)" = "root root" ]
	child=$(ready_children)
	kill -9 "$sv"
	wait_for gone "$child"
	run "$stack_root/build/bin/supervise" -u no-such-user ./app
	[ "$status" = 2 ]
}

# What the app's environment says of A and B, as it was written last.
sees() {
	[ "$(tail -n 1 seen)" = "$1" ]
}

# An app that writes down its settings.
seeing_app() {
	sed -i '3i echo "$A,$B" >>seen' app
	printf '%s\n' "$@" >settings.env
}

@test "with -e the settings are the file's, read anew on SIGHUP" {
	seeing_app A=1
	export A=own B=own
	supervise -e settings.env ./app
	wait_for serves 1
	sees 1,own
	printf 'A="two words"\nB=2\n' >settings.env
	kill -HUP "$sv"
	wait_for sees 'two words,2'
	wait_for serves 1
	# what the file does not name is as it was given
	echo '# nothing' >settings.env
	kill -HUP "$sv"
	wait_for sees own,own
	# a process that is killed meets the settings that were read last
	wait_for serves 1
	echo A=later >settings.env
	kill -9 "$(ready_children)"
	five_lives() { [ "$(grep -c ready life)" = 4 ]; }
	wait_for five_lives
	sees own,own
}

@test "a file with a wrong line changes nothing, or ends the start" {
	seeing_app A=1
	supervise -e settings.env ./app
	wait_for serves 1
	first=$(ready_children)
	printf 'A=2\nB=se cret\n' >settings.env
	kill -HUP "$sv"
	refused() { grep -q '^refused 1' pid; }
	wait_for refused
	wait_for serves 1
	[ "$(ready_children)" = "$first" ]
	grep -q '"supervise: settings.env: line 2: ' said
	! grep cret said
	run "$stack_root/build/bin/supervise" -e settings.env ./app
	[ "$status" = 78 ]
	run "$stack_root/build/bin/supervise" -e nowhere.env ./app
	[ "$status" = 78 ]
	[[ $output == *'"supervise: nowhere.env: No such file or directory"}' ]]
}

@test "with -d there are as many processes as the program says of itself" {
	sed -i '2i [ "${1-}" != --describe ] || exec cat row' app
	echo '{"name":"app","processes":3,"threads":1}' >row
	supervise -d ./app
	wait_for serves 3
	echo '{}' >row
	run "$stack_root/build/bin/supervise" -d ./app
	[ "$status" = 78 ]
}

@test "a program that can't do with its settings is not tried again" {
	sed -i 's/exit 3/exit 78/' app
	touch bad
	status=0
	"$stack_root/build/bin/supervise" -n 2 -p pid ./app 2>said 3>&- ||
		status=$?
	[ "$status" = 78 ]
	[ ! -e pid ]
	# unless it could before
	rm bad
	supervise ./app
	wait_for serves 1
	touch bad
	kill -9 "$(ready_children)"
	again() { [ "$(grep -c 'status 78' said)" -ge 2 ]; }
	wait_for again
	rm bad
	wait_for serves 1
}

# hold COMMAND...: under a holder, whose id is $sv.
hold() {
	"$stack_root/build/bin/hold" -p hold "$@" </dev/null 2>said 3>&- &
	sv=$!
}

@test "a killed supervisor is started again by who holds its socket" {
	hold "$stack_root/build/bin/supervise" -p pid ./app
	wait_for serves 1
	[ "$(<hold)" = "$sv" ]
	first=$(head -n 1 pid)
	kill -9 "$first"
	another() { [ "$(head -n 1 pid)" != "$first" ]; }
	wait_for another
	wait_for serves 1
	grep -q "supervise $first was ended by signal 9 (Killed), it is started" said
	kill -TERM "$sv"
	status=0
	wait "$sv" || status=$?
	[ "$status" = 0 ]
	[ ! -e hold ] && [ ! -e pid ]
}

@test "who holds a socket ends as its command does, and not before" {
	run "$stack_root/build/bin/hold" /bin/sh -c 'exit 78'
	[ "$status" = 78 ]
	run "$stack_root/build/bin/hold" -x
	[ "$status" = 2 ]
	# one that is killed over and over is started ever more slowly
	cat >dies <<-'END'
		#!/usr/bin/env bash
		echo "start $$ ${EPOCHREALTIME/[.,]/}" >>life
		kill -9 $$
	END
	chmod +x dies
	hold ./dies
	five_starts() { [ "$(grep -c start life)" -ge 5 ]; }
	wait_for five_starts
	awk 'n++ > 1 && $3 - last < 100000 * 2 ^ (n - 3) - 2000 { bad = 1 }
		{ last = $3 }
		END { exit bad || n < 5 }' life
	kill -TERM "$sv"
	wait "$sv"
}

@test "a wrong command line is told how it goes" {
	run "$stack_root/build/bin/supervise" -n 0 ./app
	[ "$status" = 2 ]
	[[ $output == usage:* ]]
}

# --- the whole system

@test "restarting every endpoint again and again under load fails no request" {
	load_begin
	rounds=0
	while ! load_is_over || [ "$rounds" = 0 ]; do
		CPMS_HOME=$CPMS_TEST_RUN_DIR "$stack_root/scripts/restart" \
			--all 3>&- >restarted
		rounds=$((rounds + 1))
	done
	wait "${loads[@]}"
	cat result.* | sort | uniq -c
	[ "$(cat result.* | grep -c '^20[02]$')" = 16000 ]
}

# kept WORD [N]: on the socket of an endpoint of one thread
kept() {
	run perl "$stack_root/tests/lib/kept.pl" \
		"$CPMS_TEST_RUN_DIR/s/charger_list.sock" /v1/chargers "$@" 3>&-
	echo "$output"
}

@test "reading over kept connections through restarts fails no request" {
	wrk -t 1 -c 32 -d 6s "$CPMS_TEST_BASE_URL/v1/chargers/CP-123" \
		>read.1 3>&- &
	loads=($!)
	wrk -t 1 -c 8 -d 6s "$CPMS_TEST_BASE_URL/v1/chargers" \
		>read.2 3>&- &
	loads+=($!)
	rounds=0
	while ! load_is_over; do
		CPMS_HOME=$CPMS_TEST_RUN_DIR "$stack_root/scripts/restart" \
			charger_get 3>&- >restarted
		CPMS_HOME=$CPMS_TEST_RUN_DIR "$stack_root/scripts/restart" \
			charger_list 3>&- >restarted
		rounds=$((rounds + 1))
	done
	wait "${loads[@]}"
	cat read.*
	[ "$rounds" -ge 2 ]
	! grep -E 'Non-2xx|Socket errors' read.*
	[ "$(grep -c 'requests in' read.1 read.2 | grep -c ':1$')" = 2 ]
}

@test "more kept connections than threads starve nobody" {
	kept each 100
	[ "$output" = "100 0" ]
}

@test "of more idle connections than are kept the oldest are closed" {
	local twice once

	kept each 600
	read -r twice once <<<"$output"
	[ $((twice + once)) = 600 ]
	# 512 are kept; a look at the system's health may have a few of them
	[ "$twice" -le 512 ]
	[ "$twice" -ge 504 ]
}

@test "half a request on a kept connection holds a thread for a while only" {
	kept half
	[ "$output" = "200 200 closed" ]
}

@test "a body longer than it says is no part of the next request" {
	kept body
	[[ $output == *" 200" ]]
}

@test "a connection that the peer does not keep is closed after its answer" {
	kept once
	[ "$output" = "200 closed" ]
}

@test "killing the events process under load fails no request" {
	load_begin
	kills=0
	while ! load_is_over; do
		for pid in $(awk '$3 == "ready" { print $2 }' \
			"$CPMS_TEST_RUN_DIR/pid/event_ingest.pid"); do
			kill -9 "$pid" 2>/dev/null && kills=$((kills + 1)) ||
				true
		done
		sleep 0.7
	done
	wait "${loads[@]}"
	cat result.* | sort | uniq -c
	[ "$kills" -ge 1 ]
	[ "$(cat result.* | grep -c '^20[02]$')" = 16000 ]
}

@test "killing the supervisors under load fails no request" {
	load_begin
	home=$CPMS_TEST_RUN_DIR
	kills=0
	killed=
	another_serves() {
		[ "$(head -n 1 "$home/pid/event_ingest.pid")" != "$killed" ] &&
			grep -q ready "$home/pid/event_ingest.pid"
	}
	while [ "$kills" -lt 4 ] && ! load_is_over; do
		wait_for another_serves
		killed=$(head -n 1 "$home/pid/event_ingest.pid")
		kill -9 "$killed"
		kills=$((kills + 1))
	done
	wait "${loads[@]}"
	cat result.* | sort | uniq -c
	[ "$kills" -ge 2 ]
	[ "$(cat result.* | grep -c '^20[02]$')" = 16000 ]
}

@test "a new binary that does not start is refused and the old one serves on" {
	home=$CPMS_TEST_RUN_DIR
	cp -a "$home/bin/health_live" kept
	printf '#!/bin/sh\nexit 7\n' >"$home/bin/health_live.bad"
	chmod 755 "$home/bin/health_live.bad"
	mv "$home/bin/health_live.bad" "$home/bin/health_live"
	before=$(awk '$1 == "refused" { print $2 }' "$home/pid/health_live.pid")
	kill -HUP "$(head -n 1 "$home/pid/health_live.pid")"
	refused() { grep -q "^refused $((before + 1))$" "$home/pid/health_live.pid"; }
	wait_for refused
	get /healthz
	[ "$status_code" = 200 ]
	mv kept "$home/bin/health_live"
}

@test "scripts/restart says when it does not know the endpoint" {
	CPMS_HOME=$CPMS_TEST_RUN_DIR run "$stack_root/scripts/restart" nothing
	[ "$status" = 1 ]
	[ "$output" = "restart: no endpoint is named nothing" ]
}
