#!/bin/sh
# Runs every headless script, or those named: tests/headless/run.sh [NAME...]
# They wait more than they work, so some run at once (JOBS, 3 without it); the lines of each stay together.
set -u
if [ $# -eq 0 ]; then
	# Those that take longest begin.
	set -- tests/headless/test_services_faults*.sh tests/headless/test_secrets_closing.sh tests/headless/test_live*.sh tests/headless/test_[!l]*.sh
fi
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
trap 'exit 1' INT TERM HUP
for script in "$@"; do
	[ -f "$script" ] || script=tests/headless/test_$script.sh
	echo "$script"
done | awk '!seen[$0]++' >"$out/.scripts"
# shellcheck disable=SC2016 # the inner shell expands it
xargs -P "${JOBS:-3}" -I '{}' sh -c 'sh "$1" >"$2/${1##*/}" 2>&1 </dev/null || {
	grep -q "^not ok" "$2/${1##*/}" || echo "not ok headless ${1##*/}: ended with a failure and without a word" >>"$2/${1##*/}"
	echo "$1" >>"$2/.failed"
}' run '{}' "$out" <"$out/.scripts"
while read -r script; do
	cat "$out/${script##*/}"
done <"$out/.scripts"
[ ! -e "$out/.failed" ]
