#!/bin/sh
# Requests of the live source, judged by the vendor's OpenAPI description behind a validating mock.
#   tests/peers/openapi.sh ROUSE TENANT     sign-in goes to the stand-in tenant; PEERS names the folder of the mock
set -u
rouse=$1
tenant=$2
validators=${PEERS-}/validators
leave() { echo "ok openapi: left out: $1"; exit 0; }
[ -n "${PEERS-}" ] && [ -f "$validators/specs/all.json" ] || leave 'PEERS names no folder with the descriptions'
command -v node >/dev/null 2>&1 || leave 'there is no node'
work=$(mktemp -d) || exit 1
children=
# shellcheck disable=SC2086
trap '[ -z "$children" ] || kill $children 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cp "$validators/package.json" "$validators/package-lock.json" "$work/" || exit 1
if [ -d "$validators/node_modules/@stoplight" ]; then
	ln -s "$validators/node_modules" "$work/node_modules"
elif ! (cd "$work" && npm ci --ignore-scripts) >"$work/npm.log" 2>&1; then
	leave '`npm ci` of the mock failed'
fi

# ready FILE WORDS: until the words stand in the file.
ready() {
	for _ in $(seq 150); do
		grep -q "$2" "$1" && return
		sleep 0.2
	done
	sed 's/^/#   /' "$1"
	echo "not ok openapi: $2"
	exit 1
}
port=$(node -e 'const s = require("net").createServer(); s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
(cd "$work" && exec node node_modules/@stoplight/prism-cli/dist/index.js mock --errors -p "$port" "$validators/specs/all.json") >"$work/mock.log" 2>&1 &
children=$!
"$tenant" --devices 100 --port 0 >"$work/tenant.log" 2>&1 &
children="$children $!"
ready "$work/tenant.log" '^ready '
ready "$work/mock.log" 'Prism is listening'
login=$(sed -n 's/^ready //p' "$work/tenant.log")
cat >"$work/config" <<END
[source]
kind = graph
[graph]
tenant = contoso.example
client = aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee
login = $login
endpoint = http://127.0.0.1:$port/graph
END
chmod 600 "$work/config"
# The mock answers with its example, which is no table of ours; what counts is how it judged the question.
for command in detect doctor; do
	ROUSE_CLIENT_SECRET='right-secret~1' "$rouse" --config "$work/config" --store "$work/db" "$command" >"$work/out" 2>&1
	asked=$(grep -c 'Request received' "$work/mock.log")
	good=$(grep -c 'passed the validation rules' "$work/mock.log")
	if [ "$asked" -gt 0 ] && [ "$asked" -eq "$good" ]; then
		echo "ok openapi: every question of $command passes the description of Microsoft Graph"
	else
		echo "not ok openapi: $asked questions of $command, $good of them as described"
		sed 's/^/#   /' "$work/mock.log" | tail -20
		failed=1
	fi
done
exit "${failed:-0}"
