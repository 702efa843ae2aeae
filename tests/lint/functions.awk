# functions.awk - the length of each function, from its opening to its closing brace. Rule: function-length. With -v list=1 it prints
# `LINES FILE:LINE NAME` of each instead, to look at.
BEGIN { FUNCTION_MAX = 60 }

FNR == 1 {
	depth = 0
	before = ""
	start = 0
}
{
	text = code($0)
	if (text ~ /^[ \t]*#/)
		next
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "{") {
			# A brace at the outermost level after a closing parenthesis opens a body; after `=` or a tag it is data.
			if (depth == 0 && before ~ /\)[ \t]*$/ && before !~ /=/) {
				start = FNR
				name = before
				sub(/\(.*$/, "", name)
				sub(/^.*[ \t*]/, "", name)
			}
			depth++
		} else if (c == "}") {
			depth--
			if (depth == 0 && start) {
				lines = FNR - start + 1
				if (list)
					printf "%d %s:%d %s\n", lines, FILENAME, start, name
				else if (lines > FUNCTION_MAX)
					report("function-length", name "() has " lines " lines; at most " FUNCTION_MAX)
				start = 0
			}
			if (depth == 0)
				before = ""
		} else if (depth == 0)
			before = (c == ";") ? "" : before c
	}
	if (depth == 0)
		before = before " "
}

END { exit found }
