#!/usr/bin/perl
# A stand-in for the charger gateway: perl gateway.pl PORT LOG
#
# Writes a line for each command it got to LOG ("key<TAB>authorization<TAB>
# body") and answers as the payload's "test" says:
#   accepted rejected disconnected refused deadline method denied
#   html empty big nul latin1 moved close half
# and so, but later: slow:SECONDS:HOW, held:HOW (when LOG.go.KEY is there)
use strict;
use warnings;
use IO::Socket::INET;

my ($port, $log) = @ARGV;
my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
	LocalPort => $port, Listen => 128, ReuseAddr => 1) or die "listen: $!\n";
$SIG{CHLD} = 'IGNORE';
$SIG{TERM} = sub { exit 0 };

my $json = 'application/json';
my $text = 'text/plain; charset=utf-8';
my %answers = (
	accepted => [200, $json, qq({"commandId":"4f9c1a52-0000-4000-8000-)
	    . qq(000000000001","response":{"status":"Accepted"}}\n)],
	rejected => [200, $json, qq({"commandId":"4f9c1a52-0000-4000-8000-)
	    . qq(000000000002","response":{"status":"Rejected"}})],
	disconnected => [502, $text, "charger not connected\n"],
	maybe => [502, $text, "charger not connected any more\n"],
	refused => [400, $text, "unknown command type\n"],
	deadline => [502, $text, "context deadline exceeded\n"],
	method => [405, $text, "method not allowed\n"],
	denied => [401, $text, "unauthorized\n"],
	html => [200, 'text/html', "<html>hello</html>"],
	empty => [200, $json, ''],
	big => [200, $json, '"' . 'x' x 70000 . '"'],
	nul => [502, $text, "a\0b"],
	latin1 => [502, $text, "gep\xe4ck"],
	moved => [307, $text, "elsewhere"],
);

sub answer {
	my ($c, $how, $key) = @_;

	if ($how =~ s/^held://) {
		my $end = time + 60;

		select(undef, undef, undef, 0.02)
		    until -e "$log.go.$key" || time > $end;
	}
	if ($how =~ /^slow:([\d.]+):(.*)$/) {
		select(undef, undef, undef, $1);
		$how = $2;
	}
	return if $how eq 'close';
	my ($status, $type, $body) = @{$answers{$how} || $answers{accepted}};
	my $length = length($body) + ($how eq 'half' ? 100 : 0);
	print $c "HTTP/1.1 $status Whatever\r\nContent-Type: $type\r\n" .
	    "Location: /v1/gateway/commands\r\nContent-Length: $length\r\n" .
	    "\r\n$body";
	$c->flush;
}

# One request; false when there is no further one on the connection.
sub serve {
	my ($c) = @_;
	my ($length, $authorization) = (0, '-');

	defined(my $line = <$c>) or return 0;
	while (defined($line = <$c>) && $line =~ /\S/) {
		$length = $1 if $line =~ /^content-length:\s*(\d+)/i;
		$authorization = $1 if $line =~ /^authorization:\s*(.*?)\s*$/i;
	}
	read($c, my $body, $length) == $length or return 0;
	my ($key) = $body =~ /"idempotencyKey":\s*"([^"]*)"/;
	my ($how) = $body =~ /"test":\s*"([^"]*)"/;
	open(my $out, '>>', $log) or die "log: $!\n";
	syswrite($out, "$key\t$authorization\t$body\n");
	close($out);
	$how = 'accepted' if !defined $how;
	answer($c, $how, $key);
	return $how !~ /close|half/;
}

while (1) {
	my $c = $listen->accept or next;
	my $pid = fork;
	die "fork: $!\n" if !defined $pid;
	if ($pid == 0) {
		close($listen);
		$SIG{TERM} = 'DEFAULT';
		1 while serve($c);
		exit 0;
	}
	close($c);
}
