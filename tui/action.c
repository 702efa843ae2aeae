#include "tui/action.h"

#include <string.h>

const char *const action_group_titles[GROUP_COUNT] = {
	"MOVE", "MARK", "NARROW AND SORT", "IN A PICKER", "ACT", "BACK AND OUT",
};

/* Sets of contexts, so that a row of the table stays a line. */
enum {
	ON_ANY = 1 << CONTEXT_ALL,
	ON_TABLE = 1 << CONTEXT_TABLE,
	ON_DETAIL = 1 << CONTEXT_DETAIL,
	ON_HOST = ON_TABLE | ON_DETAIL,
	ON_GROUPS = 1 << CONTEXT_GROUPS,
	ON_RUNS = 1 << CONTEXT_RUNS,
	ON_COLUMNS = 1 << CONTEXT_COLUMNS,
	ON_PAGES = 1 << CONTEXT_HELP | ON_DETAIL | 1 << CONTEXT_TICKET | 1 << CONTEXT_DIGEST,
	ON_SAVED = 1 << CONTEXT_SAVED,
	ON_AUDIT = 1 << CONTEXT_AUDIT,
	ON_ACCEPTANCES = 1 << CONTEXT_ACCEPTANCES,
	ON_TREND = 1 << CONTEXT_TREND,
	ON_TICKET = 1 << CONTEXT_TICKET,
	ON_OWNERS = 1 << CONTEXT_OWNERS,
	ON_CANDIDATES = 1 << CONTEXT_CANDIDATES,
	ON_DIGEST = 1 << CONTEXT_DIGEST,
	ON_CONFIRM = 1 << CONTEXT_CONFIRM,
	ON_PROMPT = 1 << CONTEXT_PROMPT,
	ON_EVEN = ON_ANY | ON_CONFIRM | ON_PROMPT,
	/* needs */
	HOST = NEED_RUN | NEED_CURSOR,
	SHOWN = NEED_RUN | NEED_SHOWN,
	WHOLE = NEED_RUN | NEED_WHOLE,
};

const struct action actions[ACTION_COUNT] = {
	/* id = { name, brief, help, contexts, needs, group } */
	[ACTION_UP] = { "up", "up", "one line up", ON_ANY, 0, GROUP_MOVE },
	[ACTION_DOWN] = { "down", "down", "one line down", ON_ANY, 0, GROUP_MOVE },
	[ACTION_HALF_UP] = { "half-up", "half up", "half a page up", ON_ANY, 0, GROUP_MOVE },
	[ACTION_HALF_DOWN] = { "half-down", "half down", "half a page down", ON_ANY, 0, GROUP_MOVE },
	[ACTION_PAGE_UP] = { "page-up", "page up", "a page up", ON_ANY, 0, GROUP_MOVE },
	[ACTION_PAGE_DOWN] = { "page-down", "page down", "a page down", ON_ANY, 0, GROUP_MOVE },
	[ACTION_TOP] = { "top", "first", "first line", ON_ANY, 0, GROUP_MOVE },
	[ACTION_BOTTOM] = { "bottom", "last", "last line", ON_ANY, 0, GROUP_MOVE },
	[ACTION_LEFT] = { "left", "left", "scroll the columns back", ON_TABLE, 0, GROUP_MOVE },
	[ACTION_RIGHT] = { "right", "right", "scroll the columns on", ON_TABLE, 0, GROUP_MOVE },
	[ACTION_OPEN] = { "open", "open", "open the host, or take the choice", ON_ANY | ON_CONFIRM, 0, GROUP_MOVE },
	[ACTION_NEXT_HOST] = { "next-host", "next host", "the next host of the table", ON_DETAIL, NEED_RUN, GROUP_MOVE },
	[ACTION_PREV_HOST] = { "prev-host", "prev host", "the host before", ON_DETAIL, NEED_RUN, GROUP_MOVE },
	[ACTION_RUN_PREV] = { "run-prev", "earlier", "the run before, in the trend", ON_TREND, 0, GROUP_MOVE },
	[ACTION_RUN_NEXT] = { "run-next", "later", "the run after, in the trend", ON_TREND, 0, GROUP_MOVE },
	[ACTION_GROUP_PREV] = { "group-prev", "prev group", "the trend of the machine group before", ON_TREND, 0, GROUP_MOVE },
	[ACTION_GROUP_NEXT] = { "group-next", "next group", "the trend of the next machine group", ON_TREND, 0, GROUP_MOVE },
	[ACTION_INSPECTOR] = { "inspector", "inspector", "show or hide the inspector beside the table", ON_TABLE, 0, GROUP_MOVE },
	[ACTION_SEARCH] = { "search", "find", "find text in this page", ON_PAGES, 0, GROUP_MOVE },
	[ACTION_FIND_NEXT] = { "find-next", "next", "next place found", ON_PAGES, 0, GROUP_MOVE },
	[ACTION_FIND_PREV] = { "find-prev", "previous", "place found before", ON_PAGES, 0, GROUP_MOVE },

	[ACTION_MARK] = { "mark", "mark", "mark or unmark the host and go down", ON_HOST, HOST, GROUP_MARK },
	[ACTION_MARK_RANGE] = { "mark-range", "range", "start a range; the second time, mark it", ON_TABLE, HOST, GROUP_MARK },
	[ACTION_MARK_SHOWN] = { "mark-shown", "all", "mark all hosts that are shown", ON_TABLE, SHOWN, GROUP_MARK },
	[ACTION_MARK_TEXT] = { "mark-text", "by text", "mark shown hosts that match a text", ON_TABLE, SHOWN, GROUP_MARK },
	[ACTION_MARK_INVERT] = { "mark-invert", "invert", "invert the marks of the hosts shown", ON_TABLE, SHOWN, GROUP_MARK },
	[ACTION_UNMARK_SHOWN] = { "unmark-shown", "unmark", "unmark all hosts that are shown", ON_TABLE, SHOWN, GROUP_MARK },
	[ACTION_MARKED_ONLY] = { "marked-only", "marked only", "show only marked hosts, or all again", ON_TABLE, NEED_RUN, GROUP_MARK },

	[ACTION_FILTER] = { "filter", "filter", "narrow the table as you type", ON_TABLE, NEED_RUN, GROUP_NARROW },
	[ACTION_EXPRESSION] = { "expression", "where", "narrow by an expression, in the language of KQL's where", ON_TABLE, NEED_RUN,
		GROUP_NARROW },
	[ACTION_FOLD_CASE] = { "fold-case", "fold case", "rewrite the expression so that letter case hides nothing", ON_TABLE, NEED_RUN,
		GROUP_NARROW },
	[ACTION_SAVE_FILTER] = { "save-filter", "save filter", "keep the expression under a name", ON_TABLE, NEED_RUN | NEED_STORE,
		GROUP_NARROW },
	[ACTION_SAVED] = { "saved", "saved", "choose one of the saved filters", ON_TABLE, NEED_RUN | NEED_STORE, GROUP_NARROW },
	[ACTION_CLEAR_FILTER] = { "clear-filter", "clear filter", "show every row of the tab again", ON_TABLE, 0, GROUP_NARROW },
	[ACTION_GROUPS] = { "groups", "group", "pick machine groups", ON_TABLE, NEED_RUN, GROUP_NARROW },
	[ACTION_TAB_FINDINGS] = { "tab-findings", "findings", "all findings that are not accepted", ON_TABLE, 0, GROUP_NARROW },
	[ACTION_TAB_NEW] = { "tab-new", "new", "findings new since the baseline", ON_TABLE, 0, GROUP_NARROW },
	[ACTION_TAB_PERSISTING] = { "tab-persisting", "persisting", "findings there before", ON_TABLE, 0, GROUP_NARROW },
	[ACTION_TAB_RESOLVED] = { "tab-resolved", "resolved", "hosts that are no finding any more", ON_TABLE, 0, GROUP_NARROW },
	[ACTION_TAB_CHANGED] = { "tab-changed", "changed", "findings whose evidence changed", ON_TABLE, 0, GROUP_NARROW },
	[ACTION_TAB_ACCEPTED] = { "tab-accepted", "accepted", "findings that are accepted for now", ON_TABLE, 0, GROUP_NARROW },
	[ACTION_TAB_EVERY] = { "tab-every", "every server", "every server: active, accepted and vanished ones too", ON_TABLE, 0, GROUP_NARROW },
	[ACTION_TAB_NEXT] = { "tab-next", "next tab", "the next tab", ON_TABLE, 0, GROUP_NARROW },
	[ACTION_TAB_PREV] = { "tab-prev", "previous tab", "the tab before", ON_TABLE, 0, GROUP_NARROW },
	[ACTION_SORT] = { "sort", "sort", "choose the column to sort by", ON_TABLE, WHOLE, GROUP_NARROW },
	[ACTION_SORT_THEN] = { "sort-then", "then by", "choose the second column to sort by", ON_TABLE, WHOLE, GROUP_NARROW },
	[ACTION_COLUMNS] = { "columns", "columns", "choose columns and their order", ON_TABLE, 0, GROUP_NARROW },

	[ACTION_TOGGLE] = { "toggle", "on/off", "add to the choice or take away", ON_GROUPS | ON_COLUMNS, NEED_ITEM, GROUP_PICK },
	[ACTION_EARLIER] = { "earlier", "earlier", "move the column one place earlier", ON_COLUMNS, NEED_ITEM, GROUP_PICK },
	[ACTION_LATER] = { "later", "later", "move the column one place later", ON_COLUMNS, NEED_ITEM, GROUP_PICK },
	[ACTION_RESET] = { "reset", "reset", "the standard choice again", ON_COLUMNS | ON_GROUPS, 0, GROUP_PICK },
	[ACTION_EXACT] = { "exact", "exact spelling", "only this spelling, or all that differ by case", ON_GROUPS, 0, GROUP_PICK },
	[ACTION_FORGET] = { "forget", "forget", "remove the saved filter", ON_SAVED, NEED_ITEM, GROUP_PICK },

	[ACTION_NOTE] = { "note", "note", "write a note on the host", ON_HOST, HOST | NEED_STORE, GROUP_ACT },
	[ACTION_EXPORT] = { "export", "export", "write the marked hosts, or else those shown, to a file", ON_TABLE, WHOLE, GROUP_ACT },
	[ACTION_COPY] = { "copy", "copy host", "copy the host's name", ON_HOST, HOST, GROUP_ACT },
	[ACTION_COPY_HOSTS] = { "copy-hosts", "copy names", "copy the names of marked hosts, or else those shown", ON_HOST, NEED_RUN,
		GROUP_ACT },
	[ACTION_PORTAL] = { "portal", "portal", "show and copy the link to the host's page in the portal", ON_HOST, HOST, GROUP_ACT },
	[ACTION_RUNS] = { "runs", "history", "earlier runs and the trend", ON_TABLE, NEED_STORE, GROUP_ACT },
	[ACTION_REASONS] = { "reasons", "reasons", "why the run is incomplete, and rows that could not be read", ON_TABLE, NEED_RUN,
		GROUP_ACT },
	[ACTION_EXPLAIN] = { "explain", "explain", "what the columns mean and where they come from", ON_HOST, 0, GROUP_ACT },
	[ACTION_REFRESH] = { "refresh", "refresh", "run the detection again", ON_TABLE, NEED_SOURCE | NEED_FREE, GROUP_ACT },
	[ACTION_AUDIT] = { "audit", "group audit", "every machine group, and names that nearly match the scope", ON_TABLE, NEED_RUN,
		GROUP_ACT },
	[ACTION_COPY_LINE] = { "copy-line", "copy line", "copy the group as a line for the configuration", ON_AUDIT, NEED_ITEM, GROUP_ACT },
	[ACTION_ACCEPT_HOSTS] = { "accept-hosts", "accept", "accept the marked hosts, or else this one, until a date", ON_HOST,
		HOST | NEED_STORE, GROUP_ACT },
	[ACTION_ACCEPTANCES] = { "acceptances", "acceptances", "every acceptance, those that ended first", ON_TABLE, NEED_STORE, GROUP_ACT },
	[ACTION_REVOKE] = { "revoke", "revoke", "end the acceptance now", ON_ACCEPTANCES, NEED_ITEM | NEED_STORE, GROUP_ACT },
	[ACTION_TREND] = { "trend", "trend", "findings over the runs, by verdict or machine group", ON_TABLE | ON_RUNS, NEED_STORE, GROUP_ACT },

	[ACTION_OWNERS] = { "owners", "owners", "who owns the findings; asks the CMDB about those nobody asked about", ON_TABLE,
		WHOLE | NEED_FREE, GROUP_ACT },
	[ACTION_ASSIGN] = { "assign", "assign", "choose who owns the host, or name a team", ON_DETAIL | ON_OWNERS | ON_CANDIDATES,
		NEED_ITEM | NEED_STORE | NEED_FREE, GROUP_ACT },
	[ACTION_UNASSIGN] = { "unassign", "take back", "take back what was chosen by hand", ON_DETAIL | ON_OWNERS | ON_CANDIDATES,
		NEED_ITEM | NEED_STORE | NEED_FREE, GROUP_ACT },
	[ACTION_ASK_OWNERS] = { "ask-owners", "ask anew", "ask the CMDB anew about every finding", ON_OWNERS, WHOLE | NEED_FREE, GROUP_ACT },
	[ACTION_TICKET] = { "ticket", "ticket", "review one ticket for the marked hosts, or else this host, or in the table all shown", ON_HOST,
		WHOLE | NEED_FREE, GROUP_ACT },
	[ACTION_BODY] = { "body", "body", "read the ticket as it would be sent", ON_TICKET, 0, GROUP_ACT },
	[ACTION_REQUEST] = { "request", "request", "the request as it would go out, letter by letter", ON_TICKET | ON_DIGEST, 0, GROUP_ACT },
	[ACTION_TITLE] = { "title", "title", "write another title", ON_TICKET, 0, GROUP_ACT },
	[ACTION_TICKET_NOTE] = { "ticket-note", "note", "write a note that goes into the ticket", ON_TICKET, 0, GROUP_ACT },
	[ACTION_FRESH] = { "fresh", "new/update", "open a new ticket though one is open, or update that one", ON_TICKET, 0, GROUP_ACT },
	[ACTION_WITH_DIGEST] = { "with-digest", "digest", "post the digest after the ticket, or not", ON_TICKET, 0, GROUP_ACT },
	[ACTION_SEND_AGAIN] = { "send-again", "try again", "try again to send, looking first at what is there", ON_TICKET, NEED_FREE,
		GROUP_ACT },
	[ACTION_TICKET_LINK] = { "ticket-link", "ticket link", "show and copy the link to the ticket the host is on", ON_HOST, HOST,
		GROUP_ACT },
	[ACTION_DIGEST] = { "digest", "digest", "read the digest as it would be posted", ON_TABLE, WHOLE | NEED_FREE, GROUP_ACT },
	[ACTION_POST] = { "post", "post", "post the digest, after a question", ON_DIGEST, NEED_FREE, GROUP_ACT },

	[ACTION_UNDO] = { "undo", "undo", "take back marks, filter, sort, columns or a note", ON_HOST, 0, GROUP_OUT },
	[ACTION_REDO] = { "redo", "redo", "do again what was taken back", ON_HOST, 0, GROUP_OUT },
	[ACTION_COMMAND] = { "command", "any action", "run any action by its name", ON_ANY, 0, GROUP_OUT },
	[ACTION_HELP] = { "help", "help", "what the keys do here", ON_ANY, 0, GROUP_OUT },
	[ACTION_BACK] = { "back", "back", "back out one layer; never leaves the program", ON_ANY | ON_CONFIRM, 0, GROUP_OUT },
	[ACTION_QUIT] = { "quit", "quit", "leave; marks and view are kept", ON_ANY | ON_CONFIRM, 0, GROUP_OUT },
	[ACTION_INTERRUPT] = { "interrupt", "stop", "stop the job, or leave; twice within 2 s leaves at once",
		ON_EVEN, 0, GROUP_OUT },
	[ACTION_REDRAW] = { "redraw", "redraw", "draw the whole screen again", ON_EVEN, 0, GROUP_OUT },
	[ACTION_SUSPEND] = { "suspend", "suspend", "stop; fg comes back", ON_EVEN, 0, GROUP_OUT },
	[ACTION_THEME] = { "theme", "theme", "the next theme", ON_ANY, 0, GROUP_OUT },
	[ACTION_MOUSE] = { "mouse", "mouse", "mouse on or off; off leaves selecting text to the terminal", ON_ANY, 0, GROUP_OUT },
	[ACTION_YES] = { "yes", "yes", "yes, do it", ON_CONFIRM, 0, GROUP_OUT },
	[ACTION_NO] = { "no", "no", "no, change nothing", ON_CONFIRM, 0, GROUP_OUT },

	[ACTION_ACCEPT] = { "accept", "take", "take the line as it is", ON_PROMPT, 0, GROUP_OUT },
	[ACTION_CANCEL] = { "cancel", "cancel", "leave the prompt; nothing is done", ON_PROMPT, 0, GROUP_OUT },
};

/* One sentence for each bit of enum need, in its order: what is missing and what helps. */
static const char *const missing[NEED_COUNT] = {
	"No host is under the cursor.",
	"No row is shown: clear the filter or choose another tab first.",
	"No host is marked: mark one with the space bar first.",
	"There is no run yet: run the detection first.",
	"There is no store, so nothing can be kept: start with one to use this.",
	"There is only one run so far.",
	"The rows are still being loaded: wait until they are all here.",
	"The run is complete: there are no reasons to show.",
	"Nothing to detect from: name files on the command line or in the configuration.",
	"A job is under way: wait for it, or stop it with Ctrl-C.",
	"No line is under the cursor.",
};

/* Names are matched without regard to case, as they may be typed after `:`. */
enum action_id action_named(struct slice name)
{
	int i;

	for (i = 1; i < ACTION_COUNT; i++)
		if (slice_is_nocase(name, actions[i].name))
			return (enum action_id)i;
	return ACTION_NONE;
}

/* For "did you mean" after a slip at `:`. */
const char *action_nearest(const char *name)
{
	const char *names[ACTION_COUNT];
	int i;

	for (i = 1; i < ACTION_COUNT; i++)
		names[i - 1] = actions[i].name;
	return nearest_name(name, names, ACTION_COUNT - 1);
}

bool action_valid(enum action_id id, enum keymap_context context)
{
	unsigned in;

	if (id <= ACTION_NONE || id >= ACTION_COUNT)
		return false;
	in = actions[id].contexts;
	if (in & 1u << context)
		return true;
	return in & ON_ANY && context != CONTEXT_PROMPT && context != CONTEXT_CONFIRM;
}

/* The keymap knows actions by number only; these are the names its files may use. */
void action_names(const char **names)
{
	int i;

	for (i = 0; i < ACTION_COUNT; i++)
		names[i] = actions[i].name;
}

const char *action_missing(enum action_id id, unsigned have)
{
	unsigned lacks = actions[id].needs & ~have;
	int bit;

	/* Without a run everything else is missing too: say the first cause. */
	if (lacks & NEED_RUN)
		lacks = NEED_RUN;
	for (bit = 0; bit < NEED_COUNT; bit++)
		if (lacks & 1u << bit)
			return missing[bit];
	return NULL;
}
