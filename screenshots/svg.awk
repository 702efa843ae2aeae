# svg.awk - a captured terminal (text with SGR escape codes, as `tmux capture-pane -e -N -p` prints it) as an SVG picture.
#   LC_ALL=C awk -v cols=80 -v rows=24 -v theme=dark -v title=TEXT -f svg.awk < capture > picture.svg
# Every stretch of one style is placed by its column, so the picture holds together in any monospaced font.

function palette(    i) {
	# 16 colours, foreground, background
	if (theme == "light")
		split("#24292f #cf222e #116329 #7d4e00 #0969da #8250df #1b7c83 #6e7781 " \
			"#57606a #a40e26 #1a7f37 #633c01 #0550ae #6639ba #14646b #8c959f #1f2328 #ffffff", list, " ")
	else
		split("#484f58 #ff7b72 #3fb950 #d29922 #58a6ff #bc8cff #39c5cf #b1bac4 " \
			"#6e7681 #ffa198 #56d364 #e3b341 #79c0ff #d2a8ff #56d4dd #f0f6fc #e6edf3 #0d1117", list, " ")
	for (i = 0; i < 16; i++)
		colour[i] = list[i + 1]
	# As a ground under white text the eight are darker; yellow has black text on it.
	split(theme == "light" ? "#24292f #a40e26 #116329 #f2cc60 #0550ae #6639ba #14646b #eaeef2" : \
		"#484f58 #8e1519 #196c2e #e3b341 #0d419d #6e40c9 #14646b #b1bac4", ground, " ")
	ink = list[17]
	paper = list[18]
}

# Colour number 0 to 255 of xterm's table.
function indexed(n,    level, r, g, b) {
	if (n < 16)
		return colour[n]
	split("0 95 135 175 215 255", level, " ")
	if (n < 232) {
		n -= 16
		r = level[int(n / 36) + 1]; g = level[int(n / 6) % 6 + 1]; b = level[n % 6 + 1]
	} else
		r = g = b = 8 + 10 * (n - 232)
	return sprintf("#%02x%02x%02x", r, g, b)
}

function sgr(codes,    part, n, i, c) {
	n = split(codes, part, ";")
	if (n == 0)
		part[n = 1] = 0
	for (i = 1; i <= n; i++) {
		c = part[i] + 0
		if (c == 0) { fg = bg = ""; bold = dim = under = reverse = 0 }
		else if (c == 1) bold = 1
		else if (c == 2) dim = 1
		else if (c == 4) under = 1
		else if (c == 7) reverse = 1
		else if (c == 22) bold = dim = 0
		else if (c == 24) under = 0
		else if (c == 27) reverse = 0
		else if (c >= 30 && c <= 37) fg = colour[c - 30]
		else if (c == 39) fg = ""
		else if (c >= 40 && c <= 47) bg = ground[c - 39]
		else if (c == 49) bg = ""
		else if (c >= 90 && c <= 97) fg = colour[c - 82]
		else if (c >= 100 && c <= 107) bg = colour[c - 92]
		else if ((c == 38 || c == 48) && part[i + 1] == 5) {
			if (c == 38) fg = indexed(part[i + 2] + 0); else bg = indexed(part[i + 2] + 0)
			i += 2
		}
	}
}

# Columns of a character, by its code point: marks that combine take none, East Asian ones and emoji take two.
function width(point) {
	if (point >= 768 && point <= 879 || point == 8203 || point == 8205 || point >= 65024 && point <= 65039)
		return 0
	if (point >= 4352 && point <= 4447 || point >= 11904 && point <= 42191 || point >= 44032 && point <= 55203 ||
	    point >= 63744 && point <= 64255 || point >= 65072 && point <= 65135 || point >= 65281 && point <= 65376 ||
	    point >= 127744 && point <= 129791)
		return 2
	return 1
}

# Characters that every monospaced font has at one column: Latin, dashes, boxes and blocks.
function plain(point) { return point < 592 || point >= 8208 && point <= 8230 || point >= 9472 && point <= 9631 }

# The colours of now, as `front` and `back`.
function choose(    t) {
	front = fg == "" ? ink : fg
	back = bg == "" ? paper : bg
	if (bg != "" && (fg == colour[7] || fg == colour[15]))
		front = "#ffffff"
	else if (bg != "" && fg == colour[0])
		front = "#0d1117"
	if (reverse) { t = front; front = back; back = t }
}

function box(x, y, w, h, fill, more) {
	return sprintf("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"%s/>\n", x, y, w, h, fill, more)
}

# Bars and upright lines are drawn: a font leaves gaps between the lines. `n` of them stand side by side.
function drawn(point) { return point >= 9601 && point <= 9615 || point == 9617 || point == 9474 }
function draw(point, n,    x, w, h) {
	choose()
	x = PAD + column * CELL
	w = n * CELL
	if (back != paper)
		backs = backs box(x, top(), w, LINE, back, "")
	h = point <= 9608 ? LINE * (point - 9600) / 8 : LINE
	if (point == 9474)
		texts = texts box(x + CELL / 2 - 0.5, top(), 1, LINE, front, "")
	else if (point > 9608 && point < 9616)
		texts = texts box(x, top(), CELL * (9616 - point) / 8, LINE, front, "")
	else
		texts = texts box(x, top() + LINE - h, w, h, front, point == 9617 ? " opacity=\"0.35\"" : "")
}

function flush(    f, w) {
	if (text == "" || used == 0) {
		text = ""
		return
	}
	choose()
	f = front
	w = used * CELL
	if (back != paper)
		backs = backs sprintf("<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n", PAD + from * CELL, top(), w, LINE, back)
	if (text ~ /[^ ]/) {
		# Not every reader keeps blanks that stand together, whatever the picture asks for.
		gsub(/ /, "\302\240", text)
		texts = texts sprintf("<text x=\"%.1f\" y=\"%d\" textLength=\"%.1f\" fill=\"%s\"%s%s%s>%s</text>\n", PAD + from * CELL,
			top() + BASE, w, f, bold ? " font-weight=\"bold\"" : "", dim ? " opacity=\"0.65\"" : "",
			under ? " text-decoration=\"underline\"" : "", text)
	}
	text = ""
}

function top() { return HEAD + (NR - 1) * LINE }

BEGIN {
	CELL = 8.4; LINE = 18; BASE = 13; PAD = 12; HEAD = 34
	palette()
	for (i = 1; i < 256; i++)
		ord[sprintf("%c", i)] = i
	sgr("0")
}

NR <= rows {
	column = from = used = 0
	text = ""
	n = length($0)
	for (i = 1; i <= n; i++) {
		c = substr($0, i, 1)
		if (c == "\033") {
			flush()
			from = column
			used = 0
			j = i + 2
			while (j <= n && substr($0, j, 1) !~ /[A-Za-z]/)
				j++
			if (substr($0, i + 1, 1) == "[" && substr($0, j, 1) == "m")
				sgr(substr($0, i + 2, j - i - 2))
			i = substr($0, i + 1, 1) == "[" ? j : i + 2
			continue
		}
		o = ord[c]
		if (c == "\016" || c == "\017")
			continue
		more = o >= 240 ? 3 : o >= 224 ? 2 : o >= 192 ? 1 : 0
		point = more == 3 ? o % 8 : more == 2 ? o % 16 : more == 1 ? o % 32 : o
		whole = c
		for (k = 1; k <= more; k++) {
			whole = whole substr($0, i + k, 1)
			point = point * 64 + ord[substr($0, i + k, 1)] % 64
		}
		i += more
		w = width(point)
		if (drawn(point)) {
			flush()
			# Of bars as wide as a column several are one; the others stand alone.
			for (k = 1; (point <= 9608 || point == 9617) && substr($0, i + 1, more + 1) == whole; k++)
				i += more + 1
			draw(point, k)
			column += k
			from = column
			used = 0
			continue
		}
		# Anything else gets a stretch of its own, so that a font's odd width moves nothing else.
		if (!plain(point) && w != 0 && used) {
			flush()
			from = column
			used = 0
		}
		text = text (c == "&" ? "&amp;" : c == "<" ? "&lt;" : c == ">" ? "&gt;" : whole)
		column += w
		used += w
		if (!plain(point) && w != 0) {
			flush()
			from = column
			used = 0
		}
	}
	flush()
}

END {
	wide = cols * CELL + 2 * PAD
	high = rows * LINE + HEAD + PAD
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n", \
		wide, high, wide, high, title
	printf "<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"%s\" stroke=\"%s\"/>\n", title, paper, theme == "light" ? "#d0d7de" : "#30363d"
	for (i = 0; i < 3; i++)
		printf "<circle cx=\"%d\" cy=\"16\" r=\"5\" fill=\"%s\"/>\n", 20 + 18 * i, i == 0 ? "#ff5f57" : i == 1 ? "#febc2e" : "#28c840"
	printf "%s<g font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\" xml:space=\"preserve\" style=\"white-space:pre\">\n%s</g>\n</svg>\n", backs, texts
}
