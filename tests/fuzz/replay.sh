#!/bin/sh
# Replays the seed corpus of each target: tests/fuzz/corpus/NAME for the program .../replay/fuzz_NAME. A target without seeds is a failure.
set -u
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
failed=0
for program in "$@"; do
	name=${program##*/fuzz_}
	corpus=tests/fuzz/corpus/$name
	if [ ! -d "$corpus" ]; then
		echo "not ok fuzz-replay $name: no seeds in $corpus"
		failed=1
	elif "$program" "$corpus" >"$log" 2>&1 </dev/null; then
		echo "ok fuzz-replay $name: $(tail -n 1 "$log")"
	else
		echo "not ok fuzz-replay $name"
		tail -n 60 "$log" | sed 's/^/# /'
		failed=1
	fi
done
exit $failed
