#!/bin/sh
# Every query and rule, judged by Microsoft's parser, schemas and by running them over random tables.
#   tests/kql/run.sh PRINT     the program of print.c; PEERS names the folder of the judges, ROUSE the program
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 1
validators=${PEERS-}/validators
if [ -z "${PEERS-}" ] || [ ! -f "$validators/kql-check.mjs" ]; then
	echo "ok kql: left out: PEERS names no folder with Microsoft's parser"
	exit 0
fi
if ! command -v node >/dev/null 2>&1; then
	echo "ok kql: left out: there is no node"
	exit 0
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
if [ ! -d "$validators/node_modules/@kusto" ]; then
	cp -R "$validators" "$work/validators" || exit 1
	validators=$work/validators
	if ! (cd "$validators" && npm ci --ignore-scripts) >"$work/npm.log" 2>&1; then
		echo "ok kql: left out: \`npm ci\` of the judges failed"
		exit 0
	fi
fi
mkdir "$work/out" && "$1" "$work/out" || { echo "not ok kql: the queries could not be written"; exit 1; }
node "$here/judge.mjs" "$work/out" "$validators" ${ROUSE:+"$ROUSE"}
