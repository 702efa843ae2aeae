/* ticket_fake.h - a ticket system in memory that fails as it is told, and a driver for sends, for tests.
 *
 * The system lives in shared memory, so that it outlives a process that is killed. Its clock is the test's: pauses cost no time. Hosts
 * are bits of a number: host 0 is 1, host 1 is 2... A fault hits one call of a send, counted from 0. */
#ifndef TEST_TICKET_FAKE_H
#define TEST_TICKET_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/tickets/ensure.h"

/* A sanitizer makes each trial many times as slow: it sees one of so many, the plain build sees all. Prime to the number of faults. */
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { FAKE_EACH = 7 };
#else
enum { FAKE_EACH = 1 };
#endif

#define FAKE_NOW INT64_C(1795000000)   /* seconds; the clock's 0 */
#define FAKE_LAG_MS 45000
#define FAKE_LATE_MS 20000             /* how long after a lost answer a slow server still does what it was asked */
#define FAKE_RECORDS 24
#define FAKE_HOSTS 6
#define CORRELATION "rouse-1f0c9d2e4b5a"

enum fault {
	FAULT_NONE,
	FAULT_REFUSED,       /* not done */
	FAULT_UNAVAILABLE,   /* not done */
	FAULT_LOST_DONE,     /* done; the answer is lost */
	FAULT_LOST_NOT,      /* not done; the answer is lost */
	FAULT_LOST_LATE,     /* done a while after the answer was lost */
	FAULT_STALE,
	FAULT_CUT,           /* done, but the end of the body is gone */
	FAULT_DROPPED,       /* done, but the correlation id is gone */
	FAULT_NOTHING,       /* answered as if done */
	FAULT_CLOSED,        /* a person closes all before the call is done */
	FAULT_SECOND,        /* another machine makes a record before the call is done */
	FAULT_FOREIGN,       /* a search gives somebody else's record too */
	FAULT_COUNT
};

struct fake_record {
	bool open, foreign, ours;    /* ours: made by a send */
	char correlation[64], title[200], team[64], mark[160];
	unsigned hosts, csv, told;   /* in the body, in an attachment, named in notes as gone */
	unsigned notes;
	int64_t shows_at, closed_at; /* ms: when the search knows of it */
	int into;                    /* closed into; -1 */
};

struct fake_late {               /* a request that a slow server still works on */
	int64_t at;
	int record;                  /* -1: a create */
	struct fake_record content;
};

struct fake {
	int64_t clock;               /* ms */
	bool lags, closes;
	struct fake_record records[FAKE_RECORDS];
	int count;
	struct fake_late late[4];
	int late_count;
	/* of the send under way */
	enum fault faults[64];
	int calls;
	int verbs[64];
	unsigned creates;            /* records that this send made, late ones not counted */
	unsigned writes;
	unsigned run;                /* part of where it is, so that one store serves many */
	int die_at;                  /* the call in which the process ends, before (2n) or after (2n + 1) it is done; -1 */
};

/* The back end of one process. */
struct fake_tickets {
	struct tickets base;
	struct fake *fake;
	const struct ticket_call *call;
};

static inline struct fake *fake_new(void)
{
	struct fake *fake = mmap(NULL, sizeof *fake, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(fake != MAP_FAILED);
	return fake;
}

static inline void fake_reset(struct fake *fake, bool lags)
{
	memset(fake, 0, sizeof *fake);
	fake->lags = lags;
	fake->closes = true;
	fake->die_at = -1;
}

static inline int64_t fake_clock(void *owner)
{
	return ((struct fake *)owner)->clock;
}

static inline void fake_copy(char *to, size_t size, const char *from)
{
	size_t len = strlen(from);

	len = len < size ? len : size - 1;
	memmove(to, from, len);
	to[len] = '\0';
}

static inline unsigned draft_bits(const struct draft *draft)
{
	unsigned bits = 0;

	for (uint32_t i = 0; i < draft->host_count; i++)
		bits |= 1u << (draft->hosts[i].name[5] - '0');
	return bits;
}

static inline int fake_add(struct fake *fake, const char *correlation, unsigned hosts, const char *mark)
{
	struct fake_record *record = &fake->records[fake->count];

	assert_true(fake->count < FAKE_RECORDS);
	*record = (struct fake_record){ .open = true, .hosts = hosts, .into = -1, .closed_at = INT64_MAX };
	record->shows_at = fake->clock + (fake->lags ? FAKE_LAG_MS : 0);
	fake_copy(record->correlation, sizeof record->correlation, correlation);
	fake_copy(record->mark, sizeof record->mark, mark);
	fake_copy(record->title, sizeof record->title, "title");
	return fake->count++;
}

static inline void fake_close(struct fake *fake, struct fake_record *record)
{
	if (record->open)
		record->closed_at = fake->clock + (fake->lags ? FAKE_LAG_MS : 0);
	record->open = false;
}

static inline void fake_fill(struct fake_record *record, const struct draft *draft)
{
	record->hosts = draft_bits(draft);
	fake_copy(record->mark, sizeof record->mark, draft->mark);
	fake_copy(record->title, sizeof record->title, draft->title);
}

/* What slow servers have done until now. */
static inline void fake_settle(struct fake *fake)
{
	for (int i = 0; i < fake->late_count; i++) {
		struct fake_late *late = &fake->late[i];

		if (late->at > fake->clock)
			continue;
		if (late->record < 0) {
			int made = fake_add(fake, late->content.correlation, late->content.hosts, late->content.mark);

			fake_copy(fake->records[made].title, sizeof late->content.title, late->content.title);
			fake_copy(fake->records[made].team, sizeof late->content.team, late->content.team);
			fake->records[made].ours = true;
		} else {
			fake->records[late->record].hosts = late->content.hosts;
			memcpy(fake->records[late->record].mark, late->content.mark, sizeof late->content.mark);
		}
		*late = fake->late[--fake->late_count];
		i--;
	}
}

static inline void fake_give(const struct fake *fake, int number, struct ticket_answer *answer)
{
	const struct fake_record *from = &fake->records[number];
	struct ticket_record *record = ticket_records_add(&answer->records);
	char text[32];

	snprintf(text, sizeof text, "id%d", number);
	ticket_record_put(&record->id, slice_of(text));
	snprintf(text, sizeof text, "INC%05d", number + 1);
	ticket_record_put(&record->number, slice_of(text));
	ticket_record_put(&record->correlation, slice_of(from->correlation));
	ticket_record_put(&record->title, slice_of(from->title));
	ticket_record_put(&record->team, slice_of(from->team));
	ticket_record_put(&record->mark, slice_of(from->mark));
	record->open = from->open;
}

static inline int fake_number(const struct ticket_record *record)
{
	return (int)strtol(record->id + 2, NULL, 10);
}

static inline void fake_find(struct fake *fake, const struct ticket_call *call, enum fault fault, struct ticket_answer *answer)
{
	for (int i = 0; i < fake->count; i++) {
		const struct fake_record *record = &fake->records[i];
		bool open = record->open || fake->clock < record->closed_at;   /* as the search knows it */

		if (!strcmp(record->correlation, call->correlation) && fake->clock >= record->shows_at && (open || call->closed)) {
			fake_give(fake, i, answer);
			answer->records.items[answer->records.count - 1].open = open;
		}
	}
	if (fault == FAULT_FOREIGN) {
		int number = fake_add(fake, "somebody-else", 0, "");

		fake->records[number].foreign = true;
		fake_give(fake, number, answer);
	}
}

/* A write by a slow server: what it will do is kept until its time comes. */
static inline void fake_late(struct fake *fake, const struct ticket_call *call)
{
	struct fake_late *late = &fake->late[fake->late_count];

	if ((call->verb != TICKET_CREATE && call->verb != TICKET_UPDATE) || fake->late_count == 4)
		return;
	fake->late_count++;
	*late = (struct fake_late){ .at = fake->clock + FAKE_LATE_MS, .record = call->verb == TICKET_CREATE ? -1 : fake_number(call->record) };
	fake_fill(&late->content, call->draft);
	fake_copy(late->content.team, sizeof late->content.team, call->draft->assignment);
	fake_copy(late->content.correlation, sizeof late->content.correlation, call->draft->correlation);
}

static inline void fake_create(struct fake *fake, const struct ticket_call *call, enum fault fault, struct ticket_answer *answer)
{
	int number = fake_add(fake, fault == FAULT_DROPPED ? "" : call->draft->correlation, 0, "");
	struct fake_record *record = &fake->records[number];

	record->ours = true;
	fake_fill(record, call->draft);
	fake_copy(record->team, sizeof record->team, call->draft->assignment);
	if (fault == FAULT_CUT) {
		record->hosts &= 1;
		record->mark[0] = '\0';
	}
	fake->creates++;
	fake_give(fake, number, answer);
	/* Systems that tell no more than the id. */
	ticket_record_put(&answer->records.items[0].mark, slice_of(""));
}

static inline void fake_write(struct fake *fake, const struct ticket_call *call, enum fault fault, struct ticket_answer *answer)
{
	struct fake_record *record = call->record ? &fake->records[fake_number(call->record)] : NULL;
	struct strbuf text = STRBUF_INIT(100000);

	fake->writes++;
	switch (call->verb) {
	case TICKET_CREATE:
		fake_create(fake, call, fault, answer);
		break;
	case TICKET_UPDATE:
		fake_fill(record, call->draft);
		if (fault == FAULT_CUT) {
			record->hosts &= 1;
			record->mark[0] = '\0';
		}
		break;
	case TICKET_NOTE:
		doc_plain(call->note, &text);
		record->notes++;
		/* `host-3: left out` stands in the note for each host that is gone. */
		for (unsigned i = 0; i < FAKE_HOSTS; i++) {
			char line[40];

			snprintf(line, sizeof line, "host-%u: gone", i);
			if (strstr(strbuf_text(&text), line))
				record->told |= 1u << i;
		}
		break;
	case TICKET_ATTACH:
		for (unsigned i = 0; i < FAKE_HOSTS; i++) {
			char name[16];

			snprintf(name, sizeof name, "host-%u", i);
			if (bytes_find(call->file.text, call->file.len, name, strlen(name)))
				record->csv |= 1u << i;
		}
		break;
	case TICKET_CLOSE:
		/* Never anything but a record of ours. */
		assert_true(!strcmp(record->correlation, call->correlation) || (record->ours && !record->correlation[0]));
		record->into = fake_number(call->into);
		fake_close(fake, record);
		break;
	default:
		fail();
	}
	strbuf_release(&text);
}

static inline bool is_write(enum ticket_verb verb)
{
	return verb >= TICKET_CREATE;
}

static inline void fake_do(struct fake *fake, const struct ticket_call *call, enum fault fault, struct ticket_answer *answer)
{
	if (is_write(call->verb)) {
		if (fault != FAULT_NOTHING)
			fake_write(fake, call, fault, answer);
	} else if (call->verb == TICKET_FIND) {
		fake_find(fake, call, fault, answer);
	} else if (call->verb == TICKET_READ && fault != FAULT_NOTHING) {
		fake_give(fake, fake_number(call->record), answer);
	}
}

static inline void fake_answer(struct ticket_answer *answer, enum ticket_outcome outcome, int status, const char *why)
{
	ticket_answer_release(answer);
	answer->outcome = outcome;
	answer->status = status;
	fake_copy(answer->why, sizeof answer->why, why);
}

/* A record as another machine's rouse makes it. */
static inline int fake_add_other(struct fake *fake, const char *correlation)
{
	char mark[160];

	snprintf(mark, sizeof mark, "%s 1 hosts 00000000000000ff", correlation);
	return fake_add(fake, correlation, 1, mark);
}

/* What happens in the world before the call is done. */
static inline void fake_before(struct fake *fake, const struct ticket_call *call, enum fault fault)
{
	if (fault == FAULT_CLOSED)
		for (int i = 0; i < fake->count; i++)
			fake_close(fake, &fake->records[i]);
	if (fault == FAULT_SECOND && call->correlation)
		fake_add_other(fake, call->correlation);
}

static inline enum step fake_step(struct tickets *tickets, struct ticket_answer *answer)
{
	struct fake_tickets *own = (struct fake_tickets *)tickets;
	struct fake *fake = own->fake;
	const struct ticket_call *call = own->call;
	int number = fake->calls++;
	enum fault fault = number < 64 ? fake->faults[number] : FAULT_NONE;

	if (fake->die_at == 2 * number)
		_exit(7);
	if (number < 64)
		fake->verbs[number] = (int)call->verb;
	fake->clock += 100;
	fake_settle(fake);
	fake_before(fake, call, fault);
	if (fault == FAULT_REFUSED) {
		fake_answer(answer, TICKET_REFUSED, STATUS_NO_PERMISSION, "Fake refused.");
	} else if (fault == FAULT_UNAVAILABLE || (!is_write(call->verb) && fault >= FAULT_LOST_DONE && fault <= FAULT_LOST_LATE)) {
		fake_answer(answer, TICKET_UNAVAILABLE, STATUS_UNAVAILABLE, "Fake does not answer.");
	} else if (fault == FAULT_STALE && call->verb == TICKET_UPDATE) {
		fake_answer(answer, TICKET_STALE, STATUS_TRY_LATER, "Fake was changed.");
	} else if (fault == FAULT_LOST_NOT || fault == FAULT_LOST_LATE) {
		if (fault == FAULT_LOST_LATE)
			fake_late(fake, call);
		fake_answer(answer, TICKET_LOST, STATUS_UNAVAILABLE, "Fake was cut off.");
	} else {
		fake_do(fake, call, fault, answer);
		if (fault == FAULT_LOST_DONE)
			fake_answer(answer, TICKET_LOST, STATUS_UNAVAILABLE, "Fake was cut off.");
	}
	if (fake->die_at == 2 * number + 1)
		_exit(7);
	return STEP_DONE;
}

static inline int fake_begin(struct tickets *tickets, const struct ticket_call *call, struct error *err)
{
	(void)err;
	((struct fake_tickets *)tickets)->call = call;
	return 0;
}

static inline void fake_cancel(struct tickets *tickets)
{
	((struct fake_tickets *)tickets)->call = NULL;
}

static inline void fake_where(const struct tickets *tickets, struct strbuf *out)
{
	strbuf_addf(out, "run%u", ((const struct fake_tickets *)tickets)->fake->run);
}

static const struct tickets_ops fake_ops = {
	.name = "fake", .title = "Fake", .children = true, .closes = true, .begin = fake_begin, .step = fake_step, .where = fake_where,
	.cancel = fake_cancel,
}, fake_lagging_ops = {
	.name = "fake", .title = "Fake", .children = true, .closes = true, .lags = true, .begin = fake_begin, .step = fake_step,
	.where = fake_where, .cancel = fake_cancel,
};

/* -- drafts -- */

static const struct { const char *name, *id; } fake_teams[] = { { "Windows Platform", "g1" }, { "Databases", "g2" } };

static inline void draft_text(char **field, const char *text)
{
	free(*field);
	*field = xstrdup(text);
}

/* Hosts with an even number are of the first team, the others of the second; without `teams` all are of the first. */
static inline void draft_host_add(struct draft *draft, unsigned bit, uint32_t team)
{
	struct draft_host *host = &draft->hosts[draft->host_count++];
	char name[16];

	snprintf(name, sizeof name, "host-%u", bit);
	*host = (struct draft_host){
		.device = { xmemdup(name, strlen(name)), strlen(name) }, .name = xstrdup(name), .group = xstrdup("prod"),
		.platform = xstrdup("WindowsServer2019"), .verdict = VERDICT_PASSIVE, .mode = xstrdup("1"), .other_av = xstrdup(""),
		.url = xstrdup(""), .note = xstrdup(""), .team = team, .signature_time = FAKE_NOW, .last_seen = FAKE_NOW,
	};
	draft->teams[team].count++;
}

/* A draft of some hosts, compared with the hosts that the store has for the record, as a session makes it. */
static inline void draft_of(struct draft *draft, unsigned hosts, bool teams, struct store *store, const struct fake *fake)
{
	struct store_ticket row;
	struct draft_past *past = NULL;
	size_t past_count = 0;
	bool found = false;
	char mark[100], system[32];

	*draft = (struct draft){ .run = 7, .run_started = FAKE_NOW, .now = FAKE_NOW, .complete = true };
	draft_text(&draft->correlation, CORRELATION);
	draft_text(&draft->title, "title");
	draft_text(&draft->note, "");
	draft_text(&draft->assignment, fake_teams[0].name);
	draft_text(&draft->assignment_id, "");
	draft_text(&draft->count_line, "in scope 6: active 0");
	draft_text(&draft->scope, "every machine group");
	draft->reasons = xcalloc(1, sizeof *draft->reasons);
	draft->teams = xcalloc(2, sizeof *draft->teams);
	draft->hosts = xcalloc(FAKE_HOSTS, sizeof *draft->hosts);
	draft->added = xcalloc(FAKE_HOSTS, sizeof *draft->added);
	draft->worse = xcalloc(FAKE_HOSTS, sizeof *draft->worse);
	draft->gone = xcalloc(FAKE_HOSTS, sizeof *draft->gone);
	draft->team_count = teams ? 2 : 1;
	for (uint32_t t = 0; t < draft->team_count; t++) {
		draft->teams[t] = (struct draft_team){
			.state = OWNER_OWNED, .name = xstrdup(fake_teams[t].name), .id = xstrdup(fake_teams[t].id), .contact = xstrdup(""),
			.first = draft->host_count,
		};
		for (unsigned bit = 0; bit < FAKE_HOSTS; bit++)
			if (hosts & 1u << bit && (!teams || bit % 2 == t))
				draft_host_add(draft, bit, t);
	}
	snprintf(mark, sizeof mark, CORRELATION " %u hosts %016x", draft->host_count, hosts + (teams ? 0x1000u : 0));
	draft_text(&draft->mark, mark);
	if (!store)
		return;
	snprintf(system, sizeof system, "fake run%u", fake->run);
	assert_int_equal(store_ticket_find(store, system, CORRELATION, &row, &found, NULL), 0);
	if (!found)
		return;
	assert_int_equal(store_ticket_hosts(store, row.id, &past, &past_count, NULL), 0);
	unsigned had = 0;

	for (size_t i = 0; i < past_count; i++)
		had |= 1u << (past[i].name[5] - '0');
	draft->update = true;
	for (uint32_t i = 0; i < draft->host_count; i++)
		if (!(had & 1u << (draft->hosts[i].name[5] - '0')))
			draft->added[draft->added_count++] = i;
	for (size_t i = 0; i < past_count; i++)
		if (!(hosts & 1u << (past[i].name[5] - '0'))) {
			struct draft_gone *gone = &draft->gone[draft->gone_count++];

			gone->name = xstrdup(past[i].name);
			fake_copy(gone->why, sizeof gone->why, "gone");
		}
	store_ticket_hosts_free(past, past_count);
	store_ticket_release(&row);
}

/* -- sends -- */

struct send {
	unsigned hosts;
	bool teams, per_run, fresh;
	int steps;                   /* after which the process ends; 0: none */
	const char *store_path;      /* for the lock */
};

/* What came of it; texts copied. */
struct sent {
	bool ended;                  /* it came to its end */
	int steps, calls;
	unsigned creates, writes;
	size_t items, warnings;
	enum ensure_word word;
	int status, record;          /* number of the record; -1 */
	uint32_t hosts;
	char sentence[1000], warning[8][1000];
};

static inline void sent_take(struct sent *sent, const struct ensure_result *result)
{
	const struct ensure_item *item = result->items;

	sent->ended = true;
	assert_true(result->count > 0);
	sent->items = result->count;
	sent->word = item->word;
	sent->status = result->status;
	sent->record = item->record.id[0] ? fake_number(&item->record) : -1;
	sent->hosts = item->hosts;
	fake_copy(sent->sentence, sizeof sent->sentence, item->sentence);
	sent->warnings = result->warning_count;
	for (size_t i = 0; i < result->warning_count && i < 8; i++)
		fake_copy(sent->warning[i], sizeof sent->warning[i], result->warnings[i]);
}

static inline void ensure_start(struct ensure **ensure, struct fake_tickets *tickets, struct store *store, const struct draft *draft,
                                const struct send *send)
{
	struct ensure_options plan = {
		.tickets = &tickets->base, .store = store, .store_path = send->store_path, .draft = draft, .scope = "scope",
		.per_run = send->per_run, .children = send->teams, .fresh = send->fresh, .now = FAKE_NOW + tickets->fake->clock / 1000,
		.clock = fake_clock, .clock_owner = tickets->fake,
	};

	assert_int_equal(ensure_begin(ensure, &plan, NULL), 0);
}

/* One step; a pause passes on the fake's clock. */
static inline enum step ensure_once(struct ensure *ensure, struct fake *fake)
{
	struct error err = {0};
	enum step step = ensure_step(ensure, &err);

	if (step == STEP_FAILED)
		fail_msg("%s", err.text);
	if (step == STEP_WAIT) {
		int wait = ensure_timeout_ms(ensure);

		assert_true(wait > 0);
		fake->clock += wait;
		fake_settle(fake);
	}
	return step;
}

static inline struct sent send_once(struct fake *fake, struct store *store, const struct send *send)
{
	struct fake_tickets tickets = { .base = { fake->lags ? &fake_lagging_ops : &fake_ops }, .fake = fake };
	struct sent sent = { .record = -1 };
	struct ensure *ensure = NULL;
	struct draft draft;

	fake->calls = 0;
	fake->creates = fake->writes = 0;
	draft_of(&draft, send->hosts, send->teams, store, fake);
	ensure_start(&ensure, &tickets, store, &draft, send);
	while (!sent.ended && (!send->steps || sent.steps < send->steps)) {
		sent.steps++;
		if (ensure_once(ensure, fake) == STEP_DONE)
			sent_take(&sent, ensure_result(ensure));
		assert_true(sent.steps < 5000);
	}
	sent.calls = fake->calls;
	sent.creates = fake->creates;
	sent.writes = fake->writes;
	ensure_free(&ensure);
	draft_release(&draft);
	memset(fake->faults, 0, sizeof fake->faults);
	return sent;
}

/* -- what must be so -- */

static inline int fake_open_count(const struct fake *fake, const char *correlation)
{
	int count = 0;

	for (int i = 0; i < fake->count; i++)
		count += fake->records[i].open && !strcmp(fake->records[i].correlation, correlation);
	return count;
}

#endif
