// SPDX-License-Identifier: Apache-2.0
// Expected numbers: mpmath with 50 digits.
#include "quant/option/black.h"

#include <math.h>
#include <stdbool.h>

#include "base/prng.h"
#include "harness.h"

static bool near(double actual, double expected, double relative) {
    return fabs(actual - expected) <= relative * fabs(expected);
}

static void values_and_complements_equal_the_formula_in_fifty_digits(void **state) {
    static const struct {
        double x, s, value, complement;
    } rows[] = {
        {0, 1e-06, 3.98942280401416037e-7, 0.999999601057719599},
        {0, 0.2, 0.0796556745540579673, 0.920344325445942033},
        {0, 3, 0.866385597462283868, 0.133614402537716132},
        {-1e-08, 1e-05, 3.98442479870894032e-6, 0.999996010575201304},
        {-0.001, 0.01, 0.0035093369186425419, 0.995990788060526729},
        {-0.1, 0.2, 0.0394586026418070017, 0.911770821858907005},
        {-0.1, 0.01, 7.47446857249672914e-27, 0.951229424500714006},
        {-1, 0.1, 7.46539761156861723e-26, 0.606530659712633424},
        {-1, 1, 0.0769910231416741312, 0.529539636570959292},
        {-3, 6, 0.220702025328864926, 0.00242813481956490313},
        {-5, 0.5, 3.62441671183447168e-25, 0.0820849986238987952},
        {-0.5, 12, 0.778800781099857623, 1.97154724504668695e-9},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double far = fabs(rows[i].x) / (rows[i].s * rows[i].s);
        double tail = rows[i].value > 1e-13 ? 2e-14 : 1e-15 * fmax(10, far);
        if (!near(black_value(rows[i].x, rows[i].s), rows[i].value, tail))
            fail_msg("b(%g, %g) is %.17g", rows[i].x, rows[i].s, black_value(rows[i].x, rows[i].s));
        assert_true(near(black_complement(rows[i].x, rows[i].s), rows[i].complement, 1e-14));
    }
    assert_true(black_value(-1, 0) == 0);
    assert_true(near(black_complement(-1, 0), exp(-0.5), 1e-15));
}

static void the_deviation_gives_the_value_back_from_end_to_end(void **state) {
    struct prng prng;
    prng_seed(&prng, 11);
    for (int i = 0; i < 20000; i++) {
        double x = -pow(10, -8 + 9 * (double)prng_below(&prng, 1000001) / 1e6);
        double s = pow(10, -5 + 6.2 * (double)prng_below(&prng, 1000001) / 1e6);
        if (i % 10 == 0) x = 0;
        double value = black_value(x, s), complement = black_complement(x, s);
        if (value < 1e-300 || complement < 1e-300) continue;
        double found = black_deviation(x, value, complement);
        // What a rounding of the smaller of the two does to s, as b' says.
        double h = x / s, t = 0.5 * s;
        double slope = exp(-0.5 * (h * h + t * t)) / sqrt(2 * M_PI);
        double carried = fmin(value, complement) / (slope * s);
        if (!near(found, s, 4e-12 + 1e-14 * carried))
            fail_msg("b(%.17g, %.17g): %.17g", x, s, found);
    }
}

static void ends_and_nonsense_have_defined_answers(void **state) {
    assert_true(black_deviation(-1, 0, exp(-0.5)) == 0);
    assert_true(isinf(black_deviation(-1, exp(-0.5), 0)));
    assert_true(isnan(black_deviation(-1, -0.1, 0.7)));
    assert_true(isnan(black_deviation(1, 0.1, 0.5)));
    assert_true(isnan(black_deviation(NAN, 0.1, 0.5)));
    assert_true(isnan(black_deviation(-1, NAN, 0.5)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_complements_equal_the_formula_in_fifty_digits),
        cmocka_unit_test(the_deviation_gives_the_value_back_from_end_to_end),
        cmocka_unit_test(ends_and_nonsense_have_defined_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
