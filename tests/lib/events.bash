# shellcheck shell=bash disable=SC2154 # the tests and stack.bash set what is read here
# Events as a gateway posts them, all of the charger $id (`id=$id-2 started ...`
# for another's), and the sessions that they make.  With stack.bash.

# at SECONDS[.FRACTION]: so long after 10:00 of the tests' day, 2026-03-01.
at() {
	local whole=${1%%.*} part=''

	[[ $1 != *.* ]] || part=.${1#*.}
	TZ=UTC printf "%(%Y-%m-%dT%H:%M:%S)T%sZ\n" $((1772359200 + whole)) \
		"$part"
}

# event TYPE SECONDS [MEMBERS]: SECONDS as for `at`, so below; a whole time in
# their place, or - for an event without a ts.
event() {
	local ts=

	case $2 in
	-) ;;
	*T*) ts=",\"ts\":\"$2\"" ;;
	*) ts=",\"ts\":\"$(at "$2")\"" ;;
	esac
	printf '{"type":"%s","chargePointId":"%s"%s%s}\n' "$1" "$id" "$ts" \
		"${3:+,$3}"
}

# started SECONDS TRANSACTION CONNECTOR [METER [IDTAG]]
started() {
	event TransactionStarted "$1" "\"connectorId\":$3,\"transactionId\":$2${4:+,\"meterStartWh\":$4}${5:+,\"idTag\":\"$5\"}"
}

# sampled SECONDS TRANSACTION [SAMPLE...]: a register's Wh, or a JSON object
sampled() {
	local ts=$1 tx=$2 list='' one

	shift 2
	for one; do
		[[ $one == \{* ]] ||
			one="{\"measurand\":\"Energy.Active.Import.Register\",\"unit\":\"Wh\",\"value\":\"$one\"}"
		list+=${list:+,}$one
	done
	event MeterSample "$ts" "\"transactionId\":$tx,\"samples\":[$list]"
}

# reading VALUE JSON: a register's reading in Wh, but for what JSON says.
reading() {
	jq -nc --arg value "$1" --argjson more "$2" '{measurand:
		"Energy.Active.Import.Register", unit: "Wh", value: $value}
		+ $more'
}

# ended SECONDS TRANSACTION [STOP [REASON]]
ended() {
	event TransactionEnded "$1" "\"transactionId\":$2${3:+,\"meterStopWh\":$3}${4:+,\"reason\":\"$4\"}"
}

# send EVENT...: one after the other, every one of them accepted.
send() {
	local one

	for one; do
		post /v1/gateway/events "$one"
		[ "$status_code" = 202 ] || {
			echo "$status_code: $body: ${one:0:300}"
			return 1
		}
	done
}

# tell EVENT...: posted in one array, which is accepted.
tell() {
	send "$(array "$@")"
}

# array EVENT...: prints them as one body.
array() {
	local IFS=,

	printf '[%s]\n' "$*"
}

# refused STATUS POINTERS BODY: POINTERS as a JSON array.
refused() {
	post /v1/gateway/events "$3"
	asked "$1"
	[ "$(field '[.errors[]?.pointer] | tojson')" = "$2" ] || {
		echo "$body"
		return 1
	}
}

# How many raw events of the charger are kept.
kept() {
	sql "select count(*) from gateway_events where charge_point_id = '$id'"
}

# The charger's sessions through the filter $1, oldest start first.
sessions() {
	get "/v1/chargers/$(path_of "$id")/sessions?limit=200"
	asked 200
	jq -c "reverse | .[] | $1" <<<"$body"
}

# figures: connector, transaction, energy, source, estimated of each session
figures() {
	sessions '[.connectorId, .transactionId, .energyWh, .energySource,
		.isEstimated]'
}

# session_id [N]: of the charger's N-th session, by start and connector.
session_id() {
	sql "select session_id from sessions where charge_point_id = '$id'
		order by started_at, connector_id offset $((${1:-1} - 1)) limit 1"
}

# explained FILTER [N]: the revisions of the N-th session, oldest first.
explained() {
	local session

	session=$(session_id "${2:-1}")
	get "/v1/sessions/$session/energy"
	asked 200
	jq -c ".revisions | sort_by(.revision) | $1" <<<"$body"
}

# Puts the charger's stored times $1 (an interval) into the past, as if all had
# been received so long ago.
age() {
	sql "update sessions set created_at = created_at - interval '$1',
			updated_at = updated_at - interval '$1'
			where charge_point_id = '$id';
		update meter_samples set received_at = received_at - interval '$1'
			where charge_point_id = '$id';
		update transaction_ends
			set received_at = received_at - interval '$1'
			where charge_point_id = '$id';
		update waiting_transactions
			set first_received_at = first_received_at - interval '$1',
			last_received_at = last_received_at - interval '$1'
			where charge_point_id = '$id'"
}

# load_begin [N]: posts N (4000) events over each of 4 connections; the statuses
# are in result.* of the working directory.
load_begin() {
	local i n=${1:-4000}

	loads=()
	for i in 1 2 3 4; do
		awk -v url="$CPMS_TEST_BASE_URL/v1/gateway/events" -v i="$i" \
			-v run="$BATS_TEST_NUMBER" -v max="$n" 'BEGIN {
			for (n = 0; n < max; n++) {
				if (n)
					print "next"
				printf "url = \"%s\"\n", url
				print "header = \"Content-Type: application/json\""
				printf "data = \"{\\\"type\\\":\\\"ChargerHeartbeat\\\"," \
				    "\\\"chargePointId\\\":\\\"LOAD-%d\\\"," \
				    "\\\"ts\\\":\\\"2026-01-01T00:00:0%d.%06dZ\\\"}\"\n",
				    i, run % 10, n
				print "output = \"/dev/null\""
				print "write-out = \"%{http_code}\\n\""
				print "max-time = 60"
			}
		}' >"load.$i"
		curl -s -K "load.$i" >"result.$i" 3>&- &
		loads+=($!)
	done
}

load_is_over() {
	local pid

	for pid in "${loads[@]}"; do
		! kill -0 "$pid" 2>/dev/null || return 1
	done
}
