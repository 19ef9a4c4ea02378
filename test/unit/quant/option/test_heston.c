// SPDX-License-Identifier: Apache-2.0
#include "quant/option/heston.h"

#include <math.h>
#include <stdbool.h>

#include "harness.h"
#include "table.h"

static double value(struct option_terms option, struct heston heston) {
    double price = NAN;
    if (heston_price(&option, &heston, &price) < 0) fail_msg("%s", err_story());
    return price;
}

static void prices_equal_those_of_twenty_five_digits(void **state) {
    struct table table;
    size_t rows = 0;
    table_open(&table, "golden/options/heston_sample.csv");
    for (; table_next(&table); rows++) {
        bool call = strcmp(table_text(&table, "type"), "C") == 0;
        struct option_terms option = {.side = call ? OPTION_CALL : OPTION_PUT,
                                      .spot = table_number(&table, "S"),
                                      .strike = table_number(&table, "K"),
                                      .years = table_number(&table, "T"),
                                      .rate = table_number(&table, "r"),
                                      .yield = table_number(&table, "q")};
        struct heston heston = {table_number(&table, "v0"), table_number(&table, "kappa"),
                                table_number(&table, "theta"), table_number(&table, "sigma"),
                                table_number(&table, "rho")};
        double price = value(option, heston), expected = table_number(&table, "own_mpmath");
        if (!(fabs(price - expected) <= 1e-11))
            fail_msg("row %zu: %.16g, expected %.16g", rows, price, expected);
    }
    assert_true(rows >= 10);
}

// Lewis' 18 digits and those of Fang and Oosterlee (SIAM Journal on Scientific Computing 31, 2008), whose first is
// itself off by 1.6e-8.
static void published_values_are_reproduced(void **state) {
    static const double lewis[][3] = {{80, 26.774758743998856, 7.958878113256768},
                                      {90, 20.93334900059671, 12.017966707346305},
                                      {100, 16.070154917028834, 17.05527096127011},
                                      {110, 12.132211516709845, 23.0178258984428},
                                      {120, 9.024913483457835, 29.811026202682473}};
    struct heston heston = {0.04, 4, 0.25, 1, -0.5};
    for (size_t i = 0; i < 5; i++) {
        struct option_terms option = {
            .spot = 100, .strike = lewis[i][0], .years = 1, .rate = 0.01, .yield = 0.02};
        assert_true(fabs(value(option, heston) - lewis[i][1]) <= 1e-12);
        option.side = OPTION_PUT;
        assert_true(fabs(value(option, heston) - lewis[i][2]) <= 1e-12);
    }
    struct heston fang = {0.0175, 1.5768, 0.0398, 0.5751, -0.5711};
    struct option_terms option = {.spot = 100, .strike = 100, .years = 1};
    assert_true(fabs(value(option, fang) - 5.785155450) <= 2e-8);
    assert_true(fabs(value(option, fang) - 5.78515543437618903) <= 1e-12);
    option.years = 10;
    assert_true(fabs(value(option, fang) - 22.318945791) <= 1e-9);
}

// mpmath, 30 digits, the same integral in its textbook form.
static void far_corners_keep_their_digits(void **state) {
    struct option_terms week = {.spot = 100, .strike = 110, .years = 0.02, .rate = 0.03};
    assert_true(fabs(value(week, (struct heston){0.05, 2, 0.06, 0.4, -0.7}) -
                     0.000209754982327130814) <= 1e-12);
    struct option_terms far = {
        .spot = 100, .strike = 200, .years = 15, .rate = 0.03, .yield = 0.01};
    assert_true(fabs(value(far, (struct heston){0.04, 0.8, 0.06, 1.0, -0.5}) -
                     11.2990351288468176) <= 1e-11);
    struct option_terms flat = {.spot = 100, .strike = 95, .years = 0.5, .rate = 0.02};
    assert_true(fabs(value(flat, (struct heston){0.04, 1.5, 0.04, 0.001, -0.5}) -
                     8.94766958445475018) <= 1e-11);
    struct option_terms up = {
        .spot = 100, .strike = 130, .years = 0.75, .rate = 0.01, .yield = 0.03};
    assert_true(fabs(value(up, (struct heston){0.09, 3, 0.05, 0.8, 0.9}) - 2.85154495541998456) <=
                1e-11);
}

static void without_moving_variance_it_is_black_and_scholes(void **state) {
    for (double strike = 70; strike <= 140; strike += 10) {
        struct option_terms option = {.side = OPTION_PUT,
                                      .spot = 100,
                                      .strike = strike,
                                      .years = 0.7,
                                      .rate = 0.02,
                                      .yield = 0.01};
        double price = value(option, (struct heston){0.0625, 1, 0.0625, 1e-7, 0});
        assert_true(fabs(price - option_price(&option, 0.25)) <= 1e-11);
        option.model = OPTION_BLACK_76;
        price = value(option, (struct heston){0.0625, 1, 0.0625, 1e-7, 0});
        assert_true(fabs(price - option_price(&option, 0.25)) <= 1e-11);
    }
}

static void what_is_out_of_range_is_named(void **state) {
    struct option_terms option = {.spot = 100, .strike = 100, .years = 1};
    static const struct {
        struct heston heston;
        const char *word;
    } rows[] = {{{-0.1, 1, 0.1, 1, 0}, "v0"},   {{0, 1, 0, 1, 0}, "theta"},
                {{0.1, 0, 0.1, 1, 0}, "kappa"}, {{0.1, 1, 0.1, NAN, 0}, "sigma"},
                {{0.1, 1, 0.1, 1, -1}, "rho"},  {{0.1, 1, INFINITY, 1, 0}, "theta"}};
    double price = 7;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(heston_price(&option, &rows[i].heston, &price), ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), rows[i].word));
    }
    struct heston heston = {0.04, 1, 0.04, 0.5, -0.5};
    option.years = 0;
    assert_int_equal(heston_price(&option, &heston, &price), ERR_ARGUMENT);
    option.model = OPTION_BACHELIER;
    assert_int_equal(heston_price(&option, &heston, &price), ERR_UNSUPPORTED);
    option = (struct option_terms){.spot = 100, .strike = 100, .years = 1e-17};
    assert_int_equal(heston_price(&option, &heston, &price), ERR_CONVERGE);
    assert_true(price == 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices_equal_those_of_twenty_five_digits),
        cmocka_unit_test(published_values_are_reproduced),
        cmocka_unit_test(far_corners_keep_their_digits),
        cmocka_unit_test(without_moving_variance_it_is_black_and_scholes),
        cmocka_unit_test(what_is_out_of_range_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
