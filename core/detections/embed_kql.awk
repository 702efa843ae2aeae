# embed_kql.awk - turns queries into C, one string a file: awk -f embed_kql.awk a.kql b.kql > detections_builtin.c
# Lines that are a comment alone stay behind: they are for the reader of the file, and a service has a limit for the length of a query.
# A comment behind code would end up in the query, so it ends the build. The form of the table is documented in core/sources/detections.h.
BEGIN {
	print "/* Made by core/detections/embed_kql.awk. */"
	print "#include \"core/sources/detections.h\""
	print "#include <stddef.h>"
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\"   /* whole files as strings */"
	print "const struct detection_query detection_queries[] = {"
}
FNR == 1 {
	if (NR > 1)
		print "\t},"
	name = FILENAME
	sub(/^.*\//, "", name)
	sub(/\.kql$/, "", name)
	printf "\t{ \"%s\",\n", name
	files++
}
/^[ \t]*\/\// { next }
/[^:]\/\// {
	printf "%s:%d: a comment needs a line of its own\n", FILENAME, FNR > "/dev/stderr"
	failed = 1
	exit 1
}
{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	gsub(/\t/, "\\t")
	gsub(/\?\?/, "?\\?")   # no trigraph
	printf "\t\t\"%s\\n\"\n", $0
}
END {
	if (failed)
		exit 1
	if (files)
		print "\t},"
	print "\t{ NULL, NULL }"
	print "};"
}
