// SPDX-License-Identifier: Apache-2.0
#include "sim/tick_margin.h"

#include "base/check.h"
#include "sim/tick_state.h"

// Orders that may open a position, by what they are worth; and all that may be sold.
struct exposure {
    int128_t buys, sells;
    int64_t sell_qty;
};

static int128_t worth(const struct tick_exchange *x, int64_t price, int64_t qty) {
    if (price == 0 || qty == 0) return 0;
    return sim_account_size(&x->account, x->config.instrument, PRICE(price), QTY(qty)).m;
}

// An order at its limit, its trigger, or at the best price of the other side.
static int64_t price_of(const struct tick_exchange *x, const struct order_spec *spec) {
    if (spec->limit_price.m != 0) return spec->limit_price.m;
    if (spec->stop_price.m != 0) return spec->stop_price.m;
    int64_t best = spec->side > 0 ? book_l2_best_ask(&x->book) : book_l2_best_bid(&x->book);
    return best == BOOK_L2_NO_BID || best == BOOK_L2_NO_ASK ? 0 : best * x->tick;
}

// What a reduce-only sell can sell.
static int64_t reducible(const struct tick_exchange *x, const struct order_spec *spec,
                         int64_t qty) {
    int64_t held = sim_account_quantity(&x->account, spec->strategy, x->config.instrument)->m;
    return held < qty ? (held > 0 ? held : 0) : qty;
}

static void add_order(const struct tick_exchange *x, const struct order_spec *spec, int64_t price,
                      int64_t qty, struct exposure *sum) {
    bool reduces = spec->flags & ORDER_REDUCE_ONLY;
    if (spec->side < 0) sum->sell_qty += reduces ? reducible(x, spec, qty) : qty;
    if (reduces) return;
    *(spec->side > 0 ? &sum->buys : &sum->sells) += worth(x, price, qty);
}

static void add_list(const struct tick_exchange *x, const uint32_t *slots, uint32_t count,
                     const struct tick_order *except, struct exposure *sum) {
    for (uint32_t i = 0; i < count; i++) {
        const struct tick_order *order = &x->orders[slots[i]];
        if (order == except) continue;
        int64_t price = price_of(x, &order->spec);
        add_order(x, &order->spec, price, order->leaves, sum);
    }
}

static struct exposure exposure_of(const struct tick_exchange *x, const struct tick_order *except) {
    struct exposure sum = {0};
    add_list(x, x->stops, x->state->stop_count, except, &sum);
    for (int s = 0; s < 2; s++) add_list(x, x->resting[s], x->state->sides[s].count, except, &sum);
    return sum;
}

static const struct sim_holding *holding_of(const struct tick_exchange *x) {
    return &x->account.holdings[x->config.instrument];
}

static money_t base_of(const struct tick_exchange *x, const struct exposure *sum) {
    const struct sim_holding *holding = holding_of(x);
    int128_t held = worth(x, holding->mark.m, holding->qty.m);
    if (holding->qty.m < 0) held = -held;
    int128_t most_long = held + sum->buys, most_short = sum->sells - held;
    return MONEY(most_long > most_short ? most_long : most_short);
}

// What the account is worth, all values at their marks.
static money_t equity_of(struct tick_exchange *x) {
    while (sim_account_settle(&x->account) != INSTRUMENT_NONE) continue;
    return sim_account_equity(&x->account);
}

// Mark and base of our instrument as they are now.
static void refresh(struct tick_exchange *x) {
    price_t mark = tick_mark(x);
    if (mark.m > 0 && mark.m != holding_of(x)->mark.m)
        sim_account_mark(&x->account, x->config.instrument, mark);
    struct exposure sum = exposure_of(x, NULL);
    sim_account_set_required(&x->account, x->config.instrument, base_of(x, &sum));
}

enum order_reason tick_margin_check(struct tick_exchange *x, const struct order_spec *spec,
                                    int64_t leaves, const struct tick_order *replaced) {
    const struct tick_margin *margin = &x->config.margin;
    if (margin->initial == 0) return REASON_NONE;
    if (x->state->closing) return REASON_LIQUIDATION;
    refresh(x);
    struct exposure sum = exposure_of(x, replaced);
    add_order(x, spec, price_of(x, spec), leaves, &sum);
    if (spec->side < 0 && !margin->allow_short && sum.sell_qty > holding_of(x)->qty.m)
        return REASON_NOT_SHORTABLE;
    if (spec->flags & ORDER_REDUCE_ONLY) return REASON_NONE;
    money_t before = holding_of(x)->required, after = base_of(x, &sum);
    if (after.m <= before.m) return REASON_NONE;
    money_t equity = equity_of(x);
    sim_account_set_required(&x->account, x->config.instrument, after);
    int128_t needs = model_share_up(sim_account_required(&x->account).m, margin->initial);
    sim_account_set_required(&x->account, x->config.instrument, before);
    return needs <= equity.m ? REASON_NONE : REASON_INSUFFICIENT_MARGIN;
}

static void cancel_all(struct tick_exchange *x) {
    while (x->state->stop_count > 0)
        tick_order_end(x, x->stops[0], EVENT_ORDER_CANCELED, REASON_LIQUIDATION);
    for (int s = 0; s < 2; s++)
        while (x->state->sides[s].count > 0)
            tick_order_end(x, x->resting[s][0], EVENT_ORDER_CANCELED, REASON_LIQUIDATION);
}

static void close_positions(struct tick_exchange *x) {
    bool flat = true;
    for (uint32_t s = 0; s < x->config.strategy_count; s++) {
        tick_close_position(x, s);
        flat = flat && sim_account_quantity(&x->account, s, x->config.instrument)->m == 0;
    }
    x->state->closing = !flat;
}

void tick_margin_watch(struct tick_exchange *x) {
    struct tick_state *state = x->state;
    struct sim_account_state *shared = x->account.state;
    state->margin_due = 0;
    refresh(x);
    if (state->margin_calls == shared->margin_calls && !state->closing) {
        money_t equity = equity_of(x), gross = sim_account_gross(&x->account);
        if (gross.m == 0 || equity.m >= model_share_up(gross.m, x->config.margin.maintenance))
            return;
        shared->margin_calls++;
        state->counts.margin_calls++;
    }
    state->margin_calls = shared->margin_calls;
    cancel_all(x);
    close_positions(x);
    refresh(x);
}

void tick_margin_describe(const struct tick_margin *margin, struct text *out) {
    if (margin->initial == 0) {
        text_printf(out, "margin\tnone: the account counts, it does not refuse\n");
        return;
    }
    text_printf(
        out,
        "margin\tinitial %g %% of the worst exposure of all positions and orders, %s; below "
        "%g %% of positions the venue cancels all and closes what it can out of the book\n",
        (double)margin->initial / 1e7,
        margin->allow_short ? "short as well as long" : "nothing sold that is not held",
        (double)margin->maintenance / 1e7);
}
