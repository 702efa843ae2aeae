#!/bin/sh
# Keymaps: the built-in ones, one's own file, and a wrong line that is named and locks nobody out.
. tests/e2e/lib.sh
prepare 300
total=$(cli list --format json | jq length)
place() { screen | sed -n 's/.*\[ *\([0-9,]* of [0-9,]*\) *\].*/\1/p'; }
at() { until_true 10 prints "$1 of $total" place || verdict 1 "the cursor is on row $1 of $total, not $is"; }

start 80x24 "$ROUSE" --set ui.keymap=vim
wait_run
at 1
keys j j
at 3
keys k
at 2
keys G
at "$total"
keys g g
at 1
verdict 0 "vim: j, k, G and gg"
keys g x
wait_for "x does not go on with the keys before it; nothing was done."
at 1
verdict 0 "vim: a sequence that nothing is bound to says so"
stop

start 80x24 "$ROUSE" --set ui.keymap=emacs
wait_run
at 1
keys C-n C-n
at 3
keys C-p
at 2
verdict 0 "emacs: C-n and C-p"
keys C-x C-c
wait_for "[ended with 0]"

mkdir -p "$work/home/.config/rouse"
printf '# mine\ntable x mark\nunbind table space\ntable J cursr-down\n' >"$work/home/.config/rouse/keys"
start 80x24 "$ROUSE"
wait_for "keys:4"
expect "cursr-down" "a wrong line is named with file, line and word"
keys x
wait_for "1 marked"
verdict 0 "one's own key works"
keys Space
wait_for "Nothing is bound to space here"
expect "1 marked" "an unbound key does nothing, and says so"
stop

printf 'table x mark\n' >"$work/home/.config/rouse/keys"
start 80x24 "$ROUSE" --set ui.keymap=vmi
wait_for "vmi"
verdict 0 "a keymap that is not there is named"
keys Home
at 1
keys j
at 2
verdict 0 "and the default one works"
stop

rm "$work/home/.config/rouse/keys"
start 80x24 "$ROUSE"
wait_run
put :
wait_for "enter take"
put bottom
keys Enter
at "$total"
verdict 0 "any action by its name"

# No key is lost without a word: Esc and a key in one packet are two keys, not alt and the key; pasted text triggers nothing.
keys Home
at 1
put "$(printf '\033j')"
at 2
verdict 0 "Esc and j at once are Esc and j"
put "$(printf '\033[200~jjq\033[201~')"
wait_for "Pasted text is taken only where text is typed; nothing was done."
at 2
verdict 0 "pasted text does nothing, and that is said"
keys '?'
wait_for "MOVE"
expect "mark" "help shows what the keys do"
done_here
