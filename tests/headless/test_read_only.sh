#!/bin/sh
# A store that may be read but not written: what reads goes on reading, what writes says so, and a log beside it is never passed over.
. tests/headless/lib.sh

a=$work/a
new_tables "$a"
for n in 1 2 3; do host "$a" "$n" "a-$n" Alpha 1; done
detect "$a"
run accept a-1 --until 10d --reason x --by mk
is 0 "an acceptance before the rights go"
b=$work/b
new_tables "$b"
for n in 1 2 3; do host "$b" "$n" "a-$n" Alpha 1; done
folder=$(dirname "$store")
cp "$store" "$work/log.db"
odd="$work/50% ?#"
mkdir "$odd"
cp "$store" "$odd/rouse.db"
chmod 444 "$store" "$work/log.db" "$odd/rouse.db"
chmod 555 "$folder" "$odd"
chmod 755 "$work" "$work/home" "$work/home/.local" "$work/home/.local/state"

# Root may write anything: then nobody is asked.
if [ "$(command id -u)" = 0 ]; then
	cp "$ROUSE" "$work/rouse" && chmod 755 "$work/rouse"
	read_as() { setpriv --reuid=65534 --regid=65534 --clear-groups env -i HOME="$work/home" LANG=C.UTF-8 TERM=dumb ROUSE_NOW="$now" \
		"$work/rouse" "$@" >"$out" 2>"$err" </dev/null; status=$?; }
else
	read_as() { run "$@"; }
fi

read_as list --format csv --columns DeviceName
same "$(tr '\n' ' ' <"$out")" "DeviceName a-2 a-3 " "list reads, and an acceptance counts"
read_as runs --format json
same "$(jq length "$out")" 1 "runs reads"
read_as groups --format json
same "$(jq -r '.[0].Group' "$out")" Alpha "groups reads"
read_as accept --format json
same "$(jq -r '.[0].State' "$out")" "in force" "accept lists"
read_as accept a-2 --until 5d --reason x --by mk
same "$status" 77 "accept does not write"
has "$err" "cannot be written; mend its rights" "and says so"
read_as detect --device-info "$b/info.csv" --assessment "$b/assessment.csv" --gathering "$b/gathering.csv"
same "$status" 77 "detect does not write"
read_as list --format csv --columns DeviceName --store "$odd/rouse.db"
same "$(wc -l <"$out")" 3 "a path with signs of a URI"
# A log holds what the file has not: to read the file alone would be an answer of yesterday.
printf x >"$work/log.db-wal"
chmod 444 "$work/log.db-wal"
read_as list --store "$work/log.db"
same "$status" 77 "a store with a log that cannot be read is refused"
chmod 755 "$folder" "$odd"
done_here
