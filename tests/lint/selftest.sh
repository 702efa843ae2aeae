#!/bin/sh
# Shows that every rule of the lint refuses a bad sample, and that a good tree passes. Each sample is one file in a small tree of its own.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 1
tree=$(mktemp -d)/tree || exit 1
trap 'rm -rf "${tree%/tree}"' EXIT
failed=0

# Starts a tree with one good file, and leaves a new sample to stdin.
sample() {
	rm -rf "$tree"
	mkdir -p "$tree/$(dirname "$1")" "$tree/core/base"
	cat >"$tree/core/base/good.h" <<'END'
/* good.h - a header as it should be; "// not a comment", and int x; in prose is none either. */
#ifndef ROUSE_GOOD_H
#define ROUSE_GOOD_H

#include <stddef.h>

struct good {
	int field;      /* a field is no global */
};

extern const struct good goods[];
int good_atoi(const char *text);   /* a name that ends in a banned one */

#endif
END
	cat >"$tree/core/base/good.c" <<'END'
/* good.c - sprintf( in a comment or a string is only text. */
#include "core/base/good.h"

const struct good goods[] = { { 1 }, { 2 } };

static const char *const names[] = { "system(x)", "\" strcpy(" };

static int length(const char *text)
{
	int n = 0;
	while (text[n] != '{')
		n++;
	return n;
}

int good_atoi(const char *text)
{
	return names[0] == text ? 0 : length(text);
}
END
	cat >"$tree/$1"
}

# expect RULE FILE: the lint of the tree fails and names the rule in that file; RULE `none`: it passes.
expect() {
	said=$(sh "$here/lint.sh" "$tree")
	status=$?
	wanted=0
	[ "$1" = none ] || wanted=$(echo "$said" | grep -Eq "^$2:[0-9]+: $1: [a-z_<A-Z0-9]" && echo 1 || echo unseen)
	if [ "$status" = "$wanted" ]; then
		echo "ok lint self-test: $1 in $2"
	else
		echo "not ok lint self-test: $1 in $2"
		echo "$said" | sed 's/^/# /'
		failed=1
	fi
}

# bad RULE FILE LINE...: a file that opens well and then holds the lines.
bad() {
	rule=$1
	file=$2
	shift 2
	{
		echo "/* ${file##*/} - a sample. */"
		printf '%s\n' "$@"
	} | sample "$file"
	expect "$rule" "$file"
}

echo 'nothing' | sample README.md
expect none README.md

bad layer core/base/a.c '#include "core/model/run.h"'
bad layer core/model/a.c '#include "core/io/csv.h"'
bad layer core/io/a.c '#include "core/sources/source.h"'
bad layer core/session/a.c '#include "core/headless/cli.h"'
bad layer core/headless/a.c '	#  include "tui/draw.h"'
bad layer core/base/a.c '#include "error.h"'
bad layer core/attic/a.c '#include "core/base/error.h"'
bad none core/io/a.c '#include "core/base/error.h"' '#include "core/model/run.h"' '#include "core/io/csv.h"'
bad none tests/unit/test_a.c '#include "tui/draw.h"' '#include <sqlite3.h>'
bad library core/base/a.c '#include <curses.h>'
bad library tui/screen_a.c '#include <ncursesw/curses.h>'
bad library tui/screen_a.c '#include <ncurses.h>'
bad none tui/draw.c '#include <curses.h>'
bad library core/io/store.c '#include <csv.h>'
bad library core/model/a.c '#include <sqlite3.h>'
bad library core/io/csv.c '#include <cJSON.h>'
bad library core/io/csv.c '#include <cjson/cJSON.h>'
bad library core/io/csv.c '#include <ini.h>'
bad library core/io/csv.c '#include <utf8proc.h>'
bad library core/model/expr_text.c '#include <pcre2.h>'

for call in sprintf vsprintf strcpy strcat strncpy gets strtok atoi atof system rand alloca signal gmtime sleep; do
	bad banned core/base/a.c "int a(void) { return (int)$call(x); }"
done
bad none core/base/a.c 'int a(void) { return my_strcpy(x) + item->system(x) + snprintf(x); }'
bad none core/base/a.c 'int a(void) { return signal(SIGPIPE, SIG_IGN) == SIG_ERR; }'
bad typedef core/base/a.c 'typedef struct thing { int a; } thing;'
bad gnu core/base/a.c '#define _GNU_SOURCE'
bad trailing-blank core/base/a.c 'int a;	 '
bad todo tests/unit/test_a.c '/* TODO: later */'
bad todo core/base/a.c 'int a(void); /* FIXME */'
bad state core/base/a.c 'static int counter;'
bad state core/base/a.c 'int counter = 1;'
bad state core/base/a.c 'static struct thing things[3] = { 0 };'
bad state core/base/a.c 'int a(void)' '{' '	static char buffer[20];' '	return 0;' '}'
bad none core/base/a.c 'static const int limit = 3;' 'struct thing;' 'static int a(void);' 'int b(void)' '{' '	int c = 1;' '	return c;' '}'
bad long-line core/base/a.c "/* $(printf '%0144d' 0) */"
bad guard core/base/a.h '#include <stddef.h>'
bad guard core/base/a.h '#pragma once'

printf "#ifndef A_H\n" | sample core/base/a.h
expect first-comment core/base/a.h

{ echo '/* a.c - a sample. */'; yes '/* a line */' | head -n 400; } | sample core/base/a.c
expect file-length core/base/a.c
{ echo '/* a.c - a sample. */'; yes '/* a line */' | head -n 399; } | sample core/base/a.c
expect none core/base/a.c

{ echo '/* a.c - a sample. */'; echo 'int a(int b)'; echo '{'; yes '	b++;' | head -n 59; echo '}'; } | sample tui/a.c
expect function-length tui/a.c
{ echo '/* a.c - a sample. */'; echo 'int a(int b)'; echo '{'; yes '	b++;' | head -n 58; echo '}'; } | sample tui/a.c
expect none tui/a.c
{ echo '/* a.c - a sample. */'; echo 'const int t[] = {'; yes '	1,' | head -n 80; echo '};'; } | sample tui/a.c
expect none tui/a.c

printf 'all q quit \n' | sample keymaps/a.keys
expect trailing-blank keymaps/a.keys
exit $failed
