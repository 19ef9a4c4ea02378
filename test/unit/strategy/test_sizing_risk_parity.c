// SPDX-License-Identifier: Apache-2.0
#include "size.h"

// Volatilities of 0.1, 0.2 and 0.4: 1 / s is 10, 5, 2.5, their sum 17.5, the harmonic mean 3 / 17.5. The parts are
// 4 / 7, 2 / 7 and 1 / 7, and each brings 0.4 / 7 of volatility.
static void every_instrument_brings_the_same_volatility(void **state) {
    static const double volatilities[] = {0.1, 0.2, 0.4}, parts[] = {4.0 / 7, 2.0 / 7, 1.0 / 7};
    struct sizing_view view = plain;
    double sum = 0;
    view.shares = 3;
    view.volatility_mean = 3 / 17.5;
    for (int i = 0; i < 3; i++) {
        view.volatility = volatilities[i];
        double got = size("risk_parity", SET("total", "1"), &view, &full);
        assert_true(fabs(got - parts[i]) < 1e-15);
        assert_true(fabs(got * volatilities[i] - 0.4 / 7) < 1e-15);
        sum += got;
    }
    assert_true(fabs(sum - 1) < 1e-15);
}

static void parts_are_scaled_capped_and_signed(void **state) {
    struct sizing_view view = plain;
    struct strategy_target target = full;
    view.shares = 2;
    view.volatility_mean = 0.2;
    view.volatility = 0.2;
    assert_near(size("risk_parity", DEFAULTS, &view, &full), 0.49);
    target.weight = -0.5;
    target.confidence = 0.5;
    assert_near(size("risk_parity", SET("total", "2"), &view, &target), -0.25);
    view.volatility = 0.01; // 20 equal parts, of which three are held
    assert_near(size("risk_parity", SET("total", "1"), &view, &full), 1.5);
    assert_near(size("risk_parity", SET("total", "1", "cap", "1"), &view, &full), 0.5);
}

static void what_is_not_known_has_no_part(void **state) {
    struct sizing_view view = plain;
    const double unknown[] = {NAN, 0, -0.1};
    for (int i = 0; i < 3; i++) {
        view.volatility = unknown[i];
        view.volatility_mean = 0.2;
        assert_true(size("risk_parity", DEFAULTS, &view, &full) == 0);
        view.volatility = 0.2;
        view.volatility_mean = unknown[i];
        assert_true(size("risk_parity", DEFAULTS, &view, &full) == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_instrument_brings_the_same_volatility),
        cmocka_unit_test(parts_are_scaled_capped_and_signed),
        cmocka_unit_test(what_is_not_known_has_no_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
