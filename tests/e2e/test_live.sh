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
runs_are() { [ "$(runs)" = "$1" ]; }
more='ROUSE_CLIENT_SECRET=right-secret~1'
detect() { env -i PATH=/usr/bin:/bin HOME="$work/home" LANG=C.UTF-8 ROUSE_NOW="$now" "$more" "$ROUSE" detect >/dev/null 2>&1 </dev/null; }

# -- the stored run at once, then one swap --

tenant --day -1
detect
tenant
post __faults '[{"match":"runHunting","times":-1,"fault":"hang"}]'
start 120x30 "$ROUSE"
wait_for 'srv-'
expect 'census' "the stored run is on the screen, and what is asked for"
until_true 5 asked 1
verdict $? "the tenant is asked at the start"

# -- a key answers at once while the service is silent --

# median WHAT: 15 times j or k; the time until the screen is another.
median() {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		before=$(colours)
		from=$(date +%s%N)
		if [ $((i % 2)) -eq 1 ]; then keys j; else keys k; fi
		until [ "$(colours)" != "$before" ]; do
			[ $((($(date +%s%N) - from) / 1000000)) -lt 2000 ] || break
		done
		echo $((($(date +%s%N) - from) / 1000000))
	done | sort -n | sed -n 8p >"$work/median"
	[ "$(cat "$work/median")" -lt 100 ]
	verdict $? "$1: a key answers in $(cat "$work/median") ms in the median"
}
median "while the service is silent"

# -- stopped: the old run stays --

cursor_host() { line $(($(mux display-message -p '#{cursor_y}') + 1)) | grep -o 'srv-[a-z]*-[0-9]*' | head -n 1; }
keys j j Space
name=$(screen | grep -o 'srv-[a-z]*-[0-9]*[a-z.]*' | sed -n 3p)
keys Escape
wait_gone 'census'
expect 'srv-' "Esc stops, the old run stays"
same "$(runs)" 1 "no run was kept"
post __reset

# -- R: one swap, cursor and marks kept, what changed announced --

mark=$(screen | grep -n "$name" | head -n 1)
[ -n "$mark" ]
verdict $? "the host with the mark is there"
under=$(cursor_host)
[ -n "$under" ]
verdict $? "the cursor is on a host"
keys R
wait_for 'resolved'
wait_still
same "$(cursor_host)" "$under" "the cursor is on the same host after the swap"
expect "$name" "the marked host is on the screen after the swap"
same "$(runs)" 2 "the new run is kept"

# -- a trickle --

post __faults '[{"match":"runHunting","query":"findings","times":-1,"fault":"trickle","bytes":400,"ms":5}]'
keys R
wait_for 'servers'
median "while an answer trickles"
keys C-c
wait_gone 'servers,'
same "$(runs)" 2 "^C stops, the old run stays"
post __reset

# -- a failure says why --

post __faults '[{"match":"runHunting","times":-1,"fault":"status","status":403}]'
keys R
wait_for 'refuses the query'
expect 'srv-' "a refusal says why, the old run stays"
same "$(runs)" 2 "and no run is kept"
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
until_true 15 runs_are 3
verdict $? "after the code the run comes"
keys q
wait_for '[ended with'
done_here
