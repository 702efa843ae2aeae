#!/bin/sh
# The program as a process: no work while idle, gone with its terminal, stopped and continued, and the terminal as it was after every end.
. tests/e2e/lib.sh
prepare 300

ticks() { awk '{ sub(/^.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }
start 80x24 "$ROUSE"
wait_run
wait_still
it=$(pid)
check "the process is found" test -n "$it"
before=$(ticks "$it")
# The one test that is about time passing. A hundredth of a second may be rounded up to, and the minute may turn.
sleep 2
used=$(($(ticks "$it") - before))
[ "$used" -le 1 ]
verdict $? "idle: no CPU time in two seconds ($used hundredths)"

# On an idle machine this takes some milliseconds; how long on a busy one is not the program's doing.
mux kill-server
soon "killing the terminal ends the process" gone "$it"

# The same for a process that cannot hear SIGHUP: the terminal's end of file is enough.
start 80x24 sh -c 'trap "" HUP; exec "$ROUSE"'
wait_run
it=$(pid)
check "the process that is deaf to SIGHUP is found" test -n "$it"
mux kill-server
soon "a terminal that ends without a signal ends the process" gone "$it"

start 80x24 "$ROUSE"
wait_run
kill -TERM "$(pid)"
wait_for "[ended with 143]"
goes "1 New" "SIGTERM: the screen from before is back"

start 80x24 "$ROUSE"
wait_run
kill -INT "$(pid)"
wait_for "[ended with"
verdict 0 "SIGINT with nothing running leaves"

start 80x24 "$ROUSE"
wait_run
keys q
wait_for "[ended with 0]"
goes "1 New" "q: the screen from before is back"

# Stop and continue, in a shell with job control.
start 80x24 bash --norc --noprofile -i
wait_for 'bash-'
put "$ROUSE"
keys Enter
wait_for "1 New"
keys C-z
wait_for "Stopped"
put "echo back-to-\$((40+2))"
keys Enter
wait_for "back-to-42"
put fg
keys Enter
wait_for "1 New"
goes "back-to-42" "fg draws the whole screen"
keys q
wait_gone "1 New"
expect "Stopped" "after fg and q the shell is back"

# Too small, and back.
start 80x24 "$ROUSE"
wait_run
wait_still
whole=$(screen)
resize 52x12
wait_for "60x15 needed, now 52x12"
resize 80x24
becomes "$whole" "52x12 and back: the screen is the same"
for size in 60x15 200x50 61x16 80x24; do
	resize $size
	wait_for "1 New"
done
becomes "$whole" "through other sizes and back: the screen is the same"
done_here
