// SPDX-License-Identifier: Apache-2.0
// Times of a CSV row in one of the forms that files use.
#ifndef FULMAR_EDGE_STORE_IMPORT_TIME_H
#define FULMAR_EDGE_STORE_IMPORT_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "market/zone.h"

enum time_format {
    TIME_TEXT,    // all that timestamp_parse reads: RFC 3339, dates, YYYYMMDD, "YYYYMMDD HH:MM"
    TIME_EPOCH_S, // since 1970, with or without a fraction
    TIME_EPOCH_MS,
    TIME_EPOCH_US,
    TIME_EPOCH_NS,
    TIME_OF_DAY_MS // since the midnight of `day_ns`
};

struct time_scanner {
    enum time_format format;
    struct zone zone; // of times that name none
    int64_t day_ns;   // TIME_OF_DAY_MS: the date's midnight as a wall clock reads it
    int64_t cached_ns;
    char cached[10]; // the date of cached_ns, "" at first
    bool zoned;      // the latest time named its zone, or is an epoch
};

void time_scanner_init(struct time_scanner *ret_scanner, enum time_format format, struct zone zone);

// Reads the field at `at`: returns its end and sets ret_ns (UTC); NULL: not a time between
// 1823-11-12 and 2116-02-20 (so that no difference of two overflows). Padding as in
// import_number.h.
const char *time_scan(struct time_scanner *scanner, const char *at, const char *end, char delimiter,
                      int64_t *ret_ns);

// A time of day alone: HH:MM, HH:MM:SS[.f], HHMM or HHMMSS. False: it is none.
bool clock_parse(const char *at, size_t len, int64_t *ret_ns);

// The format of a field of text; false: not a time.
bool time_format_sniff(const char *at, size_t len, enum time_format *ret_format);

#endif
