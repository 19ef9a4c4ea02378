// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { CAP_FIRST = 64 };

static bool reserve(struct text *text, size_t more);

void text_init(struct text *text, size_t max) {
    CHECK(max < SIZE_MAX / 2);
    *text = (struct text){.max = max};
}

void text_fini(struct text *text) {
    free(text->data);
    *text = (struct text){.max = text->max};
}

void text_clear(struct text *text) {
    text->len = 0;
    text->error = 0;
    if (text->data != NULL) text->data[0] = '\0';
}

void text_add(struct text *text, const char *string) {
    text_add_bytes(text, string, strlen(string));
}

void text_add_bytes(struct text *text, const void *data, size_t len) {
    if (!reserve(text, len)) return;
    if (len > 0) memcpy(text->data + text->len, data, len);
    text->len += len;
    text->data[text->len] = '\0';
}

void text_add_char(struct text *text, char c) {
    text_add_bytes(text, &c, 1);
}

void text_printf(struct text *text, const char *format, ...) {
    va_list args;
    va_start(args, format);
    text_vprintf(text, format, args);
    va_end(args);
}

void text_vprintf(struct text *text, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    // The analyzer loses sight of a va_list that is an argument.
    int len = vsnprintf(NULL, 0, format, args); // NOLINT(clang-analyzer-valist.Uninitialized)
    CHECK(len >= 0);
    if (reserve(text, (size_t)len)) {
        vsnprintf(text->data + text->len, (size_t)len + 1, format, again);
        text->len += (size_t)len;
    }
    va_end(again);
}

const char *text_string(const struct text *text) {
    return text->data != NULL ? text->data : "";
}

int text_error(const struct text *text) {
    return text->error;
}

// Makes room for `more` bytes and a NUL; false, with the error set, when there is none.
static bool reserve(struct text *text, size_t more) {
    if (text->error != 0) return false;
    if (more > text->max - text->len) {
        text->error =
            ERR_SET(ERR_FULL, "a text would be longer than its limit of %zu bytes", text->max);
        return false;
    }
    size_t need = text->len + more + 1;
    if (need <= text->cap) return true;
    size_t cap = text->cap < CAP_FIRST ? CAP_FIRST : 2 * text->cap;
    if (cap < need) cap = need;
    if (cap > text->max + 1) cap = text->max + 1;
    char *data = realloc(text->data, cap);
    if (data == NULL) {
        text->error = ERR_SET(ERR_NOMEM, "no memory for a text of %zu bytes", cap);
        return false;
    }
    text->data = data;
    text->cap = cap;
    return true;
}
