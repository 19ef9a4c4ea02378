// SPDX-License-Identifier: Apache-2.0
#include "tick_pit.h"

static void an_order_arrives_after_its_latency_and_after_the_feed_of_that_instant(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    pit->config.latency_params[0] = 5e-9;
    pit->config.latency_params[1] = 3e-9;
    tick_pit_open(pit);
    uint64_t id = tick_pit_limit(pit, 10, 1, 100, 2);
    assert_int_equal(tick_exchange_next_arrival_ns(pit->exchange), 15);
    tick_pit_feed(pit, 15, FEED_TRADE, -1, 99, 1);  // it is not there yet
    tick_pit_feed(pit, 15, FEED_LEVEL, -1, 101, 1); // seen by it
    tick_pit_feed(pit, 16, FEED_TRADE, -1, 99, 1);
    int next = 0;
    assert_int_equal(pit->report_count, 0); // known 3 later
    assert_int_equal(tick_exchange_next_report_ns(pit->exchange), 18);
    tick_pit_play(pit, 18);
    const struct order_event *report = tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    assert_int_equal(report->header.venue_ts_ns, 15);
    assert_int_equal(report->header.ts_ns, 18);
    tick_pit_play(pit, 19);
    tick_pit_expect_fill(pit, &next, id, 100, 1, 1);
    assert_int_equal(pit->report_count, next);
    tick_pit_free(pit);
}

static void too_many_messages_and_strange_ones_are_refused_at_the_door(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    pit->config.latency_params[0] = 1;
    tick_pit_open(pit);
    struct submit_event intent = {
        .order_id = 1,
        .spec = {.side = 1, .type = ORDER_LIMIT, .qty = QTY(1), .limit_price = PRICE(1)}};
    for (uint32_t i = 0; i < pit->config.message_max; i++)
        assert_ok(pit->venue.submit(pit->venue.self, &intent));
    assert_int_equal(pit->venue.submit(pit->venue.self, &intent), ERR_FULL);
    struct cancel_event cancel = {.header = {.instrument = 3}};
    assert_int_equal(pit->venue.cancel(pit->venue.self, &cancel), ERR_ARGUMENT);
    intent.spec.strategy = 2;
    assert_int_equal(pit->venue.submit(pit->venue.self, &intent), ERR_ARGUMENT);
    struct allocation_event part = {.strategy = 1, .side = 1, .qty = QTY(1)};
    assert_ok(pit->venue.allocate(pit->venue.self, &part));
    part.strategy = 0; // from whom it came
    part.side = -1;
    assert_ok(pit->venue.allocate(pit->venue.self, &part));
    part.strategy = 2;
    assert_int_equal(pit->venue.allocate(pit->venue.self, &part), ERR_ARGUMENT);
    tick_pit_free(pit);
}

static void faulty_configurations_are_refused_with_a_story(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    struct tick_config config = pit->config;
    config.instrument = 1;
    assert_null(tick_exchange_new(&pit->wiring, &pit->state, &config));
    config = pit->config;
    config.order_max = 0;
    assert_null(tick_exchange_new(&pit->wiring, &pit->state, &config));
    config = pit->config;
    config.queue_params[0] = 1e9;
    assert_null(tick_exchange_new(&pit->wiring, &pit->state, &config));
    assert_non_null(strstr(err_story(), "n"));
    assert_int_equal(tick_config_set_queue(&config, "pover3"), ERR_NOT_FOUND);
    assert_non_null(strstr(err_story(), "did you mean power"));
    tick_pit_free(pit);
}

static void a_closed_market_takes_cancels_alone(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    int next = 0;
    assert_true(tick_exchange_is_idle(pit->exchange));
    tick_pit_feed(pit, 10, FEED_LEVEL, -1, 105, 5);
    uint64_t rests = tick_pit_limit(pit, 11, 1, 100, 2);
    assert_false(tick_exchange_is_idle(pit->exchange));
    tick_pit_play(pit, 12);
    assert_false(tick_exchange_is_idle(pit->exchange)); // it rests
    tick_pit_expect(pit, &next, rests, EVENT_ORDER_ACCEPTED);
    tick_exchange_close(pit->exchange);
    uint64_t late = tick_pit_limit(pit, 13, 1, 110, 2);
    tick_pit_play(pit, 14);
    const struct order_event *report = tick_pit_expect(pit, &next, late, EVENT_ORDER_REJECTED);
    assert_int_equal(report->reason, REASON_MARKET_CLOSED);
    tick_pit_cancel(pit, 15, rests);
    tick_pit_play(pit, 16);
    tick_pit_expect(pit, &next, rests, EVENT_ORDER_CANCELED);
    assert_true(tick_exchange_is_idle(pit->exchange));
    assert_true(tick_exchange_next_event_ns(pit->exchange) == INT64_MAX);
    tick_pit_free(pit);
}

static void what_is_assumed_is_said(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_PART);
    struct text text;
    text_init(&text, 4096);
    tick_exchange_describe(pit->exchange, &text);
    assert_non_null(strstr(text_string(&text), "fills\teach order has what trades, for itself\n"));
    assert_non_null(strstr(text_string(&text), "queue\tpower3: "));
    assert_non_null(strstr(text_string(&text), "(n 3)"));
    text_fini(&text);
    tick_pit_free(pit);
}

// The counts, and a copy of the state that goes on as the original does.
static void the_same_feed_and_orders_give_the_same_state(void **state) {
    unsigned char *first = NULL;
    size_t size = 0;
    for (int run = 0; run < 2; run++) {
        struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
        pit->config.seed = 5;
        assert_ok(tick_config_set_latency(&pit->config, "uniform"));
        tick_pit_open(pit);
        for (int i = 0; i < 300; i++) {
            tick_pit_feed(pit, 1000000 * i, FEED_LEVEL, i % 2 ? 1 : -1, 100 + (i % 2 ? -1 : 1),
                          i % 7);
            if (i % 20 == 0) tick_pit_limit(pit, 1000000 * i, i % 40 ? 1 : -1, 100, 3);
            if (i % 5 == 0) tick_pit_feed(pit, 1000000 * i, FEED_TRADE, i % 3 - 1, 100, 2);
        }
        assert_true(tick_exchange_counts(pit->exchange)->fills > 0);
        if (run == 0) {
            size = pit->state.used;
            first = malloc(size);
            memcpy(first, pit->state.base, size);
        } else {
            assert_int_equal(pit->state.used, size);
            assert_memory_equal(pit->state.base, first, size);
        }
        tick_pit_free(pit);
    }
    free(first);
}

// What a watch saw, in words.
static void see_touch(void *self, uint32_t instrument, int64_t venue_ns, price_t bid, price_t ask) {
    text_printf(self, "%lld touch %lld %lld\n", (long long)venue_ns, (long long)bid.m,
                (long long)ask.m);
}

static void see_queue(void *self, const struct tick_queue_note *note) {
    static const char *const kinds[] = {"joined", "filled", "left"};
    text_printf(self, "%lld %s order %llu trade %llu ahead %lld passed %lld\n",
                (long long)note->venue_ns, kinds[note->kind], (unsigned long long)note->order_id,
                (unsigned long long)note->trade_id, (long long)note->ahead.m,
                (long long)note->passed.m);
}

static void a_watch_sees_the_touch_and_where_orders_stand(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    struct text text;
    text_init(&text, 1 << 16);
    tick_pit_open(pit);
    tick_exchange_watch(pit->exchange, &(struct tick_watch){see_touch, see_queue, &text});
    tick_pit_feed(pit, 1, FEED_LEVEL, 1, 100, 6);
    tick_pit_feed(pit, 1, FEED_LEVEL, -1, 103, 5);
    tick_pit_feed(pit, 2, FEED_LEVEL, 1, 99, 5); // not the best
    uint64_t id = tick_pit_limit(pit, 3, 1, 100, 4);
    tick_pit_feed(pit, 4, FEED_TRADE, -1, 100, 5);
    tick_pit_feed(pit, 5, FEED_TRADE, -1, 100, 3); // 6 in front: 2 of these are ours
    assert_int_equal(tick_exchange_now_ns(pit->exchange), 5);
    tick_pit_cancel(pit, 6, id);
    tick_pit_feed(pit, 7, FEED_CLEAR, 0, 0, 0);
    char expected[512];
    snprintf(expected, sizeof expected,
             "1 touch 100 0\n1 touch 100 103\n"
             "3 joined order %llu trade 0 ahead 6 passed 0\n"
             "5 filled order %llu trade 1 ahead 0 passed 8\n"
             "6 left order %llu trade 0 ahead 0 passed 8\n7 touch 0 0\n",
             (unsigned long long)id, (unsigned long long)id, (unsigned long long)id);
    assert_string_equal(text_string(&text), expected);
    text_fini(&text);
    tick_pit_free(pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_arrives_after_its_latency_and_after_the_feed_of_that_instant),
        cmocka_unit_test(too_many_messages_and_strange_ones_are_refused_at_the_door),
        cmocka_unit_test(faulty_configurations_are_refused_with_a_story),
        cmocka_unit_test(a_closed_market_takes_cancels_alone),
        cmocka_unit_test(what_is_assumed_is_said),
        cmocka_unit_test(a_watch_sees_the_touch_and_where_orders_stand),
        cmocka_unit_test(the_same_feed_and_orders_give_the_same_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
