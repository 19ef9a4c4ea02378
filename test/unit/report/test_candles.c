// SPDX-License-Identifier: Apache-2.0
#include "report/candles.h"

#include "base/prng.h"
#include "harness.h"

// Whatever the number of bars, the candles are runs of `stride` of them, and a run's candle is what one sees of it.
static void candles_are_runs_of_bars(void **state) {
    (void)state;
    static const int counts[] = {1, 5, 2047, 2048, 2049, 4096, 4097, 10000, 100001};
    static struct bar bars[100001];
    struct prng prng;
    prng_seed(&prng, 3);
    for (int i = 0; i < 100001; i++) {
        int64_t a = 100 + (int64_t)prng_below(&prng, 900),
                b = 100 + (int64_t)prng_below(&prng, 900);
        bars[i] = (struct bar){.open_ns = i,
                               .close_ns = i + 1,
                               .open = PRICE(a),
                               .close = PRICE(b),
                               .high = PRICE((a > b ? a : b) + (int64_t)prng_below(&prng, 50)),
                               .low = PRICE((a < b ? a : b) - (int64_t)prng_below(&prng, 50))};
    }
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        struct candles candles;
        candles_init(&candles);
        for (int i = 0; i < counts[c]; i++) candles_add(&candles, &bars[i]);
        assert_true(candles.count <= CANDLES_MAX);
        assert_true(candles.count == ((uint64_t)counts[c] + candles.stride - 1) / candles.stride);
        for (uint32_t k = 0; k < candles.count; k++) {
            int from = (int)(k * candles.stride), to = (int)((k + 1) * candles.stride);
            if (to > counts[c]) to = counts[c];
            int64_t high = 0, low = INT64_MAX;
            for (int i = from; i < to; i++) {
                if (bars[i].high.m > high) high = bars[i].high.m;
                if (bars[i].low.m < low) low = bars[i].low.m;
            }
            const struct candle *candle = &candles.items[k];
            assert_int_equal(candle->open_ns, from);
            assert_int_equal(candle->close_ns, to);
            assert_int_equal(candle->open.m, bars[from].open.m);
            assert_int_equal(candle->close.m, bars[to - 1].close.m);
            assert_int_equal(candle->high.m, high);
            assert_int_equal(candle->low.m, low);
        }
        candles_fini(&candles);
    }
}

static void a_split_restates_what_was_there(void **state) {
    (void)state;
    struct candles candles;
    candles_init(&candles);
    struct bar bar = {.close_ns = 1,
                      .open = PRICE(700),
                      .high = PRICE(714),
                      .low = PRICE(693),
                      .close = PRICE(705)};
    candles_add(&candles, &bar);
    candles_split(&candles, 7, 1);
    assert_int_equal(candles.items[0].open.m, 100);
    assert_int_equal(candles.items[0].high.m, 102);
    assert_int_equal(candles.items[0].low.m, 99);
    assert_int_equal(candles.items[0].close.m, 101); // 100.71
    candles_fini(&candles);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(candles_are_runs_of_bars),
        cmocka_unit_test(a_split_restates_what_was_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
