# live.sh - on top of lib.sh, for tests against the stand-in tenant. Sourced after it.
#
#   tenant OPTION...        starts the stand-in, in place of an earlier one; its address is in $base
#   ask [OPTION...]         rouse detect against it, $groups and $sign_in as the configuration; $status, $out, $err
#   listed FILE             every server of the newest run, by DeviceId, into the file
#   agrees FILE WHAT        the last call made a whole run, and its list is this file
#   told JQ                 what the journal of the stand-in says of queries, through jq
#   faults JSON, options JSON, reset
# shellcheck shell=sh disable=SC2034 # `status` is read by lib.sh
TENANT=${TENANT:-$(dirname "$ROUSE")/rouse-tenant}
case $TENANT in /*) ;; *) TENANT=$top/$TENANT ;; esac
tenant_pid=
base=
devices=3000
secret='right-secret~1'
client=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee
variables=           # more NAME=VALUE words
log=                 # --debug: the log goes to $err

for tool in curl jq; do
	command -v "$tool" >/dev/null || { echo "ok headless $suite: left out, $tool is not there"; exit 0; }
done
[ -x "$TENANT" ] || { echo "ok headless $suite: left out, the stand-in tenant is not built"; exit 0; }

tenant_stop() {
	[ -z "$tenant_pid" ] || { kill "$tenant_pid" && wait "$tenant_pid"; } 2>/dev/null
	tenant_pid=
}
trap 'tenant_stop; rm -rf "$work"' EXIT

# forget: a new home, without runs.
forget() {
	rm -rf "$work/home"
	mkdir "$work/home"
}

tenant() {
	tenant_stop
	rm -f "$work/ready"
	mkfifo "$work/ready"
	"$TENANT" --now "$now" --devices "$devices" "$@" >"$work/ready" 2>"$work/tenant.err" &
	tenant_pid=$!
	read -r word base <"$work/ready" || word=
	[ "${word:-}" = ready ] || { verdict 1 "the stand-in starts: $*"; exit 1; }
	configure
}

# configure LINE...: the configuration, with more lines of [graph].
configure() {
	printf '[source]\nkind = graph\n[graph]\ntenant = contoso.example\nclient = %s\nendpoint = %s\nlogin = %s\n' "$client" "$base" "$base" >"$work/live.conf"
	for word in "$@"; do echo "$word" >>"$work/live.conf"; done
}

live() {
	# shellcheck disable=SC2086 # lists of words
	env -i PATH="${path:-/usr/bin:/bin}" HOME="$work/home" LANG=C.UTF-8 TERM=dumb ROUSE_NOW="$now" ROUSE_HURRY=100 ROUSE_CLIENT_SECRET="$secret" \
		${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} ${UBSAN_OPTIONS:+UBSAN_OPTIONS="$UBSAN_OPTIONS"} $variables \
		"$ROUSE" "$@" --config "$work/live.conf" $log >"$out" 2>"$err" </dev/null
	status=$?
	if grep -q -e 'ERROR: AddressSanitizer' -e 'ERROR: LeakSanitizer' -e 'runtime error:' "$err"; then
		verdict 1 "no sanitizer report from: rouse $*"
	fi
}
ask() { live detect "$@"; }

listed() {
	live list --all --format csv --csv-exact --sort DeviceId
	cp "$out" "$1"
}

# agrees FILE WHAT: a whole run that gives the same list, device by device.
agrees() {
	is 0 "$2"
	listed "$work/this.csv"
	cmp -s "$work/this.csv" "$1" || diff "$work/this.csv" "$1" | head -n 10 >"$out"
	cmp -s "$work/this.csv" "$1"
	verdict $? "$2: the same servers as from the tables"
}

post() { curl -s -X POST "$base/$1" -d "${2:-}" | grep -q '"ok":true' || verdict 1 "the stand-in takes $1 ${2:-}"; }
faults() { post __faults "$1"; }
options() { post __options "$1"; }
reset() { post __reset; }
told() { curl -s "$base/__log" | jq -r "[.[] | select(.query)] | $1"; }
