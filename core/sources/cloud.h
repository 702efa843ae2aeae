/* cloud.h - the addresses of Microsoft's clouds, one row each. Source: Microsoft's pages on national clouds and on Defender for US
 * Government customers. Tokens of one cloud are worth nothing in another. */
#ifndef ROUSE_CLOUD_H
#define ROUSE_CLOUD_H

#include <stddef.h>

struct cloud {
	const char *name;        /* as in `[graph] cloud` */
	const char *login;       /* sign-in */
	const char *graph;       /* Microsoft Graph */
	const char *defender;    /* the older API, until 2027-02-01 */
	const char *workspace;   /* Log Analytics; NULL: its address in that cloud is not published, name it in [graph] endpoint */
	const char *portal;      /* for links */
};

extern const struct cloud clouds[];
extern const size_t cloud_count;

/* NULL when there is no such cloud. */
const struct cloud *cloud_named(const char *name);

#endif
