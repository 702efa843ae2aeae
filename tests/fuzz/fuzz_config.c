/* fuzz_config.c - any bytes as a configuration: read or refused with a sentence, and what was read can be written and read again. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/io/config_inner.h"

#define LINE_BYTES_MAX 4000   /* a line may have 4096, and escapes make it longer */

static struct config *read_bytes(const char *bytes, size_t n, struct error *err)
{
	struct config *config = config_new();
	FILE *stream = n ? fmemopen((char *)(uintptr_t)bytes, n, "r") : fopen("/dev/null", "r");

	if (!stream)
		abort();
	config->path = xstrdup("conf/rouse");
	if (config_read(config, stream, err))
		config_free(&config);
	fclose(stream);
	return config;
}

static void add_quoted(struct strbuf *text, const char *value)
{
	strbuf_adds(text, "group = \"");
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			strbuf_addc(text, '\\');
		strbuf_addc(text, *value);
	}
	strbuf_adds(text, "\"\r\n");
}

/* The groups, written in quotes, are the same groups when read again. */
static void read_again(const struct config *config)
{
	struct strbuf text = STRBUF_INIT((size_t)1 << 22);
	struct error err = { 0 };
	size_t count = 0, again_count = 0;
	const char *const *groups = config_list(config, "scope.group", &count);

	strbuf_adds(&text, "[scope]\n");
	for (size_t i = 0; i < count; i++) {
		size_t before = text.len;
		add_quoted(&text, groups[i]);
		if (text.len - before > LINE_BYTES_MAX || text.len > 1 << 19) {
			strbuf_release(&text);
			return;
		}
	}
	struct config *again = read_bytes(strbuf_text(&text), text.len, &err);
	if (!again)
		die("refused its own groups: %s", err.text);
	const char *const *same = config_list(again, "scope.group", &again_count);
	if (again_count != count)
		abort();
	for (size_t i = 0; i < count; i++)
		if (strcmp(groups[i], same[i]) != 0)
			abort();
	config_free(&again);
	strbuf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = { 0 };
	struct config *config = read_bytes((const char *)data, size, &err);

	if (!config) {
		if (err.status != STATUS_CONFIG || strncmp(err.text, "conf/rouse:", 11) != 0)
			abort();
		return 0;
	}
	if (config_span(config, "limits.freshness") <= 0 || config_share(config, "limits.drop") > 10000)
		abort();
	read_again(config);
	config_free(&config);
	return 0;
}
