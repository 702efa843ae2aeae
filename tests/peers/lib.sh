# shellcheck shell=sh
# lib.sh - what the tests against descriptions and judges share; sourced. PEERS names the folder of the judges.
set -u
validators=${PEERS-}/validators
children=

leave() { echo "ok $suite: left out: $1"; exit 0; }

# begin SUITE FILE WHAT: leaves unless FILE of the validators and node are there. $work is a folder that goes with the test, and so do $children.
begin() {
	suite=$1
	[ -n "${PEERS-}" ] && [ -f "$validators/$2" ] || leave "PEERS names no folder with the $3"
	command -v node >/dev/null 2>&1 || leave 'there is no node'
	work=$(mktemp -d) || exit 1
	# shellcheck disable=SC2086
	trap '[ -z "$children" ] || kill $children 2>/dev/null; rm -rf "$work"' EXIT
	trap 'exit 1' INT TERM
}

# packages FOLDER PACKAGE WHAT: the validators' packages in FOLDER, linked where PACKAGE is installed, else fetched.
packages() {
	cp "$validators/package.json" "$validators/package-lock.json" "$1/" || exit 1
	if [ -d "$validators/node_modules/$2" ]; then
		ln -s "$validators/node_modules" "$1/node_modules"
	elif ! (cd "$1" && npm ci --ignore-scripts) >"$work/npm.log" 2>&1; then
		leave "\`npm ci\` of the $3 failed"
	fi
}

# ready FILE WORDS: until the words stand in the file.
ready() {
	for _ in $(seq 150); do
		grep -q "$2" "$1" && return
		sleep 0.2
	done
	sed 's/^/#   /' "$1"
	echo "not ok $suite: $2"
	exit 1
}

# mock: starts the validating mock at $port; what it says is in $work/mock.log.
mock() {
	packages "$work" @stoplight mock
	port=$(node -e 'const s = require("net").createServer(); s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
	(cd "$work" && exec node node_modules/@stoplight/prism-cli/dist/index.js mock --errors -p "$port" "$validators/specs/all.json") >"$work/mock.log" 2>&1 &
	children="$children $!"
}
