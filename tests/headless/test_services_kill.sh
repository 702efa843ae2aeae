#!/bin/sh
# rouse is killed at random moments of a send, and two send at once: never two open tickets, never none in the end, no host lost.
#
#   ROUNDS=300 sh tests/headless/test_services_kill.sh
. tests/headless/lib.sh
. tests/headless/services.sh
rounds=${ROUNDS:-30}
start=2026-11-20T07:00:00Z
later=2026-11-20T07:11:00Z
seed=$(date +%s)

a=$work/a
new_tables "$a"
for n in 1 2 3 4; do host "$a" $n srv-kill-0$n Alpha 1; done
printf 'srv-kill-01\nsrv-kill-02\nsrv-kill-03\n' >"$work/three"
services --ms 4

# look: how many tickets are $open, how many $hosts the first has, and how many $notes.
look() {
	held=$(tickets '[.[] | select(.open and .parent == "")] as $o | "\($o | length) \([1,2,3,4] | map(select(. as $n | $o[0].text // "" |
		contains("srv-kill-0\($n)"))) | length) \($o[0].notes // [] | length)"')
	open=${held%% *} notes=${held##* } hosts=${held#* }
	hosts=${hosts% *}
}

# milliseconds: the next of a sequence of random numbers below 1000.
draw() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	drawn=$((seed / 65536 % 1000))
}

# round WHAT: a send that is killed after a random part of the time that a whole one takes; then once more.
took=100
cut=0
round() {
	now=$start
	reset
	morning "$a"
	if [ "$1" = update ]; then loop ticket --hosts "$work/three"; fi
	draw
	pause=$((took * drawn / 1000 + 3))
	under="timeout -s KILL 0.$(printf %03d $pause)"
	loop ticket
	under=
	[ "$status" -ne 137 ] || cut=$((cut + 1))
	look
	[ "$open" -le 1 ] || wrong "$kind, $1, killed after $pause ms: $open open tickets"
	# People look again at once; and later, when what was lost would have come.
	if [ $((drawn % 3)) -eq 0 ]; then
		loop ticket
		look
		[ "$open" -le 1 ] || wrong "$kind, $1, killed after $pause ms, at once again: $open open tickets"
	fi
	now=$later
	loop ticket
	look
	if [ "$status" -ne 0 ] || [ "$open/$hosts" != 1/4 ]; then
		wrong "$kind, $1, killed after $pause ms: afterwards $open open tickets, $hosts hosts, exit status $status"
	fi
	[ "$1" = create ] || [ "$notes" -ge 1 ] || wrong "$kind, $1, killed after $pause ms: no note"
}
wrong() {
	bad=$((bad + 1))
	[ "$bad" -gt 20 ] || verdict 1 "$1"
}

bad=0
for which in servicenow cloud center; do
	system $which
	now=$start
	reset
	morning "$a"
	began=$(date +%s%N)
	loop ticket
	took=$((($(date +%s%N) - began) / 1000000 + 5))
	[ "$took" -lt 900 ] || took=900
	for turn in $(seq $((rounds / 6))); do
		round create
		round update
	done
done
[ "$bad" -eq 0 ]
verdict $? "$((rounds / 6 * 6)) rounds: one ticket with every host after each"
[ "$cut" -gt $((rounds / 4)) ]
verdict $? "most were really killed: $cut"

# -- two at once --

# together WHAT STORE: a second one with its own home, or the same.
together() {
	now=$start
	reset
	morning "$a"
	rm -rf "$work/home.other"
	cp -r "$work/home" "$work/home.other"
	other=$work/home
	[ "$1" = one ] || other=$work/home.other
	conf=$work/loop.conf
	env -i PATH=/usr/bin:/bin HOME="$other" LANG=C.UTF-8 ROUSE_NOW="$now" ROUSE_HURRY="$hurry" ROUSE_SERVICENOW_SECRET="$snow_secret" \
		ROUSE_JIRA_SECRET="$jira_secret" ${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} "$ROUSE" ticket --config "$conf" >"$work/other.out" 2>"$work/other.err" </dev/null &
	second=$!
	loop ticket
	first=$status
	wait "$second"
	second=$?
	look
}
for which in servicenow cloud center; do
	system $which
	for turn in 1 2 3; do
		together one
		[ "$open/$hosts" = 1/4 ] && [ "$first/$second" = 0/0 ]
		verdict $? "$which: two at once on one store: one ticket ($open open, $hosts hosts, exit status $first and $second)"
		same "$(tickets length)" 1 "$which: and none was taken out"
	done
	for turn in 1 2 3; do
		together two
		# A second one is closed by whoever sees it, at once or by the next send.
		if [ "$open" -gt 1 ]; then
			now=$later
			cat "$work/other.out" "$work/other.err" >>"$err"
			loop ticket
			look
		fi
		[ "$open/$hosts" = 1/4 ]
		verdict $? "$which: two at once with two stores: one is open in the end ($open open, $hosts hosts, exit status $first and $second)"
		now=$later
		loop ticket
		has "$out" "stays unchanged" "$which: and both know it"
	done
done
done_here
