#!/usr/bin/env bats
# The Makefile: what it rebuilds, what it checks, what it installs.
# bats file_tags=beside,long

load lib/stack

setup_file() {
	:
}

setup() {
	cd "$stack_root" || return
	unset MAKEFLAGS MAKELEVEL
}

teardown() {
	[ -n "${place:-}" ] || return 0
	CPMS_HOME=$place/home "$place/dest/opt/lib/cpms/scripts/stop" || true
	rm -rf "$place"
}

@test "make help names every target that is meant for people" {
	local name

	make -s help >"$BATS_TEST_TMPDIR/help"
	cat "$BATS_TEST_TMPDIR/help"
	while read -r name; do
		grep -q "^$name " "$BATS_TEST_TMPDIR/help"
	done < <(sed -n '/^[.]PHONY:/,$ { s/^[.]PHONY://; s/\\$//; p }' Makefile |
		xargs -n 1)
	[ "$(wc -l <"$BATS_TEST_TMPDIR/help")" -gt 10 ]
}

@test "a header that changes recompiles each source that includes it" {
	local d source bad='' n=0

	make -s -j 2 all unit test-programs 3>&-
	make -n -W shared/base/types.h all unit test-programs \
		>"$BATS_TEST_TMPDIR/again"
	for d in $(grep -rl --include='*.d' 'shared/base/types.h' \
		build/{shared,handlers,scripts,tests}); do
		source=${d#build/}
		[ -e "${source%.d}.c" ] || continue
		grep -q -- "-c -o ${d%.d}.o " "$BATS_TEST_TMPDIR/again" ||
			bad+="$d "
		n=$((n + 1))
	done
	echo "$bad"
	[ -z "$bad" ]
	[ "$n" -gt 80 ]
	grep -q 'scripts/seed.o' "$BATS_TEST_TMPDIR/again"
	make -q all unit test-programs
}

@test "every program is hardened" {
	local program said

	make -s -j 2 all 3>&-
	for program in build/bin/*; do
		echo "$program"
		said=$(readelf -hldWn "$program")
		grep -q 'DYN (Position-Independent' <<<"$said"
		grep -q GNU_RELRO <<<"$said"
		grep -q 'Flags: NOW PIE' <<<"$said"
		grep -q 'GNU_STACK .* RW  ' <<<"$said"
		said=$(nm -D "$program")
		grep -q __stack_chk_fail <<<"$said"
		grep -q '__[a-z]*_chk@' <<<"$said"
		readelf --debug-dump=info "$program" >"$BATS_TEST_TMPDIR/info"
		said=$(grep -m 1 DW_AT_producer "$BATS_TEST_TMPDIR/info")
		grep -q -- -fstack-clash-protection <<<"$said"
		[ "$(uname -m)" != x86_64 ] ||
			grep -q -- -fcf-protection <<<"$said"
	done
}

@test "the unit programs are silent under the sanitizers" {
	rm -f build/asan/test/*.log build/asan/test/fuzz/*.log
	make -s -j 2 asan 3>&- >"$BATS_TEST_TMPDIR/said" 2>&1 || {
		tail -n 40 "$BATS_TEST_TMPDIR/said"
		return 1
	}
	[ ! -s "$BATS_TEST_TMPDIR/said" ]
	[ "$(grep -rl PASSED build/asan/test | wc -l)" = \
		"$(ls tests/unit/*.c | wc -l)" ]
}

@test "every input of the fuzz targets' corpora was given to its target" {
	local name n=0

	for name in tests/fuzz/corpus/*/; do
		name=$(basename "$name")
		[ -e "tests/fuzz/$name.c" ]
		[ "$(tail -n 1 "build/asan/test/fuzz/$name.log")" = \
			"$(ls "tests/fuzz/corpus/$name" | wc -l) inputs" ]
		n=$((n + 1))
	done
	[ "$n" = "$(ls tests/fuzz/*.c | grep -cvx tests/fuzz/main.c)" ]
}

@test "every document that is a body is one of the fuzz target's" {
	local name n=0

	# events are decoded by hand, and have a target of their own
	for name in $(grep -ho '[.]body = &[a-z_]*' handlers/*.c |
		sed 's/.*&//' | grep -vx event_document | sort -u); do
		grep -q "&$name," tests/fuzz/body.c
		n=$((n + 1))
	done
	[ "$n" -gt 10 ]
}

@test "every program says its version, and NEWS.md begins with it" {
	local program version

	make -s -j 2 all 3>&-
	version=$(sed -n 's/^#define CPMS_VERSION "\(.*\)"$/\1/p' \
		shared/base/version.h)
	[[ $version =~ ^[0-9]+[.][0-9]+[.][0-9]+$ ]]
	[ "$(grep -m 1 '^## ' NEWS.md | cut -d ' ' -f 2)" = "$version" ]
	# nobody else writes it down
	run grep -rlF --exclude=examples.json "\"$version\"" handlers shared scripts nginx Makefile
	[ "$output" = shared/base/version.h ]
	for program in handlers/*.c scripts/*.c shared/supervise/*.c; do
		program=$(basename "$program" .c)
		[ "$("build/bin/$program" --version)" = \
			"$program (CPMS Core) $version" ]
	done
}

@test "what make install lays down runs, far from the checkout" {
	local tree name port

	place=$(mktemp -d /tmp/cpms-i.XXXXXX)
	chmod 755 "$place"
	tree=$place/dest/opt/lib/cpms
	make -s install DESTDIR="$place/dest" PREFIX=/opt 3>&-
	for name in handlers/*.c; do
		[ -x "$tree/bin/$(basename "$name" .c)" ]
	done
	cd "$place"
	unset CPMS_DATABASE_URL CPMS_MIGRATE_URL
	port=$(free_port)
	export CPMS_HOME=$place/home CPMS_LISTEN_ADDR=127.0.0.1:$port
	run "$tree/scripts/run" --detach 3>&-
	echo "$output"
	[ "$status" = 0 ]
	run "$tree/scripts/migrate"
	[[ $output == "nothing to do"* ]]
	"$tree/scripts/seed" --id CP-9 --secret s
	"$tree/scripts/restart" health_ready
	"$tree/scripts/close-stale"
	[ "$(curl -fsS "http://127.0.0.1:$port/v1/chargers/CP-9" |
		jq -r .chargePointId)" = CP-9 ]
	curl -fsS "http://127.0.0.1:$port/openapi.json" |
		cmp - "$tree/openapi.json"
	grep -qx '	alias /opt/lib/cpms/openapi.json;' \
		"$place/dest/etc/nginx/cpms/extras.conf"
}
