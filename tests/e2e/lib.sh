# lib.sh - drives the real program in a real terminal: a tmux server of its own for each script, an environment of its own, a frozen
# clock. It waits for text, never for time. Sourced by each script; `done_here` is its last line.
#
#   start COLSxROWS COMMAND...   runs a command in a new terminal of this size; the rest works on this terminal
#   keys KEY...                  sends keys by tmux name (Enter, Escape, C-c, BTab ...); put TEXT sends text as it is
#   wait_for TEXT                until the screen holds the text; after 10 s the screen is shown and the script ends as failed
#   wait_gone TEXT               until the screen does not hold it; wait_still until it does not change any more
#   screen, line N               what is on the screen (trailing blanks cut); colours: the same with escape codes
#   expect TEXT WHAT             the screen holds the text now; refuse TEXT WHAT: it does not
#   same IS WANTED WHAT          two texts are equal; check WHAT COMMAND...: a command succeeds
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

stop() { mux kill-server 2>/dev/null; }
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
pid() { pgrep -P "$(mux list-panes -F '#{pane_pid}')" -x "$(basename "$ROUSE")" | head -n 1; }

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
wait_for() { until_true "${2:-10}" holds "$1" || give_up "waited for: $1"; }
wait_gone() { until_true "${2:-10}" holds_not "$1" || give_up "waited until gone: $1"; }
# A screen is taken for done when it stays the same for 160 ms.
still() {
	earlier=$seen
	seen=$(screen)
	if [ "$seen" = "$earlier" ]; then
		quiet=$((quiet + 1))
	else
		quiet=0
	fi
	[ "$quiet" -ge 8 ]
}
wait_still() {
	seen=
	quiet=0
	until_true 10 still || give_up "waited for a still screen"
}

expect() {
	holds "$1"
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
# becomes TEXT WHAT: the whole screen is this, within 5 s.
is_screen() { [ "$(screen)" = "$1" ]; }
becomes() {
	until_true 5 is_screen "$1"
	verdict $? "$2"
}
check() {
	what=$1
	shift
	"$@" >/dev/null 2>&1
	verdict $? "$what"
}
# -- the program without a terminal, in the same home --

store=$work/home/.local/state/rouse/rouse.db
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
