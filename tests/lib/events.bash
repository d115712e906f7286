# shellcheck shell=bash disable=SC2154 # the tests and stack.bash set what is read here
# Events as a gateway posts them, all of the charger $id, and the sessions that
# they make, read back through the API.  Load it behind stack.bash.

# at SECONDS[.FRACTION]: so long after 10:00 of the tests' day.
at() {
	local whole=${1%%.*} part=''

	[[ $1 != *.* ]] || part=.${1#*.}
	TZ=UTC printf "%(%Y-%m-%dT%H:%M:%S)T%sZ\n" $((1772359200 + whole)) \
		"$part"
}

# event TYPE SECONDS|- [MEMBERS]: - for one without a ts.
event() {
	local ts=

	[ "$2" = - ] || ts=",\"ts\":\"$(at "$2")\""
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

# array EVENT...: prints them as one body.
array() {
	local IFS=,

	printf '[%s]\n' "$*"
}

# refused STATUS POINTERS BODY: POINTERS as a JSON array.
refused() {
	post /v1/gateway/events "$3"
	[ "$status_code" = "$1" ] || {
		echo "$status_code: $body: ${3:0:300}"
		return 1
	}
	[ "$(jq -c '[.errors[]?.pointer]' <<<"$body")" = "$2" ] || {
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
	get "/v1/chargers/$(jq -rn --arg id "$id" '$id | @uri')/sessions?limit=200"
	[ "$status_code" = 200 ] || {
		echo "$status_code: $body"
		return 1
	}
	jq -c "reverse | .[] | $1" <<<"$body"
}

# figures: connector, transaction, energy, source, estimated of each session
figures() {
	sessions '[.connectorId, .transactionId, .energyWh, .energySource,
		.isEstimated]'
}

# The id of the charger's N-th session, 1 when not said.
session_id() {
	sessions .sessionId | sed -n "${1:-1}p" | tr -d '"'
}

# explained FILTER [N]: the revisions of the N-th session, oldest first.
explained() {
	local session

	session=$(session_id "${2:-1}")
	get "/v1/sessions/$session/energy"
	[ "$status_code" = 200 ] || {
		echo "$status_code: $body"
		return 1
	}
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

# alone_start NAME [SETTING=VALUE...]: another process of the endpoint, which
# `alone` asks: the same database, a socket of its own.
alone_start() {
	local name=$1

	shift
	alone_dir=$(mktemp -d /tmp/cpms-a.XXXXXX)
	mkdir "$alone_dir/s"
	env CPMS_DATABASE_URL="$CPMS_TEST_DATABASE_URL" "$@" setsid \
		spawn-fcgi -n -s "$alone_dir/s/$name.sock" -- \
		"$stack_root/build/bin/$name" </dev/null \
		>"$alone_dir/log" 2>&1 3>&- &
	alone_pid=$!
	wait_for test -S "$alone_dir/s/$name.sock"
}

# alone NAME METHOD URI [BODY]
alone() {
	CPMS_TEST_RUN_DIR=$alone_dir fcgi "$@"
}

alone_stop() {
	[ -n "${alone_pid:-}" ] || return 0
	kill "$alone_pid"
	wait "$alone_pid" || true
	rm -rf "$alone_dir"
	alone_pid=
}

# wait_for COMMAND: until it succeeds, 10 s at most.
wait_for() {
	local i

	for ((i = 0; i < 200; i++)); do
		! "$@" || return 0
		sleep 0.05
	done
	return 1
}
