/* hunt_take.c - an answer is over: the part is done, asked again, split, or failed; and what the census means for the other parts. */
#include <inttypes.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/sources/hunt_inner.h"

#define SOFT_MAX 3       /* splits of a part on a mere guess: into eight */
#define STREAK_MAX 4u    /* parts that fail one after another, until the service is taken for down: two parts, each twice */

static struct hunt_part *part_of(struct hunt *hunt)
{
	return &hunt->parts.items[hunt->current];
}

static enum estate_table table_of(enum question question)
{
	return question == ASK_SOFTWARE ? TABLE_SOFTWARE : TABLE_FINDINGS;
}

void hunt_drop(struct hunt *hunt, bool discard)
{
	struct answer_counts counts = { 0 };

	if (hunt->answer)
		answer_counts(hunt->answer, &counts);
	if (discard)
		answer_take_back(hunt->base.estate, table_of(part_of(hunt)->question), &counts);
	else
		part_of(hunt)->counts = counts;
	http_end(&hunt->request);
	answer_free(&hunt->answer);
	hunt_census_free(&hunt->census);
}

static enum step settle(struct hunt *hunt, enum part_state state, const struct error *why)
{
	struct hunt_part *part = part_of(hunt);
	char name[96];

	hunt_part_name(part, name, sizeof name);
	part->state = state;
	if (state == PART_FAILED) {
		part->why = *why;
		hunt->streak++;
		log_debug("hunt: %s failed: %s", name, why->text);
	} else if (state == PART_DONE) {
		hunt->streak = 0;
		log_debug("hunt: %s is done, %" PRIu64 " rows", name, part->counts.read);
	}
	hunt->phase = HUNT_ASK;
	hunt->retry = (struct retry){ 0 };
	hunt->signed_anew = false;
	return STEP_MORE;
}

void hunt_give_up(struct hunt *hunt, const struct error *why)
{
	for (size_t i = 0; i < hunt->parts.count; i++) {
		struct hunt_part *part = &hunt->parts.items[i];

		if (part->state == PART_OPEN) {
			part->why = *why;
			part->state = PART_FAILED;
		}
		part->second = true;
	}
	hunt->planned = true;
	hunt->phase = HUNT_ASK;
}

/* Rows that came stay. `last`: no use to ask for it a second time when all others are there. */
static enum step part_failed(struct hunt *hunt, const struct error *why, bool last)
{
	struct error ignored = { 0 };

	if (hunt->answer)
		(void)answer_flush(hunt->answer, &ignored);
	if (hunt->answer && (last || part_of(hunt)->second))
		hunt_keep_complaints(hunt);
	part_of(hunt)->second |= last;
	hunt_drop(hunt, false);
	settle(hunt, PART_FAILED, why);
	if (hunt->streak >= STREAK_MAX)
		hunt_give_up(hunt, why);
	return STEP_MORE;
}

static enum step part_split(struct hunt *hunt, const struct error *why)
{
	hunt_drop(hunt, true);
	if (!hunt_parts_split(&hunt->parts, hunt->current, hunt_parts_most(hunt)))
		return part_failed(hunt, why, true);
	log_debug("hunt: into halves, of %u parts: %s", part_of(hunt)->of, why->text);
	return settle(hunt, PART_OPEN, why);
}

/* Half the devices may do better, or may not: a few times, then what comes is taken as it is. False: not any more. */
static bool may_split_softly(struct hunt *hunt)
{
	if (part_of(hunt)->soft >= SOFT_MAX || part_of(hunt)->of * 2 > hunt_parts_most(hunt))
		return false;
	part_of(hunt)->soft++;
	return true;
}

/* -- what came -- */

/* The reader of files speaks of files that can be exported again. */
static void say_broken(struct hunt *hunt, struct error *bad)
{
	if (bad->status != STATUS_DATA)
		return;
	log_debug("hunt: %s", bad->text);
	if (strstr(bad->text, "export it again"))
		error_set(bad, STATUS_UNAVAILABLE, "what %s sent is cut or is no JSON; is a proxy or a portal between?", hunt->service->name);
	bad->status = STATUS_UNAVAILABLE;
}

static enum step census_came(struct hunt *hunt)
{
	struct error bad = { 0 };

	if (hunt_census_rows(hunt->census) >= hunt->service->rows_max) {
		error_set(&bad, STATUS_UNAVAILABLE, "The census ended exactly at the service's limit of rows.");
		return part_split(hunt, &bad);
	}
	if (hunt_census_end(hunt->census, hunt->options.scope, &hunt->sum, &bad)) {
		say_broken(hunt, &bad);
		return part_failed(hunt, &bad, false);
	}
	hunt_drop(hunt, false);
	return settle(hunt, PART_DONE, &bad);
}

static enum step rows_came(struct hunt *hunt)
{
	struct answer_totals totals;
	struct error bad = { 0 };

	if (answer_end(hunt->answer, &totals, &bad)) {
		say_broken(hunt, &bad);
		return part_failed(hunt, &bad, false);
	}
	if (totals.error[0]) {
		error_set(&bad, STATUS_UNAVAILABLE, "the answer ends in an error of the service: %s", totals.error);
		if (hunt_says_limit(totals.error) || may_split_softly(hunt))
			return part_split(hunt, &bad);
		return part_failed(hunt, &bad, false);
	}
	if (hunt_is_cut(hunt, totals.rows, http_received(hunt->request))) {
		error_set(&bad, STATUS_UNAVAILABLE,
			"the answer ended exactly at the service's limit, with %" PRIu64 " rows, so there may be more.",
		          totals.rows);
		return part_split(hunt, &bad);
	}
	if (totals.paged)
		run_add_reason(hunt->base.run, REASON_PART, "The answer names a next page, which this API should not have.");
	hunt->rows += totals.rows;
	part_of(hunt)->bytes = http_received(hunt->request);
	hunt->bytes += part_of(hunt)->bytes;
	hunt_keep_complaints(hunt);
	hunt_drop(hunt, false);
	return settle(hunt, PART_DONE, &bad);
}

/* A connection that broke, or an answer that is cut: the same question may be asked again, the rows that came change nothing. */
static enum step ask_again(struct hunt *hunt, enum hunt_phase phase)
{
	hunt_drop(hunt, true);
	hunt->phase = phase;
	return STEP_MORE;
}

/* -- refusals -- */

/* Without the right or the table for the software inventory the detection is whole all the same: it only cannot name another antivirus. */
static enum step no_software(struct hunt *hunt, const struct error *why)
{
	hunt_say(hunt, "The software inventory cannot be read, so no other antivirus is named: %s", why->text);
	hunt_drop(hunt, true);
	for (size_t i = 0; i < hunt->parts.count; i++)
		if (hunt->parts.items[i].question == ASK_SOFTWARE)
			hunt->parts.items[i].state = PART_DONE;
	hunt->base.estate->given[TABLE_SOFTWARE] = false;
	return settle(hunt, PART_DONE, why);
}

/* Before anything came a missing right or table is the end: a person must act. Later it is one part of many. */
static enum step refused(struct hunt *hunt, const struct error *why, bool last, struct error *err)
{
	if (part_of(hunt)->question == ASK_SOFTWARE && why->status == STATUS_NO_PERMISSION)
		return no_software(hunt, why);
	if (hunt->rows || why->status != STATUS_NO_PERMISSION)
		return part_failed(hunt, why, last);
	*err = *why;
	return STEP_FAILED;
}

static enum step judged(struct hunt *hunt, const struct http_answer *answer, struct error *err)
{
	struct error why = { 0 };

	switch (hunt_judge(&hunt->options, answer, &hunt->retry, oauth_token(hunt->oauth), clock_ms(), &why)) {
	case ANSWER_FINE:
		return part_of(hunt)->question == ASK_CENSUS ? census_came(hunt) : rows_came(hunt);
	case ANSWER_SPLIT:
		return part_split(hunt, &why);
	case ANSWER_SLOW:
		if (may_split_softly(hunt)) {
			error_set(&why, STATUS_UNAVAILABLE, "%s", hunt->retry.reason);
			return part_split(hunt, &why);
		}
		return ask_again(hunt, HUNT_PAUSE);
	case ANSWER_LATER:
		return ask_again(hunt, HUNT_PAUSE);
	case ANSWER_SIGN_IN:
		if (hunt->signed_anew)
			break;
		hunt->signed_anew = true;
		oauth_want(hunt->oauth, true);
		return ask_again(hunt, HUNT_SIGN_IN);
	case ANSWER_NO_TABLE: case ANSWER_REFUSED:
		break;
	}
	if (hunt->rows == 0 && hunt_respell(&hunt->options, answer))
		return ask_again(hunt, HUNT_ASK);
	return refused(hunt, &why, answer->status >= 400 && answer->status < 500, err);
}

enum step hunt_take(struct hunt *hunt, const struct http_answer *answer, struct error *err)
{
	if (answer->failure == HTTP_STOPPED) {
		say_broken(hunt, &hunt->bad);
		return part_failed(hunt, &hunt->bad, false);
	}
	return judged(hunt, answer, err);
}
