// SPDX-License-Identifier: Apache-2.0
// What a scalper reads of a book and its tape, decision by decision: the rolling profile of what traded, footprint
// bars with their signals, large prints, the flow of orders at the touch and the book's imbalance.
//
// For strategies of scope book that declare reads_trades. Prices are ticks and quantities lots here, both rounded.
// Levels are those of the profile when the latest bar ended, so that a print is not measured against what it traded
// itself. A print is all that one order took: trades that follow each other with one side and one time of the venue's.
// Sides that are not told are found by quant/footprint/aggressor.h with the touch that a trade met; trades of an
// auction have none.
//
// Order-flow imbalance: Cont, Kukanov and Stoikov, "The price impact of order book events", Journal of Financial
// Econometrics 12 (2014), of the touch from decision to decision, fading by half in half_life_s, and told in touches:
// over the mean quantity of the two best levels, which fades likewise.
//
// Memory is the struct: 8,192 trades and 2,048 rows of the profile, 1,024 rows of a bar. What is more leaves the
// profile before its time, or is left out of it; a bar that would be higher ends sooner.
#ifndef FULMAR_STRATEGY_TAPE_READER_H
#define FULMAR_STRATEGY_TAPE_READER_H

#include "quant/footprint/aggressor.h"
#include "quant/footprint/footprint_signal.h"
#include "quant/footprint/rolling_profile.h"
#include "strategy/strategy.h"

enum { TAPE_READER_TRADES = 8192, TAPE_READER_ROWS = 2048, TAPE_READER_BAR_ROWS = 1024 };

struct tape_reader_config {
    int64_t row_ticks;
    int64_t profile_ns;
    int64_t bar_s;
    double whale; // price times quantity of a large print
    double half_life_s;
    int64_t share_ppm; // of the value area
    struct footprint_rules rules;
};

// The latest of each kind; ns = 0: there was none.
struct tape_reader_mark {
    int64_t ns;
    int64_t side; // +1 of buyers, -1 of sellers
    int64_t tick;
    int64_t distance; // from the levels then known: tape_reader_distance
};

// In ticks, both ends within.
struct tape_reader_levels {
    int64_t known;
    int64_t control_low; // the row of the point of control
    int64_t control_high;
    int64_t high; // the value area's highest and lowest tick
    int64_t low;
};

// Zeroed at the start.
struct tape_reader {
    int64_t first_ns;  // of the first trade; 0: none yet
    int64_t last_ns;   // of the latest decision
    uint64_t left_out; // trades that did not fit into the profile
    struct aggressor sides;
    // The print in the making.
    int64_t print_ns;
    int64_t print_side;
    double print_value;
    struct tape_reader_levels levels;
    struct tape_reader_mark whale;    // large print
    struct tape_reader_mark absorbed; // by whom: +1 sellers were absorbed at the bar's low
    struct tape_reader_mark stack[2]; // stacked imbalance of buyers, of sellers
    // The touch before, in ticks and mantissas; 0: none.
    int64_t touch_tick[2];
    double touch_qty[2];
    double flow;
    double depth;
    struct footprint_history history;
    int64_t profile[ROLLING_PROFILE_BYTES(TAPE_READER_ROWS, TAPE_READER_TRADES) / 8];
    int64_t bars[FOOTPRINT_BYTES(TAPE_READER_BAR_ROWS) / 8];
};

// Takes a decision's view. The config is the same every time.
void tape_reader_look(struct tape_reader *self, const struct tape_reader_config *config,
                      const struct strategy_view *view);

// Order-flow imbalance in touches; 0 until there is one.
double tape_reader_flow(const struct tape_reader *self);

// Quantity of the best `levels` bids less that of the asks over their sum, -1..1; 0 for an empty book. levels is
// TAPE_READER_LEVELS_MAX at most (CHECK).
enum { TAPE_READER_LEVELS_MAX = 200 };
double tape_reader_imbalance(const struct book_l2 *book, uint32_t levels);

// The distance in ticks of a price from the nearest of the point of control (its row), the value area high and the
// value area low; INT64_MAX while there are none.
int64_t tape_reader_distance(const struct tape_reader *self, int64_t tick);

#endif
