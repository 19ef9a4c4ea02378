// SPDX-License-Identifier: Apache-2.0
#include "quant/footprint/footprint_signal.h"

#include "base/check.h"

enum { PPM = 1000000, ROWS_MOST = 1000 };

const struct footprint_rules footprint_rules_default = {.ratio_pct = 300,
                                                        .absorption_ppm = 400000,
                                                        .stack_rows = 3,
                                                        .exhaustion_rows = 3,
                                                        .absorption_rows = 3,
                                                        .lookback = 10};

static bool is_within(int64_t value, int64_t min, int64_t max) {
    return value >= min && value <= max;
}

int footprint_rules_check(const struct footprint_rules *rules) {
    if (!is_within(rules->ratio_pct, 100, PPM))
        return ERR_SET(ERR_ARGUMENT, "a ratio of imbalance is within 1 and 10000");
    if (rules->imbalance_min < 0)
        return ERR_SET(ERR_ARGUMENT, "the least volume of an imbalance is 0 or above");
    if (!is_within(rules->absorption_ppm, 1, PPM))
        return ERR_SET(ERR_ARGUMENT, "a share of absorption is above 0 and 1 at most");
    if (!is_within(rules->stack_rows, 2, ROWS_MOST))
        return ERR_SET(ERR_ARGUMENT, "a stack has 2 to %d rows", ROWS_MOST);
    if (!is_within(rules->exhaustion_rows, 2, ROWS_MOST))
        return ERR_SET(ERR_ARGUMENT, "exhaustion has 2 to %d rows", ROWS_MOST);
    if (!is_within(rules->absorption_rows, 1, ROWS_MOST))
        return ERR_SET(ERR_ARGUMENT, "absorption has 1 to %d rows", ROWS_MOST);
    if (!is_within(rules->lookback, 1, FOOTPRINT_LOOKBACK_MAX))
        return ERR_SET(ERR_ARGUMENT, "divergence looks back 1 to %d bars", FOOTPRINT_LOOKBACK_MAX);
    return 0;
}

const char *footprint_signal_name(enum footprint_signal signal) {
    static const char *const names[] = {
        "stack_buy",          "stack_sell",         "unfinished_high",    "unfinished_low",
        "exhaustion_high",    "exhaustion_low",     "absorption_high",    "absorption_low",
        "bearish_divergence", "bullish_divergence", "delta_against_rise", "delta_against_fall"};
    uint32_t bit = 0;
    while (bit < sizeof names / sizeof *names && (uint32_t)signal != 1u << bit) bit++;
    CHECK(bit < sizeof names / sizeof *names);
    return names[bit];
}

static bool is_larger(int64_t volume, int64_t other, const struct footprint_rules *rules) {
    if (volume < 1 || volume < rules->imbalance_min) return false;
    if (other == 0) return rules->zeros != 0;
    return (int128_t)volume * 100 >= (int128_t)other * rules->ratio_pct;
}

uint32_t footprint_imbalance(const struct volume_at_price *cells, int64_t row,
                             const struct footprint_rules *rules) {
    struct volume_at_price_cell cell = volume_at_price_get(cells, row);
    struct volume_at_price_cell below = volume_at_price_get(cells, row - 1);
    struct volume_at_price_cell above = volume_at_price_get(cells, row + 1);
    bool buy = row > cells->low && is_larger(cell.ask, below.bid, rules);
    bool sell = row < cells->high && is_larger(cell.bid, above.ask, rules);
    return (buy ? FOOTPRINT_STACK_BUY : 0) | (sell ? FOOTPRINT_STACK_SELL : 0);
}

// The last row of the run of a side's imbalances that begins at `row`.
static int64_t run_end(const struct volume_at_price *cells, int64_t row, uint32_t side,
                       const struct footprint_rules *rules) {
    while (row < cells->high && footprint_imbalance(cells, row + 1, rules) & side) row++;
    return row;
}

// The stacks in order, of which the first `max` are kept, their number and, as bits, their sides.
static uint32_t stacks_find(const struct volume_at_price *cells,
                            const struct footprint_rules *rules, struct footprint_stack *ret_stacks,
                            uint32_t max, uint32_t *ret_sides) {
    static const uint32_t SIDES[2] = {FOOTPRINT_STACK_BUY, FOOTPRINT_STACK_SELL};
    uint32_t count = 0, before = 0, found = 0;
    for (int64_t row = cells->low; cells->all.trades > 0 && row <= cells->high; row++) {
        uint32_t bits = footprint_imbalance(cells, row, rules);
        for (int s = 0; s < 2; s++) {
            if (!(bits & ~before & SIDES[s])) continue; // no run begins
            int64_t end = run_end(cells, row, SIDES[s], rules);
            if (end - row + 1 < rules->stack_rows) continue;
            if (count < max) ret_stacks[count] = (struct footprint_stack){row, end, s ? -1 : 1};
            count++;
            found |= SIDES[s];
        }
        before = bits;
    }
    *ret_sides = found;
    return count;
}

uint32_t footprint_stacks(const struct volume_at_price *cells, const struct footprint_rules *rules,
                          struct footprint_stack *ret_stacks, uint32_t max) {
    uint32_t sides;
    return stacks_find(cells, rules, ret_stacks, max, &sides);
}

static uint32_t stack_signals(const struct volume_at_price *cells,
                              const struct footprint_rules *rules) {
    uint32_t sides;
    (void)stacks_find(cells, rules, NULL, 0, &sides);
    return sides;
}

static uint32_t auction_signals(const struct volume_at_price *cells) {
    struct volume_at_price_cell high = volume_at_price_get(cells, cells->high);
    struct volume_at_price_cell low = volume_at_price_get(cells, cells->low);
    return (high.bid > 0 && high.ask > 0 ? FOOTPRINT_UNFINISHED_HIGH : 0) |
           (low.bid > 0 && low.ask > 0 ? FOOTPRINT_UNFINISHED_LOW : 0);
}

// From `row` on into the bar (step +1 upwards) the side's volume rises from row to row.
static bool is_exhausted(const struct volume_at_price *cells, int64_t row, int step,
                         uint32_t rows) {
    if (cells->high - cells->low + 1 < rows) return false;
    for (uint32_t i = 1; i < rows; i++, row += step) {
        struct volume_at_price_cell outer = volume_at_price_get(cells, row);
        struct volume_at_price_cell inner = volume_at_price_get(cells, row + step);
        bool rises = step > 0 ? outer.bid < inner.bid : outer.ask < inner.ask;
        if (!rises) return false;
    }
    return true;
}

static bool is_absorbed(struct footprint_view view, int step, const struct footprint_rules *rules) {
    const struct volume_at_price *cells = view.cells;
    int64_t rows = rules->absorption_rows, held = 0, row = step > 0 ? cells->low : cells->high;
    if (cells->high - cells->low + 1 < 2 * rows) return false;
    for (int64_t i = 0; i < rows; i++, row += step) {
        struct volume_at_price_cell cell = volume_at_price_get(cells, row);
        held += step > 0 ? cell.bid : cell.ask;
    }
    int64_t all = step > 0 ? cells->all.bid : cells->all.ask;
    int64_t close = volume_at_price_row(cells, view.bar->close);
    bool left = step > 0 ? close >= row : close <= row;
    return left && held > 0 && (int128_t)held * PPM >= (int128_t)all * rules->absorption_ppm;
}

static uint32_t divergence_signals(const struct footprint_history *history,
                                   const struct footprint_bar *bar, uint32_t lookback) {
    if (history->count < lookback) return 0;
    uint64_t high = (history->count - 1) % FOOTPRINT_LOOKBACK_MAX, low = high;
    for (uint64_t back = 2; back <= lookback; back++) {
        uint64_t at = (history->count - back) % FOOTPRINT_LOOKBACK_MAX;
        if (history->high[at] > history->high[high]) high = at;
        if (history->low[at] < history->low[low]) low = at;
    }
    bool bear = bar->high > history->high[high] && bar->cumulative < history->cumulative[high];
    bool bull = bar->low < history->low[low] && bar->cumulative > history->cumulative[low];
    return (bear ? FOOTPRINT_DIVERGENCE_BEARISH : 0) | (bull ? FOOTPRINT_DIVERGENCE_BULLISH : 0);
}

static void history_add(struct footprint_history *history, const struct footprint_bar *bar) {
    uint64_t at = history->count++ % FOOTPRINT_LOOKBACK_MAX;
    history->high[at] = bar->high;
    history->low[at] = bar->low;
    history->cumulative[at] = bar->cumulative;
}

uint32_t footprint_signals(struct footprint_history *history, struct footprint_view view,
                           const struct footprint_rules *rules) {
    const struct volume_at_price *cells = view.cells;
    const struct footprint_bar *bar = view.bar;
    int64_t delta = volume_at_price_delta(&cells->all);
    uint32_t bits = stack_signals(cells, rules) | auction_signals(cells);
    if (is_exhausted(cells, cells->high, -1, rules->exhaustion_rows))
        bits |= FOOTPRINT_EXHAUSTION_HIGH;
    if (is_exhausted(cells, cells->low, 1, rules->exhaustion_rows))
        bits |= FOOTPRINT_EXHAUSTION_LOW;
    if (is_absorbed(view, -1, rules)) bits |= FOOTPRINT_ABSORPTION_HIGH;
    if (is_absorbed(view, 1, rules)) bits |= FOOTPRINT_ABSORPTION_LOW;
    bits |= divergence_signals(history, bar, rules->lookback);
    if (bar->close > bar->open && delta < 0) bits |= FOOTPRINT_AGAINST_UP;
    if (bar->close < bar->open && delta > 0) bits |= FOOTPRINT_AGAINST_DOWN;
    history_add(history, bar);
    return bits;
}
