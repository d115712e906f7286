# shellcheck shell=bash disable=SC2154 # lib.sh assigns root and built
# The nginx of a home, and addresses.  Sourced by lib.sh.

# Prints "host port" of a listen address; the host is empty for all interfaces.
split_listen() {
	[[ $1 =~ ^([A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})$ &&
		$((10#${BASH_REMATCH[2]})) -ge 1 &&
		$((10#${BASH_REMATCH[2]})) -le 65535 ]] ||
		die "CPMS_LISTEN_ADDR=$1 is not HOST:PORT or :PORT"
	printf '%s %s\n' "${BASH_REMATCH[1]}" "$((10#${BASH_REMATCH[2]}))"
}

# Whether only this machine reaches listen address $1.
listen_is_loopback() {
	local host

	read -r host _ < <(split_listen "$1" | sed 's/^ /- /')
	[[ $host =~ ^(127\.[0-9.]+|localhost|\[::1\])$ ]]
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
	elif [ -n "$installed" ]; then
		echo http://127.0.0.1
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
	for made in http.conf server.conf extras.conf; do
		sed "s,/run/cpms,$home/s,g; s,/usr/lib/cpms/,$home/nginx/," \
			"$built/nginx/$made" >"$home/nginx/$made"
	done
	cp "$built/openapi.json" "$home/nginx"
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
