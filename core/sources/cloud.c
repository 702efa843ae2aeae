#include "core/sources/cloud.h"

#include <string.h>

const struct cloud clouds[] = {
	{ "global", "https://login.microsoftonline.com", "https://graph.microsoft.com", "https://api.security.microsoft.com",
	  "https://api.loganalytics.io", "https://security.microsoft.com" },
	{ "gcc", "https://login.microsoftonline.com", "https://graph.microsoft.com", "https://api-gcc.securitycenter.microsoft.us",
	  "https://api.loganalytics.io", "https://security.microsoft.com" },
	{ "gcc-high", "https://login.microsoftonline.us", "https://graph.microsoft.us", "https://api-gov.securitycenter.microsoft.us", NULL,
	  "https://security.microsoft.us" },
	{ "dod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us", "https://api-gov.securitycenter.microsoft.us", NULL,
	  "https://security.apps.mil" },
};
const size_t cloud_count = sizeof clouds / sizeof *clouds;

const struct cloud *cloud_named(const char *name)
{
	for (size_t i = 0; i < cloud_count; i++)
		if (!strcmp(clouds[i].name, name))
			return &clouds[i];
	return NULL;
}
