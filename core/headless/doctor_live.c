/* doctor_live.c - the lines of doctor about a tenant. */
#include "core/headless/doctor.h"

#include <string.h>
#include <unistd.h>

#include "core/sources/hunt_probe.h"

static void take_line(void *owner, enum probe_level level, const char *name, const char *text, const char *mend)
{
	static const enum doctor_level levels[] = { [PROBE_OK] = DOCTOR_OK, [PROBE_WARNING] = DOCTOR_WARNING,
		[PROBE_FAILURE] = DOCTOR_FAILURE };

	doctor_line(owner, levels[level], name, text, mend);
}

static void take_code(void *owner, const struct oauth_code *code)
{
	(void)owner;
	fprintf(stderr, "rouse: to sign in, open %s and enter %s\n", code->address, code->code);
}

/* Without its authorities no connection is made, and the fault then looks like one of the network. */
static void check_authorities(struct doctor *doctor, const struct config *config)
{
	const char *path = config_text(config, "network.ca_file");

	if (path && access(path, R_OK) != 0)
		doctor_line(doctor, DOCTOR_FAILURE, "authorities", path, "cannot be read: mend [network] ca_file.");
}

void doctor_live(struct doctor *doctor, const struct work *work)
{
	const struct probe_report report = { doctor, take_line, take_code };
	const char *kind = config_text(work->config, "source.kind");
	struct session *session = NULL;
	struct hunt_options live;
	struct error err = { 0 };

	if (!kind || strcmp(kind, "graph") != 0)
		return;
	check_authorities(doctor, work->config);
	if (session_open(&session, work->config, work->store_path, false, &err) || session_live(session, &live, &err))
		doctor_line(doctor, DOCTOR_FAILURE, "graph", err.text, NULL);
	else
		hunt_probe(&live, &report);
	session_close(&session);
}
