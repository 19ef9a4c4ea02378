// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "call.h"
#include "golden.h"

static const struct {
    const char *name;
    const char *key;
    const char *settings;
} expectations[] = {
    {"alpha_annual", "jensen_alpha", "periods=12"},
    {"burke", "burke_ratio", "periods=12"},
    {"downside_frequency", "downside_frequency", "threshold=0.005"},
    {"downside_potential", "downside_potential", "threshold=0.005"},
    {"kappa", "kappa_l2", "threshold=0.005"},
    {"m2_compound", "m_squared", "periods=12"},
    {"martin", "martin_ratio", "periods=12"},
    {"mean_absolute_deviation", "mean_abs_dev", ""},
    {"omega_sharpe", "omega_sharpe", "threshold=0.005"},
    {"pain_ratio", "pain_ratio", "periods=12"},
    {"skew_kurtosis", "skew_kurt", ""},
    {"upside_frequency", "upside_frequency", "threshold=0.005"},
    {"upside_potential", "upside_potential", "threshold=0.005"},
    {"upside_risk", "upside_risk", "threshold=0.005"},
    {"volatility_skewness", "volatility_skewness_ratio_sqrt", "threshold=0.005"},
    {"downside", "downside_deviation_mar0_005", "threshold=0.005"},
    {"omega", "bernardo_ledoit_omega0", ""},
};

static void rows_equal_the_reference(void **state) {
    const struct golden *g = golden_load(GOLDEN_MONTHLY);
    const double *columns[] = {g->returns, g->benchmark};
    for (size_t i = 0; i < sizeof expectations / sizeof *expectations; i++) {
        struct call call;
        size_t inputs = statistic_find(expectations[i].name)->input_count;
        assert_ok(call_begin(&call, expectations[i].name, expectations[i].settings, columns, inputs,
                             g->count));
        char key[96];
        snprintf(key, sizeof key, "published_bacon/%s/computed", expectations[i].key);
        golden_equal(g, key, call_number(&call, "value"));
        call_end(&call);
    }
}

static void rows_of_compound_returns_equal_the_package(void **state) {
    const struct golden *g = golden_load(GOLDEN_DAILY);
    const double *columns[] = {g->returns, g->benchmark};
    struct call call;
    assert_ok(call_begin(&call, "capture_compound", "side=down", columns, 2, g->count));
    assert_true(fabs(call_number(&call, "value") - 1.00047) < 5e-6);
    call_end(&call);
    assert_ok(call_begin(&call, "information_compound", "", columns, 2, g->count));
    assert_true(fabs(call_number(&call, "value") - 0.418081) < 5e-7);
    call_end(&call);
}

static void brinson_gives_parts_by_row_and_their_totals(void **state) {
    static const double w[] = {0.4, 0.3, 0.3}, b[] = {0.4, 0.2, 0.4};
    static const double r[] = {0.2, -0.05, 0.06}, s[] = {0.1, -0.04, 0.08};
    const double *columns[] = {w, b, r, s};
    struct call call;
    assert_ok(call_begin(&call, "brinson", "", columns, 4, 3));
    assert_true(fabs(call_number(&call, "excess") - 0.019) < 1e-15);
    assert_true(fabs(call_number(&call, "total_selection") - 0.03) < 1e-15);
    assert_true(fabs(call_value(&call, "allocation")->values[1] + 0.0104) < 1e-15);
    assert_true(fabs(call_value(&call, "interaction")->values[2] - 0.002) < 1e-15);
    call_end(&call);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_equal_the_reference),
        cmocka_unit_test(rows_of_compound_returns_equal_the_package),
        cmocka_unit_test(brinson_gives_parts_by_row_and_their_totals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
