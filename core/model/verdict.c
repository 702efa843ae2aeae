/* verdict.c - the tables of verdicts, flags and modes, and the rule that decides between two witnesses.
 *
 * The rule in one sentence: the mode decides, compliance may only object, and whoever contradicts takes `active` away. */
#include "core/model/verdict.h"

#include <stddef.h>

const struct verdict_info verdicts[VERDICT_COUNT] = {
	[VERDICT_ACTIVE] = { "active", "active",
		"The antivirus engine is in active mode and no witness contradicts it.", 6 },
	[VERDICT_PASSIVE] = { "passive", "passive",
		"The engine is in passive mode: it is installed, and acts on nothing.", 1 },
	[VERDICT_EDR_BLOCK] = { "edr-block", "edr-block",
		"The engine is passive; only EDR in block mode acts, after the fact.", 2 },
	[VERDICT_PASSIVE_AUDIT] = { "passive-audit", "pass-audit",
		"The engine is passive and only records what it would have done.", 3 },
	[VERDICT_DISABLED] = { "disabled", "disabled",
		"The engine is switched off.", 0 },
	[VERDICT_UNKNOWN] = { "unknown", "unknown",
		"The mode is missing, unreadable or not documented, or the witnesses contradict each other.", 4 },
	[VERDICT_UNASSESSED] = { "unassessed", "unassessed",
		"No table says anything about the antivirus of this server.", 5 },
};

const struct flag_info flags[FLAG_COUNT] = {
	{ FLAG_CONFLICT, "conflict", 'C', "The witnesses disagree: their modes differ, or the compliance does not fit the mode." },
	{ FLAG_STALE, "stale", 'S', "The newest witness is older than the freshness limit." },
	{ FLAG_SILENT, "silent", 'Q', "The host was not seen for longer than the silence limit." },
	{ FLAG_EXCLUDED, "excluded", 'X', "The host is excluded from vulnerability management." },
	{ FLAG_NO_OTHER_AV, "no-other-av", 'N', "The software inventory shows no other antivirus: nothing protects this host." },
	{ FLAG_OTHER_AV, "other-av", 'O', "The software inventory shows another antivirus product." },
	{ FLAG_PORTAL_HEALTHY, "portal-healthy", 'H', "Onboarded and with an active sensor: the host looks fine everywhere else." },
};

/* One documented mode: the numbers and words of the antivirus health API, which the hunting tables share. */
struct mode_info {
	const char *code;      /* as the tables hold it */
	const char *word;      /* as the health API spells it; taken too, case ignored */
	enum verdict verdict;
	const char *title;
};

static const struct mode_info modes[] = {
	{ "0", "Active", VERDICT_ACTIVE, "Active (code 0)" },
	{ "1", "Passive", VERDICT_PASSIVE, "Passive (code 1)" },
	{ "2", "Disabled", VERDICT_DISABLED, "Disabled (code 2)" },
	{ "3", "Other", VERDICT_UNKNOWN, "Other (code 3)" },
	{ "4", "EDRBlocked", VERDICT_EDR_BLOCK, "EDR block mode (code 4)" },
	{ "5", "PassiveAudit", VERDICT_PASSIVE_AUDIT, "Passive audit (code 5)" },
};

#define MODE_COUNT (sizeof modes / sizeof modes[0])

enum verdict verdict_named(struct slice name)
{
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (slice_is_nocase(name, verdicts[v].name))
			return (enum verdict)v;
	return VERDICT_NONE;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Blanks around a mode come from exports, never from the engine. */
static struct slice trimmed(struct slice mode)
{
	if (!mode.text)
		return (struct slice){ NULL, 0 };
	while (mode.len && is_blank(mode.text[0])) {
		mode.text++;
		mode.len--;
	}
	while (mode.len && is_blank(mode.text[mode.len - 1]))
		mode.len--;
	return mode;
}

/* The row of a mode, or NULL: `01`, `1.0` and `Passive Mode` are not documented, so they are codes to show and not to guess. */
static const struct mode_info *mode_find(struct slice mode)
{
	mode = trimmed(mode);
	for (size_t i = 0; i < MODE_COUNT; i++)
		if (slice_is(mode, modes[i].code) || slice_is_nocase(mode, modes[i].word))
			return &modes[i];
	return NULL;
}

bool mode_given(struct slice mode)
{
	return trimmed(mode).len > 0;
}

enum verdict mode_verdict(struct slice mode)
{
	const struct mode_info *info = mode_find(mode);
	return info ? info->verdict : VERDICT_UNKNOWN;
}

bool mode_same(struct slice a, struct slice b)
{
	const struct mode_info *known = mode_find(a);
	if (known || mode_find(b))
		return known == mode_find(b);
	return slice_equal(trimmed(a), trimmed(b));
}

/* Only two modes that were both given can differ: `0` beside a missing one is one witness, not two. A row that is not applicable
 * cannot decide, and yet counts here: its `1` beside a gathered `0` is reason enough to look. */
static bool modes_contradict(const struct evidence *evidence)
{
	return evidence->assessed && evidence->gathered && mode_given(evidence->assessed_mode) &&
	       mode_given(evidence->gathered_mode) && !mode_same(evidence->assessed_mode, evidence->gathered_mode);
}

/* The rule without doubt. */
static enum verdict decide(const struct evidence *evidence, bool *conflict)
{
	bool applies = evidence->assessed && evidence->applicable != TRI_FALSE;
	*conflict = false;
	if (!applies && !evidence->gathered)
		return VERDICT_UNASSESSED;
	if (modes_contradict(evidence)) {
		*conflict = true;
		return VERDICT_UNKNOWN;
	}
	/* The gathered mode first: its key is named AvMode, while the place in Context is documented nowhere. */
	struct slice mode = { NULL, 0 };
	if (evidence->gathered && mode_given(evidence->gathered_mode))
		mode = evidence->gathered_mode;
	else if (applies)
		mode = evidence->assessed_mode;
	/* Without a mode there is nothing that compliance could contradict. */
	if (!mode_given(mode))
		return VERDICT_UNKNOWN;
	enum verdict verdict = mode_verdict(mode);
	if (applies && evidence->compliant == (verdict == VERDICT_ACTIVE ? TRI_FALSE : TRI_TRUE)) {
		*conflict = true;
		/* Contradicted is not active; a passive host that somebody calls compliant stays passive. */
		if (verdict == VERDICT_ACTIVE)
			return VERDICT_UNKNOWN;
	}
	return verdict;
}

enum verdict verdict_decide(const struct evidence *evidence, bool *conflict)
{
	enum verdict verdict = decide(evidence, conflict);
	return verdict == VERDICT_ACTIVE && evidence->doubtful ? VERDICT_UNKNOWN : verdict;
}

struct slice verdict_mode(const struct evidence *evidence)
{
	if (evidence->gathered && mode_given(evidence->gathered_mode))
		return evidence->gathered_mode;
	if (evidence->assessed && mode_given(evidence->assessed_mode))
		return evidence->assessed_mode;
	return (struct slice){ NULL, 0 };
}

const char *mode_title(struct slice mode)
{
	static const char *const undocumented[] = {
		"code 6, not documented", "code 7, not documented", "code 8, not documented", "code 9, not documented",
	};
	const struct mode_info *info = mode_find(mode);
	struct slice bare = trimmed(mode);
	if (info)
		return info->title;
	if (!bare.len)
		return "";
	if (bare.len == 1 && bare.text[0] >= '6' && bare.text[0] <= '9')
		return undocumented[bare.text[0] - '6'];
	return "not documented";
}
