#!/bin/sh
# Thousands of findings (HOSTS=10000: that many) against a CMDB that takes 50 ms for each answer: owners in few requests, the ticket and the digest within their limits, in little
# time; and names that cannot be asked for are counted.
. tests/headless/lib.sh
. tests/headless/services.sh
count=${HOSTS:-3000}

a=$work/a
new_tables "$a"
# Of a hundred hosts 98 are in the CMDB, one has no team, one is there twice; each thousandth has a name that no query can hold.
seq "$count" | awk -v dir="$a" '
BEGIN { print "name,fqdn,support_group,operational_status" >(dir "/cmdb.csv") }
{
	id = sprintf("%040x", $1)
	name = $1 % 1000 == 7 ? sprintf("srv^%05d", $1) : sprintf("SRV-%05d", $1)
	team = sprintf("Team %02d", $1 % 40)
	print "2026-11-20T05:00:00Z," id "," name ".corp.example.com,WindowsServer2022,10.0.20348,Alpha," $1 ",Onboarded,Active,0," >>(dir "/info.csv")
	print "2026-11-20T04:00:00Z,2026-11-20T04:00:00Z," id ",x,WindowsServer2022,\"{\"\"AvMode\"\":\"\"1\"\"}\"" >>(dir "/gathering.csv")
	print "2026-11-20T03:00:00Z," id ",x,WindowsServer2022,scid-2010,Security controls,Antivirus,9,0,1,\"[[\"\"1\"\"]]\",0" >>(dir "/assessment.csv")
	if ($1 % 50 == 1)
		next
	print tolower(name) "," ($1 % 2 ? tolower(name) ".corp.example.com" : "") "," ($1 % 100 == 2 ? "" : team) ",1" >>(dir "/cmdb.csv")
	if ($1 % 100 == 4)
		print tolower(name) ",,Another Team,1" >>(dir "/cmdb.csv")
}'
services --cmdb "$a/cmdb.csv" --ms 50
owners=servicenow
notify=teams
hurry=1
system servicenow
began=$(date +%s%N)
loop run --device-info "$a/info.csv" --assessment "$a/assessment.csv" --gathering "$a/gathering.csv"
took=$((($(date +%s%N) - began) / 1000000))
is 2 "the daily job with $count findings, some of which cannot be asked about"
owners_line=$(grep '^rouse: owners of' "$err")
asked=$(told '[.[] | select(.address | test("batch|cmdb_ci"))] | length')
echo "# $count findings, 50 ms an answer: $took ms in all, $asked requests for owners, $(told length) in all; $owners_line"
[ "$asked" -le $((count / 50)) ]
verdict $? "owners: $asked requests, at most one for fifty hosts"
[ "$took" -lt 60000 ]
verdict $? "under a minute: $took ms"
has "$err" "$((count / 1000)) not asked about" "names that cannot be asked for are counted"
# Every state adds up to all findings.
loop owners --format csv
cut -d, -f2 "$out" | sed 1d | sort | uniq -c >"$work/states"
same "$(awk '{ n += $1 } END { print n }' "$work/states")" "$count" "each host has one state: $(xargs <"$work/states")"
same "$(awk '$2 == "unknown" { print $1 }' "$work/states")" $((count / 50)) "those that are not in the CMDB are unknown"
same "$(awk '$2 == "unowned" { print $1 }' "$work/states")" $((count / 100)) "those without a team are unowned"
same "$(awk '$2 == "ambiguous" { print $1 }' "$work/states")" $((count / 100)) "those that are there twice are ambiguous"
same "$(tickets length)" 1 "one ticket"
tickets '.[0]' >"$work/one.json"
same "$(one '.files | length')" 1 "with the list attached"
[ "$(one '.text | length')" -le 32000 ]
verdict $? "its text is within the limit: $(one '.text | length')"
same "$(records '.teams | length')" 1 "one digest"
same "$(records '.teams[0].shown')" true "which people see: $(records '.teams[0].why')"
[ "$(records '.teams[0].bytes')" -lt 28000 ]
verdict $? "it is short: $(records '.teams[0].bytes') bytes"

# The next morning what is known is not asked for again.
post __faults '[]'
before=$(told '[.[] | select(.address | test("batch|cmdb_ci"))] | length')
loop run --device-info "$a/info.csv" --assessment "$a/assessment.csv" --gathering "$a/gathering.csv"
again=$(($(told '[.[] | select(.address | test("batch|cmdb_ci"))] | length') - before))
[ "$again" -le 4 ]
verdict $? "once more asks for what is not known alone: $again requests"
same "$(tickets length)" 1 "still one ticket"
done_here
