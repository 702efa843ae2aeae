/* groups_parts.h - what the files of the group audit share. Only core/model/groups*.c include it. */
#ifndef ROUSE_GROUPS_PARTS_H
#define ROUSE_GROUPS_PARTS_H

#include "core/model/groups.h"

/* Longer names are compared by case alone; 512 bytes are four times what the portal takes. */
#define NAME_COMPARED_MAX 512

/* What is taken out of a name before it is compared. Between two digits one sign stays: 1-12 is not 11-2. */
enum strip { STRIP_NOTHING, STRIP_BLANKS, STRIP_PUNCTUATION, STRIP_COUNT };

/* Where a digit stands. Inside a word it may have been meant as a letter (pr0d), at its end perhaps (dem0); elsewhere it counts. */
enum place { PLACE_ALONE, PLACE_END, PLACE_INSIDE };

/* One character of a name, as it is compared. */
struct letter {
	int32_t cp;
	bool cased;              /* a letter with upper and lower case, or a mark on one: only these slip */
	bool starts;             /* a word begins here: after anything that is no letter, and at a hump (winServers) */
	enum place place;        /* of a digit among letters */
	/* What stands for it, for its lower and for its upper case; see confusable_get(). Not of folded letters. */
	const int32_t *like[3];
	unsigned char like_count[3];
	int32_t cases[3];        /* the character itself and its cases; `like` may point here */
};

/* A name without what `strip` takes out. */
struct form {
	struct letter *letters;  /* NFD; owned */
	size_t count;
	struct letter *folded;   /* by full case folding; owned; without `like` */
	size_t folded_count;
	int32_t *skeleton;       /* of UTS #39; owned */
	size_t skeleton_count;
};

/* A name in all its forms. Zero-initialised is a name that is not compared. */
struct name_forms {
	struct slice text;       /* borrowed */
	char *lower;             /* as the scope compares; owned */
	size_t lower_len;
	bool whole;              /* `forms` are made: the name has a text and is not too long */
	struct form forms[STRIP_COUNT];
	bool dressed;            /* `plain` differs from `forms`, and is made */
	struct form plain[STRIP_COUNT];   /* with compatibility forms (full-width letters, ligatures, circled digits) undone */
};

/* groups_name.c */
void name_forms_make(struct name_forms *name, struct slice text);
void name_forms_release(struct name_forms *name);
/* groups_compare.c */
unsigned name_forms_compare(const struct name_forms *a, const struct name_forms *b);
/* Whether two characters are taken for each other, letter case aside. */
bool letters_alike(const struct letter *a, const struct letter *b);
bool letters_equal(const struct letter *a, const struct letter *b);
/* groups_slip.c: whether one slip of the hand makes one of the other. */
bool is_slip(const struct letter *a, size_t a_count, const struct letter *b, size_t b_count,
             bool (*equal)(const struct letter *a, const struct letter *b));

#endif
