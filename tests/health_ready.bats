#!/usr/bin/env bats
# GET /readyz: the database answers.
# bats file_tags=beside

load lib/stack

# The one that base/version.h holds.
version() {
	sed -n 's/^#define CPMS_VERSION "\(.*\)"$/\1/p' \
		"$stack_root/shared/base/version.h"
}

@test "with a database it is 200" {
	get /readyz
	[ "$status_code" = 200 ]
	[ "$(header Content-Type)" = application/json ]
	[ "$(jq -r .status <<<"$body")" = ready ]
	[ "$(jq -r .version <<<"$body")" = "$(version)" ]
	fcgi health_ready GET /readyz
	[ "$status_code" = 200 ]
}

@test "without one it is 503 with Retry-After, and asks for no key" {
	alone_start health_ready CPMS_OPERATOR_KEY=k GATEWAY_API_KEY=k \
		CPMS_DATABASE_URL='postgres://cpms@127.0.0.1:1/cpms'
	alone health_ready GET /readyz
	[ "$status_code" = 503 ]
	[ "$(jq -r .type <<<"$body")" = urn:cpms:problem:unavailable ]
	[ -n "$(header Retry-After)" ]
}

@test "another method is 405, a query 400" {
	post /readyz '{}'
	[ "$status_code" = 405 ]
	get '/readyz?a=1'
	[ "$status_code" = 400 ]
}
