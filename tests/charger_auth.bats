#!/usr/bin/env bats
# POST /v1/gateway/chargers/{chargePointId}/auth
# bats file_tags=beside,long

load lib/stack

seed() {
	CPMS_DATABASE_URL=$CPMS_TEST_DATABASE_URL "$stack_root/scripts/seed" \
		"$@" 3>&-
}

# auth CHARGER SECRET [ADDRESS]
auth() {
	post "/v1/gateway/chargers/$1/auth" \
		"$(jq -nc --arg s "$2" --arg a "${3-127.0.0.1:41234}" \
		'{presentedSecret: $s, remoteAddr: $a, certFingerprint: null}')"
}

refused() {
	[ "$status_code" = 401 ]
	[ "$body" = '{"allowed":false}' ]
	[ "$(header Content-Type)" = application/json ]
}

too_fast() {
	[ "$status_code" = 429 ]
	[ "$(header Content-Type)" = application/problem+json ]
	[ "$(jq -r .type <<<"$body")" = urn:cpms:problem:too-fast ]
	[ "$(header Retry-After)" -ge 1 ]
	[ "$(header Retry-After)" -le 60 ]
}

# Guesses until one is refused as too fast: $n were not.
guess() {
	for ((n = 0; n < 100; n++)); do
		auth "$@"
		[ "$status_code" = 401 ] || break
		refused
	done
	echo "$n guesses at $1"
	too_fast
}

# guess_many ADDRESS: 600 guesses at as many chargers, 64 at a time; what was
# answered how often.
guess_many() {
	local n

	for ((n = 0; n < 600; n++)); do
		[ "$n" = 0 ] || echo next
		printf 'url = "%s/v1/gateway/chargers/%s/auth"\n' \
			"$CPMS_TEST_BASE_URL" "$id-$n"
		printf 'data = "{\\"presentedSecret\\":\\"x\\",'
		printf '\\"remoteAddr\\":\\"%s:%d\\"}"\n' "$1" "$n"
		echo 'output = /dev/null'
		echo 'write-out = "%{http_code}\n"'
	done >guesses
	curl -s -Z --parallel-max 64 --parallel-immediate -K guesses 2>/dev/null 3>&- |
		sort | uniq -c | awk '{ print $2, $1 }'
}

sha256() {
	printf %s "$1" | sha256sum | cut -d' ' -f1
}


@test "a charger with its secret is let in" {
	seed --id "$id" --secret 'göod secret' --ocpp 2.0.1
	auth "$id" 'göod secret'
	[ "$status_code" = 200 ]
	[ "$(jq -Sc . <<<"$body")" = '{"allowed":true,"ocppVersion":"2.0.1"}' ]
	auth "$id" 'göod secret'
	[ "$status_code" = 200 ]
}

# seen: whether lastSeenAt is within the last minute.
seen() {
	sql "select last_seen_at between now() - interval '1 minute' and now()
		from chargers where charge_point_id = '$id'"
}

# seen_ago INTERVAL
seen_ago() {
	sql "update chargers set last_seen_at = now() - interval '$1'
		where charge_point_id = '$id' returning last_seen_at"
}

@test "a charger that is let in has been seen, one that is not hasn't" {
	seed --id "$id" --secret good
	auth "$id" bad
	refused
	[ "$(seen)" = '' ]
	auth "$id" good
	[ "$status_code" = 200 ]
	[ "$(seen)" = t ]
	seen_ago '11 s'
	auth "$id" good
	[ "$status_code" = 200 ]
	[ "$(seen)" = t ]
}

@test "lastSeenAt is written no more often than every ten seconds" {
	seed --id "$id" --secret good
	auth "$id" good
	before=$(seen_ago '-1 minute')
	auth "$id" good
	[ "$status_code" = 200 ]
	[ "$(sql "select last_seen_at from chargers
		where charge_point_id = '$id'")" = "$before" ]
}

@test "a charger is let in while its row is locked" {
	seed --id "$id" --secret good
	auth "$id" good
	before=$(seen_ago '1 hour')
	hold "select from chargers where charge_point_id = '$id' for update"
	auth "$id" good
	[ "$status_code" = 200 ]
	let_go
	[ "$(sql "select last_seen_at from chargers
		where charge_point_id = '$id'")" = "$before" ]
}

@test "wrong, unknown, inactive and without a secret are the same 401" {
	seed --id "$id" --secret good
	auth "$id" bad
	refused
	auth "$id" ''
	refused
	auth "$id-unknown" good
	refused
	seed --id "$id-off" --secret good --active false
	auth "$id-off" good
	refused
	sql "insert into chargers (charge_point_id, is_active)
		values ('$id-none', true)"
	auth "$id-none" ''
	refused
}

@test "ids come percent-encoded or as the gateway writes them" {
	seed --id "$id ä/1" --secret good
	auth "$(jq -rn --arg id "$id ä/1" '$id | @uri')" good
	[ "$status_code" = 200 ]
	seed --id "$id/1" --secret good
	auth "$id/1" good
	[ "$status_code" = 200 ]
}

@test "a deactivation and a new secret count at once" {
	seed --id "$id" --secret old
	for i in 1 2 3 4; do
		auth "$id" old
		[ "$status_code" = 200 ]
	done
	seed --id "$id" --active false
	auth "$id" old
	refused
	seed --id "$id" --active true --secret new
	auth "$id" old
	refused
	auth "$id" new
	[ "$status_code" = 200 ]
}

@test "an old unsalted hash is taken and replaced on the first success" {
	old=$(sha256 legacy)
	sql "insert into chargers (charge_point_id, secret_hash, is_active)
		values ('$id', '$old', true)"
	auth "$id" wrong
	refused
	auth "$id" "$old"
	refused
	[ "$(sql "select secret_hash from chargers
		where charge_point_id = '$id'")" = "$old" ]
	auth "$id" legacy
	[ "$status_code" = 200 ]
	[[ $(sql "select secret_hash from chargers
		where charge_point_id = '$id'") = '$argon2id$'* ]]
	auth "$id" legacy
	[ "$status_code" = 200 ]
	auth "$id" wrong
	refused
}

@test "an inactive charger's old hash is not replaced" {
	old=$(sha256 legacy)
	sql "insert into chargers (charge_point_id, secret_hash)
		values ('$id', '$old')"
	auth "$id" legacy
	refused
	[ "$(sql "select secret_hash from chargers
		where charge_point_id = '$id'")" = "$old" ]
}

@test "every refusal costs one slow hash, a known success none" {
	n=5
	seed --id "$id" --secret good
	# one of a kind for each guess: none is too fast
	sql "insert into chargers (charge_point_id, secret_hash, is_active)
		select '$id' || kind || i, case kind when '-old'
			then '$(sha256 legacy)' else secret_hash end,
			kind <> '-off'
		from chargers, unnest('{-on,-off,-old}'::text[]) kind,
			generate_series(0, $n) i
		where charge_point_id = '$id'"
	gcc -shared -fPIC -o "$BATS_TEST_TMPDIR/hashes.so" \
		"$stack_root/tests/lib/hashes.c"
	alone_start charger_auth LD_PRELOAD="$BATS_TEST_TMPDIR/hashes.so" \
		HASHES="$BATS_TEST_TMPDIR/hashes"
	for who in -on:bad -off:good -unknown:x -old:bad -off:bad :good; do
		for ((i = 0; i <= n; i++)); do
			[ "$i" != 1 ] || : >"$BATS_TEST_TMPDIR/hashes"
			one=$id${who%%:*}
			[ "$who" = :good ] || one+=$i
			alone charger_auth POST \
				"/v1/gateway/chargers/$one/auth" \
				"{\"presentedSecret\":\"${who#*:}\"}"
			[ "$status_code" != 429 ]
		done
		echo "$who"
		sort "$BATS_TEST_TMPDIR/hashes" | uniq -c | tee /dev/stderr \
			>"$BATS_TEST_TMPDIR/spent"
		[ "$who" != :good ] || break
		[ "$(xargs <"$BATS_TEST_TMPDIR/spent")" = \
			"$n \$argon2id\$v=19\$m=3072,t=2,p=1" ]
	done
	[ ! -s "$BATS_TEST_TMPDIR/spent" ]
}

@test "too many guesses at a charger are 429, whatever is wrong, and cost no hash" {
	seed --id "$id" --secret good
	seed --id "$id-off" --secret good --active false
	sql "insert into chargers (charge_point_id, secret_hash, is_active)
		values ('$id-old', '$(sha256 legacy)', true)"
	for who in "$id:bad" "$id-off:good" "$id-unknown:x" "$id-old:bad"; do
		guess "${who%:*}" "${who##*:}" ''
		[ "$n" -ge 10 ]
		[ "$n" -lt 100 ]
	done
}

@test "of too many guesses the right one is told from no other" {
	n_fast=0
	for i in 1 2 3; do
		seed --id "$id-$i" --secret good
		guess "$id-$i" bad ''
		# from another address; one that came late may be let in
		auth "$id-$i" good 192.0.2.1:1
		[ "$status_code" != 429 ] || n_fast=$((n_fast + 1))
	done
	[ "$n_fast" -ge 1 ]
}

@test "a charger whose secret is remembered comes in while it is guessed" {
	seed --id "$id" --secret good
	auth "$id" good 192.0.2.9:1
	[ "$status_code" = 200 ]
	for i in 1 2 3; do
		guess "$id" bad 192.0.2.10:1
		auth "$id" good 192.0.2.10:1
		[ "$status_code" = 200 ]
	done
}

@test "a charger that has its secret right is never too fast" {
	seed --id "$id" --secret good
	for i in {1..15}; do
		seed --id "$id" --secret "good $i"
		auth "$id" "good $i"
		[ "$status_code" = 200 ]
	done
}

@test "too many guesses from an address are 429, and another's are not" {
	seed --id "$id" --secret good
	auth "$id" good "[2001:db8:7:7::1]:1"
	[ "$status_code" = 200 ]
	cd "$BATS_TEST_TMPDIR"
	guess_many "[2001:db8:7:7::2]" >answers
	cat answers
	[ "$(awk '{ print $1 }' answers | xargs)" = "401 429" ]
	[ "$(awk '$1 == 401 { print $2 }' answers)" -ge 120 ]
	auth "$id" good "[2001:db8:7:7::1]:2"
	[ "$status_code" = 200 ]
	auth "$id-x" bad "[2001:db8:7:8::2]:1"
	refused
}

@test "a body that is not what it should be is 400 or 422 and lets nobody in" {
	seed --id "$id" --secret good
	for bad in '{}' '{"presentedSecret":1}' '{"presentedSecret":null}' \
		'["good"]' '"good"'; do
		post "/v1/gateway/chargers/$id/auth" "$bad"
		[ "$status_code" = 422 ]
		[[ $body != *'"allowed":true'* ]]
		[ "$(header Content-Type)" = application/problem+json ]
	done
	post "/v1/gateway/chargers/$id/auth" '{"presentedSecret":"good"'
	[ "$status_code" = 400 ]
	post "/v1/gateway/chargers/$id/auth" '{"allowed":true}'
	[ "$status_code" = 422 ]
	[[ $body != *'"allowed":true'* ]]
}

@test "secrets are in no log" {
	seed --id "$id" --secret s3cret-one
	auth "$id" s3cret-one
	auth "$id" s3cret-two
	run grep -rlE 's3cret|argon2' "$CPMS_TEST_RUN_DIR/log"
	[ -z "$output" ]
}

@test "a process that dies leaves no core with its secrets" {
	local pid

	pid=$(awk '$1 == "child" { print $2; exit }' \
		"$CPMS_TEST_RUN_DIR/pid/charger_auth.pid")
	grep -E '^Max core file size +0 +0 ' "/proc/$pid/limits"
}

@test "another method is 405" {
	fcgi charger_auth GET "/v1/gateway/chargers/$id/auth"
	[ "$status_code" = 405 ]
	[ "$(header Allow)" = POST ]
}
