/* rt_ask_write.c - the requests that write: create, change, comment, merge. See rt.c for their order. */
#include "core/tickets/rt_inner.h"

#include <stdlib.h>
#include <string.h>

#include "core/model/verdict.h"
#include "core/tickets/fit.h"

#define CREATE_S 180   /* a create runs RT's scrips, mail among them */

void rt_hosts_text(const struct draft *draft, bool mark, struct strbuf *out)
{
	for (uint32_t i = 0; i < draft->host_count; i++) {
		const struct draft_host *host = &draft->hosts[i];
		const char *team = host->team < draft->team_count ? draft->teams[host->team].name : "";

		doc_visible(slice_of(host->name), out);
		strbuf_addf(out, "\t%s", host->verdict < VERDICT_COUNT ? verdicts[host->verdict].name : "");
		if (*team) {
			strbuf_addc(out, '\t');
			doc_visible(slice_of(team), out);
		}
		strbuf_addc(out, '\n');
	}
	if (mark)
		strbuf_adds(out, draft->mark);
}

static const struct fit_limit body_limit = { .max = RT_BODY_MAX, .unit = FIT_BYTES, .form = doc_plain };

void rt_body(const struct draft *draft, struct strbuf *out)
{
	fit_body(draft, &body_limit, out);
}

uint32_t rt_body_hosts(const struct draft *draft)
{
	return fit_hosts(draft, &body_limit);
}

/* -- JSON -- */

static void add_text(struct strbuf *out, const char *key, struct slice text)
{
	strbuf_addf(out, "%s\"%s\":", out->len > 1 && out->buf[out->len - 1] != '{' ? "," : "", key);
	json_string(out, text);
}

static void add_message(struct strbuf *out, const struct strbuf *text)
{
	add_text(out, "Content", (struct slice){ strbuf_text(text), text->len });
	strbuf_adds(out, ",\"ContentType\":\"text/plain\"");
}

/* The host list in its field, where there is one that keeps it. */
static void add_hosts(struct strbuf *out, const char *id, const struct draft *draft, bool mark)
{
	struct strbuf hosts = STRBUF_INIT(WEB_BODY_MAX);

	rt_hosts_text(draft, mark, &hosts);
	add_text(out, id, (struct slice){ strbuf_text(&hosts), hosts.len });
	strbuf_release(&hosts);
}

static void add_base64(struct strbuf *out, struct slice bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		uint32_t group = 0;

		for (size_t j = 0; j < 3; j++)
			group = group << 8 | (j < left ? (unsigned char)bytes.text[i + j] : 0u);
		for (size_t j = 0; j < 4; j++)
			strbuf_addc(out, j <= left ? digits[group >> (18 - 6 * j) & 63] : '=');
	}
}

/* -- single requests -- */

static void ask_create(struct rt *rt, struct web_request *request)
{
	const struct ticket_call *call = rt->web.call;
	const struct draft *draft = call->draft;
	bool showing = rt->web.showing;
	struct strbuf text = STRBUF_INIT(WEB_BODY_MAX), *body = &request->body;

	web_url(&rt->web, "/REST/2.0/ticket");
	request->method = "POST";
	request->write = true;
	request->whole_s = CREATE_S;
	strbuf_addc(body, '{');
	add_text(body, "Queue", slice_of(showing ? rt_queue_of(rt, draft) : rt->queue.id));
	add_text(body, "Subject", slice_of(draft->title));
	rt_body(draft, &text);
	add_message(body, &text);
	strbuf_release(&text);
	if (showing && *draft->assignment)
		strbuf_adds(body, ",\"AdminCc\":[\"?\"]");
	else if (*rt->group_id)
		strbuf_addf(body, ",\"AdminCc\":[\"%s\"]", rt->group_id);
	if (call->parent)
		add_text(body, "MemberOf", slice_of(call->parent->id));
	strbuf_adds(body, ",\"CustomFields\":{");
	add_text(body, showing ? rt->key_field : rt->queue.key_id, slice_of(draft->correlation));
	if (showing ? rt->hosts_field != NULL : rt->hosts_fit)
		add_hosts(body, showing ? rt->hosts_field : rt->hosts_id, draft, true);
	strbuf_adds(body, "}}");
}

/* RT_PUT has a condition and writes all but the mark; RT_PUT_MARK, after the comment, writes that. */
static void ask_put(struct rt *rt, struct web_request *request, bool mark)
{
	const struct ticket_call *call = rt->web.call;
	const struct draft *draft = call->draft;
	bool showing = rt->web.showing, hosts = showing ? rt->hosts_field != NULL : rt->hosts_fit && *rt->ticket.hosts_id;
	struct strbuf *body = &request->body;

	web_url(&rt->web, "/REST/2.0/ticket/");
	web_url_add(&rt->web, slice_of(showing ? call->record->id : rt->ticket.record.id));
	request->method = "PUT";
	request->write = request->again = true;
	request->empty = true;
	request->whole_s = CREATE_S;
	if (!mark && !showing && *rt->ticket.record.version)
		web_header(&rt->web, "If-Match: %s", rt->ticket.record.version);
	strbuf_addc(body, '{');
	if (!mark)
		add_text(body, "Subject", slice_of(draft->title));
	strbuf_addf(body, "%s\"CustomFields\":{", mark ? "" : ",");
	if (!showing && !*rt->ticket.record.correlation && *rt->ticket.key_id)
		add_text(body, rt->ticket.key_id, slice_of(draft->correlation));   /* somebody emptied it */
	if (hosts)
		add_hosts(body, showing ? rt->hosts_field : rt->ticket.hosts_id, draft, mark);
	strbuf_addc(body, '}');
	strbuf_addc(body, '}');
}

static void ask_comment(struct rt *rt, struct web_request *request, const char *id, const struct strbuf *text)
{
	const struct ticket_call *call = rt->web.call;

	web_url(&rt->web, "/REST/2.0/ticket/");
	web_url_add(&rt->web, slice_of(id));
	strbuf_adds(&request->url, "/comment");
	request->method = "POST";
	request->write = true;
	request->empty = true;
	request->whole_s = CREATE_S;
	strbuf_addc(&request->body, '{');
	add_message(&request->body, text);
	if (call->verb == TICKET_ATTACH) {
		strbuf_adds(&request->body, ",\"Attachments\":[{");
		add_text(&request->body, "FileName", slice_of(call->file_name));
		strbuf_adds(&request->body, ",\"FileType\":\"text/csv; charset=utf-8\",\"FileContent\":\"");
		add_base64(&request->body, call->file);
		strbuf_adds(&request->body, "\"}]");
	}
	strbuf_addc(&request->body, '}');
}

static void ask_text(struct rt *rt, struct web_request *request)
{
	const struct ticket_call *call = rt->web.call;
	struct strbuf text = STRBUF_INIT(WEB_BODY_MAX);

	if (rt->stage == RT_COMMENT) {
		rt_body(call->draft, &text);
		ask_comment(rt, request, rt->web.showing ? call->record->id : rt->ticket.record.id, &text);
	} else if (rt->stage == RT_NOTE) {
		doc_plain(call->note, &text);
		ask_comment(rt, request, call->record->id, &text);
	} else {
		strbuf_addf(&text, "The whole list: %s", call->file_name);
		ask_comment(rt, request, call->record->id, &text);
	}
	strbuf_release(&text);
}

static void ask_merge(struct rt *rt, struct web_request *request)
{
	const struct ticket_call *call = rt->web.call;

	web_url(&rt->web, "/REST/2.0/ticket/");
	web_url_add(&rt->web, slice_of(call->record->id));
	request->method = "PUT";
	request->write = request->again = true;
	request->empty = true;
	request->whole_s = CREATE_S;
	strbuf_addf(&request->body, "{\"MergeInto\":");
	json_string(&request->body, slice_of(call->into->id));
	strbuf_addc(&request->body, '}');
}

void rt_ask_write(struct rt *rt, struct web_request *request)
{
	switch (rt->stage) {
	case RT_CREATE:
		ask_create(rt, request);
		break;
	case RT_PUT:
	case RT_PUT_MARK:
		ask_put(rt, request, rt->stage == RT_PUT_MARK);
		break;
	case RT_MERGE:
		ask_merge(rt, request);
		break;
	default:
		ask_text(rt, request);
		break;
	}
}
