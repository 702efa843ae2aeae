#!/bin/sh
# A morning at three sizes: load, filter, mark, sort, group, detail, note, export, quit, and a restart that finds it all again.
. tests/e2e/lib.sh

# The line with the terminal's cursor, and the host on it.
cursor_line() { line $(($(mux display-message -p '#{cursor_y}') + 1)); }
cursor_host() { cursor_line | cut -c4-17 | sed 's/[ ~].*//'; }
marked() { screen | grep '^\*' | cut -c4-17 | sort; }

morning() {
	size=$1
	prepare 300
	cli list --format json --columns DeviceId,DeviceName,MachineGroup,Verdict,SignatureAge >"$work/list.json" 2>/dev/null
	total=$(jq length "$work/list.json")
	sql=$(jq '[.[] | select((.DeviceName + " " + .MachineGroup) | ascii_downcase | contains("sql"))] | length' "$work/list.json")
	check "$size: the estate has hosts to narrow to" test "$sql" -gt 3 -a "$sql" -lt "$total"

	start "$size" "$ROUSE"
	wait_run
	expect "of $total]" "$size: all findings are there"
	expect "complete" "$size: the title says that the run is complete"
	expect "1 New" "$size: what changed stands in the tabs"
	expect "$(jq -r '.[0].DeviceName[0:15]' "$work/list.json")" "$size: the first host of the list is there"

	# Filter as you type; Esc takes it back one layer at a time.
	put /sql
	wait_for "of $sql]"
	keys Enter
	wait_for "space mark"
	expect "of $sql]" "$size: Enter keeps the filter"
	refuse "srv-dc-" "$size: what does not match is gone"

	# Marks are of hosts, not of rows.
	keys Space Space
	wait_for "2 marked"
	marked_rows() { marked | wc -l | tr -d ' '; }
	comes 2 "$size: two rows carry the mark" marked_rows
	wait_still
	marks=$(marked)
	keys Escape
	wait_for "of $total]"
	expect "2 marked" "$size: marks outlive the filter"
	put /srv-dc
	wait_for "2 hidden"
	keys Escape
	wait_for "of $total]"

	# The cursor follows its host through sort and filter.
	keys Home j j j
	wait_for "[4 of $total]"
	wait_still
	under=$(cursor_host)
	check "$size: there is a host under the cursor" test -n "$under"
	keys s
	wait_for "Sort by"
	wait_still
	for step in 1 2 3 4 5 6 7 8 9; do
		cursor_line | grep -q SeenAge && break
		keys Down
		wait_still
	done
	keys Enter
	wait_gone "Sort by"
	expect "SEEN▼" "$size: the column head shows the sort and its direction"
	comes "$under" "$size: the cursor stays on its host through a sort" cursor_host
	put "/$(echo "$under" | cut -c1-8)"
	wait_gone "of $total]"
	keys Enter
	wait_for "space mark"
	comes "$under" "$size: the cursor stays on its host through a filter" cursor_host
	keys Escape
	wait_for "of $total]"
	comes "$under" "$size: the cursor stays on its host when the filter goes" cursor_host

	# M shows the marked alone: still the same two.
	keys M
	wait_for "of 2]"
	comes "$marks" "$size: the marked hosts are the same after sort and filter" marked
	keys M
	wait_for "of $total]"

	# One machine group.
	keys g
	wait_for "SPELLINGS"
	put dmz
	keys Enter
	wait_gone "SPELLINGS"
	dmz=$(jq '[.[] | select(.MachineGroup | ascii_downcase == "win-servers-dmz")] | length' "$work/list.json")
	expect "of $dmz]" "$size: the group picker narrows to one group in all its spellings"
	keys Escape
	wait_for "of $total]"

	# A note, seen in the detail.
	keys Home
	wait_for "[1 of $total]"
	wait_still
	under=$(cursor_host)
	keys w
	wait_for "note on"
	put "rebuild on friday"
	keys Enter
	wait_for "Note saved."
	keys Enter
	wait_for "WHY IT IS HERE"
	expect "$under" "$size: the detail is of the host under the cursor"
	put /rebuild
	keys Enter
	wait_for "rebuild on friday"
	keys Escape
	wait_still
	keys Escape
	wait_for "of $total]"

	# Export of the marked; a file that is there is not overwritten without asking.
	put e
	wait_for "write 2 marked hosts"
	keys C-u
	put out.csv
	keys Enter
	wait_for "Wrote 2 marked hosts"
	sqlite3 :memory: -cmd '.mode csv' -cmd ".import '$work/home/out.csv' t" -cmd '.mode list' 'select DeviceName from t' |
		cut -c1-14 | sort >"$work/exported"
	same "$(cat "$work/exported")" "$marks" "$size: the file holds the marked hosts"
	same "$(stat -c %a "$work/home/out.csv")" 600 "$size: the file is its owner's alone"
	put e
	wait_for "write 2 marked hosts"
	keys C-u
	put out.csv
	keys Enter
	wait_for "exists. Replace it?"
	keys n
	wait_for "Nothing was"

	keys q
	wait_for "[ended with 0]"

	start "$size" "$ROUSE"
	wait_for "2 marked"
	wait_run
	expect "of $total]" "$size: a restart finds every row"
	expect "SEEN▼" "$size: a restart finds the sort"
	keys M
	wait_for "of 2]"
	comes "$marks" "$size: a restart finds the marks" marked
	keys M
	wait_for "of $total]"
	put "/$under"
	wait_for "/ $under"
	keys Enter
	wait_for "space mark"
	keys Enter
	wait_for "WHY IT IS HERE"
	put /rebuild
	keys Enter
	wait_for "rebuild on friday"
	verdict 0 "$size: a restart finds the note"
	stop
}

for size in 80x24 120x40 200x50; do
	morning $size
done
done_here
