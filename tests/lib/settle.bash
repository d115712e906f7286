# shellcheck shell=bash disable=SC2034,SC2154 # the tests and stack.bash read and set what is here
# Sites, sessions on them and their settlements.  With stack.bash.

# site_make [PRICE [CURRENCY]]: a new site in $site, its name in $site_name.
site_make() {
	site_name=$(unique_id Site)
	post /v1/sites "{\"name\":\"$site_name\"}"
	asked 201
	site=$(field .siteId)
	[ $# = 0 ] || tariff "$@"
}

# tariff PRICE [CURRENCY]: from now on, at $site.
tariff() {
	post "/v1/sites/$site/tariffs" \
		"{\"pricePerKwh\":\"$1\",\"currency\":\"${2:-EUR}\"}"
	asked 201
}

wallet() {
	post "/v1/sites/$site/wallet" "$(jq -nc --arg w "$1" '{wallet: $w}')"
	asked 204
}

# charger_make: a new charger $id on $site.
charger_make() {
	id=$(unique_id)
	put "/v1/chargers/$(path_of "$id")" '{"secret":"s"}'
	asked 201
	put "/v1/chargers/$(path_of "$id")/site" "{\"siteId\":\"$site\"}"
	asked 200
}

# charge WH [TRANSACTION [SECONDS]]: a session of $id that ends with so much.
charge() {
	local tx=${2:-7}

	send "$(started $((tx * 1000)) "$tx" 1 1000)" \
		"$(ended $((tx * 1000 + ${3:-600})) "$tx" $((1000 + $1)))"
}

# settlement [N]: the id of the N-th settlement of $site.
settlement() {
	get "/v1/settlements?siteId=$site&limit=200"
	asked 200
	field ".[$((${1:-1} - 1))].settlementId"
}

# settlements FILTER: each of $site's, oldest first.
settlements() {
	get "/v1/settlements?siteId=$site&limit=200"
	asked 200
	jq -c ".[] | $1" <<<"$body"
}

# pending: site, charger, tariff and one Pending settlement of 0.2962 EUR: $t.
pending() {
	site_make 0.4937
	wallet 0xW1
	charger_make
	charge 600
	t=$(settlement 1)
}

# step WORD [JSON]: of the settlement $t.
step() {
	post "/v1/settlements/$t/$1" "${2-}"
}

submit() {
	step submitted "{\"chain\":\"testnet\",\"txHash\":\"${1:-0x1}\"${2:+,$2}}"
}

# claim_all WORKER [MEMBERS]: everything that can be claimed now.
claim_all() {
	post /v1/settlements/claim "{\"worker\":\"$1\",\"limit\":200${2:+,$2}}"
	asked 200
}

# stands STATUS: the settlement $t does.
stands() {
	get "/v1/settlements/$t"
	asked 200
	[ "$(field .status)" = "$1" ] || {
		field .status
		return 1
	}
}
