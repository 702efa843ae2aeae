#include <string.h>

#include "core/base/clock.h"
#include "core/sources/files_inner.h"

/* The gathered mode of a joined row. AvMode stands for it where a file has no GatheredMode; but AvMode of our own exports is the assessed
 * mode when nothing was gathered, so one that only repeats AssessedMode is no second witness. */
static struct slice gathered_mode(const struct files_cells *cells)
{
	struct slice mode = files_mode(cells->cell[F_MODE]), assessed = files_mode(cells->cell[F_ASSESSED_MODE]);
	if (cells->cell[F_GATHERED_MODE].len)
		return files_mode(cells->cell[F_GATHERED_MODE]);
	if (assessed.len && slice_equal(mode, assessed))
		return (struct slice){ NULL, 0 };
	return mode;
}

/* A row without a mode whose bag is closed: the mode and its like are looked for in there. */
static void look_into_bag(struct files_source *source)
{
	struct files_cells *cells = &source->cells;
	if (cells->cell[F_MODE].len || cells->cell[F_GATHERED_MODE].len || !cells->cell[F_BAG].len)
		return;
	if (json_object_read(&source->object, cells->cell[F_BAG]) == 1 && !source->object.array)
		files_take_bag(source, false);
	else
		source->base.estate->input.cells++;
}

static bool any_value(const struct files_cells *cells, const enum field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (cells->cell[fields[i]].len)
			return true;
	return false;
}

static bool is_assessed(const struct files_cells *cells)
{
	static const enum field fields[] = { F_APPLICABLE, F_COMPLIANT, F_ASSESSED_AT, F_ASSESSED_MODE };
	return any_value(cells, fields, sizeof fields / sizeof *fields);
}

static bool is_gathered(const struct files_cells *cells)
{
	static const enum field fields[] = { F_GATHERED_MODE, F_ENGINE, F_AV_PLATFORM, F_SIGNATURE, F_SIGNATURE_TIME, F_GATHERED_AT };
	return cells->gathered || any_value(cells, fields, sizeof fields / sizeof *fields);
}

static struct inventory_row inventory_of(struct files_source *source)
{
	const struct slice *cell = source->cells.cell;
	struct slice seen = cell[F_LAST_SEEN].len ? cell[F_LAST_SEEN] : cell[F_TIME].len ? cell[F_TIME] : cell[F_TIME_GENERATED];
	enum tri excluded = files_tri(source, cell[F_EXCLUDED]);
	/* Our own exports say it with a flag. */
	if (excluded == TRI_NONE && source->columns.ours && cell[F_FLAGS].len &&
	    bytes_find(cell[F_FLAGS].text, cell[F_FLAGS].len, "excluded", 8))
		excluded = TRI_TRUE;
	return (struct inventory_row){
		.time = files_time(source, seen), .name = files_text(cell[F_DEVICE_NAME]), .group = files_text(cell[F_GROUP]),
		.platform = files_text(cell[F_PLATFORM]), .os_version = files_text(cell[F_OS_VERSION]),
		.onboarding = files_text(cell[F_ONBOARDING]), .health = files_text(cell[F_HEALTH]),
		.merged_to = files_text(cell[F_MERGED_TO]), .report = files_long(source, cell[F_REPORT]), .excluded = excluded,
	};
}

/* Columns that only the analyst knows (`Rack`, `Comment`) are kept, yet are no word of a witness: a host that has nothing else stays
 * unassessed. The estate keeps enrichment with the gathering, so the gathering is taken back again. */
static void take_back_gathering(struct estate *estate, uint32_t device, bool before)
{
	estate->devices[device].has_gathering = before;
}

void files_finding(struct files_source *source, uint64_t line)
{
	struct files_cells *cells = &source->cells;
	struct estate *estate = source->base.estate;
	const struct slice *cell = cells->cell;
	struct slice id = cell[F_DEVICE_ID];
	size_t blanks = 0;
	while (blanks < id.len && (id.text[blanks] == ' ' || id.text[blanks] == '\t'))
		blanks++;
	if (blanks == id.len) {
		files_unreadable(source, line, "there is no DeviceId");
		return;
	}
	look_into_bag(source);
	struct inventory_row inventory = inventory_of(source);
	struct slice mode = gathered_mode(cells);
	bool assessed = is_assessed(cells), gathered = mode.len || is_gathered(cells);
	struct assessment_row assessment = {
		.time = files_time(source, cell[F_ASSESSED_AT]), .applicable = files_tri(source, cell[F_APPLICABLE]),
		.compliant = files_tri(source, cell[F_COMPLIANT]), .mode = files_mode(cell[F_ASSESSED_MODE]),
	};
	struct gathering_row gathering = {
		.time = files_time(source, cell[F_GATHERED_AT]), .mode = mode, .engine = files_text(cell[F_ENGINE]),
		.platform = files_text(cell[F_AV_PLATFORM]), .signature = files_text(cell[F_SIGNATURE]),
		.signature_time = files_time(source, cell[F_SIGNATURE_TIME]),
		.bag = files_text((struct slice){ cells->bag.buf, cells->bag.len }),
	};
	uint32_t number = estate_device(estate, id);
	const struct device *device = &estate->devices[number];
	bool older = device->has_inventory && inventory.time < device->seen;
	bool tied = device->has_inventory && inventory.time == device->seen;
	bool before = device->has_gathering && (older || tied);
	estate_finding(estate, number, &inventory, assessed ? &assessment : NULL,
	               gathered || gathering.bag.len ? &gathering : NULL, files_text(cell[F_OTHER_AV]));
	if (!gathered && gathering.bag.len)
		take_back_gathering(estate, number, before);
	files_used(source);
}
