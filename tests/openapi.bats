#!/usr/bin/env bats
# The description of the API (OpenAPI), held against the running system both
# ways.  A system of its own, whose calls want keys.
# bats file_tags=beside,long

load lib/stack

setup_file() {
	export CPMS_OPERATOR_KEY=operator-key-of-a-test
	export GATEWAY_API_KEY=gateway-key-of-a-test
	export PYTHONDONTWRITEBYTECODE=1
	stack_start_own
	gateway_start
}

teardown_file() {
	gateway_stop
	stack_stop
}

# api NAME [ARGUMENT...]: a program of tests/lib, with Debian's modules.
api() {
	/usr/bin/python3 "$stack_root/tests/lib/api_$1.py" "${@:2}" 3>&-
}

@test "the description is one of OpenAPI 3.1 and says what the rows say" {
	[ -z "${EXAMPLES-}" ] || skip "its examples are being recorded"
	api check "$stack_root/build/openapi.json" \
		"$stack_root/build/routes.json"
}

@test "nginx serves it to everybody, and only to be read" {
	get /openapi.json
	asked 200
	[ "$(header Content-Type)" = application/json ]
	cmp "$stack_root/build/openapi.json" - <<<"$body"
	request POST /openapi.json '{}'
	is_problem 405 method-not-allowed
	[ "$(header Allow)" = "GET, HEAD" ]
}

@test "every location of nginx is described" {
	local path bad='' n=0

	while read -r path; do
		n=$((n + 1))
		grep -qxF "$path" <(jq -r '.paths | keys[]
			| sub("[{]chargePointId[}]"; ".+")
			| sub("[{][A-Za-z]+[}]"; "[^/]+")' \
			"$stack_root/build/openapi.json") || {
			bad+=$path$'\n'
		}
	done < <(sed -n -E 's/^\s*location (=|~) \^?(.*[^$])\$? \{$/\2/p' \
		"$CPMS_TEST_RUN_DIR"/nginx/{server,extras}.conf |
		grep -vx /v1/_malformed)
	printf %s "$bad"
	[ -z "$bad" ] && [ "$n" -gt 30 ]
}

@test "every described answer and problem is met, and no other" {
	cd "$stack_root"
	api scenario ${EXAMPLES:+--record "$EXAMPLES"}
}

@test "a client that is made from it meets no 5xx and nothing undescribed" {
	api drive --seed "${SEED:-1}" --rounds "${ROUNDS:-12}"
}
