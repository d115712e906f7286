#!/usr/bin/env bats
# DELETE /v1/sessions/{sessionId}/corrections
# bats file_tags=beside

load lib/stack
load lib/settle

setup() {
	site_make 0.5000
	charger_make
	charge 600
	session=$(session_id)
	path=/v1/sessions/$session/corrections
	correction='{"energyWh":4200,"by":"Eve","why":"read","idempotencyKey":"a"}'
}

@test "it goes back to the figure of the fallback chain, in a revision" {
	post "$path" "$correction"
	asked 201
	fcgi session_correction_delete DELETE "$path?by=Ann&why=mistaken"
	asked 200
	[ "$(jq -c '[.energyWh, .energySource, .corrected, .needsReview]' \
		<<<"$body")" = '[600,"StopTransaction",false,false]' ]
	[ "$(settlements '[.amount, .status]')" = '[0.3,"Pending"]' ]
	[ "$(explained '.[-1] | [.cause, .energyWh, .corrected, .acceptedBy,
		.acceptedWhy]')" = '["Withdrawn",600,false,"Ann","mistaken"]' ]
}

@test "what was corrected stays in the list, the withdrawal behind it" {
	post "$path" "$correction"
	request DELETE "$path"
	asked 200
	get "$path"
	[ "$(jq -c 'map([.seq, .energyWh, .by])' <<<"$body")" = \
		'[[1,4200,"Eve"],[2,null,null]]' ]
	[ "$(explained '.[-1].energyWh')" = 600 ]
}

@test "without a correction, and for an unknown session, it is 404" {
	ask session_correction_delete DELETE "$path"
	is_problem 404 not-found
	post "$path" "$correction"
	request DELETE "$path"
	request DELETE "$path"
	asked 404
	not_found DELETE '/v1/sessions/{}/corrections'
}
