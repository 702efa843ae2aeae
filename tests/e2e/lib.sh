# lib.sh - drives the real program in a real terminal: a tmux server of its own for each script, an environment of its own, a frozen
# clock. It waits for text, never for time. Sourced by each script; `done_here` is its last line.
#
# What a screen or a store holds right after a key is a matter of chance: the terminal may have taken half a frame, the machine may be busy.
# So whatever should come is asked for until it is there; whatever should not be there is looked at only after something that the same
# frame, or a later one, must show. A text that stood on the screen before the key proves nothing.
#
#   start COLSxROWS COMMAND...   runs a command in a new terminal of this size; the rest works on this terminal
#   keys KEY...                  sends keys by tmux name (Enter, Escape, C-c, BTab ...); put TEXT sends text as it is
#   wait_for TEXT                until the screen holds the text; after 10 s the screen is shown and the script ends as failed
#   wait_gone TEXT               until the screen does not hold it
#   wait_run                     until the table shows a run that is read whole, so that every key may act
#   wait_still                   until the program sleeps and its screen does not change; for keys that show nothing of their own
#   screen, line N               what is on the screen (trailing blanks cut); colours: the same with escape codes
#   expect TEXT WHAT             the screen comes to hold the text; goes TEXT WHAT: it comes to hold it no more
#   refuse TEXT WHAT             the screen does not hold the text now
#   comes WANTED WHAT COMMAND... the command comes to print this; soon WHAT COMMAND...: it comes to succeed
#   same IS WANTED WHAT          two texts are equal; check WHAT COMMAND...: a command succeeds; both look once, at what changes no more
#   resize COLSxROWS, stop       stop ends the terminal, whatever runs in it
# shellcheck shell=sh
set -u
suite=$(basename "$0" .sh)
top=$(pwd)
case ${ROUSE:=./rouse} in /*) ;; *) ROUSE=$top/$ROUSE ;; esac
work=$(mktemp -d) || exit 1
socket=rouse-test-$$
starts=0
failed=0
LC_ALL=C.UTF-8
export LC_ALL

mux() { tmux -L "$socket" -f /dev/null "$@" </dev/null; }

# The program saves what it has before it goes: the next one must find that.
stop() {
	program=$(pid)
	mux kill-server 2>/dev/null
	[ -z "$program" ] || until_true 10 gone "$program" || verdict 1 "the program goes with its terminal"
}
gone() { ! kill -0 "$1" 2>/dev/null || grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null; }
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

# fresh: a new home, as of somebody who starts the program for the first time.
fresh() {
	rm -rf "$work/home"
	mkdir -p "$work/home"
}
fresh

# What the program sees; a script may change these between starts.
now=2026-11-20T07:00:00Z
term=tmux-256color
lang=C.UTF-8
more=                # further NAME=VALUE words

start() {
	size=$1
	shift
	stop
	# A server of its own each time: one that is going down may still hold its socket.
	starts=$((starts + 1))
	socket=rouse-test-$$-$starts
	# The command's end stays on the screen, and is seen as text.
	cat >"$work/start.sh" <<END
cd "$work/home" || exit 1
env -i PATH=/usr/bin:/bin HOME="$work/home" LANG="$lang" TERM="$term" ROUSE_NOW="$now" ROUSE="$ROUSE" \\
	${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} $more "\$@"
echo "[ended with \$?]"
exec sleep 600
END
	mux new-session -d -x "${size%x*}" -y "${size#*x}" \
		"$(printf "exec sh '%s'" "$work/start.sh"; for word in "$@"; do printf " '%s'" "$word"; done)" \; \
		set -g status off \; set -g default-terminal "$term" \; set -g escape-time 0 \; set -g remain-on-exit on ||
		verdict 1 "tmux starts"
	mux resize-window -x "${size%x*}" -y "${size#*x}" 2>/dev/null
}

keys() { mux send-keys "$@"; }
put() { mux send-keys -l -- "$1"; }
screen() { mux capture-pane -p 2>/dev/null; }
colours() { mux capture-pane -p -e -N 2>/dev/null; }
line() { screen | sed -n "$1p"; }
resize() { mux resize-window -x "${1%x*}" -y "${1#*x}"; }

# The process of the program itself.
pid() {
	shell=$(mux list-panes -F '#{pane_pid}' 2>/dev/null)
	[ -z "$shell" ] || pgrep -P "$shell" -x "$(basename "$ROUSE")" | head -n 1
}

verdict() {
	if [ "$1" -eq 0 ]; then
		echo "ok e2e $suite: $2"
		return 0
	fi
	failed=1
	echo "not ok e2e $suite: $2"
	screen | sed 's/^/#   |/'
	return 1
}

# until_true SECONDS COMMAND...: tries every 20 ms.
until_true() {
	rounds=$(($1 * 50))
	shift
	while ! "$@"; do
		rounds=$((rounds - 1))
		[ "$rounds" -gt 0 ] || return 1
		sleep 0.02
	done
}

# What comes after a screen that did not come would only wait in vain.
give_up() {
	verdict 1 "$1"
	exit 1
}

holds() { screen | grep -qF -e "$1"; }
holds_not() { ! holds "$1"; }
# Both looks are at one picture of the screen.
has_run() {
	screen >"$work/seen"
	grep -q '\[[0-9,]* of [0-9,]*\]' "$work/seen" && ! grep -q -e '(once loaded)' -e 'loaded so far' "$work/seen"
}
wait_run() { until_true "${1:-10}" has_run || give_up "waited for a run that is read whole"; }
wait_for() { until_true "${2:-10}" holds "$1" || give_up "waited for: $1"; }
wait_gone() { until_true "${2:-10}" holds_not "$1" || give_up "waited until gone: $1"; }
# Whether the program waits for something, or is not there at all.
asleep() {
	[ -z "$program" ] || [ ! -r "/proc/$program/stat" ] || [ "$(sed 's/^.*) //; s/ .*//' "/proc/$program/stat" 2>/dev/null)" = S ]
}
# A screen is taken for done when it stays the same for eight looks in a row, the program asleep at each: one that waits for its turn on
# a busy machine has a still screen too.
still() {
	earlier=$seen
	seen=$(screen)
	if [ "$seen" = "$earlier" ] && asleep; then
		quiet=$((quiet + 1))
	else
		quiet=0
	fi
	[ "$quiet" -ge 8 ]
}
wait_still() {
	seen=
	quiet=0
	program=$(pid)
	until_true 10 still || give_up "waited for a still screen"
}

expect() {
	until_true 10 holds "$1"
	verdict $? "$2"
}
goes() {
	until_true 10 holds_not "$1"
	verdict $? "$2"
}
refuse() {
	holds_not "$1"
	verdict $? "$2"
}
same() {
	if [ "$1" = "$2" ]; then
		verdict 0 "$3"
	else
		verdict 1 "$3"
		printf '#   is:     %s\n#   wanted: %s\n' "$1" "$2"
	fi
}
# becomes TEXT WHAT: the whole screen is this, within 10 s.
becomes() { comes "$1" "$2" screen; }
prints() {
	wanted=$1
	shift
	is=$("$@")
	[ "$is" = "$wanted" ]
}
comes() {
	wanted=$1 what=$2
	shift 2
	until_true 10 prints "$wanted" "$@" && verdict 0 "$what" && return 0
	same "$is" "$wanted" "$what"
}
soon() {
	what=$1
	shift
	until_true 10 "$@" >/dev/null 2>&1
	verdict $? "$what"
}
check() {
	what=$1
	shift
	"$@" >/dev/null 2>&1
	verdict $? "$what"
}
# -- the program without a terminal, in the same home --

store=$work/home/.local/state/rouse/rouse.db
# A value of the store; the console may be writing to it.
ask() { sqlite3 -batch -cmd '.timeout 10000' "$store" "$1" 2>&1; }
cli() {
	env -i PATH=/usr/bin:/bin HOME="$work/home" LANG=C.UTF-8 TERM=dumb ROUSE_NOW="$now" "$ROUSE" "$@" </dev/null
}

# A home with yesterday's and today's run of the generated estate: prepare [HOSTS]
prepare() {
	fresh
	mkdir -p "$(dirname "$store")"
	cli demo --hosts "${1:-400}" --store "$store" >/dev/null 2>&1 || verdict 1 "the estate is made"
}

done_here() { exit $failed; }
