# shellcheck shell=bash disable=SC2154 # lib.sh assigns root and built
# The processes of a home, found without believing any file.  Sourced by lib.sh.

# Prints the process id that file $1 begins with, when it is one.
pidfile_pid() {
	local pid=

	{ read -r pid <"$1"; } 2>/dev/null || true
	[[ $pid =~ ^[1-9][0-9]{0,9}$ ]] || return 1
	printf '%s\n' "$pid"
}

# home_processes HOME: a line "PID DIRECTORY PROGRAM" for each process of the
# home.  No file is believed: it runs a program of the home's bin, or it is
# nginx or PostgreSQL and at work in the home's directory for it; and its user
# is one whom parts of the home run as.
home_processes() {
	local owners

	places "$1"
	owners=$(
		stat -c %u "$1" "$1/pg" 2>/dev/null
		[ -z "$lib_as_root" ] || id -u root www-data
	) || true
	find /proc/[0-9]*/exe /proc/[0-9]*/cwd -maxdepth 0 \
		-printf '%U %h %f %l\n' 2>/dev/null |
		awk -v home="$1" -v bin="$at_bin/" -v owners="${owners//$'\n'/ }" '
		BEGIN {
			split(owners, list)
			for (i in list)
				owner[list[i]]
		}
		$1 in owner {
			pid = substr($2, 7)
			at = substr($0, length($1 $2 $3) + 4)
			sub(/ \(deleted\)$/, "", at)
			if ($3 == "exe")
				program[pid] = at
			else
				directory[pid] = at
		}
		END {
			for (pid in program) {
				at = program[pid]
				name = at
				sub(/.*\//, "", name)
				if (index(at, bin) == 1)
					print pid, "bin", name
				else if (name == "nginx" &&
				    directory[pid] == home "/nginx")
					print pid, "nginx", name
				else if (name == "postgres" &&
				    directory[pid] == home "/pg")
					print pid, "pg", name
			}
		}' || true
}

# home_pids HOME DIRECTORY [PROGRAM]: their ids.
home_pids() {
	home_processes "$1" | awk -v directory="$2" -v name="${3:-}" '
		$2 == directory && (name == "" || $3 == name) { print $1 }'
}

home_has() {
	[ -n "$(home_pids "$@")" ]
}

# home_signal SIGNAL HOME DIRECTORY [PROGRAM]
home_signal() {
	local signal=$1
	local -a pids

	shift
	mapfile -t pids < <(home_pids "$@")
	[ "${#pids[@]}" = 0 ] || kill -s "$signal" "${pids[@]}" 2>/dev/null ||
		true
}

# home_pid FILE HOME DIRECTORY [PROGRAM]: the id that the file holds, when that
# is one of theirs.
home_pid() {
	local pid

	pid=$(pidfile_pid "$1") || return 1
	shift
	home_pids "$@" | grep -x "$pid"
}

# process_runs FILE PROGRAM DIRECTORY: the process of the file runs it there.
# Is asked again and again and takes no process for it; for signals there is
# home_pid.
process_runs() {
	local pid='' name=''

	{ read -r pid <"$1"; } 2>/dev/null || true
	[[ $pid =~ ^[1-9][0-9]{0,9}$ ]] || return 1
	{ read -r name <"/proc/$pid/comm"; } 2>/dev/null || return 1
	[ "$name" = "$2" ] && [ "/proc/$pid/cwd" -ef "$3" ]
}

# The process that keeps HOME running: whoever that is holds its lock.
keeper_pid() {
	local pid

	places "$1"
	pid=$(pidfile_pid "$at_run/keeper.pid") || return 1
	[ "/proc/$pid/fd/9" -ef "$1/lock" ] || return 1
	printf '%s\n' "$pid"
}

# Waits until the condition (a command) holds, for at most $1 seconds.
wait_until() {
	local end=$((SECONDS + $1))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

lib_not() {
	! "$@"
}
