#!/bin/sh
# Secrets: whichever way the client's secret comes, neither it nor a token is found in what rouse prints, logs, stores, hands to its children
# or leaves in a core dump; not even when the service repeats them in its complaints. TLS is really checked.
. tests/headless/lib.sh
. tests/headless/live.sh

for tool in python3 openssl; do
	command -v "$tool" >/dev/null || { echo "ok headless $suite: left out, $tool is not there"; exit 0; }
done

pid=
echo_pid=
proxies=
stop_all() {
	for one in $pid $echo_pid; do kill "$one" 2>/dev/null && wait "$one" 2>/dev/null; done
	tenant_stop
	rm -rf "$work"
}
trap stop_all EXIT

# -- the ways of giving it --

secret_file=$work/secret
(umask 077 && printf '%s\n' "$secret" >"$secret_file")
# Says what a child of rouse can see before it gives the secret.
cat >"$work/give" <<END
#!/bin/sh
tr '\\0' '\\n' </proc/\$\$/environ >"$work/child.environ"
tr '\\0' ' ' </proc/\$\$/cmdline >"$work/child.cmdline"
ls -l /proc/\$\$/fd >"$work/child.fds"
(exec </dev/tty) 2>/dev/null && echo yes >"$work/child.tty"
cat "$secret_file"
END
chmod 755 "$work/give"

# way NAME: the configuration, and the variable for the next calls.
way() {
	given=
	become=
	case $1 in
	environment) configure; given=ROUSE_CLIENT_SECRET=$secret ;;
	file) configure "client_secret_file = $secret_file" ;;
	command) configure "client_secret_command = $work/give" ;;
	esac
}

call() {
	# shellcheck disable=SC2086 # a list of assignments
	${become:-} env -i PATH=/usr/bin:/bin HOME="$work/home" LANG=C.UTF-8 TERM=dumb ROUSE_NOW="$now" ROUSE_HURRY=100 ROUSE_TEST_MARK=not-handed-on \
		${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} ${UBSAN_OPTIONS:+UBSAN_OPTIONS="$UBSAN_OPTIONS"} ${given:+"$given"} $proxies \
		"$ROUSE" "$@" --config "$work/live.conf" --debug
}

try() {
	call "$@" >"$out" 2>"$err" </dev/null
	status=$?
	if grep -q -e 'ERROR: AddressSanitizer' -e 'ERROR: LeakSanitizer' -e 'runtime error:' "$err"; then
		verdict 1 "no sanitizer report from: rouse $*"
	fi
}

# clean WHAT FILE...: the secret, as it is and as in a form, and no token: of the stand-in (JWT) or of the server below.
clean() {
	what=$1
	shift
	for file in "$@"; do
		[ -e "$file" ] || continue
		if tr '\0' '\n' <"$file" 2>/dev/null | grep -aqE -e 'right-secret(~|%7E)1|eyJ[A-Za-z0-9_-]{20}|opaque-token-of-the-echo|assertion-of'; then
			verdict 1 "no secret in $(basename "$file"): $what"
			return
		fi
	done
	verdict 0 "no secret in what is left behind: $what"
}
left_behind() { clean "$1" "$out" "$err" "$store" "$store-wal" "$store-journal" "$work/child.environ" "$work/child.cmdline"; }

# The search itself must find something.
printf 'x right-secret~1 y' >"$work/found"
if clean quiet "$work/found" >/dev/null; then verdict 1 "the search finds a secret"; else failed=0; verdict 0 "the search finds a secret"; fi

# -- against the stand-in --

devices=300
tenant
for name in environment file command; do
	forget
	way "$name"
	try detect
	is 0 "detect, secret from the $name"
	has "$err" "debug" "the log speaks: $name"
	left_behind "detect, $name"
	try doctor
	has "$err" "a token by secret" "doctor signs in: $name"
	left_behind "doctor, $name"
	for rest in list kql; do
		try "$rest"
		left_behind "$rest, $name"
	done
	reset
done
lacks "$work/child.environ" not-handed-on "a command gets nothing that begins with ROUSE_"
check "the command said what it can see" test -s "$work/child.environ" -a -s "$work/child.fds"
lacks "$work/child.fds" socket: "a command gets no connection"
check "a command gets no terminal" test ! -e "$work/child.tty"
tenant_stop

# -- a server that repeats what it is asked with --

cat >"$work/echo.py" <<'END'
import http.server, json, os, sys, threading, time
work = sys.argv[1]
class Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def log_message(self, *rest): pass
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('content-length', 0))).decode()
        mode = open(work + '/mode').read().strip()
        login = '/oauth2/' in self.path
        part, _, number = mode.partition(' ')
        if login and part != 'login':
            return self.give(200, {'access_token': 'opaque-token-of-the-echo', 'token_type': 'Bearer', 'expires_in': 3600})
        if part == 'hang':
            open(work + '/hangs', 'w').close()
            time.sleep(20)
        said = 'AADSTS7000299: ' + ('right-secret~1 ' if login else '') + body + ' ' + str(self.headers.get('authorization'))
        self.give(int(number or 500), {'error': 'bad right-secret~1', 'error_description': said} if login
                  else {'error': {'code': 'Unknown', 'message': said, 'innerError': {'message': said}}})
    do_GET = do_POST
    def give(self, status, what):
        text = json.dumps(what).encode()
        self.send_response(status)
        self.send_header('retry-after', '1')
        self.send_header('content-type', 'application/json')
        self.send_header('content-length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Echo)
print('http://127.0.0.1:%d' % server.server_port, flush=True)
server.serve_forever()
END
rm -f "$work/address"
mkfifo "$work/address"
echo hang >"$work/mode"
python3 "$work/echo.py" "$work" >"$work/address" 2>"$work/echo.err" &
echo_pid=$!
read -r base <"$work/address"

for mode in 'login 400' 'login 401' 'login 500' 'query 400' 'query 401' 'query 403' 'query 500'; do
	echo "$mode" >"$work/mode"
	ways='environment file command'
	case $mode in *500) ways=file ;; esac   # each is asked six times
	for name in $ways; do
		forget
		way "$name"
		try detect
		check "detect fails: $mode, $name" test "$status" -ne 0
		left_behind "detect, $mode, $name"
	done
	case $mode in *500) continue ;; esac
	try doctor
	left_behind "doctor, $mode"
done

# -- while it runs: what others see of the process, and its core dump --

# until_there FILE: up to ten seconds.
until_there() {
	for _ in $(seq 100); do
		[ -e "$1" ] && return 0
		sleep 0.1
	done
	return 1
}

# dumps: how many core dumps there are.
dumps() { find "$work/cores" -type f | wc -l; }

mkdir "$work/cores"
# shellcheck disable=SC3045 # every shell here has it
(cd "$work/cores" && ulimit -c unlimited && exec sh -c 'kill -ABRT $$') 2>/dev/null
if [ "$(dumps)" -eq 0 ]; then
	echo "ok headless $suite: core dumps go nowhere here, or to a program: not looked at"
fi
rm -f "$work"/cores/*

echo hang >"$work/mode"
for name in environment file command; do
	rm -f "$work/hangs"
	forget
	way "$name"
	# shellcheck disable=SC3045
	(cd "$work/cores" && ulimit -c unlimited && become=exec && call detect) >"$out" 2>"$err" </dev/null &
	pid=$!
	until_there "$work/hangs"
	verdict $? "the query hangs: $name"
	for one in "$pid" $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
		cat "/proc/$one/environ" >>"$work/environ" 2>/dev/null
		cat "/proc/$one/cmdline" >>"$work/cmdline" 2>/dev/null
	done
	has "$work/cmdline" detect "it is rouse that is looked at: $name"
	clean "the process, $name" "$work/environ" "$work/cmdline"
	kill -ABRT "$pid"
	wait "$pid" 2>/dev/null
	pid=
	same "$(dumps)" 0 "no core dump: $name"
	left_behind "detect, killed, $name"
done

# -- a command that hangs goes with rouse --

configure "client_secret_command = echo \$\$ > '$work/sleeper'; exec sleep 60"
given=
(become=exec && call detect) >"$out" 2>"$err" </dev/null &
pid=$!
until_there "$work/sleeper"
verdict $? "the command runs"
sleeper=$(cat "$work/sleeper")
kill -TERM "$pid"
wait "$pid" 2>/dev/null
pid=
gone() { for _ in $(seq 50); do kill -0 "$sleeper" 2>/dev/null || return 0; sleep 0.1; done; return 1; }
check "it does not outlive rouse" gone
kill "$echo_pid" && wait "$echo_pid" 2>/dev/null
echo_pid=

# -- TLS --

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/tls.key" -out "$work/tls.pem" -days 30 -subj /CN=localhost \
	-addext subjectAltName=IP:127.0.0.1,DNS:localhost >/dev/null 2>&1
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/other.key" -out "$work/other.pem" -days 30 -subj /CN=localhost >/dev/null 2>&1
tenant --tls "$work/tls.pem" "$work/tls.key"
forget
way environment
try detect
is 69 "a server that nobody vouches for is refused"
has "$err" "could not prove who it is" "and said so"
has "$err" "[network] ca_file" "with the mend"
left_behind "detect, unknown authority"
printf '[network]\nca_file = %s\n' "$work/other.pem" >>"$work/live.conf"
try detect
is 69 "another authority vouches for nothing"
way environment
printf '[network]\nca_file = %s\n' "$work/tls.pem" >>"$work/live.conf"
try detect
is 0 "with its authority in ca_file it is asked"
left_behind "detect over TLS"

# -- proxies: plain http stays on this machine, whatever the environment says --

proxies='http_proxy=http://127.0.0.1:9 HTTP_PROXY=http://127.0.0.1:9 all_proxy=http://127.0.0.1:9 ALL_PROXY=http://127.0.0.1:9'
tenant
forget
way environment
try detect
is 0 "loopback is never asked through a proxy"

# -- libraries that are not there: a name that loads nothing stands in their place --

mkdir "$work/none"
for library in libcurl.so.4 libcurl-gnutls.so.4; do echo no >"$work/none/$library"; done
proxies="LD_LIBRARY_PATH=$work/none"
try detect
is 69 "without libcurl"
has "$err" "install the package libcurl4" "the package is named"
try kql
is 0 "kql needs no network library"
rm -f "$work/none"/*
for library in libcrypto.so.3 libcrypto.so.1.1; do echo no >"$work/none/$library"; done
(umask 077 && cat "$work/tls.key" "$work/tls.pem" >"$work/app.pem")
configure "sign_in = certificate" "certificate = $work/app.pem"
try detect
is 69 "without libcrypto"
has "$err" "install the package lib" "the package is named again"
done_here
