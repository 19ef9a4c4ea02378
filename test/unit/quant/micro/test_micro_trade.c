// SPDX-License-Identifier: Apache-2.0
#include "micro_history.h"

static struct history history;

static void begin(struct kit *kit, const char *features, uint64_t seed) {
    kit_open_units(kit, features, 0.5, 0.01);
    prng_seed(&kit->prng, seed);
    history.count = 0;
}

static void signs_equal_their_rules(void **state) {
    struct kit kit;
    begin(&kit, "trade_sign,effective_spread", 51);
    double sum = 0, count = 0;
    for (int i = 0; i < HISTORY_MAX; i++) {
        history_step(&history, &kit);
        if (!history.at[i].traded) continue;
        int tick = history_tick(&history, i), lee = history_lee_ready(&history, i);
        kit_near(kit_value(&kit, 0, 0), tick ? tick : NAN, 0, "tick test");
        kit_near(kit_value(&kit, 0, 1), lee ? lee : NAN, 0, "Lee-Ready");
        int told = history.at[i].trade.side, sign = history_sign(&history, i);
        kit_near(kit_value(&kit, 0, 2), told ? told : NAN, 0, "told");
        double mid = history_mid2(&history, i - 1) * 0.25;
        double paid = 2 * sign * ((double)history.at[i].trade.price * 0.5 - mid);
        if (sign == 0) paid = NAN;
        kit_near(kit_value(&kit, 1, 0), paid, 1e-12, "effective spread");
        kit_near(kit_value(&kit, 1, 1), 1e4 * paid / mid, 1e-12, "in bp");
        if (isnan(paid)) continue;
        sum += paid;
        count++;
        kit_near(kit_value(&kit, 1, 2), sum / count, 1e-12, "mean effective spread");
    }
    assert_true(count > 500);
    kit_close(&kit);
}

// The trades that are due before now, each with the mid that stood at its due time, from the start.
static void realised(int now, double *ret) {
    double spreads = 0, impacts = 0, count = 0;
    for (int i = 0; i <= now; i++) {
        int64_t due = history.at[i].ns + 5 * KIT_S;
        int sign = history.at[i].traded ? history_sign(&history, i) : 0;
        if (due >= history.at[now].ns || sign == 0) continue;
        double mid = history_mid2(&history, i - 1) * 0.25, price;
        if (isnan(mid)) continue;
        int k = now;
        while (history.at[k].ns > due) k--;
        double later = history_mid2_held(&history, k) * 0.25;
        price = (double)history.at[i].trade.price * 0.5;
        ret[0] = 2 * sign * (price - later);
        ret[1] = 2 * sign * (later - mid);
        spreads += ret[0];
        impacts += ret[1];
        count++;
    }
    ret[2] = count > 0 ? spreads / count : NAN;
    ret[3] = count > 0 ? impacts / count : NAN;
}

static void realised_spread_and_impact_equal_their_definition(void **state) {
    struct kit kit;
    begin(&kit, "realised_spread", 52);
    for (int i = 0; i < HISTORY_MAX; i++) {
        history_step(&history, &kit);
        if (i % 97 != 0) continue;
        double expected[4] = {NAN, NAN, NAN, NAN};
        realised(i, expected);
        for (uint32_t k = 0; k < 4; k++)
            kit_near(kit_value(&kit, 0, k), expected[k], 1e-11, "realised");
    }
    assert_false(isnan(kit_value(&kit, 0, 3)));
    kit_close(&kit);
}

static void trade_flow_is_what_was_taken_over_the_window(void **state) {
    struct kit kit;
    begin(&kit, "trade_flow:window=3s", 53);
    for (int i = 0; i < HISTORY_MAX; i++) {
        history_step(&history, &kit);
        double taken[2] = {0};
        for (int k = i; k >= 0 && history_within(history.at[k].ns, kit.now_ns, 3 * KIT_S); k--)
            if (history.at[k].traded && history_sign(&history, k) != 0)
                taken[history_sign(&history, k) < 0] += (double)history.at[k].trade.qty;
        if (isnan(kit_value(&kit, 0, 0))) continue; // nothing has traded yet
        kit_near(kit_value(&kit, 0, 0), taken[0] * 0.01, 1e-12, "bought");
        kit_near(kit_value(&kit, 0, 1), taken[1] * 0.01, 1e-12, "sold");
        kit_near(kit_value(&kit, 0, 2), (taken[0] - taken[1]) / (taken[0] + taken[1]), 1e-12,
                 "net");
    }
    kit_close(&kit);
}

// A buyer pays 102 with the mid at 101; five seconds later the mid is 103.
static void a_trade_by_hand(void **state) {
    struct kit kit;
    kit_open(&kit, "effective_spread,realised_spread");
    kit_put(&kit, 0, 1, 100, 5);
    kit_put(&kit, 0, -1, 102, 5);
    kit_trade(&kit, 0, 1, 102, 3);
    assert_true(kit_value(&kit, 0, 0) == 2);
    kit_put(&kit, 1000, 1, 101, 5);
    kit_put(&kit, 1000, -1, 102, 0);
    kit_put(&kit, 0, -1, 105, 1); // the mid is 103
    assert_true(isnan(kit_value(&kit, 1, 0)));
    micro_set_time(&kit.set, kit.state,
                   kit.now_ns + 3 * KIT_S); // due, but more may come at this instant
    assert_true(isnan(kit_value(&kit, 1, 0)));
    micro_set_time(&kit.set, kit.state, kit.now_ns + 3 * KIT_S + 1);
    assert_true(kit_value(&kit, 1, 0) == -2); // paid less than it is worth now
    assert_true(kit_value(&kit, 1, 1) == 4);
    assert_true(kit_value(&kit, 1, 2) + kit_value(&kit, 1, 3) == kit_value(&kit, 0, 0));
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_equal_their_rules),
        cmocka_unit_test(realised_spread_and_impact_equal_their_definition),
        cmocka_unit_test(trade_flow_is_what_was_taken_over_the_window),
        cmocka_unit_test(a_trade_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
