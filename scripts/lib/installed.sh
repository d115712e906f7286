# shellcheck shell=bash disable=SC2154,SC2034 # lib.sh assigns and uses them
# The installed system: where its parts are, and its settings.  Sourced by
# lib.sh.
#
#   /etc/cpms/cpms.env      the settings                     (0640 root:cpms)
#   /etc/cpms/migrate.env   CPMS_MIGRATE_URL, when there are two roles (0600)
#   /run/cpms               the endpoints' sockets and their supervisors' states
#                           (of user cpms; sockets are nginx's group's too),
#                           and in counters/ what they counted
#   /var/log/cpms           logs, where systemd doesn't keep them
#   serving/ beside bin/    the programs in service: an upgrade puts new ones
#                           into bin/, and `cpms restart` those into serving/
#
# CPMS_TEST_ROOT stands before the first four, for tests, and takes no root.

etc_dir=${CPMS_TEST_ROOT:-}/etc/cpms
run_dir=${CPMS_TEST_ROOT:-}/run/cpms
log_dir=${CPMS_TEST_ROOT:-}/var/log/cpms
system_env=$etc_dir/cpms.env
migrate_env=$etc_dir/migrate.env

# Whether systemd runs here, and so the endpoints.
under_systemd() {
	[ -n "$installed" ] && [ -z "${CPMS_TEST_ROOT:-}" ] &&
		[ -d /run/systemd/system ]
}

# Root does for user cpms what needs no root; a test does all as who it is.
as_cpms() {
	if [ -n "$lib_as_root" ]; then
		(cd / && runuser -u cpms -- "$@")
	else
		"$@"
	fi
}

must_be_root() {
	[ -n "$lib_as_root" ] || [ -n "${CPMS_TEST_ROOT:-}" ] ||
		die "this takes root"
}

# take_settings FILE: what it sets and the environment does not.
take_settings() {
	local line name

	[ -r "$1" ] || return 0
	"$built/bin/settings" --read "$1" >/dev/null || exit 1
	while IFS= read -r -d '' line; do
		name=${line%%=*}
		[ -n "${!name+set}" ] || export "$name=${line#*=}"
	done < <("$built/bin/settings" --read "$1")
}

# setting_in FILE NAME: its value there, or nothing.
setting_in() {
	[ ! -e "$1" ] || "$built/bin/settings" --read "$1" |
		sed -z -n "s/^$2=//p" | tr -d '\0'
}

# set_setting FILE NAME: to the value on standard input, in the place of the
# line that sets it or shows its default.
set_setting() {
	local file=$1 name=$2 value

	IFS= read -r value || true
	[[ $value != *[[:cntrl:]\'[:space:]\"\\]* ]] ||
		die "$name must not hold blanks, quotes or \\"
	(umask 077 && LINE="$name=$value" awk -v name="$name" '
		!done && $0 ~ "^#?" name "=" {
			print ENVIRON["LINE"]
			done = 1
			next
		}
		{ print }
		END { if (!done) print ENVIRON["LINE"] }' "$file" \
		>"$file.new")
	chmod --reference="$file" "$file.new"
	[ -z "$lib_as_root" ] || chown --reference="$file" "$file.new"
	mv "$file.new" "$file"
}

# What an installed system needs beside the files that were laid down.
prepare_installed() {
	if [ -n "$lib_as_root" ]; then
		id cpms >/dev/null 2>&1 || useradd --system --user-group \
			--home-dir /nonexistent --no-create-home \
			--shell /usr/sbin/nologin cpms
		install -d -o cpms -g "$(web_group)" -m 2750 "$run_dir"
		install -d -o cpms -g cpms -m 750 "$run_dir/counters"
		install -d -o cpms -g adm -m 2750 "$log_dir"
	else
		install -d "$run_dir/counters" "$log_dir"
	fi
	install -d "$etc_dir" "$root/serving"
	[ -e "$system_env" ] ||
		install -m 640 "$root/cpms.env" "$system_env"
	[ -z "$lib_as_root" ] || chgrp cpms "$system_env"
}

# Every program of this version into service, as they are when nothing runs.
put_in_service() {
	local name

	for name in supervise hold $(endpoint_names); do
		[ ! -x "$built/bin/$name" ] || install_binary "$run_dir" "$name"
	done
}

# The group whose members are nginx's processes.
web_group() {
	getent group www-data >/dev/null && echo www-data || echo cpms
}
