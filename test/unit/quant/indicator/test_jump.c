// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/jump.h"

#include "base/prng.h"
#include "harness.h"
#include "quant/math/normal.h"

static void the_law_is_that_of_the_paper(void **state) {
    // 4.6001 is the paper's threshold of the standardised statistic at 1 %; C and S from numpy 2.4.
    struct jump_law law = jump_law_of(252);
    assert_true(fabs(law.centre - 3.6299154671629683) < 1e-12 &&
                fabs(law.scale - 0.3768814779102153) < 1e-12);
    assert_true(fabs((jump_threshold(&law, 0.01) - law.centre) / law.scale - 4.6001) < 1e-4);
    for (double level = 0.4; level > 1e-11; level /= 5)
        assert_true(fabs(jump_p_value(&law, -jump_threshold(&law, level)) / level - 1) < 1e-9);
}

static void the_largest_without_jumps_is_distributed_as_said(void **state) {
    // 1000 stretches of 1000 normal returns; the limit law is conservative for so few.
    enum { WINDOW = 100, STRETCHES = 1000, LENGTH = 1000 };
    struct jump_law law = jump_law_of(LENGTH);
    struct jump jump = jump_make(WINDOW);
    double slots[WINDOW], found = 0, threshold = jump_threshold(&law, 0.1);
    struct prng prng;
    prng_seed(&prng, 9);
    for (int i = 0; i < WINDOW; i++)
        (void)jump_push(&jump, slots, 0.01 * normal_quantile(prng_double(&prng) * 0.999999 + 5e-7));
    for (int s = 0; s < STRETCHES; s++) {
        double largest = 0;
        for (int i = 0; i < LENGTH; i++) {
            double z = normal_quantile((floor(prng_double(&prng) * 1e12) + 0.5) / 1e12);
            largest = fmax(largest, fabs(jump_push(&jump, slots, 0.01 * z)));
        }
        found += largest > threshold;
    }
    assert_true(found / STRETCHES > 0.05 && found / STRETCHES < 0.2);
}

static void stillness_has_no_scale(void **state) {
    struct jump jump = jump_make(4);
    double slots[2];
    for (int i = 0; i < 3; i++) assert_true(isnan(jump_push(&jump, slots, 0)));
    assert_true(jump_push(&jump, slots, 0) == 0);
    assert_true(isnan(jump_push(&jump, slots, 0.1)));
    assert_true(jump_push(&jump, slots, 0) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_law_is_that_of_the_paper),
        cmocka_unit_test(the_largest_without_jumps_is_distributed_as_said),
        cmocka_unit_test(stillness_has_no_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
