#!/usr/bin/env bats
# POST /v1/settlements/{settlementId}/submitted

load lib/stack

@test "Pending becomes Submitted, and the same again changes nothing" {
	pending
	submit 0x1 '"externalRef":"r-1"'
	asked 204
	[ -z "$body" ]
	stands Submitted
	[ "$(field '[.chain, .txHash, .externalRef] | tojson')" = \
		'["testnet","0x1","r-1"]' ]
	before=$body
	submit 0x1 '"externalRef":"r-1"'
	asked 204
	get "/v1/settlements/$t"
	[ "$body" = "$before" ]
	get "/v1/settlements/$t/history"
	[ "$(field length)" = 2 ]
}

@test "another txHash is 409 and says the present state" {
	pending
	submit 0x1
	submit 0x2
	asked 409
	[ "$(field .type)" = urn:cpms:problem:conflict ]
	[ "$(field .settlementStatus)" = Submitted ]
	[[ $(field .detail) == *"is Submitted"* ]]
	submit 0x1 '"externalRef":"other"'
	asked 409
	get "/v1/settlements/$t"
	[ "$(field .txHash)" = 0x1 ]
}

@test "a Held one is not submitted" {
	site_make 0.4937
	charger_make
	charge 300000 7 3600
	t=$(settlement)
	submit
	asked 409
	[ "$(field .settlementStatus)" = Held ]
}

@test "while a lease lives only its token submits" {
	pending
	claim_all w '"leaseSeconds":60'
	token=$(field .leaseToken)
	submit
	asked 409
	[[ $(field .detail) == *leaseToken* ]]
	submit 0x1 "\"leaseToken\":\"$t\""
	asked 409
	stands Pending
	submit 0x1 "\"leaseToken\":\"$token\""
	asked 204
	submit 0x1 "\"leaseToken\":\"$token\""
	asked 204
	stands Submitted
}

@test "a lease that ran out keeps nobody from submitting" {
	pending
	claim_all w '"leaseSeconds":3600'
	submit
	asked 409
	sql "update settlements set lease_until = now()
		where settlement_id = '$t'"
	submit
	asked 204
}

@test "two who submit different transactions: one does" {
	pending
	for n in 1 2 3 4 5 6 7 8; do
		curl -sS -o "$BATS_TEST_TMPDIR/$n" -w '%{http_code}\n' \
			-d "{\"chain\":\"c\",\"txHash\":\"0x$n\"}" \
			"$CPMS_TEST_BASE_URL/v1/settlements/$t/submitted" &
	done >"$BATS_TEST_TMPDIR/codes"
	wait
	[ "$(sort "$BATS_TEST_TMPDIR/codes" | uniq -c | tr -s ' \n' ' ')" = \
		" 1 204 7 409 " ]
}

@test "what is missing or wrong is named" {
	pending
	path=/v1/settlements/$t/submitted
	wrong "$path" '["/chain","/txHash"]' '{}'
	wrong "$path" '["/chain","/txHash","/externalRef","/leaseToken"]' \
		'{"chain":"","txHash":"0x 1","externalRef":7,"leaseToken":"x"}'
	stands Pending
}

@test "the database itself takes no illegal step" {
	pending
	for word in Confirmed Failed Lost; do
		run sql "update settlements set status = '$word'
			where settlement_id = '$t'"
		[ "$status" != 0 ]
		[[ $output == *ERROR* ]]
	done
	run sql "update settlements set status = 'Submitted', chain = 'c',
		tx_hash = '0x1' where settlement_id = '$t'"
	[[ $output == *settlements_frozen_check* ]]
	submit
	run sql "update settlements set tx_hash = '0x9'
		where settlement_id = '$t'"
	[[ $output == *"changes with its status only"* ]]
	run sql "update settlements set amount = 1 where settlement_id = '$t'"
	[[ $output == *"never changes"* ]]
	run sql "update settlements set status = 'Pending'
		where settlement_id = '$t'"
	[[ $output == *"cannot become Pending"* ]]
	run sql "delete from settlements where settlement_id = '$t'"
	[[ $output == *"never deleted"* ]]
	run sql "insert into settlements (charge_point_id, status)
		values ('$id', 'Confirmed')"
	[[ $output == *"begins as Pending or Held"* ]]
}

@test "nothing cascades: session, site and revision stay" {
	pending
	for what in "sessions where session_id = '$(session_id)'" \
		"sites where site_id = '$site'" \
		"tariffs where site_id = '$site'" \
		"session_revisions where session_id = '$(session_id)'"; do
		run sql "delete from $what"
		[[ $output == *"violates foreign key constraint"* ]]
	done
}

@test "an unknown and a malformed id are 404" {
	not_found POST '/v1/settlements/{}/submitted' \
		'{"chain":"c","txHash":"0x1"}'
}

@test "without nginx it answers the same" {
	pending
	fcgi settlement_submitted POST "/v1/settlements/$t/submitted" \
		'{"chain":"c","txHash":"0x1"}'
	asked 204
}
