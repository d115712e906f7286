#!/usr/bin/env bats
# GET /v1/chargers/{chargePointId}
# bats file_tags=beside

load lib/stack

@test "a charger is shown with all its members" {
	sql "insert into chargers (charge_point_id, is_active, vendor, model,
		firmware_version, ocpp_version, last_seen_at,
		clock_skew_seconds, created_at, updated_at) values ('$id', true, 'Ö \"V\"', 'M', '1.2', '1.6J',
		'2026-01-02 03:04:05.678+01', -90, '2026-01-01 00:00:00Z',
		'2026-01-02 00:00:00Z')"
	get "/v1/chargers/$id"
	[ "$status_code" = 200 ]
	[ "$(header Content-Type)" = application/json ]
	[ "$(jq -Sc . <<<"$body")" = "$(jq -Sc --arg id "$id" \
		'.chargePointId = $id' <<-'END'
		{"isActive":true,"vendor":"Ö \"V\"","model":"M",
		"firmwareVersion":"1.2","ocppVersion":"1.6J","maxPowerKw":null,
		"siteId":null,
		"lastSeenAt":"2026-01-02T02:04:05.678Z","clockSkewSeconds":-90,
		"createdAt":"2026-01-01T00:00:00Z",
		"updatedAt":"2026-01-02T00:00:00Z"}
		END
	)" ]
}

@test "what is not known is null" {
	sql "insert into chargers (charge_point_id) values ('$id')"
	get "/v1/chargers/$id"
	[ "$(jq -c '[.isActive, .vendor, .model, .firmwareVersion, .siteId,
		.lastSeenAt, .clockSkewSeconds]' <<<"$body")" = \
		'[false,null,null,null,null,null,null]' ]
}

@test "the secret's hash is not shown" {
	sql "insert into chargers (charge_point_id, secret_hash)
		values ('$id', 'thehash')"
	get "/v1/chargers/$id"
	[[ $body != *thehash* ]]
}

@test "a charger's site is shown" {
	site=$(sql "insert into sites (name) values ('$id') returning site_id")
	sql "insert into chargers (charge_point_id, site_id)
		values ('$id', '$site')"
	get "/v1/chargers/$id"
	[ "$(jq -r .siteId <<<"$body")" = "$site" ]
}

@test "any id that OCPP allows finds its charger" {
	for odd in 'a b' 'a/b' 'ä%ö' "it's" 'a?b#c' '"q"\'; do
		sql "insert into chargers (charge_point_id)
			values (\$q\$$id$odd\$q\$)"
		path=$(jq -rn --arg id "$id$odd" '$id | @uri')
		get "/v1/chargers/$path"
		[ "$status_code" = 200 ]
		[ "$(jq -r .chargePointId <<<"$body")" = "$id$odd" ]
	done
	get "/v1/chargers/${id}a/b"
	[ "$status_code" = 200 ]
}

@test "an unknown charger is 404" {
	get "/v1/chargers/$id"
	[ "$status_code" = 404 ]
	[ "$(header Content-Type)" = application/problem+json ]
	[ "$(jq -r .type <<<"$body")" = urn:cpms:problem:not-found ]
}

@test "an unknown query key is 400" {
	get "/v1/chargers/$id?x=1"
	[ "$status_code" = 400 ]
}

@test "another method is 405" {
	fcgi charger_get DELETE "/v1/chargers/$id"
	[ "$status_code" = 405 ]
	[ "$(header Allow)" = GET ]
}
