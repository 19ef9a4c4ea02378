// SPDX-License-Identifier: Apache-2.0
#include "quant/footprint/rolling_profile.h"

#include "base/prng.h"
#include "harness.h"

enum { ROWS = 128, RING = 64, TRADES = 3000, SPAN = 50 };

static struct rolling_profile *profile_new(uint32_t trades) {
    struct rolling_profile *profile = malloc(ROLLING_PROFILE_BYTES(ROWS, trades));
    assert_non_null(profile);
    assert_ok(rolling_profile_init(profile, 4, SPAN, ROWS, trades));
    return profile;
}

static void it_is_the_profile_of_the_trades_in_the_span(void **state) {
    static struct rolling_trade trades[TRADES];
    struct rolling_profile *rolling = profile_new(TRADES);
    struct volume_at_price *naive = malloc(VOLUME_AT_PRICE_BYTES(ROWS));
    struct prng prng;
    prng_seed(&prng, 11);
    int64_t ts_ns = -100, price = 1000;
    for (int i = 0; i < TRADES; i++) {
        ts_ns += (int64_t)prng_below(&prng, 4);
        price += (int64_t)prng_below(&prng, 9) - 4;
        trades[i] =
            (struct rolling_trade){ts_ns, price, 1 + (int64_t)prng_below(&prng, 9), i % 3 - 1};
        assert_ok(rolling_profile_trade(rolling, ts_ns, price, trades[i].qty, (int)trades[i].side));
        assert_ok(volume_at_price_init(naive, 4, ROWS));
        for (int k = 0; k <= i; k++)
            if (trades[k].ts_ns > ts_ns - SPAN)
                assert_ok(volume_at_price_add(naive, trades[k].price, trades[k].qty,
                                              (int)trades[k].side));
        const struct volume_at_price *cells = rolling_profile_cells(rolling);
        assert_true(cells->low == naive->low && cells->high == naive->high);
        assert_memory_equal(&cells->all, &naive->all, sizeof naive->all);
        struct volume_at_price_area a = volume_at_price_area(cells, 700000);
        struct volume_at_price_area b = volume_at_price_area(naive, 700000);
        assert_memory_equal(&a, &b, sizeof a);
    }
    assert_int_equal(rolling->early, 0);
    rolling_profile_turn(rolling, ts_ns + SPAN - 1);
    assert_true(rolling_profile_cells(rolling)->all.trades > 0);
    rolling_profile_turn(rolling, ts_ns + SPAN);
    assert_int_equal(rolling_profile_cells(rolling)->all.trades, 0);
    free(naive);
    free(rolling);
}

static void a_full_ring_gives_up_its_oldest_and_counts_them(void **state) {
    struct rolling_profile *rolling = profile_new(RING);
    for (int i = 0; i < 100; i++) assert_ok(rolling_profile_trade(rolling, 5, 400, 1, 1));
    assert_int_equal(rolling->early, 100 - RING);
    assert_int_equal(rolling_profile_cells(rolling)->all.ask, RING);
    assert_int_equal(rolling_profile_trade(rolling, 4, 400, 1, 1), ERR_ARGUMENT);
    assert_int_equal(rolling_profile_trade(rolling, 5, 1000000, 1, 1), ERR_FULL);
    assert_int_equal(rolling_profile_trade(rolling, 5, 400, 0, 1), ERR_ARGUMENT);
    assert_int_equal(rolling_profile_init(rolling, 1, 0, ROWS, RING), ERR_ARGUMENT);
    assert_int_equal(rolling_profile_init(rolling, 1, 1, ROWS, 0), ERR_ARGUMENT);
    free(rolling);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_profile_of_the_trades_in_the_span),
        cmocka_unit_test(a_full_ring_gives_up_its_oldest_and_counts_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
