// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/prng.h"
#include "market/book_l2.h"
#include "sim/matching_venue.h"

enum { ARENA = 16 << 20, REPORTS = 512, SECOND = 1000000000 };

struct place_of {
    struct arena arena;
    struct matching_venue *venue;
    struct venue port;
    union event reports[REPORTS];
    int count;
};

static struct matching_venue_config config_of(void) {
    return (struct matching_venue_config){.matching = {.tick = 1,
                                                       .price_min = 1,
                                                       .price_max = 20000,
                                                       .lot = 1,
                                                       .order_max = 1000,
                                                       .stp = MATCHING_STP_NEWEST,
                                                       .phase = MATCHING_CONTINUOUS},
                                          .strategy_count = 2,
                                          .message_max = 4096,
                                          .entry_ns = 100,
                                          .report_ns = 50};
}

static void open_place(struct place_of *p, const struct matching_venue_config *config) {
    assert_ok(arena_init(&p->arena, ARENA));
    p->venue = matching_venue_new(&p->arena, config);
    if (p->venue == NULL) fail_msg("%s", err_story());
    arena_seal(&p->arena);
    p->port = matching_venue_port(p->venue);
}

static void close_place(struct place_of *p) {
    matching_check(matching_venue_book(p->venue));
    arena_fini(&p->arena);
}

static int sent(struct place_of *p, int64_t now_ns, uint32_t strategy, uint64_t sequence,
                struct order_spec spec) {
    struct submit_event intent = {
        .header = {.ts_ns = now_ns}, .order_id = order_id_make(strategy, sequence), .spec = spec};
    return p->port.submit(p->port.self, &intent);
}

static void poll_at(struct place_of *p, int64_t now_ns) {
    p->count = p->port.poll(p->port.self, now_ns, p->reports, REPORTS);
    assert_true(p->count >= 0);
}

static struct order_spec limit_of(int32_t side, int64_t qty, int64_t price) {
    return (struct order_spec){
        .side = side, .type = ORDER_LIMIT, .qty = {qty}, .limit_price = {price}};
}

static void strategies_trade_with_each_other_after_their_latencies(void **state) {
    struct place_of p;
    struct matching_venue_config config = config_of();
    (void)state;
    open_place(&p, &config);
    assert_ok(sent(&p, 1000, 0, 1, limit_of(1, 5, 100)));
    assert_ok(sent(&p, 1010, 1, 1, limit_of(-1, 3, 99)));
    poll_at(&p, 1149); // arrives at 1100, known at 1150
    assert_int_equal(p.count, 0);
    poll_at(&p, 1150);
    assert_int_equal(p.count, 1);
    assert_int_equal(p.reports[0].header.kind, EVENT_ORDER_ACCEPTED);
    assert_int_equal(p.reports[0].header.venue_ts_ns, 1100);
    poll_at(&p, 2000);
    assert_int_equal(p.count, 3);
    const struct order_event *maker = &p.reports[1].order, *taker = &p.reports[2].order;
    assert_int_equal(maker->order_id, order_id_make(0, 1));
    assert_int_equal(maker->header.ts_ns, 1160);
    assert_true(maker->liquidity == LIQUIDITY_MAKER && taker->liquidity == LIQUIDITY_TAKER);
    assert_true(maker->price.m == 100 && maker->qty.m == 3 && maker->leaves_qty.m == 2);
    assert_int_equal(taker->leaves_qty.m, 0);
    assert_int_equal(maker->trade_id, taker->trade_id);
    close_place(&p);
}

static void a_strategy_does_not_trade_with_itself(void **state) {
    struct place_of p;
    struct matching_venue_config config = config_of();
    (void)state;
    open_place(&p, &config);
    assert_ok(sent(&p, 0, 1, 1, limit_of(1, 5, 100)));
    assert_ok(sent(&p, 0, 1, 2, limit_of(-1, 3, 99)));
    poll_at(&p, 1000);
    assert_int_equal(p.count, 3);
    assert_int_equal(p.reports[2].header.kind, EVENT_ORDER_CANCELED);
    assert_int_equal(p.reports[2].order.reason, REASON_SELF_TRADE);
    close_place(&p);
}

static void changes_and_refusals_are_reported(void **state) {
    struct place_of p;
    struct matching_venue_config config = config_of();
    struct order_spec grouped = limit_of(1, 1, 90), reduces = limit_of(1, 1, 90);
    uint64_t id = order_id_make(0, 1);
    (void)state;
    grouped.group = 7;
    reduces.flags = ORDER_REDUCE_ONLY;
    open_place(&p, &config);
    assert_ok(sent(&p, 0, 0, 1, limit_of(1, 5, 100)));
    struct replace_event replace = {.order_id = id, .qty = {4}, .price = {101}};
    assert_ok(p.port.replace(p.port.self, &replace));
    replace.price.m = 30000;
    assert_ok(p.port.replace(p.port.self, &replace));
    struct cancel_event cancel = {.order_id = id};
    assert_ok(p.port.cancel(p.port.self, &cancel));
    assert_ok(p.port.cancel(p.port.self, &cancel));
    assert_ok(sent(&p, 0, 0, 2, grouped));
    assert_ok(sent(&p, 0, 0, 3, reduces));
    poll_at(&p, 1000);
    static const struct {
        uint16_t kind, reason;
        int64_t leaves;
    } expected[] = {
        {EVENT_ORDER_ACCEPTED, REASON_NONE, 5},
        {EVENT_ORDER_REPLACED, REASON_NONE, 4},
        {EVENT_ORDER_REPLACE_REJECTED, REASON_PRICE_BAND, 4},
        {EVENT_ORDER_CANCELED, REASON_REQUESTED, 0},
        {EVENT_ORDER_CANCEL_REJECTED, REASON_UNKNOWN_ORDER, 0},
        {EVENT_ORDER_REJECTED, REASON_BAD_ORDER, 0},
        {EVENT_ORDER_REJECTED, REASON_BAD_ORDER, 0},
    };
    assert_int_equal(p.count, sizeof expected / sizeof expected[0]);
    for (int i = 0; i < p.count; i++) {
        assert_int_equal(p.reports[i].header.kind, expected[i].kind);
        assert_int_equal(p.reports[i].order.reason, expected[i].reason);
        assert_int_equal(p.reports[i].order.leaves_qty.m, expected[i].leaves);
    }
    close_place(&p);
}

static void what_has_no_room_is_refused(void **state) {
    struct place_of p;
    struct matching_venue_config config = config_of();
    (void)state;
    config.message_max = 2;
    open_place(&p, &config);
    assert_int_equal(sent(&p, 0, 2, 1, limit_of(1, 1, 1)), ERR_ARGUMENT);
    assert_ok(sent(&p, 0, 0, 1, limit_of(1, 1, 1)));
    assert_ok(sent(&p, 0, 0, 2, limit_of(1, 1, 1)));
    assert_int_equal(sent(&p, 0, 0, 3, limit_of(1, 1, 1)), ERR_FULL);
    poll_at(&p, 100); // arrived, not known yet
    assert_ok(sent(&p, 100, 0, 3, limit_of(1, 1, 1)));
    assert_int_equal(p.port.poll(p.port.self, 200, p.reports, REPORTS), ERR_FULL);
    arena_fini(&p.arena);
}

// The book that the feed tells is the book there is, and every report agrees with an order machine of our own.
static void the_crowd_trades_and_the_feed_tells_it(void **state) {
    enum { STEPS = 2000, RECORDS = 512, LEVELS = 64 };
    struct place_of p;
    struct matching_venue_config config = config_of();
    struct matching_flow_config flow;
    struct book_l2_config book_config = {.window = 4096, .level_max = 1024};
    struct book_l2 book;
    struct arena arena;
    struct prng prng;
    uint64_t fills = 0, trades = 0, sequence = 0;
    int64_t owed[STEPS + 1] = {0};
    (void)state;
    matching_flow_defaults(&flow);
    flow.start_price = 10000;
    flow.seed = 4;
    config.flow = &flow;
    open_place(&p, &config);
    assert_ok(arena_init(&arena, book_l2_size(&book_config) + 4096));
    assert_ok(book_l2_init(&book, &arena, &book_config));
    prng_seed(&prng, 8);
    for (int64_t now = 0; now < (int64_t)STEPS * SECOND / 10; now += SECOND / 10) {
        struct feed_record records[RECORDS];
        struct book_l2_change change;
        struct matching_quote quote;
        poll_at(&p, now + 50);
        for (int i = 0; i < p.count; i++) {
            const struct order_event *report = &p.reports[i].order;
            int64_t *left = &owed[order_id_sequence(report->order_id)];
            if (report->header.kind == EVENT_ORDER_ACCEPTED) *left = report->leaves_qty.m;
            if (report->header.kind == EVENT_ORDER_FILLED) *left -= report->qty.m, fills++;
            if (report->header.kind == EVENT_ORDER_CANCELED) *left = 0;
            assert_int_equal(*left, report->leaves_qty.m);
        }
        uint32_t count = matching_venue_feed(p.venue, now + 50, records, RECORDS);
        for (uint32_t i = 0; i < count; i++) {
            assert_true(feed_record_valid(&records[i]));
            int side = feed_side_of(records[i].what);
            trades += feed_kind_of(records[i].what) == FEED_TRADE;
            if (feed_kind_of(records[i].what) == FEED_LEVEL)
                assert_ok(book_l2_set(&book, side, records[i].price, records[i].qty, &change));
        }
        const struct matching *engine = matching_venue_book(p.venue);
        for (int side = 1; side >= -1; side -= 2) {
            struct matching_quote quotes[LEVELS];
            uint32_t levels = matching_levels(engine, side, quotes, LEVELS);
            for (uint32_t i = 0; i < levels; i++)
                assert_int_equal(book_l2_qty(&book, side, quotes[i].price), quotes[i].qty);
            assert_int_equal(book_l2_count(&book, side), levels);
        }
        int side = prng_below(&prng, 2) ? 1 : -1;
        if (!matching_best(engine, side, &quote)) continue;
        assert_ok(sent(&p, now, (uint32_t)prng_below(&prng, 2), ++sequence,
                       limit_of(side, 1 + (int64_t)prng_below(&prng, 5), quote.price)));
    }
    assert_true(fills > 100 && trades > 300);
    arena_fini(&arena);
    close_place(&p);
}

static void a_halt_ends_in_an_auction(void **state) {
    struct place_of p;
    struct matching_venue_config config = config_of();
    struct feed_record records[8];
    (void)state;
    open_place(&p, &config);
    matching_venue_phase(p.venue, MATCHING_HALTED, 0);
    matching_venue_phase(p.venue, MATCHING_REOPENING_CALL, 10);
    assert_ok(sent(&p, 20, 0, 1, limit_of(1, 5, 100)));
    assert_ok(sent(&p, 20, 1, 1, limit_of(-1, 5, 100)));
    matching_venue_phase(p.venue, MATCHING_CONTINUOUS, 200);
    poll_at(&p, 1000);
    assert_int_equal(p.count, 4);
    assert_int_equal(p.reports[2].header.kind, EVENT_ORDER_FILLED);
    assert_int_equal(p.reports[2].order.liquidity, LIQUIDITY_NONE);
    uint32_t count = matching_venue_feed(p.venue, 1000, records, 8);
    assert_int_equal(count, 5); // two levels, the trade, two levels that are gone
    assert_int_equal(feed_flags_of(records[2].what), FEED_CROSS);
    assert_int_equal(feed_flags_of(records[4].what), FEED_LAST);
    close_place(&p);
}

static void a_mode_that_the_machine_does_not_know_is_refused(void **state) {
    struct matching_venue_config config = config_of();
    struct arena arena;
    (void)state;
    config.matching.stp = MATCHING_STP_DECREMENT;
    assert_ok(arena_init(&arena, ARENA));
    assert_null(matching_venue_new(&arena, &config));
    assert_non_null(strstr(err_story(), "stp"));
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strategies_trade_with_each_other_after_their_latencies),
        cmocka_unit_test(a_strategy_does_not_trade_with_itself),
        cmocka_unit_test(changes_and_refusals_are_reported),
        cmocka_unit_test(what_has_no_room_is_refused),
        cmocka_unit_test(the_crowd_trades_and_the_feed_tells_it),
        cmocka_unit_test(a_halt_ends_in_an_auction),
        cmocka_unit_test(a_mode_that_the_machine_does_not_know_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
