#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/utf8.h"
#include "core/sources/files_inner.h"

#define CHAR_MAX_BYTES 4u                                   /* of a character of UTF-8 */
#define CLEAN_MAX ((FILES_PIECE + CHAR_MAX_BYTES) * 3)      /* each byte replaced by the three of U+FFFD */

static int open_error(const char *name, struct error *err)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return error_set(err, STATUS_NO_INPUT, "%s: there is no such file; check the path.", name);
	if (errno == EACCES || errno == EPERM)
		return error_set(err, STATUS_NO_PERMISSION, "%s: no permission to read it; check the rights of the file.", name);
	return error_set(err, STATUS_NO_INPUT, "%s: it cannot be opened: %s.", name, strerror(errno));
}

/* Reads until `n` bytes are there or the file ends. Returns the bytes read, or -1. */
static ssize_t read_fully(int fd, char *buf, size_t n)
{
	size_t have = 0;
	while (have < n) {
		ssize_t got = read(fd, buf + have, n - have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (!got)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

/* Refuses the first bytes of a file that is no text. */
static int check_head(const char *head, size_t n, const char *name, struct error *err)
{
	if (n >= 2 && (!memcmp(head, "\xff\xfe", 2) || !memcmp(head, "\xfe\xff", 2)))
		return error_set(err, STATUS_DATA, "%s: it is UTF-16; save it as CSV UTF-8.", name);
	if (memchr(head, '\0', n < FILES_HEAD ? n : FILES_HEAD) || (n >= 2 && !memcmp(head, "\x1f\x8b", 2)))
		return error_set(err, STATUS_DATA, "%s: it is binary or UTF-16, no text; save it as CSV UTF-8 or as JSON.", name);
	return 0;
}

static bool is_blank_text(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!memchr(" \t\r\n", text[i], 4))
			return false;
	return true;
}

static size_t mark_length(const char *text, size_t n)
{
	return n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
}

static int empty_error(const char *name, struct error *err)
{
	return error_set(err, STATUS_DATA, "%s: the file is empty; export it again.", name);
}

int files_probe(const char *path, const char *name, uint64_t *size, struct error *err)
{
	struct stat status;
	if (!strcmp(path, "-"))
		return 0;
	if (stat(path, &status))
		return open_error(name, err);
	if (S_ISDIR(status.st_mode))
		return error_set(err, STATUS_NO_INPUT, "%s: it is a directory; name a file in it.", name);
	if (!S_ISREG(status.st_mode))
		return 0;
	*size += (uint64_t)status.st_size;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return open_error(name, err);
	char *head = xmalloc(FILES_HEAD);
	ssize_t n = read_fully(fd, head, FILES_HEAD);
	int result = n < 0 ? error_set(err, STATUS_IO, "%s: it cannot be read: %s.", name, strerror(errno))
		: check_head(head, (size_t)n, name, err);
	size_t mark = n > 0 ? mark_length(head, (size_t)n) : 0;
	if (!result && (size_t)n < FILES_HEAD && is_blank_text(head + mark, (size_t)n - mark))
		result = empty_error(name, err);
	free(head);
	close(fd);
	return result;
}

int files_open(struct files_bytes *bytes, const char *path, const char *name, struct error *err)
{
	struct stat status;
	*bytes = (struct files_bytes){ .fd = -1 };
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : dup(STDIN_FILENO);
	if (fd < 0)
		return open_error(name, err);
	if (!fstat(fd, &status) && S_ISREG(status.st_mode))
		bytes->total = (uint64_t)status.st_size;
	else if (S_ISDIR(status.st_mode)) {
		close(fd);
		return error_set(err, STATUS_NO_INPUT, "%s: it is a directory; name a file in it.", name);
	}
	bytes->fd = fd;
	bytes->buf = xmalloc(CHAR_MAX_BYTES + FILES_PIECE);
	strbuf_init(&bytes->clean, CLEAN_MAX);
	return 0;
}

/* ---- valid UTF-8 ---- */

/* The first place at or after `at` with a byte that is not plain ASCII or is NUL; 32 bytes at a time. */
static size_t ascii_end(const char *text, size_t at, size_t n)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highs = UINT64_C(0x8080808080808080);
	for (; n - at >= 32; at += 32) {
		uint64_t word[4];
		memcpy(word, text + at, 32);
		/* A zero byte borrows from the bytes above it, so a hit is certain and its place is not. */
		if ((word[0] | (word[0] - ones) | word[1] | (word[1] - ones) | word[2] | (word[2] - ones) | word[3] |
		     (word[3] - ones)) & highs)
			break;
	}
	while (at < n && (signed char)text[at] > 0)
		at++;
	return at;
}

/* Bytes that the character at `lead` should have, judged by its first byte. */
static size_t expected_length(unsigned char lead)
{
	return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
}

/* How many bytes at the end may be the start of a character whose rest has not arrived. */
static size_t open_character(const char *text, size_t n)
{
	for (size_t back = 1; back < CHAR_MAX_BYTES && back <= n; back++) {
		unsigned char c = (unsigned char)text[n - back];
		if ((c & 0xc0) != 0x80)
			return expected_length(c) > back ? back : 0;
	}
	return 0;
}

/* The first byte that has to be replaced, or n. */
static size_t first_invalid(const char *text, size_t n)
{
	size_t at = 0;
	while ((at = ascii_end(text, at, n)) < n) {
		int32_t cp = 0;
		if (!text[at])
			return at;
		size_t used = utf8_decode(text + at, n - at, &cp);
		if (cp < 0)
			return at;
		at += used;
	}
	return n;
}

/* Replaces invalid bytes and NULs; both would be misread further on. */
static struct slice repair(struct files_bytes *bytes, struct slice piece)
{
	strbuf_clear(&bytes->clean);
	while (piece.len) {
		size_t good = first_invalid(piece.text, piece.len);
		strbuf_add(&bytes->clean, piece.text, good);
		if (good == piece.len)
			break;
		strbuf_adds(&bytes->clean, "\xef\xbf\xbd");
		bytes->replaced++;
		piece.text += good + 1;
		piece.len -= good + 1;
	}
	return (struct slice){ strbuf_text(&bytes->clean), bytes->clean.len };
}

/* Reads behind the carry. The first piece is filled as far as the file goes, so that its shape and header can be told. */
static ssize_t read_piece(struct files_bytes *bytes)
{
	char *to = bytes->buf + bytes->carry;
	ssize_t got;
	memmove(bytes->buf, bytes->buf + bytes->carry_at, bytes->carry);
	if (!bytes->started)
		return read_fully(bytes->fd, to, FILES_PIECE);
	do
		got = read(bytes->fd, to, FILES_PIECE);
	while (got < 0 && errno == EINTR);
	return got;
}

int files_next(struct files_bytes *bytes, const char *name, struct slice *piece, struct error *err)
{
	ssize_t got = read_piece(bytes);
	if (got < 0)
		return error_set(err, errno == EISDIR ? STATUS_NO_INPUT : STATUS_IO, "%s: it cannot be read: %s.", name,
		                 strerror(errno));
	struct slice text = { bytes->buf, bytes->carry + (size_t)got };
	bytes->done += (uint64_t)got;
	bytes->carry = got ? open_character(text.text, text.len) : 0;
	text.len -= bytes->carry;
	bytes->carry_at = text.len;
	if (!bytes->started) {
		bytes->started = true;
		if (check_head(text.text, text.len, name, err))
			return -1;
		if (!got)
			return empty_error(name, err);
		size_t mark = mark_length(text.text, text.len);
		text = (struct slice){ text.text + mark, text.len - mark };
	}
	*piece = first_invalid(text.text, text.len) < text.len ? repair(bytes, text) : text;
	return got || piece->len ? 1 : 0;
}

void files_bytes_init(struct files_bytes *bytes)
{
	*bytes = (struct files_bytes){ .fd = -1 };
	bytes->buf = xmalloc(CHAR_MAX_BYTES + FILES_PIECE);
	strbuf_init(&bytes->clean, CLEAN_MAX);
}

struct slice files_put(struct files_bytes *bytes, const char *text, size_t n)
{
	memmove(bytes->buf, bytes->buf + bytes->carry_at, bytes->carry);
	memcpy(bytes->buf + bytes->carry, text, n);
	struct slice piece = { bytes->buf, bytes->carry + n };
	bytes->done += n;
	bytes->carry = open_character(piece.text, piece.len);
	piece.len -= bytes->carry;
	bytes->carry_at = piece.len;
	if (!bytes->started && piece.len) {
		size_t mark = mark_length(piece.text, piece.len);
		piece = (struct slice){ piece.text + mark, piece.len - mark };
		bytes->started = true;
	}
	return first_invalid(piece.text, piece.len) < piece.len ? repair(bytes, piece) : piece;
}

void files_close(struct files_bytes *bytes)
{
	if (bytes->fd >= 0 && bytes->buf)
		close(bytes->fd);
	free(bytes->buf);
	strbuf_release(&bytes->clean);
	*bytes = (struct files_bytes){ .fd = -1 };
}
