#!/bin/sh
# Judges `--where` by Microsoft's reference of KQL: tables of expressions, random ones, and Microsoft's own parser where PEERS names it.
#   tests/where/run.sh [OPTION...]     ROUSE names the program; options as of run.py
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 1
python=/usr/bin/python3
[ -x "$python" ] || python=python3
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
exec "$python" "$here/run.py" --program "${ROUSE:-./rouse}" "$@"
