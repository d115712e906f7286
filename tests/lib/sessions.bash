# shellcheck shell=bash disable=SC2034,SC2154 # with tests/lib/stack.bash
# Events of sessions, and the calls that show what became of them.

# ask NAME METHOD PATH [BODY]: the endpoint itself, then through nginx; what
# the second answers is what the first did, but for the id of a problem.
ask() {
	local code direct

	fcgi "$@"
	code=$status_code
	direct=$(jq -c 'del(.instance?)' <<<"$body")
	request "${@:2}"
	[ "$status_code" = "$code" ]
	[ "$(jq -c 'del(.instance?)' <<<"$body")" = "$direct" ]
}

# is_problem STATUS SLUG: the last answer.
is_problem() {
	[ "$status_code" = "$1" ]
	[ "$(header Content-Type)" = application/problem+json ]
	[ "$(jq -r .type <<<"$body")" = "urn:cpms:problem:$2" ]
}

# at MINUTE: that minute of the tests' hours, as an API time.
at() {
	printf '2026-05-01T%02d:%02d:00Z\n' $((10 + $1 / 60)) $(($1 % 60))
}

# started CHARGER TRANSACTION MINUTE [MORE]: an event; MORE is a JSON object
# whose members are added.  So below.
started() {
	event TransactionStarted "$1" "$2" "$3" "{\"connectorId\":1}" "${4-}"
}

# sampled CHARGER TRANSACTION MINUTE VALUE [MORE OF THE SAMPLE]
sampled() {
	event MeterSample "$1" "$2" "$3" "$(jq -nc --arg value "$4" \
		--argjson more "${5:-{\}}" '{samples: [{measurand:
		"Energy.Active.Import.Register", unit: "Wh", value: $value}
		+ $more]}')"
}

ended() {
	event TransactionEnded "$1" "$2" "$3" '{"reason":"Local"}' "${4-}"
}

event() {
	jq -nc --arg type "$1" --arg id "$2" --argjson tx "$3" \
		--arg ts "$(at "$4")" --argjson own "$5" \
		--argjson more "${6:-{\}}" '{type: $type, chargePointId: $id,
		transactionId: $tx, ts: $ts} + $own + $more'
}

# tell EVENT...: posted in one array.
tell() {
	post /v1/gateway/events "$(jq -sc . <<<"$*")"
	[ "$status_code" = 202 ]
}

# session_of CHARGER [TRANSACTION]: the id of its earliest session.
session_of() {
	sql "select session_id from sessions where charge_point_id = '$1'
		and transaction_id = ${2:-transaction_id}
		order by started_at, connector_id limit 1"
}

# next_page: the path that the last answer's Link names; empty without one.
next_page() {
	header Link | sed -n 's/^<\(.*\)>; rel="next"$/\1/p'
}

# all_pages NAME PATH FILTER: what jq's FILTER prints of every page.
all_pages() {
	local path=$2 pages=0

	while [ -n "$path" ] && [ $((pages += 1)) -le 50 ]; do
		fcgi "$1" GET "$path"
		[ "$status_code" = 200 ] || return
		jq -r "$3" <<<"$body"
		path=$(next_page)
	done
}
