// SPDX-License-Identifier: Apache-2.0
#include "quant/math/sample_many.h"

#include <math.h>

#include "harness.h"
#include "quant/math/distribution.h"
#include "quant/math/normal.h"
#include "quant/math/sample.h"

enum { COUNT = 4096 };

static uint64_t bits[2 * COUNT], copy[2 * COUNT];
static double first[COUNT], second[COUNT];

// The header's words in long double, by libm.
static void each_pair_is_box_and_mullers_of_its_bits(void **state) {
    struct prng_lanes lanes, again;
    double worst = 0, largest = 0;
    prng_lanes_seed(&lanes, 3, 0);
    again = lanes;
    for (int round = 0; round < 50; round++) {
        sample_normals(&lanes, COUNT, bits, first, second);
        prng_lanes_fill(&again, 2 * COUNT, copy);
        for (size_t i = 0; i < COUNT; i++) {
            uint64_t t = copy[COUNT + i];
            long double v = ((long double)(copy[i] >> 12) + 0.5L) * 0x1p-52L;
            long double x = (((long double)(t >> 12) + 0.5L) * 0x1p-52L - 0.5L) * M_PIl / 2;
            long double radius = sqrtl(-2 * logl(v)), c = cosl(x) * (t & 1 ? -1 : 1), s = sinl(x);
            double a = (double)((t & 2 ? s : c) * radius), b = (double)((t & 2 ? c : s) * radius);
            worst = fmax(worst, fabs(a - first[i]) / (double)radius);
            worst = fmax(worst, fabs(b - second[i]) / (double)radius);
            largest = fmax(largest, (double)radius);
        }
    }
    if (!(worst < 6e-16)) fail_msg("%g of the radius", worst);
    assert_true(largest > 4.5 && largest < 8.58);
}

// A state of zeros gives zeros: v is its least, 2^-53, and the angle the end of its eighth.
static void the_rarest_bits_stay_finite(void **state) {
    struct prng_lanes lanes = {.s = {{0}}};
    sample_normals(&lanes, 8, bits, first, second);
    double radius = sqrt(106 * log(2));
    assert_true(radius < 8.58);
    assert_true(fabs(first[0] - radius * sqrt(0.5)) < 1e-14);
    assert_true(fabs(second[0] + radius * sqrt(0.5)) < 1e-14);
}

static double worst_gap(const double *values, size_t count) {
    double gap = 0;
    for (double x = -3; x <= 3; x += 0.25) {
        size_t below = 0;
        for (size_t i = 0; i < count; i++) below += values[i] <= x;
        gap = fmax(gap, fabs((double)below / (double)count - normal_cdf(x)));
    }
    return gap;
}

// Kolmogorov's distance of n draws is above 1.95 / sqrt(n) once in a thousand.
static void they_are_normal_and_do_not_depend_on_each_other(void **state) {
    struct prng_lanes lanes;
    double product = 0, squares = 0, next = 0;
    prng_lanes_seed(&lanes, 9, 0);
    sample_normals(&lanes, COUNT, bits, first, second);
    assert_true(worst_gap(first, COUNT) < 1.95 / sqrt(COUNT));
    assert_true(worst_gap(second, COUNT) < 1.95 / sqrt(COUNT));
    for (size_t i = 0; i < COUNT; i++) {
        product += first[i] * second[i];
        squares += (first[i] * first[i] - 1) * (second[i] * second[i] - 1);
        if (i > 0) next += first[i] * first[i - 1];
    }
    // Standard errors sqrt(n), 2 sqrt(n), sqrt(n).
    assert_true(fabs(product) < 4 * sqrt(COUNT) && fabs(next) < 4 * sqrt(COUNT));
    assert_true(fabs(squares) < 8 * sqrt(COUNT));
}

static void twice_a_gamma_of_half_the_degrees_is_chi_squared(void **state) {
    static const double degrees[] = {2, 2.5, 5, 40};
    for (size_t d = 0; d < sizeof degrees / sizeof *degrees; d++) {
        struct prng prng;
        double gap = 0;
        prng_seed(&prng, 70 + d);
        for (size_t i = 0; i < COUNT; i++) first[i] = 2 * sample_gamma(&prng, degrees[d] / 2);
        for (double p = 0.05; p < 1; p += 0.05) {
            size_t below = 0;
            double x = distribution_chi2_quantile(p, degrees[d]);
            for (size_t i = 0; i < COUNT; i++) below += first[i] <= x;
            gap = fmax(gap, fabs((double)below / COUNT - p));
        }
        assert_true(gap < 1.95 / sqrt(COUNT));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pair_is_box_and_mullers_of_its_bits),
        cmocka_unit_test(the_rarest_bits_stay_finite),
        cmocka_unit_test(they_are_normal_and_do_not_depend_on_each_other),
        cmocka_unit_test(twice_a_gamma_of_half_the_degrees_is_chi_squared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
