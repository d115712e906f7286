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

# The settings of endpoints that are in the environment.
lib_setting_names() {
	compgen -e | grep -E '^(CPMS|GATEWAY)_' | grep -vxE \
		'CPMS_(HOME|MIGRATE_URL|LOG_TO_STDERR|PG_SETTINGS|TEST_.*)'
}

# write_settings HOME: the file that the supervisors read, from the environment.
write_settings() {
	local name value file=$1/settings.env

	rm -f "$file.new"
	(umask 077 && cat >"$file.new") <<-END
		# The settings that the system was started with.  scripts/restart puts
		# a change to use; the next start writes the file anew.
	END
	for name in $(lib_setting_names); do
		value=${!name}
		[[ $value != *[[:cntrl:]]* ]] ||
			die "$name holds a control character"
		value=${value//\\/\\\\}
		value=${value//\"/\\\"}
		value=${value//\$/\\$}
		printf '%s="%s"\n' "$name" "${value//\`/\\\`}" >>"$file.new"
	done
	mv "$file.new" "$file"
}

# start_endpoint HOME NAME: with the settings of the home's file.  Returns before
# the endpoint serves.  A socket that is there still is one on which nobody
# listens.  Of the settings in the environment none is left, so that the file
# says it all.
start_endpoint() {
	local home=$1 name=$2 log=$1/log/$2.log setting
	local -a socket_user=() app_user=() without=()

	[ -z "${CPMS_LOG_TO_STDERR:-}" ] || log=/dev/stderr
	[ -z "$lib_as_root" ] || {
		socket_user=(-U www-data -G www-data)
		app_user=(-u www-data)
	}
	for setting in $(lib_setting_names); do
		without+=(-u "$setting")
	done
	rm -f "$home/s/$name.sock"
	env "${without[@]}" setsid spawn-fcgi -n -s "$home/s/$name.sock" \
		-M 0660 -b 4096 "${socket_user[@]}" -- \
		"$home/bin/hold" -p "$home/pid/$name.hold" \
		"$home/bin/supervise" -d -e "$home/settings.env" \
		-p "$home/pid/$name.pid" "${app_user[@]}" \
		"$home/bin/$name" </dev/null >>"$log" 2>&1 3>&- 9>&- &
	disown
}

# lib_parent_runs PROGRAM HOME PIDFILE: as process_runs.
lib_parent_runs() {
	local pid=''
	local -a line=()

	{ read -r pid <"$3"; } 2>/dev/null || true
	[[ $pid =~ ^[1-9][0-9]{0,9}$ ]] || return 1
	[ "/proc/$pid/exe" -ef "$2/bin/$1" ] || return 1
	{ mapfile -d '' -t line <"/proc/$pid/cmdline"; } 2>/dev/null || return 1
	[[ " ${line[*]} " == *" $3 "* ]]
}

# endpoint_runs HOME NAME: its supervisor does.
endpoint_runs() {
	lib_parent_runs supervise "$1" "$1/pid/$2.pid"
}

# endpoint_held HOME NAME: who starts its supervisor again runs.
endpoint_held() {
	lib_parent_runs hold "$1" "$1/pid/$2.hold"
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
	local home=$1 name
	local -a started=()

	[ -x "$built/bin/supervise" ] ||
		die "build/bin/supervise is missing: run make"
	install_binary "$home" supervise
	install_binary "$home" hold
	write_settings "$home"
	for name in $(endpoint_names); do
		[ -x "$built/bin/$name" ] || continue
		install_binary "$home" "$name"
		start_endpoint "$home" "$name"
		started+=("$name")
	done
	for name in "${started[@]}"; do
		wait_until 60 endpoint_serves "$home" "$name" ||
			die "endpoint $name does not serve, its words are in $home/log/$name.log"
	done
}

# Supervisors, then who holds their sockets and processes without one; a
# stopped process takes its signal only when it runs again.
stop_endpoints() {
	local home=$1

	home_signal TERM "$home" bin supervise
	home_signal TERM "$home" bin
	home_signal CONT "$home" bin
	wait_until 28 lib_not home_has "$home" bin ||
		home_signal KILL "$home" bin
	rm -f "$home"/pid/*.{pid,pid.new,hold} "$home"/s/*.sock \
		"$home/settings.env"
}
