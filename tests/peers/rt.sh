#!/bin/sh
# Owners and tickets in a real Request Tracker 5: what rouse says is what the server holds, whatever is killed or cut.
#   tests/peers/rt.sh RT_OWNERS RT_SEND      the programs of rt_owners.c and rt_send.c; PEERS names the folder with rt/rt5-start.sh
#   ROUSE_TEST_RT=DIR    uses the server that runs there     ROUSE_TEST_ROUNDS=N    rounds of killing, 25     ROUSE_TEST_SEED=N
set -u
owners=$1 send=$2
here=$(cd "$(dirname "$0")" && pwd)
start=${PEERS-}/rt/rt5-start.sh
leave() { echo "ok rt: left out: $1"; exit 0; }
[ -n "${PEERS-}" ] && [ -f "$start" ] || leave 'PEERS names no folder with Request Tracker'
for tool in curl python3 perl bash; do
	command -v $tool >/dev/null 2>&1 || leave "there is no $tool"
done
[ -x /usr/sbin/rt-setup-database-5 ] || { [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; } || leave 'Request Tracker is not installed'
work=$(mktemp -d) || exit 1
children='' dir=${ROUSE_TEST_RT-}
clean() {
	# shellcheck disable=SC2086
	[ -z "$children" ] || kill $children 2>/dev/null
	[ "$dir" != "$work/rt" ] || bash "$start" stop "$dir" >/dev/null 2>&1
	rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' INT TERM
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
if [ -z "$dir" ]; then
	dir=$work/rt
	bash "$start" start "$dir" "$(free_port)" >"$work/start.log" 2>&1 || { tail -n 3 "$work/start.log" | sed 's/^/#   /'; leave 'Request Tracker did not start'; }
fi
bash "$start" env "$dir" >"$work/env" || leave 'the folder of ROUSE_TEST_RT has no server'
. "$work/env"
RT_SITE_CONFIG=$dir/RT_SiteConfig.pm RT_SITE_CONFIG_DIR=$dir/RT_SiteConfig.d perl "$here/rt_users.pl" >"$work/users" 2>"$work/users.log" ||
	{ sed 's/^/#   /' "$work/users.log"; echo 'not ok rt: accounts for the tests'; exit 1; }
failed=0
said() { [ "$2" -eq 0 ] && echo "ok rt: $1" || { failed=1; echo "not ok rt: $1"; sed 's/^/#   /' "$work/out" | cut -c1-300; }; }
# Names and ids that no other test on this server has.
tag=$(date +%s | tail -c 8)$(($$ % 1000))
id() { echo "rouse-$tag$1"; }
# as WHO: the token of an account.
as() {
	case $1 in
	triage) token=$RT_TOKEN ;;
	readonly) token=$RT_TOKEN_RO ;;
	none) token=$RT_TOKEN_NONE ;;
	*) token=$(sed -n "s/^$1=//p" "$work/users") ;;
	esac
}
rt() { ROUSE_RT_TOKEN=$token "$send" "$@" rt.url="$RT_URL" >"$work/out" 2>&1; }
ask() { ROUSE_RT_TOKEN=$token "$owners" "$@" rt.url="$RT_URL" >"$work/out" 2>&1; }
# has NAME PATTERN...: every pattern stands in the output.
has() {
	name=$1
	shift
	for pattern; do
		grep -q -e "$pattern" "$work/out" || { echo "# no: $pattern" >>"$work/out"; said "$name" 1; return; }
	done
	said "$name" 0
}
# What the server itself says, asked without rouse.
server() { curl -g -sS -H "Authorization: token $RT_ADMIN_TOKEN" "$RT_URL/REST/2.0/$1"; }
field() { python3 -c 'import json,sys
t = json.load(sys.stdin)
print(([v for f in t["CustomFields"] if f["name"] == sys.argv[1] for v in f["values"]] or [""])[0])' "$1"; }
tickets_of() { server "tickets?per_page=100&orderby=id&query='CF.%7BCorrelation%20ID%7D'='$1'" | python3 -c 'import json,sys
print(*[i["id"] for i in json.load(sys.stdin)["items"]])'; }

# -- owners --

as triage
cut -d'|' -f1 "$here/rt_owners.expected" | ask && grep -v '^ \|^requests' "$work/out" | cut -d'|' -f1-5 >"$work/got"
diff "$here/rt_owners.expected" "$work/got" >"$work/out" 2>&1
said "owners of the awkward assets, $(grep -c . "$here/rt_owners.expected") questions" $?
as narrow
cut -d'|' -f1 "$here/rt_owners.expected" | ask && grep -v '^ \|^requests' "$work/out" | cut -d'|' -f1-5 >"$work/got"
diff "$here/rt_owners.expected" "$work/got" >"$work/out" 2>&1
said 'the same for an account to which RT tells no totals' $?
as triage
echo srv-app-03 | ask 'rt.team_field=Owner Team'
has 'the team of a custom field' '^srv-app-03|owned|Windows Platform|Owner Team|'
echo srv-app-03 | ask 'rt.team_field=Environment'
has 'and of another' '^srv-app-03|owned|Prod|Environment|'
echo srv-app-03 | ask rt.team_field=Nonsense
has 'a field that no asset has' '^error 78:.*no custom field Nonsense'
echo srv-app-03 | ask rt.catalog=Nowhere
has 'a catalog that is not there' '^error 78:.*no catalog Nowhere'
as assetless
echo srv-app-03 | ask
has 'an account without ShowAsset is told so' '^error 78:.*ShowAsset'
as triage
ask --check
has 'doctor for owners' '^ok: rt catalog' '^ok: rt assets: [0-9]* assets' '^ok: rt team'

# -- the set-up --

q='rt.queue=Windows Platform'
rt check "$q"
has 'doctor: all is well' 'signed in to Request Tracker 5.* as svc-triage' '^ok: rt queue' '^ok: rt correlation field' '^ok: rt hosts field' '^ok: rt search'
as readonly
rt check "$q"
has 'doctor: a read-only token' '^failure: rt rights: .*may not create' '^ok: rt correlation field'
rt guard "$q"
has 'a read-only token is refused before anything is sent' '^outcome refused status 77: .*CreateTicket'
as none
rt check "$q"
has 'doctor: a token without rights' '^failure: rt queue: .*may not see' 'SeeQueue'
as unseeing
rt guard "$q"
has 'fields that the account may not see' '^outcome refused status 78: .*SeeCustomField'
token=1-27-0000
rt check "$q"
has 'doctor: a wrong token' '^failure: rt sign-in: .*401' 'Auth Tokens'
rt guard "$q"
has 'a wrong token' '^outcome refused status 77: .*token_file'
as triage
rt guard rt.queue=Nowhere
has 'a queue that is not there' '^outcome refused status 78: .*no queue Nowhere'
rt guard team=Nowhere
has 'a team without a queue' '^outcome refused status 78: .*no queue Nowhere.*set \[rt\] queue'
rt guard "$q" rt.correlation_field=Nonsense
has 'a correlation field that is not there' '^outcome refused status 78: .*Custom Fields > Create'
rt guard rt.queue=A/B
has 'a queue with an odd name' '^outcome fine'

# -- tickets --

# holds NAME CORRELATION HOSTS: exactly one ticket on the server, and its list is whole.
holds() {
	ids=$(tickets_of "$2")
	case $ids in '' | *' '*) echo "# tickets: $ids" >>"$work/out"; said "$1" 1; return ;; esac
	server "ticket/$ids" >"$work/ticket"
	field 'Host List' <"$work/ticket" >"$work/list"
	lines=$(grep -c '^SRV-' "$work/list")
	mark=$(tail -n 1 "$work/list")
	case $mark in "$2 $3 hosts "*) ;; *) lines=none ;; esac
	[ "$lines" = "$3" ]
	status=$?
	[ $status -eq 0 ] || { echo "# ticket $ids: $lines lines of hosts, mark $mark"; } >>"$work/out"
	said "$1" $status
}
c=$(id a) s="store=$work/a.db"
rt send "$s" correlation="$c" "$q" 'team=Windows Platform' hosts=3 wide=1
has 'created' '^created [0-9]* 3 '
holds 'one ticket with its hosts' "$c" 3
rt send "$s" correlation="$c" "$q" 'team=Windows Platform' hosts=3 wide=1
has 'unchanged' '^unchanged [0-9]* 3 '
rt send "$s" correlation="$c" "$q" 'team=Windows Platform' hosts=700 wide=1 'title=Seven hundred'
has 'updated' '^updated [0-9]* 700 '
holds 'the list of today' "$c" 700
grep -q '"Subject" : "Seven hundred"' "$work/ticket"
said 'the subject of today' $?
rt send store=:memory: correlation="$c" "$q" 'team=Windows Platform' hosts=5
has 'a store that knows nothing updates the same one' '^updated [0-9]* 5 '
holds 'still one' "$c" 5
grep -q '"id" : "[0-9]*",' "$work/ticket" && [ "$(server "group/$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["AdminCc"][0]["id"])' "$work/ticket")" | grep -c '"Name" : "Windows Platform"')" -eq 1 ]
said 'the team watches it' $?
for who in fieldless blind stiff; do
	as $who
	rt send "store=$work/$who.db" correlation="$(id $who)" "$q" hosts=3 patience=1500
	cp "$work/out" "$work/$who"
	rt send "store=$work/$who.db" correlation="$(id $who)" "$q" hosts=4 patience=1500
	made=$(server "tickets?per_page=100&query=Creator='svc-$who'%20AND%20Created>'30%20minutes%20ago'" | grep -c '"type" : "ticket"')
	cat "$work/$who" >>"$work/out"
	# Another run of the tests may have used the server.
	case ${ROUSE_TEST_RT+reused} in reused) [ "$made" -ge 1 ] ;; *) [ "$made" -eq 1 ] ;; esac
	said "an account short of a right ($who) makes one ticket in two sends" $?
done
cp "$work/fieldless" "$work/out"
has 'an id that was not taken is said' 'correlation id.*ModifyCustomField'
cp "$work/blind" "$work/out"
has 'a ticket that may not be seen is said' 'ShowTicket'
as stiff
rt send "store=$work/stiff.db" correlation="$(id stiff)" "$q" hosts=4 title=Other
has 'an update that RT answers with 200 and drops' '^failed .*ModifyTicket'
as triage

# Queues of their own: another correlation field of the same name, no hosts field.
c=$(id b)
rt send "store=$work/b.db" correlation="$c" 'rt.queue=No Hosts' hosts=3
has 'a queue without a hosts field: created' '^created [0-9]* 3 '
rt send "store=$work/b.db" correlation="$c" 'rt.queue=No Hosts' hosts=3
has 'and unchanged, by the mark in the text' '^unchanged [0-9]* 3 '
rt send "store=$work/b.db" correlation="$c" 'rt.queue=No Hosts' hosts=4
has 'and updated' '^updated [0-9]* 4 '
rt send "store=$work/b.db" correlation="$c" 'rt.queue=No Hosts' hosts=4
has 'and unchanged again' '^unchanged [0-9]* 4 '
c=$(id e)
rt send "store=$work/e.db" correlation="$c" 'rt.queue=Own Field' hosts=3
has 'a queue with a field of its own: created' '^created [0-9]* 3 '
rt send store=:memory: correlation="$c" 'rt.queue=Own Field' hosts=3
has 'and found again' '^unchanged [0-9]* 3 '
c=$(id d) t='teams=Windows Platform,Database Services'
rt send "store=$work/d.db" correlation="$c" "$q" "$t" children=1 hosts=7
has 'a child for each team' '^created [0-9]* 7 ' '^created [0-9]* 4 ' '^created [0-9]* 3 '
parent=$(tickets_of "$c")
[ "$(server "tickets?query=MemberOf=$parent" | grep -c '"type" : "ticket"')" -eq 2 ]
said 'they are members of the one' $?

# -- killed, cut, and twice at once --

rounds=${ROUSE_TEST_ROUNDS:-25} seed=${ROUSE_TEST_SEED:-$(date +%s)}
python3 "$here/rt_kill.py" "$send" "$RT_URL" "$RT_TOKEN" "$RT_ADMIN_TOKEN" "$work" "$rounds" "$seed" "$tag" >"$work/kill" 2>&1
status=$?
grep '^ok\|^#' "$work/kill"
cp "$work/kill" "$work/out"
[ $status -eq 0 ] || said "rounds of killing, seed $seed" 1
exit $failed
