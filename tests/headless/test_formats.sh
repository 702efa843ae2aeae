#!/bin/sh
# What is printed can be read by others: JSON by jq, CSV by sqlite3, and nothing hostile reaches a terminal or a spreadsheet.
. tests/headless/lib.sh

t=$work/t
new_tables "$t"
host "$t" 1 '=cmd|calc!A1' Alpha 1
host "$t" 2 '"+1,""quoted"""' Alpha 1
host "$t" 3 '@sum' Alpha 1
host "$t" 4 '-2+3' Alpha 1
host "$t" 5 '"two
lines"' Alpha 1
host "$t" 6 "$(printf 'esc\033[31mred\033]0;title\007')" Alpha 1
host "$t" 7 "$(printf 'bidi\342\200\256evil')" Alpha 1
host "$t" 8 ' blanks ' Alpha 1
host "$t" 9 'plain' 'BÜRO-Server' 1
host "$t" 10 "$(printf '\tTab')" 'büro-server' 1
detect "$t"

run list --format json --columns DeviceId,DeviceName,MachineGroup,Flags,SignatureAge
cp "$out" "$work/list.json"
check "JSON is read by jq" jq -e . "$work/list.json"
name() { jq -j --arg id "$(id "$1")" '.[] | select(.DeviceId == $id) | .DeviceName' "$work/list.json"; }
same "$(name 2)" '+1,"quoted"' "JSON is exact: quotes and commas"
same "$(name 5)" 'two
lines' "JSON is exact: a line break"
same "$(name 6 | od -An -c | tr -d ' \n')" "$(printf 'esc\033[31mred\033]0;title\007' | od -An -c | tr -d ' \n')" "JSON is exact: control characters"
same "$(name 8)" ' blanks ' "JSON is exact: blanks around a name"
same "$(jq -r '.[0].Flags | type' "$work/list.json")" array "Flags are an array in JSON"
check "JSON holds no raw control characters" sh -c "! LC_ALL=C tr -d '\\n' <'$work/list.json' | LC_ALL=C grep -q '[[:cntrl:]]'"

run list --format jsonl --columns DeviceName
same "$(jq -s length "$out")" 10 "JSON lines: one value a line"
same "$(wc -l <"$out")" 10 "JSON lines: as many lines as rows"

run list --format csv
cp "$out" "$work/list.csv"
names=$(sqlite3 :memory: -cmd '.mode csv' -cmd ".import '$work/list.csv' t" -cmd '.mode list' 'select count(*) from t')
same "$names" 10 "CSV is read by sqlite3"
guarded() { sqlite3 :memory: -cmd '.mode csv' -cmd ".import '$work/$2' t" -cmd '.mode list' "select DeviceName from t where DeviceId = '$(id "$1")'"; }
same "$(guarded 1 list.csv)" "'=cmd|calc!A1" "a cell that begins with = is quoted off"
same "$(guarded 2 list.csv)" "'+1,\"quoted\"" "a cell that begins with + is quoted off"
same "$(guarded 3 list.csv)" "'@sum" "a cell that begins with @ is quoted off"
same "$(guarded 4 list.csv)" "'-2+3" "a cell that begins with - is quoted off"
same "$(guarded 10 list.csv)" "$(printf "'\tTab")" "a cell that begins with a tab is quoted off"
same "$(guarded 9 list.csv)" plain "a plain cell stays"
run list --format csv --csv-exact
cp "$out" "$work/exact.csv"
same "$(guarded 1 exact.csv)" "=cmd|calc!A1" "--csv-exact leaves it"

run list --format table
check "the table holds no control or bidi character" sh -c "! LC_ALL=C tr -d '\\n' <'$out' | LC_ALL=C grep -q -e '[[:cntrl:]]' -e \"\$(printf '\\342\\200\\256')\""
has "$out" '\x1b' "an escape is shown as \\x1b"

# Group names by Unicode's case, not by ASCII's.
run list --group BÜRO-server --format json
same "$(jq length "$out")" 2 "a group is found in any letter case, umlauts too"
run detect --device-info "$t/info.csv" --assessment "$t/assessment.csv" --gathering "$t/gathering.csv" --set scope.group=büro-SERVER --store "$work/g.db"
check "the scope matches in any letter case" grep -Eq '^in scope 2: active 0, passive 2,' "$out"

# What was exported can be read again.
run list --all --format csv --csv-exact
cp "$out" "$work/again.csv"
run detect --findings "$work/again.csv" --store "$work/again.db"
check "an export is read as findings" grep -Eq '^in scope 10: active 0, passive 10,' "$out"
run list --all --format json --columns DeviceId,DeviceName,MachineGroup,Verdict --store "$work/again.db"
jq -S 'sort_by(.DeviceId)' "$out" >"$work/second"
run list --all --format json --columns DeviceId,DeviceName,MachineGroup,Verdict
jq -S 'sort_by(.DeviceId)' "$out" >"$work/firstly"
check "nothing changes on the way through CSV" cmp -s "$work/second" "$work/firstly"
done_here
