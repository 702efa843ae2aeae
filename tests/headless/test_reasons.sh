#!/bin/sh
# Each reason of incompleteness, from an estate that has it: in the text, on stderr, in the exit status and in the store; data stays data.
. tests/headless/lib.sh
. tests/data/reasons.sh

# told FOLDER: detects in a store of its own.
told() {
	# shellcheck disable=SC2046 # words without blanks
	run $(reason_words "$1") --store "$work/$reason.db"
}

reason=none
reason_estate none "$work/none"
told "$work/none/now"
is 0 "the same estate without a fault is complete"
lacks "$out" "incomplete:" "and says nothing of incompleteness"
run list --format table --store "$work/none.db"
lacks "$out" INCOMPLETE "a list of a complete run does not either"

for reason in $all_reasons; do
	reason_estate "$reason" "$work/$reason"
	if [ -d "$work/$reason/before" ]; then
		now=2026-11-19T07:00:00Z
		sed -i 's/2026-11-20/2026-11-19/g' "$work/$reason/before/"*.csv
		told "$work/$reason/before"
		is 0 "$reason: the run before is complete"
		now=2026-11-20T07:00:00Z
	fi
	told "$work/$reason/now"
	is 2 "$reason"
	grep -q '^incomplete: .*\.$' "$out"
	verdict $? "$reason: stands below the count line"
	grep -q '^rouse: incomplete: .*\.$' "$err"
	verdict $? "$reason: stands on stderr, with the mend"
	same "$(sqlite3 "$work/$reason.db" "select group_concat(distinct name) from reason where run = (select max(id) from run)")" "$reason" \
		"$reason: is what the store holds, and nothing else"
	same "$(sqlite3 "$work/$reason.db" 'select complete from run order by id desc limit 1')" 0 "$reason: the run is kept as incomplete"
	run list --format table --store "$work/$reason.db"
	is 2 "$reason: list"
	head -n 1 "$out" | grep -q '^INCOMPLETE: '
	verdict $? "$reason: a table begins with it"
	has "$out" "$(sqlite3 "$work/$reason.db" 'select sentence from reason order by run desc limit 1')" "$reason: the reason stands above the rows"
	run list --all --format json --store "$work/$reason.db"
	is 2 "$reason: list --format json"
	check "$reason: JSON is JSON" jq -e 'type == "array" and length > 0' "$out"
	run list --all --format csv --store "$work/$reason.db"
	lacks "$out" INCOMPLETE "$reason: CSV is data alone"
	run runs --format json --store "$work/$reason.db"
	same "$(jq -r '.[0].Reasons | map(.id) | unique | join(" ")' "$out")" "$reason" "$reason: runs names it"
done

# What a colleague may try. A canary by short name, full name and letter case; an accepted one; two of a name.
reason=tricks
reason_estate none "$work/tricks"
for canary in SRV-1 srv-2; do
	# shellcheck disable=SC2046
	run $(reason_words "$work/tricks/now") --set "scope.canary=$canary"
	is 0 "the canary $canary is found"
	has "$out" "canary: $canary is found: passive" "and that is said"
done
run accept srv-1 --until 2026-12-01 --reason 'known to be bad'
is 0 "the canary is accepted"
# shellcheck disable=SC2046
run $(reason_words "$work/tricks/now")
is 0 "a canary that is accepted is still found"
has "$out" "accepted 1" "and still accepted"
# shellcheck disable=SC2046
run $(reason_words "$work/tricks/now") --set 'scope.canary=""'
is 2 "a canary without a name"
# shellcheck disable=SC2046
run $(reason_words "$work/tricks/now") --set 'scope.group=""'
is 2 "a group without a name"
# shellcheck disable=SC2046
run $(reason_words "$work/tricks/now") --set scope.group=ALPHA
is 0 "a group that is configured twice is one"
# shellcheck disable=SC2046
run $(reason_words "$work/tricks/now") --set scope.os_platform=WindowsServer --set scope.os_platform=WindowsServr
is 2 "an OS platform that matches nothing"
has "$out" '"WindowsServr" matched no device' "is named"

cp -r "$work/tricks/now" "$work/platform"
echo "2026-11-20T05:00:00Z,$(id 11),srv-11, WindowsServer2022,Alpha,Onboarded,Active" >>"$work/platform/info.csv"
# shellcheck disable=SC2046
run $(reason_words "$work/platform")
is 0 "a platform that is written almost as configured is no reason"
has "$out" 'platforms: 1 device is not in scope though OSPlatform is written almost as configured, as " WindowsServer2022"' "but is named"
cp -r "$work/tricks/now" "$work/group"
echo "2026-11-20T05:00:00Z,$(id 11),srv-11,WindowsServer2022,Alpha ,Onboarded,Active" >>"$work/group/info.csv"
# shellcheck disable=SC2046
run $(reason_words "$work/group")
is 0 "a group that is written almost as configured is no reason"
has "$out" "groups: 1 server is in 1 machine group whose name nearly matches the scope" "but is named"

# Guards that are switched off are named each time, by detect and by doctor.
# shellcheck disable=SC2046
run $(reason_words "$work/tricks/now") --set limits.drop=100% --set limits.unreadable=100% --set limits.unenriched=100% --set limits.freshness=36500d \
	--set limits.silence=36500d --set limits.acceptance=367d
is 0 "guards that are off are no reason"
for name in drop unreadable unenriched freshness silence acceptance; do
	has "$out" "guard: [limits] $name is" "detect: $name is named"
done
run doctor --set limits.drop=100% --set limits.freshness=36500d
has "$out" "[limits] drop is 100.00 %" "doctor names the share"
has "$out" "[limits] freshness is 36500d" "doctor names the span"
# shellcheck disable=SC2046
run $(reason_words "$work/tricks/now")
lacks "$out" "guard:" "the defaults guard"

# The clock: ROUSE_NOW in the past makes the data lie in the future; a little in the past is at least said.
now=2026-11-10T07:00:00Z
# shellcheck disable=SC2046
run $(reason_words "$work/tricks/now") --store "$work/past.db"
is 2 "a clock of the past"
has "$out" "after this run" "the rows are dated after the run"
has "$out" "clock: ROUSE_NOW" "a clock that is held still is named"
now=2030-01-01T00:00:00Z
# shellcheck disable=SC2046
run $(reason_words "$work/tricks/now") --store "$work/future.db"
is 2 "a clock of the future"
now=2026-11-20T07:00:00Z
# shellcheck disable=SC2046
run $(reason_words "$work/tricks/now") --store "$work/future.db"
is 2 "a run before its baseline"

# Another tenant's witnesses; an inventory that covers nobody.
mkdir "$work/tenant"
cp "$work/tricks/now/"* "$work/tenant"
sed -i 's/,00000000/,99999999/' "$work/tenant/assessment.csv" "$work/tenant/gathering.csv"
# shellcheck disable=SC2046
run $(reason_words "$work/tenant")
is 2 "witnesses of another tenant"
has "$out" "unassessed 10" "no server is good by that"
cp -r "$work/tricks/now" "$work/bare"
printf 'DeviceId,SoftwareVendor,SoftwareName\n%040x,sophos,endpoint_agent\n%040x,example,tool\n' 1 2 >"$work/bare/software.csv"
# shellcheck disable=SC2046
run $(reason_words "$work/bare") --store "$work/bare.db"
is 0 "an inventory of few hosts is no reason"
has "$out" "8 none of any software" "hosts without a row of any software are counted"
has "$out" "covers fewer than half" "an inventory of few hosts is named"
run list --format json --store "$work/bare.db" --columns DeviceName,Flags,OtherAv
same "$(jq -r '[.[] | select(.Flags | index("no-other-av")) | .DeviceName] | sort | join(" ")' "$out")" "srv-2 srv-3 srv-4" \
	"hosts without another antivirus, with and without rows of the inventory"
same "$(jq -r '.[-1] | .DeviceName + " " + .OtherAv' "$out")" "srv-1 Sophos" "findings that nothing protects stand first"

# A scope that changes begins anew: the run that it hides is named.
# shellcheck disable=SC2046
run $(reason_words "$work/tricks/now") --store "$work/scope.db"
# shellcheck disable=SC2046
run $(reason_words "$work/tricks/now") --set scope.group=ALPHA --set scope.group=Alpha --store "$work/scope.db"
lacks "$out" "other scope:" "the same scope in other words is the same series"
servers "$work/tricks/now" 11 12 0 Beta
# shellcheck disable=SC2046
run $(reason_words "$work/tricks/now" | sed 's/scope.group=Alpha/scope.group=Beta/; s/scope.canary=srv-1/links.tenant=x/') --store "$work/scope.db"
has "$out" "other scope: run 2 of 2026-11-20T07:00:00Z had 10 servers in scope and 4 findings; this one has 2 and 0" "a change of scope is named"

# A second run over the same cut table does not heal the fall; the last complete run is eight days old before it does.
new_estate "$work/cut"
servers "$work/cut" 1 20 1
cp -r "$work/cut" "$work/whole"
servers "$work/whole" 21 40 1
# shellcheck disable=SC2046
run $(reason_words "$work/whole") --store "$work/cut.db"
is 0 "forty findings"
for now in 2026-11-20T08:00:00Z 2026-11-21T07:00:00Z 2026-11-28T07:00:00Z; do
	# shellcheck disable=SC2046
	run $(reason_words "$work/cut") --store "$work/cut.db"
	is 2 "half of them are gone, seen at $now"
done
has "$out" "incomplete: Findings fell from 40 in run 1, the last complete one, to 20, and only 0 are resolved since" "the fall is told again"
has "$out" "incomplete: Run 1, the last complete one, had 40 servers in scope, this one has 20" "and that servers are gone"
now=2026-11-28T07:00:01Z
# shellcheck disable=SC2046
run $(reason_words "$work/cut") --store "$work/cut.db" --set limits.silence=30d
lacks "$out" "Findings fell" "after that it is the state of things"
has "$out" "last complete run: run 1" "and the last complete run is still named"
now=2026-11-20T07:00:00Z

# Merged records whose target nobody knows: those that would be findings are named, five of them.
cp -r "$work/tricks/now" "$work/astray"
sed -i '1s/$/,MergedToDeviceId/; 2,$s/$/,/' "$work/astray/info.csv"
for n in 1 2 3 4 5 6 7 8; do
	case $n in 2) mode=0 ;; *) mode=1 ;; esac
	case $n in 3) group=Beta ;; *) group=Alpha ;; esac
	echo "2026-11-20T05:00:00Z,$(printf '%040x' $((n + 50))),lost-$n,WindowsServer2022,$group,Onboarded,Active,$(printf '%040x' 999)"
	echo "2026-11-20T04:00:00Z,$(printf '%040x' $((n + 50))),\"{\"\"AvMode\"\":\"\"$mode\"\"}\"" >>"$work/astray/gathering.csv"
done >>"$work/astray/info.csv"
# shellcheck disable=SC2046
run $(reason_words "$work/astray")
is 0 "merged records are dropped"
has "$out" "merged astray 8: the record they were merged into is not in the estate; servers of a group in scope and not active by their witness, 6: lost-1, lost-4, lost-5, lost-6, lost-7, ..." \
	"and named when they would be findings"

# Evidence that is old, devices that DeviceInfo does not know: told even where they are few.
cp -r "$work/tricks/now" "$work/few"
sed -i 's/^2026-11-20T0[34]\(.*000[56],\)/2026-10-01T03\1/' "$work/few/assessment.csv" "$work/few/gathering.csv"
sed -i '/000a,srv-10/d' "$work/few/info.csv"
# shellcheck disable=SC2046
run $(reason_words "$work/few")
is 0 "two stale servers and a device without inventory are no reason"
has "$out" "stale: 2 servers, 2 of them active on evidence older than 8d" "but are told: stale"
has "$out" "not in DeviceInfo: 1 device with a witness row, 0 of them not active by it" "and without inventory"

# Below an incomplete baseline the last complete run is named.
# shellcheck disable=SC2046
run $(reason_words "$work/servers-dropped/now") --store "$work/servers-dropped.db"
is 0 "a day later the fall is over"
has "$out" "last complete run: run 1 of 2026-11-19T07:00:00Z had 30 servers in scope and 20 findings" "and the last complete run is named"
# A list that nobody made for days says so; one that was asked for by its number does not.
now=2026-11-22T07:00:00Z
run list --store "$work/none.db"
lacks "$err" "old." "two days are no age"
now=2026-11-22T07:00:01Z
for words in list 'list -q' groups accept; do
	# shellcheck disable=SC2086
	run $words --store "$work/none.db"
	has "$err" "rouse: run 1 is 2d old." "$words: the age of the newest run"
done
run list --run 1 --store "$work/none.db"
lacks "$err" " old." "not with --run"
run doctor --store "$work/none.db"
has "$out" "run 1 is 2d old." "doctor warns"
run list -q --store "$work/none.db" --set scope.group=Beta
has "$err" "run 1 was made with another scope" "another scope is said with -q too"
done_here
