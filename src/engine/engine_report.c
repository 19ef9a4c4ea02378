// SPDX-License-Identifier: Apache-2.0
// What the world reports: fills, ends of orders, money, corporate actions, silence.
#include <math.h>

#include "base/check.h"
#include "engine/engine_algo.h"
#include "engine/engine_budget.h"

static void refresh_slot(struct engine *engine, struct slot *slot) {
    const struct position *position =
        ledger_position(engine->ledger, slot->strategy, slot->instrument);
    const struct instrument *instrument = &engine->config.instruments->items[slot->instrument];
    slot->state->position = decimal_to_double(position->qty.m, instrument->qty_decimals);
    slot->state->entry_price = decimal_to_double(position->entry.m, instrument->price_decimals);
}

// Welford's update with one closing fill's return on the value it closed.
static void note_trade(struct engine *engine, const struct ledger_fill *fill,
                       const struct ledger_result *result) {
    if (result->closed_qty.m == 0) return;
    money_t proceeds;
    if (ledger_value(engine->ledger, fill->instrument, fill->price, result->closed_qty, &proceeds) <
        0)
        return;
    // What was held was worth proceeds where it was long, less than nothing where short; of inverse contracts the
    // other way round. Less what it realised, that is its signed cost.
    if (fill->side > 0) proceeds = money_neg(proceeds);
    money_t cost = money_sub(proceeds, result->realised);
    if ((cost.m < 0) != (proceeds.m < 0) || cost.m == 0) return;
    if (cost.m < 0) cost = money_neg(cost);
    struct strategy_state *stats = &engine->strategies[fill->strategy];
    double gain = money_to_double(result->realised, 0) / money_to_double(cost, 0);
    stats->trades++;
    double delta = gain - stats->return_mean;
    stats->return_mean += delta / (double)stats->trades;
    stats->return_m2 += delta * (gain - stats->return_mean);
}

// A ledger that cannot book what the venue says is wrong from then on: trading stops.
static void ledger_failed(struct engine *engine) {
    engine->core->counts.ledger_errors++;
    if (!engine->core->halted)
        engine_halt_all(engine, RISK_RULE_ENGINE, &(struct risk_result){.strategy = STRATEGY_NONE});
}

static void tell_fill(struct engine *engine, const struct ledger_fill *fill,
                      const struct ledger_result *result, const struct order_spec *spec,
                      price_t last) {
    struct risk_fact fact = {.kind = RISK_FACT_FILLED,
                             .strategy = fill->strategy,
                             .instrument = fill->instrument,
                             .spec = spec,
                             .side = fill->side,
                             .qty = fill->qty,
                             .price = fill->price,
                             .last = last,
                             .closed = result->closed_qty.m != 0};
    uint32_t currency = engine->config.instruments->items[fill->instrument].currency;
    if (ledger_convert(engine->ledger, result->realised, currency, &fact.realised) < 0)
        fact.realised = MONEY(0);
    engine_note(engine, &fact);
}

void engine_book_fill(struct engine *engine, uint32_t strategy, int32_t side,
                      const struct order_event *event, const struct order_spec *spec) {
    struct ledger_fill fill = {
        .strategy = strategy,
        .instrument = event->header.instrument,
        .side = side,
        .fee_currency = event->fee_currency,
        .qty = event->qty,
        .price = event->price,
        .fee = event->fee,
        .ts_ns = event->header.ts_ns,
    };
    struct ledger_result result;
    price_t last = engine->board.rows[fill.instrument].last;
    engine->core->counts.fills++;
    if (ledger_fill(engine->ledger, &fill, &result) < 0) {
        ledger_failed(engine);
        return;
    }
    note_trade(engine, &fill, &result);
    if (engine_hears(engine, RISK_FACT_FILLED)) tell_fill(engine, &fill, &result, spec, last);
    struct slot *slot = engine_slot(engine, fill.strategy, fill.instrument);
    if (slot == NULL) return;
    refresh_slot(engine, slot);
    if (slot->state->position == 0) slot->state->closing = 0;
    if (!slot->state->denied) return;
    slot->state->denied = 0; // of another position the same weight may ask for less
    slot->state->weight = NAN;
}

// A liquidation or a delisting: an order of the venue's own that closes a strategy's position, or what the account's
// order had filled when nobody had been allocated it yet.
static void venue_fill(struct engine *engine, const struct order_event *event) {
    uint32_t strategy = order_id_strategy(event->order_id);
    if (strategy >= engine->config.strategy_count) {
        if (engine_net_forced(engine, event) < 0) ledger_failed(engine);
        engine_watch(engine);
        return;
    }
    qty_t held = ledger_position(engine->ledger, strategy, event->header.instrument)->qty;
    int32_t closing = held.m > 0 ? -1 : 1;
    engine_book_fill(engine, strategy, event->side != 0 ? event->side : closing, event, NULL);
    struct slot *slot = engine_slot(engine, strategy, event->header.instrument);
    if (slot != NULL) {
        engine_algo_end(engine, slot, ALGO_REASON_CLOSED);
        engine_protect(engine, slot);
    }
    if (slot != NULL && engine_closes(engine, strategy)) engine_follow_drain(engine, strategy);
    engine_watch(engine);
}

// Whether a protecting order ended as soon as it was sent. The same answer would come to the same order, for
// ever: it waits for the next bar.
static bool protection_refused(const struct engine *engine, const struct order *order,
                               const struct order_event *event) {
    if (order->spec.purpose != PURPOSE_STOP_LOSS && order->spec.purpose != PURPOSE_TAKE_PROFIT)
        return false;
    return event->header.kind == EVENT_ORDER_REJECTED || order->created_ns == engine->core->ts_ns;
}

// An order has filled or ended: the position's protection follows.
static void follow_protection(struct engine *engine, struct slot *slot, const struct order *order,
                              const struct order_event *event, bool is_fill) {
    // At the end of the data nothing is left to protect against, and no venue to send it to.
    if (event->header.kind == EVENT_ORDER_CANCELED && event->reason == REASON_END_OF_DATA) return;
    bool waits = order->spec.purpose == PURPOSE_FLATTEN
                     ? slot->state->closing && !order_is_live(order)
                     : !is_fill && protection_refused(engine, order, event);
    if (waits)
        engine_wait(engine, slot);
    else
        engine_protect(engine, slot);
}

// What a report means to rules that keep count of them, but for whose a fill is.
static void tell_report(struct engine *engine, const struct order_event *event,
                        const struct order_change *change, uint64_t overfills) {
    const struct order *order =
        change->handle != UINT32_MAX ? orders_get(&engine->orders, change->handle) : NULL;
    uint16_t kind = event->header.kind;
    struct risk_fact fact = {.instrument = event->header.instrument,
                             .strategy = order != NULL ? order->spec.strategy : STRATEGY_NONE,
                             .spec = order != NULL ? &order->spec : NULL,
                             .qty = event->qty,
                             .price = event->price};
    if (order != NULL && change->is_fill) {
        fact.kind = RISK_FACT_EXECUTED;
        fact.side = order->spec.side;
        fact.last = engine->board.rows[fact.instrument].last;
        engine_note(engine, &fact);
    }
    bool strange = change->outcome == ORDER_STRANGE || change->outcome == ORDER_LATE_FILL ||
                   engine->orders.counts->overfills != overfills;
    if (kind == EVENT_ORDER_FILLED && strange) {
        fact.kind = RISK_FACT_STRANGE;
        engine_note(engine, &fact);
    }
    if (kind == EVENT_ORDER_REJECTED || kind == EVENT_ORDER_CANCEL_REJECTED ||
        kind == EVENT_ORDER_REPLACE_REJECTED) {
        fact.kind = RISK_FACT_REJECTED;
        engine_note(engine, &fact);
    }
    if (order != NULL && change->ended && order->filled_qty.m < order->spec.qty.m) {
        fact.kind = RISK_FACT_ENDED;
        fact.qty = QTY(order->spec.qty.m - order->filled_qty.m);
        engine_note(engine, &fact);
    }
}

static void take_report(struct engine *engine, const struct order_event *event,
                        const struct order_change change);

void engine_order_report(struct engine *engine, const struct order_event *event) {
    static const uint32_t kinds = 1u << RISK_FACT_STRANGE | 1u << RISK_FACT_REJECTED |
                                  1u << RISK_FACT_ENDED | 1u << RISK_FACT_EXECUTED;
    uint64_t overfills = engine->orders.counts->overfills;
    struct order_change change = orders_apply(&engine->orders, event);
    if (change.outcome == ORDER_DUPLICATE) return;
    if (LIKELY((engine->gate.notes & kinds) == 0)) {
        take_report(engine, event, change);
        return;
    }
    tell_report(engine, event, &change, overfills);
    take_report(engine, event, change);
    if (!change.is_fill && engine_has_watch(engine)) engine_watch_rules(engine);
}

static void take_report(struct engine *engine, const struct order_event *event,
                        const struct order_change change) {
    if (change.handle == UINT32_MAX) {
        if (change.is_fill) venue_fill(engine, event);
        return;
    }
    const struct order *order = orders_get(&engine->orders, change.handle);
    if (UNLIKELY(order->spec.strategy == engine->config.strategy_count)) {
        if (change.is_fill) engine_net_fill(engine, order, event);
        if (event->header.kind == EVENT_ORDER_REPLACED) engine_net_replaced(engine, order);
        if (change.ended) engine_net_end(engine, order);
        if (change.is_fill) engine_watch(engine);
        return;
    }
    if (change.is_fill)
        engine_book_fill(engine, order->spec.strategy, order->spec.side, event, &order->spec);
    struct slot *slot = engine_slot(engine, order->spec.strategy, order->spec.instrument);
    if (slot != NULL) {
        if (change.is_fill && order->spec.purpose != PURPOSE_TARGET && slot->state->position == 0)
            engine_net_forget(engine, slot);
        bool unfilled = change.ended && order->filled_qty.m == 0;
        if (unfilled && order->id == slot->state->entry_order) slot->state->weight = NAN;
        // What was taken back filled or stays after all: the next decision sizes anew.
        if (change.state_from == ORDER_PENDING_CANCEL && order->spec.purpose == PURPOSE_TARGET &&
            (change.is_fill || !change.ended) && !engine_algo_owns(slot, order->id))
            slot->state->weight = NAN;
        engine_algo_report(engine, slot, order, event, &change);
        if (change.is_fill || change.ended)
            follow_protection(engine, slot, order, event, change.is_fill);
        if (engine_closes(engine, slot->strategy) && (change.is_fill || change.ended))
            engine_follow_drain(engine, slot->strategy);
    }
    if (change.is_fill) engine_watch(engine);
}

void engine_timers(struct engine *engine) {
    struct engine_core *core = engine->core;
    while (core->timer_head != core->timer_tail) {
        const struct ack_timer *timer = &engine->timers[core->timer_head & engine->timer_mask];
        if (timer->due_ns > core->ts_ns) return;
        core->timer_head++;
        int handle = orders_find(&engine->orders, timer->order_id);
        if (handle < 0) continue;
        const struct order *order = orders_get(&engine->orders, (uint32_t)handle);
        if (order->state != ORDER_SUBMITTED) continue;
        struct order_event silence = {.header = *engine->cause, .order_id = order->id};
        silence.header.kind = EVENT_ORDER_UNKNOWN;
        silence.header.size = sizeof silence;
        silence.header.instrument = order->spec.instrument;
        orders_apply(&engine->orders, &silence);
    }
}

// Capital that comes or goes is shared among strategies by their shares, as configured or as an allocation left them.
static void share_capital(struct engine *engine, const struct cash_event *cash) {
    money_t left = cash->amount;
    for (uint32_t s = 0; s < engine->config.strategy_count; s++) {
        money_t part = MONEY(decimal_div_round(cash->amount.m * engine_budget_share(engine, s),
                                               1000000, ROUND_FLOOR));
        ledger_set_budget(engine->ledger, s, money_add(ledger_budget(engine->ledger, s), part));
        engine_budget_capital(engine, s, part);
        left = money_sub(left, part);
    }
    engine_budget_reserve(engine, left);
}

// Capital is no profit: the day's and the peak's equity move with it.
static void rebase_equity(struct engine *engine, money_t before) {
    struct engine_core *core = engine->core;
    money_t moved = money_sub(ledger_equity(engine->ledger), before);
    core->equity_day = money_add(core->equity_day, moved);
    core->equity_peak = money_add(core->equity_peak, moved);
}

// What the venue charges or pays for something that was not allocated yet is the account's.
static int book_money(struct engine *engine, const union event *event) {
    union event own;
    if (event->header.kind != EVENT_CASH || engine->net_rows == NULL ||
        event->cash.strategy != engine->config.strategy_count)
        return ledger_apply(engine->ledger, event);
    own.cash = event->cash;
    own.cash.strategy = STRATEGY_NONE;
    return ledger_apply(engine->ledger, &own);
}

void engine_money(struct engine *engine, const union event *event) {
    money_t before = ledger_equity(engine->ledger);
    if (event->header.kind == EVENT_RATE) risk_exposure_forget(&engine->gate.exposure);
    if (book_money(engine, event) < 0) {
        ledger_failed(engine);
        return;
    }
    bool capital = event->header.kind == EVENT_CASH &&
                   (event->cash.reason == CASH_DEPOSIT || event->cash.reason == CASH_WITHDRAWAL);
    if (capital && event->cash.currency == engine->config.account_currency)
        share_capital(engine, &event->cash);
    if (capital) rebase_equity(engine, before);
    engine_watch(engine);
}

void engine_split(struct engine *engine, const union event *event) {
    const struct split_event *split = &event->split;
    double ratio = (double)split->numerator / (double)split->denominator;
    board_apply(&engine->board, event);
    if (ledger_apply(engine->ledger, event) < 0) ledger_failed(engine);
    const struct instrument_cache *cache = &engine->cache[event->header.instrument];
    for (uint32_t k = 0; k < cache->slot_count; k++) {
        struct slot *slot = cache->slots[k];
        engine_algo_end(engine, slot, ALGO_REASON_SPLIT);
        slot->state->factor *= ratio;
        slot->state->stop /= ratio;
        slot->state->take /= ratio;
        refresh_slot(engine, slot);
    }
    if (engine->net_rows != NULL) engine_net_split(engine, split);
    engine_budget_split(engine, event->header.instrument);
    signal_scale(engine->signals, event->header.instrument, ratio);
    if (engine_hears(engine, RISK_FACT_SPLIT))
        engine_note(engine, &(struct risk_fact){.kind = RISK_FACT_SPLIT,
                                                .instrument = event->header.instrument,
                                                .ratio = ratio});
    engine_watch(engine);
}
