// SPDX-License-Identifier: Apache-2.0
#include "quant/option/payoff.h"

#include <jansson.h>
#include <math.h>

#include "harness.h"

static const struct payoff_market plain = {100, 0.25, 0.03, 0.01, 0.3};

static struct payoff_leg leg_of(const json_t *json) {
    bool call = strcmp(json_string_value(json_object_get(json, "type")), "C") == 0;
    return (struct payoff_leg){call ? PAYOFF_CALL : PAYOFF_PUT,
                               json_number_value(json_object_get(json, "strike")),
                               json_number_value(json_object_get(json, "qty")),
                               json_number_value(json_object_get(json, "premium")),
                               NAN,
                               0};
}

static struct payoff position_of(const json_t *json) {
    struct payoff position = {.count = 0};
    const json_t *legs = json_object_get(json, "legs");
    for (size_t i = 0; i < json_array_size(legs); i++)
        position.legs[position.count++] = leg_of(json_array_get(legs, i));
    double shares = json_number_value(json_object_get(json, "shares"));
    if (shares != 0)
        position.legs[position.count++] = (struct payoff_leg){
            PAYOFF_SHARE, 0, shares, json_number_value(json_object_get(json, "share_cost")),
            NAN,          0};
    return position;
}

// "unlimited" is infinite to the side of the extreme.
static void is_golden(const json_t *json, const char *key, double actual, double unlimited) {
    const json_t *node = json_object_get(json, key);
    double wanted = json_is_string(node) ? unlimited : json_number_value(node);
    if (!(actual == wanted || fabs(actual - wanted) <= 1e-9))
        fail_msg("%s of %s: %.17g", key, json_string_value(json_object_get(json, "name")), actual);
}

static void known_positions_have_the_extremes_and_break_evens_worked_out_by_hand(void **state) {
    json_t *root = json_load_file(harness_shared("golden/options/expected.json"), 0, NULL);
    assert_non_null(root);
    const json_t *list = json_object_get(root, "strategies"), *profit;
    assert_true(json_array_size(list) >= 8);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *json = json_array_get(list, i);
        struct payoff position = position_of(json);
        struct payoff_summary summary;
        const char *spot;
        assert_int_equal(payoff_check(&position), 0);
        payoff_summarise(&position, &summary);
        is_golden(json, "net_debit", summary.net_debit, NAN);
        is_golden(json, "max_profit", summary.max_profit, INFINITY);
        is_golden(json, "max_loss", summary.max_loss, -INFINITY);
        const json_t *roots = json_object_get(json, "breakevens");
        assert_int_equal(summary.root_count, json_array_size(roots));
        for (size_t k = 0; k < summary.root_count; k++) {
            double wanted = json_number_value(json_array_get(roots, k));
            assert_true(fabs(summary.roots[k] - wanted) <= 1e-9);
        }
        json_object_foreach(json_object_get((json_t *)json, "payoff"), spot, profit) {
            double paid = payoff_profit(&position, strtod(spot, NULL));
            assert_true(fabs(paid - json_number_value(profit)) <= 1e-9);
        }
    }
    json_decref(root);
}

static struct payoff named(const char *name, const double *strikes, size_t count,
                           const double *costs) {
    struct payoff position;
    assert_int_equal(payoff_from_name(name, strikes, count, 0.25, &position), 0);
    position.rest = plain;
    for (size_t i = 0; i < position.count && costs != NULL; i++) position.legs[i].cost = costs[i];
    return position;
}

static struct payoff condor(void) {
    return named("iron-condor", (double[]){85, 90, 110, 115}, 4, (double[]){0.6, 1.5, 2, 0.9});
}

// The summary against a search over a fine grid of spots.
static void every_named_position_agrees_with_a_search_over_spots(void **state) {
    static const double strikes[] = {90, 97, 104, 112};
    static const double costs[] = {1.13, 2.57, 3.31, 0.77};
    for (size_t n = 0; n < payoff_name_count(); n++) {
        const struct payoff_name *row = payoff_name_at(n);
        struct payoff position = named(row->name, strikes, row->strikes, costs);
        struct payoff_summary summary;
        payoff_summarise(&position, &summary);
        double most = -INFINITY, least = INFINITY, before = payoff_profit(&position, 0);
        size_t changes = 0;
        double step = 1e-9; // what the search can miss of a peak between its spots
        for (size_t i = 0; i < position.count; i++)
            if (position.legs[i].later > 0) step = 1e-4;
        for (int i = 0; i <= 50000; i++) {
            double spot = i / 100.0, profit = payoff_profit(&position, spot);
            most = fmax(most, profit);
            least = fmin(least, profit);
            if ((profit > 0) == (before > 0)) continue;
            assert_true(changes < summary.root_count);
            assert_true(fabs(summary.roots[changes++] - spot) <= 0.0101);
            before = profit;
        }
        assert_int_equal(changes, summary.root_count);
        for (double spot = 500; step > 1e-9 && spot <= 50 * strikes[row->strikes - 1]; spot++) {
            most = fmax(most, payoff_profit(&position, spot));
            least = fmin(least, payoff_profit(&position, spot));
        }
        if (isfinite(summary.max_profit)) assert_true(fabs(most - summary.max_profit) <= step);
        if (isfinite(summary.max_loss)) assert_true(fabs(least - summary.max_loss) <= step);
        bool rises = payoff_profit(&position, 500) > payoff_profit(&position, 499) + 0.5;
        bool falls = payoff_profit(&position, 500) < payoff_profit(&position, 499) - 0.5;
        assert_true(rises == !isfinite(summary.max_profit) && falls == !isfinite(summary.max_loss));
    }
}

// Integrals of the lognormal density over the profitable spots with mpmath, 30 digits.
static void the_probability_of_profit_is_the_lognormal_mass_of_the_profitable_spots(void **state) {
    struct payoff iron = condor();
    struct payoff backspread = named("call-backspread", (double[]){100, 110}, 2, (double[]){5, 2});
    assert_true(fabs(payoff_probability(&iron, &plain) - 0.578519610947135302) <= 1e-13);
    assert_true(fabs(payoff_probability(&backspread, &plain) - 0.657809716889569720) <= 1e-13);
    struct payoff box = named("box", (double[]){95, 105}, 2, (double[]){8, 3, 7.6, 2.5});
    assert_true(payoff_probability(&box, &plain) == 0);
    box.legs[0].cost = 7;
    assert_true(fabs(payoff_probability(&box, &plain) - 1) <= 1e-15);
}

static void a_stretch_without_profit_or_loss_is_bounded_by_its_strikes(void **state) {
    struct payoff reversal = named("risk-reversal", (double[]){90, 110}, 2, NULL);
    struct payoff_summary summary;
    payoff_summarise(&reversal, &summary);
    assert_int_equal(summary.root_count, 2);
    assert_true(summary.roots[0] == 90 && summary.roots[1] == 110);
    double above =
        1 - payoff_probability(
                &(struct payoff){.legs = {{PAYOFF_PUT, 110, 1, 0, NAN, 0}}, .count = 1}, &plain);
    assert_true(fabs(payoff_probability(&reversal, &plain) - above) <= 1e-14);
}

static void the_whole_is_the_sum_of_its_legs_at_their_own_volatilities(void **state) {
    struct payoff position = condor();
    double sum[3] = {0};
    position.legs[1].vol = 0.42;
    position.legs[position.count++] = (struct payoff_leg){PAYOFF_SHARE, 0, -2, 99, NAN, 0};
    for (size_t i = 0; i < 4; i++) {
        const struct payoff_leg *leg = &position.legs[i];
        struct option_greeks greeks;
        option_greeks(
            &(struct option_terms){.side = leg->kind == PAYOFF_CALL ? OPTION_CALL : OPTION_PUT,
                                   .spot = 100,
                                   .strike = leg->strike,
                                   .years = 0.25,
                                   .rate = 0.03,
                                   .yield = 0.01},
            i == 1 ? 0.42 : 0.3, &greeks);
        sum[0] += leg->quantity * greeks.price;
        sum[1] += leg->quantity * greeks.delta;
        sum[2] += leg->quantity * greeks.vega;
    }
    struct option_greeks whole;
    payoff_greeks(&position, &plain, &whole);
    assert_true(fabs(whole.price - (sum[0] - 200)) <= 1e-12);
    assert_true(fabs(whole.delta - (sum[1] - 2)) <= 1e-14);
    assert_true(fabs(whole.vega - sum[2]) <= 1e-13);
    // Cost: 0.6 - 1.5 - 2 + 0.9 = -2, and -198 of the shares.
    assert_true(fabs(payoff_profit_before(&position, &plain) - (whole.price + 200)) <= 1e-12);
}

static void what_is_left_at_expiry_is_the_profit_at_expiry(void **state) {
    struct payoff position = condor();
    for (double spot = 80; spot <= 120; spot += 2.5) {
        struct payoff_market market = plain;
        market.spot = spot;
        market.years = 0;
        double expected = payoff_profit(&position, spot);
        assert_true(fabs(payoff_profit_before(&position, &market) - expected) <= 1e-12);
        market.years = 1e-9;
        if (fmod(spot, 5) != 0)
            assert_true(fabs(payoff_profit_before(&position, &market) - expected) <= 1e-7);
    }
    struct option_greeks greeks;
    payoff_greeks(&position, &(struct payoff_market){.spot = 100}, &greeks);
    assert_true(greeks.price == 0 && isnan(greeks.delta) && isnan(greeks.color));
}

// A calendar at its first expiry: the sold call pays its intrinsic value, the bought one is an option of the time
// between. Its best spot is the strike, where the slopes of both sides meet.
static void a_leg_that_lives_on_is_an_option_at_the_first_expiry(void **state) {
    struct payoff calendar = named("call-calendar", (double[]){100}, 1, (double[]){3, 5});
    struct option_terms rest = {.strike = 100, .years = 0.25, .rate = 0.03, .yield = 0.01};
    for (double spot = 70; spot <= 140; spot += 3.5) {
        rest.spot = spot;
        double left = fmax(option_price(&rest, 0.3), fmax(spot - 100, 0));
        double profit = left - fmax(spot - 100, 0) - 2;
        assert_true(fabs(payoff_profit(&calendar, spot) - profit) <= 1e-12);
    }
    struct payoff_summary summary;
    payoff_summarise(&calendar, &summary);
    rest.spot = 100;
    assert_true(fabs(summary.max_profit - (option_price(&rest, 0.3) - 2)) <= 1e-6);
    assert_true(summary.root_count == 2 && fabs(summary.max_loss + 2) <= 1e-9);
    for (size_t i = 0; i < 2; i++)
        assert_true(fabs(payoff_profit(&calendar, summary.roots[i])) <= 1e-9);
    // Before expiry each leg has its own time.
    struct option_terms near = {
        .spot = 97, .strike = 100, .years = 0.25, .rate = 0.03, .yield = 0.01};
    struct option_terms far = near;
    struct payoff_market market = plain;
    far.years = 0.5;
    market.spot = 97;
    double value = option_price(&far, 0.3) - option_price(&near, 0.3);
    assert_true(fabs(payoff_profit_before(&calendar, &market) - (value - 2)) <= 1e-12);
    // A jelly roll is worth the forward of the far expiry less that of the near one, whatever the spot.
    struct payoff roll = named("jelly-roll", (double[]){100}, 1, NULL);
    struct option_greeks greeks;
    payoff_greeks(&roll, &plain, &greeks);
    double forwards = 100 * (exp(-0.005) - exp(-0.0025)) - 100 * (exp(-0.015) - exp(-0.0075));
    assert_true(fabs(greeks.price - forwards) <= 1e-12);
}

static void positions_that_make_no_sense_are_refused(void **state) {
    struct payoff position = {.count = 0};
    assert_int_equal(payoff_check(&position), ERR_ARGUMENT);
    position.count = PAYOFF_LEGS_MAX + 1;
    assert_int_equal(payoff_check(&position), ERR_ARGUMENT);
    static const struct payoff_leg bad[] = {
        {PAYOFF_CALL, 0, 1, 1, NAN, 0},    {PAYOFF_PUT, NAN, 1, 1, NAN, 0},
        {PAYOFF_PUT, 90, 0, 1, NAN, 0},    {PAYOFF_CALL, 90, INFINITY, 1, NAN, 0},
        {PAYOFF_CALL, 90, 1, NAN, NAN, 0}, {PAYOFF_CALL, 90, 1, 1, 0, 0},
        {PAYOFF_SHARE, 0, 1, NAN, NAN, 0}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        position = condor();
        position.legs[2] = bad[i];
        assert_int_equal(payoff_check(&position), ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), "leg 3"));
    }
    position = condor();
    position.legs[2].later = -1;
    assert_int_equal(payoff_check(&position), ERR_ARGUMENT);
    position.legs[2].later = 1;
    position.rest.vol = NAN;
    assert_int_equal(payoff_check(&position), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "leg 3 lives on"));
    assert_int_equal(payoff_from_name("put-calendar", (double[]){95}, 1, 0, &position),
                     ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "two expiries"));
    assert_int_equal(payoff_from_name("iron-condr", NULL, 0, 0, &position), ERR_NOT_FOUND);
    assert_non_null(strstr(err_story(), "iron-condor"));
    assert_int_equal(payoff_from_name("box", (double[]){95}, 1, 0, &position), ERR_ARGUMENT);
    assert_int_equal(payoff_from_name("box", (double[]){95, 95}, 2, 0, &position), ERR_ARGUMENT);
    assert_int_equal(payoff_from_name("long-call", (double[]){-1}, 1, 0, &position), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_positions_have_the_extremes_and_break_evens_worked_out_by_hand),
        cmocka_unit_test(every_named_position_agrees_with_a_search_over_spots),
        cmocka_unit_test(the_probability_of_profit_is_the_lognormal_mass_of_the_profitable_spots),
        cmocka_unit_test(a_stretch_without_profit_or_loss_is_bounded_by_its_strikes),
        cmocka_unit_test(the_whole_is_the_sum_of_its_legs_at_their_own_volatilities),
        cmocka_unit_test(what_is_left_at_expiry_is_the_profit_at_expiry),
        cmocka_unit_test(a_leg_that_lives_on_is_an_option_at_the_first_expiry),
        cmocka_unit_test(positions_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
