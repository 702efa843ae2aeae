#!/bin/sh
# doctor for each configured system: what is in order, and each thing that is missing with its mend; nothing is created by looking.
. tests/headless/lib.sh
. tests/headless/services.sh

a=$work/a
new_tables "$a"
host "$a" 1 srv-app-01 Alpha 1
printf 'name,fqdn,support_group\nsrv-app-01,,Team A\n' >"$work/cmdb.csv"
services --cmdb "$work/cmdb.csv"
morning "$a"

# look WHAT [OPTION...]: doctor, and whether the system is as it was.
look() {
	about=$1
	shift
	before=$(records .)
	loop doctor "$@"
	# Without the options, which are looked at elsewhere.
	grep -v -e '(default)$' -e 'loop.conf:[0-9]*)$' -e '(--set)$' "$out" >"$work/lines"
	cp "$work/lines" "$out"
	same "$(records .)" "$before" "$about: nothing was made by looking"
	told '[.[] | select(.method == "PUT" or .method == "PATCH" or .service == "teams" or .service == "slack" or (.method == "POST" and
		(.address | test("oauth_token|batch|search") | not)))] | length' >"$work/wrote"
	same "$(cat "$work/wrote")" 0 "$about: nor was anything sent that makes something"
}

# line LEVEL NAME WORDS: a line of the last doctor.
line() {
	grep -E "^$1 +$2 +" "$out" | grep -qF -e "$3"
	verdict $? "$about: $1 $2: $3"
}

# -- in order --

for which in servicenow cloud center; do
	owners=servicenow
	notify='teams slack'
	system $which
	look "$which in order"
	is 0 "$which in order"
	line ok 'servicenow cmdb' cmdb_ci_server
	line ok 'servicenow search' 'name and fqdn'
	line ok 'servicenow batch' 'in batches'
	case $which in
	servicenow)
		line ok 'servicenow sign-in' incident
		line ok 'servicenow search' correlation_id
		line ok 'servicenow groups' sys_user_group ;;
	*)
		line ok 'jira sign-in' 'signed in as'
		line ok 'jira project' SEC
		line ok 'jira search' 'made-up'
		line ok 'jira issue type' Task
		line ok 'jira labels' Task ;;
	esac
	line warning teams 'nothing was posted'
	line warning slack 'nothing was posted'
	lacks "$out" right- "$which: no secret is shown"
done

# -- ServiceNow: each thing missing --

system servicenow
snow_secret=wrong
look "a wrong client secret"
[ "$status" -ne 0 ]
verdict $? "a wrong client secret is a failure"
grep -E '^failure +servicenow' "$out" | grep -q 401
verdict $? "a wrong client secret: the answer is told"
has "$out" secret "a wrong client secret: what to check"
snow_secret='right-password~1'
for who in svc-none svc-read; do
	sed -i '/^sign_in\|^user = svc/d; s|^client = rouse-client|client = rouse-client\nsign_in = basic\nuser = '$who'|' "$work/loop.conf"
	look "$who"
	case $who in
	svc-none) grep -E '^failure +servicenow' "$out" | grep -q 403; verdict $? "no right to read: failed" ;;
	*) is 0 "an account that reads: nothing that is looked at is missing" ;;
	esac
done
system servicenow
snow_secret='right-secret~1'
options '{"strict":1}'
look "conditions that are invalid give nothing" --set servicenow.table=sys_user
options '{"strict":0}'
look "a table without the field" --set servicenow.table=sys_user_group
[ "$status" -ne 0 ]
verdict $? "a table without the field is a failure"
has "$out" correlation_id "a table without the field: the field is named"
look "no such table" --set servicenow.table=u_no_such
[ "$status" -ne 0 ]
verdict $? "no such table is a failure"
look "no such CMDB" --set servicenow.cmdb_table=u_no_such
[ "$status" -ne 0 ]
verdict $? "no such CMDB is a failure"
look "no such field of the team" --set servicenow.group_field=u_team
[ "$status" -ne 0 ]
verdict $? "no such field of the team is a failure"
line failure 'servicenow fields' u_team
look "no children's table" --set servicenow.child_table=u_no_such --set tickets.children=owner
[ "$status" -ne 0 ]
verdict $? "no children's table is a failure"
look "no address" --set 'servicenow.url=""'
[ "$status" -ne 0 ]
verdict $? "no address is a failure"
has "$out" servicenow.url "no address: the option is named"
faults '[{"match":"/api/now/v1/batch","times":-1,"fault":"status","status":403}]'
look "no batches"
line warning 'servicenow batch' '/api/now/v1/batch'
post __faults '[]'
faults '[{"match":"/","times":-1,"fault":"html"}]'
look "a sign-in page in between"
[ "$status" -ne 0 ]
verdict $? "a sign-in page in between is a failure"
post __faults '[]'

# -- Jira: each thing missing --

owners=none
for which in cloud center; do
	system $which
	jira_secret=wrong
	look "$which: a wrong token"
	[ "$status" -ne 0 ]
	verdict $? "$which: a wrong token is a failure"
	grep -E '^failure +jira' "$out" | grep -q 401
	verdict $? "$which: a wrong token: the answer is told"
	system $which
	case $which in
	cloud) sed -i 's/^user = .*/user = reader@example.com/' "$work/loop.conf" ;;
	center) jira_secret='read-pat~1' ;;
	esac
	look "$which: an account that reads only"
	line failure 'jira project' 'lacks the right'
	loop ticket
	is 77 "$which: it sends nothing"
	same "$(tickets length)" 0 "$which: and nothing is there"
	system $which
	look "$which: no such project" --set jira.project=NOPE
	[ "$status" -ne 0 ]
	verdict $? "$which: no such project is a failure"
	look "$which: no such type" --set jira.issue_type=Nonsense
	line failure 'jira issue type' Nonsense
	look "$which: no such type of children" --set jira.child_type=Nonsense --set tickets.children=owner
	[ "$status" -ne 0 ] && grep -q Nonsense "$out"
	verdict $? "$which: no such type of children is a failure"
done

# -- digests --

notify='teams slack'
system cloud
slack_hook=nonsense
teams_sig=
look "addresses that are not whole"
line 'failure|warning' slack 'lack'
line 'failure|warning' teams 'eams'
variables='ROUSE_TEAMS_URL= ROUSE_SLACK_URL='
look "no addresses"
line failure teams ROUSE_TEAMS_URL
line failure slack ROUSE_SLACK_URL
done_here
