#!/bin/sh
# Digests of hostile texts as Teams and Slack get them, judged by Microsoft's schema and parser of Adaptive Cards and by Slack's own types.
#   tests/peers/cards.sh PROGRAM     the program of cards.c; PEERS names the folder of the judges
# shellcheck source=tests/peers/lib.sh
. "$(dirname "$0")/lib.sh"
program=$1
begin cards card-check.mjs judges
judges=$work/judges
mkdir "$judges" "$work/out" || exit 1
cp "$validators"/card-check.mjs "$validators"/slack-check.mjs "$judges/" || exit 1
ln -s "$validators/schema" "$judges/schema"
packages "$judges" adaptivecards judges
"$program" "$work/out" || { echo 'not ok cards: the messages could not be written'; exit 1; }

# judged NAME CHECK END: every file passes, and there are some.
judged() {
	node "$judges/$2" "$work"/out/*."$3".json >"$work/said" 2>&1
	status=$?
	passed=$(grep -c ': ok$' "$work/said")
	wanted=$(find "$work/out" -name "*.$3.json" | wc -l)
	if [ "$status" -eq 0 ] && [ "$passed" -eq "$wanted" ] && [ "$wanted" -gt 30 ]; then
		echo "ok cards: $passed messages pass $1"
	else
		echo "not ok cards: $passed of $wanted messages pass $1"
		grep -v ': ok$' "$work/said" | head -20 | sed 's/^/#   /'
		failed=1
	fi
}

# refused NAME CHECK END SED: a message that was spoilt is refused, or the judge judges nothing.
refused() {
	sed "$4" "$work/out/morning.$3.json" >"$work/bad.json"
	if cmp -s "$work/bad.json" "$work/out/morning.$3.json" || node "$judges/$2" "$work/bad.json" >"$work/said" 2>&1; then
		echo "not ok cards: a spoilt message passes $1"
		failed=1
	else
		echo "ok cards: a spoilt message does not pass $1"
	fi
}
failed=0
judged "Microsoft's schema and parser" card-check.mjs card
refused "Microsoft's schema and parser" card-check.mjs card 's/"size":"Large"/"size":"Huge"/'
judged "Slack's types" slack-check.mjs slack
refused "Slack's types" slack-check.mjs slack 's/"type":"header","text":{"type":"plain_text"/"type":"header","text":{"type":"mrkdwn"/'
exit $failed
