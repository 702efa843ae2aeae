#!/bin/sh
# Bad input: one sentence with place and mend, the documented status, and the store as it was.
. tests/headless/lib.sh

t=$work/t
new_tables "$t"
host "$t" 1 one Alpha 1
host "$t" 2 two Alpha 0
detect "$t"
check "a good run first" test -f "$store"
before=$(store_sum)

# refused STATUS WHAT FILE: FILE as --device-info is refused
refused() {
	run detect --device-info "$3" --assessment "$t/assessment.csv" --gathering "$t/gathering.csv"
	is "$1" "$2"
	one_sentence "$2"
	has "$err" "$(basename "$3")" "$2: the file is named"
	same "$(wc -c <"$out")" 0 "$2: nothing on stdout"
	same "$(store_sum)" "$before" "$2: the store is untouched"
}

refused 66 "a missing file" "$work/none.csv"
mkdir "$work/folder.csv"
refused 66 "a directory" "$work/folder.csv"
: >"$work/empty.csv"
refused 65 "an empty file" "$work/empty.csv"
printf '\357\273\277' >"$work/bom.csv"
refused 65 "a byte order mark alone" "$work/bom.csv"
head -c 20000 "$ROUSE" >"$work/binary.csv"
refused 65 "a binary" "$work/binary.csv"
head -c 5000 /dev/zero >"$work/zero.csv"
refused 65 "zero bytes" "$work/zero.csv"
head -n 1 "$t/info.csv" >"$work/header.csv"
refused 65 "a header only" "$work/header.csv"
sed '1s/DeviceId/Device/' "$t/info.csv" >"$work/column.csv"
refused 65 "a missing required column" "$work/column.csv"
has "$err" DeviceId "a missing column is named"
printf '[' >"$work/bracket.json"
refused 65 "a JSON bracket alone" "$work/bracket.json"
printf '[]' >"$work/nothing.json"
refused 65 "an empty JSON array" "$work/nothing.json"
printf '{"error":{"code":"BadRequest","message":"no"}}' >"$work/fault.json"
refused 65 "a saved error answer" "$work/fault.json"
if [ "$(command id -u)" -ne 0 ]; then
	cp "$t/info.csv" "$work/closed.csv"
	chmod 0 "$work/closed.csv"
	refused 77 "a file without permission" "$work/closed.csv"
fi
run detect --device-info "$work/none.csv" --assessment "$t/assessment.csv"
is 66 "a missing file beside others"

# Rows that cannot be read are counted with their line, and never stop the run.
cp "$t/info.csv" "$work/short.csv"
printf 'only,three,cells\n' >>"$work/short.csv"
run detect --device-info "$work/short.csv" --assessment "$t/assessment.csv" --gathering "$t/gathering.csv"
is 2 "one unreadable row among few"
has "$err" "short.csv:4" "the row's line is named"
check "rows read = used + unreadable" sh -c "sed -n 's/^rows read \\([0-9]*\\): used \\([0-9]*\\), unreadable \\([0-9]*\\);.*/\\1 \\2 \\3/p' '$out' | awk '{ exit !(\$1 == \$2 + \$3 && \$3 == 1) }'"

# A cell of 10 MB: an answer within bounds, whatever it is, and never a crash.
{ head -n 2 "$t/info.csv"; printf '2026-11-20T05:00:00Z,%s,' "$(id 3)"; head -c 10485760 /dev/zero | tr '\0' a; printf ',WindowsServer2022,1,Alpha,3,Onboarded,Active,0,\n'; } >"$work/huge.csv"
run detect --device-info "$work/huge.csv" --assessment "$t/assessment.csv" --gathering "$t/gathering.csv" --store "$work/huge.db"
check "a cell of 10 MB ends with 0, 2 or 65" test "$status" -eq 0 -o "$status" -eq 2 -o "$status" -eq 65
if [ "$status" -ne 65 ]; then
	check "a cell of 10 MB: the row is used or counted" sh -c "sed -n 's/^rows read \\([0-9]*\\): used \\([0-9]*\\), unreadable \\([0-9]*\\);.*/\\1 \\2 \\3/p' '$out' | awk '{ exit !(\$1 == \$2 + \$3) }'"
fi

# Invalid UTF-8 is replaced and counted.
cp "$t/info.csv" "$work/latin.csv"
printf '2026-11-20T05:00:00Z,%s,caf\351-1,WindowsServer2022,1,Alpha,3,Onboarded,Active,0,\n' "$(id 3)" >>"$work/latin.csv"
run detect --device-info "$work/latin.csv" --assessment "$t/assessment.csv" --gathering "$t/gathering.csv" --store "$work/latin.db"
check "invalid UTF-8 is read" test "$status" -eq 0 -o "$status" -eq 2
has "$out" "bytes replaced 1" "invalid UTF-8 is counted"
run list --all --format json --store "$work/latin.db"
check "the answer is valid UTF-8" sh -c "iconv -f UTF-8 -t UTF-8 '$out' >/dev/null && jq -e . '$out'"
has "$out" "caf" "the rest of the name is kept"

# A truncated JSON answer: what was read stands, and the run says that it was cut.
printf '{"schema":[{"name":"Timestamp","type":"DateTime"},{"name":"DeviceId","type":"String"},{"name":"DeviceName","type":"String"},{"name":"OSPlatform","type":"String"},{"name":"MachineGroup","type":"String"}],"results":[{"Timestamp":"2026-11-20T05:00:00Z","DeviceId":"%s","DeviceName":"one","OSPlatform":"WindowsServer2022","MachineGroup":"Alpha"},{"Timestamp":"2026-11-20T05:00:00Z","DeviceId":"%s","Devi' "$(id 1)" "$(id 2)" >"$work/cut.json"
run detect --device-info "$work/cut.json" --assessment "$t/assessment.csv" --gathering "$t/gathering.csv" --store "$work/cut.db"
check "a truncated JSON is never complete" test "$status" -eq 2 -o "$status" -eq 65
has "$err" "cut.json" "a truncated JSON is named"

# The same rows from CSV with and without BOM and CRLF, from JSON, JSON lines and saved answers: one result.
rows='[.[] | {DeviceName, Verdict, MachineGroup, LastSeen}] | sort_by(.DeviceName)'
run list --all --format json
jq -c "$rows" "$out" >"$work/wanted"
to_json() { sqlite3 :memory: -cmd '.mode csv' -cmd ".import '$t/info.csv' t" -cmd '.mode json' 'select * from t'; }
to_json >"$work/rows.json"
jq -c '.[]' "$work/rows.json" >"$work/rows.jsonl"
names=$(jq -c '.[0] | keys_unsorted' "$work/rows.json")
jq -c --argjson n "$names" '{schema: [$n[] | {name: ., type: "String"}], results: .}' "$work/rows.json" >"$work/graph.json"
jq -c --argjson n "$names" '{Stats: {}, Schema: [$n[] | {Name: ., Type: "String"}], Results: .}' "$work/rows.json" >"$work/legacy.json"
jq -c --argjson n "$names" '{tables: [{name: "PrimaryResult", columns: [$n[] | {name: ., type: "string"}], rows: [.[] as $r | [$n[] as $k | $r[$k]]]}]}' "$work/rows.json" >"$work/analytics.json"
{ printf '\357\273\277'; sed 's/$/\r/' "$t/info.csv"; } >"$work/crlf.csv"
sed '1s/.*/\L&/' "$t/info.csv" >"$work/lower.csv"
for file in rows.json rows.jsonl graph.json legacy.json analytics.json crlf.csv lower.csv; do
	run detect --device-info "$work/$file" --assessment "$t/assessment.csv" --gathering "$t/gathering.csv" --store "$work/$file.db"
	run list --all --format json --store "$work/$file.db"
	jq -c "$rows" "$out" >"$work/got"
	check "$file gives the same rows as CSV" cmp -s "$work/got" "$work/wanted"
done
done_here
