#!/bin/sh
# What every command keeps: help, version, exit statuses, where words and data go, nothing written that was not asked for.
. tests/headless/lib.sh

run --version
is 0 "--version"
check "--version prints the name and a number" grep -Eq '^rouse [0-9]+\.[0-9]+' "$out"

run --help
is 0 "--help"
for word in detect list runs doctor demo triage --config --store --set NO_COLOR; do
	[ "$word" = NO_COLOR ] || has "$out" "$word" "--help names $word"
done
same "$(wc -c <"$err")" 0 "--help says nothing on stderr"

for command in detect list runs doctor demo triage; do
	run "$command" --help
	is 0 "$command --help"
	run --help "$command"
	is 0 "--help $command"
done

run --man
is 0 "--man"
has "$out" '.TH ROUSE 1' "--man is a manual page"
if command -v man >/dev/null 2>&1 && command -v groff >/dev/null 2>&1; then
	cp "$out" "$work/rouse.1"
	groff -man -Tutf8 -ww "$work/rouse.1" >/dev/null 2>"$work/groff"
	same "$(grep -v 'cannot adjust\|can.t break' "$work/groff")" "" "--man is clean to groff"
fi
run --list-keys
is 0 "--list-keys"
check "--list-keys prints keys" test -s "$out"

run lits
is 64 "an unknown command"
one_sentence "an unknown command"
has "$err" "list" "an unknown command: the nearest is named"
run list --wher x
is 64 "an unknown option"
one_sentence "an unknown option"
run list --columns
is 64 "an option without its value"
run detect --sort DeviceName
is 64 "an option of another command"
run list --columns DeviceNam
[ "$status" -ne 0 ]
verdict $? "a column that is not there is refused"
run --set ui.them=dark runs
is 78 "an unknown key of the configuration"
has "$err" "ui.theme" "an unknown key: the nearest is named"
run --set limits.freshness=soon runs
is 78 "a bad value of the configuration"
run --config "$work/none.ini" runs
[ "$status" -eq 66 ] || [ "$status" -eq 78 ]
verdict $? "a configuration that is not there"

printf '[scope]\ngroup = A\n[ui]\nthme = dark\n' >"$work/bad.ini"
run --config "$work/bad.ini" runs
is 78 "a configuration with a wrong key"
has "$err" "bad.ini:4" "a wrong key is named with file and line"

run list
is 66 "list without a run"
one_sentence "list without a run"
run runs
check "runs without a store" test "$status" -eq 0 -o "$status" -eq 66
check "asking leaves no store" test ! -e "$store"
run
is 64 "the console without a terminal"
one_sentence "the console without a terminal"
check "the console without a terminal leaves no store" test ! -e "$store"

now=yesterday
run demo
[ "$status" -ne 0 ]
verdict $? "a ROUSE_NOW that is no time is refused"
has "$err" ROUSE_NOW "a bad ROUSE_NOW is named"
now=2026-11-20T07:00:00Z

run demo
is 0 "demo without a terminal"
check "demo prints the count line" grep -Eq '^in scope [0-9]+: active [0-9]+, passive [0-9]+, edr-block [0-9]+, passive-audit [0-9]+, disabled [0-9]+, unknown [0-9]+, unassessed [0-9]+' "$out"
cp "$out" "$work/first"
run demo
check "demo is the same twice at one time" cmp -s "$out" "$work/first"
check "demo has no control characters" sh -c "! LC_ALL=C grep -q '[[:cntrl:]]' '$out'"
check "demo leaves no store" test ! -e "$store"
run demo --hosts 300
is 0 "demo --hosts"
run demo --hosts none
is 64 "demo --hosts with a word"

if [ -e /dev/full ]; then
	env -i HOME="$work/home" LANG=C.UTF-8 ROUSE_NOW="$now" "$ROUSE" demo --hosts 50 >/dev/full 2>"$err"
	status=$?
	is 74 "a full disk on stdout"
fi
env -i LANG=C.UTF-8 ROUSE_NOW="$now" "$ROUSE" runs >"$out" 2>"$err" </dev/null
status=$?
is 78 "no HOME"
done_here
