/* doctor_closing.c - the lines of doctor about CMDB, ticket system and places of the digest. */
#include <ctype.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/headless/doctor.h"
#include "core/io/talk.h"
#include "core/notify/notify.h"
#include "core/owners/owners.h"
#include "core/tickets/markdown.h"
#include "core/tickets/tickets.h"

#define WAIT_MS 1000
#define STEP_MS 50
#define SENTENCE_MAX 65536

/* What a check says and its mend are clauses in one room and sentences in another: `no such queue`, `correct [rt] queue` become
 * `no such queue. Correct [rt] queue.` */
static void add_sentence(const char *text, bool first, struct strbuf *out)
{
	size_t at = out->len;

	size_t word = strspn(text, "abcdefghijklmnopqrstuvwxyz");

	strbuf_adds(out, text);
	/* A name may stand first, as cmdb_ci_server does: it stays as it is. */
	if (out->len > at && (!first || text[word] == ' '))
		out->buf[at] = (char)toupper((unsigned char)out->buf[at]);
	if (out->len > at && !strchr(".:;?!", out->buf[out->len - 1]))
		strbuf_addc(out, '.');
}

static void print_checks(struct doctor *doctor, struct checks *checks)
{
	static const enum doctor_level levels[] = {
		[CHECK_OK] = DOCTOR_OK, [CHECK_WARNING] = DOCTOR_WARNING, [CHECK_FAILURE] = DOCTOR_FAILURE
	};

	for (size_t i = 0; i < checks->count; i++) {
		const struct check *item = &checks->items[i];
		struct strbuf text = STRBUF_INIT(SENTENCE_MAX), mend = STRBUF_INIT(SENTENCE_MAX);

		add_sentence(item->text, true, &text);
		add_sentence(item->mend ? item->mend : "", false, &mend);
		doctor_line(doctor, levels[item->level], item->name, strbuf_text(&text), strbuf_text(&mend));
		strbuf_release(&text);
		strbuf_release(&mend);
	}
	checks_release(checks);
}

static void wait_for(struct talk *talk, int fd)
{
	struct pollfd secret = { .fd = fd, .events = POLLIN };

	(void)talk_wait(talk, &secret, fd >= 0, WAIT_MS);
}

static void check_owners(struct doctor *doctor, const struct config *config, struct talk *talk)
{
	const char *kind = config_text(config, "owners.kind");
	const struct owners_ops *ops = owners_named(kind);
	struct owner_source *source = NULL;
	struct checks checks = {0};
	struct error err = {0};
	enum step step = STEP_MORE;

	if (!ops || (!strcmp(kind, "csv") && !config_text(config, "csv.file"))) {
		doctor_line(doctor, DOCTOR_WARNING, "owners", "Nobody knows who owns a host yet.",
		            "Name a CSV file in [csv] file, or a CMDB in [owners] "
		            "kind.");
		return;
	}
	if (ops->make(&source, config, talk, &err) || ops->check(source, &checks, &err))
		step = STEP_FAILED;
	while (step == STEP_MORE || step == STEP_WAIT) {
		step = ops->step(source, STEP_MS, &err);
		if (step == STEP_WAIT)
			wait_for(talk, ops->fd ? ops->fd(source) : -1);
	}
	print_checks(doctor, &checks);
	if (step == STEP_FAILED)
		doctor_line(doctor, DOCTOR_FAILURE, "owners", err.text, NULL);
	if (source)
		ops->free(source);
}

static void check_tickets(struct doctor *doctor, const struct work *work, struct talk *talk)
{
	const struct config *config = work->config;
	const struct tickets_ops *ops = tickets_named(config_text(config, "tickets.kind"));
	struct tickets *tickets = NULL;
	struct ticket_answer answer = {0};
	struct checks checks = {0};
	const struct ticket_call call = { .verb = TICKET_CHECK, .checks = &checks };
	struct error err = {0};
	enum step step = STEP_MORE;

	if (!ops) {
		doctor_line(doctor, DOCTOR_WARNING, "tickets", "No ticket system is configured.",
		            "[tickets] kind takes markdown, servicenow, jira or rt.");
		return;
	}
	if (!ops->make(&tickets, config, talk, &err))
		markdown_beside(tickets, work->store_path);
	if (!tickets || ops->begin(tickets, &call, &err))
		doctor_line(doctor, DOCTOR_FAILURE, "tickets", err.text, NULL);
	else
		while (step == STEP_MORE || step == STEP_WAIT) {
			step = ops->step(tickets, &answer);
			if (step == STEP_WAIT)
				wait_for(talk, ops->fd ? ops->fd(tickets) : -1);
		}
	print_checks(doctor, &checks);
	if (answer.outcome != TICKET_FINE)
		doctor_line(doctor, DOCTOR_FAILURE, "tickets", answer.why, NULL);
	ticket_answer_release(&answer);
	if (tickets)
		ops->free(tickets);
}

static void check_notify(struct doctor *doctor, const struct config *config, struct talk *talk)
{
	size_t count = 0;
	const char *const *kinds = config_list(config, "notify.kind", &count);

	for (size_t i = 0; i < count; i++) {
		const struct notify_ops *ops = notify_named(kinds[i]);
		struct notify *notify = NULL;
		struct checks checks = {0};
		struct error err = {0};
		if (!strcmp(kinds[i], "none"))
			continue;
		if (!ops) {
			doctor_line(doctor, DOCTOR_FAILURE, "notify", kinds[i],
			            "is no place for a digest: stdout, command, teams, slack or none.");
			continue;
		}
		if (ops->make(&notify, config, talk, &err)) {
			doctor_line(doctor, DOCTOR_FAILURE, "notify", err.text, NULL);
			continue;
		}
		ops->check(notify, &checks);
		print_checks(doctor, &checks);
		ops->free(notify);
	}
}

void doctor_closing(struct doctor *doctor, const struct work *work)
{
	struct talk *talk = NULL;
	struct error err = {0};

	if (talk_new(&talk, work->config, &err)) {
		doctor_line(doctor, DOCTOR_FAILURE, "network", err.text, NULL);
		return;
	}
	check_owners(doctor, work->config, talk);
	check_tickets(doctor, work, talk);
	check_notify(doctor, work->config, talk);
	talk_free(&talk);
}
