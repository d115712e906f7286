#!/usr/bin/env bats
# GET /v1/chargers/{chargePointId}/connectors
# bats file_tags=beside

load lib/stack

setup() {
	id=$(unique_id 'CP ä/')
	path=/v1/chargers/$(path_of "$id")/connectors
	sql "insert into chargers (charge_point_id) values ('$id')"
}

@test "connectors are listed by their number" {
	sql "insert into connector_state (charge_point_id, connector_id,
		status, error_code, updated_at) values
		('$id', 10, 'Faulted', 'GroundFailure', '2026-01-02 00:00Z'),
		('$id', 2, 'Charging', 'NoError', '2026-01-02 00:00:00.5Z'),
		('$id', 0, 'Available', null, '2026-01-02 00:00Z')"
	get "$path"
	[ "$status_code" = 200 ]
	[ "$(jq -c '[.[].connectorId]' <<<"$body")" = '[0,2,10]' ]
	[ "$(jq -Sc '.[1]' <<<"$body")" = "$(jq -nSc --arg id "$id" \
		'{chargePointId: $id, connectorId: 2, status: "Charging",
		errorCode: "NoError", updatedAt: "2026-01-02T00:00:00.500Z"}')" ]
	[ "$(jq -c '.[0].errorCode' <<<"$body")" = null ]
}

@test "a charger without connectors has an empty list" {
	get "$path"
	[ "$status_code" = 200 ]
	[ "$body" = '[]' ]
}

@test "another charger's connectors are not listed" {
	sql "insert into chargers (charge_point_id) values ('$id-2');
		insert into connector_state (charge_point_id, connector_id,
		status) values ('$id-2', 1, 'Available')"
	get "$path"
	[ "$body" = '[]' ]
}

@test "an unknown charger is 404" {
	get /v1/chargers/no-such-charger/connectors
	[ "$status_code" = 404 ]
	[ "$(jq -r .type <<<"$body")" = urn:cpms:problem:not-found ]
}

@test "an unknown query key is 400" {
	get "$path?limit=1"
	[ "$status_code" = 400 ]
}

@test "another method is 405" {
	fcgi connector_list POST "$path" '{}'
	[ "$status_code" = 405 ]
	[ "$(header Allow)" = GET ]
}
