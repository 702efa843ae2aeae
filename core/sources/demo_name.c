/* demo_name.c - groups, host names and device ids of the demo. See demo_inner.h. */
#include <stdio.h>
#include <string.h>

#include "core/sources/demo.h"
#include "core/sources/demo_inner.h"

const char *const demo_groups[] = { "Win-Servers-Prod", "Win-Servers-DMZ", "Büro-Server", "Win-Servers-Mgmt", "SQL-Cluster" };
const size_t demo_group_count = sizeof(demo_groups) / sizeof(demo_groups[0]);

const char *const demo_canaries[] = { "srv-canary-01.corp.example.com", "srv-canary-02.dmz.example.com" };
const size_t demo_canary_count = DEMO_CANARIES;

/* Where servers of a group stand and what they do. Eight of each, so that three bits choose. */
struct place {
	const char *roles[8];
	const char *domains[8];
};

static const struct place everywhere = {
	{ "app", "app", "web", "sql", "fs", "dc", "ts", "bkp" },
	{ "corp", "corp", "corp", "corp", "muc.corp", "ams.corp", "lon.corp", "fra.corp" },
};
static const struct place perimeter = {
	{ "web", "web", "web", "web", "app", "app", "jmp", "web" },
	{ "dmz", "dmz", "dmz", "dmz", "dmz", "fra.dmz", "fra.dmz", "ams.dmz" },
};
static const struct place office = {
	{ "fs", "fs", "fs", "ts", "ts", "dc", "app", "bkp" },
	{ "muc.corp", "muc.corp", "ber.corp", "ber.corp", "ham.corp", "kln.corp", "lej.corp", "muc.corp" },
};
static const struct place management = {
	{ "jmp", "jmp", "jmp", "dc", "dc", "bkp", "bkp", "app" },
	{ "corp", "corp", "corp", "mgmt.corp", "mgmt.corp", "mgmt.corp", "fra.corp", "ams.corp" },
};
static const struct place databases = {
	{ "sql", "sql", "sql", "sql", "sql", "sql", "sql", "bkp" },
	{ "corp", "corp", "corp", "corp", "fra.corp", "fra.corp", "muc.corp", "ams.corp" },
};
static const struct place laboratory = {
	{ "app", "web", "sql", "fs", "dc", "ts", "app", "app" },
	{ "lab", "lab", "lab", "lab", "lab", "lab", "lab", "lab" },
};

/* A group as it is spelled in the estate: hands and scripts wrote these names for years. */
struct spelling {
	const char *name;
	unsigned share;              /* of 1000 servers */
	const struct place *place;
};

static const struct spelling spellings[] = {
	{ "Win-Servers-Prod", 430, &everywhere }, { "win-servers-prod", 60, &everywhere }, { "WIN-SERVERS-PROD", 30, &everywhere },
	{ "Win-Servers-DMZ", 85, &perimeter }, { "Win-Servers-Dmz", 15, &perimeter },
	{ "Büro-Server", 85, &office }, { "BÜRO-SERVER", 35, &office },
	{ "Win-Servers-Mgmt", 80, &management }, { "win-servers-mgmt", 10, &management },
	{ "SQL-Cluster", 100, &databases },
	/* Not in scope; the last two are slips that the group audit finds: a blank at the end, a letter short. */
	{ "Lab", 40, &laboratory }, { "UnassignedGroup", 24, &everywhere },
	{ "Win-Servers-Prod ", 3, &everywhere }, { "Win-Server-Prod", 3, &everywhere },
};

#define SPELLINGS_IN_SCOPE 10
#define SPELLING_LAB SPELLINGS_IN_SCOPE

/* Names that try the screen, the files and the spreadsheet. */
static const char *const hostile_names[DEMO_HOSTILE] = {
	"srv-app-\x1b[31mred\x1b[0m-000030.corp.example.com",              /* colours a careless terminal */
	"srv-web-\u202Emoc.elpmaxe\u202C-000031.corp.example.com",        /* reads backwards */
	"=cmd|' /C calc'!A1",                                            /* a formula to a spreadsheet */
	"srv-\"sql\", the 'old' one; 000033.corp.example.com",
	NULL,                                                            /* stands for the very long one */
	"サーバー東京-000035.corp.example.com",                            /* two columns a character */
	"srv-cafe\u0301-\U0001F525-000036.corp.example.com",              /* a combining accent, an emoji */
	"srv-fs-000037\n.corp.example.com",                              /* two lines */
};

static void set_name(struct demo_host *host, const char *name)
{
	int length = snprintf(host->name, sizeof(host->name), "%s", name);

	host->name_len = length < 0 ? 0 : (size_t)length;
	if (host->name_len >= sizeof(host->name))
		host->name_len = sizeof(host->name) - 1;
}

static void make_long_name(struct demo_host *host)
{
	static const char part[] = "a-very-long-label-that-no-dns-would-take.";
	size_t used = 0;

	while (used + sizeof(part) < 300) {
		memcpy(host->name + used, part, sizeof(part) - 1);
		used += sizeof(part) - 1;
	}
	used += (size_t)snprintf(host->name + used, sizeof(host->name) - used, "%06u.example.com", host->number);
	host->name_len = used;
}

/* The names that are not made from a role; true when this was one. */
static bool special_name(struct demo_host *host)
{
	if (host->kind != DEMO_SERVER)
		return false;
	if (host->number < DEMO_CANARIES) {
		set_name(host, demo_canaries[host->number]);
		return true;
	}
	if (host->number < DEMO_HOSTILE_FIRST || host->number >= DEMO_HOSTILE_FIRST + DEMO_HOSTILE)
		return false;
	uint32_t hostile = host->number - DEMO_HOSTILE_FIRST;

	if (hostile_names[hostile])
		set_name(host, hostile_names[hostile]);
	else
		make_long_name(host);
	return true;
}

static size_t drawn_spelling(const struct demo_host *host)
{
	unsigned point = (unsigned)(demo_roll(host->number, host->kind, SALT_GROUP) % 1000);
	size_t i = 0;

	while (point >= spellings[i].share)
		point -= spellings[i++].share;
	return i;
}

static void make_role_name(struct demo_host *host, const struct place *place)
{
	const char *role = place->roles[demo_roll(host->number, host->kind, SALT_ROLE) % 8];
	const char *domain = place->domains[demo_roll(host->number, host->kind, SALT_SITE) % 8];
	int length = snprintf(host->name, sizeof(host->name), "srv-%s-%06u.%s.example.com", role, host->number, domain);

	host->name_len = (size_t)length;
}

void demo_name_make(struct demo_host *host, bool scripted, bool left)
{
	if (host->kind != DEMO_SERVER) {
		bool linux_host = host->kind == DEMO_LINUX;
		int length = snprintf(host->name, sizeof(host->name), "%s-%06u.corp.example.com", linux_host ? "lnx" : "pc", host->number);

		host->name_len = (size_t)length;
		host->group = linux_host ? "Linux-Servers" : "Clients";
		return;
	}
	/* Scripted hosts take turns, so that a small estate has every group and spelling. Number 0 and 1 are Prod and DMZ. */
	size_t spelling = scripted ? host->number * 3 % SPELLINGS_IN_SCOPE : drawn_spelling(host);
	const struct place *place = spellings[spelling].place;

	host->group = spellings[left ? SPELLING_LAB : spelling].name;
	if (!special_name(host))
		make_role_name(host, place);
}

void demo_id_make(char id[DEMO_ID_SIZE], uint32_t number, enum demo_kind kind, unsigned salt)
{
	static const char digits[] = "0123456789abcdef";

	/* 64, 64 and 32 bits. */
	for (unsigned i = 0; i < DEMO_ID_SIZE - 1; i++) {
		uint64_t word = demo_roll(number, kind, salt + i / 16);

		id[i] = digits[word >> (4 * (i % 16)) & 15];
	}
	id[DEMO_ID_SIZE - 1] = '\0';
}
