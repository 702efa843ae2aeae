#!/bin/sh
# Lines run by the tests, a line for each file and the sum: tests/cover.sh BUILD, after a build with --coverage was run.
set -u
build=$1
find "$build" -name '*.gcda' -path '*/core/*' -o -name '*.gcda' -path '*/tui/*' | sort | while read -r data; do
	gcov -n "$data" 2>/dev/null
done | awk '
	/^File / { file = $2; gsub(/\047/, "", file) }
	/^Lines executed/ {
		split($0, part, /[:% ]+/)
		percent = part[3]; lines = $NF
		if (file ~ /^(core|tui)\/.*\.c$/ && !(file in seen)) {
			seen[file] = 1
			printf "%6.1f %%  of %4d  %s\n", percent, lines, file
			run += percent * lines / 100; all += lines
		}
	}
	END { if (all) printf "%6.1f %%  of %4d  in all\n", 100 * run / all, all; else { print "no figures; was anything built with --coverage?"; exit 1 } }'
