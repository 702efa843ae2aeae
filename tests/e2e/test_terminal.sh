#!/bin/sh
# Terminals that can do less: no colours, no UTF-8, vt100, dumb, unknown. Meaning is never in colour alone.
. tests/e2e/lib.sh
prepare 300
escape=$(printf '\033')

has_colour() { colours | grep -Eq "$escape\\[([0-9;]*;)?(3[0-7]|4[0-7]|9[0-7]|10[0-7]|38|48)[;m]"; }
has_no_colour() { ! has_colour; }
has_wide() { screen | LC_ALL=C grep -q '[^ -~]'; }
has_no_wide() { ! has_wide; }

start 80x24 "$ROUSE"
wait_run
wait_still
soon "colours by default" has_colour
soon "UTF-8 by default" has_wide
keys Space
wait_for "1 marked"
stop

more=NO_COLOR=1
start 80x24 "$ROUSE"
wait_run
wait_still
check "NO_COLOR: no colour codes" has_no_colour
check "NO_COLOR: the marked row is still told by a sign" sh -c "tmux -L $socket capture-pane -p | grep -q '^\\*'"
more='NO_COLOR=1'
start 80x24 "$ROUSE" --color=always
wait_run
soon "--color=always beats NO_COLOR" has_colour
more=
start 80x24 "$ROUSE" --no-color
wait_run
wait_still
check "--no-color: no colour codes" has_no_colour

lang=C
start 80x24 "$ROUSE"
wait_run
wait_still
check "LANG=C: ASCII alone" has_no_wide
keys '?'
wait_for "MOVE"
wait_still
check "LANG=C: ASCII alone in help" has_no_wide
keys Escape
wait_gone "MOVE"
keys g
wait_for "SPELLINGS"
wait_still
check "LANG=C: ASCII alone in the group picker" has_no_wide
lang=C.UTF-8
start 80x24 "$ROUSE" --ascii
wait_run
wait_still
check "--ascii: the frame is ASCII" sh -c "tmux -L $socket capture-pane -p | grep -v '\\.example' | LC_ALL=C grep -c '[^ -~]' | grep -qx 0"

start 80x24 "$ROUSE" --plain-ui
wait_run
keys g
wait_for "SPELLINGS"
wait_still
check "--plain-ui: no lines are drawn" sh -c "! tmux -L $socket capture-pane -p | grep -q '[─│┌┐└┘├┤]'"

term=vt100
start 80x24 "$ROUSE"
wait_run
wait_still
check "TERM=vt100 starts, without colours" has_no_colour
keys j j Space
wait_for "2 marked"
verdict 0 "TERM=vt100 works"

term=dumb
start 80x24 "$ROUSE"
wait_for "[ended with"
refuse "[ended with 0]" "TERM=dumb: refused"
expect "TERM" "TERM=dumb: the variable is named"
term=no-such-terminal
start 80x24 "$ROUSE"
wait_for "[ended with"
refuse "[ended with 0]" "an unknown TERM: refused"
expect "TERM" "an unknown TERM: the variable is named"
done_here
