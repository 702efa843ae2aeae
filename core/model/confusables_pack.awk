# confusables_pack.awk - makes confusables.data from Unicode's confusables.txt, once for each new version:
#   awk -v sha256="$(sha256sum <confusables.txt | cut -c1-64)" -f confusables_pack.awk LICENSE confusables.txt > confusables.data
# LICENSE is the notice that Unicode gives with its data files; it is copied in front. An entry is FROM=TO or FROM=TO+TO..., in
# hexadecimal, six digits on the left so that a plain sort is a sort by number.
function head() {
	print "# Characters that are taken for others, for the skeletons of UTS #39: reduced from Unicode's confusables.txt."
	print "# " version "; SHA-256 of that file " sha256 "."
	print "# Made by confusables_pack.awk: comments and names left out, sorted by code point; no entry added, changed or removed."
	print "#"
	for (i = 1; i <= notices; i++)
		print notice[i] == "" ? "#" : "# " notice[i]
	fflush()
}
NR == FNR {
	if (/^---/ || closed)
		closed = 1
	else
		notice[++notices] = $0
	next
}
{ gsub(/\r/, "") }
/^# Version:/ { version = "Version " $3 }
/^# Date:/ { date = $3 }
/^[0-9A-F]/ {
	if (!begun++) {
		version = version " of " date
		sub(/,$/, "", version)
		head()
	}
	split($0, part, ";")
	from = part[1]
	gsub(/[ \t]/, "", from)
	gsub(/^[ \t]+|[ \t]+$/, "", part[2])
	gsub(/[ \t]+/, "+", part[2])
	while (length(from) < 6)
		from = "0" from
	print from "=" part[2] | "sort | paste -d' ' - - - - - - - - | sed 's/ *$//'"
}
