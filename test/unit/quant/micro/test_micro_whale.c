// SPDX-License-Identifier: Apache-2.0
#include "micro_history.h"

static struct history history;

static void whales_equal_a_walk_over_all_orders(void **state) {
    struct kit kit;
    kit_open_units(&kit, "whale:notional=12000,window=20s,levels=10", 0.5, 0.01);
    prng_seed(&kit.prng, 101);
    double latest = NAN;
    int told = 0;
    for (int i = 0; i < 6000; i++) {
        history_step(&history, &kit);
        double count = 0, net = 0, run = 0, walls[2] = {0};
        int64_t run_ns = -1;
        int run_sign = 2;
        bool counted = false;
        for (int k = 0; k <= i; k++) {
            const struct moment *at = &history.at[k];
            if (!at->traded) continue;
            int sign = history_sign(&history, k);
            double part = (double)at->trade.price * 0.5 * (double)at->trade.qty * 0.01;
            if (at->ns != run_ns || sign != run_sign) run = 0, counted = false;
            run_ns = at->ns;
            run_sign = sign;
            run += part;
            if (sign == 0 || run < 12000) continue;
            if (history_within(at->ns, kit.now_ns, 20 * KIT_S)) {
                count += !counted;
                net += sign * (counted ? part : run);
            }
            counted = true;
            if (k == i) latest = sign * run;
            told += k == i;
        }
        const struct moment *at = &history.at[i];
        for (int s = 0; s < 2; s++)
            for (uint32_t l = 0; l < at->count[s] && l < 10; l++)
                walls[s] +=
                    (double)at->best[s][l].tick * (double)at->best[s][l].qty * 0.005 >= 12000;
        kit_near(kit_value(&kit, 0, 0), latest, 1e-12, "latest");
        if (isnan(kit_value(&kit, 0, 1))) continue;
        kit_near(kit_value(&kit, 0, 1), count, 0, "count");
        kit_near(kit_value(&kit, 0, 2), net, 1e-6, "net");
        if (isnan(kit_value(&kit, 0, 3))) continue;
        kit_near(kit_value(&kit, 0, 3), walls[0], 0, "bid walls");
        kit_near(kit_value(&kit, 0, 4), walls[1], 0, "ask walls");
    }
    assert_true(told > 100);
    kit_close(&kit);
}

// Fifty thousand in one trade, then in three parts of one instant, then in two parts of two.
static void trades_of_an_instant_are_one_order(void **state) {
    struct kit kit;
    kit_open(&kit, "whale");
    kit_trade(&kit, 0, 1, 100, 499);
    assert_true(kit_value(&kit, 0, 1) == 0);
    kit_trade(&kit, 1, 1, 100, 500);
    assert_true(kit_value(&kit, 0, 0) == 50000 && kit_value(&kit, 0, 1) == 1);
    for (int i = 0; i < 3; i++) kit_trade(&kit, i == 0, -1, 100, 200);
    assert_true(kit_value(&kit, 0, 0) == -60000 && kit_value(&kit, 0, 1) == 2);
    assert_true(kit_value(&kit, 0, 2) == -10000);
    kit_trade(&kit, 1, -1, 100, 300);
    kit_trade(&kit, 1, -1, 100, 300);
    assert_true(kit_value(&kit, 0, 1) == 2);
    micro_set_time(&kit.set, kit.state, kit.now_ns + 70 * KIT_S);
    assert_true(kit_value(&kit, 0, 1) == 0 && kit_value(&kit, 0, 2) == 0);
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whales_equal_a_walk_over_all_orders),
        cmocka_unit_test(trades_of_an_instant_are_one_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
