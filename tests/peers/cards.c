/* cards.c - writes the messages of the chat back ends into a folder, NAME.card.json and NAME.slack.json, for vendors' code to judge. */
#include <stdio.h>

#include "core/base/strbuf.h"
#include "core/notify/notify.h"
#include "tests/unit/digests.h"

static int write_one(const char *folder, const char *name, const struct notify_ops *ops, const char *end, const struct digest *digest)
{
	struct strbuf out = STRBUF_INIT((size_t)1 << 20);
	char path[512];
	FILE *file;
	int bad;

	snprintf(path, sizeof path, "%s/%s.%s.json", folder, name, end);
	ops->encode(digest, &out);
	file = fopen(path, "w");
	bad = !file || fwrite(strbuf_text(&out), 1, out.len, file) != out.len;
	if (file)
		bad |= fclose(file) != 0;
	strbuf_release(&out);
	return bad;
}

static int write_both(const char *folder, const char *name, const struct digest *digest)
{
	return write_one(folder, name, &notify_teams, "card", digest) | write_one(folder, name, &notify_slack, "slack", digest);
}

int main(int argc, char **argv)
{
	static const struct digest nothing;
	struct digest digest;
	char name[32];
	int bad = 0;

	if (argc != 2)
		return 64;
	digest_morning(&digest);
	bad |= write_both(argv[1], "morning", &digest);
	digest_incomplete(&digest);
	bad |= write_both(argv[1], "incomplete", &digest);
	bad |= write_both(argv[1], "nothing", &nothing);
	for (size_t i = 0; i < HOSTILE_TEXTS; i++) {
		char *huge = huge_text(hostile_texts[i]);

		digest_of(&digest, hostile_texts[i]);
		snprintf(name, sizeof name, "hostile-%02zu", i);
		bad |= write_both(argv[1], name, &digest);
		digest_of(&digest, huge);
		snprintf(name, sizeof name, "huge-%02zu", i);
		bad |= write_both(argv[1], name, &digest);
		free(huge);
	}
	/* Names in a digest that is otherwise as ever. */
	digest_morning(&digest);
	for (size_t i = 0; i < DIGEST_WORST; i++)
		digest.worst[i].name = (char *)(uintptr_t)hostile_texts[i];
	for (size_t i = 0; i < DIGEST_TEAMS; i++)
		digest.teams[i].name = (char *)(uintptr_t)hostile_texts[i + 5];
	bad |= write_both(argv[1], "names", &digest);
	return bad;
}
