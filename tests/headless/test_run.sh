#!/bin/sh
# The daily job: detect, owners, ticket, digest; one at a time.
. tests/headless/lib.sh

tickets=$work/home/.local/state/rouse/tickets
a=$work/a
new_tables "$a"
host "$a" 1 srv-app-01 Alpha 1
host "$a" 2 srv-sql-01 Alpha 1
host "$a" 3 srv-fine Alpha 0
printf 'name,team,contact\nsrv-app-01,team-app,a@example.com\nsrv-sql-01,team-sql,s@example.com\n' >"$work/owners.csv"
daily() {
	run run --device-info "$a/info.csv" --assessment "$a/assessment.csv" --gathering "$a/gathering.csv" --set csv.file="$work/owners.csv" \
		--set limits.drop=100% "$@"
}
files() { find "$tickets" -name 'ROUSE-*.md' 2>/dev/null | wc -l; }

# -- a dry run leaves no trace --

daily --dry-run
is 0 "a dry run"
has "$out" "in scope 3: active 1, passive 2" "detects for real"
has "$out" "srv-sql-01" "prints the ticket"
has "$out" "team-sql" "with the teams"
[ ! -e "$store" ]
verdict $? "no store was made"
same "$(files)" 0 "no ticket"
check "nothing at all was written" sh -c "[ -z \"\$(find '$work/home' -type f)\" ]"

# -- for real --

daily
is 0 "the daily job"
same "$(head -n 1 "$out")" "in scope 3: active 1, passive 2, edr-block 0, passive-audit 0, disabled 0, unknown 0, unassessed 0" "the count line is first"
has "$out" "created" "the ticket"
has "$out" "ROUSE-0001" "its number stands in the digest too"
same "$(files)" 1 "one ticket"
run runs --format json
same "$(jq length "$out")" 1 "the run is kept"
daily
is 0 "the next one"
has "$out" "unchanged" "changes nothing"
same "$(files)" 1 "and makes no second ticket"

# -- incomplete, sent or held --

daily --set scope.canary=srv-canary
is 2 "an incomplete run is sent, and says so"
has "$out" "incomplete" "in the output"
daily --set scope.canary=srv-canary --set tickets.incomplete=hold
is 2 "or held"
has "$err" "nothing is sent" "which is said"
daily --set scope.canary=srv-canary --set tickets.incomplete=hold --send-incomplete
is 2 "and sent all the same when asked"

# -- what fails does not stop the rest --

daily --set csv.file="$work/none.csv" --anew
is 2 "a CMDB that cannot be asked"
has "$out" "ROUSE-0001" "the ticket goes out all the same"
daily --set notify.kind=command --set command.run='exit 3'
[ "$status" -ne 0 ]
verdict $? "a digest that fails is a failure"
has "$out" "unchanged" "but the ticket was written"
daily --set notify.kind=command --set command.run="cat >'$work/digest'"
is 0 "a digest to a command"
has "$work/digest" "ROUSE-0001" "has the number"
[ "$(wc -l <"$work/digest")" -lt 20 ]
verdict $? "and under 20 lines"
daily --set notify.kind=none
is 0 "no digest"
daily --set notify.kind=pigeon
is 78 "a place that does not exist"
lacks "$out" "in scope" "is said before anything is done"
daily --set tickets.kind=none
is 0 "no ticket system: the digest alone"

# -- one at a time --

daily --set notify.kind=command --set command.run="flock -n '$store.run.lock' true; echo \$? >'$work/locked'"
is 0 "the daily job has a lock"
same "$(cat "$work/locked")" 1 "that nobody else can have meanwhile"
exec 8>>"$store.run.lock"
flock -n 8
verdict $? "it is free afterwards"
daily
is 75 "a second one at the same time"
has "$err" "Another process is at work already" "says why"
exec 8>&-
daily
is 0 "and after it is gone"
done_here
