// SPDX-License-Identifier: Apache-2.0
#include "quant/option/ssvi.h"

#include <math.h>

#include "base/prng.h"
#include "harness.h"

enum { SLICES = 6, POINTS = 21 };

static double uniform(struct prng *prng, double low, double high) {
    return low + (high - low) * prng_double(prng);
}

static struct ssvi draw(struct prng *prng, enum ssvi_form form) {
    struct ssvi surface = {.rho = uniform(prng, -0.9, 0.9), .form = form};
    double wide = 1 + fabs(surface.rho);
    surface.gamma = uniform(prng, 0.05, 0.5);
    surface.eta = form == SSVI_POWER ? uniform(prng, 0.1, 1) * 2 / wide
                                     : 0.25 * wide * exp(uniform(prng, 0, 4));
    return surface;
}

static void a_slice_is_the_printed_formula(void **state) {
    struct prng prng;
    prng_seed(&prng, 21);
    for (int i = 0; i < 200; i++) {
        struct ssvi surface = draw(&prng, i % 2 == 0 ? SSVI_POWER : SSVI_HESTON);
        double theta = exp(uniform(&prng, -9, 1)), k = uniform(&prng, -1, 1), rho = surface.rho;
        long double x = (long double)surface.eta * theta, phi = (1 - (-expm1l(-x) / x)) / x;
        if (surface.form == SSVI_POWER)
            phi = surface.eta / (powl(theta, surface.gamma) * powl(1 + theta, 1 - surface.gamma));
        assert_true(fabs(ssvi_phi(&surface, theta) - (double)phi) <= 1e-10 * (double)phi);
        struct svi svi = ssvi_slice(&surface, theta);
        long double root = sqrtl((phi * k + rho) * (phi * k + rho) + 1 - (long double)rho * rho);
        double w = (double)(theta / 2 * (1 + rho * phi * k + root));
        assert_true(fabs(svi_variance(&svi, k, NULL, NULL) - w) <= 1e-10 * fmax(w, theta));
    }
}

static void no_room_is_left_where_the_check_passes(void **state) {
    struct prng prng;
    prng_seed(&prng, 12);
    for (int i = 0; i < 60; i++) {
        struct ssvi surface = draw(&prng, i % 2 == 0 ? SSVI_POWER : SSVI_HESTON);
        assert_int_equal(ssvi_check(&surface), 0);
        struct svi before = ssvi_slice(&surface, 0.001);
        for (double theta = 0.004; theta < 2; theta *= 2) {
            struct svi slice = ssvi_slice(&surface, theta);
            double at;
            assert_true(ssvi_butterfly_holds(&surface, theta));
            assert_true(ssvi_calendar_holds(&surface, theta));
            assert_true(fabs(svi_variance(&slice, 0, NULL, NULL) - theta) <= 1e-14);
            assert_true(svi_density_least(&slice, -2, 2, &at) >= 0);
            assert_true(svi_calendar_least(&before, &slice, -2, 2, &at) >= 0);
            before = slice;
        }
    }
}

// Theorem 4.1 is sharp: where it fails the slices of near thetas cross, where it holds they do not. phi that falls
// faster than 1 / theta is what breaks it.
static void theorem_4_1_tells_where_slices_cross(void **state) {
    struct prng prng;
    prng_seed(&prng, 13);
    size_t failed = 0;
    for (int i = 0; i < 200; i++) {
        struct ssvi surface = draw(&prng, SSVI_POWER);
        surface.gamma = uniform(&prng, 0.5, 1.5);
        double theta = exp(uniform(&prng, -5, 0)), at;
        struct svi near = ssvi_slice(&surface, theta), far = ssvi_slice(&surface, 1.0001 * theta);
        double reach = 1e4 / ssvi_phi(&surface, theta);
        double rise = svi_calendar_least(&near, &far, -reach, reach, &at);
        bool holds = ssvi_calendar_holds(&surface, theta);
        failed += !holds;
        if (holds != (rise >= -1e-9 * theta))
            fail_msg("rho %g gamma %g theta %g: %d, rise %g", surface.rho, surface.gamma, theta,
                     holds, rise);
    }
    assert_true(failed > 50);
}

// Theorem 4.2: theta phi (1 + |rho|) <= 4 is necessary; the other condition where that is 4.
static void theorem_4_2_fails_where_butterflies_are_negative(void **state) {
    struct prng prng;
    prng_seed(&prng, 14);
    for (int i = 0; i < 200; i++) {
        struct ssvi surface = draw(&prng, SSVI_POWER);
        double theta = exp(uniform(&prng, -5, 1)), at;
        double wide = theta * ssvi_phi(&surface, theta) * (1 + fabs(surface.rho));
        surface.eta *= uniform(&prng, 4.2, 8) / wide;
        struct svi slice = ssvi_slice(&surface, theta);
        assert_false(ssvi_butterfly_holds(&surface, theta));
        assert_true(svi_density_least(&slice, -300, 300, &at) < 0);
    }
}

struct made {
    double k[SLICES][POINTS], vol[SLICES][POINTS], error[SLICES][POINTS];
    struct svi_points slices[SLICES];
    double thetas[SLICES];
};

static void make(const struct ssvi *surface, struct made *made) {
    for (size_t i = 0; i < SLICES; i++) {
        double years = 0.05 * pow(2, (double)i), theta = 0.04 * years;
        struct svi svi = ssvi_slice(surface, theta);
        made->thetas[i] = theta;
        made->slices[i] =
            (struct svi_points){years, made->k[i], made->vol[i], made->error[i], POINTS};
        for (size_t j = 0; j < POINTS; j++) {
            double k = 0.2 * ((double)j - POINTS / 2) * sqrt(theta);
            made->k[i][j] = k;
            made->vol[i][j] = sqrt(svi_variance(&svi, k, NULL, NULL) / years);
            made->error[i][j] = 1e-3;
        }
    }
}

static void a_surface_without_noise_is_recovered(void **state) {
    static const struct ssvi truths[] = {{-0.6, 0.9, 0.4, SSVI_POWER}, {-0.4, 1.7, 0, SSVI_HESTON}};
    for (size_t t = 0; t < 2; t++) {
        struct made made;
        struct ssvi_fit fit;
        make(&truths[t], &made);
        assert_int_equal(ssvi_fit(made.slices, SLICES, truths[t].form, &fit), 0);
        assert_int_equal(ssvi_check(&fit.surface), 0);
        for (size_t i = 0; i < SLICES; i++) {
            struct svi svi = ssvi_slice(&fit.surface, fit.thetas[i]);
            for (size_t j = 0; j < POINTS; j++) {
                double w = svi_variance(&svi, made.k[i][j], NULL, NULL);
                double miss = sqrt(w / made.slices[i].years) - made.vol[i][j];
                if (!(fabs(miss) <= 2e-5)) fail_msg("form %zu: off by %g", t, miss);
            }
        }
    }
}

static void thetas_that_fall_are_pooled(void **state) {
    struct made made;
    struct ssvi_fit fit;
    make(&(struct ssvi){-0.6, 0.9, 0.4, SSVI_POWER}, &made);
    for (size_t j = 0; j < POINTS; j++)
        made.vol[3][j] *= 0.6; // 0.36 of its variance: less than that before
    assert_int_equal(ssvi_fit(made.slices, SLICES, SSVI_POWER, &fit), 0);
    for (size_t i = 1; i < SLICES; i++) assert_true(fit.thetas[i] >= fit.thetas[i - 1]);
    assert_true(fit.thetas[3] == fit.thetas[2]);
}

static void what_is_no_surface_is_refused(void **state) {
    static const struct ssvi bad[] = {
        {1, 0.5, 0.4, SSVI_POWER},   {0, 2.1, 0.4, SSVI_POWER},     {0, 0, 0.4, SSVI_POWER},
        {0, 0.5, 0.6, SSVI_POWER},   {0, 0.5, 0, SSVI_POWER},       {-0.9, 1.2, 0.5, SSVI_POWER},
        {0.5, 0.37, 0, SSVI_HESTON}, {0, INFINITY, 0, SSVI_HESTON}, {NAN, 0.5, 0.4, SSVI_POWER}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(ssvi_check(&bad[i]), ERR_ARGUMENT);
    struct made made;
    struct ssvi_fit fit;
    make(&(struct ssvi){-0.6, 0.9, 0.4, SSVI_POWER}, &made);
    assert_int_equal(ssvi_fit(made.slices, 0, SSVI_POWER, &fit), ERR_ARGUMENT);
    made.slices[2].count = 0;
    assert_int_equal(ssvi_fit(made.slices, SLICES, SSVI_POWER, &fit), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "slice 3"));
    made.slices[2].count = POINTS;
    made.slices[2].years = made.slices[1].years;
    assert_int_equal(ssvi_fit(made.slices, SLICES, SSVI_POWER, &fit), ERR_ARGUMENT);
    made.vol[1][4] = -1;
    assert_int_equal(ssvi_fit(made.slices, SLICES, SSVI_POWER, &fit), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "slice 2"));
    assert_string_equal(ssvi_form_name(SSVI_HESTON), "heston");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slice_is_the_printed_formula),
        cmocka_unit_test(no_room_is_left_where_the_check_passes),
        cmocka_unit_test(theorem_4_1_tells_where_slices_cross),
        cmocka_unit_test(theorem_4_2_fails_where_butterflies_are_negative),
        cmocka_unit_test(a_surface_without_noise_is_recovered),
        cmocka_unit_test(thetas_that_fall_are_pooled),
        cmocka_unit_test(what_is_no_surface_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
