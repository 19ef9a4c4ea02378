// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"
#include "quant/volatility/garch.h"
#include "shared_column.h"

enum { ROWS = 700, ROWS_MAX = 2000 };

static const struct garch_spec specs[] = {{GARCH_PLAIN, GARCH_NORMAL, GARCH_MEAN_E2},
                                          {GARCH_PLAIN, GARCH_STUDENT, GARCH_BACKCAST},
                                          {GARCH_GJR, GARCH_NORMAL, GARCH_BACKCAST},
                                          {GARCH_GJR, GARCH_STUDENT, GARCH_MEAN_E2},
                                          {GARCH_EXPONENTIAL, GARCH_NORMAL, GARCH_MEAN_E2},
                                          {GARCH_EXPONENTIAL, GARCH_STUDENT, GARCH_MEAN_E2},
                                          {GARCH_EXPONENTIAL, GARCH_NORMAL, GARCH_BACKCAST}};
enum { SPECS = sizeof specs / sizeof *specs };
static const double params[2][GARCH_PARAMS] = {{0.03, 0.05, 0.07, 0.06, 0.85, 6},
                                               {0.03, -0.02, 0.2, -0.09, 0.95, 6}};

static const double *params_of(const struct garch_spec *spec) {
    return params[spec->model == GARCH_EXPONENTIAL];
}

static void simulate(const struct garch_spec *spec, double *ret_returns) {
    double variances[ROWS];
    struct prng prng;
    prng_seed(&prng, 11);
    garch_simulate(spec, params_of(spec), 0.8, &prng, ROWS, ret_returns, variances);
}

// The definition in long double, term by term.
static long double naive_start(const struct garch_spec *spec, const long double *p, const double *y,
                               size_t n) {
    long double mean = 0, sum = 0, weights = 0, weight = 1;
    for (size_t i = 0; i < n; i++) mean += y[i] / (long double)n;
    if (spec->init == GARCH_MEAN_E2) {
        for (size_t i = 0; i < n; i++) sum += powl(y[i] - p[GARCH_MU], 2);
        return sum / (long double)n;
    }
    for (size_t i = 0; i < n && i < 75; i++, weight *= 0.94L) {
        sum += weight * powl(y[i] - mean, 2);
        weights += weight;
    }
    return sum / weights;
}

static long double naive_density(const struct garch_spec *spec, long double e, long double h,
                                 long double nu) {
    if (spec->law == GARCH_NORMAL) return -0.5L * (logl(2 * acosl(-1)) + logl(h) + e * e / h);
    return lgammal((nu + 1) / 2) - lgammal(nu / 2) - 0.5L * logl(acosl(-1) * (nu - 2) * h) -
           (nu + 1) / 2 * logl(1 + e * e / (h * (nu - 2)));
}

static long double naive(const struct garch_spec *spec, const long double *p, const double *y,
                         size_t n, long double *ret_terms) {
    long double s = naive_start(spec, p, y, n), h, total = 0;
    bool lever = spec->model == GARCH_GJR, exponential = spec->model == GARCH_EXPONENTIAL;
    long double gamma = lever ? p[GARCH_GAMMA] : 0;
    h = exponential ? expl(p[GARCH_OMEGA] + p[GARCH_BETA] * logl(s))
                    : p[GARCH_OMEGA] + (p[GARCH_ALPHA] + gamma / 2 + p[GARCH_BETA]) * s;
    for (size_t i = 0; i < n; i++) {
        long double e = y[i] - p[GARCH_MU], z = e / sqrtl(h);
        long double term = naive_density(spec, e, h, p[GARCH_NU]);
        total += term;
        if (ret_terms != NULL) ret_terms[i] = term;
        h = exponential ? expl(p[GARCH_OMEGA] + p[GARCH_ALPHA] * (fabsl(z) - sqrtl(2 / acosl(-1))) +
                               p[GARCH_GAMMA] * z + p[GARCH_BETA] * logl(h))
                        : p[GARCH_OMEGA] + (p[GARCH_ALPHA] + (e < 0 ? gamma : 0)) * e * e +
                              p[GARCH_BETA] * h;
    }
    return total;
}

static void close_to(double actual, double expected, double tolerance) {
    if (!(fabs(actual - expected) <= tolerance * fmax(1, fabs(expected))))
        fail_msg("%.17g, expected %.17g", actual, expected);
}

static void the_likelihood_equals_its_definition(void **state) {
    for (size_t k = 0; k < SPECS; k++) {
        const double *p = params_of(&specs[k]);
        double y[ROWS];
        long double exact[GARCH_PARAMS];
        for (int i = 0; i < GARCH_PARAMS; i++) exact[i] = p[i];
        simulate(&specs[k], y);
        struct garch_sample sample = garch_sample_make(y, ROWS);
        double value = garch_loglik(&specs[k], p, &sample, NULL, NULL);
        close_to(value, (double)naive(&specs[k], exact, y, ROWS, NULL), 1e-14);
        double gradient[GARCH_PARAMS];
        assert_true(garch_loglik(&specs[k], p, &sample, gradient, NULL) == value);
    }
}

// Central differences of fourth order in long double; of every term, for the outer products.
static void derivatives_equal_differences(void **state) {
    static long double terms[4][ROWS], scores[GARCH_PARAMS][ROWS];
    for (size_t k = 0; k < SPECS; k++) {
        double y[ROWS], gradient[GARCH_PARAMS], outer[GARCH_PARAMS][GARCH_PARAMS];
        const double *p = params_of(&specs[k]);
        simulate(&specs[k], y);
        struct garch_sample sample = garch_sample_make(y, ROWS);
        garch_loglik(&specs[k], p, &sample, gradient, outer[0]);
        for (int i = 0; i < GARCH_PARAMS; i++) {
            static const long double steps[] = {1, -1, 2, -2}, weights[] = {8, -8, -1, 1};
            long double h = 1e-6L, sum = 0;
            for (int s = 0; s < 4; s++) {
                long double exact[GARCH_PARAMS];
                for (int q = 0; q < GARCH_PARAMS; q++) exact[q] = p[q];
                exact[i] += steps[s] * h;
                sum += weights[s] * naive(&specs[k], exact, y, ROWS, terms[s]) / (12 * h);
            }
            for (size_t t = 0; t < ROWS; t++) {
                scores[i][t] = 0;
                for (int s = 0; s < 4; s++) scores[i][t] += weights[s] * terms[s][t] / (12 * h);
            }
            close_to(gradient[i], (double)sum, 1e-9);
            assert_true(garch_uses(&specs[k], i) || gradient[i] == 0);
        }
        for (int i = 0; i < GARCH_PARAMS; i++)
            for (int j = 0; j < GARCH_PARAMS; j++) {
                long double sum = 0;
                for (size_t t = 0; t < ROWS; t++) sum += scores[i][t] * scores[j][t];
                close_to(outer[i][j], (double)sum, 1e-9);
            }
    }
}

static void the_published_variances_are_reproduced(void **state) {
    static double y[ROWS_MAX], expected[ROWS_MAX], h[ROWS_MAX];
    size_t n = shared_column_load("golden/volatility/dem2gbp.csv", y, ROWS_MAX);
    assert_int_equal(shared_column_load("golden/volatility/dem2gbp_h.csv", expected, ROWS_MAX), n);
    assert_int_equal(n, 1974);
    // The parameters of golden/volatility/expected.json, which its variances were computed with.
    const double p[GARCH_PARAMS] = {[GARCH_MU] = -0.0061904098399768745,
                                    [GARCH_OMEGA] = 0.010761396802927039,
                                    [GARCH_ALPHA] = 0.1531340540338343,
                                    [GARCH_BETA] = 0.805973683036761};
    struct garch_sample sample = garch_sample_make(y, n);
    double loglik = 0;
    assert_ok(garch_filter(&specs[0], p, &sample, h, &loglik));
    for (size_t i = 0; i < n; i++) close_to(h[i] / expected[i], 1, 1e-12);
    close_to(loglik, -1106.6078810412882, 1e-13);
    double ahead[10];
    garch_forecast(&specs[0], p, garch_next(&specs[0], p, y[n - 1], h[n - 1]), 10, ahead);
    close_to(ahead[0], 0.14699256595100557, 1e-14);
    close_to(ahead[9], 0.18338201371000007, 1e-14);
}

static void the_filter_and_the_likelihood_agree(void **state) {
    for (size_t k = 0; k < SPECS; k++) {
        double y[ROWS], h[ROWS], loglik = 0;
        const double *p = params_of(&specs[k]);
        simulate(&specs[k], y);
        struct garch_sample sample = garch_sample_make(y, ROWS);
        assert_ok(garch_filter(&specs[k], p, &sample, h, &loglik));
        long double sum = 0;
        for (size_t i = 0; i < ROWS; i++)
            sum += naive_density(&specs[k], y[i] - p[GARCH_MU], h[i], p[GARCH_NU]);
        close_to(loglik, (double)sum, 1e-14);
        close_to(garch_loglik(&specs[k], p, &sample, NULL, NULL), loglik, 0);
    }
}

static void what_is_not_a_number_is_told(void **state) {
    double y[ROWS], h[ROWS], loglik = 7;
    simulate(&specs[0], y);
    struct garch_sample sample = garch_sample_make(y, ROWS);
    double p[GARCH_PARAMS] = {0, -1, 0.1, 0, 0.8, 8};
    assert_int_equal(garch_filter(&specs[0], p, &sample, h, &loglik), ERR_ARGUMENT);
    assert_string_equal(err_story(), "omega must be above 0");
    assert_true(isnan(garch_loglik(&specs[0], p, &sample, NULL, NULL)));
    double wild[GARCH_PARAMS] = {0, 900, 0.1, 0, 0.5, 8};
    assert_int_equal(garch_filter(&specs[4], wild, &sample, h, &loglik), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "not numbers"));
    assert_true(loglik == 7);
    double heavy[GARCH_PARAMS] = {0, 1, 0.1, 0, 0.8, 2};
    assert_true(isnan(garch_loglik(&specs[1], heavy, &sample, NULL, NULL)));
}

// With the pivot at mu nothing changes at mu, and what is beside it is as smooth as it looks: second
// differences over a return that mu passes do not see its kink.
static void a_pivot_takes_the_kink_away(void **state) {
    double y[ROWS], gradient[3][GARCH_PARAMS];
    const struct garch_spec *spec = &specs[4];
    double p[GARCH_PARAMS];
    memcpy(p, params_of(spec), sizeof p);
    simulate(spec, y);
    struct garch_sample sample = garch_sample_make(y, ROWS);
    p[GARCH_MU] = y[100];
    double value = garch_loglik(spec, p, &sample, NULL, NULL), jump[2];
    for (int with = 0; with < 2; with++) {
        sample.pivot = with ? y[100] : NAN;
        for (int s = 0; s < 3; s++) {
            p[GARCH_MU] = y[100] + 1e-7 * (s - 1);
            double at = garch_loglik(spec, p, &sample, gradient[s], NULL);
            if (s == 1) close_to(at, value, 0);
        }
        jump[with] =
            fabs(gradient[2][GARCH_MU] - 2 * gradient[1][GARCH_MU] + gradient[0][GARCH_MU]);
    }
    assert_true(jump[0] > 1e-3 && jump[1] < 1e-8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_likelihood_equals_its_definition),
        cmocka_unit_test(derivatives_equal_differences),
        cmocka_unit_test(the_published_variances_are_reproduced),
        cmocka_unit_test(the_filter_and_the_likelihood_agree),
        cmocka_unit_test(what_is_not_a_number_is_told),
        cmocka_unit_test(a_pivot_takes_the_kink_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
