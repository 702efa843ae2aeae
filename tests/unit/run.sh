#!/bin/sh
# Runs unit test programs and prints one line for each test: `ok unit NAME: TEST` or `not ok unit NAME: TEST`. Of a program with a
# failure, all it said is printed too. A program that dies, or runs no test, is a failure.
#   tests/unit/run.sh PROGRAM...
set -u
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
failed=0
for program in "$@"; do
	name=${program##*/}
	CMOCKA_MESSAGE_OUTPUT=TAP ROUSE_NOW="" "$program" >"$out" 2>&1 </dev/null
	status=$?
	sed -n -e "s/^ok [0-9]* - /ok unit $name: /p" -e "s/^not ok [0-9]* - /not ok unit $name: /p" "$out"
	if [ "$status" -ne 0 ]; then
		failed=1
		grep -q '^not ok' "$out" || echo "not ok unit $name: ended with status $status"
		sed 's/^/# /' "$out"
	elif ! grep -q '^ok [0-9]' "$out"; then
		failed=1
		echo "not ok unit $name: no test was run"
	fi
done
exit $failed
