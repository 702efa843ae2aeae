#!/bin/sh
# The group audit in the console: trouble on top, the line for the configuration, the way to the hosts, hostile names, narrow screens.
. tests/e2e/lib.sh
fresh
nbsp=$(printf '\302\240') cyrillic=$(printf '\320\265')
awk -v nbsp="$nbsp" -v cyr="$cyrillic" '
	function members(n, group, mode) {
		while (n-- > 0) { i++; printf "%040x,srv-%d,\"%s\",WindowsServer2022,%s\n", i, i, group, mode }
	}
	BEGIN {
		print "DeviceId,DeviceName,MachineGroup,OSPlatform,AvMode"
		members(30, "Win-Servers-Prod", 1); members(12, "win-servers-prod", 1); members(3, "WIN-SERVERS-PROD", 0)
		members(9, "Win-Servers-Prod" nbsp, 1); members(4, "Win_Servers_Prod", 1); members(2, "Win-S" cyr "rvers-Prod", 1)
		members(40, "Linux-Servers", 1); members(2, "", 1); members(5, " Sales; EU #1", 1); members(1, "bad\033[2Jname", 1)
		members(1, "a-very-long-name-of-a-machine-group-that-nobody-can-read-on-a-narrow-screen-and-still-goes-on-and-on", 1)
		for (k = 1; k <= 20; k++) members(k, sprintf("Site-%02d", k), 1)
	}' >"$work/home/findings.csv"

start 80x24 "$ROUSE" --set scope.group=Win-Servers-Prod --findings findings.csv
wait_for "Run 1 is here"
put m
wait_for "Group audit"
expect "30 groups, 319 servers: 45 in scope, 274 out of scope; 2 in no group" "the figures add up"
expect "NEARLY: 15 servers in 3 groups" "servers at stake"
expect "a case-sensitive comparison would lose 15 servers of 2 groups" "what case folding saves"
words() { line "$1" | tr -s ' '; }
comes ' NEARLY 9 – Win-Servers-Prod\u00a0 blanks: Win-Servers-Prod' "trouble is on top, and a blank can be seen" words 6
expect "blanks: character 17 is U+00A0, not the end; the scope has Win-Servers-Prod" "the place of the difference"
mux set -g set-clipboard on   # tmux keeps what the program sends
put y
wait_for 'Copied the line group = "Win-Servers-Prod\u00a0"'
comes "group = \"Win-Servers-Prod$nbsp\"" "the line on the clipboard is exact" mux show-buffer
keys Enter
wait_for "This group was out of scope at the run, so it has no findings to show."
verdict 0 "Enter on a group that nobody looked at says so"

# The copied line, put into the configuration, brings the servers in.
mkdir -p "$work/home/.config/rouse"
{
	printf '[scope]\ngroup = Win-Servers-Prod\n'
	mux show-buffer
	echo
} >"$work/home/.config/rouse/config"
keys End
wait_for "a-very-long-name-of-a-machine-group"
expect 'bad\x1b[2Jname' "a hostile name is made visible"
keys Escape
wait_gone "Group audit"
(cd "$work/home" && cli detect --findings findings.csv >"$work/detect" 2>&1)
grep -q "in scope 54" "$work/detect"
verdict $? "the copied line is read back exactly: its nine servers are in scope"

# On the way to the hosts.
start 100x30 "$ROUSE"
wait_run
put m
wait_for "NEARLY: 6 servers in 2 groups"
keys Down Down
wait_for "Linux-Servers: out of scope at the run, findings not known"
verdict 0 "the line about the group follows the cursor"
keys Down
wait_gone "Linux-Servers: out of scope"
keys Enter
wait_gone "Group audit"
wait_for "30 findings in this group"
expect "30 of 51" "Enter narrows the table to the group"
keys Escape
wait_gone "30 of 51"

# Another scope than at the run; nothing configured; a dumb terminal.
start 80x24 "$ROUSE" --set scope.group=Linux-Server
wait_for "1 New"
put m
wait_for "Group audit"
expect "run 2 was made with another scope than the one of now; FINDINGS are its own" "another scope than at the run is said"
expect "NO MATCH" "a configured group without a server has a line"
expect "nearest: Linux-Servers" "with the nearest group"
rm "$work/home/.config/rouse/config"
start 80x24 "$ROUSE" --findings findings.csv
wait_for "Run 3 is here"
put m
wait_for "No machine group is configured, so every group is in scope."
refuse "NEARLY" "without a scope nothing is at stake"
lang=C term=vt100 more=NO_COLOR=1
start 80x24 "$ROUSE" --ascii --plain-ui --set scope.group=Win-Servers-Prod --findings findings.csv
wait_for "Run 4 is here"
put m
wait_for "Group audit"
expect "NEARLY           4        -  Win_Servers_Prod" "without colour and in ASCII the word says it"
wait_still
! screen | LC_ALL=C grep -q '[^ -~]'
verdict $? "nothing but ASCII on that screen"
start 60x15 "$ROUSE" --ascii --set scope.group=Win-Servers-Prod --findings findings.csv
wait_for "Run 5 is here"
put m
wait_for "Group audit"
expect "NEARLY" "the smallest screen still shows the trouble"
keys Escape
wait_gone "Group audit"
put q
wait_for "[ended with 0]"
verdict 0 "and lets go"
done_here
