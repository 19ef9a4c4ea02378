// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "book_desk.h"
#include "quant/making/estimate.h"

// The paper's market, known from the start; a horizon of a second. The middle is 1000.
static struct desk *known_market(void) {
    struct desk *desk = desk_new("avellaneda_stoikov");
    desk_set(desk, "sigma", "2");
    desk_set(desk, "k", "1.5");
    desk_set(desk, "horizon", "1s");
    desk_set(desk, "qty", "1");
    desk_set(desk, "max_position", "3");
    desk_set(desk, "improve", "true");
    return desk;
}

static void assert_quotes(const struct desk *desk, double bid, double ask) {
    const struct strategy_order *buy = desk_order(desk, 1), *sell = desk_order(desk, -1);
    if (isnan(bid)) assert_null(buy);
    if (isnan(ask)) assert_null(sell);
    if (buy != NULL && !(fabs(buy->limit_price - bid) < 1e-9)) fail_msg("%g", buy->limit_price);
    if (sell != NULL && !(fabs(sell->limit_price - ask) < 1e-9)) fail_msg("%g", sell->limit_price);
    assert_true((buy != NULL) == !isnan(bid) && (sell != NULL) == !isnan(ask));
}

// 10 ln(1 + 0.1 / 1.5) = 0.64538 of spread a side, and 0.1 x 4 x left / 2 = 0.2 left.
static void a_session_counts_down_and_begins_anew(void **state) {
    struct desk *desk = known_market();
    desk_ask(desk);
    assert_quotes(desk, 999.1, 1000.9); // 0.84538, out to ticks
    desk_step(desk, 500);
    assert_quotes(desk, 999.2, 1000.8); // 0.74538
    desk_step(desk, 499);
    assert_quotes(desk, 999.3, 1000.7); // 0.64558
    desk_step(desk, 1);
    assert_quotes(desk, 999.1, 1000.9);
    desk_set(desk, "form", "rolling");
    desk_step(desk, 999);
    assert_quotes(desk, 999.1, 1000.9);
    desk_free(desk);
}

static void quotes_lean_against_what_is_held(void **state) {
    struct desk *desk = known_market();
    desk_set(desk, "form", "rolling");
    desk->position = 2; // 2 x 0.1 x 4 = 0.8 lower
    desk_ask(desk);
    assert_quotes(desk, 998.3, 1000.1); // 998.355 and 1000.045
    desk->position = 3;                 // the limit: no bid
    desk_ask(desk);
    assert_quotes(desk, NAN, 999.7); // 999.645
    desk->position = -3;
    desk_ask(desk);
    assert_quotes(desk, 1000.3, NAN);
    desk_set(desk, "improve", "false"); // not nearer than the touch
    desk_ask(desk);
    assert_quotes(desk, 999, NAN);
    desk_free(desk);
}

// Two units a lot: 0.1 x 2 x 4 / 2 = 0.4 of risk and 5 ln(1 + 0.2 / 1.5) = 0.62582 a side.
static void a_contract_of_two_units_is_quoted_as_two(void **state) {
    struct desk *desk = known_market();
    desk->view.multiplier = 2;
    desk_ask(desk);
    assert_quotes(desk, 998.9, 1001.1);
    desk_free(desk);
}

// An inverse contract is a linear one at Y = -1 / S. With a multiplier of S^2 = 10^6 the depths of Y are 10^-6 times
// those of the linear contract of one unit, and quotes near the middle are its; far from it Y bends: a depth of
// 20.56882 = 10 ln(1 + 0.1 / 0.015) + 0.2 is a bid of 1000 / 1.02056882 = 979.846 and an offer of 1000 / 0.97943118 =
// 1021.001, not 979.431 and 1020.569.
static void an_inverse_contract_is_quoted_in_what_it_earns(void **state) {
    struct desk *desk = known_market();
    desk->view.inverse = true;
    desk->view.multiplier = 1e6;
    desk_ask(desk);
    assert_quotes(desk, 999.1, 1000.9);
    desk->position = 2;
    desk_ask(desk);
    assert_quotes(desk, 998.3, 1000.1);
    desk->position = 0;
    desk_set(desk, "k", "0.015");
    desk_ask(desk);
    assert_quotes(desk, 979.8, 1021.1);
    desk_set(desk, "form", "endless");
    desk_set(desk, "k", "1.5");
    desk->position = 1; // as in the next test, to the tick
    double arrivals = 10 * log(1 + 0.1 / 1.5);
    double bid = 1000 / (1 + (arrivals - 10 * log(12.0 / 15.0)) / 1000);
    double ask = 1000 / (1 - (arrivals - 10 * log(16.0 / 15.0)) / 1000);
    desk_ask(desk);
    assert_quotes(desk, floor(bid * 10) / 10, ceil(ask * 10) / 10);
    desk_free(desk);
}

// Without a horizon: omega leaves (max + 1)^2 - q^2 in the denominator, and sigma does not matter.
static void the_endless_form_knows_no_time(void **state) {
    struct desk *desk = known_market();
    desk_set(desk, "form", "endless");
    desk->position = 1;
    double arrivals = 10 * log(1 + 0.1 / 1.5);
    double bid = 1000 - arrivals + 10 * log(12.0 / 15.0); // limits 4: 16 - 4 over 16 - 1
    double ask = 1000 + arrivals - 10 * log(16.0 / 15.0);
    desk_ask(desk);
    assert_quotes(desk, floor(bid * 10) / 10, ceil(ask * 10) / 10);
    desk_step(desk, 700);
    assert_quotes(desk, floor(bid * 10) / 10, ceil(ask * 10) / 10);
    desk->position = 3.5; // over the limit by a fill in part
    desk_ask(desk);
    assert_null(desk_order(desk, 1));
    assert_non_null(desk_order(desk, -1));
    desk_free(desk);
}

// Quotes by what is estimated: nothing before a quarter of the half life, and then as the estimate says.
static void it_waits_until_its_market_is_known(void **state) {
    struct desk *desk = desk_new("avellaneda_stoikov");
    struct making_estimate estimate;
    struct making_market market;
    desk_set(desk, "half_life", "40s");
    desk_set(desk, "depth", "40");
    desk_set(desk, "qty", "1");
    desk_set(desk, "max_position", "3");
    desk_set(desk, "improve", "true");
    desk_ask(desk);
    making_estimate_init(&estimate, 4, 40);
    estimate.middle = 1000;
    int quoted = -1;
    for (int i = 0; i < 150; i++) {
        double depth = 0.1 * (i % 7) + 0.05;
        desk_trade(desk, i, i % 2 ? 1 : -1, 1000 + (i % 2 ? depth : -depth), 1);
        desk_step(desk, 100);
        making_estimate_look(&estimate, 1000, 0.1);
        making_estimate_order(&estimate, depth);
        if (quoted < 0 && desk->out.order_count > 0) quoted = i;
    }
    assert_true(quoted >= 100 && quoted < 115); // 10 seconds, less what has faded
    assert_true(making_estimate_market(&estimate, &market));
    double half = log(1 + 0.1 / market.k) / 0.1;
    assert_quotes(desk, floor((1000 - half) * 10) / 10, ceil((1000 + half) * 10) / 10);
    desk_free(desk);
}

static void quotes_are_taken_back_when_a_side_of_the_book_is_gone(void **state) {
    struct desk *desk = known_market();
    desk_ask(desk);
    desk->working[0] = (struct strategy_working){8, 9991, 1, 1, ORDER_WORKING};
    desk->view.working_count = 1;
    desk_step(desk, 1);
    assert_int_equal(desk->out.cancel_count, 0);
    book_l2_clear(&desk->book, -1);
    desk_step(desk, 1);
    assert_int_equal(desk->out.order_count, 0);
    assert_int_equal(desk->out.cancel_count, 1);
    desk_free(desk);
}

static void a_limit_below_an_order_is_refused(void **state) {
    struct desk *desk = desk_new("avellaneda_stoikov");
    assert_ok(desk->strategy->check(desk->params));
    desk_set(desk, "max_position", "0.005");
    desk_check_refuses(desk, "max_position (0.005) must be at least qty (0.01)");
    desk_free(desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_counts_down_and_begins_anew),
        cmocka_unit_test(quotes_lean_against_what_is_held),
        cmocka_unit_test(a_contract_of_two_units_is_quoted_as_two),
        cmocka_unit_test(an_inverse_contract_is_quoted_in_what_it_earns),
        cmocka_unit_test(the_endless_form_knows_no_time),
        cmocka_unit_test(it_waits_until_its_market_is_known),
        cmocka_unit_test(quotes_are_taken_back_when_a_side_of_the_book_is_gone),
        cmocka_unit_test(a_limit_below_an_order_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
