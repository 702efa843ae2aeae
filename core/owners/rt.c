/* rt.c - owners from Request Tracker 5: assets of one catalog, by REST2.
 *
 * rt.c         the back end                  rt_asking.c  questions one after another
 * rt_names.c   names into a question         rt_rows.c    answers into records
 * rt_check.c   for doctor
 *
 * Sign in, look up the number of the catalog (a search with its name, or with a catalog that does not exist, gives no rows and no error), then
 * ask. A few hosts: two patterns each, 80 hosts a question. Many hosts: the whole catalog page by page, where that is fewer requests.
 * Pages go on after the last asset's number, never by RT's own links or offsets, so that an asset that comes or goes meanwhile
 * shifts nothing. A page that has fewer rows than RT's total says is not whole. RT tells the total only to accounts that may see every
 * catalog; for others a question goes on until an empty page.
 * Asked once for fields and all: on a server with 54 assets a row costs 1 ms for the name, 2 ms more with HeldBy and Contact. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/io/config.h"
#include "core/owners/rt_inner.h"

static int rt_make(struct owner_source **source, const struct config *config, struct talk *talk, struct error *err)
{
	const char *url = config_text(config, "rt.url");
	size_t count;
	const char *const *fields = config_list(config, "rt.team_field", &count);

	if (talk_check_url(url, "[rt] url", err))
		return -1;
	if (count > RT_TEAM_FIELDS_MAX)
		return error_set(err, STATUS_CONFIG, "[rt] team_field is there %zu times; %d are enough.", count, RT_TEAM_FIELDS_MAX);
	struct owners_rt *rt = xcalloc(1, sizeof *rt);

	rt->source.ops = &owners_rt;
	rt->talk = talk;
	rt->base = xstrdup(url);
	rt->catalog = config_text(config, "rt.catalog");
	for (size_t i = 0; i < count; i++)
		rt->team_fields[rt->team_field_count++] = fields[i];
	login_init(&rt->login, talk, &(struct login_setup){
		.who = RT_WHO, .way = LOGIN_HEADER, .header = "Authorization: token ", .section = "rt", .option = "token_file",
		.place = { .what = "the token of Request Tracker", .variable = "ROUSE_RT_TOKEN", .file = config_text(config, "rt.token_file"),
		           .command = config_text(config, "rt.token_command") },
	});
	*source = &rt->source;
	return 0;
}

/* -- answers -- */

static enum step take_catalog(struct owners_rt *rt, const struct talk_reply *reply, struct error *err)
{
	bool found = rt_catalog_read(reply->body, rt->catalog, rt->catalog_id, sizeof rt->catalog_id);

	if (rt->checks) {
		rt_check_catalog(rt, found);
		if (!found)
			return STEP_DONE;
		return rt_ask_page(rt, RT_SAMPLE, err) ? STEP_FAILED : STEP_WAIT;
	}
	if (!found) {
		error_set(err, STATUS_CONFIG, "Request Tracker shows this account no catalog %s; correct [rt] catalog, or "
		          "give the account the right "
		          "ShowCatalog.", rt->catalog);
		return STEP_FAILED;
	}
	if (rt->count > RT_BATCH)
		return rt_ask_count(rt, err) ? STEP_FAILED : STEP_WAIT;
	return rt_next_question(rt, err);
}

static enum step take_reply(struct owners_rt *rt, const struct talk_reply *reply, struct error *err)
{
	enum rt_state state = rt->state;
	bool json = reply->outcome == TALK_FINE && reply->json;
	struct rt_page page = {0};

	if (!json && state != RT_ROWS) {
		if (reply->status == 401 || reply->status == 403)
			login_refused(&rt->login, reply, err);
		else if (reply->outcome != TALK_FINE)
			talk_failed(reply, err);
		else
			error_set(err, STATUS_UNAVAILABLE, "Request Tracker answered with a page that is not JSON; a proxy "
			          "or a sign-in page may be in "
			          "between.");
		return STEP_FAILED;
	}
	if (!json)
		return rt_question_fail(rt, *reply->why ? reply->why : "Request Tracker answered with a page that is not JSON.", err);
	switch (state) {
	case RT_CATALOG:
		return take_catalog(rt, reply, err);
	case RT_COUNTING:
		return rt_take_count(rt, reply, err);
	case RT_SAMPLE:
		rt_page_read(rt, reply->body, NULL, &page);
		rt_check_sample(rt, &page);
		return STEP_DONE;
	default:
		return rt_take_page(rt, reply, err);
	}
}

static enum step rt_step(struct owner_source *source, int budget_ms, struct error *err)
{
	struct owners_rt *rt = (struct owners_rt *)source;
	struct talk_call *call;
	enum step step;

	(void)budget_ms;   /* one page is all there ever is to do */
	if (rt->state == RT_IDLE)
		return STEP_DONE;
	if (rt->state == RT_SIGNING) {
		step = login_step(&rt->login, err);
		if (step != STEP_DONE)
			return step;
		return rt_ask_catalog(rt, err) ? STEP_FAILED : STEP_WAIT;
	}
	step = talk_step(rt->call);
	if (step != STEP_DONE)
		return step;
	call = rt->call;
	rt->call = NULL;
	step = take_reply(rt, talk_reply(call), err);
	talk_end(&call);
	if (rt->asking)
		rt->asking->requests++;
	if (step == STEP_DONE || step == STEP_FAILED)
		rt->state = RT_IDLE;
	return step;
}

static void rt_reset(struct owners_rt *rt)
{
	talk_end(&rt->call);
	map_release(&rt->seen);
	rt->state = RT_SIGNING;
	rt->asking = NULL;
	rt->checks = NULL;
	rt->hosts = NULL;
	rt->count = rt->first = rt->batch = 0;
	rt->batch_max = RT_BATCH;
	rt->last = 0;
	rt->pages = rt->faults = 0;
	rt->whole = rt->again = rt->nameless = rt->counted = false;
	*rt->catalog_id = '\0';
}

static int rt_begin(struct owner_source *source, const struct slice *hosts, size_t count, struct owner_asking *asking, struct error *err)
{
	struct owners_rt *rt = (struct owners_rt *)source;

	(void)err;
	rt_reset(rt);
	rt->hosts = hosts;
	rt->count = count;
	rt->asking = asking;
	free(asking->asked);
	asking->asked = xcalloc(count + 1, 1);
	asking->host_count = count;
	rt_complain_names(rt);
	return 0;
}

static int rt_check(struct owner_source *source, struct checks *checks, struct error *err)
{
	struct owners_rt *rt = (struct owners_rt *)source;

	(void)err;
	rt_reset(rt);
	rt->checks = checks;
	return 0;
}

static void rt_waiting(const struct owner_source *source, struct strbuf *out)
{
	const struct owners_rt *rt = (const struct owners_rt *)source;

	if (rt->call)
		talk_waiting(rt->call, out);
}

static int rt_fd(const struct owner_source *source)
{
	return login_fd(&((const struct owners_rt *)source)->login);
}

static void rt_free(struct owner_source *source)
{
	struct owners_rt *rt = (struct owners_rt *)source;

	if (!rt)
		return;
	talk_end(&rt->call);
	login_release(&rt->login);
	map_release(&rt->seen);
	free(rt->base);
	free(rt);
}

const struct owners_ops owners_rt = {
	.name = "rt", .title = "Request Tracker", .make = rt_make, .begin = rt_begin, .step = rt_step, .check = rt_check,
	.waiting = rt_waiting, .fd = rt_fd, .free = rt_free,
};
