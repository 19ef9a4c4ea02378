// SPDX-License-Identifier: Apache-2.0
#include "base/timestamp.h"

#include <stdbool.h>
#include <string.h>

#include "base/check.h"

enum {
    SECONDS_PER_DAY = 86400,
    FRACTION_DIGITS_MAX = 9,
    DATE_FIRST = -106751, // 1677-09-22, the first whole day of the range
    DATE_LAST = 106751,   // 2262-04-11
    YEAR_FAR = 5900000    // more than the years of 2^31 days
};

struct unit {
    char name[3];
    int64_t ns;
};

// Longest first; "m" stands for minutes and "ms" is told apart by its length.
static const struct unit units[] = {
    {"w", 7 * NS_PER_DAY}, {"d", NS_PER_DAY}, {"h", NS_PER_HOUR}, {"m", NS_PER_MIN},
    {"s", NS_PER_S},       {"ms", NS_PER_MS}, {"us", NS_PER_US},  {"ns", 1},
};
enum { UNITS_COUNT = sizeof units / sizeof units[0] };

static inline int32_t pair(const char *text, unsigned *bad);
static inline int parse_date(const char **at, const char *end, int32_t *ret_date);
static inline int parse_time(const char **at, const char *end, int64_t *ret_ns);
static int parse_offset(const char **at, const char *end, int64_t *ret_ns);
static inline int64_t days_from_civil(int32_t year, int32_t month, int32_t day);
static inline bool is_leap(int32_t year);
static inline int32_t days_in_month(int32_t year, int32_t month);
static void print_digits(char *buf, int count, uint64_t value);

int timestamp_parse(const char *text, size_t len, int64_t *ret_ns) {
    const char *at = text;
    const char *end = text + len;
    int32_t date = 0;
    int64_t time_ns = 0;
    int64_t offset_ns = 0;
    TRY(parse_date(&at, end, &date));
    if (at < end) {
        if (*at != ' ' && *at != 'T' && *at != 't') return ERR_PARSE;
        at++;
        TRY(parse_time(&at, end, &time_ns));
        if (at < end) TRY(parse_offset(&at, end, &offset_ns));
        if (at < end) return ERR_PARSE;
    }
    __int128 ns = (__int128)date * NS_PER_DAY + time_ns - offset_ns;
    if (UNLIKELY(ns != (int64_t)ns)) return ERR_RANGE;
    *ret_ns = (int64_t)ns;
    return 0;
}

size_t timestamp_print(char *buf, size_t size, int64_t ns) {
    CHECK(size >= TIMESTAMP_TEXT_SIZE);
    int32_t date = date_of_ns(ns);
    // The first day of the range begins before int64 does.
    int64_t in_day = (int64_t)(ns - (__int128)date * NS_PER_DAY);
    int64_t seconds = in_day / NS_PER_S;
    int64_t fraction = in_day % NS_PER_S;
    size_t len = date_print(buf, size, date);
    buf[len] = 'T';
    print_digits(buf + len + 1, 2, (uint64_t)(seconds / 3600));
    buf[len + 3] = ':';
    print_digits(buf + len + 4, 2, (uint64_t)(seconds / 60 % 60));
    buf[len + 6] = ':';
    print_digits(buf + len + 7, 2, (uint64_t)(seconds % 60));
    len += 9;
    if (fraction != 0) {
        int digits = FRACTION_DIGITS_MAX;
        for (; fraction % 1000 == 0; fraction /= 1000) digits -= 3;
        buf[len] = '.';
        print_digits(buf + len + 1, digits, (uint64_t)fraction);
        len += 1 + (size_t)digits;
    }
    buf[len++] = 'Z';
    buf[len] = '\0';
    return len;
}

int32_t date_from_civil(int32_t year, int32_t month, int32_t day) {
    CHECK(year >= -YEAR_FAR && year <= YEAR_FAR);
    CHECK(month >= 1 && month <= 12 && day >= 1 && day <= 31);
    int64_t date = days_from_civil(year, month, day);
    CHECK(date == (int32_t)date);
    return (int32_t)date;
}

struct civil_date date_to_civil(int32_t date) {
    // Days since 0000-03-01, so that the leap day is the last of its year; then eras of 400 years.
    int64_t days = (int64_t)date + 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int32_t day_of_era = (int32_t)(days - era * 146097);
    int32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t shifted_month = (5 * day_of_year + 2) / 153;
    int32_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    return (struct civil_date){.year = (int32_t)(year_of_era + era * 400) + (month <= 2),
                               .month = month,
                               .day = day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

int32_t date_days_in_month(int32_t year, int32_t month) {
    CHECK(month >= 1 && month <= 12);
    return days_in_month(year, month);
}

int date_parse(const char *text, size_t len, int32_t *ret_date) {
    const char *at = text;
    int32_t date = 0;
    TRY(parse_date(&at, text + len, &date));
    if (at != text + len) return ERR_PARSE;
    if (date < DATE_FIRST || date > DATE_LAST) return ERR_RANGE;
    *ret_date = date;
    return 0;
}

size_t date_print(char *buf, size_t size, int32_t date) {
    CHECK(size >= DATE_TEXT_SIZE);
    struct civil_date civil = date_to_civil(date);
    CHECK(civil.year >= 0 && civil.year <= 9999);
    print_digits(buf, 4, (uint64_t)civil.year);
    buf[4] = '-';
    print_digits(buf + 5, 2, (uint64_t)civil.month);
    buf[7] = '-';
    print_digits(buf + 8, 2, (uint64_t)civil.day);
    buf[10] = '\0';
    return 10;
}

int32_t date_weekday(int32_t date) {
    // 1970-01-01 was a Thursday, number 3.
    int32_t weekday = (int32_t)(((int64_t)date + 3) % 7);
    return weekday < 0 ? weekday + 7 : weekday;
}

int32_t date_of_ns(int64_t ns) {
    return (int32_t)(ns / NS_PER_DAY - (ns % NS_PER_DAY < 0));
}

int64_t date_to_ns(int32_t date) {
    CHECK(date >= DATE_FIRST && date <= DATE_LAST);
    return date * NS_PER_DAY;
}

int duration_parse(const char *text, size_t len, int64_t *ret_ns) {
    int64_t count = 0;
    bool fits = true;
    size_t digits = 0;
    for (; digits < len && text[digits] >= '0' && text[digits] <= '9'; digits++)
        fits = fits && !__builtin_mul_overflow(count, 10, &count) &&
               !__builtin_add_overflow(count, text[digits] - '0', &count);
    if (digits == 0) return ERR_PARSE;
    for (int i = 0; i < UNITS_COUNT; i++) {
        size_t name_len = strlen(units[i].name);
        if (len - digits != name_len || memcmp(text + digits, units[i].name, name_len) != 0)
            continue;
        int64_t ns;
        if (!fits || __builtin_mul_overflow(count, units[i].ns, &ns) || ns == 0) return ERR_RANGE;
        *ret_ns = ns;
        return 0;
    }
    return ERR_PARSE;
}

size_t duration_print(char *buf, size_t size, int64_t ns) {
    CHECK(size >= TIMESTAMP_TEXT_SIZE);
    uint64_t left = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
    const struct unit *unit = units;
    while (left % (uint64_t)unit->ns != 0) unit++;
    if (left == 0) unit = &units[4];
    left /= (uint64_t)unit->ns;
    int digits = 1;
    for (uint64_t rest = left / 10; rest > 0; rest /= 10) digits++;
    size_t len = 0;
    if (ns < 0) buf[len++] = '-';
    print_digits(buf + len, digits, left);
    len += (size_t)digits;
    size_t name_len = strlen(unit->name);
    memcpy(buf + len, unit->name, name_len + 1);
    return len + name_len;
}

// Two digits; anything else marks `bad`.
static inline int32_t pair(const char *text, unsigned *bad) {
    unsigned tens = (unsigned char)text[0] - (unsigned)'0';
    unsigned ones = (unsigned char)text[1] - (unsigned)'0';
    *bad |= (tens > 9) | (ones > 9);
    return (int32_t)(tens * 10 + ones);
}

static inline int parse_date(const char **at, const char *end, int32_t *ret_date) {
    const char *p = *at;
    if (UNLIKELY(end - p < 8)) return ERR_PARSE;
    size_t dash = p[4] == '-';
    if (dash && UNLIKELY(end - p < 10 || p[7] != '-')) return ERR_PARSE;
    unsigned bad = 0;
    int32_t year = pair(p, &bad) * 100 + pair(p + 2, &bad);
    int32_t month = pair(p + 4 + dash, &bad);
    int32_t day = pair(p + 6 + 2 * dash, &bad);
    if (UNLIKELY(bad)) return ERR_PARSE;
    if (UNLIKELY(month < 1 || month > 12 || day < 1)) return ERR_RANGE;
    if (UNLIKELY(day > 28 && day > days_in_month(year, month))) return ERR_RANGE;
    *at = p + 8 + 2 * dash;
    *ret_date = (int32_t)days_from_civil(year, month, day);
    return 0;
}

// "HH:MM", "HH:MM:SS" or "HH:MM:SS.f" to nanoseconds in the day.
static inline int parse_time(const char **at, const char *end, int64_t *ret_ns) {
    const char *p = *at;
    if (UNLIKELY(end - p < 5 || p[2] != ':')) return ERR_PARSE;
    unsigned bad = 0;
    int32_t hour = pair(p, &bad);
    int32_t minute = pair(p + 3, &bad);
    int32_t second = 0;
    uint32_t fraction = 0;
    p += 5;
    if (LIKELY(p < end && *p == ':')) {
        if (UNLIKELY(end - p < 3)) return ERR_PARSE;
        second = pair(p + 1, &bad);
        p += 3;
        if (p < end && *p == '.') {
            static const uint32_t scale[FRACTION_DIGITS_MAX + 1] = {
                1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};
            const char *first = ++p;
            for (; p < end && p - first < FRACTION_DIGITS_MAX; p++) {
                unsigned digit = (unsigned char)*p - (unsigned)'0';
                if (digit > 9) break;
                fraction = fraction * 10 + digit;
            }
            if (UNLIKELY(p == first)) return ERR_PARSE;
            fraction *= scale[p - first];
        }
    }
    if (UNLIKELY(bad)) return ERR_PARSE;
    if (UNLIKELY(hour > 23 || minute > 59 || second > 59)) return ERR_RANGE;
    *at = p;
    *ret_ns = (hour * 3600 + minute * 60 + second) * NS_PER_S + fraction;
    return 0;
}

// "Z", "z" or "+HH:MM" to nanoseconds east of UTC.
static int parse_offset(const char **at, const char *end, int64_t *ret_ns) {
    const char *p = *at;
    if (*p == 'Z' || *p == 'z') {
        *at = p + 1;
        *ret_ns = 0;
        return 0;
    }
    if ((*p != '+' && *p != '-') || end - p < 6 || p[3] != ':') return ERR_PARSE;
    unsigned bad = 0;
    int32_t hour = pair(p + 1, &bad);
    int32_t minute = pair(p + 4, &bad);
    if (bad) return ERR_PARSE;
    if (hour > 23 || minute > 59) return ERR_RANGE;
    int64_t ns = (hour * 60 + minute) * NS_PER_MIN;
    *at = p + 6;
    *ret_ns = *p == '-' ? -ns : ns;
    return 0;
}

static inline int64_t days_from_civil(int32_t year, int32_t month, int32_t day) {
    // The year begins in March here: the leap day is its last.
    year -= month <= 2;
    int32_t era = (year >= 0 ? year : year - 399) / 400;
    int32_t year_of_era = year - era * 400;
    int32_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * INT64_C(146097) + day_of_era - 719468;
}

static inline bool is_leap(int32_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static inline int32_t days_in_month(int32_t year, int32_t month) {
    static const int8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

static void print_digits(char *buf, int count, uint64_t value) {
    for (int i = count - 1; i >= 0; i--, value /= 10) buf[i] = (char)('0' + value % 10);
}
