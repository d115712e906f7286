# systemd.pl SOCKET SAID COMMAND [ARG...]: what systemd does for one instance of
# cpms@.socket and cpms@.service, for tests on machines where it doesn't run.
#
# The socket is made once and is descriptor 0 of each COMMAND.  SAID gets a line
# for each thing that COMMAND says on $NOTIFY_SOCKET, and "ended STATUS".
#
#   SIGHUP    reload: SIGHUP to COMMAND
#   SIGUSR1   restart: SIGTERM to all its processes, as KillMode=control-group
#   SIGTERM   the same, and the end
#   COMMAND ends: its other processes get SIGTERM, and when all are gone it is
#   started again, unless its status is 78
use strict;
use warnings;
use IO::Handle;
use IO::Socket::UNIX;
use POSIX qw(:sys_wait_h setpgid);
use Socket;

my ($path, $said, @command) = @ARGV;
my $listener = IO::Socket::UNIX->new(Type => SOCK_STREAM, Local => $path,
	Listen => 4096) or die "$path: $!";
chmod 0666, $path;
my $notify = IO::Socket::UNIX->new(Type => SOCK_DGRAM,
	Local => "$said.notify") or die "$said.notify: $!";
$notify->blocking(0);
open my $out, '>>', $said or die "$said: $!";
$out->autoflush(1);

my ($pid, $stop) = (0, 0);

sub start {
	$pid = fork;
	die "fork: $!" unless defined $pid;
	return setpgid($pid, $pid) if $pid;
	setpgid(0, 0);
	open STDIN, '<&', $listener or die "socket: $!";
	$ENV{NOTIFY_SOCKET} = "$said.notify";
	$ENV{WATCHDOG_USEC} = 2_000_000;
	$ENV{WATCHDOG_PID} = $$;
	exec @command or die "$command[0]: $!";
}

sub heed {
	my $text;

	while (defined $notify->recv($text, 4096) && length $text) {
		print $out "$_\n" for grep !/^MONOTONIC_USEC=\d+$/,
			split /\n/, $text;
	}
}

$SIG{HUP} = sub { kill HUP => $pid if $pid };
$SIG{USR1} = sub { kill TERM => -$pid if $pid };
$SIG{TERM} = sub { $stop = 1; kill TERM => -$pid if $pid };
start();
while (1) {
	select undef, undef, undef, 0.02;
	heed();
	next unless $pid && waitpid($pid, WNOHANG) == $pid;
	my $status = $?;
	heed();
	kill TERM => -$pid;
	select undef, undef, undef, 0.02 while kill 0 => -$pid;
	print $out 'ended ', $status & 127 ? 'by ' . ($status & 127)
		: $status >> 8, "\n";
	$pid = 0;
	exit 0 if $stop || $status >> 8 == 78;
	start();
}
