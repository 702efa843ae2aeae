#!/bin/sh
# Who owns a host: a CMDB in a CSV file, every state, and what is kept.
. tests/headless/lib.sh

a=$work/a
new_tables "$a"
host "$a" 1 SRV-APP-01.corp.example.com Alpha 1
host "$a" 2 srv-sql-01 Alpha 1
host "$a" 3 srv-dup-01.corp.example.com Alpha 1
host "$a" 4 srv-gone.corp.example.com Alpha 1
host "$a" 5 srv-nobody Alpha 1
host "$a" 6 srv-far.other.example.com Alpha 1
host "$a" 7 srv-fine Alpha 0
cat >"$work/owners.csv" <<'END'
Contact,Name,Owner_Team
app@example.com,srv-app-01,Team App
sql@example.com,SRV-SQL-01.corp.example.com,"Team ""SQL"", EMEA"
a@example.com,SRV-DUP-01,Team A
b@example.com,srv-dup-01,Team B
nobody@example.com,srv-nobody,
far@example.com,srv-far.corp.example.com,Team Far
END
detect() { run detect --device-info "$1/info.csv" --assessment "$1/assessment.csv" --gathering "$1/gathering.csv"; }
owner_of() { jq -r --arg n "$1" ".[] | select(.DeviceName == \$n) | .$2" "$work/owners.json"; }

# -- nobody to ask --

run owners
is 66 "without a run there is nothing to ask about"
detect "$a"
is 0 "the run"
run owners
is 78 "without a CMDB"
has "$err" "[csv] file" "it says how to name one"
run owners --set csv.file="$work/missing.csv" --format json
has "$err" "missing.csv" "a CMDB file that is not there is named"
same "$(jq -r '[.[].OwnerState] | unique | join(" ")' "$out")" unasked "nobody was asked is not the same as unknown"
[ "$status" -ne 0 ]
verdict $? "and that is no success"

# -- every state --

run owners --set csv.file="$work/owners.csv" --format json
is 0 "owners"
cp "$out" "$work/owners.json"
same "$(jq length "$out")" 6 "every finding is there, active hosts are not"
for pair in SRV-APP-01.corp.example.com:owned srv-sql-01:owned srv-dup-01.corp.example.com:ambiguous srv-gone.corp.example.com:unknown \
	srv-nobody:unowned srv-far.other.example.com:unknown; do
	same "$(owner_of "${pair%%:*}" OwnerState)" "${pair#*:}" "${pair%%:*} is ${pair#*:}"
done
same "$(owner_of SRV-APP-01.corp.example.com Owner)" "Team App" "letter case and the domain make no difference"
same "$(owner_of srv-sql-01 Owner)" 'Team "SQL", EMEA' "a team's name is exact"
same "$(owner_of srv-sql-01 OwnerContact)" sql@example.com "and so is the contact"
same "$(owner_of srv-nobody Owner)" null "nobody is no team"
owner_of srv-dup-01.corp.example.com Candidates | grep -q 'Team A.*Team B'
verdict $? "both candidates are shown"
has "$err" "6 findings: 2 owned by 2 teams" "the sum is said"
has "$err" "1 without a team, 2 not in the CMDB, 1 with several owners" "and adds up"

run owners --set csv.file="$work/owners.csv"
is 0 "as a table"
has "$out" "Team App" "the table has the team"
has "$err" "6 known from before" "answers are kept"
sed -i 's/Team App/Team New/' "$work/owners.csv"
run owners --set csv.file="$work/owners.csv"
has "$out" "Team App" "and used again within their time"
run owners --set csv.file="$work/owners.csv" --anew
has "$out" "Team New" "--anew asks again"
now=2026-11-22T07:00:00Z
sed -i 's/Team New/Team Newer/' "$work/owners.csv"
run owners --set csv.file="$work/owners.csv"
has "$out" "Team Newer" "and so does an answer's age"
now=2026-11-24T07:00:00Z
run owners --set csv.file="$work/missing.csv"
is 2 "a CMDB that cannot be asked"
has "$out" "Team Newer" "what it said before is kept"
has "$err" "what an earlier answer said" "and said to be old"
now=2026-11-20T07:00:00Z

# -- the columns --

run list --columns DeviceName,Owner,OwnerContact --format csv
has "$out" 'SRV-APP-01.corp.example.com,Team Newer,app@example.com' "list has the owner"
has "$out" 'srv-dup-01.corp.example.com,?2 match,' "an ambiguous one is no blank"
has "$out" 'srv-gone.corp.example.com,?unknown,' "and neither is an unknown one"
run list --where 'Owner == "Team Newer"' --format json
same "$(jq -r '[.[].DeviceName] | join(" ")' "$out")" SRV-APP-01.corp.example.com "an expression may ask for the owner"
run owners --set csv.file="$work/owners.csv" --where 'DeviceName has "sql"' --format csv
same "$(wc -l <"$out")" 2 "--where chooses"

# -- a file that cannot be believed --

printf 'name,contact\nsrv-app-01,x\n' >"$work/bad.csv"
run owners --set csv.file="$work/bad.csv" --anew
has "$err" "bad.csv" "a file without a team column is named"
[ "$status" -ne 0 ]
verdict $? "and is no success"
printf 'name,team\n=cmd|x,T\n\033[31mred,T\n"srv-nobody","[x](https://evil.example)"\n' >"$work/hostile.csv"
run owners --set csv.file="$work/hostile.csv" --anew
! grep -q "$(printf '\033')" "$out" "$err"
verdict $? "nothing from the file reaches the terminal raw"
done_here
