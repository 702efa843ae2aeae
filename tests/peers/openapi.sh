#!/bin/sh
# Requests of the live source, judged by the vendor's OpenAPI description behind a validating mock.
#   tests/peers/openapi.sh ROUSE TENANT     sign-in goes to the stand-in tenant; PEERS names the folder of the mock
# shellcheck source=tests/peers/lib.sh
. "$(dirname "$0")/lib.sh"
rouse=$1
tenant=$2
begin openapi specs/all.json descriptions
mock
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
