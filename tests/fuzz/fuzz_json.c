/* JSON of any bytes: the plain path says what cJSON says, pieces make no difference, and what is broken is said once. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/io/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
	if (!truth)
		abort();
}

static int write_columns(void *owner, const struct slice *names, size_t count, struct error *err)
{
	struct strbuf *out = owner;
	(void)err;
	strbuf_addf(out, "C%zu", count);
	for (size_t i = 0; i < count; i++)
		strbuf_addf(out, " %zu %.*s", names[i].len, (int)names[i].len, names[i].text);
	return 0;
}

static int write_row(void *owner, const struct json_row *row, struct error *err)
{
	struct strbuf *out = owner;
	(void)err;
	strbuf_addf(out, "\nR%llu %zu %d %s:", (unsigned long long)row->line, row->count, (int)row->unended,
	            row->fault ? row->fault : "");
	for (size_t i = 0; i < row->count; i++) {
		const struct json_member *member = &row->members[i];
		strbuf_addf(out, " %d ", (int)member->kind);
		strbuf_add(out, member->key.text ? member->key.text : "", member->key.len);
		strbuf_addf(out, " %zu=", member->text.len);
		strbuf_add(out, member->text.text, member->text.len);
	}
	return 0;
}

static void read_all(const uint8_t *data, size_t size, size_t piece, int cjson, struct strbuf *out)
{
	struct error err = {0};
	struct json_events events = { out, write_columns, write_row };
	struct json_reader *reader = json_reader_new("f", &events);
	int failed = 0;
	if (cjson)
		json_reader_all_by_cjson(reader);
	for (size_t at = 0; at < size && !failed; at += piece)
		failed = json_reader_feed(reader, (const char *)data + at, piece < size - at ? piece : size - at, &err);
	if (!failed)
		failed = json_reader_end(reader, &err);
	require(failed == 0 || (failed == -1 && err.status == STATUS_DATA && err.text[0]));
	strbuf_addf(out, "\n%s %s", json_reader_error(reader), err.text);
	json_reader_free(&reader);
}

static void same(const struct strbuf *a, const struct strbuf *b)
{
	require(a->len == b->len && !memcmp(strbuf_text(a), strbuf_text(b), a->len));
}

/* The same bytes as one value, and as text to be written. */
static void as_value(const uint8_t *data, size_t size)
{
	struct json_object object = {0};
	struct strbuf text = STRBUF_INIT(SIZE_MAX / 4);
	if (json_object_read(&object, (struct slice){ (const char *)data, size }) == 1)
		for (size_t i = 0; i < object.count; i++)
			require(object.members[i].text.text != NULL);
	json_string(&text, (struct slice){ (const char *)data, size });
	require(json_object_read(&object, (struct slice){ text.buf, text.len }) != 2 && text.len >= 2);
	json_object_release(&object);
	strbuf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf whole = STRBUF_INIT(SIZE_MAX / 4), pieces = STRBUF_INIT(SIZE_MAX / 4), cjson = STRBUF_INIT(SIZE_MAX / 4);
	as_value(data, size);
	/* The files source has no NUL left when it comes here. */
	if (size && memchr(data, 0, size))
		return 0;
	read_all(data, size, size + 1, 0, &whole);
	read_all(data, size, size % 7 + 1, 0, &pieces);
	read_all(data, size, size + 1, 1, &cjson);
	same(&whole, &pieces);
	same(&whole, &cjson);
	strbuf_release(&whole);
	strbuf_release(&pieces);
	strbuf_release(&cjson);
	return 0;
}
