// SPDX-License-Identifier: Apache-2.0
// Footprint bars ("numbers bars", cluster chart): bars of trades with the volume at the bid and at the ask of
// every row of prices in them.
//
// A bar ends, by its kind,
//   FOOTPRINT_TIME    with its frame of the market's calendar (market/resample.h), known with the first trade after
//                     it or by footprint_flush; a trade at a frame's end belongs to the next
//   FOOTPRINT_VOLUME  with the trade that brings its volume to the limit, quantity mantissa
//   FOOTPRINT_TRADES  with its limit-th trade
//   FOOTPRINT_DELTA   with the trade that brings its delta to +limit or -limit
//   FOOTPRINT_RANGE   with the trade that brings high - low to the limit, price mantissa
// Trades are not divided: a bar holds the trade that ends it, whole. Nothing is lost or counted twice: cells add
// up to the bar, bars to the trades, deltas to the cumulative delta. No look-ahead: a bar depends on the trades up to
// the one that completes it.
//
// delta = volume at the ask less that at the bid; delta_high and delta_low are its extremes within the bar, which
// begins at 0. `cumulative` is the sum of deltas up to the bar's end, from the first trade on or, with
// FOOTPRINT_SESSIONS, from the first one of the calendar's session (a trade outside sessions belongs to the session
// of its local day). Steidlmayer and Hawkins, "Steidlmayer on Markets" (2003); the terms are those of Sierra Chart's
// "Numbers Bars" and of ATAS.
//
// Plain bytes without pointers in storage of FOOTPRINT_BYTES(rows).
#ifndef FULMAR_QUANT_FOOTPRINT_FOOTPRINT_H
#define FULMAR_QUANT_FOOTPRINT_FOOTPRINT_H

#include "market/resample.h"
#include "quant/footprint/volume_at_price.h"

enum footprint_kind {
    FOOTPRINT_TIME,
    FOOTPRINT_VOLUME,
    FOOTPRINT_TRADES,
    FOOTPRINT_DELTA,
    FOOTPRINT_RANGE,
    FOOTPRINT_KIND_COUNT
};

enum footprint_flags {
    FOOTPRINT_SESSIONS = 1, // cumulative delta begins anew with each session
    FOOTPRINT_EXTENDED = 2  // bars of time take in what trades outside sessions
};

struct footprint_config {
    int64_t height;    // of a row, price mantissa
    int64_t limit;     // by kind; FOOTPRINT_TIME: seconds, as resample_init's frame_s
    uint32_t kind;     // enum footprint_kind
    uint32_t calendar; // enum calendar_id
    uint32_t flags;
    uint32_t rows_max; // of a bar; a power of two
};

struct footprint_bar {
    int64_t open_ns;  // the frame's, or the first trade's
    int64_t close_ns; // the frame's end, or the last trade's
    int64_t open;
    int64_t high;
    int64_t low;
    int64_t close;
    int64_t delta_high; // >= 0
    int64_t delta_low;  // <= 0
    int64_t cumulative; // delta
    int64_t begun;      // 1 while it holds something
};

struct footprint {
    struct footprint_config config;
    struct resample frames; // FOOTPRINT_TIME
    struct resample days;
    struct footprint_bar bars[2];
    int64_t last_ns;
    int64_t day_end_ns; // of the session's day
    int64_t cumulative; // delta
    uint64_t count;     // of finished bars
    uint64_t outside;   // trades outside sessions, left out
    uint32_t now;       // which of `bars` is being made; the other is the finished one
    uint32_t reserved[5];
    int64_t cells[]; // two struct volume_at_price, each of VOLUME_AT_PRICE_BYTES(rows_max)
};

#define FOOTPRINT_BYTES(rows) (sizeof(struct footprint) + 2 * VOLUME_AT_PRICE_BYTES(rows))

// ERR_ARGUMENT: an unknown kind, a limit below 1, and those of volume_at_price_init and resample_init.
int footprint_init(struct footprint *self, const struct footprint_config *config) MUST_USE;

// Takes a trade of an aggressor (+1, -1, 0 none or unknown). Returns 1 when a bar has been finished (fetch it with
// footprint_done before the next trade), else 0. ERR_ARGUMENT: earlier than the one before, price or quantity below
// 1; ERR_FULL: too far from the bar's other prices; ERR_RANGE. On an error nothing of the bars has changed.
int footprint_trade(struct footprint *self, int64_t ts_ns, int64_t price, int64_t qty,
                    int side) MUST_USE;

// Finishes the bar in the making where its frame has ended by now_ns; with INT64_MAX, of any kind, whatever there is:
// for the end of the data alone. Returns 1 or 0.
int footprint_flush(struct footprint *self, int64_t now_ns);

// A bar with its cells; both NULL where there is none. Valid until the next trade.
struct footprint_view {
    const struct footprint_bar *bar;
    const struct volume_at_price *cells;
};
struct footprint_view footprint_done(const struct footprint *self);   // the last finished
struct footprint_view footprint_making(const struct footprint *self); // the one in the making

// "time", "volume", ...
const char *footprint_kind_name(enum footprint_kind kind);

#endif
