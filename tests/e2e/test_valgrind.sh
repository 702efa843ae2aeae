#!/bin/sh
# A scripted session under valgrind: no memory error, nothing lost, no descriptor left.
. tests/e2e/lib.sh
if ! command -v valgrind >/dev/null 2>&1; then
	echo "not ok e2e $suite: valgrind is not installed"
	exit 1
fi
prepare 120
start 100x30 valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite \
	--log-file="$work/valgrind.log" "$ROUSE"
wait_run 60
keys Space Space Down
wait_for "2 marked" 30
put /sql
wait_for "(2 hidden" 30
keys Escape
wait_for "(0 hidden" 30
keys s
wait_for "Sort by" 30
keys Enter
wait_gone "Sort by" 30
keys g
wait_for "SPELLINGS" 30
keys Escape
wait_gone "SPELLINGS" 30
keys Enter
wait_for "THE TWO WITNESSES" 30
keys Escape
wait_gone "THE TWO WITNESSES" 30
keys H
wait_for "RESULT" 30
keys Escape
wait_gone "RESULT" 30
keys '?'
wait_for "MOVE" 30
keys Escape
wait_gone "MOVE" 30
keys e
wait_for "write 2 marked" 30
keys C-u
wait_gone "findings.csv" 30
put session.csv
keys Enter
wait_for "Wrote" 30
keys q
wait_for "[ended with" 60
expect "[ended with 0]" "valgrind finds nothing in a session of the console"
sed 's/^/# /' "$work/valgrind.log" | head -n 60

# The same without a terminal.
env -i PATH=/usr/bin:/bin HOME="$work/home" LANG=C.UTF-8 ROUSE_NOW="$now" valgrind --quiet --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite "$ROUSE" demo --hosts 150 >/dev/null 2>"$work/valgrind.log" </dev/null
verdict $? "valgrind finds nothing in a printed demo"
cli list --all --format csv --csv-exact >"$work/all.csv"
env -i PATH=/usr/bin:/bin HOME="$work/home" LANG=C.UTF-8 ROUSE_NOW="$now" valgrind --quiet --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite "$ROUSE" detect --findings "$work/all.csv" --store "$work/v.db" >/dev/null 2>"$work/valgrind.log" </dev/null
status=$?
[ "$status" -eq 0 ] || [ "$status" -eq 2 ]
verdict $? "valgrind finds nothing in a detection"
done_here
