#!/usr/bin/env bats
# scripts/seed
# bats file_tags=beside

load lib/stack

setup() {
	id=$(unique_id)
	export CPMS_DATABASE_URL=$CPMS_TEST_DATABASE_URL
}

seed() {
	run "$stack_root/scripts/seed" "$@" 3>&-
}

column() {
	sql "select $1 from chargers where charge_point_id = '$id'"
}

@test "a new charger is active and its secret is not stored as itself" {
	seed --id "$id" --secret devsecret
	[ "$status" = 0 ]
	[ "$output" = "added charger $id (active, OCPP 1.6J)" ]
	[ "$(column is_active)" = t ]
	[[ $(column secret_hash) = '$argon2id$'* ]]
	[[ $(sql "select * from chargers where charge_point_id = '$id'") != \
		*devsecret* ]]
}

@test "two chargers with one secret have different hashes" {
	seed --id "$id" --secret devsecret
	seed --id "$id-2" --secret devsecret
	[ "$(sql "select count(distinct secret_hash) from chargers
		where charge_point_id in ('$id', '$id-2')")" = 2 ]
}

@test "an existing charger stays as it was but for what is given" {
	seed --id "$id" --secret one --active false --vendor V --model M \
		--ocpp 2.0.1
	hash=$(column secret_hash)
	seed --id "$id" --model N
	[ "$output" = "updated charger $id (inactive, OCPP 2.0.1)" ]
	[ "$(column "is_active, vendor, model, ocpp_version")" = \
		'f|V|N|2.0.1' ]
	[ "$(column secret_hash)" = "$hash" ]
	seed --id "$id" --secret two
	[ "$(column secret_hash)" != "$hash" ]
	[ "$(column is_active)" = f ]
	seed --id "$id" --active
	[ "$(column is_active)" = t ]
	seed --id="$id" --active=false
	[ "$(column is_active)" = f ]
}

@test "a secret comes from standard input and lets the charger in" {
	echo 'from stdin' | "$stack_root/scripts/seed" --id "$id" --secret -
	post "/v1/gateway/chargers/$id/auth" \
		'{"presentedSecret":"from stdin"}'
	[ "$status_code" = 200 ]
}

@test "the secret is in no command line but the caller's" {
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	"$stack_root/build/bin/seed" --id "$id" --secret-from-stdin \
		<"$BATS_TEST_TMPDIR/fifo" >/dev/null 3>&- &
	pid=$!
	exec 9>"$BATS_TEST_TMPDIR/fifo"
	printf devsecret >&9
	run tr '\0' ' ' <"/proc/$pid/cmdline"
	[[ $output != *devsecret* ]]
	exec 9>&-
	wait "$pid"
	grep -q 'printf .%s. "$secret" |' "$stack_root/scripts/seed"
}

@test "odd ids are taken as they are" {
	id="$id ä/'x"
	seed --id "$id" --secret s
	[ "$status" = 0 ]
	get "/v1/chargers/$(path_of "$id")"
	[ "$status_code" = 200 ]
}

@test "what is wrong is said in one line" {
	check() {
		local words=$1

		shift
		seed "$@"
		[ "$status" != 0 ]
		[ "${#lines[@]}" = 1 ]
		[[ $output == *"$words"* ]]
	}
	check '--id is missing' --secret x
	check 'needs a value' --id
	check 'unknown option --colour' --id "$id" --colour=red
	check '--active is true or false' --id "$id" --active maybe
	check 'needs --secret' --id "$id" --vendor V
	check 'secret is empty' --id "$id" --secret ''
	check 'not a charge point id' --id .. --secret x
	check 'not a charge point id' --id "$(printf 'x%.0s' {1..256})" \
		--secret x
	CPMS_DATABASE_URL=postgres://x@127.0.0.1:1/x
	check 'does not answer' --id "$id" --secret x
	CPMS_DATABASE_URL="$CPMS_TEST_DATABASE_URL&options=-csearch_path%3Dx"
	check 'was it migrated' --id "$id" --secret x
	unset CPMS_DATABASE_URL
	CPMS_HOME=/nonexistent check 'no database' --id "$id" --secret x
	[ "$(column 'count(*)')" = 0 ]
}

@test "a site is made or found, and gets the price that it does not have yet" {
	name=$(unique_id 'Depot ü')
	seed --id "$id" --secret s --site "$name" --price_per_kwh 0.4937 \
		--currency EUR
	[ "$status" = 0 ]
	[ "${lines[1]}" = "added site $name" ]
	[ "${lines[2]}" = "site $name costs 0.4937 EUR a kWh from now on" ]
	seed --id "$id-2" --secret s --site "$name" --price_per_kwh 0.49370 \
		--currency EUR
	[ "${lines[1]}" = "found site $name" ]
	[ "${#lines[@]}" = 2 ]
	seed --id "$id" --site "$name" --price_per_kwh=1
	[ "${lines[2]}" = "site $name costs 1.0000 USD a kWh from now on" ]
	[ "$(sql "select count(distinct site_id), count(distinct tariff_id),
		count(distinct charge_point_id) from sites
		join tariffs using (site_id) join chargers using (site_id)
		where name = '$name'")" = "1|2|2" ]
	[ "$(sql "select since from charger_sites
		where charge_point_id = '$id'")" = -infinity ]
}

@test "a price or currency that is none is refused before anything is written" {
	for words in '--price_per_kwh 1' '--site s --currency EUR' \
		'--site s --price_per_kwh 0.12345' '--site s --price_per_kwh -1' \
		'--site s --price_per_kwh 1 --currency eur' '--site='; do
		# shellcheck disable=SC2086
		seed --id "$id" --secret s $words
		[ "$status" = 1 ]
		[ "${#lines[@]}" = 1 ]
	done
	[ -z "$(column is_active)" ]
}
