/* servicenow_batch.c - answers of the Batch API: many of them in one, each in base64 with its own status. See servicenow.h.
 *
 *     {"serviced_requests": [{"id": "0", "status_code": 200, "body": "eyJyZXN1...", "headers": [{"name": "X-Total-Count", "value": "7"}]}],
 *      "unserviced_requests": ["1", "2"]}
 *
 * Whatever of what was sent is not among the serviced ones is asked again, whether the answer lists it or not. */
#include <stdlib.h>
#include <string.h>

#include "core/owners/servicenow.h"

#define ANSWER_MAX ((size_t)16 << 20)
#define MISHAPS_MAX 12   /* requests that brought nothing, before no more are sent */

static int digit_of(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

bool cmdb_base64(struct slice text, struct strbuf *out)
{
	unsigned bits = 0, have = 0, padding = 0;

	for (size_t i = 0; i < text.len; i++) {
		int digit = digit_of(text.text[i]);

		if (text.text[i] && strchr(" \t\r\n", text.text[i]))
			continue;
		if (text.text[i] == '=' && ++padding <= 2)
			continue;
		if (digit < 0 || padding)
			return false;
		bits = (bits << 6 | (unsigned)digit) & 0xffffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			strbuf_addc(out, (char)(unsigned char)(bits >> have & 0xff));
		}
	}
	return !out->overflow && have != 6;
}

/* X-Total-Count among the headers of one answer of a batch; -1 when it is not there. */
static int64_t total_of(struct cmdb *cmdb, const struct json_object *served)
{
	const struct json_member *headers = json_get(served, "headers");
	struct json_object list = {0};
	int64_t total = -1;

	if (headers && json_object_read(&list, headers->text) == 1)
		for (size_t i = 0; i < list.count; i++) {
			const struct json_member *name, *value;

			if (json_object_read(&cmdb->part, list.members[i].text) != 1 ||
			    !(name = json_get(&cmdb->part, "name")) || !(value = json_get(&cmdb->part, "value")) ||
			    !slice_is_nocase(name->text, "X-Total-Count") || value->text.len > 12)
				continue;
			total = 0;
			for (size_t k = 0; k < value->text.len && total >= 0; k++)
				total = value->text.text[k] >= '0' && value->text.text[k] <= '9'
				                ? total * 10 + value->text.text[k] - '0'
				                : -1;
		}
	json_object_release(&list);
	return total;
}

static int number_of(const struct json_object *object, const char *key)
{
	const struct json_member *member = json_get(object, key);
	char text[16] = "";

	if (!member || !member->text.len || member->text.len >= sizeof text)
		return -1;
	memcpy(text, member->text.text, member->text.len);
	return strspn(text, "0123456789") == member->text.len ? (int)strtol(text, NULL, 10) : -1;
}

/* One of serviced_requests. Marks its item as dealt with. */
static void take_served(struct cmdb *cmdb, struct slice text, bool *dealt)
{
	struct json_object served = {0};
	struct strbuf body = STRBUF_INIT(ANSWER_MAX);
	int id = -1, status = -1;

	if (json_object_read(&served, text) == 1) {
		id = number_of(&served, "id");
		status = number_of(&served, "status_code");
	}
	if (id >= 0 && (size_t)id < cmdb->sent_count && !dealt[id]) {
		const struct json_member *encoded = json_get(&served, "body");
		int64_t total = total_of(cmdb, &served);

		dealt[id] = true;
		if (status != 200)
			cmdb_item_failed(cmdb, &cmdb->sent[id], status, "the instance refused the query");
		else if (!encoded || !cmdb_base64(encoded->text, &body))
			cmdb_split(cmdb, &cmdb->sent[id], "the answer cannot be decoded");
		else
			cmdb_take_item(cmdb, cmdb->sent[id], (struct slice){ strbuf_text(&body), body.len }, total);
	}
	strbuf_release(&body);
	json_object_release(&served);
}

void cmdb_again(struct cmdb *cmdb, const bool *dealt)
{
	size_t left = 0;

	for (size_t i = cmdb->sent_count; i-- > 0;)
		if (!dealt || !dealt[i]) {
			cmdb_queue(cmdb, cmdb->sent[i]);
			left++;
		}
	if (!left)
		return;
	if (left == cmdb->sent_count && ++cmdb->mishaps > MISHAPS_MAX)
		cmdb_stop(cmdb, STATUS_UNAVAILABLE,
		          "ServiceNow's answers break off or are pages of a sign-in, again and again; the hosts that are left"
		          " were not asked for");
	if (cmdb->batch == 1)
		cmdb->alone = true;
	cmdb->batch = cmdb->batch > 1 ? cmdb->batch / 2 : 1;
}

void cmdb_take_batch(struct cmdb *cmdb, const struct talk_reply *reply)
{
	bool dealt[CMDB_BATCH] = { false };
	const struct json_member *served;

	if (json_object_read(&cmdb->top, reply->body) == 1 && (served = json_get(&cmdb->top, "serviced_requests"))
	    && json_object_read(&cmdb->list, served->text) == 1)
		for (size_t i = 0; !cmdb->stopped && i < cmdb->list.count; i++)
			take_served(cmdb, cmdb->list.members[i].text, dealt);
	if (!cmdb->stopped)
		cmdb_again(cmdb, dealt);
}
