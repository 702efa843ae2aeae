#include <string.h>

#include "core/base/clock.h"
#include "core/model/bag.h"
#include "core/sources/files_inner.h"

/* The keys of AdditionalFields that have fields of their own. */
#define KEY(name, field) { name, sizeof name - 1, field }
static const struct { const char *key; size_t len; enum field field; } bag_fields[] = {
	KEY("AvMode", F_GATHERED_MODE), KEY("AvEngineVersion", F_ENGINE), KEY("AvPlatformVersion", F_AV_PLATFORM),
	KEY("AvSignatureVersion", F_SIGNATURE), KEY("AvSignatureUpdateTime", F_SIGNATURE_TIME),
};

static enum field bag_field(struct slice key)
{
	if (key.len < 6 || (key.text[0] | 0x20) != 'a' || (key.text[1] | 0x20) != 'v')
		return FIELD_BAG;
	for (size_t i = 0; i < sizeof bag_fields / sizeof *bag_fields; i++)
		if (key.len == bag_fields[i].len && slice_is_nocase(key, bag_fields[i].key))
			return bag_fields[i].field;
	return FIELD_BAG;
}

/* Whether a bag that is to be kept as it is may hold a key with a field of its own, or is not what it seems: then it must be opened. One look
 * at its quotes settles that for most bags of a joined export: `{"AvEngineRing":"Broad"}` need not be opened, a cut or escaped one must. */
bool files_bag_matters(struct slice text)
{
	text = files_trimmed(text);
	if (text.len < 2 || text.text[0] != '{' || text.text[text.len - 1] != '}' || memchr(text.text, '\\', text.len))
		return true;
	const char *end = text.text + text.len;
	for (const char *at = text.text; (at = memchr(at, '"', (size_t)(end - at))); ) {
		at++;
		if (end - at < 2 || (at[0] | 0x20) != 'a' || (at[1] | 0x20) != 'v')
			continue;
		const char *close = memchr(at, '"', (size_t)(end - at));
		if (!close || bag_field((struct slice){ at, (size_t)(close - at) }) != FIELD_BAG)
			return true;
	}
	return false;
}

bool files_take_bag(struct files_source *source, struct slice text, const char *column, struct json_object *object, bool keep)
{
	struct files_cells *cells = &source->cells;
	if (files_nothing(text))
		return true;
	bool good = json_object_read(object, text) == 1 && !object->array;
	struct slice mode = { NULL, 0 };   /* of this bag; a key twice must not hide the second */
	for (size_t i = 0; good && i < object->count; i++) {
		const struct json_member *member = &object->members[i];
		enum field field = bag_field(member->key);
		if (field == FIELD_BAG && keep)
			json_bag_add(&cells->bag, member);
		if (field == FIELD_BAG || member->kind == JSON_NULL || !member->text.len)
			continue;
		if (!cells->cell[field].len)
			cells->cell[field] = member->text;
		if (field == F_GATHERED_MODE) {
			good = !mode.len || slice_equal(mode, member->text);
			mode = member->text;
		}
	}
	if (!good)
		files_misread(source, column);
	return good;
}

static bool is_blank(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.text[i] != ' ' && text.text[i] != '\t')
			return false;
	return true;
}

static struct slice time_cell(const struct files_cells *cells)
{
	return cells->cell[F_TIME].len ? cells->cell[F_TIME] : cells->cell[F_TIME_GENERATED];
}

/* What no row can do without. When one is missing the row is counted as unreadable and this is false. */
static bool read_key(struct files_source *source, uint64_t line, int64_t *time)
{
	struct slice text = time_cell(&source->cells);
	bool timed = source->entry->table != TABLE_SOFTWARE;
	*time = TIME_NONE;
	if (is_blank(source->cells.cell[F_DEVICE_ID]))
		files_unreadable(source, line, "there is no DeviceId");
	else if (timed && is_blank(text))
		files_unreadable(source, line, "there is no Timestamp");
	else if (timed && (!time_parse(text.text, text.len, time) || *time == TIME_NONE))
		files_unreadable(source, line, "the Timestamp \"%s\" is no time", files_shown(source, text));
	else
		return true;
	return false;
}

static void inventory(struct files_source *source, uint32_t device, int64_t time)
{
	const struct slice *cell = source->cells.cell;
	struct inventory_row row = {
		.time = time, .name = files_text(cell[F_DEVICE_NAME]), .group = files_text(cell[F_GROUP]),
		.platform = files_text(cell[F_PLATFORM]), .os_version = files_text(cell[F_OS_VERSION]),
		.onboarding = files_text(cell[F_ONBOARDING]), .health = files_text(cell[F_HEALTH]),
		.merged_to = files_text(cell[F_MERGED_TO]), .report = files_long(source, cell[F_REPORT], "ReportId"),
		.excluded = files_tri(source, cell[F_EXCLUDED], "IsExcluded", NULL),
		.bag = files_text((struct slice){ source->cells.bag.buf, source->cells.bag.len }),
	};
	estate_inventory(source->base.estate, device, &row, false);
}

/* Opens Context[0] into source->inner. False when there is nothing; what cannot be understood is counted, and *doubtful set. */
static bool open_context(struct files_source *source, bool *doubtful)
{
	struct slice context = source->cells.cell[F_CONTEXT];
	if (files_nothing(context))
		return false;
	if (json_context_row(context, 0, &source->object, &source->inner) == 1)
		return true;
	files_misread(source, "Context");
	*doubtful = true;
	return false;
}

static struct slice context_at(const struct files_source *source, size_t j)
{
	if (j >= source->inner.count || source->inner.members[j].kind == JSON_NULL)
		return (struct slice){ NULL, 0 };
	return files_text(source->inner.members[j].text);
}

static void assessment(struct files_source *source, uint32_t device, int64_t time)
{
	const struct slice *cell = source->cells.cell;
	struct assessment_row row = { .time = time };
	row.applicable = files_tri(source, cell[F_APPLICABLE], "IsApplicable", &row.doubtful);
	row.compliant = files_tri(source, cell[F_COMPLIANT], "IsCompliant", &row.doubtful);
	if (open_context(source, &row.doubtful))
		row.mode = files_mode(context_at(source, 0));
	estate_assessment(source->base.estate, device, &row);
}

static void versions(struct files_source *source, uint32_t device, int64_t time)
{
	struct versions_row row = { .time = time, .signature_time = TIME_NONE };
	bool doubtful;   /* of no weight: versions decide nothing */
	if (open_context(source, &doubtful)) {
		row.signature = context_at(source, 0);
		row.engine = context_at(source, 1);
		row.signature_time = files_time(source, context_at(source, 2), "Context");
		row.platform = context_at(source, 3);
	}
	estate_versions(source->base.estate, device, &row);
}

/* A table has a dozen configurations per device; all but two are passed over before anything else is looked at. */
static void assessment_row(struct files_source *source, uint64_t line)
{
	int64_t time;
	struct slice id = files_trimmed(source->cells.cell[F_CONFIGURATION]);
	bool decides = slice_is_nocase(id, "scid-2010");
	if (!id.len) {
		files_unreadable(source, line, "there is no ConfigurationId");
		return;
	}
	if ((decides || slice_is_nocase(id, "scid-2011")) && !read_key(source, line, &time))
		return;
	if (decides)
		assessment(source, estate_device(source->base.estate, source->cells.cell[F_DEVICE_ID]), time);
	else if (slice_is_nocase(id, "scid-2011"))
		versions(source, estate_device(source->base.estate, source->cells.cell[F_DEVICE_ID]), time);
	files_used(source);
}

static void gathering(struct files_source *source, uint32_t device, int64_t time)
{
	struct files_cells *cells = &source->cells;
	bool good = files_take_bag(source, cells->cell[F_BAG], "AdditionalFields", &source->object, true);
	struct gathering_row row = {
		.time = time, .mode = files_mode(cells->cell[F_GATHERED_MODE]), .engine = files_text(cells->cell[F_ENGINE]),
		.platform = files_text(cells->cell[F_AV_PLATFORM]), .signature = files_text(cells->cell[F_SIGNATURE]),
		.signature_time = files_time(source, cells->cell[F_SIGNATURE_TIME], "AvSignatureUpdateTime"), .doubtful = !good,
		.bag = files_text((struct slice){ cells->bag.buf, cells->bag.len }),
	};
	estate_gathering(source->base.estate, device, &row);
}

void files_row(struct files_source *source, uint64_t line)
{
	enum estate_table table = source->entry->table;
	int64_t time;
	source->line = line;
	if (table == TABLE_FINDINGS) {
		files_finding(source, line);
		return;
	}
	if (table == TABLE_ASSESSMENT) {
		assessment_row(source, line);
		return;
	}
	if (!read_key(source, line, &time))
		return;
	uint32_t device = estate_device(source->base.estate, source->cells.cell[F_DEVICE_ID]);
	if (table == TABLE_INVENTORY) {
		inventory(source, device, time);
	} else if (table == TABLE_GATHERING) {
		gathering(source, device, time);
	} else {
		struct software_row row = { files_text(source->cells.cell[F_VENDOR]), files_text(source->cells.cell[F_SOFTWARE]) };
		estate_software(source->base.estate, device, &row);
	}
	files_used(source);
}
