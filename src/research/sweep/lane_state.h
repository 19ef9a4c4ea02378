// SPDX-License-Identifier: Apache-2.0
// What the parts of lanes.c share. A lane is one run: its cash, its position and the one market order that may be on
// its way. Between two moments at which something happens to it neither cash nor quantity changes, and its equity is a
// function of the close alone: such a stretch of bars is marked at once (lanes_mark.c), in vectors along time.
//
//   lanes.c        which runs can, columns and chunks of bars, results
//   lanes_money.c  what a target becomes, fills, fees: the integers of engine, ledger and venue
//   lanes_mark.c   what a stretch of bars does to a score
//   lanes_cross.c  a run whose target changes where two columns cross
//   lanes_held.c   a run whose strategy decides bar by bar, and keeps a protective stop
#ifndef FULMAR_RESEARCH_SWEEP_LANE_STATE_H
#define FULMAR_RESEARCH_SWEEP_LANE_STATE_H

#include "base/check.h"
#include "market/notional.h"
#include "research/sweep/lanes.h"

enum { LANES_WORD = 64, LANES_WORDS = LANES_BARS / LANES_WORD };
#define LANES_AMOUNT_MAX ((int64_t)1 << 62)

// What does not change while the runs of a call are worked out.
struct lane_machine {
    const struct trial_config *config;
    const struct instrument *instrument;
    struct notional notional;
    int64_t power;  // of ten that the product of price and quantity has too many
    double inverse; // 1 / power
    double unit;    // of a price's and a quantity's, in money's
    int64_t qty_max;
    double lot_value;
    int money_decimals;
    int64_t volume_parts;
    double order_units_max;
    int64_t volume_ns; // of the first bar that has one
    int64_t price_max;
    double band; // most distance of a stop's price from the last one, a fraction of that
    bool scalar; // values are worked out one by one: the power is very high
};

enum { LANE_COLUMNS = 5, LANE_MEMORY = 64 };

struct lane {
    int64_t cash;
    int64_t qty;
    int64_t order; // signed quantity on its way to the next open, and then to the one after it
    struct order_so_far {
        int64_t value, qty, fees; // of what was filled of it
    } so_far;
    double weight; // the last target, NaN: none yet
    bool left;     // for the event engine
    bool stops;    // what is held, or is on its way, has a protective order
    bool stopping; // the order is what a bar's volume left of that
    int64_t stop_price;
    double stop;                    // as it was asked for
    uint32_t columns[LANE_COLUMNS]; // of the strategy's inputs
    const double *params;
    uint64_t memory[LANE_MEMORY / 8]; // the strategy's
    double *returns;                  // place in its tile, of day 0; NULL: nobody wants them
    struct score score;
    struct score_position position;
};

// Bars in order, and what all runs read of them. A day that ends before a bar was closed by the bar before it.
struct lane_chunk {
    const struct bar *bars;          // [count]
    const struct strategy_bar *seen; // [count], as strategies see them
    const int64_t *closes;           // [count, up to a multiple of LANES_WORD]
    // Closes of the days that end before bars 1 to count - 1; the day of number d stands at d less day_base, which is a
    // multiple of eight. Up to a multiple of eight there is room before and after them.
    const int64_t *day_closes;
    const uint32_t *day_at; // [count + 1]: place of the first day that ends after that bar
    const double *columns;  // [column][stride], NaN from count to the next multiple of LANES_WORD
    size_t stride;
    uint32_t count;
    bool day_ends;     // one that ends before bar 0
    uint64_t day_base; // of the first place of day_closes
    uint64_t day;      // that the bar before bar 0 is of
};

// The value of a quantity >= 0, within qty_max, at a price of the data.
static inline int64_t lane_worth(const struct lane_machine *machine, int64_t price, int64_t qty) {
    uint64_t quick;
    money_t value;
    if (LIKELY(notional_quick(&machine->notional, price, qty, &quick))) return (int64_t)quick;
    int rc = notional_value(&machine->notional, PRICE(price), QTY(qty), &value);
    CHECK(rc == 0); // qty_max is kept
    return (int64_t)value.m;
}

// lanes_money.c
void lane_machine_init(struct lane_machine *machine, const struct trial_config *config);
// The order meets the next bar.
void lane_fill(const struct lane_machine *machine, struct lane *lane, const struct bar *bar);
// The order and the protective stop meet the next bar; where both would be at work the lane is left.
void lane_meet(const struct lane_machine *machine, struct lane *lane, const struct bar *bar);
// A target with another weight than the last: long or flat, at the close of a bar.
void lane_decide(const struct lane_machine *machine, struct lane *lane, const struct bar *bar,
                 double weight);
// A protective stop for what is held or is being bought.
void lane_protect(const struct lane_machine *machine, struct lane *lane, const struct bar *bar,
                  double stop);

// lanes_mark.c
// The bars from to to - 1 pass over a lane whose cash and quantity do not change; what no margin would let it do
// leaves it. The day that ends before bar 0 is lane_end_day's.
void lane_mark(const struct lane_machine *machine, const struct lane_chunk *chunk,
               struct lane *lane, uint32_t from, uint32_t to);
void lane_end_day(struct lane *lane, uint64_t day);

// lanes_cross.c
void lane_cross(const struct lane_machine *machine, const struct lane_chunk *chunk,
                struct lane *lane);

// lanes_held.c
void lane_hold(const struct lane_machine *machine, const struct lane_chunk *chunk,
               struct lane *lane);

#endif
