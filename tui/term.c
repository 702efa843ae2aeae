#include "tui/term.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "tui/term_signal.h"
#include "tui/theme.h"

#define ESCAPE_MS 25         /* how long an Esc waits for the rest of a key's sequence */
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

/* The terminal of the process. */
static struct {
	SCREEN *screen;      /* NULL when closed; owned by curses */
	bool utf8, colour, plain, mouse, paste;
	int theme;
} term;   /* lint: state */

/* ---- what the terminal can do ---- */

/* Undoes setupterm(), so that newterm() starts afresh. */
static void forget_terminfo(void)
{
	if (cur_term)
		del_curterm(cur_term);
}

static bool has_text(const char *capability)
{
	char *text = tigetstr(capability);

	return text && text != (char *)-1 && *text;
}

static int check_terminal(struct error *err)
{
	const char *name = getenv("TERM");
	int code = 0, result = 0;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return error_set(err, STATUS_USAGE, "The console needs a terminal on standard input and output; "
			"without one, use `rouse list` or another command (`rouse --help` names them).");
	if (!name || !*name)
		return error_set(err, STATUS_CONFIG, "The variable TERM is not set; set it to what your terminal is, "
			"as in `TERM=xterm-256color`.");
	if (strcmp(name, "dumb") == 0)
		return error_set(err, STATUS_CONFIG, "TERM=dumb cannot place text on a screen; set TERM to what your terminal is, as in "
			"`TERM=xterm-256color`, or use `rouse list`.");
	if (setupterm(name, STDOUT_FILENO, &code) != OK)
		return error_set(err, STATUS_CONFIG, "The terminal \"%s\" of the variable TERM is not known here; "
			"`TERM=xterm-256color` or `TERM=vt100` work with nearly every terminal.", name);
	if (!has_text("cup") || !has_text("clear"))
		result = error_set(err, STATUS_CONFIG, "The terminal \"%s\" of the variable TERM cannot place text on a screen; "
			"`TERM=xterm-256color` or `TERM=vt100` work with nearly every terminal.", name);
	forget_terminfo();
	return result;
}

static bool locale_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static bool choose_utf8(enum term_ascii ascii)
{
	if (ascii == TERM_ASCII_YES)
		return false;
	/* Asked for though the locale says otherwise: curses can write it only in such a locale. */
	if (ascii == TERM_ASCII_NO && !locale_is_utf8())
		setlocale(LC_CTYPE, "C.UTF-8");
	return locale_is_utf8();
}

static bool choose_colour(enum term_colour colour)
{
	const char *no = getenv("NO_COLOR");

	if (colour == TERM_COLOUR_NEVER || (colour == TERM_COLOUR_AUTO && no && *no))
		return false;
	return has_colors() && start_color() == OK && use_default_colors() == OK;
}

/* Terminals that know bracketed paste; the description of some does not say so. */
static bool knows_paste(void)
{
	static const char *const families[] = { "xterm", "screen", "tmux", "rxvt", "foot", "alacritty", "kitty" };
	const char *name = getenv("TERM");
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (strncmp(name, families[i], strlen(families[i])) == 0)
			return true;
	return has_text("BE");
}

/* ---- theme ---- */

/* A pair for each role, numbered role + 1. With 8 colours the bright ones become their base colour. */
static void make_pairs(void)
{
	int role;

	for (role = 0; role < ROLE_COUNT; role++) {
		struct look look = theme_look(term.theme, (enum role)role);
		int fore = look.fore, back = look.back;

		if (COLORS < 16) {
			fore = fore > COLOUR_WHITE ? fore - 8 : fore;
			back = back > COLOUR_WHITE ? back - 8 : back;
		}
		init_pair((short)(role + 1), (short)fore, (short)back);
	}
}

void term_set_theme(int theme)
{
	if (!term.colour)
		theme = theme_mono();
	term.theme = theme;
	if (term.colour)
		make_pairs();
}

int term_theme(void)
{
	return term.theme;
}

/* ---- opening and closing ---- */

void term_write_raw(const char *bytes, size_t n)
{
	fflush(stdout);
	while (n > 0) {
		ssize_t done = write(STDOUT_FILENO, bytes, n);

		if (done <= 0)
			return;
		bytes += done;
		n -= (size_t)done;
	}
}

static void write_text(const char *text)
{
	term_write_raw(text, strlen(text));
}

/* Appends a capability without its padding, `$<5>`. */
static void add_capability(struct strbuf *out, const char *name)
{
	const char *text = has_text(name) ? tigetstr(name) : "";

	while (*text) {
		if (text[0] == '$' && text[1] == '<' && strchr(text, '>'))
			text = strchr(text, '>') + 1;
		else
			strbuf_addc(out, *text++);
	}
}

/* What a crash writes: curses cannot be called then. */
static void prepare_rescue(void)
{
	struct strbuf text = STRBUF_INIT(TERM_RESCUE_MAX);

	if (term.paste)
		strbuf_adds(&text, PASTE_OFF);
	strbuf_adds(&text, term.mouse ? "\033[?1000l\033[?1002l\033[?1006l" : "");
	add_capability(&text, "sgr0");
	add_capability(&text, "cnorm");
	add_capability(&text, "rmkx");
	add_capability(&text, "rmcup");
	term_signal_rescue(strbuf_text(&text), text.len);
	strbuf_release(&text);
}

void term_set_mouse(bool on)
{
	/* Clicks are put together in key.c: curses would wait for a second one. */
	mouseinterval(0);
	mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
	term.mouse = on;
	prepare_rescue();
}

static void set_modes(void)
{
	raw();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	/* Each frame is shown whole: curses would leave the rest of one out while keys wait, also keys that ask for no other frame. */
	typeahead(-1);
	set_escdelay(ESCAPE_MS);
	leaveok(stdscr, FALSE);
	idlok(stdscr, FALSE);
}

int term_open(const struct term_options *options, struct error *err)
{
	int theme = theme_find(options->theme);

	if (theme < 0)
		return error_set(err, STATUS_CONFIG, "There is no theme \"%s\"; the themes are dark, light and mono.", options->theme);
	if (check_terminal(err) != 0)
		return -1;
	term_signal_save();
	term.utf8 = choose_utf8(options->ascii);
	/* The real size, also when LINES and COLUMNS were inherited from somewhere. */
	use_tioctl(TRUE);
	term.screen = newterm(NULL, stdout, stdin);
	if (!term.screen)
		return error_set(err, STATUS_CONFIG, "The terminal \"%s\" of the variable TERM cannot be used; "
			"`TERM=xterm-256color` or `TERM=vt100` work with nearly every terminal.", getenv("TERM"));
	set_modes();
	term.colour = choose_colour(options->colour);
	term.plain = options->plain;
	term_set_theme(theme);
	term.paste = knows_paste();
	if (term.paste)
		write_text(PASTE_ON);
	term_set_mouse(options->mouse);
	if (term_signal_start(err) != 0) {
		term_close();
		return -1;
	}
	die_restore_with(term_close);
	return 0;
}

/* Modes that curses does not know of. */
static void leave(void)
{
	if (term.mouse)
		mousemask(0, NULL);
	if (term.paste)
		write_text(PASTE_OFF);
	curs_set(1);
	endwin();
}

static void enter(void)
{
	term_resized();
	refresh();
	if (term.paste)
		write_text(PASTE_ON);
	term_set_mouse(term.mouse);
	clearok(curscr, TRUE);
}

void term_close(void)
{
	if (!term.screen)
		return;
	die_restore_with(NULL);
	leave();
	delscreen(term.screen);
	term.screen = NULL;
	term_signal_stop();
}

bool term_is_open(void)
{
	return term.screen != NULL;
}

void term_pause(void)
{
	leave();
}

void term_resume(void)
{
	enter();
}

void term_suspend(void)
{
	leave();
	term_signal_suspend();
	enter();
}

/* ---- the rest ---- */

void term_size(int *rows, int *cols)
{
	*rows = LINES;
	*cols = COLS;
}

bool term_resized(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
		return false;
	if (size.ws_row == LINES && size.ws_col == COLS)
		return false;
	resizeterm(size.ws_row, size.ws_col);
	clearok(curscr, TRUE);
	return true;
}

void term_redraw(void)
{
	clearok(curscr, TRUE);
}

bool term_utf8(void)
{
	return term.utf8;
}

bool term_colour(void)
{
	return term.colour;
}

bool term_plain(void)
{
	return term.plain;
}

bool term_mouse(void)
{
	return term.mouse;
}

void term_bell(void)
{
	beep();
}

void term_describe(struct strbuf *out)
{
	const char *name = getenv("TERM"), *no = getenv("NO_COLOR");
	struct winsize size;
	int code = 0, colours;

	strbuf_addf(out, "TERM=%s", name ? name : "(not set)");
	if (name && *name && setupterm(name, STDOUT_FILENO, &code) == OK) {
		colours = tigetnum("colors");
		strbuf_addf(out, ", %d colours", colours > 0 ? colours : 0);
		forget_terminfo();
	} else {
		strbuf_adds(out, ", not known here");
	}
	if (no && *no)
		strbuf_adds(out, ", NO_COLOR is set");
	strbuf_addf(out, ", %s", nl_langinfo(CODESET));
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
		strbuf_addf(out, ", %dx%d", (int)size.ws_col, (int)size.ws_row);
}
