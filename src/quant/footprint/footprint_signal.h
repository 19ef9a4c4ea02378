// SPDX-License-Identifier: Apache-2.0
// What is read out of a finished footprint bar: imbalances and their stacks, auctions, exhaustion, absorption,
// divergence.
//
// Imbalance  The two sides meet on the diagonal: who buys at a row's ask meets who sells at the bid of the row
//            below. A row is a buying imbalance where its ask volume is at least `ratio_pct` per cent of the bid
//            volume of the row below, a selling one where its bid volume is at least that of the ask volume of the
//            row above; it also trades `imbalance_min` at least. Against a volume of 0 it is one only with `zeros`.
//            The rows beyond the bar's range are not compared with.
// Stack      `stack_rows` imbalances of one side or more in rows that follow each other.
// Auction    Unfinished at the bar's high or low where both sides traded in that row; finished where only the side
//            that came last did (Quantower, "Imbalance on footprint chart"; ATAS, "Unfinished auction").
// Exhaustion At the high the ask volume falls from row to row over the last `exhaustion_rows` up to it, at the low
//            the bid volume down to it: who pushed ran out.
// Absorption At the high the upper `absorption_rows` hold `absorption_ppm` of the bar's ask volume at least, and it
//            closes below them: buyers pushed and got nowhere. At the low likewise with the bid volume. A bar of
//            less than twice these rows has none.
// Divergence The bar's high is above those of the `lookback` bars before it, and its cumulative delta below that of
//            the bar with the highest of them (the latest of equals): bearish. With lows, bullish. Against: a bar
//            that closes above its open with a delta below 0, or the reverse.
//
// These are conventions of charting programs, not of an exchange; numbers are parameters. The ratio of 3 and the
// three rows of a stack are the usual ones (the two pages named above).
#ifndef FULMAR_QUANT_FOOTPRINT_FOOTPRINT_SIGNAL_H
#define FULMAR_QUANT_FOOTPRINT_FOOTPRINT_SIGNAL_H

#include "quant/footprint/footprint.h"

enum { FOOTPRINT_LOOKBACK_MAX = 64 };

struct footprint_rules {
    int64_t ratio_pct;     // 100 or more
    int64_t imbalance_min; // quantity mantissa
    int64_t absorption_ppm;
    uint32_t zeros; // 1: an imbalance against nothing counts
    uint32_t stack_rows;
    uint32_t exhaustion_rows;
    uint32_t absorption_rows;
    uint32_t lookback;
    uint32_t reserved;
};

// 300, 0, 400000 (40 %), 0, 3, 3, 3, 10.
extern const struct footprint_rules footprint_rules_default;

// ERR_ARGUMENT: ratio_pct outside 100..1e6, imbalance_min below 0, absorption_ppm outside 1..1e6, stack_rows outside
// 2..1000, the other rows outside 2..1000 (absorption_rows 1..1000), lookback outside 1..FOOTPRINT_LOOKBACK_MAX.
int footprint_rules_check(const struct footprint_rules *rules) MUST_USE;

enum footprint_signal {
    FOOTPRINT_STACK_BUY = 1,
    FOOTPRINT_STACK_SELL = 2,
    FOOTPRINT_UNFINISHED_HIGH = 4,
    FOOTPRINT_UNFINISHED_LOW = 8,
    FOOTPRINT_EXHAUSTION_HIGH = 16,
    FOOTPRINT_EXHAUSTION_LOW = 32,
    FOOTPRINT_ABSORPTION_HIGH = 64,
    FOOTPRINT_ABSORPTION_LOW = 128,
    FOOTPRINT_DIVERGENCE_BEARISH = 256,
    FOOTPRINT_DIVERGENCE_BULLISH = 512,
    FOOTPRINT_AGAINST_UP = 1024, // closes above its open on a delta below 0
    FOOTPRINT_AGAINST_DOWN = 2048,
    FOOTPRINT_SIGNAL_END = 4096
};

// "stack_buy", ...; one bit.
const char *footprint_signal_name(enum footprint_signal signal);

// Of a row: FOOTPRINT_STACK_BUY, _SELL, both or 0, for a buying and a selling imbalance.
uint32_t footprint_imbalance(const struct volume_at_price *cells, int64_t row,
                             const struct footprint_rules *rules);

struct footprint_stack {
    int64_t low; // first and last row
    int64_t high;
    int64_t side; // +1 buying
};

// The stacks of a bar in order of their lowest rows, buying ones first where two begin at one; writes `max` at most,
// returns how many there are.
uint32_t footprint_stacks(const struct volume_at_price *cells, const struct footprint_rules *rules,
                          struct footprint_stack *ret_stacks, uint32_t max);

// The bars before, for divergence. Zeroed at the start.
struct footprint_history {
    int64_t high[FOOTPRINT_LOOKBACK_MAX];
    int64_t low[FOOTPRINT_LOOKBACK_MAX];
    int64_t cumulative[FOOTPRINT_LOOKBACK_MAX];
    uint64_t count; // of bars taken
};

// The signals of a bar, as bits; takes it into the history.
uint32_t footprint_signals(struct footprint_history *history, struct footprint_view view,
                           const struct footprint_rules *rules);

#endif
