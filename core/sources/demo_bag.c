/* demo_bag.c - enrichment, versions and software of a demo host. See demo_inner.h.
 *
 * The keys of the bag are those of DeviceTvmInfoGathering.AdditionalFields, spelled as there. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/model/bag.h"
#include "core/sources/demo_inner.h"

#define HOUR INT64_C(3600)
#define MONTH_SECONDS INT64_C(2629746)          /* a twelfth of the mean year */
#define SIGNATURE_EPOCH INT64_C(1735689600)     /* 2025-01-01 */

static const struct demo_product antiviruses[] = {
	{ "mcafee", "endpoint_security" }, { "crowdstrike", "falcon_sensor" }, { "sophos", "endpoint_agent" },
	{ "trellix", "endpoint_security" }, { "symantec", "endpoint_protection" }, { "eset", "server_security" },
	{ "trend_micro", "apex_one" }, { "kaspersky", "endpoint_security" },
};

static const struct demo_product harmless[] = {
	{ "7-zip", "7-zip" }, { "microsoft", "edge_chromium-based" }, { "notepad-plus-plus", "notepad\\+\\+" },
	{ "microsoft", "defender" }, { "vmware", "tools" }, { "openssl", "openssl" }, { "microsoft", ".net_framework" },
	{ "veeam", "agent" }, { "oracle", "jre" }, { "putty", "putty" }, { "microsoft", "sql_server_management_studio" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t roll(const struct demo_host *host, unsigned salt)
{
	return demo_roll(host->number, host->kind, salt);
}

const struct demo_product *demo_other_av(const struct demo_host *host)
{
	uint64_t dice = roll(host, SALT_SOFTWARE);

	/* A few active hosts keep the leftovers of a product; most hosts that are not active have one, else they would be. */
	if (host->kind != DEMO_SERVER || (host->state == DEMO_ACTIVE && dice % 1000 >= 12))
		return NULL;
	if (host->state != DEMO_ACTIVE && (host->oddities & DEMO_NO_OTHER_AV))
		return NULL;
	/* One estate has few vendors: half of it the first two. */
	size_t pick = dice >> 63 ? (dice >> 32) % 2 : (dice >> 32) % COUNT(antiviruses);

	return &antiviruses[pick];
}

const struct demo_product *demo_software(const struct demo_host *host, unsigned n)
{
	return &harmless[(roll(host, SALT_SOFTWARE) / 7 + n * 3) % COUNT(harmless)];
}

/* Months since 1970; enough of a calendar for version numbers. */
static unsigned month_of(int64_t seconds)
{
	return (unsigned)((seconds > 0 ? seconds : 0) / MONTH_SECONDS);
}

void demo_versions_make(const struct demo_host *host, struct demo_versions *versions)
{
	int64_t time = host->signature == TIME_NONE ? host->gathered : host->signature;
	/* Every three hours a set of signatures; every fortnight the second part of the number grows. */
	uint64_t steps = time > SIGNATURE_EPOCH ? (uint64_t)(time - SIGNATURE_EPOCH) / (3 * 3600) : 0;
	unsigned month = month_of(time);
	unsigned platform_month = month - (unsigned)(roll(host, SALT_BAG) % 3);

	snprintf(versions->signature, sizeof(versions->signature), "1.%" PRIu64 ".%" PRIu64 ".0", 421 + steps / 112,
	         steps % 112 * 5 + 3);
	snprintf(versions->engine, sizeof(versions->engine), "1.1.%02u%02u0.%u", (1970 + month / 12) % 100, month % 12 + 1,
	         month % 4 + 2);
	snprintf(versions->platform, sizeof(versions->platform), "4.18.%02u%02u0.%u", (1970 + platform_month / 12) % 100,
	         platform_month % 12 + 1, platform_month % 5 + 5);
}

/* ---- the bag ---- */

static void add_text(struct strbuf *bag, const char *key, const char *value)
{
	bag_add(bag, BAG_TEXT, slice_of(key), slice_of(value));
}

/* A time as the table writes it: seven digits of the second. */
static void add_time(struct strbuf *bag, const char *key, int64_t seconds, uint64_t fraction)
{
	struct strbuf whole = STRBUF_INIT(64);
	char text[96];

	time_format(&whole, seconds);
	/* The digits go before the Z. */
	snprintf(text, sizeof(text), "%.*s.%07uZ", (int)whole.len - 1, strbuf_text(&whole), (unsigned)(fraction % 10000000));
	add_text(bag, key, text);
	strbuf_release(&whole);
}

static void add_flag(struct strbuf *bag, const char *key, bool value)
{
	add_text(bag, key, value ? "true" : "false");
}

static void add_scans(const struct demo_host *host, struct strbuf *bag)
{
	struct strbuf json = STRBUF_INIT(1024);
	uint64_t dice = roll(host, SALT_BAG);

	strbuf_adds(&json, "{\"Quick\":{\"ScanStatus\":\"Completed\",\"ErrorCode\":\"\",\"Timestamp\":\"");
	time_format(&json, host->gathered - (int64_t)(dice % 160) * HOUR);
	strbuf_adds(&json, "\"},\"Full\":{\"ScanStatus\":\"");
	strbuf_adds(&json, dice >> 60 < 4 ? "Cancelled\",\"ErrorCode\":\"0x80508023" : "Completed\",\"ErrorCode\":\"");
	strbuf_adds(&json, "\",\"Timestamp\":\"");
	time_format(&json, host->gathered - (int64_t)(dice >> 8 & 2047) * HOUR);
	strbuf_adds(&json, "\"},\"Custom\":null}");
	bag_add(bag, BAG_JSON, slice_of("AvScanResults"), (struct slice){ strbuf_text(&json), json.len });
	strbuf_release(&json);
}

/* Attack surface reduction rules by their id; a passive engine enforces none of them. */
static void add_rules(const struct demo_host *host, struct strbuf *bag)
{
	static const char *const rules[] = {
		"56a863a9-875e-4185-98a7-b882c64b5ce5", "9e6c4e1f-7d60-472f-ba1a-a39ef669e4b2", "d1e49aac-8f56-4280-b9ba-993a6d77406c",
	};
	static const char *const states[] = { "Block", "Audit", "Off", "NotApplicable" };
	struct strbuf json = STRBUF_INIT(512);
	uint64_t dice = roll(host, SALT_BAG) >> 20;

	for (size_t i = 0; i < COUNT(rules); i++)
		strbuf_addf(&json, "%s\"%s\":\"%s\"", i ? "," : "{", rules[i], states[dice >> (2 * i) & 3]);
	strbuf_addc(&json, '}');
	bag_add(bag, BAG_JSON, slice_of("AsrConfigurationStates"), (struct slice){ strbuf_text(&json), json.len });
	strbuf_release(&json);
}

static void add_publishing(const struct demo_host *host, struct strbuf *bag)
{
	uint64_t dice = roll(host, SALT_BAG);
	int64_t engine = host->gathered - (int64_t)(dice >> 24 & 1023) * HOUR;
	int64_t signature = host->signature == TIME_NONE ? engine : host->signature;

	add_time(bag, "AvEnginePublishTime", engine - 30 * HOUR, dice);
	add_text(bag, "AvEngineRing", "5");
	add_time(bag, "AvEngineUpdateTime", engine, dice >> 4);
	add_time(bag, "AvPlatformPublishTime", engine - 90 * HOUR, dice >> 8);
	add_text(bag, "AvPlatformRing", "5");
	add_time(bag, "AvPlatformUpdateTime", engine - 40 * HOUR, dice >> 12);
	add_time(bag, "AvSignaturePublishTime", signature - HOUR, dice >> 16);
	add_text(bag, "AvSignatureRing", "5");
	add_time(bag, "AvSignatureDataRefreshTime", host->gathered, dice >> 18);
}

void demo_bag_make(const struct demo_host *host, struct strbuf *bag)
{
	uint64_t dice = roll(host, SALT_BAG);
	bool fresh = host->signature != TIME_NONE && host->gathered - host->signature < SPAN_DAY;

	add_flag(bag, "AvIsEngineUptodate", dice % 100 < 90);
	add_flag(bag, "AvIsPlatformUptodate", dice / 100 % 100 < 85);
	if (host->signature == TIME_NONE)
		bag_add(bag, BAG_NULL, slice_of("AvIsSignatureUptoDate"), slice_of(NULL));
	else
		add_flag(bag, "AvIsSignatureUptoDate", fresh);
	add_time(bag, "AvModeDataRefreshTime", host->gathered, dice >> 6);
	add_text(bag, "CloudProtectionState", host->state == DEMO_ACTIVE ? "Enabled" : dice >> 62 ? "Disabled" : "Unknown");
	/* The rest is for those that somebody will look at: a million active hosts shall fit into memory. */
	if (host->state == DEMO_ACTIVE)
		return;
	add_publishing(host, bag);
	add_scans(host, bag);
	add_rules(host, bag);
	add_text(bag, "WdavorHeartbeatEventType", "Heartbeat");
}
