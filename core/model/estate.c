/* estate.c - the newest rows of each device, from tables whose rows come in any order.
 *
 * The rule of every table is the same: a newer row replaces, an older one is passed over, and one of equal time is settled by tie.h
 * towards the worse state. No state filter is applied here: a filter before "newest row" keeps stale rows alive. A host that
 * moved from group A to B yesterday would else still be found in A by an older row. */
#include "core/model/estate.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/model/antivirus.h"
#include "core/model/bag.h"
#include "core/model/tie.h"

const char *const estate_table_names[5] = {
	"DeviceInfo", "DeviceTvmSecureConfigurationAssessment", "DeviceTvmInfoGathering", "DeviceTvmSoftwareInventory",
	"findings",
};

static const struct device no_device = {
	.seen = TIME_NONE, .group = MAP_NONE, .group_tie = MAP_NONE, .platform = MAP_NONE, .os_version = MAP_NONE,
	.onboarding = MAP_NONE, .health = MAP_NONE, .merged_to = MAP_NONE, .report = TIME_NONE,
	.assessed_at = TIME_NONE, .assessed_mode = MAP_NONE,
	.versions_at = TIME_NONE, .versions_signature_time = TIME_NONE,
	.versions_signature = MAP_NONE, .versions_engine = MAP_NONE, .versions_platform = MAP_NONE,
	.gathered_at = TIME_NONE, .signature_time = TIME_NONE,
	.gathered_mode = MAP_NONE, .engine = MAP_NONE, .av_platform = MAP_NONE, .signature = MAP_NONE,
	.other_av = MAP_NONE,
};

void estate_init(struct estate *estate)
{
	*estate = (struct estate){ .has_platform_column = true, .has_group_column = true };
}

void estate_release(struct estate *estate)
{
	free(estate->counted);
	map_release(&estate->ids);
	map_release(&estate->texts);
	free(estate->devices);
	free(estate->bytes.bytes);
	estate_init(estate);
}

uint32_t estate_device(struct estate *estate, struct slice id)
{
	bool added;
	uint32_t device = map_put(&estate->ids, id.text ? id.text : "", id.len, &added);
	if (added) {
		estate->devices = grow(estate->devices, &estate->devices_cap, (size_t)device + 1, sizeof *estate->devices);
		estate->devices[device] = no_device;
	}
	return device;
}

/* ---- text ---- */

/* Most of a load's time would be the dictionary: nine texts in each row, nearly all of them seen a moment ago. `recent` answers those
 * with one comparison. */

/* The place in `recent` of a text: its length and its last bytes tell most versions, groups and platforms apart. */
static size_t recent_slot(struct slice text)
{
	uint64_t tail = 0;
	size_t n = text.len < sizeof tail ? text.len : sizeof tail;
	memcpy(&tail, text.text + text.len - n, n);
	tail = (tail ^ text.len) * UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(tail >> 32) % ESTATE_RECENT;
}

uint32_t estate_code(struct estate *estate, struct slice text)
{
	if (!text.text || text.len == 0)
		return MAP_NONE;
	uint32_t *recent = &estate->recent[recent_slot(text)];
	if (*recent == 0 || !slice_equal(map_key(&estate->texts, *recent - 1), text))
		*recent = 1 + map_put(&estate->texts, text.text, text.len, NULL);
	return *recent - 1;
}

struct slice estate_text(const struct estate *estate, uint32_t code)
{
	return code == MAP_NONE ? (struct slice){ NULL, 0 } : map_key(&estate->texts, code);
}

static struct slice bytes_at(const struct estate *estate, uint64_t at)
{
	if (at == 0)
		return (struct slice){ NULL, 0 };
	uint32_t len;
	memcpy(&len, estate->bytes.bytes + at - 1, sizeof len);
	return (struct slice){ estate->bytes.bytes + at - 1 + sizeof len, len };
}

/* Stores a name or a bag at *at, over the old one where it fits: an export with every hourly row of a device would else keep
 * each of its names. */
static void bytes_put(struct estate *estate, uint64_t *at, struct slice text)
{
	if (!text.text || text.len == 0) {
		*at = 0;
		return;
	}
	if (text.len > UINT32_MAX)
		die("the enrichment of one device is larger than 4 GiB");
	uint32_t len = (uint32_t)text.len;
	if (*at == 0 || bytes_at(estate, *at).len < text.len) {
		*at = estate->bytes.len + 1;
		estate->bytes.len += sizeof len + text.len;
		estate->bytes.bytes = grow(estate->bytes.bytes, &estate->bytes.cap, estate->bytes.len, 1);
	}
	char *place = estate->bytes.bytes + *at - 1;
	memcpy(place, &len, sizeof len);
	memmove(place + sizeof len, text.text, text.len);
}

struct slice estate_name(const struct estate *estate, const struct device *device)
{
	return bytes_at(estate, device->name);
}

struct slice estate_bag(const struct estate *estate, const struct device *device)
{
	return bytes_at(estate, device->bag);
}

struct slice estate_info_bag(const struct estate *estate, const struct device *device)
{
	return bytes_at(estate, device->info_bag);
}

/* ---- rows ---- */

/* Where a row of time `time` stands to the one that is kept: -1 older, 0 of the same time, 1 newer or the first. */
static int row_order(bool have, int64_t kept, int64_t time)
{
	if (!have || time > kept)
		return 1;
	return time < kept ? -1 : 0;
}

/* Blanks alone are no platform: such a cell is an artefact of an export, and taking it at its word would hide the host. Groups are
 * another matter, there blanks count. */
static bool is_blank(struct slice text)
{
	for (size_t i = 0; text.text && i < text.len; i++)
		if (text.text[i] != ' ' && text.text[i] != '\t')
			return false;
	return true;
}

/* Some exports write a missing id as a word, a dash or zeros. No device bears such an id, so it is no merge. */
static bool is_no_id(struct slice text)
{
	static const char *const words[] = { "null", "none", "n/a", "-" };
	while (text.len && (text.text[0] == ' ' || text.text[0] == '\t')) {
		text.text++;
		text.len--;
	}
	while (text.len && (text.text[text.len - 1] == ' ' || text.text[text.len - 1] == '\t'))
		text.len--;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (slice_is_nocase(text, words[i]))
			return true;
	size_t zeros = 0;
	while (zeros < text.len && text.text[zeros] == '0')
		zeros++;
	return zeros == text.len;   /* blanks alone are none either */
}

/* `id` is the device's own: a record that is merged into itself is not superseded. */
static void inventory_set(struct estate *estate, struct device *device, const struct inventory_row *row, struct slice id)
{
	device->has_inventory = true;
	device->seen = row->time;
	device->group = estate_code(estate, row->group);
	device->group_tie = MAP_NONE;
	device->platform = is_blank(row->platform) ? MAP_NONE : estate_code(estate, row->platform);
	device->os_version = estate_code(estate, row->os_version);
	device->onboarding = estate_code(estate, row->onboarding);
	device->health = estate_code(estate, row->health);
	bool merged = !is_no_id(row->merged_to) && !slice_is_nocase(row->merged_to, id.text);
	device->merged_to = merged ? estate_code(estate, row->merged_to) : MAP_NONE;
	device->report = row->report;
	device->excluded = (uint8_t)row->excluded;
	bytes_put(estate, &device->name, row->name);
	bytes_put(estate, &device->info_bag, row->bag);
}

/* Two rows of one time: one of them stays whole, and the groups of both are kept. */
static void inventory_tie(struct estate *estate, struct device *device, const struct inventory_row *row, struct slice id)
{
	struct device rival = *device;
	/* The rival's name and bag are written behind all others, so they can be taken back by the length alone. */
	size_t used = estate->bytes.len;
	rival.name = rival.info_bag = 0;
	inventory_set(estate, &rival, row, id);
	uint32_t ties = device->group_tie;
	if (ties != MAP_NONE || rival.group != device->group) {
		ties = text_set_add(estate, ties, estate_text(estate, device->group), GROUP_SEPARATOR);
		ties = text_set_add(estate, ties, estate_text(estate, rival.group), GROUP_SEPARATOR);
	}
	int order = inventory_order(estate, &rival, device);
	if (order == 0)
		order = slice_compare(estate_info_bag(estate, &rival), estate_info_bag(estate, device));
	if (order < 0)
		*device = rival;
	else
		estate->bytes.len = used;
	device->group_tie = ties;
}

void estate_inventory(struct estate *estate, uint32_t number, const struct inventory_row *row, bool joined)
{
	struct device *device = &estate->devices[number];
	if (!joined && is_blank(row->platform)) {
		device->partial = true;
		return;
	}
	int order = row_order(device->has_inventory, device->seen, row->time);
	struct slice id = map_key(&estate->ids, number);
	if (order > 0)
		inventory_set(estate, device, row, id);
	else if (order == 0)
		inventory_tie(estate, device, row, id);
	device->joined = device->joined || joined;
}

void estate_assessment(struct estate *estate, uint32_t number, const struct assessment_row *row)
{
	struct device *device = &estate->devices[number];
	int order = row_order(device->has_assessment, device->assessed_at, row->time);
	if (order >= 0)
		device->assessment_doubtful = row->doubtful || (order == 0 && device->assessment_doubtful);
	if (order == 0) {
		struct assessment_row kept = { row->time, (enum tri)device->applicable, (enum tri)device->compliant,
			estate_text(estate, device->assessed_mode), false };
		order = assessment_order(row, &kept) < 0;
	}
	if (order <= 0)
		return;
	device->has_assessment = true;
	device->assessed_at = row->time;
	device->applicable = (uint8_t)row->applicable;
	device->compliant = (uint8_t)row->compliant;
	device->assessed_mode = estate_code(estate, row->mode);
}

void estate_versions(struct estate *estate, uint32_t number, const struct versions_row *row)
{
	struct device *device = &estate->devices[number];
	int order = row_order(device->has_versions, device->versions_at, row->time);
	if (order < 0)
		return;
	if (order > 0) {
		device->has_versions = true;
		device->versions_at = row->time;
		device->versions_signature_time = TIME_NONE;
		device->versions_signature = device->versions_engine = device->versions_platform = MAP_NONE;
	}
	device->versions_signature_time = older_time(device->versions_signature_time, row->signature_time);
	device->versions_signature = smaller_text(estate, device->versions_signature, estate_code(estate, row->signature));
	device->versions_engine = smaller_text(estate, device->versions_engine, estate_code(estate, row->engine));
	device->versions_platform = smaller_text(estate, device->versions_platform, estate_code(estate, row->platform));
}

/* The bags of two rows of one time become one that has the keys of both. */
static void bag_tie(struct estate *estate, struct device *device, struct slice bag)
{
	struct slice kept = estate_bag(estate, device);
	if (!bag.text || bag.len == 0 || slice_equal(kept, bag))
		return;
	if (!kept.text) {
		bytes_put(estate, &device->bag, bag);
		return;
	}
	struct strbuf both;
	strbuf_init(&both, (size_t)UINT32_MAX);
	bag_merge(kept, bag, &both);
	bytes_put(estate, &device->bag, (struct slice){ both.buf, both.len });
	strbuf_release(&both);
}

/* All of a gathering row but its bag. */
static void gathering_take(struct estate *estate, struct device *device, const struct gathering_row *row, int order)
{
	if (order < 0)
		return;
	if (order > 0) {
		device->has_gathering = true;
		device->gathered_at = row->time;
		device->gathering_doubtful = false;
		device->signature_time = TIME_NONE;
		device->gathered_mode = device->engine = device->av_platform = device->signature = MAP_NONE;
	}
	device->gathering_doubtful = device->gathering_doubtful || row->doubtful;
	device->signature_time = older_time(device->signature_time, row->signature_time);
	device->gathered_mode = worse_mode(estate, device->gathered_mode, estate_code(estate, row->mode));
	device->engine = smaller_text(estate, device->engine, estate_code(estate, row->engine));
	device->av_platform = smaller_text(estate, device->av_platform, estate_code(estate, row->platform));
	device->signature = smaller_text(estate, device->signature, estate_code(estate, row->signature));
}

void estate_gathering(struct estate *estate, uint32_t number, const struct gathering_row *row)
{
	struct device *device = &estate->devices[number];
	int order = row_order(device->has_gathering, device->gathered_at, row->time);
	gathering_take(estate, device, row, order);
	if (order > 0)
		bytes_put(estate, &device->bag, row->bag);
	else if (order == 0)
		bag_tie(estate, device, row->bag);
}

void estate_software(struct estate *estate, uint32_t number, const struct software_row *row)
{
	struct device *device = &estate->devices[number];
	const char *name = antivirus_name(row->vendor, row->name);
	device->has_software = true;
	if (name)
		device->other_av = text_set_add(estate, device->other_av, slice_of(name), NAME_SEPARATOR);
}

void estate_finding(struct estate *estate, uint32_t number, const struct inventory_row *inventory,
                    const struct assessment_row *assessment, const struct gathering_row *gathering, struct slice other_av)
{
	struct device *device = &estate->devices[number];
	int order = row_order(device->has_inventory, device->seen, inventory->time);
	if (order < 0)
		return;
	/* A joined row is one statement: a newer one without a witness means that there is none now. */
	if (order > 0 && (device->has_inventory || device->partial))
		*device = no_device;
	estate_inventory(estate, number, inventory, true);
	if (assessment)
		estate_assessment(estate, number, assessment);
	if (gathering) {
		gathering_take(estate, device, gathering, row_order(device->has_gathering, device->gathered_at, gathering->time));
		/* Its enrichment belongs to the whole row, so it goes by LastSeen and not by the time of the gathering. */
		bag_tie(estate, device, gathering->bag);
	}
	if (!is_blank(other_av))
		device->other_av = text_set_add(estate, device->other_av, other_av, NAME_SEPARATOR);
}
