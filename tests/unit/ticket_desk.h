/* ticket_desk.h - a ticket system over HTTP in front of a server that runs in the test: a script of answers, one call after another, and what
 * was asked. The clock is the test's own, so pauses take no time. */
#ifndef ROUSE_TEST_TICKET_DESK_H
#define ROUSE_TEST_TICKET_DESK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/io/config.h"
#include "core/io/talk.h"
#include "core/tickets/tickets.h"
#include "tests/unit/loopback.h"

/* Answers that end with their connection, so that no length has to be counted. */
#define ANSWER(status, type, body) { "HTTP/1.1 " status "\r\nContent-Type: " type "\r\nConnection: close\r\n\r\n" body, true }
#define JSON(status, body) ANSWER(status, "application/json;charset=UTF-8", body)
#define OK(body) JSON("200 OK", body)
#define HTML(status) ANSWER(status, "text/html", "<html><title>Sign in</title></html>")
#define EMPTY(status) { "HTTP/1.1 " status "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", true }
#define LOST { NULL, true }
#define SETS_MAX 16

static int64_t desk_now = 1000000;

static int64_t desk_clock(void)
{
	return desk_now;
}

struct desk {
	struct loopback server;
	struct config *config;
	struct talk *talk;
	struct tickets *tickets;
	struct ticket_answer answer;
	struct error err;
	char path[64];
};

static inline int desk_config(struct desk *desk, const char *section, const char *const *sets)
{
	const char *all[SETS_MAX + 1];
	char url[128];
	size_t count = 0;
	int fd;

	snprintf(desk->path, sizeof desk->path, "/tmp/rouse-desk-XXXXXX");
	fd = mkstemp(desk->path);
	assert_true(fd >= 0);
	close(fd);
	snprintf(url, sizeof url, "%s.url=http://127.0.0.1:%u", section, desk->server.port);
	all[count++] = url;
	for (; *sets; sets++)
		all[count++] = *sets;
	return config_load(&desk->config, desk->path, all, count, &desk->err);
}

/* `sets` end with NULL; the address of the server is set besides. */
static inline void desk_open(struct desk *desk, const char *name, const struct loopback_line *script, size_t lines, const char *const *sets)
{
	*desk = (struct desk){ .talk = NULL };
	loopback_open(&desk->server, script, lines, desk_clock);
	if (desk_config(desk, name, sets) || talk_new(&desk->talk, desk->config, &desk->err))
		fail_msg("%s", desk->err.text);
	talk_clock(desk->talk, desk_clock);
	if (tickets_named(name) && tickets_named(name)->make(&desk->tickets, desk->config, desk->talk, &desk->err))
		fail_msg("%s", desk->err.text);
}

static inline void desk_close(struct desk *desk)
{
	ticket_answer_release(&desk->answer);
	if (desk->tickets)
		desk->tickets->ops->free(desk->tickets);
	talk_free(&desk->talk);
	config_free(&desk->config);
	unlink(desk->path);
	loopback_close(&desk->server);
}

/* One call to its end. */
static inline const struct ticket_answer *desk_call(struct desk *desk, const struct ticket_call *call)
{
	struct strbuf waiting = STRBUF_INIT(400);
	enum step step;

	ticket_answer_release(&desk->answer);
	assert_int_equal(desk->tickets->ops->begin(desk->tickets, call, &desk->err), 0);
	while ((step = desk->tickets->ops->step(desk->tickets, &desk->answer)) != STEP_DONE) {
		assert_int_not_equal(step, STEP_FAILED);
		loopback_step(&desk->server);
		strbuf_clear(&waiting);
		desk->tickets->ops->waiting(desk->tickets, &waiting);
		if (waiting.len)
			desk_now += 50;
		else if (step == STEP_WAIT)
			talk_wait(desk->talk, NULL, 0, 5);
	}
	strbuf_release(&waiting);
	return &desk->answer;
}

static inline void has(const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("`%s` is not in `%s`", part, text ? text : "(nothing)");
}

static inline void has_not(const char *text, const char *part)
{
	if (text && strstr(text, part))
		fail_msg("`%s` is in `%s`", part, text);
}

/* A draft of one team with as many hosts as wanted. */
static inline void desk_draft(struct draft *draft, uint32_t hosts, const char *team, const char *team_id)
{
	char text[120];

	*draft = (struct draft){ .complete = true, .run_started = 1795000000, .now = 1795003600, .host_count = hosts, .team_count = 1 };
	draft->correlation = xstrdup("rouse-1f0c9d2e4b5a");
	draft->title = xstrdup("Defender \"passive\": 2 servers");
	draft->note = xstrdup("");
	draft->assignment = xstrdup(team);
	draft->assignment_id = xstrdup(team_id);
	snprintf(text, sizeof text, "rouse-1f0c9d2e4b5a %u hosts 9f86d081884c7d65", hosts);
	draft->mark = xstrdup(text);
	draft->count_line = xstrdup("in scope 2: active 0, passive 2");
	draft->scope = xstrdup("every machine group");
	draft->teams = xcalloc(1, sizeof *draft->teams);
	draft->teams[0] = (struct draft_team){ .state = OWNER_OWNED, .name = xstrdup(team), .id = xstrdup(team_id), .contact = xstrdup(""), .count = hosts };
	draft->hosts = xcalloc(hosts + 1, sizeof *draft->hosts);
	for (uint32_t i = 0; i < hosts; i++) {
		struct draft_host *host = &draft->hosts[i];

		*host = (struct draft_host){ .verdict = VERDICT_PASSIVE, .signature_time = TIME_NONE, .last_seen = TIME_NONE };
		snprintf(text, sizeof text, "srv-%05u.corp.example.com", i);
		host->name = xstrdup(text);
		host->device = (struct slice){ xstrdup("id"), 2 };
		host->group = xstrdup("Prod");
		host->platform = xstrdup("WindowsServer2022");
		host->mode = xstrdup("1");
		host->other_av = xstrdup("");
		host->url = xstrdup("https://security.example.com/machines/1");
		host->note = xstrdup("");
	}
}

static inline struct ticket_record desk_record(const char *id, const char *number, const char *correlation)
{
	struct ticket_record record;

	ticket_record_init(&record);
	ticket_record_put(&record.id, slice_of(id));
	ticket_record_put(&record.number, slice_of(number));
	ticket_record_put(&record.correlation, slice_of(correlation));
	return record;
}

#endif
