#!/bin/sh
# The one ticket from the console: reviewed, refused without the exact number, sent, read back, updated; hidden marks; the digest after it.
. tests/e2e/lib.sh
. tests/e2e/closing.sh

ticket=$work/home/tickets/ROUSE-0001.md
hosts_on() { sed '/^## Work notes/,$d' "$ticket" | grep -c '^| .*srv-0[0-9][0-9]\.example\.com'; }

home
start 80x24 "$ROUSE"
wait_for "[1 of 20]"
expect "a asks CMDB" "where nobody asked, the owner's cell says which key does"

# -- the review --
keys Space Space
wait_for "2 marked"
put /srv-02
keys Enter
wait_for "10 of 20 shown"
keys Space Space Space
wait_for "5 marked (2 hidden"
put T
wait_for "To send, type the number of hosts and press Enter:"
expect "Review: one ticket for 5 hosts" "the title says for how many hosts"
expect "nothing has been sent yet" "and that nothing was sent"
expect "HOSTS: 5 marked (2 of them hidden by the filter)" "marks that the filter hides are counted"
expect "srv-011            5h     2h team-sql       hidden by the filter" "and each of them is listed as such"
expect "1 with several owners" "those that are not settled stand out"
expect "Owners      team-sql 2, team-web 2" "owners are asked for first, and counted"
expect "?2 match" "a host with two owners says so"
expect "none known: a new ticket" "there is no ticket yet"
expect "[x] to Command after the ticket" "the digest comes after it"
check "nothing was written" test ! -e "$work/home/tickets/ROUSE-0001.md"

# -- only the exact number sends --
keys Enter
wait_for "Enter alone sends nothing"
put 4
wait_for "Enter:  4"
keys Enter
wait_for "Nothing was sent: 4 was typed, and the ticket is for 5 hosts."
put 55
wait_for "Enter:  55"
keys BSpace
wait_for "5 matches. Enter sends."
keys Escape
wait_gone "5 matches"
expect "Review: one ticket" "the first Esc takes the number back"
keys Escape
wait_for "Nothing was sent; the marks are kept"
wait_for "5 marked"
check "Esc leaves nothing behind" test ! -e "$work/home/tickets/ROUSE-0001.md"

# -- what would be sent --
put T
wait_for "To send, type"
put v
wait_for "The ticket as it would be sent"
expect "On 5 servers" "v shows the body"
keys Escape
wait_for "To send, type"
put r
wait_for "The request as it would go out"
expect "correlation: " "r the request"
keys Escape
wait_for "To send, type"
put t
wait_for "title (empty: as it was made):"
keys C-a C-k
put "Five odd ones"
keys Enter
wait_for "Title       Five odd ones"
put n
wait_for "note on the ticket:"
put "ask Ana first"
keys Enter
wait_for "Note        ask Ana first"
put d
wait_for "[ ] to Command"
put d
wait_for "[x] to Command"

# -- sent --
put 5
wait_for "5 matches"
keys Enter
wait_for "ROUSE-0001 created, read back: 5 hosts. Command: handed over."
wait_for "ROUSE-0001: 5 hosts"
expect "srv-020            Alpha             passive       5h team-web     ROUSE-0001" "each row says its ticket and owner"
refuse "marked" "the hosts that were sent are not marked any more"
check "the file holds the title" holds_file "$ticket" 'title: "Five odd ones"'
check "and the note" holds_file "$ticket" "ask Ana first"
same "$(hosts_on)" 5 "and the five hosts"
until_true 5 holds_file "$work/home/digest.txt" "ROUSE-0001 created"
verdict $? "the digest names the ticket"
put u
wait_for "Taken back: unmark 5 hosts on the ticket"
wait_for "5 marked (2 hidden"
keys C-r
wait_gone "5 marked"

# -- a host's page, its link --
keys Home
wait_for "[1 of 10]"
put O
wait_for "Copied file://"
keys Enter
wait_for "WHY IT IS HERE"
put /ownership
keys Enter
wait_for "OWNERSHIP"
expect "team-web" "the page of a host has its team"
expect "ROUSE-0001, open, 5 hosts" "and its ticket"
keys Escape Escape
wait_gone "OWNERSHIP"

# -- the second ticket is the first one --
put T
wait_for "To send, type"
expect "updates ROUSE-0001 (open): 7 join, 5 on it  (c new one)" "the open ticket is brought up to date"
expect "HOSTS: 12 = 10 findings shown + 2 not chosen but on the ticket already" "what was on it stays on it"
expect " + srv-023            5h     2h ?unowned       joins ROUSE-0001, new finding" "each host that comes onto it says so"
expect "   srv-020            5h     2h team-web       on ROUSE-0001" "and each that was there"
expect "not chosen, stays on ROUSE-0001" "and each that only stays"
expect "[ ] to Command after the ticket; it was posted before" "no second digest by itself"
put 12
wait_for "12 matches"
keys Enter
wait_for "ROUSE-0001 updated, read back: 12 hosts."
same "$(hosts_on)" 12 "the file holds all of them"
check "there is one file" test ! -e "$work/home/tickets/ROUSE-0002.md"
put T
wait_for "To send, type"
put 12
wait_for "12 matches"
keys Enter
wait_for "ROUSE-0001 is as it should be and stays unchanged: 12 hosts."
verdict 0 "a third time there is nothing to change"
keys q
wait_for "[ended with 0]"

# -- it cannot be sent, and then it can --
home
sed -i "s,^folder = .*,folder = $work/home/later," "$work/home/.config/rouse/config"
: >"$work/home/later"
start 160x45 "$ROUSE"
wait_for "[1 of 20]"
put T
wait_for "To send, type"
expect "HOSTS: 20 findings, all there are" "without marks it is for all findings"
put 20
wait_for "20 matches"
keys Enter
wait_for "Not sent. R tries again."
expect "NOT SENT" "what went wrong stands first"
expect "later" "with its place"
put 20
keys Enter
wait_still
expect "Not sent. R tries again." "the number alone does not try again"
rm "$work/home/later"
put R
wait_for "ROUSE-0001 created, read back: 20 hosts. Command: handed over."
check "it is there then" test -s "$work/home/later/ROUSE-0001.md"

# -- a new one though one is open; accepted hosts are left out --
put T
wait_for "To send, type"
put c
wait_for "ROUSE-0001 stays as it is; a new ticket is opened"
put c
wait_for "updates ROUSE-0001 (open)"
keys Escape
wait_gone "To send, type"
keys q
wait_for "[ended with 0]"

# -- from the page of a host: that host, unless some are marked --
home
start 80x24 "$ROUSE"
wait_for "[1 of 20]"
keys Enter
wait_for "WHY IT IS HERE"
put T
wait_for "To send, type"
expect "Review: one ticket for 1 host " "without marks it is for the host whose page is open"
expect "HOSTS: the one whose page was open, as none is marked" "and says so"
keys '?'
wait_for "Help: ticket review"
expect "enter           send, once the number of hosts is typed" "help says what Enter does there"
keys Escape
wait_gone "Help: ticket review"
keys Escape
wait_for "Nothing was sent."
keys Escape
wait_for "[1 of 20]"
keys Space
wait_for "1 marked"
keys Enter
wait_for "WHY IT IS HERE"
put T
wait_for "To send, type"
expect "HOSTS: 1 marked" "with a mark it is for the marked one"
expect "The host whose page was open is not among the marked ones." "and says that the open one is not on it"
put 1
wait_for "1 matches"
keys Enter
wait_for "ROUSE-0001 created, read back: 1 host. Command: handed over."
keys Escape
wait_for "of 20]"
put H
wait_for "Run history"
expect "ticket: ROUSE-0001 created   digest: posted" "the run history says both on a narrow screen"
keys Escape
wait_gone "Run history"
keys q
wait_for "[ended with 0]"

# -- an incomplete run is sent with the number too, and says so first --
home
findings 11 20 >"$work/home/g.csv"
cli detect --findings "$work/home/g.csv" --set scope.canary=srv-999 >"$work/out" 2>&1
start 80x24 "$ROUSE"
wait_for "INCOMPLETE"
put T
wait_for "To send, type"
expect "Warnings    The run is incomplete, so hosts may be missing:" "it is the first warning"
put 10
wait_for "10 matches"
keys Enter
wait_for "ROUSE-0001 created, read back: 10 hosts. Command: handed over."
check "the ticket says it first" sh -c "sed -n '1,/On 10/p' '$ticket' | grep -qi incomplete"

# -- keys typed before the prompt is there are thrown away --
stop
home
start 80x24 "$ROUSE"
wait_for "[1 of 20]"
mux send-keys T 2 0 Enter
wait_for "To send, type"
wait_still
expect "nothing has been sent yet" "typed ahead, nothing is sent"
check "and nothing written" test ! -e "$ticket"
keys Escape
wait_still
keys Escape
wait_gone "To send, type"

# -- an older run is not sent from --
findings 12 30 >"$work/home/g.csv"
cli detect --findings "$work/home/g.csv" --set limits.drop=100% >"$work/out" 2>&1
put T
wait_for "This is not the newest run any more"
refuse "Review:" "what is sent comes from the newest run"
keys q
wait_for "[ended with 0]"

# -- plain, without colours, in ASCII --
home
more="NO_COLOR=1"
lang=C
start 80x24 "$ROUSE" --plain-ui
wait_for "1 of 20"
put T
wait_for "To send, type the number"
put 20
wait_for "20 matches"
keys Enter
wait_for "created, read back: 20 hosts. Command: handed over."
put a
wait_for "Owners of the findings"
wait_for "11 owned by 2 teams"
check "ASCII alone" sh -c "! tmux -L $socket capture-pane -p | LC_ALL=C grep -q '[^ -~]'"
keys Escape
wait_gone "Owners of the findings"
keys q
wait_for "[ended with 0]"

# -- a service that does not answer: waiting ends when somebody says so, and what is said is true --
home
more=
lang=C.UTF-8
cat >>"$work/home/.config/rouse/config" <<END
[tickets]
kind = rt
[rt]
url = http://127.0.0.1:9
queue = General
token_command = sleep 100
END
start 80x24 "$ROUSE"
wait_for "[1 of 20]"
put T
wait_for "To send, type"
put 20
wait_for "20 matches"
keys Enter
wait_for "Sending: "
put q
wait_for "Esc stops waiting for it, then q leaves."
keys Escape
wait_for "Not sent. R tries again."
expect "Stopped before anything was written" "who stops before anything left is told so"
keys Escape
wait_for "[1 of 20]"
keys q
wait_for "[ended with 0]"
done_here
