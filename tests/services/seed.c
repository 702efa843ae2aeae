/* seed.c - what is there before anybody asks: groups, users, the schema as rows, a CMDB from a file, and a generated one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/services/services.h"
#include "tests/tenant/estate.h"

#define COLUMNS_MAX 32

static struct record *add_named(struct world *world, const char *table, const char *name)
{
	char id[ID_MAX];
	struct record *record;

	id_of(id, table, name);
	record = record_add(world, table_named(table), id);
	record_set(record, "name", name);
	return record;
}

/* The id of a group, made when it is not there; "" for "". */
static const char *group_id(struct world *world, const char *name)
{
	char id[ID_MAX];
	struct record *group;

	if (!*name)
		return "";
	id_of(id, "sys_user_group", name);
	group = record_by_id(world, "sys_user_group", id);
	if (!group) {
		group = add_named(world, "sys_user_group", name);
		record_set(group, "active", "true");
	}
	return group->id;
}

static void set_field(struct world *world, struct record *record, const char *field, const char *value)
{
	const char *target = table_reference(record->table, field);

	record_set(record, field, target && strcmp(target, "sys_user_group") == 0 ? group_id(world, value) : value);
}

static void seed_basics(struct world *world)
{
	static const char *const users[] = { "svc-rouse", "svc-read", "svc-none" };
	char groups[OPTION_TEXT_MAX];
	char *rest = groups;

	for (size_t i = 0; i < sizeof users / sizeof *users; i++) {
		struct record *user = add_named(world, "sys_user", users[i]);

		record_set(user, "user_name", users[i]);
		record_set(user, "active", "true");
	}
	memcpy(groups, world->settings.groups, sizeof groups);
	while (rest && *rest) {
		char *comma = strchr(rest, ',');

		if (comma)
			*comma++ = '\0';
		group_id(world, rest);
		rest = comma;
	}
}

/* sys_db_object and sys_dictionary say what the schema says, for who asks whether a field is there. */
static void seed_schema(struct world *world)
{
	for (size_t i = 0; i < table_count; i++) {
		struct record *object = add_named(world, "sys_db_object", tables[i].name);
		const char *at = tables[i].fields;
		char id[ID_MAX];

		record_set(object, "label", tables[i].label);
		if (tables[i].parent) {
			id_of(id, "sys_db_object", tables[i].parent);
			record_set(object, "super_class", id);
		}
		while (*(at += strspn(at, " "))) {
			char name[96];
			struct record *entry;

			snprintf(name, sizeof name, "%s.%.*s", tables[i].name, (int)strcspn(at, " "), at);
			id_of(id, "sys_dictionary", name);
			entry = record_add(world, table_named("sys_dictionary"), id);
			record_set(entry, "name", tables[i].name);
			record_set(entry, "element", strchr(name, '.') + 1);
			record_set(entry, "active", "true");
			at += strcspn(at, " ");
		}
	}
}

/* ---- a file ---- */

/* One cell of RFC 4180 from *at on; moves *at behind its comma or to the line's end. False at the end of the line. */
static bool next_cell(const char **at, struct text *cell)
{
	text_clear(cell);
	if (!**at || **at == '\n')
		return false;
	if (**at == '"') {
		for (++*at; **at && (**at != '"' || (*at)[1] == '"'); ++*at) {
			if (**at == '"')
				++*at;
			text_addc(cell, **at);
		}
		if (**at)
			++*at;
	}
	while (**at && **at != ',' && **at != '\n') {
		if (**at != '\r')
			text_addc(cell, **at);
		++*at;
	}
	if (**at == ',')
		++*at;
	return true;
}

static void add_server(struct world *world, char names[][64], size_t columns, const char **at, struct text *cell, unsigned line)
{
	const char *table = "cmdb_ci_win_server", *look = *at;
	char id[ID_MAX], key[160];
	struct record *record;

	/* The class and the id must be known first. */
	for (size_t i = 0; i < columns && next_cell(&look, cell); i++) {
		if (strcmp(names[i], "sys_class_name") == 0 && table_named(text_string(cell)))
			table = table_named(text_string(cell))->name;
		if (i == 0)
			snprintf(key, sizeof key, "%u %.120s", line, text_string(cell));
	}
	id_of(id, "cmdb_ci", key);
	record = record_add(world, table_named(table), id);
	record_set(record, "operational_status", "1");
	for (size_t i = 0; i < columns && next_cell(at, cell); i++)
		if (strcmp(names[i], "sys_class_name") != 0)
			set_field(world, record, names[i], text_string(cell));
}

static bool seed_file(struct world *world)
{
	FILE *file = fopen(world->settings.cmdb, "r");
	struct text text = { 0 }, cell = { 0 };
	char names[COLUMNS_MAX][64], piece[4096];
	const char *at;
	size_t n, columns = 0;
	bool good = true;

	if (!file) {
		fprintf(stderr, "rouse-services: %s cannot be read.\n", world->settings.cmdb);
		return false;
	}
	while ((n = fread(piece, 1, sizeof piece, file)) > 0)
		text_add(&text, piece, n);
	fclose(file);
	at = text_string(&text);
	while (columns < COLUMNS_MAX && next_cell(&at, &cell)) {
		snprintf(names[columns++], sizeof names[0], "%s", text_string(&cell));
		if (!table_has(table_named("cmdb_ci_win_server"), names[columns - 1])) {
			fprintf(stderr, "rouse-services: %s: servers have no field `%s`.\n", world->settings.cmdb, names[columns - 1]);
			good = false;
		}
	}
	for (unsigned line = 2; good && *at; line++) {
		at += *at == '\n';
		if (*at && *at != '\n')
			add_server(world, names, columns, &at, &cell, line);
		at += strcspn(at, "\n");
	}
	text_release(&cell);
	text_release(&text);
	return good;
}

/* ---- generated ---- */

static const char *const teams[] = { "Windows Platform", "Team SQL", "Messaging", "SAP Basis", "File and Print", "Citrix \"Core\"", "B\xc3\xbcro IT",
                                     "[Web](https://evil.example) & <Edge>", "Plant, North", "Datacenter Ops" };

/* A server's record as life leaves it: two in a hundred are not there, as many have no team, some are there twice. */
static void add_generated(struct world *world, const struct host *host, unsigned copy)
{
	uint64_t draw = chance(host->chance, 900 + copy);
	const char *name = host->names[0], *dot = strchr(name, '.'), *team = teams[draw / 1000 % 10];
	char id[ID_MAX], key[160], short_name[NAME_MAX_BYTES];
	struct record *record;

	snprintf(key, sizeof key, "%s %u", name, copy);
	id_of(id, "cmdb_ci", key);
	record = record_add(world, table_named(draw >> 32 & 3 ? "cmdb_ci_win_server" : "cmdb_ci_server"), id);
	snprintf(short_name, sizeof short_name, "%.*s", (int)(dot ? dot - name : (long)strlen(name)), name);
	record_set(record, "name", draw % 10 < 6 ? short_name : name);
	if (dot && draw % 10 != 5)
		record_set(record, "fqdn", name);
	record_set(record, "operational_status", copy == 1 && draw >> 40 & 1 ? "6" : "1");
	if (draw / 10 % 100 >= 2)
		set_field(world, record, draw / 10 % 100 < 8 ? "assignment_group" : draw / 10 % 100 < 12 ? "managed_by_group" : "support_group", team);
}

static void seed_estate(struct world *world)
{
	struct options *options = must_alloc(sizeof *options);
	struct estate *estate = must_alloc(sizeof *estate);
	struct host *host = must_alloc(sizeof *host);
	int64_t left = world->settings.servers;

	options_default(options);
	options->devices = INT32_MAX;
	options->seed = world->settings.seed;
	options->servers_share = world->settings.servers_share;
	estate_init(estate, options);
	for (uint64_t number = 0; left > 0 && options->servers_share > 0; number++) {
		if (!estate_host(estate, number, host) || strncasecmp(host->names[0], "srv", 3) != 0)
			continue;
		left--;
		if (chance(host->chance, 800) % 100 >= 2)
			add_generated(world, host, 0);
		if (chance(host->chance, 801) % 100 < 2)
			add_generated(world, host, 1);
	}
	free(host);
	free(estate);
	free(options);
}

bool seed(struct world *world)
{
	seed_basics(world);
	seed_schema(world);
	if (*world->settings.cmdb && !seed_file(world))
		return false;
	if (world->settings.servers > 0)
		seed_estate(world);
	return true;
}
