#!/bin/sh
# doctor: a line for each check, with the mend; a wrong keymap line is named with its number.
. tests/headless/lib.sh

run doctor
check "doctor without a configuration" test "$status" -le 2
has "$out" "configuration" "doctor says where the configuration is"
has "$out" "scope" "doctor warns that no group is configured"
run doctor --json
check "doctor --json is JSON" jq -e . "$out"

mkdir -p "$work/home/.config/rouse"
printf 'table j mark-shwon\n' >"$work/home/.config/rouse/keys"
run doctor
has "$out" "keys:1" "a wrong keymap line is named with its number"
has "$out" "mark-shown" "the nearest action is suggested"
printf '[scope]\ngroup = Alpha\n[ui]\nkeymap = vim\n' >"$work/home/.config/rouse/config"
chmod 644 "$work/home/.config/rouse/config"
run doctor
has "$out" "scope.group" "doctor shows each option"
has "$out" "Alpha" "doctor shows the value of an option"
printf '[graph]\ntenant = t.example\nclient = c\n' >"$work/home/.config/rouse/config"
run doctor
has "$out" "kind = graph under [source]" "a filled [graph] that nobody asks is named"
printf '[source]\nkind = graph\n[graph]\ntenant = t.example\nclient = c\nclient_secret_file = ~/secret\n' >"$work/home/.config/rouse/config"
run doctor
has "$out" "$work/home/secret, which should hold the client secret" "~ in the path of the secret is the home folder"
check "doctor leaves no store" test ! -e "$store"
done_here
