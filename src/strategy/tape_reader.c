// SPDX-License-Identifier: Apache-2.0
#include "strategy/tape_reader.h"

#include <math.h>

#include "base/check.h"
#include "market/feed.h"
#include "quant/math/mathfn.h"

#define LN_2 0.69314718055994530942

static struct rolling_profile *profile_of(struct tape_reader *self) {
    return (struct rolling_profile *)self->profile;
}

static struct footprint *bars_of(struct tape_reader *self) {
    return (struct footprint *)self->bars;
}

static void start(struct tape_reader *self, const struct tape_reader_config *config) {
    const struct footprint_config bars = {.height = config->row_ticks,
                                          .limit = config->bar_s,
                                          .kind = FOOTPRINT_TIME,
                                          .calendar = CALENDAR_24_7,
                                          .rows_max = TAPE_READER_BAR_ROWS};
    int rc = rolling_profile_init(profile_of(self), config->row_ticks, config->profile_ns,
                                  TAPE_READER_ROWS, TAPE_READER_TRADES);
    CHECK(rc == 0 && footprint_init(bars_of(self), &bars) == 0);
}

static struct tape_reader_mark mark_of(const struct tape_reader *self, int64_t now_ns, int side,
                                       int64_t tick) {
    return (struct tape_reader_mark){now_ns, side, tick, tape_reader_distance(self, tick)};
}

static void levels_find(struct tape_reader *self, const struct tape_reader_config *config,
                        int64_t now_ns) {
    rolling_profile_turn(profile_of(self), now_ns);
    const struct volume_at_price *cells = rolling_profile_cells(profile_of(self));
    self->levels.known = cells->all.trades > 0;
    if (!self->levels.known) return;
    struct volume_at_price_area area = volume_at_price_area(cells, config->share_ppm);
    self->levels.control_low = volume_at_price_edge(cells, area.control);
    self->levels.control_high = volume_at_price_edge(cells, area.control + 1) - 1;
    self->levels.high = volume_at_price_edge(cells, area.high + 1) - 1;
    self->levels.low = volume_at_price_edge(cells, area.low);
}

// Reads a bar that has just been finished.
static void bar_read(struct tape_reader *self, const struct tape_reader_config *config,
                     int64_t now_ns) {
    struct footprint_view view = footprint_done(bars_of(self));
    uint32_t signals = footprint_signals(&self->history, view, &config->rules);
    bool low = signals & FOOTPRINT_ABSORPTION_LOW, high = signals & FOOTPRINT_ABSORPTION_HIGH;
    if (low != high)
        self->absorbed = mark_of(self, now_ns, low ? 1 : -1, low ? view.bar->low : view.bar->high);
    if (signals & FOOTPRINT_STACK_BUY) self->stack[0] = mark_of(self, now_ns, 1, view.bar->close);
    if (signals & FOOTPRINT_STACK_SELL) self->stack[1] = mark_of(self, now_ns, -1, view.bar->close);
    levels_find(self, config, now_ns);
}

static void bars_take(struct tape_reader *self, const struct tape_reader_config *config,
                      const struct rolling_trade *trade) {
    struct footprint *bars = bars_of(self);
    int rc = footprint_trade(bars, trade->ts_ns, trade->price, trade->qty, (int)trade->side);
    if (rc == ERR_FULL && footprint_flush(bars, INT64_MAX) == 1) {
        bar_read(self, config, trade->ts_ns);
        rc = footprint_trade(bars, trade->ts_ns, trade->price, trade->qty, (int)trade->side);
    }
    if (rc == 1) bar_read(self, config, trade->ts_ns);
}

static void print_take(struct tape_reader *self, const struct tape_reader_config *config,
                       const struct strategy_trade *trade, int64_t tick, int side) {
    if (side == 0) return;
    if (side != self->print_side || trade->venue_ns != self->print_ns) self->print_value = 0;
    self->print_side = side;
    self->print_ns = trade->venue_ns;
    self->print_value += trade->price * trade->qty;
    if (self->print_value >= config->whale) self->whale = mark_of(self, trade->ts_ns, side, tick);
}

static int side_of(struct tape_reader *self, const struct strategy_trade *trade, int64_t tick) {
    if (trade->flags & FEED_CROSS) return 0;
    aggressor_quote(&self->sides, 1, trade->best_bid == BOOK_L2_NO_BID ? 0 : trade->best_bid);
    aggressor_quote(&self->sides, -1, trade->best_ask == BOOK_L2_NO_ASK ? 0 : trade->best_ask);
    return aggressor_side(&self->sides, tick, trade->side);
}

static void trade_take(struct tape_reader *self, const struct tape_reader_config *config,
                       const struct strategy_view *view, const struct strategy_trade *trade) {
    int64_t tick = llround(trade->price / view->tick), lots = llround(trade->qty / view->lot);
    if (tick < 1) return;
    int side = side_of(self, trade, tick);
    const struct rolling_trade row = {trade->ts_ns, tick, lots < 1 ? 1 : lots, side};
    if (self->first_ns == 0) self->first_ns = trade->ts_ns;
    bars_take(self, config, &row);
    COUNT_IF(self->left_out,
             rolling_profile_trade(profile_of(self), row.ts_ns, row.price, row.qty, side) < 0);
    print_take(self, config, trade, tick, side);
}

// What a side's best level gained since the decision before; the bid's sign.
static double gained(int64_t before, double qty_before, int64_t now, double qty, int side) {
    if (before == 0) return 0;
    int64_t better = side > 0 ? now - before : before - now;
    if (better > 0) return qty;
    return better < 0 ? -qty_before : qty - qty_before;
}

static void flow_take(struct tape_reader *self, const struct tape_reader_config *config,
                      const struct strategy_view *view) {
    int64_t ticks[2] = {book_l2_best_bid(view->book), book_l2_best_ask(view->book)};
    if (ticks[0] == BOOK_L2_NO_BID || ticks[1] == BOOK_L2_NO_ASK) {
        self->touch_tick[0] = self->touch_tick[1] = 0;
        return;
    }
    double qtys[2], event = 0;
    for (int i = 0; i < 2; i++) {
        int side = i == 0 ? 1 : -1;
        qtys[i] = (double)book_l2_qty(view->book, side, ticks[i]);
        event += side * gained(self->touch_tick[i], self->touch_qty[i], ticks[i], qtys[i], side);
        self->touch_tick[i] = ticks[i];
        self->touch_qty[i] = qtys[i];
    }
    double seconds = self->last_ns == 0 ? 0 : (double)(view->now_ns - self->last_ns) / 1e9;
    double keep = mathfn_exp(-LN_2 * seconds / config->half_life_s), mean = (qtys[0] + qtys[1]) / 2;
    self->flow = self->flow * keep + event;
    self->depth = self->depth == 0 ? mean : self->depth * keep + mean * (1 - keep);
}

void tape_reader_look(struct tape_reader *self, const struct tape_reader_config *config,
                      const struct strategy_view *view) {
    if (profile_of(self)->trades_max == 0) start(self, config);
    for (uint32_t i = 0; i < view->trade_count; i++)
        trade_take(self, config, view, &view->trades[i]);
    rolling_profile_turn(profile_of(self), view->now_ns);
    if (footprint_flush(bars_of(self), view->now_ns) == 1) bar_read(self, config, view->now_ns);
    if (rolling_profile_cells(profile_of(self))->all.trades == 0) self->levels.known = 0;
    flow_take(self, config, view);
    self->last_ns = view->now_ns;
}

double tape_reader_flow(const struct tape_reader *self) {
    return self->depth > 0 ? self->flow / self->depth : 0;
}

double tape_reader_imbalance(const struct book_l2 *book, uint32_t levels) {
    struct book_l2_level side[TAPE_READER_LEVELS_MAX];
    double sums[2] = {0, 0};
    CHECK(levels <= TAPE_READER_LEVELS_MAX);
    for (int i = 0; i < 2; i++) {
        uint32_t count = book_l2_levels(book, i == 0 ? 1 : -1, side, levels);
        for (uint32_t k = 0; k < count; k++) sums[i] += (double)side[k].qty;
    }
    double all = sums[0] + sums[1];
    return all > 0 ? (sums[0] - sums[1]) / all : 0;
}

static int64_t outside(int64_t tick, int64_t low, int64_t high) {
    return tick < low ? low - tick : tick > high ? tick - high : 0;
}

int64_t tape_reader_distance(const struct tape_reader *self, int64_t tick) {
    const struct tape_reader_levels *levels = &self->levels;
    if (!levels->known) return INT64_MAX;
    int64_t nearest = outside(tick, levels->control_low, levels->control_high);
    int64_t others[2] = {outside(tick, levels->high, levels->high),
                         outside(tick, levels->low, levels->low)};
    for (int i = 0; i < 2; i++) nearest = others[i] < nearest ? others[i] : nearest;
    return nearest;
}
