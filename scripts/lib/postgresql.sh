# shellcheck shell=bash disable=SC2154 # lib.sh assigns root and built
# The private PostgreSQL of a home, and the URLs of databases.  Sourced by
# lib.sh.

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

lib_how_to_start() {
	if [ -z "$installed" ]; then
		echo "set CPMS_DATABASE_URL or start ./scripts/run"
	elif [ -e "$system_env" ] && [ ! -r "$system_env" ]; then
		echo "$system_env is for root and cpms to read"
	else
		echo "run \`cpms setup\`"
	fi
}

# Prints the URL of the database that scripts/migrate works on when told
# nothing else.
default_migrate_url() {
	local home

	if [ -n "${CPMS_MIGRATE_URL:-${CPMS_DATABASE_URL:-}}" ]; then
		printf '%s\n' "${CPMS_MIGRATE_URL:-$CPMS_DATABASE_URL}"
	elif home=$(recorded_home) && cluster_runs "$home"; then
		cluster_owner_url "$home"
	else
		die "no database: $(lib_how_to_start)"
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
		die "no database: $(lib_how_to_start)"
	fi
}
