#!/bin/sh
# Secrets of ticket systems and webhooks: whichever way they come, they are not found in what rouse prints, logs, stores, hands to its children,
# writes into tickets or leaves in a core dump; not even when a service repeats them in its complaints.
. tests/headless/lib.sh
. tests/headless/services.sh

a=$work/a
new_tables "$a"
host "$a" 1 srv-app-01 Alpha 1
host "$a" 2 srv-sql-01 Alpha 1
printf 'name,support_group\nsrv-app-01,Team A\nsrv-sql-01,Team B\n' >"$work/cmdb.csv"
services --cmdb "$work/cmdb.csv"

# -- the ways of giving them --

# keep NAME VALUE: a file of ours alone, and a command that prints it and says what it can see.
keep() {
	(umask 077 && printf '%s\n' "$2" >"$work/$1.secret")
	cat >"$work/$1.give" <<END2
#!/bin/sh
tr '\\0' '\\n' </proc/\$\$/environ >>"$work/child.environ"
tr '\\0' ' ' </proc/\$\$/cmdline >>"$work/child.cmdline"
ls -l /proc/\$\$/fd >>"$work/child.fds"
cat "$work/$1.secret"
END2
	chmod 755 "$work/$1.give"
}

told_too=command

# way NAME SYSTEM SIGN-IN: the configuration, and the variables for the next calls.
way() {
	owners=servicenow
	notify="teams slack $told_too"
	system "$2"
	case $3 in
	basic) snow='right-password~1' ;;
	api-key) snow='right-key~1' ;;
	*) snow='right-secret~1' ;;
	esac
	case $3 in basic | api-key) sed -i "s/^client = rouse-client/sign_in = $3\\nuser = svc-rouse/" "$work/loop.conf" ;; esac
	given=
	keep snow "$snow"
	keep jira "$jira_secret"
	keep teams "$(teams_url)"
	keep slack "$(slack_url)"
	[ -z "$told_too" ] || printf '[command]\nrun = tr "\\\\0" "\\\\n" </proc/self/environ >>%s/child.environ; cat >%s/digest\n' "$work" "$work" >>"$work/loop.conf"
	case $1 in
	environment) given=yes ;;
	file | command)
		for each in servicenow:secret:snow jira:secret:jira teams:url:teams slack:url:slack; do
			section=${each%%:*} key=${each#*:} from=${each##*:}
			key=${key%%:*}
			line="${key}_file = $work/$from.secret"
			[ "$1" = file ] || line="${key}_command = $work/$from.give"
			if grep -q "^\[$section\]" "$work/loop.conf"; then
				sed -i "s|^\[$section\]|[$section]\\n$line|" "$work/loop.conf"
			else
				printf '[%s]\n%s\n' "$section" "$line" >>"$work/loop.conf"
			fi
		done ;;
	esac
}

call() {
	if [ -n "$given" ]; then
		set -- env ROUSE_SERVICENOW_SECRET="$snow" ROUSE_JIRA_SECRET="$jira_secret" ROUSE_TEAMS_URL="$(teams_url)" ROUSE_SLACK_URL="$(slack_url)" "$ROUSE" "$@"
	else
		set -- "$ROUSE" "$@"
	fi
	# shellcheck disable=SC2086
	${become:-} env -i PATH=/usr/bin:/bin HOME="$work/home" LANG=C.UTF-8 TERM=dumb ROUSE_NOW="$now" ROUSE_HURRY=100 ROUSE_TEST_MARK=not-handed-on \
		${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} ${UBSAN_OPTIONS:+UBSAN_OPTIONS="$UBSAN_OPTIONS"} "$@" --config "$work/loop.conf" --debug
}

try() {
	call "$@" >"$out" 2>"$err" </dev/null
	status=$?
	if grep -q -e 'ERROR: AddressSanitizer' -e 'ERROR: LeakSanitizer' -e 'runtime error:' "$err"; then
		verdict 1 "no sanitizer report from: rouse $*"
	fi
}

# Each as it is, as in a form or an address, and as in a header of basic authentication; and what the OAuth server hands out.
pattern='right-(secret|password|key|token|pat|sig|hook)(~|%7E|1)'
for pair in 'svc-rouse:right-password~1' 'rouse@example.com:right-token~1'; do
	pattern="$pattern|$(printf %s "$pair" | base64)"
done

# clean WHAT FILE...
clean() {
	what=$1
	shift
	for file in "$@"; do
		[ -e "$file" ] || continue
		if tr '\0' '\n' <"$file" 2>/dev/null | grep -aqE -e "$pattern"; then
			verdict 1 "no secret in $(basename "$file"): $what"
			tr '\0' '\n' <"$file" | grep -aE -e "$pattern" | head -n 3 | cut -c1-300 | sed 's/^/#   > /'
			return 1
		fi
	done
	verdict 0 "no secret in what is left behind: $what"
}
left_behind() {
	curl -s "$base/__records" >"$work/records"
	# shellcheck disable=SC2046 # names without blanks
	clean "$1" "$out" "$err" "$work/records" "$work/child.environ" "$work/child.cmdline" "$work/digest" $(find "$work/home" -type f)
}

# The search itself must find something.
printf 'x right-hook1 y' >"$work/found"
if clean quiet "$work/found" >/dev/null; then verdict 1 "the search finds a secret"; else failed=0; verdict 0 "the search finds a secret"; fi

# -- a send that goes well --

for name in environment file command; do
	for kinds in servicenow:oauth servicenow:basic servicenow:api-key cloud:oauth center:oauth; do
		case $name:$kinds in environment:* | *:servicenow:oauth | *:cloud:* | *:center:*) ;; *) continue ;; esac
		reset
		morning "$a"
		way $name "${kinds%:*}" "${kinds#*:}"
		try run --device-info "$a/info.csv" --assessment "$a/assessment.csv" --gathering "$a/gathering.csv"
		is 0 "the daily job, $name, $kinds"
		has "$err" debug "the log speaks: $name, $kinds"
		same "$(tickets length) $(records '"\(.teams | length) \(.slack | length)"')" "1 1 1" "ticket and digests were sent: $name, $kinds"
		left_behind "the daily job, $name, $kinds"
		try doctor
		left_behind "doctor, $name, $kinds"
		try ticket --dry-run
		left_behind "a dry run, $name, $kinds"
	done
done
try run --dry-run --device-info "$a/info.csv" --assessment "$a/assessment.csv" --gathering "$a/gathering.csv"
has "$out" '***' "a dry run shows asterisks in their place"
left_behind "a dry run of the daily job"
lacks "$work/child.environ" not-handed-on "a command gets nothing that begins with ROUSE_"
check "the commands said what they can see" test -s "$work/child.environ" -a -s "$work/child.fds"
lacks "$work/child.fds" socket: "a command gets no connection"
check "the command of the digest got it" test -s "$work/digest"

told_too=

# -- a service that complains with what it was asked with --

for code in 400 401 500; do
	for place in oauth_token /api/now/ /cloud/rest/api/ /dc/rest/api/ /workflows/ /services/; do
		case $place in
		oauth_token) way environment servicenow oauth; body='{\"error\":{\"message\":\"bad right-secret~1\",\"detail\":\"client_secret=right-secret~1\"}}' ;;
		/api/now/) way environment servicenow basic; body='{\"error\":{\"message\":\"bad right-password~1\",\"detail\":\"'$(printf 'svc-rouse:right-password~1' | base64)'\"}}' ;;
		/cloud/*) way environment cloud oauth; body='{\"errorMessages\":[\"bad right-token~1\",\"'$(printf 'rouse@example.com:right-token~1' | base64)'\"],\"errors\":{}}' ;;
		/dc/*) way environment center oauth; body='{\"errorMessages\":[\"bad right-pat~1\"],\"errors\":{}}' ;;
		/workflows/) way environment servicenow oauth; body='{\"error\":{\"code\":\"x\",\"message\":\"sig=right-sig~1 is wrong\"}}' ;;
		*) way environment servicenow oauth; body='no T00000000/B00000000/right-hook1' ;;
		esac
		reset
		morning "$a"
		faults "[{\"match\":\"$place\",\"times\":-1,\"fault\":\"status\",\"status\":$code,\"body\":\"$body\"}]"
		try run --device-info "$a/info.csv" --assessment "$a/assessment.csv" --gathering "$a/gathering.csv"
		[ "$status" -ne 0 ] || verdict 1 "$code of $place is a failure"
		left_behind "$code of $place, which repeats the secret"
	done
done
for order in '"fault":"html"' '"fault":"cut"' '"fault":"redirect","location":"https://elsewhere.example/?x=right-sig~1"'; do
	way environment cloud oauth
	reset
	morning "$a"
	faults "[{\"match\":\"/\",\"times\":-1,$order}]"
	try run --device-info "$a/info.csv" --assessment "$a/assessment.csv" --gathering "$a/gathering.csv"
	left_behind "under $order"
done
post __faults '[]'

# -- while it runs: what others see of the process, and its core dump --

dumps() { find "$work/cores" -type f | wc -l; }
mkdir "$work/cores"
# shellcheck disable=SC3045 # every shell here has it
(cd "$work/cores" && ulimit -c unlimited && exec sh -c 'kill -ABRT $$') 2>/dev/null
if [ "$(dumps)" -eq 0 ]; then
	echo "ok headless $suite: core dumps go nowhere here, or to a program: not looked at"
fi
rm -f "$work"/cores/*
for name in environment file command; do
	for place in /api/now/table/incident /rest/api/ /workflows/ /services/; do
		case $place in /rest/api/) way $name cloud oauth ;; *) way $name servicenow oauth ;; esac
		reset
		morning "$a"
		faults "[{\"match\":\"$place\",\"times\":-1,\"fault\":\"hang\"}]"
		rm -f "$work/environ" "$work/cmdline"
		# shellcheck disable=SC3045
		(cd "$work/cores" && ulimit -c unlimited && become=exec && call run --set network.patience=20s --device-info "$a/info.csv" \
			--assessment "$a/assessment.csv" --gathering "$a/gathering.csv") >"$out" 2>"$err" </dev/null &
		pid=$!
		for _ in $(seq 100); do
			[ "$(told "[.[] | select(.fault == \"hang\")] | length")" = 0 ] || break
			sleep 0.05
		done
		for one in "$pid" $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
			cat "/proc/$one/environ" >>"$work/environ" 2>/dev/null
			cat "/proc/$one/cmdline" >>"$work/cmdline" 2>/dev/null
		done
		grep -aq gathering.csv "$work/cmdline"
		verdict $? "it is rouse that is looked at: $name, $place"
		clean "the process, $name, $place" "$work/environ" "$work/cmdline"
		kill -ABRT "$pid"
		wait "$pid" 2>/dev/null
		same "$(dumps)" 0 "no core dump: $name, $place"
		left_behind "killed, $name, $place"
	done
done
done_here
