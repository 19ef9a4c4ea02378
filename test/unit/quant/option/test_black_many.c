// SPDX-License-Identifier: Apache-2.0
#include "quant/option/black_many.h"

#include <math.h>
#include <stdbool.h>

#include "base/prng.h"
#include "harness.h"
#include "quant/option/black.h"

static void lanes_have_the_bits_of_one_by_one(void **state) {
    struct prng prng;
    prng_seed(&prng, 21);
    for (int block = 0; block < 60; block++) {
        struct black_lanes lanes;
        double value[BLACK_LANES], complement[BLACK_LANES], s[BLACK_LANES];
        size_t count = block == 0 ? 1 : 1 + prng_below(&prng, BLACK_LANES);
        for (size_t i = 0; i < count; i++) {
            lanes.x[i] = -pow(10, -8 + 9 * (double)prng_below(&prng, 1000001) / 1e6);
            lanes.s[i] = pow(10, -5 + 6.2 * (double)prng_below(&prng, 1000001) / 1e6);
            if (i % 10 == 0) lanes.x[i] = 0;
            double limit = black_value(lanes.x[i], 1e6);
            if (!(black_value(lanes.x[i], lanes.s[i]) > 1e-300 &&
                  black_complement(lanes.x[i], lanes.s[i]) > 1e-300)) {
                lanes.x[i] = -0.1;
                lanes.s[i] = 0.2;
                limit = black_value(-0.1, 1e6);
            }
            lanes.limit[i] = limit;
        }
        black_value_many(&lanes, count);
        for (size_t i = 0; i < count; i++) {
            value[i] = black_value(lanes.x[i], lanes.s[i]);
            complement[i] = black_complement(lanes.x[i], lanes.s[i]);
            assert_true(lanes.value[i] == value[i] && lanes.complement[i] == complement[i]);
        }
        black_deviation_many(lanes.x, value, complement, count, s);
        for (size_t i = 0; i < count; i++)
            assert_true(s[i] == black_deviation(lanes.x[i], value[i], complement[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_have_the_bits_of_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
