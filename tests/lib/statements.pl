# Prints each `struct db_stmt` constant of preprocessed C, as NAME, a tab,
# SQL.  Reads files or standard input (gcc -E -P); dies when a definition is
# written in a way that it can't follow.
use strict;
use warnings;

local $/;
my $c = <>;
my $word = qr/"(?:[^"\\]|\\.)*"/;

sub text {
	my $s = join '', map { substr $_, 1, -1 } $_[0] =~ /$word/g;
	$s =~ s/\\(.)/$1 eq 'n' ? "\n" : $1 eq 't' ? "\t" : $1/ges;
	return $s;
}

while ($c =~ /\bstruct db_stmt \w+(?:\[\w*\])*\s*=\s*(\{(?:[^{}"]|$word|(?1))*\})\s*;/g) {
	my $all = $1;
	my $n = 0;

	while ($all =~ /\{\s*($word)\s*,\s*((?:$word\s*)+),?\s*\}/g) {
		my ($name, $sql) = (text($1), text($2));

		$sql =~ s/\s+/ /g;
		print "$name\t$sql\n";
		$n++;
	}
	die "no statement in: $all\n" if $n == 0;
}
