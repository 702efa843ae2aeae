# layers.awk - which file may include what. Rules: layer, library.
# A room includes itself and the rooms before it in this list; tests may include anything.
BEGIN {
	split("base model io sources owners tickets notify session headless tui", list, " ")
	for (i in list)
		rank[list[i]] = i + 0
	# Header of a library (a pattern), the files that may include it.
	library["(n?curses[a-z_]*|ncursesw/.*)\\.h"] = "tui/term.c tui/draw.c tui/key.c tui/theme.c"
	library["(cjson/)?cJSON\\.h"] = "core/io/json.c"
	library["csv\\.h"] = "core/io/csv.c"
	library["sqlite3\\.h"] = "core/io/store.c"
	library["ini\\.h"] = "core/io/config.c"
	library["utf8proc\\.h"] = "core/base/utf8.c"
	library["pcre2\\.h"] = "core/base/regex.c"
	library["curl/.*\\.h"] = "core/io/http.c"
	library["openssl/.*\\.h"] = "core/io/oauth_assert.c"
}

function room(path,    part) {
	split(path, part, "/")
	return part[1] == "tui" ? "tui" : part[1] == "core" ? part[2] : ""
}

FNR == 1 {
	path = FILENAME
	sub(/^\.\//, "", path)
	here = room(path)
}

/^[ \t]*#[ \t]*include[ \t]/ {
	target = $0
	sub(/^[ \t]*#[ \t]*include[ \t]*/, "", target)
	own = target ~ /^"/
	gsub(/[<>"]/, "", target)
	sub(/[ \t].*$/, "", target)
	if (own && here != "") {
		there = room(target)
		if (there == "")
			report("layer", "includes are written from the top of the tree, as \"core/base/error.h\"; " target " is not")
		else if (!(there in rank) || !(here in rank))
			report("layer", "the room of " (there in rank ? path : target) " is not in the list of rooms (tests/lint/layers.awk)")
		else if (rank[there] > rank[here])
			report("layer", here " comes before " there " in the house, so it must not include " target)
	}
	for (header in library)
		if (!own && target ~ ("^" header "$") && index(" " library[header] " ", " " path " ") == 0 && path !~ /^tests\//)
			report("library", "<" target "> belongs in " library[header] " alone")
}

END { exit found }
