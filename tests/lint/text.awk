# text.awk - how a file is written. Rules: file-length, long-line, trailing-blank, todo, guard, first-comment, banned, typedef, state, gnu.
BEGIN {
	FILE_MAX = 400
	LINE_MAX = 144   # columns, with a tab of 8
	# Unsafe, not reentrant, or not for a program that must not stall.
	banned = "sprintf vsprintf strcpy stpcpy strcat strncpy strncat gets strtok atoi atol atoll atof system popen rand srand random " \
		"alloca signal setjmp longjmp tmpnam mktemp gmtime localtime asctime ctime sleep usleep scanf"
	count = split(banned, ban, " ")
}

function finish() {
	if (last != "" && ours && lines > FILE_MAX)
		printf "%s:%d: file-length: %d lines; at most %d, split it by purpose\n", last, lines, lines, FILE_MAX
	if (last != "" && ours && lines > FILE_MAX)
		found = 1
}

FNR == 1 {
	finish()
	last = FILENAME
	ours = FILENAME ~ /(^|\/)(core|tui)\//
	depth = 0
	header = FILENAME ~ /\.h$/
	if (header && $0 !~ /^\/\* [A-Za-z]/)
		report("first-comment", "a header opens with a comment that says what it is for")
	guarded = 0
}
{ lines = FNR }

/[ \t\r]$/ { report("trailing-blank", "a line ends in a blank") }

/(^|[^A-Za-z0-9_])(TODO|FIXME|XXX|HACK)([^A-Za-z0-9_]|$)/ { report("todo", "a note to oneself; do it, or file an issue") }

{
	wide = $0
	gsub(/\t/, "        ", wide)
	gsub(/[\200-\277]/, "", wide)
	if (ours && length(wide) > LINE_MAX)
		report("long-line", length(wide) " columns; at most " LINE_MAX)

	text = code($0)
	if (text ~ /^[ \t]*typedef[ \t]+(struct|union|enum)/)
		report("typedef", "a struct keeps its name; no typedef")
	if (ours && FILENAME !~ /base\/bytes\.c$/ && text ~ /_GNU_SOURCE/)
		report("gnu", "_GNU_SOURCE is for core/base/bytes.c alone")

	if (text ~ /\(/)
		for (i = 1; i <= count; i++)
			if (index(text, ban[i]) && text ~ ("(^|[^A-Za-z0-9_.>])" ban[i] "[ \t]*\\(") &&
			    !(ban[i] == "signal" && text ~ /SIG_(IGN|DFL)/))
				report("banned", ban[i] "() is not used here")

	# State that outlives a call: a static or a global that is not const. The signal pipe and the log are the two exceptions, and say so
	# with a comment `lint: state` on the line.
	if (ours && $0 !~ /lint: state/ && text !~ /(^|[^A-Za-z_])const([^A-Za-z_]|$)/) {
		if (text ~ /^[ \t]*static[ \t]/ && (text ~ /[;=]/) && text !~ /^[^=]*\(/)
			report("state", "a static that is not const; keep state in a struct that the caller owns")
		else if (depth == 0 && text ~ /^[a-z][A-Za-z0-9_ *]*[ *][a-z][a-z0-9_]*(\[[^]]*\])*[ \t]*(=|;)/ &&
		         text !~ /^(extern|struct [a-z0-9_]+;|enum [a-z0-9_]+;|union [a-z0-9_]+;|static|typedef|return|goto)/)
			report("state", "a global that is not const; keep state in a struct that the caller owns")
	}
	opened = gsub(/\{/, "{", text)
	closed = gsub(/\}/, "}", text)
	depth += opened - closed

	if (header && !guarded && text ~ /[^ \t]/) {
		if (text !~ /^#ifndef [A-Z0-9_]+_H$/)
			report("guard", "a header opens with its include guard")
		guarded = 1
	}
}

END { finish(); exit found }
