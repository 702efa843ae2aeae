#!/bin/sh
# The loop with ServiceNow, Jira Cloud and Jira Data Center: what rouse says of a ticket is what the system holds.
. tests/headless/lib.sh
. tests/headless/services.sh

a=$work/a b=$work/b long=$work/long
new_tables "$a"
host "$a" 1 srv-app-01 Alpha 1
host "$a" 2 srv-sql-01 Alpha 1
host "$a" 3 srv-sql-02 Alpha 2
host "$a" 4 srv-lost Alpha 1
host "$a" 5 srv-fine Alpha 0
new_tables "$b"
host "$b" 1 srv-app-01 Alpha 0
host "$b" 2 srv-sql-01 Alpha 1
host "$b" 3 srv-sql-02 Alpha 2
host "$b" 4 srv-lost Alpha 1
host "$b" 6 srv-sql-03 Alpha 1
sed -i 's/2026-11-20/2026-11-21/g' "$b"/*.csv
new_tables "$long"
seq 600 | awk -v dir="$long" '{
	id = sprintf("%040x", $1); name = sprintf("srv-long-%04d.corp.example.com", $1)
	print "2026-11-20T05:00:00Z," id "," name ",WindowsServer2022,10.0.20348,Alpha," $1 ",Onboarded,Active,0," >>(dir "/info.csv")
	print "2026-11-20T04:00:00Z,2026-11-20T04:00:00Z," id ",x,WindowsServer2022,\"{\"\"AvMode\"\":\"\"1\"\"}\"" >>(dir "/gathering.csv")
	print "2026-11-20T03:00:00Z," id ",x,WindowsServer2022,scid-2010,Security controls,Antivirus,9,0,1,\"[[\"\"1\"\"]]\",0" >>(dir "/assessment.csv")
}'
cat >"$work/cmdb.csv" <<'END2'
name,fqdn,support_group,assignment_group,managed_by_group,operational_status
srv-app-01,,Team App,,,1
SRV-SQL-01,,,Team SQL,,1
srv-sql-02,,Team SQL,,,1
srv-sql-03,,Team SQL,,,1
END2
services --cmdb "$work/cmdb.csv"

# the_day SYSTEM [LINE...]
the_day() {
	owners=servicenow
	system "$@" 'unowned = Windows Platform'
	now=2026-11-20T07:00:00Z
	reset
	morning "$a"

	# -- nothing is written by a dry run --
	loop ticket --dry-run
	is 0 "$kind: a dry run"
	same "$(tickets length)" 0 "$kind: writes nothing"
	told '.[] | select(.method != "GET") | .address' >"$work/asked"
	! grep -v -e oauth_token -e '/search' -e /api/now/v1/batch "$work/asked" >/dev/null
	verdict $? "$kind: and asks only for owners"
	has "$out" srv-sql-01 "$kind: it shows the text"

	# -- made, and made once --
	loop ticket
	is 0 "$kind: a ticket"
	names='srv-app-01 srv-sql-01 srv-sql-02 srv-lost'
	agree created 4 "$kind"
	lacks "$work/text" srv-fine "$kind: what is fine is not on it"
	case $kind in
	servicenow) same "$(one .team)" "Team SQL" "$kind: it goes to the team of most hosts" ;;
	*) same "$(one .team)" "team-team-sql" "$kind: it goes to the team of most hosts" ;;
	esac
	same "$(one '.notes | length')" 0 "$kind: no note on a new one"
	writes=$(told '[.[] | select(.method == "PATCH" or .method == "PUT")] | length')
	loop ticket
	is 0 "$kind: the same again"
	has "$out" "stays unchanged: 4 hosts" "$kind: is unchanged"
	same "$(told '[.[] | select(.method == "PATCH" or .method == "PUT")] | length')" "$writes" "$kind: and nothing is written"
	loop list --columns DeviceName,Ticket --format csv
	has "$out" "srv-app-01,$(one .number)" "$kind: each row has its number"

	# -- the next morning --
	now=2026-11-21T07:00:00Z
	next_morning "$b"
	loop ticket
	is 0 "$kind: the next morning"
	names='srv-sql-01 srv-sql-02 srv-sql-03 srv-lost'
	agree updated 4 "$kind"
	lacks "$work/text" srv-app-01 "$kind: who is mended is off it"
	same "$(one '.notes | length')" 1 "$kind: one note"
	one '.notes[0]' >"$work/note"
	for name in srv-app-01 srv-sql-03; do has "$work/note" $name "$kind: the note names $name"; done
	loop ticket
	has "$out" "stays unchanged" "$kind: and once more nothing changes"
	same "$(tickets '.[0].notes | length')" 1 "$kind: still one note"

	# -- a store that knows nothing finds it --
	cp -r "$work/home" "$work/home.kept"
	rm -rf "$work/home"
	mkdir "$work/home"
	next_morning "$b"
	loop ticket
	is 0 "$kind: from another store"
	has "$out" "$(one .number) " "$kind: it names the ticket that is there"
	lacks "$out" created "$kind: and makes no other"
	same "$(tickets length)" 1 "$kind: the same ticket"
	rm -rf "$work/home"
	mv "$work/home.kept" "$work/home"

	# -- closed by people --
	close_by_hand "$(one .id)"
	loop ticket
	is 0 "$kind: after people closed it"
	agree created 4 "$kind: another"
	same "$(tickets length)" 2 "$kind: the closed one stays"

	# -- one for each team --
	loop ticket --set tickets.children=owner
	is 0 "$kind: one below it for each team"
	same "$(tickets '[.[] | select(.parent != "")] | length')" 1 "$kind: there is one team"
	tickets '.[] | select(.parent != "") | .text' >"$work/text"
	has "$work/text" srv-sql-03 "$kind: with its hosts"
	lacks "$work/text" srv-lost "$kind: and no others"
	loop ticket --set tickets.children=owner
	is 0 "$kind: and again"
	same "$(tickets '[.[] | select(.parent != "")] | length')" 1 "$kind: still one child"

	# -- one for each run --
	loop ticket --set tickets.mode=per-run
	is 0 "$kind: one for this run"
	tickets '[.[] | select(.open and .parent == "")] | last' >"$work/one.json"
	same "$(tickets '[.[] | select(.open and .parent == "")] | length')" 2 "$kind: beside the rolling one"
	close_by_hand "$(one .id)"
	loop ticket --set tickets.mode=per-run
	is 0 "$kind: a closed one of the run counts"
	has "$out" "is closed; the record of a run is made once" "$kind: and that is said"

	# -- a long list --
	reset
	now=2026-11-20T07:00:00Z
	morning "$long"
	loop ticket --set servicenow.description_max=8000
	is 0 "$kind: a long list"
	names=srv-long-0001
	agree created 600 "$kind: a long list"
	[ "$(wc -c <"$work/text")" -lt 40000 ] && [ "$(grep -c srv-long- "$work/text")" -lt 600 ]
	verdict $? "$kind: the text is within the limit ($(wc -c <"$work/text") bytes)"
	same "$(one '.files | length')" 1 "$kind: one file"
	file=$(one '.files[0].name')
	case $kind in
	servicenow)
		at=$(curl -s -u 'svc-rouse:right-password~1' "$base/api/now/attachment?sysparm_query=file_name=$file" | jq -r '.result[0].sys_id')
		curl -s -u 'svc-rouse:right-password~1' "$base/api/now/attachment/$at/file" >"$work/file.csv" ;;
	*)  rm -f "$work/file.csv" ;;
	esac
	[ ! -e "$work/file.csv" ] || same "$(grep -c srv-long- "$work/file.csv")" 600 "$kind: it has every host"
	[ "$(one '.files[0].bytes')" -gt 30000 ]
	verdict $? "$kind: it is as long as 600 hosts are"
}
the_day servicenow
the_day cloud
the_day center

# -- the daily job, and where the digest goes --

for place in teams slack; do
	reset
	morning "$a"
	notify=$place
	system servicenow
	loop run --device-info "$a/info.csv" --assessment "$a/assessment.csv" --gathering "$a/gathering.csv"
	is 0 "the daily job with $place"
	number=$(tickets '.[0].number')
	same "$(records ".${place} | length")" 1 "$place: one message"
	records ".${place}[0].body" >"$work/text"
	same "$(records ".${place}[0].shown")" true "$place: people see it: $(records ".${place}[0].why")"
	has "$work/text" "$number" "$place: with the ticket's number"
	has "$work/text" "Team SQL" "$place: and the teams"
	same "$(told '[.[] | select(.method == "POST" and (.service == "teams" or .service == "slack" or (.address | startswith("/api/now/table/incident?")))) | .service] | join(" ")')" \
		"servicenow $place" "$place: after the ticket"
done
done_here
