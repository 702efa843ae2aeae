/* servicenow.c - ServiceNow's CMDB as a source of owners: making one, and the order of requests. See servicenow.h. */
#include "core/owners/servicenow.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/io/config.h"

#define URL_MAX 16384
#define BODY_MAX ((size_t)4 << 20)

enum cmdb_state { CMDB_IDLE, CMDB_NEXT, CMDB_SIGN, CMDB_READ };

static struct cmdb *cmdb_of(struct owner_source *source)
{
	return (struct cmdb *)source;
}

/* Forgets what was asked, not how. */
static void forget(struct cmdb *cmdb)
{
	talk_end(&cmdb->call);
	free(cmdb->order);
	free(cmdb->queue);
	map_release(&cmdb->seen);
	cmdb->order = NULL;
	cmdb->queue = NULL;
	cmdb->order_count = cmdb->next = 0;
	cmdb->queue_count = cmdb->queue_cap = cmdb->sent_count = cmdb->nameless = 0;
	cmdb->splits = cmdb->mishaps = cmdb->check_step = 0;
	cmdb->asking = NULL;
	cmdb->checks = NULL;
	cmdb->stopped = cmdb->alone = cmdb->probed = false;
	cmdb->error = (struct error){0};
	cmdb->batch = CMDB_BATCH;
	cmdb->state = CMDB_IDLE;
}

static void cmdb_free(struct owner_source *source)
{
	struct cmdb *cmdb = cmdb_of(source);

	if (!cmdb)
		return;
	forget(cmdb);
	if (cmdb->login.setup.who)
		login_release(&cmdb->login);
	strbuf_release(&cmdb->url);
	strbuf_release(&cmdb->body);
	servicenow_rows_release(&cmdb->rows);
	json_object_release(&cmdb->top);
	json_object_release(&cmdb->list);
	json_object_release(&cmdb->part);
	servicenow_site_release(&cmdb->site);
	free(cmdb);
}

/* -- options -- */

/* Which fields name the team, in order. What is named must be there later (cmdb_take_probe()): a typing slip would make every host unowned. */
static int read_fields(struct cmdb *cmdb, const struct config *config, struct error *err)
{
	static const char *const usual[] = { "support_group", "assignment_group", "managed_by_group" };
	size_t count = 0;
	const char *const *named = config_list(config, "servicenow.group_field", &count);

	if (!count) {
		named = usual;
		count = sizeof usual / sizeof *usual;
	}
	if (count > CMDB_FIELDS_MAX)
		return error_set(err, STATUS_CONFIG, "servicenow.group_field names %zu fields; %d are enough.", count, CMDB_FIELDS_MAX);
	for (size_t i = 0; i < count; i++) {
		if (!servicenow_name(named[i], true))
			return error_set(
				err, STATUS_CONFIG,
				"servicenow.group_field is no name of a field; write it as the dictionary does, for example"
				" support_group.");
		cmdb->fields[cmdb->field_count++] = named[i];
	}
	return 0;
}

static int cmdb_make(struct owner_source **source, const struct config *config, struct talk *talk, struct error *err)
{
	struct cmdb *cmdb = xcalloc(1, sizeof *cmdb);

	cmdb->base.ops = &owners_servicenow;
	cmdb->talk = talk;
	cmdb->table = config_text(config, "servicenow.cmdb_table");
	strbuf_init(&cmdb->url, URL_MAX);
	strbuf_init(&cmdb->body, BODY_MAX);
	int failed = servicenow_site_read(&cmdb->site, config, err) || read_fields(cmdb, config, err);

	if (!failed && !servicenow_name(cmdb->table, false))
		failed = error_set(err, STATUS_CONFIG,
		                   "servicenow.cmdb_table is no name of a table; write it as the dictionary does, for example"
		                   " cmdb_ci_server.");
	if (failed) {
		cmdb_free(&cmdb->base);
		return -1;
	}
	login_init(&cmdb->login, talk, &cmdb->site.setup);
	forget(cmdb);
	*source = &cmdb->base;
	return 0;
}

/* -- steps -- */

/* From here on step() moves it: NEXT writes a request, SIGN signs and sends it, READ waits and takes its answer. */
static void start(struct cmdb *cmdb)
{
	cmdb->requests = talk_requests(cmdb->talk);
	cmdb->login.renewed = false;
	cmdb->state = CMDB_NEXT;
}

static int cmdb_begin(struct owner_source *source, const struct slice *hosts, size_t count, struct owner_asking *asking, struct error *err)
{
	struct cmdb *cmdb = cmdb_of(source);

	(void)err;
	forget(cmdb);
	cmdb->hosts = hosts;
	cmdb->host_count = count;
	cmdb->asking = asking;
	asking->host_count = count;
	free(asking->asked);
	asking->asked = xcalloc(count + 1, 1);
	cmdb_order(cmdb);
	start(cmdb);
	return 0;
}

static int cmdb_check(struct owner_source *source, struct checks *checks, struct error *err)
{
	struct cmdb *cmdb = cmdb_of(source);

	(void)err;
	forget(cmdb);
	cmdb->checks = checks;
	start(cmdb);
	return 0;
}

/* The end: what was learned stays, also when the rest could not be asked. */
static enum step finish(struct cmdb *cmdb, struct error *err)
{
	bool nothing = cmdb->stopped;

	cmdb->state = CMDB_IDLE;
	if (cmdb->checks)
		return STEP_DONE;
	for (size_t i = 0; nothing && i < cmdb->host_count; i++)
		nothing = !cmdb->asking->asked[i];
	if (nothing) {
		size_t len = strlen(cmdb->error.text);

		return error_set(err, cmdb->error.status, "%s%s", cmdb->error.text,
		                 len && cmdb->error.text[len - 1] == '.' ? "" : "."),
		       STEP_FAILED;
	}
	if (cmdb->stopped)
		owner_complain(cmdb->asking, "%s.", cmdb->error.text);
	if (cmdb->nameless)
		owner_complain(
			cmdb->asking,
			"ServiceNow names the team of %zu servers by its sys_id alone; give the account the right to read"
			" sys_user_group.",
			cmdb->nameless);
	cmdb->asking->answered = cmdb->host_count;
	return STEP_DONE;
}

/* Signs in where that is still to be done, and sends. A POST here only reads, so it may be asked again as often as is useful. */
static enum step send(struct cmdb *cmdb, struct error *err)
{
	struct error failure = {0};
	enum step step = login_step(&cmdb->login, &failure);

	if (step == STEP_WAIT || step == STEP_MORE)
		return step;
	bool batch = cmdb->body.len > 0;
	struct talk_ask ask = { .who = "ServiceNow", .method = batch ? "POST" : "GET", .url = strbuf_text(&cmdb->url) };

	if (batch)
		ask.body = (struct slice){ strbuf_text(&cmdb->body), cmdb->body.len };
	if (step == STEP_DONE) {
		login_sign(&cmdb->login, &ask);
		if (!talk_begin(cmdb->talk, &ask, &cmdb->call, &failure)) {
			cmdb->state = CMDB_READ;
			return STEP_WAIT;
		}
	}
	cmdb_stop(cmdb, failure.status, "%s", failure.text);
	if (cmdb->checks)
		checks_add(cmdb->checks, CHECK_FAILURE, "servicenow sign-in",
		           "Check url, sign_in and the secret in [servicenow].", "%s", failure.text);
	return finish(cmdb, err);
}

/* A token that ended meanwhile is fetched anew, once, and the same request sent again. */
static enum step take(struct cmdb *cmdb)
{
	enum step step = talk_step(cmdb->call);

	if (step != STEP_DONE)
		return step;
	const struct talk_reply *reply = talk_reply(cmdb->call);
	bool renew = reply->status == 401 && login_renew(&cmdb->login);

	if (!renew && cmdb->checks)
		cmdb_check_take(cmdb, reply);
	else if (!renew)
		cmdb_take(cmdb, reply);
	talk_end(&cmdb->call);
	if (cmdb->asking)
		cmdb->asking->requests = talk_requests(cmdb->talk) - cmdb->requests;
	cmdb->state = renew ? CMDB_SIGN : CMDB_NEXT;
	return STEP_MORE;
}

static enum step cmdb_step(struct owner_source *source, int budget_ms, struct error *err)
{
	struct cmdb *cmdb = cmdb_of(source);
	int64_t until = clock_ms() + budget_ms;
	enum step step = STEP_MORE;
	bool any;

	while (step == STEP_MORE) {
		switch (cmdb->state) {
		case CMDB_NEXT:
			any = cmdb->checks ? cmdb_check_fill(cmdb) : cmdb_fill(cmdb);
			if (!any)
				return finish(cmdb, err);
			cmdb->state = CMDB_SIGN;
			break;
		case CMDB_SIGN:
			step = send(cmdb, err);
			break;
		case CMDB_READ:
			step = take(cmdb);
			break;
		default:
			return STEP_DONE;
		}
		if (step == STEP_MORE && clock_ms() >= until)
			break;
	}
	return step;
}

static void cmdb_waiting(const struct owner_source *source, struct strbuf *out)
{
	const struct cmdb *cmdb = (const struct cmdb *)source;

	if (cmdb->call)
		talk_waiting(cmdb->call, out);
	else if (cmdb->state == CMDB_SIGN)
		strbuf_adds(out, "signing in to ServiceNow");
}

static int cmdb_fd(const struct owner_source *source)
{
	const struct cmdb *cmdb = (const struct cmdb *)source;

	return cmdb->state == CMDB_SIGN ? login_fd(&cmdb->login) : -1;
}

const struct owners_ops owners_servicenow = {
	.name = "servicenow", .title = "ServiceNow CMDB", .make = cmdb_make, .begin = cmdb_begin, .step = cmdb_step, .check = cmdb_check,
	.waiting = cmdb_waiting, .fd = cmdb_fd, .free = cmdb_free,
};
