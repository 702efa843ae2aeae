/* demo_host.c - what host number i of the demo is on a day. See demo_inner.h.
 *
 * The first hosts are scripted, so that a small estate has every verdict, flag and change too; the others are drawn by shares
 * that look like life. */
#include "core/sources/demo_inner.h"

#include <string.h>

#include "core/base/clock.h"

#define HOUR INT64_C(3600)
#define MINUTE INT64_C(60)

const struct demo_evidence demo_states[DEMO_STATES] = {
	[DEMO_ACTIVE] = { true, true, TRI_TRUE, TRI_TRUE, "0", "0" },
	[DEMO_PASSIVE] = { true, true, TRI_TRUE, TRI_FALSE, "1", "1" },
	[DEMO_EDR_BLOCK] = { true, true, TRI_TRUE, TRI_FALSE, "4", "4" },
	[DEMO_AUDIT] = { true, true, TRI_TRUE, TRI_FALSE, "5", "5" },
	[DEMO_DISABLED] = { true, true, TRI_TRUE, TRI_FALSE, "2", "2" },
	[DEMO_CODE_SIX] = { true, true, TRI_TRUE, TRI_FALSE, "6", "6" },
	[DEMO_OTHER] = { true, true, TRI_TRUE, TRI_FALSE, "3", "3" },
	[DEMO_NO_MODE] = { true, true, TRI_TRUE, TRI_FALSE, NULL, "" },
	[DEMO_DISAGREE] = { true, true, TRI_TRUE, TRI_TRUE, "0", "1" },
	[DEMO_CONTRADICTED] = { true, true, TRI_TRUE, TRI_FALSE, "0", "0" },
	[DEMO_NO_WITNESS] = { false, false, TRI_NONE, TRI_NONE, NULL, NULL },
	[DEMO_NOT_APPLICABLE] = { true, false, TRI_FALSE, TRI_FALSE, NULL, NULL },
};

/* Hosts 0, 1, 2...: the canaries first, then one of each kind, the hostile names (demo_name.c) among them. */
struct scripted {
	enum demo_state state;     /* of today */
	enum demo_change change;
	unsigned oddities;
};

static const struct scripted scripted[] = {
	{ DEMO_PASSIVE, DEMO_SAME, 0 }, { DEMO_PASSIVE, DEMO_SAME, DEMO_NO_OTHER_AV },
	{ DEMO_PASSIVE, DEMO_TURNED, DEMO_NO_OTHER_AV }, { DEMO_ACTIVE, DEMO_SAME, DEMO_OLDER_ROWS },
	{ DEMO_EDR_BLOCK, DEMO_SAME, 0 }, { DEMO_ACTIVE, DEMO_FIXED, 0 },
	{ DEMO_AUDIT, DEMO_SAME, 0 }, { DEMO_ACTIVE, DEMO_SAME, DEMO_PARTIAL },
	{ DEMO_DISABLED, DEMO_SAME, DEMO_NO_OTHER_AV }, { DEMO_ACTIVE, DEMO_SAME, DEMO_REIMAGED },
	{ DEMO_CODE_SIX, DEMO_SAME, 0 }, { DEMO_ACTIVE, DEMO_SAME, DEMO_OLD_RECORD },
	{ DEMO_DISAGREE, DEMO_SAME, 0 }, { DEMO_ACTIVE, DEMO_FIXED, DEMO_PARTIAL },
	{ DEMO_CONTRADICTED, DEMO_SAME, 0 }, { DEMO_NO_WITNESS, DEMO_SAME, DEMO_EXCLUDED },
	{ DEMO_NO_MODE, DEMO_SAME, 0 }, { DEMO_NOT_APPLICABLE, DEMO_SAME, 0 },
	{ DEMO_PASSIVE, DEMO_AV_GONE, DEMO_NO_OTHER_AV }, { DEMO_PASSIVE, DEMO_MERGED, 0 },
	{ DEMO_PASSIVE, DEMO_LEFT, 0 }, { DEMO_PASSIVE, DEMO_UNREPORTED, 0 },
	{ DEMO_PASSIVE, DEMO_WORSE, 0 }, { DEMO_PASSIVE, DEMO_SAME, DEMO_SILENT },
	{ DEMO_PASSIVE, DEMO_SAME, DEMO_STALE }, { DEMO_PASSIVE, DEMO_SAME, DEMO_EXCLUDED },
	{ DEMO_PASSIVE, DEMO_SAME, DEMO_COMPLIANT }, { DEMO_PASSIVE, DEMO_SAME, DEMO_OLDER_ROWS },
	{ DEMO_OTHER, DEMO_SAME, 0 }, { DEMO_PASSIVE, DEMO_DEPLOYED, DEMO_NO_OTHER_AV },
	/* the hostile names */
	{ DEMO_PASSIVE, DEMO_SAME, 0 }, { DEMO_PASSIVE, DEMO_SAME, 0 },
	{ DEMO_PASSIVE, DEMO_SAME, 0 }, { DEMO_EDR_BLOCK, DEMO_SAME, 0 },
	{ DEMO_PASSIVE, DEMO_SAME, DEMO_NO_OTHER_AV }, { DEMO_DISABLED, DEMO_SAME, 0 },
	{ DEMO_PASSIVE, DEMO_SAME, 0 }, { DEMO_PASSIVE, DEMO_SAME, DEMO_ONE_WITNESS },
};

#define SCRIPTED (sizeof(scripted) / sizeof(scripted[0]))
_Static_assert(SCRIPTED == DEMO_HOSTILE_FIRST + DEMO_HOSTILE, "each hostile name has its row");

/* Shares of the states, in tenths of a percent. */
static const struct {
	enum demo_state state;
	unsigned share;
} shares[] = {
	{ DEMO_ACTIVE, 853 }, { DEMO_PASSIVE, 79 }, { DEMO_EDR_BLOCK, 20 }, { DEMO_AUDIT, 8 }, { DEMO_DISABLED, 8 },
	{ DEMO_CODE_SIX, 1 }, { DEMO_OTHER, 2 }, { DEMO_NO_MODE, 5 }, { DEMO_DISAGREE, 5 }, { DEMO_CONTRADICTED, 3 },
	{ DEMO_NO_WITNESS, 12 }, { DEMO_NOT_APPLICABLE, 4 },
};

uint64_t demo_roll(uint32_t number, enum demo_kind kind, unsigned salt)
{
	/* splitmix64 of the three, by a constant that is the seed of this estate. */
	uint64_t x = UINT64_C(0x726F757365) ^ ((uint64_t)number << 20) ^ ((uint64_t)kind << 16) ^ salt;

	x += UINT64_C(0x9E3779B97F4A7C15);
	x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
	return x ^ x >> 31;
}

static uint64_t roll(const struct demo_host *host, unsigned salt)
{
	return demo_roll(host->number, host->kind, salt);
}

static enum demo_state drawn_state(uint64_t dice)
{
	unsigned point = (unsigned)(dice % 1000);

	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		if (point < shares[i].share)
			return shares[i].state;
		point -= shares[i].share;
	}
	return DEMO_ACTIVE;
}

/* About one host in a hundred changes within a day. */
static enum demo_change drawn_change(enum demo_state state, uint64_t dice)
{
	unsigned point = (unsigned)(dice % 1000);

	if (state == DEMO_ACTIVE)
		return point < 3 ? DEMO_FIXED : DEMO_SAME;
	if (point < 18)
		return DEMO_TURNED;
	if (point < 24)
		return DEMO_DEPLOYED;
	if (point < 28)
		return DEMO_MERGED;
	if (point < 32)
		return DEMO_LEFT;
	if (point < 37)
		return DEMO_UNREPORTED;
	if (state == DEMO_PASSIVE && point < 65)
		return point < 52 ? DEMO_AV_GONE : DEMO_WORSE;
	return DEMO_SAME;
}

/* True in `share` of a thousand, by ten bits of the dice that no other oddity uses. */
static bool happens(uint64_t dice, unsigned place, unsigned share)
{
	return (dice >> (place * 10) & 1023) < share;
}

static unsigned drawn_oddities(const struct demo_host *host, enum demo_state state)
{
	uint64_t dice = roll(host, SALT_ODDITY), more = roll(host, SALT_WITNESS);
	unsigned odd = 0;
	bool passive = state != DEMO_ACTIVE;

	odd |= happens(dice, 0, passive ? 40 : 12) ? DEMO_SILENT : 0;
	odd |= happens(dice, 1, passive ? 30 : 6) ? DEMO_STALE : 0;
	odd |= happens(dice, 2, state == DEMO_NO_WITNESS ? 400 : 4) ? DEMO_EXCLUDED : 0;
	odd |= happens(dice, 3, 3) ? DEMO_OLD_RECORD : 0;
	odd |= happens(dice, 4, 5) ? DEMO_REIMAGED : 0;
	odd |= happens(dice, 5, 50) ? DEMO_PARTIAL : 0;
	odd |= happens(more, 0, 50) ? DEMO_OLDER_ROWS : 0;
	odd |= happens(more, 1, state < DEMO_DISAGREE ? 25 : 0) ? DEMO_ONE_WITNESS : 0;
	odd |= happens(more, 2, 230) ? DEMO_NO_OTHER_AV : 0;
	odd |= happens(more, 3, passive ? 30 : 0) ? DEMO_COMPLIANT : 0;
	return odd;
}

/* ---- times ---- */

/* An age with a long tail: each doubling of `least` is as likely as the next. Example: 6h and 8 give 6h to 64d. */
static int64_t tail(uint64_t dice, int64_t least, unsigned doublings)
{
	int64_t base = least << (dice % doublings);

	return base + (int64_t)((dice >> 8) % (uint64_t)base);
}

/* What happens daily moves with the day; what is older than a day was so yesterday as well. */
static int64_t moment(int64_t now, int day, int64_t age)
{
	return age < SPAN_DAY ? now - day * SPAN_DAY - age : now - age;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void make_times(struct demo_host *host, int64_t now, int day)
{
	uint64_t seen = roll(host, SALT_SEEN), witness = roll(host, SALT_WITNESS) >> 40, signature = roll(host, SALT_SIGNATURE);
	int64_t seen_age = 2 * MINUTE + (int64_t)(seen % 68) * MINUTE + (int64_t)(seen >> 20 & 31);
	int64_t age;

	if (host->oddities & DEMO_SILENT)
		seen_age = tail(seen, 15 * SPAN_DAY, 3);
	else if ((seen >> 32) % 100 < 4)
		seen_age = tail(seen, 2 * HOUR, 6);
	host->seen = moment(now, day, seen_age);
	host->gathered = host->seen - (int64_t)(witness % 420) * MINUTE;
	if (host->oddities & DEMO_STALE)
		host->gathered = earlier(host->gathered, now - tail(witness, 9 * SPAN_DAY, 2));
	host->assessed = host->gathered - (int64_t)(witness / 420 % 150) * MINUTE;
	if (host->state == DEMO_ACTIVE)
		age = (signature >> 40) % 100 < 96 ? tail(signature, HOUR, 4) : tail(signature, 20 * HOUR, 5);
	else
		age = tail(signature, 6 * HOUR, 8);
	host->signature = earlier(host->gathered - 7 * MINUTE, moment(now, day, age));
	/* Without a mode there is seldom anything else. */
	if (host->state == DEMO_NO_MODE || (host->state == DEMO_DISABLED && signature >> 60 == 0))
		host->signature = TIME_NONE;
}

/* ---- the rest ---- */

static void make_platform(struct demo_host *host)
{
	static const struct {
		const char *platform, *version;
		unsigned until;            /* of 100 */
	} servers[] = {
		{ "WindowsServer2012R2", "6.3.9600", 6 }, { "WindowsServer2016", "10.0.14393", 24 },
		{ "WindowsServer2019", "10.0.17763", 57 }, { "WindowsServer2022", "10.0.20348", 89 },
		{ "WindowsServer2025", "10.0.26100", 100 },
	};
	unsigned point = (unsigned)(roll(host, SALT_PLATFORM) % 100);
	size_t i = 0;

	if (host->kind == DEMO_CLIENT) {
		host->platform = point < 30 ? "Windows10" : "Windows11";
		host->os_version = point < 30 ? "10.0.19045" : "10.0.22631";
		return;
	}
	if (host->kind == DEMO_LINUX) {
		host->platform = "Linux";
		host->os_version = point < 50 ? "12.0" : "9.4";
		return;
	}
	while (point >= servers[i].until)
		i++;
	host->platform = servers[i].platform;
	host->os_version = servers[i].version;
}

/* Nearly all look fine elsewhere; that is the trouble. */
static void make_health(struct demo_host *host)
{
	static const char *const bad[] = { "Misconfigured", "ImpairedCommunication", "NoSensorData", "Inactive" };
	uint64_t dice = roll(host, SALT_HEALTH);

	host->onboarding = "Onboarded";
	host->health = dice % 1000 < 985 ? "Active" : bad[(dice >> 16) % 4];
	if (host->oddities & DEMO_SILENT)
		host->health = "Inactive";
	if (host->state == DEMO_NO_WITNESS && dice >> 62 == 0) {
		host->onboarding = "Can be onboarded";
		host->health = NULL;
	}
}

/* State, change and oddities; `change` is DEMO_SAME for what is not a server. */
static enum demo_change make_state(struct demo_host *host)
{
	if (host->kind == DEMO_SERVER && host->number < SCRIPTED) {
		host->state = scripted[host->number].state;
		host->oddities = scripted[host->number].oddities;
		return scripted[host->number].change;
	}
	host->state = drawn_state(roll(host, SALT_STATE));
	host->oddities = drawn_oddities(host, host->state);
	if (host->kind != DEMO_SERVER) {
		/* Linux has its own engine; the rows of the table say nothing of a mode. */
		host->state = host->kind == DEMO_LINUX ? DEMO_NO_WITNESS : host->state;
		host->oddities &= (unsigned)DEMO_SILENT | DEMO_PARTIAL;
		return DEMO_SAME;
	}
	enum demo_change change = drawn_change(host->state, roll(host, SALT_CHANGE));

	/* A host that came or went was seen, and one whose other antivirus went away has none now. */
	if (change != DEMO_SAME)
		host->oddities &= ~((unsigned)DEMO_SILENT | DEMO_STALE);
	if (change == DEMO_AV_GONE)
		host->oddities |= DEMO_NO_OTHER_AV;
	return change;
}

/* How the host stood on that day, when it changed. */
static void apply_change(struct demo_host *host, enum demo_change change, int day)
{
	bool today = day <= 0;

	/* `state` and oddities are those of today; each line turns back or forth what one change is about. */
	host->absent = (change == DEMO_DEPLOYED && !today) || (change == DEMO_UNREPORTED && today);
	if (!today && change == DEMO_TURNED)
		host->state = DEMO_ACTIVE;
	if (!today && change == DEMO_FIXED)
		host->state = DEMO_PASSIVE;
	if (!today && change == DEMO_WORSE)
		host->state = DEMO_EDR_BLOCK;
	if (!today && change == DEMO_AV_GONE)
		host->oddities &= ~(unsigned)DEMO_NO_OTHER_AV;
	if (today && change == DEMO_MERGED)
		demo_id_make(host->merged_to, host->number, host->kind, SALT_ID_NEXT);
}

void demo_host_make(struct demo_host *host, uint32_t number, enum demo_kind kind, int64_t now, int day)
{
	memset(host, 0, sizeof(*host));
	host->number = number;
	host->kind = kind;
	enum demo_change change = make_state(host);

	apply_change(host, change, day);
	demo_id_make(host->id, number, kind, SALT_ID);
	demo_name_make(host, kind == DEMO_SERVER && number < SCRIPTED, change == DEMO_LEFT && day <= 0);
	make_platform(host);
	make_health(host);
	make_times(host, now, day);
	host->other_av = demo_other_av(host);
}

bool demo_host_twin(const struct demo_host *host, int64_t now, int day, struct demo_host *twin)
{
	unsigned odd = host->oddities;
	int64_t age = tail(roll(host, SALT_CHANGE), 16 * SPAN_DAY, 2);

	*twin = *host;
	twin->oddities = 0;
	twin->merged_to[0] = '\0';
	if (host->merged_to[0]) {
		/* The record that took over: freshly installed, and acting. */
		memcpy(twin->id, host->merged_to, sizeof(twin->id));
		twin->state = DEMO_ACTIVE;
		twin->other_av = NULL;
		make_times(twin, now, day);
		return true;
	}
	if (!(odd & (DEMO_OLD_RECORD | DEMO_REIMAGED)))
		return false;
	demo_id_make(twin->id, host->number, host->kind, SALT_ID_OLD);
	if (odd & DEMO_OLD_RECORD)
		memcpy(twin->merged_to, host->id, sizeof(twin->merged_to));
	twin->state = DEMO_PASSIVE;
	twin->health = "Inactive";
	twin->seen = now - age;
	twin->gathered = twin->assessed = twin->seen - HOUR;
	twin->signature = twin->gathered - SPAN_DAY;
	return true;
}
