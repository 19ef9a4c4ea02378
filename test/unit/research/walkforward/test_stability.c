// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <math.h>

#include "research/walkforward/stability.h"

static void assert_about(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance)) fail_msg("%.17g is not %.17g", got, want);
}

static void stability_tells_how_far_choices_wander(void **state) {
    (void)state;
    static const struct param table[] = {
        {.name = "a", .type = PARAM_INT, .unit = "", .min = 0, .max = 100, .help = ""}};
    const double base[PARAMS_MAX] = {0};
    struct space space;
    struct arena arena;
    struct stability stability;
    assert_ok(arena_init(&arena, 1 << 16));
    space_init(&space, table, 1, base);
    assert_ok(space_add(&space, &arena, "a=10:20:2")); // six values
    const uint64_t points[4] = {0, 5, 5, 3};           // 10, 20, 20, 16
    stability_of(&space, 0, points, 4, &stability);
    assert_true(stability.mean == 16.5 && stability.low == 10 && stability.high == 20);
    assert_about(stability.deviation, 4.725815626252608,
                 1e-12); // statistics.stdev([10, 20, 20, 16])
    assert_int_equal(stability.distinct, 3);
    assert_about(stability.step, 7.0 / 15, 1e-15); // (5 + 0 + 2) / 3 of 5
    assert_about(stability_efficiency(0.1, 0.2), 0.5, 1e-15);
    assert_true(isnan(stability_efficiency(0.1, -0.2)));
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stability_tells_how_far_choices_wander),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
