# comments.awk - the share of comment lines, as a figure.
{
	if ($0 ~ /^[ \t]*$/)
		next
	before = in_comment
	text = code($0)
	total++
	files[FILENAME]
	if (text !~ /[^ \t]/ || (before && !in_comment && text !~ /[^ \t]/))
		full++
	else if (length(text) < length($0) && $0 ~ /\/\*/)
		part++
}
END {
	for (f in files)
		n++
	if (total)
		printf "%d files, %d lines, comments alone on %.1f %% of lines, beside code on %.1f %% more\n", n, total, 100 * full / total, 100 * part / total
}
