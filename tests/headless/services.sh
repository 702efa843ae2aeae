# services.sh - on top of lib.sh, for tests of the closed loop against the stand-in for ServiceNow, Jira, Teams and Slack. Sourced after it.
#
#   services OPTION...       starts the stand-in, in place of an earlier one; its address is in $base
#   system NAME [LINE...]    the configuration: servicenow, cloud or center for tickets, with more lines of [tickets]; $owners and $notify say who
#                            knows owners (none) and where the digest goes (none)
#   morning TABLES           a home in which this folder of tables was just detected; quick when it was before
#   loop COMMAND...          rouse with this configuration; $status, $out, $err
#   records JQ, told JQ      what the stand-in holds, and what it was asked
#   tickets JQ               the tickets of the system, open or not, in one form: number, key, open, title, text, team, notes, files, parent
#   faults JSON, options JSON, reset
# shellcheck shell=sh disable=SC2034 # `status` is read by lib.sh
SERVICES=${SERVICES:-$(dirname "$ROUSE")/rouse-services}
case $SERVICES in /*) ;; *) SERVICES=$top/$SERVICES ;; esac
services_pid=
base=
kind=
owners=none
notify=none
hurry=100
variables=           # more NAME=VALUE words
snow_secret='right-secret~1'
jira_secret='right-token~1'
teams_sig='right-sig~1'
slack_hook=T00000000/B00000000/right-hook1

for tool in curl jq; do
	command -v "$tool" >/dev/null || { echo "ok headless $suite: left out, $tool is not there"; exit 0; }
done
[ -x "$SERVICES" ] || { echo "ok headless $suite: left out, the stand-in services are not built"; exit 0; }

services_stop() {
	[ -z "$services_pid" ] || { kill "$services_pid" && wait "$services_pid"; } 2>/dev/null
	services_pid=
}
trap 'services_stop; rm -rf "$work"' EXIT

services() {
	services_stop
	rm -f "$work/ready"
	mkfifo "$work/ready"
	"$SERVICES" "$@" >"$work/ready" 2>"$work/services.err" &
	services_pid=$!
	read -r word base <"$work/ready" || word=
	[ "${word:-}" = ready ] || { verdict 1 "the stand-in starts: $*"; exit 1; }
}

teams_url() { echo "$base/teams/workflows/1f/triggers/manual/paths/invoke?api-version=1&sp=%2Ft&sv=1.0&sig=$teams_sig"; }
slack_url() { echo "$base/services/$slack_hook"; }

system() {
	kind=$1
	shift
	{
		printf '[scope]\nos_platform = WindowsServer\n[limits]\ndrop = 100%%\n[network]\npatience = 1s\n[notify]\n'
		for word in $notify; do echo "kind = $word"; done
		printf '[owners]\nkind = %s\n[servicenow]\nurl = %s\nclient = rouse-client\n' "$owners" "$base"
		case $kind in
		servicenow) printf '[tickets]\nkind = servicenow\n' ;;
		cloud) printf '[jira]\nurl = %s/cloud\nkind = cloud\nproject = SEC\nuser = rouse@example.com\n[tickets]\nkind = jira\n' "$base" ;;
		center) printf '[jira]\nurl = %s/dc\nkind = data-center\nproject = SEC\n[tickets]\nkind = jira\n' "$base" ;;
		esac
		for word in "$@"; do echo "$word"; done
	} >"$work/loop.conf"
	case $kind in center) jira_secret='right-pat~1' ;; *) jira_secret='right-token~1' ;; esac
}

loop() {
	# shellcheck disable=SC2086 # lists of words
	${under:-} env -i PATH="${path:-/usr/bin:/bin}" HOME="$work/home" LANG=C.UTF-8 TERM=dumb ROUSE_NOW="$now" ROUSE_HURRY="$hurry" \
		ROUSE_SERVICENOW_SECRET="$snow_secret" ROUSE_JIRA_SECRET="$jira_secret" ROUSE_TEAMS_URL="$(teams_url)" ROUSE_SLACK_URL="$(slack_url)" \
		${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} ${UBSAN_OPTIONS:+UBSAN_OPTIONS="$UBSAN_OPTIONS"} $variables \
		"$ROUSE" "$@" --config "$work/loop.conf" >"$out" 2>"$err" </dev/null
	status=$?
	if grep -q -e 'ERROR: AddressSanitizer' -e 'ERROR: LeakSanitizer' -e 'runtime error:' "$err"; then
		verdict 1 "no sanitizer report from: rouse $*"
	fi
}

morning() {
	rm -rf "$work/home"
	if [ ! -d "$1/home" ]; then
		mkdir "$work/home"
		printf '[scope]\nos_platform = WindowsServer\n' >"$work/detect.conf"
		detect "$1" --config "$work/detect.conf"
		is 0 "the tables are detected: $(basename "$1")"
		cp -r "$work/home" "$1/home"
		return
	fi
	cp -r "$1/home" "$work/home"
}

# next_morning TABLES: the same home, another run.
next_morning() {
	loop detect --device-info "$1/info.csv" --assessment "$1/assessment.csv" --gathering "$1/gathering.csv"
	is 0 "another morning is detected: $(basename "$1")"
}

post() { curl -s -X POST "$base/$1" -d "${2:-}" | grep -q '"ok":true' || verdict 1 "the stand-in takes $1 ${2:-}"; }
faults() { post __faults "$1"; }
options() { post __options "$1"; }
reset() { post __reset; }
records() { curl -s "$base/__records" | jq -rc "$1"; }
told() { curl -s "$base/__log" | jq -rc "$1"; }

# Both systems in one form.
one_form='
def ours: map(select(startswith("rouse-") and length > 6))[0] // "";
def snow: .servicenow[] | {number, key: (.correlation_id // ""), open: ((.state // "1") as $s | (.active // "true") != "false" and
	([$s] | inside(["6", "7", "8"]) | not)), title: (.short_description // ""), text: (.description // ""), team, notes, table,
	files: [.attachments[] | {name: .file_name, bytes: (.bytes | length)}], parent: (.incident // .parent // ""), id: .sys_id};
def jira($site): .jira[] | select(.site == $site) | {number: .key, key: (.fields.labels | ours), open: (.fields.status.statusCategory.key != "done"),
	title: .fields.summary, text: (.fields.description // ""), team: ((.fields.labels | map(select(startswith("team-")))[0]) // ""),
	notes: [.fields.comment.comments[]? | .body], files: [.fields.attachment[]? | {name: .filename, bytes: .size}],
	parent: (.fields.parent.key // ""), table: .fields.issuetype.name, id};
'
tickets() {
	case $kind in
	servicenow) form='[snow]' ;;
	cloud) form='[jira("cloud")]' ;;
	*) form='[jira("dc")]' ;;
	esac
	curl -s "$base/__records" | jq -rc "$one_form $form | $1"
}

# close_by_hand ID: as people do it, in the system itself.
close_by_hand() {
	case $kind in
	servicenow)
		curl -sf -o "$work/closed" -u 'svc-rouse:right-password~1' -X PATCH -H 'Content-Type: application/json' \
			-d '{"state":"7","close_code":"Solved","close_notes":"done"}' "$base/api/now/table/incident/$1" ;;
	cloud)
		curl -sf -o "$work/closed" -u 'rouse@example.com:right-token~1' -H 'Content-Type: application/json' \
			-d '{"transition":{"id":"31"}}' "$base/cloud/rest/api/3/issue/$1/transitions" ;;
	*)
		curl -sf -o "$work/closed" -H 'Authorization: Bearer right-pat~1' -H 'Content-Type: application/json' \
			-d '{"transition":{"id":"31"}}' "$base/dc/rest/api/2/issue/$1/transitions" ;;
	esac || verdict 1 "the ticket is closed by hand: $1"
}

# agree WORD HOSTS WHAT: rouse said so, and the one open ticket holds it: number, count, every name of $names, the key, the title as sent.
agree() {
	has "$out" " $1, read back: $2 host" "$3: rouse says $1, $2 hosts"
	same "$(tickets '[.[] | select(.open and .parent == "")] | length')" 1 "$3: one is open"
	tickets '[.[] | select(.open and .parent == "")][0]' >"$work/one.json"
	has "$out" "$(one .number)" "$3: it is the one that rouse names"
	one .text >"$work/text"
	for name in $names; do
		grep -qF "$name" "$work/text" || verdict 1 "$3: $name is on it"
	done
	same "$(one '.key | test("^rouse-[0-9a-f]{12}$")')" true "$3: it has its key"
}
one() { jq -r "$1" "$work/one.json"; }
