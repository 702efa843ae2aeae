# closing.sh - on top of lib.sh, for the screens that close the loop. Sourced after it.
#
#   findings FROM TO   passive hosts srv-FROM to srv-TO, as a joined export
#   home               a home with one run of twenty hosts, their owners, Markdown tickets and a digest
#   in_store SQL, holds_file FILE TEXT
# shellcheck shell=sh

in_store() { sqlite3 "$store" "$1"; }
holds_file() { grep -qF -e "$2" "$1" 2>/dev/null; }

findings() {
	echo 'DeviceId,DeviceName,MachineGroup,OSPlatform,LastSeen,AvMode,IsCompliant,IsApplicable,AssessedAt,AvSignatureUpdateTime'
	n=$1
	while [ "$n" -le "$2" ]; do
		printf '%040x,srv-%03d.example.com,Alpha,WindowsServer2022,%s,1,false,true,%s,%s\n' "$n" "$n" "${now%T*}T05:00:00Z" \
			"${now%T*}T03:00:00Z" "${now%T*}T02:00:00Z"
		n=$((n + 1))
	done
}
# A home with one run of twenty hosts, a CSV file of owners, Markdown tickets and a digest that goes to a file.
home() {
	fresh
	mkdir -p "$work/home/.config/rouse"
	findings 11 30 >"$work/home/f.csv"
	{
		echo host,team,contact
		for n in 011 012 013 014 015 016 017 018; do echo "srv-$n.example.com,team-sql,sql@example.com"; done
		for n in 019 020 021; do echo "SRV-$n,team-web,web@example.com"; done
		echo srv-022,team-a,
		echo srv-022,team-b,
		echo srv-023,,
	} >"$work/home/owners.csv"
	cat >"$work/home/.config/rouse/config" <<END
[csv]
file = $work/home/owners.csv
[markdown]
folder = $work/home/tickets
[notify]
kind = command
[command]
run = cat >>$work/home/digest.txt
END
	cli detect --findings "$work/home/f.csv" >"$work/out" 2>&1 || verdict 1 "the run is made: $(cat "$work/out")"
}
