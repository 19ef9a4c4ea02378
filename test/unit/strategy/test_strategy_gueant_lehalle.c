// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "book_desk.h"
#include "quant/making/estimate.h"

// Shows the strategy 40 seconds of a market whose orders come ever more rarely with depth and whose middle swings by
// a tick.
static struct desk *shown_market(struct making_market *ret_market) {
    struct desk *desk = desk_new("gueant_lehalle");
    struct making_estimate estimate;
    desk_set(desk, "half_life", "40s");
    desk_set(desk, "depth", "40");
    desk_set(desk, "levels", "1");
    desk_set(desk, "improve", "true");
    desk_set(desk, "qty", "2");
    desk_set(desk, "max_position", "8");
    desk_set(desk, "tolerance", "0");
    desk_set(desk, "gamma", "0.5");
    desk_ask(desk);
    making_estimate_init(&estimate, 4, 40);
    estimate.middle = 1000;
    for (int i = 0; i < 400; i++) {
        double depth = 0.1 * (i % 3) * (i % 4) + 0.03;
        double middle = i % 2 ? 1000 : 1000.1;
        desk_level(desk, 1, i % 2 ? 9991 : 9990, 0);
        desk_level(desk, -1, i % 2 ? 10011 : 10010, 0);
        desk_level(desk, 1, i % 2 ? 9990 : 9991, 5);
        desk_level(desk, -1, i % 2 ? 10010 : 10011, 5);
        desk_trade(desk, i, 1, middle + depth, 1);
        desk_step(desk, 100);
        making_estimate_look(&estimate, middle, 0.1);
        making_estimate_order(&estimate, depth);
    }
    assert_true(making_estimate_market(&estimate, ret_market));
    return desk;
}

static void assert_order(const struct desk *desk, int side, double depth) {
    const struct strategy_order *order = desk_order(desk, side);
    double ticks = (1000 - side * depth) * 10;
    double want = (side > 0 ? floor(ticks) : ceil(ticks)) / 10;
    if (order == NULL || fabs(order->limit_price - want) > 1e-9)
        fail_msg("%g, want %g", order != NULL ? order->limit_price : NAN, want);
    assert_true(order->qty == 2);
}

static void half_spread_and_skew_are_the_models(void **state) {
    struct making_market market;
    struct desk *desk = shown_market(&market);
    double c1, c2;
    const struct making_maker maker = {desk->params[0], 2};
    making_gueant_terms(&maker, &market, &c1, &c2);
    double half = c1 + market.sigma * c2, slope = market.sigma * c2;
    assert_true(half > 0.2 && slope > 0.03); // ticks apart: what follows can fail
    for (double held = -4; held <= 4; held += 2) {
        desk->position = held;
        desk_ask(desk);
        assert_order(desk, 1, half + held * slope);
        assert_order(desk, -1, half - held * slope);
    }
    desk_set(desk, "spread_factor", "3");
    desk_set(desk, "skew_factor", "0.5");
    desk_ask(desk);
    assert_order(desk, 1, 3 * half + 2 * slope);
    assert_order(desk, -1, 3 * half - 2 * slope);
    desk_free(desk);
}

static void the_exact_form_ends_at_its_limit(void **state) {
    struct making_market market;
    struct desk *desk = shown_market(&market);
    double scratch[27];
    const struct making_maker maker = {desk->params[0], 2};
    desk_set(desk, "form", "exact");
    for (int lots = -4; lots <= 4; lots++) {
        struct making_depths depths = making_gueant_exact(&maker, &market, lots, 4, scratch);
        desk->position = 2.0 * lots;
        desk_ask(desk);
        if (lots < 4)
            assert_order(desk, 1, depths.bid);
        else
            assert_null(desk_order(desk, 1));
        if (lots > -4)
            assert_order(desk, -1, depths.ask);
        else
            assert_null(desk_order(desk, -1));
    }
    desk_free(desk);
}

static void a_grid_stands_behind_the_first_quote(void **state) {
    struct making_market market;
    struct desk *desk = shown_market(&market);
    desk_set(desk, "levels", "4");
    desk_set(desk, "interval", "0");
    desk_ask(desk);
    assert_int_equal(desk->out.order_count, 8);
    for (int i = 1; i < 4; i++) {
        double bid = desk->out.orders[0].limit_price, ask = desk->out.orders[4].limit_price;
        assert_true(fabs(desk->out.orders[i].limit_price - (bid - 0.1 * i)) < 1e-9);
        assert_true(fabs(desk->out.orders[4 + i].limit_price - (ask + 0.1 * i)) < 1e-9);
    }
    desk_free(desk);
}

static void it_quotes_nothing_while_its_market_is_not_known(void **state) {
    struct desk *desk = desk_new("gueant_lehalle");
    for (int i = 0; i < 100; i++) {
        desk_step(desk, 100);
        assert_int_equal(desk->out.order_count, 0);
    }
    desk_free(desk);
}

static void contradictory_parameters_are_refused(void **state) {
    struct desk *desk = desk_new("gueant_lehalle");
    assert_ok(desk->strategy->check(desk->params));
    desk_set(desk, "max_position", "0.005");
    desk_check_refuses(desk, "at least qty");
    desk_set(desk, "max_position", "3");
    assert_ok(desk->strategy->check(desk->params));
    desk_set(desk, "form", "exact");
    desk_check_refuses(desk, "over 256 orders of qty (0.01)");
    desk_free(desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_spread_and_skew_are_the_models),
        cmocka_unit_test(the_exact_form_ends_at_its_limit),
        cmocka_unit_test(a_grid_stands_behind_the_first_quote),
        cmocka_unit_test(it_quotes_nothing_while_its_market_is_not_known),
        cmocka_unit_test(contradictory_parameters_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
