// SPDX-License-Identifier: Apache-2.0
#include "quant/option/asian.h"

#include <math.h>
#include <stdbool.h>

#include "base/prng.h"
#include "harness.h"
#include "quant/math/normal.h"

static double price(const struct option_terms *option, enum asian_method method, size_t fixings,
                    double vol) {
    double value = NAN;
    assert_ok(asian_price(option, &(struct asian){method, fixings}, vol, &value));
    return value;
}

// Haug, "The Complete Guide to Option Pricing Formulas", 2nd ed., section 4.20.1 (the geometric average) and table 4-28
// (the arithmetic one of 26 weeks; no cost of carry, rate 5 %, volatility 20 %).
static void haugs_numbers_are_reproduced_to_the_printed_digit(void **state) {
    struct option_terms option = {
        .side = OPTION_PUT, .spot = 80, .strike = 85, .years = 0.25, .rate = 0.05, .yield = -0.03};
    assert_true(fabs(price(&option, ASIAN_GEOMETRIC, 0, 0.2) - 4.6922) <= 5e-5);
    static const struct {
        enum option_side side;
        double strike, printed;
    } rows[] = {{OPTION_CALL, 80, 19.5152},
                {OPTION_CALL, 100, 3.2700},
                {OPTION_PUT, 100, 3.2700},
                {OPTION_PUT, 80, 0.0090}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        option = (struct option_terms){.side = rows[i].side,
                                       .spot = 100,
                                       .strike = rows[i].strike,
                                       .years = 0.5,
                                       .rate = 0.05,
                                       .yield = 0.05};
        assert_true(fabs(price(&option, ASIAN_TURNBULL_WAKEMAN, 26, 0.2) - rows[i].printed) <=
                    5.1e-5);
    }
}

struct paths {
    double arithmetic, geometric; // mean discounted pay-offs
    double corrected, error;      // the first less what the second is off, and its standard error
};

// Paths in pairs of opposite signs; the geometric average, whose value is known, takes out most of the noise.
static struct paths simulate(const struct option_terms *option, size_t fixings, double vol) {
    enum { PAIRS = 20000 };
    struct prng prng;
    double dt = option->years / (double)fixings, sum = 0, square = 0, discount;
    double drift = (option->rate - option->yield - 0.5 * vol * vol) * dt, root = vol * sqrt(dt);
    double exact = price(option, ASIAN_GEOMETRIC, fixings, vol);
    double sign = option->side == OPTION_CALL ? 1 : -1;
    struct paths paths = {0};
    prng_seed(&prng, 8);
    discount = exp(-option->rate * option->years);
    for (int pair = 0; pair < PAIRS; pair++) {
        double up[2] = {0}, total[2] = {0}, logs[2] = {0}, both[2] = {0};
        for (size_t i = 0; i < fixings; i++) {
            double z = normal_quantile(prng_double(&prng) + 0x1p-54);
            for (int k = 0; k < 2; k++) {
                up[k] += drift + (k == 0 ? z : -z) * root;
                total[k] += exp(up[k]);
                logs[k] += up[k];
            }
        }
        for (int k = 0; k < 2; k++) {
            double mean = option->spot * total[k] / (double)fixings;
            double log_mean = option->spot * exp(logs[k] / (double)fixings);
            both[0] += 0.5 * discount * fmax(sign * (mean - option->strike), 0);
            both[1] += 0.5 * discount * fmax(sign * (log_mean - option->strike), 0);
        }
        double corrected = both[0] - both[1] + exact;
        paths.arithmetic += both[0] / PAIRS;
        paths.geometric += both[1] / PAIRS;
        sum += corrected;
        square += corrected * corrected;
    }
    paths.corrected = sum / PAIRS;
    paths.error = sqrt((square / PAIRS - paths.corrected * paths.corrected) / PAIRS);
    return paths;
}

static void simulated_paths_pay_what_the_formulas_say(void **state) {
    for (int i = 0; i < 6; i++) {
        struct option_terms option = {.side = i % 2 ? OPTION_PUT : OPTION_CALL,
                                      .spot = 100,
                                      .strike = 90 + 10 * (double)(i / 2),
                                      .years = 1,
                                      .rate = 0.06,
                                      .yield = 0.02};
        struct paths paths = simulate(&option, 12, 0.25);
        double geometric = price(&option, ASIAN_GEOMETRIC, 12, 0.25);
        double curran = price(&option, ASIAN_CURRAN, 12, 0.25);
        double lognormal = price(&option, ASIAN_TURNBULL_WAKEMAN, 12, 0.25);
        assert_true(fabs(paths.geometric - geometric) <= 0.15);
        if (!(fabs(curran - paths.corrected) <= 4 * paths.error + 1.5e-3))
            fail_msg("strike %g: %.5f, simulated %.5f +- %.5f", option.strike, curran,
                     paths.corrected, paths.error);
        assert_true(fabs(lognormal - paths.corrected) <= 0.06);
    }
}

static void one_fixing_is_the_european_option(void **state) {
    for (int side = 0; side < 2; side++)
        for (double strike = 80; strike <= 120; strike += 10) {
            struct option_terms option = {.side = (enum option_side)side,
                                          .spot = 100,
                                          .strike = strike,
                                          .years = 0.7,
                                          .rate = 0.04,
                                          .yield = 0.01};
            double european = option_price(&option, 0.3);
            for (int method = 0; method <= ASIAN_CURRAN; method++)
                assert_true(fabs(price(&option, (enum asian_method)method, 1, 0.3) - european) <=
                            1e-11);
        }
}

// A call less a put is the discounted mean less the strike, and many fixings come near to no pause.
static void parity_holds_and_many_fixings_are_no_pause(void **state) {
    for (int method = 0; method <= ASIAN_CURRAN; method++)
        for (double strike = 60; strike <= 160; strike += 20) {
            struct option_terms call = {
                .spot = 100, .strike = strike, .years = 2, .rate = 0.05, .yield = 0.01};
            struct option_terms put = call;
            put.side = OPTION_PUT;
            double mean = 0, discount = exp(-0.1);
            for (int i = 1; i <= 50; i++) mean += 100 * exp(0.04 * 2 * i / 50) / 50;
            double gap = price(&call, (enum asian_method)method, 50, 0.2) -
                         price(&put, (enum asian_method)method, 50, 0.2);
            if (method != ASIAN_GEOMETRIC)
                assert_true(fabs(gap - discount * (mean - strike)) <= 1e-10);
            double many = price(&call, (enum asian_method)method, 20000, 0.2);
            assert_true(fabs(many - price(&call, (enum asian_method)method, 0, 0.2)) <= 2e-3);
        }
}

static void what_cannot_be_priced_is_told(void **state) {
    struct option_terms option = {.spot = 100, .strike = 100, .years = 1};
    struct asian asian = {ASIAN_CURRAN, 12};
    double value = 7;
    assert_int_equal(asian_price(&option, &asian, 0, &value), ERR_ARGUMENT);
    asian.fixings = ASIAN_FIXINGS_MAX + 1;
    assert_int_equal(asian_price(&option, &asian, 0.2, &value), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "fixings at most"));
    option.model = OPTION_BACHELIER;
    assert_int_equal(asian_price(&option, &asian, 0.2, &value), ERR_ARGUMENT);
    option.years = -1;
    assert_int_equal(asian_price(&option, &asian, 0.2, &value), ERR_ARGUMENT);
    assert_true(value == 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(haugs_numbers_are_reproduced_to_the_printed_digit),
        cmocka_unit_test(simulated_paths_pay_what_the_formulas_say),
        cmocka_unit_test(one_fixing_is_the_european_option),
        cmocka_unit_test(parity_holds_and_many_fixings_are_no_pause),
        cmocka_unit_test(what_cannot_be_priced_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
