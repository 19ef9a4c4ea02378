// SPDX-License-Identifier: Apache-2.0
#include "edge/api/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/jout.h"
#include "base/timestamp.h"

const char *call_param(const struct call *call, const char *name) {
    const struct field *fields[ROUTE_PARAMS_MAX];
    size_t count = route_params(call->route, fields);
    for (size_t i = 0; i < count; i++)
        if (strcmp(fields[i]->name, name) == 0) return call->params[i];
    CHECK(!"the row has this parameter");
    return NULL;
}

const char *call_query(const struct call *call, const char *name) {
    for (size_t i = 0; i < call->route->query_count; i++)
        if (strcmp(call->route->query[i].name, name) == 0) return call->query[i];
    CHECK(!"the row has this parameter");
    return NULL;
}

int64_t call_query_int(const struct call *call, const char *name, int64_t fallback) {
    const char *text = call_query(call, name);
    return text != NULL ? strtoll(text, NULL, 10) : fallback;
}

bool call_query_bool(const struct call *call, const char *name, bool fallback) {
    const char *text = call_query(call, name);
    return text != NULL ? strcmp(text, "true") == 0 : fallback;
}

int64_t call_query_time(const struct call *call, const char *name, int64_t fallback) {
    const char *text = call_query(call, name);
    int64_t ns = fallback;
    if (text != NULL && timestamp_parse(text, strlen(text), &ns) < 0) ns = fallback;
    return ns;
}

const json_t *call_member(const struct call *call, const char *name) {
    const json_t *value = json_object_get(call->body, name);
    return json_is_null(value) ? NULL : value;
}

const char *call_text(const struct call *call, const char *name) {
    const char *text = json_string_value(call_member(call, name));
    return text != NULL ? text : "";
}

int64_t call_int(const struct call *call, const char *name, int64_t fallback) {
    const json_t *value = call_member(call, name);
    return value != NULL ? json_integer_value(value) : fallback;
}

bool call_bool(const struct call *call, const char *name, bool fallback) {
    const json_t *value = call_member(call, name);
    return value != NULL ? json_is_true(value) : fallback;
}

void call_header(struct call *call, const char *name, const char *value) {
    CHECK(call->header_count < CALL_HEADERS_MAX);
    char *copy = strdup(value);
    CHECK(copy != NULL);
    call->headers[call->header_count++] = (struct call_header){name, copy};
}

int call_fail(struct call *call, int status, const char *code, const char *format, ...) {
    char words[1024];
    va_list list;
    va_start(list, format);
    vsnprintf(words, sizeof words, format, list);
    va_end(list);
    call->status = status;
    call->code = code;
    return ERR_SET(ERR_ARGUMENT, "%s", words);
}

int call_refuse(struct call *call, const char *at, const char *format, ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(call->fault.words, sizeof call->fault.words, format, list);
    va_end(list);
    snprintf(call->fault.path, sizeof call->fault.path, "%s", at);
    return call_fail(call, 422, NULL, "%s %s", at, call->fault.words);
}

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Base64url without padding.
static void print_cursor(const char *key, struct text *out) {
    size_t len = strlen(key);
    for (size_t i = 0; i < len; i += 3) {
        uint32_t bits = (uint32_t)(unsigned char)key[i] << 16;
        size_t has = len - i < 3 ? len - i : 3;
        if (has > 1) bits |= (uint32_t)(unsigned char)key[i + 1] << 8;
        if (has > 2) bits |= (unsigned char)key[i + 2];
        for (size_t k = 0; k <= has; k++) text_add_char(out, letters[bits >> (18 - 6 * k) & 63]);
    }
}

// False: it is no key that print_cursor printed.
static bool read_cursor(const char *cursor, char *ret_key, size_t size) {
    size_t len = strlen(cursor), count = 0;
    uint32_t bits = 0;
    for (size_t i = 0; i < len; i++) {
        const char *at = strchr(letters, cursor[i]);
        if (at == NULL) return false;
        bits = bits << 6 | (uint32_t)(at - letters);
        if (i % 4 == 0) continue;
        if (count + 1 == size) return false;
        unsigned char byte = (unsigned char)(bits >> (6 - 2 * (i % 4)));
        if (byte < ' ') return false;
        ret_key[count++] = (char)byte;
    }
    ret_key[count] = '\0';
    return len % 4 != 1;
}

int call_page_read(struct call *call, struct call_page *ret_page) {
    const char *cursor = call_query(call, "cursor");
    *ret_page = (struct call_page){.limit = (size_t)call_query_int(call, "limit", 100)};
    if (cursor != NULL && !read_cursor(cursor, ret_page->after, sizeof ret_page->after))
        return call_fail(call, 400, NULL, "cursor is not what an earlier answer gave as next");
    return 0;
}

int call_page_begin(struct call *call, struct call_page *ret_page) {
    TRY(call_page_read(call, ret_page));
    jout_object(&call->out);
    jout_key(&call->out, "items");
    jout_array(&call->out);
    return 0;
}

bool call_page_take(struct call_page *page, const char *key) {
    int order = strcmp(key, page->after);
    bool before = page->after[0] != '\0' && (page->falling ? order >= 0 : order <= 0);
    if (page->more || before) return false;
    if (page->count == page->limit) {
        page->more = true;
        return false;
    }
    page->count++;
    snprintf(page->last, sizeof page->last, "%s", key);
    return true;
}

void call_page_end(struct call *call, const struct call_page *page) {
    struct text *out = &call->out;
    jout_end_array(out);
    jout_key(out, "next");
    if (page->more) {
        text_add_char(out, '"');
        print_cursor(page->last, out);
        text_add_char(out, '"');
    } else {
        jout_null(out);
    }
    jout_end_object(out);
}
