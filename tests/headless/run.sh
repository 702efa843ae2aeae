#!/bin/sh
# Runs every headless script, or those named: tests/headless/run.sh [NAME...]
set -u
failed=0
if [ $# -eq 0 ]; then
	set -- tests/headless/test_*.sh
fi
for script in "$@"; do
	[ -f "$script" ] || script=tests/headless/test_$script.sh
	sh "$script" || failed=1
done
exit $failed
