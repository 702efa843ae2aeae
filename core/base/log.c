/* log.c - debug lines to stderr, kept back while the console draws. See log.h. */
#include "core/base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"

#define LINE_MAX_BYTES ((size_t)16 << 10)
#define HELD_MAX_BYTES ((size_t)1 << 20)

/* The one log of the process. */
static struct {
	bool enabled;
	bool held;             /* the console owns the terminal */
	struct strbuf lines;   /* kept back until it does not */
	unsigned long lost;    /* lines that did not fit into `lines` */
} log_state = { .lines = STRBUF_INIT(HELD_MAX_BYTES) };

void log_enable(void)
{
	log_state.enabled = true;
}

void log_hold(bool held)
{
	log_state.held = held;
	if (held)
		return;
	fwrite(strbuf_text(&log_state.lines), 1, log_state.lines.len, stderr);
	if (log_state.lost > 0)
		fprintf(stderr, "debug: %lu more lines were not kept.\n", log_state.lost);
	log_state.lost = 0;
	strbuf_release(&log_state.lines);
}

static void put_line(const struct strbuf *line)
{
	if (!log_state.held) {
		fwrite(strbuf_text(line), 1, line->len, stderr);
		return;
	}
	/* A line is kept whole or not at all. */
	if (line->len > log_state.lines.max - log_state.lines.len)
		log_state.lost++;
	else
		strbuf_add(&log_state.lines, strbuf_text(line), line->len);
}

void log_debug(const char *format, ...)
{
	struct strbuf raw = STRBUF_INIT(LINE_MAX_BYTES);
	/* A byte becomes four at most when it is made visible. */
	struct strbuf line = STRBUF_INIT(LINE_MAX_BYTES * 4 + 64);
	va_list args;

	if (!log_state.enabled)
		return;
	va_start(args, format);
	strbuf_addfv(&raw, format, args);
	va_end(args);
	strbuf_adds(&line, "debug: ");
	if (raw.overflow)
		strbuf_adds(&line, "(a line that is too long)");
	utf8_visible(&line, strbuf_text(&raw), raw.len);
	strbuf_addc(&line, '\n');
	put_line(&line);
	strbuf_release(&raw);
	strbuf_release(&line);
}
