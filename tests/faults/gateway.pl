#!/usr/bin/perl
# gateway.pl PORT RECORD NAME CHARGERS SECRET: as the real gateway does
#
# Each charger NAME-1 to NAME-CHARGERS connects again and again until SIGTERM:
# it is authenticated over a new connection, its ChargerBooted goes over the
# same one where that was kept, and each event after it over one of its own, as
# the body of an answer to an event is never read.  Nothing is sent twice: a
# kept connection that is seen to be closed is left before, and what is lost in
# one that closes just then is lost.
#
# RECORD gets a line an event, as those of load.c; of an authentication only
# where it does not let the charger in.
use strict;
use warnings;
use IO::Handle;
use IO::Select;
use IO::Socket::INET;
use POSIX qw(SA_RESTART SIGTERM sigaction strftime);
use Time::HiRes qw(sleep time);

my ($port, $path, $name, $chargers, $secret) = @ARGV;
my $start = time;
my $ending = 0;
my $seq = 0;
my $record;

$SIG{PIPE} = 'IGNORE';
# what is under way is answered
sigaction(SIGTERM, POSIX::SigAction->new(sub { $ending = 1 },
    POSIX::SigSet->new, SA_RESTART));

sub connected {
	return IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port");
}

# The status of an answer, or 1, and whether the connection is kept after it.
sub answer {
	my ($c, $reads_body) = @_;
	my $in = '';

	until ($in =~ /\r\n\r\n/) {
		sysread($c, $in, 4096, length $in) or return (1, 0);
	}
	return (1, 0) unless $in =~ m{^HTTP/1\.1 (\d+)};
	my $status = $1;
	return ($status, 0) unless $reads_body &&
	    $in =~ /^Content-Length: (\d+)/mi;
	my $length = $1 + index($in, "\r\n\r\n") + 4;
	while (length $in < $length) {
		sysread($c, $in, 4096, length $in) or return (1, 0);
	}
	return ($status, $in !~ /^Connection: close/mi);
}

sub post {
	my ($c, $uri, $body, $reads_body) = @_;
	my $text = "POST $uri HTTP/1.1\r\nHost: cpms\r\nContent-Length: " .
	    length($body) . "\r\nContent-Type: application/json\r\n\r\n$body";

	return (1, 0) unless $c && syswrite($c, $text);
	return answer($c, $reads_body);
}

sub remember {
	my ($id, $status, $began) = @_;

	printf $record "%s %d %d %.3f -\n", $id, $status,
	    (time - $began) * 1e6, $began - $start;
}

# A connection if the charger is let in and it is kept; true without one.
sub authenticated {
	my ($id) = @_;
	my ($c, $began) = (connected(), time);
	my ($status, $kept) = post($c, "/v1/gateway/chargers/$id/auth",
	    qq({"presentedSecret":"$secret"}), 1);

	return ($kept ? $c : undef, 1) if $status eq '200';
	remember("$id-auth", $status, $began);
	return (undef, 0);
}

sub event {
	my ($c, $id, $type, $more) = @_;
	my $began = time;
	my $ts = strftime('%FT%T', gmtime $began) .
	    sprintf('.%06dZ', ($began - int $began) * 1e6);
	my $number = "$id-" . ++$seq;

	# that it is closed may be known by now
	$c = connected() if !$c || IO::Select->new($c)->can_read(0);
	my ($status) = post($c, '/v1/gateway/events', qq({"type":"$type",) .
	    qq("chargePointId":"$id","ts":"$ts","seq":"$number"$more}), 0);
	remember($number, $status, $began);
}

sub connect_charger {
	my ($id, $transaction) = @_;
	my ($c, $in) = authenticated($id);
	my $meter = $transaction * 100;

	return unless $in;
	sleep rand 0.01;	# the charger has a WebSocket, and boots
	event($c, $id, 'ChargerBooted', ',"vendor":"a","model":"b",' .
	    '"ocppVersion":"1.6J"');
	$transaction = qq(,"transactionId":$transaction);
	event(undef, $id, 'TransactionStarted', "$transaction," .
	    qq("connectorId":1,"meterStartWh":$meter));
	event(undef, $id, 'TransactionEnded', "$transaction," .
	    '"meterStopWh":' . ($meter + 50));
}

my @children;
for my $n (1 .. $chargers) {
	my $pid = fork // die "fork: $!";

	if ($pid) {
		push @children, $pid;
		next;
	}
	open $record, '>>', $path or die "$path: $!";
	$record->autoflush;
	sleep rand 0.1;
	for (my $transaction = 1; !$ending; $transaction++) {
		connect_charger("$name-$n", $transaction);
	}
	exit;
}
$SIG{TERM} = sub { kill 'TERM', @children };
1 while wait > 0 || $!{EINTR};
