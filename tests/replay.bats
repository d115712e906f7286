#!/usr/bin/env bats
# The recordings, posted in several orders, make the sessions that are known to
# be in them.  Each run gives the chargers names of its own.
# bats file_tags=beside,long

load lib/stack

setup() {
	cd "$BATS_TEST_TMPDIR"
	prefix=R$RANDOM$RANDOM-
}

# replayed NAME [OPTION...]: posts the recording, compares its sessions.
replayed() {
	local name=$1

	shift
	sed -E "s/(\"chargePointId\" *: *\")/\\1$prefix/" \
		"$stack_root/tests/data/$name.ndjson" >events
	sed "2,\$s/^/$prefix/" "$stack_root/tests/data/$name.expected.tsv" \
		>expected
	"$stack_root/scripts/replay" events --tsv \
		--url "$CPMS_TEST_BASE_URL" "$@" >got 3>&-
	diff expected got
}

@test "depot-day in order gives its 80 sessions" {
	replayed depot-day
}

@test "depot-day twice over gives its 80 sessions" {
	replayed depot-day --repeat 2
}

@test "depot-day shuffled gives its 80 sessions" {
	replayed depot-day --shuffle 1
}

@test "depot-day three times, shuffled, from 8 posters gives its 80 sessions" {
	replayed depot-day --repeat 3 --shuffle 2 --posters 8
}

@test "bad-day as it stands gives its 69 sessions" {
	replayed bad-day
}

@test "bad-day twice over gives its 69 sessions" {
	replayed bad-day --repeat 2
}

@test "bad-day shuffled gives its 69 sessions" {
	replayed bad-day --shuffle 3
}

@test "bad-day three times, shuffled, from 8 posters gives its 69 sessions" {
	replayed bad-day --repeat 3 --shuffle 4 --posters 8
}

@test "the table shows every session of the recording" {
	sed "s/\"CP-123\"/\"${prefix}CP\"/" \
		"$stack_root/tests/data/one-session.ndjson" >events
	run "$stack_root/scripts/replay" events --url "$CPMS_TEST_BASE_URL"
	[ "$status" = 0 ]
	[[ ${lines[0]} == "10 of 10 events accepted in "* ]]
	[[ ${lines[1]} == chargePointId*energyWh* ]]
	[[ ${lines[2]} == "${prefix}CP "* ]]
	[ "${lines[3]}" = "1 sessions of 1 chargers" ]
}

@test "a refused event is shown with its line, and the rest still counts" {
	cat >events <<-END
		{"type":"ChargerHeartbeat","chargePointId":"${prefix}CP"}
		this is not JSON
	END
	run "$stack_root/scripts/replay" events --url "$CPMS_TEST_BASE_URL"
	[ "$status" = 1 ]
	[[ ${lines[0]} == "1 of 2 events accepted in "* ]]
	[[ $output == *"refused with 400: line 2: "* ]]
	[[ $output == *"replay: 1 of 2 events were refused" ]]
}

@test "without a system it says so in one line" {
	run "$stack_root/scripts/replay" \
		"$stack_root/tests/data/one-session.ndjson" \
		--url "http://127.0.0.1:$(free_port)"
	[ "$status" = 1 ]
	[ "${#lines[@]}" = 1 ]
	[[ $output == "replay: no CPMS answers at "* ]]
}
