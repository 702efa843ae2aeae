/* antivirus.c - looks a row of the software inventory up in the table of other vendors' antivirus products.
 *
 * Both sides are compared in lower case with single blanks for any sign: `CrowdStrike, Inc.` is `crowdstrike inc`, `falcon_sensor` is
 * `falcon sensor`. There are hundreds of rows for each device, so the vendor is compared first and the name only when the vendor is
 * known. Adding a product is one line of core/detections/antivirus.tsv. */
#include "core/model/antivirus.h"

#include <stdbool.h>
#include <string.h>

#include "core/model/antivirus_parts.h"

#define WORDS_MAX 192   /* bytes of a vendor or software name that are looked at */

/* Writes the words of a text: lower case, one blank between, one before and after: ` falcon sensor `. Returns false when the text is too
 * long: what would be cut may be the word that rules it out. */
static bool words_of(struct slice text, char out[WORDS_MAX])
{
	if (text.len > WORDS_MAX - 3)
		return false;
	size_t n = 0;
	out[n++] = ' ';
	for (size_t i = 0; text.text && i < text.len; i++) {
		unsigned char c = (unsigned char)text.text[i];
		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c | 0x20);
		bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
		if (word)
			out[n++] = (char)c;
		else if (out[n - 1] != ' ')
			out[n++] = ' ';
	}
	if (out[n - 1] != ' ')
		out[n++] = ' ';
	out[n] = '\0';
	return true;
}

/* Whether the phrase of n bytes is in the words as whole words. */
static bool holds(const char *words, const char *phrase, size_t n)
{
	for (const char *at = words; (at = strchr(at, ' ')) && at[1]; at++)
		if (strncmp(at + 1, phrase, n) == 0 && at[1 + n] == ' ')
			return true;
	return false;
}

static bool holds_any(const char *words, const char *list)
{
	for (size_t n; *list; list += list[n] ? n + 1 : n) {
		n = strcspn(list, "|");
		if (holds(words, list, n))
			return true;
	}
	return false;
}

/* Whether the vendor starts with one of the list, on a word's end: `avg` is not `avgeek`. */
static bool vendor_is(const char *words, const char *list)
{
	for (size_t n; *list; list += list[n] ? n + 1 : n) {
		n = strcspn(list, "|");
		if (strncmp(words + 1, list, n) == 0 && words[1 + n] == ' ')
			return true;
	}
	return false;
}

const char *antivirus_name(struct slice vendor, struct slice software)
{
	char by[WORDS_MAX], name[WORDS_MAX];
	bool named = false;
	if (!words_of(vendor, by))
		return NULL;
	for (size_t i = 0; i < antivirus_product_count; i++) {
		if (!strchr(antivirus_products[i].initials, by[1]) || !vendor_is(by, antivirus_products[i].vendor))
			continue;
		/* Most software is of vendors that are not listed; its name is never looked at. */
		if (!named && !words_of(software, name))
			return NULL;
		named = true;
		if (holds_any(name, antivirus_products[i].words) && !holds_any(name, antivirus_products[i].not))
			return antivirus_products[i].name;
	}
	return NULL;
}

bool antivirus_vendor(size_t i, struct slice *word)
{
	if (i >= antivirus_vendor_word_count)
		return false;
	*word = slice_of(antivirus_vendor_words[i]);
	return true;
}
