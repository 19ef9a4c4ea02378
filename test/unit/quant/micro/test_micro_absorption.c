// SPDX-License-Identifier: Apache-2.0
#include "micro_history.h"

static struct history history;

// The first moment after the trade's hold at which anything came: the trade is told there.
static int told_at(int i, int now) {
    for (int k = i + 1; k <= now; k++)
        if (history.at[k].ns > history.at[i].ns + KIT_S) return k;
    return -1;
}

static void absorption_equals_its_definition(void **state) {
    struct kit kit;
    kit_open_units(&kit, "absorption", 0.5, 0.01);
    prng_seed(&kit.prng, 121);
    int told = 0;
    for (int i = 0; i < 4000; i++) {
        history_step(&history, &kit);
        if (i % 7 != 0) continue;
        double taken[2] = {0}, held[2] = {0};
        for (int k = 1; k <= i; k++) {
            const struct moment *at = &history.at[k];
            int sign = at->traded ? history_sign(&history, k) : 0, s = sign > 0;
            if (sign == 0 || history.at[k - 1].count[s] == 0) continue;
            int told_when = told_at(k, i);
            if (told_when < 0) continue;
            if (!history_within(history.at[told_when].ns, kit.now_ns, 10 * KIT_S)) continue;
            const struct moment *later = &history.at[told_when - 1];
            int64_t before = history.at[k - 1].best[s][0].tick, then = later->best[s][0].tick;
            bool stands = later->count[s] > 0 && (s ? then <= before : then >= before);
            taken[s] += (double)at->trade.qty;
            held[s] += stands ? (double)at->trade.qty : 0;
        }
        for (uint32_t s = 0; s < 2; s++) {
            kit_near(kit_value(&kit, 0, s), taken[s] > 0 ? held[s] / taken[s] : NAN, 1e-12,
                     "share");
            if (!isnan(kit_value(&kit, 0, 2 + s)))
                kit_near(kit_value(&kit, 0, 2 + s), held[s] * 0.01, 1e-12, "quantity");
        }
        told += taken[0] > 0;
    }
    assert_true(told > 100);
    kit_close(&kit);
}

static void a_bid_that_stands_has_absorbed(void **state) {
    struct kit kit;
    kit_open(&kit, "absorption");
    kit_put(&kit, 0, 1, 100, 50);
    kit_put(&kit, 0, -1, 102, 50);
    kit_trade(&kit, 0, -1, 100, 30);
    kit_put(&kit, 0, 1, 100, 20);
    kit_put(&kit, 1500, 1, 100, 25); // a second later it stands
    assert_true(kit_value(&kit, 0, 0) == 1 && kit_value(&kit, 0, 2) == 30);
    assert_true(isnan(kit_value(&kit, 0, 1)));
    kit_trade(&kit, 0, -1, 100, 10);
    kit_put(&kit, 100, 1, 99, 5);
    kit_put(&kit, 0, 1, 100, 0); // gives way
    kit_put(&kit, 1500, 1, 99, 6);
    assert_true(kit_value(&kit, 0, 0) == 0.75 && kit_value(&kit, 0, 2) == 30);
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absorption_equals_its_definition),
        cmocka_unit_test(a_bid_that_stands_has_absorbed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
