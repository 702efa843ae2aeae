# lib.sh - for tests that call the program without a terminal. Sourced by each script; `done_here` is its last line.
#
#   run ARG...            calls the program in an environment of its own; $status, $out and $err (files) say what came of it
#   is STATUS WHAT        the exit status of the last call
#   has FILE TEXT WHAT    a file holds this text          lacks FILE TEXT WHAT
#   same A B WHAT         two texts are equal             check WHAT COMMAND...   a command succeeds
# shellcheck shell=sh
set -u
suite=$(basename "$0" .sh)
top=$(pwd)
case ${ROUSE:=./rouse} in /*) ;; *) ROUSE=$top/$ROUSE ;; esac
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
mkdir "$work/home"
out=$work/out
err=$work/err
store=$work/home/.local/state/rouse/rouse.db
failed=0
status=0
now=2026-11-20T07:00:00Z

run() {
	# shellcheck disable=SC2086 # a list of assignments
	env -i PATH=/usr/bin:/bin HOME="$work/home" LANG=C.UTF-8 TERM=dumb ROUSE_NOW="$now" ${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} \
		${UBSAN_OPTIONS:+UBSAN_OPTIONS="$UBSAN_OPTIONS"} "$ROUSE" "$@" >"$out" 2>"$err" </dev/null
	status=$?
	if grep -q -e 'ERROR: AddressSanitizer' -e 'ERROR: LeakSanitizer' -e 'runtime error:' "$err"; then
		verdict 1 "no sanitizer report from: rouse $*"
	fi
}

# verdict STATUS WHAT: the one place that prints.
verdict() {
	if [ "$1" -eq 0 ]; then
		echo "ok headless $suite: $2"
		return 0
	fi
	failed=1
	echo "not ok headless $suite: $2"
	echo "#   status $status; stdout:"
	head -n 20 "$out" 2>/dev/null | cut -c1-300 | sed 's/^/#   | /'
	echo "#   stderr:"
	head -n 20 "$err" 2>/dev/null | cut -c1-300 | sed 's/^/#   | /'
	return 1
}

check() {
	what=$1
	shift
	"$@" >/dev/null 2>&1
	verdict $? "$what"
}

is() {
	[ "$status" -eq "$1" ]
	verdict $? "$2 (exit $1)"
}

has() {
	grep -qF -e "$2" "$1"
	verdict $? "$3"
}

lacks() {
	! grep -qF -e "$2" "$1"
	verdict $? "$3"
}

same() {
	if [ "$1" = "$2" ]; then
		verdict 0 "$3"
	else
		verdict 1 "$3"
		printf '#   is:     %s\n#   wanted: %s\n' "$1" "$2"
	fi
}

# One sentence on stderr: one line that ends like a sentence and names the program.
one_sentence() {
	[ "$(wc -l <"$err")" -eq 1 ] && grep -Eq '^rouse: .*[.?!]$' "$err"
	verdict $? "$1: one sentence on stderr"
}

# The bytes of the store, or `none`.
store_sum() {
	if [ -e "$store" ]; then
		# What is still in the write-ahead log belongs to it.
		cat "$store" "$store-wal" 2>/dev/null | cksum
	else
		echo none
	fi
}

done_here() {
	exit $failed
}

# -- tables --

# A device id of 40 hexadecimal digits from a number.
id() { printf '%040x' "$1"; }

head_info='Timestamp,DeviceId,DeviceName,OSPlatform,OSVersion,MachineGroup,ReportId,OnboardingStatus,SensorHealthState,IsExcluded,MergedToDeviceId'
head_assessment='Timestamp,DeviceId,DeviceName,OSPlatform,ConfigurationId,ConfigurationCategory,ConfigurationSubcategory,ConfigurationImpact,IsCompliant,IsApplicable,Context,IsExpectedUserImpact'
head_gathering='Timestamp,LastSeenTime,DeviceId,DeviceName,OSPlatform,AdditionalFields'

# new_tables DIR: three tables with their headers and nothing else.
new_tables() {
	mkdir -p "$1"
	echo "$head_info" >"$1/info.csv"
	echo "$head_assessment" >"$1/assessment.csv"
	echo "$head_gathering" >"$1/gathering.csv"
}

# info DIR N NAME GROUP [TIME [PLATFORM [MERGED]]]
info() {
	printf '%s,%s,%s,%s,10.0.20348,%s,%s,Onboarded,Active,0,%s\n' "${5:-2026-11-20T05:00:00Z}" "$(id "$2")" "$3" \
		"${6-WindowsServer2022}" "$4" "$2" "${7-}" >>"$1/info.csv"
}

# assess DIR N COMPLIANT MODE [TIME [APPLICABLE]]
assess() {
	printf '%s,%s,x,WindowsServer2022,scid-2010,Security controls,Antivirus,9,%s,%s,"[[""%s""]]",0\n' \
		"${5:-2026-11-20T03:00:00Z}" "$(id "$2")" "$3" "${6:-1}" "$4" >>"$1/assessment.csv"
}

# gather DIR N MODE [TIME [SIGNATURE-TIME]]
gather() {
	printf '%s,%s,%s,x,WindowsServer2022,"{""AvMode"":""%s"",""AvEngineVersion"":""1.1.24090.11"",""AvPlatformVersion"":""4.18.24090.11"",""AvSignatureVersion"":""1.419.1.0"",""AvSignatureUpdateTime"":""%s""}"\n' \
		"${4:-2026-11-20T04:00:00Z}" "${4:-2026-11-20T04:00:00Z}" "$(id "$2")" "$3" "${5:-2026-11-10T03:00:00Z}" >>"$1/gathering.csv"
}

# host DIR N NAME GROUP MODE: a device that all tables agree about.
host() {
	info "$1" "$2" "$3" "$4"
	if [ "$5" = 0 ]; then assess "$1" "$2" 1 0; else assess "$1" "$2" 0 "$5"; fi
	gather "$1" "$2" "$5"
}

# detect DIR [OPTION...]
detect() {
	folder=$1
	shift
	run detect --device-info "$folder/info.csv" --assessment "$folder/assessment.csv" --gathering "$folder/gathering.csv" "$@"
}
