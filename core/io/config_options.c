/* config_options.c - the options: one row each. README, `rouse doctor` and the man page print this table. */
#include "core/io/config.h"
#include "core/model/column.h"

const struct option options[] = {
	{ "scope.group", OPTION_LIST, NULL, NULL, false,
	  "A machine group in scope, repeatable; letter case is ignored, blanks are not. None means every group." },
	{ "scope.os_platform", OPTION_LIST, "WindowsServer", NULL, false,
	  "How the OSPlatform of a host in scope begins, repeatable; letter case is ignored." },
	{ "scope.canary", OPTION_LIST, NULL, NULL, false,
	  "A host that is known to be bad, repeatable; a run that does not show it is not trusted." },
	{ "limits.freshness", OPTION_SPAN, "8d", NULL, false, "A host whose newest witness is older is stale." },
	{ "limits.silence", OPTION_SPAN, "14d", NULL, false, "A host that was not seen for longer is silent." },
	{ "limits.unreadable", OPTION_SHARE, "1%", NULL, false, "More unreadable rows than this make a run incomplete." },
	{ "limits.unenriched", OPTION_SHARE, "20%", NULL, false,
	  "More servers without any enrichment than this make a run incomplete." },
	{ "limits.drop", OPTION_SHARE, "20%", NULL, false,
	  "Findings that fell by more than this, with no resolved host to explain it, make a run incomplete." },
	{ "limits.acceptance", OPTION_SPAN, "365d", NULL, false, "An acceptance may not last longer than this." },
	{ "source.kind", OPTION_CHOICE, NULL, "files demo", false, "Where device records come from." },
	{ "files.device_info", OPTION_PATHS, NULL, NULL, false, "An export of DeviceInfo, repeatable." },
	{ "files.assessment", OPTION_PATHS, NULL, NULL, false,
	  "An export of DeviceTvmSecureConfigurationAssessment, repeatable." },
	{ "files.gathering", OPTION_PATHS, NULL, NULL, false, "An export of DeviceTvmInfoGathering, repeatable." },
	{ "files.software", OPTION_PATHS, NULL, NULL, false, "An export of DeviceTvmSoftwareInventory, repeatable." },
	{ "files.findings", OPTION_PATHS, NULL, NULL, false, "An export that is joined already, repeatable; instead of the others." },
	{ "ui.keymap", OPTION_TEXT, "default", NULL, false, "The keys: default, vim, emacs or the path of a keymap file." },
	{ "ui.theme", OPTION_CHOICE, "auto", "auto dark light mono", false, "The colours." },
	{ "ui.columns", OPTION_TEXT, NULL, NULL, false, "The columns of the list, with commas between." },
	{ "ui.sort", OPTION_TEXT, SORT_DEFAULT, NULL, false,
	  "The order of the list: up to three columns, a - after one for descending. The default puts findings flagged no-other-av first." },
	{ "ui.mouse", OPTION_BOOL, "false", NULL, false, "Whether the console takes the mouse." },
	{ "ui.ascii", OPTION_CHOICE, "auto", "auto yes no", false, "Whether the console draws with ASCII alone." },
	{ "links.tenant", OPTION_TEXT, NULL, NULL, false, "The tenant id that links to the portal carry." },
};

const size_t option_count = sizeof options / sizeof *options;
