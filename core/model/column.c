/* column.c - the columns, and how a user's words find them. */
#include "core/model/column.h"

#include <string.h>
#include <strings.h>

#define WORD_MAX 128   /* bytes of a name that are compared; the longest column name is far shorter */

/* Prefixes of the help sentences: the source fields in full. */
#define BAG "DeviceTvmInfoGathering.AdditionalFields."
#define SCID "DeviceTvmSecureConfigurationAssessment (scid-2010)"

const struct column columns[COL_COUNT] = {
	{ COL_DEVICE_ID, "DeviceId", TYPE_TEXT, "ID", 40, false,
	  "The device's id in Defender for Endpoint: DeviceInfo.DeviceId." },
	{ COL_DEVICE_NAME, "DeviceName", TYPE_TEXT, "HOST", 28, false, "The host's full name: DeviceInfo.DeviceName." },
	{ COL_MACHINE_GROUP, "MachineGroup", TYPE_TEXT, "GROUP", 18, false,
	  "The device group the host is in: DeviceInfo.MachineGroup." },
	{ COL_OS_PLATFORM, "OSPlatform", TYPE_TEXT, "OS", 17, false,
	  "The operating system: DeviceInfo.OSPlatform, as WindowsServer2019." },
	{ COL_OS_VERSION, "OSVersion", TYPE_VERSION, "OSVER", 12, false,
	  "Version of the operating system: DeviceInfo.OSVersion." },
	{ COL_LAST_SEEN, "LastSeen", TYPE_TIME, "LASTSEEN", 17, false,
	  "When the host last reported: the newest DeviceInfo.Timestamp." },
	{ COL_ONBOARDING, "OnboardingStatus", TYPE_TEXT, "ONBOARDING", 12, false,
	  "Whether the host is onboarded: DeviceInfo.OnboardingStatus." },
	{ COL_SENSOR_HEALTH, "SensorHealthState", TYPE_TEXT, "HEALTH", 10, false,
	  "What the portal calls the sensor's health: DeviceInfo.SensorHealthState." },
	{ COL_AV_MODE, "AvMode", TYPE_TEXT, "MODE", 4, false,
	  "The antivirus mode as a code: " BAG "AvMode, else Context[0][0] of " SCID "." },
	{ COL_AV_ENGINE, "AvEngineVersion", TYPE_VERSION, "ENGINE", 13, false,
	  "Version of the antivirus engine: " BAG "AvEngineVersion." },
	{ COL_AV_PLATFORM, "AvPlatformVersion", TYPE_VERSION, "PLATFORM", 15, false,
	  "Version of the antivirus platform: " BAG "AvPlatformVersion." },
	{ COL_AV_SIGNATURE, "AvSignatureVersion", TYPE_VERSION, "SIGVER", 14, false,
	  "Version of the signatures: " BAG "AvSignatureVersion." },
	{ COL_SIGNATURE_TIME, "AvSignatureUpdateTime", TYPE_TIME, "SIGTIME", 17, false,
	  "When the signatures were last updated: " BAG "AvSignatureUpdateTime." },
	{ COL_ASSESSED_AT, "AssessedAt", TYPE_TIME, "ASSESSED", 17, false,
	  "When the configuration was assessed: the newest Timestamp of " SCID "." },
	{ COL_GATHERED_AT, "GatheredAt", TYPE_TIME, "GATHERED", 17, false,
	  "When the antivirus facts were gathered: DeviceTvmInfoGathering.Timestamp." },
	{ COL_IS_APPLICABLE, "IsApplicable", TYPE_BOOL, "APPLIC", 6, false,
	  "Whether the assessment applies to the host: IsApplicable of " SCID "." },
	{ COL_IS_COMPLIANT, "IsCompliant", TYPE_BOOL, "COMPLY", 6, false,
	  "Whether the antivirus is assessed as on: IsCompliant of " SCID "." },
	{ COL_REPORT_ID, "ReportId", TYPE_LONG, "REPORT", 10, false, "Number of the newest report: DeviceInfo.ReportId." },
	{ COL_ASSESSED_MODE, "AssessedMode", TYPE_TEXT, "AMODE", 5, false,
	  "The mode the assessment saw: Context[0][0] of " SCID "." },
	{ COL_GATHERED_MODE, "GatheredMode", TYPE_TEXT, "GMODE", 5, false, "The mode that was gathered: " BAG "AvMode." },
	{ COL_VERDICT, "Verdict", TYPE_RANK, "VERDICT", 13, true,
	  "What the antivirus does, from AvMode and IsCompliant; sorted worst first." },
	{ COL_FLAGS, "Flags", TYPE_FLAGS, "FLAGS", 7, true,
	  "What else is to know: witnesses that disagree, old data, a silent host, another antivirus." },
	{ COL_SIGNATURE_AGE, "SignatureAge", TYPE_SPAN, "SIG", 5, true,
	  "How old the signatures are: now less AvSignatureUpdateTime." },
	{ COL_SEEN_AGE, "SeenAge", TYPE_SPAN, "SEEN", 5, true, "How long the host has been quiet: now less LastSeen." },
	{ COL_OTHER_AV, "OtherAv", TYPE_TEXT, "OTHERAV", 14, true,
	  "Another antivirus product on the host, from DeviceTvmSoftwareInventory." },
	{ COL_CHANGE, "Change", TYPE_RANK, "CHANGE", 10, true,
	  "What changed since the run before: new, persisting, resolved or vanished." },
	{ COL_FIRST_SEEN, "FirstSeen", TYPE_TIME, "FIRST", 17, true,
	  "Time of the run in which the host first became this finding." },
	{ COL_OWNER, "Owner", TYPE_TEXT, "OWNER", 12, true, "Who looks after the host." },
	{ COL_OWNER_CONTACT, "OwnerContact", TYPE_TEXT, "CONTACT", 16, true, "How the owner is reached." },
	{ COL_TICKET, "Ticket", TYPE_TEXT, "TICKET", 10, true, "The open ticket the host is on." },
	{ COL_ACCEPTED_UNTIL, "AcceptedUntil", TYPE_TIME, "ACCEPTED", 17, true,
	  "Until when it is accepted that the host stays as it is." },
	{ COL_NOTE, "Note", TYPE_TEXT, "NOTE", 20, true, "What an analyst wrote about the host." },
	{ COL_MARKED, "Marked", TYPE_BOOL, "MARKED", 6, true, "Whether the host is marked for the next action." },
	{ COL_PORTAL_URL, "PortalUrl", TYPE_TEXT, "PORTAL", 20, true,
	  "The host's page in the Defender portal, made from DeviceId." },
};

/* Keys of the gathered bag that have a column of their own: `AdditionalFields.AvMode` is the column, not an empty bag value. */
static const struct { const char *key; enum column_id id; } bag_columns[] = {
	{ "AvMode", COL_GATHERED_MODE }, { "AvEngineVersion", COL_AV_ENGINE }, { "AvPlatformVersion", COL_AV_PLATFORM },
	{ "AvSignatureVersion", COL_AV_SIGNATURE }, { "AvSignatureUpdateTime", COL_SIGNATURE_TIME },
};

enum column_id column_named(struct slice name)
{
	for (size_t i = 0; i < COL_COUNT; i++)
		if (slice_is_nocase(name, columns[i].name))
			return columns[i].id;
	return COL_NONE;
}

/* Titles are what the user sees on the screen, so they may be typed too: `SIG-`. */
static enum column_id column_titled(struct slice title)
{
	for (size_t i = 0; i < COL_COUNT; i++)
		if (slice_is_nocase(title, columns[i].title))
			return columns[i].id;
	return COL_NONE;
}

static enum column_id bag_column(struct slice key)
{
	for (size_t i = 0; i < sizeof bag_columns / sizeof *bag_columns; i++)
		if (slice_is_nocase(key, bag_columns[i].key))
			return bag_columns[i].id;
	return COL_BAG;
}

bool column_resolve(struct slice name, struct column_ref *ref)
{
	static const char prefix[] = "AdditionalFields.";
	size_t n = sizeof prefix - 1;
	enum column_id id = column_named(name);
	struct slice key;

	if (id == COL_NONE)   /* names before titles: a title must never hide a column */
		id = column_titled(name);
	*ref = (struct column_ref){ .id = id };
	if (id != COL_NONE)
		return true;
	if (name.len <= n || strncasecmp(name.text, prefix, n) != 0)
		return false;
	key = (struct slice){ name.text + n, name.len - n };
	if (key.len >= sizeof ref->key || memchr(key.text, 0, key.len))
		return false;
	ref->id = bag_column(key);
	if (ref->id == COL_BAG)
		memcpy(ref->key, key.text, key.len);   /* the NUL is there already */
	return true;
}

const char *column_nearest(struct slice name)
{
	const char *names[COL_COUNT];
	char word[WORD_MAX];

	if (name.len == 0 || name.len >= sizeof word)
		return NULL;
	memcpy(word, name.text, name.len);
	word[name.len] = '\0';
	for (size_t i = 0; i < COL_COUNT; i++)
		names[i] = columns[i].name;
	return nearest_name(word, names, COL_COUNT);
}

/* Blanks around a name are no part of it; inside they stay, and make it no column. */
static struct slice trim(struct slice s)
{
	while (s.len > 0 && (s.text[0] == ' ' || s.text[0] == '\t'))
		s.text++, s.len--;
	while (s.len > 0 && (s.text[s.len - 1] == ' ' || s.text[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* Cuts the next item off a list with commas. Returns false when the list is used up. */
static bool next_item(const char **at, struct slice *item)
{
	size_t n;

	if (!*at)
		return false;
	n = strcspn(*at, ",");
	*item = trim((struct slice){ *at, n });
	*at = (*at)[n] ? *at + n + 1 : NULL;
	return true;
}

/* Keys of the bag are found with their case ignored, so two spellings of one key are one column. */
static bool is_named(const struct column_ref *refs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (refs[i].id == refs[count].id && strcasecmp(refs[i].key, refs[count].key) == 0)
			return true;
	return false;
}

int column_list(const char *text, struct column_ref *refs, size_t max, struct slice *bad)
{
	/* An empty text is an empty list, but an empty item (`A,,B`) is a mistake. */
	const char *at = trim(slice_of(text)).len > 0 ? text : NULL;
	struct slice item;
	size_t count = 0;

	while (next_item(&at, &item)) {
		if (count == max)
			return -2;
		if (!column_resolve(item, &refs[count])) {
			*bad = item;
			return -1;
		}
		if (is_named(refs, count)) {
			*bad = item;
			return -3;
		}
		count++;
	}
	return (int)count;
}

int sort_parse(const char *text, struct sort_key keys[SORT_KEYS_MAX], struct slice *bad)
{
	const char *at = trim(slice_of(text)).len > 0 ? text : NULL;
	struct slice item;
	size_t count = 0;

	while (next_item(&at, &item)) {
		char sign = item.len > 0 ? item.text[item.len - 1] : '\0';

		if (count == SORT_KEYS_MAX)
			return -2;
		if (sign == '-' || sign == '+')
			item = trim((struct slice){ item.text, item.len - 1 });
		if (!column_resolve(item, &keys[count].column)) {
			*bad = item;
			return -1;
		}
		keys[count++].descending = sign == '-';
	}
	return (int)count;
}
