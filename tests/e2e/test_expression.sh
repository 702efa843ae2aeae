#!/bin/sh
# Expressions in the console: narrowing while typed, faults, completion, history over a restart, saved filters, the case guard, undo, a judging
# that takes long, accepted findings.
. tests/e2e/lib.sh

prepare 400
start 80x24 "$ROUSE"
wait_run
expect "0 Findings 77" "the findings are there"

# -- typing --

put f
wait_for " where"
put 'MachineGroup in ("Win-Servers-Prod") and Sign'
wait_for "At 42: there is no column Sign"
expect "25 of 77 shown" "the rows are those of the part that is whole"
put 'atureAge > 7d'
wait_for "7 of 77 shown"
goes "At 42" "the hint goes when the text is whole"
keys Enter
wait_for "space mark"
expect 'where MachineGroup in ("Win-Servers-Prod") and SignatureAge > 7d' "the filter line holds the expression"
expect "7 of 77 shown" "and how many rows it shows"

# Words narrow it further; Esc takes words, then the expression.
put /srv-fs
wait_for "2 of 77 shown"
keys Enter
wait_for "space mark"
expect " / srv-fs  where MachineGroup" "words and expression stand side by side"
keys Escape
wait_for "7 of 77 shown"
keys Escape
wait_gone "of 77 shown"
goes "where MachineGroup" "Esc takes the expression away"
put u
wait_for "7 of 77 shown"
verdict 0 "undo brings it back"
put '\'
wait_gone "of 77 shown"
verdict 0 "clear-filter takes it away"

# Enter on a wrong text keeps the prompt, with the cursor where it goes wrong.
put f
wait_for " where"
put 'Verdict = "passive"'
keys Enter
wait_for "At 9: equality is written =="
expect 'where Verdict = "passive"' "the prompt stays open"
put '='
wait_for "46 of 77 shown"
verdict 0 "typing goes on at the fault"
keys Escape
wait_gone "of 77 shown"
verdict 0 "Esc takes back what was typed"

# -- completion --

put f
wait_for " where"
put Mach
keys Tab
wait_for "where MachineGroup "
put 'in ("'
keys Tab
wait_for '"Win-Servers-Prod" '
expect '"SQL-Cluster" ' "values come with counts"
put SQL
keys Tab
wait_for 'in ("SQL-Cluster"'
put ')'
wait_for "of 77 shown"
keys Enter
wait_for "space mark"
expect 'where MachineGroup in ("SQL-Cluster" )' "a completed expression holds"

# -- the case guard --

put f
wait_for " where"
keys C-u
put 'MachineGroup == "win-servers-prod"'
keys Enter
wait_for "== hides 29 rows by letter case (as Win-Servers-Prod); C shows them"
before=$(line 3)
put C
wait_for "Rewritten: 29 more rows are shown"
expect 'where tolower(MachineGroup) == "win-servers-prod"' "the expression is rewritten"
goes "hides" "and hides nothing more"
put u
wait_for "hides 29 rows"
comes "$before" "undo takes the rewriting back" line 3
resize 120x30
wait_for "== hides 29 rows that differ by letter case only (as Win-Servers-Prod); C shows them"
verdict 0 "where there is room the whole sentence stands"
resize 80x24
wait_for "by letter case (as"

# -- rows without a value --

missing=$(cli list --where 'isnull(SignatureAge)' --format csv --columns DeviceId 2>/dev/null | tail -n +2 | wc -l | tr -d ' ')
put f
wait_for " where"
keys C-u
put 'SignatureAge > 7d'
keys Enter
wait_for "$missing rows have no SignatureAge; or isnull(SignatureAge) shows them"
refuse "neither" "on a narrow screen in few words"
resize 160x30
wait_for "$missing rows have no SignatureAge, so the expression neither takes nor refuses them; or isnull(SignatureAge) shows them"
verdict 0 "where there is room in full"
put f
wait_for " where"
keys End
put ' or isnull(SignatureAge)'
keys Enter
wait_for "space mark"
goes "have no SignatureAge" "with what it says, none is left"
resize 80x24
put f
wait_for " where"
keys C-u
put 'MachineGroup == "win-servers-prod" or SignatureAge > 900d'
keys Enter
wait_for "== hides 29 rows by letter case; C shows them | $missing rows are null"
verdict 0 "the case guard goes first and leaves room for it"
put f
wait_for " where"
keys C-u
put 'MachineGroup == "win-servers-prod"'
keys Enter
wait_for "== hides 29 rows by letter case (as"

# -- saved filters --

put v
wait_for "No filter is saved yet"
put F
wait_for "save the expression as @"
put 'two words'
keys Enter
wait_for "is no name for a filter"
keys C-u
put prod
keys Enter
wait_for "Saved as @prod."
expect "where @prod: MachineGroup ==" "the filter line names it"
put '\'
wait_gone "@prod"
put f
wait_for " where"
put @pr
keys Tab
wait_for "where @prod"
keys Enter
wait_for "where @prod: MachineGroup =="
verdict 0 "@NAME in the prompt stands for it"
put f
wait_for " where"
keys C-u
put 'Verdict == "unknown"'
keys Enter
wait_for "space mark"
goes "@prod" "another expression has no name"
put F
wait_for "save the expression as @"
put prod
keys Enter
wait_for "There is another filter @prod. Replace it?"
put n
wait_for "Nothing was changed."
put v
wait_for "Saved filters"
keys Enter
wait_for "where @prod: MachineGroup =="
verdict 0 "Enter in the picker shows its rows"
cli list --where "@prod" --format csv --columns DeviceId >"$work/prod" 2>/dev/null
shown() { line 3 | sed 's/.* \([0-9]*\) of 77 shown.*/\1/'; }
comes "$(($(wc -l <"$work/prod") - 1))" "--where @NAME selects the same rows" shown

# -- over a restart --

put q
wait_for "[ended with 0]"
start 80x24 "$ROUSE"
wait_for "Filter of the last session restored, Esc clears it: @prod"
expect "where @prod: MachineGroup ==" "the expression is back, and its name"
put f
wait_for " where"
keys C-u Up
wait_for 'where Verdict == "unknown"'
keys Escape
wait_for "where @prod:"
verdict 0 "the history is back too"
put v
wait_for "Saved filters"
keys DC
wait_for "Forget the filter @prod?"
put y
wait_for "The filter @prod is forgotten."
goes "Saved filters" "the picker closes with its last filter"
put q
wait_for "[ended with 0]"

# -- from the command line --

start 80x24 "$ROUSE" --where 'Verdict == "unknown"'
wait_for 'where Verdict == "unknown"'
expect "9 of 77 shown" "--where opens the console with an expression"
put q
wait_for "[ended with 0]"
start 80x24 "$ROUSE" --where 'Verdict = 1'
wait_for "[ended with 64]"
expect "character 9" "a wrong one is said on the terminal as it was"
start 80x24 "$ROUSE" demo --hosts 400 --where 'SignatureAge > 7d'
wait_for "where SignatureAge > 7d"
put q
wait_for "[ended with 0]"

# -- accepted findings --

cli accept srv-fs-000090.muc.corp.example.com --until 2026-12-20 --reason 'protected otherwise' --by mk >/dev/null
start 80x24 "$ROUSE" --where 'MachineGroup == "Win-Servers-Prod"'
wait_for "5 Accepted 1"
expect "0 Findings 76" "the tabs add up"
expect "24 of 76 shown" "an accepted finding is left out"
put 5
wait_for "1 of 1 shown"
expect "srv-fs-000090" "and stands in its tab"
put q
wait_for "[ended with 0]"

# -- a judging that takes long --

fresh
mkdir -p "$(dirname "$store")"
cli demo --hosts 100k --store "$store" >/dev/null 2>&1
start 80x24 "$ROUSE"
wait_run 60
put 9
put f
wait_for " where"
put 'AdditionalFields.AvScanType == "x" or AdditionalFields.AvMode == "2"'
keys Enter
wait_for "judging: "
keys Down Escape
wait_for "Stopped; the expression was taken back."
expect "[2 of" "keys are taken while rows are judged"
goes "where AdditionalFields" "a judging can be stopped"
put u
wait_for "where AdditionalFields"
wait_gone "judging" 60
expect "shown" "and done again it comes to an end"
put q
wait_for "[ended with 0]"

done_here
