#!/usr/bin/env bats
# An upgrade migrates first and then restarts one endpoint after the other: the
# programs of the version before serve on the new schema meanwhile.
# bats file_tags=beside,long

load lib/stack

here() {
	git -c safe.directory="$stack_root" -C "$stack_root" "$@"
}

old_programs=(charger_auth event_ingest session_get health_ready)

setup_file() {
	stack_start
	old=$(mktemp -d /tmp/cpms-u.XXXXXX)
	chmod 755 "$old"
	export old
	# in this checkout, not in one around it
	[ "$(here rev-parse --show-toplevel 2>&1)" = \
		"$stack_root" ] || return 0
	old_commit >"$old/commit" || return 0
	mkdir "$old/tree" "$old/s"
	here archive "$(<"$old/commit")" |
		tar -x -C "$old/tree"
	# what is fast to build: nothing is measured
	make -s -j 2 -C "$old/tree" CFLAGS=-O0 CPPFLAGS= \
		"${old_programs[@]/#/build/bin/}" 3>&-
}

teardown_file() {
	rm -rf "$old"
	stack_stop
}

setup() {
	id=$(unique_id)
	pids=()
	[ -e "$old/tree" ] || skip "there is no git history that holds the version before the newest file of sql/"
}

teardown() {
	[ "${#pids[@]}" = 0 ] || { kill "${pids[@]}" && wait "${pids[@]}"; } ||
		true
}

# The version before: the newest release, or, before there is one, what preceded
# the newest file of sql/.
old_commit() {
	local newest

	here describe --tags --abbrev=0 --match 'v[0-9]*' \
		2>/dev/null && return
	newest=$(ls "$stack_root"/sql/[0-9]*.sql | tail -n 1)
	# not committed yet
	here ls-files --error-unmatch "$newest" \
		>/dev/null 2>&1 || {
		here rev-parse HEAD
		return
	}
	newest=$(here log --diff-filter=A --format=%H -1 -- \
		"$newest")
	here rev-parse --verify -q "$newest^"
}

# Each of the old programs on a socket of its own, with the new schema.
old_start() {
	local name

	for name in "${old_programs[@]}"; do
		spawn-fcgi -n -s "$old/s/$name.sock" -- \
			"$old/tree/build/bin/$name" </dev/null \
			>>"$old/log" 2>&1 3>&- &
		pids+=($!)
	done
	for name in "${old_programs[@]}"; do
		wait_for test -S "$old/s/$name.sock"
	done
}

old() {
	CPMS_TEST_RUN_DIR=$old fcgi "$@"
}

# old_send EVENT...
old_send() {
	local one

	for one; do
		old event_ingest POST /v1/gateway/events "$one"
		asked 202
	done
}

@test "programs of the version before serve on the newest schema" {
	local one

	echo "$(<"$old/commit") before $(ls "$stack_root"/sql/[0-9]*.sql | tail -n 1)"
	old_start
	# of the endpoints only these run
	old health_ready GET /readyz
	[ "$(field '[.missing[]?.detail] - ["nobody listens on its socket"] |
		tojson')" = '[]' ]
	put "/v1/chargers/$(path_of "$id")" '{"secret":"s3"}'
	asked 201
	old charger_auth POST "/v1/gateway/chargers/$id/auth" \
		'{"presentedSecret":"s3"}'
	asked 200
	old charger_auth POST "/v1/gateway/chargers/$id/auth" \
		'{"presentedSecret":"s4"}'
	asked 401
	# a session that the old ones see begin and end, and one that both see
	old_send "$(started 0 1 1 1000)" "$(sampled 60 1 1100)" \
		"$(ended 120 1 1500)" "$(started 300 2 1 1500)"
	send "$(sampled 360 2 1600)"
	old_send "$(sampled 420 2 1700)"
	send "$(ended 480 2 2500)"
	[ "$(figures)" = '[1,1,500,"StopTransaction",false]
[1,2,1000,"StopTransaction",false]' ]
	for one in 1 2; do
		old session_get GET "/v1/sessions/$(session_id $one)"
		asked 200
		[ "$(field .energyWh)" = "$((one * 500))" ]
	done
	! grep -E ' error ' "$old/log"
}
