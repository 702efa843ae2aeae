/* estate_words.c - what the estate is drawn from. Every list ends with a share of 0; shares are weights, those of profiles in 10,000. */
#include "tests/tenant/estate.h"

/* Facts 0.3, 2.1, 2.2: modes by number, unknown ones beside; a key may be null or absent. The first five are active: three quarters. */
const struct profile profiles[] = {
	{ 6300, "0", TRI_TRUE, TRI_TRUE, "0" }, { 400, NULL, TRI_NONE, TRI_NONE, "0" }, { 400, "0", TRI_TRUE, TRI_TRUE, NULL },
	{ 200, "0", TRI_TRUE, TRI_TRUE, "-" }, { 200, "0", TRI_FALSE, TRI_TRUE, "0" },
	/* passive: also where somebody calls it compliant, and with one witness alone */
	{ 900, "1", TRI_TRUE, TRI_FALSE, "1" }, { 150, "1", TRI_TRUE, TRI_TRUE, "1" }, { 100, NULL, TRI_NONE, TRI_NONE, "1" },
	{ 100, "1", TRI_TRUE, TRI_FALSE, NULL },
	/* EDR block mode, passive audit, disabled */
	{ 300, "4", TRI_TRUE, TRI_FALSE, "4" }, { 100, "5", TRI_TRUE, TRI_FALSE, "5" }, { 150, "2", TRI_TRUE, TRI_FALSE, "2" },
	/* codes that are documented nowhere, or as Other */
	{ 60, "6", TRI_TRUE, TRI_FALSE, "6" }, { 40, "3", TRI_TRUE, TRI_FALSE, "3" }, { 20, "12", TRI_TRUE, TRI_NONE, "12" },
	/* no mode anywhere */
	{ 100, "-", TRI_TRUE, TRI_FALSE, "-" }, { 60, "-", TRI_TRUE, TRI_TRUE, "~" },
	/* witnesses that contradict each other, one of them not applicable */
	{ 100, "0", TRI_TRUE, TRI_TRUE, "1" }, { 60, "1", TRI_TRUE, TRI_FALSE, "0" }, { 50, "1", TRI_FALSE, TRI_FALSE, "0" },
	/* active and not compliant */
	{ 50, "0", TRI_TRUE, TRI_FALSE, "0" },
	/* nothing at all; not applicable and nothing gathered */
	{ 120, NULL, TRI_NONE, TRI_NONE, NULL }, { 40, "-", TRI_FALSE, TRI_TRUE, NULL },
	{ 0, NULL, TRI_NONE, TRI_NONE, NULL },
};

/* Spellings of one group: the first is the usual one. Facts 4.2: what differs in case alone, also beyond ASCII, is one group in KQL with
 * tolower(); a blank, a look-alike (the Cyrillic e of the fourth) or another sign is not. */
const struct group_words server_groups[] = {
	{ 46, { "Win-Servers-Prod", "win-servers-prod", "WIN-SERVERS-PROD", "Win-Servers-Prod ", "Win-S\xd0\xb5rvers-Prod", "Win_Servers_Prod" } },
	{ 22, { "B\xc3\xbcro-Server", "B\xc3\x9cRO-SERVER", "b\xc3\xbcro-server", "Bu\xcc\x88ro-Server", "B\xc3\xbcro Server", "Buero-Server" } },
	{ 16, { "Win-Servers-DMZ", "win-servers-dmz", "Win-Servers-Dmz", "Win-Servers-DMZ", " Win-Servers-DMZ", "Win-Servers-DMZ" } },
	{ 8, { "Ops \"Core\" \\ Lab", "ops \"core\" \\ lab", "OPS \"CORE\" \\ LAB", "Ops 'Core' / Lab", "Ops \"Core\" \\ Lab", "Ops \"Core\" \\ Lab" } },
	{ 5, { "UnassignedGroup", "UnassignedGroup", "UnassignedGroup", "UnassignedGroup", "UnassignedGroup", "UnassignedGroup" } },
	{ 1, { "", "", "", "", "", "" } },
	{ 2, { "\xe6\x9d\xb1\xe4\xba\xac Servers", "\xe6\x9d\xb1\xe4\xba\xac SERVERS", "=HYPERLINK(\"x\")", "Clients-Berlin", "a|b", "x') or true //" } },
	{ 0, { NULL } },
};

const struct group_words client_groups[] = {
	{ 60, { "Clients-Berlin", "clients-berlin", "Clients-Berlin", "Clients-Berlin", "Clients-Berlin", "Clients-Berlin" } },
	{ 30, { "Clients-Lyon", "CLIENTS-LYON", "Clients-Lyon", "Clients-Lyon", "Clients-Lyon", "Clients-Lyon" } },
	{ 5, { "Win-Servers-Prod", "win-servers-prod", "B\xc3\xbcro-Server", "B\xc3\x9cRO-SERVER", "Win-Servers-DMZ", "Win-Servers-Prod" } },
	{ 5, { "", "", "UnassignedGroup", "UnassignedGroup", "", "" } },
	{ 0, { NULL } },
};

/* Facts 2.3: the year at the end, new ones by the same pattern; startswith ignores case. `more` is OSVersion. */
const struct weighted server_platforms[] = {
	{ 10, "WindowsServer2025", "10.0.26100.2314" }, { 35, "WindowsServer2022", "10.0.20348.2849" }, { 30, "WindowsServer2019", "10.0.17763.6532" },
	{ 17, "WindowsServer2016", "10.0.14393.7515" }, { 6, "WindowsServer2012R2", "6.3.9600.22267" }, { 1, "windowsserver2022", "10.0.20348.1" },
	{ 1, "WindowsServer", "" }, { 0, NULL, NULL },
};
const struct weighted client_platforms[] = {
	{ 60, "Windows11", "10.0.26100.2314" }, { 25, "Windows10", "10.0.19045.5131" }, { 10, "Linux", "5.15" }, { 4, "macOS", "15.1" },
	{ 1, "Windows Server-like", "10.0" }, { 0, NULL, NULL },
};
const struct weighted onboardings[] = {
	{ 94, "Onboarded", "" }, { 3, "Can be onboarded", "" }, { 1, "Unsupported", "" }, { 1, "Insufficient info", "" }, { 1, "", "" }, { 0, NULL, NULL },
};
const struct weighted healths[] = {
	{ 92, "Active", "" }, { 4, "Inactive", "" }, { 2, "Misconfigured", "" }, { 1, "ImpairedCommunication", "" }, { 1, "NoSensorData", "" }, { 0, NULL, NULL },
};

/* Rows of the software inventory (facts 7: a lead for another antivirus), in both spellings: as people write and as CPE does. */
const struct weighted other_antivirus[] = {
	{ 5, "crowdstrike", "falcon_sensor" }, { 4, "CrowdStrike, Inc.", "CrowdStrike Windows Sensor" }, { 4, "sophos", "endpoint_protection" },
	{ 4, "symantec", "endpoint_protection" }, { 3, "mcafee", "endpoint_security" }, { 3, "trend_micro", "deep_security_agent" },
	{ 2, "Palo Alto Networks", "Cortex XDR Agent" }, { 2, "eset", "server_security" }, { 1, "SentinelOne", "Sentinel Agent" }, { 0, NULL, NULL },
};
/* The last are near misses: a vendor that has an antivirus, and a product that is none. */
const struct weighted plain_software[] = {
	{ 30, "microsoft", "edge_chromium-based" }, { 30, "microsoft", ".net_framework" }, { 20, "microsoft", "sql_server_2019" }, { 10, "7-zip", "7-zip" },
	{ 10, "oracle", "jre" }, { 10, "igor_pavlov", "7-zip" }, { 5, "putty", "putty" }, { 2, "mcafee", "webadvisor" }, { 2, "cisco", "anyconnect" },
	{ 1, "avgeek", "player" }, { 0, NULL, NULL },
};

const struct profile *profile_pick(uint64_t draw)
{
	const struct profile *at = profiles;

	for (draw %= 10000; draw >= at->share && at[1].share; at++)
		draw -= at->share;
	return at;
}

const struct weighted *weighted_pick(const struct weighted *list, uint64_t draw)
{
	uint64_t all = 0;
	const struct weighted *at;

	for (at = list; at->share; at++)
		all += at->share;
	draw %= all;
	for (at = list; draw >= at->share; at++)
		draw -= at->share;
	return at;
}

/* The group by the lower half of the draw; its spelling by the upper: 80 in 100 are the usual one. */
const char *group_pick(const struct group_words *list, uint64_t draw)
{
	static const unsigned char spelling[20] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3 };
	uint64_t left = (draw & 0xffffffff) % 100, which = draw >> 32;

	while (left >= list->share && list[1].share) {
		left -= list->share;
		list++;
	}
	/* One in a hundred has one of the two rarest. */
	if (which % 100 == 99)
		return list->spellings[4 + which / 100 % 2];
	return list->spellings[spelling[which % 20]];
}

const char *engine_version(uint64_t draw)
{
	static const char *const list[] = { "1.1.24090.11", "1.1.24080.9", "1.1.24070.3", "1.1.23110.2" };

	return list[draw % 4];
}

const char *platform_version(uint64_t draw)
{
	static const char *const list[] = { "4.18.24090.11", "4.18.24080.9", "4.18.9.1", "4.18.2206.108" };

	return list[draw % 4];
}
