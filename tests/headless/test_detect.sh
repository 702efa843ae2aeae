#!/bin/sh
# One run over tables with traps: every device in its bucket, the buckets add up, and the store holds it.
. tests/headless/lib.sh

t=$work/t
new_tables "$t"
host "$t" 1 active-1 Alpha 0
host "$t" 2 passive-1 Alpha 1
host "$t" 3 edr-1 ALPHA 4
host "$t" 4 audit-1 alpha 5
host "$t" 5 off-1 Alpha 2
host "$t" 6 odd-1 Alpha 7
info "$t" 7 bare-1 Alpha                                  # no witness at all
info "$t" 8 moved-1 Beta 2026-11-20T05:00:00Z             # left the scope: the newest row counts
info "$t" 8 moved-1 Alpha 2026-11-19T05:00:00Z
assess "$t" 8 0 1
info "$t" 9 came-1 Beta 2026-11-19T05:00:00Z              # came into the scope
info "$t" 9 came-1 Alpha 2026-11-20T05:00:00Z
assess "$t" 9 0 1
gather "$t" 9 1
info "$t" 10 client-1 Alpha 2026-11-20T05:00:00Z Windows11
assess "$t" 10 0 1
info "$t" 11 merged-1 Alpha 2026-11-20T05:00:00Z WindowsServer2022 "$(id 2)"
assess "$t" 11 0 1
info "$t" 12 beat-1 Alpha 2026-11-20T04:00:00Z            # then a partial heartbeat, without platform and group
info "$t" 12 beat-1 '' 2026-11-20T06:00:00Z ''
assess "$t" 12 0 1
gather "$t" 12 1
info "$t" 13 older-1 Alpha                                # an older row says passive, the newest active
assess "$t" 13 0 1 2026-11-18T03:00:00Z
assess "$t" 13 1 0 2026-11-20T03:00:00Z
gather "$t" 13 0
info "$t" 14 split-1 Alpha                                # witnesses disagree on the mode
assess "$t" 14 0 1
gather "$t" 14 0
info "$t" 15 contra-1 Alpha                               # mode 0, but not compliant: contradicted is not active
assess "$t" 15 0 0
gather "$t" 15 0
info "$t" 16 blank-1 'Alpha '                             # a blank behind the group is another group

scope='--set scope.group=Alpha'
# shellcheck disable=SC2086
detect "$t" $scope
case $status in 0 | 2) ok=0 ;; *) ok=1 ;; esac
verdict $ok "detect runs"
line=$(head -n 1 "$out")
same "$line" "in scope 12: active 2, passive 3, edr-block 1, passive-audit 1, disabled 1, unknown 3, unassessed 1" "the count line"
check "the count line adds up" sh -c "printf '%s\n' '$line' | tr -c '0-9\n' ' ' | awk '{ for (i = 2; i <= NF; i++) s += \$i; exit s != \$1 }'"
# shellcheck disable=SC2086
run list --all --format json $scope
cp "$out" "$work/list.json"
check "list --format json is JSON" jq -e 'type == "array"' "$work/list.json"
verdict_of() { jq -r --arg n "$1" '.[] | select(.DeviceName == $n) | .Verdict' "$work/list.json"; }
for pair in active-1:active passive-1:passive edr-1:edr-block audit-1:passive-audit off-1:disabled odd-1:unknown bare-1:unassessed \
	came-1:passive beat-1:passive older-1:active split-1:unknown contra-1:unknown moved-1: client-1: merged-1: blank-1:; do
	same "$(verdict_of "${pair%%:*}")" "${pair#*:}" "${pair%%:*} is ${pair#*:}"
done
same "$(jq -r '.[] | select(.DeviceName == "split-1") | .Flags | index("conflict") != null' "$work/list.json")" true "disagreeing witnesses are flagged"
same "$(jq -r '.[] | select(.DeviceName == "passive-1") | .Flags | index("portal-healthy") != null' "$work/list.json")" true "a host that looks fine elsewhere is flagged"
same "$(jq -r '.[] | select(.DeviceName == "edr-1") | .MachineGroup' "$work/list.json")" ALPHA "the group's own letter case is kept"
same "$(jq -r '.[] | select(.DeviceName == "passive-1") | .LastSeen' "$work/list.json")" 2026-11-20T05:00:00Z "times are ISO 8601 UTC"
same "$(jq length "$work/list.json")" 12 "list --all has every server in scope"

# shellcheck disable=SC2086
run list --format json $scope
same "$(jq length "$out")" 10 "list has the findings"
for choice in '--verdict passive:3' '--group ALPHA:10' '--contains PASSIVE-1:1' '--verdict disabled:1' '--change new:10'; do
	# shellcheck disable=SC2086
	run list --format jsonl ${choice%:*} $scope
	same "$(jq -s length "$out")" "${choice##*:}" "list ${choice%:*}"
done
run list --sort DeviceName- --columns DeviceName --format csv
same "$(tr -d '\r' <"$out" | sed 1d)" "$(tr -d '\r' <"$out" | sed 1d | LC_ALL=C sort -r)" "list --sort COL-"

check "the store is there" test -f "$store"
same "$(stat -c %a "$store")" 600 "the store is its owner's alone"
run runs --format json
is 0 runs
same "$(jq length "$out")" 1 "one run is kept"
run list --run 99
is 66 "a run that is not there"

# A clock that stands still makes equal answers.
run list --format csv
cp "$out" "$work/a"
run list --format csv
check "the same list twice" cmp -s "$out" "$work/a"
done_here
