/* run.c - the head of a run: its count line, its reasons, its end. */
#include "core/model/run.h"

#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"

#define SENTENCE_MAX 1000   /* bytes of one reason */

const struct reason_info reasons[REASON_COUNT] = {
	[REASON_CANARY] = { "canary-missing", "A host that is known to be bad is not among the findings.",
		"Look the host up in the portal; when it was mended, name another canary in [scope]." },
	[REASON_LIMIT] = { "limit-reached", "An answer ended at a row or size limit, so there may be more.",
		"Ask for less at a time, or export the table in parts." },
	[REASON_PART] = { "part-failed", "A part or page of the answer failed.",
		"Run the detection again; when it fails again, ask for that part alone." },
	[REASON_TABLE] = { "table-missing", "A table was not given, could not be read, or said nothing.",
		"Export the table again, and check the right to read it." },
	[REASON_CUT] = { "file-cut", "A file ends in the middle of a row.",
		"Export or copy the file again." },
	[REASON_UNREADABLE] = { "rows-unreadable", "More rows than the limit allows could not be read.",
		"See the rows named on stderr, and export the table again." },
	[REASON_UNENRICHED] = { "enrichment-missing", "Too many servers have no row in the info gathering table.",
		"Export DeviceTvmInfoGathering for all servers in scope." },
	[REASON_UNJUDGED] = { "assessment-missing", "Too many servers have no row of scid-2010 in the assessment table.",
		"Export DeviceTvmSecureConfigurationAssessment with scid-2010 for all servers in scope." },
	[REASON_INVENTORY] = { "inventory-missing", "Too many devices have a witness but no row in DeviceInfo, so nobody knows whether they "
		"are servers in scope.", "Export DeviceInfo without a filter, for the same days as the other tables." },
	[REASON_GROUP] = { "group-unmatched", "A configured machine group matched no server.",
		"Compare the name with the groups of DeviceInfo, blanks and look-alike letters too, and correct it in [scope]." },
	[REASON_FEED] = { "feed-stopped", "The newest witness is older than the freshness limit.",
		"Check that vulnerability management still assesses the estate." },
	[REASON_STALE] = { "witness-stale", "Too many servers count as active by evidence that is older than the freshness limit.",
		"Check that these servers report: they may have changed since." },
	[REASON_DROP] = { "findings-dropped", "Findings fell by more than the limit, and fixes do not explain it.",
		"Look at what vanished, and at the size of each table." },
	[REASON_SHRUNK] = { "servers-dropped",
		"Servers that were in scope before are not reported any more, more of them than the limit allows.",
		"Look at what vanished: a table may be cut, a connector down, or a machine group renamed." },
	[REASON_CLOCK] = { "clock-wrong", "The data is dated in the future of the run.",
		"Set this machine's clock, or check the dates of the export." },
	[REASON_PLATFORM] = { "platform-unmatched", "A configured OS platform matched no device.",
		"Compare [scope] os_platform with the OSPlatform of DeviceInfo, blanks and look-alike letters too." },
	[REASON_IDS] = { "ids-differ",
		"Device ids differ only in letter case, blanks, signs or leading zeros, so the rows of one host "
			"may not have been put together.",
		"Export the tables again; ids are compared exactly, as KQL's join does." },
};

uint32_t run_findings(const struct run *run)
{
	uint32_t sum = 0;
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (v != VERDICT_ACTIVE)
			sum += run->counts[v];
	return sum;
}

bool run_complete(const struct run *run)
{
	return run->reason_count == 0;
}

void run_add_reason(struct run *run, enum reason_id id, const char *format, ...)
{
	/* A sentence too long for the buffer (a hostile host name) gives way to the plain meaning: never half a sentence. */
	struct strbuf text = STRBUF_INIT(SENTENCE_MAX);
	va_list args;
	va_start(args, format);
	strbuf_addfv(&text, format, args);
	va_end(args);
	run->reasons = grow(run->reasons, &run->reason_cap, run->reason_count + 1, sizeof *run->reasons);
	run->reasons[run->reason_count++] = (struct reason){
		.id = id,
		.sentence = xstrdup(text.overflow ? reasons[id].meaning : strbuf_text(&text)),
	};
	strbuf_release(&text);
}

void run_count_line(const struct run *run, struct strbuf *out)
{
	uint32_t sum = run->counts[VERDICT_ACTIVE] + run_findings(run);
	strbuf_addf(out, "in scope %u:", sum);
	for (int v = 0; v < VERDICT_COUNT; v++)
		strbuf_addf(out, "%s %s %u", v ? "," : "", verdicts[v].name, run->counts[v]);
}

void run_release(struct run *run)
{
	for (size_t i = 0; i < run->reason_count; i++)
		free(run->reasons[i].sentence);
	free(run->reasons);
	for (size_t i = 0; i < run->group_count; i++)
		free((char *)run->groups[i].name.text);
	free(run->groups);
	free(run->gaps.near_example);
	for (size_t i = 0; i < ASTRAY_NAMED; i++)
		free(run->gaps.astray_names[i]);
	free(run->source);
	free(run->scope);
	free(run->ticket_word);
	free(run->digest_word);
	table_release(&run->rows);
	*run = (struct run){ 0 };
}
