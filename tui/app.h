/* app.h - the console: its state, the screen stack and what screens share.
 *
 * app.c           opening and closing, restored state         app_loop.c     signals, jobs, frames
 * app_keys.c      what a key does                             app_message.c  the message line
 * app_view.c      filter, sort, columns, the view             app_state.c    what is kept over a restart
 * app_where.c     the expression and saved filters            app_judge.c    judging its rows, the case guard, in slices
 * app_complete.c  completion in the expression's prompt
 * app_actions.c   actions that mean the same on each screen   app_marks.c    marking, undo and redo
 * app_closing.c   jobs of closing.h and who waits for them, the digest
 * app_out.c       export, copy, portal                        status.c       title, tabs, filter line, status, footer
 * screen_*.c      one screen each                             prompt.c       a line of text being typed
 *
 * There is one loop, in app_loop.c: it reads all keys at hand, acts, lets a job work for a few milliseconds, rebuilds the view at
 * most once, and shows at most one frame. */
#ifndef ROUSE_APP_H
#define ROUSE_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/headless/where.h"
#include "core/model/digest.h"
#include "core/model/view.h"
#include "core/session/closing.h"
#include "core/session/session.h"
#include "tui/layout.h"
#include "tui/line.h"
#include "tui/screen.h"
#include "tui/term.h"
#include "tui/theme.h"
#include "tui/undo.h"

#define APP_SCREENS_MAX 12
#define APP_COLUMNS_MAX 48       /* columns shown at once */
#define APP_WORDS_MAX 1024       /* bytes of the filter's words */
#define APP_FIRST_ROWS 200       /* rows read before the first frame */
#define APP_NUMBER_MAX 32        /* bytes of a number with its commas */
#define APP_STATE_MAX (2 * EXPR_TEXT_MAX)   /* bytes of one state text (filter with its expression, columns) */
/* The columns where nobody chose any. */
#define APP_COLUMNS_STANDARD \
	"DeviceName,MachineGroup,Verdict,SignatureAge,SeenAge,Owner,Ticket,Flags,OtherAv,OSPlatform,FirstSeen,AvEngineVersion"

/* How the console was started. All borrowed. */
struct console_options {
	struct term_options term;            /* theme NULL: the one of the last session */
	const struct session_input *input;   /* detect from this at start; NULL: show what the store has */
	bool demo;                           /* the title says that nothing leaves the machine */
	const char *where;                   /* an expression to open with, or NULL */
};

/* Runs the console until the user leaves. Returns the exit status (0, or 129 and 143 after SIGHUP and SIGTERM), or -1 with a sentence
 * when it could not start; the terminal is given back in each case. */
int console_run(struct session *session, const struct config *config, const struct console_options *how,
                struct error *err);

/* -- inside -- */

/* Lines entered in earlier prompts, one list per kind of prompt. */
struct histories {
	struct line_history filter, search, path, command, note, mark, where, reason, team;
};

/* What the prompts of an acceptance have asked for so far. */
struct accepting {
	char host[320];      /* packed id of the one host that is meant; none: the marked ones */
	size_t host_len;
	char *reason;        /* owned */
	int64_t until;       /* seconds */
	size_t ended_said;   /* acceptances that ended, when that was last said */
};

/* Closing the loop: the job of closing.h that is under way, and what must not change below the screens that are about it. */
struct waiting {
	struct screen *screen;       /* gets the result; NULL: the message line does */
	unsigned (*finished)(struct app *app, struct screen *screen, const struct error *err);   /* err NULL: the result is there. DO_* */
	unsigned holds;              /* open screens that no new run may come under */
	struct digest digest;        /* being posted */
	char sent[1200];             /* what became of the ticket, to be said with the digest; "" */
	enum role sent_role;
	int64_t posted_run;          /* whose digest this console posted last; 0: none */
	char **team_names;           /* what a prompt for a team completes; owned; ends with NULL */
};

/* The one console. Owned by console_run(); screens borrow it. */
struct app {
	struct session *session;
	const struct config *config;
	const struct console_options *options;
	struct keymap *map;
	struct screen *stack[APP_SCREENS_MAX];   /* [0] is the table */
	size_t depth;
	int rows, cols;
	struct layout_screen areas;              /* of the main screen; all whole screens use its title, message and footer */

	/* what is shown */
	struct lens lens;                        /* on the run on hand; taken anew after each step of a job */
	struct view view;
	bool stale;                              /* the view must be rebuilt before it is read: app_fresh() */
	bool whole;                              /* all rows of the run are here */
	bool stored_order;                       /* the rows stand in the default order, as the store gave them */
	struct column_ref columns[APP_COLUMNS_MAX];
	size_t column_count;
	struct sort_key keys[SORT_KEYS_MAX];     /* as wanted; the view sorts once all rows are here */
	size_t key_count;
	char words[APP_WORDS_MAX];               /* of the filter, as typed */
	char where_name[WHERE_NAME_MAX + 1];     /* of the saved filter whose expression is shown, or "" */
	struct view_guard guard;                 /* what letter case hides from the expression */
	uint32_t judge_rows, guard_rows;         /* of the next portion of each: as many as take some milliseconds */
	char *settled;                           /* state of the last expression that was judged whole; owned; NULL: none was */
	uint64_t settled_serial;
	uint32_t accepted[TAB_COUNT];            /* findings that an acceptance keeps out of each tab: app_accepted() */
	bool accepted_known;
	uint32_t accepted_rows;                  /* what they were counted from */
	uint64_t accepted_generation;
	int64_t accepted_now;
	char *filter_before;                     /* state of the filter when its prompt opened, for Esc and undo; owned */
	bool pane;                               /* the inspector is wanted */
	uint32_t record;                         /* ticket that most findings are on, in session_tickets(); MAP_NONE: there is none */
	uint32_t record_hosts;                   /* findings on it */
	bool columns_standard;                   /* the columns are those of the program: owner and ticket show once there is one */
	char domain[128];                        /* `.corp.example.com` when most hosts end so, else "" */
	unsigned host_width, host_short;         /* columns of the longest host name looked at, with the domain and without it */
	char want_cursor[320];                   /* packed id of the host to go to once it is there; see want_cursor_len */
	size_t want_cursor_len;                  /* 0: none */
	uint32_t hidden;                         /* marked rows that the filter hides, when hidden_known */
	uint32_t absent;                         /* marked hosts that the run does not have, when hidden_known */
	bool hidden_known;
	uint8_t *row_marks;                      /* by row: marked; a copy of the marks that a filter can be held against; owned */
	size_t row_marks_cap;
	uint32_t row_marks_count;                /* rows that it covers */
	uint64_t row_marks_generation;           /* of the marks it was made from */

	/* what is said and remembered */
	char message[512];
	enum role message_role;
	int64_t answered_ms;                     /* when a key was answered on the message line; 0: what it says is no answer */
	char news[512];                          /* waits until the answer was seen; "" when nothing does */
	enum role news_role;
	struct undo undo;
	struct histories histories;
	struct accepting accepting;
	struct waiting closing;
	char marks_token[64];                    /* names the saved marks that those of this console come from */
	uint64_t saved_marks;                    /* marks generation in the store */
	bool history_dirty;                      /* an expression was entered since the history was saved */
	bool state_dirty;                        /* sort, columns, filter or theme differ from what the store has */
	int64_t touched_ms;                      /* when marks or state last changed; saving waits for a pause */
	int64_t newest_run;                      /* id of the newest run in the store; 0: none */
	int64_t frame_ms;                        /* when the last frame was shown */
	int64_t interrupt_ms;                    /* the last ^C, 0: none */
	bool quit, gone;                         /* leave; the terminal is not there any more */
	int status;                              /* exit status when leaving */
	const struct session_input *input;       /* what `refresh` detects from; borrowed: of the options, or `configured`; NULL: nothing */
	struct session_input configured;         /* from the configuration */
	const char *command_names[ACTION_COUNT]; /* what `:` completes; ends with NULL */
	bool code_asked;                         /* the message line said which code to enter */
	bool waiting;                            /* the job waits for a service or the clock: the loop may sleep */
	bool detect_next;                        /* a detection starts as soon as the stored run is read */
	char failed[1024];                       /* why the last detection failed, "" when it did not */
};

/* The stack. app_push() takes the screen over. */
void app_push(struct app *app, struct screen *screen);
void app_close(struct app *app, struct screen *screen);
struct screen *app_top(const struct app *app);
/* The screen that actions named in a prompt are for: the topmost that is no prompt. */
struct screen *app_below_prompt(const struct app *app);
void app_layout(struct app *app);
void app_draw(struct app *app);

/* Puts a sentence on the message line; it stays until the next key that does something. */
void app_say(struct app *app, enum role role, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same for what no key asked for (a job's end, another process): an answer to a key that nobody can have read yet stays for a few
 * seconds, or until the next key, before it. Of several that wait the last one is shown. */
void app_tell(struct app *app, enum role role, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* After each key: what stands on the message line now is its answer; without one, news that wait are shown. DO_* flags. */
unsigned app_answered(struct app *app);
/* Shows news that waited long enough. DO_* flags. */
unsigned app_news(struct app *app);
/* Milliseconds until app_news() has something to show; -1: nothing waits. */
int app_news_wait(const struct app *app);
/* `1,906` in a buffer of the caller's, which is returned; NUMBER(n) has one of its own, that lasts as long as its block. */
const char *app_number(char text[APP_NUMBER_MAX], unsigned long long n);
#define NUMBER(n) app_number((char[APP_NUMBER_MAX]){0}, n)

/* Does an action on the topmost screen that is no prompt, after checking that it is valid and lacks nothing. DO_* flags. */
unsigned app_act(struct app *app, enum action_id id);
/* The common meaning of an action, the same on each screen. */
unsigned app_act_common(struct app *app, enum action_id id);
/* Bits of enum need that are there now. */
unsigned app_have(struct app *app);

/* -- the view: app_view.c -- */

/* After a step that changed the run on hand: the new lens, counts, domain. `order_kept`: only more rows of the same run. */
void app_data_changed(struct app *app, bool swapped);
/* Brings the view up to date when it is stale. Everybody who reads it calls this first. */
void app_fresh(struct app *app);
void app_set_words(struct app *app, const char *words);   /* live: not a change to undo */
void app_set_tab(struct app *app, enum tab tab);
void app_set_groups(struct app *app, const struct slice *groups, size_t count);
void app_set_marked_only(struct app *app, bool on);
void app_set_sort(struct app *app, const struct sort_key *keys, size_t count);
void app_set_columns(struct app *app, const struct column_ref *columns, size_t count);
/* The same states as text, for undo and for the store. */
void app_filter_text(const struct app *app, struct strbuf *out);
void app_filter_put(struct app *app, const char *text);
void app_sort_text(const struct app *app, struct strbuf *out);
bool app_sort_put(struct app *app, const char *text);
void app_columns_text(const struct app *app, struct strbuf *out);
bool app_columns_put(struct app *app, const char *text);
/* The columns of the configuration, else those of the program, as text. */
const char *app_standard_columns(const struct app *app);
/* Remembers the change from `before` (malloc'd, taken over) to the state of now; nothing when they are equal. */
char *app_state_now(const struct app *app, enum undo_kind kind);
void app_changed(struct app *app, enum undo_kind kind, const char *what, char *before);
/* The row of a host in the run on hand, shown or not; MAP_NONE when it is not there. */
uint32_t app_row_of(struct app *app, struct slice packed_id);
/* The name of a column as users write it. */
void app_column_name(const struct column_ref *column, struct strbuf *out);
const char *app_column_title(const struct column_ref *column);
/* Whether a host's name ends in the domain that most hosts share (app->domain), letter case aside. */
bool app_in_domain(const struct app *app, const char *name, size_t len);
/* Rows with a mark that the filter hides. */
uint32_t app_hidden_marks(struct app *app);

/* -- the expression: app_where.c -- */

/* Shows the rows that an expression selects; @NAME is a saved filter, an empty text takes the expression away. False with a sentence, and
 * the expression as it was, when the text is none. *fault may be NULL. Live: not a change to undo. */
bool app_set_where(struct app *app, const char *text, struct expr_fault *fault, struct error *err);
/* Name and expression as one text of state, and back. */
void app_where_text(const struct app *app, struct strbuf *out);
void app_where_put(struct app *app, const char *text);
unsigned app_where_open(struct app *app);
unsigned app_fold_case(struct app *app);
unsigned app_save_filter(struct app *app);
unsigned app_use_saved(struct app *app, const char *name);
/* For line.h; context is the app. */
int complete_where(void *context, const char *before, size_t len, struct completion *out);

/* -- in slices: app_judge.c -- */

/* Begins to judge the rows of the view; what is not done within a frame goes on in the loop. */
void app_judge_first(struct app *app);
/* After the view was refreshed. */
void app_judge_after(struct app *app);
/* Whether app_judge_step() has something to do. */
bool app_judge_busy(const struct app *app);
/* A few milliseconds of it. `due`: a frame that only shows progress may be drawn. */
unsigned app_judge_step(struct app *app, bool due);
/* Stops the judging and takes the expression back; DO_NOTHING when nothing is being judged. */
unsigned app_judge_stop(struct app *app);
void app_pace_reset(struct app *app);
/* Findings that an acceptance keeps out of a tab; of TAB_ACCEPTED, those in it. */
uint32_t app_accepted(struct app *app, enum tab tab);

/* -- kept over a restart: app_state.c -- */
void app_restore(struct app *app);
void app_restore_cursor(struct app *app);
/* Saves marks, when they changed, and the state. */
void app_save(struct app *app);
void app_touch(struct app *app, bool state);

/* -- marks, undo: app_marks.c -- */
unsigned app_mark_act(struct app *app, enum action_id id);
/* Marks or unmarks shown rows [from, to] of the view. */
unsigned app_mark_rows(struct app *app, uint32_t from, uint32_t to, const char *what);
/* Takes the marks of rows of the table away, whatever is shown, as one change for undo; returns how many there were. */
uint32_t app_unmark_rows(struct app *app, const uint32_t *rows, uint32_t count, const char *what);
unsigned app_undo(struct app *app, bool forward);
unsigned app_note(struct app *app, struct slice packed_id, const char *host);

/* -- out of the program: app_out.c -- */
unsigned app_export(struct app *app);
unsigned app_copy(struct app *app, bool many, uint32_t row);
unsigned app_portal(struct app *app, uint32_t row);
/* The ticket that the host is on. */
unsigned app_ticket_link(struct app *app, uint32_t row);
/* Rows an action on many hosts is about: the marked ones of the run, shown or not, else the rows shown; those that are shown come first.
 * malloc'd. */
uint32_t *app_chosen_rows(struct app *app, uint32_t *count, bool *marked);
/* Sends text to the terminal's clipboard; `what` names it in the message. */
unsigned app_copy_text(struct app *app, const char *text, size_t len, const char *what);

/* -- closing the loop: app_closing.c -- */

/* The job that was just begun belongs to a screen (NULL: to nobody); `finished` is called when it ends. */
void app_wait_for(struct app *app, struct screen *screen,
                  unsigned (*finished)(struct app *app, struct screen *screen, const struct error *err));
/* The screen goes, or does not wait any more: its job is stopped. */
void app_wait_no_more(struct app *app, struct screen *screen);
/* From the loop: a job of closing.h ended, well or, with `err`, badly. DO_* flags. */
unsigned app_job_done(struct app *app, const struct error *err);
/* What a job of closing.h does now: `asking for owners, 120 answered`. False without one. */
bool app_job_words(struct app *app, struct strbuf *out);
/* Why nothing can be sent now, as a sentence, or NULL: this is not the newest run. */
const char *app_not_newest(struct app *app);
/* Names the places that the console posts the digest to, `Teams, Slack`; returns how many. */
size_t app_places(const struct app *app, struct strbuf *out);
/* Whether the digest of the run on hand was tried before, by whomever. */
bool app_is_posted(const struct app *app);
/* Posts the digest of the run on hand; `sent` (may be "") is said with what became of it. DO_* flags. */
unsigned app_post(struct app *app, enum role role, const char *sent);
/* Esc and ^C while the digest is posted: nobody waits for it any more; false when it is not. */
bool app_stop_posting(struct app *app);
/* Looks which ticket most findings of the run are on. */
void app_find_record(struct app *app);
/* Owners or tickets are others than before: every text and filter that hangs on them is asked anew. */
void app_closing_changed(struct app *app);
/* `?2 match` and so on in the colour of a warning; false when nobody asked about the host. */
bool app_owner_words(const struct app *app, struct slice packed_id, struct strbuf *out, enum role *role);

/* -- keys: app_keys.c -- */

/* Reads and takes every key there is: five keys typed at once cost one rebuild and one frame. DO_* flags. */
unsigned app_take_keys(struct app *app);
/* Does at once what of a handler's DO_* flags cannot wait for the end of the keys, and returns the rest. */
unsigned app_carry_out(struct app *app, struct screen *screen, unsigned redo);

/* -- jobs: app_loop.c -- */
unsigned app_refresh(struct app *app);
unsigned app_open_run(struct app *app, int64_t run_id);
/* Asks the store for its newest run, so that an older one on the screen says so. */
void app_look_for_newest(struct app *app);
int app_loop(struct app *app, struct error *err);

/* -- screens -- */
struct screen *screen_table_new(struct app *app);
void screen_detail_open(struct app *app);
void screen_groups_open(struct app *app);
void screen_runs_open(struct app *app);
void screen_columns_open(struct app *app);
void screen_sort_open(struct app *app, size_t key);   /* key 0: sort by, 1: then by */
/* Sorts by a column as key 0 or 1: the first time, the other direction, not any more. */
unsigned screen_sort_pick(struct app *app, const struct column_ref *column, size_t key);
void screen_help_open(struct app *app);               /* for the screen that is on top */
void screen_explain_open(struct app *app);
void screen_reasons_open(struct app *app);
unsigned screen_ticket_open(struct app *app);
unsigned screen_owners_open(struct app *app);
/* Choosing among the candidates of a host, or naming a team where there are none. */
unsigned screen_candidates_open(struct app *app, struct slice packed_id);
unsigned screen_assign(struct app *app, struct slice packed_id);     /* names a team */
void screen_candidates_forget(struct app *app);                      /* at the end: the names that the prompt completes */
unsigned screen_unassign(struct app *app, struct slice packed_id);
unsigned screen_digest_open(struct app *app);
void screen_audit_open(struct app *app);
void screen_acceptances_open(struct app *app);
/* Asks for reason and date, and accepts the marked hosts or else the one under the cursor. */
unsigned screen_accept_hosts(struct app *app);
/* Says which acceptances ended since the run before the one on hand; nothing when none did, or when the run is not the newest. */
void screen_ended_say(struct app *app);
/* Takes over what other processes decided, and says what ended since that was last said. */
void screen_ended_look(struct app *app);
void screen_trend_open(struct app *app);
void screen_saved_open(struct app *app);
/* A yes-or-no question; `yes` is called with `subject` (copied) when it is answered with yes. */
void screen_confirm_open(struct app *app, const char *question, const char *subject,
                         unsigned (*yes)(struct app *app, const char *subject));

#endif
