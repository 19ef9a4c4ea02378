// SPDX-License-Identifier: Apache-2.0
// Time zones by rule, so that a run needs no zone files and gives the same instants on every machine.
//
// The United States' rule is the Uniform Time Act's from 1967 on with its changes of 1974-75, 1976,
// 1987 and 2007 (15 U.S.C. 260a and tz database file `northamerica`); before 1967 standard time is
// taken, which local practice did not follow. Hong Kong is +08 (right since 1979-10-21) and Kolkata
// +05:30 (since 1945-10-15).
#ifndef FULMAR_MARKET_ZONE_H
#define FULMAR_MARKET_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum zone_rule { ZONE_FIXED, ZONE_UNITED_STATES };

struct zone {
    int32_t offset_s; // standard time minus UTC, within a day
    uint32_t rule;    // enum zone_rule
};

// Finds "UTC", "America/New_York", "America/Chicago", "Asia/Kolkata", "Asia/Hong_Kong", and fixed
// offsets "UTC-05", "UTC+0530", "+05:30", "Z". False: unknown.
bool zone_find(const char *name, struct zone *ret_zone);

// Local wall clock minus UTC at an instant.
int32_t zone_offset_s(struct zone zone, int64_t utc_ns);

// The wall clock's reading as nanoseconds since 1970-01-01T00:00:00 of that clock.
int64_t zone_to_local(struct zone zone, int64_t utc_ns);

// The instant of a wall clock's reading. One that comes twice (clocks set back) is the first of the
// two; one that is skipped (clocks set forward) is read with the offset that held before, so 02:30
// becomes 03:30 daylight time. These are the choices of RFC 5545 and of ECMAScript Temporal's
// "compatible".
int64_t zone_to_utc(struct zone zone, int64_t local_ns);

#endif
