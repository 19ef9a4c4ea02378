// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "../engine/engine_kit.h"

#include "research/tick_backtest.h"

enum { ROWS_MAX = 4096, LOG_MAX = 4096 };
static const int64_t MS = 1000000;

// A strategy that notes what it sees and rests one bid at the touch whenever it has none.
struct seen {
    int64_t now_ns, best_bid, best_ask;
    double position;
    uint32_t working, state;
};
static struct seen seen[LOG_MAX];
static int seen_count;

static void decide(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    assert_true(seen_count < LOG_MAX);
    seen[seen_count++] =
        (struct seen){.now_ns = view->now_ns,
                      .best_bid = book_l2_best_bid(view->book),
                      .best_ask = book_l2_best_ask(view->book),
                      .position = view->position[0],
                      .working = view->working_count,
                      .state = view->working_count > 0 ? view->working[0].state : 0};
    if (view->working_count > 0 || book_l2_best_bid(view->book) == BOOK_L2_NO_BID) return;
    ret_out->orders[ret_out->order_count++] =
        (struct strategy_order){.side = 1,
                                .type = ORDER_LIMIT,
                                .flags = ORDER_POST_ONLY,
                                .qty = 2 * view->lot,
                                .limit_price = (double)book_l2_best_bid(view->book) * view->tick};
}

static const struct strategy bidder = {
    .name = "bidder", .summary = "rests a bid", .scope = SCOPE_BOOK, .decide = decide};

// The same bidder, who hears trades too and notes what it heard.
struct heard {
    uint32_t count, shown;
    uint64_t missed;
    double bought, sold, unknown, shown_qty, inputs[3];
    struct strategy_trade first, last;
};
static struct heard heard[LOG_MAX];

static void hear(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    struct heard *now = &heard[seen_count];
    *now = (struct heard){.shown = view->trade_count,
                          .missed = view->trades_missed,
                          .bought = view->bought,
                          .sold = view->sold,
                          .unknown = view->unknown};
    memcpy(now->inputs, view->inputs, sizeof now->inputs);
    for (uint32_t i = 0; i < view->trade_count; i++) {
        const struct strategy_trade *trade = &view->trades[i];
        assert_true(trade->ts_ns <= view->now_ns);
        assert_true(i == 0 || trade->ts_ns >= trade[-1].ts_ns);
        now->shown_qty += trade->qty;
    }
    if (view->trade_count > 0) {
        now->first = view->trades[0];
        now->last = view->trades[view->trade_count - 1];
    }
    decide(view, state, ret_out);
}

static const char *const inputs[] = {"ofi(250ms).window", "imbalance(levels=3)",
                                     "ofi(250ms).total"};

static const struct strategy listener = {.name = "listener",
                                         .summary = "rests a bid and hears trades",
                                         .scope = SCOPE_BOOK,
                                         .reads_trades = true,
                                         .inputs = inputs,
                                         .input_count = 3,
                                         .decide = hear};

struct stage {
    struct kit kit;
    struct arena venue_state;
    struct tick_config venue;
    struct tick_exchange *exchange;
    struct engine_strategy_config strategy;
    int64_t venue_ns[ROWS_MAX], receipt_ns[ROWS_MAX], price[ROWS_MAX], qty[ROWS_MAX],
        what[ROWS_MAX];
    struct feed_rows rows;
    struct tick_backtest_feed feed;
    struct tick_backtest_config config;
    struct backtest_result result;
    uint16_t log[LOG_MAX];
    int log_count, marks, journaled;
};

static void add(struct stage *stage, int64_t ms, enum feed_kind kind, int side, int64_t price,
                int64_t qty) {
    uint64_t at = stage->rows.count++;
    stage->venue_ns[at] = NS_PER_DAY + ms * MS;
    stage->receipt_ns[at] = stage->venue_ns[at] + 7 * MS;
    stage->price[at] = price;
    stage->qty[at] = qty;
    stage->what[at] = feed_what(kind, side, 0);
}

static int put(void *self, const struct event_header *event) {
    struct stage *stage = self;
    assert_true(stage->log_count < LOG_MAX);
    stage->log[stage->log_count++] = event->kind;
    return 0;
}

static int put_journal(void *self, const struct event_header *event) {
    struct stage *stage = self;
    stage->journaled += event->kind == EVENT_FEED;
    return 0;
}

static void on_mark(void *self, const struct account_mark *mark, const struct engine *engine) {
    ((struct stage *)self)->marks++;
}

static void open_stage(struct stage *stage) {
    static const uint32_t places[] = {0};
    *stage = (struct stage){0};
    seen_count = 0;
    kit_configure(&stage->kit, 1, 1);
    assert_ok(arena_init(&stage->venue_state, 1 << 24));
    stage->rows = (struct feed_rows){.venue_ns = stage->venue_ns,
                                     .receipt_ns = stage->receipt_ns,
                                     .price = stage->price,
                                     .qty = stage->qty,
                                     .what = stage->what};
    tick_config_defaults(&stage->venue);
    stage->venue.instruments = &stage->kit.instruments;
    stage->venue.order_max = 64;
    stage->venue.book = (struct book_l2_config){.window = 256, .level_max = 256};
    stage->venue.latency_params[0] = 0.010;
    stage->venue.latency_params[1] = 0.020;
    stage->strategy = (struct engine_strategy_config){.strategy = &bidder,
                                                      .sizing = sizing_at(0),
                                                      .instruments = places,
                                                      .instrument_count = 1,
                                                      .frame_s = 60,
                                                      .share_ppm = 1000000};
    stage->kit.config.strategies = &stage->strategy;
    stage->kit.config.strategy_count = 1;
    stage->kit.config.book = &stage->venue.book;
    stage->feed =
        (struct tick_backtest_feed){.parts = &stage->rows, .part_count = 1, .delay_ns = 5 * MS};
    stage->config = (struct tick_backtest_config){
        .feeds = &stage->feed, .feed_count = 1, .step_ns = 100 * MS, .capital = MONEY(10000000)};
    stage->config.observer.events = (struct event_sink){.put = put, .self = stage};
    stage->config.observer.mark = on_mark;
    stage->config.observer.self = stage;
    add(stage, 0, FEED_LEVEL, 1, 1000, 5);
    add(stage, 0, FEED_LEVEL, -1, 1010, 5);
}

static void run(struct stage *stage) {
    struct kit *kit = &stage->kit;
    assert_ok(engine_new(&kit->wiring, &kit->state, &kit->config, &kit->engine));
    stage->exchange = tick_exchange_new(&kit->wiring, &stage->venue_state, &stage->venue);
    assert_non_null(stage->exchange);
    stage->feed.exchange = stage->exchange;
    assert_ok(tick_backtest_run(&kit->wiring, kit->engine, &stage->config, &stage->result));
    tick_exchange_check(stage->exchange);
}

static void close_stage(struct stage *stage) {
    arena_fini(&stage->venue_state);
    kit_stop(&stage->kit);
}

static struct stage stage;

static void a_strategy_sees_what_reached_it_and_its_orders_act_when_they_arrive(void **state) {
    open_stage(&stage);
    add(&stage, 98, FEED_LEVEL, 1, 1002, 5);   // reaches us at 103: after the first decision
    add(&stage, 109, FEED_TRADE, -1, 900, 1);  // our bid, sent at 100, arrives at 110
    add(&stage, 111, FEED_TRADE, -1, 999, 1);  // it is there
    add(&stage, 350, FEED_LEVEL, -1, 1020, 1); // the run goes on until all is told
    run(&stage);
    assert_int_equal(seen[0].now_ns, NS_PER_DAY + 100 * MS);
    assert_int_equal(seen[0].best_bid, 1000);
    assert_int_equal(seen[1].best_bid, 1002);
    assert_int_equal(seen[1].working, 1);
    // The fill of one lot at 111 is known at 131; the rest of the order works.
    assert_int_equal(seen[1].state, ORDER_PARTIALLY_FILLED);
    assert_true(seen[1].position == stage.kit.instruments.items[0].lot.m);
    static const uint16_t expected[] = {EVENT_CASH,   EVENT_QUOTE,          EVENT_CLOCK,
                                        EVENT_SUBMIT, EVENT_ORDER_ACCEPTED, EVENT_ORDER_FILLED,
                                        EVENT_QUOTE,  EVENT_CLOCK};
    assert_memory_equal(stage.log, expected, sizeof expected);
    assert_int_equal(stage.result.market, 6);
    // Steps at 100, 200 and 300; the deposit and the end.
    assert_int_equal(seen_count, 3);
    assert_int_equal(stage.marks, 5);
    close_stage(&stage);
}

static void receipt_times_may_be_those_of_the_recording(void **state) {
    open_stage(&stage);
    add(&stage, 92, FEED_LEVEL, 1, 1002, 5); // had at 99
    add(&stage, 94, FEED_LEVEL, 1, 1003, 5); // had at 101
    add(&stage, 250, FEED_LEVEL, 1, 1003, 6);
    stage.feed.heard = &stage.rows;
    run(&stage);
    assert_int_equal(seen[0].best_bid, 1002);
    assert_int_equal(seen[1].best_bid, 1003);
    close_stage(&stage);
}

// A touch that goes up and down, and trades at it.
static void add_many(void) {
    for (int i = 0; i < 1000; i++) {
        int64_t middle = 1000 + (i % 80 < 40 ? i % 40 : 40 - i % 40), ms = 9 * i;
        add(&stage, ms, FEED_LEVEL, 1, middle - 1 - i % 3, 1 + i % 4);
        add(&stage, ms, FEED_LEVEL, -1, middle + 1 + i % 2, 1 + i % 5);
        add(&stage, ms + 1, FEED_LEVEL, 1, middle - 1 - (i + 1) % 3, 0);
        if (i % 3 == 0) add(&stage, ms + 2, FEED_TRADE, i % 2 ? 1 : -1, middle - 1, 3);
    }
}

static void a_feed_in_parts_is_the_feed_as_a_whole(void **state) {
    uint64_t hashes[2];
    for (int parts = 0; parts < 2; parts++) {
        open_stage(&stage);
        add_many();
        const uint64_t half = 1500;
        const struct feed_rows both[] = {
            {stage.venue_ns, stage.receipt_ns, stage.price, stage.qty, NULL, stage.what, half},
            {stage.venue_ns + half, stage.receipt_ns + half, stage.price + half, stage.qty + half,
             NULL, stage.what + half, stage.rows.count - half}};
        if (parts) {
            stage.feed.parts = both;
            stage.feed.part_count = 2;
        }
        run(&stage);
        assert_true(tick_exchange_counts(stage.exchange)->fills > 10);
        hashes[parts] = stage.result.state_hash;
        close_stage(&stage);
    }
    assert_true(hashes[0] == hashes[1]);
}

static void journal_and_compare(const struct strategy *strategy) {
    struct backtest_result results[2];
    for (int journal = 0; journal < 2; journal++) {
        open_stage(&stage);
        stage.strategy.strategy = strategy;
        stage.kit.config.order_timeout_ns = 15 * MS; // less than an answer takes: orders go UNKNOWN
        add_many();
        if (journal)
            stage.config.observer.journal = (struct event_sink){.put = put_journal, .self = &stage};
        run(&stage);
        results[journal] = stage.result;
        assert_int_equal(stage.journaled, journal ? stage.rows.count : 0);
        close_stage(&stage);
    }
    assert_int_equal(results[0].inputs, results[1].inputs);
    assert_true(results[0].equity.m == results[1].equity.m);
    assert_true(results[0].state_hash == results[1].state_hash);
}

// Record by record, as a journal has them, or in runs: the same state, also where timers fall due inside a run.
static void a_journal_changes_nothing(void **state) {
    journal_and_compare(&bidder);
    journal_and_compare(&listener);
}

static void a_strategy_hears_the_trades_since_its_last_decision(void **state) {
    open_stage(&stage);
    stage.strategy.strategy = &listener;
    add(&stage, 10, FEED_TRADE, -1, 999, 2);
    add(&stage, 20, FEED_LEVEL, -1, 1008, 5);
    add(&stage, 95, FEED_TRADE, 1, 1009, 3); // heard at 100, the instant of the decision
    add(&stage, 96, FEED_TRADE, 1, 1010, 4); // heard after it
    add(&stage, 97, FEED_TRADE, 0, 1011, 5);
    add(&stage, 350, FEED_LEVEL, -1, 1020, 1);
    run(&stage);
    assert_int_equal(heard[0].shown, 2);
    assert_int_equal(heard[0].first.ts_ns, NS_PER_DAY + 15 * MS);
    assert_int_equal(heard[0].first.venue_ns, NS_PER_DAY + 10 * MS);
    assert_true(heard[0].first.price == 9.99 && heard[0].first.qty == 2);
    assert_true(heard[0].first.side == -1 && heard[0].last.side == 1);
    assert_int_equal(heard[0].first.best_ask, 1010);
    assert_int_equal(heard[0].last.best_ask, 1008);
    assert_int_equal(heard[0].last.best_bid, 1000);
    assert_true(heard[0].bought == 3 && heard[0].sold == 2 && heard[0].unknown == 0);
    assert_int_equal(heard[1].shown, 2);
    assert_true(heard[1].bought == 4 && heard[1].sold == 0 && heard[1].unknown == 5);
    assert_int_equal(heard[2].shown, 0);
    close_stage(&stage);
}

// Worked out by hand: each instant is one change of the book, for the feed marks no message's end.
static void inputs_are_features_of_the_book_at_the_decision(void **state) {
    open_stage(&stage);
    stage.strategy.strategy = &listener;
    add(&stage, 20, FEED_LEVEL, 1, 1000, 8);  // + 3 at the bid
    add(&stage, 30, FEED_LEVEL, -1, 1010, 4); // + 1: the ask has one less
    add(&stage, 30, FEED_LEVEL, -1, 1011, 7); // not the best
    add(&stage, 150, FEED_LEVEL, 1, 999, 3);
    add(&stage, 150, FEED_LEVEL, 1, 1000, 0); // - 8: the bid goes down
    add(&stage, 450, FEED_LEVEL, -1, 1020, 1);
    run(&stage);
    assert_int_equal(seen[0].best_bid, 1000);
    assert_true(heard[0].inputs[0] == 4 && heard[0].inputs[2] == 4);
    // The bids' share of the best three of each side: 8, and 4 and 7.
    assert_true(fabs(heard[0].inputs[1] - 8.0 / 19.0) < 1e-12);
    assert_true(heard[1].inputs[0] == -4 && heard[1].inputs[2] == -4);
    assert_true(fabs(heard[1].inputs[1] - 3.0 / 14.0) < 1e-12);
    // At 400 the window of 0.25 s, and at most a sixteenth more, holds no change.
    assert_true(heard[3].inputs[0] == -8 || heard[3].inputs[0] == 0);
    assert_true(heard[3].inputs[2] == -4);
    close_stage(&stage);
}

static void an_input_that_is_no_feature_is_refused(void **state) {
    static const char *const bars[] = {"sma(close, 20)"};
    struct strategy wrong = listener;
    wrong.inputs = bars;
    wrong.input_count = 1;
    open_stage(&stage);
    stage.strategy.strategy = &wrong;
    struct kit *kit = &stage.kit;
    assert_int_equal(engine_new(&kit->wiring, &kit->state, &kit->config, &kit->engine),
                     ERR_NOT_FOUND);
    assert_non_null(strstr(err_story(), "there is no feature of a book \"sma\""));
    assert_non_null(strstr(err_story(), "in an input of strategy listener"));
    close_stage(&stage);
}

static void trades_beyond_the_room_are_counted_and_added_up(void **state) {
    enum { MORE = 37 };
    open_stage(&stage);
    stage.strategy.strategy = &listener;
    for (int i = 0; i < STRATEGY_TRADES_MAX + MORE; i++) add(&stage, 1, FEED_TRADE, 1, 1010 + i, 1);
    add(&stage, 150, FEED_TRADE, 1, 1010, 1);
    add(&stage, 250, FEED_LEVEL, -1, 1020, 1);
    run(&stage);
    assert_int_equal(heard[0].shown, STRATEGY_TRADES_MAX);
    assert_int_equal(heard[0].missed, MORE);
    assert_true(heard[0].bought == STRATEGY_TRADES_MAX + MORE);
    assert_true(heard[0].shown_qty == STRATEGY_TRADES_MAX);
    assert_true(fabs(heard[0].first.price - (10.10 + 0.01 * MORE)) < 1e-9);
    assert_int_equal(heard[1].shown, 1);
    assert_int_equal(heard[1].missed, 0);
    close_stage(&stage);
}

static void a_feed_without_a_record_is_an_error(void **state) {
    open_stage(&stage);
    stage.rows.count = 0;
    struct kit *kit = &stage.kit;
    assert_ok(engine_new(&kit->wiring, &kit->state, &kit->config, &kit->engine));
    stage.exchange = tick_exchange_new(&kit->wiring, &stage.venue_state, &stage.venue);
    assert_int_equal(tick_backtest_run(&kit->wiring, kit->engine, &stage.config, &stage.result),
                     ERR_NOT_FOUND);
    close_stage(&stage);
}

static void books_and_bars_do_not_mix(void **state) {
    open_stage(&stage);
    stage.kit.config.book = NULL;
    assert_int_equal(
        engine_new(&stage.kit.wiring, &stage.kit.state, &stage.kit.config, &stage.kit.engine),
        ERR_ARGUMENT);
    assert_string_equal(err_story(),
                        "strategy bidder reads a book; it needs a recorded feed as data");
    close_stage(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_strategy_sees_what_reached_it_and_its_orders_act_when_they_arrive),
        cmocka_unit_test(receipt_times_may_be_those_of_the_recording),
        cmocka_unit_test(a_feed_in_parts_is_the_feed_as_a_whole),
        cmocka_unit_test(a_journal_changes_nothing),
        cmocka_unit_test(a_strategy_hears_the_trades_since_its_last_decision),
        cmocka_unit_test(trades_beyond_the_room_are_counted_and_added_up),
        cmocka_unit_test(inputs_are_features_of_the_book_at_the_decision),
        cmocka_unit_test(an_input_that_is_no_feature_is_refused),
        cmocka_unit_test(a_feed_without_a_record_is_an_error),
        cmocka_unit_test(books_and_bars_do_not_mix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
