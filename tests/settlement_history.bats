#!/usr/bin/env bats
# GET /v1/settlements/{settlementId}/history

load lib/stack

@test "every step is there with its time and data" {
	pending
	claim_all w1 '"leaseSeconds":1'
	token=$(field .leaseToken)
	submit 0x1 "\"leaseToken\":\"$token\""
	step failed '{"error":"x"}'
	submit 0x2
	step confirmed
	get "/v1/settlements/$t/history"
	asked 200
	[ "$(field 'map([.seq, .from, .to]) | tojson')" = '[[1,null,"Pending"],'\
'[2,"Pending","Pending"],[3,"Pending","Submitted"],[4,"Submitted","Failed"],'\
'[5,"Failed","Submitted"],[6,"Submitted","Confirmed"]]' ]
	[ "$(field '[.[0].data.amount, .[1].data.worker, .[2].data.txHash,
		.[3].data.error, .[4].data.txHash] | tojson')" = \
		'["0.2962","w1","0x1","x","0x2"]' ]
	[ "$(field 'map(.at) == (map(.at) | sort)')" = true ]
	[ "$(field '.[1].data.statementSha256')" = "$(sql "select
		statement_sha256 from settlements where settlement_id = '$t'")" ]
}

@test "what is refused leaves no step" {
	pending
	step confirmed
	asked 409
	get "/v1/settlements/$t/history"
	[ "$(field length)" = 1 ]
}

@test "nobody changes or removes a step" {
	pending
	for statement in "update settlement_history set data = '{}'" \
		"delete from settlement_history"; do
		run sql "$statement where settlement_id = '$t'"
		[[ $output == *"only added to"* ]]
		run psql -Xq -d "$CPMS_DATABASE_URL" \
			-c "$statement where settlement_id = '$t'"
		[[ $output == *"permission denied"* ]]
	done
}

@test "it is paged, unknown ids are 404" {
	pending
	submit
	step confirmed
	path="/v1/settlements/$t/history?limit=1"
	while [ -n "$path" ]; do
		get "$path"
		asked 200
		field '.[].seq' >>"$BATS_TEST_TMPDIR/all"
		path=$(header Link | sed 's/^<\(.*\)>; rel="next"$/\1/')
	done
	[ "$(tr '\n' ' ' <"$BATS_TEST_TMPDIR/all")" = "1 2 3 " ]
	not_found GET '/v1/settlements/{}/history'
	get "/v1/settlements/$t/history?x=1"
	asked 400
}

@test "without nginx it answers the same" {
	pending
	fcgi settlement_history GET "/v1/settlements/$t/history"
	asked 200
	[ "$(field length)" = 1 ]
}
