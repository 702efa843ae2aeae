#!/bin/sh
# The contract that every ticket back end keeps to, against the stand-in services, and against a real Request Tracker where PEERS names it.
#   tests/peers/contract.sh CONTRACT SERVICES     the programs of test_tickets_contract.c and tests/services
#   ROUSE_TEST_RT=DIR    uses the Request Tracker that runs there
set -u
contract=$1 services=$2
start=${PEERS-}/rt/rt5-start.sh
work=$(mktemp -d) || exit 1
child='' own='' failed=0
services_stop() {
	[ -z "$child" ] || { kill "$child" && wait "$child"; } 2>/dev/null
	child=
}
clean() {
	services_stop
	[ -z "$own" ] || bash "$start" stop "$own" >/dev/null 2>&1
	rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' INT TERM
umask 077
printf %s 'right-secret~1' >"$work/servicenow"
printf %s 'right-token~1' >"$work/cloud"
printf %s 'right-pat~1' >"$work/center"

# services OPTION...: starts the stand-in anew; its address is in $base.
services() {
	services_stop
	rm -f "$work/ready"
	mkfifo "$work/ready"
	"$services" "$@" >"$work/ready" 2>"$work/services.err" &
	child=$!
	read -r word base <"$work/ready" || word=
	[ "${word:-}" = ready ] || { echo "not ok contract: the stand-in starts: $*"; exit 1; }
}

# keeps NAME KIND SECONDS [VARIABLE=VALUE...]: one result for each clause; the configuration is $work/config.
keeps() {
	name=$1 kind=$2 seconds=$3
	shift 3
	# A variable with a secret is taken out of the environment when it is first read, and each clause signs in anew: secrets are in files.
	env TICKETS_KIND="$kind" ROUSE_CONFIG="$work/config" "$@" timeout "$seconds" "$contract" >"$work/out" 2>&1
	status=$?
	sed -n "s/^\[       OK \] test_\(.*\)/ok contract $name: \1/p; s/^\[  SKIPPED \] test_\(.*\)/ok contract $name: \1 left out: the system has no such thing/p" \
		"$work/out" | tr _ ' ' | awk '!seen[$0]++'
	[ $status -eq 0 ] && grep -q '^\[       OK \]' "$work/out" && return
	failed=1
	echo "not ok contract $name: $(sed -n 's/^\[  FAILED  \] test_//p' "$work/out" | sort -u | tr '\n_' ', ')exit $status"
	grep -v '^\[ RUN\|^\[       OK' "$work/out" | head -n 30 | cut -c1-300 | sed 's/^/#   /'
}

# all NAME: each of the three systems of the stand-in that runs.
all() {
	printf '[servicenow]\nurl = %s\nclient = rouse-client\nsecret_file = %s\n' "$base" "$work/servicenow" >"$work/config"
	keeps "servicenow$1" servicenow 60 "$team"
	printf '[jira]\nurl = %s/cloud\nkind = cloud\nproject = SEC\nuser = rouse@example.com\nsecret_file = %s\n' "$base" "$work/cloud" \
		>"$work/config"
	keeps "jira cloud$1" jira 60 "$team" TICKETS_LAG_S=10
	printf '[jira]\nurl = %s/dc\nkind = data-center\nproject = SEC\nsecret_file = %s\n' "$base" "$work/center" >"$work/config"
	keeps "jira data center$1" jira 60 "$team" TICKETS_LAG_S=10
}
team='TICKETS_TEAM=Windows Platform'
if [ -x "$services" ]; then
	services
	all ''
	services --ms 20 --lag-searches 2 --lag-ms 400
	all ', slow and with a search that lags'
	services --ms 0 --page-max 1 --resolution-rule 1 --rows-max 2
	team=TICKETS_TEAM=
	all ', in small pages, with rules for closing, for nobody'
	services_stop
else
	echo 'ok contract: left out: the stand-in services are not built'
fi

# -- Request Tracker --

leave() { echo "ok contract rt: left out: $1"; exit $failed; }
[ -n "${PEERS-}" ] && [ -f "$start" ] || leave 'PEERS names no folder with Request Tracker'
for tool in curl python3 perl bash; do
	command -v $tool >/dev/null 2>&1 || leave "there is no $tool"
done
[ -x /usr/sbin/rt-setup-database-5 ] || leave 'Request Tracker is not installed'
dir=${ROUSE_TEST_RT-}
if [ -z "$dir" ]; then
	dir=$work/rt own=$work/rt
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	bash "$start" start "$dir" "$port" >"$work/start.log" 2>&1 || { tail -n 3 "$work/start.log" | sed 's/^/#   /'; leave 'Request Tracker did not start'; }
fi
bash "$start" env "$dir" >"$work/env" || leave 'the folder of ROUSE_TEST_RT has no server'
. "$work/env"
printf %s "$RT_TOKEN" >"$work/rt_token"
printf '[rt]\nurl = %s\nqueue = Windows Platform\ntoken_file = %s\n' "$RT_URL" "$work/rt_token" >"$work/config"
keeps rt rt 120 'TICKETS_TEAM=Windows Platform'
exit $failed
