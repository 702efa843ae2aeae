/* form.h - names and their texts, as in addresses, forms and headers. */
#ifndef STANDIN_FORM_H
#define STANDIN_FORM_H

#include <stddef.h>

#define ARGUMENTS_MAX 16

/* A name and its text; both owned by whoever owns the list. */
struct pair { char *name, *value; };
struct pairs { struct pair items[ARGUMENTS_MAX]; size_t count; };

/* Reads `a=b&c=d`; what is more than ARGUMENTS_MAX is dropped. */
void form_read(struct pairs *pairs, const char *text, size_t n);
const char *pairs_get(const struct pairs *pairs, const char *name);   /* NULL: not there */
void pairs_add(struct pairs *pairs, const char *name, const char *value);
void pairs_release(struct pairs *pairs);

#endif
