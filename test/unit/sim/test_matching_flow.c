// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"

#include "sim/matching_flow.h"

enum { ORDERS = 2000, EVENTS = 1024, ARENA = 4 << 20 };

struct market {
    struct arena arena;
    struct matching book;
    struct matching_flow flow;
    struct matching_event events[EVENTS];
    struct matching_sink sink;
    uint64_t limits, markets, cancels;
    double resting; // integral of the count of orders over time, in orders x seconds
};

static struct matching_flow_config config_of(uint64_t seed) {
    struct matching_flow_config config;
    matching_flow_defaults(&config);
    config.seed = seed;
    config.start_price = 10000;
    return config;
}

static void market_init(struct market *market, const struct matching_flow_config *flow) {
    struct matching_config config = {.tick = 1,
                                     .price_min = 1,
                                     .price_max = 20000,
                                     .lot = 1,
                                     .order_max = ORDERS,
                                     .owner_max = 1,
                                     .stp = MATCHING_STP_NONE,
                                     .phase = MATCHING_CONTINUOUS};
    *market = (struct market){.limits = 0};
    assert_ok(arena_init(&market->arena, ARENA));
    assert_ok(matching_init(&market->book, &market->arena, &config));
    assert_ok(matching_flow_init(&market->flow, &market->arena, flow, ORDERS));
    market->sink = (struct matching_sink){.events = market->events, .max = EVENTS};
}

static void play(struct market *market, int64_t until_ns) {
    int64_t before = matching_flow_next_ns(&market->flow);
    while (matching_flow_next_ns(&market->flow) <= until_ns) {
        struct matching_command c;
        int64_t now = matching_flow_next_ns(&market->flow);
        market->resting += (double)(now - before) / 1e9 * market->flow.count;
        before = now;
        matching_flow_make(&market->flow, &market->book, &c);
        market->limits += c.kind == MATCHING_NEW && c.type == ORDER_LIMIT;
        market->markets += c.kind == MATCHING_NEW && c.type == ORDER_MARKET;
        market->cancels += c.kind == MATCHING_CANCEL;
        market->sink.count = 0;
        matching_apply(&market->book, &c, &market->sink);
        for (uint32_t i = 0; i < market->sink.count; i++) {
            assert_int_not_equal(market->events[i].kind, MATCHING_CANCEL_REJECTED);
            assert_int_not_equal(market->events[i].kind, MATCHING_REJECTED);
            matching_flow_hear(&market->flow, &market->events[i]);
        }
        assert_int_equal(market->flow.count, matching_order_count(&market->book));
    }
}

// The count of a Poisson process is within five of its own standard deviations.
static void assert_poisson(uint64_t count, double expected) {
    if (!(fabs((double)count - expected) < 5 * sqrt(expected)))
        fail_msg("%llu came, %.1f were expected", (unsigned long long)count, expected);
}

static void what_comes_comes_at_its_rates(void **state) {
    enum { SECONDS = 20000 };
    struct market market;
    struct matching_flow_config config = config_of(3);
    (void)state;
    market_init(&market, &config);
    play(&market, SECONDS * INT64_C(1000000000));
    double limits = 0;
    for (int i = 1; i <= 10; i++) limits += 2 * 1.92 / pow(i, 0.52);
    assert_poisson(market.limits - 20, limits * SECONDS);
    assert_poisson(market.markets, 2 * 0.94 * SECONDS);
    assert_poisson(market.cancels, 0.7 * market.resting);
    matching_check(&market.book);
    arena_fini(&market.arena);
}

static void equal_seeds_make_equal_markets(void **state) {
    struct market a, b, other;
    struct matching_flow_config same = config_of(5), differs = config_of(6);
    (void)state;
    market_init(&a, &same);
    market_init(&b, &same);
    market_init(&other, &differs);
    play(&a, INT64_C(60000000000));
    play(&b, INT64_C(20000000000));
    play(&b, INT64_C(60000000000));
    play(&other, INT64_C(60000000000));
    assert_int_equal(matching_hash(&a.book), matching_hash(&b.book));
    assert_int_not_equal(matching_hash(&a.book), matching_hash(&other.book));
    arena_fini(&a.arena);
    arena_fini(&b.arena);
    arena_fini(&other.arena);
}

static void the_book_opens_around_the_start(void **state) {
    struct market market;
    struct matching_flow_config config = config_of(1);
    struct matching_quote quotes[16];
    (void)state;
    market_init(&market, &config);
    for (int i = 0; i < 20; i++) {
        struct matching_command c;
        matching_flow_make(&market.flow, &market.book, &c);
        assert_int_equal(c.time_ns, 0);
        market.sink.count = 0;
        matching_apply(&market.book, &c, &market.sink);
    }
    for (int side = 1; side >= -1; side -= 2) {
        assert_int_equal(matching_levels(&market.book, side, quotes, 16), 10);
        for (int i = 0; i < 10; i++) assert_int_equal(quotes[i].price, 10000 - side * (i + 1));
    }
    arena_fini(&market.arena);
}

static void faulty_flows_are_refused(void **state) {
    struct arena arena;
    struct matching_flow flow;
    (void)state;
    assert_ok(arena_init(&arena, ARENA));
    for (int i = 0; i < 6; i++) {
        struct matching_flow_config config = config_of(1);
        if (i == 0) config.limit_rate = 0;
        if (i == 1) config.cancel_rate = NAN;
        if (i == 2) config.decay = 11;
        if (i == 3) config.depth = 0;
        if (i == 4) config.qty_max = 0;
        if (i == 5) config.market_rate = INFINITY;
        assert_int_equal(matching_flow_init(&flow, &arena, &config, 10), ERR_ARGUMENT);
    }
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_comes_at_its_rates),
        cmocka_unit_test(equal_seeds_make_equal_markets),
        cmocka_unit_test(the_book_opens_around_the_start),
        cmocka_unit_test(faulty_flows_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
