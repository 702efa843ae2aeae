#!/bin/sh
# The one ticket of a run, in a folder of Markdown files: made, brought up to date, never twice.
. tests/headless/lib.sh

tickets=$work/home/.local/state/rouse/tickets
a=$work/a
new_tables "$a"
host "$a" 1 srv-app-01 Alpha 1
host "$a" 2 srv-sql-01 Alpha 1
host "$a" 3 srv-sql-02 Alpha 2
host "$a" 4 'srv-[x](https://evil.example)' Alpha 1
host "$a" 5 srv-fine Alpha 0
cat >"$work/owners.csv" <<'END'
name,team,contact
srv-app-01,team-app,app@example.com
srv-sql-01,team-sql,sql@example.com
srv-sql-02,team-sql,sql@example.com
END
detect() {
	run detect --device-info "$1/info.csv" --assessment "$1/assessment.csv" --gathering "$1/gathering.csv" --set limits.drop=100%
}
ticket() { run ticket --set csv.file="$work/owners.csv" "$@"; }
files() { find "$tickets" -name 'ROUSE-*.md' 2>/dev/null | wc -l; }
body() { cat "$tickets"/ROUSE-0001.md 2>/dev/null; }

run ticket
is 66 "without a run there is no ticket"
detect "$a"

# -- a dry run --

before=$(store_sum)
ticket --dry-run
is 0 "a dry run"
has "$out" "srv-app-01" "shows the hosts"
same "$(files)" 0 "and writes no ticket"
same "$(store_sum)" "$before" "nor anything in the store"

# -- made, and made once --

ticket
is 0 "the ticket"
has "$out" "created" "it was created"
has "$out" "4 hosts" "with every finding"
same "$(files)" 1 "one file"
for host in srv-app-01 srv-sql-01 srv-sql-02 team-sql team-app; do
	body | grep -q "$host"
	verdict $? "$host is on the ticket"
done
! body | grep -qF '[x](https://evil.example)'
verdict $? "a host name is no link"
body | grep -q '^correlation: "rouse-[0-9a-f]\{12\}"$'
verdict $? "it carries its key"
ticket
is 0 "the same again"
has "$out" "unchanged" "changes nothing"
same "$(files)" 1 "still one file"
run list --columns DeviceName,Ticket --format csv
has "$out" "srv-app-01,ROUSE-0001" "each row has its number"

# -- the next morning: one more, one fixed --

b=$work/b
new_tables "$b"
now=2026-11-21T07:00:00Z
host "$b" 1 srv-app-01 Alpha 0
host "$b" 2 srv-sql-01 Alpha 1
host "$b" 3 srv-sql-02 Alpha 2
host "$b" 4 'srv-[x](https://evil.example)' Alpha 1
host "$b" 6 srv-new-01 Alpha 1
sed -i 's/2026-11-20/2026-11-21/g' "$b"/*.csv
detect "$b"
ticket
is 0 "the next morning"
has "$out" "updated" "the open ticket is brought up to date"
same "$(files)" 1 "and stays the only one"
body | grep -q srv-new-01
verdict $? "the new host is on it"
body | sed -n '/^## Work notes/,$p' | grep -q 'srv-app-01'
verdict $? "the note says who is gone"

# -- a choice joins, it does not take away --

printf '# today\nSRV-NEW-01\nsrv-nowhere\n' >"$work/hosts"
ticket --hosts "$work/hosts"
is 2 "a host that is no finding is said"
has "$err" "srv-nowhere" "by its name"
body | grep -q srv-sql-01
verdict $? "hosts that are on it stay on it"
ticket --hosts "$work/none"
is 66 "a file of hosts that is not there"
ticket --where 'DeviceName == "nobody"'
is 64 "an empty choice sends nothing"
ticket --where 'nonsense =='
is 64 "a wrong expression"

# -- closed by people: the next one --

sed -i 's/^state: "open"$/state: closed/' "$tickets/ROUSE-0001.md"
ticket
is 0 "after people closed it"
has "$out" "created" "another is opened"
same "$(files)" 2 "two files, one open"
same "$(grep -l '^state: "open"$' "$tickets"/ROUSE-*.md | wc -l)" 1 "one is open"

# -- one for each team --

ticket --set tickets.children=owner
is 0 "one below it for each team"
[ "$(files)" -ge 3 ]
verdict $? "there are children"

# -- what stops a send --

ticket --set tickets.kind=none
is 78 "no ticket system"
ticket --set tickets.hosts_max=2
is 64 "more hosts than allowed"
has "$err" "hosts_max" "it names the option"
chmod 500 "$tickets"
if [ "$(command id -u)" -ne 0 ]; then
	ticket --title "Another title"
	[ "$status" -ne 0 ]
	verdict $? "a folder that cannot be written is a failure"
fi
chmod 700 "$tickets"

# -- an incomplete run says so first --

run detect --device-info "$b/info.csv" --assessment "$b/assessment.csv" --gathering "$b/gathering.csv" --set scope.canary=srv-canary
is 2 "an incomplete run"
ticket --set scope.canary=srv-canary
is 2 "is sent, and the exit status says it"
newest=$(grep -l '^state: "open"$' "$tickets"/ROUSE-*.md | xargs grep -l '^parent: ""$' | head -n 1)
grep -qi 'incomplete' "$newest"
verdict $? "the ticket says that it is incomplete"

# -- and takes nobody off: what it does not tell of stays --

c=$work/c
new_tables "$c"
host "$c" 2 srv-sql-01 Alpha 1
host "$c" 6 srv-new-01 Alpha 0
sed -i 's/2026-11-20/2026-11-21/g' "$c"/*.csv
grep -q srv-sql-02 "$newest"
verdict $? "a host is on the ticket"
run detect --device-info "$c/info.csv" --assessment "$c/assessment.csv" --gathering "$c/gathering.csv" --set scope.canary=srv-canary
is 2 "an incomplete run that does not tell of it"
ticket --set scope.canary=srv-canary
is 2 "is sent"
grep 'srv-sql-02' "$newest" | grep -q 'not in this run, which is incomplete'
verdict $? "the host stays, and the ticket says why"
! sed '/^## Work notes/,$d' "$newest" | grep -q '| .*srv-new-01'
verdict $? "one that is active now goes"
detect "$c"
ticket
! sed '/^## Work notes/,$d' "$newest" | grep -q srv-sql-02
verdict $? "a complete run takes it off"
sed -n '/^## Work notes/,$p' "$newest" | grep -q srv-sql-02
verdict $? "and the note names it"
done_here
