// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/tail_risk.h"

#include <math.h>
#include <stdbool.h>

#include "golden.h"
#include "harness.h"
#include "quant/math/legendre.h"
#include "quant/math/normal.h"
#include "quant/series/performance.h"

#define RETURNS "golden/risk/returns12.csv"
#define EXPECTED "golden/risk/expected.json"

enum { ASSETS = 12 };

static double scratch[2 * GOLDEN_ROWS_MAX];

static void near(double actual, double wanted, double relative) {
    if (!(fabs(actual - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g, expected %.17g", actual, wanted);
}

// Twelve stocks held in equal parts.
static const double *equal_weight(size_t *ret_rows) {
    static double panel[ASSETS * GOLDEN_ROWS_MAX], series[GOLDEN_ROWS_MAX];
    *ret_rows = golden_panel(RETURNS, ASSETS, panel);
    for (size_t t = 0; t < *ret_rows; t++) {
        series[t] = 0;
        for (size_t j = 0; j < ASSETS; j++) series[t] += panel[j * GOLDEN_ROWS_MAX + t] / ASSETS;
    }
    return series;
}

static struct tail_risk of(enum tail_method method, const double *returns, size_t rows,
                           double level) {
    struct tail_options options = tail_options_default();
    struct tail_risk risk;
    options.level = level;
    assert_ok(tail_risk_of(method, returns, rows, &options, scratch, &risk));
    return risk;
}

static void every_listed_method_gives_the_shared_numbers(void **state) {
    static const struct {
        enum tail_method method;
        const char *var, *es;
    } rows[] = {
        {TAIL_HISTORICAL, "historical_type7", "historical_type7_es_mean_le_q"},
        {TAIL_LOWER, "historical_lower_order_stat", "historical_es_acerbi_tasche"},
        {TAIL_NORMAL, "parametric_normal", "parametric_normal_es"},
        {TAIL_NORMAL_ZERO, "parametric_normal_zero_mean", NULL},
        {TAIL_STUDENT, "student_t5_same_variance", "student_t5_same_variance_es"},
        {TAIL_CORNISH_FISHER, "cornish_fisher", "cornish_fisher_es_integral"},
        {TAIL_MODIFIED, "modified_var_population_sd", "modified_es_boudt_performanceanalytics"},
    };
    size_t count;
    const double *returns = equal_weight(&count);
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            char key[128];
            struct tail_risk risk = of(rows[i].method, returns, count, l == 0 ? 0.95 : 0.99);
            const char *level = l == 0 ? "0.95" : "0.99";
            snprintf(key, sizeof key, "var/equal_weight/%s/%s", level, rows[i].var);
            // The file's quantile of t with 5 degrees, -2.015048372669157, is one of probability
            // 0.05000000004; mpmath at 30 digits has -2.015048373333024.
            bool rough = rows[i].method == TAIL_STUDENT;
            near(risk.var, golden_file_number(EXPECTED, key), rough ? 1e-9 : 1e-10);
            if (rows[i].es == NULL) continue;
            snprintf(key, sizeof key, "var/equal_weight/%s/%s", level, rows[i].es);
            near(risk.es, golden_file_number(EXPECTED, key), rough ? 1e-9 : 1e-10);
        }
    struct tail_options ten = tail_options_default();
    struct tail_risk risk;
    ten.horizon = 10;
    assert_ok(tail_risk_of(TAIL_NORMAL_ZERO, returns, count, &ten, scratch, &risk));
    near(risk.var,
         golden_file_number(EXPECTED, "var/equal_weight/0.99/horizon10_sqrt_parametric_zero_mean"),
         1e-10);
}

// The rest by other means: scipy 1.x (t.logpdf maximised by Nelder and Mead), numpy loops for the weights by
// age and the filter of exponential volatility, the Python package arch 8 for GARCH(1,1).
static void the_other_methods_agree_with_numpy_scipy_and_arch(void **state) {
    size_t count;
    const double *returns = equal_weight(&count);
    struct tail_risk risk = of(TAIL_AGE, returns, count, 0.95);
    near(risk.var, 0.023797033508680482, 1e-13);
    near(risk.es, 0.02956416881681145, 1e-12);
    risk = of(TAIL_AGE, returns, count, 0.99);
    near(risk.var, 0.03446844433539883, 1e-13);
    near(risk.es, 0.041975944776553205, 1e-12);
    risk = of(TAIL_FILTERED_EWMA, returns, count, 0.95);
    near(risk.var, 0.024062440725527743, 1e-12);
    near(risk.es, 0.035505536467553965, 1e-12);
    risk = of(TAIL_FILTERED_EWMA, returns, count, 0.99);
    near(risk.var, 0.044165310669790694, 1e-12);
    near(risk.es, 0.05303737568917408, 1e-12);
    risk = of(TAIL_STUDENT_FITTED, returns, count, 0.99);
    near(risk.dof, 3.653062117943443, 5e-7);
    near(risk.mean, 0.0009596317707553897, 1e-6);
    near(risk.scale, 0.007559346351288331, 5e-7);
    near(risk.var, 0.028910495979247375, 5e-7);
    near(risk.es, 0.04179366380275963, 5e-7);
    risk = of(TAIL_FILTERED_GARCH, returns, count, 0.99);
    near(risk.var, 0.038927333345670674, 1e-4);
    near(risk.es, 0.046202440696334036, 1e-4);
    risk = of(TAIL_FILTERED_GARCH, returns, count, 0.95);
    near(risk.var, 0.02362237583397264, 1e-4);
    near(risk.es, 0.03324099079426626, 1e-4);
}

static void a_given_deviation_is_that_of_the_returns(void **state) {
    static const double returns[] = {0.01, -0.02, 0.03, 0.01, -0.005};
    static const enum tail_method methods[] = {TAIL_NORMAL, TAIL_NORMAL_ZERO, TAIL_STUDENT};
    struct tail_options options = tail_options_default();
    options.horizon = 4;
    for (size_t i = 0; i < 3; i++) {
        struct tail_risk whole, given;
        assert_ok(tail_risk_of(methods[i], returns, 5, &options, scratch, &whole));
        given = tail_risk_given(methods[i], performance_mean(returns, 5),
                                performance_deviation(returns, 5), &options);
        assert_true(whole.var == given.var && whole.es == given.es);
    }
    // Hull, "Options, Futures, and Other Derivatives": $10 million of one stock with 2 % a day and $5 million of
    // another with 1 %, correlation 0.3: over 10 days at 99 % $1,473,621, $368,405 and together $1,622,657, with 2.33
    // deviations.
    static const double a = 200000, b = 50000;
    double both = sqrt(a * a + b * b + 2 * 0.3 * a * b);
    static const double published[] = {1473621, 368405, 1622657};
    const double deviations[] = {a, b, both};
    options.horizon = 10;
    options.level = normal_cdf(2.33);
    for (size_t i = 0; i < 3; i++) {
        double var = tail_risk_given(TAIL_NORMAL_ZERO, 0, deviations[i], &options).var;
        assert_true(fabs(var - published[i]) < 0.5);
    }
}

static void equal_ages_are_the_lower_order_statistic(void **state) {
    size_t count;
    const double *returns = equal_weight(&count);
    struct tail_options options = tail_options_default();
    options.decay = 1;
    for (double level = 0.9; level < 0.9995; level += 0.0073) {
        struct tail_risk age, lower;
        options.level = level;
        assert_ok(tail_risk_of(TAIL_AGE, returns, count, &options, scratch, &age));
        assert_ok(tail_risk_of(TAIL_LOWER, returns, count, &options, scratch, &lower));
        assert_true(age.var == lower.var);
        near(age.es, lower.es, 1e-12);
    }
}

// Returns of 1 to 100 per cent of loss: every number can be read off.
static void a_hundred_losses_are_read_off_by_hand(void **state) {
    double returns[100];
    for (int i = 0; i < 100; i++) returns[i] = -(double)((i * 37) % 100 + 1);
    // n a = 10 exactly, although 1 - 0.9 is less than 0.1: the eleventh worst, and the mean of ten.
    struct tail_risk risk = of(TAIL_LOWER, returns, 100, 0.9);
    assert_true(risk.var == 90);
    near(risk.es, 95.5, 1e-15);
    // n a = 2.5: (100 + 99 + 0.5 x 98) / 2.5.
    risk = of(TAIL_LOWER, returns, 100, 0.975);
    assert_true(risk.var == 98);
    near(risk.es, 99.2, 1e-15);
    // (n - 1) a = 9.9: between 91 and 90 a tenth above 90; ten are as bad.
    risk = of(TAIL_HISTORICAL, returns, 100, 0.9);
    near(risk.var, 90.1, 1e-14);
    near(risk.es, 95.5, 1e-15);
}

static double cornish_fisher_at(double z, double skew, double excess) {
    return z + (z * z - 1) * skew / 6 + (z * z * z - 3 * z) * excess / 24 -
           (2 * z * z * z - 5 * z) * skew * skew / 36;
}

static double edgeworth(double z, double skew, double excess) {
    double z2 = z * z;
    double he6 = z2 * z2 * z2 - 15 * z2 * z2 + 45 * z2 - 15;
    return normal_pdf(z) * (1 + skew / 6 * (z * z2 - 3 * z) + excess / 24 * (z2 * z2 - 6 * z2 + 3) +
                            skew * skew / 72 * he6);
}

static void closed_forms_of_the_expansions_equal_their_integrals(void **state) {
    size_t count;
    const double *returns = equal_weight(&count);
    double mean = performance_mean(returns, count), s = performance_deviation(returns, count);
    double skew = performance_skew(returns, count);
    double excess = performance_kurtosis(returns, count) - 3;
    double population = s * sqrt((double)(count - 1) / (double)count);
    for (double level = 0.9; level < 0.96; level += 0.01) {
        double a = 1 - level, z = normal_quantile(a), zc = cornish_fisher_at(z, skew, excess);
        double tail = 0, density = 0;
        for (int panel = 0; panel < 40; panel++)
            for (int i = 0; i < LEGENDRE_NODES; i++) {
                double back = 0.5 * (panel + (legendre_x[i] + 1) / 2), w = 0.25 * legendre_w[i];
                tail += w * cornish_fisher_at(z - back, skew, excess) * normal_pdf(z - back);
                density += w * (zc - back) * edgeworth(zc - back, skew, excess);
            }
        near(of(TAIL_CORNISH_FISHER, returns, count, level).es, -(mean + s * tail / a), 1e-12);
        near(of(TAIL_MODIFIED, returns, count, level).es,
             -(mean + population * fmin(density / a, zc)), 1e-12);
    }
}

static void what_cannot_be_answered_is_refused_by_name(void **state) {
    double returns[] = {0.01, -0.02, 0.03, 0.01}, equal[] = {0.5, 0.5, 0.5}, zero[] = {0, 0, 0};
    struct tail_options good = tail_options_default(), bad;
    struct tail_risk risk;
    const struct {
        enum tail_method method;
        const double *returns;
        size_t count;
        struct tail_options options;
        const char *words;
    } rows[] = {
        {TAIL_HISTORICAL, returns, 4, (bad = good, bad.level = 1, bad), "level"},
        {TAIL_HISTORICAL, returns, 4, (bad = good, bad.level = 0.4, bad), "level"},
        {TAIL_HISTORICAL, returns, 4, (bad = good, bad.horizon = 0, bad), "horizon"},
        {TAIL_AGE, returns, 4, (bad = good, bad.decay = 0, bad), "decay"},
        {TAIL_FILTERED_EWMA, returns, 4, (bad = good, bad.lambda = 1, bad), "lambda"},
        {TAIL_STUDENT, returns, 4, (bad = good, bad.dof = 2, bad), "degrees of freedom"},
        {TAIL_HISTORICAL, returns, 1, good, "too few"},
        {TAIL_FILTERED_GARCH, returns, 4, good, "too few"},
        {TAIL_NORMAL, (double[]){1, NAN, 2}, 3, good, "return 2"},
        {TAIL_CORNISH_FISHER, equal, 3, good, "all 0.5"},
        {TAIL_MODIFIED, equal, 3, good, "all 0.5"},
        {TAIL_STUDENT_FITTED, equal, 3, good, "all 0.5"},
        {TAIL_FILTERED_EWMA, zero, 3, good, "all 0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(tail_risk_of(rows[i].method, rows[i].returns, rows[i].count,
                                      &rows[i].options, scratch, &risk),
                         ERR_ARGUMENT);
        if (strstr(err_story(), rows[i].words) == NULL)
            fail_msg("row %zu said: %s", i, err_story());
    }
    // Equal returns are a certain loss or gain where nothing divides by their deviation.
    near(of(TAIL_HISTORICAL, equal, 3, 0.99).es, -0.5, 1e-15);
    near(of(TAIL_NORMAL, equal, 3, 0.99).var, -0.5, 1e-15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_listed_method_gives_the_shared_numbers),
        cmocka_unit_test(the_other_methods_agree_with_numpy_scipy_and_arch),
        cmocka_unit_test(a_given_deviation_is_that_of_the_returns),
        cmocka_unit_test(equal_ages_are_the_lower_order_statistic),
        cmocka_unit_test(a_hundred_losses_are_read_off_by_hand),
        cmocka_unit_test(closed_forms_of_the_expansions_equal_their_integrals),
        cmocka_unit_test(what_cannot_be_answered_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
