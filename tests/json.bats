#!/usr/bin/env bats
# Our JSON reader against PostgreSQL's: what we take must be what jsonb takes,
# or an event would be accepted that can't be stored.
# bats file_tags=beside

load lib/stack

setup_file() {
	stack_start
	make -s -C "$stack_root" build/test/test_json 3>&-
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# Texts in hex on standard input; for each 1 or 0.
jsonb_takes() {
	{
		cat <<-'END'
			create function pg_temp.takes(t text) returns int
			language plpgsql as $$
			begin
				perform convert_from(decode(t, 'hex'),
					'UTF8')::jsonb;
				return 1;
			exception when others then
				return 0;
			end $$;
			create temporary table text (n serial, t text);
			\copy text (t) from pstdin
			select pg_temp.takes(t) from text order by n;
		END
	} >judge.sql
	psql -XqAt -v ON_ERROR_STOP=1 -d "$CPMS_TEST_DATABASE_URL" \
		-f judge.sql 3>&-
}

we_take() {
	"$stack_root/build/test/test_json" hex
}

@test "every line of the table is taken or refused by jsonb as it says" {
	grep -E '^(both|none|ours|event|jsonb) \| ' "$stack_root/tests/data/json.txt" \
		>table
	perl -ne 'chomp; s/^\w+ \| //; s/\\(x([0-9a-f]{2})|\\)/
		defined $2 ? chr hex $2 : "\\"/gex;
		print unpack("H*", $_), "\n"' table >hex
	sed -E 's/^(both|jsonb) .*/1/; s/^(none|ours|event) .*/0/' table >want
	jsonb_takes <hex >got
	[ "$(wc -l <got)" -gt 100 ]
	paste want got table | awk -F '\t' '$1 != $2' >wrong
	cat wrong
	[ ! -s wrong ]
}

@test "over 20000 mangled texts we take what jsonb takes" {
	perl -e '
		srand 42;
		my @seeds = (
			q({"type":"MeterSample","chargePointId":"x","ts":"2026-03-01T10:00:00Z","samples":[{"value":"1.5","unit":"kWh"},{"value":-10.25e+3}]}),
			q([1,2.5,"a\u00e4\n",null,true,false,{"a":{"b":[]}}]),
			"\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\\ud83d\\ude00\"",
			q( { "a" : [ 0 , -0.0 , 1E5 ] } ));
		my @bits = ("\0", "\"", "\\", "{", "}", "[", "]", ",", ":",
			"0", "1", "-", ".", "e", "+", " ", "\t", "\x80",
			"\xff", "\xc3", "\\u0000", "\\ud800", "true", "//",
			"\x0b", "\x1f");
		for (1 .. 20000) {
			my $t = $seeds[rand @seeds];
			for (0 .. rand 4) {
				my $at = int rand length $t;
				my $how = int rand 4;
				substr($t, $at, 1, "") if $how == 0;
				substr($t, $at, 0, $bits[rand @bits]) if $how == 1;
				substr($t, $at, 1, $bits[rand @bits]) if $how == 2;
				substr($t, $at, 1, chr rand 256) if $how == 3;
			}
			print unpack("H*", $t), "\n" if length $t;
		}' >hex
	we_take <hex | tr s 0 >ours
	jsonb_takes <hex >theirs
	[ "$(grep -c 1 ours)" -gt 1000 ]
	[ "$(grep -c 0 ours)" -gt 1000 ]
	paste ours theirs hex | awk '$1 != $2' | head -n 5 >wrong
	cat wrong
	[ ! -s wrong ]
}
