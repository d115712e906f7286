#!/usr/bin/env bats
# Order and repetition change nothing.

setup() {
	cd "$BATS_TEST_DIRNAME"
}

@test "shuffled and repeated events make the same sessions, over 240 seeds" {
	run metamorphic/run 240
	echo "$output"
	[ "$status" = 0 ]
	[ "${lines[1]}" = "the same sessions, 240 times" ]
}

@test "what it posts and compares is not nothing" {
	run metamorphic/run 1 7
	echo "$output"
	[ "$status" = 0 ]
	[[ ${lines[0]} =~ ^[1-9][0-9]+\ posts\ of\ 1\ seeds$ ]]
}
