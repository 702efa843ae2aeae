#!/bin/sh
# Acceptances in the console: accepted by key, out of the default tabs, listed, revoked; what ended is said when the console opens and when a
# new run comes; two processes at once.
. tests/e2e/lib.sh

# findings FIRST LAST [OTHER-AV-OF-THE-FIRST]: hosts of these numbers, all passive.
findings() {
	echo 'DeviceId,DeviceName,MachineGroup,OSPlatform,LastSeen,AvMode,IsCompliant,IsApplicable,AssessedAt,AvSignatureUpdateTime,OtherAv'
	n=$1
	while [ "$n" -le "$2" ]; do
		av=SentinelOne
		[ "$n" = "$1" ] && av=${3-SentinelOne}
		printf '%040x,srv-%03d.example.com,Alpha,WindowsServer2022,%s,1,false,true,%s,%s,%s\n' "$n" "$n" "${now%T*}T05:00:00Z" \
			"${now%T*}T03:00:00Z" "${now%T*}T02:00:00Z" "$av"
		n=$((n + 1))
	done
}
in_store() { ask "select count(*) from acceptance where $1"; }

findings 11 30 >"$work/home/f.csv"
start 80x24 "$ROUSE" --findings f.csv --set limits.drop=100%
wait_for "Run 1 is here"

# -- one host --
put x
wait_for "No host was ever accepted"
keys Escape
wait_gone "No host was ever accepted"
put X
wait_for "why accept srv-011"
keys Enter
wait_for "a reason is needed; why:"
put "vendor appliance"
keys Enter
wait_for "until (a date, or 30d, 4w): 2026-12-20"
keys C-u
put soon
keys Enter
wait_for "no date; as 2026-12-31, 30d, 4w: soon"
keys C-u
put 2030-01-01
keys Enter
wait_for "too far, at most 2027-11-20; until: 2030-01-01"
keys C-u
put 2026-11-20
keys Enter
wait_for "not in the future; until: 2026-11-20"
same "$(in_store 1)" 0 "nothing is recorded before the date will do"
keys C-u
put 1d
keys Enter
wait_for "is accepted until 2026-11-21; x lists them."
wait_for "of 19]"
expect "5 Accepted 1" "the tab counts it"
same "$(in_store "host = 'srv-011.example.com' and reason = 'vendor appliance' and who <> ''")" 1 "host, reason and name are in the store"

# -- given up half-way --
put X
wait_for "why accept srv-012"
put "never mind"
keys Enter
wait_for "until (a date"
keys Escape
wait_gone "until (a date"
same "$(in_store 1)" 1 "Esc in the second prompt records nothing"

# -- several, with a question --
keys Space Space Space
wait_for "3 marked"
put X
wait_for "why accept 3 marked hosts"
keys Up Enter
wait_for "until (a date"
keys C-u
put soon
keys Enter
wait_for "no date; as 2026-12-31, 30d, 4w: soon"
refuse "Accept 3 hosts" "no question before the date will do"
keys C-u
put 4w
keys Enter
wait_for "Accept 3 hosts until 2026-12-18?"
put n
wait_for "Nothing was changed."
same "$(in_store 1)" 1 "no means no"
put X
wait_for "why accept 3"
put "$(printf 'odd \342\200\256 text')"
keys Enter
wait_for "until (a date"
keys C-u
put 4w
keys Enter
wait_for "Accept 3 hosts"
put y
wait_for "3 hosts are accepted until 2026-12-18, their marks cleared; x lists them."
wait_for "of 16]"
refuse "marked (" "accepted hosts are not marked any more"
put X
wait_for "why accept srv-0"
refuse "marked hosts" "so that the next X does not mean them again"
keys Escape
wait_gone "why accept"
put u
wait_for "Taken back: unmark 3 hosts that are accepted"
put X
wait_for "why accept 3 marked hosts (3 hidden)"
verdict 0 "undo brings the marks back; marks that nobody sees are said before they are acted on"
keys Escape
wait_gone "why accept"
keys C-r
wait_gone "3 marked"

# -- among all servers --
put 9
wait_for "of 20]"
expect " z srv-012" "an accepted host bears a sign of its own"
expect " + srv-015" "the others that of their change"
put i
wait_for "What the columns mean"
put /among
keys Enter
wait_for "z                  among all servers: accepted until a date"
verdict 0 "which the page on columns explains"
keys Escape
wait_still
keys Escape
wait_gone "What the columns mean"
put 5
wait_for "of 4]"
keys Enter
wait_for "accepted        until 2026-11-21, by"
expect ": vendor appliance" "the host's page says until when, who and why, right below the verdict"
keys Escape
wait_gone "WHY IT IS HERE"
put 0
wait_for "of 16]"
same "$(in_store "\"end\" = 'in force'")" 4 "four are in force"

# -- the list --
put x
wait_for "4 in force, 1 ends within 7 days"
expect "> ENDS SOON  srv-011" "the nearest date first"
expect "odd" "the reason of the others is there"
wait_still
check "no bidi character reaches the terminal" sh -c "! tmux -L $socket capture-pane -p | grep -q '$(printf '\342\200\256')'"
keys Down DC
wait_for "Revoke the acceptance of srv-012"
put y
wait_for "3 in force"
wait_for "1 older or revoked"
same "$(in_store "host = 'srv-012.example.com' and \"end\" = 'revoked'")" 1 "revoked in the store"

# Another process: what it records is in the list when that is opened; what it revokes meanwhile is not revoked twice.
keys Escape
wait_gone "STATE"
cli accept srv-029 --until 90d --reason "from elsewhere" --by jo >"$work/out" 2>&1
put x
wait_for "from elsewhere"
verdict 0 "the list shows what another process recorded"
cli accept srv-029 --revoke --by jo >"$work/out" 2>&1
keys Down
cli accept srv-013 --revoke --by jo >"$work/out" 2>&1
keys Up Down
wait_still
line 5 >"$work/line"
keys DC
wait_for "?  y yes"
put y
wait_gone "?  y yes"
comes "$(if grep -q srv-013 "$work/line"; then echo 2; else echo 1; fi)" "each is ended once, whoever was first" \
	in_store "\"end\" = 'in force'"
keys Escape
wait_gone "STATE"
keys q
wait_for "[ended with 0]"

# -- it comes back --
cli accept srv-020 --until 60d --reason "other product" --by mk >"$work/out" 2>&1
cli accept srv-011 --until 2026-11-21 --reason "again" --by mk >"$work/out" 2>&1
now=2026-11-21T07:00:00Z
findings 20 30 "" >"$work/home/g.csv"
findings 11 19 | tail -n +2 >>"$work/home/g.csv"
cli detect --findings "$work/home/g.csv" --set limits.drop=100% >"$work/out" 2>&1
check "detect names both" sh -c "grep -q '^acceptance ended: srv-020.*SentinelOne is gone' '$work/out' && grep -q '^acceptance ended: srv-011.*expired' '$work/out'"
start 160x45 "$ROUSE"
wait_for "2 acceptances ended since the last run; x lists them:"
expect "srv-011 (expired)" "what expired is named"
expect "srv-020 (SentinelOne is gone)" "and what changed"
put 4
wait_gone "2 acceptances ended"
expect "srv-020" "one is in the tab of what changed"
expect "srv-011" "and the other"
put x
wait_for "Acceptances"
expect "CHANGED" "the list has them first"
expect "2 ended within 7 days" "and counts them"
keys Enter
wait_gone "STATE"
on_ended() { line "$(($(mux display-message -p '#{cursor_y}') + 1))" | grep -q 'srv-0[12][01]'; }
soon "Enter goes to the host" on_ended
keys q
wait_for "[ended with 0]"

# -- a new run under the console says it too --
cli accept srv-021 --until 60d --reason "x" --by mk >"$work/out" 2>&1
now=2026-11-22T07:00:00Z
findings 21 30 "Sophos" >"$work/home/h.csv"
start 160x45 "$ROUSE" --findings h.csv --set limits.drop=100%
wait_for "1 acceptance ended since the last run; x lists them: srv-021 (SentinelOne is gone)"
expect "run 3" "a run that comes while the console is open says what ended"
stop

# -- what speaks against it is said --
now=2026-11-20T07:00:00Z
prepare 400
counted() { cli list --format csv --columns DeviceId --where "$1" 2>/dev/null | tail -n +2 | wc -l | tr -d ' '; }
bare=$(counted 'Flags has "no-other-av"')
start 80x24 "$ROUSE"
wait_run
expect "0 Findings 77" "the findings are counted"
put 0
wait_for "[1 of 77]"
put X
wait_for "why accept srv-"
put "no harm"
keys Enter
wait_for "until (a date"
keys Enter
wait_for "Accept srv-"
expect "No other antivirus was seen on it.  y yes, n no" "a host that nothing protects is asked about, though it is one alone"
put n
wait_for "Nothing was changed."
same "$(in_store 1)" 0 "no means no here too"
put '*'
wait_for "77 marked"
put X
wait_for "why accept 77 marked hosts"
keys Up Enter
wait_for "until (a date"
keys Enter
wait_for "Accept 77 hosts until 2026-12-20? No other antivirus was seen on $bare of them;"
expect "the mode of $(counted 'Verdict == "unknown"') of them is unknown; $(counted 'Verdict == "unassessed"') of them are not assessed.  y yes, n no" \
	"of several hosts their numbers are said, on two lines where one is too narrow"
put y
wait_for "77 hosts are accepted until 2026-12-20, their marks cleared"
same "$(in_store 1)" 77 "it is no refusal"
put 9
wait_for " z srv-"
stop
done_here
