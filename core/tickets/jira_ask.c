/* jira_ask.c - the requests of Jira's tickets. See jira.h. */
#include <stdio.h>
#include <string.h>

#include "core/tickets/fit.h"
#include "core/tickets/jira.h"
#include "core/tickets/jira_adf.h"

#define TEXT_MAX ((size_t)1 << 20)
#define PAGE 50
#define ATTACH_S 300
#define FILE_NAME_MAX 100

void jira_url(struct jira *jira, const char *format, ...)
{
	struct strbuf path = STRBUF_INIT(WEB_URL_MAX);
	va_list args;

	strbuf_addf(&path, "/rest/api/%u/", jira->version);
	va_start(args, format);
	strbuf_addfv(&path, format, args);
	va_end(args);
	web_url(&jira->web, "%s", strbuf_text(&path));
	strbuf_release(&path);
}

void jira_issue_url(struct jira *jira, const char *id, const char *rest)
{
	jira_url(jira, "issue/");
	web_url_add(&jira->web, slice_of(id));
	strbuf_adds(&jira->web.request.url, rest);
}

/* -- searches -- */

static void add_fields(struct strbuf *body)
{
	const char *at = jira_fields;

	strbuf_adds(body, "\"fields\":[");
	while (*at) {
		size_t n = strcspn(at, ",");

		strbuf_addf(body, "%s\"%.*s\"", at == jira_fields ? "" : ",", (int)n, at);
		at += n + (at[n] == ',');
	}
	strbuf_addc(body, ']');
}

/* Where a search goes on. reconcileIssues makes what was written a moment ago visible; only the Cloud knows it, and only it needs it. */
static void add_place(const struct jira *jira, struct strbuf *body)
{
	if (!jira->cloud) {
		strbuf_addf(body, ",\"startAt\":%zu", jira->start);
		return;
	}
	for (size_t i = 0; i < jira->seen_count; i++)
		strbuf_addf(body, "%s%s", i ? "," : ",\"reconcileIssues\":[", jira->seen[i]);
	if (jira->seen_count)
		strbuf_addc(body, ']');
	if (jira->page) {
		strbuf_adds(body, ",\"nextPageToken\":");
		json_string(body, slice_of(jira->page));
	}
}

/* POST, as a search with many ids to reconcile would not fit into an address; it changes nothing, so it may be asked again. */
void jira_search(struct jira *jira, struct web_request *request, const char *label, bool closed)
{
	struct strbuf jql = STRBUF_INIT(2000);

	strbuf_addf(&jql, "project = \"%s\" AND labels = \"%s\"%s ORDER BY created ASC", jira->project, label,
	            closed ? "" : " AND statusCategory != Done");
	jira_url(jira, "%s", jira->cloud ? "search/jql" : "search");
	request->method = "POST";
	strbuf_adds(&request->body, "{\"jql\":");
	json_string(&request->body, (struct slice){ strbuf_text(&jql), jql.len });
	strbuf_addf(&request->body, ",\"maxResults\":%d,", PAGE);
	add_fields(&request->body);
	add_place(jira, &request->body);
	strbuf_addc(&request->body, '}');
	strbuf_release(&jql);
}

/* -- issues -- */

/* A note or description in the form of this Jira: an object in the Cloud, else a text. */
static void add_doc(const struct jira *jira, const struct doc *doc, struct strbuf *body)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX);

	if (jira->cloud) {
		jira_adf(doc, body);
	} else {
		doc_wiki(doc, &text);
		json_string(body, (struct slice){ strbuf_text(&text), text.len });
	}
	strbuf_release(&text);
}

static void add_content(const struct jira *jira, const struct draft *draft, struct strbuf *body)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX);

	fit_cut(slice_of(draft->title), JIRA_TITLE_MAX, FIT_UNITS, &text);
	strbuf_adds(body, "\"summary\":");
	json_string(body, (struct slice){ strbuf_text(&text), text.len });
	strbuf_clear(&text);
	jira_body(jira, draft, &text);
	strbuf_adds(body, ",\"description\":");
	if (jira->cloud)
		strbuf_add(body, strbuf_text(&text), text.len);
	else
		json_string(body, (struct slice){ strbuf_text(&text), text.len });
	strbuf_release(&text);
}

/* The correlation id is in the create itself: there is no moment in which a ticket exists that could not be found. */
static void ask_create(struct jira *jira, struct web_request *request)
{
	const struct ticket_call *call = jira->web.call;
	struct strbuf *body = &request->body, label = STRBUF_INIT(1000);

	jira_url(jira, "issue");
	request->method = "POST";
	request->write = true;
	strbuf_addf(body, "{\"fields\":{\"project\":{\"key\":\"%s\"},\"issuetype\":{\"name\":", jira->project);
	json_string(body, slice_of(call->parent ? jira->child_type : jira->type));
	strbuf_adds(body, "},");
	if (call->parent) {
		strbuf_adds(body, "\"parent\":{\"id\":");
		json_string(body, slice_of(call->parent->id));
		strbuf_adds(body, "},");
	}
	add_content(jira, call->draft, body);
	strbuf_adds(body, ",\"labels\":[");
	json_string(body, slice_of(call->draft->correlation));
	strbuf_adds(body, ",\"rouse\"");
	if (*call->draft->assignment) {
		jira_team_label(slice_of(call->draft->assignment), &label);
		strbuf_addc(body, ',');
		json_string(body, (struct slice){ strbuf_text(&label), label.len });
	}
	strbuf_adds(body, "]}}");
	strbuf_release(&label);
}

/* 204 without a body is all that comes back; ensure reads the issue. Labels stay: the assignment is people's. */
static void ask_update(struct jira *jira, struct web_request *request)
{
	jira_issue_url(jira, jira->web.call->record->id, "");
	request->method = "PUT";
	request->write = request->again = request->empty = true;
	strbuf_adds(&request->body, "{\"fields\":{");
	add_content(jira, jira->web.call->draft, &request->body);
	strbuf_adds(&request->body, "}}");
}

void jira_comment(struct jira *jira, struct web_request *request, const char *id, const struct doc *doc)
{
	jira_issue_url(jira, id, "/comment");
	request->method = "POST";
	request->write = true;
	strbuf_adds(&request->body, "{\"body\":");
	add_doc(jira, doc, &request->body);
	strbuf_adds(&request->body, ",\"properties\":[{\"key\":\"sd.public.comment\",\"value\":{\"internal\":true}}]}");
}

/* A boundary that is not in the file. */
static void make_boundary(struct slice file, char *boundary, size_t size)
{
	for (uint64_t salt = bytes_hash(file.text ? file.text : "", file.len);; salt++) {
		snprintf(boundary, size, "rouse-%016llx", (unsigned long long)salt);
		if (!file.len || !bytes_find(file.text, file.len, boundary, strlen(boundary)))
			return;
	}
}

/* One file as a form. Without the header X-Atlassian-Token Jira takes it for a forgery of another site. */
static void ask_attach(struct jira *jira, struct web_request *request)
{
	const struct ticket_call *call = jira->web.call;
	struct strbuf *body = &request->body;
	char boundary[40];

	make_boundary(call->file, boundary, sizeof boundary);
	snprintf(jira->boundary, sizeof jira->boundary, "multipart/form-data; boundary=%s", boundary);
	jira_issue_url(jira, call->record->id, "/attachments");
	request->method = "POST";
	request->write = true;
	request->type = jira->boundary;
	request->whole_s = ATTACH_S;
	web_header(&jira->web, "X-Atlassian-Token: no-check");
	strbuf_addf(body, "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"", boundary);
	for (const char *c = call->file_name; *c && c - call->file_name < FILE_NAME_MAX; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr(".-_", *c);

		strbuf_addc(body, plain ? *c : '_');
	}
	strbuf_adds(body, "\"\r\nContent-Type: text/csv; charset=utf-8\r\n\r\n");
	strbuf_add(body, call->file.text, call->file.len);
	strbuf_addf(body, "\r\n--%s--\r\n", boundary);
}

static void ask_read(struct jira *jira, struct web_request *request)
{
	jira_issue_url(jira, jira->web.call->record->id, "?fields=");
	web_url_add(&jira->web, slice_of(jira_fields));
	request->absent = true;
}

/* What may stand between quotes in a search. */
static bool plain_id(const char *correlation)
{
	size_t len = strlen(correlation);

	return len && len <= JIRA_TITLE_MAX
		&& strspn(correlation, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:._-") == len;
}

enum web_next jira_ask(void *owner, struct web_request *request, struct ticket_answer *answer)
{
	struct jira *jira = owner;
	const struct ticket_call *call = jira->web.call;

	switch (call->verb) {
	case TICKET_GUARD:
		return jira_ask_guard(jira, request);
	case TICKET_CHECK:
		return jira_ask_check(jira, request);
	case TICKET_FIND:
		if (!plain_id(call->correlation))
			break;
		jira_search(jira, request, call->correlation, call->closed);
		return WEB_ASK;
	case TICKET_READ:
		ask_read(jira, request);
		return WEB_ASK;
	case TICKET_CREATE:
		ask_create(jira, request);
		return WEB_ASK;
	case TICKET_UPDATE:
		ask_update(jira, request);
		return WEB_ASK;
	case TICKET_NOTE:
		jira_comment(jira, request, call->record->id, call->note);
		return WEB_ASK;
	case TICKET_ATTACH:
		ask_attach(jira, request);
		return WEB_ASK;
	case TICKET_CLOSE:
		return jira_ask_close(jira, request);
	case TICKET_VERB_COUNT:
		break;
	}
	return web_fail(&jira->web, answer, TICKET_REFUSED, STATUS_DATA, "A correlation id that Jira cannot be asked for.");
}
