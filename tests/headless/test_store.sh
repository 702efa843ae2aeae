#!/bin/sh
# The store under more than one process, and after one that was killed while it wrote.
. tests/headless/lib.sh

t=$work/t
new_tables "$t"
for n in 1 2 3 4 5 6 7 8; do host "$t" $n "host-$n" Alpha 1; done

call() {
	env -i PATH=/usr/bin:/bin HOME="$work/home" LANG=C.UTF-8 ROUSE_NOW="$now" ${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} "$ROUSE" "$@" </dev/null
}
for n in 1 2 3 4; do
	call detect --device-info "$t/info.csv" --assessment "$t/assessment.csv" --gathering "$t/gathering.csv" >"$work/out$n" 2>&1 &
done
wait
same "$(cat "$work"/out[1-4] | grep -c '^in scope 8:')" 4 "four detections at once: all succeed"
run runs --format json
same "$(jq length "$out")" 4 "four detections at once: four runs"
same "$(sqlite3 "$store" 'pragma integrity_check')" ok "the store is sound"

# Killed while it writes: nothing half is seen, and the next run works.
big=$work/big.db
call demo --hosts 60000 --store "$big" >/dev/null 2>&1 &
it=$!
rounds=500
while [ "$(stat -c %s "$big-wal" 2>/dev/null || echo 0)" -lt 1000000 ] && [ "$rounds" -gt 0 ]; do
	rounds=$((rounds - 1))
	sleep 0.01
done
# The kill is worth nothing unless it strikes a run that is being written.
check "killed while writing: it was writing" test "$rounds" -gt 0
check "killed while writing: it was still at work" kill -9 "$it"
wait "$it" 2>/dev/null
same "$(sqlite3 "$big" 'pragma integrity_check')" ok "killed while writing: the store is sound"
run runs --format json --store "$big"
before=$(jq length "$out" 2>/dev/null || echo 0)
run detect --device-info "$t/info.csv" --assessment "$t/assessment.csv" --gathering "$t/gathering.csv" --store "$big"
check "killed while writing: the next detection works" test "$status" -eq 0 -o "$status" -eq 2
run runs --format json --store "$big"
same "$(jq length "$out")" "$((${before:-0} + 1))" "killed while writing: no half run is shown"

# Enrichment that is gone from the store must not read as a value that is missing.
cp "$store" "$work/bare.db"
sqlite3 "$work/bare.db" 'delete from bag'
run list --all --store "$work/bare.db" --columns DeviceName,AdditionalFields.Rack --format jsonl
check "enrichment lost from the store: not done" test "$status" -eq 74
one_sentence "enrichment lost from the store"

# A store that is none, and one of a newer program.
echo 'this is no database, and long enough to be looked at' >"$work/text.db"
run runs --store "$work/text.db"
[ "$status" -ne 0 ]
verdict $? "a file that is no store is refused"
one_sentence "a file that is no store"
same "$(cat "$work/text.db")" 'this is no database, and long enough to be looked at' "and is left as it is"
cp "$store" "$work/newer.db"
sqlite3 "$work/newer.db" 'pragma user_version = 9999' >/dev/null
run runs --store "$work/newer.db"
[ "$status" -ne 0 ]
verdict $? "a store of a newer program is refused"
one_sentence "a store of a newer program"
done_here
