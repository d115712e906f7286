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
	request HEAD /v1/commands
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

# An nginx of its own, with $1 as its http {} block.
other_nginx() {
	other=$BATS_TEST_TMPDIR/other
	mkdir -p "$other"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" \
		"$other" 2>/dev/null || true
	{
		[ "$(id -u)" != 0 ] || echo 'user www-data;'
		echo "pid $other/pid; error_log $other/log;"
		echo 'events {}'
		echo "http { access_log off; include $home/nginx/http.conf;"
		echo "$1"
		for t in client_body proxy fastcgi uwsgi scgi; do
			echo "${t}_temp_path $other/$t;"
		done
		echo '}'
	} >"$other/nginx.conf"
	"$(PATH=$PATH:/usr/sbin command -v nginx)" -p "$other" \
		-c nginx.conf -e "$other/log" 3>&-
}

teardown() {
	[ ! -e "${other:-/nowhere}/pid" ] || kill "$(cat "$other/pid")"
}

@test "the snippet leaves the rest of an existing server as it was" {
	port=$(free_port)
	other_nginx "server { listen 127.0.0.1:$port;
		client_max_body_size 10k;
		error_page 404 /404.html;
		location = /404.html { return 200 'their own page'; }
		include $home/nginx/server.conf;
		location / { return 200 theirs; }
		location ~ [.]php\$ { return 200 php; }
		location /app { fastcgi_param REQUEST_METHOD \$request_method;
			fastcgi_pass unix:$home/s/waiting_list.sock; }
		location /gone { return 404; } }"
	CPMS_TEST_BASE_URL=http://127.0.0.1:$port
	get /
	[ "$body" = theirs ]
	get /gone
	[ "$body" = "their own page" ]
	get /x.php
	[ "$body" = php ]
	get /app -H 'Cookie: their=own'
	[ "$(echoed HTTP_COOKIE)" = their=own ]
	[ -z "$(echoed CPMS_RECEIVED)" ]
	get /v1/chargers/x.php
	[ "$(echoed NAME)" = charger_get ]
	get /v1/nothing
	is_problem 404 not-found
	post /v1/gateway/events "$(printf 'x%.0s' {1..20000})"
	[ "$status_code" = 200 ]
}

@test "the TLS servers speak HTTP/2 and TLS 1.2 up and redirect plain HTTP" {
	plain=$(free_port)
	secure=$(free_port)
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 \
		-subj /CN=cpms.example.org -keyout "$BATS_TEST_TMPDIR/key" \
		-out "$BATS_TEST_TMPDIR/cert" 2>/dev/null
	conf=$(sed -e "s,/etc/cpms/fullchain.pem,$BATS_TEST_TMPDIR/cert,
		s,/etc/cpms/privkey.pem,$BATS_TEST_TMPDIR/key,
		s,/etc/nginx/cpms/,$home/nginx/,
		/http.conf;/d
		/listen \[/d
		s,listen 80;,listen 127.0.0.1:$plain;,
		s,listen 443,listen 127.0.0.1:$secure," \
		"$stack_root/nginx/tls.conf")
	other_nginx "$conf"
	CPMS_TEST_BASE_URL=http://127.0.0.1:$plain
	get '/v1/waiting?a=b'
	is_problem 421 misdirected
	get '/v1/waiting?a=b' -H 'Host: cpms.EXAMPLE.org:8080'
	[ "$status_code" = 308 ]
	[ "$(header Location)" = 'https://cpms.example.org/v1/waiting?a=b' ]
	CPMS_TEST_BASE_URL=https://127.0.0.1:$secure
	get /v1/waiting -k --http2
	[ "$(head -n 1 "$headers" | tr -d '\r ')" = HTTP/2200 ]
	[ "$(echoed NAME)" = waiting_list ]
	[ -n "$(header Strict-Transport-Security)" ]
	run curl -sk --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 \
		"$CPMS_TEST_BASE_URL/v1/waiting"
	[ "$status" = 35 ]
	get /v1/nothing -k
	is_problem 404 not-found
}
