#!/usr/bin/env bats
# From session to settlement, the whole way through nginx: site, tariff,
# wallet, charger, a recorded day, settlements, racing workers, submission, a
# late sample, and every statement made again from the rows.  The tests build
# on each other.
# bats file_tags=beside,long

load lib/stack

setup_file() {
	stack_start_own
}

setup() {
	recording=$stack_root/tests/data/depot-day.ndjson
	expected=$stack_root/tests/data/depot-day.expected.tsv
	admin="postgres://postgres@/cpms?host=$CPMS_TEST_RUN_DIR/pgs"
}

verify() {
	run "$stack_root/scripts/verify-settlements" 3>&-
	[ "$status" = "$1" ] || {
		echo "$output"
		return 1
	}
}

# Every settlement, page by page, one a line, with its numbers as they came.
all_settlements() {
	local path="/v1/settlements?limit=50"

	while [ -n "$path" ]; do
		get "$path"
		asked 200
		sed 's/^\[//; s/\]$//; s/},{/}\n{/g' <<<"$body"
		path=$(header Link | sed 's/^<\(.*\)>; rel="next"$/\1/')
	done
}

# Ten-thousandths as text, from integers only.
four_places='def four: (if . < 0 then "-" else "" end) as $s | (. | fabs) |
	"\($s)\(. / 10000 | floor).\(. % 10000 + 10000 | tostring[1:])";'

@test "sites, tariffs, wallets and the recording's chargers" {
	local n=0 cp

	for name in 'Depot EUR' 'Depot JPY' 'Depot KWD'; do
		post /v1/sites "{\"name\":\"$name\",\"timeZone\":\"Europe/Berlin\"}"
		asked 201
		site=$(field .siteId)
		case $name in
		*EUR) tariff 0.4937 EUR ;;
		*JPY) tariff 31.5 JPY ;;
		*KWD) tariff 0.0751 KWD ;;
		esac
		wallet "0x${name##* }"
		echo "$site" >>"$BATS_FILE_TMPDIR/sites"
	done
	mapfile -t sites <"$BATS_FILE_TMPDIR/sites"
	for cp in $(jq -r .chargePointId "$recording" | sort -u); do
		put "/v1/chargers/$cp" '{"secret":"s"}'
		asked 201
		put "/v1/chargers/$cp/site" \
			"{\"siteId\":\"${sites[n % 3]}\"}"
		asked 200
		printf '%s\t%s\n' "$cp" $((n % 3)) >>"$BATS_FILE_TMPDIR/where"
		n=$((n + 1))
	done
	[ "$n" -gt 3 ]
}

@test "the recording's settlements are right to the last decimal" {
	CPMS_LISTEN_ADDR=${CPMS_TEST_BASE_URL#http://} \
		"$stack_root/scripts/replay" "$recording" >/dev/null 3>&-
	# price in ten-thousandths times Wh: integers, rounded half up
	tail -n +2 "$expected" | jq -Rr --rawfile where \
		"$BATS_FILE_TMPDIR/where" "$four_places"'
		($where | split("\n") | map(select(. != "") | split("\t")
			| {(.[0]): (.[1] | tonumber)}) | add) as $site
		| split("\t") | select(.[4] | test("^[0-9]+$"))
		| $site[.[0]] as $n
		| "\(.[0]) \(.[2] | sub("\\.000Z"; "Z")) \(((.[4] | tonumber)
			* [4937, 315000, 751][$n] + 500) / 1000 | floor | four
			) \(["EUR", "JPY", "KWD"][$n])"' |
		sort >"$BATS_TEST_TMPDIR/want"
	all_settlements >"$BATS_FILE_TMPDIR/settlements"
	for t in $(jq -r .sessionId "$BATS_FILE_TMPDIR/settlements"); do
		get "/v1/sessions/$t"
		printf '%s\n' "$body"
	done >"$BATS_TEST_TMPDIR/sessions"
	# amounts as they stand in the JSON: jq would make them doubles
	paste -d' ' \
		<(jq -r '"\(.chargePointId) \(.startedAt)"' \
			"$BATS_TEST_TMPDIR/sessions") \
		<(sed 's/.*"amount":\([^,]*\),.*/\1/' \
			"$BATS_FILE_TMPDIR/settlements") \
		<(jq -r .currency "$BATS_FILE_TMPDIR/settlements") |
		sort >"$BATS_TEST_TMPDIR/got"
	diff "$BATS_TEST_TMPDIR/want" "$BATS_TEST_TMPDIR/got"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/got")" -gt 70 ]
	diff <(sed 's/.*"amount":\([^,]*\),.*/\1/' \
		"$BATS_FILE_TMPDIR/settlements") \
		<(sed 's/.*"costAmount":\([^,]*\),.*/\1/' \
		"$BATS_TEST_TMPDIR/sessions")
	diff <(jq -r 'if .needsReview then "Held" else "Pending" end' \
		"$BATS_TEST_TMPDIR/sessions") \
		<(jq -r .status "$BATS_FILE_TMPDIR/settlements")
	verify 0
}

# A worker: claims, submits and confirms until there is nothing left.
work() {
	local answer id token

	while :; do
		answer=$(curl -sS -d "{\"worker\":\"$1\",\"limit\":5}" \
			"$CPMS_TEST_BASE_URL/v1/settlements/claim")
		token=$(jq -r .leaseToken <<<"$answer")
		[ "$token" != null ] || return 0
		for id in $(jq -r '.settlements[].settlementId' <<<"$answer"); do
			printf '%s %s\n' "$id" "$(curl -sS -o /dev/null \
				-w '%{http_code}' -d "{\"chain\":\"testnet\",
				\"txHash\":\"0x$1$id\",\"leaseToken\":\"$token\"}" \
				"$CPMS_TEST_BASE_URL/v1/settlements/$id/submitted")"
		done
	done
}

@test "racing workers claim and submit each settlement once" {
	local w pending

	pending=$(jq -r 'select(.status == "Pending") | .settlementId' \
		"$BATS_FILE_TMPDIR/settlements" | sort)
	for w in 1 2 3 4 5 6 7 8; do
		work "w$w" >"$BATS_TEST_TMPDIR/done$w" &
	done
	wait
	diff <(echo "$pending" | sed 's/$/ 204/') \
		<(cat "$BATS_TEST_TMPDIR"/done? | sort)
	all_settlements >"$BATS_FILE_TMPDIR/settlements"
	[ "$(jq -r .status "$BATS_FILE_TMPDIR/settlements" | sort -u |
		grep -cv -e Held -e Submitted)" = 0 ]
	verify 0
	[[ $output == *"$(echo "$pending" | wc -l) of them with a statement" ]]
}

@test "a late sample causes an adjustment that is settled like the first" {
	# the last session of a charger that ended without a meterStopWh
	read -r id tx <<<"$(sql "select s.charge_point_id, s.transaction_id
		from sessions s join settlements t using (session_id)
		where s.energy_source = 'MeterValues.Register'
		and t.status = 'Submitted' and not s.is_estimated
		order by s.charge_point_id, s.started_at limit 1" -F ' ')"
	session=$(sql "select session_id from sessions where transaction_id = $tx
		and charge_point_id = '$id'")
	get "/v1/sessions/$session"
	wh=$(field .energyWh)
	cost=$(sed 's/.*"costAmount":\([^,]*\),.*/\1/' <<<"$body")
	last=$(field '.meterStartWh + .energyWh')
	post /v1/gateway/events "{\"type\":\"MeterSample\",\"chargePointId\":\"$id\",
		\"transactionId\":$tx,\"ts\":\"$(field .endedAt)\",\"samples\":[
		{\"measurand\":\"Energy.Active.Import.Register\",\"unit\":\"Wh\",
		\"context\":\"Transaction.End\",\"value\":\"$((${last%.*} + 1))\"}]}"
	asked 202
	get "/v1/sessions/$session"
	[ "$(field .energyWh)" = $((wh + 1)) ]
	all_settlements | jq -c "select(.sessionId == \"$session\")" \
		>"$BATS_TEST_TMPDIR/two"
	[ "$(jq -sr 'map([.kind, .status, .adjusts]) | tojson' \
		"$BATS_TEST_TMPDIR/two")" = "[[\"Settlement\",\"Submitted\",null],\
[\"Adjustment\",\"Pending\",\"$(jq -sr '.[0].settlementId' \
		"$BATS_TEST_TMPDIR/two")\"]]" ]
	[ "$(sed 's/.*"amount":\([^,]*\),.*/\1/' "$BATS_TEST_TMPDIR/two" |
		head -n 1)" = "$cost" ]
	[ "$(sql "select sum(t.amount) = max(s.cost_amount)
		from settlements t join sessions s using (session_id)
		where session_id = '$session'")" = t ]
	verify 0
	t=$(jq -sr '.[1].settlementId' "$BATS_TEST_TMPDIR/two")
	work late >"$BATS_TEST_TMPDIR/late"
	[ "$(cat "$BATS_TEST_TMPDIR/late")" = "$t 204" ]
	step confirmed
	asked 204
	verify 0
	echo "$session" >"$BATS_FILE_TMPDIR/adjusted"
}

@test "what is given back is negative, and the sum is what it costs" {
	session=$(cat "$BATS_FILE_TMPDIR/adjusted")
	read -r id tx <<<"$(sql "select charge_point_id, transaction_id
		from sessions where session_id = '$session'" -F ' ')"
	# an earlier end without a figure: everything after it is out
	start=$(sql "select started_at + interval '1 minute' from sessions
		where session_id = '$session'")
	post /v1/gateway/events "{\"type\":\"TransactionEnded\",
		\"chargePointId\":\"$id\",\"transactionId\":$tx,
		\"ts\":\"${start/ /T}:00\"}"
	asked 202
	get "/v1/sessions/$session"
	[ "$(field .needsReview)" = true ]
	[ "$(sql "select status from settlements where session_id = '$session'
		and ordinal = 3")" = Held ]
	post "/v1/sessions/$session/accept" '{"by":"ann","why":"seen"}'
	asked 200
	[ "$(sql "select status, amount < 0 from settlements
		where session_id = '$session' and ordinal = 3")" = 'Pending|t' ]
	[ "$(sql "select sum(amount) = (select coalesce(cost_amount, 0)
		from sessions where session_id = '$session')
		from settlements where session_id = '$session'")" = t ]
	work back >/dev/null
	verify 0
}

# by_hand STATEMENT: as whoever can get round every trigger.
by_hand() {
	psql -Xq -v ON_ERROR_STOP=1 -d "$admin" \
		-c 'set session_replication_role = replica' -c "$1" 3>&-
}

# named STATEMENT UNDO [WORDS]: verify names the settlement $t after the one
# and is content after the other.
named() {
	by_hand "$1"
	verify 1
	[[ ${lines[0]} == "settlement $t "* ]] || {
		echo "not $t: $output"
		return 1
	}
	[ "${#lines[@]}" = 1 ]
	[[ $output == *"${3-}"* ]]
	by_hand "$2"
	verify 0
}

@test "one byte of one row changed by hand, and verify names it" {
	t=$(sql "select settlement_id from settlements where kind = 'Settlement'
		and site_seq = 4 order by site_id limit 1")
	of="settlement_id = '$t'"
	session=$(sql "select session_id from settlements where $of")
	its="session_id = '$session'"
	tariff=$(sql "select tariff_id from settlements where $of")
	named "update settlements set amount = amount + 0.0001 where $of" \
		"update settlements set amount = amount - 0.0001 where $of" \
		"its amount is"
	named "update session_revisions set energy_wh = energy_wh + 1000 where $its" \
		"update session_revisions set energy_wh = energy_wh - 1000 where $its" \
		"the rows give"
	named "update session_revisions set is_estimated = not is_estimated
		where $its" "update session_revisions
		set is_estimated = not is_estimated where $its" isEstimated
	named "update session_revisions set explanation = jsonb_set(explanation,
		'{judgement,used}', '0') where $its" "update session_revisions
		set explanation = $(sql "select quote_literal(explanation)
			from session_revisions where $its") where $its" \
		energyExplanationSha256
	named "update session_revisions set started_at = started_at
		+ interval '1 second' where $its" "update session_revisions
		set started_at = started_at - interval '1 second' where $its"
	named "update session_revisions set connector_id = connector_id + 1
		where $its" "update session_revisions
		set connector_id = connector_id - 1 where $its" connectorId
	its_readings="charge_point_id = (select charge_point_id from sessions
		where $its) and transaction_id = (select transaction_id
		from sessions where $its) and kind is not null"
	named "update meter_samples set value_text = value_text || '0'
		where $its_readings" "update meter_samples
		set value_text = left(value_text, -1) where $its_readings" \
		"the readings of revision 1 are not what they were"
	named "update meter_samples set ts = ts + interval '1 microsecond'
		where $its_readings" "update meter_samples
		set ts = ts - interval '1 microsecond' where $its_readings" \
		"the readings of revision 1"
	named "update sessions set energy_wh = energy_wh + 1 where $its" \
		"update sessions set energy_wh = energy_wh - 1 where $its"
	named "update sessions set cost_amount = cost_amount + 1 where $its" \
		"update sessions set cost_amount = cost_amount - 1 where $its"
	named "update settlements set statement = replace(statement,
		'testnet', 'x') || ' ' where $of" "update settlements
		set statement = rtrim(statement) where $of" "stored statement"
	named "update settlements set payout_wallet = payout_wallet || '1'
		where $of" "update settlements
		set payout_wallet = rtrim(payout_wallet, '1') where $of" wallet
	named "update settlements set tx_hash = tx_hash || '1' where $of" \
		"update settlements set tx_hash = left(tx_hash, -1) where $of" \
		"another transaction"
	named "update settlements set status = 'Confirmed' where $of" \
		"update settlements set status = 'Submitted' where $of" history
	named "update settlement_history set to_status = 'Failed'
		where $of and seq = 3" "update settlement_history
		set to_status = 'Submitted' where $of and seq = 3" history
	named "update settlements set frozen_at = frozen_at + interval
		'1 microsecond' where $of" "update settlements set frozen_at =
		frozen_at - interval '1 microsecond' where $of" frozenAt
}

@test "a row of a site or tariff changed by hand names its first statement" {
	site=$(sql "select site_id from settlements where site_seq = 1
		order by frozen_at limit 1")
	t=$(sql "select settlement_id from settlements where site_seq = 1
		and site_id = '$site'")
	named "update tariffs set price_per_kwh = price_per_kwh + 0.0001
		where site_id = '$site'" "update tariffs
		set price_per_kwh = price_per_kwh - 0.0001
		where site_id = '$site'" "the rows give"
	named "update site_wallets set wallet = wallet || '1'
		where site_id = '$site'" "update site_wallets
		set wallet = left(wallet, -1) where site_id = '$site'" wallet
	named "update tariffs set valid_from = now() where site_id = '$site'" \
		"update tariffs set valid_from = '-infinity'
		where site_id = '$site'" "in force"
}

@test "a statement that was made up anew breaks the one after it" {
	site=$(sql "select site_id from settlements where site_seq = 3 limit 1")
	by_hand "create table kept as select * from settlements
		where site_id = '$site' and site_seq = 2"
	by_hand "update settlements set statement = replace(statement,
		'\"kind\"', '\"kimd\"') where site_id = '$site' and site_seq = 2"
	by_hand "update settlements set statement_sha256 =
		encode(sha256(convert_to(statement, 'UTF8')), 'hex')
		where site_id = '$site' and site_seq = 2"
	verify 1
	[[ $output == *"(statement 2 of site $site)"* ]]
	by_hand "update settlements t set statement = k.statement,
		statement_sha256 = k.statement_sha256 from kept k
		where k.settlement_id = t.settlement_id"
	by_hand "drop table kept"
	verify 0
	by_hand "delete from settlements where site_id = '$site'
		and site_seq = 2"
	verify 1
	[[ $output == *"statement 2 of its site is missing"* ]]
}

@test "the serving role cannot change what happened" {
	for statement in "update settlement_history set data = '{}'" \
		"delete from settlement_history" \
		"update session_revisions set energy_wh = 1" \
		"delete from session_revisions" \
		"update gateway_events set payload = '{}'" \
		"delete from gateway_events" "update site_wallets set wallet = 'x'" \
		"update meter_samples set value_mwh = 1" \
		"update charger_sites set site_id = null" \
		"update tariffs set price_per_kwh = 1" "delete from settlements" \
		"truncate settlement_history" "drop table settlement_history" \
		"alter table settlements disable trigger all" \
		"set session_replication_role = replica"; do
		run psql -Xq -v ON_ERROR_STOP=1 -d "$CPMS_DATABASE_URL" \
			-c "$statement" 3>&-
		[ "$status" != 0 ] || {
			echo "taken: $statement"
			return 1
		}
	done
}
