// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

enum { ROWS = 5000 };

static const struct {
    const char *name;
    double (*function)(double);
    double least; // of the arguments that are tried
    double most;
} transforms[] = {
    {"acos", acos, -1, 1},       {"asin", asin, -1, 1},     {"atan", atan, -50, 50},
    {"ceil", ceil, -9, 9},       {"cos", cos, -5000, 5000}, {"cosh", cosh, -709, 709},
    {"exp", exp, -700, 709},     {"floor", floor, -9, 9},   {"ln", log, 1e-9, 1e6},
    {"log10", log10, 1e-9, 1e6}, {"sin", sin, -5000, 5000}, {"sinh", sinh, -709, 709},
    {"sqrt", sqrt, 0, 1e6},      {"tan", tan, -5000, 5000}, {"tanh", tanh, -30, 30},
};

static double apply(const char *name, double x) {
    double out = 7, state = 0;
    const struct indicator *row = indicator_find(name);
    assert_non_null(row);
    row->init(&state, NULL);
    row->update(&state, &x, &out);
    return out;
}

static void transforms_are_within_an_ulp_of_the_c_library(void **state) {
    for (size_t k = 0; k < sizeof transforms / sizeof *transforms; k++)
        for (int i = 0; i <= ROWS; i++) {
            double span = transforms[k].most - transforms[k].least;
            double x = transforms[k].least + span * i / ROWS;
            double expected = transforms[k].function(x), actual = apply(transforms[k].name, x);
            if (!(fabs(actual - expected) <= 3e-16 * fabs(expected) + 1e-300))
                fail_msg("%s(%.17g): %.17g, expected %.17g", transforms[k].name, x, actual,
                         expected);
        }
}

static void columns_have_the_bits_of_single_rows(void **state) {
    static double x[ROWS], out[ROWS];
    for (size_t k = 0; k < sizeof transforms / sizeof *transforms; k++) {
        const struct indicator *row = indicator_find(transforms[k].name);
        double memory;
        for (int i = 0; i < ROWS; i++)
            x[i] = 1.3 * transforms[k].least + i * (transforms[k].most * 3 + 1) / ROWS;
        indicator_batch(row, NULL, &memory, (const double *[]){x}, ROWS, (double *[]){out});
        for (int i = 0; i < ROWS; i++) {
            double single = apply(row->name, x[i]);
            if (memcmp(&single, &out[i], sizeof single) != 0)
                fail_msg("%s(%.17g): %.17g, in a column %.17g", row->name, x[i], single, out[i]);
        }
    }
}

static void outside_its_domain_a_function_is_undefined(void **state) {
    static const struct {
        const char *name;
        double x;
    } outside[] = {
        {"acos", 2},      {"acos", -1.0000000000000002},
        {"asin", -2},     {"exp", 710},
        {"cosh", 710.48}, {"sinh", -710.48},
        {"cosh", 1e300},  {"ln", 0},
        {"ln", -1},       {"log10", 0},
        {"log10", -5},    {"sqrt", -1e-9},
    };
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        if (!isnan(apply(outside[i].name, outside[i].x)))
            fail_msg("%s(%g) is defined", outside[i].name, outside[i].x);
    assert_true(fabs(apply("cosh", -710.2) / 1e308 - 1.36430368) < 1e-8);
    assert_true(apply("acos", 1) == 0 && apply("tanh", 1e300) == 1 && apply("exp", -1e300) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transforms_are_within_an_ulp_of_the_c_library),
        cmocka_unit_test(columns_have_the_bits_of_single_rows),
        cmocka_unit_test(outside_its_domain_a_function_is_undefined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
