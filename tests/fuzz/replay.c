/* replay.c - feeds files to one fuzz target without libFuzzer: the seed corpus, in every build and under every sanitizer.
 *   replay FOLDER-OR-FILE...
 * Says on stdout how many inputs went through. An input that the target does not survive ends the program; its name is the last line
 * of the log, since it is written first. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define INPUT_MAX ((size_t)16 << 20)   /* larger files are cut, as libFuzzer would */
#define PATH_BYTES 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int feed(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return -1;
	}
	uint8_t *data = malloc(INPUT_MAX);
	if (!data) {
		fclose(file);
		return -1;
	}
	size_t size = fread(data, 1, INPUT_MAX, file);
	fclose(file);
	/* A block of the exact size, so that a read behind its end is seen. */
	uint8_t *exact = malloc(size ? size : 1);
	if (exact) {
		memcpy(exact, data, size);
		fprintf(stderr, "input %s\n", path);
		LLVMFuzzerTestOneInput(exact, size);
	}
	free(exact);
	free(data);
	return exact ? 0 : -1;
}

/* Adds the number of inputs to *count. */
static int feed_folder(const char *path, unsigned *count)
{
	DIR *folder = opendir(path);
	if (!folder) {
		perror(path);
		return -1;
	}
	int result = 0;
	for (struct dirent *entry; result == 0 && (entry = readdir(folder));) {
		char name[PATH_BYTES];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		result = feed(name);
		++*count;
	}
	closedir(folder);
	return result;
}

int main(int argc, char **argv)
{
	unsigned count = 0;
	int result = 0;
	/* The two inputs that no folder can hold by accident: nothing, and a single zero. */
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	LLVMFuzzerTestOneInput((const uint8_t *)"", 1);
	for (int i = 1; i < argc && result == 0; i++) {
		struct stat info;
		if (stat(argv[i], &info) == 0 && S_ISDIR(info.st_mode))
			result = feed_folder(argv[i], &count);
		else
			result = feed(argv[i]), count++;
	}
	printf("%u inputs\n", count);
	return result == 0 ? 0 : 1;
}
