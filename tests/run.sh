#!/bin/sh
# Runs every suite and counts. A suite prints `ok NAME` or `not ok NAME`, a line each; what it says is kept in a log, and shown
# where it failed. The last line is `N passed, N failed`; the exit status is 0 only without a failure.
#   tests/run.sh [STAGE...]     without names: all
set -u
make=${MAKE:-make}
BUILD=${BUILD:-.build}
export BUILD
unset MAKEFLAGS MAKELEVEL MFLAGS MAKE
logs=$BUILD/logs
mkdir -p "$logs" || exit 1
jobs=$(nproc 2>/dev/null || echo 2)
passed=0 failed=0 begun=$(date +%s)

# stage NAME COMMAND...: a command that fails without a `not ok` of its own is one failure; one that counts nothing is one pass.
stage() {
	name=$1
	shift
	case " $chosen " in "  " | *" $name "*) ;; *) return ;; esac
	log=$logs/$name.log
	from=$(date +%s)
	"$@" >"$log" 2>&1 </dev/null
	status=$?
	ok=$(grep -c '^ok ' "$log")
	bad=$(grep -c '^not ok ' "$log")
	[ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
	[ "$status" -eq 0 ] && [ "$ok" -eq 0 ] && [ "$bad" -eq 0 ] && ok=1
	passed=$((passed + ok)) failed=$((failed + bad))
	printf '%-12s %5d passed  %3d failed  %4d s\n' "$name" "$ok" "$bad" $(($(date +%s) - from))
	if [ "$bad" -ne 0 ]; then
		grep -v -E '^(ok|CC|GEN|LINK) ' "$log" | tail -n 100 | cut -c1-200 | sed 's/^/    /'
		echo "    (all of it: $log)"
	fi
}

chosen=$*
build() { $make --no-print-directory -j "$jobs" BUILD="$BUILD" "$@"; }
run() { $make --no-print-directory BUILD="$BUILD" "$@"; }

stage lint run lint
stage build build rouse build-all tenant services
stage headers build hdr-check
stage unit run unit
stage fuzz-replay run fuzz-replay
stage stand-ins run stand-ins
stage headless run headless
stage contract run contract
stage oracle run oracle
stage where run where
stage kql run kql
stage sign-in run sign-in
stage openapi run openapi
stage tickets-openapi run tickets-openapi
stage rt run rt
stage cards run cards
stage clang build clang-build
stage asan-build build CC=clang BUILD="$BUILD/asan" OPT='-O1 -g' HARDEN= HARDEN_LINK= SAN="$(run print-sanitize)" asan-build
stage asan run asan
stage e2e run e2e

echo "$(($(date +%s) - begun)) s in all"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
