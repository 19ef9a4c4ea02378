// SPDX-License-Identifier: Apache-2.0
#include "edge/solver/clp.h"

#include <math.h>

#include "base/prng.h"
#include "harness.h"

enum { ITEMS = 40 };

static double x[ITEMS], price[2], bound[ITEMS], scratch[4];
static struct lp_solution solution = {.x = x, .price = price, .bound = bound};

// A knapsack whose items may be cut: the best for their weight first, one in part.
static void a_knapsack_takes_the_best_for_their_weight(void **state) {
    double cost[ITEMS], weight[ITEMS], lower[ITEMS] = {0}, upper[ITEMS], limit = 8, wanted = 0;
    double below = -INFINITY;
    int start[ITEMS + 1], index[ITEMS];
    struct prng prng;
    prng_seed(&prng, 3);
    for (int i = 0; i < ITEMS; i++) {
        cost[i] = -0.1 - prng_double(&prng);
        weight[i] = 0.1 + prng_double(&prng);
        upper[i] = 1;
        start[i] = i;
        index[i] = 0;
    }
    start[ITEMS] = ITEMS;
    struct lp lp = {.rows = 1,
                    .columns = ITEMS,
                    .cost = cost,
                    .lower = lower,
                    .upper = upper,
                    .row_lower = &below,
                    .row_upper = &limit,
                    .start = start,
                    .index = index,
                    .value = weight};
    assert_ok(clp_solve(&lp, &solution));
    bool taken[ITEMS] = {false};
    double left = limit;
    while (left > 0) {
        int best = -1;
        for (int i = 0; i < ITEMS; i++)
            if (!taken[i] && (best < 0 || cost[i] / weight[i] < cost[best] / weight[best]))
                best = i;
        double part = fmin(1, left / weight[best]);
        taken[best] = true;
        wanted += part * cost[best];
        left -= part * weight[best];
        assert_true(fabs(x[best] - part) <= 1e-14);
    }
    assert_true(fabs(solution.value - wanted) <= 1e-13);
    struct qp_certificate certificate = lp_certify(&lp, &solution, scratch);
    assert_true(qp_residual(&certificate) <= 1e-15);
}

static const double ones[] = {1, 1, 1, 1}, none[] = {0, 0}, open[] = {INFINITY, INFINITY};
static const int start[] = {0, 2, 4}, indices[] = {0, 1, 0, 1};

static void rows_that_contradict_each_other_are_named(void **state) {
    static const char *const names[] = {"the budget", "the floor"};
    static const double row_lower[] = {1, 3}, row_upper[] = {1, INFINITY};
    struct lp lp = {.rows = 2,
                    .columns = 2,
                    .cost = ones,
                    .lower = none,
                    .upper = open,
                    .row_lower = row_lower,
                    .row_upper = row_upper,
                    .start = start,
                    .index = indices,
                    .value = ones,
                    .row_names = names};
    assert_int_equal(clp_solve(&lp, &solution), ERR_ARGUMENT);
    assert_string_equal(err_story(), "the constraints contradict each other: no point within the "
                                     "bounds meets the budget, the floor");
}

static void a_value_without_a_lower_limit_is_told(void **state) {
    static const double row_lower[] = {1, 1}, cost[] = {-1, -1};
    struct lp lp = {.rows = 2,
                    .columns = 2,
                    .cost = cost,
                    .lower = none,
                    .upper = open,
                    .row_lower = row_lower,
                    .row_upper = open,
                    .start = start,
                    .index = indices,
                    .value = ones};
    assert_int_equal(clp_solve(&lp, &solution), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "falls for ever"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_knapsack_takes_the_best_for_their_weight),
        cmocka_unit_test(rows_that_contradict_each_other_are_named),
        cmocka_unit_test(a_value_without_a_lower_limit_is_told),
    };
    return cmocka_run_group_tests_name("edge/solver/clp", tests, NULL, NULL);
}
