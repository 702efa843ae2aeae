#!/bin/sh
# Hostile texts in every field toward every sink: host names, teams, contacts, machine groups, notes and titles stay text in queries, JSON, ADF, wiki
# markup, Markdown, the card, Slack's blocks, CSV and on the terminal.
. tests/headless/lib.sh
. tests/headless/services.sh
command -v python3 >/dev/null || { echo "ok headless $suite: left out, python3 is not there"; exit 0; }

a=$work/a
mkdir "$a"
# Tables, the CMDB of the stand-in and a CSV of owners, with the same texts in each field that has room for them.
python3 - "$a" <<'END2'
import csv, json, sys
where = sys.argv[1]
texts = ['q"uote\'s', 'a^ORassignment_groupISNOTEMPTY', '{{monospaced}}', '[x](https://evil.example)', '[x|https://evil.example]', '<!channel>', '<@U0000001>',
         '<at>everyone</at>', 'h1. Big', '{code}rm{code}', '=cmd|\' /C calc\'!A0', '+1+1', '@SUM(1)', '-2', '\x1b]0;title\x07\x1b[31mred', 'b\u202eidi\u2066x',
         'line\r\nInjected: 1', 'tab\tbed', '|| a || b ||', '!image.png!', '<https://evil.example|click>', '*bold* _it_ ~st~ `co`', '&amp;&#60;', 'javascript:gs.exit()',
         '\\u0022,\\"x\\":1', 'A' * 10000, 'SEC" OR project is not EMPTY', '%0d%0aX: y', 'z\u200bero\u00ad', '# Head', '1. one', '---', '</script><b>', '$(id)`id`', '../../etc', '\ufeffbom', '[code]<b>x</b>[/code]', '\U000e0041tag']
def table(name, head, rows):
    with open(where + '/' + name, 'w', newline='', encoding='utf-8') as f:
        out = csv.writer(f)
        out.writerow(head.split(','))
        out.writerows(rows)
info, assess, gather, owners = [], [], [], []
for n, text in enumerate(texts, 1):
    for place in range(3):
        id = '%040x' % (n * 10 + place)
        # In the host's name, in the machine group, in the team and its contact.
        host = 'srv-%d-%d' % (n, place) if place else 'srv-%d-0%s' % (n, text)
        group = 'Group ' + text if place == 1 else 'Alpha'
        info.append(['2026-11-20T05:00:00Z', id, host, 'WindowsServer2022', '10.0.20348', group, n, 'Onboarded', 'Active', 0, ''])
        assess.append(['2026-11-20T03:00:00Z', id, 'x', 'WindowsServer2022', 'scid-2010', 'Security controls', 'Antivirus', 9, 0, 1, '[["1"]]', 0])
        gather.append(['2026-11-20T04:00:00Z', '2026-11-20T04:00:00Z', id, 'x', 'WindowsServer2022', json.dumps({'AvMode': '1', 'AvSignatureVersion': text[:200]})])
        if place == 2:
            owners.append([host, 'Team ' + text, text])
table('info.csv', 'Timestamp,DeviceId,DeviceName,OSPlatform,OSVersion,MachineGroup,ReportId,OnboardingStatus,SensorHealthState,IsExcluded,MergedToDeviceId', info)
table('assessment.csv', 'Timestamp,DeviceId,DeviceName,OSPlatform,ConfigurationId,ConfigurationCategory,ConfigurationSubcategory,ConfigurationImpact,IsCompliant,IsApplicable,Context,IsExpectedUserImpact', assess)
table('gathering.csv', 'Timestamp,LastSeenTime,DeviceId,DeviceName,OSPlatform,AdditionalFields', gather)
table('owners.csv', 'name,team,contact', owners)
# What no sink may show: bytes of control, marks that turn text round or hide it.
json.dump(len(info), open(where + '/count', 'w'))
END2
total=$(cat "$a/count")
services

# bare FILE WHAT: nothing in it that a terminal or a reader would act on.
bare() {
	python3 - "$1" <<'END2' >"$work/why" 2>&1
import sys, unicodedata
text = open(sys.argv[1], encoding='utf-8').read()
bad = sorted({hex(ord(c)) for c in text if (unicodedata.category(c) in ('Cc', 'Cf') and c not in '\n\t\r')})
if bad or '\x1b' in text: sys.exit('there are ' + ' '.join(bad))
END2
	verdict $? "$2: no hidden or controlling characters: $(cat "$work/why")"
}

title='=cmd|"x" [x](https://evil.example) <!channel> h1. {code}'
note=$(printf 'h1. Note\n{code}\n[x](https://evil.example) <!channel> <at>all</at>\033[31m ^OR {{x}}')
for which in servicenow cloud center; do
	owners=csv
	notify='teams slack stdout'
	system $which '[csv]' "file = $a/owners.csv"
	now=2026-11-20T07:00:00Z
	reset
	rm -rf "$work/home"
	mkdir "$work/home"
	loop run --device-info "$a/info.csv" --assessment "$a/assessment.csv" --gathering "$a/gathering.csv"
	[ "$status" -eq 0 ] || [ "$status" -eq 2 ]
	verdict $? "$which: the daily job with hostile texts (exit $status)"
	has "$out" "created, read back: $total hosts" "$which: all of them are on it"
	bare "$out" "$which: output"
	bare "$err" "$which: complaints"
	loop ticket --title "$title" --note "$note"
	has "$out" "updated, read back: $total hosts" "$which: a title and a note of that kind"
	bare "$out" "$which: output of the send"
	tickets '.[0]' >"$work/one.json"
	one .text >"$work/text"
	one .title >"$work/title"
	bare "$work/title" "$which: the title"
	same "$(wc -l <"$work/title")" 1 "$which: it is one line"
	same "$(tickets length)" 1 "$which: nothing else was made"
	same "$(told '[.[] | select(.status >= 400)] | length')" 0 "$which: no request was refused"
	# Bodies and queries are what they should be: JSON is JSON, and the conditions are ours alone.
	told '.[] | select(.method != "GET" and (.body | startswith("{"))) | .body | select(length < 65000)' | while IFS= read -r body; do
		printf '%s' "$body" | jq -e . >/dev/null 2>&1 || echo bad
	done >"$work/bad"
	check "$which: every body is JSON" test ! -s "$work/bad"
	told '.[] | select(.address | test("sysparm_query")) | .address' >"$work/queries"
	! grep -q -e ISNOTEMPTY -e gs.exit "$work/queries"
	verdict $? "$which: no query has a condition of theirs"
	case $which in
	center)
		# Markup of theirs is escaped: a macro, a heading, an image.
		! grep -q -e '^h1\. Big' -e '^h1\. Note' -e '[^\]{code}' -e '[^\]!image.png!' "$work/text"
		verdict $? "$which: no markup of theirs works" ;;
	esac
	case $which in cloud) has "$work/text" '<!channel>' "$which: the texts are there as they are" ;; esac
	bare "$work/text" "$which: the ticket's text"

	# -- links: a ticket of few hosts has one for each --
	loop ticket --set tickets.mode=per-run --where 'DeviceName startswith "srv-1"'
	has "$out" "created, read back" "$which: a ticket of few hosts"
	tickets '.[-1]' >"$work/few.json"
	jq -r .text "$work/few.json" >"$work/text"
	case $which in
	cloud)
		curl -s -u 'rouse@example.com:right-token~1' "$base/cloud/rest/api/3/issue/$(jq -r .id "$work/few.json")" >"$work/issue"
		jq -r '.. | objects | select(.type == "link") | .attrs.href' "$work/issue" | sort -u >"$work/links" ;;
	center) grep -o '\[[^]|]*|[a-z]*:[^]]*\]' "$work/text" | grep -v '^\[[^|]*\\|' | sed 's/.*|//; s/\]$//' | sort -u >"$work/links" ;;
	servicenow) grep -o 'https://[^ ]*$' "$work/text" | sort -u >"$work/links" ;;
	esac
	[ "$(grep -c '^https://security.microsoft.com/' "$work/links")" -gt 20 ]
	verdict $? "$which: hosts have links"
	loop ticket --set tickets.mode=per-run
	has "$out" "updated, read back: $total hosts" "$which: then all of them"
	tickets '.[-1].notes[]' | sed 's/\\n/\n/g' >"$work/note"
	has "$work/note" 'srv-24' "$which: a note names those that were added"
	bare "$work/note" "$which: the note"
	case $which in
	servicenow)
		has "$work/note" "code]<b>" "$which: the text is in it"
		lacks "$work/note" "[code]" "$which: but [code] would make HTML of it" ;;
	center)
		! grep -q -e '[^\]{code}' -e '[^\]!image.png!' -e '\[x|https' "$work/note"
		verdict $? "$which: no markup works in it" ;;
	esac
	! grep -v -e '^https://security.microsoft.com/' -e '^https://learn.microsoft.com/' -e '^https://[a-z.]*microsoft.com/' "$work/links" >"$work/strange"
	verdict $? "$which: no link of theirs: $(head -n 2 "$work/strange" | tr '\n' ' ')"

	# -- digests --
	records '.teams[-1] | .shown' >"$work/shown"
	same "$(cat "$work/shown")" true "$which: the card is shown: $(records '.teams[-1].why')"
	same "$(records '.slack[-1].shown')" true "$which: the blocks are shown: $(records '.slack[-1].why')"
	records '.slack[-1].body' >"$work/slack"
	! jq -r '.. | objects | select(.type == "mrkdwn") | .text' "$work/slack" | grep -qE '<!|<@|<https?://evil'
	verdict $? "$which: Slack calls nobody and links nowhere of theirs"
	records '.teams[-1].body' >"$work/teams"
	! jq -r '.. | objects | select(has("text")) | .text' "$work/teams" | grep -qE '[^\\]?<at>|(^|[^\\])\[x\]\(https'
	verdict $? "$which: Teams mentions nobody and links nowhere of theirs"
	same "$(jq -r '.. | objects | select(has("msteams")) | .msteams | has("entities")' "$work/teams" | grep -c true)" 0 "$which: and has no mention"

	# -- the list as a file --
	if [ "$(one '.files | length')" -gt 0 ] && [ $which = servicenow ]; then
		at=$(curl -s -u 'svc-rouse:right-password~1' "$base/api/now/attachment?sysparm_query=file_name=$(one '.files[0].name')" | jq -r '.result[0].sys_id')
		curl -s -u 'svc-rouse:right-password~1' "$base/api/now/attachment/$at/file" >"$work/file.csv"
		python3 - "$work/file.csv" "$total" <<'END2' >"$work/why" 2>&1
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline='', encoding='utf-8-sig')))
if len(rows) != int(sys.argv[2]) + 1: sys.exit('%d rows' % len(rows))
if any(len(r) != len(rows[0]) for r in rows): sys.exit('uneven rows')
for r in rows[1:]:
    for cell in r:
        if cell[:1] in '=+@\t\r' and cell[:1]: sys.exit('a formula: ' + cell[:40])
END2
		verdict $? "$which: the CSV has each host once, and no formula: $(cat "$work/why")"
	fi
done

# -- a CMDB that holds such texts --

python3 - "$a" <<'END2'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1] + '/owners.csv', newline='', encoding='utf-8')))
with open(sys.argv[1] + '/cmdb.csv', 'w', newline='', encoding='utf-8') as f:
    out = csv.writer(f, lineterminator='\n')
    out.writerow(['name', 'fqdn', 'support_group'])
    for row in rows:
        team = row['team'].replace('\r', ' ').replace('\n', ' ')[:200]
        out.writerow([row['name'], '', team])
END2
services --cmdb "$a/cmdb.csv"
owners=servicenow
system servicenow
rm -rf "$work/home"
mkdir "$work/home"
loop run --device-info "$a/info.csv" --assessment "$a/assessment.csv" --gathering "$a/gathering.csv"
is 2 "a CMDB of hostile teams: hosts that cannot be asked about are said"
has "$err" 'cannot be asked for in ServiceNow' "and named"
bare "$err" "complaints about them"
told '.[] | select(.address | test("batch")) | .body' >"$work/asked"
! jq -r '.rest_requests[].url' "$work/asked" | grep -qiE 'ISNOTEMPTY|gs\.exit|%5EOR[^D]*assignment'
verdict $? "no query of theirs is asked in a batch"
has "$out" "created, read back: $total hosts" "every host is on the ticket"
tickets '.[0].text' >"$work/text"
bare "$work/text" "the ticket's text"
loop owners
bare "$out" "the list of owners"
loop owners --format csv
! cut -d, -f3 "$out" | grep -qE '^[=+@]'
verdict $? "the list of owners has no formula"
done_here
