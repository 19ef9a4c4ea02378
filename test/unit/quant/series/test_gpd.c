// SPDX-License-Identifier: Apache-2.0
#include "quant/series/gpd.h"

#include <math.h>

#include "harness.h"

enum { MAX = 300 };

// Excesses as the oracle has them: quantiles of a congruential generator's numbers.
static void make(double *ret, size_t count, uint64_t seed, double shape, double scale) {
    for (size_t i = 0; i < count; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        double u = ((double)(seed >> 11) + 0.5) / 9007199254740992.0;
        ret[i] = shape == 0 ? -scale * log(1 - u) : scale * (pow(1 - u, -shape) - 1) / shape;
    }
}

static void fits_equal_those_of_scipy(void **state) {
    // scipy 1.17.1: minimum of -genpareto.logpdf(y, c, 0, scale).sum() by Nelder-Mead to 1e-11; then
    // genpareto.sf(3 mean) and genpareto.isf(1e-3).
    static const struct {
        size_t count;
        uint64_t seed;
        double shape, scale; // that were simulated
        double fitted_shape, fitted_scale, loglik, beyond, quantile;
    } cases[] = {
        {200, 1, 0.4, 2, 0.3091054603161736, 1.982459411993115, -398.6887287153774,
         0.0643201700985431, 47.83824473612868},
        {100, 2, 0, 0.01, 0.101705658836325, 0.008633914177459382, 365.03516617133073,
         0.056704177464605134, 0.08649648693070704},
        {300, 3, -0.3, 5, -0.35708905198301355, 5.245395775487321, -690.0784913919769,
         0.01315639522877375, 13.44269980311491},
        {8, 4, 0.2, 1, 0.44170483902481605, 0.808282155809709, -9.83088629695062,
         0.07172333030717602, 36.85533029763764},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double y[MAX], scratch[MAX], sum = 0;
        size_t n = cases[i].count;
        make(y, n, cases[i].seed, cases[i].shape, cases[i].scale);
        for (size_t k = 0; k < n; k++) sum += y[k];
        struct gpd fit = gpd_fit(y, n, scratch);
        assert_true(fabs(fit.shape - cases[i].fitted_shape) < 2e-6);
        assert_true(fabs(fit.scale / cases[i].fitted_scale - 1) < 2e-6);
        assert_true(fabs(gpd_log_likelihood(&fit, y, n) - cases[i].loglik) < 1e-8);
        assert_true(fabs(gpd_beyond(&fit, 3 * sum / (double)n) / cases[i].beyond - 1) < 1e-5);
        assert_true(fabs(gpd_quantile(&fit, 1e-3) / cases[i].quantile - 1) < 2e-5);
    }
}

static void quantiles_invert_probabilities(void **state) {
    static const struct gpd cases[] = {{0.4, 2}, {0, 3}, {-0.4, 0.1}, {1e-7, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (double p = 1; p > 1e-9; p /= 7)
            assert_true(fabs(gpd_beyond(&cases[i], gpd_quantile(&cases[i], p)) / p - 1) < 1e-9);
    assert_true(gpd_beyond(&cases[2], 0.26) == 0); // beyond the end, at 0.25
    assert_true(gpd_beyond(&cases[0], 0) == 1);
    assert_true(fabs(gpd_beyond(&cases[3], 2) - exp(-2)) < 1e-6);
}

static void what_has_no_fit_has_no_scale(void **state) {
    double scratch[8];
    assert_true(isnan(gpd_fit((double[]){1, 2, 3, 4}, 4, scratch).scale));
    assert_true(isnan(gpd_fit((double[]){2, 2, 2, 2, 2, 2}, 6, scratch).scale));
    assert_true(isnan(gpd_fit((double[]){1, 2, 0, 4, 5, 6}, 6, scratch).scale));
    assert_true(isnan(gpd_fit((double[]){1, 2, -1, 4, 5, 6}, 6, scratch).scale));
    // Bounded samples would be fitted best by a shape below -1, with an infinite likelihood.
    struct gpd edge = gpd_fit((double[]){1, 2, 3, 4, 5, 6, 7, 8}, 8, scratch);
    assert_true(edge.shape > -0.5001 && edge.shape < 0 && edge.scale > 0);
    double far[] = {1e-8, 1e-7, 1e-6, 1, 1e6, 1e9};
    struct gpd wild = gpd_fit(far, 6, scratch);
    assert_true(isfinite(wild.scale) && wild.shape > 1);
}

static void units_scale_the_scale_alone(void **state) {
    double y[100], scratch[100];
    make(y, 100, 9, 0.3, 1);
    struct gpd one = gpd_fit(y, 100, scratch);
    for (int i = 0; i < 100; i++) y[i] *= 1024;
    struct gpd other = gpd_fit(y, 100, scratch);
    assert_true(one.shape == other.shape && one.scale * 1024 == other.scale);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_equal_those_of_scipy),
        cmocka_unit_test(quantiles_invert_probabilities),
        cmocka_unit_test(what_has_no_fit_has_no_scale),
        cmocka_unit_test(units_scale_the_scale_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
