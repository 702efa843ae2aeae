#!/bin/sh
# Acceptances: recorded, listed, revoked; they end by date and by evidence, loudly, and for good. `rouse accept` on raw tables.
. tests/headless/lib.sh

a=$work/a
new_tables "$a"
host "$a" 1 srv-a.corp.example.com Alpha 1
host "$a" 2 srv-b.corp.example.com Alpha 1
host "$a" 3 fine.corp.example.com Alpha 0
host "$a" 4 twin.x.example.com Alpha 1
host "$a" 5 twin.y.example.com Alpha 2
host "$a" 6 BÜRO-6.example.com Alpha 1
detect "$a"
lacks "$out" "accepted" "no acceptance yet"

# A value of the store, or the sentence why there is none: so that a failure tells what it was.
ask() { sqlite3 -batch -cmd '.timeout 10000' "$store" "$1" 2>&1; }

# -- what is refused, and how --
refused() {   # STATUS TEXT WHAT ARG...
	code=$1 text=$2 what=$3
	shift 3
	run accept "$@"
	is "$code" "$what"
	one_sentence "$what"
	has "$err" "$text" "$what: the sentence"
}
refused 64 "HOST is missing" "a date alone" --until 2026-12-31
refused 64 "--until DATE and --reason TEXT are missing" "a host alone" srv-a
refused 64 "--reason TEXT is missing" "no reason" srv-a --until 30d
refused 64 "--until DATE is missing" "no date" srv-a --reason x
refused 64 "needs a reason" "a blank reason" srv-a --until 30d --reason "  "
refused 64 "--by is empty" "an empty name" srv-a --until 30d --reason x --by ""
refused 64 "is no date" "no date at all" srv-a --until soon --reason x
refused 64 "not in the future" "yesterday" srv-a --until 2026-11-19 --reason x
refused 64 "not in the future" "today" srv-a --until 2026-11-20 --reason x
refused 64 "allows until 2027-11-20" "too far away" srv-a --until 2027-11-21 --reason x
refused 64 "allows until 2026-11-27" "a limit of one's own" srv-a --until 8d --reason x --set limits.acceptance=7d
refused 64 "here are 2 words" "a reason without quotes" srv-a third --until 30d --reason x
refused 64 "name of 2 findings" "an ambiguous name" twin --until 30d --reason x
has "$err" "twin.y.example.com ($(id 5))" "the candidates are named"
refused 64 "is active in the newest run" "an active host" fine --until 30d --reason x
refused 66 "near it: srv-a.corp.example.com, srv-b.corp.example.com" "a name that is not there" srv-c --until 30d --reason x
refused 66 "is not an accepted host" "nothing to revoke at all" srv-a --revoke
refused 64 "do not go with it" "a revocation with a reason" srv-a --revoke --reason x
refused 64 "--format goes with the list" "a host with a format" srv-a --until 30d --reason x --format csv
refused 64 "longer than 1000 bytes" "a reason of 100 kB" srv-a --until 30d --reason "$(head -c 100000 /dev/zero | tr '\0' x)"
refused 66 "is not among" "a host name of 100 kB" "$(head -c 100000 /dev/zero | tr '\0' x)" --until 30d --reason x
run list --until 2026-12-31
is 64 "--until belongs to accept alone"
run list extra
is 64 "a word after another command"
run accept --format json
same "$(jq length "$out")" 0 "nothing was recorded by all that"

# -- recorded --
run accept srv-a --until 2026-12-31 --reason "third party antivirus" --by mk
is 0 "a host by its short name"
has "$out" "accepted srv-a.corp.example.com until 2026-12-31 by mk" "what was recorded is said"
run accept SRV-B.CORP.example.COM --until 2026-12-01T12:00:00Z --reason "$(printf '=cmd|\033[31mred\nline')" --by mk
is 0 "a host by its full name in other case, with a hostile reason"
run accept --reason vendor --until 4w -- "$(id 4 | tr a-f A-F)"
is 0 "a host by its DeviceId, after --"
run accept bÜro-6 --until 1d --reason short --by mk
is 0 "case is folded beyond ASCII"
run accept --format json
same "$(jq -r '.[] | select(.DeviceName == "twin.x.example.com") | .Who' "$out")" "$(command id -un 2>/dev/null || whoami)" "who took it: the login name"
same "$(jq -r '[.[] | .DaysLeft] | join(" ")' "$out")" "1 12 28 41" "days left, the nearest date first"
same "$(jq -r '.[] | select(.Who == "mk" and (.Reason | startswith("=cmd"))) | .Reason' "$out")" "$(printf '=cmd|\033[31mred\nline')" "JSON keeps the reason exactly"
run accept
check "the table shows no control character" sh -c "! LC_ALL=C grep -q '[[:cntrl:]]' '$out'"
has "$out" 'x1b[31mred\x0aline' "it shows them made visible"
has "$out" "ENDS SOON" "what ends within 7 days is loud"
same "$(sed -n 2p "$out" | cut -d ' ' -f1)" "BÜRO-6.example.com" "and first"
has "$err" "4 in force, 1 ends within 7 days" "the counts"
run accept --format csv
has "$out" "\"'=cmd" "CSV is safe from formulas"
run accept --format jsonl
same "$(jq -s length "$out")" 4 "JSON lines"

run list --format json
same "$(jq -r '[.[].DeviceName] | join(" ")' "$out")" "twin.y.example.com" "accepted hosts are out of the default list"
has "$err" "4 accepted findings are left out" "and it says so"
run list --all --format json
same "$(jq -r '[.[] | select(.AcceptedUntil != null) | .AcceptedUntil] | sort | join(" ")' "$out")" \
	"2026-11-21T00:00:00Z 2026-12-01T12:00:00Z 2026-12-18T00:00:00Z 2026-12-31T00:00:00Z" "--all shows them with their date"

# -- revoked, replaced --
run accept srv-b --revoke --by jo
is 0 "an acceptance is revoked"
run accept srv-b --revoke --by jo
is 66 "once"
has "$err" "not in force any more: revoked" "and says what happened"
run accept srv-a --until 2026-12-20 --reason "a shorter one" --by jo
run accept --format json
same "$(jq -r '[.[] | select(.DeviceName | startswith("srv-a")) | .State] | join(" ")' "$out")" "in force revoked" "the newest decision counts"
same "$(jq -r '[.[] | select(.EndedWhy != null) | .EndedWhy] | sort | join(", ")' "$out")" "by jo, replaced by jo" "who ended them"
same "$(ask "select count(*) from audit where action like 'accept%'")" 6 "each has a line in the audit trail"

# -- the day it expires --
now=2026-11-21T07:00:00Z
detect "$a" --set limits.freshness=90d --set limits.silence=90d
has "$out" "acceptance ended: BÜRO-6.example.com: expired on 2026-11-21 (accepted by mk: short)" "it comes back loudly"
has "$out" "accepted 2" "the others stay accepted"
run list --format json
same "$(jq -r '[.[].DeviceName] | sort | join(" ")' "$out")" "BÜRO-6.example.com srv-b.corp.example.com twin.y.example.com" "it is in the list again"
same "$(ask 'select name from finding where key >> 32 = 2 and altered')" BÜRO-6.example.com "its row counts as altered"
same "$(ask "select \"end\" from acceptance where host like 'B%'")" expired "the store has it as ended"
run accept
has "$out" "EXPIRED" "the list says so first"
detect "$a" --set limits.freshness=90d --set limits.silence=90d
lacks "$out" "acceptance ended" "and only once"

# -- what speaks against it --
run accept "$(id 5)" --until 2026-12-20 --reason doubtful --by jo
lacks "$err" "rouse:" "nothing is said against a passive host that nobody looked at for another antivirus"
run accept "$(id 5)" --revoke --by jo
b=$work/b
new_tables "$b"
host "$b" 7 bare.example.com Alpha 1
info "$b" 8 none.example.com Alpha
host "$b" 9 kept.example.com Alpha 1
{
	echo 'DeviceId,SoftwareVendor,SoftwareName'
	echo "$(id 9),sentinelone,sentinel_agent"
} >"$b/software.csv"
detect "$b" --software "$b/software.csv"
run accept bare --until 2026-12-20 --reason x --by jo --quiet
is 0 "a host that nothing protects is accepted"
same "$(cat "$err")" "rouse: no other antivirus was seen on bare.example.com; it is accepted all the same." "and that is said, with --quiet too"
run accept none --until 2026-12-20 --reason x --by jo
has "$err" "none.example.com is not assessed; it is accepted all the same." "an unassessed one too"
run accept kept --until 2026-12-20 --reason x --by jo
same "$(cat "$err")" "" "nothing of a host with another antivirus"
done_here
