// SPDX-License-Identifier: Apache-2.0
// Random orders against an oracle that says every rule once more on plain arrays (risk_oracle.h): each rule is asked in
// the order of precedence, for what the one before left, and leaves the same quantity.
#include "harness.h"
#include "risk_oracle.h"

#include <math.h>
#include <stdlib.h>

#include "risk/gate.h"

enum { ORDERS = 100000, SEEDS = 5, LEAPS = 250, FIRST_DAY = 19877 }; // 2024-06-03, a Monday
static const int64_t SECOND = 1000000000, STEP = 60 * INT64_C(1000000000);

struct bench { // the real thing, and the oracle beside it
    struct arena arena;
    struct instruments instruments;
    struct board board;
    struct orders orders;
    struct ledger *ledger;
    struct risk_config config;
    struct risk_gate gate;
    struct risk_trace trace;
    struct risk_view view;
    struct oracle oracle;
    uint64_t ids[ORACLE_ORDERS];       // of oracle.live
    double prices[ORACLE_INSTRUMENTS]; // at the latest step, for returns
    int64_t step;
    uint64_t random;
    uint64_t trades;
    uint64_t seen[64][3]; // of each rule: allowed, cut, refused
    uint64_t asked, allowed;
};

static int64_t roll(struct bench *bench, int64_t most) {
    bench->random = bench->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (int64_t)((bench->random >> 33) % (uint64_t)most);
}

static bool chance(struct bench *bench, int64_t of_1000) {
    return roll(bench, 1000) < of_1000;
}

static const struct oracle_instrument kinds[ORACLE_INSTRUMENTS] = {
    {.class = STOCK, .tick = 1, .lot = 1, .qty_min = 1, .multiplier = 1, .new_york = true},
    {.class = STOCK, .tick = 5, .lot = 10, .qty_min = 20, .multiplier = 1, .no_short = true},
    {.class = COIN,
     .tick = 1,
     .lot = 1,
     .qty_min = 1000,
     .notional_min = 1000,
     .multiplier = 1,
     .qty_decimals = 8},
    {.class = COIN, .tick = 1, .lot = 10, .qty_min = 10, .multiplier = 1, .qty_decimals = 3},
    {.class = FX, .tick = 1, .lot = 1, .qty_min = 1, .multiplier = 1, .no_buy = true},
    {.class = FUTURE, .tick = 25, .lot = 1, .qty_min = 1, .multiplier = 50},
};
static const int64_t first_prices[ORACLE_INSTRUMENTS] = {10000, 5000, 3000000, 20000, 150, 4000};
static const int64_t usual_qty[ORACLE_INSTRUMENTS] = {100, 200, 40000000, 50000, 8000, 6};

static void add_instruments(struct bench *bench) {
    static const uint32_t assets[] = {
        [STOCK] = ASSET_EQUITY, [COIN] = ASSET_CRYPTO, [FX] = ASSET_FOREX, [FUTURE] = ASSET_FUTURE};
    assert_ok(instruments_init(&bench->instruments, &bench->arena, ORACLE_INSTRUMENTS, 1));
    int usd = instruments_add_currency(&bench->instruments, "USD", 2);
    for (int i = 0; i < ORACLE_INSTRUMENTS; i++) {
        const struct oracle_instrument *kind = &kinds[i];
        struct instrument one;
        char symbol[2] = {(char)('A' + i), 0};
        instrument_defaults(&one, assets[kind->class], symbol, (uint32_t)usd);
        one.price_decimals = 2;
        one.qty_decimals = kind->qty_decimals;
        one.tick = PRICE(kind->tick);
        one.lot = QTY(kind->lot);
        one.qty_min = QTY(kind->qty_min);
        one.notional_min = kind->notional_min;
        one.multiplier = kind->multiplier;
        one.multiplier_decimals = 0;
        one.calendar = kind->new_york ? CALENDAR_XNYS : CALENDAR_24_7;
        assert_int_equal(instruments_add(&bench->instruments, &one), i);
        bench->oracle.instruments[i] = *kind;
    }
}

static void set(struct bench *bench, const char *rule, int param, double value) {
    int index = risk_rule_find(rule);
    assert_true(index >= 0);
    bench->config.enabled[index] = 1;
    bench->config.params[index][param] = value;
}

// The limits that the oracle has written out.
static void set_limits(struct bench *bench) {
    risk_config_defaults(&bench->config);
    for (uint32_t i = 0; i < oracle_rule_count; i++)
        bench->config.enabled[risk_rule_find(oracle_rules[i].name)] = 1;
    set(bench, "order_size", 0, 900);
    set(bench, "order_notional", 0, 0.4);
    set(bench, "price_band", 0, 0.1);
    set(bench, "price_band", 1, 90);
    set(bench, "duplicate", 0, 2);
    set(bench, "child_orders", 1, 12);
    set(bench, "message_rate", 0, 20);
    set(bench, "message_rate", 1, 5);
    set(bench, "message_rate", 2, 1.5);
    set(bench, "position", 0, 0.35);
    set(bench, "position_count", 0, 5);
    set(bench, "gross_exposure", 0, 31000);
    set(bench, "net_exposure", 0, 0.8);
    set(bench, "leverage", 0, 1.1);
    set(bench, "buying_power", 1, 1);
    set(bench, "buying_power", 2, 1);
    set(bench, "intraday_margin", 0, 20200101);
    set(bench, "intraday_margin", 1, 1.25);
    set(bench, "concentration", 0, 0.7);
    set(bench, "correlation", 1, 0.9);
    set(bench, "correlation", 2, 60);
    set(bench, "correlation", 3, 5);
    for (int k = 0; k < 2; k++) {
        const char *rule = k == 0 ? "var_limit" : "es_limit";
        set(bench, rule, 0, k == 0 ? 0.15 : 0.2);
        set(bench, rule, 2, ORACLE_ROWS);
        set(bench, rule, 3, 60);
        set(bench, rule, 4, 5);
    }
    set(bench, "drawdown_scale", 0, 0.3);
    set(bench, "drawdown_scale", 2, 5);
    set(bench, "anomaly", 1, ORACLE_WINDOW);
    set(bench, "anomaly", 4, 20);
    set(bench, "confidence", 0, 0.125);
    set(bench, "confidence", 1, 0.75);
}

static void begin(struct bench *bench, uint64_t seed) {
    uint32_t flags[ORACLE_INSTRUMENTS] = {0};
    uint32_t may[ORACLE_STRATEGIES][ORACLE_INSTRUMENTS];
    *bench = (struct bench){.random = seed};
    assert_ok(arena_init(&bench->arena, 1 << 26));
    add_instruments(bench);
    set_limits(bench);
    for (int i = 0; i < ORACLE_INSTRUMENTS; i++) {
        flags[i] = (kinds[i].no_trade ? RISK_NO_TRADE : 0u) |
                   (kinds[i].no_short ? RISK_NO_SHORT : 0u) | (kinds[i].no_buy ? RISK_NO_BUY : 0u);
        for (int s = 0; s < ORACLE_STRATEGIES; s++) {
            bool is_long = chance(bench, 900), is_short = chance(bench, 900),
                 limit = chance(bench, 900);
            may[s][i] = (is_long ? RISK_MAY_LONG : 0u) | (is_short ? RISK_MAY_SHORT : 0u) |
                        (~UINT32_C(255) & ~(limit ? 0u : RISK_MAY_SEND(ORDER_LIMIT)));
            bench->oracle.may_long[s][i] = is_long;
            bench->oracle.may_short[s][i] = is_short;
            bench->oracle.may_limit[s][i] = limit;
            bench->oracle.decisions[s][i].confidence = NAN;
        }
    }
    assert_ok(board_init(&bench->board, &bench->arena, ORACLE_INSTRUMENTS));
    struct orders_config orders = {&bench->instruments, 256, ORACLE_INSTRUMENTS, ORACLE_STRATEGIES};
    assert_ok(orders_init(&bench->orders, &bench->arena, &orders));
    struct ledger_config ledger = {.instruments = &bench->instruments,
                                   .strategy_count = ORACLE_STRATEGIES,
                                   .lot_max = 1 << 17,
                                   .method = COST_AVERAGE};
    bench->ledger = ledger_new(&bench->arena, &bench->arena, &ledger);
    assert_non_null(bench->ledger);
    struct risk_setup setup = {.config = &bench->config,
                               .flags = flags,
                               .permissions = &may[0][0],
                               .instrument_count = ORACLE_INSTRUMENTS,
                               .strategy_count = ORACLE_STRATEGIES};
    assert_ok(risk_gate_init(&bench->gate, &bench->arena, &bench->arena, &setup));
    bench->gate.trace = &bench->trace;
    bench->view = (struct risk_view){.instruments = &bench->instruments,
                                     .board = &bench->board,
                                     .ledger = bench->ledger,
                                     .orders = &bench->orders,
                                     .now_ns = FIRST_DAY * 86400 * SECOND,
                                     .equity = MONEY(3000000),
                                     .equity_day = MONEY(0),
                                     .equity_peak = MONEY(3000000),
                                     .money_decimals = 2,
                                     .strategy_count = ORACLE_STRATEGIES};
    bench->oracle.now_ns = bench->view.now_ns;
    bench->oracle.equity = bench->oracle.equity_peak = 3000000;
}

static void note(struct bench *bench, const struct risk_fact *fact) {
    risk_gate_note(&bench->gate, &bench->view, fact);
}

static void price_is(struct bench *bench, uint32_t instrument, int64_t price) {
    struct event_header cause = {.kind = EVENT_TRADE, .instrument = instrument};
    struct risk_result result;
    uint32_t rule;
    bench->board.rows[instrument].last = PRICE(price);
    bench->board.rows[instrument].ts_ns = bench->view.now_ns;
    bench->view.cause = &cause;
    risk_gate_watch(&bench->gate, &bench->view, &rule, &result);
    bench->view.cause = NULL;
    oracle_price_is(&bench->oracle, instrument, price);
}

// The first event of a step: its returns are of the prices that are known then.
static void begin_step(struct bench *bench, bool first) {
    double returns[ORACLE_INSTRUMENTS] = {0};
    bool moves[ORACLE_INSTRUMENTS] = {0};
    for (int i = 0; i < ORACLE_INSTRUMENTS; i++) {
        double price = (double)bench->oracle.last[i], before = bench->prices[i];
        moves[i] = price > 0 && before > 0;
        if (moves[i]) returns[i] = price / before - 1;
        if (price > 0) bench->prices[i] = price;
    }
    if (!first) oracle_row(&bench->oracle, returns, moves);
}

static void begin_day(struct bench *bench, int64_t number, bool first) {
    struct risk_view *view = &bench->view;
    view->day_ns = number * 86400 * SECOND;
    note(bench, &(struct risk_fact){.kind = RISK_FACT_DAY});
    double before = (double)view->equity_day.m;
    oracle_day(&bench->oracle, number, first ? NAN : ((double)view->equity.m - before) / before);
    view->equity_day = view->equity;
}

static void pass_time(struct bench *bench, int64_t ns, bool first) {
    struct risk_view *view = &bench->view;
    int64_t day = view->now_ns / (86400 * SECOND);
    view->now_ns += ns;
    bench->oracle.now_ns = view->now_ns;
    risk_gate_time(&bench->gate, view);
    if (first || view->now_ns / STEP > bench->step) begin_step(bench, first);
    bench->step = view->now_ns / STEP;
    if (first || view->now_ns / (86400 * SECOND) > day)
        begin_day(bench, view->now_ns / (86400 * SECOND), first);
}

static void move_equity(struct bench *bench) {
    int64_t equity = bench->view.equity.m;
    equity += roll(bench, 40001) - 20000 + (2600000 - equity) / 400;
    bench->view.equity = MONEY(equity);
    if (equity > bench->view.equity_peak.m) bench->view.equity_peak = MONEY(equity);
    if (chance(bench, 2)) bench->view.equity_peak = bench->view.equity; // an operator resumes
    bench->oracle.equity = equity;
    bench->oracle.equity_peak = bench->view.equity_peak.m;
}

static void move_price(struct bench *bench, uint32_t i) {
    int64_t before = bench->oracle.last[i], width = before / 300 + 2, tick = kinds[i].tick;
    if (chance(bench, 5)) width *= 12;
    int64_t price = before + roll(bench, 2 * width + 1) - width + (first_prices[i] - before) / 200;
    // Of two coins that are one bet most of the time.
    if (i == 3) price = bench->oracle.last[2] * 20000 / 3000000 + roll(bench, 3);
    price -= price % tick;
    price_is(bench, i, price < 10 * tick ? 10 * tick : price);
}

static struct oracle_order random_order(struct bench *bench) {
    uint32_t i = (uint32_t)roll(bench, ORACLE_INSTRUMENTS);
    const struct oracle_instrument *kind = &kinds[i];
    int64_t held = oracle_position(&bench->oracle, i);
    struct oracle_order order = {.instrument = i,
                                 .strategy = (uint32_t)roll(bench, ORACLE_STRATEGIES),
                                 .side = chance(bench, 500) ? 1 : -1,
                                 .target = chance(bench, 500)};
    order.qty = (1 + roll(bench, 2 * usual_qty[i] / kind->lot)) * kind->lot;
    if (chance(bench, 300) && held != 0) { // an exit, or nearly one
        order.side = held > 0 ? -1 : 1;
        order.qty = llabs(held) + (roll(bench, 3) - 1) * kind->lot;
    }
    if (chance(bench, 10)) order.qty += 1;
    if (order.qty < 1) order.qty = kind->lot;
    int64_t type = roll(bench, 10), last = bench->oracle.last[i];
    int64_t near = last + roll(bench, last / 5 + 1) - last / 10;
    if (chance(bench, 900)) near -= near % kind->tick;
    order.market = type < 5;
    order.resting = type >= 5 && type < 9;
    if (order.resting) order.limit = near;
    if (type == 9) order.stop = near;
    return order;
}

static struct order_spec spec_of(const struct oracle_order *order) {
    return (struct order_spec){.instrument = order->instrument,
                               .strategy = order->strategy,
                               .side = order->side,
                               .type = (uint16_t)(order->market    ? ORDER_MARKET
                                                  : order->resting ? ORDER_LIMIT
                                                                   : ORDER_STOP),
                               .purpose = order->target ? PURPOSE_TARGET : PURPOSE_STRATEGY,
                               .qty = QTY(order->qty),
                               .limit_price = PRICE(order->limit),
                               .stop_price = PRICE(order->stop)};
}

// Each row of the trace is the oracle's answer to the same question; *order becomes what is left of it. Up to `against`
// it only reduces.
static bool compare(struct bench *bench, struct oracle_order *order, int64_t against) {
    const struct risk_trace *trace = &bench->trace;
    uint32_t rule = 0;
    bool was_cut = false;
    for (uint32_t row = 0; row < trace->count; row++) {
        const struct risk_trace_row *said = &trace->rows[row];
        bool again = rule == oracle_rule_count; // the second look at what was cut
        const struct oracle_rule *asked = &oracle_rules[again ? 3 : rule++];
        assert_true(!again || was_cut);
        assert_string_equal(risk_rule_at(said->rule)->name, asked->name);
        assert_int_equal(said->spec.qty.m, order->qty);
        int64_t left = order->qty <= against && !asked->reducing
                           ? order->qty
                           : asked->leaves(&bench->oracle, order);
        if (said->left.m != left)
            fail_msg("order %llu, %s of %lld: the rule leaves %lld, the oracle %lld",
                     (unsigned long long)bench->asked, asked->name, (long long)order->qty,
                     (long long)said->left.m, (long long)left);
        bench->seen[asked - oracle_rules][left == order->qty ? 0 : left > 0 ? 1 : 2]++;
        was_cut = was_cut || left != order->qty;
        order->qty = left;
        if (left == 0) {
            assert_int_equal(row + 1, trace->count);
            return false;
        }
    }
    assert_int_equal(trace->count, oracle_rule_count + was_cut);
    return true;
}

static void send(struct bench *bench, const struct oracle_order *order, money_t value) {
    struct order_spec spec = spec_of(order);
    int handle = orders_submit(&bench->orders, &spec, bench->view.now_ns);
    assert_true(handle >= 0);
    bench->ids[bench->oracle.live_count] = orders_get(&bench->orders, (uint32_t)handle)->id;
    note(bench, &(struct risk_fact){.kind = RISK_FACT_SENT,
                                    .strategy = spec.strategy,
                                    .instrument = spec.instrument,
                                    .spec = &spec,
                                    .side = spec.side,
                                    .qty = spec.qty,
                                    .notional = value});
    oracle_sends(&bench->oracle, order);
}

static void ask(struct bench *bench) {
    struct oracle_order order = random_order(bench);
    struct oracle *oracle = &bench->oracle;
    if (chance(bench, 20) && oracle->sent_count > 0) // the latest once more
        order = oracle->sent[(oracle->sent_count - 1) % ORACLE_SENT];
    if (order.target && chance(bench, 600)) {
        int64_t qty = order.side * order.qty + (chance(bench, 100) ? order.side : 0);
        double confidence = (double)roll(bench, 9) / 8;
        note(bench, &(struct risk_fact){.kind = RISK_FACT_PARENT,
                                        .strategy = order.strategy,
                                        .instrument = order.instrument,
                                        .qty = QTY(qty),
                                        .confidence = confidence});
        oracle_decides(oracle, order.strategy, order.instrument, qty, confidence);
    }
    struct order_spec spec = spec_of(&order);
    const struct order_exposure *working = &bench->orders.exposure[spec.instrument];
    int64_t held = oracle_position(oracle, spec.instrument), against = -spec.side * held;
    struct risk_order asked = {
        .spec = &spec,
        .reference = PRICE(oracle_price(oracle, &order)),
        .position = QTY(held),
        .working = spec.side > 0 ? working->buy : working->sell,
        .reducing_qty = QTY(against <= 0          ? 0
                            : against < order.qty ? against
                                                  : order.qty),
        .notional =
            MONEY(oracle_value(oracle, spec.instrument, oracle_price(oracle, &order), order.qty))};
    struct risk_result result;
    uint32_t rule;
    bench->trace.count = 0;
    bench->asked++;
    enum risk_verdict verdict = risk_gate_check(&bench->gate, &bench->view, &asked, &rule, &result);
    int64_t wanted = order.qty;
    bool passes = compare(bench, &order, against);
    assert_int_equal(verdict, !passes ? RISK_VETO : order.qty < wanted ? RISK_SHRINK : RISK_ALLOW);
    if (!passes) return;
    if (verdict == RISK_SHRINK) assert_int_equal(result.qty.m, order.qty);
    bench->allowed++;
    if (oracle->live_count < ORACLE_ORDERS) {
        int64_t price = oracle_price(oracle, &order);
        send(bench, &order, MONEY(oracle_value(oracle, spec.instrument, price, order.qty)));
    }
}

// A live order fills whole or in part, and what is left of it is canceled.
static void end_one(struct bench *bench) {
    struct oracle *oracle = &bench->oracle;
    if (oracle->live_count == 0) return;
    uint32_t k = (uint32_t)roll(bench, oracle->live_count);
    struct oracle_order order = oracle->live[k];
    int64_t lot = kinds[order.instrument].lot;
    int64_t qty = chance(bench, 600) ? order.qty : roll(bench, order.qty / lot + 1) * lot;
    struct order_spec spec = spec_of(&order);
    struct risk_fact fact = {.strategy = spec.strategy,
                             .instrument = spec.instrument,
                             .spec = &spec,
                             .side = spec.side,
                             .qty = QTY(qty),
                             .price = PRICE(oracle->last[spec.instrument]),
                             .last = PRICE(oracle->last[spec.instrument])};
    struct order_event event = {.order_id = bench->ids[k],
                                .trade_id = ++bench->trades,
                                .price = fact.price,
                                .qty = QTY(qty)};
    event.leaves_qty = QTY(order.qty - qty);
    event.header = (struct event_header){
        .kind = EVENT_ORDER_FILLED, .size = sizeof event, .instrument = spec.instrument};
    if (qty > 0) {
        struct ledger_fill fill = {.strategy = spec.strategy,
                                   .instrument = spec.instrument,
                                   .side = spec.side,
                                   .qty = QTY(qty),
                                   .price = fact.price};
        struct ledger_result result;
        assert_int_equal(orders_apply(&bench->orders, &event).outcome, ORDER_APPLIED);
        fact.kind = RISK_FACT_EXECUTED;
        note(bench, &fact);
        assert_ok(ledger_fill(bench->ledger, &fill, &result));
        fact.kind = RISK_FACT_FILLED;
        note(bench, &fact);
    }
    if (qty < order.qty) {
        event.header.kind = EVENT_ORDER_CANCELED;
        event.qty = QTY(0);
        assert_int_equal(orders_apply(&bench->orders, &event).outcome, ORDER_APPLIED);
        fact.kind = RISK_FACT_ENDED;
        fact.qty = QTY(order.qty - qty);
        note(bench, &fact);
    }
    oracle_ends(oracle, k, qty);
    bench->ids[k] = bench->ids[oracle->live_count];
}

static void run(struct bench *bench, uint64_t seed, uint64_t orders) {
    begin(bench, seed);
    pass_time(bench, 48600 * SECOND, true);
    for (uint32_t i = 0; i < ORACLE_INSTRUMENTS; i++) price_is(bench, i, first_prices[i]);
    int64_t last_ns = (FIRST_DAY + 27) * 86400 * SECOND; // the end of June
    while (bench->asked < orders) {
        bool leaps = roll(bench, (int64_t)orders) < LEAPS; // hours in which nothing happens
        int64_t ns = leaps ? roll(bench, 240) * STEP : roll(bench, SECOND);
        if (bench->view.now_ns < last_ns) pass_time(bench, ns, false);
        move_price(bench, (uint32_t)roll(bench, ORACLE_INSTRUMENTS));
        if (chance(bench, 300)) move_equity(bench);
        if (chance(bench, 250)) end_one(bench);
        ask(bench);
    }
}

// FULMAR_RISK_ORDERS is how many; each seed has a fifth of them.
static void every_rule_says_what_the_oracle_says(void **state) {
    (void)state;
    static struct bench bench;
    const char *text = getenv("FULMAR_RISK_ORDERS");
    uint64_t orders = text != NULL ? strtoull(text, NULL, 10) : ORDERS, seen[64][3] = {0};
    uint64_t allowed = 0, asked = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        run(&bench, seed, orders / SEEDS);
        allowed += bench.allowed;
        asked += bench.asked;
        for (uint32_t i = 0; i < oracle_rule_count; i++)
            for (int k = 0; k < 3; k++) seen[i][k] += bench.seen[i][k];
        arena_fini(&bench.arena);
    }
    print_message("%llu orders, %llu passed\n", (unsigned long long)asked,
                  (unsigned long long)allowed);
    for (uint32_t i = 0; i < oracle_rule_count; i++)
        print_message("%-20s allowed %8llu cut %8llu refused %8llu\n", oracle_rules[i].name,
                      (unsigned long long)seen[i][0], (unsigned long long)seen[i][1],
                      (unsigned long long)seen[i][2]);
    // A rule that never said no was not tested.
    for (uint32_t i = 0; i < oracle_rule_count && asked >= ORDERS; i++)
        assert_true(seen[i][0] > 100 && seen[i][1] + seen[i][2] > 100);
    assert_true(allowed > asked / 50);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_says_what_the_oracle_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
