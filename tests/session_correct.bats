#!/usr/bin/env bats
# POST /v1/sessions/{sessionId}/corrections
# bats file_tags=beside

load lib/stack
load lib/settle

setup() {
	id=$(unique_id)
}

# missing: a session on a priced site of which nothing is known but its end;
# sets $session and $path.
missing() {
	site_make 0.5000
	charger_make
	tell "$(started 0 7 1)" "$(ended 600 7)"
	session=$(session_id)
	path=/v1/sessions/$session/corrections
}

# correction KEY WH [BY]
correction() {
	printf '{"energyWh":%s,"by":"%s","why":"the meter was read",' \
		"$2" "${3:-Eve}"
	printf '"idempotencyKey":"%s"}' "$1"
}

shown() {
	get "/v1/sessions/$session"
	jq -c "$1" <<<"$body"
}

revisions() {
	get "/v1/sessions/$session/energy"
	jq -c ".revisions | $1" <<<"$body"
}

@test "a session without a figure gets the one that an operator stands for" {
	missing
	[ "$(shown '[.energyWh, .needsReview, .billing, .unpricedReason]')" = \
		'[null,true,"Unpriced","NoEnergy"]' ]
	fcgi session_correct POST "$path" "$(correction a 4200)"
	asked 201
	[ "$(jq -c '[.energyWh, .energySource, .corrected, .needsReview,
		.reviewReasons, .billing]' <<<"$body")" = \
		'[4200,"Missing",true,false,["EnergyMissing"],"Settled"]' ]
	answer=$body
	[ "$(shown .)" = "$(jq -c . <<<"$answer")" ]
	[ "$(settlements '[.amount, .status]')" = '[2.1,"Pending"]' ]
	[ "$(revisions 'map([.revision, .cause, .energyWh, .corrected,
		.acceptedBy])')" = '[[2,"Corrected",4200,true,"Eve"],[1,"Ended",null,false,null]]' ]
	[ "$(revisions '.[0] | [.steps, .readingsUsed, .flags]')" = \
		"$(revisions '.[1] | [.steps, .readingsUsed, .flags]')" ]
}

@test "the same key twice is one correction; with another figure it is 422" {
	missing
	post "$path" "$(correction a 4200)"
	asked 201
	post "$path" "$(correction a 4200)"
	asked 200
	[ "$(header Idempotent-Replayed)" = true ]
	[ "$(revisions length)" = 2 ]
	ask session_correct POST "$path" "$(correction a 4300)"
	is_problem 422 idempotency-key-reused
	[ "$(shown .energyWh)" = 4200 ]
}

@test "two at once are two revisions in an order, and nothing is lost" {
	local -a callers=()

	missing
	for ((i = 1; i <= 6; i++)); do
		correction "k$i" $((1000 * i)) >"$BATS_TEST_TMPDIR/body.$i"
		curl -sS -o /dev/null -w '%{http_code}\n' \
			-d @"$BATS_TEST_TMPDIR/body.$i" \
			"$CPMS_TEST_BASE_URL$path" \
			>"$BATS_TEST_TMPDIR/code.$i" 3>&- &
		callers+=($!)
	done
	wait "${callers[@]}"
	[ "$(sort -u "$BATS_TEST_TMPDIR"/code.*)" = 201 ]
	[ "$(revisions 'map(.revision)')" = '[7,6,5,4,3,2,1]' ]
	[ "$(revisions '[.[].energyWh] | sort')" = \
		'[null,1000,2000,3000,4000,5000,6000]' ]
	get "$path"
	[ "$(jq -c 'map(.seq)' <<<"$body")" = '[1,2,3,4,5,6]' ]
	[ "$(jq '.[-1].energyWh' <<<"$body")" = "$(shown .energyWh)" ]
}

@test "after its settlement is frozen it makes an adjustment" {
	missing
	post "$path" "$(correction a 4000)"
	t=$(settlement 1)
	submit
	asked 204
	post "$path" "$(correction b 5000)"
	asked 201
	[ "$(settlements '[.kind, .amount, .status]')" = \
		"$(printf '%s\n' '["Settlement",2,"Submitted"]' \
		'["Adjustment",0.5,"Pending"]')" ]
}

@test "late data keeps the correction and asks for a review" {
	missing
	post "$path" "$(correction a 4200)"
	tell "$(sampled 300 7 900)"
	[ "$(shown '[.energyWh, .energySource, .corrected, .needsReview,
		.reviewReasons, .billing]')" = \
		'[4200,"MeterValues.Register",true,true,["CorrectionOutdated"],"Held"]' ]
	[ "$(revisions '.[0] | [.cause, .energyWh, .corrected,
		.steps["MeterValues.Register"].energyWh]')" = \
		'["Late",4200,true,900]' ]
	post "/v1/sessions/$session/accept" '{"by":"Eve","why":"still"}'
	asked 200
	[ "$(shown '[.energyWh, .needsReview, .billing]')" = \
		'[4200,false,"Settled"]' ]
	tell "$(sampled 360 7 901)"
	[ "$(shown '[.energyWh, .needsReview]')" = '[4200,true]' ]
}

@test "a correction to 0 is priced zero" {
	missing
	post "$path" "$(correction a 0)"
	asked 201
	[ "$(shown '[.energyWh, .billing, .costAmount]')" = '[0,"Zero",0]' ]
}

@test "a running session is 409, an unknown one 404" {
	tell "$(started 0 7 1)"
	ask session_correct POST "/v1/sessions/$(session_id)/corrections" \
		"$(correction a 1)"
	is_problem 409 conflict
	not_found POST '/v1/sessions/{}/corrections' "$(correction a 1)"
}

@test "every member that is missing or wrong is named" {
	path=/v1/sessions/00000000-0000-0000-0000-000000000000/corrections
	wrong "$path" '["/energyWh","/by","/why","/idempotencyKey"]' '{}'
	wrong "$path" '["/energyWh"]' "$(correction a -1)"
	wrong "$path" '["/energyWh"]' "$(correction a 1.5)"
	wrong "$path" '["/energyWh"]' "$(correction a 1000000001)"
	wrong "$path" '["/by"]' "$(correction a 1 ' ')"
	wrong "$path" '["/idempotencyKey"]' "$(correction '' 1)"
}
