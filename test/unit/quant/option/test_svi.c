// SPDX-License-Identifier: Apache-2.0
#include "quant/option/svi.h"

#include <jansson.h>
#include <math.h>
#include <stdbool.h>

#include "base/prng.h"
#include "harness.h"
#include "table.h"

enum { POINTS_MAX = 64 };

// Axel Vogt's slice.
static const struct svi vogt = {-0.041, 0.1331, 0.306, 0.3586, 0.4153};

static bool near(double a, double b, double tolerance) {
    return fabs(a - b) <= tolerance * fmax(1, fabs(b));
}

static double uniform(struct prng *prng, double low, double high) {
    return low + (high - low) * prng_double(prng);
}

static void vogts_slice_has_the_published_numbers_and_a_butterfly_arbitrage(void **state) {
    json_t *root = json_load_file(harness_shared("golden/options/expected.json"), 0, NULL);
    const json_t *golden = json_object_get(root, "svi_vogt"), *jw = json_object_get(golden, "jw");
    assert_non_null(golden);
    struct svi_jw actual = svi_to_jw(&vogt, 1);
    const double *numbers = (const double *)&actual;
    static const char *const names[] = {"v", "psi", "p", "c", "vt"};
    for (size_t i = 0; i < 5; i++)
        assert_true(near(numbers[i], json_number_value(json_object_get(jw, names[i])), 1e-14));
    const json_t *k = json_object_get(golden, "k");
    for (size_t i = 0; i < json_array_size(k); i++) {
        double at = json_number_value(json_array_get(k, i));
        double w = json_number_value(json_array_get(json_object_get(golden, "w"), i));
        double g = json_number_value(json_array_get(json_object_get(golden, "g"), i));
        assert_true(near(svi_variance(&vogt, at, NULL, NULL), w, 1e-14));
        assert_true(near(svi_density(&vogt, at), g, 1e-12));
    }
    double at, least = svi_density_least(&vogt, -1.5, 1.5, &at);
    double wanted = json_number_value(json_object_get(golden, "min_g"));
    assert_true(least < 0 && fabs(least - wanted) <= 1e-7 && at > 0.8 && at < 0.95);
    json_decref(root);
}

static void derivatives_are_the_slopes_and_jump_wings_lead_back(void **state) {
    struct prng prng;
    prng_seed(&prng, 11);
    for (int i = 0; i < 500; i++) {
        struct svi svi = {uniform(&prng, 0, 0.1), uniform(&prng, 0.02, 0.5),
                          uniform(&prng, -0.95, 0.95), uniform(&prng, -0.4, 0.4),
                          uniform(&prng, 0.02, 0.6)};
        double k = uniform(&prng, -1, 1), h = 1e-4, slope, bend, up, down;
        svi_variance(&svi, k, &slope, &bend);
        double rise = svi_variance(&svi, k + h, &up, NULL) - svi_variance(&svi, k - h, &down, NULL);
        assert_true(fabs(slope - rise / (2 * h)) <= 1e-4 &&
                    near(bend, (up - down) / (2 * h), 1e-3));
        struct svi_jw jw = svi_to_jw(&svi, 0.7);
        struct svi back;
        assert_int_equal(svi_from_jw(&jw, 0.7, &back), 0);
        for (size_t j = 0; j < 5; j++)
            assert_true(near(((const double *)&back)[j], ((const double *)&svi)[j], 1e-9));
    }
}

static size_t read_slice(const char *path, const char *k_name, const char *w_name, double days,
                         double *k, double *w) {
    struct table table;
    size_t count = 0;
    table_open(&table, path);
    while (table_next(&table)) {
        if (days > 0 && table_number(&table, "days") != days) continue;
        assert_true(count < POINTS_MAX);
        k[count] = table_number(&table, k_name);
        w[count++] = table_number(&table, w_name);
    }
    return count;
}

static void a_slice_without_noise_is_recovered(void **state) {
    double k[POINTS_MAX], w[POINTS_MAX];
    size_t count = read_slice("golden/options/svi_exact_recovery.csv", "k", "w", 0, k, w);
    static const double truth[] = {0.04, 0.4, -0.4, 0.05, 0.1};
    struct svi_fit fit;
    assert_int_equal(svi_fit(k, w, count, &fit), 0);
    if (!(fit.rss < 1e-20)) fail_msg("rss %g", fit.rss);
    for (size_t j = 0; j < 5; j++)
        assert_true(fabs(((const double *)&fit.svi)[j] - truth[j]) <= 1e-8);
}

// SciPy's trust-region least squares from 25 random starts, |rho| <= 0.999: the least sum of squares that it found.
static void market_slices_are_fitted_as_closely_as_by_a_global_search(void **state) {
    static const struct {
        double days, rss;
    } slices[] = {{13, 5.8493993e-07},  {41, 2.2262096e-07},  {75, 3.1978515e-07},
                  {165, 3.8442455e-06}, {256, 8.3954241e-06}, {345, 7.7145069e-07},
                  {524, 1.5210285e-05}, {703, 0.00012430168}};
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++) {
        double k[POINTS_MAX], w[POINTS_MAX];
        size_t count = read_slice("golden/options/dax_surface_2002-07-05.csv", "log_moneyness",
                                  "total_variance", slices[i].days, k, w);
        struct svi_fit fit;
        assert_int_equal(svi_fit(k, w, count, &fit), 0);
        assert_true(fabs(fit.svi.rho) <= SVI_RHO_MAX && fit.svi.b > 0 && fit.svi.sigma > 0);
        for (double at = -0.45; at <= 0.45; at += 0.01)
            assert_true(svi_variance(&fit.svi, at, NULL, NULL) >= 0);
        if (!(fit.rss <= 1.005 * slices[i].rss))
            fail_msg("%g days: %.8g, wanted %.8g", slices[i].days, fit.rss, slices[i].rss);
    }
}

// Gatheral and Jacquier 2014, section 5.1: with the wing c' = p + 2 psi and the least variance v' = v 4 p c' / (p +
// c')^2 in place of its own the slice is one of SSVI; the paper prints both for Vogt's.
static void vogts_slice_is_mended_by_the_published_wing_and_least_variance(void **state) {
    struct svi_jw jw = svi_to_jw(&vogt, 1);
    jw.c = jw.p + 2 * jw.psi;
    jw.vt = jw.v * 4 * jw.p * jw.c / ((jw.p + jw.c) * (jw.p + jw.c));
    assert_true(fabs(jw.c - 0.3493158) <= 5e-7 && fabs(jw.vt - 0.01548182) <= 5e-9);
    struct svi svi;
    double at;
    assert_int_equal(svi_from_jw(&jw, 1, &svi), 0);
    assert_true(svi_density_least(&svi, -3, 3, &at) > 0);
}

static void points_that_are_none_are_named(void **state) {
    double k[] = {-0.1, 0, 0.1}, vol[] = {0.2, 0.2, 0.2}, error[] = {0.01, 0.01, 0.01};
    struct svi_points points = {1, k, vol, error, 3};
    assert_int_equal(svi_points_check(&points), 0);
    double *const numbers[] = {k, vol, error};
    for (size_t i = 0; i < 3; i++) {
        double kept = numbers[i][2];
        numbers[i][2] = i == 0 ? NAN : 0;
        assert_int_equal(svi_points_check(&points), ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), "point 3"));
        numbers[i][2] = kept;
    }
    points.years = 0;
    assert_int_equal(svi_points_check(&points), ERR_ARGUMENT);
}

static void calendars_that_cross_are_found(void **state) {
    struct svi near_slice = {0.02, 0.2, -0.3, 0, 0.1}, far_slice = near_slice;
    double at;
    far_slice.a += 0.01;
    double least = svi_calendar_least(&near_slice, &far_slice, -1, 1, &at);
    assert_true(fabs(least - 0.01) <= 1e-15);
    far_slice.b = 0.1; // flatter: lower in the wings, and lowest at an end
    least = svi_calendar_least(&near_slice, &far_slice, -1, 1, &at);
    assert_true(least < 0 && fabs(at + 1) <= 1e-12);
}

static void what_is_no_slice_is_refused(void **state) {
    static const struct svi bad[] = {{0.1, -0.1, 0, 0, 0.1}, {0.1, 0.1, 1, 0, 0.1},
                                     {0.1, 0.1, 0, 0, 0},    {-0.1, 0.1, 0, 0, 0.1},
                                     {NAN, 0.1, 0, 0, 0.1},  {0.1, 0.1, 0, INFINITY, 0.1}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(svi_check(&bad[i]), ERR_ARGUMENT);
    double k[] = {-0.2, -0.1, 0, 0.1, 0.2}, w[] = {0.05, 0.04, 0.03, 0.04, NAN};
    struct svi_fit fit;
    assert_int_equal(svi_fit(k, w, 5, &fit), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "point 5"));
    w[4] = 0.05;
    assert_int_equal(svi_fit(k, w, 4, &fit), ERR_ARGUMENT);
    assert_int_equal(svi_fit(k, w, 5, &fit), 0);
    double same[] = {1, 1, 1, 1, 1};
    assert_int_equal(svi_fit(same, w, 5, &fit), ERR_ARGUMENT);
    struct svi svi;
    assert_int_equal(svi_from_jw(&(struct svi_jw){0.04, 3, 0.5, 0.5, 0.03}, 1, &svi), ERR_ARGUMENT);
    assert_int_equal(svi_from_jw(&(struct svi_jw){0.04, 0, -0.5, 0.2, 0.03}, 1, &svi),
                     ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vogts_slice_has_the_published_numbers_and_a_butterfly_arbitrage),
        cmocka_unit_test(vogts_slice_is_mended_by_the_published_wing_and_least_variance),
        cmocka_unit_test(points_that_are_none_are_named),
        cmocka_unit_test(derivatives_are_the_slopes_and_jump_wings_lead_back),
        cmocka_unit_test(a_slice_without_noise_is_recovered),
        cmocka_unit_test(market_slices_are_fitted_as_closely_as_by_a_global_search),
        cmocka_unit_test(calendars_that_cross_are_found),
        cmocka_unit_test(what_is_no_slice_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
