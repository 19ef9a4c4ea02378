// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/min_cvar.h"

#include <math.h>
#include <stdlib.h>

#include "edge/solver/clp.h"
#include "stocks.h"

static struct arena arena;
static double weights[STOCKS];

static int setup(void **state) {
    return arena_init(&arena, (size_t)64 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

// Builds, solves by CLP, reads.
static int solve(const struct min_cvar *call, struct min_cvar_result *ret) {
    struct lp lp;
    size_t mark = arena.used;
    int rc = min_cvar_programme(call, &arena, &lp);
    if (rc == 0) {
        struct lp_solution solution = {.x = ARENA_NEW(&arena, double, lp.columns),
                                       .price = ARENA_NEW(&arena, double, lp.rows),
                                       .bound = ARENA_NEW(&arena, double, lp.columns)};
        assert_non_null(solution.bound);
        rc = clp_solve(&lp, &solution);
        if (rc == 0) rc = min_cvar_result(call, &lp, &solution, &arena, ret);
    }
    arena_rewind(&arena, mark);
    return rc;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// The mean of the worst share of rows of the weighted returns, the last one in part.
static double sorted_tail(const struct stocks *stocks, double share) {
    static double row[GOLDEN_ROWS_MAX];
    for (size_t i = 0; i < stocks->rows; i++) {
        row[i] = 0;
        for (size_t j = 0; j < STOCKS; j++) row[i] += weights[j] * stocks->columns[j][i];
    }
    qsort(row, stocks->rows, sizeof *row, ascending);
    double many = share * (double)stocks->rows, sum = 0;
    size_t whole = (size_t)many;
    for (size_t i = 0; i < whole; i++) sum -= row[i];
    return (sum - (many - (double)whole) * row[whole]) / many;
}

// scipy 1.17.1's linprog by HiGHS' dual simplex.
static void the_least_tail_loss_equals_that_of_highs(void **state) {
    static const double at95[] = {0.06655845536404294,
                                  0.016548791519140297,
                                  0.0,
                                  0.0,
                                  0.27037442739572576,
                                  0.0,
                                  0.3403100408197984,
                                  0.06743649902775066,
                                  0.018641932794809708,
                                  0.22012985307873234,
                                  0.0,
                                  0.0},
                        at99[] = {0.15404137481879937,
                                  0.0,
                                  0.0,
                                  0.0,
                                  0.20924857612603703,
                                  0.0,
                                  0.4399106208600658,
                                  0.0,
                                  0.0,
                                  0.19679942819509771,
                                  0.0,
                                  0.0},
                        limited[] = {0.25637034951938775,
                                     0.13602926143965732,
                                     0.0,
                                     0.0,
                                     0.18297117162624654,
                                     0.0,
                                     0.14881434017392126,
                                     0.0,
                                     0.0,
                                     0.17067693483663218,
                                     0.0,
                                     0.10513794240415501};
    const struct stocks *stocks = stocks_load();
    double cap[STOCKS];
    struct portfolio portfolio = {.count = STOCKS, .names = stock_names, .mean = stocks->mean};
    struct min_cvar call = {.portfolio = &portfolio,
                            .returns = stocks->columns,
                            .rows = stocks->rows,
                            .confidence = 0.95,
                            .target = NAN};
    struct min_cvar_result result = {.weights = weights};
    assert_ok(solve(&call, &result));
    all_near(weights, at95, STOCKS, 1e-12);
    near(result.cvar, 0.01812993650957111, 1e-15);
    near(result.var, 0.012157333427445611, 1e-14);
    near(result.cvar, sorted_tail(stocks, 0.05), 1e-15);
    assert_true(qp_residual(&result.certificate) <= 1e-12);
    call.confidence = 0.99;
    assert_ok(solve(&call, &result));
    all_near(weights, at99, STOCKS, 1e-12);
    near(result.cvar, 0.02894693608022995, 1e-15);
    near(result.cvar, sorted_tail(stocks, 0.01), 1e-15);
    call.confidence = 0.95;
    call.target = 0.2;
    portfolio.upper = cap;
    for (size_t j = 0; j < STOCKS; j++) cap[j] = 0.3;
    assert_ok(solve(&call, &result));
    all_near(weights, limited, STOCKS, 1e-12);
    near(result.cvar, 0.020926251796344122, 1e-15);
}

// cvxpy 1.9.3 with HiGHS 1.16, the costs and the turnover as sums of absolute values.
static void turnover_and_costs_are_those_of_the_weights(void **state) {
    static const double held[STOCKS] = {0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1};
    static const struct {
        double turnover, target, cvar;
        bool costs;
    } rows[] = {{0.5, NAN, 0.021457628992255742, false},
                {0.5, 0.2, 0.021997624361182848, true},
                {0, 0.2, 0.021251921212631763, true}};
    const struct stocks *stocks = stocks_load();
    double cost[STOCKS];
    for (size_t j = 0; j < STOCKS; j++) cost[j] = 0.001 * (double)(j + 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct portfolio portfolio = {.count = STOCKS,
                                      .names = stock_names,
                                      .mean = stocks->mean,
                                      .held = held,
                                      .turnover_max = rows[i].turnover,
                                      .trade_cost = rows[i].costs ? cost : NULL};
        struct min_cvar call = {.portfolio = &portfolio,
                                .returns = stocks->columns,
                                .rows = stocks->rows,
                                .confidence = 0.95,
                                .target = rows[i].target};
        struct min_cvar_result result = {.weights = weights};
        double mean = 0;
        assert_ok(solve(&call, &result));
        near(result.cvar, rows[i].cvar, 1e-12);
        near(result.cvar, sorted_tail(stocks, 0.05), 1e-15);
        assert_true(qp_residual(&result.certificate) <= 1e-12);
        for (size_t j = 0; j < STOCKS; j++) mean += weights[j] * stocks->mean[j];
        double turnover = portfolio_turnover(&portfolio, weights);
        if (rows[i].turnover > 0) assert_true(turnover <= rows[i].turnover + 1e-12);
        if (rows[i].costs) near(mean - portfolio_trade_cost(&portfolio, weights), 0.2, 1e-12);
    }
}

static void what_cannot_be_met_is_named(void **state) {
    static const double lower[] = {0.9}, upper[] = {INFINITY};
    static const char *const names[] = {"technology"};
    const struct stocks *stocks = stocks_load();
    double group[STOCKS] = {1, 1}, cap[STOCKS];
    struct portfolio portfolio = {.count = STOCKS,
                                  .names = stock_names,
                                  .mean = stocks->mean,
                                  .groups = group,
                                  .group_lower = lower,
                                  .group_upper = upper,
                                  .group_names = names,
                                  .group_count = 1,
                                  .upper = cap};
    struct min_cvar call = {.portfolio = &portfolio,
                            .returns = stocks->columns,
                            .rows = stocks->rows,
                            .confidence = 0.95,
                            .target = NAN};
    struct min_cvar_result result = {.weights = weights};
    for (size_t j = 0; j < STOCKS; j++) cap[j] = 0.3;
    assert_int_equal(solve(&call, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(), "the constraints contradict each other: no point within the "
                                     "bounds meets technology");
    portfolio.group_count = 0;
    call.target = 0.5;
    assert_int_equal(solve(&call, &result), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "the target return"));
    call.confidence = 1;
    assert_int_equal(solve(&call, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(), "a confidence is above 0 and below 1, not 1");
    call.confidence = 0.9;
    call.target = NAN;
    portfolio.trade_cost = cap;
    assert_int_equal(solve(&call, &result), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "without a target"));
    portfolio.trade_cost = NULL;
    portfolio.turnover_max = 0.1;
    assert_int_equal(solve(&call, &result), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "contradict each other"));
    portfolio.impact = cap;
    assert_int_equal(solve(&call, &result), ERR_UNSUPPORTED);
}

// A point that is not optimal, with CLP's multipliers, is not taken.
static void a_point_that_is_no_optimum_is_refused(void **state) {
    const struct stocks *stocks = stocks_load();
    struct portfolio portfolio = {.count = STOCKS, .names = stock_names};
    struct min_cvar call = {.portfolio = &portfolio,
                            .returns = stocks->columns,
                            .rows = stocks->rows,
                            .confidence = 0.95,
                            .target = NAN};
    struct min_cvar_result result = {.weights = weights};
    struct lp lp;
    assert_ok(min_cvar_programme(&call, &arena, &lp));
    struct lp_solution solution = {.x = ARENA_NEW(&arena, double, lp.columns),
                                   .price = ARENA_NEW(&arena, double, lp.rows),
                                   .bound = ARENA_NEW(&arena, double, lp.columns)};
    assert_non_null(solution.bound);
    assert_ok(clp_solve(&lp, &solution));
    assert_ok(min_cvar_result(&call, &lp, &solution, &arena, &result));
    solution.x[0] += 1e-6;
    solution.x[1] -= 1e-6;
    assert_int_equal(min_cvar_result(&call, &lp, &solution, &arena, &result), ERR_CONVERGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_tail_loss_equals_that_of_highs),
        cmocka_unit_test(turnover_and_costs_are_those_of_the_weights),
        cmocka_unit_test(what_cannot_be_met_is_named),
        cmocka_unit_test(a_point_that_is_no_optimum_is_refused),
    };
    return cmocka_run_group_tests_name("quant/min_cvar", tests, setup, teardown);
}
