// SPDX-License-Identifier: Apache-2.0
// Longer bars from shorter ones or from trades, aligned to a market's calendar.
//
// A frame is a stretch of time [begin, end) that one bar covers:
//   shorter than a day   on a grid from the session's open (24/7: from 00:00 UTC), the last of a session
//                        cut at its close: 1h of New York is 09:30, 10:30, ..., 15:30-16:00
//   FRAME_DAY_S          one session
//   FRAME_WEEK_S         Monday's session to Sunday's, from the first one's open to the last one's close
//   FRAME_MONTH_S        a calendar month likewise; 30 days is its nominal length
// RESAMPLE_EXTENDED takes in what trades outside sessions: grids then run outward from open and close,
// cut at local midnight, and days, weeks and months are those of the local calendar. Without it such
// bars are left out and counted in `outside`.
//
// No look-ahead: an input bar counts in the frame that holds its last instant, so it is known by that
// frame's end; a frame's bar is given out once its end is certain, that is with an input that ends
// exactly there, with a later one, or by resample_flush with the time of a timer. Its close_ns is the
// frame's end. Frames without input give no bar.
//
// struct resample is engine state: plain bytes without pointers or padding.
#ifndef FULMAR_MARKET_RESAMPLE_H
#define FULMAR_MARKET_RESAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "market/bar.h"
#include "market/calendar.h"

enum { FRAME_DAY_S = 86400, FRAME_WEEK_S = 7 * 86400, FRAME_MONTH_S = 30 * 86400 };

enum resample_flags { RESAMPLE_EXTENDED = 1 };

// A local date and its session; open_ns = close_ns where it has none.
struct resample_day {
    int64_t begin_ns; // local midnight
    int64_t end_ns;   // the next one
    int64_t open_ns;
    int64_t close_ns;
};

struct resample {
    struct bar bar; // while building: the frame's [open_ns, close_ns) and what fell into it
    struct resample_day day; // the one looked at last
    int64_t last_ns;         // end of the latest input, or time of the latest trade
    uint64_t outside;        // inputs left out
    uint32_t frame_s;
    uint32_t calendar; // enum calendar_id
    uint32_t flags;    // enum resample_flags
    uint32_t building; // 1 while `bar` holds an unfinished frame
};
_Static_assert(sizeof(struct resample) == 128, "engine state without padding");

// frame_s: 1..86399, or one of the three longer frames; ERR_ARGUMENT otherwise.
int resample_init(struct resample *resample, enum calendar_id calendar, uint32_t frame_s,
                  uint32_t flags) MUST_USE;

// Takes the next bar and writes the bars that it completes, oldest first; returns how many: 0, 1, or 2
// (the previous frame's, late, and its own). ERR_ARGUMENT: the bar is longer than a frame, or ends no
// later than the one before. ERR_RANGE: the volume overflows. On an error nothing has changed.
int resample_bar(struct resample *resample, const struct bar *bar, struct bar ret_bars[2]) MUST_USE;

// Takes a trade and writes the bar that it completes, the frame before its own; returns 0 or 1. A trade
// at a frame's end belongs to the next frame. ERR_ARGUMENT: price or quantity <= 0, or earlier than the
// one before. ERR_RANGE as above.
int resample_trade(struct resample *resample, int64_t ts_ns, price_t price, qty_t qty,
                   struct bar *ret_bar) MUST_USE;

// Gives out the unfinished bar if its frame has ended by now_ns; returns 0 or 1. With INT64_MAX, whatever
// there is: for the end of the data alone.
int resample_flush(struct resample *resample, int64_t now_ns, struct bar *ret_bar);

// Restates the unfinished bar for a split of numerator:denominator, so that what follows fits it. Prices are
// rounded half to even and are at least 1.
void resample_split(struct resample *resample, int64_t numerator, int64_t denominator);

// The frame that holds an instant; false where there is none.
bool resample_frame(const struct resample *resample, int64_t ns, int64_t *ret_begin_ns,
                    int64_t *ret_end_ns);

#endif
