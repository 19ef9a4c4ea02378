// SPDX-License-Identifier: Apache-2.0
// The venue as a whole: configuration, trades and quotes, faults, the end, what it says of itself, and that
// its state is bytes.
#include "pit.h"

static void trade(struct pit *pit, int64_t price, int64_t qty) {
    union event event;
    event_init(&event, EVENT_TRADE, PIT_SHARE, ++pit->now_ns);
    event.trade.price = PRICE(price);
    event.trade.qty = QTY(qty);
    pit_event(pit, &event);
}

static void quote(struct pit *pit, int64_t bid, int64_t bid_qty, int64_t ask, int64_t ask_qty) {
    union event event;
    event_init(&event, EVENT_QUOTE, PIT_SHARE, ++pit->now_ns);
    event.quote.bid = PRICE(bid);
    event.quote.bid_qty = QTY(bid_qty);
    event.quote.ask = PRICE(ask);
    event.quote.ask_qty = QTY(ask_qty);
    pit_event(pit, &event);
}

static void trades_fill_orders_that_came_before_them(void **state) {
    struct pit pit;
    pit_start(&pit);
    trade(&pit, 10000, 100);
    pit_send(&pit, pit_market(1, 15));
    pit_send(&pit, pit_limit(1, 5, 9900));
    trade(&pit, 10010, 100); // a tenth of the trade
    trade(&pit, 10020, 100);
    trade(&pit, 9900, 100);
    trade(&pit, 9850, 1000);
    pit_expect(&pit, "accepted 1; accepted 2; filled 1 10 @10010 left 5 taker; "
                     "filled 1 5 @10020 left 0 taker; filled 2 5 @9900 left 0 maker");
    pit_send(&pit, pit_stop(-1, 20, 9800));
    trade(&pit, 9801, 1000);
    trade(&pit, 9790, 1000);
    pit_expect(&pit, "accepted 3; triggered 3; filled 3 20 @9790 left 0 taker");
    pit_check_account(&pit);
    pit_close(&pit);
}

static void quotes_fill_at_the_other_side(void **state) {
    struct pit pit;
    pit_start(&pit);
    quote(&pit, 9990, 50, 10010, 50);
    pit_send(&pit, pit_market(1, 60));
    pit_send(&pit, pit_limit(1, 10, 9950));
    struct order_spec post = pit_limit(1, 10, 10010);
    post.flags = ORDER_POST_ONLY;
    pit_send(&pit, post);
    quote(&pit, 9990, 50, 10010, 50);
    quote(&pit, 9980, 50, 10000, 50);
    trade(&pit, 10005, 1000); // quotes are there: a trade fills no market order
    quote(&pit, 9940, 50, 9949, 5);
    pit_expect(&pit, "accepted 1; accepted 2; rejected 3 post_only_would_take; "
                     "filled 1 50 @10010 left 10 taker; filled 1 10 @10000 left 0 taker; "
                     "filled 2 5 @9950 left 5 maker");
    trade(&pit, 9949, 1000); // but a limit order
    pit_expect(&pit, "filled 2 5 @9950 left 0 maker");
    pit_send(&pit, pit_market(-1, 70));
    quote(&pit, 9940, 0, 9960, 0);
    pit_expect(&pit, "accepted 4; filled 4 70 @9940 left 0 taker");
    pit_check_account(&pit);
    pit_close(&pit);
}

static void longer_bars_of_the_same_instrument_fill_nothing(void **state) {
    struct pit pit;
    pit_start(&pit);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_send(&pit, pit_market(1, 10));
    pit.frame_ns = 5 * NS_PER_MIN;
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_expect(&pit, "accepted 1");
    pit.frame_ns = NS_PER_MIN;
    pit_bar(&pit, 10020, 10020, 10020, 10020);
    pit_expect(&pit, "filled 1 10 @10020 left 0 taker at open");
    pit_close(&pit);
}

static void what_lives_at_the_end_is_canceled(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.config.latency_params[0] = 30;
    pit.config.latency_params[1] = 30;
    pit_open(&pit);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_send(&pit, pit_limit(1, 10, 9000));
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_send(&pit, pit_limit(1, 10, 9000));
    sim_exchange_end_of_data(pit.exchange);
    pit_poll(&pit, pit.now_ns);
    pit_expect(&pit, "accepted 1; accepted 2; canceled 1 end_of_data; canceled 2 end_of_data");
    struct submit_event intent = {.order_id = 3, .spec = pit_limit(1, 1, 9000)};
    assert_int_equal(pit.venue.submit(pit.venue.self, &intent), ERR_STATE);
    pit_close(&pit);
}

static void configurations_that_make_no_sense_are_refused(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    struct sim_config good = pit.config;
    struct sim_config bad = good;
    bad.instruments = NULL;
    assert_null(sim_exchange_new(&pit.wiring, &pit.state, &bad));
    bad = good;
    bad.params[SIM_VOLUME_SHARE] = 1.5;
    assert_null(sim_exchange_new(&pit.wiring, &pit.state, &bad));
    assert_non_null(strstr(err_story(), "volume_share"));
    bad = good;
    bad.account_currency = 2;
    assert_null(sim_exchange_new(&pit.wiring, &pit.state, &bad));
    bad = good;
    bad.order_max = 1000000;
    assert_null(sim_exchange_new(&pit.wiring, &pit.state, &bad));
    assert_int_equal(sim_config_set_fee(&bad, "free_lunch"), ERR_NOT_FOUND);
    assert_int_equal(sim_config_set_slip(&bad, "free_lunch"), ERR_NOT_FOUND);
    assert_int_equal(sim_config_set_latency(&bad, "free_lunch"), ERR_NOT_FOUND);
    pit_close(&pit);
}

// A scramble of orders and bars that uses most of what there is; returns the words of it.
static void scramble(struct pit *pit, uint64_t seed, int steps) {
    struct prng prng;
    prng_seed(&prng, seed);
    for (int i = 0; i < steps; i++) {
        int64_t price = 9900 + (int64_t)prng_below(&prng, 200);
        int32_t side = prng_below(&prng, 2) == 0 ? 1 : -1;
        int64_t qty = 1 + (int64_t)prng_below(&prng, 50);
        uint64_t what = prng_below(&prng, 6);
        if (what == 0) pit_send(pit, pit_market(side, qty));
        if (what == 1) pit_send(pit, pit_limit(side, qty, price));
        if (what == 2) pit_send(pit, pit_stop(side, qty, price));
        if (what == 3) pit_send(pit, pit_trailing(side, qty, 30));
        if (what == 4 && pit->next_id > 0) pit_cancel(pit, 1 + prng_below(&prng, pit->next_id));
        pit_bar_volume(pit, price, price + 50, price - 50, price + 10, 200);
    }
}

static void open_faulty(struct pit *pit, uint64_t seed) {
    pit_prepare(pit);
    pit_set(pit, SIM_ALLOW_SHORT, 1);
    pit_set(pit, SIM_FAULT_REJECT, 0.05);
    pit_set(pit, SIM_FAULT_DISCONNECT, 0.05);
    pit_set(pit, SIM_FAULT_DISCONNECT_TIME, 150);
    assert_ok(sim_config_set_latency(&pit->config, "uniform"));
    pit->config.seed = seed;
    pit_open(pit);
    pit_bar(pit, 10000, 10000, 10000, 10000);
}

static void the_same_seed_gives_the_same_words_and_the_same_bytes(void **state) {
    struct pit pits[3];
    for (int i = 0; i < 3; i++) {
        open_faulty(&pits[i], i < 2 ? 1 : 2);
        scramble(&pits[i], 5, 300);
    }
    assert_string_equal(text_string(&pits[0].log), text_string(&pits[1].log));
    assert_int_equal(pits[0].state.used, pits[1].state.used);
    assert_memory_equal(pits[0].state.base, pits[1].state.base, pits[0].state.used);
    assert_string_not_equal(text_string(&pits[0].log), text_string(&pits[2].log));
    for (int i = 0; i < 3; i++) pit_close(&pits[i]);
}

static void a_copy_of_the_state_goes_on_as_the_original_does(void **state) {
    struct pit pits[2];
    for (int i = 0; i < 2; i++) open_faulty(&pits[i], 9);
    scramble(&pits[0], 5, 150);
    assert_int_equal(pits[0].state.used, pits[1].state.used);
    memcpy(pits[1].state.base, pits[0].state.base, pits[0].state.used);
    pits[1].now_ns = pits[0].now_ns;
    pits[1].next_id = pits[0].next_id;
    text_clear(&pits[0].log);
    for (int i = 0; i < 2; i++) scramble(&pits[i], 6, 150);
    assert_string_equal(text_string(&pits[0].log), text_string(&pits[1].log));
    for (int i = 0; i < 2; i++) pit_close(&pits[i]);
}

static void with_faults_every_order_is_told_its_end_in_the_end(void **state) {
    struct pit pit;
    open_faulty(&pit, 3);
    scramble(&pit, 5, 400);
    sim_exchange_end_of_data(pit.exchange);
    pit_poll(&pit, pit.now_ns);
    const char *words = text_string(&pit.log);
    assert_true(sim_exchange_counts(pit.exchange)->faults > 10);
    assert_non_null(strstr(words, "unknown "));
    const struct sim_counts *counts = sim_exchange_counts(pit.exchange);
    uint64_t complete = counts->fills - counts->partial_fills;
    assert_int_equal(pit.next_id, counts->rejected + counts->canceled + counts->expired + complete);
    pit_check_account(&pit);
    pit_close(&pit);
}

static void a_lost_order_is_unknown_until_the_connection_is_back(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit_set(&pit, SIM_FAULT_DISCONNECT, 1);
    pit_set(&pit, SIM_FAULT_DISCONNECT_TIME, 90);
    pit_open(&pit);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_send(&pit, pit_market(1, 10));
    pit_expect(&pit, "unknown 1");
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_expect(&pit, "");
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    const char *words = text_string(&pit.log);
    assert_true(strcmp(words, "rejected 1") == 0 ||
                strcmp(words, "accepted 1; filled 1 10 @10000 left 0 taker at open") == 0);
    pit_close(&pit);
}

static void every_assumption_is_told_with_its_value(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    assert_ok(sim_config_set_slip(&pit.config, "fixed"));
    pit.config.fee_params[1] = 7.5;
    pit_open(&pit);
    struct text out;
    text_init(&out, 1 << 16);
    sim_exchange_describe(pit.exchange, &out);
    assert_int_equal(text_error(&out), 0);
    static const char *const told[] = {
        "limit_fill\tA limit order fills inside a bar only when the price trades through its limit",
        "volume_share\tAll our fills together take at most 10 % of a bar's volume",
        "slippage\tModel fixed: ",
        "(bps 1 bps, ticks 0 ticks)",
        "taker 7.5 bps",
        "allow_short\tShort selling is not allowed.",
        "at 100 % initial margin (no leverage)",
        "the stop is hit",
        "latency\tModel constant: ",
    };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (strstr(text_string(&out), told[i]) == NULL)
            fail_msg("'%s' is not in:\n%s", told[i], text_string(&out));
    // Every line is a name, one tab and a sentence.
    char *save = NULL;
    for (char *at = strtok_r(out.data, "\n", &save); at != NULL; at = strtok_r(NULL, "\n", &save)) {
        assert_non_null(strchr(at, '\t'));
        assert_int_equal(at[strlen(at) - 1], '.');
    }
    text_fini(&out);
    pit_close(&pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trades_fill_orders_that_came_before_them),
        cmocka_unit_test(quotes_fill_at_the_other_side),
        cmocka_unit_test(longer_bars_of_the_same_instrument_fill_nothing),
        cmocka_unit_test(what_lives_at_the_end_is_canceled),
        cmocka_unit_test(configurations_that_make_no_sense_are_refused),
        cmocka_unit_test(the_same_seed_gives_the_same_words_and_the_same_bytes),
        cmocka_unit_test(a_copy_of_the_state_goes_on_as_the_original_does),
        cmocka_unit_test(with_faults_every_order_is_told_its_end_in_the_end),
        cmocka_unit_test(a_lost_order_is_unknown_until_the_connection_is_back),
        cmocka_unit_test(every_assumption_is_told_with_its_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
