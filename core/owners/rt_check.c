/* rt_check.c - what doctor says about the assets of Request Tracker. */
#include "core/owners/rt_inner.h"

#include <inttypes.h>

#include "core/base/utf8.h"

void rt_check_catalog(struct owners_rt *rt, bool found)
{
	if (found)
		checks_add(rt->checks, CHECK_OK, "rt catalog", NULL, "the catalog %s is number %s", rt->catalog, rt->catalog_id);
	else
		checks_add(rt->checks, CHECK_FAILURE, "rt catalog", "correct [rt] catalog, or give the account the right ShowCatalog",
		           "RT shows this account no catalog %s", rt->catalog);
}

void rt_check_sample(struct owners_rt *rt, const struct rt_page *page)
{
	if (page->no_field) {
		checks_add(rt->checks, CHECK_FAILURE, "rt team", "correct [rt] team_field, apply the field to the catalog "
		           "(Admin > Assets > Custom "
		           "Fields), or give the account the right SeeCustomField", "the assets have no custom field %s", page->no_field);
		return;
	}
	if (page->fault) {
		checks_add(rt->checks, CHECK_FAILURE, "rt assets", "see whether a proxy changes RT's answers", "the answer "
		           "is not as it should be: %s",
		           page->fault);
		return;
	}
	if (!page->rows) {
		checks_add(rt->checks, CHECK_FAILURE, "rt assets", "give the account the right ShowAsset on the "
		           "catalog", "the catalog %s has no "
		           "assets that this account may see", rt->catalog);
		return;
	}
	if (page->total >= 0)
		checks_add(rt->checks, CHECK_OK, "rt assets", NULL, "%" PRId64 " assets", page->total);
	else
		checks_add(rt->checks, CHECK_OK, "rt assets", NULL, "%zu or more assets; RT tells the number only to "
		           "accounts that may see every "
		           "catalog", page->rows);
	if (page->teams)
		checks_add(rt->checks, page->teams * 2 < page->rows ? CHECK_WARNING : CHECK_OK, "rt team", page->teams * 2 < page->rows ?
		           "see whether [rt] team_field names what your assets have" : NULL, "%zu of the first %zu assets "
		           "have a team", page->teams,
		           page->rows);
	else
		checks_add(rt->checks, CHECK_FAILURE, "rt team", "name in [rt] team_field what your assets have: HeldBy, "
		           "Owner, Contact or a custom "
		           "field", "none of the first %zu assets has a team", page->rows);
}
