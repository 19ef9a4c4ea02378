// SPDX-License-Identifier: Apache-2.0
#include "strategy/quotes.h"

#include "base/check.h"

static bool is_wanted(const struct quotes *quotes, int64_t tick) {
    for (int i = 0; i < quotes->count; i++)
        if (quotes->ticks[i] == tick) return true;
    return false;
}

static bool is_taken(const struct strategy_view *view, int64_t tick) {
    for (uint32_t i = 0; i < view->working_count; i++)
        if (view->working[i].tick == tick) return true;
    return false;
}

static bool is_idle(const struct strategy_working *order) {
    return order->state == ORDER_WORKING || order->state == ORDER_PARTIALLY_FILLED;
}

void quotes_add(struct quotes *quotes, int64_t tick) {
    if (is_wanted(quotes, tick)) return;
    CHECK(quotes->count < QUOTES_MAX);
    quotes->ticks[quotes->count++] = tick;
}

int64_t quotes_hold(const struct strategy_view *view, int side, int64_t tick, int64_t tolerance) {
    int64_t best = tick, least = tolerance + 1;
    for (uint32_t i = 0; i < view->working_count; i++) {
        const struct strategy_working *order = &view->working[i];
        int64_t off = order->tick > tick ? order->tick - tick : tick - order->tick;
        if (order->side != side || !is_idle(order) || off >= least) continue;
        best = order->tick;
        least = off;
    }
    return best;
}

void quotes_move(const struct strategy_view *view, int side, const struct quotes *quotes,
                 double qty, struct strategy_out *ret_out) {
    for (uint32_t i = 0; i < view->working_count; i++) {
        const struct strategy_working *order = &view->working[i];
        if (order->side == side && is_idle(order) && !is_wanted(quotes, order->tick))
            ret_out->cancels[ret_out->cancel_count++] = order->id;
    }
    for (int i = 0; i < quotes->count; i++) {
        if (is_taken(view, quotes->ticks[i])) continue;
        ret_out->orders[ret_out->order_count++] = (struct strategy_order){
            .side = side,
            .type = ORDER_LIMIT,
            .tif = TIF_GTC,
            .flags = ORDER_POST_ONLY,
            .qty = qty,
            .limit_price = (double)quotes->ticks[i] * view->tick,
        };
    }
}
