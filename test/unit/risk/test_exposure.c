// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static int64_t magnitude(int64_t value) {
    return value < 0 ? -value : value;
}

// The same sums from scratch, in shares at the last prices.
static void compare(struct risk_kit *kit) {
    int64_t up = 0, down = 0, worst = 0;
    risk_exposure_update(&kit->exposure, &kit->view);
    for (uint32_t i = 0; i < RISK_KIT_INSTRUMENTS; i++) {
        int64_t price = kit->board.rows[i].last.m;
        int64_t held = ledger_quantity(kit->ledger, i).m;
        int64_t most = (held + kit->orders.exposure[i].buy.m) * price;
        int64_t least = (held - kit->orders.exposure[i].sell.m) * price;
        up += most;
        down += least;
        worst += magnitude(most) > magnitude(least) ? magnitude(most) : magnitude(least);
    }
    assert_true(kit->exposure.up.m == up && kit->exposure.down.m == down);
    assert_true(kit->exposure.worst.m == worst && kit->exposure.unpriced == 0);
}

static void what_is_kept_equals_what_is_summed_anew(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "leverage");
    uint64_t seed = 3;
    for (int i = 0; i < 20000; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        uint32_t instrument = (uint32_t)(seed >> 60) % RISK_KIT_INSTRUMENTS;
        int64_t qty = (int64_t)(seed >> 33) % 200 - 100;
        if (i % 3 == 0) kit.board.rows[instrument].last = PRICE(1 + (int64_t)(seed >> 50));
        if (i % 3 == 1 && qty != 0) risk_kit_hold(&kit, instrument, qty);
        if (i < 60 && qty != 0) risk_kit_work(&kit, instrument, qty);
        if (i % 1000 == 999) risk_exposure_forget(&kit.exposure);
        compare(&kit);
    }
    risk_kit_close(&kit);
}

static void
what_is_worth_less_than_a_cent_has_a_price_and_what_no_number_holds_has_none(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open_parts(&kit, "leverage", 8);
    risk_kit_hold(&kit, 1, 3); // of 10^8 in a share
    risk_exposure_update(&kit.exposure, &kit.view);
    assert_true(kit.exposure.unpriced == 0 && kit.exposure.worst.m == 0);
    kit.board.rows[1].last = PRICE(0);
    risk_exposure_update(&kit.exposure, &kit.view);
    assert_int_equal(kit.exposure.unpriced, 1);
    kit.board.rows[1].last = PRICE(2000);
    risk_exposure_update(&kit.exposure, &kit.view);
    assert_int_equal(kit.exposure.unpriced, 0);
    risk_kit_hold(&kit, 2, 1000000000);
    risk_kit_work(&kit, 2, INT64_MAX - 1); // and bought, more than a quantity can be
    risk_exposure_update(&kit.exposure, &kit.view);
    assert_int_equal(kit.exposure.unpriced, 1);
    risk_kit_close(&kit);
}

static void report(struct risk_kit *kit, enum event_kind kind, uint64_t id) {
    struct order_event event = {.order_id = id};
    event.header = (struct event_header){.kind = (uint16_t)kind, .size = sizeof event};
    assert_int_equal(orders_apply(&kit->orders, &event).outcome, ORDER_APPLIED);
    risk_exposure_update(&kit->exposure, &kit->view);
}

static void an_order_counts_until_the_venue_says_it_ended(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "leverage");
    risk_kit_work(&kit, 0, 100);
    uint64_t id = orders_get(&kit.orders, 0)->id;
    risk_exposure_update(&kit.exposure, &kit.view);
    assert_true(kit.exposure.worst.m == 100000);
    report(&kit, EVENT_ORDER_UNKNOWN, id); // no answer: it may be alive
    assert_true(kit.exposure.worst.m == 100000 && kit.exposure.up.m == 100000);
    assert_ok(orders_cancel_sent(&kit.orders, 0, 0));
    risk_exposure_update(&kit.exposure, &kit.view);
    assert_true(kit.exposure.worst.m == 100000); // a cancel is on its way, no more
    report(&kit, EVENT_ORDER_CANCELED, id);
    assert_true(kit.exposure.worst.m == 0);
    risk_kit_close(&kit);
}

// Prices, orders and fills through the functions that tell of them, and one that does not.
static void change(struct risk_kit *kit, uint64_t seed, int i) {
    uint32_t instrument = (uint32_t)(seed >> 60) % RISK_KIT_INSTRUMENTS;
    int64_t qty = (int64_t)(seed >> 33) % 200 - 100;
    union event event = {.trade.header = {.kind = EVENT_TRADE,
                                          .instrument = instrument,
                                          .size = sizeof(struct trade_event)},
                         .trade.price = PRICE(1 + (int64_t)(seed >> 50))};
    if (i % 3 == 0) board_apply(&kit->board, &event);
    if (i % 3 == 1 && qty != 0) risk_kit_hold(kit, instrument, qty);
    if (i < 60 && qty != 0) risk_kit_work(kit, instrument, qty);
    if (i > 60 && i % 40 == 0) (void)!orders_cancel_sent(&kit->orders, (uint32_t)(i / 40) % 60, 0);
    if (i % 1000 != 999) return;
    kit->board.rows[instrument].last = PRICE(7); // as a restored state would
    risk_exposure_forget(&kit->exposure);
}

static void what_is_told_of_equals_what_is_looked_for(void **state) {
    (void)state;
    struct risk_kit kit;
    struct risk_exposure twin; // looks at every instrument
    risk_kit_open(&kit, "leverage");
    assert_ok(risk_exposure_init(&twin, &kit.arena, RISK_KIT_INSTRUMENTS));
    risk_exposure_follow(&kit.exposure, &kit.board, &kit.orders, kit.ledger);
    uint64_t seed = 5;
    for (int i = 0; i < 20000; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        change(&kit, seed, i);
        if (seed >> 40 & 1) continue; // several changes between two looks
        compare(&kit);
        risk_exposure_update(&twin, &kit.view);
        assert_true(twin.up.m == kit.exposure.up.m && twin.down.m == kit.exposure.down.m);
        assert_memory_equal(twin.worst_of, kit.exposure.worst_of, sizeof twin.worst_of);
        assert_true(twin.worst.m == kit.exposure.worst.m && twin.unpriced == 0);
    }
    assert_true(kit.exposure.changes > 5000);
    ledger_tell_quantities(kit.ledger, NULL);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_equals_what_is_summed_anew),
        cmocka_unit_test(
            what_is_worth_less_than_a_cent_has_a_price_and_what_no_number_holds_has_none),
        cmocka_unit_test(what_is_told_of_equals_what_is_looked_for),
        cmocka_unit_test(an_order_counts_until_the_venue_says_it_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
