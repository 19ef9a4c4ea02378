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

static double grid_scratch[8 * (2 * 1000 + 1)];

static double on_grid(const struct dividend_option *option, double vol, size_t steps) {
    double value = NAN;
    assert_ok(dividend_grid_price(option, vol, steps, grid_scratch, &value));
    return value;
}

// QuantLib 1.44's FdBlackScholesVanillaEngine, 6,000 points by 4,000 steps of Crank and Nicolson. In its escrowed model
// a put waits for the dividend of its own day, which is 5e-4.
static const struct {
    struct option_terms terms;
    bool american;
    enum dividend_model model;
    double vol;
    struct dividends dividends;
    double other;
} other_library[] = {
    {{.side = OPTION_CALL,
      .spot = 93.4,
      .strike = 100,
      .years = 365 / 365.0,
      .rate = 0.019,
      .yield = 0},
     true,
     DIVIDEND_ESCROWED,
     0.15,
     {{{264 / 365.0, 1.02}}, 1},
     3.316604},
    {{.side = OPTION_PUT,
      .spot = 103.4,
      .strike = 100,
      .years = 365 / 365.0,
      .rate = 0.044,
      .yield = 0},
     true,
     DIVIDEND_ESCROWED,
     0.31,
     {{{211 / 365.0, 0.72}}, 1},
     9.366174},
    {{.side = OPTION_CALL,
      .spot = 93.6,
      .strike = 100,
      .years = 90 / 365.0,
      .rate = 0.059,
      .yield = 0.02},
     true,
     DIVIDEND_JUMPS,
     0.3,
     {{{19 / 365.0, 0.74}, {38 / 365.0, 2.54}}, 2},
     2.396703},
    {{.side = OPTION_PUT,
      .spot = 97.3,
      .strike = 100,
      .years = 365 / 365.0,
      .rate = 0.018,
      .yield = 0},
     true,
     DIVIDEND_JUMPS,
     0.25,
     {{{49 / 365.0, 1.79}, {259 / 365.0, 1.02}, {337 / 365.0, 2.52}}, 3},
     13.253005},
    {{.side = OPTION_CALL,
      .spot = 102.6,
      .strike = 100,
      .years = 540 / 365.0,
      .rate = 0.076,
      .yield = 0},
     false,
     DIVIDEND_ESCROWED,
     0.39,
     {{{472 / 365.0, 2.32}}, 1},
     23.895648},
    {{.side = OPTION_PUT,
      .spot = 109.1,
      .strike = 100,
      .years = 270 / 365.0,
      .rate = 0.049,
      .yield = 0},
     true,
     DIVIDEND_ESCROWED,
     0.17,
     {{{54 / 365.0, 2.87}, {165 / 365.0, 2.61}, {187 / 365.0, 1.76}}, 3},
     3.620949},
    {{.side = OPTION_CALL,
      .spot = 92.7,
      .strike = 100,
      .years = 180 / 365.0,
      .rate = 0.035,
      .yield = 0.02},
     true,
     DIVIDEND_JUMPS,
     0.31,
     {{{134 / 365.0, 2.78}}, 1},
     4.827951},
    {{.side = OPTION_PUT,
      .spot = 101.1,
      .strike = 100,
      .years = 270 / 365.0,
      .rate = 0.027,
      .yield = 0},
     true,
     DIVIDEND_JUMPS,
     0.23,
     {{{141 / 365.0, 0.58}}, 1},
     6.812679},
    {{.side = OPTION_CALL,
      .spot = 94.1,
      .strike = 100,
      .years = 270 / 365.0,
      .rate = 0.068,
      .yield = 0},
     true,
     DIVIDEND_ESCROWED,
     0.19,
     {{{64 / 365.0, 2.83}, {90 / 365.0, 2.63}}, 2},
     3.330545},
    {{.side = OPTION_PUT,
      .spot = 88.6,
      .strike = 100,
      .years = 180 / 365.0,
      .rate = 0.031,
      .yield = 0},
     false,
     DIVIDEND_ESCROWED,
     0.42,
     {{{48 / 365.0, 1.92}, {92 / 365.0, 2.76}}, 2},
     19.475803},
};

static void grids_agree_with_another_library(void **state) {
    for (size_t i = 0; i < sizeof other_library / sizeof *other_library; i++) {
        struct dividend_option option = {other_library[i].terms, &other_library[i].dividends,
                                         other_library[i].model, other_library[i].american};
        double value = on_grid(&option, other_library[i].vol, 400);
        double bound = other_library[i].model == DIVIDEND_ESCROWED ? 1e-3 : 1e-4;
        if (!(fabs(value - other_library[i].other) <= bound))
            fail_msg("row %zu: %.6f, QuantLib %.6f", i, value, other_library[i].other);
    }
}

// Without dividends the integral equation of the boundary says what is right, to 1e-9.
static void a_grid_is_right_to_its_bounds(void **state) {
    struct dividends none = {.count = 0};
    for (int i = 0; i < 12; i++) {
        struct option_terms option = {.side = (enum option_side)(i % 2),
                                      .spot = 80 + 5 * (double)(i % 9),
                                      .strike = 100,
                                      .years = 0.1 + 0.3 * (double)(i % 5),
                                      .rate = 0.02 + 0.01 * (double)(i % 4),
                                      .yield = 0.01 * (double)(i % 6)};
        double vol = 0.1 + 0.07 * (double)(i % 7), exact;
        struct option_greeks grid, american, european;
        struct dividend_option on = {option, &none, (enum dividend_model)(i / 2 % 2), true};
        assert_ok(american_greeks(&option, vol, AMERICAN_QD, 0, scratch, &american));
        assert_ok(american_price(&option, vol, AMERICAN_QD, 0, scratch, &exact));
        assert_ok(dividend_grid_greeks(&on, vol, DIVIDEND_GRID_STEPS, grid_scratch, &grid));
        if (!(fabs(grid.price - exact) <= 1e-5 * option.strike))
            fail_msg("%d: %.9g, exact %.9g", i, grid.price, exact);
        bool edge = exact <= fabs(option.spot - option.strike) * 1.001;
        if (!(fabs(grid.delta - american.delta) <= 1e-4) ||
            !(fabs(grid.theta - american.theta) <= 5e-4 * option.strike) ||
            !(fabs(grid.vega - american.vega) <= 5e-4 * option.strike) ||
            !(fabs(grid.rho - american.rho) <= 2e-3 * option.strike) ||
            !(fabs(grid.rho_dividend - american.rho_dividend) <= 2e-3 * option.strike) ||
            !(edge || fabs(grid.gamma - american.gamma) <= 2e-3 * american.gamma + 1e-6))
            fail_msg("%d: %g %g %g %g %g %g of %g %g %g %g %g %g", i, grid.delta, grid.gamma,
                     grid.theta, grid.vega, grid.rho, grid.rho_dividend, american.delta,
                     american.gamma, american.theta, american.vega, american.rho,
                     american.rho_dividend);
        on.american = false;
        option_greeks(&option, vol, &european);
        assert_true(fabs(on_grid(&on, vol, DIVIDEND_GRID_STEPS) - european.price) <= 1e-6);
    }
}

// The jumping spot: with one dividend and no yield the call is the integral of what it is worth right after, or of
// exercise right before.
static double by_integral_of_jumps(const struct option_terms *call, const struct dividend *dividend,
                                   double vol, bool american) {
    enum { NODES = 40000 };
    double t = dividend->years, root = vol * sqrt(t), sum = 0;
    for (int i = 0; i <= NODES; i++) {
        double z = -8 + 16.0 * i / NODES, weight = i == 0 || i == NODES ? 1 : i % 2 ? 4 : 2;
        double before = call->spot * exp((call->rate - 0.5 * vol * vol) * t + root * z);
        struct option_terms left = *call;
        left.spot = before - dividend->amount;
        left.years = call->years - t;
        double now = american ? before - call->strike : 0;
        double later = left.spot > 0 ? option_price(&left, vol) : 0;
        sum += weight * exp(-0.5 * z * z) * fmax(now, later);
    }
    return exp(-call->rate * t) * sum * 16.0 / NODES / 3 / sqrt(2 * M_PI);
}

static void a_grid_agrees_with_the_integrals_over_the_day_of_the_dividend(void **state) {
    for (int i = 0; i < 8; i++) {
        struct option_terms call = {
            .spot = 90 + 5 * (double)(i % 4), .strike = 95, .years = 0.8, .rate = 0.05};
        struct dividends one = {{{i < 4 ? 0.3 : 0.7, 3}}, 1};
        struct dividend_option on = {call, &one, DIVIDEND_ESCROWED, true};
        double value = on_grid(&on, 0.25, 200), exact = by_integral(&call, &one.list[0], 0.25);
        if (!(fabs(value - exact) <= 5e-4)) fail_msg("%d: %.7f, exact %.7f", i, value, exact);
        on.model = DIVIDEND_JUMPS;
        for (int american = 0; american < 2; american++) {
            on.american = american == 1;
            value = on_grid(&on, 0.25, 200);
            exact = by_integral_of_jumps(&call, &one.list[0], 0.25, on.american);
            if (!(fabs(value - exact) <= 5e-4))
                fail_msg("jumps %d, american %d: %.7f, exact %.7f", i, american, value, exact);
        }
    }
}

// Theta is what a day of nothing costs: the same option nearer to all its dates.
static void theta_brings_the_dividends_nearer(void **state) {
    struct dividends two = {{{0.2, 2}, {0.45, 1.5}}, 2}, nearer = two;
    const double h = 1e-3;
    for (int i = 0; i < 4; i++) {
        struct option_terms terms = {.side = (enum option_side)(i % 2),
                                     .spot = 98,
                                     .strike = 100,
                                     .years = 0.6,
                                     .rate = 0.06};
        struct dividend_option on = {terms, &two, (enum dividend_model)(i / 2), true};
        struct option_greeks greeks;
        assert_ok(dividend_grid_greeks(&on, 0.3, 400, grid_scratch, &greeks));
        double values[2];
        for (int k = 0; k < 2; k++) {
            double moved = k == 0 ? -h : h;
            on.terms.years = terms.years + moved;
            for (size_t j = 0; j < 2; j++) nearer.list[j].years = two.list[j].years + moved;
            on.dividends = &nearer;
            values[k] = on_grid(&on, 0.3, 400);
        }
        double slope = (values[0] - values[1]) / (2 * h);
        if (!(fabs(greeks.theta - slope) <= 0.05)) fail_msg("%d: %g, %g", i, greeks.theta, slope);
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
    struct dividend_option grid = {option, &dividends, DIVIDEND_JUMPS, true};
    assert_int_equal(dividend_grid_price(&grid, 0.2, 21, grid_scratch, &value), ERR_ARGUMENT);
    assert_int_equal(dividend_grid_price(&grid, 0.2, 48, grid_scratch, &value), ERR_ARGUMENT);
    assert_int_equal(dividend_grid_price(&grid, 0, 100, grid_scratch, &value), ERR_ARGUMENT);
    assert_int_equal(dividend_grid_price(&grid, 1e-4, 100, grid_scratch, &value), ERR_UNSUPPORTED);
    assert_non_null(strstr(err_story(), "more steps"));
    grid.terms.model = OPTION_BACHELIER;
    assert_int_equal(dividend_grid_price(&grid, 0.2, 100, grid_scratch, &value), ERR_ARGUMENT);
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
        cmocka_unit_test(grids_agree_with_another_library),
        cmocka_unit_test(a_grid_is_right_to_its_bounds),
        cmocka_unit_test(a_grid_agrees_with_the_integrals_over_the_day_of_the_dividend),
        cmocka_unit_test(theta_brings_the_dividends_nearer),
        cmocka_unit_test(without_a_dividend_in_time_it_is_the_plain_option),
        cmocka_unit_test(what_cannot_be_priced_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
