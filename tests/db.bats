#!/usr/bin/env bats
# The database's own side of adapter/db: tests/unit/test_db.c with a database.

setup_file() {
	load lib/stack
	stack_start
	make -s -C "$stack_root" build/test/test_db 3>&-
}

teardown_file() {
	load lib/stack
	stack_stop
}

setup() {
	load lib/stack
}

@test "results, parameters and numerics go there and back" {
	run "$stack_root/build/test/test_db"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output != *SKIPPED* ]]
	[[ $output == *'6 test(s)'* ]]
}
