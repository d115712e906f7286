#!/usr/bin/env bats
# PUT /v1/chargers/{chargePointId}
# bats file_tags=beside

load lib/stack

auth() {
	post "/v1/gateway/chargers/$(path_of "$id")/auth" \
		"{\"presentedSecret\":\"$1\"}"
	echo "$status_code"
}

@test "a new charger needs a secret, is active and is let in" {
	id=$(unique_id 'CP ü')
	path=/v1/chargers/$(path_of "$id")
	wrong "$path" '["/secret"]' '{"vendor":"V"}' PUT
	put "$path" '{"secret":"one","vendor":"V","model":"M"}'
	asked 201
	[ "$(field '[.chargePointId, .isActive, .vendor, .model] | tojson')" = \
		"[\"$id\",true,\"V\",\"M\"]" ]
	[[ $body != *secret* ]]
	[ "$(auth one)" = 200 ]
	[[ $(sql "select secret_hash from chargers
		where charge_point_id = '$id'") == '$argon2id$'* ]]
}

@test "what is not given stays" {
	id=$(unique_id)
	path=/v1/chargers/$id
	put "$path" '{"secret":"one","active":false,"vendor":"V"}'
	asked 201
	put "$path" '{"model":"M"}'
	asked 200
	[ "$(field '[.isActive, .vendor, .model] | tojson')" = \
		'[false,"V","M"]' ]
	[ "$(auth one)" = 401 ]
	put "$path" '{"active":true,"secret":"two"}'
	[ "$(auth two)" = 200 ]
	[ "$(auth one)" = 401 ]
	put "$path" '{}'
	asked 200
}

@test "all that is shown can be set, and the time of change stays without one" {
	id=$(unique_id)
	site_make
	path=/v1/chargers/$id
	put "$path" "{\"chargePointId\":\"$id\",\"secret\":\"one\",
		\"isActive\":false,\"vendor\":\"V\",\"model\":\"\",
		\"firmwareVersion\":\"1.2\",\"ocppVersion\":\"2.0.1\",
		\"siteId\":\"$site\"}"
	asked 201
	[ "$(field '[.isActive, .vendor, .model, .firmwareVersion,
		.ocppVersion, .siteId] | tojson')" = \
		"[false,\"V\",\"\",\"1.2\",\"2.0.1\",\"$site\"]" ]
	first=$body
	put "$path" '{"vendor":"V","isActive":false}'
	asked 200
	[ "$body" = "$first" ]
	put "$path" '{"firmwareVersion":"1.3"}'
	[ "$(field .updatedAt)" != "$(jq -r .updatedAt <<<"$first")" ]
	put "$path" '{"siteId":null}'
	asked 200
	[ "$(field .siteId)" = null ]
	[ "$(sql "select string_agg(coalesce(site_id::text, '-'), ' '
		order by since) from charger_sites
		where charge_point_id = '$id'")" = "$site -" ]
}

@test "another id than the path's, or a site that nobody knows, is refused" {
	id=$(unique_id)
	wrong "/v1/chargers/$id" '["/chargePointId"]' \
		'{"chargePointId":"other","secret":"s"}' PUT
	put "/v1/chargers/$id" \
		'{"secret":"s","siteId":"10000000-0000-0000-0000-000000000000"}'
	asked 404
	get "/v1/chargers/$id"
	asked 404
}

@test "a charger that made itself known is let in by an operator" {
	id=$(unique_id)
	send "$(event ChargerHeartbeat 0)"
	put "/v1/chargers/$id" '{"active":true,"secret":"s"}'
	asked 200
	[ "$(auth s)" = 200 ]
}

@test "what is wrong is named" {
	wrong "/v1/chargers/$(unique_id)" \
		'["/secret","/active","/vendor","/model"]' \
		'{"secret":1,"active":"yes","vendor":2,"model":[]}' PUT
	wrong "/v1/chargers/$(unique_id)" '["/secret"]' '{"secret":""}' PUT
}

@test "what its meter can't have risen faster than, in kW" {
	local kw

	id=$(unique_id)
	put "/v1/chargers/$id" '{"secret":"one","maxPowerKw":22}'
	asked 201
	[ "$(field .maxPowerKw)" = 22 ]
	put "/v1/chargers/$id" '{"model":"M","maxPowerKw":null}'
	[ "$(field .maxPowerKw)" = 22 ]
	put "/v1/chargers/$id" '{"maxPowerKw":2000}'
	[ "$(field .maxPowerKw)" = 2000 ]
	for kw in 0 -1 2001 7.4 '"22"' true; do
		wrong "/v1/chargers/$id" '["/maxPowerKw"]' \
			"{\"maxPowerKw\":$kw}" PUT
	done
	get "/v1/chargers/$id"
	[ "$(field .maxPowerKw)" = 2000 ]
}

@test "without nginx, and with a slash that was sent encoded" {
	id=$(unique_id)
	fcgi charger_put PUT "/v1/chargers/$id" '{"secret":"s"}'
	asked 201
	put "/v1/chargers/$id%2Fsite" '{"secret":"s"}'
	asked 201
	[ "$(field .chargePointId)" = "$id/site" ]
}
