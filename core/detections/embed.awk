# embed.awk - turns antivirus.tsv into C: awk -f embed.awk antivirus.tsv > antivirus_builtin.c. A line that breaks the rules of its
# header ends the build with its place. The form of the table is documented in core/model/antivirus_parts.h.
BEGIN {
	FS = "\t"
	print "/* Made by core/detections/embed.awk. */"
	print "#include \"core/model/antivirus_parts.h\""
}
function bad(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
	failed = 1
	exit 1
}
function phrases(text, what) {
	if (text !~ /^[a-z0-9]+( [a-z0-9]+)*(\|[a-z0-9]+( [a-z0-9]+)*)*$/)
		bad(what " must be lower-case words with single blanks, and | between phrases")
}
# The first letters of a list's phrases, each once.
function initials(text,   parts, n, i, out) {
	n = split(text, parts, "|")
	out = ""
	for (i = 1; i <= n; i++)
		if (!index(out, substr(parts[i], 1, 1)))
			out = out substr(parts[i], 1, 1)
	return out
}
function add_word(word) {
	if (!(word in known)) {
		known[word] = 1
		words[++word_count] = word
	}
}
# Words for antivirus_vendor(): the vendors of one word as they are, then of each that has none of those yet its first word of three letters
# or more (KQL's index knows no shorter ones), else its longest.
function choose_words(   i, j, n, parts, found, best) {
	for (i = 1; i <= vendor_count; i++)
		if (vendors[i] !~ / /)
			add_word(vendors[i])
	for (i = 1; i <= vendor_count; i++) {
		n = split(vendors[i], parts, " ")
		found = 0
		best = ""
		for (j = 1; j <= n; j++) {
			found = found || (parts[j] in known)
			if (length(best) < 3 && length(parts[j]) > length(best))
				best = parts[j]
		}
		if (!found)
			add_word(best)
	}
}
/^#/ || /^$/ { next }
NF != 5 { bad("a line has 5 fields: product, vendor, phrases, not, source") }
/["\\]/ { bad("no quotes and no backslashes") }
$5 == "" { bad("there is no source") }
$1 == "*" {
	phrases($4, "not")
	all = $4
	next
}
all == "" { bad("the line * must stand before the products") }
$1 == "" || $1 ~ /,/ { bad("a product has a name without a comma") }
{
	phrases($2, "vendor")
	phrases($3, "phrases")
	if ($4 != "")
		phrases($4, "not")
	if ($2 ~ /(^|\|)microsoft/)
		bad("Microsoft's own products never count")
	n = split($2, list, "|")
	for (i = 1; i <= n; i++)
		vendors[++vendor_count] = list[i]
	rows[++count] = sprintf("\t{ \"%s\", \"%s\", \"%s\",\n\t  \"%s\",\n\t  \"%s%s\" },", $1, initials($2), $2, $3, all, $4 == "" ? "" : "|" $4)
}
END {
	if (failed)
		exit 1
	print "const struct antivirus_product antivirus_products[] = {"
	for (i = 1; i <= count; i++)
		print rows[i]
	print "};"
	printf "const size_t antivirus_product_count = %d;\n", count
	choose_words()
	print "const char *const antivirus_vendor_words[] = {"
	for (i = 1; i <= word_count; i++)
		printf "\t\"%s\",\n", words[i]
	print "};"
	printf "const size_t antivirus_vendor_word_count = %d;\n", word_count
}
