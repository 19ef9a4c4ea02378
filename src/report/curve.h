// SPDX-License-Identifier: Apache-2.0
// The equity curve of a run: what the account was worth after every group of market data, kept in bounded
// memory. Every mark counts for drawdowns and exposure; of the points themselves the first
// CURVE_POINTS_MAX are kept one by one, and from then on pairs are merged (first instant's place, the
// last equity, the lowest and the highest), again and again.
//
// Days: see report/report.h. A day is closed by curve_close_day; its return is its last equity over the
// last equity of the day before, with what was deposited or withdrawn since then added to the latter.
#ifndef FULMAR_REPORT_CURVE_H
#define FULMAR_REPORT_CURVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/err.h"
#include "ledger/ledger.h"

enum { CURVE_POINTS_MAX = 1 << 15, CURVE_DRAWDOWNS_MAX = 10 };

struct curve_point {
    money_t equity; // of the last mark in it
    money_t low;
    money_t high;
    money_t gross; // of the last mark in it
    int64_t ts_ns; // of the last mark in it
    int64_t first_ns;
};

struct curve_day {
    money_t equity; // at its last mark
    money_t gross;
    money_t base; // what its return is taken of
    int64_t ts_ns;
    int32_t date;
    int32_t reserved;
};

// From the peak to the first mark at the peak or above.
struct curve_drawdown {
    money_t peak;
    money_t trough;
    double depth; // trough / peak - 1
    int64_t peak_ns;
    int64_t trough_ns;
    int64_t recovery_ns; // 0: not recovered
};

// Gross value of positions / equity, over the marks with a position.
struct curve_leverage {
    uint64_t marks;
    double sum;
    double max;
};

struct curve {
    struct curve_point *points; // what the last one says of its last mark: after curve_end
    size_t point_count;
    size_t point_capacity; // 0, or CURVE_POINTS_MAX
    struct arena memory;   // of the points
    uint64_t stride;       // marks a point
    uint64_t filled;       // marks in the last point
    struct curve_day *days;
    size_t day_count;
    size_t day_capacity;
    struct curve_drawdown drawdowns[CURVE_DRAWDOWNS_MAX]; // deepest first, after curve_end
    size_t drawdown_count;
    struct curve_drawdown current; // since the latest peak
    money_t start;                 // equity at the first mark
    int64_t start_ns;
    struct account_mark last;
    money_t base; // of the day that is open
    uint64_t marks;
    struct curve_leverage leverage;
    bool day_open; // a mark since the last closed day
    int error;     // the first failure, 0 or negative
};

void curve_init(struct curve *curve);
void curve_fini(struct curve *curve);

// O(1). ts_ns does not go back.
void curve_mark(struct curve *curve, int64_t ts_ns, money_t equity, money_t gross);
// The same for each; instants rise.
void curve_marks(struct curve *curve, const struct account_mark *marks, int count);

// Capital that came (+) or went (-): the day's base and the peak move with it.
void curve_flow(struct curve *curve, money_t amount);

// Ends the day of the last mark, if one is open. ERR_NOMEM, ERR_FULL.
int curve_close_day(struct curve *curve) MUST_USE;

// Closes the day and the drawdown that is open.
int curve_end(struct curve *curve) MUST_USE;

// The UTC date a mark belongs to: 00:00 is of the day before.
int32_t curve_date(int64_t ts_ns);

#endif
