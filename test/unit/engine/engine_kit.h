// SPDX-License-Identifier: Apache-2.0
// A small engine for tests: instruments of plain units (2 price decimals, whole shares, dollars), strategies
// that do what a script says, and helpers that number events.
#ifndef FULMAR_TEST_ENGINE_KIT_H
#define FULMAR_TEST_ENGINE_KIT_H

#include "harness.h"

#include "base/timestamp.h"
#include "engine/engine.h"

enum { KIT_STRATEGIES_MAX = 4, KIT_SCRIPT_MAX = 64, KIT_INSTRUMENTS_MAX = 4 };

// What the scripted strategy answers at its n-th decision (the last row repeats as TARGET_KEEP).
struct kit_step {
    uint32_t kind; // enum target_kind
    double weight;
    double stop; // 0 = none
    double take;
};

struct kit {
    struct arena wiring;
    struct arena state;
    struct instruments instruments;
    struct engine_config config;
    struct engine_strategy_config strategies[KIT_STRATEGIES_MAX];
    struct risk_config risk;
    struct engine *engine;
    const struct engine_outputs *outputs; // of the latest event
    uint64_t seq;
    int64_t now_ns;
    uint64_t next_trade;
};

static const struct kit_step *kit_script; // what scripted strategies follow, set by the test
static uint32_t kit_script_length;

static inline void kit_decide(const struct strategy_view *view, void *state,
                              struct strategy_out *ret_out) {
    (void)state;
    if (view->decisions >= kit_script_length) return;
    const struct kit_step *step = &kit_script[view->decisions];
    for (uint32_t i = 0; i < view->instrument_count; i++) {
        struct strategy_target *target = &ret_out->targets[i];
        target->kind = step->kind;
        target->weight = step->weight;
        if (step->stop > 0) target->stop = step->stop;
        if (step->take > 0) target->take = step->take;
    }
}

static const struct strategy kit_strategy = {
    .name = "script", .summary = "Does what the test says.", .decide = kit_decide};

static const uint32_t kit_all[KIT_INSTRUMENTS_MAX] = {0, 1, 2, 3};

static inline void kit_configure(struct kit *kit, uint32_t instruments, uint32_t strategies) {
    *kit = (struct kit){.now_ns = NS_PER_DAY};
    assert_ok(arena_init(&kit->wiring, 1 << 26));
    assert_ok(arena_init(&kit->state, 1 << 26));
    assert_ok(instruments_init(&kit->instruments, &kit->wiring, KIT_INSTRUMENTS_MAX, 2));
    int usd = instruments_add_currency(&kit->instruments, "USD", 2);
    assert_true(usd >= 0);
    for (uint32_t i = 0; i < instruments; i++) {
        struct instrument instrument;
        char symbol[8] = {(char)('A' + i), 0};
        instrument_defaults(&instrument, ASSET_CRYPTO, symbol, (uint32_t)usd);
        instrument.price_decimals = 2;
        instrument.qty_decimals = 0;
        instrument.tick = PRICE(1);
        instrument.lot = QTY(1);
        instrument.qty_min = QTY(1);
        assert_true(instruments_add(&kit->instruments, &instrument) >= 0);
    }
    risk_config_defaults(&kit->risk);
    for (uint32_t s = 0; s < strategies; s++) {
        kit->strategies[s].strategy = &kit_strategy;
        kit->strategies[s].sizing = sizing_find("fixed_fraction");
        kit->strategies[s].sizing_params[0] = 1;
        kit->strategies[s].instruments = kit_all;
        kit->strategies[s].instrument_count = instruments;
        kit->strategies[s].frame_s = 60;
        kit->strategies[s].share_ppm = 1000000 / strategies;
    }
    kit->config = (struct engine_config){.instruments = &kit->instruments,
                                         .strategies = kit->strategies,
                                         .strategy_count = strategies,
                                         .data_frame_s = 60,
                                         .order_max = 256,
                                         .lot_max = 1024,
                                         .periods_per_year = 252,
                                         .run_id = 7,
                                         .risk = &kit->risk};
}

static inline const struct engine_outputs *kit_apply(struct kit *kit, union event *event) {
    event->header.seq = ++kit->seq;
    kit->outputs = engine_apply(kit->engine, event);
    return kit->outputs;
}

static inline void kit_deposit(struct kit *kit, int64_t cents) {
    union event event;
    event_init(&event, EVENT_CASH, INSTRUMENT_NONE, kit->now_ns);
    event.cash.amount = MONEY(cents);
    event.cash.reason = CASH_DEPOSIT;
    event.cash.strategy = STRATEGY_NONE;
    kit_apply(kit, &event);
}

// Builds the engine and gives it 10,000.00 dollars.
static inline void kit_start(struct kit *kit) {
    assert_ok(engine_new(&kit->wiring, &kit->state, &kit->config, &kit->engine));
    arena_seal(&kit->wiring);
    arena_seal(&kit->state);
    kit_deposit(kit, 1000000);
}

static inline void kit_stop(struct kit *kit) {
    arena_fini(&kit->wiring);
    arena_fini(&kit->state);
}

// A bar of one price, a minute after the last one of its instrument.
static inline const struct engine_outputs *kit_bar(struct kit *kit, uint32_t instrument,
                                                   int64_t cents) {
    union event event;
    if (instrument == 0) kit->now_ns += NS_PER_MIN;
    event_init(&event, EVENT_BAR, instrument, kit->now_ns);
    event.bar.bar = (struct bar){.open_ns = kit->now_ns - NS_PER_MIN,
                                 .close_ns = kit->now_ns,
                                 .open = PRICE(cents),
                                 .high = PRICE(cents),
                                 .low = PRICE(cents),
                                 .close = PRICE(cents),
                                 .volume = QTY(1000),
                                 .frame_s = 60};
    return kit_apply(kit, &event);
}

static inline const struct engine_outputs *kit_report(struct kit *kit, enum event_kind kind,
                                                      uint64_t order_id, int64_t qty, int64_t cents,
                                                      int64_t leaves) {
    union event event;
    event_init(&event, kind, (uint32_t)0, kit->now_ns);
    int handle = orders_find(engine_orders(kit->engine), order_id);
    if (handle >= 0)
        event.header.instrument =
            orders_get(engine_orders(kit->engine), (uint32_t)handle)->spec.instrument;
    event.order.order_id = order_id;
    event.order.qty = QTY(qty);
    event.order.price = PRICE(cents);
    event.order.leaves_qty = QTY(leaves);
    if (kind == EVENT_ORDER_FILLED) event.order.trade_id = ++kit->next_trade;
    return kit_apply(kit, &event);
}

// The n-th output of a kind of the latest event, NULL when there is none.
static inline const void *kit_output(const struct kit *kit, enum event_kind kind, uint32_t n) {
    for (size_t at = 0; at < kit->outputs->size;) {
        const struct event_header *header = (const void *)(kit->outputs->bytes + at);
        if (header->kind == kind && n-- == 0) return header;
        at += header->size;
    }
    return NULL;
}

// Accepts and fills the n-th order that the latest event submitted; its id.
static inline uint64_t kit_fill_submit(struct kit *kit, uint32_t n, int64_t cents) {
    const struct submit_event *submit = kit_output(kit, EVENT_SUBMIT, n);
    assert_non_null(submit);
    uint64_t id = submit->order_id;
    int64_t qty = submit->spec.qty.m;
    kit_report(kit, EVENT_ORDER_ACCEPTED, id, 0, 0, qty);
    kit_report(kit, EVENT_ORDER_FILLED, id, qty, cents, 0);
    return id;
}

#endif
