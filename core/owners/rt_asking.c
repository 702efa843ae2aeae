/* rt_asking.c - questions one after another: which hosts, how many pages, and what is not whole. See rt.c. */
#include <stdlib.h>
#include <string.h>

#include "core/io/json.h"
#include "core/owners/rt_inner.h"

#define REQUEST_MAX ((size_t)4 << 20)

/* -- requests -- */

/* Asks for path (with fields when it is about assets) and a JSON search. */
static int ask(struct owners_rt *rt, enum rt_state state, const char *path, unsigned per_page, struct strbuf *body, struct error *err)
{
	struct strbuf tail = STRBUF_INIT(4096), url = STRBUF_INIT(8192);
	int failed;

	strbuf_adds(&tail, path);
	if (per_page)
		rt_fields(&tail, rt, per_page);
	talk_url(&url, rt->base, strbuf_text(&tail));
	struct talk_ask question = {
		.who = RT_WHO, .method = "POST", .url = strbuf_text(&url), .body = { strbuf_text(body), body->len },
	};

	login_sign(&rt->login, &question);
	failed = talk_begin(rt->talk, &question, &rt->call, err);
	rt->state = state;
	strbuf_release(&tail);
	strbuf_release(&url);
	strbuf_release(body);
	return failed;
}

int rt_ask_catalog(struct owners_rt *rt, struct error *err)
{
	struct strbuf body = STRBUF_INIT(REQUEST_MAX);

	strbuf_adds(&body, "[{\"field\":\"Name\",\"operator\":\"=\",\"value\":");
	json_string(&body, slice_of(rt->catalog));
	strbuf_adds(&body, "}]");
	return ask(rt, RT_CATALOG, "/REST/2.0/catalogs?per_page=100&fields=Name", 0, &body, err);
}

int rt_ask_count(struct owners_rt *rt, struct error *err)
{
	struct strbuf body = STRBUF_INIT(REQUEST_MAX);

	rt_question(&body, rt->catalog_id, NULL, 0, 0);
	return ask(rt, RT_COUNTING, "/REST/2.0/assets", 1, &body, err);
}

int rt_ask_page(struct owners_rt *rt, enum rt_state state, struct error *err)
{
	struct strbuf body = STRBUF_INIT(REQUEST_MAX);
	bool names = state == RT_ROWS && !rt->whole;

	rt_question(&body, rt->catalog_id, names ? rt->hosts + rt->first : NULL, names ? rt->batch : 0, rt->last);
	return ask(rt, state, "/REST/2.0/assets", RT_PAGE, &body, err);
}

/* -- asking -- */

static void question_begin(struct owners_rt *rt, size_t batch)
{
	rt->batch = rt->count - rt->first < batch ? rt->count - rt->first : batch;
	rt->last = 0;
	rt->pages = 0;
	rt->again = false;
}

static bool any_name(const struct owners_rt *rt)
{
	for (size_t i = 0; i < rt->batch; i++)
		if (rt_label(rt->hosts[rt->first + i]).text)
			return true;
	return false;
}

/* The hosts of this question are done. */
static void question_end(struct owners_rt *rt, bool whole)
{
	for (size_t i = 0; i < rt->batch; i++)
		rt->asking->asked[rt->first + i] = whole && rt_label(rt->hosts[rt->first + i]).text;
	rt->first += rt->batch;
	rt->asking->answered = rt->first;
}

/* The next question; STEP_DONE when none is left. */
enum step rt_next_question(struct owners_rt *rt, struct error *err)
{
	for (; rt->first < rt->count; question_end(rt, false)) {
		question_begin(rt, rt->whole ? rt->count : rt->batch_max);
		/* A search without a name would be the whole catalog. */
		if (any_name(rt))
			return rt_ask_page(rt, RT_ROWS, err) ? STEP_FAILED : STEP_WAIT;
	}
	/* An account that may see no asset at all finds nothing, which is not the same as a CMDB without the hosts. */
	if (rt->count && !rt->seen.count && !rt->counted)
		return rt_ask_count(rt, err) ? STEP_FAILED : STEP_WAIT;
	return STEP_DONE;
}

/* Nothing more will be asked: the rest stays unasked. */
static enum step give_up(struct owners_rt *rt, const char *why, struct error *err)
{
	size_t rest = rt->count - rt->first;
	bool any = false;

	for (size_t i = 0; i < rt->first; i++)
		any = any || rt->asking->asked[i];
	if (!any) {
		error_set(err, STATUS_UNAVAILABLE, "%s", why);
		return STEP_FAILED;
	}
	owner_complain(rt->asking, "%zu hosts were not asked for: %s", rest, why);
	rt->asking->answered = rt->count;
	return STEP_DONE;
}

/* The question failed: its hosts are not asked. */
enum step rt_question_fail(struct owners_rt *rt, const char *why, struct error *err)
{
	if (++rt->faults >= RT_FAULTS_MAX || rt->whole)
		return give_up(rt, why, err);
	owner_complain(rt->asking, "%zu hosts were not asked for: %s", rt->batch, why);
	question_end(rt, false);
	if (rt->first == rt->count)
		return give_up(rt, why, err);
	return rt_next_question(rt, err);
}

/* Names that match more than is reasonable: fewer of them at once. */
static enum step question_split(struct owners_rt *rt, struct error *err)
{
	if (rt->batch > 1) {
		question_begin(rt, rt->batch / 2);
		return rt_ask_page(rt, RT_ROWS, err) ? STEP_FAILED : STEP_WAIT;
	}
	struct strbuf name = STRBUF_INIT(4096);

	strbuf_add(&name, rt->hosts[rt->first].text, rt->hosts[rt->first].len);
	owner_complain(rt->asking, "More than %d assets look like the host %s; it was not asked for.", RT_PAGE * RT_PAGES_MAX,
	               strbuf_text(&name));
	strbuf_release(&name);
	question_end(rt, false);
	return rt_next_question(rt, err);
}

enum step rt_take_page(struct owners_rt *rt, const struct talk_reply *reply, struct error *err)
{
	struct rt_page page = { .last = rt->last };
	unsigned most = rt->whole ? RT_CATALOG_PAGES_MAX : RT_PAGES_MAX;
	struct error fault = {0};

	rt_page_read(rt, reply->body, &rt->asking->records, &page);
	if (page.no_field) {
		error_set(err, STATUS_CONFIG, "The assets of the catalog %s have no custom field %s that this account may "
		          "see; correct [rt] "
		          "team_field, apply the field to the catalog, or give the account the right SeeCustomField.", rt->catalog,
		          page.no_field);
		return STEP_FAILED;
	}
	if (!page.fault && page.total >= 0 && page.rows != (page.total < RT_PAGE ? (size_t)page.total : RT_PAGE))
		page.fault = "fewer assets than it says there are";
	if (page.fault && !rt->again) {
		rt->again = true;   /* the same page once more */
		return rt_ask_page(rt, RT_ROWS, err) ? STEP_FAILED : STEP_WAIT;
	}
	if (page.fault) {
		error_set(&fault, STATUS_UNAVAILABLE, "Request Tracker's answer is not whole: %s.", page.fault);
		return rt_question_fail(rt, fault.text, err);
	}
	rt->again = false;
	rt->last = page.last;
	rt->faults = 0;
	if (page.total < 0 ? page.rows > 0 : page.total > (int64_t)page.rows) {
		if (++rt->pages >= most)
			return rt->whole ? rt_question_fail(rt, "The catalog has more assets than are "
			                                    "read.", err) : question_split(rt, err);
		return rt_ask_page(rt, RT_ROWS, err) ? STEP_FAILED : STEP_WAIT;
	}
	question_end(rt, true);
	return rt_next_question(rt, err);
}

/* Hosts without a label cannot be asked for; they are counted once. */
void rt_complain_names(struct owners_rt *rt)
{
	size_t odd = 0;

	for (size_t i = 0; i < rt->count; i++)
		odd += !rt_label(rt->hosts[i]).text;
	if (odd)
		owner_complain(rt->asking, "%zu hosts have a name that cannot be asked for: it is empty, begins with a dot, "
		               "or its first part is "
		               "longer than %d bytes.", odd, RT_NAME_MAX);
}

/* How many assets there are decides how to ask; none at all decides that nobody can be. */
enum step rt_take_count(struct owners_rt *rt, const struct talk_reply *reply, struct error *err)
{
	struct rt_page page = {0};
	bool done = rt->first == rt->count;

	rt_page_read(rt, reply->body, NULL, &page);
	rt->counted = true;
	if (!page.fault && !page.rows) {
		memset(rt->asking->asked, 0, rt->count);
		error_set(err, STATUS_CONFIG, "Request Tracker shows this account no assets in the catalog %s; correct [rt] "
		          "catalog, or give the account "
		          "the right ShowAsset on it.", rt->catalog);
		return STEP_FAILED;
	}
	if (done)
		return STEP_DONE;
	rt->batch_max = page.total < 0 ? RT_BATCH_BLIND : RT_BATCH;
	rt->whole = page.total >= 0 && (size_t)page.total / RT_PAGE <= rt->count / RT_BATCH;
	return rt_next_question(rt, err);
}

