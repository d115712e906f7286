# shellcheck shell=bash disable=SC2154 # lib.sh assigns root and built
# How endpoints are started, seen and ended.  Sourced by lib.sh.

# Rows of the endpoint table: name, method, path, class, processes.
endpoint_rows() {
	[ -r "$endpoints_tsv" ] || die "$endpoints_tsv is missing: run make"
	cat "$endpoints_tsv"
}

endpoint_names() {
	endpoint_rows | cut -f1
}

# Copies NAME's binary into the home: a running program must not change under a
# build, and its user must be able to read it.
install_binary() {
	install -m 755 "$built/bin/$2" "$1/bin/.$2.new" &&
		mv "$1/bin/.$2.new" "$1/bin/$2"
}

# start_endpoint HOME NAME PROCESSES: needs CPMS_DATABASE_URL and the other
# settings in the environment.  Returns before the endpoint serves.  A socket
# that is there still is that of processes whose supervisor is gone.
start_endpoint() {
	local home=$1 name=$2 processes=$3 log=$1/log/$2.log
	local -a socket_user=() app_user=()

	[ -z "${CPMS_LOG_TO_STDERR:-}" ] || log=/dev/stderr
	[ -z "$lib_as_root" ] || {
		socket_user=(-U www-data -G www-data)
		app_user=(-u www-data)
	}
	rm -f "$home/s/$name.sock"
	setsid spawn-fcgi -n -s "$home/s/$name.sock" -M 0660 -b 4096 \
		"${socket_user[@]}" -- "$home/bin/supervise" \
		-n "$processes" -p "$home/pid/$name.pid" "${app_user[@]}" \
		"$home/bin/$name" </dev/null >>"$log" 2>&1 3>&- 9>&- &
	disown
}

# As process_runs.
endpoint_runs() {
	local pid=''
	local -a line=()

	{ read -r pid <"$1/pid/$2.pid"; } 2>/dev/null || true
	[[ $pid =~ ^[1-9][0-9]{0,9}$ ]] || return 1
	[ "/proc/$pid/exe" -ef "$1/bin/supervise" ] || return 1
	{ mapfile -d '' -t line <"/proc/$pid/cmdline"; } 2>/dev/null || return 1
	[[ " ${line[*]} " == *" $1/pid/$2.pid "* ]]
}

# Every process of the endpoint's supervisor serves, and none is leaving.
endpoint_serves() {
	local pidfile=$1/pid/$2.pid

	endpoint_runs "$1" "$2" || return 1
	awk '$1 == "child" { if ($3 == "ready") n++; else bad++ }
		END { exit !(n && !bad) }' "$pidfile" 2>/dev/null
}

# start_endpoints HOME: those whose binaries are there, all at once, and waits
# until every one of them serves.
start_endpoints() {
	local home=$1 name processes
	local -a started=()

	[ -x "$built/bin/supervise" ] ||
		die "build/bin/supervise is missing: run make"
	install_binary "$home" supervise
	while IFS=$'\t' read -r name _ _ _ processes; do
		[ -x "$built/bin/$name" ] || continue
		install_binary "$home" "$name"
		start_endpoint "$home" "$name" "$processes"
		started+=("$name")
	done < <(endpoint_rows)
	for name in "${started[@]}"; do
		wait_until 60 endpoint_serves "$home" "$name" ||
			die "endpoint $name does not serve, its words are in $home/log/$name.log"
	done
}

# Supervisors, then processes without one; a stopped process takes its signal
# only when it runs again.
stop_endpoints() {
	local home=$1

	home_signal TERM "$home" bin supervise
	home_signal TERM "$home" bin
	home_signal CONT "$home" bin
	wait_until 28 lib_not home_has "$home" bin ||
		home_signal KILL "$home" bin
	rm -f "$home"/pid/*.pid "$home"/pid/*.pid.new "$home"/s/*.sock
}
