#include "tests/tenant/estate.h"

#include <stdio.h>
#include <string.h>

#define SECOND TICKS
#define HOUR (3600 * TICKS)
#define DAY (24 * HOUR)
#define HISTORY_DAYS 30      /* days back that change hosts, as the tables keep */

/* What a draw is for. A new one goes to the end, or the estate of every seed changes. */
enum draw {
	DRAW_FIRST_DAY, DRAW_LAST_DAY, DRAW_ID, DRAW_ID2, DRAW_ID3, DRAW_SERVER, DRAW_PLATFORM, DRAW_GROUP, DRAW_GROUP_BEFORE, DRAW_MOVE, DRAW_CHANGE,
	DRAW_PROFILE, DRAW_PROFILE_BEFORE, DRAW_NAME, DRAW_SEEN, DRAW_OLDER, DRAW_OLDER_TIME, DRAW_HEARTBEAT, DRAW_STATE, DRAW_MERGED, DRAW_EXCLUDED,
	DRAW_ASSESSED, DRAW_ASSESSED_OLDER, DRAW_GATHERED, DRAW_GATHERED_OLDER, DRAW_VERSION, DRAW_VERSION_OLDER, DRAW_SIGNATURE, DRAW_SOFTWARE,
	DRAW_ONLY, DRAW_SHAPE, DRAW_REPORT, DRAW_SOFTWARE_ROW
};

/* splitmix64: each number leads to another, evenly. */
uint64_t chance(uint64_t base, uint64_t what)
{
	uint64_t z = base + (what + 1) * 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

void estate_init(struct estate *estate, const struct options *options)
{
	*estate = (struct estate){ .seed = options->seed, .day = options->day, .devices = options->devices,
	                           .servers_share = options->servers_share };
	/* On whole seconds, so that two runs of the same minute are near to each other only by their rows. */
	estate->now = options->now + options->day * DAY;
	estate->count = (uint64_t)options->devices + (options->day < 0 ? (uint64_t)options->devices / 32 : 0);
	for (unsigned i = 0; i < 64; i++)
		snprintf(estate->signatures[i], sizeof estate->signatures[i], "1.421.%u.0", 900 + i * 7);
}

static uint64_t base_of(const struct estate *estate, uint64_t number)
{
	return chance((uint64_t)estate->seed * 0x632be59bd9b4e019u, number);
}

/* Whether the device is there on this day: some came lately, and numbers past the end went. */
static bool exists(const struct estate *estate, uint64_t number, uint64_t base)
{
	if (number >= (uint64_t)estate->devices)
		return estate->day <= -1 - (int64_t)(chance(base, DRAW_LAST_DAY) % (HISTORY_DAYS - 1));
	if (estate->day == 0 || chance(base, DRAW_FIRST_DAY) % 100 >= 3)
		return true;
	return estate->day >= -(int64_t)(chance(base, DRAW_FIRST_DAY) / 100 % HISTORY_DAYS);
}

static void write_id(uint64_t base, char id[ID_DIGITS + 1])
{
	static const char digits[] = "0123456789abcdef";
	uint64_t draws[3] = { chance(base, DRAW_ID), chance(base, DRAW_ID2), chance(base, DRAW_ID3) };

	for (unsigned i = 0; i < ID_DIGITS; i++)
		id[i] = digits[draws[i / 16] >> (i % 16 * 4) & 15];
	id[ID_DIGITS] = '\0';
}

bool estate_id(const struct estate *estate, uint64_t number, char id[ID_DIGITS + 1])
{
	uint64_t base = base_of(estate, number);

	if (!exists(estate, number, base))
		return false;
	write_id(base, id);
	return true;
}

/* `SRV-DB-000042.corp.contoso.example`; a few are short, in another case, or not ASCII. */
static void write_name(char *out, const struct host *host, bool server, unsigned variant)
{
	static const char *const kinds[] = { "db", "web", "app", "file", "dc", "sql", "b\xc3\xbcro", "print" };
	uint64_t draw = chance(host->chance, DRAW_NAME + variant * 1000);
	const char *domain = draw % 50 == 0 ? "" : ".corp.contoso.example";

	snprintf(out, NAME_MAX_BYTES, "%s-%s-%06llu%s", !server ? "pc" : draw % 20 == 7 ? "SRV" : "srv", kinds[draw >> 8 & 7],
	         (unsigned long long)host->number, domain);
}

/* Everything of a host that several of its rows share. */
struct traits {
	const struct profile *profile;
	const struct weighted *platform;
	const char *group, *group_before;
	bool server, windows;
};

static void draw_traits(const struct estate *estate, const struct host *host, struct traits *traits)
{
	uint64_t b = host->chance, change = chance(b, DRAW_CHANGE), move = chance(b, DRAW_MOVE);

	traits->server = (int64_t)(chance(b, DRAW_SERVER) % 100) < estate->servers_share;
	traits->platform = weighted_pick(traits->server ? server_platforms : client_platforms, chance(b, DRAW_PLATFORM));
	traits->windows = traits->server || (traits->platform->word[0] == 'W' && traits->platform->word[7] != ' ');
	traits->group = group_pick(traits->server ? server_groups : client_groups, chance(b, DRAW_GROUP));
	traits->group_before = group_pick(traits->server ? server_groups : client_groups, chance(b, DRAW_GROUP_BEFORE));
	/* Six in ten hosts change their antivirus on one day of the history, one in ten its group. */
	bool before = change % 10 < 6 && estate->day < -(int64_t)(change / 10 % HISTORY_DAYS);
	traits->profile = profile_pick(chance(b, before ? DRAW_PROFILE_BEFORE : DRAW_PROFILE));
	if (move % 10 == 0 && estate->day < -(int64_t)(move / 10 % HISTORY_DAYS))
		traits->group = traits->group_before;
}

/* Newest rows are minutes old; some hosts have been silent for days, at most 13. */
static int64_t seen_before(uint64_t draw)
{
	uint64_t kind = draw % 100;

	draw >>= 8;
	if (kind < 3)
		return 7 * DAY + (int64_t)(draw % (6 * (uint64_t)DAY));
	if (kind < 5)
		return DAY + (int64_t)(draw % (5 * (uint64_t)DAY));
	return 300 * SECOND + (int64_t)(draw % (50 * 60 * (uint64_t)SECOND));
}

static void fill_state(const struct host *host, struct info_row *row, uint64_t salt)
{
	uint64_t state = chance(host->chance, DRAW_STATE + salt * 1000), excluded = chance(host->chance, DRAW_EXCLUDED);

	row->onboarding = weighted_pick(onboardings, state)->word;
	row->health = weighted_pick(healths, state >> 32)->word;
	row->excluded = excluded % 200 < 3 ? TRI_TRUE : excluded % 200 == 3 ? TRI_NONE : TRI_FALSE;
	row->report = (int64_t)(chance(host->chance, DRAW_REPORT + salt * 1000) % 9000000000000000u);
}

/* Facts 2.3 and 4.1: older rows of a host with another group or name; newer heartbeats without a platform. */
static void fill_info(const struct estate *estate, struct host *host, const struct traits *traits)
{
	uint64_t b = host->chance, older = chance(b, DRAW_OLDER), merged = chance(b, DRAW_MERGED), beat = chance(b, DRAW_HEARTBEAT);
	struct info_row *row = host->info;
	int64_t newest = estate->now - seen_before(chance(b, DRAW_SEEN));

	write_name(host->names[0], host, traits->server, 0);
	write_name(host->names[1], host, traits->server, 1);
	*row = (struct info_row){ .time = newest, .name = host->names[0], .group = traits->group, .platform = traits->platform->word,
	                          .version = traits->platform->more, .merged = merged % 100 == 0 };
	fill_state(host, row, 0);
	if (beat % 1000 == 0)    /* nothing but partial reports: the host has no platform, so it is in no list, and must be counted somewhere */
		row->platform = row->version = "";
	if (older % 100 < 30) {
		*++row = host->info[0];
		row->time = newest - DAY - (int64_t)(chance(b, DRAW_OLDER_TIME) % (15 * (uint64_t)DAY));
		row->merged = merged % 200 == 1;
		row->group = older / 100 % 5 == 0 ? traits->group_before : traits->group;
		row->name = older / 1000 % 10 == 0 ? host->names[1] : host->names[0];
		fill_state(host, row, 1);
	}
	if (beat / 1000 % 100 < 8) {
		*++row = (struct info_row){ .time = newest + SECOND + (int64_t)(beat % (240 * (uint64_t)SECOND)), .name = host->names[0], .group = "",
		                            .platform = "", .version = "", .onboarding = "", .health = "", .excluded = TRI_NONE };
		row->report = (int64_t)(beat % 9000000000u);
	}
	host->info_count = (size_t)(row - host->info) + 1;
	if (chance(b, DRAW_ONLY) % 500 == 0)   /* witnesses of a device that DeviceInfo does not know */
		host->info_count = 0;
}

/* Four in a hundred witnesses are old: a silent device's snapshot stays for 30 days. */
static int64_t witnessed_before(uint64_t draw, int64_t usual)
{
	uint64_t kind = draw % 100;

	draw >>= 8;
	if (kind < 4)
		return 9 * DAY + (int64_t)(draw % (16 * (uint64_t)DAY));
	if (kind < 10)
		return DAY + (int64_t)(draw % (5 * (uint64_t)DAY));
	return 60 * SECOND + (int64_t)(draw % (uint64_t)usual);
}

static void draw_versions(const struct estate *estate, const struct host *host, bool fresh, struct versions *versions)
{
	uint64_t draw = chance(host->chance, DRAW_SIGNATURE);
	/* Passive hosts get no signatures by themselves. */
	int64_t age = fresh || draw % 10 < 3 ? (int64_t)(draw >> 8) % (2 * DAY) : 9 * DAY + (int64_t)((draw >> 8) % (50 * (uint64_t)DAY));

	*versions = (struct versions){ .signature = estate->signatures[age > 2 * DAY ? draw % 32 : 32 + draw % 32],
	                               .engine = engine_version(draw >> 6), .platform = platform_version(draw >> 12),
	                               .signature_time = estate->now - (age < 0 ? -age : age) - SECOND };
}

static enum context_shape context_shape(uint64_t draw)
{
	draw %= 1000;
	return draw < 40 ? CONTEXT_NUMBER : draw < 60 ? CONTEXT_FLAT : draw < 63 ? CONTEXT_ODD_ITEM : draw < 65 ? CONTEXT_ODD : CONTEXT_NESTED;
}

/* Older rows of a witness, which often say something else than the newest: whoever filters before taking the newest is wrong. */
static void fill_assessment(const struct estate *estate, struct host *host, const struct traits *traits)
{
	const struct profile *profile = traits->profile;
	uint64_t draw = chance(host->chance, DRAW_ASSESSED), older = chance(host->chance, DRAW_ASSESSED_OLDER);
	size_t count = older % 10 < 7 ? 1 : older % 10 < 9 ? 2 : 3;

	if (!profile->assessed || !traits->windows)
		return;
	host->assessment[0] = (struct assessment_row){ .time = estate->now - witnessed_before(draw, 20 * HOUR), .applicable = profile->applicable,
		.compliant = profile->compliant, .mode = profile->assessed[0] == '-' ? NULL : profile->assessed, .shape = context_shape(chance(host->chance, DRAW_SHAPE)) };
	for (size_t i = 1; i < count; i++) {
		const struct profile *other = profile_pick(older >> (8 * i));

		host->assessment[i] = host->assessment[0];
		host->assessment[i].time -= (int64_t)i * DAY + (int64_t)((older >> 5 * i) % (uint64_t)DAY);
		host->assessment[i].compliant = other->compliant;
		host->assessment[i].mode = other->assessed && other->assessed[0] != '-' ? other->assessed : NULL;
	}
	host->assessment_count = count;
	if (count > 1 && older >> 63) {   /* the newest is not always the first */
		struct assessment_row first = host->assessment[0];

		host->assessment[0] = host->assessment[count - 1];
		host->assessment[count - 1] = first;
	}
}

static void fill_versions(const struct estate *estate, struct host *host, const struct traits *traits)
{
	uint64_t draw = chance(host->chance, DRAW_VERSION), older = chance(host->chance, DRAW_VERSION_OLDER);

	if (!traits->windows || draw % 100 < 15)
		return;
	host->version[0].time = estate->now - witnessed_before(draw, 20 * HOUR) - SECOND;
	draw_versions(estate, host, true, &host->version[0].versions);
	host->version_count = 1;
	if (older % 10 == 0) {
		host->version[1] = host->version[0];
		host->version[1].time -= DAY + (int64_t)(older % (uint64_t)DAY);
		host->version[1].versions.engine = engine_version(older >> 7);
		host->version_count = 2;
	}
}

static void fill_gathering(const struct estate *estate, struct host *host, const struct traits *traits)
{
	const char *mode = traits->windows ? traits->profile->gathered : "-";
	uint64_t draw = chance(host->chance, DRAW_GATHERED), older = chance(host->chance, DRAW_GATHERED_OLDER);
	struct gathering_row *row = host->gathering;
	bool passive = mode && (*mode == '1' || *mode == '4' || *mode == '5');

	if (!mode || (!traits->windows && draw % 2))
		return;
	*row = (struct gathering_row){ .time = estate->now - witnessed_before(draw, 5 * HOUR), .mode = *mode == '-' ? NULL : mode,
	                               .number = draw >> 58 == 0, .bare = !traits->windows || draw >> 40 & 1 ? draw % 13 == 0 : false };
	row->shape = draw >> 20 & 255 ? BAG_PLAIN : draw >> 28 & 1 ? BAG_CASE : BAG_LIST;
	row->seen = row->time - (int64_t)(draw % (600 * (uint64_t)SECOND));
	draw_versions(estate, host, !passive, &row->versions);
	host->gathering_count = 1;
	if (older % 5)
		return;
	host->gathering[1] = host->gathering[0];
	host->gathering[1].time -= HOUR + (int64_t)(older % (2 * (uint64_t)DAY));
	host->gathering[1].mode = older & 32 ? "0" : "1";
	host->gathering_count = 2;
	if (older >> 63) {
		struct gathering_row first = host->gathering[0];

		host->gathering[0] = host->gathering[1];
		host->gathering[1] = first;
	}
}

static void fill_software(struct host *host, const struct traits *traits)
{
	uint64_t draw = chance(host->chance, DRAW_SOFTWARE);
	const char *mode = traits->profile->gathered ? traits->profile->gathered : "";
	bool passive = *mode == '1' || *mode == '4';
	size_t count;

	if (draw % 100 < 5)   /* the inventory does not know the device */
		return;
	count = 2 + (draw >> 8) % 4;
	for (size_t i = 0; i < count; i++) {
		const struct weighted *item = weighted_pick(plain_software, chance(host->chance, DRAW_SOFTWARE_ROW + i));

		host->software[i] = (struct software_row){ item->word, item->more };
	}
	if ((draw >> 16) % 100 < (passive ? 60 : 3)) {
		const struct weighted *item = weighted_pick(other_antivirus, draw >> 24);

		host->software[count++] = (struct software_row){ item->word, item->more };
	}
	host->software_count = count;
}

bool estate_host(const struct estate *estate, uint64_t number, struct host *host)
{
	struct traits traits;
	uint64_t base = base_of(estate, number);

	if (!exists(estate, number, base))
		return false;
	host->number = number;
	host->chance = base;
	host->info_count = host->assessment_count = host->version_count = host->gathering_count = host->software_count = 0;
	write_id(base, host->id);
	draw_traits(estate, host, &traits);
	fill_info(estate, host, &traits);
	fill_assessment(estate, host, &traits);
	fill_versions(estate, host, &traits);
	fill_gathering(estate, host, &traits);
	fill_software(host, &traits);
	return true;
}
