#!/bin/sh
# The group audit: drifted names are named with their kind and the servers at stake, figures add up, and nothing reads like an all-clear
# that is none.
. tests/headless/lib.sh

run groups
is 66 "without a run there is nothing to audit"
one_sentence "without a run"
has "$err" "rouse detect" "the sentence says what makes a run"

a=$work/a
new_tables "$a"
# members FROM COUNT GROUP MODE: that many hosts of one group
members() {
	n=$1
	while [ "$n" -lt $(($1 + $2)) ]; do
		host "$a" "$n" "srv-$n" "$3" "$4"
		n=$((n + 1))
	done
}
nbsp=$(printf '\302\240') cyrillic=$(printf '\320\265')
members 1 3 Win-Servers-Prod 1
members 10 5 win-servers-prod 0
members 20 2 WIN-SERVERS-PROD 1
members 30 4 "Win-Servers-Prod$nbsp" 1
members 40 3 Win_Servers_Prod 0
members 50 2 "Win-S${cyrillic}rvers-Prod" 1
members 60 1 Win-Severs-Prod 1
members 70 6 Linux-Servers 1
members 80 2 "" 1
members 90 1 BÜRO-SERVER 1
info "$a" 99 laptop Win-Servers-Prod 2026-11-20T05:00:00Z Windows11
detect "$a" --set scope.group=Win-Servers-Prod --set scope.group=büro-server
is 0 "the detection is complete: each configured group has servers"
has "$out" "groups: 10 servers are in 4 machine groups whose names nearly match the scope: see rouse groups." "detect warns in one line"
has "$out" "case folding: a case-sensitive comparison would lose 8 servers of 3 groups, KQL's in~ 1" \
	"detect says what case folding saves"

scope="--set scope.group=Win-Servers-Prod --set scope.group=büro-server"
# shellcheck disable=SC2086 # two options
audit() { run groups $scope "$@"; }
audit --format json
is 2 "servers at stake: not complete"
cp "$out" "$work/groups.json"
has "$err" "10 servers are in 4 machine groups" "the warning is on stderr too"
kind() { jq -r --arg g "$1" '.[] | select(.Group == $g) | "\(.Servers) \(.InScope) \(.Difference) \(.Nearest)"' "$work/groups.json"; }
same "$(kind Win-Servers-Prod)" "3 true null Win-Servers-Prod" "the name itself"
same "$(kind win-servers-prod)" "5 true case Win-Servers-Prod" "case, in scope"
same "$(kind "Win-Servers-Prod$nbsp")" "4 false blanks Win-Servers-Prod" "a blank of another kind"
same "$(kind Win_Servers_Prod)" "3 false punctuation Win-Servers-Prod" "punctuation"
same "$(kind "Win-S${cyrillic}rvers-Prod")" "2 false look-alike letters Win-Servers-Prod" "a Cyrillic letter"
same "$(kind Win-Severs-Prod)" "1 false typing slip Win-Servers-Prod" "a letter dropped"
same "$(kind Linux-Servers)" "6 false null null" "another name"
same "$(jq -r '[.[] | select(.Group == null)] | map(.Servers) | add' "$work/groups.json")" 2 "servers in no group"
same "$(jq '[.[].Servers] | add' "$work/groups.json")" 29 "every server is in one line"
same "$(jq '[.[] | select(.InScope) | .Servers] | add' "$work/groups.json")" 11 "those in scope"
same "$(jq -c '[.[] | select(.InScope) | .Findings] | add' "$work/groups.json")" 6 "findings of those in scope"
same "$(jq -c '[.[] | select(.InScope | not) | .Findings] | unique' "$work/groups.json")" "[null]" "nobody looked at those out of scope"
same "$(jq -r '.[0:4] | map(.Difference) | join(",")' "$work/groups.json")" "blanks,punctuation,look-alike letters,typing slip" \
	"trouble comes first, by servers"

audit
is 2 "the table"
has "$out" "9 groups, 29 servers: 11 in scope, 18 out of scope; 2 in no group" "the figures add up"
has "$out" "10 servers are in 4 machine groups whose names nearly match the scope, and it does not take them" "the servers at stake"
has "$out" "a case-sensitive comparison would lose 8 servers of 3 groups" "what case folding saves"
has "$out" 'Win-Servers-Prod\u00a0' "a blank that nobody sees is made visible"
has "$out" "look-alike letters (character 6 is U+0435, not e)" "the place of the difference"
has "$out" "(no group)" "servers without a group have a line"

audit --format csv
same "$(head -n 1 "$out")" "Group,Servers,Findings,InScope,Nearest,Difference" "CSV: the columns"
has "$out" "Win_Servers_Prod,3,,false,Win-Servers-Prod,punctuation" "CSV: a near miss"
same "$(wc -l <"$out" | tr -d ' ')" 11 "CSV: a line each"
audit --format jsonl
same "$(jq -s length "$out")" 10 "JSON lines: a line each"
audit --format xml
is 64 "an unknown format"

# The mend.
detect "$a" --set scope.group=Win-Servers-Prod --set "scope.group=Win-Servers-Prod$nbsp" --set scope.group=Win_Servers_Prod \
	--set "scope.group=Win-S${cyrillic}rvers-Prod" --set scope.group=Win-Severs-Prod --set limits.drop=100%
lacks "$out" "groups:" "with every spelling configured there is nothing to warn of"

# A configured name that matches nothing.
scope="--set scope.group=Win-Servers-Prod --set scope.group=Linux-Server --set scope.group=Nowhere"
audit
is 2 "a configured group that matches nothing"
has "$out" 'The configured group "Linux-Server" matches no server; the nearest group is "Linux-Servers" with 6 servers (typing slip).' \
	"the nearest group of the estate is named"
has "$out" 'The configured group "Nowhere" matches no server, and no group of the estate is like it.' "or that there is none"
has "$out" "was made with another scope than the configuration has now" "the scope is the one of now, and that is said"
audit --format json
same "$(jq -c '[.[] | select(.Difference == "unmatched") | [.Group, .Servers, .InScope, .Nearest]]' "$out")" \
	'[["Linux-Server",0,true,"Linux-Servers"],["Nowhere",0,true,null]]' "JSON: unmatched names are lines of their own"

run groups
has "$out" "No machine group is configured, so every group is in scope." "no scope: said"
has "$out" "29 servers: 29 in scope, 0 out of scope" "no scope: every server is in"

run doctor --set scope.group=Win-Servers-Prod
grep -q '^warning  groups .*nearly match' "$out"
verdict $? "doctor warns with the mend"

# An incomplete run.
now=2026-11-20T08:00:00Z
detect "$a" --set scope.group=Win-Servers-Prod --set scope.canary=not-there
run groups --set scope.group=Win-Servers-Prod
same "$(head -c 11 "$out")" "incomplete:" "an incomplete run says so in the first line"
is 2 "an incomplete run"

# A run from before groups were counted must not read like an all-clear.
if command -v sqlite3 >/dev/null; then
	sqlite3 "$store" 'update run set has_groups = 0; delete from run_group; delete from run_group_count' 2>/dev/null
	for format in table csv json; do
		run groups --format $format --set scope.group=Win-Servers-Prod
		is 2 "groups were not counted: $format"
		cat "$out" "$err" >"$work/both"
		has "$work/both" "from before machine groups were counted" "and that is said: $format"
	done
fi

# An estate whose groups are all as configured.
rm -f "$store"*
new_tables "$a"
members 1 3 Alpha 1
members 10 3 Beta 1
detect "$a" --set scope.group=Alpha
run groups --set scope.group=Alpha
is 0 "nothing is near: done"
lacks "$out" NEARLY "no false alarm"

# -- list --group: a name that matches nothing, and groups that are nearly named --
rm -f "$store"*
l=$work/l
new_tables "$l"
for n in 1 2 3; do host "$l" "$n" "a-$n" Alpha 1; done
for n in 4 5; do host "$l" "$n" "a-$n" "Alpha " 1; done
host "$l" 6 fine "Alfa" 0
host "$l" 7 far "Beta" 1
detect "$l"
run list --group Alpha -q --format csv --columns DeviceName
has "$err" "2 findings are left out in 1 group that is nearly named: Alpha\\x20 (2)." "a near miss of a group that matches is said, with -q too"
same "$(wc -l <"$err")" 1 "in one line"
run list --group Alph -q
has "$err" "--group Alph matches no row of run 1; the nearest group is Alpha, with 3 findings (typing slip)." "a name that matches no row"
run list --group BETA --group Gamma-12345 -q
has "$err" "--group Gamma-12345 matches no row of run 1." "though another name does match, and nothing is near"
same "$(wc -l <"$err")" 1 "nothing else is said"
run list --group Beta --format csv
same "$(cat "$err")" "" "nothing is near, so nothing is said"
run list --group alpha --group "ALPHA " -q
same "$(cat "$err")" "" "a near group that is named is not left out"
detect "$l" --set scope.group=Alpha
run list --group Beta -q --set scope.group=Alpha
has "$err" "matches no row of run 2, for that group is not in scope" "a group out of scope"
done_here
