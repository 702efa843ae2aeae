/* store_owner.c - owners of hosts, as they were last told. */
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/io/store_inner.h"

/* The statements of one writing. Owned. */
struct owner_writer {
	struct statement *forget, *add, *candidate;
};

static int writer_open(struct store *store, struct owner_writer *writer, struct error *err)
{
	/* Its candidates go with it. */
	return statement_open(store, "delete from owner where device = ?1", &writer->forget, err) ||
	       statement_open(store, "insert into owner(device, state, team, team_id, contact, field, key, asked, chosen_by, more)"
	                      " values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", &writer->add, err) ||
	       statement_open(store, "insert into owner_candidate(device, position, key, name, fqdn, team, team_id, contact, field, retired)"
	                      " values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", &writer->candidate, err) ? -1 : 0;
}

static void writer_close(struct owner_writer *writer)
{
	statement_close(&writer->forget);
	statement_close(&writer->add);
	statement_close(&writer->candidate);
}

static void bind_texts(struct statement *statement, int place, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		bind_text(statement, place + (int)i, texts[i] ? texts[i] : "");
}

static int write_candidates(struct owner_writer *writer, struct slice id, const struct owner *owner, struct error *err)
{
	for (size_t i = 0; i < owner->candidate_count; i++) {
		const struct owner_record *record = &owner->candidates[i];
		const char *const texts[] = {
			record->key, record->name, record->fqdn, record->team, record->team_id, record->contact, record->field
		};

		bind_blob(writer->candidate, 1, id);
		bind_int(writer->candidate, 2, (int64_t)i);
		bind_texts(writer->candidate, 3, texts, sizeof texts / sizeof *texts);
		bind_int(writer->candidate, 10, record->retired);
		if (statement_run(writer->candidate, err))
			return -1;
	}
	return 0;
}

/* A host of which nothing is known any more loses what was kept. */
static int write_owner(struct owner_writer *writer, struct slice id, const struct owner *owner, struct error *err)
{
	bind_blob(writer->forget, 1, id);
	if (statement_run(writer->forget, err))
		return -1;
	if (!owner)
		return 0;
	const char *const texts[] = { owner->team, owner->team_id, owner->contact, owner->field, owner->key };

	bind_blob(writer->add, 1, id);
	bind_text(writer->add, 2, owner_state_names[owner->state]);
	bind_texts(writer->add, 3, texts, sizeof texts / sizeof *texts);
	bind_int(writer->add, 8, owner->asked);
	bind_text(writer->add, 9, owner->chosen_by ? owner->chosen_by : "");
	bind_int(writer->add, 10, (int64_t)owner->candidates_more);
	return statement_run(writer->add, err) || write_candidates(writer, id, owner, err) ? -1 : 0;
}

int store_owners_save(struct store *store, const struct owners *owners, const struct slice *packed_ids, size_t count, struct error *err)
{
	struct owner_writer writer = { NULL, NULL, NULL };
	int failed = -1;

	if (store_begin(store, err))
		return -1;
	if (writer_open(store, &writer, err))
		goto out;
	for (size_t i = 0; i < count; i++)
		if (write_owner(&writer, packed_ids[i], owners_get(owners, packed_ids[i]), err))
			goto out;
	failed = store_commit(store, err);
out:
	writer_close(&writer);
	store_rollback(store);
	return failed;
}

/* -- reading -- */

static void read_owner(const struct statement *from, struct owner *owner)
{
	*owner = (struct owner){
		.state = owner_state_named(cell_bytes(from, 1)), .team = cell_string(from, 2), .team_id = cell_string(from, 3),
		.contact = cell_string(from, 4), .field = cell_string(from, 5), .key = cell_string(from, 6), .asked = cell_int(from, 7),
		.chosen_by = cell_string(from, 8), .candidates_more = (size_t)cell_int(from, 9),
	};
}

/* Adds the candidates of the host, in their order. */
static int read_candidates(struct statement *from, struct slice id, struct owner *owner, struct error *err)
{
	size_t cap = 0;
	int more;

	bind_blob(from, 1, id);
	while ((more = statement_step(from, err)) > 0) {
		owner->candidates = grow(owner->candidates, &cap, owner->candidate_count + 1, sizeof *owner->candidates);
		owner->candidates[owner->candidate_count++] = (struct owner_record){
			.key = cell_string(from, 0), .name = cell_string(from, 1), .fqdn = cell_string(from, 2), .team = cell_string(from, 3),
			.team_id = cell_string(from, 4), .contact = cell_string(from, 5), .field = cell_string(from, 6),
			.retired = cell_int(from, 7) != 0,
		};
	}
	statement_reset(from);
	return more;
}

int store_owners_load(struct store *store, struct owners *owners, struct error *err)
{
	struct statement *all = NULL, *candidates = NULL;
	int more = -1;

	/* Most hosts have no candidates; only of those that do they are asked for. One transaction: nobody writes between the two. */
	if (store_exec(store, "begin", err))
		return -1;
	if (statement_open(store, "select device, state, team, team_id, contact, field, key, asked, chosen_by, more,"
	                   " exists(select 1 from owner_candidate c where c.device = owner.device) from owner", &all, err) ||
	    statement_open(store, "select key, name, fqdn, team, team_id, contact, field, retired from owner_candidate where device = ?1"
	                   " order by position", &candidates, err))
		goto out;
	while ((more = statement_step(all, err)) > 0) {
		struct owner owner;

		read_owner(all, &owner);
		if (cell_int(all, 10) && read_candidates(candidates, cell_bytes(all, 0), &owner, err))
			more = -1;
		else
			owners_set(owners, cell_bytes(all, 0), &owner);
		owner_release(&owner);
		if (more < 0)
			break;
	}
out:
	statement_close(&all);
	statement_close(&candidates);
	store_rollback(store);
	return more;
}
