/* device.h - one decoded row of each input table, as a source hands it to the estate.
 *
 * Slices are borrowed for the call. A slice without text is a missing value; times are ticks. Text is repaired UTF-8. */
#ifndef ROUSE_DEVICE_H
#define ROUSE_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/clock.h"
#include "core/model/verdict.h"

/* DeviceInfo. */
struct inventory_row {
	int64_t time;                 /* Timestamp; TIME_NONE only in joined findings without LastSeen */
	struct slice name, group, platform, os_version, onboarding, health, merged_to;
	int64_t report;               /* ReportId or TIME_NONE */
	enum tri excluded;            /* IsExcluded */
	struct slice bag;             /* bag.h: columns that have none of their own here; no text: none */
};

/* DeviceTvmSecureConfigurationAssessment, ConfigurationId scid-2010. */
struct assessment_row {
	int64_t time;
	enum tri applicable, compliant;
	struct slice mode;            /* Context[0][0] */
	bool doubtful;                /* a cell that speaks of mode or compliance could not be understood */
};

/* The same table, scid-2011: a fallback for versions. */
struct versions_row {
	int64_t time;
	struct slice signature, engine, platform;   /* Context[0][0], [0][1], [0][3] */
	int64_t signature_time;                     /* Context[0][2], ticks */
};

/* DeviceTvmInfoGathering. */
struct gathering_row {
	int64_t time;
	struct slice mode, engine, platform, signature;
	int64_t signature_time;       /* ticks */
	struct slice bag;             /* bag.h: the rest of AdditionalFields; no text: none */
	bool doubtful;                /* as above */
};

/* DeviceTvmSoftwareInventory. */
struct software_row {
	struct slice vendor, name;
};

#endif
