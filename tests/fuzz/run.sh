#!/bin/sh
# Runs each libFuzzer program for FUZZ_SECONDS. Seeds are read from tests/fuzz/corpus/NAME; what is found new stays in the build folder,
# and so do the inputs that made a target fail.
#   tests/fuzz/run.sh BUILD fuzz_NAME...
set -u
build=$1
shift
seconds=${FUZZ_SECONDS:-30}
failed=0
for target in "$@"; do
	name=${target#fuzz_}
	found=$build/found/$name
	mkdir -p "$found" "$build/crashes" "tests/fuzz/corpus/$name"
	log=$build/$name.log
	dict=
	[ -f "tests/fuzz/$name.dict" ] && dict="-dict=tests/fuzz/$name.dict"
	# shellcheck disable=SC2086 # no dictionary, no word
	if "$build/fuzz/$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
		-artifact_prefix="$build/crashes/$name-" $dict "$found" "tests/fuzz/corpus/$name" >"$log" 2>&1; then
		echo "ok fuzz $name: $(sed -n 's/^stat::number_of_executed_units: //p' "$log") inputs in $seconds s"
	else
		echo "not ok fuzz $name"
		grep -v -E '^#[0-9]+[[:space:]]+(REDUCE|NEW|pulse)' "$log" | tail -n 40 | sed 's/^/# /'
		failed=1
	fi
done
exit $failed
