# shellcheck shell=bash disable=SC2154 # lib.sh assigns root and built
# The home of a checkout's system: where it is, and whose.  Sourced by lib.sh.
#
# A running system lives in one directory, the home:
#   bin/ log/ run/   copies of the binaries, logs, nginx's pid and address
#   pid/             the state of each endpoint's supervisor
#                    (like run/, written by nobody else)
#   s/               the endpoints' sockets       (0750, group of nginx)
#   s/counters/      what they counted, a file each (0750, theirs)
#   pg/ pgs/         the private PostgreSQL's data and socket
#   nginx/           nginx's configuration and temporary files
# It is .cpms in the checkout, or, where that path is too long for a socket or
# closed to the users that the parts run as, a directory under /var/tmp whose
# name .cpms/home holds.  CPMS_HOME names another one.

# Prints why $1 can't be a home; nothing when it can.
lib_home_problem() {
	local user

	[[ $1 =~ ^[A-Za-z0-9/._-]{1,60}$ ]] || {
		echo "its path is too long or holds odd characters"
		return
	}
	[ -n "$lib_as_root" ] || return 0
	for user in postgres www-data; do
		id "$user" >/dev/null 2>&1 || continue
		runuser -u "$user" -- test -x "$(dirname "$1")" || {
			echo "user $user cannot reach it"
			return
		}
	done
}

# Prints the recorded home; fails when this checkout has none.  A record that
# came along when a checkout was copied is another checkout's: not ours.
recorded_home() {
	local home

	if [ -n "$installed" ]; then
		[ -d "$run_dir" ] && printf '%s\n' "$run_dir"
		return
	fi
	home=$(lib_home_on_record) || return 1
	[ "$(<"$home/checkout")" = "$root" ] || return 1
	printf '%s\n' "$home"
}

lib_home_on_record() {
	local home

	if [ -n "${CPMS_HOME:-}" ]; then
		home=$CPMS_HOME
	elif [ -r "$root/.cpms/home" ]; then
		home=$(<"$root/.cpms/home")
		[ "$home" != .cpms ] || home=$root/.cpms
	else
		return 1
	fi
	[ -r "$home/checkout" ] || return 1
	printf '%s\n' "$home"
}

# Takes over the data of a checkout that was moved here; the data of a copied
# one is thrown away, as the original still has it.
lib_settle_record() {
	local home owner

	home=$(lib_home_on_record) || return 0
	owner=$(<"$home/checkout")
	[ "$owner" != "$root" ] || return 0
	if [ ! -e "$owner/.cpms/home" ]; then
		printf '%s\n' "$root" >"$home/checkout"
		rm -rf "$home"/{run,pid,s,nginx}
	elif [ -z "${CPMS_HOME:-}" ]; then
		rm -rf "$root/.cpms"
	else
		die "CPMS_HOME=$home belongs to $owner"
	fi
}

# Makes the home when there is none yet, and prints it.
make_home() {
	local home problem

	lib_settle_record
	if home=$(recorded_home); then
		printf '%s\n' "$home"
		return
	fi
	home=${CPMS_HOME:-$root/.cpms}
	problem=$(lib_home_problem "$home")
	if [ -n "$problem" ]; then
		[ -z "${CPMS_HOME:-}" ] || die "CPMS_HOME=$home: $problem"
		home=$(mktemp -d /var/tmp/cpms.XXXXXX) ||
			die "cannot make a directory under /var/tmp"
	fi
	mkdir -p "$home" 2>/dev/null || die "cannot write to $(dirname "$home")"
	[ -O "$home" ] || die "$home belongs to another user"
	chmod 755 "$home"
	printf '%s\n' "$root" >"$home/checkout"
	if [ -z "${CPMS_HOME:-}" ]; then
		mkdir -p "$root/.cpms" 2>/dev/null || die "cannot write to $root"
		[ "$home" = "$root/.cpms" ] || echo "$home" >"$root/.cpms/home"
		[ "$home" != "$root/.cpms" ] || echo .cpms >"$root/.cpms/home"
	fi
	printf '%s\n' "$home"
}

# Directories of a home, each open to whom it must be and to nobody else.
prepare_home() {
	local home=$1

	mkdir -p "$home"/{bin,log,run,pid,s/counters,nginx}
	chmod 750 "$home/log" "$home/s" "$home/s/counters"
	chmod 755 "$home/bin" "$home/run" "$home/pid" "$home/nginx"
	lib_prepare_logs "$home"
	[ -z "$lib_as_root" ] || {
		# nginx's workers open their logs anew themselves
		chgrp www-data "$home/s" "$home/log"
		chown www-data:www-data "$home/s/counters"
		chown root "$home/pid"
	}
}

# Each log is there before a process writes to it, for its owner's group only.
lib_prepare_logs() {
	local -a logs

	mapfile -t logs < <(endpoint_names)
	logs+=(access close-stale keeper nginx postgresql)
	logs=("${logs[@]/%/.log}" nginx.start)
	logs=("${logs[@]/#/$1/log/}")
	touch "${logs[@]}"
	chown "$(id -u)" "${logs[@]}"
	chmod 640 "${logs[@]}"
}
