#!/usr/bin/env bats
# The short form of `make faults`: one system is broken in every way while a
# load runs, and nothing that was acknowledged may be lost.
# bats file_tags=beside,long

load lib/stack

setup_file() {
	env -u CPMS_HOME "$stack_root/tests/faults/run" --short \
		>"$BATS_FILE_TMPDIR/said" 2>&1 3>&- || true
}

# What the run said about a fault.
met() {
	grep " $1 " "$BATS_FILE_TMPDIR/said" || cat "$BATS_FILE_TMPDIR/said"
	grep " $1:" "$BATS_FILE_TMPDIR/said" || true
	grep -q "^met: *$1 " "$BATS_FILE_TMPDIR/said"
}

@test "a killed events process loses nothing that it acknowledged" {
	met kill_process
}

@test "a killed database backend loses nothing" {
	met kill_backend
}

@test "a database that stops in the middle and comes back loses nothing" {
	met stop_cluster
}

@test "a database that hangs is waited for, then refused, never forgotten" {
	met hang
}

@test "restarts of all endpoints refuse nothing" {
	met restart
}

@test "reloads of nginx lose nothing of a gateway that sends nothing twice" {
	met reload_nginx
}

@test "a killed supervisor, its processes and its socket come back" {
	met kill_supervisor
}

@test "a killed nginx master comes back, its workers finish" {
	met kill_nginx
}

@test "a killed PostgreSQL comes back and has lost nothing" {
	met kill_cluster
}

@test "a process under SIGSTOP is replaced" {
	met stop_process
}

@test "a process that gets no more descriptors is replaced" {
	met descriptors
}

@test "a large session is decided beside the others, whoever is killed over it" {
	met large_session
}

@test "a charger with its secret comes in while 64 guess" {
	met guessing
}

@test "no event is refused while four connections post the largest" {
	met large
}

@test "a full disk of the database loses nothing, and room is enough to go on" {
	! grep -q '^left out: disk_full' "$BATS_FILE_TMPDIR/said" ||
		skip "a file system of its own takes root"
	met disk_full
}

@test "under more than it can carry it keeps its memory and its word" {
	met overload
}
