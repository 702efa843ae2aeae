#!/bin/sh
# Names made to hurt: nothing of them reaches the terminal raw, in no screen.
. tests/e2e/lib.sh
mkdir -p "$work/home"
{
	echo 'DeviceId,DeviceName,MachineGroup,OSPlatform,LastSeen,AvMode,IsCompliant,IsApplicable,AssessedAt,AvSignatureUpdateTime'
	n=0
	for name in '\033[31mred\033[0m' '\033]0;owned\007' 'bell\007' 'csi\302\2332J' 'bidi\342\200\256gpj.exe' 'tab\tname' '\033[2Jgone' 'del\177' 'nel\302\205line'; do
		n=$((n + 1))
		printf '%040x,srv%d-%b,Group %b,WindowsServer2022,2026-11-20T05:00:00Z,1,false,true,2026-11-20T03:00:00Z,2026-11-18T03:00:00Z\n' \
			$n $n "$name" "$name"
	done
} >"$work/home/f.csv"

raw() { screen | LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]\\|\302[\200-\237]\\|\342\200\256')"; }
not_raw() { ! raw; }

start 120x40 "$ROUSE" --findings f.csv
wait_for "Run 1 is here"
for n in 1 2 3 4 5 6 7 8 9; do
	expect "srv$n-" "the table shows host $n"
done
expect 'srv1-\x1b[31mred' "an escape is shown as \\x1b"
expect 'srv3-bell\x07' "a bell is shown as \\x07"
wait_still
check "the table holds nothing raw" not_raw
check "the terminal's title is not changed" sh -c "! tmux -L $socket display-message -p '#{pane_title}' | grep -q owned"
for n in 1 2 3 4 5; do
	keys Enter
	wait_for "WHY IT IS HERE"
	wait_still
	check "the detail of row $n holds nothing raw" not_raw
	keys Escape
	wait_for "of 9]"
	keys Down
done
keys g
wait_for "SPELLINGS"
wait_still
check "the group picker holds nothing raw" not_raw
keys Escape
wait_gone "SPELLINGS"
put /owned
wait_for "of 1]"
wait_still
check "the filter line holds nothing raw" not_raw
keys Escape
wait_for "of 9]"
keys y
wait_for "Copied"
wait_still
check "the message of a copy holds nothing raw" not_raw
done_here
