# code.awk - for the rules: code(line) is a line of C without its comments, strings and character constants. Call it once a line, in
# order; `in_comment` is remembered between lines and is reset at the start of a file. String contents become nothing, the quotes stay.

function report(rule, sentence) {
	printf "%s:%d: %s: %s\n", FILENAME, FNR, rule, sentence
	found = 1
}

function code(line,    out, i, c, two, quote) {
	if (FNR == 1)
		in_comment = 0
	out = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		two = substr(line, i, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\")
				i++
			else if (c == quote) {
				quote = ""
				out = out c
			}
		} else if (two == "/*") {
			in_comment = 1
			i++
		} else if (two == "//")
			break
		else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
	}
	return out
}
