// SPDX-License-Identifier: Apache-2.0
// What an engine keeps of a recorded feed beside its books: trades since the last clock and features of books.
#include "engine_kit.h"

enum { ROWS = 4000, STEPS = 40, INPUTS = 4 };

// Answers nothing; adds up what it saw into its state, so that the state's hash tells of it.
struct listener_state {
    double sum, inputs;
    uint64_t trades;
};

static void listen(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct listener_state *state = memory;
    (void)ret_out;
    for (uint32_t i = 0; i < view->trade_count; i++)
        state->sum += view->trades[i].price * view->trades[i].qty * (i + 1);
    for (uint32_t i = 0; i < view->input_count; i++)
        if (view->inputs[i] == view->inputs[i]) state->inputs += view->inputs[i];
    state->trades += view->trade_count;
}

static const char *const inputs[INPUTS] = {"ofi(300ms).window", "imbalance", "spread",
                                           "ofi_levels(3).level2"};
static const struct strategy listener = {.name = "listener",
                                         .summary = "Listens and does nothing.",
                                         .scope = SCOPE_BOOK,
                                         .reads_trades = true,
                                         .inputs = inputs,
                                         .input_count = INPUTS,
                                         .state_size = sizeof(struct listener_state),
                                         .decide = listen};

static int64_t venue_ns[ROWS], price[ROWS], qty[ROWS], what[ROWS];
static const struct feed_rows rows = {
    .venue_ns = venue_ns, .price = price, .qty = qty, .what = what, .count = ROWS};
static const struct book_l2_config book = {.window = 256, .level_max = 512};

static void make_rows(void) {
    for (int i = 0; i < ROWS; i++) {
        int side = i % 2 ? 1 : -1, middle = 1000 + (i / 100) % 20;
        bool trade = i % 7 == 3;
        venue_ns[i] = NS_PER_DAY + i / 3 * INT64_C(3000000);
        price[i] = trade ? middle : middle - side * (1 + i * 7 % 5);
        qty[i] = trade ? 1 + i % 4 : i * 11 % 6;
        what[i] = feed_what(trade ? FEED_TRADE : FEED_LEVEL, side, i % 3 == 2 ? FEED_LAST : 0);
    }
}

static void open_kit(struct kit *kit) {
    kit_configure(kit, 1, 1);
    kit->strategies[0].strategy = &listener;
    kit->config.book = &book;
    kit->seq = 0;
    kit_start(kit);
}

// The steps from `from` to `to`: the feed up to each, and a clock.
static void go_on(struct kit *kit, uint64_t *row, int from, int to) {
    const struct engine_feed feed = {.rows = &rows, .ts_ns = venue_ns, .delay_ns = 0};
    for (int step = from; step < to; step++) {
        int64_t now_ns = NS_PER_DAY + (step + 1) * 100000000LL;
        *row = engine_apply_feed(kit->engine, &feed, *row, now_ns);
        union event clock;
        event_init(&clock, EVENT_CLOCK, INSTRUMENT_NONE, now_ns);
        kit->seq = engine_seq(kit->engine);
        kit_apply(kit, &clock);
    }
}

static void a_snapshot_goes_on_as_if_nothing_had_been(void **state) {
    struct kit whole, part;
    uint64_t row = 0, half;
    make_rows();
    open_kit(&whole);
    go_on(&whole, &row, 0, STEPS / 2);
    half = row;
    // Some records after the clock too, so that trades are waiting and a change of the book is open.
    const struct engine_feed feed = {.rows = &rows, .ts_ns = venue_ns, .delay_ns = 0};
    half = row = engine_apply_feed(whole.engine, &feed, row, venue_ns[row + 31]);
    size_t size = engine_state_size(whole.engine);
    unsigned char *bytes = malloc(size);
    engine_snapshot(whole.engine, bytes);
    go_on(&whole, &row, STEPS / 2, STEPS);
    assert_true(row == ROWS);
    open_kit(&part);
    assert_ok(engine_restore(part.engine, bytes, size));
    free(bytes);
    go_on(&part, &half, STEPS / 2, STEPS);
    assert_true(engine_state_hash(part.engine) == engine_state_hash(whole.engine));
    assert_int_equal(engine_counts(whole.engine)->decisions, STEPS);
    kit_stop(&part);
    kit_stop(&whole);
}

// Wants all of its budget, long or short.
static void want(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    (void)memory;
    ret_out->targets->kind = TARGET_SET;
    ret_out->targets->weight = view->params[0];
}
static const struct param want_params[] = {
    {.name = "weight", .type = PARAM_REAL, .min = -1, .max = 1, .help = "Held."}};
static const struct strategy wanting = {.name = "want",
                                        .summary = "Wants.",
                                        .params = want_params,
                                        .param_count = 1,
                                        .scope = SCOPE_BOOK,
                                        .decide = want};

// 500 and -300 shares at 10.00 of 5,000 each: 200 go out, and their fill is allocated to both.
static void targets_of_books_are_netted_at_the_clock(void **state) {
    struct kit kit;
    union event event;
    kit_configure(&kit, 1, 2);
    for (uint32_t s = 0; s < 2; s++) {
        kit.strategies[s].strategy = &wanting;
        kit.strategies[s].params[0] = s == 0 ? 1 : -0.6;
    }
    kit.config.book = &book;
    kit.config.netting = NETTING_NET;
    kit_start(&kit);
    event_init(&event, EVENT_TRADE, 0, kit.now_ns);
    event.trade.price = PRICE(1000);
    event.trade.qty = QTY(1);
    kit_apply(&kit, &event);
    event_init(&event, EVENT_CLOCK, INSTRUMENT_NONE, kit.now_ns);
    kit_apply(&kit, &event);
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(submit->spec.strategy, 2);
    assert_int_equal(submit->spec.qty.m, 200);
    assert_null(kit_output(&kit, EVENT_SUBMIT, 1));
    kit_fill_submit(&kit, 0, 1000);
    const struct ledger *ledger = engine_ledger(kit.engine);
    assert_int_equal(ledger_position(ledger, 0, 0)->qty.m, 500);
    assert_int_equal(ledger_position(ledger, 1, 0)->qty.m, -300);
    kit_stop(&kit);
}

// The hash is of all that was heard: another trade, or another level far from the touch, is another state.
static void every_record_counts(void **state) {
    uint64_t hashes[3];
    for (int turn = 0; turn < 3; turn++) {
        struct kit kit;
        uint64_t row = 0;
        make_rows();
        if (turn == 1) qty[3] += 1; // a trade
        if (turn == 2) qty[1] += 1; // a level
        open_kit(&kit);
        go_on(&kit, &row, 0, STEPS);
        hashes[turn] = engine_state_hash(kit.engine);
        kit_stop(&kit);
    }
    assert_true(hashes[0] != hashes[1] && hashes[0] != hashes[2] && hashes[1] != hashes[2]);
}

// In a run the first record of a day is told by itself, and here it is a trade.
static void records_in_a_run_and_one_by_one_are_the_same_state_at_midnight(void **state) {
    const struct engine_feed feed = {.rows = &rows, .ts_ns = venue_ns, .delay_ns = 7};
    struct kit run, single;
    make_rows();
    for (int i = 0; i < ROWS; i++) venue_ns[i] += NS_PER_DAY - 3000000 - 7;
    assert_int_equal(venue_ns[3] + 7, 2 * NS_PER_DAY);
    assert_int_equal(feed_kind_of(what[3]), FEED_TRADE);
    open_kit(&run);
    open_kit(&single);
    assert_int_equal(engine_apply_feed(run.engine, &feed, 0, venue_ns[99] + 7), 102);
    for (int i = 0; i < 102; i++) {
        union event event;
        event_init(&event, EVENT_FEED, 0, venue_ns[i] + 7);
        event.feed.record = (struct feed_record){
            .venue_ns = venue_ns[i], .price = price[i], .qty = qty[i], .what = what[i]};
        kit_apply(&single, &event);
    }
    assert_int_equal(engine_seq(run.engine), engine_seq(single.engine));
    assert_true(engine_state_hash(run.engine) == engine_state_hash(single.engine));
    kit_stop(&single);
    kit_stop(&run);
}

static void who_reads_nothing_keeps_nothing(void **state) {
    struct kit listening, deaf;
    struct strategy plain = listener;
    plain.reads_trades = false;
    plain.input_count = 0;
    open_kit(&listening);
    kit_configure(&deaf, 1, 1);
    deaf.strategies[0].strategy = &plain;
    deaf.config.book = &book;
    kit_start(&deaf);
    assert_true(engine_state_size(listening.engine) >
                engine_state_size(deaf.engine) +
                    STRATEGY_TRADES_MAX * sizeof(struct strategy_trade));
    kit_stop(&deaf);
    kit_stop(&listening);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_snapshot_goes_on_as_if_nothing_had_been),
        cmocka_unit_test(targets_of_books_are_netted_at_the_clock),
        cmocka_unit_test(every_record_counts),
        cmocka_unit_test(records_in_a_run_and_one_by_one_are_the_same_state_at_midnight),
        cmocka_unit_test(who_reads_nothing_keeps_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
