#!/bin/sh
# Compares the program with an independent reading of the contract: random estates, and files cut at many bytes.
#   tests/oracle/run.sh [COUNT [FIRST]]     COUNT estates from seed FIRST on; ROUSE names the program
# Prints `ok` or `not ok` lines and ends with `N passed, N failed`; fails on any difference.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 1
python=/usr/bin/python3
[ -x "$python" ] || python=python3
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
program=${ROUSE:-./rouse}
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
status=0
"$python" "$here/oracle.py" --program "$program" --count "${1:-150}" --first "${2:-1}" >"$log" || status=1
"$python" "$here/cuts.py" --program "$program" --step 29 --start "${2:-1}" >>"$log" || status=1
# Each part ends with its own figures; here they are one line.
awk '/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3; next } { print } END { printf "%d passed, %d failed\n", passed, failed }' "$log"
exit $status
