#!/bin/sh
# The other screens and actions: why a run is incomplete, columns, ranges and other ways to mark, undo, copies, tabs, themes, help.
. tests/e2e/lib.sh
fresh
cli demo --hosts 300 --store "$work/home/run.db" >/dev/null
cli list --all --csv-exact --format csv --store "$work/home/run.db" >"$work/home/all.csv" 2>/dev/null

start 100x30 "$ROUSE" --set scope.canary=srv-none --findings all.csv
wait_for "Run 1 is here"
wait_for "INCOMPLETE"
expect "srv-none" "an incomplete run says so in a banner, with the reason"
put r
wait_for "WHY THE RUN IS INCOMPLETE"
expect "canary-missing" "the reasons are named"
expect "in scope 277" "the count line is there in full"
keys Escape
wait_gone "WHY THE RUN"

# Columns: off, on again, moved; Esc keeps the table as it was.
put c
wait_for "Columns, in their order"
keys Down Space
wait_for "[ ] GROUP"
keys Enter
wait_gone "Columns, in their order"
wait_gone "GROUP"
verdict 0 "a column that is switched off is gone"
put u
wait_for "GROUP"
verdict 0 "undo brings the column back"
put c
wait_for "Columns, in their order"
keys Space
wait_for "[ ] HOST"
keys Escape
wait_gone "Columns, in their order"
expect "HOST" "Esc leaves the columns as they were"

# Ways to mark.
keys Home
put V
wait_for "Range begun"
keys Down Down
put V
wait_for "3 marked"
put '!'
wait_for "61 marked"
put -
wait_for "0 marked now"
put u
wait_for "61 marked"
keys C-r
wait_for "Done again"
goes "61 marked (" "redo does it again"
put +
wait_for "match:"
put sql
keys Enter
wait_for "10 marked"
verdict 0 "marks by range, inversion, text, with undo and redo"
put M
wait_for "of 10]"
put '*'
wait_for "Marked: 0 of 10 shown; 10 marked now."
put M
wait_for "of 64]"

# Copies say what was copied and how.
put y
wait_for "Copied srv-"
put Y
wait_for "Copied 10 marked host names"
put o
wait_for "Copied https://security.microsoft.com/machines/"
verdict 0 "copies say what was copied"

put i
wait_for "What the columns mean"
keys Escape
wait_gone "What the columns mean"

# Tabs; an empty one says why, and not "all clear" of an incomplete run.
put 3
wait_for "was resolved"
expect "INCOMPLETE" "an empty tab of an incomplete run does not say that all is well"
put 9
wait_for "of 277]"
put 0
wait_for "of 64]"
put ']'
wait_gone "of 64]"
put 0
wait_for "of 64]"

# Nothing that matches.
put /nosuchhost
wait_for "0 of 64 match the filter"
keys Escape
wait_for "of 64]"

put :
wait_for "enter take"
put theme
keys Enter
wait_for "Theme: light"
put :
wait_for "enter take"
put them-e
keys Enter
wait_for 'no action "them-e"'
expect "theme" "a mistyped action is answered with the nearest"
put '#'
wait_for "Nothing is bound"

# Detail and its neighbours, search in a page.
keys Home Enter
wait_for "1 of 64"
put ']'
wait_for "2 of 64"
put '['
wait_for "1 of 64"
put /device
keys Enter
wait_for "device id"
keys Escape
wait_still
keys Escape
wait_gone "THE TWO WITNESSES"
wait_for "[1 of 64]"

# An earlier run.
cli detect --findings "$work/home/all.csv" >/dev/null 2>&1
put H
wait_for "RESULT"
keys Down Enter
wait_gone "RESULT"
expect "run 1" "an earlier run can be opened"
wait_run
put '?'
wait_for "MOVE"
keys Space
wait_gone "MOVE"
keys Escape
wait_for "run 1"

# The mouse, once it is switched on.
put :
wait_for "enter take"
put mouse
keys Enter
wait_for "Mouse on"
keys Home
wait_for "[1 of 64]"
# Button 1 pressed and released in column 10, line 9, as this terminal sends it.
put "$(printf '\033[M *)')"
put "$(printf '\033[M#*)')"
wait_for "[4 of 64]"
verdict 0 "a click moves the cursor"
wait_still
keys q
wait_for "[ended with"
done_here
