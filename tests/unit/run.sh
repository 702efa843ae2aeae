#!/bin/sh
# Runs unit test programs and prints one line for each test: `ok unit NAME: TEST` or `not ok unit NAME: TEST`. Of a program with a
# failure, all it said is printed too. A program that dies, or runs no test, is a failure. Some run at once (JOBS, 2 without it).
#   tests/unit/run.sh PROGRAM...
set -u

# one PROGRAM FILE: runs it; its lines go to FILE.
one() {
	name=${1##*/}
	CMOCKA_MESSAGE_OUTPUT=TAP ROUSE_NOW="" "$1" >"$2.raw" 2>&1 </dev/null
	status=$?
	{
		sed -n -e "s/^ok [0-9]* - /ok unit $name: /p" -e "s/^not ok [0-9]* - /not ok unit $name: /p" "$2.raw"
		if [ "$status" -ne 0 ]; then
			grep -q '^not ok' "$2.raw" || echo "not ok unit $name: ended with status $status"
			sed 's/^/# /' "$2.raw"
		elif ! grep -q '^ok [0-9]' "$2.raw"; then
			status=1
			echo "not ok unit $name: no test was run"
		fi
	} >"$2"
	return "$status"
}

if [ "${1-}" = --one ]; then
	one "$2" "$3/${2##*/}" || echo "$2" >>"$3/.failed"
	exit 0
fi
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
trap 'exit 1' INT TERM HUP
printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -I '{}' sh "$0" --one '{}' "$out"
for program in "$@"; do
	cat "$out/${program##*/}"
done
[ ! -e "$out/.failed" ]
