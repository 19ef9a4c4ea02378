// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"

#include "sim/draw.h"

static void seconds_become_nanoseconds_within_a_day(void **state) {
    assert_int_equal(draw_ns(0.0015), 1500000);
    assert_int_equal(draw_ns(-1), 0);
    assert_int_equal(draw_ns(NAN), 0);
    assert_int_equal(draw_ns(INFINITY), 86400000000000);
}

// Mean 0 and variance 1 of 100,000 draws, within five standard errors.
static void normal_draws_have_mean_zero_and_variance_one(void **state) {
    enum { COUNT = 100000 };
    struct prng prng;
    double sum = 0, squares = 0;
    prng_seed(&prng, 1);
    for (int i = 0; i < COUNT; i++) {
        double z = draw_normal(&prng);
        sum += z;
        squares += z * z;
    }
    assert_true(fabs(sum / COUNT) < 5 / sqrt(COUNT));
    assert_true(fabs(squares / COUNT - 1) < 5 * sqrt(2.0 / COUNT));
}

static void the_same_seed_draws_the_same(void **state) {
    struct prng a, b;
    prng_seed(&a, 3);
    prng_seed(&b, 3);
    for (int i = 0; i < 100; i++) assert_true(draw_gamma(&a, 0.7) == draw_gamma(&b, 0.7));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seconds_become_nanoseconds_within_a_day),
        cmocka_unit_test(normal_draws_have_mean_zero_and_variance_one),
        cmocka_unit_test(the_same_seed_draws_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
