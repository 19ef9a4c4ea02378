// SPDX-License-Identifier: Apache-2.0
#include "edge/store/import_number.h"

#include <strings.h>

#include "base/decimal.h"

enum { PLAIN_SIZE = 64 };

static bool is_word(const char *at, size_t len, const char *const *words, size_t count);
static size_t point_complete(const char *at, size_t len, char ret_text[PLAIN_SIZE]);

struct number number_parse(const char *at, const char *end) {
    static const char *const NOTHING[] = {"", "NA", "N/A", "#N/A", "null", "none", "-"};
    static const char *const UNBOUND[] = {"nan",  "+nan",   "-nan",     "inf",       "+inf",
                                          "-inf", "1.#inf", "infinity", "-infinity", "+infinity"};
    while (at < end && (*at == ' ' || *at == '\t')) at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t')) end--;
    if (end - at >= 2 && *at == '"' && end[-1] == '"') {
        at++;
        end--;
    }
    size_t len = (size_t)(end - at);
    if (is_word(at, len, NOTHING, sizeof NOTHING / sizeof NOTHING[0]))
        return (struct number){.state = NUMBER_BLANK};
    if (is_word(at, len, UNBOUND, sizeof UNBOUND / sizeof UNBOUND[0]))
        return (struct number){.state = NUMBER_NON_FINITE};
    char plain[PLAIN_SIZE];
    const char *point = memchr(at, '.', len);
    bool one = point != NULL && memrchr(at, '.', len) == point;
    if (one && len + 2 < sizeof plain) {
        len = point_complete(at, len, plain);
        at = plain;
    }
    int frac = decimal_text_decimals(at, len);
    if (frac < 0) return (struct number){.state = NUMBER_SYNTAX};
    // What has more fraction digits than a mantissa keeps is rounded at the last one; the caller sees
    // more decimals than it allows and counts it.
    int kept = frac > DECIMALS_MAX ? DECIMALS_MAX : frac;
    struct number number = {.frac = kept};
    while (decimal_parse_round(at, len, kept, ROUND_HALF_EVEN, &number.m) < 0) {
        if (kept == 0) return (struct number){.state = NUMBER_OVERFLOW};
        number.frac = --kept;
    }
    return number;
}

const char *field_end(const char *at, const char *end, char delimiter) {
    if (at < end && *at == '"') {
        const char *close = at + 1;
        while (close < end && *close != '"' && *close != '\n') close++;
        if (close < end && *close == '"') at = close + 1;
    }
    while (at < end && *at != delimiter && *at != '\n' && *at != '\r') at++;
    return at;
}

static bool is_word(const char *at, size_t len, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i]) == len && strncasecmp(at, words[i], len) == 0) return true;
    return false;
}

// A point needs digits on both sides in base/decimal.h; files write .5 and 5. as well.
static size_t point_complete(const char *at, size_t len, char ret_text[PLAIN_SIZE]) {
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        bool before = i > 0 && (unsigned)at[i - 1] - '0' <= 9;
        bool after = i + 1 < len && (unsigned)at[i + 1] - '0' <= 9;
        if (at[i] == '.' && !before && after) ret_text[used++] = '0';
        if (at[i] == '.' && before && !after) continue;
        ret_text[used++] = at[i];
    }
    return used;
}
