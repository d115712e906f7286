# shellcheck shell=bash
# What the scripts share: which system they serve, words for the user, and, in
# lib/, how PostgreSQL, endpoints and nginx are started and ended.  Sourced; a
# script that is asked for --help then prints its head and ends.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# The build's products are under build/ in a checkout, and beside scripts/ where
# `make install` put them.
built=$root/build
[ -e "$root/Makefile" ] || built=$root
endpoints_tsv=$built/endpoints.tsv
# The system is that of this checkout or of CPMS_HOME, all in one directory
# (lib/home.sh), or else the installed one (lib/installed.sh).
installed=
[ -e "$root/Makefile" ] || [ -n "${CPMS_HOME:-}" ] || installed=yes
lib_as_root=
[ "$EUID" != 0 ] || [ -n "${CPMS_TEST_ROOT:-}" ] || lib_as_root=yes

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

warn() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# head_of SCRIPT: how it is used, a paragraph of calls, and then what it does: the
# comment at its top.
head_of() {
	sed -n '2,$ { /^#/!q; s/^# \{0,1\}//; p }' "$1"
}

case ${1:-} in
-h | --help)
	head_of "$0"
	exit
	;;
esac

# shellcheck source=scripts/lib/home.sh
source "$root/scripts/lib/home.sh"
# shellcheck source=scripts/lib/installed.sh
source "$root/scripts/lib/installed.sh"
# shellcheck source=scripts/lib/processes.sh
source "$root/scripts/lib/processes.sh"
# shellcheck source=scripts/lib/postgresql.sh
source "$root/scripts/lib/postgresql.sh"
# shellcheck source=scripts/lib/endpoints.sh
source "$root/scripts/lib/endpoints.sh"
# shellcheck source=scripts/lib/nginx.sh
source "$root/scripts/lib/nginx.sh"

# places HOME: where its programs, logs, sockets and settings are, and states: of
# its supervisors in at_pid, of the others in at_run.
places() {
	at_bin=$1/bin at_log=$1/log at_s=$1/s at_pid=$1/pid at_run=$1/run
	at_env=$1/settings.env
	[ -z "$installed" ] || {
		at_bin=$root/serving at_log=$log_dir at_env=$system_env
		at_s=$run_dir at_pid=$run_dir at_run=$run_dir
	}
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

[ -z "$installed" ] || take_settings "$system_env"
