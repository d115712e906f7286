#!/usr/bin/env bats
# GET /v1/quarantine, and scripts/quarantine, which posts again what it shows.

load lib/stack

setup() {
	id=$(unique_id)
	cd "$stack_root" || return
	export CPMS_LISTEN_ADDR=${CPMS_TEST_BASE_URL#http://}
}

# keep TEXT [REASON]: as if it had been refused.
keep() {
	sql "insert into quarantine select seq % 1000, seq, now(),
		'${2-the reason}', convert_to('$1', 'UTF8')
		from nextval('quarantine_seq') seq on conflict (slot) do update
		set seq = excluded.seq, reason = excluded.reason,
		received_at = now(), body = excluded.body
		returning seq"
}

refuse() {
	request POST /v1/gateway/events '' --data-binary "@$1"
	[[ $status_code == 4* ]]
}

# The newest one of the list is asked for.
newest() {
	ask quarantine_list GET '/v1/quarantine?limit=1'
	asked 200
}

@test "a refused body is listed with its time, reason, size and text" {
	printf '{"odd":"ä%s"}' "$id" >"$BATS_TEST_TMPDIR/body"
	refuse "$BATS_TEST_TMPDIR/body"
	newest
	[ "$(field '.[0].body')" = "$(<"$BATS_TEST_TMPDIR/body")" ]
	[ "$(field '.[0] | [.reason, .size, .isCut] | tojson')" = "[\"/type: is required, a string\",$(wc -c <"$BATS_TEST_TMPDIR/body"),false]" ]
	[[ $(field '.[0].receivedAt') =~ ^20.*Z$ ]]
	[ "$(field '.[0].id')" = "$(sql 'select max(seq) from quarantine')" ]
}

@test "any bytes are text in the list, and no secret is" {
	printf '\xff\x00\x1b[2J"\x80ä\xed\xa0\x80"\n{"presentedSecret": "sesame1",
		"PASSWORD":"ses\\"ame2"}&secret=sesame3&Authorization: Bearer sesame4' \
		>"$BATS_TEST_TMPDIR/body"
	refuse "$BATS_TEST_TMPDIR/body"
	newest
	[ "$(field '.[0].body | startswith("\ufffd\ufffd\u001b[2J\"\ufffdä\ufffd")')" = true ]
	[ "$(field '.[0].size')" = "$(wc -c <"$BATS_TEST_TMPDIR/body")" ]
	[[ $body != *same* ]]
	[ "$(field '.[0].body | [scan("[*]{3}")] | length')" = 4 ]
	: >"$BATS_TEST_TMPDIR/body"
	refuse "$BATS_TEST_TMPDIR/body"
	newest
	[ "$(field '.[0] | [.size, .body] | tojson')" = '[0,""]' ]
}

@test "the pages show each body once, newest first" {
	local -a seq=()
	local i

	for i in 1 2 3; do
		seq=("$(keep "$id $i")" "${seq[@]}")
	done
	get '/v1/quarantine?limit=2'
	[ "$(field 'map(.id) | @csv')" = "${seq[0]},${seq[1]}" ]
	get "$(next_page)"
	[ "$(field '.[0].id')" = "${seq[2]}" ]
	for query in limit=0 cursor=x reason=x; do
		ask quarantine_list GET "/v1/quarantine?$query"
		is_problem 400 bad-query
	done
}

@test "a large body is cut, and a page of large ones ends early" {
	local i

	for ((i = 0; i < 20; i++)); do
		keep "$id $i $(head -c 70000 /dev/zero | tr '\0' x)" >/dev/null
	done
	newest
	[ "$(field '.[0] | [.isCut, .size > 70000, (.body | length)] | tojson')" = \
		'[true,true,65536]' ]
	get '/v1/quarantine?limit=200'
	[ "$(field length)" = 16 ]
	get "$(next_page)"
	[ "$(field '.[0].body | .[:'"${#id}"' + 2]')" = "$id 3" ]
	sql "delete from quarantine where octet_length(body) > 70000"
}

@test "scripts/quarantine lists the same, a line each" {
	local seq

	seq=$(keep "$id"$'\e\t\n' 'why so')
	run ./scripts/quarantine list
	[ "$status" = 0 ]
	[[ ${lines[0]} == "$seq"$'\t20'*Z$'\t'$((${#id} + 3))$'\twhy so\t"'"$id"* ]]
	[[ ${lines[0]} == *'\\u001b\\t\\n"' ]]
}

@test "what is accepted when it is posted again leaves the quarantine" {
	local seq wrong

	seq=$(keep "$(started 0 7 1 1000)")
	wrong=$(keep "{\"$id\":1}" old)
	run ./scripts/quarantine replay "$wrong" "$seq"
	[ "$status" = 1 ]
	[ "${lines[0]}" = "$wrong refused again: /type: is required, a string" ]
	[ "${lines[1]}" = "$seq accepted" ]
	[ "$(figures)" = '[1,7,null,null,false]' ]
	[ "$(sql "select count(*) from quarantine where seq = $seq
		or position('$(started 0 7 1 1000)' in encode(body, 'escape')) > 0")" = 0 ]
	[ "$(sql "select reason from quarantine
		where position('$id' in encode(body, 'escape')) > 0")" = \
		"/type: is required, a string" ]
	run ./scripts/quarantine replay "$seq"
	[ "$status" = 1 ]
	[[ $output == *"no refused body has the id $seq" ]]
}

@test "a replay posts the very bytes, all of them with --all" {
	local -a before

	sql "delete from quarantine"
	printf '{"%s":\xff\x00\n\n' "$id" >"$BATS_TEST_TMPDIR/body"
	refuse "$BATS_TEST_TMPDIR/body"
	: >"$BATS_TEST_TMPDIR/none"
	refuse "$BATS_TEST_TMPDIR/none"
	keep "$(event X 0 '"x":"\\u0000"')"
	mapfile -t before < <(sql 'select seq from quarantine order by seq')
	run ./scripts/quarantine replay --all
	[ "$status" = 1 ]
	[[ ${lines[0]} == "${before[0]} refused again: not JSON"* ]]
	[[ ${lines[1]} == "${before[1]} refused again: not JSON"* ]]
	[ "${lines[2]}" = "${before[2]} accepted" ]
	[ "$(kept)" = 1 ]
	[ "$(sql "select string_agg(md5(body), ' ' order by seq)
		from quarantine")" = "$(md5sum <"$BATS_TEST_TMPDIR/body" |
			cut -c1-32) $(md5sum </dev/null | cut -c1-32)" ]
}

@test "a replay that can't be posted changes nothing" {
	local seq

	seq=$(keep "$(event X 0)")
	CPMS_LISTEN_ADDR=127.0.0.1:1 run ./scripts/quarantine replay "$seq"
	[ "$status" = 1 ]
	[[ $output == *"no CPMS answers"* ]]
	[ "$(sql "select count(*) from quarantine where seq = $seq")" = 1 ]
	for word in '' lists 'replay' 'replay x' 'replay --all 1' 'list 1'; do
		# shellcheck disable=SC2086 # several words
		run ./scripts/quarantine $word
		[ "$status" = 1 ]
		[[ $output == *usage:* ]]
	done
}
