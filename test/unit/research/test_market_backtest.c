// SPDX-License-Identifier: Apache-2.0
#include "../engine/engine_kit.h"

#include "research/market_backtest.h"

static const int64_t MS = 1000000;
enum { STRATEGIES = 2, SECONDS = 120, WIRING = 1 << 24 };

// Traders who rest at the touch on the side that their position leaves, think again after a while, and now and then
// take.
static void decide(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    bool takes = view->decisions % 7 == 3;
    int32_t side = view->position[0] > 0 ? -1 : 1;
    int64_t bid = book_l2_best_bid(view->book), ask = book_l2_best_ask(view->book);
    (void)state;
    ret_out->cancel_orders = view->decisions % 10 == 0;
    if (view->working_count > 0 || bid == BOOK_L2_NO_BID || ask == BOOK_L2_NO_ASK) return;
    int64_t price = (side > 0) == takes ? ask : bid;
    ret_out->orders[ret_out->order_count++] =
        (struct strategy_order){.side = side,
                                .type = ORDER_LIMIT,
                                .tif = takes ? TIF_IOC : TIF_GTC,
                                .qty = 2 * view->lot,
                                .limit_price = (double)price * view->tick};
}

static const struct strategy trader = {
    .name = "trader", .summary = "trades at the touch", .scope = SCOPE_BOOK, .decide = decide};

struct stage {
    struct kit kit;
    struct arena venue_arena;
    struct matching_venue *venue;
    struct book_l2_config book;
    struct engine_strategy_config strategies[STRATEGIES];
    struct backtest_result result;
    uint64_t fills[STRATEGIES];
    uint64_t trades;
};

static int put(void *self, const struct event_header *header) {
    struct stage *stage = self;
    if (header->kind != EVENT_ORDER_FILLED) return 0;
    const struct order_event *fill = (const struct order_event *)(const void *)header;
    stage->fills[order_id_strategy(fill->order_id)]++;
    return 0;
}

static void run(struct stage *stage, uint64_t seed) {
    static const uint32_t places[] = {0};
    struct kit *kit = &stage->kit;
    struct matching_flow_config flow;
    *stage = (struct stage){.book = {.window = 4096, .level_max = 4096}};
    kit_configure(kit, 1, 1);
    for (int i = 0; i < STRATEGIES; i++)
        stage->strategies[i] = (struct engine_strategy_config){.strategy = &trader,
                                                               .sizing = sizing_at(0),
                                                               .instruments = places,
                                                               .instrument_count = 1,
                                                               .frame_s = 60,
                                                               .share_ppm = 500000};
    kit->config.strategies = stage->strategies;
    kit->config.strategy_count = STRATEGIES;
    kit->config.book = &stage->book;
    matching_flow_defaults(&flow);
    flow.seed = seed;
    flow.start_price = 10000;
    flow.start_ns = kit->now_ns;
    struct matching_venue_config venue = {.matching = {.tick = 1,
                                                       .price_min = 1,
                                                       .price_max = 20000,
                                                       .lot = 1,
                                                       .order_max = 4096,
                                                       .stp = MATCHING_STP_OLDEST,
                                                       .phase = MATCHING_CONTINUOUS},
                                          .flow = &flow,
                                          .strategy_count = STRATEGIES,
                                          .message_max = 4096,
                                          .entry_ns = 2 * MS,
                                          .report_ns = 3 * MS};
    assert_ok(arena_init(&stage->venue_arena, WIRING));
    stage->venue = matching_venue_new(&stage->venue_arena, &venue);
    if (stage->venue == NULL) fail_msg("%s", err_story());
    assert_ok(engine_new(&kit->wiring, &kit->state, &kit->config, &kit->engine));
    struct market_backtest_config config = {.start_ns = kit->now_ns,
                                            .end_ns = kit->now_ns + SECONDS * 1000 * MS,
                                            .step_ns = 100 * MS,
                                            .capital = MONEY(100000000)};
    config.observer.events = (struct event_sink){.put = put, .self = stage};
    assert_ok(
        market_backtest_run(&kit->wiring, kit->engine, stage->venue, &config, &stage->result));
    matching_check(matching_venue_book(stage->venue));
    stage->trades = matching_totals(matching_venue_book(stage->venue)).trades;
}

static void close_stage(struct stage *stage) {
    arena_fini(&stage->venue_arena);
    kit_stop(&stage->kit);
}

static void strategies_trade_on_a_market_that_they_move(void **state) {
    static struct stage stage;
    (void)state;
    run(&stage, 1);
    assert_true(stage.fills[0] > 20 && stage.fills[1] > 20);
    assert_true(stage.trades > stage.fills[0]);
    assert_true(stage.result.market > 2000);
    assert_int_equal(stage.result.last_ns, NS_PER_DAY + SECONDS * 1000 * MS);
    close_stage(&stage);
}

static void the_same_seed_makes_the_same_run(void **state) {
    static struct stage first, again, other;
    (void)state;
    run(&first, 1);
    run(&again, 1);
    run(&other, 2);
    assert_int_equal(first.result.state_hash, again.result.state_hash);
    assert_int_equal(matching_hash(matching_venue_book(first.venue)),
                     matching_hash(matching_venue_book(again.venue)));
    assert_int_not_equal(first.result.state_hash, other.result.state_hash);
    close_stage(&first);
    close_stage(&again);
    close_stage(&other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strategies_trade_on_a_market_that_they_move),
        cmocka_unit_test(the_same_seed_makes_the_same_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
