# embed.awk - turns keymap files into C, one string a file: awk -f embed.awk a.keys b.keys > keymaps_builtin.c
# The form of the table is documented in tui/keymap.h.
BEGIN {
	print "/* Made by keymaps/embed.awk. */"
	print "#include \"tui/keymap.h\""
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\"   /* whole files as strings */"
	print "const struct builtin_keymap builtin_keymaps[] = {"
}
FNR == 1 {
	if (NR > 1)
		print "\t},"
	name = FILENAME
	sub(/^.*\//, "", name)
	sub(/\.keys$/, "", name)
	printf "\t{ \"%s\",\n", name
	files++
}
{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	gsub(/\t/, "\\t")
	gsub(/\?\?/, "?\\?")   # no trigraph
	printf "\t\t\"%s\\n\"\n", $0
}
END {
	if (files)
		print "\t},"
	print "\t{ NULL, NULL }"
	print "};"
}
