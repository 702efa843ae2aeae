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
	colours >"$work/capture"
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
	stop

	# A canary that does not show: the run is not trusted, and every screen says so.
	fresh
	cli demo --store "$work/home/run.db" >/dev/null
	cli list --all --csv-exact --format csv --store "$work/home/run.db" >"$work/home/all.csv" 2>/dev/null
	start "$size" "$ROUSE" --set scope.canary=srv-canary-09.example.com --findings all.csv
	wait_for "anary"
	picture "incomplete$at" "$size" "rouse: a run that may be incomplete says so"
	fresh
done
exit $failed
