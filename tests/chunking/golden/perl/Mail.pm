package Shop::Mail;

use strict;
use warnings;

our $VERSION = '1.04';

=head1 NAME

Shop::Mail - sends mail

=cut

# Makes a mailer.
sub new {
    my ($class, %args) = @_;
    return bless { host => $args{host} // 'localhost' }, $class;
}

sub send_to {
    my ($self, $to, $text) = @_;
    open my $pipe, '|-', 'sendmail', $to or die "sendmail: $!";
    print {$pipe} $text;
    close $pipe;
}

package Shop::Mail::Queue;

sub push_mail {
    my ($self, $mail) = @_;
    push @{ $self->{mails} }, $mail;
}

1;
