// SPDX-License-Identifier: Apache-2.0
#include "base/err.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

enum { STORY_SIZE = 1024, PLACE_SIZE = 128 };

static _Thread_local char story[STORY_SIZE];
static _Thread_local char place[PLACE_SIZE];

static void story_add(const char *sentence);
static void mark_cut(char *buf, size_t size, int len);
static const char *source_path(const char *file);

int err_set(int code, const char *file, int line, const char *format, ...) {
    CHECK(code < 0);
    // Formatted aside first: an argument may be the old story.
    char sentence[STORY_SIZE];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    mark_cut(sentence, sizeof sentence, len);
    story[0] = '\0';
    story_add(sentence);
    snprintf(place, sizeof place, "%s:%d", source_path(file), line);
    return code;
}

int err_append(int code, const char *format, ...) {
    CHECK(code < 0);
    char sentence[STORY_SIZE];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    mark_cut(sentence, sizeof sentence, len);
    if (story[0] != '\0') story_add("; ");
    story_add(sentence);
    return code;
}

const char *err_story(void) {
    return story;
}

const char *err_place(void) {
    return place;
}

void err_clear(void) {
    story[0] = '\0';
    place[0] = '\0';
}

const char *err_name(int code) {
    switch ((enum err)code) {
    case ERR_OK:
        return "ok";
    case ERR_NOMEM:
        return "nomem";
    case ERR_IO:
        return "io";
    case ERR_NOT_FOUND:
        return "not_found";
    case ERR_EXISTS:
        return "exists";
    case ERR_ARGUMENT:
        return "argument";
    case ERR_PARSE:
        return "parse";
    case ERR_RANGE:
        return "range";
    case ERR_INEXACT:
        return "inexact";
    case ERR_CORRUPT:
        return "corrupt";
    case ERR_TRUNCATED:
        return "truncated";
    case ERR_FULL:
        return "full";
    case ERR_UNSUPPORTED:
        return "unsupported";
    case ERR_STATE:
        return "state";
    case ERR_INTERRUPTED:
        return "interrupted";
    case ERR_END:
        return "end";
    case ERR_CONVERGE:
        return "no_convergence";
    case ERR_BUSY:
        return "busy";
    case ERR_CONFLICT:
        return "conflict";
    case ERR_DENIED:
        return "denied";
    }
    return "unknown";
}

// A story that does not fit ends in "...", so that nobody takes a half for the whole.
static void story_add(const char *sentence) {
    size_t used = strlen(story);
    size_t len = strlen(sentence);
    size_t room = sizeof story - 1 - used;
    size_t take = len < room ? len : room;
    memcpy(story + used, sentence, take);
    story[used + take] = '\0';
    if (take < len) memcpy(story + sizeof story - 4, "...", 4);
}

// After printing into buf: `len` is what the whole would have been, negative where nothing could be printed.
static void mark_cut(char *buf, size_t size, int len) {
    if (len < 0) buf[0] = '\0';
    if (len >= 0 && (size_t)len >= size) memcpy(buf + size - 4, "...", 4);
}

// The build names sources by whatever way leads to them; the reader knows them from the root.
static const char *source_path(const char *file) {
    const char *path = file;
    while (strncmp(path, "../", 3) == 0) path += 3;
    for (const char *at = file; (at = strstr(at, "/src/")) != NULL; at++) path = at + 1;
    return path;
}
