#!/bin/sh
# selftest.sh - each behaviour of the stand-in tenant once, from outside with curl and jq.
#
#   TENANT=.build/rouse-tenant DETECTIONS=core/detections tests/tenant/selftest.sh
#
# A line for each failure; the last line counts. TENANT_LARGE=0 leaves out the estate of 1,000,000 devices.
set -u
tenant=${TENANT:-./rouse-tenant}
detections=${DETECTIONS:-core/detections}
work=$(mktemp -d)
pid=
passed=0
failed=0
tid=11111111-2222-4333-8444-555555555555
client=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee
workspace=99999999-8888-4777-8666-555555555555
graph=https://graph.microsoft.com

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
	"$tenant" --now 2026-11-22T06:00:00Z "$@" >"$work/ready.$$" 2>"$work/stderr" &
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

# fill NAME GROUPS PART ENRICHMENT [TIME] - a query of the product with its places filled.
fill() {
	sed -e "s|{{window}}|${5:-Timestamp} > datetime(2026-11-08T06:00:00Z) and ${5:-Timestamp} <= datetime(2026-11-22T06:00:00Z)|g" \
		-e "s/{{time}}/${5:-Timestamp}/g" -e "s/{{part}}/$3/g" -e 's/{{platforms}}/OSPlatform startswith "WindowsServer"/g' \
		-e "s/{{groups}}/$2/g" -e "s/{{enrichment}}/${4:-true}/g" -e "s/{{assessment_table}}/${6:-DeviceTvmSecureConfigurationAssessment}/g" \
		-e "s/{{gathering_table}}/${7:-DeviceTvmInfoGathering}/g" \
		-e 's/{{vendors}}/"crowdstrike","sophos","symantec","mcafee","trend","palo","eset","sentinelone"/g' "$detections/$1.kql"
}

token_url() { echo "$base/${1:-$tid}/oauth2/v2.0/token"; }
# sign_in ARGUMENT... - the answer of the token address for an application with its secret
sign_in() {
	curl -s "$(token_url)" -d client_id=$client -d grant_type=client_credentials "$@"
}
secret='client_secret=right-secret~1'
token() { sign_in --data-urlencode "$secret" --data-urlencode "scope=${1:-$graph}/.default" | jq -r .access_token; }

# ask QUERY [CURL ARGUMENT...] - through Graph, with $bearer; the body
ask() {
	query=$1
	shift
	jq -n --arg q "$query" '{Query: $q, Timespan: "P30D"}' |
		curl -s "$base/v1.0/security/runHuntingQuery" -H "Authorization: Bearer $bearer" -H 'Content-Type: application/json' -d @- "$@"
}
legacy() {
	jq -n --arg q "$1" '{Query: $q}' |
		curl -s "$base/api/advancedhunting/run" -H "Authorization: Bearer $bearer" -H 'Content-Type: application/json' -d @-
}
analytics() {
	jq -n --arg q "$1" '{query: $q}' |
		curl -s "$base/v1/workspaces/${2:-$workspace}/query" -H "Authorization: Bearer $bearer" -H 'Content-Type: application/json' -d @-
}
set_options() { curl -s "$base/__options" -d "$1" >/dev/null; }
faults() { same "orders taken" '{"ok":true}' "$(curl -s "$base/__faults" -d "$1")"; }
log() { curl -s "$base/__log"; }
reset() { curl -s -X POST "$base/__reset" >/dev/null; }
message() { jq -r .error.message; }
rows() { jq '.results | length'; }
# curl's exit code for a query under the fault that is set
exit_code() {
	ask 'print 1' -o /dev/null --max-time "${1:-5}"
	echo $?
}

# ---- sign-in ----
start --devices 20000
answer=$(sign_in --data-urlencode "$secret" --data-urlencode "scope=$graph/.default")
same "token type" Bearer "$(printf '%s\n' "$answer" | jq -r .token_type)"
same "token life" 3599 "$(printf '%s\n' "$answer" | jq .expires_in)"
bearer=$(printf '%s\n' "$answer" | jq -r .access_token)
claims=$(echo "$bearer" | jq -R 'split(".")[1] | gsub("-";"+") | gsub("_";"/") | @base64d | fromjson')
same "claims" "[\"$graph\",\"$tid\",\"$client\"]" "$(echo "$claims" | jq -c '[.aud, .tid, .appid]')"
same "roles" true "$(echo "$claims" | jq '.roles | index("ThreatHunting.Read.All") != null')"
# refusal NUMBER ERROR ARGUMENT... - the sign-in is refused so
refusal() {
	number=$1
	error=$2
	shift 2
	answer=$(sign_in "$@")
	same "AADSTS$number" "[$number] $error" "$(printf '%s\n' "$answer" | jq -rc '"\(.error_codes) \(.error)"')"
	holds "AADSTS$number in words" "AADSTS$number: " "$(printf '%s\n' "$answer" | jq -r .error_description)"
}
refusal 7000215 invalid_client -d client_secret=wrong -d "scope=$graph/.default"
refusal 7000222 invalid_client --data-urlencode 'client_secret=expired-secret~0' -d "scope=$graph/.default"
refusal 70011 invalid_scope --data-urlencode "$secret" -d scope=openid
refusal 500011 invalid_resource --data-urlencode "$secret" -d scope=https://nobody.example/.default
same "unknown client" '700016 unauthorized_client' "$(curl -s "$(token_url)" -d client_id=other -d grant_type=client_credentials -d client_secret=x | jq -r '"\(.error_codes[0]) \(.error)"')"
same "unknown tenant" 90002 "$(curl -s "$(token_url nowhere)" -d client_id=$client -d grant_type=client_credentials | jq '.error_codes[0]')"

# ---- certificate and outside tokens ----
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
if openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" -days 2 -subj /CN=rouse 2>/dev/null; then
	start --devices 100 --client-cert "$work/cert.pem"
	# assertion ALG ISSUER AUDIENCE LIFE ID
	assertion() {
		now=$(date +%s)
		print=$(openssl x509 -in "$work/cert.pem" -outform DER | openssl dgst -sha256 -binary | base64url)
		head=$(printf '{"alg":"%s","typ":"JWT","x5t#S256":"%s"}' "$1" "$print" | base64url)
		body=$(printf '{"iss":"%s","sub":"%s","aud":"%s","jti":"%s","nbf":%d,"exp":%d}' "$2" "${6:-$2}" "$3" "$5" "$now" $((now + $4)) | base64url)
		padding=
		[ "$1" = PS256 ] && padding='-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest'
		# shellcheck disable=SC2086
		sign=$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 $padding -sign "$work/key.pem" | base64url)
		echo "$head.$body.$sign"
	}
	jwt=urn:ietf:params:oauth:client-assertion-type:jwt-bearer
	by_assertion() { sign_in -d "client_assertion_type=$jwt" -d "client_assertion=$1" -d "scope=$graph/.default"; }
	good=$(assertion PS256 $client "$(token_url)" 600 one)
	same "PS256" Bearer "$(by_assertion "$good" | jq -r .token_type)"
	same "replayed" 700027 "$(by_assertion "$good" | jq '.error_codes[0]')"
	same "RS256" Bearer "$(by_assertion "$(assertion RS256 $client "$(token_url)" 600 two)" | jq -r .token_type)"
	same "tampered" 700027 "$(by_assertion "$(assertion PS256 $client "$(token_url)" 600 three | sed 's/....$/AAAA/')" | jq '.error_codes[0]')"
	same "wrong audience" 700023 "$(by_assertion "$(assertion PS256 $client https://x.example/ 600 four)" | jq '.error_codes[0]')"
	same "expired" 700024 "$(by_assertion "$(assertion PS256 $client "$(token_url)" -900 five)" | jq '.error_codes[0]')"
	same "wrong issuer" 700021 "$(by_assertion "$(assertion PS256 other "$(token_url)" 600 six)" | jq '.error_codes[0]')"
	same "malformed" 50027 "$(by_assertion a.b | jq '.error_codes[0]')"
	outside=$(assertion RS256 https://idp.example/ api://AzureADTokenExchange 600 seven system:serviceaccount:soc:rouse)
	same "federated" Bearer "$(by_assertion "$outside" | jq -r .token_type)"
	outside=$(assertion RS256 https://idp.example/ api://AzureADTokenExchange 600 eight system:serviceaccount:soc:other)
	same "federated, wrong subject" 700213 "$(by_assertion "$outside" | jq '.error_codes[0]')"
	same "served over TLS" Bearer "$(
		start --devices 100 --tls "$work/cert.pem" "$work/key.pem"
		curl -sk "$(token_url)" -d client_id=$client -d grant_type=client_credentials --data-urlencode "$secret" -d "scope=$graph/.default" |
			jq -r .token_type
		stop
	)"
fi

# ---- device code, refresh, managed identity ----
start --devices 100 --interval 0
begin() { curl -s "$base/$tid/oauth2/v2.0/devicecode" -d client_id=$client --data-urlencode "scope=$graph/.default offline_access"; }
poll() { curl -s "$(token_url)" -d client_id=$client -d grant_type=urn:ietf:params:oauth:grant-type:device_code -d "device_code=$1"; }
code=$(begin)
device=$(echo "$code" | jq -r .device_code)
same "pending" authorization_pending "$(poll "$device" | jq -r .error)"
holds "what to do" "$(echo "$code" | jq -r .user_code)" "$(echo "$code" | jq -r .message)"
holds "the page" '<form' "$(curl -s "$base/devicelogin")"
curl -s "$base/test/approve" -d "user_code=$(echo "$code" | jq -r .user_code)" >/dev/null
answer=$(poll "$device")
same "approved" Bearer "$(printf '%s\n' "$answer" | jq -r .token_type)"
same "used twice" bad_verification_code "$(poll "$device" | jq -r .error)"
refresh=$(printf '%s\n' "$answer" | jq -r .refresh_token)
renew() { curl -s "$(token_url)" -d client_id=$client -d grant_type=refresh_token -d "refresh_token=$refresh"; }
same "refreshed" Bearer "$(renew | jq -r .token_type)"
same "a refresh token is for once" invalid_grant "$(renew | jq -r .error)"
code=$(begin)
curl -s "$base/test/approve" -d deny=1 -d "user_code=$(echo "$code" | jq -r .user_code)" >/dev/null
same "denied" authorization_declined "$(poll "$(echo "$code" | jq -r .device_code)" | jq -r .error)"
set_options '{"code-life":0}'
same "expired" expired_token "$(poll "$(begin | jq -r .device_code)" | jq -r .error)"
set_options '{"code-life":900,"interval":5}'
device=$(begin | jq -r .device_code)
poll "$device" >/dev/null
same "polled too soon" slow_down "$(poll "$device" | jq -r .error)"
identity="$base/metadata/identity/oauth2/token?api-version=2018-02-01&resource=$graph/"
same "identity without its header" invalid_request "$(curl -s "$identity" | jq -r .error)"
same "identity, numbers as texts" '"3599"' "$(curl -s -H 'Metadata: true' "$identity" | jq .expires_in)"

# ---- who may ask ----
start --devices 20000
bearer=none
same "unknown token" InvalidAuthenticationToken "$(ask 'print 1' | jq -r .error.code)"
bearer=$(token)
same "print 1" 1 "$(ask 'print 1' | jq '.results[0].print_0')"
good=$bearer
bearer=$(echo "$good" | sed 's/.....$/AAAAA/')
holds "tampered token" 'Invalid signature' "$(ask 'print 1' | message)"
bearer=$(token https://management.azure.com)
holds "wrong audience" 'Invalid audience' "$(ask 'print 1' | message)"
set_options '{"token-life":-1}'
bearer=$(token)
holds "expired token" 'has expired' "$(ask 'print 1' | message)"
set_options '{"token-life":3599,"roles":"Alert.Read.All,Incident.Read.All"}'
bearer=$(token)
holds "missing role" 'API required roles: ThreatHunting.Read.All, application roles: Alert.Read.All,Incident.Read.All' "$(ask 'print 1' | message)"
set_options '{"roles":""}'
bearer=$(token)
same "no role at all" 403 "$(ask 'print 1' -o /dev/null -w '%{http_code}')"
set_options '{"roles":"ThreatHunting.Read.All AdvancedHunting.Read.All Data.Read"}'
bearer=$(token https://api.securitycenter.microsoft.com)
holds "older API, older audience" 'Account mode is inactive' "$(legacy 'print 1' | message)"

# ---- queries ----
bearer=$(token)
findings=$(fill findings true '' Strange)
ask "$findings" >"$work/findings.json"
total=$(rows <"$work/findings.json")
same "columns" 'DeviceId Verdict 22' "$(jq -r '"\(.schema[0].name) \(.schema[-1].name) \(.schema | length)"' "$work/findings.json")"
sum=0
for i in 0 1 2 3; do
	sum=$((sum + $(ask "$(fill findings true " and hash(DeviceId, 4) == $i" Strange)" | rows)))
done
same "four parts are the whole" "$total" "$sum"
same "no device twice" "$total" "$(jq '[.results[].DeviceId] | unique | length' "$work/findings.json")"
holds "part in some tables only" 'in 3 of 4 tables' "$(ask "$(fill findings true ' and hash(DeviceId, 4) == 1' Strange | sed '/isnotempty(DeviceId)/s/ and hash.*//')" | message)"
holds "part behind arg_max" 'behind arg_max' "$(ask "$(fill findings true '' Strange | sed 's/| where isempty(MergedToDeviceId)/| where isempty(MergedToDeviceId) and hash(DeviceId, 2) == 1/')" | message)"
lower=$(ask "$(fill findings 'tolower(MachineGroup) in ("büro-server")' '' Strange)" | jq -c '[.results[].MachineGroup] | unique')
same "groups by lower case" '["BÜRO-SERVER","Büro-Server","büro-server"]' "$lower"
folded=$(ask "$(fill findings 'MachineGroup in~ ("büro-server")' '' Strange)" | jq -c '[.results[].MachineGroup] | unique')
same "in~ folds ASCII alone" '["Büro-Server","büro-server"]' "$folded"
exact=$(ask "$(fill findings 'MachineGroup in ("Büro-Server")' '' Strange)" | rows)
more=$(ask "$(fill findings true '' Strange | sed 's/| summarize arg_max(Timestamp, DeviceName/| where MachineGroup in ("Büro-Server")\n    &/')" | rows)
same "a filter before the newest row finds more" true "$([ "$more" -gt "$exact" ] && echo true)"
same "a group with quotes" '["OPS \"CORE\" \\ LAB","Ops \"Core\" \\ Lab","ops \"core\" \\ lab"]' \
	"$(ask "$(fill findings 'tolower(MachineGroup) in ("ops \\"core\\" \\\\ lab")' '' Strange)" | jq -c '[.results[].MachineGroup] | unique')"
same "the bag when asked" "$(jq '[.results[] | select(.GatheredAt != null)] | length' "$work/findings.json")" \
	"$(ask "$(fill findings true '' true)" | jq '[.results[] | select(.AdditionalFields != "")] | length')"
"$tenant" --devices 20000 --now 2026-11-22T06:00:00Z --export "$work/csv"
same "the census counts every device with a row" "$(sed 1d "$work/csv/DeviceInfo.csv" | cut -d, -f2 | sort -u | wc -l)" \
	"$(ask "$(fill census true '')" | jq '[.results[].Devices] | add')"
software=$(ask "$(fill software true '')")
same "software: products and any" true "$(echo "$software" | jq '[.results[].SoftwareVendor] | index("crowdstrike") != null and index("any") != null')"
same "count" "$total" "$(ask "$findings | count" | jq '.results[0].Count')"
same "take 0 keeps the columns" '22 0' "$(ask "$findings | take 0" | jq -r '"\(.schema | length) \(.results | length)"')"
same "knowledge base" AvMode "$(ask 'DeviceTvmInfoGatheringKB | where FieldName startswith "AvMode"' | jq -r '.results[0].FieldName')"
same "its other half" 4 "$(ask DeviceTvmSecureConfigurationAssessmentKB | rows)"
same "newest time" 2026-11-22 "$(ask 'DeviceTvmInfoGathering | summarize Newest = max(Timestamp)' | jq -r '.results[0].Newest[:10]')"
holds "unknown table" "Failed to resolve table or column expression named 'DeviceInfos'" "$(ask 'DeviceInfos | take 1' | message)"
holds "broken literal" 'recognition error' "$(ask 'DeviceInfo | where DeviceName == "x' | message)"
holds "unknown query" 'Fix semantic errors' "$(ask 'DeviceInfo | where IsExcluded == 1' | message)"
set_options '{"missing-table":"DeviceTvmSoftwareInventory"}'
holds "a table without licence" "named 'DeviceTvmSoftwareInventory'" "$(ask 'DeviceTvmSoftwareInventory | take 1' | message)"
set_options '{"missing-table":""}'
same "a lower-case body key, as Microsoft's own clients write it" null "$(curl -s "$base/v1.0/security/runHuntingQuery" -H "Authorization: Bearer $bearer" -H 'Content-Type: application/json' -d '{"query":"print 1"}' | jq -r .error.code)"
same "a shorter timespan counts" true "$(
	few=$(jq -n --arg q "$findings" '{Query: $q, Timespan: "PT12H"}' | curl -s "$base/v1.0/security/runHuntingQuery" -H "Authorization: Bearer $bearer" -H 'Content-Type: application/json' -d @- | rows)
	[ "$few" -lt "$total" ] && [ "$few" -gt 0 ] && echo true
)"

# ---- the other two APIs ----
bearer=$(token https://api.security.microsoft.com)
same "older API" '1 Name 19.0625' "$(legacy 'print 1' | jq -r '"\(.Results[0].print_0) \(.Schema[0] | keys[0]) \(.Stats.resource_usage.cpu["total cpu"][6:13])"')"
same "older API, wrong key" InvalidRequestBody "$(curl -s "$base/api/advancedhunting/run" -H "Authorization: Bearer $bearer" -H 'Content-Type: application/json' -d '{"query":"x"}' | jq -r .error.code)"
bearer=$(token https://api.loganalytics.io)
same "workspace, DeviceInfo" 3 "$(analytics 'DeviceInfo | take 3' | jq '.tables[0].rows | length')"
same "workspace, DeviceTvm tables answer nothing" 0 "$(analytics 'DeviceTvmInfoGathering | take 3' | jq '.tables[0].rows | length')"
same "workspace, another" InsufficientAccessError "$(analytics 'print 1' 0 | jq -r .error.code)"
same "workspace, no content type: nothing" '200 0' "$(curl -s "$base/v1/workspaces/$workspace/query" -H "Authorization: Bearer $bearer" -d '{"query":"print 1"}' -w '%{http_code} %{size_download}')"
same "workspace, syntax" SyntaxError "$(analytics '' | jq -r .error.innererror.code)"
holds "workspace, Timestamp is no column there" "named 'Timestamp'" "$(analytics "$findings" | jq -r .error.innererror.message)"
same "workspace, no witness there" "$total 0" "$(analytics "$(fill findings true '' Strange TimeGenerated)" | jq -r '.tables[0].rows | "\(length) \([.[] | select(.[10] != null)] | length)"')"
set_options '{"workspace-row-limit":5}'
same "workspace, cut with an error behind" '5 PartialError' "$(analytics 'DeviceInfo' | jq -r '"\(.tables[0].rows | length) \(.error.code)"')"
start --devices 2000 --custom DefenderConfig_CL,DefenderHealth_CL
bearer=$(token https://api.loganalytics.io)
same "workspace, custom tables" true "$(analytics "$(fill findings true '' Strange TimeGenerated DefenderConfig_CL DefenderHealth_CL)" | jq '[.tables[0].rows[] | select(.[10] != null)] | length > 100')"
holds "workspace, a custom table that nobody made" "named 'Other_CL'" "$(analytics 'Other_CL | take 1' | jq -r .error.innererror.message)"

# ---- limits ----
start --devices 20000
bearer=$(token)
set_options '{"row-limit":100}'
holds "too many rows" 'exceeded the allowed result size' "$(ask "$findings" | message)"
set_options '{"limit-mode":"cut"}'
same "cut without a word" '100 null' "$(ask "$findings" | jq -r '"\(.results | length) \(.error)"')"
set_options '{"row-limit":100000,"size-limit":1000000,"limit-mode":"error"}'
holds "too many bytes" 'exceeded the allowed result size' "$(ask "$findings" | message)"
set_options '{"size-limit":52428800,"heavy-above":10000}'
holds "too heavy" 'The query execution was preempted' "$(ask "$findings" | message)"
same "half of it is light enough" 200 "$(ask "$(fill findings true ' and hash(DeviceId, 4) == 1' Strange)" -o /dev/null -w '%{http_code}')"
set_options '{"heavy-above":0,"quota":2,"quota-wait":600}'
ask 'print 1' >/dev/null
ask 'print 1' >/dev/null
holds "quota" 'You have exceeded processing resources allocated to this tenant. You can run queries again in 10 minutes.' "$(ask 'print 1' | message)"
set_options '{"quota-wait":1}'
ask 'print 1' >/dev/null && ask 'print 1' >/dev/null
holds "quota in seconds" 'again in 1 seconds' "$(ask 'print 1' | message)"
sleep 1.1
same "quota is there again" 1 "$(ask 'print 1' | rows)"
set_options '{"quota":0}'

# ---- encodings ----
first='DeviceTvmSecureConfigurationAssessment | take 1'
set_options '{"keys":"camel"}'
same "camel" true "$(ask "$first" | jq '.results[0] | has("deviceId") and has("osPlatform")')"
set_options '{"keys":"lower","schema-keys":"upper"}'
same "lower" 'true Name' "$(ask "$first" | jq -r '"\(.results[0] | has("osplatform")) \(.schema[0] | keys[0])"')"
set_options '{"keys":"pascal","schema-keys":"lower","bools":"number","dynamic":"string"}'
same "numbers, texts of JSON" 'number string SByte' "$(ask "$first" | jq -r '"\(.results[0].IsApplicable | type) \(.results[0].Context | type) \(.schema[8].type)"')"
same "tostring follows" true "$(ask "$findings | take 20" | jq '[.results[].IsCompliant] | index("1") != null')"
set_options '{"bools":"text","dynamic":"json"}'
same "texts, JSON" 'string array' "$(ask "$first" | jq -r '"\(.results[0].IsApplicable | type) \(.results[0].Context | type)"')"
null='[.results[] | select(.GatheredAt == null)][0] | "\(has("GatheredAt")) \(.GatheredMode)"'
same "null" 'true ' "$(ask "$findings" | jq -r "$null")"
set_options '{"nulls":"absent"}'
same "absent" 'false null' "$(ask "$findings" | jq -r "$null")"
set_options '{"nulls":"all"}'
same "all null" 'true null' "$(ask "$findings" | jq -r "$null")"
set_options '{"nulls":"empty"}'
same "empty" true "$(ask "$findings" | jq '[.results[].GatheredAt] | index("") != null')"
for digits in 0 3 7; do
	set_options "{\"nulls\":\"null\",\"time-digits\":$digits}"
	same "$digits digits" true "$(ask "$first" | jq --argjson n $digits '.results[0].Timestamp | test("^[0-9-]{10}T[0-9:]{8}" + (if $n == 0 then "" else "\\.[0-9]{\($n)}" end) + "Z$")')"
done
ask "$findings" >"$work/plain"
ask "$findings" --compressed >"$work/unzipped"
same "gzip says the same" true "$(cmp -s "$work/plain" "$work/unzipped" && echo true)"
holds "gzip when asked" 'gzip' "$(ask "$first" -H 'Accept-Encoding: gzip' -o /dev/null -D - | grep -i '^content-encoding')"
same "an option that is none" false "$(curl -s "$base/__options" -d '{"keyz":"x"}' | jq .ok)"

# ---- failures on demand ----
reset
faults '[{"match":"/v1.0/","times":2,"fault":"status","status":429,"headers":{"Retry-After":"2"}}]'
same "429" '429 2' "$(ask 'print 1' -o "$work/body" -D - | tr -d '\r' | awk '/^HTTP/ { s = $2 } tolower($1) == "retry-after:" { r = $2 } END { print s, r }')"
same "its body" TooManyRequests "$(jq -r .error.code "$work/body")"
ask 'print 1' >/dev/null
same "twice and no more" 200 "$(ask 'print 1' -o /dev/null -w '%{http_code}')"
same "journal" '["429","429","200"] [1,2,3] status' "$(log | jq -rc '"\([.[].status | tostring]) \([.[].tries]) \(.[0].fault)"')"
reset
faults '[{"fault":"status","status":503,"part":3,"parts":8,"times":-1}]'
same "one part alone" '200 503' "$(for i in 2 3; do ask "$(fill findings true " and hash(DeviceId, 8) == $i" Strange)" -o /dev/null -w '%{http_code} '; done | sed 's/ $//')"
same "tries by part" '2/8:1 3/8:1' "$(log | jq -r 'map("\(.part)/\(.parts):\(.tries)") | join(" ")')"
for status in 500 502 504; do
	faults "[{\"fault\":\"status\",\"status\":$status}]"
	same "$status" "$status UnknownError" "$(ask 'print 1' -w ' %{http_code}' | sed 's/\(.*}\) \([0-9]*\)$/{"b":\1,"s":\2}/' | jq -r '"\(.s) \(.b.error.code)"')"
done
faults '[{"fault":"hang"}]'
same "hang" 28 "$(exit_code 1)"
faults '[{"fault":"reset"}]'
same "reset" 56 "$(exit_code)"
faults '[{"fault":"empty"}]'
same "empty" 52 "$(exit_code)"
faults '[{"fault":"cut","bytes":40}]'
ask 'print 1' -o "$work/cut"
same "cut" '18 40' "$? $(wc -c <"$work/cut")"
faults '[{"fault":"cut","bytes":300000}]'
ask "$findings" -o "$work/cut"
same "cut in the rows" '18 300000' "$? $(wc -c <"$work/cut")"
faults '[{"fault":"trickle","bytes":50,"ms":50}]'
same "trickle" true "$(ask 'print 1' -o /dev/null -w '%{time_total}' | jq '. > 0.1')"
faults '[{"fault":"delay","ms":300}]'
same "delay" true "$(ask 'print 1' -o /dev/null -w '%{time_total}' | jq '. > 0.29')"
faults '[{"fault":"html"}]'
same "HTML with 200" '200 text/html; charset=utf-8' "$(ask 'print 1' -o /dev/null -w '%{http_code} %{content_type}')"
faults '[{"fault":"badgzip"}]'
ask 'print 1' --compressed -o /dev/null
same "bad gzip" 61 $?
faults '[{"fault":"redirect","location":"http://127.0.0.2:9/x"}]'
same "redirect" '307 http://127.0.0.2:9/x' "$(ask 'print 1' -o /dev/null -w '%{http_code} %{redirect_url}')"
faults '[{"fault":"huge"}]'
same "huge" true "$(ask 'print 1' -o /dev/null -w '%{size_download}' | jq '. >= 52428800')"
faults '[{"fault":"badjson","rows":5}]'
same "bad JSON" refused "$(ask "$findings" | jq . >/dev/null 2>&1 || echo refused)"
faults '[{"fault":"error","rows":5}]'
same "error behind rows" '5 PartialError' "$(ask "$findings" | jq -r '"\(.results | length) \(.error.code)"')"
faults '[{"match":"/token","fault":"status","status":503}]'
same "sign-in fails too" temporarily_unavailable "$(sign_in --data-urlencode "$secret" | jq -r .error)"
faults '[{"fault":"status","query":"census","status":504,"after":1}]'
same "by kind, after one" '200 200 504' "$(for q in census findings census; do ask "$(fill $q true '' Strange)" -o /dev/null -w '%{http_code} '; done | sed 's/ $//')"
same "a fault that is none" false "$(curl -s "$base/__faults" -d '[{"fault":"typo"}]' | jq .ok)"
same "stats" true "$(curl -s "$base/__stats" | jq '.queries > 10 and .faults > 3 and .running == 0')"

# ---- files and live agree; the day before ----
same "raw rows" "$(ask 'DeviceTvmSoftwareInventory | count' | jq '.results[0].Count')" "$(($(wc -l <"$work/csv/DeviceTvmSoftwareInventory.csv") - 1))"
same "gathered hosts" "$(cut -d, -f3 "$work/csv/DeviceTvmInfoGathering.csv" | sed 1d | sort -u | wc -l)" \
	"$(curl -s "$base/__reset" -X POST >/dev/null; ask 'DeviceTvmInfoGathering' | jq '[.results[].DeviceId] | unique | length')"
# Newest full row of each device, by awk over the CSV: Timestamp,DeviceId,DeviceName,OSArchitecture,OSPlatform,OSVersion,MachineGroup...
awk 'BEGIN { RS = "\r\n" }
	NR > 1 {
		n = 0; s = $0
		while (s != "") {
			if (substr(s, 1, 1) == "\"") { match(s, /^"([^"]|"")*"/); f[++n] = substr(s, 2, RLENGTH - 2); s = substr(s, RLENGTH + 2) }
			else { match(s, /^[^,]*/); f[++n] = substr(s, 1, RLENGTH); s = substr(s, RLENGTH + 2) }
		}
		if (f[5] != "" && f[1] > newest[f[2]]) { newest[f[2]] = f[1]; platform[f[2]] = tolower(f[5]); merged[f[2]] = f[12] }
	}
	END { for (d in newest) if (platform[d] ~ /^windowsserver/ && merged[d] == "") print d }' "$work/csv/DeviceInfo.csv" | sort >"$work/scope"
ask "$findings" | jq -r '.results[].DeviceId' | sort >"$work/live"
same "in scope, by files and live" true "$(cmp -s "$work/scope" "$work/live" && echo true)"
quarter=$(ask "$findings" | jq '[.results[] | select(.GatheredMode != "0" and (.GatheredMode != "" or .AssessedMode != "0"))] | length * 100 / '"$total | floor")
same "about a quarter are findings ($quarter %)" true "$([ "$quarter" -ge 20 ] && [ "$quarter" -le 30 ] && echo true)"
ask "$findings" | jq -r '.results[] | "\(.DeviceId) \(.GatheredMode)\(.AssessedMode) \(.MachineGroup)"' | sort >"$work/today.rows"
start --devices 20000 --day -1
bearer=$(token)
before=$(fill findings true '' Strange | sed 's/2026-11-22T06/2026-11-21T06/')
ask "$before" | jq -r '.results[] | "\(.DeviceId) \(.GatheredMode)\(.AssessedMode) \(.MachineGroup)"' | sort >"$work/before.rows"
same "some came" true "$(join -v1 "$work/today.rows" "$work/before.rows" | awk 'END { print (NR > 0 && NR < 300 ? "true" : NR) }')"
same "some went" true "$(join -v2 "$work/today.rows" "$work/before.rows" | awk 'END { print (NR > 0 && NR < 300 ? "true" : NR) }')"
same "some changed" true "$(comm -13 "$work/today.rows" "$work/before.rows" | awk 'END { print (NR > 10 && NR < 600 ? "true" : NR) }')"

# ---- ends ----
stop
mkfifo "$work/stdin" "$work/out"
"$tenant" --devices 10 --with-stdin <"$work/stdin" >"$work/out" &
pid=$!
exec 9>"$work/stdin"
read -r word base <"$work/out"
exec 9>&-
wait $pid
same "ends with its standard input" 0 $?
pid=
start --devices 10
kill -TERM "$pid"
wait "$pid"
same "ends on SIGTERM" 0 $?
pid=
same "an unknown option" 64 "$("$tenant" --nonsense 1 2>/dev/null; echo $?)"

# ---- large ----
if [ "${TENANT_LARGE:-1}" = 1 ]; then
	start --devices 1000000 --servers-share 100
	bearer=$(token)
	set_options '{"size-limit":1000000000}'
	ask "$(fill findings true ' and hash(DeviceId, 11) == 1' Strange)" -o "$work/large" -w '%{time_total}' >"$work/seconds"
	large=$(grep -o '"DeviceId":' "$work/large" | wc -l)
	same "100,000 rows in 2 s ($large rows in $(cat "$work/seconds") s)" true "$(jq --argjson n "$large" '. / $n * 100000 < 2' "$work/seconds")"
	set_options '{"size-limit":52428800}'
	all=0
	for i in $(seq 0 31); do
		all=$((all + $(ask "$(fill findings true " and hash(DeviceId, 32) == $i" Strange)" | grep -o '"ReportId":' | wc -l)))
	done
	same "32 parts are the whole" "$(ask "$findings | count" | jq '.results[0].Count')" "$all"
	peak=$(curl -s "$base/__stats" | jq .peak_kib)
	same "below 60 MB ($peak KiB)" true "$([ "$peak" -lt 61440 ] && echo true)"
	echo "large: $all servers of 1000000 devices in 32 parts; $large rows in $(cat "$work/seconds") s; peak $peak KiB"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
