// SPDX-License-Identifier: Apache-2.0
// An account for tests of risk rules: two instruments of dollars and cents, whole shares, last price 10.00,
// 10,000.00 dollars of equity; positions and live orders as a test wants them.
#ifndef FULMAR_TEST_RISK_KIT_H
#define FULMAR_TEST_RISK_KIT_H

#include "harness.h"

#include "risk/gate.h"

enum { RISK_KIT_INSTRUMENTS = 4, RISK_KIT_STRATEGIES = 2, RISK_KIT_GUARD = 256 };

struct risk_kit {
    struct arena arena;
    struct instruments instruments;
    struct board board;
    struct orders orders;
    struct ledger *ledger;
    struct risk_view view;
    struct order_spec spec;
    struct risk_order order;
    struct risk_result result;
    double params[PARAMS_MAX];
    const struct risk_rule *rule;
    struct risk_exposure exposure;
    struct risk_model model; // where the rule reads one
    uint32_t flags[RISK_KIT_INSTRUMENTS];
    void *state;          // the rule's, zeroed
    unsigned char *guard; // behind it: what must not be read or written
};

// With shares that divide into 10^qty_decimals lots.
static inline void risk_kit_open_parts(struct risk_kit *kit, const char *rule,
                                       int32_t qty_decimals) {
    *kit = (struct risk_kit){0};
    assert_ok(arena_init(&kit->arena, 1 << 24));
    assert_ok(instruments_init(&kit->instruments, &kit->arena, RISK_KIT_INSTRUMENTS, 1));
    int usd = instruments_add_currency(&kit->instruments, "USD", 2);
    for (int i = 0; i < RISK_KIT_INSTRUMENTS; i++) {
        struct instrument instrument;
        char symbol[2] = {(char)('A' + i), 0};
        instrument_defaults(&instrument, ASSET_CRYPTO, symbol, (uint32_t)usd);
        instrument.price_decimals = 2;
        instrument.qty_decimals = qty_decimals;
        instrument.tick = PRICE(1);
        instrument.lot = QTY(1);
        instrument.qty_min = QTY(1);
        assert_int_equal(instruments_add(&kit->instruments, &instrument), i);
    }
    assert_ok(board_init(&kit->board, &kit->arena, RISK_KIT_INSTRUMENTS));
    for (int i = 0; i < RISK_KIT_INSTRUMENTS; i++) kit->board.rows[i].last = PRICE(1000);
    struct orders_config orders = {&kit->instruments, 64, RISK_KIT_INSTRUMENTS,
                                   RISK_KIT_STRATEGIES};
    assert_ok(orders_init(&kit->orders, &kit->arena, &orders));
    struct ledger_config ledger = {.instruments = &kit->instruments,
                                   .strategy_count = RISK_KIT_STRATEGIES,
                                   .lot_max = 64,
                                   .method = COST_AVERAGE};
    kit->ledger = ledger_new(&kit->arena, &kit->arena, &ledger);
    assert_non_null(kit->ledger);
    kit->view = (struct risk_view){.instruments = &kit->instruments,
                                   .board = &kit->board,
                                   .ledger = kit->ledger,
                                   .orders = &kit->orders,
                                   .equity = MONEY(1000000),
                                   .equity_day = MONEY(1000000),
                                   .equity_peak = MONEY(1000000),
                                   .money_decimals = 2,
                                   .strategy_count = RISK_KIT_STRATEGIES};
    if (rule == NULL) return;
    kit->view.flags = kit->flags;
    kit->view.exposure = &kit->exposure;
    assert_ok(risk_exposure_init(&kit->exposure, &kit->arena, RISK_KIT_INSTRUMENTS));
    kit->rule = risk_rule_at((size_t)risk_rule_find(rule));
    params_defaults(kit->rule->params, kit->rule->param_count, kit->params);
    size_t size = kit->rule->state_size;
    if (kit->rule->state_more != NULL)
        size += kit->rule->state_more(kit->params, RISK_KIT_INSTRUMENTS, RISK_KIT_STRATEGIES);
    kit->state = arena_alloc(&kit->arena, size + RISK_KIT_GUARD, 16);
    kit->guard = (unsigned char *)kit->state + size;
    memset(kit->guard, 0x3c, RISK_KIT_GUARD);
    kit->view.model = &kit->model;
}

// The rule's model by its parameters as they are now.
static inline void risk_kit_model(struct risk_kit *kit) {
    struct risk_model_spec spec = kit->rule->model(kit->params);
    assert_ok(risk_model_init(&kit->model, &kit->arena, &spec, RISK_KIT_INSTRUMENTS));
}

// A model's step later, at these prices.
static inline void risk_kit_step(struct risk_kit *kit, const int64_t *prices) {
    for (int i = 0; i < RISK_KIT_INSTRUMENTS; i++) kit->board.rows[i].last = PRICE(prices[i]);
    kit->view.now_ns += kit->model.spec.step_ns;
    risk_model_time(&kit->model, &kit->view);
}

static inline void risk_kit_open(struct risk_kit *kit, const char *rule) {
    risk_kit_open_parts(kit, rule, 0);
}

static inline void risk_kit_close(struct risk_kit *kit) {
    for (int i = 0; i < RISK_KIT_GUARD && kit->guard != NULL; i++)
        assert_int_equal(kit->guard[i], 0x3c);
    arena_fini(&kit->arena);
}

// Describes an order of `qty` shares (negative: a sale) of an instrument, valued at 10.00.
static inline void risk_kit_order(struct risk_kit *kit, uint32_t instrument, int64_t qty) {
    int64_t size = qty < 0 ? -qty : qty;
    kit->spec = (struct order_spec){
        .instrument = instrument, .side = qty < 0 ? -1 : 1, .type = ORDER_MARKET, .qty = QTY(size)};
    int64_t position = ledger_quantity(kit->ledger, instrument).m;
    money_t notional;
    assert_ok(ledger_size(kit->ledger, instrument, PRICE(1000), QTY(size), &notional));
    int64_t against = -kit->spec.side * position;
    const struct order_exposure *exposure = &kit->orders.exposure[instrument];
    kit->order = (struct risk_order){.spec = &kit->spec,
                                     .reference = PRICE(1000),
                                     .position = QTY(position),
                                     .working = qty < 0 ? exposure->sell : exposure->buy,
                                     .reducing_qty = QTY(against <= 0     ? 0
                                                         : against < size ? against
                                                                          : size),
                                     .notional = notional};
}

// Lets the rule look at the order as it is described.
static inline enum risk_verdict risk_kit_look(struct risk_kit *kit) {
    kit->result = (struct risk_result){0};
    risk_exposure_update(&kit->exposure, &kit->view);
    return kit->rule->check(&kit->view, kit->params, kit->state, &kit->order, &kit->result);
}

// A look, and where the order passes, the fact that it was sent.
static inline enum risk_verdict risk_kit_send(struct risk_kit *kit) {
    enum risk_verdict verdict = risk_kit_look(kit);
    if (verdict == RISK_VETO) return verdict;
    struct risk_fact fact = {.kind = RISK_FACT_SENT,
                             .instrument = kit->spec.instrument,
                             .spec = &kit->spec,
                             .side = kit->spec.side,
                             .qty = verdict == RISK_SHRINK ? kit->result.qty : kit->spec.qty,
                             .notional = kit->order.notional};
    kit->rule->note(&kit->view, kit->params, kit->state, &fact);
    return verdict;
}

static inline enum risk_verdict risk_kit_check(struct risk_kit *kit, uint32_t instrument,
                                               int64_t qty) {
    risk_kit_order(kit, instrument, qty);
    return risk_kit_look(kit);
}

// What a rule says of an order of so many shares, and leaves of it where it cuts.
struct risk_case {
    int64_t qty;
    enum risk_verdict verdict;
    int64_t left;
};
static inline void risk_kit_cases(struct risk_kit *kit, uint32_t instrument,
                                  const struct risk_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        enum risk_verdict verdict = risk_kit_check(kit, instrument, cases[i].qty);
        if (verdict != cases[i].verdict ||
            (verdict == RISK_SHRINK && kit->result.qty.m != cases[i].left))
            fail_msg("case %zu: an order of %lld: %s, %lld left", i, (long long)cases[i].qty,
                     risk_verdict_name(verdict), (long long)kit->result.qty.m);
    }
}

static inline enum risk_verdict risk_kit_watch(struct risk_kit *kit, int64_t equity) {
    kit->view.equity = MONEY(equity);
    kit->result = (struct risk_result){0};
    return kit->rule->watch(&kit->view, kit->params, kit->state, &kit->result);
}

// Tells the rule of a fact: a purchase at a price where the last one is 10.00, with what it realised.
static inline void risk_kit_tell(struct risk_kit *kit, enum risk_fact_kind kind, int64_t price,
                                 int64_t realised) {
    struct risk_fact fact = {.kind = kind,
                             .strategy = kind == RISK_FACT_RESUMED ? STRATEGY_NONE : 0,
                             .side = 1,
                             .price = PRICE(price),
                             .last = PRICE(1000),
                             .closed = realised != 0,
                             .realised = MONEY(realised)};
    kit->rule->note(&kit->view, kit->params, kit->state, &fact);
}

// A look at a time, with an equity.
static inline enum risk_verdict risk_kit_at(struct risk_kit *kit, double now_s, int64_t equity) {
    kit->view.now_ns = (int64_t)(now_s * 1e9);
    return risk_kit_watch(kit, equity);
}

// Gives the account a position bought at 10.00.
static inline void risk_kit_hold(struct risk_kit *kit, uint32_t instrument, int64_t qty) {
    struct ledger_fill fill = {.instrument = instrument,
                               .side = qty < 0 ? -1 : 1,
                               .qty = QTY(qty < 0 ? -qty : qty),
                               .price = PRICE(1000)};
    struct ledger_result result;
    assert_ok(ledger_fill(kit->ledger, &fill, &result));
}

// Leaves a live order.
static inline void risk_kit_work(struct risk_kit *kit, uint32_t instrument, int64_t qty) {
    struct order_spec spec = {.instrument = instrument,
                              .side = qty < 0 ? -1 : 1,
                              .type = ORDER_LIMIT,
                              .qty = QTY(qty < 0 ? -qty : qty),
                              .limit_price = PRICE(1000)};
    assert_true(orders_submit(&kit->orders, &spec, 0) >= 0);
}

#endif
