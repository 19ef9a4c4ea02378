// SPDX-License-Identifier: Apache-2.0
#include "quant/option/difference.h"

#include <math.h>

#include "harness.h"

static int european(const void *context, const struct option_terms *option, double vol,
                    double *ret_price) {
    *ret_price = option_price(option, vol);
    return 0;
}

static int failing(const void *context, const struct option_terms *option, double vol,
                   double *ret_price) {
    return ERR_SET(ERR_ARGUMENT, "no such option");
}

static void differences_are_near_the_derivatives(void **state) {
    static const double rates[] = {0, 0.04, -0.01};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct option_terms option = {
            .spot = 100, .strike = 95, .years = 0.8, .rate = rates[i], .yield = 0.02};
        struct option_greeks exact, near;
        option_greeks(&option, 0.3, &exact);
        assert_ok(difference_greeks(european, NULL, &option, 0.3, &near));
        const double *a = (const double *)&near, *b = (const double *)&exact;
        for (size_t k = 0; k < 7; k++) assert_true(fabs(a[k] - b[k]) <= 1e-4 * fmax(1, fabs(b[k])));
        assert_true(isnan(near.vanna) && isnan(near.color));
    }
}

static void what_the_price_says_is_passed_on(void **state) {
    struct option_terms option = {.spot = 100, .strike = 95, .years = 0.8};
    struct option_greeks greeks = {.price = 7};
    assert_int_equal(difference_greeks(failing, NULL, &option, 0.3, &greeks), ERR_ARGUMENT);
    assert_true(greeks.price == 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_are_near_the_derivatives),
        cmocka_unit_test(what_the_price_says_is_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
