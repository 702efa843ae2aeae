#!/bin/sh
# Checks the law of the house over a tree and prints `file:line: rule: sentence` for each breach, then `ok lint RULES` or `not ok`.
#   tests/lint/lint.sh [ROOT]        lint.sh --figures: sizes and the share of comments
# The rules stand in layers.awk, text.awk and functions.awk.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 1
figures=
[ "${1-}" = --figures ] && figures=1 && shift
cd "${1:-.}" || exit 1
LC_ALL=C
export LC_ALL

list=$(mktemp) || exit 1
trap 'rm -f "$list"' EXIT
find core tui tests -name '*.[ch]' 2>/dev/null | sort >"$list"

# rules FILES PATTERN
check() {
	name=$1
	pattern=$2
	shift 2
	said=$(grep -E "$pattern" "$list" | xargs -r awk -f "$here/code.awk" "$@")
	if [ -n "$said" ]; then
		echo "$said"
		echo "not ok lint $name"
		failed=1
	else
		echo "ok lint $name"
	fi
}

if [ -n "$figures" ]; then
	grep -E '^(core|tui)/.*\.c$' "$list" | xargs -r awk -v list=1 -f "$here/code.awk" -f "$here/functions.awk" | sort -n |
		awk '{ v[NR] = $1; name[NR] = $2 " " $3 }
			END { if (NR) printf "functions %d, median %d, p90 %d, longest %d (%s)\n", NR, v[int((NR + 1) / 2)], v[int(NR * .9)], v[NR], name[NR] }'
	grep -E '^(core|tui)/' "$list" | xargs -r awk -f "$here/code.awk" -f "$here/comments.awk"
	exit
fi

failed=0
check 'layers and libraries' '^(core|tui)/' -f "$here/layers.awk"
check 'text and banned functions' . -f "$here/text.awk"
check 'function length' '^(core|tui)/' -f "$here/functions.awk"

# Shell scripts and the rest of the texts: no trailing blanks, no notes to oneself.
said=$(find . -name '*.sh' -o -name '*.awk' -o -name '*.md' -o -name '*.keys' -o -name Makefile | grep -v -E '^\./\.(build|git)' | sort |
	xargs -r grep -HnE '[ 	]+$' | sed -E 's/^\.\/([^:]*:[0-9]+):.*/\1: trailing-blank: a line ends in a blank/')
if [ -n "$said" ]; then
	echo "$said"
	echo "not ok lint texts"
	failed=1
else
	echo "ok lint texts"
fi
exit $failed
