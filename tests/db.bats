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

cancelled() {
	grep -c 'canceling statement due to user request' \
		"$CPMS_TEST_RUN_DIR/log/postgresql.log"
}

more_cancelled() {
	[ "$(cancelled)" -gt "$1" ]
}

@test "what a read waits for is cancelled when its caller goes" {
	local before

	before=$(cancelled || true)
	hold "lock table sites in access exclusive mode"
	curl -s -m 1 "$CPMS_TEST_BASE_URL/v1/sites" || [ "$?" = 28 ]
	wait_for more_cancelled "$before"
	let_go
	get /v1/sites
	[ "$status_code" = 200 ]
}

@test "what outlives its request's deadline is cancelled" {
	local before

	before=$(cancelled || true)
	hold "lock table sites in access exclusive mode"
	get /v1/sites
	[ "$status_code" = 503 ]
	wait_for more_cancelled "$before"
	let_go
}
