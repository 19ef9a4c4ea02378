// SPDX-License-Identifier: Apache-2.0
// What a search keeps of a run: a fold over its marks and fills in constant memory, and the measures made of it.
//
// Definitions are the report's (report/report.h): days are UTC days by the last mark in them, a mark at 00:00 belongs
// to the day that ends; the first instant is where the curve starts; the drawdown is over every mark; a trade is a
// round trip from flat to flat of one instrument, net of its fees, and a fill through flat ends one and begins another.
// Equity goes in as the double of its mantissa: ratios do not depend on the unit. Sums have eight parts, a day being of
// the part that its number says, each plain and in order of time: a fold over eight days at once gives the same bits.
#ifndef FULMAR_RESEARCH_SWEEP_SCORE_H
#define FULMAR_RESEARCH_SWEEP_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"

enum { SCORE_PARTS = 8 };

// The position that a trade is made of, and the money that went in and out since it was flat.
struct score_position {
    money_t flow; // received less paid, net of fees
    money_t fees;
    int64_t qty; // signed
    uint64_t reserved;
};

struct score {
    double last; // equity at the last mark
    double base; // at the end of the day before
    double start;
    double peak, worst_peak, worst_trough;
    double sum1[SCORE_PARTS], sum2[SCORE_PARTS]; // of powers of daily returns
    double sum3[SCORE_PARTS], sum4[SCORE_PARTS];
    double below[SCORE_PARTS]; // of squares of those below 0
    double *returns;           // [return_max], or NULL: nobody wants them
    size_t return_max;
    int64_t start_ns;
    int64_t last_ns;
    int64_t day_end_ns;
    uint64_t days;
    uint64_t marks;
    uint64_t held_marks;
    uint64_t fills;
    uint64_t trades;
    uint64_t wins;
    uint64_t fills_hash; // of all fills in order
    money_t profit;      // of trades that won, net
    money_t loss;        // of those that did not
    money_t fees;
    bool day_open;
};

struct score_fill {
    int64_t ts_ns;
    int64_t qty; // signed: + bought
    int64_t price;
    int64_t fee;     // + paid
    money_t value;   // of its quantity, taken as bought (market/notional.h)
    money_t closing; // of the part of it that closes a position
    int64_t closed;  // quantity of that part, >= 0
};

// A day's return joins the sums.
static inline void score_add(struct score *score, uint64_t day, double change) {
    uint64_t part = day % SCORE_PARTS;
    double square = change * change, fall = change < 0 ? change : 0;
    score->sum1[part] += change;
    score->sum2[part] += square;
    score->sum3[part] += square * change;
    score->sum4[part] += square * square;
    score->below[part] += fall * fall;
}

void score_init(struct score *score, double *returns, size_t return_max);
void score_mark(struct score *score, int64_t ts_ns, double equity, bool held);
// How much of a fill of `qty` closes the position, >= 0.
int64_t score_closing(const struct score_position *position, int64_t qty);
void score_fill(struct score *score, struct score_position *position,
                const struct score_fill *fill);

// The measures of a run. Fractions are fractions; NaN where undefined (no day, no trade, no deviation).
struct score_result {
    money_t equity; // at the end, exact
    money_t fees;
    double total_return;
    double cagr;
    double volatility;
    double sharpe;
    double sortino;
    double calmar;
    double max_drawdown; // <= 0
    double skew;
    double kurtosis;
    double time_in_market;
    double hit_rate;
    double profit_factor; // infinite where no trade lost
    double expectancy;    // mean net result of a trade, account money
    uint64_t days;
    uint64_t trades;
    uint64_t fills;
    uint64_t fills_hash; // equal runs have equal fills
    uint64_t engine;     // enum score_engine: who worked it out
};
_Static_assert(sizeof(struct score_result) == 176, "no padding");

enum score_engine { SCORE_BY_EVENTS, SCORE_BY_LANES };

// Ends the last day. Days a year: 252, 365.
void score_end(struct score *score, money_t equity, int money_decimals, double days_a_year,
               struct score_result *ret_result);

// The measures of eight runs whose daily returns stand side by side (returns.h), over the days for which `use` is 1 as
// if there were no others: the ratios of returns alone, all else is 0 or NaN.
enum { SCORE_TILE = 8 };
void score_tile(const double *tile, const uint8_t *use, uint64_t days, double days_a_year,
                struct score_result ret_results[SCORE_TILE]);

// What an objective or a condition can be of: names, and values out of a result.
struct score_measure {
    const char *name;
    const char *help;
    int better;      // +1: more is better, -1: less
    bool of_returns; // daily returns tell it: score_tile has it
};
enum { SCORE_MEASURES = 18 };
extern const struct score_measure score_measures[SCORE_MEASURES];
int score_measure_find(const char *name); // -1
void score_measure_values(const struct score_result *result, int money_decimals,
                          double ret_values[SCORE_MEASURES]);

#endif
