// SPDX-License-Identifier: Apache-2.0
#include "sim/fill.h"

#include "base/check.h"
#include "sim/book.h"
#include "sim/history.h"
#include "sim/outbox.h"

// What an order can have now.
struct portion {
    int64_t qty;              // whole lots
    enum order_reason reason; // why it never can have any
    bool capped;              // volume cut it
};

static struct portion portion_of(const struct sim_exchange *x, const struct sim_fill_source *source,
                                 const struct sim_order *order);
static int64_t reducible(const struct sim_exchange *x, const struct order_spec *spec);
static bool grant(struct sim_exchange *x, struct sim_fill_source *source, uint32_t slot,
                  struct portion *ret_portion);
static price_t taken_price(const struct sim_exchange *x, const struct sim_fill_source *source,
                           int32_t side, qty_t qty, price_t price);
static void book(struct sim_exchange *x, struct sim_fill_source *source, uint32_t slot, qty_t qty,
                 price_t price, enum liquidity liquidity);
static int64_t fee_of(struct sim_exchange *x, const struct sim_order *order, qty_t qty,
                      money_t value, enum liquidity liquidity, int64_t ts_ns);

bool sim_fill_take(struct sim_exchange *x, struct sim_fill_source *source, uint32_t slot,
                   price_t price) {
    struct portion portion;
    if (!grant(x, source, slot, &portion)) return false;
    const struct sim_order *order = &x->orders[slot];
    int32_t side = order->spec.side;
    price_t done = taken_price(x, source, side, QTY(portion.qty), price);
    if (sim_order_is_limit(order) && side * (done.m - order->spec.limit_price.m) > 0)
        done = order->spec.limit_price;
    book(x, source, slot, QTY(portion.qty), done, LIQUIDITY_TAKER);
    return true;
}

bool sim_fill_rest(struct sim_exchange *x, struct sim_fill_source *source, uint32_t slot,
                   price_t price, enum liquidity liquidity) {
    struct portion portion;
    if (!grant(x, source, slot, &portion)) return false;
    book(x, source, slot, QTY(portion.qty), price, liquidity);
    return true;
}

void sim_fill_forced(struct sim_exchange *x, struct sim_fill_source *source, uint32_t strategy,
                     price_t price, enum order_reason reason) {
    uint32_t instrument = source->instrument;
    int64_t held = sim_account_quantity(&x->account, strategy, instrument)->m;
    if (held == 0) return;
    int32_t side = held > 0 ? -1 : 1;
    qty_t qty = QTY(held > 0 ? held : -held);
    bool free_of_charge = reason == REASON_DELISTED;
    price_t done = free_of_charge ? price : taken_price(x, source, side, qty, price);
    struct sim_order order = {
        .id = order_id_venue_make(strategy, ++x->state->next_forced),
        .spec = {.instrument = instrument, .strategy = strategy, .side = side, .qty = qty},
    };
    money_t value = sim_account_size(&x->account, instrument, done, qty);
    order.value = value;
    order.filled = qty;
    int64_t fee =
        free_of_charge ? 0 : fee_of(x, &order, qty, value, LIQUIDITY_TAKER, source->ts_ns);
    sim_account_fill(&x->account, strategy, instrument, side, qty, done, fee, source->ts_ns);
    source->taken += qty.m;
    struct order_event *report =
        sim_outbox_order(x, EVENT_ORDER_FILLED, &order, source->venue_ns, source->ts_ns);
    report->trade_id = ++x->state->next_trade;
    report->price = done;
    report->qty = qty;
    report->fee = fee;
    report->fee_currency = sim_instrument(x, instrument)->currency;
    report->reason = (uint16_t)reason;
    report->liquidity = LIQUIDITY_TAKER;
    report->side = side;
    x->state->counts.forced_fills++;
    x->state->wake_ns = INT64_MIN;
}

// Works out the portion, and ends the order that can have nothing or wants all or nothing.
static bool grant(struct sim_exchange *x, struct sim_fill_source *source, uint32_t slot,
                  struct portion *ret_portion) {
    struct sim_order *order = &x->orders[slot];
    order->tried = x->state->match;
    struct portion portion = portion_of(x, source, order);
    if (portion.reason != REASON_NONE) {
        sim_book_end(x, slot, EVENT_ORDER_CANCELED, portion.reason, source->ts_ns);
        return false;
    }
    if (order->spec.tif == TIF_FOK && portion.qty < sim_order_leaves(order)) portion.qty = 0;
    if (portion.qty > 0) {
        x->state->counts.volume_capped += portion.capped;
        *ret_portion = portion;
        return true;
    }
    if (order->spec.tif == TIF_IOC || order->spec.tif == TIF_FOK)
        sim_book_end(x, slot, EVENT_ORDER_CANCELED, REASON_NO_LIQUIDITY, source->ts_ns);
    return false;
}

static struct portion portion_of(const struct sim_exchange *x, const struct sim_fill_source *source,
                                 const struct sim_order *order) {
    int64_t qty = sim_order_allowed(order);
    if (order->spec.flags & ORDER_REDUCE_ONLY) {
        int64_t most = reducible(x, &order->spec);
        if (most == 0) return (struct portion){.reason = REASON_REDUCE_ONLY};
        if (qty > most) qty = most;
    }
    if (!x->allow_short && order->spec.side < 0) {
        int64_t held = sim_holding(x, order->spec.instrument)->qty.m;
        if (held <= 0) return (struct portion){.reason = REASON_NOT_SHORTABLE};
        if (qty > held) qty = held;
    }
    bool capped = qty > source->room;
    if (capped) qty = source->room;
    qty -= qty % sim_instrument(x, order->spec.instrument)->lot.m;
    return (struct portion){.qty = qty, .capped = capped};
}

static int64_t reducible(const struct sim_exchange *x, const struct order_spec *spec) {
    int64_t held = sim_account_quantity(&x->account, spec->strategy, spec->instrument)->m;
    int64_t most = spec->side > 0 ? -held : held;
    return most > 0 ? most : 0;
}

static price_t taken_price(const struct sim_exchange *x, const struct sim_fill_source *source,
                           int32_t side, qty_t qty, price_t price) {
    int64_t tick = sim_instrument(x, source->instrument)->tick.m;
    struct slip_view view = {
        .price = price,
        .tick = PRICE(tick),
        .qty = qty,
        .volume = source->volume,
        .before = QTY(source->taken),
    };
    sim_history_read(x, source->instrument, &view.sigma_daily, &view.volume_daily);
    int128_t moved =
        (int128_t)price.m + (int128_t)side * x->config.slip->offset(&view, x->config.slip_params);
    int128_t ticks = decimal_div_round(moved, tick, side > 0 ? ROUND_CEIL : ROUND_FLOOR);
    int128_t done = ticks * tick;
    if (done < tick) done = tick;
    CHECK(done <= INT64_MAX);
    return PRICE((int64_t)done);
}

static void book(struct sim_exchange *x, struct sim_fill_source *source, uint32_t slot, qty_t qty,
                 price_t price, enum liquidity liquidity) {
    struct sim_order *order = &x->orders[slot];
    const struct order_spec spec = order->spec;
    money_t value = sim_account_size(&x->account, spec.instrument, price, qty);
    order->filled.m += qty.m;
    order->value = money_add(order->value, value);
    CHECK(order->filled.m <= order->spec.qty.m);
    int64_t fee = fee_of(x, order, qty, value, liquidity, source->ts_ns);
    order->fees += fee;
    sim_account_fill(&x->account, spec.strategy, spec.instrument, spec.side, qty, price, fee,
                     source->ts_ns);
    source->taken += qty.m;
    if (source->room != INT64_MAX) source->room -= qty.m;
    struct order_event *report =
        sim_outbox_order(x, EVENT_ORDER_FILLED, order, source->venue_ns, source->ts_ns);
    report->trade_id = ++x->state->next_trade;
    report->price = price;
    report->qty = qty;
    report->leaves_qty = QTY(sim_order_leaves(order));
    report->fee = fee;
    report->fee_currency = sim_instrument(x, spec.instrument)->currency;
    report->liquidity = (uint16_t)liquidity;
    x->state->counts.fills++;
    x->state->counts.partial_fills += order->filled.m < order->spec.qty.m;
    x->state->counts.uncapped_fills += source->volume.m == 0;
    x->state->wake_ns = INT64_MIN;
    bool at_once = spec.tif == TIF_IOC || spec.tif == TIF_FOK;
    uint64_t id = order->id;
    sim_book_filled(x, slot, qty, price, source->open_ns, source->ts_ns);
    bool lives = x->orders[slot].id == id && x->orders[slot].state == SLOT_WORKING;
    if (at_once && lives)
        sim_book_end(x, slot, EVENT_ORDER_CANCELED, REASON_NO_LIQUIDITY, source->ts_ns);
    if (sim_account_quantity(&x->account, spec.strategy, spec.instrument)->m == 0)
        sim_book_drop_reducers(x, spec.strategy, spec.instrument, source->ts_ns);
}

static int64_t fee_of(struct sim_exchange *x, const struct sim_order *order, qty_t qty,
                      money_t value, enum liquidity liquidity, int64_t ts_ns) {
    const struct instrument *instrument = sim_instrument(x, order->spec.instrument);
    struct fee_view view = {
        .order_value = order->value,
        .order_qty = order->filled,
        .order_fees = order->fees,
        .value = value,
        .qty = qty,
        .money_decimals = x->config.instruments->currencies[instrument->currency].decimals,
        .qty_decimals = instrument->qty_decimals,
        .liquidity = liquidity,
    };
    sim_account_volumes(&x->account, order->spec.instrument, ts_ns, &view.volume_30d,
                        &view.volume_total);
    return x->config.fee->fee(&view, x->config.fee_params);
}
