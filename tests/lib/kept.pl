# kept.pl SOCKET URI WORD [N]: a FastCGI peer that keeps its connections.
#
#   each N    N connections, a request on each, and one more on each; prints
#             how many were answered twice, and once
#   half      a request, half of the next one, and meanwhile another peer's;
#             prints how that one was answered and what became of the first
#   body      a request with a longer body than it said, then another
#   once      a request that does not ask for the connection to be kept
use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;

my ($socket, $uri, $word, $n) = @ARGV;
alarm 60;
$SIG{PIPE} = 'IGNORE';

sub record {
	my ($type, $content) = @_;
	return pack('CCnnCC', 1, $type, 1, length $content, 0, 0) . $content;
}

sub request {
	my ($keep, $said, $body) = @_;
	my %params = (REQUEST_METHOD => 'GET', REQUEST_URI => $uri,
	    CONTENT_LENGTH => $said);
	my $params = join '', map {
		pack('CC', length $_, length $params{$_}) . $_ . $params{$_}
	} sort keys %params;

	return record(1, pack('nCx5', 1, $keep)) . record(4, $params) .
	    record(4, '') . ($body eq '' ? '' : record(5, $body)) .
	    record(5, '');
}

sub connected {
	return IO::Socket::UNIX->new(Peer => $socket) || die "$socket: $!";
}

# The status of an answer, or "closed".
sub answer {
	my ($c) = @_;
	my ($out, $type) = ('', 0);

	while ($type != 3) {
		my ($head, $content) = ('', '');
		while (length $head < 8) {
			sysread($c, $head, 8 - length $head, length $head) or
			    return 'closed';
		}
		my (undef, $t, undef, $len, $pad) = unpack 'CCnnC', $head;
		while (length $content < $len + $pad) {
			sysread($c, $content, $len + $pad - length $content,
			    length $content) or return 'closed';
		}
		$out .= substr $content, 0, $len if $t == 6;
		$type = $t;
	}
	return $out =~ /^Status: (\d+)/ ? $1 : 'no status';
}

sub ask {
	my ($c, @how) = @_;
	syswrite $c, request(@how) or return 'closed';
	return answer($c);
}

my $plain = [1, '', ''];
if ($word eq 'each') {
	my @all = map { connected() } 1 .. $n;
	my @good = grep { ask($_, @$plain) eq '200' } @all;
	my $twice = grep { ask($_, @$plain) eq '200' } @good;
	print $twice, ' ', @good - $twice, "\n";
} elsif ($word eq 'half') {
	my ($c, $other) = (connected(), connected());
	print ask($c, @$plain), ' ';
	syswrite $c, substr request(@$plain), 0, 30;
	# it is read before the other one is sent
	IO::Select->new->can_read(0.2);
	print ask($other, @$plain), ' ', answer($c), "\n";
} elsif ($word eq 'body') {
	my $c = connected();
	print ask($c, 1, '5', 'x' x 20000), ' ', ask($c, @$plain), "\n";
} elsif ($word eq 'once') {
	my $c = connected();
	print ask($c, 0, '', ''), ' ', ask($c, @$plain), "\n";
}
