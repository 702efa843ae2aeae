#include "core/headless/doctor.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/json.h"
#include "core/model/groups.h"
#include "core/model/trust.h"

static const char *const level_names[] = { "ok", "warning", "failure" };

static void json_line(struct doctor *doctor, enum doctor_level level, const char *name, const char *text, const char *mend)
{
	struct strbuf line = STRBUF_INIT(SIZE_MAX);
	strbuf_adds(&line, doctor->lines ? ",\n{\"check\":" : "[\n{\"check\":");
	json_string(&line, slice_of(name));
	strbuf_adds(&line, ",\"level\":");
	json_string(&line, slice_of(level_names[level]));
	strbuf_adds(&line, ",\"text\":");
	json_string(&line, slice_of(text));
	strbuf_adds(&line, ",\"mend\":");
	if (mend && *mend)
		json_string(&line, slice_of(mend));
	else
		strbuf_adds(&line, "null");
	strbuf_addc(&line, '}');
	fputs(strbuf_text(&line), doctor->out);
	strbuf_release(&line);
}

void doctor_line(struct doctor *doctor, enum doctor_level level, const char *name, const char *text, const char *mend)
{
	if (doctor->json) {
		json_line(doctor, level, name, text, mend);
	} else {
		struct strbuf line = STRBUF_INIT(SIZE_MAX);
		utf8_visible(&line, text, strlen(text));
		if (mend && *mend) {
			/* A mend that is a sentence of its own stands behind one that has ended. */
			if (*text && !strchr(".:;?!", text[strlen(text) - 1]) && *mend >= 'A' && *mend <= 'Z')
				strbuf_addc(&line, '.');
			strbuf_addc(&line, ' ');
			utf8_visible(&line, mend, strlen(mend));
		}
		fprintf(doctor->out, "%-8s %-22s %s\n", level_names[level], name, strbuf_text(&line));
		strbuf_release(&line);
	}
	doctor->lines++;
	doctor->warnings += level == DOCTOR_WARNING;
	doctor->failures += level == DOCTOR_FAILURE;
}

enum status doctor_end(struct doctor *doctor)
{
	if (doctor->json)
		fputs(doctor->lines ? "\n]\n" : "[]\n", doctor->out);
	else
		fprintf(doctor->out, "%u checks: %u failed, %u warning%s\n", doctor->lines, doctor->failures, doctor->warnings,
		        doctor->warnings == 1 ? "" : "s");
	return doctor->failures ? STATUS_FAILED : STATUS_DONE;
}

/* Each option with its value and where it came from; secrets only say that they are set. */
static void check_options(struct doctor *doctor, const struct config *config)
{
	struct strbuf text = STRBUF_INIT(SIZE_MAX);
	for (size_t i = 0; i < option_count; i++) {
		const struct option *option = &options[i];
		size_t count = 1;
		const char *single = NULL;
		const char *const *list = &single;
		strbuf_clear(&text);
		if (option->type == OPTION_LIST || option->type == OPTION_PATHS)
			list = config_list(config, option->name, &count);
		else
			single = config_text(config, option->name);
		for (size_t v = 0; v < count; v++)
			strbuf_addf(&text, "%s%s", v ? ", " : "", !list[v] ? "not set" : option->secret ? "set" : list[v]);
		if (!count)
			strbuf_adds(&text, "not set");
		strbuf_addf(&text, "  (%s)", config_origin(config, option->name));
		doctor_line(doctor, DOCTOR_OK, option->name, strbuf_text(&text), NULL);
	}
	strbuf_release(&text);
}

static void check_config(struct doctor *doctor, const struct config *config)
{
	struct strbuf text = STRBUF_INIT(1 << 14);
	bool found = false;
	const char *path = config_path(config, &found);
	strbuf_addf(&text, "%s %s", path ? path : "no configuration file", found ? "was read." : "is not there; the defaults hold.");
	if (found && config_exposed(config))
		doctor_line(doctor, DOCTOR_WARNING, "configuration", strbuf_text(&text), "Others can read or write it: chmod 600 it.");
	else
		doctor_line(doctor, DOCTOR_OK, "configuration", strbuf_text(&text), NULL);
	strbuf_release(&text);
	check_options(doctor, config);
	size_t groups = 0;
	config_list(config, "scope.group", &groups);
	if (!groups)
		doctor_line(doctor, DOCTOR_WARNING, "scope", "No machine group is configured: every group is in scope.",
		            "Name yours with [scope] group = NAME, one line each.");
	size_t canaries = 0;
	config_list(config, "scope.canary", &canaries);
	if (!canaries)
		doctor_line(doctor, DOCTOR_WARNING, "canary", "No canary is configured.",
		            "Name a host that is known to be passive with [scope] canary = HOST: a run that misses it is not trusted.");
}

/* Limits that guard nothing any more. */
static void check_guards(struct doctor *doctor, const struct config *config)
{
	struct scope scope;
	struct strbuf text = STRBUF_INIT(1 << 14);
	config_scope(config, &scope);
	for (unsigned number = 0; number < TRUST_GUARDS; number++) {
		strbuf_clear(&text);
		if (trust_guard(&scope, number, &text))
			doctor_line(doctor, DOCTOR_WARNING, "guard", strbuf_text(&text),
			            "Take the line out of the configuration; the default guards.");
	}
	strbuf_release(&text);
}

static void check_store(struct doctor *doctor, const struct work *work)
{
	struct strbuf text = STRBUF_INIT(1 << 14);
	struct error err = {0};
	struct store *store = NULL;
	struct stat st;
	struct run *runs = NULL;
	size_t count = 0;
	if (store_open_existing(&store, work->store_path, &err) || (store && store_runs(store, 1, &runs, &count, &err))) {
		doctor_line(doctor, DOCTOR_FAILURE, "store", err.text, NULL);
	} else if (!store) {
		strbuf_addf(&text, "%s is not there yet.", work->store_path);
		doctor_line(doctor, DOCTOR_OK, "store", strbuf_text(&text), "The first `rouse detect` makes it.");
	} else {
		strbuf_addf(&text, "%s opens", work->store_path);
		if (count) {
			strbuf_addf(&text, "; the newest run is %" PRId64 " of ", runs[0].id);
			time_format(&text, runs[0].started);
		}
		strbuf_addc(&text, '.');
		bool open_to_others = stat(work->store_path, &st) == 0 && (st.st_mode & 077);
		doctor_line(doctor, open_to_others ? DOCTOR_WARNING : DOCTOR_OK, "store", strbuf_text(&text),
		            open_to_others ? "Others can read it: chmod 600 it." : NULL);
	}
	for (size_t i = 0; i < count; i++)
		run_release(&runs[i]);
	free(runs);
	store_close(&store);
	strbuf_release(&text);
}

/* A detection that does not run any more says nothing; its last list looks like today's. The store's own faults are told by its check. */
static void check_age(struct doctor *doctor, const struct work *work)
{
	struct strbuf text = STRBUF_INIT(256);
	struct error err = {0};
	struct store *store = NULL;
	struct run run = {0};
	int64_t id = 0, now = 0;
	if (store_open_existing(&store, work->store_path, &err) || !store || store_newest(store, NULL, false, 0, &id, &err) || !id ||
	    store_run_head(store, id, &run, &err) || clock_now(&now, &err))
		goto out;
	if (drive_run_old(&run, now, &text)) {
		strbuf_addc(&text, '.');
		doctor_line(doctor, DOCTOR_WARNING, "age", strbuf_text(&text), "See why `rouse detect` does not run any more.");
	}
out:
	run_release(&run);
	store_close(&store);
	strbuf_release(&text);
}

/* The groups of the newest run against the configured ones. The store's own faults are told by its own check. */
static void check_groups(struct doctor *doctor, const struct work *work)
{
	struct strbuf text = STRBUF_INIT(1 << 14);
	struct error err = {0};
	struct store *store = NULL;
	struct run run = {0};
	struct scope scope;
	struct group_audit audit = {0};
	int64_t id = 0;
	if (store_open_existing(&store, work->store_path, &err) || !store || store_newest(store, NULL, false, 0, &id, &err) || !id ||
	    store_run_head(store, id, &run, &err))
		goto out;
	config_scope(work->config, &scope);
	groups_audit(&run, &scope, &audit);
	groups_warning(&audit, &text);
	if (!audit.known) {
		groups_say_scope(&audit, &text);
		doctor_line(doctor, DOCTOR_WARNING, "groups", strbuf_text(&text), NULL);
	} else if (text.len) {
		doctor_line(doctor, DOCTOR_WARNING, "groups", strbuf_text(&text),
		            "Add the names that are yours with [scope] group = NAME; `m` in the console copies the line.");
	} else {
		groups_say_total(&audit, &text);
		strbuf_addc(&text, '.');
		doctor_line(doctor, DOCTOR_OK, "groups", strbuf_text(&text), NULL);
	}
out:
	groups_audit_release(&audit);
	run_release(&run);
	store_close(&store);
	strbuf_release(&text);
}

/* `-` is standard input; anything else has to be there, be no folder and allow reading. Nothing is opened: a pipe would wait. */
static bool is_readable(const char *path)
{
	struct stat st;
	if (!strcmp(path, "-"))
		return true;
	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode) && access(path, R_OK) == 0;
}

/* Whether `rouse detect` alone has something to read. */
static void check_source(struct doctor *doctor, const struct config *config, bool files)
{
	const char *kind = config_text(config, "source.kind");
	bool tenant = config_text(config, "graph.tenant") || config_text(config, "graph.client");
	if (tenant && (!kind || strcmp(kind, "graph") != 0))
		doctor_line(doctor, DOCTOR_WARNING, "source", "[graph] is filled, but the tenant is not asked.",
		            "Write kind = graph under [source].");
	else if (!files && !kind)
		doctor_line(doctor, DOCTOR_WARNING, "source", "No source is configured.",
		            "For a tenant write kind = graph under [source] and fill [graph], tenant and client first; for exports name "
		            "them in [files], or give them to `rouse detect`.");
	else if (!files && !strcmp(kind, "files"))
		doctor_line(doctor, DOCTOR_WARNING, "source", "No file is configured.",
		            "Name your exports in [files], or give them to `rouse detect`.");
}

/* Each configured file: is it there and readable. */
static void check_files(struct doctor *doctor, const struct config *config)
{
	size_t all = 0;
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		size_t count = 0;
		const char *const *paths = config_list(config, files_options[i], &count);
		for (size_t p = 0; p < count; p++) {
			bool good = is_readable(paths[p]);
			doctor_line(doctor, good ? DOCTOR_OK : DOCTOR_FAILURE, files_options[i], paths[p],
			            good ? NULL : "cannot be read: mend the path or export the table again.");
		}
		all += count;
	}
	check_source(doctor, config, all > 0);
}

void doctor_core(struct doctor *doctor, const struct work *work)
{
	struct strbuf text = STRBUF_INIT(256);
	struct error err = {0};
	int64_t now = 0;
	check_config(doctor, work->config);
	check_guards(doctor, work->config);
	check_store(doctor, work);
	check_age(doctor, work);
	check_groups(doctor, work);
	check_files(doctor, work->config);
	if (clock_now(&now, &err)) {
		doctor_line(doctor, DOCTOR_FAILURE, "clock", err.text, NULL);
	} else {
		time_format(&text, now);
		const char *frozen = getenv("ROUSE_NOW");
		doctor_line(doctor, frozen && *frozen ? DOCTOR_WARNING : DOCTOR_OK, "clock", strbuf_text(&text),
		            frozen && *frozen ? "ROUSE_NOW freezes the clock: unset it for real runs." : NULL);
	}
	strbuf_release(&text);
}
