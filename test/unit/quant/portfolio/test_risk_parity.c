// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/risk_parity.h"

#include <math.h>

#include "quant/math/linalg.h"
#include "stocks.h"
#include "twenty.h"

static struct arena arena;
static double weights[STOCKS];

static int setup(void **state) {
    return arena_init(&arena, (size_t)16 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

// Shares of variance written out once more.
static void check_shares(const double *covariance, size_t n, const double *budget) {
    double total = linalg_quadratic(covariance, n, weights), sum = 0, product[STOCKS];
    linalg_apply(covariance, n, n, weights, product);
    for (size_t i = 0; i < n; i++) {
        near(weights[i] * product[i] / total, budget != NULL ? budget[i] : 1.0 / (double)n, 1e-12);
        sum += weights[i];
    }
    near(sum, 1, 1e-15);
}

static void equal_shares_of_risk_equal_the_reference(void **state) {
    const struct stocks *stocks = stocks_load();
    double wanted[STOCKS], error;
    assert_ok(risk_parity(stocks->covariance, STOCKS, stock_names, NULL, &arena, weights, &error));
    stocks_expected("erc/weights", STOCKS, wanted);
    all_near(weights, wanted, STOCKS, 1e-13);
    check_shares(stocks->covariance, STOCKS, NULL);
}

static void the_published_example_of_equal_shares_is_met(void **state) {
    // Maillard, Roncalli and Teiletche (2010), section 3.2: 38.4, 19.2, 24.3 and 18.2 %.
    static const double correlation[4][4] = {
        {1, 0.8, 0, 0}, {0.8, 1, 0, 0}, {0, 0, 1, -0.5}, {0, 0, -0.5, 1}};
    static const double published[] = {0.384, 0.192, 0.243, 0.182};
    double covariance[16], error;
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++)
            covariance[i * 4 + j] = correlation[i][j] * (double)(i + 1) / 10 * (double)(j + 1) / 10;
    assert_ok(risk_parity(covariance, 4, NULL, NULL, &arena, weights, &error));
    all_near(weights, published, 4, 5e-4);
    check_shares(covariance, 4, NULL);
}

// Cyclical coordinate descent in numpy, for shares as 1 to 12.
static void shares_follow_their_budgets(void **state) {
    static const double wanted[] = {0.015336300693516818, 0.02540944862132943, 0.037277185918628282,
                                    0.029017638850322713, 0.10899244916055158, 0.046786059636829684,
                                    0.13582363503956468,  0.11908353169795514, 0.08262238484177245,
                                    0.15473121567759074,  0.10342974692064637, 0.14149040294129209};
    const struct stocks *stocks = stocks_load();
    double budget[STOCKS], share[STOCKS], error;
    for (size_t i = 0; i < STOCKS; i++) {
        budget[i] = (double)(i + 1);
        share[i] = budget[i] / 78;
    }
    assert_ok(
        risk_parity(stocks->covariance, STOCKS, stock_names, budget, &arena, weights, &error));
    all_near(weights, wanted, STOCKS, 1e-13);
    check_shares(stocks->covariance, STOCKS, share);
    // Shares that differ by nine orders of magnitude.
    budget[0] = 1e-6;
    budget[11] = 1e3;
    double sum = 0;
    for (size_t i = 0; i < STOCKS; i++) sum += budget[i];
    for (size_t i = 0; i < STOCKS; i++) share[i] = budget[i] / sum;
    assert_ok(
        risk_parity(stocks->covariance, STOCKS, stock_names, budget, &arena, weights, &error));
    check_shares(stocks->covariance, STOCKS, share);
    budget[3] = 0;
    assert_int_equal(
        risk_parity(stocks->covariance, STOCKS, stock_names, budget, &arena, weights, &error),
        ERR_ARGUMENT);
    assert_string_equal(err_story(), "the risk budget of asset 4 is 0; it must be above 0");
}

// cvxpy 1.9.3 with Clarabel.
static void the_most_diversified_portfolio_equals_that_of_cvxpy(void **state) {
    static const double wanted[] = {0.10134131869824146,
                                    0.10980425177056151,
                                    0.011294267059984119,
                                    0.075500977913327966,
                                    0.2388766852302715,
                                    0.020500003255313804,
                                    0.14089261218675897,
                                    0.043710685177760479,
                                    0.11750857236151104,
                                    0.098295404391543592,
                                    0,
                                    0.042275221954719444};
    const struct stocks *stocks = stocks_load();
    struct qp_certificate certificate;
    double ratio;
    assert_ok(risk_parity_diversify(stocks->covariance, STOCKS, stock_names, &arena, weights,
                                    &ratio, &certificate));
    all_near(weights, wanted, STOCKS, 1e-9);
    near(ratio, 1.691639332901643, 1e-13);
    assert_true(weights[10] == 0 && qp_residual(&certificate) <= 1e-12);
}

static void hierarchical_weights_joins_and_order_equal_the_reference(void **state) {
    static const char *const order[] = {"BBY", "AMD", "WMT", "AAPL", "AMZN", "SBUX",
                                        "T",   "PFE", "XOM", "GE",   "BAC",  "JPM"};
    // scipy 1.17.1's single linkage.
    static const double distances[] = {0.29760919748395204, 0.4403273125982128, 0.4645319359256575,
                                       0.5050924263392339,  0.5083590627326209, 0.5292324003161438,
                                       0.5403197738641685,  0.5602176973597938, 0.5676741409911966,
                                       0.5782514492466018,  0.5873259492996044};
    static const size_t left[] = {5, 2, 7, 9, 6, 11, 1, 0, 4, 3, 8};
    const struct stocks *stocks = stocks_load();
    struct hierarchy_join joins[STOCKS - 1];
    double wanted[STOCKS];
    size_t found[STOCKS];
    struct risk_parity_tree tree = {.order = found, .joins = joins};
    stocks_expected("hrp/distance/weights", STOCKS, wanted);
    for (int kind = RISK_PARITY_DISTANCE; kind <= RISK_PARITY_COLUMNS; kind++) {
        struct risk_parity_hierarchy hierarchy = {.distance = (enum risk_parity_distance)kind};
        assert_ok(risk_parity_hierarchical(stocks->covariance, STOCKS, stock_names, &hierarchy,
                                           &arena, weights, &tree));
        // Both distances give these stocks the same tree, as in scipy.
        all_near(weights, wanted, STOCKS, 1e-13);
        for (size_t i = 0; i < STOCKS; i++) assert_string_equal(stock_names[found[i]], order[i]);
        for (size_t k = 0; k + 1 < STOCKS; k++) {
            assert_int_equal(joins[k].left, left[k]);
            assert_int_equal(joins[k].right, k == 0 ? 10 : STOCKS + k - 1);
            assert_int_equal(joins[k].size, k + 2);
            if (kind == RISK_PARITY_DISTANCE) near(joins[k].distance, distances[k], 1e-13);
        }
    }
}

// Histories of unequal lengths: the tree is of the correlations of pairs, which are not those of the covariance.
static void the_published_weights_of_twenty_stocks_are_met(void **state) {
    double found[TWENTY];
    size_t order[TWENTY];
    struct hierarchy_join joins[TWENTY];
    struct risk_parity_tree tree = {.order = order, .joins = joins};
    double covariance[TWENTY * TWENTY], correlation[TWENTY * TWENTY];
    for (size_t i = 0; i < TWENTY; i++)
        for (size_t j = 0; j <= i; j++) {
            size_t at = i * (i + 1) / 2 + j;
            covariance[i * TWENTY + j] = covariance[j * TWENTY + i] = twenty_covariance[at];
            correlation[i * TWENTY + j] = correlation[j * TWENTY + i] = twenty_correlation[at];
        }
    struct risk_parity_hierarchy hierarchy = {.correlation = correlation};
    assert_ok(risk_parity_hierarchical(covariance, TWENTY, NULL, &hierarchy, &arena, found, &tree));
    all_near(found, twenty_weights, TWENTY, 1e-12);
}

static void one_asset_has_all_the_weight_and_a_bad_covariance_is_named(void **state) {
    static const double one[] = {0.04}, bent[] = {1, 2, 2, 1};
    struct hierarchy_join joins[1];
    size_t order[2];
    struct risk_parity_tree tree = {.order = order, .joins = joins};
    struct risk_parity_hierarchy hierarchy = {.distance = RISK_PARITY_DISTANCE};
    double error;
    assert_ok(risk_parity(one, 1, NULL, NULL, &arena, weights, &error));
    assert_true(weights[0] == 1);
    assert_ok(risk_parity_hierarchical(one, 1, NULL, &hierarchy, &arena, weights, &tree));
    assert_true(weights[0] == 1 && order[0] == 0);
    assert_int_equal(risk_parity(bent, 2, NULL, NULL, &arena, weights, &error), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "asset 2's variance"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_shares_of_risk_equal_the_reference),
        cmocka_unit_test(the_published_example_of_equal_shares_is_met),
        cmocka_unit_test(shares_follow_their_budgets),
        cmocka_unit_test(the_most_diversified_portfolio_equals_that_of_cvxpy),
        cmocka_unit_test(hierarchical_weights_joins_and_order_equal_the_reference),
        cmocka_unit_test(the_published_weights_of_twenty_stocks_are_met),
        cmocka_unit_test(one_asset_has_all_the_weight_and_a_bad_covariance_is_named),
    };
    return cmocka_run_group_tests_name("quant/risk_parity", tests, setup, teardown);
}
