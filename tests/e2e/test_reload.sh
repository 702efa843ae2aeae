#!/bin/sh
# New data under the hand: another process writes a run while the console is open, the console detects again. Cursor and marks are of
# hosts, and nothing of either process is lost.
. tests/e2e/lib.sh

cursor_host() { line $(($(mux display-message -p '#{cursor_y}') + 1)) | cut -c4-10; }
marked() { screen | grep '^\*' | cut -c4-10 | sort | tr '\n' ' '; }

# findings FIRST LAST: hosts of these numbers, all passive.
findings() {
	echo 'DeviceId,DeviceName,MachineGroup,OSPlatform,LastSeen,AvMode,IsCompliant,IsApplicable,AssessedAt,AvSignatureUpdateTime'
	n=$1
	while [ "$n" -le "$2" ]; do
		printf '%040x,srv-%03d.example.com,Alpha,WindowsServer2022,2026-11-20T05:00:00Z,1,false,true,2026-11-20T03:00:00Z,2026-11-18T03:00:00Z\n' "$n" "$n"
		n=$((n + 1))
	done
}

findings 11 30 >"$work/home/f.csv"
start 80x24 "$ROUSE" --findings f.csv --set limits.drop=100%
wait_for "Run 1 is here"
put s
wait_for "Sort by"
keys Home Enter
wait_gone "Sort by"
keys Home
wait_for "[1 of 20]"
wait_still
first=$(cursor_host)
keys Down Down Space Space
wait_for "2 marked"
wait_for "[5 of 20]"
keys Down Down
wait_for "[7 of 20]"
wait_still
under=$(cursor_host)
marks=$(marked)
check "two hosts are marked" test "$(echo "$marks" | wc -w)" = 2

# Another process: hosts come before and after, one goes.
findings 5 29 >"$work/home/g.csv"
cli detect --findings "$work/home/g.csv" --set limits.drop=100% >"$work/out" 2>&1
check "another process writes a run while the console is open" grep -q '^in scope 25:' "$work/out"
comes "$under" "the console stays on its host" cursor_host

cp "$work/home/g.csv" "$work/home/f.csv"
put R
wait_for "of 25]"
comes "$under" "after a new run the cursor is on the same host" cursor_host
comes "$marks" "after a new run the same hosts are marked" marked
refuse "[1 of" "the host's row is another one now"
wait_still
check "the first host moved down" test "$first" != "$(screen | sed -n 5p | cut -c4-10)"
keys q
wait_for "[ended with"

start 80x24 "$ROUSE"
wait_for "of 25]"
comes "$marks" "a restart finds the marks on the newest run" marked
runs() { cli runs --format json 2>/dev/null | jq length; }
comes 3 "every run is kept" runs
stop

# A run of a host's last sight: gone from the data, its mark is kept and said to be hidden.
first_mark=$(echo "$marks" | cut -d' ' -f1)
grep -v "$first_mark" "$work/home/g.csv" >"$work/home/h.csv"
cli detect --findings "$work/home/h.csv" --set limits.drop=100% >/dev/null 2>&1
start 80x24 "$ROUSE"
wait_for "of 24]"
expect "2 marked" "the mark of a host that is gone is kept"
expect "(1 hidden" "and is said to be hidden"
done_here
