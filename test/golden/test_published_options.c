// SPDX-License-Identifier: Apache-2.0
// Option values and sensitivities in print, each to the last digit that is printed. Where no method can give a printed
// number, the row says by how much and why.
#include <math.h>

#include "harness.h"
#include "quant/option/american.h"
#include "quant/option/asian.h"
#include "quant/option/barrier.h"
#include "quant/option/dividend.h"
#include "quant/option/option.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static double scratch[3 * (AMERICAN_STEPS_MAX + 2)];

// Half of the last of `digits` digits behind the point, and `slack`.
static void nearly(const char *what, size_t row, double value, double wanted, int digits,
                   double slack) {
    if (!(fabs(value - wanted) <= 0.5 * pow(10, -digits) + slack))
        fail_msg("%s, row %zu: %.8f, printed %.*f", what, row, value, digits, wanted);
}

static void printed(const char *what, size_t row, double value, double wanted, int digits) {
    nearly(what, row, value, wanted, digits, 1e-12);
}

// Haug's first edition takes the normal distribution from a polynomial (Abramowitz and Stegun 26.2.17) whose errors of
// up to 7.5e-8 move values of a spot of 100 by 2e-5 at most: 1.87334457 is printed as 1.8734, as it comes out with it.
static const double polynomial = 2e-5;

static struct option_terms terms(enum option_side side, double spot, double strike, double years,
                                 double rate, double yield) {
    return (struct option_terms){
        .side = side, .spot = spot, .strike = strike, .years = years, .rate = rate, .yield = yield};
}

// Haug, "The Complete Guide to Option Pricing Formulas" (1st ed., 1998), pp. 2-8 and 27: Black and Scholes, Merton,
// Black, Garman and Kohlhagen, the generalised formula. The fourth is Black's by its own model.
static void haugs_european_examples(void **state) {
    static const struct {
        enum option_side side;
        double spot, strike, years, rate, yield, vol, price;
    } rows[] = {
        {OPTION_CALL, 60, 65, 0.25, 0.08, 0, 0.3, 2.1334},
        {OPTION_PUT, 100, 95, 0.5, 0.1, 0.05, 0.2, 2.4648},
        {OPTION_CALL, 1.56, 1.6, 0.5, 0.06, 0.08, 0.12, 0.0291},
        {OPTION_PUT, 75, 70, 0.5, 0.1, 0.05, 0.35, 4.0870},
        {OPTION_CALL, 42, 40, 0.75, 0.04, 0.08, 0.35, 5.0975},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct option_terms option = terms(rows[i].side, rows[i].spot, rows[i].strike,
                                           rows[i].years, rows[i].rate, rows[i].yield);
        printed("Haug, European", i, option_price(&option, rows[i].vol), rows[i].price, 4);
    }
    struct option_terms future = terms(OPTION_CALL, 19, 19, 0.75, 0.1, 0);
    future.model = OPTION_BLACK_76;
    for (future.side = OPTION_CALL; future.side <= OPTION_PUT; future.side++)
        printed("Haug, Black 1976", future.side, option_price(&future, 0.28), 1.7011, 4);
}

// The same, pp. 11-16.
static void haugs_sensitivities(void **state) {
    static const struct {
        struct option_terms terms;
        double vol, value;
        size_t field;
        double scale;
        int digits;
    } rows[] = {
#define OF(name) offsetof(struct option_greeks, name)
        {{OPTION_CALL, 0, 105, 100, 0.5, 0.1, 0.1}, 0.36, 0.5946, OF(delta), 1, 4},
        {{OPTION_PUT, 0, 105, 100, 0.5, 0.1, 0.1}, 0.36, -0.3566, OF(delta), 1, 4},
        {{OPTION_CALL, 0, 55, 60, 0.75, 0.1, 0}, 0.3, 0.0278, OF(gamma), 1, 4},
        {{OPTION_PUT, 0, 55, 60, 0.75, 0.1, 0}, 0.3, 0.0278, OF(gamma), 1, 4},
        {{OPTION_CALL, 0, 55, 60, 0.75, 0.1, 0}, 0.3, 18.9358, OF(vega), 1, 4},
        {{OPTION_PUT, 0, 55, 60, 0.75, 0.1, 0}, 0.3, 18.9358, OF(vega), 1, 4},
        {{OPTION_PUT, 0, 430, 405, 1 / 12.0, 0.07, 0.05}, 0.2, -31.1924, OF(theta), 1, 4},
        {{OPTION_PUT, 0, 430, 405, 1 / 12.0, 0.07, 0.05}, 0.2, -0.0855, OF(theta), 365, 4},
        {{OPTION_CALL, 0, 72, 75, 1, 0.09, 0}, 0.19, 38.7325, OF(rho), 1, 4},
        {{OPTION_PUT, 0, 500, 490, 0.25, 0.08, 0.05}, 0.15, 42.2254, OF(rho_dividend), 1, 4},
        // Hull, "Options, Futures, and Other Derivatives" (9th ed., 2014), chapter 19: the bank's call.
        {{OPTION_CALL, 0, 49, 50, 0.3846, 0.05, 0}, 0.2, 0.522, OF(delta), 1, 3},
        {{OPTION_CALL, 0, 49, 50, 0.3846, 0.05, 0}, 0.2, 0.066, OF(gamma), 1, 3},
        {{OPTION_CALL, 0, 49, 50, 0.3846, 0.05, 0}, 0.2, -4.31, OF(theta), 1, 2},
        {{OPTION_CALL, 0, 49, 50, 0.3846, 0.05, 0}, 0.2, 12.1, OF(vega), 1, 1},
        {{OPTION_CALL, 0, 49, 50, 0.3846, 0.05, 0}, 0.2, 8.91, OF(rho), 1, 2},
#undef OF
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct option_greeks greeks;
        option_greeks(&rows[i].terms, rows[i].vol, &greeks);
        double value = *(const double *)((const char *)&greeks + rows[i].field);
        printed("sensitivities", i, value / rows[i].scale, rows[i].value, rows[i].digits);
    }
    struct option_greeks put;
    option_greeks(&rows[1].terms, 0.36, &put);
    printed("elasticity", 0, put.delta * 105 / put.price, -4.8775, 4);
}

// Haug (1998), p. 24: futures options, strike 100, rate 10 %; by side, then 0.1 and 0.5 years, then volatilities of 15,
// 25 and 35 %, then futures at 90, 100 and 110. European by Black, American by Barone-Adesi and Whaley.
static const double black[2][2][3][3] = {
    {{{0.0205, 1.8734, 9.9413}, {0.3150, 3.1217, 10.3556}, {0.9474, 4.3693, 11.1381}},
     {{0.8069, 4.0232, 10.5769}, {2.7026, 6.6997, 12.7857}, {4.9329, 9.3679, 15.3086}}},
    {{{9.9210, 1.8734, 0.0408}, {10.2155, 3.1217, 0.4551}, {10.8479, 4.3693, 1.2376}},
     {{10.3192, 4.0232, 1.0646}, {12.2149, 6.6997, 3.2734}, {14.4452, 9.3679, 5.7963}}}};
static const double baw[2][2][3][3] = {
    {{{0.0206, 1.8771, 10.0089}, {0.3159, 3.1280, 10.3919}, {0.9495, 4.3777, 11.1679}},
     {{0.8208, 4.0842, 10.8087}, {2.7437, 6.8015, 13.0170}, {5.0063, 9.5106, 15.5689}}},
    {{{10.0000, 1.8770, 0.0410}, {10.2533, 3.1277, 0.4562}, {10.8787, 4.3777, 1.2402}},
     {{10.5595, 4.0842, 1.0822}, {12.4419, 6.8014, 3.3226}, {14.6945, 9.5104, 5.8823}}}};

// The printed American values agree with ours to two digits behind the point, but for the call at 110 over 0.1 years of
// 15 %, which is 10.0061 here. In print a call and a put at the money differ, which in the model they do not: perhaps
// the critical price was not iterated to its end; the book does not say.
static void haugs_table_of_futures_options(void **state) {
    static const double years[] = {0.1, 0.5}, vols[] = {0.15, 0.25, 0.35}, spots[] = {90, 100, 110};
    size_t exact = 0;
    for (size_t i = 0; i < 36; i++) {
        size_t side = i / 18, year = i / 9 % 2, vol = i / 3 % 3, spot = i % 3;
        struct option_terms option = terms(side, spots[spot], 100, years[year], 0.1, 0.1);
        double wanted = baw[side][year][vol][spot], value;
        nearly("Haug, p. 24, European", i, option_price(&option, vols[vol]),
               black[side][year][vol][spot], 4, polynomial);
        assert_ok(american_price(&option, vols[vol], AMERICAN_BAW, 0, scratch, &value));
        if (!(fabs(value - wanted) <= (i == 2 ? 2.9e-3 : 1.8e-3)))
            fail_msg("Haug, p. 24, American, row %zu: %.6f, printed %.4f", i, value, wanted);
        exact += fabs(value - wanted) <= 1.01e-4;
    }
    assert_true(exact >= 20);
}

// Haug, 2nd ed. (2007), chapter 3, by Bjerksund and Stensland (2002): the same options over half a year; and (1993) on
// p. 27 of the 1st ed., with the put of the book's program.
static void haugs_values_by_bjerksund_and_stensland(void **state) {
    static const struct {
        enum american_method method;
        struct option_terms terms;
        double vol, price;
    } rows[] = {
        {AMERICAN_BJERKSUND_02, {OPTION_CALL, 0, 90, 100, 0.5, 0.1, 0.1}, 0.15, 0.8099},
        {AMERICAN_BJERKSUND_02, {OPTION_CALL, 0, 100, 100, 0.5, 0.1, 0.1}, 0.25, 6.7661},
        {AMERICAN_BJERKSUND_02, {OPTION_CALL, 0, 110, 100, 0.5, 0.1, 0.1}, 0.35, 15.5137},
        {AMERICAN_BJERKSUND_02, {OPTION_PUT, 0, 90, 100, 0.5, 0.1, 0.1}, 0.15, 10.5400},
        {AMERICAN_BJERKSUND_02, {OPTION_PUT, 0, 100, 100, 0.5, 0.1, 0.1}, 0.25, 6.7661},
        {AMERICAN_BJERKSUND_02, {OPTION_PUT, 0, 110, 100, 0.5, 0.1, 0.1}, 0.35, 5.8374},
        {AMERICAN_BJERKSUND_93, {OPTION_CALL, 0, 42, 40, 0.75, 0.04, 0.08}, 0.35, 5.2704},
        {AMERICAN_BJERKSUND_93, {OPTION_PUT, 0, 36, 40, 1, 0.06, 0}, 0.2, 4.4531},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        double value;
        assert_ok(american_price(&rows[i].terms, rows[i].vol, rows[i].method, 0, scratch, &value));
        printed("Bjerksund and Stensland", i, value, rows[i].price, 4);
    }
}

// Haug (1998), pp. 96-100: averages of the whole life without a pause. The geometric one; Levy's, whose two moments are
// those of Turnbull and Wakeman.
static void haugs_averages(void **state) {
    static const struct {
        enum asian_method method;
        struct option_terms terms;
        double vol, price;
    } rows[] = {
        {ASIAN_GEOMETRIC, {OPTION_PUT, 0, 80, 85, 0.25, 0.05, -0.03}, 0.2, 4.6922},
        {ASIAN_TURNBULL_WAKEMAN, {OPTION_CALL, 0, 6.8, 6.9, 0.5, 0.07, 0.09}, 0.14, 0.0944},
        {ASIAN_TURNBULL_WAKEMAN, {OPTION_PUT, 0, 6.8, 6.9, 0.5, 0.07, 0.09}, 0.14, 0.2237},
        {ASIAN_TURNBULL_WAKEMAN, {OPTION_CALL, 0, 100, 95, 0.75, 0.1, 0.05}, 0.15, 7.0544},
        {ASIAN_TURNBULL_WAKEMAN, {OPTION_CALL, 0, 100, 95, 0.75, 0.1, 0.05}, 0.35, 10.1213},
        {ASIAN_TURNBULL_WAKEMAN, {OPTION_CALL, 0, 100, 100, 0.75, 0.1, 0.05}, 0.15, 3.7845},
        {ASIAN_TURNBULL_WAKEMAN, {OPTION_CALL, 0, 100, 100, 0.75, 0.1, 0.05}, 0.35, 7.5038},
        {ASIAN_TURNBULL_WAKEMAN, {OPTION_CALL, 0, 100, 105, 0.75, 0.1, 0.05}, 0.15, 1.6729},
        {ASIAN_TURNBULL_WAKEMAN, {OPTION_CALL, 0, 100, 105, 0.75, 0.1, 0.05}, 0.35, 5.4071},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        double value;
        assert_ok(
            asian_price(&rows[i].terms, &(struct asian){rows[i].method, 0}, rows[i].vol, &value));
        printed("Haug, averages", i, value, rows[i].price, 4);
    }
}

// Haug, 2nd ed. (2007), table 4-28: the arithmetic average of 26 weeks, no cost of carry, rate 5 %, volatility 20 %;
// strikes 80 to 120. Hull (9th ed.), example 26.3: the average of a year at 12, 52 and 250 times and without a pause.
static void averages_of_some_fixings(void **state) {
    static const double calls[] = {19.5152, 10.1437, 3.2700, 0.5515, 0.0479};
    static const double puts[] = {0.0090, 0.3906, 3.2700, 10.3046, 19.5541};
    static const struct {
        size_t fixings;
        double price;
    } hull[] = {{12, 6.00}, {52, 5.70}, {250, 5.63}, {0, 5.62}};
    double value;
    for (size_t i = 0; i < 5; i++)
        for (int side = OPTION_CALL; side <= OPTION_PUT; side++) {
            struct option_terms option = terms(side, 100, 80 + 10 * (double)i, 0.5, 0.05, 0.05);
            assert_ok(
                asian_price(&option, &(struct asian){ASIAN_TURNBULL_WAKEMAN, 26}, 0.2, &value));
            printed("Haug, table 4-28", 2 * i + (size_t)side, value,
                    side == OPTION_CALL ? calls[i] : puts[i], 4);
        }
    struct option_terms option = terms(OPTION_CALL, 50, 50, 1, 0.1, 0);
    for (size_t i = 0; i < COUNT(hull); i++) {
        assert_ok(asian_price(&option, &(struct asian){ASIAN_TURNBULL_WAKEMAN, hull[i].fixings},
                              0.4, &value));
        printed("Hull, 26.3", i, value, hull[i].price, 2);
    }
}

// Haug, 2nd ed., table 4-13 (1st ed., p. 72): spot 100, rebate 3, half a year, rate 8 %, cost of carry 4 %; strikes 90,
// 100 and 110. Volatility 25 %, then 30 %.
static void haugs_table_of_barriers(void **state) {
    static const struct {
        enum option_side side;
        enum barrier_kind kind;
        double level, price[2][3];
    } rows[] = {
        {OPTION_CALL, BARRIER_DOWN_OUT, 95, {{9.0246, 6.7924, 4.8759}, {8.8334, 7.0285, 5.4137}}},
        {OPTION_CALL, BARRIER_DOWN_OUT, 100, {{3, 3, 3}, {3, 3, 3}}},
        {OPTION_CALL, BARRIER_UP_OUT, 105, {{2.6789, 2.3580, 2.3453}, {2.6341, 2.4389, 2.4315}}},
        {OPTION_CALL, BARRIER_DOWN_IN, 95, {{7.7627, 4.0109, 2.0576}, {9.0093, 5.1370, 2.8517}}},
        {OPTION_CALL, BARRIER_DOWN_IN, 100, {{13.8333, 7.8494, 3.9795}, {14.8816, 9.2045, 5.3043}}},
        {OPTION_CALL, BARRIER_UP_IN, 105, {{14.1112, 8.4482, 4.5910}, {15.2098, 9.7278, 5.8350}}},
        {OPTION_PUT, BARRIER_DOWN_OUT, 95, {{2.2798, 2.2947, 2.6252}, {2.4170, 2.4258, 2.6246}}},
        {OPTION_PUT, BARRIER_DOWN_OUT, 100, {{3, 3, 3}, {3, 3, 3}}},
        {OPTION_PUT, BARRIER_UP_OUT, 105, {{3.7760, 5.4932, 7.5187}, {4.2293, 5.8032, 7.5649}}},
        {OPTION_PUT, BARRIER_DOWN_IN, 95, {{2.9586, 6.5677, 11.9752}, {3.8769, 7.7989, 13.3078}}},
        {OPTION_PUT, BARRIER_DOWN_IN, 100, {{2.2845, 5.9085, 11.6465}, {3.3328, 7.2636, 12.9713}}},
        {OPTION_PUT, BARRIER_UP_IN, 105, {{1.4653, 3.3721, 7.0846}, {2.0658, 4.4226, 8.3686}}},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t k = 0; k < 6; k++) {
            struct option_terms option =
                terms(rows[i].side, 100, 90 + 10 * (double)(k % 3), 0.5, 0.08, 0.04);
            const struct barrier barrier = {rows[i].kind, rows[i].level, 3};
            double value;
            assert_ok(barrier_price(&option, &barrier, k < 3 ? 0.25 : 0.3, &value));
            nearly("Haug, table 4-13", 6 * i + k, value, rows[i].price[k / 3][k % 3], 4,
                   polynomial);
        }
}

// Hull (9th ed., 2014): example 15.6, an index (17.1), a currency's volatility (17.2), a future (18.6) and a
// share's volatility (15.11).
static void hulls_european_examples(void **state) {
    static const struct {
        struct option_terms terms;
        double vol, price;
        int digits;
    } rows[] = {
        {{OPTION_CALL, 0, 42, 40, 0.5, 0.1, 0}, 0.2, 4.76, 2},
        {{OPTION_PUT, 0, 42, 40, 0.5, 0.1, 0}, 0.2, 0.81, 2},
        {{OPTION_CALL, 0, 930, 900, 2 / 12.0, 0.08, 0.03}, 0.2, 51.83, 2},
        {{OPTION_PUT, OPTION_BLACK_76, 20, 20, 4 / 12.0, 0.09, 0}, 0.25, 1.12, 2},
        {{OPTION_CALL, 0, 49, 50, 0.3846, 0.05, 0}, 0.2, 2.40, 2},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        printed("Hull, European", i, option_price(&rows[i].terms, rows[i].vol), rows[i].price,
                rows[i].digits);
    struct option_terms share = terms(OPTION_CALL, 21, 20, 0.25, 0.1, 0);
    struct option_terms pound = terms(OPTION_CALL, 1.6, 1.6, 4 / 12.0, 0.08, 0.11);
    double vol;
    assert_int_equal(option_implied(&share, 1.875, &vol), OPTION_IV_FOUND);
    printed("Hull, implied", 0, 100 * vol, 23.5, 1);
    assert_int_equal(option_implied(&pound, 0.043, &vol), OPTION_IV_FOUND);
    printed("Hull, implied", 1, 100 * vol, 14.1, 1);
}

// Hull (9th ed.), section 21.1: the put of five months by trees of 5 to 500 steps, its tree's European value less
// Black and Scholes' taken off (example 21.3); 21.2, a call on a future; 21.5, one dividend of $2.06 after 3.5 months.
static void hulls_trees(void **state) {
    static const struct {
        size_t steps;
        double price;
        int digits;
    } rows[] = {{5, 4.49, 2}, {30, 4.263, 3}, {50, 4.272, 3}, {100, 4.278, 3}, {500, 4.283, 3}};
    struct option_terms put = terms(OPTION_PUT, 50, 50, 5 / 12.0, 0.1, 0);
    double value;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_ok(american_price(&put, 0.4, AMERICAN_CRR, rows[i].steps, scratch, &value));
        printed("Hull, 21.1", i, value, rows[i].price, rows[i].digits);
    }
    assert_ok(american_price(&put, 0.4, AMERICAN_CRR_CONTROL, 5, scratch, &value));
    printed("Hull, 21.3", 0, value, 4.25, 2);
    struct option_terms future = terms(OPTION_CALL, 300, 300, 4 / 12.0, 0.08, 0.08);
    assert_ok(american_price(&future, 0.3, AMERICAN_CRR, 4, scratch, &value));
    printed("Hull, 21.3", 1, value, 19.16, 2);
    struct option_terms share = terms(OPTION_PUT, 52, 50, 5 / 12.0, 0.1, 0);
    const struct dividends one = {{{3.5 / 12, 2.06}}, 1};
    assert_ok(dividend_american(&share, &one, 0.4, 5, scratch, &value));
    printed("Hull, 21.5", 0, value, 4.44, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(haugs_european_examples),
        cmocka_unit_test(haugs_sensitivities),
        cmocka_unit_test(haugs_table_of_futures_options),
        cmocka_unit_test(haugs_values_by_bjerksund_and_stensland),
        cmocka_unit_test(haugs_averages),
        cmocka_unit_test(averages_of_some_fixings),
        cmocka_unit_test(haugs_table_of_barriers),
        cmocka_unit_test(hulls_european_examples),
        cmocka_unit_test(hulls_trees),
    };
    return cmocka_run_group_tests_name("golden/published_options", tests, NULL, NULL);
}
