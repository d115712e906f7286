#!/usr/bin/env bats
# adapter/db against a database: tests/unit/test_db.c finds one here.
# bats file_tags=beside

load lib/stack

setup_file() {
	stack_start
	make -s -C "$stack_root" build/test/test_db 3>&-
}

@test "results, parameters and numerics go there and back" {
	run "$stack_root/build/test/test_db"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output != *SKIPPED* ]]
	[[ $output == *'6 test(s)'* ]]
}
