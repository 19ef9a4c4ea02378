// SPDX-License-Identifier: Apache-2.0
#include "quant/option/dividend.h"

#include <math.h>

#include "harness.h"
#include "quant/option/american.h"

enum { STEPS_MAX = 4000 };
static double scratch[3 * (STEPS_MAX + 2)];

static double price(const struct option_terms *option, const struct dividends *dividends,
                    double vol, size_t steps) {
    double value = NAN;
    assert_ok(dividend_american(option, dividends, vol, steps, scratch, &value));
    return value;
}

// Hull, "Options, Futures, and Other Derivatives", 9th ed., examples 15.9 and 21.5; Haug, "The Complete Guide to Option
// Pricing Formulas", 2nd ed., section 9.2 (Roll, Geske and Whaley).
static void textbooks_are_reproduced(void **state) {
    struct option_terms call = {.spot = 40, .strike = 40, .years = 0.5, .rate = 0.09};
    struct dividends two = {{{2 / 12.0, 0.5}, {5 / 12.0, 0.5}, {0.6, 9}}, 3};
    assert_ok(dividend_spot(&call, &two, &call.spot));
    assert_true(fabs(option_price(&call, 0.3) - 3.67) <= 0.005);
    struct option_terms put = {
        .side = OPTION_PUT, .spot = 52, .strike = 50, .years = 5 / 12.0, .rate = 0.1};
    assert_true(fabs(price(&put, &(struct dividends){{{3.5 / 12, 2.06}}, 1}, 0.4, 5) - 4.44) <=
                0.005);
    call = (struct option_terms){.spot = 80, .strike = 82, .years = 1 / 3.0, .rate = 0.06};
    assert_true(fabs(price(&call, &(struct dividends){{{0.25, 4}}, 1}, 0.3, 4000) - 4.3860) <=
                5e-4);
}

// With one dividend a call is exercised right before it or not at all: an integral over the spot of that moment.
static double by_integral(const struct option_terms *call, const struct dividend *dividend,
                          double vol) {
    enum { NODES = 4000 };
    double t = dividend->years, root = vol * sqrt(t), sum = 0;
    double start = call->spot - dividend->amount * exp(-call->rate * t);
    for (int i = 0; i <= NODES; i++) {
        double z = -8 + 16.0 * i / NODES, weight = i == 0 || i == NODES ? 1 : i % 2 ? 4 : 2;
        struct option_terms left = *call;
        left.spot = start * exp((call->rate - 0.5 * vol * vol) * t + root * z);
        left.years = call->years - t;
        double now = left.spot + dividend->amount - call->strike;
        sum += weight * exp(-0.5 * z * z) * fmax(now, option_price(&left, vol));
    }
    return exp(-call->rate * t) * sum * 16.0 / NODES / 3 / sqrt(2 * M_PI);
}

static void a_tree_agrees_with_the_integral_over_the_day_of_the_dividend(void **state) {
    for (int i = 0; i < 8; i++) {
        struct option_terms call = {
            .spot = 90 + 5 * (double)(i % 4), .strike = 95, .years = 0.8, .rate = 0.05};
        struct dividends one = {{{i < 4 ? 0.3 : 0.7, 3}}, 1};
        double exact = by_integral(&call, &one.list[0], 0.25);
        double tree = price(&call, &one, 0.25, 2000);
        if (!(fabs(tree - exact) <= 4e-3))
            fail_msg("spot %g: %.5f, by the integral %.5f", call.spot, tree, exact);
    }
}

static void without_a_dividend_in_time_it_is_the_plain_option(void **state) {
    static double plain_scratch[3 * 502];
    struct dividends none = {{{2, 5}, {-0.1, 5}}, 2};
    for (int side = 0; side < 2; side++) {
        struct option_terms option = {.side = (enum option_side)side,
                                      .spot = 100,
                                      .strike = 105,
                                      .years = 1,
                                      .rate = 0.05,
                                      .yield = 0.03};
        double plain, spot;
        assert_ok(american_price(&option, 0.3, AMERICAN_CRR, 500, plain_scratch, &plain));
        assert_true(fabs(price(&option, &none, 0.3, 500) - plain) <= 1e-10);
        assert_ok(dividend_spot(&option, &none, &spot));
        assert_true(spot == 100);
    }
}

static void what_cannot_be_priced_is_told(void **state) {
    struct option_terms option = {.spot = 10, .strike = 10, .years = 1, .rate = 0.05};
    double value = 7;
    struct dividends dividends = {{{0.5, 1}, {0.6, -1}}, 2};
    assert_int_equal(dividend_spot(&option, &dividends, &value), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "dividend 2"));
    dividends.list[1].amount = 20;
    assert_int_equal(dividend_spot(&option, &dividends, &value), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "more than the spot"));
    dividends.count = 1;
    assert_int_equal(dividend_american(&option, &dividends, 0.2, 0, scratch, &value), ERR_ARGUMENT);
    assert_int_equal(dividend_american(&option, &dividends, 0, 10, scratch, &value), ERR_ARGUMENT);
    assert_int_equal(dividend_american(&option, &dividends, 0.001, 10, scratch, &value),
                     ERR_UNSUPPORTED);
    option.model = OPTION_BLACK_76;
    assert_int_equal(dividend_american(&option, &dividends, 0.2, 10, scratch, &value),
                     ERR_ARGUMENT);
    option.years = 0;
    assert_int_equal(dividend_american(&option, &dividends, 0.2, 10, scratch, &value),
                     ERR_ARGUMENT);
    assert_true(value == 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(textbooks_are_reproduced),
        cmocka_unit_test(a_tree_agrees_with_the_integral_over_the_day_of_the_dividend),
        cmocka_unit_test(without_a_dividend_in_time_it_is_the_plain_option),
        cmocka_unit_test(what_cannot_be_priced_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
