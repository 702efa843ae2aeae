#!/bin/sh
# A live tenant that fails in every way: the right number of tries with the right pauses, no lost rows, never a whole run that is not whole.
. tests/headless/lib.sh
. tests/headless/live.sh
devices=1000
parts='--set graph.parts=4'

tenant
forget
# shellcheck disable=SC2086 # a list of options
ask $parts
is 0 "without faults"
listed "$work/truth.csv"
servers=$(sed 1d "$work/truth.csv" | wc -l)

# tries QUERY PART: how often a part was asked for.
tries() { told "[.[] | select(.query == \"$1\" and .part == $2)] | length"; }

# -- faults that pass --

# passes TIMES WHAT FAULT [OPTION...]: the third part fails so many times, and comes; the run is whole.
passes() {
	times=$1 what=$2 fault=$3
	shift 3
	reset
	forget
	faults "[{\"match\":\"runHunting\",\"query\":\"findings\",\"part\":2,\"times\":$times,$fault}]"
	# shellcheck disable=SC2086
	ask $parts "$@"
	agrees "$work/truth.csv" "$what"
	same "$(tries findings 2)" $((times + 1)) "$what: asked $((times + 1)) times"
	same "$(tries findings 1)" 1 "$what: the other parts once"
	reset
}
passes 2 "429" '"fault":"status","status":429'
passes 2 "429 with Retry-After" '"fault":"status","status":429,"headers":{"Retry-After":"3"}'
passes 2 "429 in words alone" '"fault":"status","status":429,"body":"{\"error\":{\"code\":\"TooManyRequests\",\"message\":\"You have exceeded processing resources allocated to this tenant. You can run queries again in 4 seconds.\"}}"'
for code in 500 502 503; do
	passes 3 "$code" "\"fault\":\"status\",\"status\":$code"
done
passes 1 "504 once" '"fault":"status","status":504'
passes 5 "reset" '"fault":"reset"'
passes 2 "no answer at all" '"fault":"empty"'
passes 2 "a cut body" '"fault":"cut","bytes":9000'
passes 1 "silence" '"fault":"hang"' --set network.patience=1s
passes 0 "a trickle" '"fault":"trickle"'
# What cannot be an answer is asked again when all others are there.
passes 1 "HTML with 200" '"fault":"html"'
passes 1 "bad gzip" '"fault":"badgzip"'
passes 1 "a redirect" '"fault":"redirect"'
passes 1 "50 MB of rubbish" '"fault":"huge"'
passes 1 "broken JSON" '"fault":"badjson"'
passes 1 "401 in the middle" '"fault":"status","status":401'

# pauses JQ: the times between tries of the part, in ms.
reset
forget
variables=ROUSE_HURRY=10
faults '[{"match":"runHunting","query":"findings","times":2,"fault":"status","status":429,"headers":{"Retry-After":"3"}},
	{"match":"runHunting","query":"software","times":4,"fault":"status","status":503}]'
ask
is 0 "a service that throttles, and is away"
pauses() { told "[.[] | select(.query == \"$1\") | .time] | [range(1; length) as \$i | .[\$i] - .[\$i - 1]]"; }
same "$(pauses findings | jq 'map(. >= 295 and . < 800) | all')" true "Retry-After is kept (a tenth of it here): $(pauses findings | tr -d ' \n')"
same "$(pauses software | jq '[., [48, 98, 198, 398], [300, 400, 600, 1000]] | transpose | map(.[0] >= .[1] and .[0] < .[2]) | all')" true \
	"without it pauses double, from half to whole: $(pauses software | tr -d ' \n')"
variables=

# -- faults that stay --

# stays TRIES WHAT FAULT WORDS [OPTION...]: one part never comes.
stays() {
	wanted=$1 what=$2 fault=$3 words=$4
	shift 4
	reset
	forget
	faults "[{\"match\":\"runHunting\",\"query\":\"findings\",\"part\":2,\"parts\":4,\"times\":-1,$fault}]"
	# shellcheck disable=SC2086
	ask $parts "$@"
	is 2 "$what for good: incomplete"
	has "$err" 'servers, part 3 of 4' "$what: the part is named"
	has "$err" "$words" "$what: the cause is named"
	has "$err" "counts $servers servers in scope" "$what: what is missing is counted"
	same "$(tries findings 2)" "$wanted" "$what: tries"
	same "$(told '[.[] | select(.query == "findings" and .part != 2)] | length')" 3 "$what: the other parts once"
	last=$(told '[.[] | select(.query == "findings")] | .[-1].part')
	same "$last" 2 "$what: the last word is another try of it"
	listed "$work/this.csv"
	came=$(sed 1d "$work/this.csv" | wc -l)
	[ "$came" -gt $((servers / 2)) ] && [ "$came" -lt "$servers" ]
	verdict $? "$what: the other parts are kept ($came of $servers)"
	sed 1d "$work/this.csv" | cut -d, -f1 | sort >"$work/ids"
	same "$(uniq -d <"$work/ids" | wc -l)" 0 "$what: no server twice"
}
stays 12 "503" '"fault":"status","status":503' '503'
# A connection that was used before and breaks is tried anew at once, below us.
stays 14 "reset" '"fault":"reset"' 'connection'
stays 2 "HTML with 200" '"fault":"html"' 'proxy'
stays 2 "broken JSON" '"fault":"badjson"' 'no JSON'
stays 2 "a redirect" '"fault":"redirect"' 'points elsewhere'
lacks "$err" 'Bearer' "no token in words"
stays 2 "50 MB of rubbish" '"fault":"huge"' 'servers, part 3 of 4'

# An error behind rows keeps the rows, and is not whole. Half the devices are tried first, as it may be a limit.
reset
forget
faults '[{"match":"runHunting","query":"findings","times":-1,"fault":"error","rows":10}]'
ask
is 2 "an error behind rows, for good"
has "$err" 'PartialError' "the service's error is told"
listed "$work/this.csv"
[ "$(sed 1d "$work/this.csv" | wc -l)" -ge 20 ]
verdict $? "rows before the error are kept"

# Once: nothing is lost.
reset
forget
faults '[{"match":"runHunting","query":"findings","times":1,"fault":"error","rows":10}]'
ask
agrees "$work/truth.csv" "an error behind rows, once"

# Time: the second 504 splits, and halves come.
reset
forget
faults '[{"match":"runHunting","query":"findings","parts":1,"times":-1,"fault":"status","status":504}]'
ask
agrees "$work/truth.csv" "504 for the whole estate"
same "$(told '[.[] | select(.query == "findings") | "\(.part + 1)/\(.parts)"] | join(" ")')" "1/1 1/1 1/2 2/2" "the second 504 splits the part"

# -- all of it fails --

# dead STATUS WHAT FAULT: no run at all, in little time, one sentence.
dead() {
	wanted=$1 what=$2 fault=$3
	shift 3
	reset
	forget
	faults "[{\"match\":\"runHunting\",\"times\":-1,$fault}]"
	# shellcheck disable=SC2086
	ask "$@"
	is "$wanted" "$what, always: no run"
	one_sentence "$what, always"
	check "$what, always: no store" test ! -e "$store"
}
dead 69 "500" '"fault":"status","status":500'
same "$(told length)" 24 "an outage ends after four parts of six tries"
dead 75 "429" '"fault":"status","status":429'
dead 69 "HTML" '"fault":"html"'
same "$(told length)" 4 "HTML ends after four tries"
dead 69 "a redirect" '"fault":"redirect"'
dead 69 "silence" '"fault":"empty"'
dead 69 "404" '"fault":"status","status":404'
dead 77 "401" '"fault":"status","status":401'
same "$(told length)" 2 "401: a new token once"
dead 77 "403" '"fault":"status","status":403'
same "$(told length)" 1 "403: once"

# -- the sign-in fails --

reset
forget
faults '[{"match":"oauth2","times":2,"fault":"status","status":503}]'
ask
agrees "$work/truth.csv" "a sign-in that fails twice"
reset
forget
faults '[{"match":"oauth2","times":-1,"fault":"redirect"}]'
ask
is 69 "a sign-in that redirects"
# The token dies in the middle and the sign-in with it: what came stays.
reset
forget
faults '[{"match":"runHunting","query":"findings","part":2,"parts":4,"times":-1,"fault":"status","status":401},
	{"match":"oauth2","times":-1,"after":1,"fault":"status","status":503}]'
# shellcheck disable=SC2086
ask $parts
is 2 "no new token in the middle: incomplete"
has "$err" 'servers, part 3 of 4' "what could not be asked is named"

# -- the census fails: no count, and that is said --

reset
forget
faults '[{"match":"runHunting","query":"census","times":-1,"fault":"status","status":500}]'
ask
is 2 "no census: incomplete"
has "$err" 'census failed' "and says so"
listed "$work/this.csv"
cmp -s "$work/this.csv" "$work/truth.csv"
verdict $? "no census: every server came all the same"
# Nor is a host said to have no other antivirus when the inventory came in part.
reset
forget
faults '[{"match":"runHunting","query":"software","part":1,"times":-1,"fault":"status","status":500}]'
# shellcheck disable=SC2086
ask $parts
is 2 "software in part: incomplete"
listed "$work/this.csv"
lacks "$work/this.csv" 'no-other-av' "software in part: nobody is said to have none"

# -- an unknown authority --

if command -v openssl >/dev/null && openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" -days 2 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null; then
	tenant --tls-cert "$work/cert.pem" --tls-key "$work/key.pem"
	forget
	ask
	is 69 "an unknown authority"
	has "$err" 'ca_file' "and how to name it"
	one_sentence "an unknown authority"
	same "$(curl -sk "$base/__log" | jq length)" 0 "an unknown authority gets no request"
	ask --set network.ca_file="$work/cert.pem"
	agrees "$work/truth.csv" "a named authority"
fi

# -- a token stays with its host --

tenant
thief_log=$work/thief
python3 -c '
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        open(sys.argv[1], "a").write(str(self.headers))
        self.send_response(200); self.end_headers()
    do_GET = do_POST
    def log_message(self, *a): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()' "$thief_log" >"$work/thief.port" &
thief=$!
for _ in $(seq 200); do [ -s "$work/thief.port" ] && break; sleep 0.05; done
check "the other host listens" test -s "$work/thief.port"
faults "[{\"match\":\"\",\"after\":2,\"times\":1,\"fault\":\"redirect\",\"location\":\"http://127.0.0.1:$(cat "$work/thief.port")/v1.0/security/runHuntingQuery\"}]"
forget
ask
agrees "$work/truth.csv" "a redirect to another host"
check "the other host was not asked" test ! -e "$thief_log"
kill "$thief"

# -- stopped by a signal: no child, no half run --

stopped() {
	signal=$1 what=$2
	shift 2
	forget
	env -i PATH=/usr/bin:/bin HOME="$work/home" ROUSE_NOW="$now" ROUSE_CLIENT_SECRET="$secret" ${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} \
		"$ROUSE" detect --config "$work/live.conf" "$@" >"$out" 2>"$err" </dev/null &
	called=$!
	tries=0
	until "$reached" || [ $((tries += 1)) -gt 100 ]; do sleep 0.05; done
	check "$what: the moment was reached" test "$tries" -le 100
	kill -s "$signal" "$called"
	wait "$called"
	status=$?
	[ "$status" -gt 128 ] || [ "$status" -eq 1 ]
	verdict $? "$what: ends"
	check "$what: no half run" test ! -e "$store"
}
asked() { [ "$(told length)" -gt 0 ]; }
reset
faults '[{"match":"runHunting","times":-1,"fault":"hang"}]'
reached=asked
stopped TERM "SIGTERM while the service is silent"
reset
faults '[{"match":"runHunting","query":"findings","times":-1,"fault":"trickle","bytes":50,"ms":20}]'
trickling() { [ "$(told length)" -gt 1 ]; }
reached=trickling
stopped TERM "SIGTERM while rows trickle"
done_here
