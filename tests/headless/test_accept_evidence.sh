#!/bin/sh
# Acceptances and evidence: another antivirus gone, a worse verdict, a conflict end them for good; one that is fixed ends too; a host that is away keeps its own;
# a crash between a run and the end loses nothing.
. tests/headless/lib.sh

# findings FILE: lines `N MODE COMPLIANT OTHER-AV` on stdin.
findings() {
	echo 'DeviceId,DeviceName,MachineGroup,OSPlatform,LastSeen,AvMode,IsCompliant,IsApplicable,AssessedAt,AvSignatureUpdateTime,OtherAv' >"$1"
	while read -r n mode compliant av; do
		printf '%s,srv-%s,Alpha,WindowsServer2022,%s,%s,%s,true,%s,%s,"%s"\n' "$(id "$n")" "$n" "${now%T*}T05:00:00Z" "$mode" "$compliant" \
			"${now%T*}T05:00:00Z" "${now%T*}T03:00:00Z" "$av" >>"$1"
	done
}
judge() {
	findings "$work/f.csv"
	run detect --findings "$work/f.csv" --set limits.drop=100%
}
state() { sqlite3 "$store" "select \"end\" || ':' || ended_why from acceptance where host = 'srv-$1' order by id desc limit 1"; }

judge <<END
1 1 false SentinelOne
2 1 false SentinelOne
3 4 false
4 1 false
5 1 false SentinelOne
6 1 false SentinelOne
7 1 false SentinelOne, Sophos
8 1 false
END
for n in 1 2 3 4 5 6 7; do
	run accept "srv-$n" --until 60d --reason "ticket $n" --by mk
	is 0 "srv-$n is accepted"
done

now=2026-11-21T07:00:00Z
judge <<END
1 1 false SentinelOne
2 1 false
3 1 false
4 1 true
5 0 true SentinelOne
7 1 false SentinelOne
8 1 false
END
same "$(state 1)" "in force:" "nothing changed: it stays"
same "$(state 2)" "evidence changed:SentinelOne is gone" "another antivirus is gone"
same "$(state 3)" "evidence changed:the verdict is passive now and was edr-block" "a worse verdict"
same "$(state 4)" "evidence changed:the witnesses disagree" "a conflict that was not there"
same "$(state 5)" "evidence changed:fixed: active since run 2" "a host that is fixed needs none any more"
same "$(state 6)" "in force:" "a host that vanished keeps it, idle"
same "$(state 7)" "evidence changed:Sophos is gone" "one of two products is gone"
has "$out" "acceptance ended: srv-2: SentinelOne is gone (accepted by mk: ticket 2)" "it comes back loudly"
has "$out" "accepted 1" "one is accepted still"
same "$(grep -c '^acceptance ended' "$out")" 4 "four ended"
run list --format json
same "$(jq -r '[.[].DeviceName] | sort | join(" ")' "$out")" "srv-2 srv-3 srv-4 srv-7 srv-8" "they are in the list again"
same "$(sqlite3 "$store" "select group_concat(name, ' ') from (select name from finding where key >> 32 = 2 and altered order by name)")" \
	"srv-2 srv-3 srv-4 srv-7" "and count as altered"
run accept --format json
same "$(jq -r '.[] | select(.DeviceName == "srv-5") | .Verdict' "$out")" active "the list says what the host of an ended one is now"
run accept
has "$out" "not in scope (idle)" "and that another is not in scope"

# For good: the antivirus is back, the acceptance is not. Those that were idle go on.
now=2026-11-22T07:00:00Z
judge <<END
1 1 false SentinelOne
2 1 false SentinelOne
5 1 false SentinelOne
6 1 false SentinelOne
END
same "$(state 2)" "evidence changed:SentinelOne is gone" "what ended stays ended"
has "$out" "accepted 2" "a host that comes back as it was is accepted still"
lacks "$out" "acceptance ended: srv-5" "an end that was told before is not told again"
run list --format json
has "$out" "srv-5" "a relapse is a new finding that is seen"

# A run that says nothing of other antivirus products breaks nothing, and says so.
now=2026-11-23T07:00:00Z
judge <<END
1 1 false
2 1 false
END
same "$(state 1)" "in force:" "no inventory: it stays"
has "$out" "acceptances not checked: 1 rest on another antivirus" "and it is said"

# A crash between the run and the end of the acceptance: whoever looks next makes it good.
now=2026-11-24T07:00:00Z
judge <<END
1 2 false SentinelOne
2 1 false SentinelOne
END
has "$(printf %s "$out")" "acceptance ended: srv-1: the verdict is disabled now and was passive" "srv-1 ends"
undo="update acceptance set \"end\" = 'in force', ended = 0, ended_why = '' where host = 'srv-1'"
sqlite3 "$store" "$undo"
run list --format json
same "$(jq -r '[.[].DeviceName] | sort | join(" ")' "$out")" "srv-1 srv-2" "after a crash, reading the run ends it"
same "$(state 1)" "evidence changed:the verdict is disabled now and was passive" "in the store too"
sqlite3 "$store" "$undo"
now=2026-11-25T07:00:00Z
judge <<END
1 1 false SentinelOne
2 1 false SentinelOne
END
same "$(state 1)" "evidence changed:the verdict is disabled now and was passive" "after a crash, the next detection looks at the run before"
has "$out" "acceptance ended: srv-1" "and says so"

# A store that may only be read: what ended is ended all the same.
if [ "$(command id -u)" != 0 ]; then
	sqlite3 "$store" "$undo"
	chmod 400 "$store"
	run list --run 5 --format json
	same "$(jq -r '[.[].DeviceName] | sort | join(" ")' "$out")" "srv-1 srv-2" "a store without rights to write hides nothing"
	chmod 600 "$store" "$store"-* 2>/dev/null
fi

# An acceptance is of the evidence of its run: an earlier, worse one does not end it.
run accept srv-1 --until 10d --reason again --by mk
run list --run 5 --all --format json
same "$(state 1)" "in force:" "looking at an earlier run ends nothing"

# More than fit: the first 20, and how many more.
now=2026-11-26T07:00:00Z
n=100
while [ $n -lt 130 ]; do echo "$n 1 false SentinelOne"; n=$((n + 1)); done >"$work/many"
judge <"$work/many"
n=100
while [ $n -lt 130 ]; do run accept "srv-$n" --until 1d --reason x --by mk; n=$((n + 1)); done
now=2026-11-27T07:00:00Z
judge <"$work/many"
same "$(grep -c '^acceptance ended: srv' "$out")" 20 "twenty are named"
has "$out" "acceptance ended: and 10 more" "and the others counted"

# -- raw tables: the host itself is another than the one that was accepted --
rm -f "$store"*
now=2026-11-20T07:00:00Z
t=$work/t
new_tables "$t"
for n in 1 2 3 4 5 6 7 8; do host "$t" "$n" "h-$n.corp" Alpha 1; done
detect "$t"
for n in 1 2 3 4 5 6 7 8; do run accept "h-$n" --until 60d --reason x --by mk; done
now=2026-11-21T07:00:00Z
u=$work/u
new_tables "$u"
host "$u" 1 H-1.new.example ALPHA 1
info "$u" 2 h-2.corp Alpha
host "$u" 3 dc01.corp Alpha 1
host "$u" 4 h-4.corp "Domain Controllers" 1
host "$u" 5 h-5.corp Alpha 9
printf '%s,%s,h-6.corp,WindowsServer2022,10.0.20348,Alpha,6,Can be onboarded,Inactive,1,\n' 2026-11-20T05:00:00Z "$(id 6)" >>"$u/info.csv"
assess "$u" 6 0 1
info "$u" 7 h-7.corp Alpha 2026-10-01T05:00:00Z
assess "$u" 7 0 1 2026-10-01T05:00:00Z
host "$u" 8 h-8.corp Alpha 0
detect "$u" --set limits.drop=100%
state_of() { sqlite3 "$store" "select \"end\" || ':' || ended_why from acceptance where host = 'h-$1.corp'"; }
same "$(state_of 1)" "in force:" "letter case and domain are no other name"
same "$(state_of 2)" "evidence changed:the verdict is unassessed now and was passive" "unassessed is never good"
same "$(state_of 3)" "evidence changed:the name is dc01.corp now and was h-3.corp" "another name"
same "$(state_of 4)" "evidence changed:the group is Domain Controllers now and was Alpha" "another group"
same "$(state_of 5)" "evidence changed:the verdict is unknown now and was passive, the mode is 9 now and was 1" "an undocumented mode"
same "$(state_of 6)" "evidence changed:it is excluded, it is not healthy in the portal any more" "excluded, and its sensor away"
same "$(state_of 7)" "in force:" "old evidence ends nothing"
same "$(state_of 8)" "evidence changed:fixed: active since run 2" "a fixed host"
has "$out" "acceptances on old evidence: 1;" "but it is counted"
lacks "$out" "acceptance ended: h-8" "a fixed one comes back to no list"
run accept
has "$out" "passive (evidence is old)" "and the list says so"
run accept --format json
same "$(jq -r '.[] | select(.DeviceName == "h-7.corp") | .Doubt' "$out")" "evidence is old" "for programs too"
same "$(jq -r '[.[] | select(.Verdict == null)] | length' "$out")" 0 "whatever became of it, what the host is now is said"
# The relapse is seen.
now=2026-11-22T07:00:00Z
host "$u" 18 filler.corp Alpha 0
assess "$u" 8 0 1 2026-11-22T03:00:00Z
gather "$u" 8 1 2026-11-22T04:00:00Z
detect "$u" --set limits.drop=100%
run list --format json
same "$(jq -r '.[] | select(.DeviceName == "h-8.corp") | .Change' "$out")" new "a relapse is a new finding in the list"
# Taken anew, then replaced: both lines say what the host is.
run accept h-8 --until 5d --reason x --by mk
run accept h-8 --until 6d --reason y --by mk
run accept --format json
same "$(jq -r '[.[] | select(.DeviceName == "h-8.corp") | .Verdict] | unique | join(" ")' "$out")" passive "replaced ones too"
done_here
