// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/prng.h"
#include "market/notional.h"

static void assert_same(const struct notional_scale *scale, int64_t price, int64_t qty) {
    struct notional notional;
    money_t expected = MONEY(-77);
    money_t money = MONEY(-77);
    notional_init(&notional, scale);
    int expected_rc = decimal_notional(PRICE(price), QTY(qty), scale, ROUND_HALF_EVEN, &expected);
    assert_int_equal(notional_value(&notional, PRICE(price), QTY(qty), &money), expected_rc);
    assert_true(money.m == expected.m);
}

// 3.00 x 0.5 at cents: 0.015 for a price of 0.03, to even 0.02; for 0.01, to even 0.00.
static void halves_go_to_even(void **state) {
    struct notional_scale scale = {
        .multiplier = 1, .price_decimals = 2, .qty_decimals = 1, .money_decimals = 2};
    struct notional notional;
    money_t money;
    static const int64_t rows[][3] = {{3, 5, 2}, {1, 5, 0}, {3, -5, -2}, {300, 5, 150}, {2, 3, 1}};
    notional_init(&notional, &scale);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(notional_value(&notional, PRICE(rows[i][0]), QTY(rows[i][1]), &money), 0);
        assert_int_equal(money.m, rows[i][2]);
    }
}

static int64_t random_number(struct prng *prng) {
    static const int64_t edges[] = {0, 1, 5, INT64_MAX, INT64_MAX - 1, 500000000000000000};
    if (prng_below(prng, 8) == 0) return edges[prng_below(prng, 6)];
    int64_t number = (int64_t)(prng_next(prng) >> 1 >> prng_below(prng, 63));
    // Multiples of powers of five and two end in halves.
    return prng_below(prng, 3) == 0 ? number / 100000 * 50000 : number;
}

static void every_scale_gives_what_the_general_function_gives(void **state) {
    struct prng prng;
    prng_seed(&prng, 11);
    for (int i = 0; i < 200000; i++) {
        static const int64_t multipliers[] = {1, 1, 1, 50, 25, 1000000007, INT64_MAX};
        struct notional_scale scale = {
            .multiplier = multipliers[prng_below(&prng, 7)],
            .price_decimals = (int32_t)prng_below(&prng, 19),
            .qty_decimals = (int32_t)prng_below(&prng, 19),
            .multiplier_decimals = (int32_t)prng_below(&prng, 4),
            .money_decimals = (int32_t)prng_below(&prng, 19),
        };
        int64_t price = random_number(&prng);
        int64_t qty = random_number(&prng);
        if (prng_below(&prng, 2)) qty = -qty;
        if (prng_below(&prng, 16) == 0) price = -price;
        assert_same(&scale, price, qty);
    }
}

// Around each multiple of half a unit, where a reciprocal that is one off would show.
static void quotients_at_the_edges_are_exact(void **state) {
    for (int lost = 1; lost <= DECIMALS_MAX; lost++) {
        struct notional_scale scale = {.multiplier = 1, .price_decimals = lost};
        int64_t unit = decimal_pow10(lost);
        static const int64_t counts[] = {0,  1,     2,        3,          9,
                                         99, 12345, 99999999, 4294967295, 4294967296};
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
            for (int64_t step = -2; step <= 2; step++) {
                int64_t half = unit / 2 + step;
                assert_same(&scale, half > 0 ? half : 0, 1);
                assert_same(&scale, unit + step, counts[i]);
                if (half > 0) assert_same(&scale, half, counts[i]);
                assert_same(&scale, INT64_MAX + (step < 0 ? step : 0), counts[i]);
            }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halves_go_to_even),
        cmocka_unit_test(every_scale_gives_what_the_general_function_gives),
        cmocka_unit_test(quotients_at_the_edges_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
