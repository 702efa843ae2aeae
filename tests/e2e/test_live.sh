#!/bin/sh
# The console with a tenant: it opens at once on the stored run, asks meanwhile, stays alive whatever the service does, and swaps once.
. tests/e2e/lib.sh
TENANT=${TENANT:-$(dirname "$ROUSE")/rouse-tenant}
case $TENANT in /*) ;; *) TENANT=$top/$TENANT ;; esac
for tool in curl jq; do
	command -v "$tool" >/dev/null || { echo "ok e2e $suite: left out, $tool is not there"; exit 0; }
done
[ -x "$TENANT" ] || { echo "ok e2e $suite: left out, the stand-in tenant is not built"; exit 0; }
tenant_pid=
tenant_stop() {
	[ -z "$tenant_pid" ] || { kill "$tenant_pid" && wait "$tenant_pid"; } 2>/dev/null
	tenant_pid=
}
trap 'stop; tenant_stop; rm -rf "$work"' EXIT

# tenant OPTION...: starts the stand-in; the configuration names it.
tenant() {
	tenant_stop
	rm -f "$work/ready"
	mkfifo "$work/ready"
	"$TENANT" --now "$now" --devices 2000 "$@" >"$work/ready" 2>/dev/null &
	tenant_pid=$!
	read -r word base <"$work/ready" || give_up "the stand-in starts"
	[ "$word" = ready ] || give_up "the stand-in starts"
	mkdir -p "$work/home/.config/rouse"
	printf '[source]\nkind = graph\n[graph]\ntenant = contoso.example\nclient = aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee\nendpoint = %s\nlogin = %s\n%s\n' \
		"$base" "$base" "$lines" >"$work/home/.config/rouse/config"
}
lines=
post() { curl -s -X POST "$base/$1" -d "${2:-}" | grep -q '"ok":true' || verdict 1 "the stand-in takes $1"; }
asked() { [ "$(curl -s "$base/__log" | jq '[.[] | select(.query)] | length')" -ge "$1" ]; }
runs() { cli runs --format json 2>/dev/null | jq length; }
more='ROUSE_CLIENT_SECRET=right-secret~1'
detect() { env -i PATH=/usr/bin:/bin HOME="$work/home" LANG=C.UTF-8 ROUSE_NOW="$now" "$more" "$ROUSE" detect >/dev/null 2>&1 </dev/null; }

# median: 15 times j or k; the milliseconds until the screen is another.
median() {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		before=$(colours)
		from=$(date +%s%N)
		if [ $((i % 2)) -eq 1 ]; then keys j; else keys k; fi
		until [ "$(colours)" != "$before" ]; do
			[ $((($(date +%s%N) - from) / 1000000)) -lt 2000 ] || break
		done
		echo $((($(date +%s%N) - from) / 1000000))
	done | sort -n | sed -n 8p
}
# answers WHAT: with a job as without one, but for a tenth of a second: how long a look at the screen takes is the machine's affair.
answers() {
	ms=$(median)
	[ "$ms" -lt $((100 + idle_ms)) ]
	verdict $? "$1: a key answers in $ms ms in the median, $idle_ms without a job"
}

# -- before there is any run --

tenant --day -1
post __faults '[{"match":"runHunting","times":-1,"fault":"hang"}]'
start 120x30 "$ROUSE"
wait_for 'The first detection is under way'
put m
wait_for 'There is no run yet: the first detection is under way, a moment more.'
verdict 0 "a key that must wait for the first run says so"
keys C-c
wait_for 'Stopped; the run'
stop
rm -rf "$work/home/.local"

# -- the stored run at once, then one swap --

tenant --day -1
detect
tenant
post __faults '[{"match":"runHunting","times":-1,"fault":"hang"}]'
start 120x30 "$ROUSE" --set graph.at_start=false
wait_run
idle_ms=$(median)
stop
start 120x30 "$ROUSE"
wait_for 'srv-'
expect 'census' "the stored run is on the screen, and what is asked for"
soon "the tenant is asked at the start" asked 1

# -- a key answers at once while the service is silent --

answers "while the service is silent"

# -- stopped: the old run stays --

cursor_host() { line $(($(mux display-message -p '#{cursor_y}') + 1)) | grep -o 'srv-[a-z]*-[0-9]*' | head -n 1; }
keys j j Space
wait_for '1 marked'
wait_still
name=$(screen | grep -o 'srv-[a-z]*-[0-9]*[a-z.]*' | sed -n 3p)
keys Escape
wait_gone 'census'
expect 'srv-' "Esc stops, the old run stays"
comes 1 "no run was kept" runs
post __reset

# -- R: one swap, cursor and marks kept, what changed announced --

expect "$name" "the host with the mark is there"
wait_still
under=$(cursor_host)
[ -n "$under" ]
verdict $? "the cursor is on a host"
keys R
wait_for 'Run 2 is here'
comes "$under" "the cursor is on the same host after the swap" cursor_host
expect "$name" "the marked host is on the screen after the swap"
comes 2 "the new run is kept" runs

# -- a trickle --

post __faults '[{"match":"runHunting","query":"findings","times":-1,"fault":"trickle","bytes":400,"ms":40}]'
keys R
wait_for 'servers'
answers "while an answer trickles"
keys C-c
wait_for 'Stopped; the run on the screen is as before.'
comes 2 "^C stops, the old run stays" runs
post __reset

# -- a failure says why --

post __faults '[{"match":"runHunting","times":-1,"fault":"status","status":403}]'
keys R
wait_for 'refuses the query'
expect 'srv-' "a refusal says why, the old run stays"
comes 2 "and no run is kept" runs
keys q
wait_for '[ended with'
stop

# -- the device code is on the screen --

lines='sign_in = device-code
at_start = true'
tenant --interval 0
start 120x30 "$ROUSE"
wait_for ', enter '
code=$(screen | grep -o 'enter [A-Z]*-[A-Z]*' | head -n 1 | cut -d' ' -f2)
keys o
wait_for 'opied'
expect "$code" "o copies the code"
expect 'devicelogin' "and the address is there"
curl -s "$base/test/approve" -d "user_code=$code" >/dev/null
until_true 30 prints 3 runs
verdict $? "after the code the run comes"
keys q
wait_for '[ended with'
done_here
