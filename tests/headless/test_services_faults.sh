#!/bin/sh
# A system that fails in every way, at every request of a send: afterwards never two tickets, never none, no host lost, and what rouse said was true.
#
# Each kind of failure meets each request of a send that creates and of one that updates, with each system. EVERY=1 tries all of them; the
# default takes every fifteenth, so that each kind and each request has its turn.
. tests/headless/lib.sh
. tests/headless/services.sh
every=${EVERY:-15}
systems=${SYSTEMS:-servicenow}   # the other two have scripts of their own, so that they run side by side
start=2026-11-20T07:00:00Z
later=2026-11-20T07:11:00Z

a=$work/a
new_tables "$a"
for n in 1 2 3 4; do host "$a" $n srv-fault-0$n Alpha 1; done
printf 'srv-fault-01\nsrv-fault-02\nsrv-fault-03\n' >"$work/three"
services --groups 'Team'

# look: how many tickets are $open, how many $hosts the first has, and how many $notes.
look() {
	held=$(tickets '[.[] | select(.open and .parent == "")] as $o | "\($o | length) \([1,2,3,4] | map(select(. as $n | $o[0].text // "" |
		contains("srv-fault-0\($n)"))) | length) \($o[0].notes // [] | length)"')
	open=${held%% *} notes=${held##* } hosts=${held#* }
	hosts=${hosts% *}
}

# before WHAT: a home and a system as they are before the send; an update finds a ticket of three hosts.
before() {
	now=$start
	reset
	morning "$a"
	[ "$1" = create ] && return
	loop ticket --hosts "$work/three"
	[ "$status" -eq 0 ] || verdict 1 "$kind: the ticket before the failure"
}

wrong() {
	bad=$((bad + 1))
	[ "$bad" -gt 20 ] || verdict 1 "$1"
}

# try WHAT ORDER NAME: one send under an order to fail, judged; then a clean one, judged.
try() {
	what=$1 order=$2 name="$kind, $1, $3"
	tried=$((tried + 1))
	before "$what"
	faults "$order"
	loop ticket
	was=$status
	look
	[ "$open" -le 1 ] || grep -q 'two records' "$err" || wrong "$name: two tickets, and not said"
	case $was in
	0) [ "$open/$hosts" = 1/4 ] || wrong "$name: said to be done, but it holds $open tickets, $hosts hosts" ;;
	1 | 2 | 69 | 75 | 77 | 78) grep -q '^rouse: .*[.?!]$' "$err" || wrong "$name: not said why" ;;
	*) wrong "$name: exit status $was" ;;
	esac
	if grep -q 'read back: 4 hosts' "$out" && [ "$open/$hosts" != 1/4 ]; then wrong "$name: read back what is not there"; fi
	if grep -q 'created, read back' "$out" && [ "$what" = update ]; then wrong "$name: an update is called created"; fi
	cp "$err" "$work/first.err"
	post __faults '[]'
	now=$later
	loop ticket
	look
	if [ "$status" -gt "$lasting" ] || [ "$open/$hosts" != 1/4 ]; then
		cat "$work/first.err" >>"$err"
		wrong "$name: afterwards $open tickets, $hosts hosts, exit status $status (before: $was)"
	fi
	[ "$what" = create ] || [ "$notes" -ge 1 ] || wrong "$name: no note says what changed"
	[ "$what" = update ] || [ "$notes" -eq 0 ] || wrong "$name: a note on a new ticket: $notes"
}

# Failures of any request. %d: how many requests pass before it.
kinds='401|"fault":"status","status":401
403|"fault":"status","status":403
404|"fault":"status","status":404
429|"fault":"status","status":429,"times":2
429 with Retry-After|"fault":"status","status":429,"headers":{"Retry-After":"2"}
429 for good|"fault":"status","status":429,"times":-1
500|"fault":"status","status":500
503|"fault":"status","status":503
503 for good|"fault":"status","status":503,"times":-1
500, done|"fault":"status","status":500,"done":true
504, done|"fault":"status","status":504,"done":true
lost|"fault":"reset"
done and lost|"fault":"reset","done":true
lost for good|"fault":"reset","times":-1
no answer, done|"fault":"empty","done":true
cut|"fault":"cut"
cut in the head|"fault":"cut","bytes":1
HTML|"fault":"html"
HTML, done|"fault":"html","done":true
an error with 200|"fault":"error"
202|"fault":"status","status":202
202, done|"fault":"status","status":202,"done":true
a redirect|"fault":"redirect"
408, done|"fault":"status","status":408,"done":true'

requests() { told '[.[] | select(.service != "")] | length'; }

turn=0
tried=0
lasting=0          # the worst exit status of the clean send: a key that the system dropped stays a complaint
for which in $systems; do
	system $which
	for deed in create update; do
		before $deed
		done_before=$(requests)
		loop ticket
		total=$(($(requests) - done_before))
		bad=0
		tried=0
		row=0
		echo "$kinds" >"$work/kinds"
		while IFS='|' read -r title failure <&3; do
			row=$((row + 1))
			for nth in $(seq 0 $((total - 1))); do
				turn=$((turn + 1))
				[ $(((turn + row) % every)) -eq 0 ] || continue
				try $deed "[{\"match\":\"/\",\"after\":$nth,$failure}]" "request $((nth + 1)) of $total: $title"
			done
		done 3<"$work/kinds"
		[ "$bad" -eq 0 ]
		verdict $? "$which, $deed: $tried failures at $total requests"
	done
done

# -- what only writes can meet, and searches that lag --

# once WHAT TITLE ORDER
once() {
	bad=0
	try "$1" "[$3]" "$2"
	[ "$bad" -eq 0 ]
	verdict $? "$kind, $1: $2"
}
for which in $systems; do
	system $which
	case $which in servicenow) writes='"match":"/table/incident","method":"POST"' ;; *) writes='"match":"/issue","method":"POST"' ;; esac
	once create "answered as made, and not there" "{$writes,\"fault\":\"forget\"}"
	once create "silence, and it was made" "{$writes,\"fault\":\"hang\",\"done\":true}"
	case $which in
	servicenow)
		lasting=2
		once create "the key is dropped" "{$writes,\"fault\":\"drop\",\"fields\":\"correlation_id\",\"times\":-1}"
		lasting=0
		once create "a text is cut" "{$writes,\"fault\":\"clip\",\"fields\":\"description\",\"bytes\":700}"
		once update "the text is not changed" '{"match":"/table/incident","method":"PATCH","fault":"drop","fields":"description"}'
		once update "silence, and it was changed" '{"match":"/table/incident","method":"PATCH","fault":"hang","done":true}' ;;
	*)
		lasting=2
		once create "labels are dropped" "{$writes,\"fault\":\"drop\",\"fields\":\"labels\"}"
		lasting=0
		once update "the text is not changed" '{"match":"/issue","method":"PUT","fault":"drop","fields":"description"}'
		once update "silence, and it was changed" '{"match":"/issue","method":"PUT","fault":"hang","done":true}'
		options '{"lag-searches":2}'
		once create "the search lags" "{$writes,\"fault\":\"delay\",\"ms\":1}"
		once create "the answer is lost, and the search lags" "{$writes,\"fault\":\"reset\",\"done\":true}"
		once update "the answer is lost, and the search lags" '{"match":"/issue","method":"PUT","fault":"reset","done":true}'
		options '{"lag-searches":0}' ;;
	esac
	# At once again after a create that was lost: nothing is made before it is known.
	for done in true false; do
		before create
		faults "[{$writes,\"fault\":\"reset\",\"done\":$done}]"
		loop ticket
		loop ticket
		look
		[ "$open" -le 1 ]
		verdict $? "$which: lost (done: $done), and sent again at once: $open open, exit status $status"
		now=$later
		loop ticket
		look
		same "$open/$hosts" 1/4 "$which: lost (done: $done): one in the end"
	done
done

[ "$systems" = servicenow ] || done_here

# -- ServiceNow's own: conditions that are dropped, rows that rights hide --

system servicenow
for setting in '{"strict":1}' '{"fold":0}' '{"rows-max":1}' '{"token-life":0}'; do
	bad=0
	before update
	options "$setting"
	loop ticket
	look
	[ "$open/$hosts" = 1/4 ] || grep -q '^rouse: .*[.?!]$' "$err"
	verdict $? "servicenow with $setting: $open open, $hosts hosts, exit status $status"
	options '{"strict":0,"fold":1,"rows-max":10000,"token-life":1800}'
	loop ticket
	look
	same "$open/$hosts" 1/4 "servicenow with $setting: afterwards"
done

# -- the digest: never before the ticket, never instead of it --

for place in teams slack; do
	notify=$place
	system servicenow
	case $place in teams) match=/workflows/ ;; *) match=/services/ ;; esac
	for failure in '"fault":"status","status":400' '"fault":"status","status":429,"times":-1' '"fault":"reset"' '"fault":"html"' '"fault":"redirect"'; do
		before create
		faults "[{\"match\":\"$match\",$failure}]"
		loop run --device-info "$a/info.csv" --assessment "$a/assessment.csv" --gathering "$a/gathering.csv"
		look
		same "$open/$hosts" 1/4 "$place, $failure: the ticket was written"
		posted=$(records "[.${place}[] | select(.shown)] | length")
		case $failure in
		*429* | *400* | *500* | *redirect* | *reset*) [ "$status" -ne 0 ] && [ "$posted" -eq 0 ] && grep -qi "^rouse: $place" "$err" ;;
		*) [ "$status" -ne 0 ] || [ "$posted" -eq 0 ] ;;
		esac
		verdict $? "$place, $failure: exit status $status, $posted shown: $(grep -i "^rouse: $place" "$err" | head -n 1 | cut -c1-120)"
	done
done
done_here
