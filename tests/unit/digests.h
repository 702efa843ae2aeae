/* digests.h - digests for tests: one as it is any morning, and those that try every way out. Texts are borrowed: never release one. */
#ifndef TEST_DIGESTS_H
#define TEST_DIGESTS_H

#include <stdlib.h>
#include <string.h>

#include "core/model/digest.h"

#define HUGE_TEXT 10240

/* What people and machines may have put into names: markup of every channel, mentions, escape codes, bytes that are no text. */
static const char *const hostile_texts[] = {
	"[reset your password](https://evil.example)", "<!channel> <!here> <@U0123456>", "<at>Everyone</at>", "\x1b[31mred\x1b[0m\x07",
	"<https://evil.example|INC0010042>", "*bold* _it_ ~no~ `code` # head - list 1. one", "\"quote\\back\\\" \\u0041 \\n", "a\nb\r\nc\td",
	"\xe2\x80\xaegnp.exe", "\xff\xfe\x80 half a character: \xe2\x82", "&lt;!channel&gt; &amp; <b>x</b>", "{\"type\":\"TextBlock\"}]}",
	":skull: ${PATH} $(id) `id` %s%n", "=cmd|' /C calc'!A1", "<script>alert(1)</script>", "\xf0\x9f\x94\xa5 \xe6\x9d\xb1\xe4\xba\xac B\xc3\xbcro",
};
#define HOSTILE_TEXTS (sizeof hostile_texts / sizeof *hostile_texts)

static inline void digest_morning(struct digest *digest)
{
	*digest = (struct digest){
		.title = "1,906 servers without active Defender Antivirus", .complete = true,
		.counts = "in scope 7,412: active 5,506, passive 1,204, edr-block 402, passive-audit 61, disabled 118, unknown 97, unassessed 24",
		.change = "12 new, 1,894 persisting, 31 resolved, 2 vanished since 2026-11-19 06:00Z",
		.worst = { { "srv-sql-000412.corp.example.com", "disabled, signatures 41d 3h old, no other antivirus, Team SQL" },
		           { "srv-dc-000017.muc.corp.example.com", "disabled, signatures 12d 4h old, Windows Platform" },
		           { "srv-web-001204.dmz.example.com", "passive, signatures 9d old, crowdstrike, Web" },
		           { "SRV-FS-000033", "unknown, without an owner" }, { "srv-app-000911.corp.example.com", "passive, SAP Basis" } },
		.worst_count = 5,
		.teams = { { "Windows Platform", "812" }, { "Team SQL", "412" }, { "SAP Basis", "260" }, { "Messaging", "121" }, { "Web", "98" },
		           { "9 other teams", "159" }, { "without an owner", "44" } },
		.team_count = 7, .record = "INC0010042 updated", .record_url = "https://dev1.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3D1f0c&x=1",
		.scope = "Win-Servers-Prod, Win-Servers-DMZ", .when = "run 412 of 2026-11-20 06:00Z" };
}

static inline void digest_incomplete(struct digest *digest)
{
	digest_morning(digest);
	digest->complete = false;
	digest->warnings[0] = "The canary srv-canary-01.corp.example.com is not in the result, so other hosts may be missing too.";
	digest->warnings[1] = "The machine group Win-Servers-DMZ matched no device.";
	digest->warnings[2] = "The ticket could not be written: ServiceNow (dev1.service-now.com) answered 401: User Not Authenticated.";
	digest->warning_count = 3;
	digest->record = "";
	digest->record_url = "";
}

/* Every text of the digest is the one given. */
static inline void digest_of(struct digest *digest, const char *text)
{
	char *same = (char *)(uintptr_t)text;

	*digest = (struct digest){ .title = same, .counts = same, .change = same, .record = same, .record_url = same, .scope = same, .when = same,
	                           .worst_count = DIGEST_WORST, .team_count = DIGEST_TEAMS + 1, .warning_count = DIGEST_REASONS + 1 };
	for (size_t i = 0; i < DIGEST_REASONS + 1; i++)
		digest->warnings[i] = same;
	for (size_t i = 0; i < DIGEST_WORST; i++)
		digest->worst[i] = (struct digest_item){ same, same };
	for (size_t i = 0; i < DIGEST_TEAMS + 1; i++)
		digest->teams[i] = (struct digest_item){ same, same };
}

/* The text again and again, 10 kB of it; the caller frees it. */
static inline char *huge_text(const char *text)
{
	char *out = malloc(HUGE_TEXT + 1);
	size_t n = strlen(text);

	if (!out)
		abort();
	for (size_t at = 0; at < HUGE_TEXT; at++)
		out[at] = text[at % n];
	out[HUGE_TEXT] = '\0';
	return out;
}

#endif
