// SPDX-License-Identifier: Apache-2.0
// The twin sums over all trades so far.
#include "micro_history.h"

static struct history history;

static void intensities_equal_the_sum_over_all_trades(void **state) {
    struct kit kit;
    kit_open(&kit, "hawkes:mu=0.3,alpha=0.6,cross=0.2,beta=1.5");
    prng_seed(&kit.prng, 91);
    for (int i = 0; i < 4000; i++) {
        history_step(&history, &kit);
        if (!history.at[i].traded || i % 11 != 0) continue;
        double rate[2] = {0.3, 0.3};
        for (int k = 0; k <= i; k++) {
            int sign = history.at[k].traded ? history_sign(&history, k) : 0;
            double fades = exp(-1.5 * (double)(kit.now_ns - history.at[k].ns) / 1e9);
            if (sign == 0) continue;
            rate[sign < 0] += 0.6 * fades;
            rate[sign > 0] += 0.2 * fades;
        }
        kit_near(kit_value(&kit, 0, 0), rate[0], 1e-12, "buy");
        kit_near(kit_value(&kit, 0, 1), rate[1], 1e-12, "sell");
        kit_near(kit_value(&kit, 0, 2), (rate[0] - rate[1]) / (rate[0] + rate[1]), 1e-12, "both");
    }
    kit_close(&kit);
}

static void what_a_trade_adds_halves_in_its_half_life(void **state) {
    struct kit kit;
    kit_open(&kit, "hawkes:mu=1,alpha=4,cross=0,beta=0.69314718055994531");
    kit_trade(&kit, 0, 1, 100, 1);
    assert_true(kit_value(&kit, 0, 0) == 5 && kit_value(&kit, 0, 1) == 1);
    micro_set_time(&kit.set, kit.state, kit.now_ns + KIT_S);
    kit_near(kit_value(&kit, 0, 0), 3, 1e-15, "after a second");
    micro_set_time(&kit.set, kit.state, kit.now_ns + 1000 * KIT_S);
    kit_near(kit_value(&kit, 0, 0), 1, 1e-15, "in the end");
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intensities_equal_the_sum_over_all_trades),
        cmocka_unit_test(what_a_trade_adds_halves_in_its_half_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
