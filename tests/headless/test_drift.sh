#!/bin/sh
# Two mornings and a third: hosts that vanish, are mended, move, merge, change platform, break, come back, come back well, change verdict.
. tests/headless/lib.sh

# class NAME OPTION...: the change and the earlier verdict of a host in the newest run, as `change before`; - when it is not listed.
class() {
	jq -r --arg n "$1" '[.[] | select(.DeviceName == $n) | .Change + " " + .Verdict + " " + (.["AdditionalFields.Vanished"] // "")] | .[0] // "-"' "$work/list.json"
}
listed() {
	run list --all --format json --change new --change persisting --change resolved --change vanished \
		--columns DeviceName,Change,Verdict,FirstSeen,AdditionalFields.Vanished --set scope.group=Alpha
	cp "$out" "$work/list.json"
}
same_class() { same "$(class "$1" | sed 's/ *$//')" "$2" "$3"; }
day() {
	now=$1T07:00:00Z
	sed -i "s/2026-11-20/$1/g" "$2"/*.csv
	detect "$2" --set scope.group=Alpha --set limits.drop=100%
}

# The first morning. Twelve findings and a host that is well.
t=$work/one
new_tables "$t"
n=0
for name in stays worse better fixed goes moves merges becomes-client loses-witness back-bad back-well partial; do
	n=$((n + 1))
	host "$t" $n $name Alpha 1
done
host "$t" 20 fine Alpha 0
host "$t" 21 breaks Alpha 0
host "$t" 22 moves-in Beta 1
day 2026-11-18 "$t"
is 0 "the first morning is complete"
has "$out" "findings 12, new 12, persisting 0, resolved 0, vanished 0" "every finding of a first run is new"

# The second morning.
t=$work/two
new_tables "$t"
host "$t" 1 stays Alpha 1
host "$t" 2 worse Alpha 2
host "$t" 3 better Alpha 4
host "$t" 4 fixed Alpha 0
host "$t" 6 moves Gamma 1
info "$t" 7 merges Alpha 2026-11-20T05:00:00Z WindowsServer2022 "$(id 1)"
info "$t" 8 becomes-client Alpha 2026-11-20T05:00:00Z Windows11
info "$t" 9 loses-witness Alpha
# 10 and 11 are away; of 12 there is only a heartbeat without a platform.
info "$t" 12 partial Alpha 2026-11-20T05:00:00Z ''
host "$t" 20 fine Alpha 0
host "$t" 21 breaks Alpha 1
host "$t" 22 moves-in Alpha 1
day 2026-11-19 "$t"
has "$out" "findings 6, new 2, persisting 4, resolved 1, vanished 7" "the second morning: each in one class"
same "$(sqlite3 "$store" 'select sum(count) from run_group_count where run = 2')" "$(sqlite3 "$store" 'select sum(count) from run_count where run = 2')" \
	"the groups add up to the run"
listed
same_class stays "persisting passive" "a finding that stays"
same_class worse "persisting disabled" "a finding whose verdict changes for the worse"
same_class better "persisting edr-block" "a finding whose verdict changes"
same_class loses-witness "persisting unassessed" "a finding that no table speaks of any more stays a finding"
same_class fixed "resolved active" "a host that is mended"
same_class goes "vanished passive no longer reported" "a host that is gone"
same_class moves "vanished passive left the scope: its machine group is now Gamma" "a host that moved group"
same_class merges "vanished passive merged into $(id 1)" "a record that was merged"
same_class becomes-client "vanished passive is no longer a server: OSPlatform is now Windows11" "a host that is no server any more"
same_class partial "vanished passive no longer reported" "a host with nothing but heartbeats"
same_class breaks "new passive" "a host that breaks"
same_class moves-in "new passive" "a host that moves in"
same_class fine - "a host that is well is in no class"

# The third morning: some return.
t=$work/three
new_tables "$t"
host "$t" 1 stays Alpha 1
host "$t" 2 worse Alpha 2
host "$t" 3 better Alpha 4
host "$t" 4 fixed Alpha 1
host "$t" 6 moves Alpha 1
host "$t" 7 merges Alpha 1
host "$t" 9 loses-witness Alpha 0
host "$t" 10 back-bad Alpha 1
host "$t" 11 back-well Alpha 0
host "$t" 20 fine Alpha 0
host "$t" 21 breaks Alpha 1
host "$t" 22 moves-in Alpha 1
day 2026-11-20 "$t"
has "$out" "findings 9, new 4, persisting 5, resolved 1, vanished 0" "the third morning: each in one class"
listed
same_class back-bad "new passive" "a host that comes back bad is new again"
same_class back-well - "a host that comes back well is not called resolved: nobody saw it mended"
same_class fixed "new passive" "a host that was mended and broke again is new"
same_class moves "new passive" "a host that moved back is new"
same_class merges "new passive" "a record that is no longer merged is new"
same_class loses-witness "resolved active" "a finding that has a witness again, and is well"
same_class goes - "a host that vanished does not vanish twice"
same "$(jq -r '.[] | select(.DeviceName == "stays") | .FirstSeen' "$work/list.json")" 2026-11-18T07:00:00Z "who stays keeps the day it was found"
same "$(jq -r '.[] | select(.DeviceName == "back-bad") | .FirstSeen' "$work/list.json")" 2026-11-20T07:00:00Z "who returns begins anew"

# A fall without fixes. Forty findings; the second day half of them is gone in one of four ways.
fall() {
	rm -rf "$work/home" "$work/fall"
	mkdir "$work/home"
	new_tables "$work/fall/before"
	new_tables "$work/fall/now"
	for n in $(seq 1 40); do
		host "$work/fall/before" "$n" "f-$n" Alpha 1
		case $n:$1 in
		[1-9]:* | 1?:* | 20:*) host "$work/fall/now" "$n" "f-$n" Alpha 1 ;;
		*:mended) host "$work/fall/now" "$n" "f-$n" Alpha 0 ;;
		*:moved) host "$work/fall/now" "$n" "f-$n" Beta 1 ;;
		*:replaced) host "$work/fall/now" $((n + 100)) "f-$n" Alpha 1 ;;
		*:gone) ;;
		esac
	done
	now=2026-11-19T07:00:00Z
	sed -i 's/2026-11-20/2026-11-19/g' "$work/fall/before/"*.csv
	detect "$work/fall/before" --set scope.group=Alpha
	is 0 "$1: the day before"
	now=2026-11-20T07:00:00Z
	detect "$work/fall/now" --set scope.group=Alpha
}
names() { sqlite3 "$store" 'select group_concat(name, " ") from (select name from reason where run = 2 order by name)'; }
fall mended
is 0 "a fall that fixes explain is complete"
fall moved
is 2 "a fall that a move explains is no fix"
same "$(names)" findings-dropped "and says that findings fell"
fall gone
is 2 "a fall that nothing explains"
same "$(names)" "findings-dropped servers-dropped" "and says that servers are gone too"
fall replaced
is 2 "a fall that new findings hide"
same "$(names)" servers-dropped "and says that servers are gone"
done_here
