#!/bin/sh
# The closed loop on its bad days: the last host mended, a record closed by people, another store, another mode, files that are none.
. tests/headless/lib.sh

tickets=$work/t
a=$work/a
new_tables "$a"
for n in 1 2 3; do host "$a" $n srv-$n Alpha 1; done
fine=$work/fine
new_tables "$fine"
for n in 1 2 3; do host "$fine" $n srv-$n Alpha 0; done
# daily TABLES STORE [OPTION...]
daily() {
	folder=$1 at=$2
	shift 2
	run run --device-info "$folder/info.csv" --assessment "$folder/assessment.csv" --gathering "$folder/gathering.csv" \
		--store "$work/$at.db" --set limits.drop=100% --set markdown.folder="$tickets" "$@"
}
open_tickets() { grep -l '^state: "open"' "$tickets"/ROUSE-*.md 2>/dev/null | wc -l; }
anew() { rm -rf "$tickets" "$work"/*.db*; now=2026-11-20T07:00:00Z; }

# -- the last host is mended --

daily "$a" main
is 0 "three hosts"
now=2026-11-20T08:00:00Z
daily "$fine" main
is 0 "none is left"
has "$out" "ROUSE-0001 updated, read back: 0 hosts" "the open ticket is brought up to date all the same"
has "$out" "No server without active" "the digest says the same"
has "$out" "Ticket: ROUSE-0001 updated" "with its number"
has "$tickets/ROUSE-0001.md" '- srv-3: ' "the note names what was mended"
now=2026-11-20T09:00:00Z
daily "$fine" main
is 0 "the day after"
has "$out" "ROUSE-0001 is as it should be and stays unchanged: 0 hosts" "nothing is written"
now=2026-11-20T10:00:00Z
daily "$a" main
has "$out" "ROUSE-0001 updated, read back: 3 hosts" "and when they come back it is the same ticket"
sed -i 's/^state: "open"/state: "closed"/' "$tickets/ROUSE-0001.md"
now=2026-11-20T11:00:00Z
daily "$fine" main
is 0 "people closed it, and no host is left"
same "$(find "$tickets" -name 'ROUSE-*.md' | wc -l)" 1 "no ticket is opened for nothing"

# -- another store: what it does not know, it does not take away --

anew
daily "$a" server
run detect --device-info "$a/info.csv" --assessment "$a/assessment.csv" --gathering "$a/gathering.csv" --store "$work/laptop.db"
before=$(cat "$tickets/ROUSE-0001.md")
run ticket --where 'DeviceName == "srv-1"' --store "$work/laptop.db" --set markdown.folder="$tickets"
is 75 "a choice of hosts on a ticket that another store wrote"
has "$err" "take others off it" "is refused, and why"
same "$(cat "$tickets/ROUSE-0001.md")" "$before" "no host left the ticket"
run ticket --store "$work/laptop.db" --set markdown.folder="$tickets"
is 0 "all findings may be sent"
run ticket --where 'DeviceName == "srv-1"' --store "$work/laptop.db" --set markdown.folder="$tickets"
is 0 "and from then on a choice, too"
has "$tickets/ROUSE-0001.md" "srv-3" "which takes nobody off"

# -- another mode, scope or tenant is another ticket, and that is said --

anew
daily "$a" main
daily "$a" main --set tickets.mode=per-run
has "$err" "3 of the hosts are on ROUSE-0001 too" "another mode leaves the old ticket open, and says so"
daily "$a" main --set scope.group=alpha
has "$err" "3 of the hosts are on ROUSE-0001 too" "so does another scope"
daily "$a" main --set scope.group=alpha
lacks "$err" "of the hosts are on" "said once, when the new one is made"
same "$(open_tickets)" 3 "three tickets"
daily "$a" main --set links.tenant=contoso.example
daily "$a" main --set links.tenant=CONTOSO.example
same "$(open_tickets)" 4 "a tenant's name in capitals is the same tenant"
now=2026-11-20T08:00:00Z
daily "$a" main --set tickets.mode=per-run
lacks "$err" "on ROUSE-0002 too" "one ticket for each run is no surprise in that mode"
daily "$a" main --set tickets.hosts_max=many
has "$err" "hosts_max = many is no number" "a limit that is no number is no leave to send any number"

# -- people in the files --

anew
daily "$a" main
sed -i 1d "$tickets/ROUSE-0001.md"
daily "$a" other
is 65 "a ticket that lost its first lines, and a store that does not know it"
has "$err" "does not begin with the lines of a ticket" "is not passed over"
same "$(find "$tickets" -name 'ROUSE-*.md' | wc -l)" 1 "no second ticket is made"
anew
mkdir "$tickets"
echo x >"$tickets/ROUSE-999999999.md"
daily "$a" main
is 74 "numbers that are used up"
same "$(find "$tickets" -name 'ROUSE-*.md' | wc -l)" 1 "no ticket under a name that nobody finds again"

# -- hosts without a name, and hosts of one name --

anew
b=$work/b
new_tables "$b"
host "$b" 1 srv-1 Alpha 1
host "$b" 2 srv-1 Alpha 1
host "$b" 3 SRV-1 Alpha 1
host "$b" 4 '' Alpha 1
daily "$b" main
has "$out" "read back: 4 hosts" "each device is a host of its own"
c=$work/c
new_tables "$c"
host "$c" 1 srv-1 Alpha 1
now=2026-11-20T08:00:00Z
daily "$c" main --set limits.drop=100%
grep -qF -e '- (no name): ' "$tickets/ROUSE-0001.md"
verdict $? "one without a name is not gone without a word"

# -- a CMDB that is none --

mkfifo "$work/fifo"
run owners --set csv.file="$work/fifo" --store "$work/main.db"
is 2 "a pipe for a CSV file"
has "$err" "no file" "is refused and not waited for"
printf 'name,team\nsrv-1\0x,team-x\n' >"$work/nul.csv"
run owners --set csv.file="$work/nul.csv" --store "$work/main.db" --anew --format csv
lacks "$out" "team-x" "a name with a NUL is not the name before it"
is 2 "and its row is counted"
has "$err" "rows cannot be read" "in words"

done_here
