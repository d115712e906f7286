# shellcheck shell=bash
# What the scripts share: where this checkout is, words for the user, and, in
# lib/, how its PostgreSQL, its endpoints and its nginx are started and ended.
# Sourced.

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

# shellcheck source=scripts/lib/home.sh
source "$root/scripts/lib/home.sh"
# shellcheck source=scripts/lib/processes.sh
source "$root/scripts/lib/processes.sh"
# shellcheck source=scripts/lib/postgresql.sh
source "$root/scripts/lib/postgresql.sh"
# shellcheck source=scripts/lib/endpoints.sh
source "$root/scripts/lib/endpoints.sh"
# shellcheck source=scripts/lib/nginx.sh
source "$root/scripts/lib/nginx.sh"

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
