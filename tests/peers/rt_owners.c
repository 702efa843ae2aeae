/* rt_owners.c - asks Request Tracker who owns the hosts on the input, and prints a line each: host, state, team, field, contact, record.
 *   rt_owners SECTION.KEY=VALUE... <hosts        rt_owners --check SECTION.KEY=VALUE...
 * The last lines are the complaints and `requests N`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/io/config.h"
#include "core/io/talk.h"
#include "core/owners/owners.h"

static int fail(const struct error *err)
{
	printf("error %d: %s\n", (int)err->status, err->text);
	return (int)err->status;
}

static enum step run(struct owner_source *source, struct talk *talk, struct error *err)
{
	enum step step;

	while ((step = source->ops->step(source, 10, err)) == STEP_WAIT || step == STEP_MORE)
		if (step == STEP_WAIT)
			talk_wait(talk, NULL, 0, 1000);
	return step;
}

static void print_hosts(const struct slice *hosts, size_t count, const struct owner_asking *asking)
{
	struct owner_index index = {0};

	owner_index_build(&index, &asking->records);
	for (size_t i = 0; i < count; i++) {
		struct owner owner;

		owner_init(&owner);
		if (asking->asked && asking->asked[i])
			owner_match(&index, hosts[i], 1, &owner);
		printf("%.*s|%s|%s|%s|%s|%s\n", (int)hosts[i].len, hosts[i].text, owner_state_names[owner.state], owner.team, owner.field,
		       owner.contact, owner.key);
		for (size_t j = 0; j < owner.candidate_count; j++)
			printf("  %s|%s|%s\n", owner.candidates[j].key, owner.candidates[j].name, owner.candidates[j].team);
		owner_release(&owner);
	}
	owner_index_release(&index);
}

static void print_checks(const struct checks *checks)
{
	static const char *const levels[] = { "ok", "warning", "failure" };

	for (size_t i = 0; i < checks->count; i++)
		printf("%s: %s: %s [%s]\n", levels[checks->items[i].level], checks->items[i].name, checks->items[i].text,
		       checks->items[i].mend);
}

int main(int argc, char **argv)
{
	struct owner_asking asking = {0};
	struct owner_source *source = NULL;
	struct checks checks = {0};
	struct config *config = NULL;
	struct talk *talk = NULL;
	struct error err = {0};
	struct strbuf lines = STRBUF_INIT((size_t)16 << 20);
	struct slice *hosts = NULL;
	size_t count = 0, cap = 0;
	bool check = argc > 1 && !strcmp(argv[1], "--check");
	int first = check ? 2 : 1, status = 0;
	char part[4096];
	size_t n;

	while (!check && (n = fread(part, 1, sizeof part, stdin)) > 0)
		strbuf_add(&lines, part, n);
	for (size_t at = 0; at < lines.len; ) {
		const char *end = memchr(lines.buf + at, '\n', lines.len - at);
		size_t len = end ? (size_t)(end - lines.buf) - at : lines.len - at;

		hosts = grow(hosts, &cap, count + 1, sizeof *hosts);
		hosts[count++] = (struct slice){ lines.buf + at, len };
		at += len + 1;
	}
	if (config_load(&config, "/dev/null", (const char *const *)argv + first, (size_t)(argc - first), &err)
	    || talk_new(&talk, config, &err) || owners_rt.make(&source, config, talk, &err)
	    || (check ? owners_rt.check(source, &checks, &err) : owners_rt.begin(source, hosts, count, &asking, &err))
	    || run(source, talk, &err) == STEP_FAILED) {
		status = fail(&err);
	} else {
		print_hosts(hosts, count, &asking);
		print_checks(&checks);
	}
	for (size_t i = 0; i < asking.complaint_count; i++)
		printf("complaint: %s\n", asking.complaints[i]);
	printf("requests %u\n", asking.requests);
	owner_asking_release(&asking);
	checks_release(&checks);
	if (source)
		owners_rt.free(source);
	talk_free(&talk);
	config_free(&config);
	strbuf_release(&lines);
	free(hosts);
	return status;
}
