/* Where things go, tested as text: a screen is painted with one letter an area, a row of columns with each column's id. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/layout.h"

#define ROWS_MAX 60
#define COLS_MAX 210

static char canvas[ROWS_MAX][COLS_MAX];

/* Each cell belongs to one area only. */
static void paint(const struct area *area, char letter)
{
	int y, x;

	for (y = area->y; y < area->y + area->height; y++)
		for (x = area->x; x < area->x + area->width; x++) {
			assert_true(y >= 0 && y < ROWS_MAX && x >= 0 && x < COLS_MAX);
			if (canvas[y][x] != ' ')
				fail_msg("%c over %c at %d,%d", letter, canvas[y][x], y, x);
			canvas[y][x] = letter;
		}
}

static void paint_screen(const struct layout_screen *s)
{
	struct area divider = { s->pane.y, s->divider, s->divider < 0 ? 0 : s->pane.height, 1 };

	memset(canvas, ' ', sizeof(canvas));
	paint(&s->title, 'T');
	paint(&s->tabs, 't');
	paint(&s->filter, 'f');
	paint(&s->banner, '!');
	paint(&s->head, 'h');
	paint(&s->body, 'b');
	paint(&s->pane, 'p');
	paint(&s->status, 's');
	paint(&s->message, 'm');
	paint(&s->footer, 'k');
	paint(&divider, '|');
}

/* The first column from the top down. */
static void assert_side(int rows, int x, const char *expected)
{
	char side[ROWS_MAX + 1] = "";
	int y;

	for (y = 0; y < rows; y++)
		side[y] = canvas[y][x];
	assert_string_equal(side, expected);
}

static void screen_80x24(void **state)
{
	struct layout_want want = { .rows = 24, .cols = 80, .tabs = true, .filter = true, .head = true, .inspector = true };
	struct layout_screen screen;

	(void)state;
	layout_screen(&want, &screen);
	assert_true(screen.fits);
	assert_int_equal(screen.divider, -1);
	paint_screen(&screen);
	/* As in the mock-up: 17 hosts. */
	assert_side(24, 0, "Ttfhbbbbbbbbbbbbbbbbbsmk");
	assert_side(24, 79, "Ttfhbbbbbbbbbbbbbbbbbsmk");
}

static void screen_with_inspector(void **state)
{
	struct layout_want want = { .rows = 40, .cols = 120, .tabs = true, .filter = true, .head = true, .inspector = true };
	struct layout_screen screen;

	(void)state;
	layout_screen(&want, &screen);
	paint_screen(&screen);
	assert_int_equal(screen.divider, 81);
	assert_int_equal(screen.pane.width, 38);
	assert_side(40, 0, "Ttfhbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbsmk");
	assert_side(40, 81, "Ttf||||||||||||||||||||||||||||||||||smk");
	assert_side(40, 119, "Ttfppppppppppppppppppppppppppppppppppsmk");
	want.cols = 119;
	layout_screen(&want, &screen);
	assert_int_equal(screen.divider, -1);
	assert_int_equal(screen.body.width, 119);
}

static void parts_that_are_not_wanted(void **state)
{
	struct layout_want want = { .rows = 15, .cols = 60, .banner = 2 };
	struct layout_screen screen;

	(void)state;
	layout_screen(&want, &screen);
	paint_screen(&screen);
	assert_side(15, 0, "T!!bbbbbbbbbsmk");
	want.banner = 100;
	layout_screen(&want, &screen);
	paint_screen(&screen);
	assert_side(15, 0, "T!!!bbbbbbbbsmk");
}

static void no_room(void **state)
{
	struct layout_want want = { .rows = 14, .cols = 80, .tabs = true };
	struct layout_screen screen;

	(void)state;
	layout_screen(&want, &screen);
	assert_false(screen.fits);
	want = (struct layout_want){ .rows = 40, .cols = 59 };
	layout_screen(&want, &screen);
	assert_false(screen.fits);
	want = (struct layout_want){ .rows = 0, .cols = -5 };
	layout_screen(&want, &screen);
	assert_false(screen.fits);
}

/* Every size: the areas cover each cell once, and the body has at least one row. */
static void every_size_is_covered(void **state)
{
	int rows, cols, bits, y, x;

	(void)state;
	for (rows = LAYOUT_MIN_ROWS; rows <= ROWS_MAX; rows += 9)
		for (cols = LAYOUT_MIN_COLS; cols <= COLS_MAX; cols += 15)
			for (bits = 0; bits < 64; bits++) {
				struct layout_want want = { .rows = rows, .cols = cols, .tabs = bits & 1, .filter = bits & 2, .head = bits & 4,
					.inspector = bits & 8, .banner = bits >> 4 };
				struct layout_screen screen;

				layout_screen(&want, &screen);
				assert_true(screen.fits);
				assert_true(screen.body.height > 0 && screen.body.width >= LAYOUT_MIN_COLS);
				paint_screen(&screen);
				for (y = 0; y < rows; y++)
					for (x = 0; x < cols; x++)
						assert_int_not_equal(canvas[y][x], ' ');
			}
}

/* ---- columns ---- */

enum { MARK, HOST, GROUP, SIG, SEEN, OWNER };

/* As in the console: the mark and the host never go, the host grows, then the group. */
static const struct layout_column columns[] = {
	{ MARK, 2, 0, 0 }, { HOST, 15, 30, 0 }, { GROUP, 16, 20, 1 }, { SIG, 7, 0, 1 }, { SEEN, 6, 0, 1 }, { OWNER, 11, 0, 1 },
};
#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

/* A row with each column filled by its number. */
static void assert_columns(int width, size_t skip, const char *expected)
{
	struct layout_place places[COLUMN_COUNT];
	char row[COLS_MAX] = "";
	size_t n = layout_columns(columns, COLUMN_COUNT, width, 1, skip, places), i;

	memset(row, '.', (size_t)width);
	for (i = 0; i < n; i++) {
		assert_true(places[i].x >= 0 && places[i].width > 0 && places[i].x + places[i].width <= width);
		memset(row + places[i].x, '0' + places[i].id, (size_t)places[i].width);
	}
	assert_string_equal(row, expected);
}

static void columns_fit(void **state)
{
	(void)state;
	/* 62 is what all need. */
	assert_columns(62, 0, "00.111111111111111.2222222222222222.3333333.444444.55555555555");
	/* One less: the last goes and the host takes the room. */
	assert_columns(61, 0, "00.11111111111111111111111111.2222222222222222.3333333.444444");
	assert_columns(64, 0, "00.11111111111111111.2222222222222222.3333333.444444.55555555555");
	/* The host is full at 30, then the group grows, then blanks stay. */
	assert_columns(85, 0, "00.111111111111111111111111111111.22222222222222222222.3333333.444444.55555555555....");
	assert_columns(30, 0, "00.111111111111111111111111111");
	assert_columns(18, 0, "00.111111111111111");
	/* Only pinned ones are left: the last gives way. */
	assert_columns(10, 0, "00.1111111");
	assert_columns(3, 0, "00.");
	assert_columns(1, 0, "0");
}

static void columns_scroll(void **state)
{
	(void)state;
	assert_columns(45, 1, "00.111111111111111.3333333.444444.55555555555");
	assert_columns(38, 2, "00.1111111111111111.444444.55555555555");
	assert_columns(30, 9, "00.111111111111111111111111111");
}

static void the_weakest_column_goes_first(void **state)
{
	static const struct layout_column some[] = { { 1, 10, 0, 0 }, { 2, 10, 0, 5 }, { 3, 10, 0, 1 }, { 4, 10, 0, 5 } };
	struct layout_place places[4];

	(void)state;
	assert_int_equal(layout_columns(some, 4, 32, 1, 0, places), 3);
	assert_int_equal(places[1].id, 2);
	assert_int_equal(places[2].id, 3);
	assert_int_equal(layout_columns(some, 4, 31, 1, 0, places), 2);
	assert_int_equal(places[1].id, 3);
	assert_int_equal(layout_columns(some, 0, 31, 1, 0, places), 0);
	assert_int_equal(layout_columns(some, 4, 0, 1, 0, places), 0);
}

static void more_columns_than_there_can_be(void **state)
{
	struct layout_column many[LAYOUT_COLUMNS_MAX + 10] = { { 0 } };
	struct layout_place places[LAYOUT_COLUMNS_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < LAYOUT_COLUMNS_MAX + 10; i++)
		many[i] = (struct layout_column){ (int)i, 1, 0, 0 };
	assert_int_equal(layout_columns(many, LAYOUT_COLUMNS_MAX + 10, 10000, 1, 0, places), LAYOUT_COLUMNS_MAX);
}

/* ---- scrolling ---- */

static void scrolling(void **state)
{
	(void)state;
	assert_int_equal(layout_scroll(0, 0, 100, 10, 0), 0);
	assert_int_equal(layout_scroll(0, 9, 100, 10, 0), 0);
	assert_int_equal(layout_scroll(0, 10, 100, 10, 0), 1);
	assert_int_equal(layout_scroll(50, 20, 100, 10, 0), 20);
	assert_int_equal(layout_scroll(50, 20, 100, 10, 3), 17);
	assert_int_equal(layout_scroll(0, 8, 100, 10, 3), 2);
	assert_int_equal(layout_scroll(0, 99, 100, 10, 3), 90);
	/* A shorter list after a filter: no empty rows below. */
	assert_int_equal(layout_scroll(90, 5, 12, 10, 0), 2);
	assert_int_equal(layout_scroll(90, 5, 8, 10, 0), 0);
	assert_int_equal(layout_scroll(5, 50, 20, 10, 100), 10);
	assert_int_equal(layout_scroll(5, 0, 0, 10, 2), 0);
	assert_int_equal(layout_scroll(5, 7, 20, 0, 2), 0);
	assert_int_equal(layout_scroll(5, 7, 20, 1, 2), 7);
}

static void the_cursor_is_always_shown(void **state)
{
	size_t count, rows, cursor, top;

	(void)state;
	for (count = 1; count < 20; count++)
		for (rows = 1; rows < 8; rows++)
			for (cursor = 0; cursor < count; cursor++)
				for (top = 0; top < 25; top++) {
					size_t to = layout_scroll(top, cursor, count, rows, 2);

					assert_true(to <= cursor && cursor < to + rows);
					assert_true(to == 0 || to + rows <= count);
				}
}

static void boxes_in_the_middle(void **state)
{
	struct area area = layout_centre(24, 80, 10, 40);

	(void)state;
	assert_int_equal(area.y, 7);
	assert_int_equal(area.x, 20);
	area = layout_centre(24, 80, 100, 200);
	assert_true(area.y == 0 && area.x == 0 && area.height == 24 && area.width == 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(screen_80x24),
		cmocka_unit_test(screen_with_inspector),
		cmocka_unit_test(parts_that_are_not_wanted),
		cmocka_unit_test(no_room),
		cmocka_unit_test(every_size_is_covered),
		cmocka_unit_test(columns_fit),
		cmocka_unit_test(columns_scroll),
		cmocka_unit_test(the_weakest_column_goes_first),
		cmocka_unit_test(more_columns_than_there_can_be),
		cmocka_unit_test(scrolling),
		cmocka_unit_test(the_cursor_is_always_shown),
		cmocka_unit_test(boxes_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
