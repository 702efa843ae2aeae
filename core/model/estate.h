/* estate.h - everything the source reported, gathered per device; what the detection starts from.
 *
 * Rows arrive in any order, from any table. The estate keeps the newest row per device and table; equal times are settled
 * towards the worse state, so that no answer hangs on the order of rows. It owns all it keeps. */
#ifndef ROUSE_ESTATE_H
#define ROUSE_ESTATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/model/device.h"

/* The newest rows of one device. Texts are codes of estate.texts (MAP_NONE: missing); times are ticks. */
struct device {
	/* newest DeviceInfo row with a platform */
	int64_t seen;                 /* TIME_NONE with has_inventory: unknown */
	uint32_t group, platform, os_version, onboarding, health, merged_to;
	uint32_t group_tie;           /* MAP_NONE, or all groups of the newest rows when equally new ones differ; see tie.h */
	uint64_t name;                /* 1 + offset of a length-prefixed name in estate.bytes; 0: none */
	uint64_t info_bag;            /* 1 + offset of the length-prefixed bag of that row; 0: none */
	int64_t report;
	/* newest scid-2010 row */
	int64_t assessed_at;
	uint32_t assessed_mode;
	/* newest scid-2011 row */
	int64_t versions_at, versions_signature_time;
	uint32_t versions_signature, versions_engine, versions_platform;
	/* newest gathering row; rows of equal time are merged key by key */
	int64_t gathered_at, signature_time;
	uint32_t gathered_mode, engine, av_platform, signature;
	uint64_t bag;                 /* 1 + offset in estate.bytes of the length-prefixed bag; 0: none */
	/* another antivirus from the software inventory */
	uint32_t other_av;            /* one name, or several with ", " between in byte order */
	uint8_t excluded, applicable, compliant;      /* enum tri */
	bool has_inventory, has_assessment, has_versions, has_gathering;
	bool has_software;            /* a row of any software */
	bool assessment_doubtful, gathering_doubtful; /* of the newest rows: a cell of mode or compliance was not understood */
	bool partial;                 /* had rows without a platform */
	bool joined;                  /* came from a joined findings file: a missing platform does not put it out of scope */
};

/* What the input said of itself; the run carries it on. read = used + unreadable, always. */
struct input_counts {
	uint64_t read, used, unreadable;   /* rows of all tables */
	uint64_t cells;                    /* cells in used rows that could not be understood and count as missing */
	uint64_t replaced;                 /* bytes of invalid UTF-8 that were replaced */
};

#define ESTATE_RECENT 1024        /* slots of the cache before the dictionary; a power of two */

/* Devices that a source counted without sending them: what a query over the whole estate knows beside the servers it gives. */
struct estate_count {
	uint32_t group;               /* text code; MAP_NONE: none */
	bool server;                  /* of a platform in scope */
	bool merged;                  /* superseded records */
	bool partial;                 /* no row of theirs has a platform */
	uint32_t devices;
};

/* estate_init() makes an empty one. */
struct estate {
	struct map ids;               /* device ids as text; the number indexes devices */
	struct device *devices;
	size_t devices_cap;
	struct map texts;
	uint32_t recent[ESTATE_RECENT];   /* 1 + code of the text last seen in that slot; 0: none. Spares most of the hashing */
	struct { char *bytes; size_t len, cap; } bytes;   /* names and bags, each preceded by its 32-bit length */
	struct input_counts input;
	struct { uint64_t read, used, unreadable; } table[5];   /* by enum estate_table */
	bool given[5];                /* the table was part of the input */
	struct estate_count *counted; /* owned; servers of groups in scope among them are in `devices` too, all others are not */
	size_t counted_count;
	bool has_platform_column, has_group_column;   /* false only for joined findings that lack them */
};

enum estate_table { TABLE_INVENTORY, TABLE_ASSESSMENT, TABLE_GATHERING, TABLE_SOFTWARE, TABLE_FINDINGS, TABLE_COUNT };
extern const char *const estate_table_names[5];   /* DeviceInfo, DeviceTvmSecureConfigurationAssessment... "findings" */

void estate_init(struct estate *estate);
/* The device of an id, made when new. */
uint32_t estate_device(struct estate *estate, struct slice id);
/* Inventory rows without a platform only set `partial`, unless `joined`. */
void estate_inventory(struct estate *estate, uint32_t device, const struct inventory_row *row, bool joined);
void estate_assessment(struct estate *estate, uint32_t device, const struct assessment_row *row);
void estate_versions(struct estate *estate, uint32_t device, const struct versions_row *row);
void estate_gathering(struct estate *estate, uint32_t device, const struct gathering_row *row);
void estate_software(struct estate *estate, uint32_t device, const struct software_row *row);
/* One row of a joined findings file: replaces all that is known of the device when its LastSeen is newer; of two rows with the
 * same LastSeen each witness counts by its own time, and equal times by the worse state. assessment and gathering are NULL when
 * the row has no such witness. */
void estate_finding(struct estate *estate, uint32_t device, const struct inventory_row *inventory,
                    const struct assessment_row *assessment, const struct gathering_row *gathering, struct slice other_av);
/* The code of a text, made when new; MAP_NONE for a missing or empty one. */
uint32_t estate_code(struct estate *estate, struct slice text);
struct slice estate_text(const struct estate *estate, uint32_t code);
struct slice estate_name(const struct estate *estate, const struct device *device);
struct slice estate_bag(const struct estate *estate, const struct device *device);
struct slice estate_info_bag(const struct estate *estate, const struct device *device);
void estate_release(struct estate *estate);

#endif
