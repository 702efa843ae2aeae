#!/bin/sh
# Owners in the console: asked when the screen opens, counted so that the sums add up, chosen where there are several, assigned by hand and taken
# back; the digest that counts them.
. tests/e2e/lib.sh
. tests/e2e/closing.sh

home
start 80x24 "$ROUSE"
wait_for "[1 of 20]"
put a
wait_for "Owners of the findings"
wait_for "20 findings: 11 owned by 2 teams, 1 without a team, 7 unknown, 1 ambiguous"
expect "The CMDB was asked about 20 hosts" "opening asks about those that nobody asked about"
expect ">  team-sql                          8       8  sql@example.com" "the largest team first, with its contact"
expect "SEVERAL TEAMS: 1" "then the hosts that need somebody"
expect "team-a (team, owners.csv:13), team-b (team, owner~" "with the records that speak for each"
same "$(in_store 'select count(*) from owner')" 20 "the answers are in the store"

# -- a choice --
keys Down Down
wait_for "srv-022.example.com: ambiguous."
keys Enter
wait_for "Who owns srv-022?"
keys Escape
wait_gone "Who owns srv-022?"
expect "1 ambiguous" "Esc chooses nothing"
keys Enter
wait_for "Who owns srv-022?"
keys Down Enter
wait_for "srv-022: team-b, chosen by hand."
wait_for "20 findings: 12 owned by 3 teams, 1 without a team, 7 unknown"
wait_for "CHOSEN BY HAND: 1"
same "$(in_store "select count(*) from owner where chosen_by <> ''")" 1 "the choice is in the store"
same "$(in_store "select count(*) from audit where action = 'owner'")" 1 "and in the audit trail"

# -- by hand, and back --
wait_for "CMDB WITHOUT TEAM: 1"
put a
wait_for "team for srv-023:"
put team-s
keys Tab
wait_for "team for srv-023: team-sql"
keys Enter
wait_for "srv-023: team-sql, chosen by hand."
wait_for "20 findings: 13 owned by 3 teams, 7 unknown"
keys End
wait_for "srv-023.example.com: owned. team-sql, by"
keys DC
wait_for "srv-023: taken back"
wait_for "12 owned by 3 teams"

# -- anew: what was chosen stays, what was taken back is asked again --
put R
wait_for "20 findings: 12 owned by 3 teams, 1 without a team, 7 unknown"
expect "CHOSEN BY HAND: 1" "a choice stays until it is taken back"

# -- a team's hosts --
keys Home
wait_for "team-sql: 8 findings"
keys Enter
wait_for "The findings of team-sql"
wait_for "[1 of 8]"
expect 'where Owner =~ "team-sql"' "by an expression that can be gone on with"
keys Escape
wait_for "[1 of 20]"

# -- on the page of a host --
put /srv-022
keys Enter
wait_for "1 of 20 shown"
keys Enter
wait_for "WHY IT IS HERE"
put /ownership
keys Enter
wait_for "chosen by "
expect "team-b  (a chooses)" "the page says who owns it"
expect "team-a (team, owners.csv:13)" "and what was chosen from"
put a
wait_for "Who owns srv-022?"
keys Home Enter
wait_for "srv-022: team-a, chosen by hand."
wait_for "team-a  (a chooses)"
keys Escape
wait_still
keys Escape
wait_gone "OWNERSHIP"
expect "team-a" "the table has it too"
keys Escape
wait_for "of 20]"

# -- the digest --
put D
wait_for "THE DIGEST"
expect "nothing has been posted yet" "reading it posts nothing"
expect "20 servers without active Defender Antivirus" "it is what would be posted"
put P
wait_for "Post the digest to Command?"
keys Enter
wait_still
expect "Post the digest to Command?" "Enter alone posts nothing"
put n
wait_for "Nothing was changed."
check "no means no" test ! -e "$work/home/digest.txt"
put P
wait_for "Post the digest to Command?"
put y
wait_for "Command: handed over."
until_true 5 holds_file "$work/home/digest.txt" "team-sql: 8; team-web: 3; team-a: 1; without an owner: 8"
verdict $? "it counts the teams"
put D
wait_for "The digest of this run was posted before."
refuse "nothing has been posted yet" "the title does not say otherwise"
keys Escape
wait_gone "THE DIGEST"
put H
wait_for "digest: posted"
verdict 0 "the run history knows"
keys Escape
wait_gone "Run history"

# -- a CMDB that cannot be read --
rm "$work/home/owners.csv"
put a
wait_for "Owners of the findings"
put R
wait_for "19 old answers stand: [csv] file:"
wait_for "is no such file; check the path."
wait_for "20 findings: 12 owned by 3 teams"
verdict 0 "what is known stays when nobody can be asked"
keys Escape
wait_gone "Owners of the findings"
keys q
wait_for "[ended with 0]"
done_here
