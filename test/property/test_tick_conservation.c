// SPDX-License-Identifier: Apache-2.0
// Storms of every kind of order against the exchange with a book, on a recorded session and on made ones, with every
// queue model, way to fill and latency: tick_accountant.h says what must hold.
#include "golden/recording.h"
#include "sim/tick_state.h"
#include "tick_accountant.h"

#define RECORDING "data/crypto_l2/binance_usdm_btcusdt_20240808.txt.xz"
#define SPOT "data/crypto_l2/binance_spot_btcusdt_20240808.txt.xz"
#define COINM "data/crypto_l2/binance_cm_btcusd_perp_20240808.txt.xz"

enum { ORDERS_MAX = 1 << 15, LIVE_MAX = 48 };

struct storm {
    struct arena wiring, state;
    struct instruments instruments;
    struct tick_config config;
    struct tick_exchange *exchange;
    struct venue venue;
    struct tick_accountant accountant;
    struct prng prng;
    uint64_t ids, reach; // prices lie so many ticks around the touch
    int64_t qty_max;
    uint64_t refused; // for want of margin
    int price_decimals, qty_decimals;
};

static int64_t between(struct storm *storm, int64_t from, int64_t to) {
    return from + (int64_t)prng_below(&storm->prng, (uint64_t)(to - from + 1));
}

static bool chance(struct storm *storm, uint64_t one_in) {
    return prng_below(&storm->prng, one_in) == 0;
}

static void storm_open(struct storm *storm, uint64_t seed, int64_t lot, int64_t tick_count) {
    assert_ok(arena_init(&storm->wiring, 1 << 20));
    assert_ok(arena_init(&storm->state, 64 << 20));
    assert_ok(instruments_init(&storm->instruments, &storm->wiring, 1, 1));
    assert_ok(instruments_add_currency(&storm->instruments, "USD",
                                       storm->price_decimals + storm->qty_decimals));
    struct instrument instrument;
    instrument_defaults(&instrument, ASSET_CRYPTO, "X", 0);
    instrument.price_decimals = storm->price_decimals;
    instrument.qty_decimals = storm->qty_decimals;
    instrument.tick = PRICE(1);
    instrument.lot = instrument.qty_min = QTY(lot);
    assert_ok(instruments_add(&storm->instruments, &instrument));
    prng_seed(&storm->prng, seed);
    storm->config.instruments = &storm->instruments;
    storm->config.strategy_count = ACCOUNTANT_STRATEGIES;
    storm->config.order_max = LIVE_MAX;
    storm->config.message_max = 256;
    storm->config.seed = seed;
    storm->config.book = (struct book_l2_config){.window = 4096, .level_max = 1 << 15};
    storm->config.fee_params[0] = -1;
    storm->config.fee_params[1] = 4;
    storm->exchange = tick_exchange_new(&storm->wiring, &storm->state, &storm->config);
    if (!storm->exchange) fail_msg("%s", err_story());
    storm->venue = tick_exchange_port(storm->exchange);
    accountant_init(&storm->accountant, &storm->config, tick_count, ORDERS_MAX);
}

static void storm_close(struct storm *storm) {
    tick_exchange_check(storm->exchange);
    arena_fini(&storm->wiring);
    arena_fini(&storm->state);
    accountant_free(&storm->accountant);
}

static int64_t touch(struct storm *storm, int side) {
    const struct book_l2 *book = tick_exchange_book(storm->exchange);
    int64_t best = side > 0 ? book_l2_best_bid(book) : book_l2_best_ask(book);
    if (best == BOOK_L2_NO_BID || best == BOOK_L2_NO_ASK) return 500;
    return best;
}

static struct order_spec random_spec(struct storm *storm) {
    int32_t side = chance(storm, 2) ? 1 : -1;
    static const uint16_t types[] = {ORDER_LIMIT,  ORDER_LIMIT, ORDER_LIMIT,     ORDER_LIMIT,
                                     ORDER_MARKET, ORDER_STOP,  ORDER_STOP_LIMIT};
    static const uint16_t tifs[] = {TIF_GTC, TIF_GTC, TIF_GTC, TIF_IOC, TIF_FOK};
    int64_t reach = (int64_t)storm->reach, lot = storm->accountant.lot;
    int64_t price =
        touch(storm, side) + side * between(storm, -reach, chance(storm, 3) ? reach : 1);
    struct order_spec spec = {.strategy = (uint32_t)prng_below(&storm->prng, ACCOUNTANT_STRATEGIES),
                              .side = side,
                              .type = types[prng_below(&storm->prng, 7)],
                              .tif = tifs[prng_below(&storm->prng, 5)],
                              .qty = QTY(lot * between(storm, 1, storm->qty_max / lot))};
    if (price < 1) price = 1;
    if (spec.type == ORDER_LIMIT || spec.type == ORDER_STOP_LIMIT) spec.limit_price = PRICE(price);
    if (spec.type == ORDER_STOP || spec.type == ORDER_STOP_LIMIT)
        spec.stop_price = PRICE(touch(storm, side) + side * between(storm, 1, reach));
    if (spec.stop_price.m < 0) spec.stop_price = PRICE(1);
    if (chance(storm, 6)) spec.flags |= ORDER_REDUCE_ONLY;
    if (chance(storm, 5) && spec.type != ORDER_MARKET) spec.flags |= ORDER_POST_ONLY;
    return spec;
}

static void send(struct storm *storm, int64_t now_ns) {
    if (storm->ids + 1 == ORDERS_MAX) return;
    struct submit_event intent = {
        .header = {.ts_ns = now_ns}, .order_id = storm->ids + 1, .spec = random_spec(storm)};
    int rc = storm->venue.submit(storm->venue.self, &intent);
    assert_true(rc == 0 || rc == ERR_FULL);
    if (rc != 0) return;
    storm->ids++;
    accountant_sent(&storm->accountant, &intent);
}

static void disturb(struct storm *storm, int64_t now_ns) {
    if (storm->ids == 0) return;
    uint64_t id = storm->ids - prng_below(&storm->prng, storm->ids < 60 ? storm->ids : 60);
    const struct tick_life *life = &storm->accountant.lives[id];
    int64_t lot = storm->accountant.lot, reach = (int64_t)storm->reach;
    int side = life->spec.side;
    int64_t price = chance(storm, 2) ? life->spec.limit_price.m
                                     : touch(storm, side) + side * between(storm, -reach, 2);
    struct cancel_event cancel = {.header = {.ts_ns = now_ns}, .order_id = id};
    struct replace_event replace = {.header = {.ts_ns = now_ns},
                                    .order_id = id,
                                    .qty = QTY(lot * between(storm, 1, storm->qty_max / lot)),
                                    .price = PRICE(price)};
    if (chance(storm, 2))
        assert_true(storm->venue.cancel(storm->venue.self, &cancel) <= 0);
    else
        assert_true(storm->venue.replace(storm->venue.self, &replace) <= 0);
}

static void take_reports(struct storm *storm) {
    union event events[16];
    int count;
    while ((count = storm->venue.poll(storm->venue.self, INT64_MAX, events, 16)) > 0)
        for (int i = 0; i < count; i++) {
            accountant_report(&storm->accountant, &events[i].order);
            storm->refused += events[i].order.reason == REASON_INSUFFICIENT_MARGIN;
        }
    accountant_close(&storm->accountant);
}

// Requests that arrive before the row, an instant a step; then the row.
static void play(struct storm *storm, const struct feed_rows *rows, uint64_t i) {
    struct feed_rows none = {.count = 0}, one = *rows;
    for (int64_t at; (at = tick_exchange_next_arrival_ns(storm->exchange)) < rows->venue_ns[i];) {
        uint64_t row = 0;
        accountant_open(&storm->accountant, NULL);
        bool whole = tick_exchange_play(storm->exchange, &none, &row, at);
        take_reports(storm);
        while (!whole) whole = tick_exchange_play(storm->exchange, &none, &row, at);
    }
    const struct feed_record record = {.venue_ns = rows->venue_ns[i],
                                       .price = rows->price[i],
                                       .qty = rows->qty[i],
                                       .what = rows->what[i]};
    one.count = i + 1;
    uint64_t row = i;
    accountant_open(&storm->accountant, &record);
    bool whole = tick_exchange_play(storm->exchange, &one, &row, record.venue_ns);
    assert_int_equal(row, i + 1);
    take_reports(storm);
    if (!whole) return; // a request of the same instant is a step of its own, with the next row
}

// What the exchange thinks is what the reports came to.
static void check_sums(struct storm *storm) {
    const struct tick_accountant *a = &storm->accountant;
    const struct tick_counts *counts = tick_exchange_counts(storm->exchange);
    struct sim_account *account = &storm->exchange->account;
    for (uint32_t k = 0; k < ACCOUNTANT_STRATEGIES; k++)
        assert_int_equal(sim_account_quantity(account, k, 0)->m, a->position[k]);
    // Money has the decimals of a price and a quantity together, so that it is exact.
    assert_true(account->cash[0].cash.m == storm->config.cash.m + a->cash - a->fees);
    assert_int_equal(counts->fills, a->fill_count);
    assert_int_equal(counts->maker_fills, a->maker_count);
    assert_int_equal(counts->taker_fills, a->taker_count);
    assert_int_equal(counts->triggered, a->triggers);
}

static void run_storm(struct storm *storm, const struct feed_rows *rows, uint64_t every) {
    for (uint64_t i = 0; i < rows->count; i++) {
        play(storm, rows, i);
        int64_t now_ns = rows->venue_ns[i];
        if (chance(storm, every)) send(storm, now_ns);
        if (chance(storm, every)) disturb(storm, now_ns);
        if (i % 1024 == 0) check_sums(storm);
    }
    check_sums(storm);
    tick_exchange_check(storm->exchange);
}

static void choose(struct storm *storm, size_t queue, uint32_t fills, const char *latency) {
    memset(storm, 0, sizeof *storm);
    storm->price_decimals = 1;
    storm->qty_decimals = 3;
    tick_config_defaults(&storm->config);
    assert_ok(tick_config_set_queue(&storm->config, queue_model_at(queue)->name));
    assert_ok(tick_config_set_latency(&storm->config, latency));
    storm->config.fills = fills;
}

// A book of a few levels a side around a price that wanders, in quantities that are not lots, with trades, levels that
// the other side runs over, clears and pictures.
enum { MADE_ROWS = 12000, MADE_TICKS = 1000 };

struct made {
    int64_t venue_ns[MADE_ROWS], price[MADE_ROWS], qty[MADE_ROWS], what[MADE_ROWS];
    struct feed_rows rows;
};

static void make_feed(struct made *made, struct prng *prng) {
    int64_t mid = 500, ns = 0;
    for (int i = 0; i < MADE_ROWS; i++) {
        int side = prng_below(prng, 2) ? 1 : -1;
        uint64_t die = prng_below(prng, 100);
        if (prng_below(prng, 12) == 0) mid += (int64_t)prng_below(prng, 5) - 2;
        if (mid < 100 || mid > 900) mid = 500;
        ns += (int64_t)prng_below(prng, 4) * 1000000;
        enum feed_kind kind = die < 30 ? FEED_TRADE : die < 98 ? FEED_LEVEL : FEED_SNAPSHOT;
        if (die == 99 && prng_below(prng, 20) == 0) kind = FEED_CLEAR;
        int64_t away = (int64_t)prng_below(prng, 6);
        bool trade = kind == FEED_TRADE;
        made->venue_ns[i] = ns;
        made->price[i] = kind == FEED_CLEAR ? 0 : mid - side * (trade ? -away / 2 : 1 + away);
        made->qty[i] = kind == FEED_CLEAR                   ? 0
                       : !trade && prng_below(prng, 4) == 0 ? 0
                                                            : 1 + (int64_t)prng_below(prng, 60);
        if (trade && prng_below(prng, 30) == 0) side = 0;
        made->what[i] = feed_what(kind, side, 0);
    }
    made->rows = (struct feed_rows){.venue_ns = made->venue_ns,
                                    .price = made->price,
                                    .qty = made->qty,
                                    .what = made->what,
                                    .count = MADE_ROWS};
}

static void made_feeds_give_no_order_what_they_do_not_have(void **state) {
    struct made *made = calloc(1, sizeof *made);
    struct storm *storm = calloc(1, sizeof *storm);
    struct prng prng;
    uint64_t makers = 0, takers = 0, triggers = 0, posts = 0, killed = 0;
    prng_seed(&prng, 4711);
    for (size_t queue = 0; queue < queue_model_count(); queue++)
        for (uint32_t fills = TICK_FILLS_SHARED; fills <= TICK_FILLS_WHOLE; fills++) {
            if (queue_model_at(queue)->by_order) continue; // test_tick_fifo.c
            make_feed(made, &prng);
            choose(storm, queue, fills, queue % 2 ? "uniform" : "constant");
            if (queue % 2 == 0) storm->config.latency_params[0] = 0.0015000001;
            storm->reach = 6;
            storm->qty_max = 40;
            storm_open(storm, 100 * queue + fills, queue % 3 == 0 ? 5 : 1, MADE_TICKS);
            run_storm(storm, &made->rows, 3);
            makers += storm->accountant.maker_count;
            takers += storm->accountant.taker_count;
            triggers += storm->accountant.triggers;
            posts += storm->accountant.rejected_post;
            killed += storm->accountant.killed;
            storm_close(storm);
        }
    assert_true(makers > 5000 && takers > 5000 && triggers > 500 && posts > 500 && killed > 500);
    free(storm);
    free(made);
}

static void a_recorded_session_gives_no_order_what_it_does_not_have(void **state) {
    struct recording recording;
    recording_load(&recording, RECORDING);
    recording_columns(&recording, 1);
    struct feed_rows rows = recording.rows;
    if (rows.count > 150000) rows.count = 150000;
    struct storm *storm = calloc(1, sizeof *storm);
    for (uint32_t fills = TICK_FILLS_SHARED; fills <= TICK_FILLS_WHOLE; fills++)
        for (int averse = 0; averse < 2; averse++) {
            int queue = queue_model_find(averse ? "risk_averse" : "power3");
            choose(storm, (size_t)queue, fills, "uniform");
            if (averse) { // what its account cannot carry is refused, and the rest is as without margin
                storm->config.cash = MONEY(INT64_C(30000000000)); // three million
                storm->config.margin =
                    (struct tick_margin){.initial = MODEL_PARTS, .allow_short = true};
            }
            storm->reach = 20;
            storm->qty_max = 3000;
            storm_open(storm, 9 + fills, 1, 1 << 21);
            run_storm(storm, &rows, 8);
            bool refused = storm->refused > 50;
            assert_true(refused == averse);
            assert_true(storm->accountant.maker_count > 100 && storm->accountant.taker_count > 300);
            storm_close(storm);
        }
    free(storm);
    recording_free(&recording);
}

// Other markets: other ticks, lots and messages (a tenth of a second each on spot, contracts on COIN-M).
static void spot_and_coin_margined_sessions_give_no_order_what_it_does_not_have(void **state) {
    static const struct {
        const char *path;
        int price_decimals, qty_decimals;
        int64_t lot, lots, ticks;
        uint64_t reach;
    } rows[] = {
        {SPOT, 2, 6, 10, 200000, 1 << 23, 300},
        {COINM, 1, 0, 1, 3000, 1 << 20, 20},
    };
    struct storm *storm = calloc(1, sizeof *storm);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct recording recording;
        recording_load_as(&recording, rows[i].path, rows[i].price_decimals, rows[i].qty_decimals);
        recording_columns(&recording, 1);
        struct feed_rows feed = recording.rows;
        if (feed.count > 80000) feed.count = 80000;
        for (uint32_t fills = TICK_FILLS_SHARED; fills <= TICK_FILLS_WHOLE; fills++) {
            choose(storm, (size_t)queue_model_find(fills % 2 ? "log" : "power2"), fills, "uniform");
            storm->price_decimals = rows[i].price_decimals;
            storm->qty_decimals = rows[i].qty_decimals;
            storm->reach = rows[i].reach;
            storm->qty_max = rows[i].lot * rows[i].lots;
            storm_open(storm, 77 + fills, rows[i].lot, rows[i].ticks);
            run_storm(storm, &feed, 8);
            assert_true(storm->accountant.maker_count > 50 && storm->accountant.taker_count > 300);
            storm_close(storm);
        }
        recording_free(&recording);
    }
    free(storm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_feeds_give_no_order_what_they_do_not_have),
        cmocka_unit_test(a_recorded_session_gives_no_order_what_it_does_not_have),
        cmocka_unit_test(spot_and_coin_margined_sessions_give_no_order_what_it_does_not_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
