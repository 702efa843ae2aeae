#!/bin/sh
# Makes the pictures in this folder from the real program: it runs in tmux on the generated estate with a frozen clock, is driven by keys,
# and what stands on the screen becomes SVG, dark and light. The same program gives the same bytes.
#   screenshots/make.sh [FOLDER]
set -u
cd "$(dirname "$0")/.." || exit 1
into=$(cd "${1:-screenshots}" && pwd) || exit 1
# shellcheck source=tests/e2e/lib.sh disable=SC2154
. tests/e2e/lib.sh

# picture NAME SIZE TITLE: the screen as it is, in both palettes.
picture() {
	wait_still
	# The folder of a demonstration has another name each time.
	colours | sed 's/rouse-demo-[A-Za-z0-9]\{6\}/rouse-demo-XXXXXX/' >"$work/capture"
	for theme in dark light; do
		LC_ALL=C awk -v cols="${2%x*}" -v rows="${2#*x}" -v theme="$theme" -v title="$3" -f screenshots/svg.awk \
			<"$work/capture" >"$into/$1-$theme.svg" || failed=1
	done
	echo "$1"
}

# leave TEXT: one layer back, until what was on it is gone.
leave() {
	keys Escape
	wait_gone "$1"
	wait_still
}

# day DATE N: the estate of that day, for the pictures that need a past. Of 400 servers each has a day from which on it is cured, most of
# them late; from the 9th to the 13th an installer put some back to sleep; the other product of host 40 is gone on the last day.
day() {
	awk -v date="$1" -v n="$2" 'BEGIN {
		split("Win-Servers-Prod win-servers-prod Win-Servers-Mgmt SQL-Cluster", groups)
		split("srv-app srv-web srv-sql srv-dc srv-fs", names)
		print "DeviceId,DeviceName,MachineGroup,OSPlatform,LastSeen,AvMode,IsCompliant,IsApplicable,AssessedAt,GatheredAt,AvSignatureUpdateTime,OtherAv"
		for (i = 1; i <= 400; i++) {
			bad = i <= 150 && i * 7 % 150 > 3 * n || n >= 9 && n <= 13 && i > 150 && i <= 190 || i % 40 == 0
			printf "%040x,%s-%06d.corp.example.com,%s,WindowsServer2022,%sT05:%02d:00Z,%d,%s,true,%sT04:00:00Z,%sT04:30:00Z,%sT02:00:00Z,%s\n",
				i, names[i % 5 + 1], i, groups[i * 11 % 17 % 4 + 1], date, i % 60, bad ? i % 9 == 0 ? 4 : 1 : 0,
				bad ? "false" : "true", date, date, date, i % 40 == 0 && !(i == 40 && n == 24) ? "SentinelOne" : ""
		}
	}'
}

# accepted WHEN HOST UNTIL REASON WHO
accepted() {
	now=$1
	cli accept "$2" --until "$3" --reason "$4" --by "$5" >/dev/null 2>&1 || failed=1
}

# A month of runs, all but the week-ends, one of them without its canary; and what was accepted meanwhile.
past() {
	fresh
	n=0
	for date in 10-19 10-20 10-21 10-22 10-23 10-26 10-27 10-28 10-29 10-30 11-02 11-03 11-04 11-05 11-06 11-09 11-10 11-11 11-12 11-13 \
		11-16 11-17 11-18 11-19 11-20; do
		now=2026-${date}T07:00:00Z
		day "2026-$date" "$n" >"$work/home/day.csv"
		set --
		[ "$date" = 11-05 ] && set -- --set scope.canary=srv-canary-09.example.com
		if [ "$date" = 11-20 ]; then
			accepted 2026-11-03T09:00:00Z srv-app-000040 60d "SentinelOne protects it" j.doe
			accepted 2026-11-03T09:05:00Z srv-app-000080 2026-11-20 "moved to the new cluster in November" j.doe
			accepted 2026-11-12T08:30:00Z srv-app-000120 2026-11-24 "appliance, CHG-4711; the vendor allows nothing else" m.roe
			accepted 2026-11-12T08:35:00Z srv-app-000160 90d "SentinelOne protects it" m.roe
			accepted 2026-11-12T08:40:00Z srv-app-000200 30d "SentinelOne protects it" m.roe
			now=2026-11-20T07:00:00Z
		fi
		cli detect -q --set limits.drop=100% --findings "$work/home/day.csv" "$@" >/dev/null 2>&1
		n=$((n + 1))
	done
}

for size in 80x24 120x40; do
	# The wide one is the picture to show; the small one carries its size in its name.
	at=
	[ "$size" = 80x24 ] && at=-$size
	start "$size" "$ROUSE" demo
	wait_for "1 New"
	picture "table$at" "$size" "rouse: the findings of a morning"
	keys Space Space Space
	wait_for "3 marked"
	put /sql
	wait_for "(3 hidden"
	picture "filter$at" "$size" "rouse: narrowed while typing, three hosts marked"
	leave "(3 hidden"
	keys Enter
	wait_for "prev host"
	picture "detail$at" "$size" "rouse: one host, why it is here"
	leave "prev host"
	keys g
	wait_for "SPELLINGS"
	picture "groups$at" "$size" "rouse: the machine groups and their spellings"
	leave "SPELLINGS"
	keys H
	wait_for "RESULT"
	picture "runs$at" "$size" "rouse: earlier runs and the trend"
	leave "RESULT"
	keys '?'
	wait_for "MOVE"
	picture "help$at" "$size" "rouse: the keys, printed from the keymap"
	leave "MOVE"
	put T
	wait_for "To send, type"
	picture "ticket$at" "$size" "rouse: the one ticket, reviewed before it is sent"
	leave "To send, type"
	put '-'
	wait_gone "3 marked"
	keys m
	wait_for "NEARLY"
	picture "audit$at" "$size" "rouse: the group audit, names that nearly match first"
	leave "NEARLY"
	put f
	put 'Verdict == "passive" and MachineGroup in ('
	keys Tab
	wait_for '"win-servers-prod"'
	picture "where$at" "$size" "rouse: an expression, with the values that could come next"
	stop

	# A canary that does not show: the run is not trusted, and every screen says so.
	fresh
	cli demo --store "$work/home/run.db" >/dev/null
	cli list --all --csv-exact --format csv --store "$work/home/run.db" >"$work/home/all.csv" 2>/dev/null
	start "$size" "$ROUSE" --set scope.canary=srv-canary-09.example.com --set scope.group=Win-Servers-Prod \
		--set scope.group=Win-Server-Dmz --findings all.csv
	wait_for "anary"
	picture "incomplete$at" "$size" "rouse: a run that may be incomplete says so"
	keys r
	wait_for "WHY THE RUN"
	picture "reasons$at" "$size" "rouse: why the run is incomplete, and what helps"
	stop

	past
	start "$size" "$ROUSE"
	wait_for "acceptances ended"
	keys t
	wait_for "Trend of"
	keys Left Left
	picture "trend$at" "$size" "rouse: the findings of a month"
	leave "Trend of"
	keys x
	wait_for "CHANGED"
	keys Down Down
	picture "acceptances$at" "$size" "rouse: what was accepted, what ended first"
	fresh
done
exit $failed
