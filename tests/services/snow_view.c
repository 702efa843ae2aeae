/* snow_view.c - a record as the Table API shows it: references and choices in their three forms (facts 1.1). */
#include <stdio.h>
#include <string.h>

#include "tests/services/services.h"

enum form { FORM_VALUE, FORM_DISPLAY, FORM_ALL };

/* Where a reference leads; "" for none. */
static void add_link(struct world *world, const char *target, const char *id, struct text *out)
{
	text_addf(out, "\"%s/api/now/table/%s/%s\"", world->standin.base, target, id);
}

/* Entries of a journal are read back as one text, newest first, when display values are asked for. */
static void journal_text(struct world *world, const struct record *record, const char *field, struct text *out)
{
	for (size_t i = world->record_count; i-- > 0;) {
		const struct record *entry = world->records[i];

		if (strcmp(entry->table->name, "sys_journal_field") != 0 || strcmp(record_get(entry, "element_id"), record->id) != 0 ||
		    strcmp(record_get(entry, "element"), field) != 0)
			continue;
		text_addf(out, "%s - %s (%s)\n%s\n\n", record_get(entry, "sys_created_on"), record_get(entry, "sys_created_by"),
		          strcmp(field, "comments") == 0 ? "Additional comments" : "Work notes", record_get(entry, "value"));
	}
}

static void add_field(struct world *world, const struct record *record, const char *path, enum form form, bool bare, struct text *out)
{
	const struct record *of, *target = NULL;
	const char *value, *last = strchr(path, '.') ? strchr(path, '.') + 1 : path, *reference, *display;
	struct text journal = { 0 };

	field_walk(world, record, path, &value, &of);
	reference = of ? table_reference(of->table, last) : NULL;
	target = reference && *value ? record_by_id(world, reference, value) : NULL;
	display = of ? choice_display(of->table, last, value) : NULL;
	if (target)
		display = record_display(target);
	if (form != FORM_VALUE && of && (strcmp(last, "work_notes") == 0 || strcmp(last, "comments") == 0)) {
		journal_text(world, of, last, &journal);
		display = text_string(&journal);
	}
	display = display ? display : value;
	if (form == FORM_ALL) {
		text_adds(out, "{\"display_value\":");
		text_json(out, display, strlen(display));
		text_adds(out, ",\"value\":");
		text_json(out, value, strlen(value));
		if (reference && *value && !bare) {
			text_adds(out, ",\"link\":");
			add_link(world, reference, value, out);
		}
		text_addc(out, '}');
	} else if (reference && *value && !bare) {
		text_adds(out, form == FORM_DISPLAY ? "{\"display_value\":" : "{\"link\":");
		if (form == FORM_DISPLAY)
			text_json(out, display, strlen(display));
		else
			add_link(world, reference, value, out);
		text_adds(out, form == FORM_DISPLAY ? ",\"link\":" : ",\"value\":");
		if (form == FORM_DISPLAY)
			add_link(world, reference, value, out);
		else
			text_json(out, value, strlen(value));
		text_addc(out, '}');
	} else {
		value = form == FORM_DISPLAY ? display : value;
		text_json(out, value, strlen(value));
	}
	text_release(&journal);
}

/* Fields asked for that do not exist are left out in silence. */
static void add_named(struct world *world, const struct record *record, const char *path, enum form form, bool bare, bool *some, struct text *out)
{
	if (!field_exists(record->table, path))
		return;
	text_adds(out, *some ? "," : "");
	*some = true;
	text_json(out, path, strlen(path));
	text_addc(out, ':');
	add_field(world, record, path, form, bare, out);
}

void snow_view(struct world *world, const struct call *call, const struct record *record, struct text *out)
{
	const char *fields = pairs_get(&call->arguments, "sysparm_fields"), *show = pairs_get(&call->arguments, "sysparm_display_value");
	const char *exclude = pairs_get(&call->arguments, "sysparm_exclude_reference_link");
	enum form form = show && strcmp(show, "true") == 0 ? FORM_DISPLAY : show && strcmp(show, "all") == 0 ? FORM_ALL : FORM_VALUE;
	bool bare = exclude && strcmp(exclude, "true") == 0, some = false;
	char path[96];

	text_addc(out, '{');
	if (fields && *fields) {
		for (const char *at = fields; *at; at += *at == ',') {
			size_t n = strcspn(at, ",");

			snprintf(path, sizeof path, "%.*s", (int)n, at);
			add_named(world, record, path, form, bare, &some, out);
			at += n;
		}
	} else {
		for (const struct table *table = record->table; table; table = table_named(table->parent)) {
			for (const char *at = table->fields; *(at += strspn(at, " "));) {
				snprintf(path, sizeof path, "%.*s", (int)strcspn(at, " "), at);
				add_named(world, record, path, form, bare, &some, out);
				at += strcspn(at, " ");
			}
		}
	}
	text_addc(out, '}');
}
