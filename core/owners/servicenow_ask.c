/* servicenow_ask.c - queries for hosts, and batches of them. See servicenow.h. */
#include <string.h>

#include "core/base/utf8.h"
#include "core/owners/servicenow.h"

#define NOBODY "rouse-nobody-has-this-name"

/* A list of values behind an operator: `nameIN` and then `a,B,c`. */
struct values {
	struct strbuf *out;
	const char *operator;   /* `nameIN`; written before the first */
	const char *after;      /* behind each value */
	bool each;              /* the operator takes one value: it is written before each */
	bool any;
};

static void put_value(struct values *values, struct slice value)
{
	if (values->any && !values->each)
		strbuf_addc(values->out, ',');
	else
		/* %5E is ^; the first condition has none before it. */
		strbuf_addf(values->out, "%s%s", values->out->buf[values->out->len - 1] == '=' ? "" : "%5EOR", values->operator);
	http_encode(values->out, value);
	strbuf_adds(values->out, values->after);
	values->any = true;
}

/* The name as given, and in small letters and capitals where those differ: whether a database folds case is not known. */
static void put_cases(struct values *values, struct slice name)
{
	struct strbuf lower = STRBUF_INIT(1000), upper = STRBUF_INIT(1000);

	utf8_lower(&lower, name.text, name.len);
	utf8_upper(&upper, name.text, name.len);
	put_value(values, name);
	if (!slice_is(name, strbuf_text(&lower)))
		put_value(values, (struct slice){ lower.buf, lower.len });
	if (!slice_is(name, strbuf_text(&upper)))
		put_value(values, (struct slice){ upper.buf, upper.len });
	strbuf_release(&lower);
	strbuf_release(&upper);
}

static struct slice host_of(const struct cmdb *cmdb, const struct cmdb_item *item, uint32_t i)
{
	return cmdb->hosts[cmdb->order[item->first + i]];
}

/* Each name may stand short or full in `name`, and full in `fqdn`; the full name of a host that is known by its short one alone is found by
 * how it begins. owner_match() decides later what is meant. */
static void put_conditions(const struct cmdb *cmdb, const struct cmdb_item *item, struct strbuf *out)
{
	struct values name = { .out = out, .operator = "nameIN", .after = "" }, fqdn = { .out = out, .operator = "fqdnIN", .after = "" };
	struct values starts = { .out = out, .operator = "nameSTARTSWITH", .after = ".", .each = true };
	struct values begins = { .out = out, .operator = "fqdnSTARTSWITH", .after = ".", .each = true };

	for (uint32_t i = 0; i < item->count; i++) {
		struct slice host = host_of(cmdb, item, i), label = owner_label(host);

		put_cases(&name, label.len ? label : host);
		if (label.len && label.len < host.len)
			put_cases(&name, host);
	}
	for (uint32_t i = 0; i < item->count; i++)
		if (owner_label(host_of(cmdb, item, i)).len < host_of(cmdb, item, i).len)
			put_cases(&fqdn, host_of(cmdb, item, i));
	for (uint32_t i = 0; i < item->count; i++)
		if (owner_label(host_of(cmdb, item, i)).len == host_of(cmdb, item, i).len) {
			put_cases(&starts, host_of(cmdb, item, i));
			put_cases(&begins, host_of(cmdb, item, i));
		}
}

/* sysparm_exclude_reference_link makes references bare ids; FIELD.name walks to the name of the group, so no second table is asked. */
static void begin_query(const struct cmdb *cmdb, struct strbuf *out)
{
	strbuf_addf(out, "/api/now/table/%s?sysparm_fields=sys_id,name,fqdn,operational_status", cmdb->table);
	for (size_t i = 0; i < cmdb->field_count; i++)
		strbuf_addf(out, ",%s,%s.name,%s.email,%s.manager.email", cmdb->fields[i], cmdb->fields[i], cmdb->fields[i],
		            cmdb->fields[i]);
	strbuf_adds(out, "&sysparm_exclude_reference_link=true&sysparm_limit=");
}

void cmdb_query(const struct cmdb *cmdb, const struct cmdb_item *item, struct strbuf *out)
{
	begin_query(cmdb, out);
	strbuf_addf(out, "%d&", CMDB_PAGE);
	if (item->got)
		strbuf_addf(out, "sysparm_offset=%u&", item->got);
	strbuf_adds(out, "sysparm_query=");
	put_conditions(cmdb, item, out);
	strbuf_adds(out, "%5EORDERBYsys_id");
}

void cmdb_probe(const struct cmdb *cmdb, bool nobody, struct strbuf *out)
{
	begin_query(cmdb, out);
	strbuf_addf(out, "1%s", nobody ? "&sysparm_query=nameIN" NOBODY "%5EORfqdnIN" NOBODY : "");
}

void cmdb_batch_add(struct strbuf *body, size_t id, struct slice path)
{
	strbuf_addf(body,
	            "%s{\"id\":\"%zu\",\"method\":\"GET\",\"headers\":[{\"name\":\"Accept\",\"value\":\"application/"
	            "json\"}],\"url\":",
	            body->buf[body->len - 1] == '[' ? "" : ",", id);
	json_string(body, path);
	strbuf_addc(body, '}');
}

/* One item, as an address of its own. */
static bool fill_alone(struct cmdb *cmdb)
{
	struct strbuf path = STRBUF_INIT(4 * CMDB_BATCH_URL);
	bool fits = false;

	while (!fits && !cmdb->stopped && cmdb_next_item(cmdb, &cmdb->sent[0])) {
		strbuf_clear(&path);
		strbuf_clear(&cmdb->url);
		cmdb_query(cmdb, &cmdb->sent[0], &path);
		talk_url(&cmdb->url, cmdb->site.base, strbuf_text(&path));
		fits = cmdb->sent[0].count == 1 || (!path.overflow && cmdb->url.len <= SERVICENOW_URL_MAX);
		if (!fits)
			cmdb_split(cmdb, &cmdb->sent[0], "the address would be too long");
	}
	strbuf_release(&path);
	cmdb->sent_count = fits;
	return fits;
}

/* Paths in a batch are relative to the instance, and are no request lines: they may be longer than an address. */
static bool fill_batch(struct cmdb *cmdb)
{
	struct strbuf path = STRBUF_INIT(4 * CMDB_BATCH_URL);

	talk_url(&cmdb->url, cmdb->site.base, "/api/now/v1/batch");
	strbuf_adds(&cmdb->body, "{\"batch_request_id\":\"1\",\"rest_requests\":[");
	while (cmdb->sent_count < cmdb->batch && cmdb_next_item(cmdb, &cmdb->sent[cmdb->sent_count])) {
		strbuf_clear(&path);
		cmdb_query(cmdb, &cmdb->sent[cmdb->sent_count], &path);
		cmdb_batch_add(&cmdb->body, cmdb->sent_count, (struct slice){ strbuf_text(&path), path.len });
		cmdb->sent_count++;
	}
	strbuf_adds(&cmdb->body, "]}");
	strbuf_release(&path);
	return cmdb->sent_count > 0;
}

bool cmdb_fill(struct cmdb *cmdb)
{
	struct strbuf path = STRBUF_INIT(CMDB_BATCH_URL);

	strbuf_clear(&cmdb->url);
	strbuf_clear(&cmdb->body);
	cmdb->sent_count = 0;
	if (!cmdb->stopped && !cmdb->probed && cmdb->order_count) {
		cmdb_probe(cmdb, false, &path);
		talk_url(&cmdb->url, cmdb->site.base, strbuf_text(&path));
		strbuf_release(&path);
		return true;
	}
	return !cmdb->stopped && (cmdb->alone ? fill_alone(cmdb) : fill_batch(cmdb));
}
