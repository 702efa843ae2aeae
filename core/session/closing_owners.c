/* closing_owners.c - owners of hosts: asked of the CMDB, kept in the store, chosen by hand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/session/session_inner.h"

/* Hosts that are matched between two looks at the clock. */
#define MATCH_CHUNK 500u
#define TEAM_MAX 4096
#define NAME_SHOWN 1000u
#define LINE_BYTES (2 * TEAM_MAX)

void resolve_job_release(struct session *session)
{
	struct resolve_job *job = &session->closing.resolve;

	if (job->source)
		job->source->ops->free(job->source);
	if (job->indexed)
		owner_index_release(&job->index);
	owner_asking_release(&job->asking);
	free(job->rows);
	free(job->asked);
	free(job->hosts);
	*job = (struct resolve_job){0};
}

const struct resolved *session_resolved(const struct session *session)
{
	return session->closing.has_resolved ? &session->closing.resolved : NULL;
}

/* -- tally -- */

static void count_team(struct map *teams, const char *team)
{
	struct strbuf folded = STRBUF_INIT(TEAM_MAX);

	utf8_fold(&folded, team, strlen(team));
	(void)map_put(teams, strbuf_text(&folded), folded.len, NULL);
	strbuf_release(&folded);
}

static void tally_rows(const struct session *session, const uint32_t *rows, uint32_t count, struct owner_tally *tally)
{
	struct map teams = {0};

	*tally = (struct owner_tally){0};
	for (uint32_t i = 0; i < count; i++) {
		const struct owner *owner = owners_get(&session->closing.owners, table_packed_id(&session->run->rows, rows[i]));
		tally->states[owner ? owner->state : OWNER_UNASKED]++;
		if (owner && owner->state == OWNER_OWNED)
			count_team(&teams, owner->team);
	}
	tally->teams = teams.count;
	map_release(&teams);
}

void session_tally_owners(struct session *session, const uint32_t *rows, uint32_t count, struct owner_tally *tally)
{
	uint32_t taken = 0, accepted = 0;
	uint32_t *all = NULL;

	*tally = (struct owner_tally){0};
	if (!session->run)
		return;
	if (!rows)
		rows = all = closing_rows(session, NULL, 0, &taken, &accepted);
	tally_rows(session, rows, all ? taken : count, tally);
	free(all);
}

/* -- the job -- */

static bool is_fresh(const struct session *session, const struct owner *owner, bool anew)
{
	if (!owner || owner->state == OWNER_UNASKED)
		return false;
	if (owner->chosen_by[0])
		return true;
	return !anew && owner->asked <= session->now && session->now - owner->asked < config_span(session->config, "owners.keep");
}

/* Which hosts the CMDB has to be asked for. */
static void choose_hosts(struct session *session, bool anew)
{
	struct resolve_job *job = &session->closing.resolve;

	job->asked = xmalloc((job->row_count + (size_t)1) * sizeof *job->asked);
	job->hosts = xmalloc((job->row_count + (size_t)1) * sizeof *job->hosts);
	for (uint32_t i = 0; i < job->row_count; i++) {
		struct slice id = table_packed_id(&session->run->rows, job->rows[i]);
		if (is_fresh(session, owners_get(&session->closing.owners, id), anew)) {
			session->closing.resolved.kept++;
			continue;
		}
		job->asked[job->ask_count] = job->rows[i];
		job->hosts[job->ask_count++] = table_name(&session->run->rows, job->rows[i]);
	}
}

static void forget_result(struct closing *closing)
{
	for (size_t i = 0; i < closing->resolved.complaint_count; i++)
		free(closing->complaints[i]);
	free(closing->complaints);
	closing->complaints = NULL;
	closing->resolved = (struct resolved){0};
	closing->has_resolved = false;
}

/* What was not answered keeps the word it had, however old; that is counted. */
static void count_old(struct session *session)
{
	struct closing *closing = &session->closing;

	for (uint32_t i = 0; i < closing->resolve.ask_count; i++) {
		struct slice id = table_packed_id(&session->run->rows, closing->resolve.asked[i]);
		const struct owner *owner = owners_get(&closing->owners, id);
		if ((!closing->resolve.asking.asked || !closing->resolve.asking.asked[i]) && owner && owner->state != OWNER_UNASKED) {
			closing->resolved.old++;
			closing->resolved.kept++;
		}
	}
}

static int open_source(struct session *session, struct error *err)
{
	struct resolve_job *job = &session->closing.resolve;
	const struct owners_ops *ops = owners_named(config_text(session->config, "owners.kind"));

	if (!session_has_owners(session) || !ops)
		return error_set(err, STATUS_CONFIG,
		                 "Nobody knows who owns a host yet: name a CSV file in [csv] file, or a CMDB in [owners] kind.");
	if (closing_talk(session, err) || ops->make(&job->source, session->config, session->closing.talk, err))
		return -1;
	return ops->begin(job->source, job->hosts, job->ask_count, &job->asking, err);
}

static void source_failed(struct session *session, const struct error *err)
{
	struct closing *closing = &session->closing;

	(void)snprintf(closing->resolved.failure, sizeof closing->resolved.failure, "%s", err->text);
	if (closing->resolve.source)
		closing->resolve.source->ops->free(closing->resolve.source);
	closing->resolve.source = NULL;
	closing->resolve.answered = true;
}

int session_resolve(struct session *session, const uint32_t *rows, uint32_t count, bool anew, struct error *err)
{
	struct resolve_job *job = &session->closing.resolve;
	uint32_t accepted = 0;
	struct error why = {0};

	session_cancel(session);
	if (!session->run)
		return error_set(err, STATUS_NO_INPUT, "There is no run yet: `rouse detect` makes one.");
	forget_result(&session->closing);
	*job = (struct resolve_job){0};
	if (rows) {
		job->rows = xmalloc((count + (size_t)1) * sizeof *job->rows);
		if (count)
			memcpy(job->rows, rows, count * sizeof *rows);
		job->row_count = count;
	} else {
		job->rows = closing_rows(session, NULL, 0, &job->row_count, &accepted);
	}
	choose_hosts(session, anew);
	session->closing.resolved.hosts = job->row_count;
	session->job = JOB_OWNERS;
	if (!job->ask_count)
		job->answered = true;
	else if (open_source(session, &why))
		source_failed(session, &why);
	return 0;
}

/* Decides for a portion of the hosts that were asked for. True at the end. */
static bool match_some(struct session *session)
{
	struct resolve_job *job = &session->closing.resolve;
	uint32_t end = job->ask_count - job->next < MATCH_CHUNK ? job->ask_count : job->next + MATCH_CHUNK;

	if (!job->asking.asked)
		return true;
	if (!job->indexed) {
		owner_index_build(&job->index, &job->asking.records);
		job->indexed = true;
	}
	for (; job->next < end; job->next++) {
		struct owner owner;
		if (!job->asking.asked[job->next])
			continue;
		owner_init(&owner);
		owner_match(&job->index, job->hosts[job->next], session->now, &owner);
		owners_set(&session->closing.owners, table_packed_id(&session->run->rows, job->asked[job->next]), &owner);
		owner_release(&owner);
	}
	return job->next == job->ask_count;
}

/* A run that is not in the store leaves nothing there either. */
static int save_owners(struct session *session, struct error *err)
{
	const struct resolve_job *job = &session->closing.resolve;
	struct slice *ids = NULL;
	size_t count = 0;
	int failed = 0;

	if (!session->run->id || session->closing.unkept || !job->asking.asked || !job->ask_count)
		return 0;
	ids = xmalloc((job->ask_count + (size_t)1) * sizeof *ids);
	for (uint32_t i = 0; i < job->ask_count; i++)
		if (job->asking.asked[i])
			ids[count++] = table_packed_id(&session->run->rows, job->asked[i]);
	failed = session_need_store(session, err) || store_owners_save(session->store, &session->closing.owners, ids, count, err);
	free(ids);
	return failed ? -1 : 0;
}

static void finish(struct session *session)
{
	struct closing *closing = &session->closing;
	struct resolve_job *job = &closing->resolve;

	count_old(session);
	tally_rows(session, job->rows, job->row_count, &closing->resolved.tally);
	closing->resolved.requests = job->asking.requests;
	closing->complaints = job->asking.complaints;
	closing->resolved.complaints = (const char *const *)closing->complaints;
	closing->resolved.complaint_count = job->asking.complaint_count;
	job->asking.complaints = NULL;
	job->asking.complaint_count = 0;
	closing->has_resolved = true;
}

enum session_event resolve_job_step(struct session *session, int budget_ms, struct error *err)
{
	struct resolve_job *job = &session->closing.resolve;
	int64_t until = clock_ms() + budget_ms;
	struct error why = {0};

	while (!job->answered) {
		enum step step = job->source->ops->step(job->source, budget_ms, &why);
		if (step == STEP_WAIT)
			return SESSION_WAIT;
		if (step == STEP_FAILED)
			source_failed(session, &why);
		job->answered |= step == STEP_DONE;
		if (clock_ms() >= until)
			return SESSION_MORE;
	}
	while (!match_some(session))
		if (clock_ms() >= until)
			return SESSION_MORE;
	if (save_owners(session, err)) {
		session_cancel(session);
		return SESSION_FAILED;
	}
	finish(session);
	session_cancel(session);
	return SESSION_FINISHED;
}

/* -- by hand -- */

static void take_record(struct owner *owner, const struct owner_record *record)
{
	const struct { char **to; const char *from; } fields[] = {
		{ &owner->team, record->team }, { &owner->team_id, record->team_id }, { &owner->contact, record->contact },
		{ &owner->field, record->field }, { &owner->key, record->key },
	};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		free(*fields[i].to);
		*fields[i].to = xstrdup(fields[i].from ? fields[i].from : "");
	}
	owner->state = owner->team[0] ? OWNER_OWNED : OWNER_UNOWNED;
}

/* Takes a choice back: what was chosen from is ambiguous again, anything else nobody asked. */
static void take_back(struct owner *owner)
{
	const struct owner_record none = { .team = NULL };

	take_record(owner, &none);
	owner->state = owner->candidate_count > 1 ? OWNER_AMBIGUOUS : OWNER_UNASKED;
	free(owner->chosen_by);
	owner->chosen_by = xstrdup("");
}

static int choose(struct owner *owner, size_t candidate, const char *team, const char *who, struct error *err)
{
	const struct owner_record typed = { .team = (char *)(uintptr_t)team };   /* copied at once */

	if (candidate != SIZE_MAX && candidate >= owner->candidate_count)
		return error_set(err, STATUS_USAGE, "There is no such candidate; look at the host again.");
	if (candidate == SIZE_MAX && (!team || !team[0])) {
		take_back(owner);
		return 0;
	}
	take_record(owner, candidate == SIZE_MAX ? &typed : &owner->candidates[candidate]);
	free(owner->chosen_by);
	owner->chosen_by = xstrdup(who);
	return 0;
}

/* The name of a host of the run on hand; nothing for one that is not in it. */
static struct slice name_of(const struct session *session, struct slice packed_id)
{
	const struct table *table = session->run ? &session->run->rows : &session->empty;

	for (uint32_t row = 0; row < table->count; row++)
		if (slice_equal(table_packed_id(table, row), packed_id))
			return table_name(table, row);
	return (struct slice){ "", 0 };
}

int session_assign(struct session *session, struct slice packed_id, size_t candidate, const char *team, const char *who, struct error *err)
{
	const struct owner *known = owners_get(&session->closing.owners, packed_id);
	struct slice name = name_of(session, packed_id);
	struct strbuf line = STRBUF_INIT(LINE_BYTES);
	struct owner owner;
	int failed = -1;

	owner_init(&owner);
	if (known)
		owner_copy(&owner, known);
	if (choose(&owner, candidate, team, who, err) || session_need_store(session, err))
		goto out;
	owner.asked = session->now;
	owners_set(&session->closing.owners, packed_id, &owner);
	/* `srv-app-01: team-app by jo`: a trail that does not say which host is none. */
	strbuf_addf(&line, "%.*s: %s by %s", (int)(name.len < NAME_SHOWN ? name.len : NAME_SHOWN), name.len ? name.text : "",
	            owner.team[0] ? owner.team : "taken back", who);
	failed = store_owners_save(session->store, &session->closing.owners, &packed_id, 1, err) ||
	         store_audit(session->store, session->now, "owner", strbuf_text(&line), err);
out:
	strbuf_release(&line);
	owner_release(&owner);
	return failed ? -1 : 0;
}
