# rt_users.pl - for the peer: accounts that are short of one right, with a token each, and queues whose fields differ. Prints NAME=TOKEN, a
# line each. May run again on the same server.
#   RT_SITE_CONFIG=DIR/RT_SiteConfig.pm RT_SITE_CONFIG_DIR=DIR/RT_SiteConfig.d perl rt_users.pl
use strict; use warnings;
BEGIN { unshift @INC, '/usr/local/share/request-tracker5/lib', '/usr/share/request-tracker5/lib'; }
use RT -init;
sub must { my ($ok, @m) = @_; die "rt_users: @m\n" unless $ok; return $ok }
my $su = RT->SystemUser;
my @all = qw(SeeQueue ShowTicket ShowTicketComments SeeCustomField ShowCatalog ShowAsset SeeGroup ManageAuthTokens CreateTicket ReplyToTicket
    CommentOnTicket ModifyTicket ModifyCustomField OwnTicket);
my %short = (blind => 'ShowTicket', fieldless => 'ModifyCustomField', unseeing => 'SeeCustomField', stiff => 'ModifyTicket',
    assetless => 'ShowAsset', catalogless => 'ShowCatalog', narrow => '');
for my $name (sort keys %short) {
    my $u = RT::User->new($su);
    $u->Load("svc-$name");
    if (!$u->id) {
        must($u->Create(Name => "svc-$name", EmailAddress => "svc-$name\@rt5peer.test", Privileged => 1));
        for my $right (@all) {
            next if $short{$name} eq $right;
            # `narrow` sees the assets of one catalog alone, as careful administrators do it
            my $object = RT->System;
            if ($name eq 'narrow' && $right eq 'ShowAsset') {
                $object = RT::Catalog->new($su);
                must($object->Load('Servers'));
            }
            must($u->PrincipalObj->GrantRight(Right => $right, Object => $object));
        }
    }
    my ($id, $msg, $auth) = RT::AuthToken->new($su)->Create(Owner => $u->id, Description => 'test peer');
    must($id, $msg);
    print "$name=$auth\n";
}
# `No Hosts` has no hosts field: the global one goes to all other queues one by one. `Own Field` has a correlation field of its own.
my $q = RT::Queue->new($su);
$q->Load('No Hosts');
if (!$q->id) {
    for my $n ('Own Field', 'No Hosts', 'A/B') {
        must(RT::Queue->new($su)->Create(Name => $n));
    }
    my ($key, $list) = map { my $c = RT::CustomField->new($su); must($c->LoadByName(Name => $_, LookupType => RT::Ticket->CustomFieldLookupType)); $c }
        'Correlation ID', 'Host List';
    must($_->RemoveFromObject(RT::Queue->new($su))) for $key, $list;
    my $own = RT::CustomField->new($su);
    must($own->Create(Name => 'Correlation ID', Type => 'FreeformSingle', LookupType => RT::Ticket->CustomFieldLookupType));
    my $queues = RT::Queues->new($su);
    $queues->UnLimit;
    while (my $each = $queues->Next) {
        must($list->AddToObject($each)) unless $each->Name eq 'No Hosts';
        must(($each->Name eq 'Own Field' ? $own : $key)->AddToObject($each));
    }
}
