#!/bin/sh
# Compares the program with an independent reading of the contract over random estates: tests/oracle/run.sh [COUNT [FIRST]]
# ROUSE names the program. Prints `ok` or `not ok` lines and ends with `N passed, N failed`; fails on any difference.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 1
python=/usr/bin/python3
[ -x "$python" ] || python=python3
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
exec "$python" "$here/oracle.py" --program "${ROUSE:-./rouse}" --count "${1:-150}" --first "${2:-1}"
