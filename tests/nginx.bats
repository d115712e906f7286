#!/usr/bin/env bats
# What the build made for nginx, alone: stand-ins behind every socket say who was asked what.
# bats file_tags=beside,long

load lib/stack

setup_file() {
	local name

	command -v cgi-fcgi >/dev/null
	home=$(mktemp -d /tmp/cpms-n.XXXXXX)
	chmod 755 "$home"
	mkdir -p "$home"/{s,nginx,run,log}
	port=$(free_port)
	export home
	export CPMS_TEST_BASE_URL=http://127.0.0.1:$port
	make -s -C "$stack_root" build/bin/supervise build/test/lib/echo 3>&-
	cp "$stack_root"/build/{bin/supervise,test/lib/echo} "$home"
	as_nginx=()
	[ "$(id -u)" != 0 ] || as_nginx=(-u www-data -U www-data)
	for name in $(cut -f1 "$stack_root/build/endpoints.tsv"); do
		ECHO_ONCE=$home/once/file setsid spawn-fcgi -n \
			-s "$home/s/$name.sock" "${as_nginx[@]}" -- \
			"$home/supervise" "$home/echo" \
			"$name" </dev/null >/dev/null 2>&1 3>&- &
		echo $! >>"$home/pids"
	done
	mkdir "$home/once"
	chmod 777 "$home/once"
	stack_lib "$home" start_nginx "$home" "127.0.0.1:$port"
	for name in $(cut -f1 "$stack_root/build/endpoints.tsv"); do
		wait_for test -S "$home/s/$name.sock"
	done
}

teardown_file() {
	stack_lib "$home" stop_nginx "$home"
	# shellcheck disable=SC2046 # one word a process
	kill $(<"$home/pids") || true
	rm -rf "$home"
}

# What the stand-in that was asked says of the field.
echoed() {
	sed -n "s/^$1=//p" <<<"$body"
}

# A path of the table with $2 as its id.
path_with() {
	sed "s,{[^}]*},$2," <<<"$1"
}

@test "every line of the table reaches the endpoint of its name" {
	local name method path

	while IFS=$'\t' read -r name method path _; do
		echo "$name"
		request "$method" "$(path_with "$path" CP-123)"
		[ "$status_code" = 200 ]
		[ "$(echoed NAME)" = "$name" ]
		[ "$(echoed REQUEST_METHOD)" = "$method" ]
	done <"$stack_root/build/endpoints.tsv"
}

@test "a path that another method has is 405 and says which" {
	local name method path allow

	while IFS=$'\t' read -r name method path _; do
		echo "$name"
		request PATCH "$(path_with "$path" CP-123)"
		is_problem 405 method-not-allowed
		allow=$(header Allow)
		[[ ", $allow," == *", $method,"* ]]
	done <"$stack_root/build/endpoints.tsv"
}

@test "every charger path takes an id with slashes, plain or encoded" {
	local name method path id

	while IFS=$'\t' read -r name method path _; do
		[[ $path == *"{chargePointId}"* ]] || continue
		for id in a/b/c a%2Fb a//b %C3%A9%20%3F%23%25 "x+y:z@[1]" \
			...; do
			echo "$name $id"
			request "$method" "$(path_with "$path" "$id")" '' -g
			[ "$(echoed NAME)" = "$name" ]
			[ "$(echoed REQUEST_URI)" = \
				"$(path_with "$path" "$id")" ]
		done
	done <"$stack_root/build/endpoints.tsv"
}

@test "an encoded slash before a last word belongs to the id" {
	local word

	for word in connectors sessions events e%76ents; do
		get "/v1/chargers/site%2f$word?x=/"
		[ "$(echoed NAME)" = charger_get ]
		get "/v1/chargers/site/$word?x=%2F$word"
		[ "$(echoed NAME)" != charger_get ]
	done
}

@test "HEAD is asked as GET and answered without a body" {
	request HEAD /v1/chargers/CP-123
	[ "$status_code" = 200 ]
	[ "$(header Content-Type)" = text/plain ]
	request HEAD /v1/settlements/claim
	[ "$status_code" = 405 ]
}

@test "what no call has is 404" {
	local path

	for path in / /v1 /v1/ /v1/chargers/ /v1/sessions/a/b \
		/v1/gateway/chargers//auth /v1/commands/a/b /healthz/ \
		/v1/chargers/.. /index.html /v1/x.html /v1/_malformed; do
		echo "$path"
		get "$path"
		is_problem 404 not-found
	done
}

@test "a body of 2 MB passes and one byte more is 413" {
	head -c 2097152 /dev/zero | tr '\0' x >"$BATS_TEST_TMPDIR/full"
	request POST /v1/gateway/events '' --data-binary \
		"@$BATS_TEST_TMPDIR/full"
	[ "$(echoed BODY_BYTES)" = 2097152 ]
	printf x >>"$BATS_TEST_TMPDIR/full"
	request POST /v1/gateway/events '' --data-binary \
		"@$BATS_TEST_TMPDIR/full"
	is_problem 413 too-large
	request POST /v1/commands '' -H 'Transfer-Encoding: chunked' \
		--data-binary "@$BATS_TEST_TMPDIR/full"
	is_problem 413 too-large
}

@test "a connection ends where a reload could lose a gateway's request" {
	local name method path closes

	while IFS=$'\t' read -r name method path _; do
		echo "$name"
		closes=keep-alive
		[ "$name" != event_ingest ] && [ "$name" != charger_auth ] ||
			closes=close
		request "$method" "$(path_with "$path" CP-123)"
		[ "$(header Connection)" = "$closes" ]
	done <"$stack_root/build/endpoints.tsv"
	! grep -r keepalive_timeout "$home/nginx" | grep -v ' \(0\|300s\);$'
}

@test "a chunked body arrives with its length" {
	request POST /v1/gateway/events '' -H 'Transfer-Encoding: chunked' \
		-d 12345
	[ "$(echoed CONTENT_LENGTH)" = 5 ]
}

@test "an endpoint that is not there is 503 with Retry-After" {
	mv "$home/s/session_list.sock" "$home/s/away"
	get /v1/sessions
	mv "$home/s/away" "$home/s/session_list.sock"
	is_problem 503 unavailable
	[ "$(header Retry-After)" = 1 ]
}

@test "an idTag in a query reaches no log, also when the endpoint is not there" {
	mv "$home/s/session_list.sock" "$home/s/aside"
	get '/v1/sessions?idTag=TAG-OF-SOMEBODY'
	mv "$home/s/aside" "$home/s/session_list.sock"
	is_problem 503 unavailable
	mv "$home/s/session_get.sock" "$home/s/aside"
	get '/v1/sessions/TOLD-OF'
	mv "$home/s/aside" "$home/s/session_get.sock"
	wait_for grep -rq TOLD-OF "$home/log"
	! grep -r TAG-OF-SOMEBODY "$home/log"
}

@test "an endpoint that dies over a request is 503, never 502" {
	post /v1/commands die
	is_problem 503 unavailable
	[ "$(header Retry-After)" = 1 ]
}

@test "events are asked once more by themselves when the endpoint dies" {
	touch "$home/once/file"
	chmod 666 "$home/once/file"
	request POST /v1/gateway/events '' -d 'die once'
	[ "$status_code" = 200 ]
	[ "$(echoed BODY_BYTES)" = 8 ]
	[ ! -e "$home/once/file" ]
}

@test "events that kill the endpoint twice are 503" {
	request POST /v1/gateway/events '' -d die
	is_problem 503 unavailable
	[ "$(header Retry-After)" = 1 ]
}

# Sends raw bytes, all at once, and prints the answer.
raw() {
	local port=${CPMS_TEST_BASE_URL##*:}

	exec 8<>"/dev/tcp/127.0.0.1/$port"
	printf '%b' "$1" | dd bs=64k iflag=fullblock status=none >&8
	timeout 60 cat <&8
	exec 8>&-
}

@test "what is not HTTP is 400 as a problem" {
	local answer

	for answer in "$(raw 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n')" \
		"$(raw 'GET /v1/%00 HTTP/1.1\r\nHost: a\r\n\r\n')" \
		"$(raw 'GET /v1/waiting HTTP/1.1\r\n\r\n')"; do
		echo "$answer"
		[[ $answer == "HTTP/1.1 400 "* ]]
		[[ $answer == *"application/problem+json"* ]]
		[[ $answer == *'"type":"urn:cpms:problem:bad-request"'* ]]
	done
}

@test "a path that is too long is 414 as a problem" {
	get "/v1/chargers/$(printf 'x%.0s' {1..40000})"
	is_problem 414 bad-request
}

@test "a header that is too long is 400 as a problem" {
	get /v1/waiting -H "X-Long: $(printf 'x%.0s' {1..40000})"
	is_problem 400 bad-request
}

@test "the endpoint is told the request's id and when it came" {
	get /v1/waiting
	[[ $(echoed REQUEST_ID) =~ ^[0-9a-f]{32}$ ]]
	[[ $(echoed CPMS_RECEIVED) =~ ^[0-9]{10}\.[0-9]{3}$ ]]
}

@test "the bearer key reaches the endpoint, no other header does" {
	get /v1/waiting -H 'Authorization: Bearer abc' -H 'Proxy: evil' \
		-H 'CPMS-Waited: 5.000' -H 'X-Any: thing'
	[ "$(echoed HTTP_AUTHORIZATION)" = "Bearer abc" ]
	[ "$(sed -n 's/=.*//p' <<<"$body" | sort | xargs)" = "BODY_BYTES CONTENT_LENGTH CPMS_RECEIVED CPMS_WAITED FCGI_ROLE HTTP_AUTHORIZATION NAME REQUEST_ID REQUEST_METHOD REQUEST_URI" ]
}

@test "the log is JSON and holds no query, key or body" {
	post '/v1/commands?token=s3cret-query' '"s3cret-body"' \
		-H 'Authorization: Bearer s3cret-key'
	get '/v1/chargers/say%22hi%22'
	wait_for grep -q say "$home/log/access.log"
	jq -e . "$home/log/access.log" >/dev/null
	[ "$(jq -r 'select(.path | test("say")) | .path' \
		"$home/log/access.log")" = '/v1/chargers/say"hi"' ]
	run grep -c s3cret "$home/log/access.log"
	[ "$output" = 0 ]
}

# An nginx of its own, with $1 in its http {} block.
other_nginx() {
	other=$BATS_TEST_TMPDIR/other
	mkdir -p "$other"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" \
		"$other" 2>/dev/null || true
	{
		[ "$(id -u)" != 0 ] || echo 'user www-data;'
		echo "pid $other/pid; error_log $other/log;"
		echo 'events {}'
		echo 'http { access_log off;'
		echo "$1"
		for t in client_body proxy fastcgi uwsgi scgi; do
			echo "${t}_temp_path $other/$t;"
		done
		echo '}'
	} >"$other/nginx.conf"
	"$(PATH=$PATH:/usr/sbin command -v nginx)" -p "$other" \
		-c nginx.conf -e "$other/log" 3>&-
}

other_nginx_end() {
	[ -e "${other:-/nowhere}/pid" ] || return 0
	kill "$(cat "$other/pid")"
	wait_for not_there "$other/pid"
}

not_there() {
	[ ! -e "$1" ]
}

teardown() {
	other_nginx_end
}

# A server that somebody has, with $1 in its http {} and $2 in its server {}:
# an application with cookies and headers, pages for errors, health, files.
their_nginx() {
	mkdir -p "$BATS_TEST_TMPDIR/files"
	echo 'a { b: c }' >"$BATS_TEST_TMPDIR/files/x.css"
	touch -d 2026-01-02 "$BATS_TEST_TMPDIR/files/x.css"
	other_nginx "$1
	server { listen 127.0.0.1:$port;
		server_name theirs.example.org;
		root $BATS_TEST_TMPDIR/files;
		client_max_body_size 10k;
		keepalive_timeout 20s 20s;
		add_header X-Theirs yes always;
		error_page 400 404 405 413 494 501 502 /error.html;
		fastcgi_intercept_errors on;
		fastcgi_param THEIRS 1;
		fastcgi_param REQUEST_URI \$request_uri;
		$2
		location = /error.html { return 200 'their own page'; }
		location = /healthz { return 200 'theirs lives'; }
		location / { return 200 \"theirs \$uri\"; }
		location /files/ { alias $BATS_TEST_TMPDIR/files/; }
		location ~ [.]php\$ { return 200 php; }
		location /app { fastcgi_pass unix:$home/s/waiting_list.sock; }
		location /dead { fastcgi_pass unix:$home/s/nobody.sock; }
		location /proxy/ { proxy_pass http://127.0.0.1:$port/app/; }
		location /gone { return 404; } }"
}

# What it answers, but for the time.
their_answers() {
	local of=(curl -sSi --path-as-is --max-time 60)
	local at=http://127.0.0.1:$port

	{
		"${of[@]}" "$at"/ "$at/a//b/%2F/c" "$at/x.php" "$at/healthz" \
			"$at/gone" "$at/dead" "$at/readyz"
		"${of[@]}" -H 'Cookie: a=b' -H 'X-Any: thing' \
			-H 'Authorization: Basic eDp5' "$at/app//x?y=z" \
			"$at/proxy//x"
		"${of[@]}" -d 'status 404' "$at/app" "$at/proxy/x"
		"${of[@]}" -d 'status 201 Made' "$at/app"
		"${of[@]}" "$at/files/x.css" "$at/files/y.css" "$at/files"
		"${of[@]}" -r 0-3 "$at/files/x.css"
		"${of[@]}" -I "$at/files/x.css"
		"${of[@]}" -H 'If-Modified-Since: Fri, 02 Jan 2026 00:00:00 GMT' \
			"$at/files/x.css"
		head -c 20000 /dev/zero | "${of[@]}" --data-binary @- "$at/app"
		"${of[@]}" -H "X-Long: $(printf 'x%.0s' {1..40000})" "$at/"
		"${of[@]}" -X TRACE "$at/app"
		"${of[@]}" -d x -H 'Transfer-Encoding: other' "$at/app"
		CPMS_TEST_BASE_URL=$at raw \
			'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'
	} 2>&1 | sed '/^Date: /d'
}

@test "what is included in a server {} is nothing but locations of ours" {
	local file

	for file in server extras; do
		! grep -Ev $'^(\t.*|#.*|}|location [^ ].* \\{|)$' \
			"$home/nginx/$file.conf"
	done
	[ "$(grep -c '^location [^@]' "$home/nginx/server.conf")" = 1 ]
	! grep -q '^location .*/v1/' "$home/nginx/extras.conf"
}

@test "a server that is there already answers the same with the snippet in it" {
	port=$(free_port)
	their_nginx '' ''
	their_answers >"$BATS_TEST_TMPDIR/before"
	other_nginx_end
	their_nginx "include $home/nginx/http.conf;" \
		"include $home/nginx/server.conf;"
	their_answers >"$BATS_TEST_TMPDIR/after"
	diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	for text in 'theirs lives' HTTP_COOKIE=a=b HTTP_X_ANY=thing THEIRS=1 \
		'theirs /a/b/c' 'their own page' '206 Partial' '304 Not' \
		'a { b: c }' 'Content-Type: text/plain' '201 Made'; do
		echo "$text"
		grep -q "$text" "$BATS_TEST_TMPDIR/after"
	done
}

@test "the snippet works in a server that is there already" {
	local name method path id

	port=$(free_port)
	their_nginx "include $home/nginx/http.conf;" \
		"include $home/nginx/server.conf;"
	CPMS_TEST_BASE_URL=http://127.0.0.1:$port
	get /v1/chargers/x.php
	[ "$(echoed NAME)" = charger_get ]
	[ -z "$(echoed THEIRS)" ]
	post /v1/gateway/events "$(printf 'x%.0s' {1..20000})"
	[ "$(echoed BODY_BYTES)" = 20000 ]
	post /v1/commands 'status 404 Not found'
	[ "$status_code" = 404 ]
	[ "$(echoed NAME)" = command_create ]
	get /v1/nothing
	is_problem 404 not-found
	[ -z "$(header Strict-Transport-Security)" ]
	post /v1/chargers/x ''
	is_problem 405 method-not-allowed
	get /readyz
	[ "$body" = 'theirs /readyz' ]
	# slashes, though nginx merges them here
	while IFS=$'\t' read -r name method path _; do
		[[ $path == *"{chargePointId}"* ]] || continue
		for id in /a//b a%2F%2Fb %2Fa//; do
			echo "$name $id"
			request "$method" "$(path_with "$path" "$id")" '' -g
			[ "$(echoed NAME)" = "$name" ]
			[ "$(echoed REQUEST_URI)" = \
				"$(path_with "$path" "$id")" ]
		done
	done <"$stack_root/build/endpoints.tsv"
}

@test "the extras can have other paths" {
	port=$(free_port)
	sed 's,= /healthz,= /cpms/health,' "$home/nginx/extras.conf" \
		>"$BATS_TEST_TMPDIR/extras.conf"
	their_nginx "include $home/nginx/http.conf;" \
		"include $home/nginx/server.conf;
		include $BATS_TEST_TMPDIR/extras.conf;"
	CPMS_TEST_BASE_URL=http://127.0.0.1:$port
	get /healthz
	[ "$body" = 'theirs lives' ]
	get /cpms/health?a=b
	[ "$(echoed NAME)" = health_live ]
	[ "$(echoed REQUEST_URI)" = /healthz?a=b ]
	get /readyz
	[ "$(echoed NAME)" = health_ready ]
	post /cpms/health x
	is_problem 405 method-not-allowed
}

@test "every status that nginx makes is a problem with its own title" {
	local code forced=''
	local codes=400,401,403,404,405,411,412,413,414,415,416,417,421,429,431

	port=$(free_port)
	for code in $(seq 400 418) 421 429 431 494 495 496 497 $(seq 500 505); do
		forced+="if (\$arg_code = $code) { return $code; } "
	done
	sed "s/^\treturn 404;/$forced/" "$home/nginx/server.conf" \
		>"$BATS_TEST_TMPDIR/server.conf"
	other_nginx "include $home/nginx/http.conf;
	server { listen 127.0.0.1:$port;
		set \$cpms_hsts max-age=1;
		add_header Strict-Transport-Security \$cpms_hsts always;
		include $BATS_TEST_TMPDIR/server.conf; }"
	CPMS_TEST_BASE_URL=http://127.0.0.1:$port
	codes+=,494,495,496,497,500,501,502,503,504,505
	curl -sS -w '\t%{http_code} %{content_type} %header{Strict-Transport-Security}\n' \
		"$CPMS_TEST_BASE_URL/v1/?code={$codes}" |
		tee "$BATS_TEST_TMPDIR/problems"
	run jq -nR '[inputs | split("\t") | (.[0] | fromjson) + {head: .[1]}]
		| all(.head == "\(.status) application/problem+json max-age=1"
			and (.type | test("^urn:cpms:problem:[a-z-]+$"))
			and (.instance | test("^urn:uuid:[0-9a-f-]{36}$"))
			and .detail != ""),
		# 494 to 497 are 400, 502 is 503
		(map(.status) | unique == [400, 401, 403, 404, 405, 411, 412,
			413, 414, 415, 416, 417, 421, 429, 431, 500, 501, 503,
			504, 505]),
		length == 25, (map(.title) | unique | length) == 20' \
		"$BATS_TEST_TMPDIR/problems"
	[ "$output" = $'true\ntrue\ntrue\ntrue' ]
	get /v1/waiting
	[ "$(header Strict-Transport-Security)" = max-age=1 ]
}

@test "the TLS servers speak HTTP/2 and TLS 1.2 up, with HSTS on every answer" {
	tls_nginx
	CPMS_TEST_BASE_URL=https://127.0.0.1:$secure
	get /v1/waiting -k --http2
	[ "$(head -n 1 "$headers" | tr -d '\r ')" = HTTP/2200 ]
	[ "$(echoed NAME)" = waiting_list ]
	has_hsts
	run curl -sk --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 \
		"$CPMS_TEST_BASE_URL/v1/waiting"
	[ "$status" = 35 ]
	get /v1/nothing -k
	is_problem 404 not-found
	has_hsts
	get /nothing -k
	is_problem 404 not-found
	has_hsts
	post /v1/waiting x -k
	is_problem 405 method-not-allowed
	has_hsts
	request TRACE /v1/waiting '' -k --http1.1
	is_problem 405 method-not-allowed
	[ -n "$(header Allow)" ]
	has_hsts
	post /v1/commands x -k --http1.1 -H 'Transfer-Encoding: other'
	is_problem 501 not-implemented
	has_hsts
	get /v1/waiting -k --http1.1 -H "X-Long: $(printf 'x%.0s' {1..9000})"
	is_problem 400 bad-request
	has_hsts
	get "/v1/$(printf 'x%.0s' {1..9000})" -k --http1.1
	is_problem 414 bad-request
	has_hsts
	post /v1/commands die -k
	is_problem 503 unavailable
	has_hsts
	CPMS_TEST_BASE_URL=http://127.0.0.1:$secure
	get /v1/waiting
	is_problem 400 bad-request
}

@test "plain HTTP is redirected to the configured name and to no other" {
	tls_nginx
	CPMS_TEST_BASE_URL=http://127.0.0.1:$plain
	get '/v1/waiting?a=b' -H 'Host: cpms.EXAMPLE.org:8080'
	[ "$status_code" = 308 ]
	[ "$(header Location)" = 'https://cpms.example.org/v1/waiting?a=b' ]
	for name in 127.0.0.1 evil.example cpms.example.org.evil.example; do
		get /v1/waiting -H "Host: $name"
		is_problem 421 misdirected
		[ -z "$(header Location)" ]
	done
	[[ "$(raw 'GET / HTTP/1.1\r\n\r\n')" == \
		*'"type":"urn:cpms:problem:bad-request"'* ]]
}

has_hsts() {
	[ "$(header Strict-Transport-Security)" = max-age=63072000 ]
}

# tls.conf, on two ports of its own.
tls_nginx() {
	plain=$(free_port)
	secure=$(free_port)
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 \
		-subj /CN=cpms.example.org -keyout "$BATS_TEST_TMPDIR/key" \
		-out "$BATS_TEST_TMPDIR/cert" 2>/dev/null
	other_nginx "$(sed -e "s,/etc/cpms/fullchain.pem,$BATS_TEST_TMPDIR/cert,
		s,/etc/cpms/privkey.pem,$BATS_TEST_TMPDIR/key,
		s,/etc/nginx/cpms/,$home/nginx/,
		/listen \[/d
		s,listen 80;,listen 127.0.0.1:$plain;,
		s,listen 443,listen 127.0.0.1:$secure," \
		"$stack_root/nginx/tls.conf")"
}
