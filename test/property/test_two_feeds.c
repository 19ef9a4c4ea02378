// SPDX-License-Identifier: Apache-2.0
// Two feeds in one run: what happens on one of them is what happens without the other, and which comes first does not
// matter. A real capture beside itself, later, longer and in other prices, with strategies that trade on both. Where
// they share an account that decides something, nothing of a feed that is later than an instant is in what happened
// before.
#include "harness.h"

#include "base/timestamp.h"
#include "golden/recording.h"
#include "research/tick_backtest.h"

#define RECORDING "data/crypto_l2/binance_usdm_btcusdt_20240808.txt.xz"

enum { FEEDS = 2, FILLS_MAX = 1 << 16, ROWS = 120000, COLUMNS = 4 };

struct fill {
    int64_t known_ns, venue_ns, price, qty, leaves, fee;
    uint32_t liquidity;
    uint32_t reserved;
};

struct feed {
    struct feed_rows rows;
    int64_t *columns;
};

struct run {
    struct arena wiring, state, venue_state;
    struct instruments instruments;
    struct risk_config risk;
    struct engine_strategy_config strategies[FEEDS];
    struct engine *engine;
    struct sim_account account;
    struct tick_exchange *exchanges[FEEDS];
    struct backtest_result result;
    struct fill *fills[FEEDS];
    size_t count[FEEDS];
    uint64_t journaled, clears, rejected;
    int64_t last_ns;
    int64_t least_ns; // of an order's way
};

// What a run is of.
struct plan {
    const struct strategy *strategy;
    const char *latency;
    uint32_t first, count; // feeds: first, then the other one
    bool quiet_second;     // only the first instrument has a strategy
    bool journal;
    bool shared; // one account: margin, and fees by volume
};

// What comes of a report may be an order to any exchange: none is beyond the instant at which it would arrive.
static void check_clocks(const struct run *run, int64_t now_ns) {
    for (int i = 0; i < FEEDS; i++)
        assert_true(tick_exchange_now_ns(run->exchanges[i]) <= now_ns + run->least_ns);
}

static int put(void *self, const struct event_header *event) {
    struct run *run = self;
    assert_true(event->ts_ns >= run->last_ns);
    check_clocks(run, event->ts_ns);
    run->last_ns = event->ts_ns;
    if (event->kind == EVENT_ORDER_REJECTED) run->rejected++;
    if (event->kind != EVENT_ORDER_FILLED) return 0;
    const struct order_event *order = (const void *)event;
    uint32_t at = event->instrument;
    assert_true(run->count[at] < FILLS_MAX);
    run->fills[at][run->count[at]++] = (struct fill){.known_ns = event->ts_ns,
                                                     .venue_ns = event->venue_ts_ns,
                                                     .price = order->price.m,
                                                     .qty = order->qty.m,
                                                     .leaves = order->leaves_qty.m,
                                                     .fee = order->fee,
                                                     .liquidity = order->liquidity};
    return 0;
}

static int put_journal(void *self, const struct event_header *event) {
    struct run *run = self;
    if (event->kind != EVENT_FEED) return 0;
    const struct feed_event *feed = (const void *)event;
    run->journaled++;
    run->clears += feed_kind_of(feed->record.what) == FEED_CLEAR;
    return 0;
}

static void add_instruments(struct run *run) {
    static const char *const names[] = {"BTCUSDT", "ETHUSDT"};
    assert_ok(instruments_init(&run->instruments, &run->wiring, FEEDS, 1));
    int usdt = instruments_add_currency(&run->instruments, "USDT", 8);
    assert_true(usdt >= 0);
    for (int i = 0; i < FEEDS; i++) {
        struct instrument instrument;
        instrument_defaults(&instrument, ASSET_CRYPTO, names[i], (uint32_t)usdt);
        instrument.price_decimals = 1;
        instrument.qty_decimals = 3;
        instrument.tick = PRICE(1);
        instrument.lot = instrument.qty_min = QTY(1);
        assert_true(instruments_add(&run->instruments, &instrument) == i);
    }
}

static void add_strategy(struct engine_strategy_config *config, const struct strategy *strategy,
                         const uint32_t *place) {
    *config = (struct engine_strategy_config){.strategy = strategy,
                                              .sizing = sizing_find("fixed_fraction"),
                                              .instruments = place,
                                              .instrument_count = 1,
                                              .frame_s = 1,
                                              .share_ppm = 500000};
    params_defaults(strategy->params, strategy->param_count, config->params);
    int fee = params_find(strategy->params, strategy->param_count, "fee");
    if (fee >= 0) config->params[fee] = 0;
    params_defaults(config->sizing->params, config->sizing->param_count, config->sizing_params);
}

// A few thousand carry what the strategies want at a half, and not more; fees fall with every fill.
static void share_account(struct run *run, struct tick_config *venue) {
    venue->account = &run->account;
    venue->margin = (struct tick_margin){
        .initial = MODEL_PARTS / 2, .maintenance = MODEL_PARTS / 4, .allow_short = true};
    assert_ok(tick_config_set_fee(venue, "tiered"));
}

static void make_venues(struct run *run, const struct plan *plan,
                        const struct book_l2_config *book) {
    for (uint32_t i = 0; i < FEEDS; i++) {
        struct tick_config venue;
        tick_config_defaults(&venue);
        bool none = strcmp(plan->latency, "none") == 0;
        assert_ok(tick_config_set_latency(&venue, none ? "constant" : plan->latency));
        if (strcmp(plan->latency, "constant") == 0)
            venue.latency_params[0] = venue.latency_params[1] = 0.005;
        if (strcmp(plan->latency, "constant") == 0) run->least_ns = 5 * NS_PER_MS;
        venue.instruments = &run->instruments;
        venue.instrument = i;
        venue.strategy_count = FEEDS;
        venue.seed = 7 + i;
        venue.book = *book;
        if (plan->shared) share_account(run, &venue);
        run->exchanges[i] = tick_exchange_new(&run->wiring, &run->venue_state, &venue);
        assert_non_null(run->exchanges[i]);
        run->fills[i] = calloc(FILLS_MAX, sizeof *run->fills[i]);
    }
}

static void open_run(struct run *run, const struct plan *plan) {
    static const uint32_t places[] = {0, 1};
    const struct book_l2_config book = {.window = 1 << 14, .level_max = 1 << 15};
    *run = (struct run){0};
    assert_ok(arena_init(&run->wiring, 16 << 20));
    assert_ok(arena_init(&run->state, 64 << 20));
    assert_ok(arena_init(&run->venue_state, 64 << 20));
    add_instruments(run);
    risk_config_defaults(&run->risk);
    uint32_t count = plan->quiet_second ? 1 : FEEDS;
    for (uint32_t i = 0; i < count; i++)
        add_strategy(&run->strategies[i], plan->strategy, &places[i]);
    const struct engine_config config = {.instruments = &run->instruments,
                                         .strategies = run->strategies,
                                         .strategy_count = count,
                                         .data_frame_s = 1,
                                         .order_max = 1024,
                                         .lot_max = 8192,
                                         .periods_per_year = 365,
                                         .risk = &run->risk,
                                         .book = &book};
    assert_ok(engine_new(&run->wiring, &run->state, &config, &run->engine));
    if (plan->shared) {
        assert_ok(sim_account_init(&run->account, &run->wiring, &run->venue_state,
                                   &run->instruments, FEEDS, 0));
        sim_account_add_cash(&run->account, 0, MONEY(INT64_C(300000000000))); // 3,000
    }
    make_venues(run, plan, &book);
}

static void play(struct run *run, const struct plan *plan, const struct feed *feeds) {
    struct tick_backtest_feed told[FEEDS];
    open_run(run, plan);
    for (uint32_t i = 0; i < plan->count; i++) {
        uint32_t at = i == 0 ? plan->first : 1 - plan->first;
        told[i] = (struct tick_backtest_feed){.exchange = run->exchanges[at],
                                              .parts = &feeds[at].rows,
                                              .part_count = 1,
                                              .instrument = at,
                                              .delay_ns = (5 + 2 * at) * NS_PER_MS};
    }
    struct tick_backtest_config config = {
        .feeds = told,
        .feed_count = plan->count,
        .step_ns = 100 * NS_PER_MS,
        .whole_steps = true,
        .capital = MONEY(INT64_C(10000000000000)), // 100,000
        .observer = {.events = {.put = put, .self = run}},
    };
    if (plan->journal)
        config.observer.journal = (struct event_sink){.put = put_journal, .self = run};
    assert_ok(tick_backtest_run(&run->wiring, run->engine, &config, &run->result));
    for (int i = 0; i < FEEDS; i++) tick_exchange_check(run->exchanges[i]);
}

static void close_run(struct run *run) {
    arena_fini(&run->wiring);
    arena_fini(&run->state);
    arena_fini(&run->venue_state);
    for (int i = 0; i < FEEDS; i++) free(run->fills[i]);
}

// The capture's first rows `times` over, `shift_ns` later and dearer by `more`.
static void make_feed(struct feed *feed, const struct feed_rows *rows, int times, int64_t shift_ns,
                      int64_t more) {
    uint64_t count = rows->count < ROWS ? rows->count : ROWS, all = count * (uint64_t)times;
    int64_t *columns = malloc(COLUMNS * all * sizeof *columns);
    assert_non_null(columns);
    int64_t span = rows->venue_ns[count - 1] - rows->venue_ns[0] + NS_PER_S;
    for (uint64_t i = 0; i < all; i++) {
        uint64_t row = i % count;
        int64_t pass = (int64_t)(i / count);
        columns[i] = rows->venue_ns[row] + shift_ns + pass * span;
        columns[all + i] = rows->price[row] + more;
        columns[2 * all + i] = rows->qty[row];
        columns[3 * all + i] = rows->what[row];
    }
    feed->columns = columns;
    feed->rows = (struct feed_rows){.venue_ns = columns,
                                    .price = columns + all,
                                    .qty = columns + 2 * all,
                                    .what = columns + 3 * all,
                                    .count = all};
}

static void same_fills(const struct run *a, const struct run *b, int instrument) {
    assert_int_equal(a->count[instrument], b->count[instrument]);
    if (a->count[instrument] == 0) return;
    assert_memory_equal(a->fills[instrument], b->fills[instrument],
                        a->count[instrument] * sizeof(struct fill));
}

static void compare(const struct strategy *strategy, const char *latency,
                    const struct feed *feeds) {
    static struct run alone[FEEDS], both, turned, quiet, written;
    for (uint32_t i = 0; i < FEEDS; i++)
        play(&alone[i], &(struct plan){strategy, latency, i, 1, false, false, false}, feeds);
    play(&both, &(struct plan){strategy, latency, 0, 2, false, false, false}, feeds);
    play(&turned, &(struct plan){strategy, latency, 1, 2, false, false, false}, feeds);
    play(&quiet, &(struct plan){strategy, latency, 1, 2, true, false, false}, feeds);
    play(&written, &(struct plan){strategy, latency, 0, 2, false, true, false}, feeds);
    print_message("%-20s %-12s %zu and %zu fills, %llu late orders\n", strategy->name, latency,
                  both.count[0], both.count[1], (unsigned long long)both.rejected);
    assert_true(both.count[0] > 0 && both.count[1] > 0);
    for (int i = 0; i < FEEDS; i++) {
        same_fills(&both, &alone[i], i);
        same_fills(&both, &turned, i);
        same_fills(&both, &written, i);
    }
    same_fills(&quiet, &alone[0], 0);
    assert_int_equal(quiet.count[1], 0);
    // Runs of records and records one by one are the same to the engine.
    assert_true(both.result.state_hash == written.result.state_hash);
    assert_int_equal(written.journaled, feeds[0].rows.count + feeds[1].rows.count + 1);
    assert_int_equal(written.clears, 1);
    assert_int_equal(both.result.market, feeds[0].rows.count + feeds[1].rows.count);
    close_run(&alone[0]);
    close_run(&alone[1]);
    close_run(&both);
    close_run(&turned);
    close_run(&quiet);
    close_run(&written);
}

static void a_feed_beside_another_is_the_feed_alone(void **state) {
    static const char *const strategies[] = {"grid_maker", "ofi_taker", "avellaneda_stoikov"};
    static const char *const latencies[] = {"constant", "none", "exponential"};
    struct recording recording;
    struct feed feeds[FEEDS];
    recording_load(&recording, RECORDING);
    recording_columns(&recording, 1);
    make_feed(&feeds[0], &recording.rows, 1, 0, 0);
    make_feed(&feeds[1], &recording.rows, 2, -INT64_C(37300001), 110); // earlier, and longer
    for (size_t s = 0; s < sizeof strategies / sizeof *strategies; s++)
        for (size_t l = 0; l < sizeof latencies / sizeof *latencies; l++)
            compare(strategy_find(strategies[s]), latencies[l], feeds);
    for (int i = 0; i < FEEDS; i++) free(feeds[i].columns);
    recording_free(&recording);
}

// The rows of a feed up to an instant.
static struct feed cut_feed(const struct feed *feed, int64_t until_ns) {
    struct feed cut = *feed;
    while (cut.rows.count > 0 && feed->rows.venue_ns[cut.rows.count - 1] > until_ns)
        cut.rows.count--;
    return cut;
}

static size_t known_by(const struct run *run, int instrument, int64_t ns) {
    size_t count = 0;
    while (count < run->count[instrument] && run->fills[instrument][count].known_ns <= ns) count++;
    return count;
}

static void nothing_later_comes_through_an_account_that_is_shared(void **state) {
    static const char *const strategies[] = {"grid_maker", "avellaneda_stoikov"};
    static const char *const latencies[] = {"constant", "none"};
    static struct run whole, part;
    struct recording recording;
    struct feed feeds[FEEDS], cut[FEEDS];
    recording_load(&recording, RECORDING);
    recording_columns(&recording, 1);
    make_feed(&feeds[0], &recording.rows, 1, 0, 0);
    make_feed(&feeds[1], &recording.rows, 1, -INT64_C(37300001), 110);
    int64_t first_ns = feeds[0].rows.venue_ns[0];
    int64_t span_ns = feeds[0].rows.venue_ns[feeds[0].rows.count - 1] - first_ns;
    uint64_t compared = 0;
    for (int k = 0; k < 4; k++) {
        const struct plan plan = {.strategy = strategy_find(strategies[k / 2]),
                                  .latency = latencies[k % 2],
                                  .count = FEEDS,
                                  .shared = true};
        play(&whole, &plan, feeds);
        assert_true(whole.rejected > 0);
        for (int at = 1; at < 4; at++) {
            int64_t until_ns = first_ns + span_ns / 4 * at;
            for (int i = 0; i < FEEDS; i++) cut[i] = cut_feed(&feeds[i], until_ns);
            play(&part, &plan, cut);
            for (int i = 0; i < FEEDS; i++) {
                size_t count = known_by(&whole, i, until_ns);
                assert_int_equal(known_by(&part, i, until_ns), count);
                if (count > 0)
                    assert_memory_equal(part.fills[i], whole.fills[i], count * sizeof(struct fill));
                compared += count;
            }
            close_run(&part);
        }
        close_run(&whole);
    }
    assert_true(compared > 200);
    for (int i = 0; i < FEEDS; i++) free(feeds[i].columns);
    recording_free(&recording);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feed_beside_another_is_the_feed_alone),
        cmocka_unit_test(nothing_later_comes_through_an_account_that_is_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
