# confusables_embed.awk - turns confusables.data into C: awk -f confusables_embed.awk confusables.data > confusables_builtin.c
# The form of the tables is documented in core/model/confusables.h.
BEGIN {
	print "/* Made by core/model/confusables_embed.awk. */"
	print "#include \"core/model/confusables.h\""
	print "const struct confusable confusables[] = {"
	used = 1   # place 0 of the pool would read like a code point
}
/^#/ { next }
{
	for (i = 1; i <= NF; i++) {
		split($i, pair, "=")
		n = split(pair[2], to, "+")
		if (n == 1) {
			printf "\t{ 0x%s, 0x%s },\n", pair[1], to[1]
		} else {
			printf "\t{ 0x%s, -%d },\n", pair[1], used
			for (k = 1; k <= n; k++)
				pool = pool "0x" to[k] ", "
			pool = pool "0,\n\t"
			used += n + 1
		}
		entries++
	}
}
END {
	print "};"
	print "const size_t confusable_count = " entries ";"
	print "const int32_t confusable_pool[] = {\n\t0,\n\t" pool "\n};"
}
