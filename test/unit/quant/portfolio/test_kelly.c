// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/kelly.h"

#include <math.h>

#include "quant/math/linalg.h"
#include "stocks.h"

static struct arena arena;
static double weights[STOCKS];
static struct kelly_result result = {.weights = weights};

static int setup(void **state) {
    return arena_init(&arena, (size_t)16 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

static void a_bet_and_thorps_index_fund_have_their_published_stakes(void **state) {
    near(kelly_binary(0.6, 1), 0.2, 1e-15);
    near(kelly_binary(0.55, 1), 0.1, 1e-15);
    near(kelly_binary(0.4, 2), 0.1, 1e-15);
    assert_true(kelly_binary(0.5, 1) == 0 && kelly_binary(0, 3) < 0);
    assert_true(isnan(kelly_binary(1.1, 1)) && isnan(kelly_binary(0.5, 0)));
    // Thorp (2006): 2.22 and 11.56 %.
    near(kelly_continuous(0.11, 0.15, 0.06), 2.2222222222222223, 1e-15);
    near(kelly_continuous_growth(0.11, 0.15, 0.06), 0.11555555555555556, 1e-16);
    assert_true(isnan(kelly_continuous(0.1, 0, 0)));
}

static void a_bet_as_a_history_gives_its_formula(void **state) {
    // Three wins of 2 and two losses: 0.6 - 0.4 / 2.
    static const double row[] = {2, -1, 2, -1, 2}, *const columns[] = {row};
    struct kelly_history history = {
        .count = 1, .rows = 5, .returns = columns, .total_max = INFINITY};
    assert_ok(kelly_optimal(&history, &arena, &result));
    near(weights[0], kelly_binary(0.6, 2), 1e-14);
    near(result.growth, 0.6 * log(1.8) + 0.4 * log(0.6), 1e-15);
}

// Mean over variance 5.56; numpy's Newton steps for the largest growth.
static void the_equal_mix_of_stocks_is_levered_five_times(void **state) {
    static double mix[GOLDEN_ROWS_MAX];
    static const double none[] = {-INFINITY};
    const struct stocks *stocks = stocks_load();
    const double *const columns[] = {mix};
    double square = 0;
    for (size_t i = 0; i < stocks->rows; i++) {
        mix[i] = 0;
        for (size_t j = 0; j < STOCKS; j++) mix[i] += stocks->columns[j][i] / STOCKS;
    }
    double mean = sum_mean(mix, stocks->rows);
    for (size_t i = 0; i < stocks->rows; i++) square += (mix[i] - mean) * (mix[i] - mean);
    near(kelly_continuous(mean, sqrt(square / (double)(stocks->rows - 1)), 0),
         golden_file_number(STOCKS_EXPECTED, "kelly/equal_weight_mean_over_var"), 1e-11);
    struct kelly_history history = {
        .count = 1, .rows = stocks->rows, .returns = columns, .lower = none, .total_max = INFINITY};
    assert_ok(kelly_optimal(&history, &arena, &result));
    near(weights[0], 5.3678745815362499, 1e-11);
    near(weights[0], golden_file_number(STOCKS_EXPECTED, "kelly/equal_weight_log_optimal"), 1e-5);
}

static void many_assets_follow_the_inverse_of_their_covariance(void **state) {
    // numpy's solve.
    static const double wanted[] = {3.2344825248635312,   2.1326953688221102,  -4.0405242058980635,
                                    -0.30922556382427835, 0.87914252248974389, -1.6560902038637286,
                                    1.6322646585190355,   -2.1334749770477544, 0.1366356725706675,
                                    2.1342310851027038,   3.1048071027047093,  2.6748585294220417};
    const struct stocks *stocks = stocks_load();
    assert_ok(
        kelly_multivariate(stocks->mean, stocks->covariance, STOCKS, stock_names, &arena, weights));
    all_near(weights, wanted, STOCKS, 1e-12);
}

// The active set found by cvxpy 1.9.3, solved by Newton's method in numpy.
static void without_leverage_two_stocks_grow_fastest(void **state) {
    const struct stocks *stocks = stocks_load();
    struct kelly_history history = {.count = STOCKS,
                                    .rows = stocks->rows,
                                    .returns = stocks->columns,
                                    .names = stock_names,
                                    .total_max = 1};
    assert_ok(kelly_optimal(&history, &arena, &result));
    near(weights[0], 0.22246856790282912, 1e-12);
    near(weights[1], 0.7775314320971709, 1e-12);
    for (size_t j = 2; j < STOCKS; j++) assert_true(weights[j] == 0);
    near(result.growth, 0.0011475967965868048, 1e-16);
    assert_true(qp_residual(&result.certificate) <= 1e-12);
    // The conditions written out: no asset's mean of r / (1 + w' r) exceeds that of the two.
    double slopes[STOCKS] = {0};
    for (size_t i = 0; i < stocks->rows; i++) {
        double wealth = 1;
        for (size_t j = 0; j < STOCKS; j++) wealth += weights[j] * stocks->columns[j][i];
        for (size_t j = 0; j < STOCKS; j++) slopes[j] += stocks->columns[j][i] / wealth;
    }
    near(slopes[0] / slopes[1], 1, 1e-11);
    for (size_t j = 2; j < STOCKS; j++) assert_true(slopes[j] < slopes[0]);
}

// cvxpy 1.9.3 with Clarabel, to its tolerance; then the conditions written out: what a weight between its bounds
// earns at the margin is the price of the limit on the sum, of one at a bound it is less or more.
static void bounded_stakes_meet_their_conditions(void **state) {
    static const double wanted[] = {0.9999999999999988,   0.9999999999999987,  -0.4999999999999979,
                                    -0.11022229246198967, -0.4999999999998468, -0.4999999999999757,
                                    -0.49999999999996125, -0.4999999999999964, 0.20900116328437263,
                                    0.4012211291773988,   0.9999999999999972,  0.9999999999999987};
    const struct stocks *stocks = stocks_load();
    double excess[STOCKS], lower[STOCKS], upper[STOCKS], price = 0, total = 0;
    for (size_t j = 0; j < STOCKS; j++) {
        excess[j] = stocks->mean[j] - 0.02;
        lower[j] = -0.5;
        upper[j] = 1;
    }
    struct kelly_market market = {.count = STOCKS,
                                  .names = stock_names,
                                  .mean = excess,
                                  .covariance = stocks->covariance,
                                  .lower = lower,
                                  .upper = upper,
                                  .total_max = 2};
    assert_ok(kelly_bounded(&market, &arena, &result));
    all_near(weights, wanted, STOCKS, 1e-7);
    near(result.growth, 0.6867179291645988, 1e-11);
    assert_true(qp_residual(&result.certificate) <= 1e-12);
    for (int round = 0; round < 2; round++)
        for (size_t j = 0; j < STOCKS; j++) {
            double slope = excess[j] - linalg_dot(stocks->covariance + j * STOCKS, weights, STOCKS);
            bool inside = weights[j] > -0.5 && weights[j] < 1;
            if (round == 0) total += weights[j];
            if (round == 0 && inside) price = slope;
            if (round == 0) continue;
            if (inside) near(slope, price, 1e-12);
            assert_true(weights[j] < 1 || slope >= price);
            assert_true(weights[j] > -0.5 || slope <= price);
        }
    assert_true(price > 0);
    near(total, 2, 1e-12);
    // Without limits it is inverse(S) mean.
    for (size_t j = 0; j < STOCKS; j++) {
        lower[j] = -INFINITY;
        upper[j] = INFINITY;
    }
    double free_weights[STOCKS];
    market.total_max = INFINITY;
    assert_ok(
        kelly_multivariate(excess, stocks->covariance, STOCKS, stock_names, &arena, free_weights));
    assert_ok(kelly_bounded(&market, &arena, &result));
    all_near(weights, free_weights, STOCKS, 1e-12);
    lower[3] = 3;
    market.total_max = -INFINITY;
    assert_int_equal(kelly_bounded(&market, &arena, &result), ERR_ARGUMENT);
}

static void what_has_no_best_stake_is_told(void **state) {
    static const double wins[] = {0.1, 0.2, 0.3}, wrong[] = {0.1, -1.5, 0.3};
    const double *columns[] = {wins};
    struct kelly_history history = {
        .count = 1, .rows = 3, .returns = columns, .total_max = INFINITY};
    assert_true(kelly_optimal(&history, &arena, &result) < 0);
    columns[0] = wrong;
    assert_int_equal(kelly_optimal(&history, &arena, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(),
                        "row 2 of asset 1 has a return of -1.5; returns are from -1 on");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bet_and_thorps_index_fund_have_their_published_stakes),
        cmocka_unit_test(a_bet_as_a_history_gives_its_formula),
        cmocka_unit_test(the_equal_mix_of_stocks_is_levered_five_times),
        cmocka_unit_test(many_assets_follow_the_inverse_of_their_covariance),
        cmocka_unit_test(without_leverage_two_stocks_grow_fastest),
        cmocka_unit_test(bounded_stakes_meet_their_conditions),
        cmocka_unit_test(what_has_no_best_stake_is_told),
    };
    return cmocka_run_group_tests_name("quant/kelly", tests, setup, teardown);
}
