#!/bin/sh
# Expressions on the command line: which rows `list --where` prints, what it says of a wrong one and of rows that letter case hides; accepted
# findings, and incomplete runs in a table.
. tests/headless/lib.sh

t=$work/t
new_tables "$t"
host "$t" 1 srv-sql-01 Win-Servers-Prod 1
host "$t" 2 srv-sql-02 win-servers-prod 1
host "$t" 3 SRV-SQL-03 WIN-SERVERS-PROD 4
host "$t" 4 srv-app-04 'BÜRO' 1
host "$t" 5 srv-app-05 'büro' 1
host "$t" 6 srv-app-06 DMZ 0
info "$t" 7 srv-none-07 DMZ
detect "$t"

# The names that an expression selects, in the order of the list.
names() { run list --format csv --columns DeviceName --sort DeviceName --where "$@"; }
listed() { tail -n +2 "$out" | tr '\n' ' ' | sed 's/ $//'; }

names 'MachineGroup in ("Win-Servers-Prod")'
is 0 "an expression"
same "$(listed)" "srv-sql-01" "in minds letter case"
names 'MachineGroup in~ ("Win-Servers-Prod") and AvMode == "1"'
same "$(listed)" "srv-sql-01 srv-sql-02" "in~ does not, and conditions go together"
names "DeviceName has 'sql' or isempty(AvMode)"
same "$(listed)" "srv-none-07 srv-sql-01 srv-sql-02 SRV-SQL-03" "another quote, has, isempty"
names 'Verdict == "active"'
same "$(listed)" "" "without --all only findings are asked"
names 'Verdict == "active"' --all
same "$(listed)" "srv-app-06" "with --all every server is"
names 'SignatureAge > 7d' --group buro --verdict passive
same "$(listed)" "" "the other choices hold too"
names 'SignatureAge > 7d' --group BÜRO --verdict passive
same "$(listed)" "srv-app-04 srv-app-05" "and let rows through"
names 'AdditionalFields.AvMode == "4"' --format csv
same "$(listed)" "SRV-SQL-03" "a key of the enrichment"

# -- a wrong expression --

names 'MachinGroup == "x"'
is 64 "an unknown column"
one_sentence "an unknown column"
has "$err" "character 1" "its position is said"
has "$err" "MachineGroup" "and the nearest column"
names 'DeviceName like "x"'
is 64 "an operator of another language"
has "$err" "contains" "its counterpart is said"
names 'DeviceName =='
is 64 "an unfinished expression"
has "$err" "character 14" "where it ends is said"
names ''
is 64 "no expression"
run list --where
is 64 "the option without a value"
run runs --where 'true'
is 64 "the option on a command that does not take it"

# -- the case guard --

names 'MachineGroup == "Win-Servers-Prod"'
has "$err" 'hides 2 rows that differ by letter case only' "hidden rows are counted"
has "$err" "win-servers-prod" "one of them is named"
mended=$(sed -n "s/^  --where '\(.*\)'\$/\1/p" "$err")
names "$mended"
same "$(listed)" "srv-sql-01 srv-sql-02 SRV-SQL-03" "what is to be copied shows them"
lacks "$err" "hides" "and hides nothing more"
names 'MachineGroup =~ "büro"'
same "$(listed)" "srv-app-05" "=~ folds ASCII alone"
has "$err" 'hides 1 row that differs' "and that is said"
names 'MachineGroup in~ ("Win-Servers-Prod")' --quiet
lacks "$err" "hides" "nothing is said where nothing is hidden"
names 'MachineGroup == "Win-Servers-Prod"' --quiet
has "$err" "hides 2 rows" "--quiet does not hide it"

# -- rows without a value --

names 'SignatureAge > 7d'
same "$(listed)" "srv-app-04 srv-app-05 srv-sql-01 srv-sql-02 SRV-SQL-03" "without a signature date a host is not selected"
has "$err" "rouse: 1 row has no SignatureAge, so the expression neither takes nor refuses it; or isnull(SignatureAge) shows it." "and that is said"
mended=$(sed -n "s/^  --where '\(.*\)'\$/\1/p" "$err")
names "$mended"
same "$(listed)" "srv-app-04 srv-app-05 srv-none-07 srv-sql-01 srv-sql-02 SRV-SQL-03" "what is to be copied shows it"
lacks "$err" "neither" "and is null nowhere"
names 'not(SignatureAge < 1d)' --quiet
has "$err" "1 row has no SignatureAge" "not() of it takes such a row no more; --quiet does not hide it"
names 'SignatureAge > 7d' --group Win-Servers-Prod
lacks "$err" "neither" "what the other choices leave out is not counted"
names 'MachineGroup == "Win-Servers-Prod" or SignatureAge > 900d and AssessedAt > ago(1d)'
same "$(grep -c -e '^rouse: .*hides' -e 'this shows it:$' "$err")" 2 "letter case and nulls side by side"
same "$(sed -n 's/^rouse: \([^ ]* [^ ]*\) .*/\1/p' "$err" | tail -n 1)" "1 row" "the case guard comes first"
has "$err" "no SignatureAge or no AssessedAt, so" "both columns are named"

# -- saved filters --

run list --where '@standup'
is 64 "a filter that is not there"
one_sentence "a filter that is not there"
has "$err" "none is saved yet" "says that none is"
sqlite3 "$store" "insert into state(name, value) values('filter:standup', 'MachineGroup in~ (\"dmz\")'), ('filter:broken', 'x ==')"
names '@standup'
same "$(listed)" "srv-none-07" "a saved filter"
names ' @standup '
same "$(listed)" "srv-none-07" "with blanks around it"
names '@standpu'
is 64 "a slip in its name"
has "$err" "did you mean \`@standup\`" "the nearest is said"
names '@Standup and true'
is 64 "a name stands alone"
names '@broken'
is 64 "one that cannot be read any more"
has "$err" "@broken" "is named"

# -- the canonical text --

names 'MachineGroup   in~("DMZ")   and (true)' --debug
has "$err" 'MachineGroup in~ ("DMZ")' "--debug logs how it was understood"

# -- accepted findings --

run accept srv-sql-01 --until 2026-12-31 --reason 'another one protects it' --by mk
is 0 "a finding is accepted"
names 'DeviceName has "sql"'
same "$(listed)" "srv-sql-02 SRV-SQL-03" "it is left out"
has "$err" "1 accepted finding is left out; --all shows it" "and that is said"
names 'DeviceName has "sql"' --all
same "$(listed)" "srv-sql-01 srv-sql-02 SRV-SQL-03" "--all shows it"
lacks "$err" "left out" "and says nothing"
names 'DeviceName has "app"'
lacks "$err" "left out" "one that would not be listed anyway is not said"

# -- an incomplete run --

detect "$t" --set scope.canary=srv-app-06
is 2 "a canary that does not show"
run list
is 2 "the list of an incomplete run"
same "$(head -n 1 "$out" | cut -c1-12)" "INCOMPLETE: " "its table begins with the reason"
same "$(grep -c '^INCOMPLETE: ' "$out")" "$(grep -c '^rouse: incomplete: ' "$err")" "each reason is one line"
has "$out" "srv-sql-02" "then the rows"
for format in json jsonl csv; do
	run list --format $format
	lacks "$out" "INCOMPLETE" "$format stays data alone"
done
run list --format json
check "JSON is read by jq" jq -e . "$out"

# -- the demo --

run demo --hosts 400 --where 'DeviceName has "sql"'
is 0 "the demo takes an expression"
has "$out" 'where DeviceName has "sql"' "and says so"
lacks "$out" "srv-app-" "its lists hold those rows alone"
run demo --hosts 400 --where 'DeviceName'
is 64 "a wrong one"
run --help where
is 0 "help on expressions"
has "$out" "in~" "names operators"
has "$out" "isempty" "and functions"

done_here
