#!/bin/sh
# selftest.sh - each behaviour of the stand-in services once, from outside with curl and jq.
#
#   SERVICES=.build/rouse-services tests/services/selftest.sh
#
# A line for each failure; the last line counts.
set -u
services=${SERVICES:-./rouse-services}
work=$(mktemp -d)
pid=
passed=0
failed=0

stop() {
	if [ -n "$pid" ]; then
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	fi
	pid=
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# start OPTION... - a new server; its address is in $base.
start() {
	stop
	mkfifo "$work/ready.$$"
	"$services" "$@" >"$work/ready.$$" 2>"$work/stderr" &
	pid=$!
	read -r word base <"$work/ready.$$"
	rm "$work/ready.$$"
	[ "$word" = ready ] || { echo "the server did not start"; exit 1; }
}

# same WHAT WANTED GOT
same() {
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED $1: wanted <$2>, got <$3>"
	fi
}

# holds WHAT PART TEXT
holds() {
	case $3 in
	*"$2"*) passed=$((passed + 1)) ;;
	*)
		failed=$((failed + 1))
		echo "FAILED $1: <$2> is not in <$(printf %s "$3" | head -c 400)>"
		;;
	esac
}

json='Content-Type: application/json'
user='svc-rouse:right-password~1'
# snow METHOD PATH [BODY] [CURL ARGUMENT...]
snow() {
	method=$1 path=$2 body=${3-}
	[ $# -ge 3 ] && shift 3 || shift 2
	if [ -n "$body" ]; then
		curl -s -u "$user" -X "$method" -H "$json" -d "$body" "$@" "$base$path"
	else
		curl -s -u "$user" -X "$method" "$@" "$base$path"
	fi
}
status() { snow "$1" "$2" "${3-}" -o /dev/null -w '%{http_code}'; }
options() { curl -s "$base/__options" -d "$1" | jq -r .ok; }
faults() { curl -s "$base/__faults" -d "$1" | jq -r .ok; }
reset() { curl -s -X POST "$base/__reset" >/dev/null; }
records() { curl -s "$base/__records" | jq -rc "$1"; }
log() { curl -s "$base/__log" | jq -rc "$1"; }
bare=sysparm_exclude_reference_link=true

cat >"$work/cmdb.csv" <<'END'
name,fqdn,support_group,assignment_group,managed_by_group,operational_status
srv-app-01,srv-app-01.corp.example,Windows Platform,,,1
SRV-DUP-01,,Team SQL,,,1
srv-dup-01,,Windows Platform,,,6
srv-none,,,,,1
"srv,comma ""q""",,"Plant, North",,,1
END
start --cmdb "$work/cmdb.csv" --servers 500

# ---- ServiceNow: who asks ----
same "basic" 200 "$(status GET /api/now/table/incident)"
same "wrong password" 401 "$(curl -s -o /dev/null -w '%{http_code}' -u svc-rouse:nope "$base/api/now/table/incident")"
same "nobody" 'User Not Authenticated' "$(curl -s "$base/api/now/table/incident" | jq -r .error.message)"
options '{"basic":0}' >/dev/null
same "basic restricted" 401 "$(status GET /api/now/table/incident)"
options '{"basic":1}' >/dev/null
same "API key" 200 "$(curl -s -o /dev/null -w '%{http_code}' -H 'x-sn-apikey: right-key~1' "$base/api/now/table/incident")"
same "wrong API key" 401 "$(curl -s -o /dev/null -w '%{http_code}' -H 'x-sn-apikey: x' "$base/api/now/table/incident")"
token=$(curl -s "$base/oauth_token.do" -d 'grant_type=client_credentials&client_id=rouse-client&client_secret=right-secret~1' | jq -r .access_token)
same "token" 200 "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" "$base/api/now/table/incident")"
token=$(curl -s "$base/oauth_token.do" -d 'grant_type=password&client_id=rouse-client&client_secret=right-secret~1&username=svc-read&password=right-password~1' | jq -r .access_token)
same "password grant" svc-read "$(curl -s -H "Authorization: Bearer $token" "$base/api/now/table/sys_user?sysparm_query=sys_id=javascript:gs.getUserID()" | jq -r '.result[0].user_name')"
same "wrong client" invalid_client "$(curl -s "$base/oauth_token.do" -d 'grant_type=client_credentials&client_id=rouse-client&client_secret=x' | jq -r .error)"
options '{"token-life":0}' >/dev/null
token=$(curl -s "$base/oauth_token.do" -d 'grant_type=client_credentials&client_id=rouse-client&client_secret=right-secret~1' | jq -r .access_token)
same "a token that is over" 401 "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" "$base/api/now/table/incident")"
options '{"token-life":1800}' >/dev/null
user=svc-none:right-password~1
same "no rights" 'Insufficient rights to query records' "$(snow GET /api/now/table/incident | jq -r .error.message)"
user=svc-read:right-password~1
same "reads" 200 "$(status GET /api/now/table/incident)"
same "writes nothing" 'ACL Exception Insert Failed due to security constraints' "$(snow POST /api/now/table/incident '{}' | jq -r .error.detail)"
user=svc-rouse:right-password~1

# ---- ServiceNow: queries ----
names() { snow GET "/api/now/table/cmdb_ci_server?sysparm_fields=name&sysparm_query=$1" | jq -r '[.result[].name] | join(" ")'; }
same "IN folds case" 'srv-app-01 SRV-DUP-01 srv-dup-01' "$(names 'nameINsrv-app-01,srv-dup-01')"
options '{"fold":0}' >/dev/null
same "IN does not" 'srv-app-01 srv-dup-01' "$(names 'nameINsrv-app-01,srv-dup-01')"
options '{"fold":1}' >/dev/null
same "^OR" 'srv-app-01 srv-none' "$(names 'name=srv-none^ORfqdn=srv-app-01.corp.example^operational_status=1')"
same "^OR binds to its neighbour" 'SRV-DUP-01' "$(names 'name=srv-dup-01^ORname=srv-x^operational_status=1')"
same "^NQ" 'srv-app-01 srv-none' "$(names 'name=srv-app-01^NQname=srv-none')"
same "STARTSWITH LIKE" 'SRV-DUP-01 srv-dup-01' "$(names 'nameSTARTSWITHsrv-d^nameLIKEup')"
same "ISEMPTY" srv-none "$(names 'nameSTARTSWITHsrv-n^support_groupISEMPTY')"
same "ORDERBYDESC" 'srv-none srv-app-01' "$(names 'nameINsrv-none,srv-app-01^ORDERBYDESCname')"
same "walks to the group" 'srv-app-01' "$(names 'nameSTARTSWITHsrv-a^support_group.name=Windows%20Platform' | tr ' ' '\n' | grep -x srv-app-01)"
all=$(snow GET '/api/now/stats/cmdb_ci_server?sysparm_count=true' | jq -r .result.stats.count)
same "an unknown field is dropped" "$all" "$(snow GET '/api/now/table/cmdb_ci_server?sysparm_query=nmae=x' | jq '.result | length')"
same "and the rest runs" srv-none "$(names 'nmae=x^name=srv-none')"
options '{"strict":1}' >/dev/null
same "strict" 0 "$(snow GET '/api/now/table/cmdb_ci_server?sysparm_query=nmae=x' | jq '.result | length')"
options '{"strict":0}' >/dev/null
same "reference" 'Windows Platform' "$(id=$(snow GET '/api/now/table/cmdb_ci_server?sysparm_query=name=srv-app-01&sysparm_fields=support_group' | jq -r '.result[0].support_group.value'); snow GET "/api/now/table/sys_user_group/$id" | jq -r .result.name)"
same "bare reference" string "$(snow GET "/api/now/table/cmdb_ci_server?sysparm_query=name=srv-app-01&$bare" | jq -r '.result[0].support_group | type')"
same "display" 'Windows Platform' "$(snow GET "/api/now/table/cmdb_ci_server?sysparm_query=name=srv-app-01&$bare&sysparm_display_value=true" | jq -r '.result[0].support_group')"
same "all" 'Windows Platform 32 Operational' "$(snow GET '/api/now/table/cmdb_ci_server?sysparm_query=name=srv-app-01&sysparm_display_value=all' | jq -r '.result[0] | "\(.support_group.display_value) \(.support_group.value | length) \(.operational_status.display_value)"')"
same "empty reference" '""' "$(snow GET '/api/now/table/cmdb_ci_server?sysparm_query=name=srv-none' | jq -c '.result[0].support_group')"
same "fields that are none are left out" '["name"]' "$(snow GET '/api/now/table/cmdb_ci_server?sysparm_query=name=srv-none&sysparm_fields=name,nmae' | jq -c '.result[0] | keys')"
same "a quoted name" 'srv,comma "q"' "$(names 'nameSTARTSWITHsrv,c')"
same "page" "2 $all" "$(snow GET '/api/now/table/cmdb_ci_server?sysparm_limit=2&sysparm_offset=4' '' -D "$work/head" | jq '.result | length') $(tr -d '\r' <"$work/head" | sed -n 's/^X-Total-Count: //p')"
holds "link" 'sysparm_offset=6>;rel="next"' "$(cat "$work/head")"
options '{"hide":2}' >/dev/null
same "rights hide rows, and count them" "2 4" "$(snow GET '/api/now/table/cmdb_ci_server?sysparm_query=nameINsrv-dup-01,srv-none,srv-app-01' '' -D "$work/head" | jq '.result | length') $(tr -d '\r' <"$work/head" | sed -n 's/^X-Total-Count: //p')"
options '{"hide":0}' >/dev/null
same "unknown table" 'Invalid table nope' "$(snow GET /api/now/table/nope | jq -r .error.message)"
same "no record" 'No Record found' "$(snow GET /api/now/table/incident/0123 | jq -r .error.message)"
same "a child class through its parent" cmdb_ci_win_server "$(snow GET '/api/now/table/cmdb_ci?sysparm_query=name=srv-none' | jq -r '.result[0].sys_class_name')"
same "a very long address" 400 "$(status GET "/api/now/table/incident?sysparm_query=nameIN$(printf %09000d 0)")"
same "generated servers" true "$(snow GET '/api/now/table/cmdb_ci_server?sysparm_query=nameSTARTSWITHsrv-' | jq '.result | length > 450')"
same "some have no team" true "$(snow GET '/api/now/table/cmdb_ci_server?sysparm_query=support_groupISEMPTY^assignment_groupISEMPTY^managed_by_groupISEMPTY' | jq '.result | length > 1')"
same "dictionary" correlation_id "$(snow GET '/api/now/table/sys_dictionary?sysparm_query=nameINincident,task^element=correlation_id' | jq -r '.result[0].element')"

# ---- ServiceNow: writing ----
group=$(snow GET '/api/now/table/sys_user_group?sysparm_query=name=Team%20SQL' | jq -r '.result[0].sys_id')
made=$(snow POST "/api/now/table/incident?$bare" '{"short_description":"x","correlation_id":"rouse-1","assignment_group":"'"$group"'","impact":"2","urgency":"2","nonsense":"1","work_notes":"first"}')
id=$(echo "$made" | jq -r .result.sys_id)
same "created" "INC0010001 1 3 $group rouse-1" "$(echo "$made" | jq -r '.result | "\(.number) \(.state) \(.priority) \(.assignment_group) \(.correlation_id)"')"
same "found" INC0010001 "$(snow GET '/api/now/table/incident?sysparm_query=correlation_id=rouse-1^active=true' | jq -r '.result[].number')"
same "patched" y "$(snow PATCH "/api/now/table/incident/$id" '{"short_description":"y","work_notes":"second"}' | jq -r .result.short_description)"
same "journal appends" '["first","second"]' "$(records '.servicenow[0].notes')"
same "and is read back as one text" 2 "$(snow GET "/api/now/table/incident/$id?sysparm_display_value=true" | jq -r .result.work_notes | grep -c 'Work notes')"
same "a name is no reference" '' "$(snow PATCH "/api/now/table/incident/$id?$bare" '{"assignment_group":"Team SQL"}' | jq -r .result.assignment_group)"
same "unless asked so" "$group" "$(snow PATCH "/api/now/table/incident/$id?$bare&sysparm_input_display_value=true" '{"assignment_group":"Team SQL"}' | jq -r .result.assignment_group)"
same "several records: the first" 1 "$(snow POST /api/now/table/incident '[{"short_description":"a"},{"short_description":"b"}]' -o /dev/null; records '[.servicenow[] | select(.short_description == "a" or .short_description == "b")] | length')"
same "resolving needs words" 403 "$(status PATCH "/api/now/table/incident/$id" '{"state":"6"}')"
same "and closes" false "$(snow PATCH "/api/now/table/incident/$id" '{"state":"7","close_code":"Duplicate","close_notes":"n"}' | jq -r .result.active)"
same "cancelling does not" false "$(snow PATCH "/api/now/table/incident/$id" '{"state":"8"}' | jq -r .result.active)"
task=$(snow POST "/api/now/table/incident_task?$bare" '{"incident":"'"$id"'","short_description":"child"}' | jq -r .result.incident)
same "child" "$id" "$task"
same "no JSON" 400 "$(status POST /api/now/table/incident '{')"
options '{"assignment-rule":"Service Desk"}' >/dev/null
same "the instance assigns" 'Service Desk' "$(snow POST /api/now/table/incident '{"assignment_group":"'"$group"'","correlation_id":"ruled"}' -o /dev/null; records '.servicenow[] | select(.correlation_id == "ruled").team')"
options '{"assignment-rule":""}' >/dev/null
file=$(curl -s -u "$user" -H 'Content-Type: text/csv' --data-binary @"$work/cmdb.csv" "$base/api/now/attachment/file?table_name=incident&table_sys_id=$id&file_name=hosts.csv" | jq -r .result.sys_id)
same "attachment" "$(cat "$work/cmdb.csv")" "$(snow GET "/api/now/attachment/$file/file")"
same "listed" hosts.csv "$(snow GET "/api/now/attachment?sysparm_query=table_sys_id=$id" | jq -r '.result[].file_name')"
same "removed" '204 0' "$(status DELETE "/api/now/attachment/$file") $(snow GET "/api/now/attachment?sysparm_query=table_sys_id=$id" | jq '.result | length')"
ci=$(snow GET '/api/now/table/cmdb_ci?sysparm_query=name=srv-none' | jq -r '.result[0].sys_id')
snow POST /api/now/table/task_ci '{"task":"'"$id"'","ci_item":"'"$ci"'"}' -o /dev/null
same "affected" 1 "$(records '.servicenow[0].affected')"

# ---- ServiceNow: batch ----
body=$(printf '{"short_description":"batched"}' | base64 -w0)
batch='{"batch_request_id":"7","rest_requests":[{"id":"a","method":"GET","url":"/api/now/table/cmdb_ci_server?sysparm_query=name=srv-none&sysparm_fields=name","headers":[]},{"id":"b","method":"POST","url":"/api/now/table/incident","headers":[{"name":"Content-Type","value":"application/json"}],"body":"'"$body"'"},{"id":"c","method":"GET","url":"/api/now/table/nope"}]}'
same "batch" '7 a:200 b:201 c:400' "$(snow POST /api/now/v1/batch "$batch" | jq -r '"\(.batch_request_id) \([.serviced_requests[] | "\(.id):\(.status_code)"] | join(" "))"')"
same "its body" srv-none "$(snow POST /api/now/v1/batch "$batch" | jq -r '.serviced_requests[0].body | @base64d | fromjson | .result[0].name')"
options '{"batch-max":1}' >/dev/null
same "unserviced" '["b","c"]' "$(snow POST /api/now/v1/batch "$batch" | jq -c .unserviced_requests)"
options '{"batch-max":0}' >/dev/null

# ---- Jira ----
cloud='rouse@example.com:right-token~1'
# jira METHOD PATH [BODY] [CURL ARGUMENT...] - Cloud
jira() {
	method=$1 path=$2 body=${3-}
	[ $# -ge 3 ] && shift 3 || shift 2
	if [ -n "$body" ]; then
		curl -s -u "$cloud" -X "$method" -H "$json" -d "$body" "$@" "$base/cloud/rest/api/$path"
	else
		curl -s -u "$cloud" -X "$method" "$@" "$base/cloud/rest/api/$path"
	fi
}
code() { jira "$1" "$2" "${3-}" -o /dev/null -w '%{http_code}'; }
# center METHOD PATH [BODY] - Data Center
center() { curl -s -H 'Authorization: Bearer right-pat~1' -X "$1" -H "$json" ${3:+-d "$3"} "$base/dc/rest/api/$2"; }
fields='"project":{"key":"SEC"},"issuetype":{"name":"Task"},"summary":"s","labels":["rouse-1"]'
adf='{"version":1,"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"x"}]}]}'
find='{"jql":"project = \"SEC\" and labels = \"rouse-1\" and statusCategory != Done order by created DESC","fields":["summary","labels"]}'
same "wrong token" 401 "$(cloud=rouse@example.com:x; code GET 3/myself)"
same "reader" 'You do not have permission to create issues in this project.' "$(cloud='reader@example.com:right-token~1'; jira POST 3/issue "{\"fields\":{$fields}}" | jq -r .errors.project)"
same "created in v3" SEC-1 "$(jira POST 3/issue "{\"fields\":{$fields,\"description\":$adf}}" | jq -r .key)"
same "text is no document" 'Operation value must be an Atlassian Document (see the Atlassian Document Format)' "$(jira POST 3/issue "{\"fields\":{$fields,\"description\":\"x\"}}" | jq -r .errors.description)"
same "an empty text is none" 400 "$(code POST 3/issue "{\"fields\":{$fields,\"description\":{\"version\":1,\"type\":\"doc\",\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"\"}]}]}}}")"
same "text in v2 of Cloud" 201 "$(code POST 2/issue "{\"fields\":{$fields,\"description\":\"x\"}}")"
same "a long summary" 'Summary must be less than 255 characters.' "$(jira POST 3/issue "{\"fields\":{\"summary\":\"$(printf %0256d 0)\"}}" | jq -r .errors.summary)"
same "a line end in it" 'The summary is invalid because it contains newline characters.' "$(jira POST 3/issue '{"fields":{"summary":"a\nb"}}' | jq -r .errors.summary)"
printf '{"fields":{%s,"description":"%s"}}' "$fields" "$(printf %032768d 0)" >"$work/long"
same "a long description" 400 "$(curl -s -o /dev/null -w '%{http_code}' -u "$cloud" -H "$json" -d @"$work/long" "$base/cloud/rest/api/2/issue")"
same "a label with a blank" "The label 'a b' contains spaces which is invalid." "$(jira POST 3/issue '{"fields":{"labels":["a b"]}}' | jq -r .errors.labels)"
same "an unknown field" 400 "$(code POST 3/issue "{\"fields\":{$fields,\"customfield_1\":\"x\"}}")"
same "found" '2 true' "$(jira POST 3/search/jql "$find" | jq -r '"\(.issues | length) \(.isLast)"')"
same "no total" null "$(jira POST 3/search/jql "$find" | jq .total)"
same "ids alone without fields" '["id"]' "$(jira POST 3/search/jql '{"jql":"project = SEC"}' | jq -c '.issues[0] | keys')"
same "no condition at all" 400 "$(code POST 3/search/jql '{"jql":"order by created"}')"
same "the old search is gone" 410 "$(code POST 3/search "$find")"
same "an unknown field in JQL" "Field 'lables' does not exist or you do not have permission to view it." "$(jira POST 3/search/jql '{"jql":"lables = x"}' | jq -r '.errorMessages[0]')"
same "an unknown project" 400 "$(code POST 3/search/jql '{"jql":"project = NOPE"}')"
same "broken JQL" 400 "$(code POST 3/search/jql '{"jql":"project = SEC and ("}')"
same "in, or, not, is empty" 2 "$(jira POST 3/search/jql '{"jql":"project = SEC and (labels in (\"rouse-1\", x) or not key = SEC-9) and resolution is EMPTY and resolution is EMPTY"}' | jq '.issues | length')"
same "!= drops what has none" 0 "$(jira POST 3/search/jql '{"jql":"project = SEC and resolution != Done"}' | jq '.issues | length')"
same "pages" '1 1 true' "$(one=$(jira POST 3/search/jql '{"jql":"project = SEC","maxResults":1}'); next=$(echo "$one" | jq -r .nextPageToken); two=$(jira POST 3/search/jql '{"jql":"project = SEC","maxResults":1,"nextPageToken":"'"$next"'"}'); echo "$(echo "$one" | jq '.issues | length') $(echo "$two" | jq -r '"\(.issues | length) \(.isLast)"')")"
same "edited, without a body" '204 0' "$(jira PUT 3/issue/SEC-1 '{"fields":{"summary":"t"}}' -o /dev/null -w '%{http_code} %{size_download}')"
same "read" 't text' "$(jira GET '3/issue/SEC-1?fields=summary,description' | jq -r '"\(.fields.summary) \(.fields.description.content[0].content[0].type)"')"
same "comment" 201 "$(code POST 3/issue/SEC-1/comment "{\"body\":$adf}")"
same "comments" 1 "$(jira GET 3/issue/SEC-1/comment | jq .total)"
same "attachment without its header" 403 "$(curl -s -o /dev/null -w '%{http_code}' -u "$cloud" -F file=@"$work/cmdb.csv" "$base/cloud/rest/api/3/issue/SEC-1/attachments")"
same "attachment" "cmdb.csv $(wc -c <"$work/cmdb.csv")" "$(curl -s -u "$cloud" -H 'X-Atlassian-Token: no-check' -F file=@"$work/cmdb.csv" "$base/cloud/rest/api/3/issue/SEC-1/attachments" | jq -r '"\(.[0].filename) \(.[0].size)"')"
same "transitions" '["To Do","In Progress","Done"]' "$(jira GET 3/issue/SEC-1/transitions | jq -c '[.transitions[].name]')"
options '{"resolution-rule":1}' >/dev/null
same "done wants a resolution" Duplicate "$(jira GET '3/issue/SEC-1/transitions?expand=transitions.fields' | jq -r '.transitions[2].fields.resolution.allowedValues[1].name')"
same "is refused without" 'Resolution is required.' "$(jira POST 3/issue/SEC-1/transitions '{"transition":{"id":"31"}}' | jq -r .errors.resolution)"
options '{"resolution-rule":0}' >/dev/null
same "done" 204 "$(code POST 3/issue/SEC-1/transitions '{"transition":{"id":"31"}}')"
same "is found no more" SEC-2 "$(jira POST 3/search/jql "$find" | jq -r '.issues[].key')"
same "sub-task" "SEC-2" "$(jira POST 3/issue '{"fields":{"project":{"key":"SEC"},"issuetype":{"name":"Sub-task"},"summary":"c","parent":{"key":"SEC-2"}}}' -o /dev/null; jira GET 3/issue/SEC-3 | jq -r .fields.parent.key)"
same "sub-task of nobody" 400 "$(code POST 3/issue '{"fields":{"project":{"key":"SEC"},"issuetype":{"name":"Sub-task"},"summary":"c"}}')"
same "no issue" 404 "$(code GET 3/issue/SEC-99)"
same "types" 3 "$(jira GET 3/issue/createmeta/SEC/issuetypes | jq '.issueTypes | length')"
same "rights" true "$(jira GET '3/mypermissions?projectKey=SEC&permissions=CREATE_ISSUES' | jq .permissions.CREATE_ISSUES.havePermission)"
same "Data Center" SEC-4 "$(center POST 2/issue "{\"fields\":{$fields,\"description\":\"d\"}}" | jq -r .key)"
same "its search" '1 0 50' "$(center POST 2/search "$find" | jq -r '"\(.total) \(.startAt) \(.maxResults)"')"
same "has no version 3" 404 "$(curl -s -o /dev/null -w '%{http_code}' -H 'Authorization: Bearer right-pat~1' "$base/dc/rest/api/3/issue/SEC-4")"
same "sites are apart" 404 "$(code GET 2/issue/SEC-4)"
same "a document read as text" x "$(jira GET '2/issue/SEC-1?fields=description' | jq -r .fields.description | head -1)"
options '{"lag-searches":2}' >/dev/null
jira POST 3/issue "{\"fields\":{$fields,\"labels\":[\"late\"]}}" -o /dev/null
late='{"jql":"project = SEC and labels = late"}'
same "the search lags" '0 0 1' "$(for _ in 1 2 3; do jira POST 3/search/jql "$late" | jq '.issues | length'; done | xargs)"
last=$(jira POST 3/issue "{\"fields\":{$fields,\"labels\":[\"later\"]}}" | jq -r .id)
same "unless reconciled" 1 "$(jira POST 3/search/jql '{"jql":"project = SEC and labels = later","reconcileIssues":['"$last"']}' | jq '.issues | length')"
options '{"lag-searches":0,"lag-ms":400}' >/dev/null
jira POST 3/issue "{\"fields\":{$fields,\"labels\":[\"slow\"]}}" -o /dev/null
slow() { jira POST 3/search/jql '{"jql":"project = SEC and labels = slow"}' | jq '.issues | length'; }
same "lags by time" 0 "$(slow)"
waited=0
until [ "$(slow)" = 1 ] || [ "$waited" -ge 200 ]; do waited=$((waited + 1)); sleep 0.02; done
same "and ends in time" 1 "$(slow)"
options '{"lag-ms":0}' >/dev/null

# ---- Teams and Slack ----
teams="$base/teams/workflows/1f/triggers/manual/paths/invoke?api-version=1&sp=%2Ft&sv=1.0&sig=right-sig~1"
slack=$base/services/T00000000/B00000000/right-hook1
card() { printf '{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard","version":"%s","body":[{"type":"%s","text":"%s"}]}}]}' "$@"; }
post() { curl -s -H "$json" --data-binary "$2" -o "$work/said" -w '%{http_code}' "$1"; }
same "Teams accepts" '202 true' "$(post "$teams" "$(card 1.4 TextBlock hello)") $(records '.teams[-1].shown')"
same "whatever it is" '202 false' "$(post "$teams" '{}') $(records '.teams[-1].shown')"
same "too new" '202 false' "$(post "$teams" "$(card 1.5 TextBlock hello)") $(records '.teams[-1].shown')"
same "unknown element" '202 false' "$(post "$teams" "$(card 1.4 Textblock hello)") $(records '.teams[-1].shown')"
same "too large" 202 "$(post "$teams" "$(card 1.4 TextBlock "$(printf %028672d 0)")")"
holds "as Teams says it" 'Message properties size exceeded' "$(records '.teams[-1].why')"
same "wrong signature" 401 "$(post "${teams%?}" '{}')"
same "Slack" '200 ok' "$(post "$slack" '{"text":"x"}') $(cat "$work/said")"
same "no text" '400 no_text' "$(post "$slack" '{}') $(cat "$work/said")"
same "no JSON" '400 invalid_payload' "$(post "$slack" 'x') $(cat "$work/said")"
same "long header" '400 invalid_blocks' "$(post "$slack" '{"text":"x","blocks":[{"type":"header","text":{"type":"plain_text","text":"'"$(printf %0151d 0)"'"}}]}') $(cat "$work/said")"
same "header in mrkdwn" '400 invalid_blocks' "$(post "$slack" '{"text":"x","blocks":[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]}') $(cat "$work/said")"
section='{"type":"section","text":{"type":"plain_text","text":"'$(printf %02900d 0)'"}}'
same "all blocks together" '400 msg_blocks_too_long' "$(post "$slack" '{"text":"x","blocks":['"$section,$section,$section,$section,$section"']}') $(cat "$work/said")"
same "wrong token" '403 invalid_token' "$(post "${slack%?}" '{"text":"x"}') $(cat "$work/said")"
same "kept" 1 "$(records '.slack | length')"

# ---- failures on demand ----
reset
same "forgotten" '0 0 0 0' "$(records '"\(.servicenow | length) \(.jira | length) \(.teams | length) \(.slack | length)"')"
create='{"correlation_id":"f"}'
count() { records '[.servicenow[] | select(.correlation_id == "f")] | length'; }
# fault ORDER - posts once under it; curl's exit status and the HTTP status
fault() {
	same "order $1" true "$(faults "[$1]")"
	snow POST /api/now/table/incident "$create" -o "$work/said" -w '%{http_code}' -D "$work/head" -m 3 >"$work/code"
	echo "$? $(cat "$work/code")"
}
same "429 with Retry-After" '0 429' "$(fault '{"match":"/table/incident","fault":"status","status":429,"headers":{"Retry-After":"2"}}' | tail -1)"
holds "the header" 'Retry-After: 2' "$(cat "$work/head")"
same "not done" 0 "$(count)"
same "503 is a page" '0 503' "$(fault '{"fault":"status","status":503}' | tail -1)"
holds "of HTML" '<html>' "$(cat "$work/said")"
same "202" '0 202' "$(fault '{"fault":"status","status":202}' | tail -1)"
same "still not done" 0 "$(count)"
same "502, yet done" '0 502 1' "$(fault '{"fault":"status","status":502,"done":true}' | tail -1) $(count)"
same "lost and not done" '56 000 1' "$(fault '{"fault":"reset"}' | tail -1) $(count)"
same "done, the answer lost" '56 000 2' "$(fault '{"fault":"reset","done":true}' | tail -1) $(count)"
same "empty" '52 000 2' "$(fault '{"fault":"empty"}' | tail -1) $(count)"
same "hang, done" '28 000 3' "$(fault '{"fault":"hang","done":true}' | tail -1) $(count)"
same "cut in the body" '18 201 4' "$(fault '{"fault":"cut","bytes":40}' | tail -1) $(count)"
same "so many bytes" 40 "$(wc -c <"$work/said")"
same "HTML with 200" '0 200 4' "$(fault '{"fault":"html"}' | tail -1) $(count)"
same "answered, and forgotten" '0 201 4' "$(fault '{"fault":"forget"}' | tail -1) $(count)"
same "redirect" '0 302' "$(fault '{"fault":"redirect","location":"https://evil.example/"}' | tail -1)"
same "delay" true "$(faults '[{"fault":"delay","ms":300}]')"
same "waits" true "$(snow POST /api/now/table/incident "$create" -o /dev/null -w '%{time_total}' | jq '. > 0.29')"
same "drop" true "$(faults '[{"fault":"drop","fields":"correlation_id,description","times":-1}]')"
same "a field is dropped" '' "$(snow POST /api/now/table/incident '{"correlation_id":"g","short_description":"kept"}' | jq -r .result.correlation_id)"
same "clip" true "$(faults '[{"fault":"clip","fields":"description","bytes":5}]')"
same "a text is cut" 12345 "$(snow POST /api/now/table/incident '{"description":"1234567890"}' | jq -r .result.description)"
same "late error" true "$(faults '[{"match":"cmdb_ci","fault":"error"}]')"
snow GET '/api/now/table/cmdb_ci_server?sysparm_fields=name' '' -o "$work/said"
holds "with 200" 'Transaction cancelled' "$(cat "$work/said")"
same "twice, after one, one method" true "$(faults '[{"method":"PATCH","fault":"status","times":2,"after":1}]')"
id=$(snow POST /api/now/table/incident '{}' | jq -r .result.sys_id)
same "in turn" '200 500 500 200' "$(for _ in 1 2 3 4; do status PATCH "/api/now/table/incident/$id" '{}'; echo; done | xargs)"
same "by what the body has" true "$(faults '[{"having":"needle","fault":"status","status":400}]')"
same "one of two" '201 400' "$(for b in hay needle; do status POST /api/now/table/incident "{\"description\":\"$b\"}"; echo; done | xargs)"
same "a fault that is none" false "$(faults '[{"fault":"typo"}]')"
same "a key that is none" false "$(faults '[{"fault":"hang","time":1}]')"
same "an option that is none" false "$(options '{"stict":1}')"
jira_fault() { faults "[$1]" >/dev/null; jira POST 3/issue "{\"fields\":{$fields}}" -o "$work/said" -w '%{http_code}' -m 3; }
same "Jira drops labels" '201 []' "$(jira_fault '{"fault":"drop","fields":"labels"}') $(jira GET "3/issue/$(jq -r .key "$work/said")" | jq -c .fields.labels)"
same "Jira forgets" '201 404' "$(jira_fault '{"fault":"forget"}') $(code GET "3/issue/$(jq -r .key "$work/said")")"
same "Jira 400" '400 object' "$(jira_fault '{"fault":"status","status":400,"body":"{\"errorMessages\":[\"no\"],\"errors\":{}}"}') $(jq -r 'type' "$work/said")"
faults '[{"match":"/services/","fault":"status","status":410}]' >/dev/null
same "Slack's word" '410 channel_is_archived' "$(post "$slack" '{"text":"x"}') $(cat "$work/said")"
same "log" 'slack POST 410 status' "$(log '.[-1] | "\(.service) \(.method) \(.status) \(.fault)"')"
same "log has bodies" true "$(log '[.[].body] | index("{\"correlation_id\":\"f\"}") != null')"
options '{"ms":50}' >/dev/null
same "latency" true "$(snow GET "/api/now/table/incident/$id" '' -o /dev/null -w '%{time_total}' | jq '. > 0.049 and . < 0.3')"

# ---- ends ----
stop
mkfifo "$work/stdin" "$work/out"
"$services" --with-stdin <"$work/stdin" >"$work/out" &
pid=$!
exec 9>"$work/stdin"
read -r word base <"$work/out"
exec 9>&-
wait $pid
same "ends with its standard input" 0 $?
pid=
same "an unknown option" 64 "$("$services" --nonsense 1 2>/dev/null; echo $?)"
same "a CMDB with a wrong field" 66 "$(printf 'nmae\nx\n' >"$work/bad.csv"; "$services" --cmdb "$work/bad.csv" 2>/dev/null; echo $?)"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
