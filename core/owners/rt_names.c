/* rt_names.c - names on their way into a JSON search.
 *
 * RT compares a name with = as its database does: SQLite minds the case, MySQL and PostgreSQL do not. LIKE folds ASCII everywhere, so that is
 * what is asked, two patterns for a host: `srv-app-01` alone and `srv-app-01.` with anything after it. That is wide enough for all that
 * owner_match() may take, and no wider than a domain. */
#include "core/owners/rt_inner.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/io/http.h"
#include "core/io/json.h"

struct slice rt_label(struct slice host)
{
	const char *dot = host.len ? memchr(host.text, '.', host.len) : NULL;
	struct slice label = { host.text, dot ? (size_t)(dot - host.text) : host.len };

	if (!label.len || label.len > RT_NAME_MAX)
		return (struct slice){0};
	return label;
}

void rt_pattern(struct strbuf *out, struct slice label)
{
	for (size_t at = 0; at < label.len; ) {
		int32_t cp;
		size_t n = utf8_decode(label.text + at, label.len - at, &cp);
		/* LIKE folds no Ü; a backslash escapes in some databases and not in others. */
		bool open = cp < ' ' || cp == 0x7f || cp == '%' || cp == '\\'
		            || (cp >= 0x80 && (utf8_lower_char(cp) != cp || utf8_upper_char(cp) != cp));

		if (open)
			strbuf_addc(out, '_');
		else
			strbuf_add(out, label.text + at, n);
		at += n;
	}
}

static void add_limit(struct strbuf *out, const char *operator, const struct strbuf *value)
{
	strbuf_addf(out, ",{\"field\":\"Name\",\"operator\":\"%s\",\"entry_aggregator\":\"OR\",\"value\":", operator);
	json_string(out, (struct slice){ strbuf_text(value), value->len });
	strbuf_addc(out, '}');
}

void rt_question(struct strbuf *out, const char *catalog, const struct slice *hosts, size_t count, uint64_t after)
{
	struct strbuf pattern = STRBUF_INIT(RT_NAME_MAX + 2);

	strbuf_addf(out, "[{\"field\":\"Catalog\",\"value\":\"%s\"}", catalog);
	if (after)
		strbuf_addf(out, ",{\"field\":\"id\",\"operator\":\">\",\"value\":\"%" PRIu64 "\"}", after);
	for (size_t i = 0; i < count; i++) {
		struct slice label = rt_label(hosts[i]);

		if (!label.text)
			continue;
		strbuf_clear(&pattern);
		rt_pattern(&pattern, label);
		add_limit(out, "MATCHES", &pattern);
		strbuf_addc(&pattern, '.');
		add_limit(out, "STARTSWITH", &pattern);
	}
	strbuf_addc(out, ']');
	strbuf_release(&pattern);
}

static bool is_role(const char *field)
{
	return !strcmp(field, "HeldBy") || !strcmp(field, "Owner") || !strcmp(field, "Contact");
}

void rt_fields(struct strbuf *out, const struct owners_rt *rt, unsigned per_page)
{
	bool held = false, owner = false, custom = false;

	for (size_t i = 0; i < rt->team_field_count; i++) {
		held = held || !strcmp(rt->team_fields[i], "HeldBy");
		owner = owner || !strcmp(rt->team_fields[i], "Owner");
		custom = custom || !is_role(rt->team_fields[i]);
	}
	/* Each field costs RT a query a row, so only what is looked at. */
	strbuf_addf(out, "?per_page=%u&orderby=id&fields=Name,Status,Catalog,Contact%s%s%s", per_page, held ? ",HeldBy" : "",
	            owner ? ",Owner" : "", custom ? ",CustomFields" : "");
	strbuf_adds(out, "&fields%5BContact%5D=Name,EmailAddress");
	if (held)
		strbuf_adds(out, "&fields%5BHeldBy%5D=Name");
	if (owner)
		strbuf_adds(out, "&fields%5BOwner%5D=Name");
}
