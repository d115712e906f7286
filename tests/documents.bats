#!/usr/bin/env bats
# What the bodies and documents of all endpoints have in common, endpoint by
# endpoint as their rows (--describe) tell of them.

load lib/stack

setup_file() {
	local program

	stack_start
	gateway_start
	for program in $(cut -f1 "$stack_root/build/endpoints.tsv"); do
		"$stack_root/build/bin/$program" --describe
	done | jq -s . >"$BATS_FILE_TMPDIR/rows"
	things_make
}

teardown_file() {
	gateway_stop
	stack_stop
}

# One of each that a path can name; their ids go into a file.
things_make() {
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	site_make 0.1
	tariff 0.2 USD
	post /v1/sites "{\"name\":\"$site_name\",\"timeZone\":\"Asia/Tokyo\",
		\"payoutWallet\":\"0xW1\"}"
	asked 200
	charger_make
	charger=$id
	send "$(event ChargerBooted 0 '"vendor":"","model":"M\tü","firmwareVersion":"1.2","ocppVersion":"1.6"')"
	charge 600
	settlement=$(settlement 1)
	session=$(sql "select session_id from sessions
		where charge_point_id = '$charger'")
	command_post "$(unique_id key)" accepted
	asked 200
	jq -n --arg c "$charger" --arg s "$site" --arg t "$settlement" \
		--arg x "$session" --arg m "$(field .commandId)" \
		'{chargePointId: $c, siteId: $s, settlementId: $t,
		sessionId: $x, commandId: $m}' >"$BATS_FILE_TMPDIR/ids"
}

# What jq's FILTER prints of the rows; $ids and the function path are there.
of_rows() {
	jq -cr --slurpfile ids "$BATS_FILE_TMPDIR/ids" '
		def path_of_ids: gsub("[{](?<name>[A-Za-z]+)[}]";
			"\($ids[0][.name] | @uri)");
		'"$1" "$BATS_FILE_TMPDIR/rows"
}

# The number of rows in each table.
counts() {
	sql "select relname, (xpath('/row/n/text()', query_to_xml(
		format('select count(*) as n from %I', relname), false, true,
		'')))[1]
		from pg_class where relkind in ('r', 'p')
		and relnamespace = 'public'::regnamespace
		and not relispartition order by 1"
}

@test "every row says what its call is for, what it takes and answers" {
	[ -z "$(of_rows '.[] | select((.says | length) == 0
		or any(.answers[]; (.says | length) == 0 and .status >= 300)
		or all(.answers[]; .status >= 300)
		or ((.method | test("^P")) and .body == null and
			.name != "session_finalize")) | .name')" ]
	[ "$(of_rows length)" -gt 30 ]
	[ "$(of_rows '[.[] | select(.body != null)] | length')" -gt 10 ]
}

@test "what is shown has the members that its description says" {
	local path schema n=0

	while IFS=$'\t' read -r path schema; do
		get "$path"
		asked 200
		jq -e --argjson s "$schema" '
			def fits($s): . as $v
				| ($s.type | if type == "array" then . else [.] end)
				as $types
				| if $s.type == null then true
				elif type == "null" then any($types[]; . == "null")
				elif type == "array" then
					all(.[]; fits($s.items))
				elif type == "object" and $s.properties != null then
					(keys - ($s.properties | keys) == []) and
					($s.required - keys == []) and
					all(to_entries[]; .key as $k | .value |
						fits($s.properties[$k]))
				elif type == "number" then
					any($types[]; . == "number" or . == "integer")
				else type as $t | any($types[]; . == $t)
					and ($s.enum == null or
						any($s.enum[]; . == $v)) end;
			fits($s)' <<<"$body" >/dev/null || {
			echo "$path: $body"
			return 1
		}
		n=$((n + 1))
	done < <(of_rows '.[] | select(.method == "GET" and
		(.path | endswith("statement") | not)
		and .answers[0].schema != null)
		| [(.path | path_of_ids), (.answers[0].schema | tojson)]
		| join("\t")')
	[ "$n" -gt 15 ]
}

@test "one unknown member in a body is 422 with its pointer" {
	local method path n=0 before

	before=$(counts)
	while read -r method path; do
		request "$method" "$path" '{"no/such~member":1}'
		is_problem 422 bad-shape
		[ "$(field '[.errors[] | select(.detail ==
			"is not a member of this body") | .pointer] | tojson')" = \
			'["/no~1such~0member"]' ] || {
			echo "$method $path: $body"
			return 1
		}
		n=$((n + 1))
	done < <(of_rows '.[] | select(.access == "operator" and .body != null)
		| "\(.method) \(.path | path_of_ids)"')
	[ "$n" -gt 8 ]
	[ "$(counts)" = "$before" ]
}

@test "the gateway's bodies may hold what nobody knows" {
	local method path n=0

	while read -r method path; do
		request "$method" "$path" "{\"presentedSecret\":\"s\",
			\"remoteAddr\":7,\"type\":\"Unheard\",
			\"chargePointId\":\"$(jq -r .chargePointId \
			"$BATS_FILE_TMPDIR/ids")\",\"more\":[1]}"
		[[ $status_code == 20[02] ]]
		n=$((n + 1))
	done < <(of_rows '.[] | select(.access == "gateway")
		| "\(.method) \(.path | path_of_ids)"')
	[ "$n" = 2 ]
}

@test "an older name is taken, and both with different values are 422" {
	local method path name old one other n=0 before

	before=$(counts)
	while IFS=$'\t' read -r method path name old one other; do
		request "$method" "$path" "{\"$name\":$one,\"$old\":$other}"
		is_problem 422 bad-shape
		[ "$(field '[.errors[].pointer] | tojson')" = \
			"[\"/$name\",\"/$old\"]" ]
		request "$method" "$path" "{\"$name\":$one,\"$old\":$one}"
		[[ $status_code == 2* ]]
		request "$method" "$path" "{\"$old\":$one}"
		[[ $status_code == 2* ]]
		n=$((n + 1))
	done < <(of_rows '.[] | select(.access == "operator" and .body != null)
		| .method as $method | (.path | path_of_ids) as $path
		| .body.properties | to_entries[]
		| select(.value.description // "" |
			startswith("An older name of "))
		| [$method, $path,
			(.value.description | ltrimstr("An older name of ")
			| rtrimstr(".")), .key]
		+ (if .value.type | index("boolean") then [true, false]
			else ["\"0xW1\"", "\"0xW2\""] end)
		| join("\t")')
	[ "$n" = 2 ]
	[ "$(counts)" = "$before" ]
}

@test "each document that is shown can be sent back and changes nothing" {
	local shown method path one n=0 before rows

	while read -r shown method path; do
		get "$shown?limit=200"
		[ "$status_code" != 400 ] || get "$shown"
		asked 200
		before=$body
		rows=$(counts)
		while read -r one; do
			request "$method" "$path" "$one"
			asked 200
			[ "$(jq -cS . <<<"$body")" = "$(jq -cS . <<<"$one")" ] || {
				printf '%s\n%s\n' "$one" "$body"
				return 1
			}
			n=$((n + 1))
		done < <(jq -c --slurpfile ids "$BATS_FILE_TMPDIR/ids" '
			if type == "array" then .[] else . end |
			select((.siteId // $ids[0].siteId) == $ids[0].siteId
			and (.chargePointId // $ids[0].chargePointId) ==
				$ids[0].chargePointId)' \
			<<<"$before")
		get "$shown?limit=200"
		[ "$status_code" != 400 ] || get "$shown"
		[ "$body" = "$before" ]
		[ "$(counts)" = "$rows" ]
	done < <(of_rows '. as $all | .[] | select(.method == "GET") as $get
		| $all[] | select(.method != "GET" and .body != null and
			(.path == $get.path or (.name == "command_create" and
			$get.name == "command_get")))
		| "\($get.path | path_of_ids) \(.method) \(.path | path_of_ids)"')
	[ "$n" = 6 ]
}
