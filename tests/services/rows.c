/* rows.c - records of ServiceNow, in order of coming. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/services/services.h"

static char *copy(const char *text)
{
	size_t n = strlen(text) + 1;

	return memcpy(must_alloc(n), text, n);
}

bool same_folded(const char *a, const char *b)
{
	struct text one = { 0 }, other = { 0 };
	bool same = strcasecmp(a, b) == 0;

	if (same || strlen(a) != strlen(b))
		return same;
	text_lower(&one, a, strlen(a));
	text_lower(&other, b, strlen(b));
	same = strcmp(text_string(&one), text_string(&other)) == 0;
	text_release(&one);
	text_release(&other);
	return same;
}

const char *record_get(const struct record *record, const char *field)
{
	if (strcmp(field, "sys_id") == 0)
		return record->id;
	for (size_t i = 0; i < record->count; i++)
		if (strcmp(record->fields[i].name, field) == 0)
			return record->fields[i].value;
	return "";
}

void record_set(struct record *record, const char *field, const char *value)
{
	for (size_t i = 0; i < record->count; i++) {
		if (strcmp(record->fields[i].name, field) == 0) {
			char *new = copy(value);   /* it may be a copy of itself */

			free(record->fields[i].value);
			record->fields[i].value = new;
			return;
		}
	}
	if (record->count == record->cap) {
		record->cap = record->cap ? record->cap * 2 : 8;
		record->fields = must_grow(record->fields, record->cap * sizeof *record->fields);
	}
	record->fields[record->count++] = (struct pair){ copy(field), copy(value) };
}

/* FNV-1a, twice with different beginnings. */
void id_of(char id[ID_MAX], const char *kind, const char *text)
{
	uint64_t hash[2] = { 0xcbf29ce484222325u, 0x84222325cbf29ce4u };

	for (unsigned i = 0; i < 2; i++) {
		for (const char *at = kind; *at; at++)
			hash[i] = (hash[i] ^ (unsigned char)*at) * 0x100000001b3u;
		for (const char *at = text; *at; at++)
			hash[i] = (hash[i] ^ (unsigned char)*at) * 0x100000001b3u;
		hash[i] ^= hash[i] >> 29;
	}
	snprintf(id, ID_MAX, "%016llx%016llx", (unsigned long long)hash[0], (unsigned long long)hash[1]);
}

void text_stamp(struct text *out)
{
	size_t from = out->len;

	text_time(out, time_now(), 0);
	out->at[from + 10] = ' ';
	out->len--;              /* the Z */
	out->at[out->len] = '\0';
}

struct record *record_add(struct world *world, const struct table *table, const char *id)
{
	struct record *record = must_alloc(sizeof *record);
	struct text stamp = { 0 };

	if (world->record_count == world->record_cap) {
		world->record_cap = world->record_cap ? world->record_cap * 2 : 256;
		world->records = must_grow(world->records, world->record_cap * sizeof(struct record *));
	}
	record->table = table;
	record->order = ++world->coming;
	snprintf(record->id, sizeof record->id, "%s", id);
	text_stamp(&stamp);
	record_set(record, "sys_class_name", table->name);
	record_set(record, "sys_created_on", text_string(&stamp));
	record_set(record, "sys_updated_on", text_string(&stamp));
	text_release(&stamp);
	return world->records[world->record_count++] = record;
}

struct record *record_by_id(struct world *world, const char *table, const char *id)
{
	size_t place = strtoul((char[]){ id[0], id[0] ? id[1] : '\0', id[0] && id[1] ? id[2] : '\0', '\0' }, NULL, 16) % NEAR;
	struct record *near = world->near[place];

	if (near && strcmp(near->id, id) == 0 && table_is(near->table, table))
		return near;
	for (size_t i = world->record_count; i-- > 0;)
		if (strcmp(world->records[i]->id, id) == 0 && table_is(world->records[i]->table, table))
			return world->near[place] = world->records[i];
	return NULL;
}

struct record *record_by_name(struct world *world, const char *table, const char *name)
{
	for (size_t i = 0; i < world->record_count; i++)
		if (table_is(world->records[i]->table, table) && same_folded(record_display(world->records[i]), name))
			return world->records[i];
	return NULL;
}

static void record_free(struct record *record)
{
	for (size_t i = 0; i < record->count; i++) {
		free(record->fields[i].name);
		free(record->fields[i].value);
	}
	free(record->fields);
	free(record);
}

void record_remove(struct world *world, struct record *record)
{
	for (size_t i = 0; i < world->record_count; i++) {
		if (world->records[i] != record)
			continue;
		memmove(&world->records[i], &world->records[i + 1], (world->record_count - i - 1) * sizeof(struct record *));
		world->record_count--;
		memset(world->near, 0, sizeof world->near);
		record_free(record);
		return;
	}
}

static bool hangs_on_tickets(const struct table *table)
{
	return table_is(table, "task") || table_is(table, "task_ci") || table_is(table, "sys_attachment") || table_is(table, "sys_journal_field");
}

void records_forget(struct world *world, bool all)
{
	size_t kept = 0;

	for (size_t i = 0; i < world->record_count; i++) {
		if (all || hangs_on_tickets(world->records[i]->table))
			record_free(world->records[i]);
		else
			world->records[kept++] = world->records[i];
	}
	world->record_count = kept;
	memset(world->near, 0, sizeof world->near);
	memset(world->numbers, 0, sizeof world->numbers);
	if (all) {
		free(world->records);
		world->records = NULL;
		world->record_cap = 0;
	}
}
