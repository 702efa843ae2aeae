/* session_live.c - a tenant as the configuration names it, and waiting for it. */
#include <stdlib.h>
#include <string.h>

#include "core/session/session_inner.h"
#include "core/sources/cloud.h"

static enum oauth_way way_named(const char *name)
{
	for (int way = 0; way < OAUTH_WAY_COUNT; way++)
		if (!strcmp(name, oauth_way_names[way]))
			return (enum oauth_way)way;
	return OAUTH_SECRET;
}

static enum hunt_api api_named(const char *name)
{
	for (int api = 0; api < HUNT_API_COUNT; api++)
		if (!strcmp(name, hunt_api_names[api]))
			return (enum hunt_api)api;
	return HUNT_GRAPH;
}

/* The configuration, else a variable that the platform of a workload identity sets. */
static const char *text_or(const struct config *config, const char *name, const char *variable)
{
	const char *value = config_text(config, name);

	return value ? value : variable ? getenv(variable) : NULL;
}

#define SECRET_VARIABLE "ROUSE_CLIENT_SECRET"

static void fill_sign_in(const struct config *config, const struct cloud *cloud, struct hunt_options *live)
{
	struct oauth_options *sign_in = &live->sign_in;
	const char *login = config_text(config, "graph.login");

	sign_in->way = way_named(config_text(config, "graph.sign_in"));
	sign_in->login = login ? login : cloud->login;
	sign_in->tenant = text_or(config, "graph.tenant", "AZURE_TENANT_ID");
	sign_in->client = text_or(config, "graph.client", "AZURE_CLIENT_ID");
	sign_in->resource = live->api == HUNT_LEGACY ? cloud->defender : live->api == HUNT_WORKSPACE ? cloud->workspace : cloud->graph;
	sign_in->secret = (struct secret_place){
		.what = "the client secret", .variable = SECRET_VARIABLE, .file = config_text(config, "graph.client_secret_file"),
		.command = config_text(config, "graph.client_secret_command"),
	};
	sign_in->certificate = config_text(config, "graph.certificate");
	sign_in->rs256 = config_bool(config, "graph.certificate_rs256");
	sign_in->federated_file = text_or(config, "graph.federated_token_file", "AZURE_FEDERATED_TOKEN_FILE");
	sign_in->metadata = config_text(config, "graph.metadata");
}

/* What a run may be cut into at most. */
#define PARTS_MAX 4096u

static bool parts_of(const char *text, unsigned *parts)
{
	for (*parts = 0; text && *text >= '0' && *text <= '9' && *parts <= PARTS_MAX; text++)
		*parts = *parts * 10 + (unsigned)(*text - '0');
	return !text || (!*text && *parts <= PARTS_MAX);
}

/* What the options demand of each other, told by doctor too. */
static int check_live(const struct config *config, struct hunt_options *live, struct error *err)
{
	if (!parts_of(config_text(config, "graph.parts"), &live->parts_least))
		return error_set(err, STATUS_CONFIG, "[graph] parts must be a number from 0 to %u.", PARTS_MAX);
	if (live->api == HUNT_WORKSPACE && !live->workspace)
		return error_set(err, STATUS_CONFIG, "[graph] workspace must name the Log Analytics workspace: its id, which its Overview page "
		                 "shows.");
	return 0;
}

int session_live(struct session *session, struct hunt_options *live, struct error *err)
{
	const struct config *config = session->config;
	const struct cloud *cloud = cloud_named(config_text(config, "graph.cloud"));
	const char *endpoint = config_text(config, "graph.endpoint");

	*live = (struct hunt_options){
		.api = api_named(config_text(config, "graph.api")), .workspace = config_text(config, "graph.workspace"),
		.assessment_table = config_text(config, "graph.assessment_table"),
		.gathering_table = config_text(config, "graph.gathering_table"),
		.ca_file = config_text(config, "network.ca_file"), .scope = &session->scope, .now = session->now,
		.look_back = config_span(config, "graph.look_back"),
		.enrichment = strcmp(config_text(config, "graph.enrichment"), "false") != 0,
		.enrichment_bounded = strcmp(config_text(config, "graph.enrichment"), "auto") == 0,
		.software = config_bool(config, "graph.software"), .legacy_forced = config_bool(config, "graph.legacy_forced"),
		.patience_s = (int)config_span(config, "network.patience"),
	};
	fill_sign_in(config, cloud, live);
	live->sign_in.secret.kept = &session->client_secret;
	live->endpoint = endpoint ? endpoint : live->sign_in.resource;
	if (!live->endpoint)
		return error_set(err, STATUS_CONFIG,
			"The address of Log Analytics in the cloud %s is not published; name it in [graph] endpoint.",
		                 cloud->name);
	if (!live->sign_in.resource)
		live->sign_in.resource = live->endpoint;
	return check_live(config, live, err);
}

int session_wait(struct session *session, struct pollfd *fds, size_t count, int timeout_ms)
{
	struct source *source = session->job == JOB_DETECT && session->detect.phase == PHASE_READ ? session->detect.source : NULL;

	if (source && source->ops->wait)
		return source->ops->wait(source, fds, count, timeout_ms);
	if (session->job == JOB_OWNERS || session->job == JOB_SEND || session->job == JOB_POST)
		return closing_wait(session, fds, count, timeout_ms);
	return poll(fds, (nfds_t)count, timeout_ms);
}

bool session_code(const struct session *session, struct oauth_code *code)
{
	const struct source *source = session->job == JOB_DETECT ? session->detect.source : NULL;

	return source && session->detect.phase == PHASE_READ && hunt_code(source, code);
}
