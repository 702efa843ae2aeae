#!/bin/sh
# The runs of the past: the history of the estate, the trend of all groups and of one, and the runs of one host. The sizes and terminals
# that a morning has.
. tests/e2e/lib.sh

# Fourteen days of a small estate. The host wanders: passive, not reported for two days, back again; one day has another scope; day 7 is
# incomplete; from day 11 on group Citrix is named Citrix-New; days 4 and 5 have no run.
info='Timestamp,DeviceId,DeviceName,OSPlatform,OSVersion,MachineGroup,ReportId,OnboardingStatus,SensorHealthState,IsExcluded,MergedToDeviceId'
gathering='Timestamp,LastSeenTime,DeviceId,DeviceName,OSPlatform,AdditionalFields'
assessment='Timestamp,DeviceId,DeviceName,OSPlatform,ConfigurationId,IsCompliant,IsApplicable,Context'

# server N NAME GROUP MODE
server() {
	printf '%sT05:00:00Z,%040x,%s,WindowsServer2022,10.0,%s,%d,Onboarded,Active,0,\n' "$date" "$1" "$2" "$3" "$1" >>"$work/i.csv"
	printf '%sT05:00:00Z,%sT05:00:00Z,%040x,x,WindowsServer2022,"{""AvMode"":""%s"",""AvSignatureUpdateTime"":""2026-11-01T05:00:00Z""}"\n' \
		"$date" "$date" "$1" "$4" >>"$work/g.csv"
	printf '%sT05:00:00Z,%040x,x,WindowsServer2022,scid-2010,%d,1,"[[""%s""]]"\n' "$date" "$1" "$(($4 == 0))" "$4" >>"$work/a.csv"
}

fresh
days='02 03 06 07 08 09 10 11 12 13 14 15'
for day in $days; do
	date=2026-11-$day
	echo "$info" >"$work/i.csv"
	echo "$gathering" >"$work/g.csv"
	echo "$assessment" >"$work/a.csv"
	case $day in 09 | 10) ;; *) server 1 wander.example Prod 1 ;; esac
	citrix=Citrix
	[ "$day" -gt 11 ] && citrix=Citrix-New
	server 2 box.example "$citrix" 1
	for n in 3 4 5 6 7 8; do
		server "$n" "host$n.example" prod "$((n * 2 > $(date -u -d "$date" +%e)))"
	done
	set --
	[ "$day" = 07 ] && set -- --set scope.canary=nosuch
	[ "$day" = 08 ] && set -- --set scope.group=Citrix
	now=${date}T07:00:00Z
	cli detect -q --set limits.drop=100% --device-info "$work/i.csv" --gathering "$work/g.csv" --assessment "$work/a.csv" "$@" \
		>/dev/null 2>&1
done
now=2026-11-16T07:00:00Z

start 80x24 "$ROUSE"
wait_run

# The trend: everything that is not in the plot is said below it.
put t
wait_for "Trend of all machine groups"
expect "findings: 11 runs, 2 Nov 2026 to 15 Nov 2026" "the trend says which runs it plots"
expect "░ 1 incomplete run, not comparable" "an incomplete run is told apart"
expect "1 run of other scopes left out" "a run of another scope is left out and counted"
expect "run 12  2026-11-15 07:00Z" "the newest run is under the cursor"
expect "0 └" "the axis begins at 0"
keys Down Down
wait_for "passive: 11 runs"
verdict 0 "the list chooses what is plotted"
keys Left
wait_for "run 11  2026-11-14"
keys Left Left Left Left Left Left
wait_for "run INCOMPLETE"
verdict 0 "a run that is incomplete says so under the cursor"
put ']'
wait_for "group 1 of 3"
put ']'
wait_for "group 2 of 3"
put ']'
wait_for "Trend of Citrix "
expect "renamed, emptied, or left out" "a group that the newest run has not can still be seen"
expect "no server in" "and is not 0 in the runs without it"
put ']'
wait_for "Trend of all machine groups"
put '['
wait_for "Trend of Citrix "
put '['
wait_gone "Trend of Citrix "
put ']'
wait_for "Trend of Citrix "
put '?'
wait_for "next machine group"
keys Escape
wait_for "Trend of Citrix"
for size in 160x45 60x15 20x10 80x24; do
	resize "$size"
	wait_still
done
expect "Trend of Citrix" "every size is drawn, and too small a one comes back"
keys Escape
wait_for "1 New"

# An older run is opened from the plot.
put t
wait_for "Trend of"
keys Left Left Left Enter
wait_gone "Trend of"
wait_for "run 9"
wait_run
verdict 0 "enter opens the run under the cursor"

# The history: bars, and the way to the trend.
put H
wait_for "FINDINGS"
expect "findings of 11 runs:" "the history counts the runs of one scope"
expect "████████" "the highest run has a whole bar"
hollow() { screen | grep -c '░░░░'; }
comes 1 "the incomplete run has a hollow one" hollow
put t
wait_for "Trend of"
keys Escape
wait_for "FINDINGS"
keys Home Enter
wait_gone "FINDINGS"
wait_for "run 12"
wait_run

# One host, run by run: the days without it stand between those with it.
resize 100x70
wait_still
put /wander
wait_for "1 of 3 shown"
keys Enter
wait_for "space mark"
keys Enter
wait_for "HISTORY"
host_runs() { screen | sed -n '/^ HISTORY/,/^ EVERY/p' | sed '1d;$d'; }
comes "   last runs       P P P P . . P P P P P
                   A active  P passive  B edr-block  R passive-audit
                   D disabled  ? unknown  - unassessed  . absent
   9-12      2026-11-12 to 2026-11-15  4 runs: passive, persisting, signature 11d to 14d,
                                       portal-healthy
   8         2026-11-11 07:00Z         passive, new, signature 10d, portal-healthy
   7         2026-11-10 07:00Z         not reported
   6         2026-11-09 07:00Z         not reported, vanished (was passive)
   5         2026-11-08 07:00Z         not in that scope
   4         2026-11-07 07:00Z         passive, persisting, signature 6d, portal-healthy;
                                       INCOMPLETE run
   2-3       2026-11-03 to 2026-11-06  2 runs: passive, persisting, signature 2d to 5d,
                                       portal-healthy
   1         2026-11-02 07:00Z         passive, new, signature 1d, portal-healthy" "the runs of one host" host_runs
stop

# Other terminals: ASCII, no colour, a screen reader.
lang=C
start 80x24 "$ROUSE" --ascii
wait_run
put t
wait_for "Trend of"
expect ": 1 incomplete run, not comparable" "ASCII: another sign for an incomplete run"
wait_still
same "$(screen | LC_ALL=C grep -c '[^ -~]')" 0 "ASCII: nothing else is drawn"
stop
lang=C.UTF-8 more=NO_COLOR=1
start 80x24 "$ROUSE"
wait_run
put t
wait_for "Trend of"
expect "░ 1 incomplete run" "without colour nothing is lost"
wait_still
same "$(colours | grep -c "$(printf '\033')\[[0-9;]*3[0-7]")" 0 "and there is no colour"
stop
more=
start 60x15 "$ROUSE" --plain-ui
wait_run
put t
wait_for "Trend of"
expect "> run 12  2026-11-15 07:00Z  findings" "for a screen reader the plot is a list"
keys Left
wait_for "> run 11  2026-11-14"
done_here
