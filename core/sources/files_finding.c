#include <string.h>

#include "core/base/clock.h"
#include "core/sources/files_inner.h"

/* All that a joined row says of the mode. A row may have been joined from anything, so no text of them may be dropped. */
struct modes {
	struct slice bags[FILES_CLOSED];   /* AvMode of AdditionalFields and of AvFields; no text: none */
	struct slice gathered, assessed;   /* what the row comes to */
	bool doubtful;                     /* a bag could not be understood */
};

/* The modes and their like in the closed bags. */
static void look_into_bags(struct files_source *source, struct modes *modes)
{
	struct files_cells *cells = &source->cells;
	struct json_object *const objects[FILES_CLOSED] = { &source->object, &source->inner };
	struct slice kept = cells->cell[F_GATHERED_MODE];
	for (size_t i = 0; i < cells->closed_count; i++) {
		cells->cell[F_GATHERED_MODE] = (struct slice){ NULL, 0 };
		if (files_bag_matters(cells->closed[i].text) &&
		    !files_take_bag(source, cells->closed[i].text, cells->closed[i].name.text, objects[i], false))
			modes->doubtful = true;
		modes->bags[i] = cells->cell[F_GATHERED_MODE];
	}
	cells->cell[F_GATHERED_MODE] = kept;
}

/* Settles which mode is the gathered and which the assessed one. AvMode stands for the gathered one where a row has no other; but in
 * our own exports it is the assessed mode when nothing was gathered, so one that only repeats AssessedMode is no second witness. A mode
 * that differs from the gathered one takes the place of an assessed one that does not, so that the two contradict: `GatheredMode 0`
 * beside `AvMode 1` is no active host. */
static void settle_modes(const struct files_cells *cells, struct modes *modes)
{
	const struct slice *cell = cells->cell;
	const struct slice texts[] = { cell[F_GATHERED_MODE], cell[F_BAG_MODE], modes->bags[0], modes->bags[1], cell[F_MODE] };
	size_t count = sizeof texts / sizeof *texts;
	modes->assessed = files_mode(cell[F_ASSESSED_MODE]);
	modes->gathered = files_mode(cell[F_GATHERED_MODE]);
	for (size_t i = 0; i < count; i++) {
		struct slice mode = files_mode(texts[i]);
		if (!mode_given(mode))
			continue;
		if (!mode_given(modes->gathered)) {
			if (i < count - 1 || !slice_equal(mode, modes->assessed))
				modes->gathered = mode;
		} else if (!mode_same(mode, modes->gathered) &&
		           (!mode_given(modes->assessed) || mode_same(modes->assessed, modes->gathered))) {
			modes->assessed = mode;
		}
	}
}

/* Whether the row itself calls the host a finding, as an earlier run of whoever joined it. */
static bool says_finding(struct slice verdict)
{
	enum verdict named = verdict_named(files_trimmed(verdict));
	return named != VERDICT_NONE && named != VERDICT_ACTIVE;
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

/* Versions may be those of scid-2011, so they prove a gathering only where the row could not say when it was: an export with the column
 * GatheredAt, and ours and the query's have it, leaves it empty for a host that nobody gathered. */
static bool is_gathered(const struct files_source *source)
{
	static const enum field fields[] = {
		F_GATHERED_AT, F_GATHERED_MODE, F_BAG_MODE, F_ENGINE, F_AV_PLATFORM, F_SIGNATURE, F_SIGNATURE_TIME,
	};
	size_t count = files_columns_has(&source->columns, F_GATHERED_AT) ? 3 : sizeof fields / sizeof *fields;
	return source->cells.gathered || any_value(&source->cells, fields, count);
}

static struct inventory_row inventory_of(struct files_source *source)
{
	const struct slice *cell = source->cells.cell;
	struct slice seen = cell[F_LAST_SEEN].len ? cell[F_LAST_SEEN] : cell[F_TIME].len ? cell[F_TIME] : cell[F_TIME_GENERATED];
	enum tri excluded = files_tri(source, cell[F_EXCLUDED], "IsExcluded", NULL);
	/* Our own exports say it with a flag. */
	if (excluded == TRI_NONE && source->columns.ours && cell[F_FLAGS].len &&
	    bytes_find(cell[F_FLAGS].text, cell[F_FLAGS].len, "excluded", 8))
		excluded = TRI_TRUE;
	return (struct inventory_row){
		.time = files_time(source, seen, "LastSeen"), .name = files_text(cell[F_DEVICE_NAME]), .group = files_text(cell[F_GROUP]),
		.platform = files_text(cell[F_PLATFORM]), .os_version = files_text(cell[F_OS_VERSION]),
		.onboarding = files_text(cell[F_ONBOARDING]), .health = files_text(cell[F_HEALTH]),
		.merged_to = files_text(cell[F_MERGED_TO]), .report = files_long(source, cell[F_REPORT], "ReportId"), .excluded = excluded,
	};
}

static struct assessment_row assessment_of(struct files_source *source, const struct modes *modes)
{
	const struct slice *cell = source->cells.cell;
	struct assessment_row row = { .mode = modes->assessed, .doubtful = modes->doubtful };
	row.time = files_time(source, cell[F_ASSESSED_AT], "AssessedAt");
	row.applicable = files_tri(source, cell[F_APPLICABLE], "IsApplicable", &row.doubtful);
	row.compliant = files_tri(source, cell[F_COMPLIANT], "IsCompliant", &row.doubtful);
	return row;
}

static struct gathering_row gathering_of(struct files_source *source, const struct modes *modes)
{
	const struct slice *cell = source->cells.cell;
	return (struct gathering_row){
		.time = files_time(source, cell[F_GATHERED_AT], "GatheredAt"), .mode = modes->gathered, .engine = files_text(cell[F_ENGINE]),
		.platform = files_text(cell[F_AV_PLATFORM]), .signature = files_text(cell[F_SIGNATURE]),
		.signature_time = files_time(source, cell[F_SIGNATURE_TIME], "AvSignatureUpdateTime"),
		.bag = files_text((struct slice){ source->cells.bag.buf, source->cells.bag.len }), .doubtful = modes->doubtful,
	};
}

/* Versions of a host that nobody gathered are those of scid-2011. */
static void keep_versions(struct estate *estate, uint32_t device, const struct gathering_row *gathering, int64_t seen)
{
	struct versions_row row = { .time = seen, .signature = gathering->signature, .engine = gathering->engine,
	                            .platform = gathering->platform, .signature_time = gathering->signature_time };
	if (row.signature.len || row.engine.len || row.platform.len || row.signature_time != TIME_NONE)
		estate_versions(estate, device, &row);
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
	struct modes modes = { .doubtful = says_finding(cell[F_VERDICT]) };
	look_into_bags(source, &modes);
	settle_modes(cells, &modes);
	struct inventory_row inventory = inventory_of(source);
	bool assessed = mode_given(modes.assessed) || is_assessed(cells), gathered = modes.gathered.len || is_gathered(source);
	struct assessment_row assessment = assessment_of(source, &modes);
	struct gathering_row gathering = gathering_of(source, &modes);
	uint32_t number = estate_device(estate, id);
	const struct device *device = &estate->devices[number];
	bool older = device->has_inventory && inventory.time < device->seen;
	bool tied = device->has_inventory && inventory.time == device->seen;
	bool before = device->has_gathering && (older || tied);
	estate_finding(estate, number, &inventory, assessed ? &assessment : NULL,
	               gathered || gathering.bag.len ? &gathering : NULL, files_text(cell[F_OTHER_AV]));
	if (!gathered)
		keep_versions(estate, number, &gathering, inventory.time);
	if (!gathered && gathering.bag.len)
		take_back_gathering(estate, number, before);
	files_used(source);
}
