// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness.h"
#include "quant/math/mathfn.h"
#include "quant/math/mathfn_many.h"

enum { COUNT = 20011 };

static double x[COUNT], one[COUNT], many[COUNT];

#define SCALAR(name) mathfn_##name,
static double (*const scalars[])(double) = {MATHFN_MANY_LIST(SCALAR)};

// Numbers of all sizes and both signs, some of them at the edges of what a function can take.
static void fill(unsigned seed, double scale) {
    static const double edges[] = {0,      -0.0,     1,         -1,   709.78, 710.5,
                                   -745.2, INFINITY, -INFINITY, -708, 1e308,  5e-324,
                                   20,     18.71497, -1e-320,   1e22};
    uint64_t state = seed;
    for (size_t i = 0; i < COUNT; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        double u = (double)(state >> 11) / 9007199254740992.0 * 2 - 1;
        x[i] = i % 50 == 0 ? edges[i / 50 % 16] : scale * u * u * u;
    }
}

static void compare(enum mathfn f, unsigned lanes) {
    for (size_t i = 0; i < COUNT; i++) {
        bool same = memcmp(&one[i], &many[i], sizeof(double)) == 0;
        if (!same && !(isnan(one[i]) && isnan(many[i])))
            fail_msg("function %d by %u of %.17g: %.17g, alone %.17g", f, lanes, x[i], many[i],
                     one[i]);
    }
}

static void vectors_of_every_length_have_the_bits_of_single_calls(void **state) {
    static const double scales[] = {1, 30, 1000, 1e5, 1e15};
    for (int f = 0; f < MATHFN_COUNT; f++)
        for (unsigned s = 0; s < 5; s++) {
            fill((unsigned)f * 5 + s, scales[s]);
            for (size_t i = 0; i < COUNT; i++) one[i] = scalars[f](x[i]);
            for (unsigned lanes = 1; lanes <= 8; lanes *= 2)
                if (mathfn_many_by(lanes, (enum mathfn)f, x, COUNT, many))
                    compare((enum mathfn)f, lanes);
            mathfn_many((enum mathfn)f, x, COUNT, many);
            compare((enum mathfn)f, 0);
            memcpy(many, x, sizeof many);
            mathfn_many((enum mathfn)f, many, COUNT, many); // in place
            compare((enum mathfn)f, 0);
        }
}

// Blocks far from 0, which are not handed to the vectors at all.
static void where_a_function_is_flat_its_value_is_that_of_single_calls(void **state) {
    for (int f = 0; f < MATHFN_COUNT; f++)
        for (int sign = -1; sign <= 1; sign += 2) {
            for (size_t i = 0; i < COUNT; i++) x[i] = sign * (20.5 + (double)(i * i) * 0.9);
            for (size_t i = 0; i < COUNT; i++) one[i] = scalars[f](x[i]);
            mathfn_many((enum mathfn)f, x, COUNT, many);
            compare((enum mathfn)f, 0);
        }
}

static void short_arrays_are_not_overrun(void **state) {
    for (size_t count = 0; count < 20; count++) {
        for (size_t i = 0; i < 20; i++) x[i] = 0.01 * (double)i, many[i] = 7;
        mathfn_exp_many(x, count, many);
        for (size_t i = 0; i < 20; i++) assert_true(many[i] == (i < count ? mathfn_exp(x[i]) : 7));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_of_every_length_have_the_bits_of_single_calls),
        cmocka_unit_test(where_a_function_is_flat_its_value_is_that_of_single_calls),
        cmocka_unit_test(short_arrays_are_not_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
