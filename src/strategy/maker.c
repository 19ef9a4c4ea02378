// SPDX-License-Identifier: Apache-2.0
#include "strategy/maker.h"

#include <math.h>

static const double ticks_max = 0x1p52;

static double middle_of(int64_t best_bid, int64_t best_ask, double tick) {
    if (best_bid == BOOK_L2_NO_BID || best_ask == BOOK_L2_NO_ASK) return NAN;
    double middle = ((double)best_bid + (double)best_ask) / 2 * tick;
    return middle > 0 ? middle : NAN;
}

// The order whose first trade is at `first`; returns the trade after it.
static uint32_t take_order(struct maker_state *state, const struct strategy_view *view,
                           uint32_t first) {
    const struct strategy_trade *trade = &view->trades[first];
    double middle = middle_of(trade->best_bid, trade->best_ask, view->tick), depth = -INFINITY;
    uint32_t at = first;
    for (; at < view->trade_count; at++) {
        const struct strategy_trade *next = &view->trades[at];
        if (next->venue_ns != trade->venue_ns || next->side != trade->side) break;
        depth = fmax(depth, trade->side * (next->price - middle));
    }
    if (trade->side != 0 && isfinite(depth)) making_estimate_order(&state->estimate, depth);
    return at;
}

double maker_look(struct maker_state *state, const struct strategy_view *view, double depth_ticks,
                  double half_life_s) {
    int64_t best_bid = book_l2_best_bid(view->book), best_ask = book_l2_best_ask(view->book);
    double middle = middle_of(best_bid, best_ask, view->tick);
    if (isnan(middle)) return NAN;
    if (state->first_ns == 0) {
        making_estimate_init(&state->estimate, depth_ticks * view->tick, half_life_s);
        state->first_ns = state->last_ns = view->now_ns;
        state->estimate.middle = middle;
        return middle;
    }
    if (view->now_ns == state->last_ns) return middle;
    making_estimate_look(&state->estimate, middle, (double)(view->now_ns - state->last_ns) / 1e9);
    state->last_ns = view->now_ns;
    for (uint32_t at = 0; at < view->trade_count;) at = take_order(state, view, at);
    return middle;
}

bool maker_tick(const struct strategy_view *view, int side, double middle, double depth,
                bool improve, int64_t *ret_tick) {
    double ticks = (middle - side * depth) / view->tick;
    int64_t bid = book_l2_best_bid(view->book), ask = book_l2_best_ask(view->book), tick;
    if (!(ticks >= 1 && ticks < ticks_max)) return false;
    if (side > 0) {
        int64_t nearest = improve ? ask - 1 : bid;
        tick = (int64_t)floor(ticks);
        *ret_tick = tick < nearest ? tick : nearest;
    } else {
        int64_t nearest = improve ? bid + 1 : ask;
        tick = (int64_t)ceil(ticks);
        *ret_tick = tick > nearest ? tick : nearest;
    }
    return true;
}

double maker_units(const struct strategy_view *view, double qty) {
    return qty * view->multiplier;
}

struct making_market maker_market(const struct strategy_view *view, double middle,
                                  const struct making_market *market) {
    if (!view->inverse) return *market;
    double square = middle * middle;
    return (struct making_market){market->sigma / square, market->a, market->k * square};
}

struct making_depths maker_depths(const struct strategy_view *view, double middle,
                                  struct making_depths depths) {
    if (!view->inverse) return depths;
    double bid = 1 + depths.bid * middle, ask = 1 - depths.ask * middle;
    return (struct making_depths){.bid = bid > 0 ? middle - middle / bid : INFINITY,
                                  .ask = ask > 0 ? middle / ask - middle : INFINITY};
}

bool maker_may(const struct strategy_view *view, int side, double max_position) {
    return side * view->position[0] < max_position - view->lot / 2;
}
