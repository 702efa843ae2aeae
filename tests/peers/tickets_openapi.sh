#!/bin/sh
# Requests of the ticket systems, judged by descriptions of them behind a validating mock, and Jira's documents by Atlassian's own schema.
#   tests/peers/tickets_openapi.sh TICKETS_CALLS     PEERS names the folder of the mock
# shellcheck source=tests/peers/lib.sh
. "$(dirname "$0")/lib.sh"
calls=$1
begin 'tickets openapi' specs/all.json descriptions
cp -r "$validators/adf-check.mjs" "$validators/schema" "$work/" || exit 1
mock
ready "$work/mock.log" 'Prism is listening'
cat >"$work/config" <<END
[servicenow]
url = http://127.0.0.1:$port/snow
sign_in = basic
user = svc-rouse
description_max = 4000
[jira]
url = http://127.0.0.1:$port/jira
kind = cloud
user = rouse@example.com
project = SEC
END
chmod 600 "$work/config"
export ROUSE_SERVICENOW_SECRET=a ROUSE_JIRA_SECRET=b TEAM_ID=8b5b39e01c63e256f9a18fd1848a2597
failed=0

# judge NAME KIND HOSTS RECORD CALLS...: every request of the calls passes, and there are at least as many as calls.
judge() {
	name=$1 kind=$2 hosts=$3 record=$4
	shift 4
	asked=$(grep -c 'Request received' "$work/mock.log")
	good=$(grep -c 'passed the validation rules' "$work/mock.log")
	RECORD=$record "$calls" "$work/config" "$kind" "$hosts" "$@" >"$work/out" 2>&1
	asked=$(($(grep -c 'Request received' "$work/mock.log") - asked))
	good=$(($(grep -c 'passed the validation rules' "$work/mock.log") - good))
	if [ "$asked" -ge $# ] && [ "$asked" -eq "$good" ]; then
		echo "ok tickets openapi: $asked requests of $name pass the description"
	else
		echo "not ok tickets openapi: $asked requests of $name, $good of them as described"
		sed 's/^/#   /' "$work/out" | cut -c1-300
		sed 's/^/#   /' "$work/mock.log" | tail -20
		failed=1
	fi
}
id=287ebd7da9fe198100f92cc8d1d2154e
judge 'ServiceNow: a search, a ticket, its update and a note' servicenow 2 $id guard find create read update note
judge 'ServiceNow: a ticket of 300 hosts' servicenow 300 $id create update
judge 'ServiceNow: a ticket that was not there' servicenow 1 $id find all read
# Searches and rights of Jira are younger than the description.
judge 'Jira: a ticket, its update and a note' jira 7 SEC-1 read update note create
judge 'Jira: a ticket of 50 hosts, in lines' jira 50 SEC-1 create update
judge 'Jira: a ticket of 3000 hosts' jira 3000 SEC-1 create update

# A request that must not pass: else the judge is asleep.
sed 's/^description_max.*/description_max = 9000/' "$work/config" >"$work/bad"
chmod 600 "$work/bad"
good=$(grep -c 'passed the validation rules' "$work/mock.log")
"$calls" "$work/bad" servicenow 300 create >"$work/out" 2>&1
if [ "$(grep -c 'passed the validation rules' "$work/mock.log")" -eq "$good" ] && grep -q '^create: refused' "$work/out"; then
	echo 'ok tickets openapi: a description that is too long is refused'
else
	echo 'not ok tickets openapi: a description that is too long passes'
	failed=1
fi
for hosts in 1 7 20 50 90 3000; do
	"$calls" "$work/config" jira $hosts body >"$work/adf-$hosts.json"
done
if (cd "$work" && node adf-check.mjs adf-*.json) >"$work/adf.log" 2>&1; then
	echo 'ok tickets openapi: documents for Jira Cloud pass its schema'
else
	echo 'not ok tickets openapi: a document for Jira Cloud'
	sed 's/^/#   /' "$work/adf.log" | tail -20
	failed=1
fi
exit $failed
