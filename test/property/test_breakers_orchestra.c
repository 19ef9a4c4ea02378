// SPDX-License-Identifier: Apache-2.0
// Twelve strategies on ten days of real minutes of three coins, into which shocks are written: a spike of volatility, a
// crash, slow falls, gaps, hours without a price, a venue's clock that is wrong, a fill that nobody ordered, refusals.
// Every breaker steps in, what it stopped raises no risk while it stands, time or an operator ends it, and a second run
// says the same to the byte.
#include "world.h"

#include <math.h>
#include <stdlib.h>

#include "unit/market/shared_file.h"

enum { COINS = 3, MINUTES = 14400 };
static const int64_t FIRST_NS = 1514764800 * INT64_C(1000000000); // 2018-01-01

static const char *const files[COINS] = {"data/crypto_bars/bitfinex_btcusd_1m_2018.csv.xz",
                                         "data/crypto_bars/bitfinex_ethusd_1m_2018.csv.xz",
                                         "data/crypto_bars/bitfinex_ltcusd_1m_2018.csv.xz"};

struct minute {
    double open, high, low, close, volume; // volume 0: no bar
};
static struct minute minutes[COINS][MINUTES];

// Rows of ms, open, close, high, low, volume.
static void read_minutes(int coin) {
    size_t len;
    char *text = shared_file(files[coin], &len);
    for (const char *line = text; line != NULL; line = next_line(line)) {
        char *at;
        int64_t index = (strtoll(line, &at, 10) * NS_PER_MS - FIRST_NS) / NS_PER_MIN;
        if (index < 0 || index >= MINUTES) break;
        struct minute *one = &minutes[coin][index];
        one->open = strtod(at + 1, &at);
        one->close = strtod(at + 1, &at);
        one->high = strtod(at + 1, &at);
        one->low = strtod(at + 1, &at);
        one->volume = strtod(at + 1, &at);
    }
    free(text);
}

static void multiply(struct minute *one, double by) {
    one->open *= by;
    one->high *= by;
    one->low *= by;
    one->close *= by;
}

// Prices fall by a part of themselves from a minute on within so many, and stay there.
static void fall(int from, int length, double part) {
    for (int coin = 0; coin < COINS; coin++)
        for (int m = from; m < MINUTES; m++) {
            double done = m >= from + length ? 1 : (double)(m - from) / length;
            multiply(&minutes[coin][m], 1 - part * done);
        }
}

// Each open is a part away from the close before, up and down by turns.
static void gap(int from, int length, double part) {
    for (int coin = 0; coin < COINS; coin++)
        for (int m = from; m < from + length; m++)
            multiply(&minutes[coin][m], m % 2 == 0 ? 1 + part : 1 - part);
}

static int64_t cents(double price) {
    return (int64_t)floor(price * 100 + 0.5);
}

static void add_bars(struct world *world) {
    for (int m = 0; m < MINUTES; m++)
        for (uint32_t coin = 0; coin < COINS; coin++) {
            const struct minute *one = &minutes[coin][m];
            if (one->volume <= 0) continue;
            int64_t prices[4] = {cents(one->open), cents(one->high), cents(one->low),
                                 cents(one->close)};
            for (int k = 0; k < 4; k += 3) {
                if (prices[k] > prices[1]) prices[1] = prices[k];
                if (prices[k] < prices[2]) prices[2] = prices[k];
            }
            world_bar(world, coin, FIRST_NS + m * NS_PER_MIN, prices,
                      (int64_t)(one->volume * 1000) + 1000);
        }
}

static int64_t minute_ns(int minute) {
    return FIRST_NS + minute * NS_PER_MIN;
}

// Three trades near the last close whose time at the venue is a minute off.
static void skew_clock(struct world *world, int minute) {
    for (int k = 0; k < 3; k++) {
        int64_t ts_ns = minute_ns(minute) + (k + 1) * NS_PER_S;
        union event *event = world_event(world, EVENT_TRADE, 0, ts_ns);
        event->header.venue_ts_ns = ts_ns - 60 * NS_PER_S;
        event->trade.price = PRICE(cents(minutes[0][minute - 1].close) + k + 1);
        event->trade.qty = QTY(1);
    }
}

static void strange_fill(struct world *world, int minute) {
    union event *event = world_event(world, EVENT_ORDER_FILLED, 0, minute_ns(minute) + NS_PER_S);
    event->order.order_id = UINT64_C(3) << 48 | 0x7fffffff;
    event->order.trade_id = 99;
    event->order.qty = QTY(1000);
    event->order.price = PRICE(cents(minutes[0][minute - 1].close));
}

// The venue refuses what nobody asked for, twenty times in twenty seconds.
static void refuse(struct world *world, int minute) {
    for (int k = 0; k < 20; k++) {
        int64_t ts_ns = minute_ns(minute) + (k + 1) * NS_PER_S;
        union event *event = world_event(world, EVENT_ORDER_CANCEL_REJECTED, 0, ts_ns);
        event->order.order_id = UINT64_C(3) << 48 | 0x7fffffff;
    }
}

static void resume(struct world *world, int minute) {
    union event *event = world_event(world, EVENT_RESUME, INSTRUMENT_NONE, minute_ns(minute));
    event->command.scope = HALT_ALL;
    event->command.reason = 1;
}

static void set(struct world *world, const char *rule, const char *param, double value) {
    int index = risk_rule_find(rule);
    assert_true(index >= 0);
    const struct risk_rule *row = risk_rule_at((size_t)index);
    world->risk.enabled[index] = 1;
    if (param != NULL)
        world->risk.params[index][params_find(row->params, row->param_count, param)] = value;
}

static void add_strategies(struct world *world) {
    static const char *const names[] = {
        "buy_and_hold", "buy_and_hold",  "buy_and_hold",   "buy_and_hold", "sma_cross",
        "momentum",     "turtle",        "mean_reversion", "rsi2",         "volatility_breakout",
        "trend_frames", "cross_momentum"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct strategy *strategy = strategy_find(names[i]);
        assert_non_null(strategy);
        world_trade(world, strategy, 0, COINS);
    }
}

static void set_breakers(struct world *world) {
    static const char *const timed[] = {"daily_loss",   "fast_drawdown",    "consecutive_losses",
                                        "slippage",     "stale_data",       "clock_skew",
                                        "reject_storm", "volatility_spike", "fill_without_order"};
    for (size_t i = 0; i < sizeof timed / sizeof *timed; i++) set(world, timed[i], "reset_s", 1800);
    set(world, "drawdown", "max_drawdown", 0.08);
    set(world, "drawdown", "flatten", 0);
    set(world, "daily_loss", "flatten", 0);
    set(world, "stale_data", "max_age_s", 3600);
    set(world, "slippage", "max_slippage", 0.015);
    set(world, "slippage", "max_fills", 1);
    set(world, "volatility_spike", "max_ratio", 3);
    set(world, "anomaly", "level", 1e-6);
    world->sim.params[SIM_ALLOW_SHORT] = 1;
}

static void write_shocks(void) {
    gap(2000, 6, 0.02);  // volatility, and fills far from the last price
    fall(3200, 8, 0.08); // a crash
    for (int m = 4400; m < 4600; m++) minutes[2][m].volume = 0; // no price for hours
    fall(7300, 500, 0.1);                                       // a day's slow loss
    for (int day = 6; day < 10; day++) fall(day * 1440 + 60, 1200, 0.09);
}

static void play(struct world *world) {
    world_init(world, 2);
    world->config.data_frame_s = 60;
    world->capital = MONEY(100000000);
    for (uint32_t i = 0; i < COINS; i++) {
        static const char *const symbols[] = {"BTC", "ETH", "LTC"};
        struct instrument *coin = &world->instruments.items[world_instrument(world, symbols[i])];
        coin->qty_decimals = 3;
    }
    add_strategies(world);
    set_breakers(world);
    add_bars(world);
    skew_clock(world, 5000);
    strange_fill(world, 5600);
    refuse(world, 6000);
    for (int day = 1; day < 6; day++) resume(world, day * 1440 + 30);
    world_sort(world);
    world_build(world);
    world_run(world);
}

enum { IDS = 8192 };

// What each breaker said, and that nothing raised risk while one held the account: positions by the log's own fills.
struct trips {
    uint32_t steps[64];
    uint32_t ends;     // by time
    uint32_t reducing; // orders that left during a stop
    bool stopped;
    int64_t positions[COINS];
    struct order_spec orders[WORLD_STRATEGIES_MAX][IDS];
};

static void step(struct trips *trips, const struct veto_event *event) {
    bool account = event->verdict == RISK_HALT || event->verdict == RISK_REDUCE;
    if (event->rule == RISK_RULE_ENGINE)
        trips->ends++;
    else
        trips->steps[event->rule]++;
    trips->stopped = trips->stopped || account;
    if (event->verdict == RISK_ALLOW && event->strategy == STRATEGY_NONE) trips->stopped = false;
}

static void submitted(struct trips *trips, const struct submit_event *submit) {
    const struct order_spec *spec = &submit->spec;
    uint64_t sequence = order_id_sequence(submit->order_id);
    bool protects = spec->purpose == PURPOSE_STOP_LOSS || spec->purpose == PURPOSE_TAKE_PROFIT;
    assert_true(sequence < IDS);
    trips->orders[order_id_strategy(submit->order_id)][sequence] = *spec;
    if (!trips->stopped) return;
    if (!protects) assert_true(-spec->side * trips->positions[spec->instrument] >= spec->qty.m);
    trips->reducing++;
}

static void filled(struct trips *trips, const struct order_event *fill) {
    uint64_t sequence = order_id_sequence(fill->order_id);
    if (sequence >= IDS) return; // the one that nobody ordered
    const struct order_spec *spec = &trips->orders[order_id_strategy(fill->order_id)][sequence];
    trips->positions[spec->instrument] += spec->side * fill->qty.m;
}

static void judge(struct trips *trips, const struct event_header *event) {
    const void *whole = event;
    if (event->kind == EVENT_HALTED) step(trips, whole);
    if (event->kind == EVENT_RESUME) trips->stopped = false;
    if (event->kind == EVENT_SUBMIT) submitted(trips, whole);
    if (event->kind == EVENT_ORDER_FILLED) filled(trips, whole);
}

static void every_breaker_steps_in_and_nothing_raises_risk_meanwhile(void **state) {
    (void)state;
    static struct world world, again;
    static struct trips trips;
    for (int coin = 0; coin < COINS; coin++) read_minutes(coin);
    write_shocks();
    play(&world);
    const struct event_header *event = NULL;
    while ((event = world_next(&world, event)) != NULL) judge(&trips, event);
    for (uint32_t coin = 0; coin < COINS; coin++)
        assert_int_equal(trips.positions[coin],
                         ledger_quantity(engine_ledger(world.engine), coin).m);
    for (uint32_t i = 0; i < risk_rule_count(); i++) {
        const struct risk_rule *rule = risk_rule_at(i);
        if (rule->watch == NULL) continue;
        print_message("%-20s %u steps\n", rule->name, trips.steps[i]);
    }
    print_message("%u stops ended by time, %u orders reduced meanwhile\n", trips.ends,
                  trips.reducing);
    for (uint32_t i = 0; i < risk_rule_count(); i++)
        if (risk_rule_at(i)->watch != NULL) assert_true(trips.steps[i] > 0);
    assert_true(trips.ends > 0 && trips.reducing > 0);
    play(&again);
    assert_int_equal(again.log_size, world.log_size);
    assert_memory_equal(again.log, world.log, world.log_size);
    world_fini(&world);
    world_fini(&again);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_breaker_steps_in_and_nothing_raises_risk_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
