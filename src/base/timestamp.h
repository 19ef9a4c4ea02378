// SPDX-License-Identifier: Apache-2.0
// Instants and dates. An instant is int64 nanoseconds since 1970-01-01T00:00:00Z (names end in _ns), proleptic
// Gregorian, no leap seconds, 1677-09-21 to 2262-04-11. A date is int32 days since 1970-01-01. No zones here: those
// live in market/calendar.h.
#ifndef FULMAR_BASE_TIMESTAMP_H
#define FULMAR_BASE_TIMESTAMP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MIN (60 * NS_PER_S)
#define NS_PER_HOUR (3600 * NS_PER_S)
#define NS_PER_DAY (86400 * NS_PER_S)

enum { TIMESTAMP_TEXT_SIZE = 40, DATE_TEXT_SIZE = 16 };

struct civil_date {
    int32_t year;  // 1677..2262
    int32_t month; // 1..12
    int32_t day;   // 1..31
};

// Parses RFC 3339 ("2018-01-01T00:00:00.5Z", "...+05:30") and its everyday relatives: a space for the T, no zone
// (UTC), no seconds, "2018-01-01" and "20180101" and "20180101 00:00" (midnight UTC). Up to 9 fraction digits.
// ERR_PARSE, or ERR_RANGE for a date, time of day (24:00 and the leap second :60 among them) or offset that does not
// exist or does not fit. No story is set (hot path).
int timestamp_parse(const char *text, size_t len, int64_t *ret_ns) MUST_USE;

// Prints "2018-01-01T00:00:00Z", with .mmm, .mmmmmm or .nnnnnnnnn only where needed; returns the length. size >=
// TIMESTAMP_TEXT_SIZE.
size_t timestamp_print(char *buf, size_t size, int64_t ns);

// Howard Hinnant's days_from_civil and its inverse.
int32_t date_from_civil(int32_t year, int32_t month, int32_t day);
struct civil_date date_to_civil(int32_t date);
int32_t date_days_in_month(int32_t year, int32_t month);
// "2018-01-01" or "20180101", from 1677-09-22 to 2262-04-11 (days whose midnight is an instant). ERR_PARSE, ERR_RANGE.
int date_parse(const char *text, size_t len, int32_t *ret_date) MUST_USE;
size_t date_print(char *buf, size_t size,
                  int32_t date);    // "2018-01-01"; years 0 to 9999. size >= DATE_TEXT_SIZE
int32_t date_weekday(int32_t date); // 0 = Monday .. 6 = Sunday

// The UTC date of an instant (floor), and midnight UTC of a date (CHECKs that it is an instant).
int32_t date_of_ns(int64_t ns);
int64_t date_to_ns(int32_t date);

// Parses a duration "90s", "5m", "1h", "1d", "1w", "250ms", "10us", "5ns"; a bare number is not accepted. > 0.
// ERR_PARSE; ERR_RANGE for zero and for what does not fit. No story is set.
int duration_parse(const char *text, size_t len, int64_t *ret_ns) MUST_USE;
// Prints the shortest such text ("5m", "1d", "90s"; zero is "0s", a negative one has its sign); returns the length.
// size >= TIMESTAMP_TEXT_SIZE.
size_t duration_print(char *buf, size_t size, int64_t ns);

#endif
