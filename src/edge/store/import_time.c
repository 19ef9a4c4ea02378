// SPDX-License-Identifier: Apache-2.0
#include "edge/store/import_time.h"

#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/timestamp.h"
#include "edge/store/import_input.h"
#include "edge/store/import_number.h"

enum { DATE_LEN = 10 };
static const int64_t TIME_NS_MAX = (INT64_C(1) << 62) - 1;

// Nanoseconds in one unit of an epoch.
static const int64_t UNIT_NS[] = {[TIME_EPOCH_S] = NS_PER_S,
                                  [TIME_EPOCH_MS] = NS_PER_MS,
                                  [TIME_EPOCH_US] = NS_PER_US,
                                  [TIME_EPOCH_NS] = 1,
                                  [TIME_OF_DAY_MS] = NS_PER_MS};

static const char *any_scan(struct time_scanner *scanner, const char *at, const char *end,
                            char delimiter, int64_t *ret_ns);
static const char *epoch_scan(const struct time_scanner *scanner, const char *at, const char *end,
                              char delimiter, int64_t *ret_ns);
static const char *text_scan(struct time_scanner *scanner, const char *at, const char *end,
                             char delimiter, int64_t *ret_ns);
static const char *clock_scan(const char *p, int64_t *ret_ns);
static const char *text_parse(struct time_scanner *scanner, const char *at, const char *end,
                              char delimiter, int64_t *ret_ns);
static bool names_zone(const char *at, size_t len);

void time_scanner_init(struct time_scanner *ret_scanner, enum time_format format,
                       struct zone zone) {
    *ret_scanner = (struct time_scanner){.format = format, .zone = zone};
}

const char *time_scan(struct time_scanner *scanner, const char *at, const char *end, char delimiter,
                      int64_t *ret_ns) {
    int64_t ns;
    const char *p = any_scan(scanner, at, end, delimiter, &ns);
    if (p == NULL || ns < -TIME_NS_MAX || ns > TIME_NS_MAX) return NULL;
    *ret_ns = ns;
    return p;
}

static const char *any_scan(struct time_scanner *scanner, const char *at, const char *end,
                            char delimiter, int64_t *ret_ns) {
    if (scanner->format == TIME_TEXT) return text_scan(scanner, at, end, delimiter, ret_ns);
    const char *p = epoch_scan(scanner, at, end, delimiter, ret_ns);
    scanner->zoned = true;
    if (p == NULL || scanner->format != TIME_OF_DAY_MS) return p;
    if (*ret_ns < 0 || *ret_ns > NS_PER_DAY) return NULL;
    *ret_ns = zone_to_utc(scanner->zone, scanner->day_ns + *ret_ns);
    scanner->zoned = false;
    return p;
}

bool clock_parse(const char *at, size_t len, int64_t *ret_ns) {
    char text[24 + INPUT_PADDING] = "";
    if (len < 4 || len > 18) return false;
    memcpy(text, at, len);
    bool plain = strspn(text, "0123456789") == len && (len == 4 || len == 6);
    if (plain) {
        snprintf(text, sizeof text, "%.2s:%.2s%s%.2s", at, at + 2, len == 6 ? ":" : "",
                 len == 6 ? at + 4 : "");
        len = strlen(text);
    }
    return clock_scan(text, ret_ns) == text + len;
}

bool time_format_sniff(const char *at, size_t len, enum time_format *ret_format) {
    int64_t ns;
    struct time_scanner scanner;
    time_scanner_init(&scanner, TIME_TEXT, (struct zone){0});
    if (text_parse(&scanner, at, at + len, '\0', &ns) != NULL) {
        *ret_format = TIME_TEXT;
        return true;
    }
    struct number number = number_parse(at, at + len);
    if (number.state != NUMBER_OK || number.m <= 0) return false;
    int64_t whole = number.m / decimal_pow10(number.frac);
    if (whole < 100000000 || (number.frac > 0 && whole >= INT64_C(1000000000000000))) return false;
    *ret_format = whole < INT64_C(100000000000)         ? TIME_EPOCH_S
                  : whole < INT64_C(100000000000000)    ? TIME_EPOCH_MS
                  : whole < INT64_C(100000000000000000) ? TIME_EPOCH_US
                                                        : TIME_EPOCH_NS;
    return true;
}

static const char *epoch_scan(const struct time_scanner *scanner, const char *at, const char *end,
                              char delimiter, int64_t *ret_ns) {
    struct number number;
    const char *p = number_scan(at, end, delimiter, &number);
    if (number.state != NUMBER_OK) return NULL;
    int64_t unit_ns = UNIT_NS[scanner->format];
    if (LIKELY(number.frac == 0))
        return __builtin_mul_overflow(number.m, unit_ns, ret_ns) ? NULL : p;
    __int128 ns = (__int128)number.m * unit_ns / decimal_pow10(number.frac);
    if (ns > INT64_MAX || ns < INT64_MIN) return NULL;
    *ret_ns = (int64_t)ns;
    return p;
}

// The usual "2018-01-01T00:00:00.000Z" on a date that was seen before; anything else the long way.
static const char *text_scan(struct time_scanner *scanner, const char *at, const char *end,
                             char delimiter, int64_t *ret_ns) {
    bool fits = end - at >= DATE_LEN;
    if (LIKELY(fits && memcmp(at, scanner->cached, DATE_LEN) == 0)) {
        const char *p = at + DATE_LEN;
        int64_t ns = scanner->cached_ns, clock_ns = 0;
        bool zoned = false;
        if (*p == ' ' || *p == 'T') {
            p = clock_scan(p + 1, &clock_ns);
            if (p != NULL && *p == 'Z') {
                zoned = true;
                p++;
            }
        }
        if (LIKELY(p != NULL && field_ends(p, end, delimiter) && p <= end)) {
            scanner->zoned = zoned;
            ns += clock_ns;
            bool shifted = !zoned && (scanner->zone.offset_s != 0 || scanner->zone.rule != 0);
            *ret_ns = UNLIKELY(shifted) ? zone_to_utc(scanner->zone, ns) : ns;
            return p;
        }
    } else if (fits) {
        int32_t date;
        if (date_parse(at, DATE_LEN, &date) == 0) {
            memcpy(scanner->cached, at, DATE_LEN);
            scanner->cached_ns = date_to_ns(date);
        }
    }
    const char *stop = field_end(at, end, delimiter);
    return text_parse(scanner, at, stop, delimiter, ret_ns);
}

// "HH:MM", "HH:MM:SS" or "HH:MM:SS.f{1,9}"; NULL for anything else.
static const char *clock_scan(const char *p, int64_t *ret_ns) {
    unsigned h1 = (unsigned)p[0] - '0', h2 = (unsigned)p[1] - '0';
    unsigned m1 = (unsigned)p[3] - '0', m2 = (unsigned)p[4] - '0';
    if (h1 > 9 || h2 > 9 || m1 > 5 || m2 > 9 || p[2] != ':' || h1 * 10 + h2 > 23) return NULL;
    int64_t ns = ((int64_t)(h1 * 10 + h2) * 60 + m1 * 10 + m2) * NS_PER_MIN;
    p += 5;
    if (*p == ':') {
        unsigned s1 = (unsigned)p[1] - '0', s2 = (unsigned)p[2] - '0';
        if (s1 > 5 || s2 > 9) return NULL;
        ns += (int64_t)(s1 * 10 + s2) * NS_PER_S;
        p += 3;
        if (*p == '.') {
            uint64_t fraction = 0;
            unsigned digits = digits_read(++p, &fraction);
            if (digits == 0 || (digits == 8 && (unsigned)p[8] - '0' <= 9)) return NULL;
            ns += (int64_t)(fraction * DIGITS_POW10[8 - digits] * 10);
            p += digits;
        }
    }
    *ret_ns = ns;
    return p;
}

static const char *text_parse(struct time_scanner *scanner, const char *at, const char *end,
                              char delimiter, int64_t *ret_ns) {
    const char *from = at, *to = end;
    while (from < to && *from == ' ') from++;
    while (to > from && to[-1] == ' ') to--;
    if (to - from >= 2 && *from == '"' && to[-1] == '"') {
        from++;
        to--;
    }
    int64_t ns;
    if (timestamp_parse(from, (size_t)(to - from), &ns) < 0) return NULL;
    scanner->zoned = names_zone(from, (size_t)(to - from));
    *ret_ns = scanner->zoned ? ns : zone_to_utc(scanner->zone, ns);
    return end;
}

static bool names_zone(const char *at, size_t len) {
    if (len > 0 && (at[len - 1] == 'Z' || at[len - 1] == 'z')) return true;
    return len > DATE_LEN + 6 && (at[len - 6] == '+' || at[len - 6] == '-' || at[len - 5] == '+' ||
                                  at[len - 5] == '-' || at[len - 3] == '+' || at[len - 3] == '-');
}
