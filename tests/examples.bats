#!/usr/bin/env bats
# The bodies in handlers/README.md, posted one after the other as they stand.
# bats file_tags=beside,long

load lib/stack

setup_file() {
	stack_start_own
	gateway_start
}

teardown_file() {
	gateway_stop
	stack_stop
}

setup() {
	readme=$stack_root/handlers/README.md
}

# Each example of the README as a line: METHOD, path, body (or nothing).
examples() {
	awk '/^```http$/ { on = 1; next }
		/^```$/ && on { on = 0; if (line) print line; line = "" }
		!on { next }
		/^$/ { if (line) print line; line = ""; next }
		!line { line = $1 "\t" $2 "\t"; next }
		{ line = line $0 }' "$readme"
}

# remember JSON: what a later example names in braces.
remember() {
	local name value

	for name in siteId settlementId leaseToken; do
		value=$(jq -r --arg n "$name" \
			'[.. | objects | .[$n]? | strings][0] // ""' <<<"$1")
		[ -z "$value" ] || ids[$name]=$value
	done
}

# filled TEXT: with the remembered ids in their places.
filled() {
	local text=$1 name

	for name in "${!ids[@]}"; do
		text=${text//"{$name}"/${ids[$name]}}
	done
	printf '%s\n' "$text"
}

@test "each body of the README is accepted" {
	local method path json n=0
	local -A ids=()

	while IFS=$'\t' read -r method path json; do
		if [[ $path == *{sessionId}* ]]; then
			get /v1/chargers/CP-9/sessions
			ids[sessionId]=$(jq -r '.[0].sessionId' <<<"$body")
		fi
		request "$method" "$(filled "$path")" "$(filled "$json")"
		echo "$method $path: $status_code $body"
		[[ $status_code == 2?? ]]
		remember "$body"
		n=$((n + 1))
	done < <(examples)
	[ "$n" -gt 14 ]
}

@test "each POST and PUT has its body in the README" {
	local method path bad=''

	while IFS=$'\t' read -r _ method path _; do
		[[ $method == POST || $method == PUT ]] || continue
		examples | cut -f 1,2 | sed 's,/CP-9,/{chargePointId},' |
			grep -qxF "$method"$'\t'"$path" ||
			bad+="$method $path"$'\n'
	done <"$stack_root/build/endpoints.tsv"
	printf %s "$bad"
	[ -z "$bad" ]
}
