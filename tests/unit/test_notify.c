/* test_notify.c - the digest on its way out: payloads of hostile texts, webhooks that behave well and badly, commands, standard output. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/io/config.h"
#include "core/io/secret.h"
#include "core/notify/notify.h"
#include "core/notify/slack_blocks.h"
#include "core/notify/teams_card.h"
#include "tests/unit/digests.h"
#include "tests/unit/talk_make.h"

#define SECRET "s3cr3t-sig~1"
#define ANSWER(status, type, body) "HTTP/1.1 " status "\r\nContent-Type: " type "\r\nConnection: close\r\n\r\n" body
#define ACCEPTED "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"

/* One back end, and one server that may be asked. */
struct scene {
	struct loopback server;
	struct talk *talk;
	struct config *config;
	struct notify *notify;
	struct digest digest;
	char url[256];
	struct error err;
};

static void open_scene(struct scene *scene, const char *kind, const char *set, const struct loopback_line *script, size_t lines)
{
	const char *sets[1] = { set };

	*scene = (struct scene){ .notify = NULL };
	digest_morning(&scene->digest);
	talk_make(&scene->server, &scene->talk, script, lines);
	assert_int_equal(config_load(&scene->config, NULL, sets, set != NULL, &scene->err), 0);
	if (notify_named(kind)->make(&scene->notify, scene->config, scene->talk, &scene->err))
		fail_msg("%s", scene->err.text);
	if (!strcmp(kind, "teams"))
		snprintf(scene->url, sizeof scene->url, "http://127.0.0.1:%u/workflows/1f/triggers/manual/paths/invoke?sp=%%2Ft&sv=1.0&sig=%s",
		         scene->server.port, SECRET);
	else
		snprintf(scene->url, sizeof scene->url, "http://127.0.0.1:%u/services/T0/B0/%s", scene->server.port, SECRET);
}

static void close_scene(struct scene *scene)
{
	scene->notify->ops->free(scene->notify);
	talk_free(&scene->talk);
	config_free(&scene->config);
	loopback_close(&scene->server);
}

/* To the end, the clock moving on while nothing comes. */
static enum step finish(struct scene *scene)
{
	const struct notify_ops *ops = scene->notify->ops;
	enum step step;

	while ((step = ops->step(scene->notify, &scene->err)) == STEP_WAIT || step == STEP_MORE) {
		struct pollfd fd = { ops->fd ? ops->fd(scene->notify) : -1, POLLIN, 0 };

		loopback_step(&scene->server);
		talk_wait(scene->talk, &fd, fd.fd >= 0, 5);
		now += 20;
	}
	return step;
}

static enum step send_it(struct scene *scene)
{
	scene->err = (struct error){ 0 };
	assert_int_equal(scene->notify->ops->begin(scene->notify, &scene->digest, &scene->err), 0);
	return finish(scene);
}

/* -- texts -- */

static void text_is(const char *text, size_t most, const char *wanted)
{
	struct strbuf out = STRBUF_INIT(NOTIFY_TEXT_MAX);

	notify_text(text, most, &out);
	assert_string_equal(strbuf_text(&out), wanted);
	strbuf_release(&out);
}

static void texts(void **state)
{
	(void)state;
	text_is(NULL, 20, "");
	text_is("", 20, "");
	text_is("plain", 20, "plain");
	text_is("\x1b[31m", 20, "\\x1b[31m");
	text_is("\xe2\x80\xaegnp", 20, "\\u202egnp");
	text_is("\xff", 20, "\\xff");
	text_is("12345678901234567890", 20, "12345678901234567890");
	text_is("123456789012345678901", 20, "12345678901234567...");
	/* A character of two bytes at the cut is left out whole. */
	text_is("1234567890123456\xc3\xbc\xc3\xbc\xc3\xbc", 20, "1234567890123456...");
	text_is("123456789012345\xc3\xbc\xc3\xbc\xc3\xbc", 20, "123456789012345\xc3\xbc...");
}

static void addresses(void **state)
{
	char longest[2100] = "https://x/";

	(void)state;
	memset(longest + 10, 'a', 2050);
	assert_true(notify_url_good("https://dev1.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3D1&x=(1)"));
	assert_true(notify_url_good("http://127.0.0.1:8080/Ticket/Display.html?id=1"));
	assert_false(notify_url_good(NULL));
	assert_false(notify_url_good(""));
	assert_false(notify_url_good("http://rt.example.com/1"));
	assert_false(notify_url_good("javascript:alert(1)"));
	assert_false(notify_url_good("https://x/ y"));
	assert_false(notify_url_good("https://x/\"y"));
	assert_false(notify_url_good("https://x/>y"));
	assert_false(notify_url_good("https://x/\xc3\xbc"));
	assert_false(notify_url_good("https://x/\n"));
	assert_false(notify_url_good(longest));
}

static void names_and_words(void **state)
{
	static const char *const wanted[][3] = { { "stdout", "Standard output", "printed" }, { "command", "Command", "handed over" },
	                                         { "teams", "Teams", "accepted" }, { "slack", "Slack", "posted" } };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct notify_ops *ops = notify_named(wanted[i][0]);

		assert_non_null(ops);
		assert_string_equal(ops->title, wanted[i][1]);
		assert_string_equal(ops->word, wanted[i][2]);
		assert_true(ops->make && ops->encode && ops->begin && ops->step && ops->check && ops->show && ops->free);
	}
	assert_null(notify_named("pager"));
}

/* -- payloads -- */

/* Every text of a tree. */
struct look {
	const char *said;      /* the element's text that is looked for; NULL: none */
	unsigned urls, found;
	size_t runs;
};

static void walk_card(const cJSON *node, struct look *look)
{
	const cJSON *item, *type = cJSON_GetObjectItemCaseSensitive(node, "type");

	cJSON_ArrayForEach(item, node) {
		if (item->string && !strcmp(item->string, "url") && cJSON_IsString(item))
			look->urls++;
		if (item->string && !strcmp(item->string, "text")) {
			assert_true(cJSON_IsString(type) && cJSON_IsString(item));
			assert_string_equal(type->valuestring, "TextRun");   /* the one kind of text without Markdown */
			assert_true(*item->valuestring);
			has_not(item->valuestring, "<");
			has_not(item->valuestring, ">");
			look->runs++;
			look->found += look->said && strstr(item->valuestring, look->said);
		}
		if (item->string && !strcmp(item->string, "entities"))
			fail_msg("the card has entities");
		walk_card(item, look);
	}
}

static size_t as_teams_counts(const struct strbuf *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++)
		n += strchr("\"\\", text->buf[i]) ? 2u : (unsigned char)text->buf[i] >= 0x80 ? 3u : 1u;
	return n;
}

static struct look card_of(const struct digest *digest, const char *said)
{
	struct strbuf out = STRBUF_INIT((size_t)1 << 20);
	struct look look = { .said = said };
	cJSON *tree;

	strbuf_adds(&out, "before");   /* it appends */
	teams_card(digest, &out);
	assert_memory_equal(out.buf, "before", 6);
	assert_true(out.len <= TEAMS_CARD_MAX);
	assert_true(as_teams_counts(&out) <= 28672);
	for (size_t i = 0; i < out.len; i++)
		assert_true((unsigned char)out.buf[i] >= 0x20 && out.buf[i] != 0x7f);
	tree = cJSON_Parse(out.buf + 6);
	if (!tree)
		fail_msg("no JSON: %s", out.buf);
	walk_card(tree, &look);
	cJSON_Delete(tree);
	strbuf_release(&out);
	return look;
}

static void card(void **state)
{
	struct digest digest;
	struct look look;

	(void)state;
	digest_morning(&digest);
	look = card_of(&digest, "srv-sql-000412.corp.example.com");
	assert_int_equal(look.urls, 1);
	assert_int_equal(look.found, 1);
	assert_int_equal(card_of(&digest, "INCOMPLETE").found, 0);
	assert_int_equal(card_of(&digest, "without an owner").found, 2);
	assert_int_equal(card_of(&digest, "unassessed 24").found, 1);
	assert_int_equal(card_of(&digest, "INC0010042 updated").found, 1);
	digest.record_url = "http://rt.example.com/1";
	assert_int_equal(card_of(&digest, NULL).urls, 0);
	digest_incomplete(&digest);
	assert_int_equal(card_of(&digest, "INCOMPLETE").found, 1);
	assert_int_equal(card_of(&digest, "User Not Authenticated").found, 1);
	assert_int_equal(card_of(&(struct digest){ 0 }, NULL).runs, 1);
}

static void card_of_hostile(void **state)
{
	(void)state;
	for (size_t i = 0; i < HOSTILE_TEXTS; i++) {
		struct digest digest;
		char *huge = huge_text(hostile_texts[i]);

		digest_of(&digest, hostile_texts[i]);
		assert_int_equal(card_of(&digest, NULL).urls, 0);
		digest_of(&digest, huge);
		assert_int_equal(card_of(&digest, "...").urls, 0);
		free(huge);
	}
}

static void walk_blocks(const cJSON *node, struct look *look)
{
	const cJSON *item, *type = cJSON_GetObjectItemCaseSensitive(node, "type");

	cJSON_ArrayForEach(item, node) {
		if (item->string && !strcmp(item->string, "text") && cJSON_IsString(item)) {
			assert_true(cJSON_IsString(type));
			assert_true(*item->valuestring && strlen(item->valuestring) <= 3000);
			look->runs += strlen(item->valuestring);
			look->found += look->said && strstr(item->valuestring, look->said);
			if (!strcmp(type->valuestring, "plain_text")) {
				has_not(item->valuestring, "<");
				has_not(item->valuestring, ">");
			} else {   /* the one link, with words of ours */
				assert_string_equal(type->valuestring, "mrkdwn");
				assert_memory_equal(item->valuestring, "<http", 5);
				assert_ptr_equal(strchr(item->valuestring + 1, '<'), NULL);
				assert_string_equal(strchr(item->valuestring, '|'), "|Open the ticket>");
				look->urls++;
			}
			for (const char *at = strchr(item->valuestring, '&'); at; at = strchr(at + 1, '&'))
				assert_true(!strncmp(at, "&amp;", 5) || !strncmp(at, "&lt;", 4) || !strncmp(at, "&gt;", 4));
		}
		walk_blocks(item, look);
	}
}

static struct look blocks_of(const struct digest *digest, const char *said)
{
	struct strbuf out = STRBUF_INIT((size_t)1 << 20);
	struct look look = { .said = said };
	cJSON *tree;
	const cJSON *text;

	slack_blocks(digest, &out);
	for (size_t i = 0; i < out.len; i++)
		assert_true((unsigned char)out.buf[i] >= 0x20 && out.buf[i] != 0x7f);
	tree = cJSON_Parse(strbuf_text(&out));
	if (!tree)
		fail_msg("no JSON: %s", strbuf_text(&out));
	text = cJSON_GetObjectItemCaseSensitive(tree, "text");
	assert_true(cJSON_IsString(text) && *text->valuestring);
	has_not(text->valuestring, "<");
	walk_blocks(cJSON_GetObjectItemCaseSensitive(tree, "blocks"), &look);
	assert_true(look.runs <= SLACK_BLOCKS_MAX);
	assert_true(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(tree, "blocks")) <= 10);
	cJSON_Delete(tree);
	strbuf_release(&out);
	return look;
}

static void blocks(void **state)
{
	struct digest digest;

	(void)state;
	digest_morning(&digest);
	assert_int_equal(blocks_of(&digest, "srv-sql-000412.corp.example.com: disabled").urls, 1);
	assert_int_equal(blocks_of(&digest, "srv-sql-000412.corp.example.com: disabled").found, 1);
	assert_int_equal(blocks_of(&digest, "sys_id%3D1f0c&amp;x=1|").found, 1);
	assert_int_equal(blocks_of(&digest, "44  without an owner").found, 1);
	assert_int_equal(blocks_of(&digest, "INCOMPLETE").found, 0);
	digest_incomplete(&digest);
	assert_int_equal(blocks_of(&digest, "INCOMPLETE: The canary").found, 1);
	assert_int_equal(blocks_of(&digest, "User Not Authenticated").found, 1);
	assert_int_equal(blocks_of(&digest, NULL).urls, 0);
	assert_int_equal(blocks_of(&(struct digest){ 0 }, "Nothing").found, 1);
	for (size_t i = 0; i < HOSTILE_TEXTS; i++) {
		char *huge = huge_text(hostile_texts[i]);

		digest_of(&digest, hostile_texts[i]);
		assert_int_equal(blocks_of(&digest, NULL).urls, 0);
		digest_of(&digest, huge);
		assert_int_equal(blocks_of(&digest, "...").urls, 0);
		free(huge);
	}
	digest_of(&digest, "&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&");
	blocks_of(&digest, NULL);
}

/* -- webhooks -- */

/* What no sentence, no dry run and no check may hold. */
static void no_secret(const char *text)
{
	has_not(text, "s3cr3t");
	has_not(text, "sig~1");
}

static void fails_with(struct scene *scene, enum status status, const char *part, const char *mend)
{
	setenv(!strcmp(scene->notify->ops->name, "teams") ? "ROUSE_TEAMS_URL" : "ROUSE_SLACK_URL", scene->url, 1);
	assert_int_equal(send_it(scene), STEP_FAILED);
	has(scene->err.text, part);
	has(scene->err.text, mend);
	assert_int_equal(scene->err.status, status);
	no_secret(scene->err.text);
}

static void teams_accepts(void **state)
{
	static const struct loopback_line script[] = { { ACCEPTED, false }, { ACCEPTED, false } };
	struct scene scene;
	struct strbuf body = STRBUF_INIT((size_t)1 << 20);

	(void)state;
	open_scene(&scene, "teams", NULL, LINES(script));
	setenv("ROUSE_TEAMS_URL", scene.url, 1);
	if (send_it(&scene) != STEP_DONE)
		fail_msg("%s", scene.err.text);
	assert_null(getenv("ROUSE_TEAMS_URL"));
	teams_card(&scene.digest, &body);
	has(scene.server.asked[0], "POST /workflows/1f/triggers/manual/paths/invoke?sp=%2Ft&sv=1.0&sig=" SECRET " HTTP/1.1\r\n");
	has(scene.server.asked[0], "Content-Type: application/json; charset=utf-8\r\n");
	assert_string_equal(strstr(scene.server.asked[0], "\r\n\r\n") + 4, strbuf_text(&body));
	/* Again, also by another that is made later: the environment has lost the address. */
	assert_int_equal(send_it(&scene), STEP_DONE);
	assert_int_equal(scene.server.asked_count, 2);
	strbuf_release(&body);
	close_scene(&scene);
}

static void second_one_knows_the_address(void **state)
{
	static const struct loopback_line script[] = { { ANSWER("200 OK", "text/html", "ok"), true }, { ANSWER("200 OK", "text/plain", "ok\n"), true } };
	struct scene scene;

	(void)state;
	open_scene(&scene, "slack", NULL, LINES(script));
	setenv("ROUSE_SLACK_URL", scene.url, 1);
	assert_int_equal(send_it(&scene), STEP_DONE);
	scene.notify->ops->free(scene.notify);
	assert_int_equal(notify_slack.make(&scene.notify, scene.config, scene.talk, &scene.err), 0);
	assert_int_equal(send_it(&scene), STEP_DONE);
	assert_int_equal(scene.server.asked_count, 2);
	has(scene.server.asked[1], "POST /services/T0/B0/" SECRET " HTTP/1.1\r\n");
	close_scene(&scene);
}

static void one_retry_on_429(void **state)
{
	static const char later[] = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
	static const struct loopback_line good[] = { { later, true }, { ACCEPTED, false } }, bad[] = { { later, true }, { later, true }, { ACCEPTED, false } };
	struct scene scene;

	(void)state;
	open_scene(&scene, "teams", NULL, LINES(good));
	setenv("ROUSE_TEAMS_URL", scene.url, 1);
	assert_int_equal(send_it(&scene), STEP_DONE);
	assert_int_equal(scene.server.asked_count, 2);
	assert_true(scene.server.times[1] - scene.server.times[0] >= 2000);
	close_scene(&scene);
	open_scene(&scene, "teams", NULL, LINES(bad));
	fails_with(&scene, STATUS_TRY_LATER, "429", "Teams");
	assert_int_equal(scene.server.asked_count, 2);
	close_scene(&scene);
}

/* A digest whose answer was lost may be there: it is not posted a second time. */
static void lost_answers(void **state)
{
	static const struct loopback_line cut[] = { { NULL, true }, { ACCEPTED, false } };
	static const struct loopback_line fault[] = { { ANSWER("502 Bad Gateway", "text/html", "<html>no</html>"), true }, { ACCEPTED, false } };
	struct scene scene;

	(void)state;
	open_scene(&scene, "teams", NULL, LINES(cut));
	fails_with(&scene, STATUS_FAILED, "may have arrived", "not posted a second time");
	assert_int_equal(scene.server.asked_count, 1);
	close_scene(&scene);
	open_scene(&scene, "slack", NULL, LINES(fault));
	fails_with(&scene, STATUS_FAILED, "502", "may have arrived");
	assert_int_equal(scene.server.asked_count, 1);
	close_scene(&scene);
}

static void teams_refuses(void **state)
{
	static const struct { const char *answer; enum status status; const char *part, *mend; } cases[] = {
		{ ANSWER("401 Unauthorized", "application/json", "{\"error\":{\"code\":\"x\",\"message\":\"No scheme\"}}"), STATUS_NO_PERMISSION, "401", "signature" },
		{ ANSWER("404 Not Found", "application/json", "{}"), STATUS_FAILED, "404", "The workflow is gone or turned off" },
		{ ANSWER("400 Bad Request", "application/json", "{}"), STATUS_FAILED, "400", "run history" },
		{ ANSWER("200 OK", "text/plain", "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429"),
		  STATUS_UNAVAILABLE, "could not be delivered", "200" },
		{ ANSWER("200 OK", "text/html", "<html>Sign in</html>"), STATUS_UNAVAILABLE, "A web page answered", "proxy" },
		{ "HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", STATUS_FAILED, "302", "Teams" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct loopback_line script[] = { { cases[i].answer, true } };
		struct scene scene;

		open_scene(&scene, "teams", NULL, LINES(script));
		fails_with(&scene, cases[i].status, cases[i].part, cases[i].mend);
		close_scene(&scene);
	}
}

static void slack_refuses(void **state)
{
	static const struct { const char *answer; enum status status; const char *part, *mend; } cases[] = {
		{ ANSWER("404 Not Found", "text/html", "no_service"), STATUS_FAILED, "It said no_service.", "The webhook is gone" },
		{ ANSWER("404 Not Found", "text/plain", "no_active_hooks"), STATUS_FAILED, "no_active_hooks", "turned off" },
		{ ANSWER("403 Forbidden", "text/html", "invalid_token"), STATUS_NO_PERMISSION, "invalid_token", "revoked" },
		{ ANSWER("410 Gone", "text/html", "channel_is_archived"), STATUS_FAILED, "410", "archived" },
		{ ANSWER("400 Bad Request", "text/plain", "msg_blocks_too_long"), STATUS_FAILED, "msg_blocks_too_long", "report" },
		{ ANSWER("200 OK", "text/html", "<html>\x1b[31mSign in</html>"), STATUS_UNAVAILABLE, "not ok: <html>\\x1b[31mSign in", "proxy" },
		{ ANSWER("200 OK", "text/html", ""), STATUS_UNAVAILABLE, "nothing at all", "proxy" },
		{ ANSWER("200 OK", "text/html", "okay"), STATUS_UNAVAILABLE, "not ok: okay", "proxy" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct loopback_line script[] = { { cases[i].answer, true } };
		struct scene scene;

		open_scene(&scene, "slack", NULL, LINES(script));
		fails_with(&scene, cases[i].status, cases[i].part, cases[i].mend);
		close_scene(&scene);
	}
}

/* Addresses that are not asked at all. */
static void shapes(void **state)
{
	static const struct { const char *kind, *url, *part; } cases[] = {
		{ "teams", "https://contoso.webhook.office.com/webhookb2/s3cr3t", "retired" },
		{ "teams", "https://outlook.office.com/webhook/s3cr3t", "retired" },
		{ "teams", "https://prod-01.westeurope.logic.azure.com:443/workflows/1f/triggers/manual/paths/invoke?sp=s3cr3t", "sig=" },
		{ "teams", "https://prod-01.westeurope.logic.azure.com/s3cr3t?sig=s3cr3t", "not that of a workflow" },
		{ "teams", "http://prod-01.westeurope.logic.azure.com/workflows/1f/triggers/manual/paths/invoke?sig=s3cr3t", "https" },
		{ "teams", "s3cr3t", "Teams address" },
		{ "slack", "https://hooks.slack.com/triggers/T0/1/s3cr3t", "workflow" },
		{ "slack", "https://hooks.slack.com/s3cr3t", "incoming webhook" },
		{ "slack", "https://hooks.slack.com", "incoming webhook" },
		{ "slack", "http://hooks.slack.com/services/T0/B0/s3cr3t", "https" },
		{ "slack", "https://user:s3cr3t@hooks.slack.com/services/T0/B0/s3cr3t", "Slack address" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scene scene;
		struct checks checks = { 0 };

		open_scene(&scene, cases[i].kind, NULL, NULL, 0);
		snprintf(scene.url, sizeof scene.url, "%s", cases[i].url);
		fails_with(&scene, STATUS_CONFIG, cases[i].part, "");
		scene.notify->ops->check(scene.notify, &checks);
		assert_int_equal(checks.count, 1);
		assert_int_equal(checks.items[0].level, CHECK_FAILURE);
		has(checks.items[0].text, cases[i].part);
		no_secret(checks.items[0].text);
		assert_int_equal(scene.server.accepted, 0);
		checks_release(&checks);
		close_scene(&scene);
	}
}

static void check_one(const char *kind, const char *url, enum check_level level, const char *part)
{
	struct scene scene;
	struct checks checks = { 0 };

	open_scene(&scene, kind, NULL, NULL, 0);
	if (url)
		setenv(!strcmp(kind, "teams") ? "ROUSE_TEAMS_URL" : "ROUSE_SLACK_URL", url, 1);
	scene.notify->ops->check(scene.notify, &checks);
	assert_int_equal(checks.count, 1);
	if (checks.items[0].level != level)
		fail_msg("%s", checks.items[0].text);
	has(checks.items[0].text, part);
	assert_int_equal(!*checks.items[0].mend, level == CHECK_OK);
	no_secret(checks.items[0].text);
	checks_release(&checks);
	close_scene(&scene);
}

static void examined(void **state)
{
	(void)state;
	check_one("teams", "https://prod-01.westeurope.logic.azure.com:443/workflows/1f/triggers/manual/paths/invoke?api-version=1&sig=s3cr3t", CHECK_OK,
	          "prod-01.westeurope.logic.azure.com");
	check_one("teams", "https://a.b.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/1f/triggers/manual/paths/invoke?"
	          "api-version=1&sp=x&sv=1.0&sig=s3cr3t", CHECK_OK, "nothing was posted");
	check_one("teams", "https://gateway.example.com/workflows/1f/triggers/manual/paths/invoke?sig=s3cr3t", CHECK_WARNING, "gateway.example.com");
	check_one("teams", NULL, CHECK_FAILURE, "ROUSE_TEAMS_URL, teams.url_file or teams.url_command");
	check_one("slack", "https://hooks.slack.com/services/T0/B0/s3cr3t", CHECK_OK, "hooks.slack.com");
	check_one("slack", "https://evilhooks.slack.com.example/services/T0/B0/s3cr3t", CHECK_WARNING, "not the service's own");
	check_one("slack", NULL, CHECK_FAILURE, "ROUSE_SLACK_URL");
}

static void from_a_command(void **state)
{
	static const struct loopback_line script[] = { { ACCEPTED, false } };
	struct scene scene;
	struct error err = { 0 };
	char set[512], url[256];
	struct config *config = NULL;
	const char *sets[1] = { set };

	(void)state;
	open_scene(&scene, "teams", NULL, LINES(script));
	snprintf(url, sizeof url, "%s", scene.url);
	snprintf(set, sizeof set, "teams.url_command=sleep 0.2; echo '%s'", url);
	assert_int_equal(config_load(&config, NULL, sets, 1, &err), 0);
	scene.notify->ops->free(scene.notify);
	assert_int_equal(notify_teams.make(&scene.notify, config, scene.talk, &err), 0);
	assert_int_equal(scene.notify->ops->begin(scene.notify, &scene.digest, &err), 0);
	assert_int_equal(scene.notify->ops->step(scene.notify, &err), STEP_WAIT);
	assert_true(scene.notify->ops->fd(scene.notify) >= 0);
	assert_int_equal(finish(&scene), STEP_DONE);
	assert_int_equal(scene.server.asked_count, 1);
	close_scene(&scene);
	config_free(&config);
}

/* While an address is awaited or a post is under way: given up without a word left behind. */
static void given_up(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, "slack", "slack.url_command=sleep 100", NULL, 0);
	assert_int_equal(scene.notify->ops->begin(scene.notify, &scene.digest, &scene.err), 0);
	assert_int_equal(scene.notify->ops->step(scene.notify, &scene.err), STEP_WAIT);
	close_scene(&scene);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void shown(void **state)
{
	static const char *const kinds[] = { "stdout", "command", "teams", "slack" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct scene scene;
		struct strbuf out = STRBUF_INIT((size_t)1 << 20);

		open_scene(&scene, kinds[i], i == 1 ? "command.run=curl https://x/s3cr3t" : NULL, NULL, 0);
		setenv("ROUSE_TEAMS_URL", scene.url, 1);
		setenv("ROUSE_SLACK_URL", scene.url, 1);
		scene.notify->ops->show(scene.notify, &scene.digest, &out);
		has(strbuf_text(&out), "srv-sql-000412.corp.example.com");
		no_secret(strbuf_text(&out));
		if (i >= 2)
			has(strbuf_text(&out), "POST ***\n");
		assert_non_null(getenv("ROUSE_TEAMS_URL"));   /* it was not even read */
		unsetenv("ROUSE_TEAMS_URL");
		unsetenv("ROUSE_SLACK_URL");
		strbuf_release(&out);
		close_scene(&scene);
	}
}

/* -- commands and standard output -- */

static void read_file(const char *path, struct strbuf *out)
{
	char piece[4096];
	FILE *file = fopen(path, "r");
	size_t n;

	assert_non_null(file);
	strbuf_clear(out);
	while ((n = fread(piece, 1, sizeof piece, file)) > 0)
		strbuf_add(out, piece, n);
	fclose(file);
	unlink(path);
}

static void command_gets_the_digest(void **state)
{
	char path[] = "/tmp/rouse-notify-XXXXXX", set[256];
	int fd = mkstemp(path);
	struct scene scene;
	struct strbuf got = STRBUF_INIT((size_t)1 << 20), wanted = STRBUF_INIT((size_t)1 << 20);

	(void)state;
	close(fd);
	setenv("ROUSE_NOTIFY_TEST", "s3cr3t", 1);
	snprintf(set, sizeof set, "command.run=cat > %s; env >> %s; echo noise", path, path);
	open_scene(&scene, "command", set, NULL, 0);
	if (send_it(&scene) != STEP_DONE)
		fail_msg("%s", scene.err.text);
	read_file(path, &got);
	digest_plain(&scene.digest, &wanted);
	assert_true(got.len > wanted.len);
	assert_memory_equal(got.buf, wanted.buf, wanted.len);
	has(got.buf + wanted.len, "PATH=");
	has_not(got.buf + wanted.len, "ROUSE_");
	unsetenv("ROUSE_NOTIFY_TEST");
	strbuf_release(&got);
	strbuf_release(&wanted);
	close_scene(&scene);
}

static void command_fails(void **state)
{
	static const struct { const char *run; enum status status; const char *part, *said; } cases[] = {
		{ "command.run=echo 'no \x1b[31mlink' >&2; echo more >&2; exit 3", STATUS_FAILED, "ended with status 3.", "It said: no \\x1b[31mlink more" },
		{ "command.run=rouse-no-such-program", STATUS_CONFIG, "127", "its whole path" },
		{ "command.run=kill -9 $$", STATUS_FAILED, "ended by signal 9.", "" },
		{ "command.run=cat >/dev/null; exit 1", STATUS_FAILED, "ended with status 1.", "" },
		{ "command.run=yes complaint 2>/dev/null | head -c 100000 >&2; exit 4", STATUS_FAILED, "status 4", "complaint..." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scene scene;

		open_scene(&scene, "command", cases[i].run, NULL, 0);
		assert_int_equal(send_it(&scene), STEP_FAILED);
		has(scene.err.text, cases[i].part);
		if (i != 4)
			has(scene.err.text, cases[i].said);
		assert_int_equal(scene.err.status, cases[i].status);
		assert_true(strlen(scene.err.text) < 700);
		close_scene(&scene);
	}
}

/* One that reads nothing, and one that reads late: no step waits for it. */
static void command_is_not_waited_for(void **state)
{
	static const char *const runs[] = { "command.run=true", "command.run=exec <&-; sleep 0.3", "command.run=sleep 0.3; cat >/dev/null" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct scene scene;
		char *huge = huge_text("x");

		open_scene(&scene, "command", runs[i], NULL, 0);
		digest_of(&scene.digest, huge);   /* 200 kB: more than a pipe holds */
		assert_int_equal(scene.notify->ops->begin(scene.notify, &scene.digest, &scene.err), 0);
		for (enum step step = STEP_WAIT; step == STEP_WAIT;) {
			int64_t from = clock_ms();

			step = scene.notify->ops->step(scene.notify, &scene.err);
			assert_true(clock_ms() - from < 150);
			assert_true(step != STEP_FAILED);
			nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
		}
		free(huge);
		close_scene(&scene);
	}
}

/* With all it started: nothing of its group is left. */
/* Whether a process of the group still runs. One that was killed is taken over by init, which may never fetch its end: such a one is no
 * process any more, though a signal still reaches it. */
static bool is_alive(pid_t group)
{
	DIR *processes = opendir("/proc");
	bool alive = false;

	assert_non_null(processes);
	for (const struct dirent *entry; !alive && (entry = readdir(processes)) != NULL;) {
		char path[300], line[512] = "", state = 0;
		int of = 0;

		snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
		FILE *file = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' ? fopen(path, "r") : NULL;
		if (!file)
			continue;
		/* `17 (sh) S 1 17 ...`: the name may hold anything, the last bracket ends it. */
		if (fgets(line, sizeof line, file) && strrchr(line, ')'))
			alive = sscanf(strrchr(line, ')') + 1, " %c %*d %d", &state, &of) == 2 && of == group && state != 'Z' && state != 'X';
		fclose(file);
	}
	closedir(processes);
	return alive;
}

static void command_given_up(void **state)
{
	char path[] = "/tmp/rouse-notify-XXXXXX", set[256];
	int fd = mkstemp(path);
	struct scene scene;
	struct strbuf got = STRBUF_INIT(4096);
	int64_t from = clock_ms();
	pid_t group;

	(void)state;
	close(fd);
	snprintf(set, sizeof set, "command.run=sleep 100 & echo $$ > %s; sleep 100", path);
	open_scene(&scene, "command", set, NULL, 0);
	assert_int_equal(scene.notify->ops->begin(scene.notify, &scene.digest, &scene.err), 0);
	do {
		struct stat now_there;

		assert_int_equal(scene.notify->ops->step(scene.notify, &scene.err), STEP_WAIT);
		assert_int_equal(stat(path, &now_there), 0);
		fd = now_there.st_size > 0;
	} while (!fd);
	read_file(path, &got);
	group = (pid_t)strtol(strbuf_text(&got), NULL, 10);
	assert_true(group > 1);
	assert_int_equal(kill(-group, 0), 0);
	close_scene(&scene);
	assert_true(clock_ms() - from < 5000);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	for (int i = 0; i < 200 && is_alive(group); i++)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	assert_false(is_alive(group));
	strbuf_release(&got);
}

static void command_examined(void **state)
{
	static const struct { const char *run; enum check_level level; const char *part; } cases[] = {
		{ "command.run=sh -c 'echo s3cr3t'", CHECK_OK, "`sh` takes the digest; it was not run" },
		{ "command.run=rouse-no-such-program s3cr3t", CHECK_WARNING, "`rouse-no-such-program`" },
		{ "command.run=/bin/sh s3cr3t", CHECK_OK, "/bin/sh" },
		{ "command.run=/no/such/file s3cr3t", CHECK_WARNING, "/no/such/file" },
		{ "command.run=$HOOK s3cr3t", CHECK_OK, "A command takes" },
		{ "command.run=TOKEN=s3cr3t curl", CHECK_OK, "A command takes" },
	};
	struct scene scene;
	struct notify *notify = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct checks checks = { 0 };

		open_scene(&scene, "command", cases[i].run, NULL, 0);
		scene.notify->ops->check(scene.notify, &checks);
		assert_int_equal(checks.count, 1);
		assert_int_equal(checks.items[0].level, cases[i].level);
		has(checks.items[0].text, cases[i].part);
		no_secret(checks.items[0].text);
		checks_release(&checks);
		close_scene(&scene);
	}
	open_scene(&scene, "stdout", NULL, NULL, 0);
	assert_int_equal(notify_command.make(&notify, scene.config, scene.talk, &scene.err), -1);
	assert_int_equal(scene.err.status, STATUS_CONFIG);
	has(scene.err.text, "[command] run");
	close_scene(&scene);
}

static void printed(void **state)
{
	char path[] = "/tmp/rouse-notify-XXXXXX";
	int fd = mkstemp(path), kept = dup(STDOUT_FILENO);
	struct scene scene;
	enum step step;
	struct strbuf got = STRBUF_INIT((size_t)1 << 20), wanted = STRBUF_INIT((size_t)1 << 20);

	(void)state;
	open_scene(&scene, "stdout", NULL, NULL, 0);
	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	step = send_it(&scene);
	dup2(kept, STDOUT_FILENO);
	assert_int_equal(step, STEP_DONE);
	read_file(path, &got);
	digest_plain(&scene.digest, &wanted);
	assert_string_equal(strbuf_text(&got), strbuf_text(&wanted));
	close(fd);
	/* Nowhere to print to. */
	fd = open("/dev/full", O_WRONLY);
	dup2(fd, STDOUT_FILENO);
	step = send_it(&scene);
	clearerr(stdout);
	dup2(kept, STDOUT_FILENO);
	assert_int_equal(step, STEP_FAILED);
	assert_int_equal(scene.err.status, STATUS_IO);
	close(fd);
	close(kept);
	strbuf_release(&got);
	strbuf_release(&wanted);
	close_scene(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts), cmocka_unit_test(addresses), cmocka_unit_test(names_and_words), cmocka_unit_test(card),
		cmocka_unit_test(card_of_hostile), cmocka_unit_test(blocks), cmocka_unit_test(teams_accepts), cmocka_unit_test(second_one_knows_the_address),
		cmocka_unit_test(one_retry_on_429), cmocka_unit_test(lost_answers), cmocka_unit_test(teams_refuses), cmocka_unit_test(slack_refuses),
		cmocka_unit_test(shapes), cmocka_unit_test(examined), cmocka_unit_test(from_a_command), cmocka_unit_test(given_up), cmocka_unit_test(shown),
		cmocka_unit_test(command_gets_the_digest), cmocka_unit_test(command_fails), cmocka_unit_test(command_is_not_waited_for),
		cmocka_unit_test(command_given_up), cmocka_unit_test(command_examined), cmocka_unit_test(printed),
	};

	signal(SIGPIPE, SIG_IGN);   /* as rouse does */
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	unsetenv("ROUSE_CONFIG");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
