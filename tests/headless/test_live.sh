#!/bin/sh
# A live tenant, whole: every way to sign in that can run here, and the same answer as from the raw tables whatever the service does to it.
. tests/headless/lib.sh
. tests/headless/live.sh

# -- the truth: the same estate as exported tables --

tables() {
	"$TENANT" --export "$1" --devices "$devices" --now "$now" --day "${2:-0}" || verdict 1 "the tables are exported"
}
from_tables() {
	folder=$1
	shift
	live detect --device-info "$folder/DeviceInfo.csv" --assessment "$folder/DeviceTvmSecureConfigurationAssessment.csv" \
		--gathering "$folder/DeviceTvmInfoGathering.csv" --software "$folder/DeviceTvmSoftwareInventory.csv" "$@"
}
mkdir "$work/today" "$work/before"
tables "$work/today"
tables "$work/before" -1
base=http://127.0.0.1:9
configure
from_tables "$work/today"
is 0 "the tables make a whole run"
listed "$work/truth.csv"
[ "$(wc -l <"$work/truth.csv")" -gt 500 ]
verdict $? "there are servers to compare"

# whole WHAT [OPTION...]: a fresh home; the live run agrees.
whole() {
	what=$1
	shift
	forget
	ask "$@"
	agrees "$work/truth.csv" "$what"
}

# -- the plain way --

tenant
whole "client secret"
same "$(told '[.[].query] | join(" ")')" "census findings software" "census, servers and software are asked once each"
lacks "$err" 'right-secret' "no secret on stderr"
log=--debug
ask
log=
lacks "$err" 'right-secret' "no secret in the log"
grep -q 'eyJ' "$err"
[ $? -ne 0 ]
verdict $? "no token in the log"

# -- limits: parts, rows, bytes, heaviness --

reset
whole "forced into four parts" --set graph.parts=4
same "$(told '[.[] | select(.query == "findings")] | "\(length) \(map(.parts) | unique)"')" "4 [4]" "four parts"
tenant --row-limit 500
whole "an answer of 500 rows at most"
tenant --size-limit 200000
whole "an answer of 200,000 bytes at most"
tenant --row-limit 500 --limit-mode cut
whole "cut at 500 rows without a word"
tenant --size-limit 200000 --limit-mode cut
whole "cut at 200,000 bytes without a word"
tenant --heavy-above 400
whole "heavy queries are preempted"
# What is never given is said: one row an answer, however small the part.
tenant --row-limit 3 --limit-mode cut
forget
ask --set graph.software=false
is 2 "an estate that cannot come whole is not said to be"
has "$out" 'servers in scope, and' "what is counted and what came"

# -- every encoding --

for encoding in '--keys camel' '--keys lower' '--bools number' '--bools text' '--nulls absent' '--nulls empty' '--nulls all' '--dynamic string' \
	'--schema-keys upper' '--time-digits 0' '--time-digits 3' '--gzip off' '--keys camel --bools number --nulls all --schema-keys upper'; do
	# shellcheck disable=SC2086
	tenant $encoding
	whole "encoding $encoding"
done

# -- groups and where every device went --

tenant
forget
from_tables "$work/today" --set 'scope.group=Büro-Server' --set 'scope.group=Win-Servers-Prod'
listed "$work/scoped.csv"
live groups --format csv --set 'scope.group=Büro-Server' --set 'scope.group=Win-Servers-Prod'
cp "$out" "$work/groups.csv"
forget
ask --set 'scope.group=Büro-Server' --set 'scope.group=Win-Servers-Prod'
figures=$(grep '^estate' "$out" | sed 's/estate [0-9]*://; s/, no inventory row [0-9]*//')
agrees "$work/scoped.csv" "two groups in scope"
live groups --format csv --set 'scope.group=Büro-Server' --set 'scope.group=Win-Servers-Prod'
cmp -s "$out" "$work/groups.csv" || diff "$out" "$work/groups.csv" >"$err"
cmp -s "$out" "$work/groups.csv"
verdict $? "groups out of scope are listed, as from the tables"
forget
from_tables "$work/today" --set 'scope.group=Büro-Server' --set 'scope.group=Win-Servers-Prod'
same "$figures" "$(grep '^estate' "$out" | sed 's/estate [0-9]*://; s/, no inventory row [0-9]*//')" "where every device of the estate went"

# -- yesterday and today --

forget
from_tables "$work/before"
from_tables "$work/today"
summary=$(grep '^findings' "$out")
listed "$work/changed.csv"
forget
tenant --day -1
ask
tenant
ask
same "$(grep '^findings' "$out")" "$summary" "what changed since yesterday"
listed "$work/this.csv"
cmp -s "$work/this.csv" "$work/changed.csv"
verdict $? "what changed, device by device"

# -- software --

tenant --missing-table DeviceTvmSoftwareInventory
forget
ask
is 0 "without a right to the software inventory the run is whole"
has "$err" 'software inventory cannot be read' "and says that no other antivirus is named"
listed "$work/this.csv"
forget
live detect --device-info "$work/today/DeviceInfo.csv" --assessment "$work/today/DeviceTvmSecureConfigurationAssessment.csv" \
	--gathering "$work/today/DeviceTvmInfoGathering.csv"
listed "$work/without.csv"
cmp -s "$work/this.csv" "$work/without.csv"
verdict $? "all else as from the tables without it"
tenant --missing-table DeviceTvmInfoGathering
forget
ask
is 77 "without a right to a table that is needed there is no run"
one_sentence "a table that is missing"
has "$err" 'does not know a table' "the table is named as the cause"
check "no store was made" test ! -e "$store"

# -- the older API, a workspace --

tenant
for date in 2026-11-20T07:00:00Z 2027-02-02T07:00:00Z; do
	now=$date
	forget
	configure 'api = legacy'
	ask
	case $date in
	2026*) agrees "$work/truth.csv" "the older API before its end" ;;
	*)
		is 78 "the older API after its end"
		has "$err" '2027-02-01' "its end is named"
		ask --set graph.legacy_forced=true --set graph.look_back=30d
		[ "$status" -ne 78 ]
		verdict $? "the older API after its end, forced"
		;;
	esac
done
now=2026-11-20T07:00:00Z
tenant --custom Avcfg_CL,Avgather_CL
configure 'api = workspace' 'workspace = 99999999-8888-4777-8666-555555555555'
forget
ask
is 78 "a workspace without custom tables is refused"
has "$err" 'schema alone' "the reason is named"
configure 'api = workspace' 'workspace = 99999999-8888-4777-8666-555555555555' 'assessment_table = Avcfg_CL' 'gathering_table = Avgather_CL'
forget
ask
is 0 "custom tables of a workspace"
listed "$work/this.csv"
cmp -s "$work/this.csv" "$work/without.csv"
verdict $? "custom tables: as from the tables without software"

# -- signing in --

# refused STATUS WHAT WORDS [OPTION...]: one sentence, nothing stored.
refused() {
	wanted=$1 what=$2 words=$3
	shift 3
	forget
	ask "$@"
	is "$wanted" "$what"
	one_sentence "$what"
	has "$err" "$words" "$what: the cause is named"
	check "$what: no store was made" test ! -e "$store"
}
tenant
secret=wrong
refused 77 "a wrong secret" 'secret'
lacks "$err" ' wrong ' "the secret is not told"
secret='expired-secret~0'
refused 77 "an expired secret" 'expired'
secret='right-secret~1'
refused 77 "an unknown tenant" 'tenant' --set graph.tenant=nowhere.example
refused 77 "an unknown application" 'application' --set graph.client=00000000-0000-4000-8000-000000000000
tenant --roles 'Alert.Read.All'
refused 77 "no role" 'ThreatHunting.Read.All'
has "$err" 'admin consent' "how to grant it"
has "$err" 'Alert.Read.All' "what the sign-in has"
tenant --roles ''
refused 77 "no role at all" 'it has none'
tenant
secret=
printf 'right-secret~1\n' >"$work/secret"
chmod 600 "$work/secret"
whole "the secret from a file" --set graph.client_secret_file="$work/secret"
chmod 644 "$work/secret"
forget
ask --set graph.client_secret_file="$work/secret"
is 77 "a secret that others can read"
has "$err" 'chmod 600' "and how to mend it"
whole "the secret from a command" --set "graph.client_secret_command=printf 'right-secret~1\n'"
refused 78 "no secret at all" 'ROUSE_CLIENT_SECRET'
whole "managed identity" --set graph.sign_in=managed-identity --set graph.metadata="$base"
tenant --interval 0 --auto-approve 100
whole "device code" --set graph.sign_in=device-code
ask --set graph.sign_in=device-code
has "$err" "to sign in, open $base/devicelogin and enter" "device code: what to enter"
tenant --interval 0 --code-life 0
forget
ask --set graph.sign_in=device-code
is 77 "a device code that nobody entered in time"
has "$err" 'Nobody entered the code in time' "and says so"

if command -v openssl >/dev/null && openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" -days 2 -subj /CN=rouse 2>/dev/null; then
	cat "$work/cert.pem" "$work/key.pem" >"$work/both.pem"
	chmod 600 "$work/both.pem"
	tenant --client-cert "$work/cert.pem"
	whole "a certificate" --set graph.sign_in=certificate --set graph.certificate="$work/both.pem"
	whole "a certificate with RS256" --set graph.sign_in=certificate --set graph.certificate="$work/both.pem" --set graph.certificate_rs256=true
	base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
	head=$(printf '{"alg":"RS256","typ":"JWT"}' | base64url)
	moment=$(date +%s)
	body=$(printf '{"iss":"https://idp.example/","sub":"system:serviceaccount:soc:rouse","aud":"api://AzureADTokenExchange","jti":"a","nbf":%d,"exp":%d}' \
		"$moment" $((moment + 600)) | base64url)
	echo "$head.$body.$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 -sign "$work/key.pem" | base64url)" >"$work/outside"
	whole "workload identity" --set graph.sign_in=federated --set graph.federated_token_file="$work/outside"
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key2.pem" -out "$work/cert2.pem" -days 2 -subj /CN=other 2>/dev/null
	cat "$work/cert2.pem" "$work/key2.pem" >"$work/other.pem"
	chmod 600 "$work/other.pem"
	refused 77 "a certificate that the tenant does not know" 'certificate' --set graph.sign_in=certificate --set graph.certificate="$work/other.pem"
fi

# az is a program that prints a token alone, as it is asked to.
mkdir "$work/bin"
cat >"$work/bin/az" <<END
#!/bin/sh
curl -s $base/contoso.example/oauth2/v2.0/token -d client_id=$client -d grant_type=client_credentials --data-urlencode 'client_secret=right-secret~1' \\
	-d scope=https://graph.microsoft.com/.default | jq -r .access_token
END
chmod 755 "$work/bin/az"
path=$work/bin:/usr/bin:/bin
whole "az" --set graph.sign_in=az
printf '#!/bin/sh\necho "Please run az login to setup account." >&2\nexit 1\n' >"$work/bin/az"
refused 78 "az without a sign-in" 'az' --set graph.sign_in=az
path=/usr/bin:/bin
done_here
