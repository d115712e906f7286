#!/usr/bin/env bats
# The repository held against its own rules.
# bats file_tags=beside,long

load lib/stack

setup() {
	cd "$stack_root" || return
}

# The rooms that the given one may include from, besides itself.
may_use() {
	case $1 in
	base) ;;
	core | adapter | supervise) echo base ;;
	store | wire | gateway) echo base core adapter ;;
	billing) echo base core store wire ;;
	serve) echo base core adapter wire ;;
	handlers | scripts) echo base core adapter store wire gateway billing serve ;;
	esac
}

# Lines FILE INCLUDED, of every include in quotes.
includes() {
	grep -Ho '^#include "[^"]*"' shared/*/*.[ch] handlers/*.c scripts/*.c |
		sed 's/:#include "\(.*\)"/ \1/'
}

nothing() {
	printf '%s' "$1"
	[ -z "$1" ]
}

@test "an include goes down a floor or stays in its room" {
	local file included room from bad='' n=0

	while read -r file included; do
		room=${file#shared/}
		room=${room%%/*}
		n=$((n + 1))
		if [[ $included != */* ]]; then
			[ -e "$(dirname "$file")/$included" ] ||
				bad+="$file: $included is not there"$'\n'
			continue
		fi
		from=${included%%/*}
		[ -e "shared/$included" ] ||
			bad+="$file: $included is not there"$'\n'
		[ "$room $included" != "billing adapter/db.h" ] || continue
		[ "$room $included" != "billing adapter/hash.h" ] || continue
		[[ " $room $(may_use "$room") " == *" $from "* ]] ||
			bad+="$file: $included"$'\n'
	done < <(includes)
	[ "$n" -gt 100 ]
	nothing "$bad"
}

@test "every room has its floor" {
	local room bad=''

	for room in shared/*/; do
		room=$(basename "$room")
		[[ " base core adapter store wire gateway billing serve supervise " == *" $room "* ]] ||
			bad+="$room"$'\n'
	done
	nothing "$bad"
}

@test "only adapter includes a foreign header" {
	nothing "$(grep -Hn '^#include <' shared/*/*.[ch] handlers/*.c \
		scripts/*.c | grep -v '^shared/adapter/' |
		grep -Ev '<(arpa/[a-z]+|assert|ctype|dirent|endian|errno|fcntl|getopt|grp|inttypes|limits|malloc|net[a-z]*/[a-z]+|poll|pthread|pwd|setjmp|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|strings|sys/[a-z_]+|syslog|termios|time|unistd)[.]h>')"
}

@test "core is pure: no clock, no file, no environment" {
	nothing "$(grep -EHn '<(time|unistd|fcntl|poll|signal|errno|sys/[a-z]+)[.]h>|base/(time|log|ctx)[.]h|getenv|[^sn_]printf\(|fopen|puts\(' \
		shared/core/*.[ch])"
}

@test "a source includes its own header first, and a header has its guard" {
	local file own guard bad=''

	for file in shared/*/*.c; do
		own=$(basename "$file" .c).h
		[ -e "$(dirname "$file")/$own" ] || continue
		[ "$(grep -m 1 '^#include' "$file")" = "#include \"$own\"" ] ||
			bad+="$file"$'\n'
	done
	for file in shared/*/*.h; do
		guard=${file#shared/}
		guard=CPMS_$(tr 'a-z/.' 'A-Z__' <<<"$guard")
		grep -qx "#ifndef $guard" "$file" &&
			grep -qx "#define $guard" "$file" || bad+="$file"$'\n'
	done
	nothing "$bad"
}

@test "C is written in tabs and 80 columns" {
	nothing "$(for file in shared/*/*.[ch] handlers/*.c scripts/*.c \
		tests/*/*.c; do
		expand "$file" | awk -v f="$file" \
			'length > 80 { print f ":" NR ": " length }'
		grep -Hn '^    ' "$file" | grep -v ':    [^ ]' |
			grep -v ':     \*' || true
		grep -Hn '[[:space:]]$' "$file" || true
	done | head -n 20)"
}

@test "every handler is in the list of endpoints and has its tests" {
	local name bad=''

	nothing "$(diff <(cut -f1 build/endpoints.tsv | sort) \
		<(basename -s .c handlers/*.c | sort))"
	for name in $(cut -f1 build/endpoints.tsv); do
		[ -e "tests/$name.bats" ] || bad+="tests/$name.bats"$'\n'
	done
	nothing "$bad"
}

@test "the tables in READMEs are what the rows say" {
	nothing "$(diff <(./scripts/readme --print endpoints) handlers/README.md)"
	nothing "$(diff <(./scripts/readme --print settings) scripts/README.md)"
}

@test "no statement changes what happened" {
	nothing "$(grep -EHni '(update|delete from) +(only +)?(gateway_events|meter_samples|transaction_ends|session_revisions|session_corrections|settlement_history)' \
		shared/store/*.c scripts/*.c)"
}

# The settings that the programs and scripts read.
settings() {
	{
		grep -Eo '"[A-Z]+(_[A-Z]+)+"' shared/serve/settings.c
		grep -Eoh 'getenv\("[A-Z_]+"\)' handlers/*.c scripts/*.c \
			shared/*/*.c
		grep -Eoh '\$\{?(CPMS|GATEWAY)_[A-Z_]+' \
			$(grep -lE '^#!.*bash|shell=bash' scripts/* scripts/lib/*)
	} 2>/dev/null | grep -Eo '(CPMS|GATEWAY)(_[A-Z]+)+' |
		grep -Evx 'CPMS_(READY_FD|KEY_REQUIRED|LOG_TO_STDERR|PG_SETTINGS|TEST_[A-Z_]+)' |
		sort -u
}

@test "each setting is in one table of the READMEs, and no other is" {
	[ "$(settings | wc -l)" -ge 8 ]
	# a second row of one setting would show as a difference too
	nothing "$(diff <(settings) <(readmes |
		xargs grep -Eoh '^\| `(CPMS|GATEWAY)[A-Z_]+`' |
		tr -d '|` ' | sort))"
}

# Every text for readers.
readmes() {
	printf '%s\n' *.md */README.md */*/README.md
}

@test "every folder has its README, and the first one leads to each" {
	local folder bad=''

	for folder in handlers shared nginx sql scripts tests; do
		[ -s "$folder/README.md" ] || bad+="$folder/README.md"$'\n'
		grep -qF "($folder/README.md" README.md ||
			bad+="README.md: no way to $folder"$'\n'
	done
	[ "$(wc -l <README.md)" -lt 120 ] || bad+="README.md is long"$'\n'
	nothing "$bad"
}

@test "READMEs keep to 100 columns, and their links lead somewhere" {
	local file link bad=''

	# but for the tables that are made
	nothing "$(readmes | LC_ALL=C.UTF-8 xargs awk '
		/^<!-- (endpoints|settings)/ { made = 1 }
		/^$/ { made = 0 }
		length > 100 && !made {
			print FILENAME ":" FNR ": " length
		}')"
	while IFS= read -r file; do
		while IFS= read -r link; do
			[ -e "$(dirname "$file")/${link%%#*}" ] ||
				bad+="$file: $link"$'\n'
		done < <(grep -Eo '\]\([^)]+\)' "$file" | tr -d '])(' |
			grep -v '^https\?:')
	done < <(readmes)
	nothing "$bad"
}

# Every SQL statement of the C code, as NAME, tab, SQL.
statements() {
	local file

	for file in $(grep -lE 'struct db_stmt [a-z_]+(\[[0-9A-Z_]*\])*[[:space:]]*=' shared/*/*.c handlers/*.c \
		scripts/*.c); do
		gcc -E -P -D_GNU_SOURCE -Ishared \
			$(pkg-config --cflags libpq libcjson libcurl libsodium) \
			"$file" | perl tests/lib/statements.pl
	done
}

@test "every SQL statement prepares against the schema" {
	local name sql

	statements >"$BATS_TEST_TMPDIR/all"
	# as many as the sources seem to define, at the least
	[ "$(wc -l <"$BATS_TEST_TMPDIR/all")" -ge "$(cat shared/*/*.c |
		grep -cE 'struct db_stmt [a-z_]+(\[[0-9A-Z_]*\])* = \{')" ]
	while IFS=$'\t' read -r name sql; do
		case $sql in
		BEGIN* | COMMIT | ROLLBACK | SET\ *) continue ;;
		esac
		printf '%s %s\nPREPARE "%s" AS %s;\n' '\echo' "$name" \
			"$name" "$sql"
	done <"$BATS_TEST_TMPDIR/all" >"$BATS_TEST_TMPDIR/prepare.sql"
	psql -Xq -v ON_ERROR_STOP=1 -d "$CPMS_TEST_DATABASE_URL" \
		-f "$BATS_TEST_TMPDIR/prepare.sql" >"$BATS_TEST_TMPDIR/out" \
		2>&1 || {
		tail -n 6 "$BATS_TEST_TMPDIR/out"
		return 1
	}
	[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -gt 40 ]
}

@test "a statement's name is its own" {
	nothing "$(statements | cut -f1 | sort | uniq -d)"
}

@test "every parameter of a statement is cast, for it travels in binary" {
	nothing "$(statements | awk -F '\t' '
		{
			rest = $2
			while (match(rest, /\$[0-9]+/)) {
				if (substr(rest, RSTART + RLENGTH, 2) != "::")
					print $1 ": " substr(rest, RSTART, 40)
				rest = substr(rest, RSTART + RLENGTH)
			}
		}')"
}

@test "the letter of every measurand is one that the table takes" {
	local letter n=0

	while read -r letter; do
		sql "SELECT pg_get_constraintdef(oid) FROM pg_constraint
			WHERE conname = 'meter_samples_kind_check'" |
			grep -qF "'$letter'::text"
		n=$((n + 1))
	done < <(sed -n 's/^.*ROW(READING_.*"\(.\)").*$/\1/p' \
		shared/core/reading.h)
	[ "$n" -ge 2 ]
}

@test "a measurand's name and letter stand in its row only" {
	nothing "$(grep -rnE "Energy[.]Active[.]|'[RI]'|\"[RI]\"" \
		shared handlers scripts --include='*.[ch]' |
		grep -v '^shared/core/reading.h:[0-9]*:.ROW')"
}

@test "every unit program and every bats file is found by scripts/test" {
	local file

	for file in tests/unit/*.c; do
		[[ $(basename "$file") == test_* ]]
	done
	for file in tests/*.bats; do
		head -n 1 "$file" | grep -qx '#!/usr/bin/env bats'
	done
}

@test "no test name is used twice in a file" {
	local file bad=''

	for file in tests/*.bats; do
		bad+=$(grep -o '^@test ".*" {' "$file" | sort | uniq -d)
	done
	nothing "$bad"
}

@test "scripts are clean under shellcheck" {
	local file
	local -a files=()

	command -v shellcheck >/dev/null || skip "shellcheck is not installed"
	for file in scripts/* scripts/{lib,debian,man}/* tests/lib/* tests/*/run .ci/run; do
		[ -f "$file" ] && head -n 1 "$file" |
			grep -Eq '^#!.*bash|^# shellcheck shell=bash' &&
			files+=("$file")
	done
	[ "${#files[@]}" -gt 10 ]
	# an argument may be left out of a function that others call with one
	shellcheck -x -e SC2119,SC2120 "${files[@]}"
}

@test "nothing is left to be done later in a comment" {
	nothing "$(grep -rnwE 'TO''DO|FIX''ME' Makefile handlers \
		shared nginx sql scripts tests ./*.md --include='*' |
		grep -v '^tests/rooms.bats' || true)"
}
