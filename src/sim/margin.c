// SPDX-License-Identifier: Apache-2.0
#include "sim/margin.h"

#include "base/check.h"
#include "sim/book.h"

// Sums over the orders of an instrument that could move its position.
struct exposure {
    int128_t sure_value; // of market orders, signed: they fill with the next data
    int128_t buy_value;
    int128_t sell_value;
    int64_t sell_qty;
};

static struct exposure exposure_of(const struct sim_exchange *x, uint32_t instrument);
static bool counts(const struct sim_exchange *x, uint32_t slot);
static bool is_sure(const struct sim_order *order);

void sim_margin_settle(struct sim_exchange *x) {
    uint32_t instrument;
    while ((instrument = sim_account_settle(&x->account)) != INSTRUMENT_NONE)
        sim_account_set_required(&x->account, instrument, sim_margin_base(x, instrument));
}

enum order_reason sim_margin_check(struct sim_exchange *x, uint32_t slot, money_t base_before) {
    const struct sim_order *order = &x->orders[slot];
    uint32_t instrument = order->spec.instrument;
    if (order->state != SLOT_WORKING || (order->spec.flags & ORDER_REDUCE_ONLY)) return REASON_NONE;
    if (!x->allow_short && order->spec.side < 0) {
        struct exposure exposure = exposure_of(x, instrument);
        if (exposure.sell_qty > sim_holding(x, instrument)->qty.m) return REASON_NOT_SHORTABLE;
    }
    sim_margin_settle(x);
    if (sim_holding(x, instrument)->required.m <= base_before.m) return REASON_NONE;
    money_t needs = sim_account_required(&x->account);
    uint32_t currency = sim_instrument(x, instrument)->currency;
    money_t converted;
    if (sim_account_convert(&x->account, base_before, currency, &converted) != 0)
        return REASON_INSUFFICIENT_MARGIN;
    money_t equity = sim_account_equity(&x->account);
    return model_share_up(needs.m, x->initial_parts) <= equity.m ? REASON_NONE
                                                                 : REASON_INSUFFICIENT_MARGIN;
}

money_t sim_margin_base(const struct sim_exchange *x, uint32_t instrument) {
    const struct sim_holding *holding = sim_holding(x, instrument);
    int128_t value = 0; // signed by the side, whatever the payoff
    if (holding->qty.m != 0)
        value = sim_account_size(&x->account, instrument, holding->mark, holding->qty).m;
    if (holding->qty.m < 0) value = -value;
    if (x->rows[instrument].first == SLOT_NONE) return MONEY(value < 0 ? -value : value);
    struct exposure exposure = exposure_of(x, instrument);
    value += exposure.sure_value;
    int128_t most_long = value + exposure.buy_value;
    int128_t most_short = exposure.sell_value - value;
    return MONEY(most_long > most_short ? most_long : most_short);
}

void sim_margin_watch(struct sim_exchange *x, int64_t ts_ns) {
    if (!sim_margin_exposed(x)) return;
    sim_margin_settle(x);
    money_t gross = sim_account_gross(&x->account);
    money_t equity = sim_account_equity(&x->account);
    if (gross.m == 0 || equity.m >= model_share_up(gross.m, x->maintenance_parts)) return;
    bool called = false;
    for (uint32_t i = 0; i < x->config.instruments->count; i++) {
        sim_book_cancel_all(x, i, REASON_LIQUIDATION, ts_ns);
        if (x->rows[i].flags & ROW_FORCED) continue;
        for (uint32_t s = 0; s < x->config.strategy_count; s++) {
            if (sim_account_quantity(&x->account, s, i)->m == 0) continue;
            x->rows[i].flags |= ROW_FORCED;
            x->rows[i].forced_ns = ts_ns;
            called = true;
        }
    }
    x->state->counts.margin_calls += called;
}

static struct exposure exposure_of(const struct sim_exchange *x, uint32_t instrument) {
    struct exposure sum = {0};
    for (uint32_t at = x->rows[instrument].first; at != SLOT_NONE; at = x->orders[at].next) {
        if (!counts(x, at)) continue;
        const struct sim_order *order = &x->orders[at];
        qty_t leaves = QTY(sim_order_allowed(order));
        price_t price = sim_margin_reference(x, order);
        int128_t value = sim_account_size(&x->account, instrument, price, leaves).m;
        if (order->spec.side < 0) sum.sell_qty += leaves.m;
        if (is_sure(order))
            sum.sure_value += order->spec.side * value;
        else if (order->spec.side > 0)
            sum.buy_value += value;
        else
            sum.sell_value += value;
    }
    return sum;
}

// Of a group, the orders of one side stand for each other: a market order if there is one, else the first.
static bool counts(const struct sim_exchange *x, uint32_t slot) {
    const struct sim_order *order = &x->orders[slot];
    if (order->state != SLOT_WORKING || (order->spec.flags & ORDER_REDUCE_ONLY)) return false;
    if (order->spec.group == 0) return true;
    bool before = true;
    uint32_t at = x->rows[order->spec.instrument].first;
    for (; at != SLOT_NONE; at = x->orders[at].next) {
        const struct sim_order *other = &x->orders[at];
        if (at == slot) before = false;
        if (at == slot || other->state != SLOT_WORKING || other->spec.side != order->spec.side ||
            other->spec.group != order->spec.group)
            continue;
        if (is_sure(other) ? before || !is_sure(order) : before && !is_sure(order)) return false;
    }
    return true;
}

static bool is_sure(const struct sim_order *order) {
    if (order->spec.type == ORDER_MARKET) return true;
    bool stop = order->spec.type == ORDER_STOP || order->spec.type == ORDER_TRAILING_STOP;
    return stop && (order->flags & SIM_TRIGGERED);
}
