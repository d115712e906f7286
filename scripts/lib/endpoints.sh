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

# install_binary HOME NAME: a copy to run, as a running program must not change
# under a build or an upgrade, and its user must be able to read it.  The copy
# before is kept for uninstall_binary.
install_binary() {
	places "$1"
	! cmp -s "$built/bin/$2" "$at_bin/$2" || return 0
	[ ! -e "$at_bin/$2" ] || ln -f "$at_bin/$2" "$at_bin/.$2.old"
	install -m 755 "$built/bin/$2" "$at_bin/.$2.new" &&
		mv "$at_bin/.$2.new" "$at_bin/$2"
}

# uninstall_binary HOME NAME: what ran before is what the next process runs.
uninstall_binary() {
	places "$1"
	[ ! -e "$at_bin/.$2.old" ] || mv "$at_bin/.$2.old" "$at_bin/$2"
}

# The settings of endpoints that are in the environment.
lib_setting_names() {
	compgen -e | grep -E '^(CPMS|GATEWAY)_' | grep -vxE \
		'CPMS_(HOME|MIGRATE_URL|LOG_TO_STDERR|PG_SETTINGS|TEST_.*)'
}

# write_settings HOME: the file that the supervisors of a home read, from the
# environment; an installed system has its own.
write_settings() {
	local name value file=$1/settings.env

	[ -z "$installed" ] || return 0
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
	local name=$2 log setting
	local -a socket_user=() app_user=() without=() needs_key=()

	places "$1"
	log=$at_log/$name.log
	[ -z "${CPMS_LOG_TO_STDERR:-}" ] || log=/dev/stderr
	[ -z "$lib_as_root" ] || {
		socket_user=(-U www-data -G www-data)
		app_user=(-u www-data)
	}
	{ [ -z "$installed" ] &&
		listen_is_loopback "${CPMS_LISTEN_ADDR:-127.0.0.1:8081}"; } ||
		needs_key=(-k)
	for setting in $(lib_setting_names); do
		without+=(-u "$setting")
	done
	rm -f "$at_s/$name.sock"
	env "${without[@]}" setsid spawn-fcgi -n -s "$at_s/$name.sock" \
		-M 0660 -b 4096 "${socket_user[@]}" -- \
		"$at_bin/hold" -p "$at_pid/$name.hold" \
		"$at_bin/supervise" -d "${needs_key[@]}" -e "$at_env" \
		-p "$at_pid/$name.pid" "${app_user[@]}" \
		"$at_bin/$name" </dev/null >>"$log" 2>&1 3>&- 9>&- &
	disown
}

# lib_parent_runs PROGRAM PIDFILE: as process_runs.  Its file may have made way
# for another version's.
lib_parent_runs() {
	local pid='' name=''
	local -a line=()

	{ read -r pid <"$2"; } 2>/dev/null || true
	[[ $pid =~ ^[1-9][0-9]{0,9}$ ]] || return 1
	{ read -r name <"/proc/$pid/comm"; } 2>/dev/null || return 1
	[ "$name" = "$1" ] || return 1
	{ mapfile -d '' -t line <"/proc/$pid/cmdline"; } 2>/dev/null || return 1
	[[ " ${line[*]} " == *" $2 "* ]]
}

# endpoint_runs HOME NAME: its supervisor does.
endpoint_runs() {
	places "$1"
	lib_parent_runs supervise "$at_pid/$2.pid"
}

# endpoint_held HOME NAME: who starts its supervisor again runs.
endpoint_held() {
	places "$1"
	lib_parent_runs hold "$at_pid/$2.hold"
}

# Every process of the endpoint's supervisor serves, and none is leaving.
endpoint_serves() {
	endpoint_runs "$1" "$2" || return 1
	awk '$1 == "child" { if ($3 == "ready") n++; else bad++ }
		END { exit !(n && !bad) }' "$at_pid/$2.pid" 2>/dev/null
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
			die "endpoint $name does not serve, its words are in $at_log/$name.log"
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
	places "$home"
	rm -f "$at_pid"/*.{pid,pid.new,hold} "$at_s"/*.sock "$home/settings.env"
}
