#!/bin/sh
# Runs every script that drives the console, or those named: tests/e2e/run.sh [NAME...]
set -u
failed=0
if [ $# -eq 0 ]; then
	set -- tests/e2e/test_*.sh
fi
for script in "$@"; do
	[ -f "$script" ] || script=tests/e2e/test_$script.sh
	sh "$script" || failed=1
done
exit $failed
