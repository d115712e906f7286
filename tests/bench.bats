#!/usr/bin/env bats
# The short form of `make bench`: that it runs and judges, not how it judges:
# the tests run beside other things.
# bats file_tags=beside,long

load lib/stack

setup_file() {
	env -u CPMS_HOME "$stack_root/tests/bench/run" --short ingest \
		>"$BATS_FILE_TMPDIR/said" 2>&1 3>&- || true
}

@test "the benchmark of ingest ends with a verdict on each goal" {
	cat "$BATS_FILE_TMPDIR/said"
	[ "$(grep -cE '^(met: |NOT MET: )' "$BATS_FILE_TMPDIR/said")" = 5 ]
}

@test "no event of the benchmark was refused" {
	cat "$BATS_FILE_TMPDIR/said"
	[ "$(grep -cE '^(ingest|arrays) .*, 0 failed$' \
		"$BATS_FILE_TMPDIR/said")" = 5 ]
}
