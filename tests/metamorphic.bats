#!/usr/bin/env bats
# Order and repetition change nothing.
# bats file_tags=beside,long

setup() {
	cd "$BATS_TEST_DIRNAME"
}

@test "shuffled and repeated events make the same sessions, over 240 seeds" {
	run metamorphic/run 240
	echo "$output"
	[ "$status" = 0 ]
	[ "${lines[-1]}" = "the same sessions, 240 times" ]
}

@test "silence halfway, and what is made of it, changes nothing either" {
	run metamorphic/run --silence 40 5001
	echo "$output"
	[ "$status" = 0 ]
	[ "${lines[-1]}" = "the same sessions, 40 times" ]
}

@test "decided beside ingest they come out the same" {
	run metamorphic/run --large 20 7001
	echo "$output"
	[ "$status" = 0 ]
	[ "${lines[-1]}" = "the same sessions, 20 times" ]
}

@test "one figure that differs is seen, with its seed" {
	SPOIL="update sessions set energy_wh = 123456789
		where session_id = (select session_id from sessions
			where charge_point_id like 's7-%' limit 1)" \
		run metamorphic/run 1 7
	echo "$output"
	[ "$status" = 1 ]
	[[ ${lines[1]} == "seed 7, s7-"*": "* ]]
	[[ $output == *123456789* ]]
}
