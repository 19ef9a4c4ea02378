// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/liquidity.h"

#include <math.h>

#include "harness.h"

static void near(double actual, double wanted, double relative) {
    if (!(fabs(actual - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g, expected %.17g", actual, wanted);
}

// Hull, "Risk Management and Financial Institutions", on liquidity risk: shares worth $900 million, bid 89.5 and offer
// 90.5; a commodity worth $752.5 million, bid 15 and offer 15.1: leaving both costs $7.5 million.
static void half_of_the_spread_is_what_leaving_costs(void **state) {
    const struct liquidity both[] = {{1 / 90.0, 0, 1}, {0.1 / 15.05, 0, 1}};
    const double amounts[] = {900, 752.5}, shorts[] = {-900, 752.5};
    double costs[2], cost;
    size_t fault;
    assert_ok(liquidity_cost(both, amounts, 2, 3, &fault, costs, &cost));
    near(cost, 7.5, 1e-14);
    near(costs[0], 5, 1e-14);
    assert_ok(liquidity_cost(both, shorts, 2, 3, &fault, costs, &cost));
    near(cost, 7.5, 1e-14);
    // Bangia and others: half of a price times (mean + multiple deviations).
    const struct liquidity wide = {0.01, 0.02, 1};
    assert_ok(liquidity_cost(&wide, amounts, 1, 2.5, &fault, costs, &cost));
    near(cost, 900 * 0.5 * (0.01 + 0.05), 1e-14);
}

static void one_position_has_jorions_closed_form(void **state) {
    const double s = 0.04, w = -3;
    double scratch[2];
    for (double periods = 1; periods <= 300; periods += 13) {
        double wanted = w * w * s * (periods + 1) * (2 * periods + 1) / (6 * periods);
        near(liquidity_variance(&s, &w, &periods, 1, scratch), wanted, 1e-13);
    }
    // Less than a period is one: nothing is left before the first close.
    double soon = 0.2;
    near(liquidity_variance(&s, &w, &soon, 1, scratch), w * w * s, 1e-15);
}

// The first is gone after two periods, the second after four: written out.
static void positions_leave_at_their_own_pace(void **state) {
    const double s[] = {0.04, 0.01, 0.01, 0.09}, w[] = {2, 1}, periods[] = {2, 4};
    double scratch[4], wanted = 0;
    const double a[] = {2, 1, 0, 0}, b[] = {1, 0.75, 0.5, 0.25};
    for (int t = 0; t < 4; t++)
        wanted += 0.04 * a[t] * a[t] + 2 * 0.01 * a[t] * b[t] + 0.09 * b[t] * b[t];
    near(liquidity_variance(s, w, periods, 2, scratch), wanted, 1e-14);
}

static void periods_are_the_position_over_a_share_of_the_volume(void **state) {
    const struct liquidity market[] = {{0, 0, 500}, {0, 0, INFINITY}};
    const double amounts[] = {-300, 1e9};
    double periods[2];
    size_t fault;
    assert_ok(liquidity_periods(market, amounts, 2, 0.2, &fault, periods));
    near(periods[0], 3, 1e-15);
    assert_true(periods[1] == 0);
}

static void what_is_no_market_is_refused_with_its_place(void **state) {
    static const double w[] = {1, 1};
    static const struct {
        struct liquidity second;
        double participation, multiple;
        size_t fault;
        const char *words;
    } rows[] = {
        {{0.01, 0, 1}, 0, 0, 2, "(0, 1]"},      {{0.01, 0, 0}, 0.1, 0, 1, "volume"},
        {{0.01, 0, NAN}, 0.1, 0, 1, "volume"},  {{0.01, 0, 1e-9}, 0.1, 0, 1, "periods"},
        {{-0.01, 0, 1}, 0.1, 0, 1, "spread"},   {{0.01, NAN, 1}, 0.1, 0, 1, "spread"},
        {{0.01, 0, 1}, 0.1, -1, 2, "multiple"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct liquidity market[] = {{0.01, 0, 1}, rows[i].second};
        double numbers[2], cost;
        size_t fault = 9;
        int rc = liquidity_periods(market, w, 2, rows[i].participation, &fault, numbers);
        if (rc == 0) rc = liquidity_cost(market, w, 2, rows[i].multiple, &fault, numbers, &cost);
        assert_int_equal(rc, ERR_ARGUMENT);
        if (strstr(err_story(), rows[i].words) == NULL || fault != rows[i].fault)
            fail_msg("row %zu said %s, place %zu", i, err_story(), fault);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_of_the_spread_is_what_leaving_costs),
        cmocka_unit_test(one_position_has_jorions_closed_form),
        cmocka_unit_test(positions_leave_at_their_own_pace),
        cmocka_unit_test(periods_are_the_position_over_a_share_of_the_volume),
        cmocka_unit_test(what_is_no_market_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
