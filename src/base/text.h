// SPDX-License-Identifier: Apache-2.0
// A growing byte string with a hard maximum, for edges, reports and help texts (it allocates; the core does not use
// it). Errors stick: after a failure every call is a no-op and text_error tells, so that a writer checks once at the
// end.
#ifndef FULMAR_BASE_TEXT_H
#define FULMAR_BASE_TEXT_H

#include <stdarg.h>
#include <stddef.h>

#include "base/err.h"

struct text {
    char *data; // NUL-terminated once anything was appended; NULL before
    size_t len;
    size_t cap;
    size_t max; // growth beyond is ERR_FULL
    int error;  // 0, ERR_NOMEM or ERR_FULL
};

void text_init(struct text *text, size_t max);
void text_fini(struct text *text);
void text_clear(struct text *text); // keeps the memory, forgets content and error

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const void *data, size_t len);
void text_add_char(struct text *text, char c);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vprintf(struct text *text, const char *format, va_list args);

// The content as a C string, "" while empty.
const char *text_string(const struct text *text);
int text_error(const struct text *text) MUST_USE;

#endif
