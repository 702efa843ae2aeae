#!/bin/sh
# The run history: every format says the same of a run, and the trend of all groups or of one, with what is not in it said.
. tests/headless/lib.sh

# Seven days: ALPHA grows, Beta is renamed to Gamma on the last one, two runs on the fifth day, none on the third and fourth.
# day DATE PASSIVE-IN-ALPHA GROUP-OF-3 [HOUR [OPTION...]]
day() {
	t=$work/t
	rm -rf "$t"
	new_tables "$t"
	host "$t" 1 one ALPHA "$([ "$2" -ge 1 ] && echo 1 || echo 0)"
	host "$t" 2 two alpha "$([ "$2" -ge 2 ] && echo 1 || echo 0)"
	host "$t" 3 three "$3" 3
	host "$t" 4 four Alpha 0
	host "$t" 5 bare '' 2
	sed -i "s/2026-11-20/$1/g" "$t"/*.csv
	now=$1T${4:-07}:00:00Z
	shift 3
	[ $# -gt 0 ] && shift
	detect "$t" --set limits.drop=100% "$@"
}

run runs --trend
is 0 "no run: a trend of nothing"
same "$(cat "$out")" "" "and nothing on stdout"
has "$err" "there is no run yet" "which is said"
run runs --trend --format json
same "$(jq length "$out")" 0 "as JSON an empty array"

day 2026-11-13 0 Beta
day 2026-11-14 1 Beta
day 2026-11-17 2 Beta 06
day 2026-11-17 2 Beta 09 --set scope.canary=nosuch
is 2 "a run whose canary is missing"
day 2026-11-18 2 Beta 07 --set scope.group=Beta
day 2026-11-19 1 Gamma
now=2026-11-20T07:00:00Z

# runs: CSV and JSON name the same fields and hold the same.
run runs --format csv
cp "$out" "$work/runs.csv"
run runs --format json
same "$(head -n 1 "$work/runs.csv")" "$(jq -r '.[0] | keys_unsorted | join(",")' "$out")" "CSV has the columns of JSON, in their order"
same "$(wc -l <"$work/runs.csv")" 7 "a line for each run and one for the names"
same "$(sed -n 2,7p "$work/runs.csv" | cut -d, -f1-22)" \
	"$(jq -r '.[] | [.[]] | .[0:22] | map(if . == null then "" else tostring end) | join(",")' "$out")" "and its values"
same "$(jq '[.[] | .InScope == .active + .Findings] | all' "$out")" true "what is in scope is active or found"
same "$(jq -r '[.[] | .Run] | join(" ")' "$out")" "6 5 4 3 2 1" "newest first"
same "$(jq -r '.[0, 1].Scope' "$out" | tr '\n' '|')" "os_platform=windowsserver|os_platform=windowsserver; group=beta|" "and says what it looked at"

# trend, for machines
run runs --trend --format csv
is 0 "the trend as CSV"
same "$(cat "$out")" "Run,Started,Result,Group,active,passive,edr-block,passive-audit,disabled,unknown,unassessed,Findings
1,2026-11-13T07:00:00Z,complete,,3,0,0,0,1,1,0,2
2,2026-11-14T07:00:00Z,complete,,2,1,0,0,1,1,0,3
3,2026-11-17T06:00:00Z,complete,,1,2,0,0,1,1,0,4
4,2026-11-17T09:00:00Z,incomplete,,1,2,0,0,1,1,0,4
6,2026-11-19T07:00:00Z,complete,,2,1,0,0,1,1,0,3" "oldest first, the run of another scope left out"
has "$err" "1 run of other scopes left out." "which is said"
run runs --trend --format json
same "$(jq -c 'map([.Run, .Result, .Group, .passive, .Findings])' "$out")" \
	'[[1,"complete",null,0,2],[2,"complete",null,1,3],[3,"complete",null,2,4],[4,"incomplete",null,2,4],[6,"complete",null,1,3]]' "as JSON"
run runs --trend --format jsonl
same "$(wc -l <"$out")" 5 "as JSON lines"

run runs --trend --group aLPHA --group gamma --format csv
same "$(grep -c ',ALPHA,\|,Alpha,\|,alpha,' "$out")" 5 "a group by any spelling"
same "$(sed -n '2,6p' "$out" | cut -d, -f5,6,12 | tr '\n' ' ')" "3,0,0 2,1,1 1,2,2 1,2,2 2,1,1 " "its spellings are one group"
same "$(sed -n '7,11p' "$out" | cut -d, -f4,12 | tr '\n' ' ')" "Gamma,0 Gamma,0 Gamma,0 Gamma,0 Gamma,1 " "a second group follows"

run runs --trend --group "" --format json
same "$(jq -c 'map([.Group, .disabled, .Findings])' "$out")" '[["",1,1],["",1,1],["",1,1],["",1,1],["",1,1]]' "servers without a group have a trend too"
run runs --trend --format json
all=$(jq -c 'map(.Findings)' "$out")
run runs --trend --group alpha --group beta --group gamma --group "" --format json
same "$(jq -c 'group_by(.Run) | map(map(.Findings) | add)' "$out")" "$all" "the groups add up to the whole"

# A group that the newest run has not can be asked for; one that no run has cannot.
run runs --trend --group Beta
is 0 "a group that was renamed"
has "$out" "- no server in 1 run" "a run without a server of it is no 0"
run runs --trend --group Alhpa
is 66 "an unknown group"
same "$(cat "$out")" "" "prints nothing"
one_sentence "an unknown group"
has "$err" "did you mean" "and names the nearest"
run runs --group ALPHA
is 64 "--group without --trend"
one_sentence "--group without --trend"
run runs --trend --format xml
is 64 "an unknown format"

# The plot.
run runs --trend
is 0 "the trend as a plot"
same "$(cat "$out")" "findings of all machine groups in scope: 5 runs, 13 Nov 2026 to 19 Nov 2026, rising

  │
4 ┤                                                            █████ ░░░░░
  │                                                            █████ ░░░░░
  │                                                            █████ ░░░░░
3 ┤                                                      █████ █████ ░░░░░ █████
  │                                                      █████ █████ ░░░░░ █████
  │                                                      █████ █████ ░░░░░ █████
2 ┤                                                █████ █████ █████ ░░░░░ █████
  │                                                █████ █████ █████ ░░░░░ █████
  │                                                █████ █████ █████ ░░░░░ █████
1 ┤                                                █████ █████ █████ ░░░░░ █████
  │                                                █████ █████ █████ ░░░░░ █████
  │                                                █████ █████ █████ ░░░░░ █████
0 └──────────────────────────────────────────────────┬───────────┬───────────┬──
                                                   13 Nov      17 Nov     19 Nov
                                                   2026
              course                         first    lowest   highest      last
findings      ▄▆█░▆                              2         2         4         3
active        █▅▂░▅                              3         1         3         2
passive       ·▄█░▄                              0         0         2         1
edr-block     ···░·                              0         0         0         0
passive-audit ···░·                              0         0         0         0
disabled      ███░█                              1         1         1         1
unknown       ███░█                              1         1         1         1
unassessed    ···░·                              0         0         0         0

░ 1 incomplete run, not comparable
1 run of other scopes left out" "what it looks like"
run runs --trend --group Beta
has "$out" "findings of Beta: 5 runs" "the plot names its group"
done_here
