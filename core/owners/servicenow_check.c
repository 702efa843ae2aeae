/* servicenow_check.c - the CMDB's set-up, examined. See servicenow.h. */
#include <string.h>

#include "core/owners/servicenow.h"

#define WHY_MAX 1000

enum check_step { STEP_TABLE, STEP_NOBODY, STEP_BATCH, STEP_END };

bool cmdb_check_fill(struct cmdb *cmdb)
{
	struct strbuf path = STRBUF_INIT(CMDB_BATCH_URL);

	if (cmdb->stopped || cmdb->check_step == STEP_END)
		return false;
	strbuf_clear(&cmdb->url);
	strbuf_clear(&cmdb->body);
	cmdb_probe(cmdb, cmdb->check_step != STEP_TABLE, &path);
	if (cmdb->check_step == STEP_BATCH) {
		talk_url(&cmdb->url, cmdb->site.base, "/api/now/v1/batch");
		strbuf_adds(&cmdb->body, "{\"batch_request_id\":\"1\",\"rest_requests\":[");
		cmdb_batch_add(&cmdb->body, 0, (struct slice){ strbuf_text(&path), path.len });
		strbuf_adds(&cmdb->body, "]}");
	} else {
		talk_url(&cmdb->url, cmdb->site.base, strbuf_text(&path));
	}
	strbuf_release(&path);
	return true;
}

static void check_refused(struct cmdb *cmdb, const struct talk_reply *reply)
{
	struct strbuf mend = STRBUF_INIT(WHY_MAX);

	servicenow_mend(&cmdb->site, reply->status, &mend);
	checks_add(cmdb->checks, CHECK_FAILURE, "servicenow cmdb",
	           mend.len ? strbuf_text(&mend) + 1 : "Check url and cmdb_table in [servicenow].", "%s",
	           reply->outcome == TALK_FINE
	                   ? "ServiceNow answered without rows; a proxy or a sign-in page may stand in between."
	                   : reply->why);
	strbuf_release(&mend);
	cmdb->stopped = true;
}

/* Which of the fields the first row lacks. Appends ` name, fqdn`. */
static void missing_fields(struct cmdb *cmdb, struct strbuf *out)
{
	static const char *const own[] = { "name", "fqdn", "operational_status" };
	struct strbuf value = STRBUF_INIT(WHY_MAX);

	for (size_t i = 0; i < sizeof own / sizeof *own + cmdb->field_count; i++) {
		const char *field = i < sizeof own / sizeof *own ? own[i] : cmdb->fields[i - sizeof own / sizeof *own];

		strbuf_clear(&value);
		if (!servicenow_get(&cmdb->rows, field, false, &value))
			strbuf_addf(out, "%s %s", out->len ? "," : "", field);
	}
	strbuf_release(&value);
}

void cmdb_take_probe(struct cmdb *cmdb, const struct talk_reply *reply)
{
	struct strbuf why = STRBUF_INIT(WHY_MAX);

	cmdb->probed = true;
	if (reply->outcome != TALK_FINE) {
		servicenow_mend(&cmdb->site, reply->status, &why);
		cmdb_stop(cmdb, (enum status)talk_status(reply), "%s%s", reply->why,
		          why.len ? strbuf_text(&why) : " Check url and cmdb_table in [servicenow]");
	} else if (!reply->json || reply->status == 202) {
		cmdb_stop(cmdb, STATUS_UNAVAILABLE,
		          "ServiceNow answered %d without rows; a proxy or a sign-in page may stand in between", reply->status);
	} else if (servicenow_rows_read(&cmdb->rows, reply->body, &why)) {
		cmdb_stop(cmdb, STATUS_UNAVAILABLE, "ServiceNow did not show %s: %s", cmdb->table, strbuf_text(&why));
	} else if (!servicenow_rows_next(&cmdb->rows)) {
		cmdb_stop(cmdb, STATUS_NO_PERMISSION,
		          "ServiceNow shows this account no row of %s, so every host would look unknown; give the account the"
		          " right to read servers (role cmdb_read), or correct cmdb_table in [servicenow]",
		          cmdb->table);
	} else {
		missing_fields(cmdb, &why);
		if (why.len)
			cmdb_stop(cmdb, STATUS_CONFIG,
			          "Rows of %s have no field%s that this account may read, so teams would be missed; correct "
			          "group_field in"
			          " [servicenow], or give the account the right to read them",
			          cmdb->table, strbuf_text(&why));
	}
	strbuf_release(&why);
}

static void check_table(struct cmdb *cmdb)
{
	struct strbuf missing = STRBUF_INIT(WHY_MAX);

	if (!servicenow_rows_next(&cmdb->rows)) {
		checks_add(cmdb->checks, CHECK_WARNING, "servicenow cmdb", "Check cmdb_table, and the right to read servers.",
		           "%s answers, but shows this account no row of %s: every host would be unknown.", cmdb->site.base, cmdb->table);
		return;
	}
	missing_fields(cmdb, &missing);
	checks_add(cmdb->checks, CHECK_OK, "servicenow cmdb", "", "%s shows the table %s.", cmdb->site.base, cmdb->table);
	if (missing.len)
		checks_add(cmdb->checks, CHECK_FAILURE, "servicenow fields",
		           "Correct group_field, or give the account the right to read them.",
		           "Rows of %s have no field%s that this account may read.", cmdb->table, strbuf_text(&missing));
	else
		checks_add(cmdb->checks, CHECK_OK, "servicenow fields", "", "%s has the fields that rouse asks for.", cmdb->table);
	strbuf_release(&missing);
}

/* Without it the same hosts take forty times as many requests: worth saying before the first morning. */
static void check_batch(struct cmdb *cmdb, const struct talk_reply *reply)
{
	const struct json_member *served = NULL;

	if (reply->outcome == TALK_FINE && json_object_read(&cmdb->top, reply->body) == 1)
		served = json_get(&cmdb->top, "serviced_requests");
	if (served)
		checks_add(cmdb->checks, CHECK_OK, "servicenow batch", "", "Hosts can be asked for in batches.");
	else
		checks_add(cmdb->checks, CHECK_WARNING, "servicenow batch",
		           "Let an administrator allow /api/now/v1/batch, or expect many more requests.",
		           "The Batch API answers this account not (%d); hosts are asked for some ten at a time.",
		           reply->status);
}

void cmdb_check_take(struct cmdb *cmdb, const struct talk_reply *reply)
{
	struct strbuf why = STRBUF_INIT(WHY_MAX);

	if (cmdb->check_step == STEP_BATCH) {
		check_batch(cmdb, reply);
	} else if (reply->outcome != TALK_FINE || !reply->json) {
		check_refused(cmdb, reply);
	} else if (servicenow_rows_read(&cmdb->rows, reply->body, &why)) {
		checks_add(cmdb->checks, CHECK_FAILURE, "servicenow cmdb", "Check url and cmdb_table in [servicenow].", "ServiceNow: %s.",
		           strbuf_text(&why));
		cmdb->stopped = true;
	} else if (cmdb->check_step == STEP_TABLE) {
		check_table(cmdb);
	} else if (servicenow_rows_next(&cmdb->rows)) {
		checks_add(cmdb->checks, CHECK_FAILURE, "servicenow search", "Check cmdb_table, and the right to read name and fqdn.",
		           "Conditions on name and fqdn of %s are ignored: a made-up name brings servers.", cmdb->table);
	} else {
		checks_add(cmdb->checks, CHECK_OK, "servicenow search", "",
		           "Conditions on name and fqdn hold: a made-up name brings nothing.");
	}
	cmdb->check_step++;
	strbuf_release(&why);
}
