#!/usr/bin/env bats
# docker-compose.yml and the image, as far as that goes without docker.
# bats file_tags=beside

load lib/stack

setup() {
	cd "$BATS_TEST_TMPDIR"
	compose=$stack_root/docker-compose.yml
	place=
	pid=
}

teardown() {
	[ -z "$place" ] || {
		[ -z "$pid" ] || { kill "$pid" && wait "$pid"; } || true
		rm -rf "$place"
		dropdb --if-exists -h "$CPMS_TEST_RUN_DIR/pgs" -U postgres \
			compose_bats
	} || true
}

@test "no service of compose is root, has a fixed password or no health check" {
	run python3 "$stack_root/tests/lib/compose.py" "$compose"
	[ "$status" = 0 ]
	[ -z "$output" ]
	# it would have said so
	sed 's/cpms@db/cpms:x@db/; /user: postgres/d; /test:.*readyz/d' \
		"$compose" >bad.yml
	run python3 "$stack_root/tests/lib/compose.py" bad.yml
	[ "$(sort -u <<<"$output")" = "cpms: CPMS_DATABASE_URL holds a password
cpms: it has no health check
db: it runs as root
migrate: CPMS_DATABASE_URL holds a password" ]
	# the image's last word
	[ "$(grep '^USER' "$stack_root/scripts/Dockerfile")" = "USER cpms" ]
	! grep -B 99 '^USER' "$stack_root/scripts/Dockerfile" | grep -q '^CMD'
}

# The command of the service secrets, on directories of this test.
make_secrets() {
	python3 "$stack_root/tests/lib/compose.py" "$compose" secrets |
		sed "s,/secrets,$PWD/secrets," >make
	bash -eu make
}

@test "passwords are made once, for their owner's eyes, and open the database" {
	mkdir -p secrets/owner secrets/serving
	make_secrets
	[ "$(stat -c %a secrets/*/* | sort -u)" = 600 ]
	md5sum secrets/*/* >before
	make_secrets
	md5sum --quiet -c before
	[ "$(cat secrets/*/password | sort -u | wc -l)" = 2 ]
	[ "$(wc -c <secrets/serving/password)" -gt 30 ]
	[ "$(<secrets/serving/pgpass)" = \
		"*:*:*:cpms:$(<secrets/serving/password)" ]
	# the role that the database's image makes of it
	sed "s,/secrets,$PWD/secrets," "$stack_root/scripts/compose-roles.sql" \
		>roles.sql
	psql -XqAt -v ON_ERROR_STOP=1 \
		-d "postgres://postgres@/postgres?host=$CPMS_TEST_RUN_DIR/pgs" \
		>role <<-END
		begin;
		set local password_encryption = 'md5';
		alter role cpms rename to another;
		\\i roles.sql
		select rolpassword, rolcanlogin, rolsuper from pg_authid
		where rolname = 'cpms';
		rollback;
	END
	[ "$(<role)" = "md5$(printf '%scpms' "$(<secrets/serving/password)" |
		md5sum | cut -d ' ' -f 1)|t|f" ]
}

# What the image's first stage copies, and what was built of it here.
copy_context() {
	local words

	mkdir "$1"
	while read -ra words; do
		(cd "$stack_root" && cp -a --parents "${words[@]:1:${#words[@]}-2}" "$1")
	done < <(sed '/^FROM debian:12$/q' "$stack_root/scripts/Dockerfile" |
		grep ^COPY)
	cp -a "$stack_root/build" "$1"
}

@test "what the image runs serves as an ordinary user, and only with a key" {
	local port url
	local -a as=()

	place=$(mktemp -d /tmp/cpms-d.XXXXXX)
	port=$(free_port)
	copy_context "$place/context"
	make -s -C "$place/context" install DESTDIR="$place/made" PREFIX= 3>&-
	[ "$(id -u)" != 0 ] || {
		as=(runuser -u www-data --)
		chown www-data "$place"
	}
	# as docker gives its user the streams
	touch said
	[ "${#as[@]}" = 0 ] || chown www-data said
	chmod 755 "$place"
	in_image() {
		cd "$place/made/lib/cpms"
		exec "${as[@]}" env CPMS_HOME="$place/home" \
			CPMS_LISTEN_ADDR=":$port" "$@" ./scripts/run --in-image \
			</dev/null 3>&-
	}
	run in_image
	echo "$output"
	[ "$status" = 1 ]
	[ "${#lines[@]}" = 1 ]
	[[ $output == "run: neither GATEWAY_API_KEY nor CPMS_OPERATOR_KEY is set"* ]]
	createdb -h "$CPMS_TEST_RUN_DIR/pgs" -U postgres -O cpms compose_bats
	image_answers() {
		curl -fs -o /dev/null "http://127.0.0.1:$port/readyz"
	}
	url="postgres://cpms@/compose_bats?host=$CPMS_TEST_RUN_DIR/pgs"
	(in_image GATEWAY_API_KEY=k CPMS_DATABASE_URL="$url") \
		>>"$BATS_TEST_TMPDIR/said" 2>&1 &
	pid=$!
	wait_for image_answers
	[ "$(stat -c %U "/proc/$(<"$place/home/run/nginx.pid")")" = \
		"$([ "$(id -u)" = 0 ] && echo www-data || id -un)" ]
	wait_for grep -q '"path":"/readyz"' "$BATS_TEST_TMPDIR/said"
}
