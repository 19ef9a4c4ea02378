// SPDX-License-Identifier: Apache-2.0
#include "micro_kit.h"

static void begin(struct kit *kit, const char *features) {
    kit_open(kit, features);
    kit_level(kit, 1, 99, 50);
    kit_level(kit, 1, 100, 10);
    kit_level(kit, -1, 102, 30);
    kit_commit(kit);
}

// An order for 50 that shows 10: each time the ten are taken, ten come back at once.
static void a_tip_that_comes_back_is_an_iceberg(void **state) {
    struct kit kit;
    begin(&kit, "iceberg");
    for (int i = 0; i < 4; i++) {
        kit_trade(&kit, 1000, -1, 100, 10);
        kit_put(&kit, 0, 1, 100, 0); // the best is 99 for a moment
        kit_put(&kit, 20, 1, 100, 10);
        assert_true(kit_value(&kit, 0, 0) == (i > 0 ? 1 : 0));
        assert_true(kit_value(&kit, 0, 2) == (i > 0 ? 10 * (i + 1) : 0));
    }
    assert_true(kit_value(&kit, 0, 1) == 0);
    kit_trade(&kit, 1000, -1, 100, 10); // the last
    assert_true(kit_value(&kit, 0, 0) == 0.8);
    kit_put(&kit, 0, 1, 100, 0);
    kit_put(&kit, 400, -1, 102, 31); // nothing came back: 99 is the best now
    assert_true(kit_value(&kit, 0, 0) == 0);
    kit_close(&kit);
}

static void what_comes_late_or_without_a_trade_is_none(void **state) {
    struct kit kit;
    begin(&kit, "iceberg:within=100ms");
    for (int i = 0; i < 5; i++) {
        kit_trade(&kit, 1000, 1, 102, 5);
        kit_put(&kit, 0, -1, 102, 25);
        kit_put(&kit, 101, -1, 102, 30);
        kit_put(&kit, 0, 1, 100, 20 + i); // orders join without a trade
        assert_true(kit_value(&kit, 0, 0) == 0 && kit_value(&kit, 0, 1) == 0);
    }
    kit_close(&kit);
}

// A change of the book that shows the trade and the refill at once, as in feeds of a tenth of a second.
static void a_partial_refill_is_a_part(void **state) {
    struct kit kit;
    begin(&kit, "iceberg");
    for (int i = 0; i < 3; i++) {
        kit_trade(&kit, 500, 1, 102, 8);
        kit_put(&kit, 0, -1, 102, 22 - i);
        kit_put(&kit, 50, -1, 102, 24 - i);
    }
    assert_true(kit_value(&kit, 0, 1) == 6.0 / 24);
    kit_trade(&kit, 1, -1, 102, 8); // sellers do not take from the asks
    assert_true(kit_value(&kit, 0, 1) == 6.0 / 24);
    kit_close(&kit);
}

static void scores_are_shares(void **state) {
    struct kit kit;
    kit_open(&kit, "iceberg:refills=1");
    prng_seed(&kit.prng, 111);
    int told = 0;
    for (int i = 0; i < 20000; i++) {
        kit_storm(&kit);
        for (uint32_t k = 0; k < 2; k++) {
            double score = kit_value(&kit, 0, k);
            assert_true(isnan(score) || (score >= 0 && score <= 1));
            told += score > 0;
        }
    }
    assert_true(told > 50);
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tip_that_comes_back_is_an_iceberg),
        cmocka_unit_test(what_comes_late_or_without_a_trade_is_none),
        cmocka_unit_test(a_partial_refill_is_a_part),
        cmocka_unit_test(scores_are_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
