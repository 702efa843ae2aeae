#include "tests/tenant/encode.h"

#include <ctype.h>
#include <string.h>

static const char *type_name(const struct encoder *encoder, enum cell_type type)
{
	static const char *const hunting[] = { "String", "DateTime", "Int64", "Double", "Boolean", "Dynamic" };
	static const char *const workspace[] = { "string", "datetime", "long", "real", "bool", "dynamic" };

	if (encoder->face == FACE_WORKSPACE)
		return workspace[type];
	return type == TYPE_BOOL && encoder->options->bools == BOOLS_NUMBER ? "SByte" : hunting[type];
}

/* OSPlatform is osPlatform in camel case: capitals at the start go but the one that begins a word. */
static void make_key(struct text *out, const char *name, enum option_keys keys)
{
	bool start = true;

	text_addc(out, '"');
	for (size_t i = 0; name[i]; i++) {
		start = start && isupper((unsigned char)name[i]) && (i == 0 || !name[i + 1] || isupper((unsigned char)name[i + 1]));
		if (keys == KEYS_LOWER || (keys == KEYS_CAMEL && start))
			text_addc(out, (char)tolower((unsigned char)name[i]));
		else
			text_addc(out, name[i]);
	}
	text_adds(out, "\":");
}

static void add_schema(const struct encoder *encoder, bool upper, struct text *out)
{
	for (size_t i = 0; i < encoder->count; i++) {
		const char *name = encoder->columns[i].name;

		/* Facts 3: a workspace has its own name for the time. */
		if (encoder->face == FACE_WORKSPACE && strcmp(name, "Timestamp") == 0)
			name = "TimeGenerated";
		text_addf(out, "%s{\"%s\":\"%s\",\"%s\":\"%s\"}", i ? "," : "", upper ? "Name" : "name", name, upper ? "Type" : "type",
		          type_name(encoder, encoder->columns[i].type));
	}
}

void encode_begin(struct encoder *encoder, enum face face, const struct options *options, const struct column *columns, size_t count,
                  struct text *out)
{
	*encoder = (struct encoder){ .face = face, .options = options, .columns = columns, .count = count };
	for (size_t i = 0; i < count; i++)
		make_key(&encoder->keys[i], columns[i].name, face == FACE_LEGACY ? KEYS_PASCAL : (enum option_keys)options->keys);
	if (face == FACE_GRAPH) {
		text_adds(out, "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.security.huntingQueryResults\","
		               "\"schema\":[");
		add_schema(encoder, options->schema_keys == SCHEMA_UPPER, out);
		text_adds(out, "],\"results\":[");
	} else if (face == FACE_LEGACY) {
		/* A key with a blank is part of the documented example. */
		text_adds(out, "{\"Stats\":{\"ExecutionTime\":0.621215,\"resource_usage\":{\"cpu\":{\"user\":\"00:00:19.0468750\",\"total cpu\":"
		               "\"00:00:19.0625000\"},\"memory\":{\"peak_per_node\":236822432}},\"dataset_statistics\":[{\"table_row_count\":2,"
		               "\"table_size\":102}]},\"Schema\":[");
		add_schema(encoder, true, out);
		text_adds(out, "],\"Results\":[");
	} else {
		text_adds(out, "{\"tables\":[{\"name\":\"PrimaryResult\",\"columns\":[");
		add_schema(encoder, false, out);
		text_adds(out, "],\"rows\":[");
	}
}

static void add_value(const struct encoder *encoder, enum cell_type type, const struct cell *cell, struct text *out)
{
	static const char *const bools[][2] = { { "false", "true" }, { "0", "1" }, { "\"False\"", "\"True\"" } };

	switch (type) {
	case TYPE_STRING:
		text_json(out, cell->text, cell->len);
		break;
	case TYPE_TIME:
		text_addc(out, '"');
		text_time(out, cell->number, (unsigned)encoder->options->time_digits);
		text_addc(out, '"');
		break;
	case TYPE_LONG:
		text_number(out, cell->number);
		break;
	case TYPE_REAL:
		text_add(out, cell->text, cell->len);
		break;
	case TYPE_BOOL:
		text_adds(out, bools[encoder->options->bools][cell->number != 0]);
		break;
	case TYPE_DYNAMIC:
		if (encoder->options->dynamic == DYNAMIC_STRING || encoder->face == FACE_WORKSPACE)
			text_json(out, cell->text, cell->len);
		else
			text_add(out, cell->text, cell->len);
		break;
	}
}

void encode_row(struct encoder *encoder, const struct cell *cells, struct text *out)
{
	bool array = encoder->face == FACE_WORKSPACE, first = true;
	int64_t nulls = encoder->options->nulls;

	text_adds(out, encoder->rows++ ? array ? ",[" : ",{" : array ? "[" : "{");
	for (size_t i = 0; i < encoder->count; i++) {
		const struct cell *cell = &cells[i];
		bool null = cell->null || (cell->unmatched && nulls == NULLS_ALL);

		if (!array && nulls == NULLS_ABSENT && (cell->null || cell->unmatched))
			continue;
		if (!first)
			text_addc(out, ',');
		first = false;
		if (!array)
			text_add(out, encoder->keys[i].at, encoder->keys[i].len);
		if (null)
			text_adds(out, nulls == NULLS_EMPTY ? "\"\"" : "null");
		else
			add_value(encoder, encoder->columns[i].type, cell, out);
	}
	text_addc(out, array ? ']' : '}');
}

void encode_tail(struct encoder *encoder, struct text *out)
{
	text_adds(out, encoder->face == FACE_WORKSPACE ? "]}]}" : "]}");
}

void encode_late_error(struct encoder *encoder, struct text *out)
{
	text_adds(out, encoder->face == FACE_WORKSPACE ? "]}]," : "],");
	text_adds(out, "\"error\":{\"code\":\"PartialError\",\"message\":\"There were some errors when processing your query.\",\"details\":[{\"code\":"
	               "\"EngineError\",\"message\":\"Something went wrong processing your query on the server.\"}]}}");
}

void encode_release(struct encoder *encoder)
{
	for (size_t i = 0; i < encoder->count; i++)
		text_release(&encoder->keys[i]);
}
