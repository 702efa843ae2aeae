#!/bin/sh
# Two runs: what is new, persisting, resolved and vanished, and who was compared with whom.
. tests/headless/lib.sh

a=$work/a b=$work/b
new_tables "$a"
host "$a" 1 stays Alpha 1
host "$a" 2 mends Alpha 1
host "$a" 3 goes Alpha 1
host "$a" 4 leaves Alpha 1
host "$a" 5 merges Alpha 1
host "$a" 6 breaks Alpha 0
host "$a" 8 fine Alpha 0
now=2026-11-19T07:00:00Z
sed -i 's/2026-11-20/2026-11-19/g' "$a"/*.csv
detect "$a" --set scope.group=Alpha --set limits.drop=100%
has "$out" "findings 5, new 5, persisting 0, resolved 0, vanished 0" "the first run: every finding is new"

new_tables "$b"
host "$b" 1 stays Alpha 1
host "$b" 2 mends Alpha 0
host "$b" 4 leaves Beta 1
info "$b" 5 merges Alpha 2026-11-20T05:00:00Z WindowsServer2022 "$(id 1)"
host "$b" 6 breaks Alpha 1
host "$b" 7 arrives Alpha 2
host "$b" 8 fine Alpha 0
now=2026-11-20T07:00:00Z
detect "$b" --set scope.group=Alpha --set limits.drop=100%
has "$out" "findings 3, new 2, persisting 1, resolved 1, vanished 3" "the second run: change classes"

run list --format json --set scope.group=Alpha --change new --change persisting --change resolved --change vanished
cp "$out" "$work/list.json"
for pair in stays:persisting mends:resolved goes:vanished leaves:vanished merges:vanished breaks:new arrives:new; do
	same "$(jq -r --arg n "${pair%%:*}" '.[] | select(.DeviceName == $n) | .Change' "$work/list.json")" "${pair#*:}" "${pair%%:*} is ${pair#*:}"
done
same "$(jq -r '.[] | select(.DeviceName == "stays") | .FirstSeen' "$work/list.json")" 2026-11-19T07:00:00Z "FirstSeen is the run in which it first was found"
same "$(jq -r '.[] | select(.DeviceName == "breaks") | .FirstSeen' "$work/list.json")" 2026-11-20T07:00:00Z "FirstSeen of a new one is this run"

run list --format json
same "$(jq -r '[.[].DeviceName] | sort | join(" ")' "$out")" "arrives breaks stays" "the plain list holds neither resolved nor vanished"

# Another scope is another series.
detect "$b" --set scope.group=Beta --set limits.drop=100%
has "$out" "findings 1, new 1, persisting 0, resolved 0, vanished 0" "another scope is not compared with this one"
run runs --format json
same "$(jq length "$out")" 3 "three runs are kept"
run list --run 1 --format json
same "$(jq length "$out")" 5 "an earlier run can be listed"

# A host that vanishes without a word makes a drop that must not look like success.
new_tables "$work/c"
host "$work/c" 8 fine Alpha 0
now=2026-11-21T07:00:00Z
detect "$work/c" --set scope.group=Alpha
is 2 "findings that fell without resolution"
has "$out" "incomplete:" "the reason stands in the output"
done_here
