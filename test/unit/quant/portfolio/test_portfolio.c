// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/portfolio.h"

#include "base/prng.h"
#include "quant/math/linalg.h"
#include "quant/math/sample.h"
#include "stocks.h"

static struct arena arena;
static double weights[STOCKS], box_lower[STOCKS], box_upper[STOCKS], equal[STOCKS], flat[STOCKS];
static double groups[2 * STOCKS];

static int setup(void **state) {
    for (size_t i = 0; i < STOCKS; i++) {
        box_lower[i] = 0.02;
        box_upper[i] = 0.25;
        equal[i] = 1.0 / STOCKS;
        groups[i] = i < 4;
        groups[STOCKS + i] = i >= 9;
    }
    return arena_init(&arena, (size_t)64 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

static struct portfolio stocks_portfolio(void) {
    const struct stocks *stocks = stocks_load();
    return (struct portfolio){.count = STOCKS,
                              .names = stock_names,
                              .mean = stocks->mean,
                              .covariance = stocks->covariance};
}

static const double *flat_of(double value) {
    for (size_t i = 0; i < STOCKS; i++) flat[i] = value;
    return flat;
}

static void the_least_variance_equals_the_reference(void **state) {
    double wanted[STOCKS];
    struct portfolio portfolio = stocks_portfolio();
    struct portfolio_result result = {.weights = weights};
    assert_ok(portfolio_min_variance(&portfolio, 0.02, &arena, &result));
    stocks_expected("mean_variance/minvar_longonly", STOCKS, wanted);
    all_near(weights, wanted, STOCKS, 1e-12);
    near(result.vol, golden_file_number(STOCKS_EXPECTED, "mean_variance/minvar_longonly_vol"),
         1e-14);
    assert_true(weights[2] == 0 && weights[10] == 0);
    assert_true(qp_residual(&result.certificate) <= 1e-12);
    portfolio.lower = flat_of(-INFINITY);
    assert_ok(portfolio_min_variance(&portfolio, 0.02, &arena, &result));
    stocks_expected("mean_variance/minvar_unconstrained", STOCKS, wanted);
    all_near(weights, wanted, STOCKS, 1e-12);
    near(result.vol, golden_file_number(STOCKS_EXPECTED, "mean_variance/minvar_unconstrained_vol"),
         1e-14);
}

// cvxopt 1.3.3 with its active constraints solved once more in numpy.
static void the_largest_sharpe_ratio_equals_that_of_cvxopt(void **state) {
    static const double wanted[] = {0.38291089236797149,
                                    0.2683940335694206,
                                    0,
                                    0,
                                    0.029696322333628677,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0.047710658316052396,
                                    0,
                                    0.27128809341292676};
    static const double boxed[] = {0.075244757926376304,
                                   0.084755242073623657,
                                   0.02,
                                   0.02,
                                   0.15023822099178258,
                                   0.02,
                                   0.10323123397717125,
                                   0.02,
                                   0.035555437631390359,
                                   0.20097510739965571,
                                   0.02,
                                   0.25};
    static const double lower[] = {-INFINITY, 0.4}, upper[] = {0.2, INFINITY};
    struct portfolio portfolio = stocks_portfolio();
    struct portfolio_result result = {.weights = weights};
    assert_ok(portfolio_max_sharpe(&portfolio, 0.02, &arena, &result));
    all_near(weights, wanted, STOCKS, 1e-12);
    near(result.vol, 0.19442667821142007, 1e-13);
    near(result.sharpe, (result.mean - 0.02) / result.vol, 1e-15);
    portfolio.lower = box_lower;
    portfolio.upper = box_upper;
    portfolio.groups = groups;
    portfolio.group_lower = lower;
    portfolio.group_upper = upper;
    portfolio.group_count = 2;
    assert_ok(portfolio_max_sharpe(&portfolio, 0.02, &arena, &result));
    all_near(weights, boxed, STOCKS, 1e-12);
    static const double useful[] = {0.02,
                                    0.14,
                                    0.02,
                                    0.02,
                                    0.02,
                                    0.02,
                                    0.02,
                                    0.02,
                                    0.089339642530668825,
                                    0.20016232629333972,
                                    0.18049803117599197,
                                    0.25};
    assert_ok(portfolio_utility(&portfolio, 3, 0.02, &arena, &result));
    all_near(weights, useful, STOCKS, 1e-11);
}

static void without_bounds_it_is_the_tangency_portfolio(void **state) {
    // inverse(S) (mean - rf), scaled to 1: the closed form.
    double l[STOCKS * STOCKS], tangency[STOCKS], sum = 0;
    struct portfolio portfolio = stocks_portfolio();
    memcpy(l, portfolio.covariance, sizeof l);
    assert_int_equal(linalg_cholesky(l, STOCKS), STOCKS);
    for (size_t i = 0; i < STOCKS; i++) tangency[i] = portfolio.mean[i] - 0.02;
    linalg_cholesky_solve(l, STOCKS, tangency);
    for (size_t i = 0; i < STOCKS; i++) sum += tangency[i];
    for (size_t i = 0; i < STOCKS; i++) tangency[i] /= sum;
    portfolio.lower = flat_of(-INFINITY);
    struct portfolio_result result = {.weights = weights};
    assert_ok(portfolio_max_sharpe(&portfolio, 0.02, &arena, &result));
    all_near(weights, tangency, STOCKS, 1e-12);
}

// Points 1, 5 and 9 as cvxopt has them, the last all in the best stock.
static void the_frontier_goes_from_the_least_variance_to_the_best_stock(void **state) {
    static const double first[] = {0.10089542331010554,
                                   0.042097601076863722,
                                   0,
                                   0,
                                   0.26992483249352278,
                                   0,
                                   0.30384491815950021,
                                   0.055722867685788824,
                                   0.0075397946533850065,
                                   0.16217411093228518,
                                   0,
                                   0.057800451688548422};
    static const double fifth[] = {0.27433819845923879,
                                   0.17980217248128977,
                                   0,
                                   0,
                                   0.14089392051731084,
                                   0,
                                   0.098648351221437891,
                                   0,
                                   0.004327137435095124,
                                   0.11185998050412464,
                                   0,
                                   0.19013023938150331};
    static const double ninth[] = {
        0.45494101752126181, 0.53138757874423448, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.013671403734503849};
    double many[11][STOCKS];
    struct portfolio_result results[11];
    struct portfolio portfolio = stocks_portfolio();
    for (size_t i = 0; i < 11; i++) results[i].weights = many[i];
    assert_ok(portfolio_frontier(&portfolio, 0.02, 11, &arena, results));
    all_near(many[1], first, STOCKS, 1e-11);
    all_near(many[5], fifth, STOCKS, 1e-11);
    all_near(many[9], ninth, STOCKS, 1e-11);
    near(results[5].vol, 0.15906976203610795, 1e-13);
    near(many[10][1], 1, 1e-12);
    for (size_t i = 1; i < 11; i++) {
        near(results[i].mean - results[i - 1].mean, (results[10].mean - results[0].mean) / 10,
             1e-13);
        assert_true(results[i].vol > results[i - 1].vol);
    }
}

// cvxpy 1.9.3 with Clarabel, to its tolerance.
static void turnover_costs_and_uncertain_means_equal_those_of_cvxpy(void **state) {
    static const double turnover[] = {0.083333333333287685, 0.079100272741420244,
                                      0.083333333333243872, 0,
                                      0.21845097908277483,  0,
                                      0.19821568758299854,  0.083333333333428114,
                                      0.046784115188962021, 0.083333333333712081,
                                      0.04078227873680914,  0.083333333333213508};
    static const double cost[] = {0.39491570180345936,
                                  0.35495551038577966,
                                  0,
                                  0,
                                  0,
                                  0,
                                  0,
                                  0,
                                  0.029639809838337139,
                                  0.030114379271228731,
                                  0.026962678406508692,
                                  0.16341192029433935};
    static const double robust[] = {
        0.55118086527643695, 0.42944207247747668, -0.37366097113907776, 0, 0, 0, 0, 0, 0, 0, 0,
        0.39303803338918836};
    static const double safe[] = {
        0.41728189668908572, 0.31896414476173085, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.26375395854918299};
    double slopes[STOCKS];
    struct portfolio portfolio = stocks_portfolio();
    struct portfolio_result result = {.weights = weights};
    portfolio.held = equal;
    portfolio.turnover_max = 0.5;
    assert_ok(portfolio_min_variance(&portfolio, 0.02, &arena, &result));
    all_near(weights, turnover, STOCKS, 1e-8);
    portfolio.turnover_max = 0;
    portfolio.trade_cost = slopes;
    for (size_t i = 0; i < STOCKS; i++) slopes[i] = 0.03;
    assert_ok(portfolio_utility(&portfolio, 4, 0.02, &arena, &result));
    all_near(weights, cost, STOCKS, 1e-8);
    portfolio.held = portfolio.trade_cost = NULL;
    portfolio.uncertainty = slopes;
    for (size_t i = 0; i < STOCKS; i++) slopes[i] = 0.05;
    assert_ok(portfolio_max_sharpe(&portfolio, 0.02, &arena, &result));
    all_near(weights, safe, STOCKS, 1e-12);
    portfolio.lower = flat_of(-0.5);
    assert_ok(portfolio_utility(&portfolio, 4, 0.02, &arena, &result));
    all_near(weights, robust, STOCKS, 1e-8);
}

// cvxpy 1.9.3 with Clarabel, to its tolerance, for costs of 1 % in proportion and squares that rise from 0.05; then the
// value falls whichever pair of weights trades a little.
static void costs_that_grow_with_the_square_of_a_trade_equal_those_of_cvxpy(void **state) {
    static const double wanted[] = {
        0.3827552012242916,   0.3486372818811867,     2.727384601058787e-15, 7.70944523505079e-15,
        2.59576636765514e-13, 1.1070693690120835e-14, 7.15016644682172e-14,  4.2328809828587405e-15,
        0.024877280258508445, 0.019625321674246285,   0.022055402794156242,  0.20204951216725364};
    double impact[STOCKS], slopes[STOCKS], other[STOCKS];
    struct portfolio portfolio = stocks_portfolio();
    struct portfolio_result result = {.weights = weights};
    for (size_t i = 0; i < STOCKS; i++) {
        impact[i] = 0.05 * (1 + (double)i / STOCKS);
        slopes[i] = 0.01;
    }
    portfolio.held = equal;
    portfolio.trade_cost = slopes;
    portfolio.impact = impact;
    assert_ok(portfolio_utility(&portfolio, 4, 0.02, &arena, &result));
    all_near(weights, wanted, STOCKS, 1e-8);
    assert_true(qp_residual(&result.certificate) <= 1e-12);
    double best =
        result.mean - 2 * result.vol * result.vol - portfolio_trade_cost(&portfolio, weights);
    for (size_t i = 0; i < STOCKS; i++)
        for (size_t j = 0; j < STOCKS; j++) {
            if (i == j || weights[j] < 1e-4) continue;
            memcpy(other, weights, sizeof other);
            other[i] += 1e-4;
            other[j] -= 1e-4;
            double value = linalg_dot(portfolio.mean, other, STOCKS) -
                           2 * linalg_quadratic(portfolio.covariance, STOCKS, other) -
                           portfolio_trade_cost(&portfolio, other);
            assert_true(value < best);
        }
    double turnover = 0;
    for (size_t i = 0; i < STOCKS; i++) turnover += fabs(weights[i] - equal[i]);
    near(portfolio_turnover(&portfolio, weights), turnover, 1e-15);
    assert_int_equal(portfolio_min_variance(&portfolio, 0, &arena, &result), ERR_UNSUPPORTED);
    assert_int_equal(portfolio_target(&portfolio, 0.1, 0, &arena, &result), ERR_UNSUPPORTED);
    assert_int_equal(portfolio_max_sharpe(&portfolio, 0, &arena, &result), ERR_UNSUPPORTED);
    impact[4] = -1;
    assert_int_equal(portfolio_utility(&portfolio, 4, 0.02, &arena, &result), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "WMT: costs and uncertainties"));
}

static void what_cannot_be_met_names_its_item(void **state) {
    static const double lower[] = {0.9}, upper[] = {INFINITY};
    static const char *const names[] = {"technology"};
    struct portfolio portfolio = stocks_portfolio();
    struct portfolio_result result = {.weights = weights};
    double covariance[STOCKS * STOCKS];
    portfolio.groups = groups;
    portfolio.group_lower = lower;
    portfolio.group_upper = upper;
    portfolio.group_names = names;
    portfolio.group_count = 1;
    portfolio.upper = flat_of(0.2);
    assert_int_equal(portfolio_min_variance(&portfolio, 0, &arena, &result), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "the constraints contradict each other: "));
    assert_non_null(strstr(err_story(), "technology"));
    // All in two stocks, technology at most 0 and a tenth of turnover: the variables of trades are not named.
    static const double none[] = {0};
    double two[STOCKS] = {0.5, 0.5};
    portfolio.held = two;
    portfolio.turnover_max = 0.1;
    portfolio.upper = portfolio.group_lower = NULL;
    portfolio.group_upper = none;
    assert_int_equal(portfolio_min_variance(&portfolio, 0, &arena, &result), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "technology"));
    assert_non_null(strstr(err_story(), "the limit on turnover"));
    assert_null(strstr(err_story(), "more"));
    portfolio.turnover_max = 0;
    portfolio.held = NULL;
    portfolio.upper = flat_of(0.2);
    portfolio.group_count = 0;
    assert_int_equal(portfolio_target(&portfolio, 0.5, 0, &arena, &result), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "the target return"));
    assert_int_equal(portfolio_max_sharpe(&portfolio, 0.9, &arena, &result), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "weights that earn more than the rate 0.9"));
    // BAC becomes the sum of AAPL and AMZN, then less than nothing.
    memcpy(covariance, portfolio.covariance, sizeof covariance);
    portfolio.covariance = covariance;
    for (size_t i = 0; i < STOCKS; i++)
        covariance[5 * STOCKS + i] = covariance[i] + covariance[STOCKS + i];
    covariance[5 * STOCKS + 5] = covariance[5 * STOCKS] + covariance[5 * STOCKS + 1];
    for (size_t i = 0; i < STOCKS; i++) covariance[i * STOCKS + 5] = covariance[5 * STOCKS + i];
    assert_int_equal(portfolio_min_variance(&portfolio, 0, &arena, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(),
                        "the covariance is singular: BAC is a combination of the assets before it");
    covariance[5 * STOCKS + 5] *= 0.9;
    assert_int_equal(portfolio_min_variance(&portfolio, 0, &arena, &result), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "not positive semidefinite: BAC's variance"));
    covariance[5 * STOCKS + 5] = 0;
    assert_int_equal(portfolio_min_variance(&portfolio, 0, &arena, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(), "BAC has a variance of 0; it must be above 0 and finite");
}

// A one-factor market of 300 assets: long only, capped, with the conditions checked by the certificate
// and the value against one hundred other portfolios.
static void hundreds_of_assets_are_solved_to_the_last_digits(void **state) {
    enum { MANY = 300 };
    static double covariance[MANY * MANY], mean[MANY], cap[MANY], found[MANY], other[MANY];
    struct prng prng;
    prng_seed(&prng, 5);
    for (size_t i = 0; i < MANY; i++) {
        other[i] = 0.5 + prng_double(&prng);
        mean[i] = 0.05 * sample_normal(&prng);
        cap[i] = 0.02;
    }
    for (size_t i = 0; i < MANY; i++)
        for (size_t j = 0; j < MANY; j++)
            covariance[i * MANY + j] =
                0.03 * other[i] * other[j] + (i == j ? 0.02 + 0.05 * other[i] : 0);
    struct portfolio portfolio = {
        .count = MANY, .covariance = covariance, .mean = mean, .upper = cap};
    struct portfolio_result result = {.weights = found};
    assert_ok(portfolio_utility(&portfolio, 4, 0, &arena, &result));
    assert_true(qp_residual(&result.certificate) <= 1e-12);
    double best = result.mean - 2 * result.vol * result.vol;
    for (size_t round = 0; round < 100; round++) {
        // Some weight moves from one asset to another.
        size_t from = prng_below(&prng, MANY), to = prng_below(&prng, MANY);
        double moved = fmin(found[from], cap[to] - found[to]) * prng_double(&prng);
        memcpy(other, found, sizeof other);
        other[from] -= moved;
        other[to] += moved;
        double value =
            linalg_dot(mean, other, MANY) - 2 * linalg_quadratic(covariance, MANY, other);
        assert_true(value <= best + 1e-14);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_variance_equals_the_reference),
        cmocka_unit_test(the_largest_sharpe_ratio_equals_that_of_cvxopt),
        cmocka_unit_test(without_bounds_it_is_the_tangency_portfolio),
        cmocka_unit_test(the_frontier_goes_from_the_least_variance_to_the_best_stock),
        cmocka_unit_test(turnover_costs_and_uncertain_means_equal_those_of_cvxpy),
        cmocka_unit_test(costs_that_grow_with_the_square_of_a_trade_equal_those_of_cvxpy),
        cmocka_unit_test(what_cannot_be_met_names_its_item),
        cmocka_unit_test(hundreds_of_assets_are_solved_to_the_last_digits),
    };
    return cmocka_run_group_tests_name("quant/portfolio", tests, setup, teardown);
}
