#!/bin/sh
# Ratios against other programs on the same data, ours and theirs by turns, medians of ROUNDS (7). A peer that is not installed is left out.
#   tests/bench/run.sh              BENCH_ROWS (1000000) findings, data kept in BUILD/bench/data
# A line each: name, ours, theirs, ratio, gate, ok or MISS. Wall time (ms) for anything on a screen, CPU time (s) for the rest. `gate` is
# the ratio, or with `<` the figure itself, that must not be exceeded; `-` is for information.
set -u
build=${BUILD:-.build}
case ${ROUSE:=$build/rouse} in /*) ;; *) ROUSE=$PWD/$ROUSE ;; esac
rounds=${ROUNDS:-7}
rows=${BENCH_ROWS:-1000000}
small=10000
data=$build/bench/data
bin=$build/bench
ROUSE_NOW=2026-11-20T07:00:00Z
export ROUSE_NOW
LC_ALL=C.UTF-8
export LC_ALL
TERM=xterm-256color
export TERM
mkdir -p "$data/home" || exit 1
missed=0

# -- data --

have() { command -v "$1" >/dev/null 2>&1; }

[ -s "$data/$rows.csv" ] || awk -v rows="$rows" -f tests/bench/findings.awk >"$data/$rows.csv"
[ -s "$data/$small.csv" ] || awk -v rows="$small" -f tests/bench/findings.awk >"$data/$small.csv"
cut -d, -f2 "$data/$rows.csv" | sed 1d >"$data/names"
first=$(sed -n '2s/^[^,]*,\([^,.]*\).*/\1/p' "$data/$rows.csv")
for n in $small $rows; do
	if [ ! -s "$data/$n.db" ] || [ "$ROUSE" -nt "$data/$n.db" ]; then
		rm -f "$data/$n.db"*
		HOME=$data/home "$ROUSE" detect --findings "$data/$n.csv" --store "$data/$n.db" --set limits.drop=100% >"$data/$n.txt" 2>&1
		head -n 1 "$data/$n.txt"
	fi
done
# A saved answer of Graph, 100,000 rows: from the generator beside the peers, or from our own rows.
if [ ! -s "$data/graph.json" ]; then
	gen=${PEERS:+$PEERS/../gen/hostgen.c}
	if [ -n "$gen" ] && [ -f "$gen" ] && ${CC:-gcc} -O2 -o "$data/hostgen" "$gen"; then
		"$data/hostgen" findings --rows 100k --no-bag --format graph --out "$data/graph.json" >/dev/null 2>&1
	else
		awk -v rows=100000 -f tests/bench/findings.awk | cut -d, -f1-18 | awk -F, '
			NR == 1 {
				n = split($0, name, ",")
				printf "{\"schema\":["
				for (i = 1; i <= n; i++)
					printf "%s{\"name\":\"%s\",\"type\":\"String\"}", i > 1 ? "," : "", name[i]
				printf "],\"results\":["
				next
			}
			{
				printf "%s{", NR > 2 ? "," : ""
				for (i = 1; i <= n; i++)
					printf "%s\"%s\":\"%s\"", i > 1 ? "," : "", name[i], $i
				printf "}"
			}
			END { print "]}" }' >"$data/graph.json"
	fi
fi

# -- measuring --

median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print v[int((NR + 1) / 2)]; else print "nan" }'; }

# The Nth time of firstframe: nth N ARGUMENT...
nth() {
	n=$1
	shift
	HOME=$data/home "$bin/firstframe" "$@" 2>/dev/null | sed -n "${n}p"
}

# compare NAME GATE OURS THEIRS: two shell functions that print a number each; `-` for no peer.
compare() {
	: >"$data/ours"
	: >"$data/theirs"
	i=0
	while [ "$i" -lt "$rounds" ]; do
		$3 >>"$data/ours"
		[ "$4" = - ] || $4 >>"$data/theirs"
		i=$((i + 1))
	done
	row "$1" "$2" "$(median <"$data/ours")" "$([ "$4" = - ] && echo - || median <"$data/theirs")"
}

# row NAME GATE OURS THEIRS
row() {
	awk -v name="$1" -v gate="$2" -v ours="$3" -v theirs="$4" 'BEGIN {
		ratio = theirs == "-" || theirs + 0 == 0 ? "-" : sprintf("%.3f", ours / theirs)
		limit = gate
		value = ratio
		if (sub(/^</, "", limit))
			value = ours
		if (gate == "-") {
			printf "%-46s %10s %10s %8s\n", name, ours, theirs, ratio
			exit
		}
		good = ours != "nan" && value != "-" && value + 0 <= limit + 0
		printf "%-46s %10s %10s %8s %8s  %s\n", name, ours, theirs, ratio, gate, good ? "ok" : "MISS"
		exit !good
	}' || missed=$((missed + 1))
}

# -- what is compared --

size=200x50
open_small() { nth 1 $size "${first}" -- "$ROUSE" --store "$data/$small.db"; }
open_big() { nth 1 $size "${first_big}" -- "$ROUSE" --store "$data/$rows.db"; }
open_vd() { nth 1 $size "$first" -- vd "$data/$rows.csv"; }
open_less() { nth 1 $size "$first" -- less -S "$data/$rows.csv"; }
settle="~2000"
key_ours() { nth 4 $size "${first_big}" '' "$settle" / '~300' s '~400' -- "$ROUSE" --store "$data/$rows.db"; forget; }
key_fzf() { nth 3 $size "$rows/$rows" '' "$settle" s '~700' -- sh -c "fzf <'$data/names'"; }
word_ours() { nth 4 $size "${first_big}" '' "$settle" / '~300' sqlprd '~400' -- "$ROUSE" --store "$data/$rows.db"; forget; }
word_fzf() { nth 3 $size "$rows/$rows" '' "$settle" sqlprd '~700' -- sh -c "fzf <'$data/names'"; }
sort_ours() { nth 5 $size "${first_big}" '' "$settle" s '~300' '\e[B' '~300' '\r' '~400' -- "$ROUSE" --store "$data/$rows.db"; forget; }
page_ours() { nth 3 $size "${first_big}" '' "$settle" '\x06' '~100' -- "$ROUSE" --store "$data/$rows.db"; forget; }
page_less() { nth 3 $size "$first" '' '~300' ' ' '~100' -- less -S "$data/$rows.csv"; }
# The view of a session is kept; every round begins with the standard one.
forget() { sqlite3 "$data/$rows.db" 'delete from state' 2>/dev/null; }
csv_ours() { "$bin/bench_read" csv "$data/read.csv" | sed 's/.*"cpu":\([0-9.]*\).*/\1/'; }
csv_libcsv() { "$bin/bench_read" libcsv "$data/read.csv" | sed 's/.*"cpu":\([0-9.]*\).*/\1/'; }
json_ours() { "$bin/bench_read" json "$data/graph.json" | sed 's/.*"cpu":\([0-9.]*\).*/\1/'; }
# Reading the file counts on both sides; json_parse is the call alone, with the text in memory.
json_node() {
	node -e 'const a = process.cpuUsage(); JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")); const b = process.cpuUsage(a);
		console.log(((b.user + b.system) / 1e6).toFixed(3))' "$data/graph.json"
}
json_parse() {
	node -e 'const t = require("fs").readFileSync(process.argv[1], "utf8"); const a = process.cpuUsage(); JSON.parse(t); const b = process.cpuUsage(a);
		console.log(((b.user + b.system) / 1e6).toFixed(3))' "$data/graph.json"
}

if [ ! -s "$data/read.csv" ]; then
	if [ -x "$data/hostgen" ]; then
		"$data/hostgen" findings --rows 200k --out "$data/read.csv" >/dev/null 2>&1
	else
		head -n 200001 "$data/$rows.csv" >"$data/read.csv"
	fi
fi
first_big=$(HOME=$data/home "$ROUSE" list --store "$data/$rows.db" --columns DeviceName --format csv 2>/dev/null | sed -n '2s/\([^.]*\).*/\1/p' | tr -d '\r"')
first=$(HOME=$data/home "$ROUSE" list --store "$data/$small.db" --columns DeviceName --format csv 2>/dev/null | sed -n '2s/\([^.]*\).*/\1/p' | tr -d '\r"')
forget

printf '%-46s %10s %10s %8s %8s\n' "$rows findings, $rounds rounds" ours theirs ratio gate
compare "first frame: $rows stored / $small stored" 1.5 open_big open_small
first=$(sed -n '2s/^[^,]*,\([^,.]*\).*/\1/p' "$data/$rows.csv")
have vd && compare "first frame / VisiData on the same rows" 0.1 open_big open_vd
have less && compare "first frame / less -S on the same rows" 5 open_big open_less
if have fzf; then
	compare "filter, first key to frame / fzf" 0.1 key_ours key_fzf
	compare "filter, six keys at once to frame / fzf" 0.5 word_ours word_fzf
fi
compare "filter, first key to frame, ms" '<50' key_ours -
compare "sort by a date, key to frame, ms" '<100' sort_ours -
have less && compare "page down to frame / less -S" 2 page_ours page_less
compare "read a findings CSV, CPU / bare libcsv" 1.5 csv_ours csv_libcsv
if have node; then
	compare "read a saved Graph answer, CPU / node reads it" 0.45 json_ours json_node
	compare "  the same / node, JSON.parse alone" - json_ours json_parse
fi
"$bin/bench_view" "$rows" >"$data/view.json"
row "memory of a finding without bag, bytes" '<260' "$(jq .bytes_a_row "$data/view.json")" -
"$bin/bench_expr" "$rows" >"$data/expr.json"
row "expression: a group and an age, CPU ms" '<50' "$(jq .group_age.cpu_ms "$data/expr.json")" -
row "expression: part of a name and an age, CPU ms" '<50' "$(jq .name_age.cpu_ms "$data/expr.json")" -
row "expression: a term of a name and a verdict, CPU ms" '<50' "$(jq .name_verdict.cpu_ms "$data/expr.json")" -
row "case guard of the dearest of these, CPU ms" '<100' "$(jq '[.group_age, .name_age, .name_verdict] | map(.guard_ms) | max' "$data/expr.json")" -
echo
echo "bench_expr $rows: CPU ms, and that of the case guard"
jq -r 'to_entries[] | select(.value | type == "object") | "  \(.key) \(.value.cpu_ms) \(.value.guard_ms)"' "$data/expr.json"
echo
echo "bench_view $rows: CPU ms"
jq -r 'to_entries[] | select(.value | type == "object") | "  \(.key) \(.value.cpu_ms)"' "$data/view.json"
"$bin/bench_store" "$rows" | sed 's/^/bench_store: /'
[ "$missed" -eq 0 ] || echo "$missed missed"
