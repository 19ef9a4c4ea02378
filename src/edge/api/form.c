// SPDX-License-Identifier: Apache-2.0
#include "edge/api/form.h"

#include <string.h>

#include "base/timestamp.h"
#include "edge/store/run_store.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
static bool is_letter(char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}
static bool is_one_of(char c, const char *set) {
    return c != '\0' && strchr(set, c) != NULL;
}

static bool check_name(const char *text, size_t len, size_t max) {
    if (len == 0 || len > max || text[0] == '.' || text[0] == '-') return false;
    for (size_t i = 0; i < len; i++)
        if (!is_letter(text[i]) && !is_digit(text[i]) && !is_one_of(text[i], "._-")) return false;
    return true;
}

static bool check_run(const char *text, size_t len) {
    return check_name(text, len, RUN_STORE_NAME_MAX);
}

static bool check_stored(const char *text, size_t len) {
    return check_name(text, len, 96);
}

static bool check_word(const char *text, size_t len) {
    if (len == 0 || len > 64 || !is_lower(text[0])) return false;
    for (size_t i = 0; i < len; i++)
        if (!is_lower(text[i]) && !is_digit(text[i]) && text[i] != '_') return false;
    return true;
}

static bool check_user(const char *text, size_t len) {
    if (len == 0 || len > 64 || !(is_letter(text[0]) || is_digit(text[0]))) return false;
    for (size_t i = 0; i < len; i++)
        if (!is_letter(text[i]) && !is_digit(text[i]) && !is_one_of(text[i], "._@+-")) return false;
    return true;
}

static bool check_decimal(const char *text, size_t len) {
    size_t i = len > 0 && text[0] == '-', before = 0, behind = 0;
    while (i < len && is_digit(text[i])) i++, before++;
    if (before == 0 || before > 18 || i == len) return before > 0 && before <= 18;
    if (text[i++] != '.') return false;
    while (i < len && is_digit(text[i])) i++, behind++;
    return i == len && behind > 0 && behind <= 18;
}

static bool check_time(const char *text, size_t len) {
    int64_t ns;
    return len >= 10 && len < TIMESTAMP_TEXT_SIZE && timestamp_parse(text, len, &ns) == 0;
}

static bool check_length(const char *text, size_t len) {
    int64_t ns;
    return len <= 12 && duration_parse(text, len, &ns) == 0;
}

static bool check_venue(const char *text, size_t len) {
    if (len == 0 || len > 40 || text[0] == '.') return false;
    for (size_t i = 0; i < len; i++)
        if (!is_letter(text[i]) && !is_digit(text[i]) && !is_one_of(text[i], "._:+-=^"))
            return false;
    return true;
}

static bool check_cursor(const char *text, size_t len) {
    if (len == 0 || len > 256) return false;
    for (size_t i = 0; i < len; i++)
        if (!is_letter(text[i]) && !is_digit(text[i]) && !is_one_of(text[i], "_-")) return false;
    return true;
}

static bool check_id(const char *text, size_t len) {
    if (len == 0 || len > 64) return false;
    for (size_t i = 0; i < len; i++)
        if (!is_digit(text[i]) && !(text[i] >= 'a' && text[i] <= 'f') && text[i] != '-')
            return false;
    return true;
}

static bool check_number(const char *text, size_t len) {
    if (len == 0 || len > 18 || (text[0] == '0' && len > 1)) return false;
    for (size_t i = 0; i < len; i++)
        if (!is_digit(text[i])) return false;
    return true;
}

static bool check_key(const char *text, size_t len) {
    if (len == 0 || len > 64) return false;
    for (size_t i = 0; i < len; i++)
        if (text[i] <= ' ' || text[i] > '~') return false;
    return true;
}

static bool check_line(const char *text, size_t len) {
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) return false;
    return true;
}

const struct form form_run = {"name", "^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$",
                              "is up to 64 letters, digits, points, dashes and lines below, not "
                              "beginning with a point or dash",
                              "trend-1", check_run};
const struct form form_stored = {"stored", "^[A-Za-z0-9_][A-Za-z0-9._-]{0,95}$",
                                 "is up to 96 letters, digits, points, dashes and lines below, not "
                                 "beginning with a point or dash",
                                 "trend-1", check_stored};
const struct form form_word = {"word", "^[a-z][a-z0-9_]{0,63}$",
                               "is lower-case letters, digits and lines below", "sma_cross",
                               check_word};
const struct form form_user = {"user", "^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$",
                               "is up to 64 letters, digits and any of . _ @ + -", "ada",
                               check_user};
const struct form form_decimal = {"decimal", "^-?[0-9]{1,18}(\\.[0-9]{1,18})?$",
                                  "is an exact decimal in quotes, like 12.5", "12.5",
                                  check_decimal};
const struct form form_time = {"date-time", NULL,
                               "is an instant like 2026-01-31T09:30:00Z, or a day",
                               "2018-01-02T00:00:00Z", check_time};
const struct form form_length = {"duration", "^[1-9][0-9]{0,5}(s|m|h|d|w)$",
                                 "is a duration like 30s, 5m, 1h or 1d", "1h", check_length};
const struct form form_venue = {"symbol", "^[A-Za-z0-9_:+=^-][A-Za-z0-9._:+=^-]{0,39}$",
                                "is up to 40 letters, digits and any of . _ : + - = ^", "BTC-USD",
                                check_venue};
const struct form form_cursor = {"cursor", "^[A-Za-z0-9_-]{1,256}$",
                                 "is what an earlier answer gave as next", "dHJlbmQtMQ",
                                 check_cursor};
const struct form form_id = {"id", "^[0-9a-f-]{1,64}$", "is an id: hexadecimal digits and dashes",
                             "4f1c", check_id};
const struct form form_number = {"number", "^(0|[1-9][0-9]{0,17})$", "is a whole number", "7",
                                 check_number};
const struct form form_key = {"key", "^[!-~]{1,64}$", "is up to 64 printable characters, no blank",
                              "7d2f-1", check_key};
const struct form form_line = {"line", "^[^\\u0000-\\u001f\\u007f]*$",
                               "is text without control characters", "a note", check_line};
