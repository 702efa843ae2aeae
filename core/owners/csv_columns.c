/* csv_columns.c - the header of a CSV of owners. Names count without letter case, blanks, _ and -: `Owner Team` is owner_team. */
#include "core/owners/csv_inner.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/io/csv.h"

#define NAME_MAX_BYTES 64   /* of a header that is looked up */

/* The names of a column, the preferred one first: a file with both `owner_team` and `owner` means a person by the latter. */
static const struct { enum csv_role role; const char *name; } known[] = {
	{ ROLE_HOST, "host" }, { ROLE_HOST, "hostname" }, { ROLE_HOST, "devicename" }, { ROLE_HOST, "computername" },
	{ ROLE_HOST, "computer" }, { ROLE_HOST, "server" }, { ROLE_HOST, "name" },
	{ ROLE_FQDN, "fqdn" }, { ROLE_FQDN, "dnsname" },
	{ ROLE_TEAM, "ownerteam" }, { ROLE_TEAM, "team" }, { ROLE_TEAM, "supportgroup" }, { ROLE_TEAM, "group" }, { ROLE_TEAM, "owner" },
	{ ROLE_CONTACT, "contact" }, { ROLE_CONTACT, "mail" }, { ROLE_CONTACT, "email" }, { ROLE_CONTACT, "ownercontact" },
	{ ROLE_TEAM_ID, "teamid" }, { ROLE_TEAM_ID, "groupid" },
	{ ROLE_RETIRED, "retired" }, { ROLE_RETIRED, "status" }, { ROLE_RETIRED, "operationalstatus" },
};
#define KNOWN_COUNT (sizeof known / sizeof *known)

static struct slice trimmed(struct slice text)
{
	while (text.len > 0 && (text.text[0] == ' ' || text.text[0] == '\t')) {
		text.text++;
		text.len--;
	}
	while (text.len > 0 && (text.text[text.len - 1] == ' ' || text.text[text.len - 1] == '\t'))
		text.len--;
	return text;
}

/* Index into known[], or KNOWN_COUNT. */
static size_t find_name(struct slice name)
{
	char plain[NAME_MAX_BYTES];
	size_t n = 0;

	for (size_t i = 0; i < name.len; i++) {
		char c = name.text[i];

		if (c == ' ' || c == '_' || c == '-' || c == '\t')
			continue;
		if (n == sizeof plain)
			return KNOWN_COUNT;
		plain[n++] = c;
	}
	for (size_t i = 0; i < KNOWN_COUNT; i++)
		if (slice_is_nocase((struct slice){ plain, n }, known[i].name))
			return i;
	return KNOWN_COUNT;
}

/* -- the header -- */

static int count_known(void *owner, const struct csv_record *record)
{
	size_t *count = owner;

	for (size_t i = 0; i < record->count; i++)
		*count += find_name(record->fields[i]) < KNOWN_COUNT;
	return 1;   /* the first record alone */
}

char csv_find_delimiter(struct slice first)
{
	static const char signs[] = { ',', ';', '\t' };
	char best = ',';
	size_t most = 0;

	for (size_t i = 0; i < sizeof signs; i++) {
		size_t count = 0;
		uint64_t open_quote;
		struct csv_reader *reader = csv_reader_new(signs[i], count_known, &count);

		if (!csv_reader_feed(reader, first.text, first.len))
			csv_reader_end(reader, &open_quote);
		csv_reader_free(&reader);
		if (count > most) {
			most = count;
			best = signs[i];
		}
	}
	return best;
}

void csv_columns_read(struct csv_columns *columns, const struct csv_record *header)
{
	for (int role = 0; role < ROLE_COUNT; role++)
		columns->at[role] = SIZE_MAX;
	columns->count = header->count;
	for (size_t i = 0; i < header->count; i++) {
		size_t at = find_name(header->fields[i]);
		enum csv_role role = at < KNOWN_COUNT ? known[at].role : ROLE_COUNT;
		struct slice name = trimmed(header->fields[i]);

		if (role == ROLE_COUNT || (columns->at[role] != SIZE_MAX && columns->better[role] <= at))
			continue;
		columns->at[role] = i;
		columns->better[role] = (unsigned)at;
		free(columns->name[role]);
		columns->name[role] = xmemdup(name.text, name.len);
		if (role == ROLE_RETIRED)
			columns->status = strcmp(known[at].name, "retired") != 0;
	}
}

void csv_columns_release(struct csv_columns *columns)
{
	for (int role = 0; role < ROLE_COUNT; role++)
		free(columns->name[role]);
	*columns = (struct csv_columns){ 0 };
}

/* -- cells -- */

struct slice csv_columns_cell(const struct csv_columns *columns, const struct csv_record *record, enum csv_role role)
{
	if (columns->at[role] >= record->count || !record->fields[columns->at[role]].text)
		return (struct slice){ "", 0 };
	return trimmed(csv_unguard(record->fields[columns->at[role]]));
}

/* Spreadsheets leave out empty cells at the end of a row, or add some. A row that ends before the team's cell could be cut; one with more
 * in it has a comma that nobody quoted: `srv-1,Web, DMZ,web@example.net`, and its cells are not where they seem to be. */
bool csv_columns_fit(const struct csv_columns *columns, const struct csv_record *record)
{
	size_t needed = 0;

	if (record->fault)
		return false;
	for (int role = 0; role < ROLE_COUNT; role++)
		if (columns->at[role] != SIZE_MAX && columns->at[role] + 1 > needed && (role == ROLE_HOST || role == ROLE_TEAM
			|| role == ROLE_FQDN))
			needed = columns->at[role] + 1;
	for (size_t i = columns->count; i < record->count; i++)
		if (trimmed(record->fields[i]).len > 0)
			return false;
	return record->count >= needed;
}

static bool is_one_of(struct slice cell, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (slice_is_nocase(cell, words[i]))
			return true;
	return false;
}

/* A status is retired by its word; a column `retired` says yes with anything but a no, a date included. */
bool csv_is_retired(const struct csv_columns *columns, struct slice cell)
{
	static const char *const gone[] = { "retired", "decommissioned", "disposed", "deleted", "scrapped", "6", NULL };
	static const char *const no[] = { "", "no", "n", "false", "0", "none", "null", "-", "active", "live", NULL };

	return columns->status ? is_one_of(cell, gone) : !is_one_of(cell, no);
}
