// SPDX-License-Identifier: Apache-2.0
#include "quant/option/implied.h"

#include <math.h>

#include "harness.h"

static const struct option_terms put = {
    .side = OPTION_PUT, .spot = 100, .strike = 95, .years = 0.5, .rate = 0.02, .yield = 0.02};

// Below *context it refuses, as a tree does. Rate and yield being equal, waiting costs little: the value is European.
static int from_a_least_volatility(const void *context, const struct option_terms *option,
                                   double vol, double *ret_price) {
    const double *least = context;
    if (vol < *least) return ERR_SET(ERR_UNSUPPORTED, "more steps");
    *ret_price = option_price(option, vol);
    return 0;
}

static void a_pricer_that_refuses_low_volatilities_is_searched_where_it_does_not(void **state) {
    for (double least = 1e-5; least < 0.3; least *= 3) {
        double found;
        enum option_iv status;
        double value = option_price(&put, 0.3);
        assert_ok(implied_search(from_a_least_volatility, &least, &put, value, &found, &status));
        assert_int_equal(status, OPTION_IV_FOUND);
        assert_true(fabs(found - 0.3) <= 1e-12);
    }
    double never = 100, least = 0.4, found;
    enum option_iv status;
    assert_int_equal(implied_search(from_a_least_volatility, &never, &put, 5, &found, &status),
                     ERR_UNSUPPORTED);
    // What a volatility of 0.3 makes is less than the least that this one has.
    assert_ok(implied_search(from_a_least_volatility, &least, &put, option_price(&put, 0.3), &found,
                             &status));
    assert_int_equal(status, OPTION_IV_NO_INFORMATION);
    assert_true(isnan(found));
}

static void prices_that_no_volatility_makes_are_told_by_kind(void **state) {
    struct option_terms deep = put, expired = put, wrong = put;
    deep.strike = 120;
    expired.years = 0;
    wrong.spot = -1;
    const struct {
        const struct option_terms *option;
        double price;
        enum option_iv status;
    } rows[] = {
        {&put, NAN, OPTION_IV_NOT_FINITE},
        {&wrong, 1, OPTION_IV_NOT_POSITIVE},
        {&expired, 1, OPTION_IV_EXPIRED},
        {&put, -1, OPTION_IV_NEGATIVE},
        {&deep, 19, OPTION_IV_BELOW_INTRINSIC},
        {&put, 95, OPTION_IV_ABOVE_BOUND},
        {&put, 0, OPTION_IV_ZERO},
        {&put, 5, OPTION_IV_FOUND},
    };
    double least = 0, found;
    enum option_iv status;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_ok(implied_search(from_a_least_volatility, &least, rows[i].option, rows[i].price,
                                 &found, &status));
        if (status != rows[i].status) fail_msg("row %zu: %s", i, option_iv_name(status));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pricer_that_refuses_low_volatilities_is_searched_where_it_does_not),
        cmocka_unit_test(prices_that_no_volatility_makes_are_told_by_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
