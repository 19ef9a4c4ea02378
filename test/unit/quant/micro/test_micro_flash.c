// SPDX-License-Identifier: Apache-2.0
#include "micro_kit.h"

// Ten levels of ten on either side.
static void begin(struct kit *kit, const char *features) {
    kit_open(kit, features);
    for (int i = 0; i < 10; i++) {
        kit_level(kit, 1, 100 - i, 10);
        kit_level(kit, -1, 102 + i, 10);
    }
    kit_commit(kit);
}

// 200 are shown on the bid side, a buyer trades, and they are gone: what they were for.
static void a_bid_that_draws_a_buyer_and_is_withdrawn_is_a_spoof(void **state) {
    struct kit kit;
    begin(&kit, "spoofing");
    kit_put(&kit, 100, 1, 98, 210);
    assert_true(kit_value(&kit, 0, 0) == 0);
    kit_trade(&kit, 100, 1, 102, 5);
    kit_put(&kit, 0, -1, 102, 5);
    kit_put(&kit, 100, 1, 98, 10);
    assert_true(kit_value(&kit, 0, 0) == 1 && kit_value(&kit, 0, 2) == 200);
    assert_true(kit_value(&kit, 0, 1) == 0);
    micro_set_time(&kit.set, kit.state, kit.now_ns + 70 * KIT_S);
    assert_true(kit_value(&kit, 0, 0) == 0);
    kit_close(&kit);
}

static void what_stays_trades_or_draws_nobody_is_none(void **state) {
    struct kit kit;
    begin(&kit, "spoofing");
    kit_put(&kit, 100, -1, 104, 110); // 100 more
    kit_trade(&kit, 100, 1, 102, 5);  // a buyer; it would draw sellers
    kit_put(&kit, 0, -1, 104, 10);
    assert_true(kit_value(&kit, 0, 1) == 0);
    kit_put(&kit, 100, -1, 104, 110);
    kit_trade(&kit, 100, -1, 100, 5);
    kit_put(&kit, 2500, -1, 104, 10); // too late
    assert_true(kit_value(&kit, 0, 1) == 0);
    kit_put(&kit, 100, 1, 100, 160); // 150 more at the best bid
    kit_trade(&kit, 100, 1, 102, 1);
    kit_trade(&kit, 10, -1, 100, 150);
    kit_put(&kit, 0, 1, 100, 10); // traded
    assert_true(kit_value(&kit, 0, 0) == 0);
    kit_put(&kit, 100, 1, 97, 40); // not large
    kit_trade(&kit, 1, 1, 102, 1);
    kit_put(&kit, 1, 1, 97, 10);
    assert_true(kit_value(&kit, 0, 0) == 0);
    kit_close(&kit);
}

// A quote that is shown at another price, in the same message or the next, has moved.
static void a_quote_that_moves_is_not_withdrawn(void **state) {
    for (int apart = 0; apart < 2; apart++) {
        struct kit kit;
        begin(&kit, "spoofing:times=5");
        kit_put(&kit, 100, 1, 98, 210);
        kit_trade(&kit, 100, 1, 102, 5);
        kit_level(&kit, 1, 97, 210);
        if (apart) kit_commit(&kit);
        kit_put(&kit, 20, 1, 98, 10);
        assert_true(kit_value(&kit, 0, 0) == 0);
        kit_trade(&kit, 100, 1, 102, 5);
        kit_put(&kit, 20, 1, 97, 10); // and now it is gone
        assert_true(kit_value(&kit, 0, 0) == 0.5 && kit_value(&kit, 0, 2) == 200);
        kit_close(&kit);
    }
}

// Levels that shift because the best changed are neither placed nor withdrawn.
static void a_large_level_that_moves_in_rank_was_not_placed(void **state) {
    struct kit kit;
    kit_open(&kit, "spoofing:levels=3");
    for (int i = 0; i < 3; i++) kit_level(&kit, 1, 100 - i, 10);
    kit_level(&kit, 1, 97, 500);
    kit_level(&kit, -1, 102, 10);
    kit_commit(&kit);
    for (int i = 0; i < 10; i++) {
        kit_put(&kit, 10, 1, 100, 0); // 97 comes into sight
        kit_trade(&kit, 0, 1, 102, 1);
        kit_put(&kit, 10, 1, 100, 10); // and leaves it
        assert_true(kit_value(&kit, 0, 0) == 0 || isnan(kit_value(&kit, 0, 0)));
    }
    kit_close(&kit);
}

static void three_levels_that_go_together_are_layers(void **state) {
    struct kit kit;
    begin(&kit, "layering:times=2,layers=3");
    for (int i = 0; i < 3; i++) kit_put(&kit, 50, -1, 104 + i, 110);
    kit_put(&kit, 300, -1, 104, 10);
    kit_put(&kit, 10, -1, 105, 10);
    assert_true(kit_value(&kit, 0, 1) == 0);
    kit_put(&kit, 10, -1, 106, 10);
    assert_true(kit_value(&kit, 0, 1) == 1 && kit_value(&kit, 0, 3) == 300);
    kit_put(&kit, 3000, -1, 104, 210); // one more that goes alone
    kit_put(&kit, 100, -1, 104, 10);
    assert_true(kit_value(&kit, 0, 1) == 0.6 && kit_value(&kit, 0, 3) == 300);
    assert_true(kit_value(&kit, 0, 0) == 0);
    kit_close(&kit);
}

static void scores_are_shares(void **state) {
    struct kit kit;
    kit_open(&kit, "spoofing:times=1,within=2s,layering:times=1,within=2s,layers=3");
    prng_seed(&kit.prng, 131);
    int told[2] = {0};
    for (int i = 0; i < 20000; i++) {
        kit_storm(&kit);
        for (uint32_t k = 0; k < 4; k++) {
            double score = kit_value(&kit, k / 2, k % 2);
            assert_true(isnan(score) || (score >= 0 && score <= 1));
            told[k / 2] += score > 0;
        }
    }
    assert_true(told[0] > 100 && told[1] > 100);
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bid_that_draws_a_buyer_and_is_withdrawn_is_a_spoof),
        cmocka_unit_test(what_stays_trades_or_draws_nobody_is_none),
        cmocka_unit_test(a_quote_that_moves_is_not_withdrawn),
        cmocka_unit_test(a_large_level_that_moves_in_rank_was_not_placed),
        cmocka_unit_test(three_levels_that_go_together_are_layers),
        cmocka_unit_test(scores_are_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
