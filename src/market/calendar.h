// SPDX-License-Identifier: Apache-2.0
// When markets are open: time zones (market/zone.h), sessions and holidays. Nothing else in the
// program knows of them.
//
// A session is one trading date's regular hours [open_ns, close_ns); hours before and after belong to
// no session. Functions are pure; a date is days since 1970-01-01 (base/timestamp.h).
//
// 24/7  every date from 00:00 UTC to the next; 365 days a year.
// XNYS  09:30-16:00 New York. Holidays and 13:00 closes by rule, closures and short days that no rule
//       gives by a table (presidents' funerals, 2001-09-11..14, hurricane Sandy, ...), from the New York Stock
//       Exchange's own lists of holidays and special closings. Covered 1990 to 2028. Openings delayed and
//       closings advanced by less than ten minutes (moments of silence, computer trouble) are not kept.
// XNSE  09:15-15:30 Kolkata, equity segment, by a table from the exchange's circulars. Covered 2019 to
//       2026 but for 2026-11-08, whose evening hours were not published when the table was made. A festival's
//       Muhurat session and a Saturday or Sunday session are sessions of their own date with `early` set
//       where they are shorter than usual; the two halves of 2024-03-02 and 2024-05-18 (moves to the
//       disaster recovery site) are one session with the pause in it.
// Outside the covered dates XNYS goes on by its rules and XNSE closes on weekends alone.
#ifndef FULMAR_MARKET_CALENDAR_H
#define FULMAR_MARKET_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "market/instrument.h"
#include "market/zone.h"

struct session {
    int64_t open_ns;
    int64_t close_ns;
    int32_t date;
    uint32_t early; // 1: shorter than the calendar's regular hours
};
_Static_assert(sizeof(struct session) == 24, "kept in engine state");

// The session of a trading date; false, and nothing written, when the market is closed that day.
bool calendar_session(enum calendar_id calendar, int32_t date, struct session *ret_session);

// The close of the session that an instant is in, or of the next one: the first close after ns.
int64_t calendar_next_close(enum calendar_id calendar, int64_t ns);

// The first session of a date after `date`, the last one before it. There always is one.
void calendar_next_session(enum calendar_id calendar, int32_t date, struct session *ret_session);
void calendar_prev_session(enum calendar_id calendar, int32_t date, struct session *ret_session);

// Whether holidays of that date are known: see above.
bool calendar_covers(enum calendar_id calendar, int32_t date);

// The trading date an instant belongs to: its local date, or the next trading date when that one has no
// session. What trades after the close is still of that date; a weekend is of the session it leads to.
int32_t calendar_day_of(enum calendar_id calendar, int64_t ns);

// Whether an instant is inside a session.
bool calendar_is_open(enum calendar_id calendar, int64_t ns);

// What annualises a daily statistic: 252 for the exchanges, 365 for 24/7.
int32_t calendar_days_per_year(enum calendar_id calendar);

struct zone calendar_zone(enum calendar_id calendar);

const char *calendar_name(enum calendar_id calendar); // "24/7", "XNYS", "XNSE"
int calendar_find(const char *name);                  // -1

#endif
