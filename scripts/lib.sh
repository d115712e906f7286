# shellcheck shell=bash
# Functions that the scripts share: where this checkout keeps its state, and how
# its PostgreSQL, its endpoints and its nginx are started and ended.  Sourced.
#
# A running system lives in one directory, the home:
#   bin/ log/ run/   copies of the binaries, logs, nginx's pid and address
#   pid/             the state of each endpoint's supervisor
#                    (like run/, written by nobody else)
#   s/               the endpoints' sockets       (0750, group of nginx)
#   pg/ pgs/         the private PostgreSQL's data and socket
#   nginx/           nginx's configuration and temporary files
# It is .cpms in the checkout, or, where that path is too long for a socket or
# closed to the users that the parts run as, a directory under /var/tmp whose
# name .cpms/home holds.  CPMS_HOME names another one.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# The build's products are under build/ in a checkout, and beside scripts/ where
# `make install` put them.
built=$root/build
[ -e "$root/Makefile" ] || built=$root
endpoints_tsv=$built/endpoints.tsv
lib_as_root=
[ "$(id -u)" != 0 ] || lib_as_root=yes

die() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	exit 1
}

warn() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
}

# --- the home

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

	mkdir -p "$home"/{bin,log,run,pid,s,nginx}
	chmod 750 "$home/log" "$home/s"
	chmod 755 "$home/bin" "$home/run" "$home/pid" "$home/nginx"
	lib_prepare_logs "$home"
	[ -z "$lib_as_root" ] || {
		chgrp www-data "$home/s"
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

# --- processes

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

	owners=$(
		stat -c %u "$1" "$1/pg" 2>/dev/null
		[ -z "$lib_as_root" ] || id -u root www-data
	) || true
	find /proc/[0-9]*/exe /proc/[0-9]*/cwd -maxdepth 0 \
		-printf '%U %h %f %l\n' 2>/dev/null |
		awk -v home="$1" -v owners="${owners//$'\n'/ }" '
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
				if (index(at, home "/bin/") == 1)
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

	pid=$(pidfile_pid "$1/run/keeper.pid") || return 1
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

# --- PostgreSQL

# Prints the directory of the newest PostgreSQL server's programs, 15 or later.
pg_bin() {
	local dir best=

	for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V); do
		[ -x "$dir/initdb" ] || continue
		[[ $dir =~ /([0-9]+)/bin$ && ${BASH_REMATCH[1]} -ge 15 ]] ||
			continue
		best=$dir
	done
	[ -n "$best" ] || return 1
	printf '%s\n' "$best"
}

# PostgreSQL refuses to run as root: its own user does it there.
lib_as_pg() {
	local home=$1 user=postgres

	shift
	if [ -z "$lib_as_root" ]; then
		"$@"
		return
	fi
	[ ! -e "$home/pg" ] || user=$(stat -c %U "$home/pg")
	(cd / && runuser -u "$user" -- "$@")
}

# The role that the endpoints and scripts work as ...
cluster_url() {
	printf 'postgres://cpms@/cpms?host=%s\n' "$1/pgs"
}

# ... and the one that owns the tables, for scripts/migrate.
cluster_owner_url() {
	printf 'postgres://cpms_owner@/cpms?host=%s\n' "$1/pgs"
}

cluster_runs() {
	process_runs "$1/pg/postmaster.pid" postgres "$1/pg"
}

lib_pg_file() {
	lib_as_pg "$1" tee "$1/pg/$2" >/dev/null
}

# The socket's directory lets in who may talk to it.  Who got in as an endpoint
# is still not the superuser, nor the owner of the tables: that takes root or
# the owner of the data.
lib_write_pg_settings() {
	local home=$1 user role

	lib_pg_file "$home" cpms.conf <<-END
		listen_addresses = ''
		unix_socket_directories = '$home/pgs'
		max_connections = 200
		shared_buffers = 256MB
		max_wal_size = 2GB
		fsync = on
		synchronous_commit = on
		timezone = 'UTC'
		log_timezone = 'UTC'
		lc_messages = 'C'
		logging_collector = off
		${CPMS_PG_SETTINGS:-}
	END
	lib_pg_file "$home" pg_hba.conf <<-END
		local all postgres,cpms_owner peer map=admin
		local all all trust
	END
	for user in root postgres "$(stat -c %U "$home/pg")"; do
		for role in postgres cpms_owner; do
			printf 'admin %s %s\n' "$user" "$role"
		done
	done | lib_pg_file "$home" pg_ident.conf
}

# start_cluster HOME: a private PostgreSQL that listens on a socket only, with
# a database cpms, its owner cpms_owner and a role cpms that may use it.  The
# socket's directory is their password.
start_cluster() {
	local home=$1 bin log=$1/log/postgresql.log

	bin=$(pg_bin) || die "no PostgreSQL 15 or later is installed: ./scripts/deps installs it, or set CPMS_DATABASE_URL"
	if [ -z "$lib_as_root" ] && [ -e "$home/pg" ] && [ ! -O "$home/pg" ]; then
		die "$home/pg belongs to user $(stat -c %U "$home/pg"): run as that user or as root, or remove it"
	fi
	mkdir -p "$home/pgs"
	chmod 750 "$home/pgs"
	if [ -n "$lib_as_root" ]; then
		if [ ! -e "$home/pg" ]; then
			install -d -o postgres -g postgres -m 700 "$home/pg"
		fi
		chown "$(stat -c %U "$home/pg"):www-data" "$home/pgs"
	fi
	if [ ! -e "$home/pg/PG_VERSION" ]; then
		# whatever an initdb that was cut off left behind
		lib_as_pg "$home" find "$home/pg" -mindepth 1 -delete 2>/dev/null ||
			true
		lib_as_pg "$home" "$bin/initdb" -D "$home/pg" -U postgres \
			--auth=trust --encoding=UTF8 --locale=C.UTF-8 \
			--lc-collate=C \
			>>"$log" 2>&1 </dev/null ||
			die "initdb failed, its words are in $log"
		printf "include_if_exists 'cpms.conf'\n" |
			lib_as_pg "$home" tee -a "$home/pg/postgresql.conf" \
				>/dev/null
	fi
	lib_write_pg_settings "$home"
	lib_as_pg "$home" "$bin/pg_ctl" -D "$home/pg" -w -t 60 -s \
		start >>"$log" 2>&1 </dev/null 3>&- 9>&- ||
		die "PostgreSQL did not start, its words are in $log"
	lib_make_database "$home"
}

lib_make_database() {
	local admin="postgres://postgres@/postgres?host=$1/pgs"

	psql -XqAt -v ON_ERROR_STOP=1 -d "$admin" >/dev/null <<-'END' ||
		select format('create role %I login', name)
		from unnest('{cpms_owner,cpms}'::text[]) as name
		where not exists (select from pg_roles where rolname = name)
		\gexec
		select 'create database cpms owner cpms_owner'
		where not exists (select from pg_database where datname = 'cpms')
		\gexec
		-- made before there were two roles
		select exists (select from pg_database where datname = 'cpms'
			and pg_get_userbyid(datdba) = 'cpms') as "old" \gset
		\if :old
		\connect cpms
		reassign owned by cpms to cpms_owner;
		\endif
	END
		die "cannot make the database cpms in $1/pg"
}

stop_cluster() {
	local home=$1 bin

	home_has "$home" pg || return 0
	bin=$(pg_bin)
	lib_as_pg "$home" "$bin/pg_ctl" -D "$home/pg" -m fast -w -t 30 -s stop \
		>/dev/null 2>&1 ||
		lib_as_pg "$home" "$bin/pg_ctl" -D "$home/pg" -m immediate -w \
			-t 10 -s stop >/dev/null 2>&1 || true
	wait_until 5 lib_not home_has "$home" pg ||
		home_signal KILL "$home" pg
}

# psql_at URL [OPTION...]: psql there; a password in the URL goes into the
# environment, as others can read a command line.
psql_at() (
	url=$1

	shift
	if [[ $url =~ ^(postgres(ql)?://[^:/@?]*):([^@/]*)@(.*)$ ]]; then
		url=${BASH_REMATCH[1]}@${BASH_REMATCH[4]}
		secret=${BASH_REMATCH[3]//\\/\\\\}
		secret=$(printf '%b.' "${secret//%/\\x}")
		export PGPASSWORD=${secret%.}
	fi
	psql -Xq -d "$url" "$@"
)

# Prints the URL of the database that scripts/migrate works on when told
# nothing else.
default_migrate_url() {
	local home

	if [ -n "${CPMS_MIGRATE_URL:-${CPMS_DATABASE_URL:-}}" ]; then
		printf '%s\n' "${CPMS_MIGRATE_URL:-$CPMS_DATABASE_URL}"
	elif home=$(recorded_home) && cluster_runs "$home"; then
		cluster_owner_url "$home"
	else
		die "no database: set CPMS_DATABASE_URL or start ./scripts/run"
	fi
}

# Prints the URL of the database that a script talks to when told nothing else.
default_database_url() {
	local home

	if [ -n "${CPMS_DATABASE_URL:-}" ]; then
		printf '%s\n' "$CPMS_DATABASE_URL"
	elif home=$(recorded_home) && cluster_runs "$home"; then
		cluster_url "$home"
	else
		die "no database: set CPMS_DATABASE_URL or start ./scripts/run"
	fi
}

# --- endpoints

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

# --- nginx

# Prints "host port" of a listen address; the host is empty for all interfaces.
split_listen() {
	[[ $1 =~ ^([A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})$ &&
		$((10#${BASH_REMATCH[2]})) -ge 1 &&
		$((10#${BASH_REMATCH[2]})) -le 65535 ]] ||
		die "CPMS_LISTEN_ADDR=$1 is not HOST:PORT or :PORT"
	printf '%s %s\n' "${BASH_REMATCH[1]}" "$((10#${BASH_REMATCH[2]}))"
}

# Prints the address under which a client on this machine reaches $1.
listen_url() {
	local host port

	read -r host port < <(split_listen "$1" | sed 's/^ /- /')
	case $host in
	- | 0.0.0.0) host=127.0.0.1 ;;
	'[::]') host='[::1]' ;;
	esac
	printf 'http://%s:%s\n' "$host" "$port"
}

# Prints where the API is when told nothing else.
default_base_url() {
	local home

	if [ -n "${CPMS_LISTEN_ADDR:-}" ]; then
		listen_url "$CPMS_LISTEN_ADDR"
	elif home=$(recorded_home) && [ -r "$home/run/listen" ]; then
		listen_url "$(<"$home/run/listen")"
	else
		listen_url 127.0.0.1:8081
	fi
}

# True when something already accepts connections at listen address $1.
port_taken() {
	local host port

	read -r host port < <(listen_url "$1" |
		sed -E 's,^http://,,; s/:([0-9]+)$/ \1/; s/[][]//g')
	(exec 3<>"/dev/tcp/$host/$port") 2>/dev/null
}

lib_listen_lines() {
	local host port

	read -r host port < <(split_listen "$1" | sed 's/^ /- /')
	if [ "$host" != - ]; then
		printf 'listen %s:%s backlog=4096;\n' "$host" "$port"
		return
	fi
	printf 'listen %s backlog=4096;\n' "$port"
	[ ! -s /proc/net/if_inet6 ] ||
		printf 'listen [::]:%s ipv6only=on backlog=4096;\n' "$port"
}

# write_nginx HOME LISTEN: the files that the build made and the configuration
# around them, with this home's paths.
write_nginx() {
	local home=$1 made user='' errors=$1/log/nginx.log access=$1/log/access.log

	[ -z "$lib_as_root" ] || user='user www-data;'
	[ -z "${CPMS_LOG_TO_STDERR:-}" ] || {
		errors=/dev/stderr
		access=/dev/stdout
	}
	lib_listen_lines "$2" >"$home/nginx/listen.conf"
	for made in http.conf cpms.conf; do
		sed "s,/run/cpms,$home/s,g" "$built/nginx/$made" \
			>"$home/nginx/$made"
	done
	sed -e "s,@USER@,$user,; s,@HOME@,$home,g" \
		-e "s,@ERROR_LOG@,$errors,g; s,@ACCESS_LOG@,$access,g" \
		"$root/nginx/nginx.conf.in" >"$home/nginx/nginx.conf"
}

nginx_program() {
	PATH=$PATH:/usr/sbin:/sbin command -v nginx ||
		die "nginx is not installed: ./scripts/deps installs it"
}

nginx_runs() {
	process_runs "$1/run/nginx.pid" nginx "$1/nginx"
}

# start_nginx HOME LISTEN: it works in the home's nginx directory, by which its
# workers are known when their master is gone.
start_nginx() {
	local home=$1 log=$1/log/nginx.log words=$1/log/nginx.start program

	write_nginx "$home" "$2"
	program=$(nginx_program)
	# nginx keeps a log that is its standard error: no pipe of ours may be
	[ -z "${CPMS_LOG_TO_STDERR:-}" ] || words=/dev/stderr
	(cd "$home/nginx" && exec "$program" -p "$home/nginx" -c nginx.conf \
		-e "$log") 2>"$words" </dev/null 3>&- 9>&- || {
		[ -f "$words" ] || die "nginx did not start"
		die "$(lib_why_no_nginx "$2" <"$words")"
	}
	printf '%s\n' "$2" >"$home/run/listen"
}

# Turns nginx's own words into ours.
lib_why_no_nginx() {
	local words

	words=$(head -n 1)
	case $words in
	*"Address already in use"*)
		echo "port of $1 is taken: set CPMS_LISTEN_ADDR to another"
		;;
	*bind*"Permission denied"*)
		echo "no right to listen on $1: take a port from 1024 on"
		;;
	*) echo "nginx did not start: $words" ;;
	esac
}

stop_nginx() {
	local home=$1

	rm -f "$home/run/listen"
	home_signal QUIT "$home" nginx
	home_signal CONT "$home" nginx
	wait_until 10 lib_not home_has "$home" nginx ||
		home_signal TERM "$home" nginx
	wait_until 5 lib_not home_has "$home" nginx ||
		home_signal KILL "$home" nginx
	rm -f "$home/run/nginx.pid"
}

# stop_system HOME: whatever of it runs, from the outside in.
stop_system() {
	stop_nginx "$1"
	stop_endpoints "$1"
	stop_cluster "$1"
}

# stack_bring_up LISTEN: all of it in the home of CPMS_HOME, on a cluster of its
# own whatever CPMS_DATABASE_URL says; the caller sees to stop_system.
stack_bring_up() {
	local home

	home=$(make_home)
	prepare_home "$home"
	start_cluster "$home"
	CPMS_DATABASE_URL=$(cluster_url "$home")
	export CPMS_DATABASE_URL
	CPMS_MIGRATE_URL=$(cluster_owner_url "$home") "$root/scripts/migrate"
	unset CPMS_MIGRATE_URL
	"$root/scripts/seed" --id CP-123 --secret devsecret
	start_endpoints "$home"
	start_nginx "$home" "$1"
}
