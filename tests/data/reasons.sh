# reasons.sh - one small estate for each reason of incompleteness. Sourced by tests without and with a terminal.
#
#   all_reasons            the names, as the store holds them
#   reason_estate NAME DIR makes DIR/now (and DIR/before, for those that need an earlier run): tables, and `options`, one word a line
#   reason_words FOLDER    the words of `rouse detect` for such a folder, one a line
#
# Without the one thing that is wrong each is complete: `none` is that estate.
# shellcheck shell=sh

all_reasons='canary-missing limit-reached part-failed table-missing file-cut rows-unreadable enrichment-missing group-unmatched
feed-stopped findings-dropped servers-dropped clock-wrong platform-unmatched ids-differ witness-stale assessment-missing inventory-missing'

# servers FOLDER FROM TO MODE [GROUP [WITNESS-DAY]]: adds servers that all tables agree about.
servers() {
	mkdir -p "$1"
	awk -v from="$2" -v to="$3" -v mode="$4" -v group="${5:-Alpha}" -v day="${6:-2026-11-20}" -v folder="$1" 'BEGIN {
		info = folder "/info.csv"
		assessment = folder "/assessment.csv"
		gathering = folder "/gathering.csv"
		for (i = from; i <= to; i++) {
			id = sprintf("%040x", i)
			printf "2026-11-20T05:00:00Z,%s,srv-%d,WindowsServer2022,%s,Onboarded,Active\n", id, i, group >> info
			printf "%sT03:00:00Z,%s,scid-2010,%d,1,\"[[\"\"%s\"\"]]\"\n", day, id, mode == 0, mode >> assessment
			printf "%sT04:00:00Z,%s,\"{\"\"AvMode\"\":\"\"%s\"\"}\"\n", day, id, mode >> gathering
		}
	}'
}

new_estate() {
	mkdir -p "$1"
	echo 'Timestamp,DeviceId,DeviceName,OSPlatform,MachineGroup,OnboardingStatus,SensorHealthState' >"$1/info.csv"
	echo 'Timestamp,DeviceId,ConfigurationId,IsCompliant,IsApplicable,Context' >"$1/assessment.csv"
	echo 'Timestamp,DeviceId,AdditionalFields' >"$1/gathering.csv"
	printf '%s\n' --set scope.group=Alpha --set scope.canary=srv-1 >"$1/options"
}

reason_estate() {
	now_dir=$2/now
	new_estate "$now_dir"
	case $1 in
	findings-dropped)   # ten findings move to another group: explained one by one, and yet a fall without fixes
		new_estate "$2/before"
		servers "$2/before" 1 20 1
		servers "$2/before" 21 40 0
		servers "$now_dir" 1 10 1
		servers "$now_dir" 11 20 1 Beta
		servers "$now_dir" 21 40 0
		return ;;
	servers-dropped)    # ten findings are not told of any more, and ten new ones hide it
		new_estate "$2/before"
		servers "$2/before" 1 20 1
		servers "$2/before" 21 30 0
		servers "$now_dir" 1 10 1
		servers "$now_dir" 21 30 0
		servers "$now_dir" 31 40 1
		return ;;
	feed-stopped)
		servers "$now_dir" 1 4 1 Alpha 2026-10-01
		servers "$now_dir" 5 10 0 Alpha 2026-10-01
		return ;;
	witness-stale)      # ten of fifteen are active, as far as anybody knew in October
		servers "$now_dir" 1 5 1
		servers "$now_dir" 6 15 0 Alpha 2026-10-01
		return ;;
	assessment-missing)
		servers "$now_dir" 1 5 1
		servers "$now_dir" 6 15 0
		sed -i '7,$d' "$now_dir/assessment.csv"
		return ;;
	inventory-missing)  # the witnesses know ten more
		servers "$now_dir" 1 15 1
		sed -i '7,$d' "$now_dir/info.csv"
		return ;;
	esac
	servers "$now_dir" 1 4 1
	servers "$now_dir" 5 10 0
	case $1 in
	canary-missing)
		printf '%s\n' --set scope.canary=srv-9 >>"$now_dir/options" ;;
	limit-reached)
		awk 'BEGIN {
			print "DeviceId,SoftwareVendor,SoftwareName"
			for (i = 0; i < 100000; i++)
				printf "%040x,example,tool-%d\n", i % 10 + 1, i
		}' >"$now_dir/software.csv" ;;
	part-failed)
		awk 'BEGIN { printf "{\"results\":[" }
			NR > 1 {
				split($0, cell, ",")
				mode = $0
				gsub(/.*AvMode"":""|"".*/, "", mode)
				printf("%s{\"Timestamp\":\"%s\",\"DeviceId\":\"%s\",\"AdditionalFields\":{\"AvMode\":\"%s\"}}", (NR > 2 ? "," : ""), cell[1], cell[2], mode)
			}
			END { print "],\"@odata.nextLink\":\"https://api.example.com/next\"}" }' "$now_dir/gathering.csv" >"$now_dir/gathering.json"
		rm "$now_dir/gathering.csv" ;;
	table-missing)
		rm "$now_dir/gathering.csv" ;;
	file-cut)   # one row in 300 is within the limit of unreadable ones, and how many are missing nobody knows
		servers "$now_dir" 11 300 0
		head -c -20 "$now_dir/info.csv" >"$now_dir/cut.csv" && mv "$now_dir/cut.csv" "$now_dir/info.csv" ;;
	rows-unreadable)
		printf '%s\n' 'three,cells,only' >>"$now_dir/info.csv" ;;
	enrichment-missing)
		sed -i '2,4d' "$now_dir/gathering.csv" ;;
	group-unmatched)
		printf '%s\n' --set scope.group=Alphaa >>"$now_dir/options" ;;
	clock-wrong)
		echo "2026-11-25T05:00:00Z,$(printf '%040x' 11),srv-11,Windows11,Alpha,Onboarded,Active" >>"$now_dir/info.csv" ;;
	platform-unmatched)
		printf '%s\n' --set scope.os_platform=WindowsServer --set scope.os_platform=WindowsServr >>"$now_dir/options" ;;
	ids-differ)
		echo "2026-11-20T04:00:00Z,$(printf '%040X' 10),\"{\"\"AvMode\"\":\"\"1\"\"}\"" >>"$now_dir/gathering.csv" ;;
	esac
}

reason_words() {
	echo detect
	for words_pair in device-info:info assessment:assessment gathering:gathering software:software; do
		for words_file in "$1/${words_pair#*:}.csv" "$1/${words_pair#*:}.json"; do
			[ ! -f "$words_file" ] || printf '%s\n' "--${words_pair%:*}" "$words_file"
		done
	done
	cat "$1/options"
}
