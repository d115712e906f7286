#!/usr/bin/env bats
# GET /healthz: nginx and an endpoint live.
# bats file_tags=beside

load lib/stack

@test "a living process is 200" {
	get /healthz
	[ "$status_code" = 200 ]
	[ "$(header Content-Type)" = application/json ]
	jq -e . <<<"$body"
	fcgi health_live GET /healthz
	[ "$status_code" = 200 ]
}

@test "it lives without a database, and asks for no key" {
	alone_start health_live CPMS_OPERATOR_KEY=k GATEWAY_API_KEY=k \
		CPMS_DATABASE_URL='postgres://cpms@127.0.0.1:1/cpms'
	alone health_live GET /healthz
	[ "$status_code" = 200 ]
}

@test "another method is 405, a query 400" {
	post /healthz '{}'
	[ "$status_code" = 405 ]
	get '/healthz?a=1'
	[ "$status_code" = 400 ]
}
