#!/bin/sh
# Each reason of incompleteness in the console: a banner with the sentence, and the page behind it with name, sentence and mend.
. tests/e2e/lib.sh
. tests/data/reasons.sh

# detected FOLDER: a run into the store of this home.
detected() {
	# shellcheck disable=SC2046 # words without blanks
	cli $(reason_words "$1") >"$work/out" 2>"$work/err"
	result=$?
}

stands_out() {
	colours | grep -F 'INCOMPLETE' | grep -Eq "$(printf '\033')"'\[[0-9;]*(31|41|91|101|38;5|48;5|38;2|48;2|7)[0-9;]*m'
}

for reason in $all_reasons; do
	fresh
	reason_estate "$reason" "$work/$reason"
	if [ -d "$work/$reason/before" ]; then
		sed -i 's/2026-11-20/2026-11-19/g' "$work/$reason/before/"*.csv
		now=2026-11-19T07:00:00Z
		detected "$work/$reason/before"
		now=2026-11-20T07:00:00Z
	fi
	detected "$work/$reason/now"
	same "$result" 2 "$reason: detect exits 2"
	sentence=$(ask 'select sentence from reason order by run desc, position limit 1')
	start 120x30 "$ROUSE"
	wait_for "INCOMPLETE"
	verdict 0 "$reason: the banner is there"
	# What the banner shows of the sentence is its beginning; paths are long, so a few words do.
	words=$(printf '%s' "$sentence" | cut -c1-24)
	expect "$words" "$reason: the banner begins the sentence"
	soon "$reason: the banner stands out" stands_out
	put r
	wait_for "WHY THE RUN IS INCOMPLETE"
	expect "$reason" "$reason: the page names it"
	keys Escape
	wait_gone "WHY THE RUN"
	put q
	wait_for "[ended with"
	rm -rf "${work:?}/$reason"
done
done_here
