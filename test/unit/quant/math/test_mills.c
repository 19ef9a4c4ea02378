// SPDX-License-Identifier: Apache-2.0
#include "quant/math/mills.h"

#include <math.h>

#include "harness.h"

// mpmath, 50 digits.
static void tails_have_all_their_digits_without_their_density(void **state) {
    static const double rows[][2] = {
        {0, 1.25331413731550025},    {1e-10, 1.25331413721550025}, {0.25, 1.03782457585372681},
        {0.7, 0.774893848779390647}, {1, 0.655679542418798472},    {1.5, 0.515815638217963355},
        {2.5, 0.354265111329793667}, {3.75, 0.250761111443965027}, {5, 0.192808104715315765},
        {8, 0.123131963257932296},   {14, 0.0710695805388521071},  {40, 0.0249844042057205711},
        {1e6, 9.99999999999e-7},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!(fabs(mills_ratio(rows[i][0]) / rows[i][1] - 1) <= 1e-15))
            fail_msg("Y(%g) is %.17g", rows[i][0], mills_ratio(rows[i][0]));
}

// Y' = z Y - 1, by a central difference of the sixth order.
static void it_solves_its_differential_equation(void **state) {
    static const double weights[] = {3.0 / 4, -3.0 / 20, 1.0 / 60};
    for (double z = 0.1; z < 12; z += 0.037) {
        double h = 0.02, slope = 0;
        for (int i = 1; i <= 3; i++)
            slope += weights[i - 1] * (mills_ratio(z + i * h) - mills_ratio(z - i * h)) / h;
        assert_true(fabs(slope - (z * mills_ratio(z) - 1)) <= 1e-10);
    }
}

static void far_out_it_is_one_over_z_and_never_undefined(void **state) {
    assert_true(fabs(mills_ratio(1e20) * 1e20 - 1) <= 1e-15);
    assert_true(mills_ratio(1e300) == mills_ratio(1e25) && mills_ratio(INFINITY) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tails_have_all_their_digits_without_their_density),
        cmocka_unit_test(it_solves_its_differential_equation),
        cmocka_unit_test(far_out_it_is_one_over_z_and_never_undefined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
