// SPDX-License-Identifier: Apache-2.0
// The twin lays every unit of volume into its bucket, one by one.
#include "micro_history.h"

static struct history history;

static double vpin(int now, int64_t bucket, int period, double *ret_latest) {
    static double imbalances[1 << 20];
    int count = 0;
    int64_t filled = 0, net = 0;
    for (int i = 0; i <= now; i++) {
        int sign = history.at[i].traded ? history_sign(&history, i) : 0;
        for (int64_t unit = 0; unit < history.at[i].trade.qty && sign != 0; unit++) {
            net += sign;
            if (++filled < bucket) continue;
            imbalances[count++] = (double)net / (double)bucket;
            filled = net = 0;
        }
    }
    double sum = 0;
    *ret_latest = count > 0 ? imbalances[count - 1] : NAN;
    for (int i = count - period; i >= 0 && i < count; i++) sum += fabs(imbalances[i]);
    return count >= period ? sum / period : NAN;
}

static void vpin_equals_its_definition_unit_by_unit(void **state) {
    static const struct {
        const char *spec;
        int64_t bucket;
        int period;
    } rows[] = {{"vpin:bucket=10,buckets=50", 1000, 50},
                {"vpin:bucket=0.4,buckets=30", 40, 30}, // less than a trade
                {"vpin:bucket=0.01,buckets=7", 1, 7}};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct kit kit;
        kit_open_units(&kit, rows[r].spec, 0.5, 0.01);
        prng_seed(&kit.prng, 81);
        history.count = 0;
        for (int i = 0; i < 3000; i++) {
            double latest;
            history_step(&history, &kit);
            if (i % 37 != 0) continue;
            double expected = vpin(i, rows[r].bucket, rows[r].period, &latest);
            kit_near(kit_value(&kit, 0, 0), expected, 1e-12, rows[r].spec);
            kit_near(kit_value(&kit, 0, 1), latest, 1e-12, "latest bucket");
        }
        assert_false(isnan(kit_value(&kit, 0, 0)));
        kit_close(&kit);
    }
}

static void one_sided_flow_is_toxic(void **state) {
    struct kit kit;
    kit_open(&kit, "vpin:bucket=10,buckets=2");
    kit_trade(&kit, 0, 1, 100, 15);
    assert_true(isnan(kit_value(&kit, 0, 0)));
    kit_trade(&kit, 0, -1, 100, 5); // five of each in the second bucket
    assert_true(kit_value(&kit, 0, 0) == 0.5);
    kit_trade(&kit, 0, -1, 100, 1000000007); // many buckets at once
    assert_true(kit_value(&kit, 0, 0) == 1 && kit_value(&kit, 0, 1) == -1);
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vpin_equals_its_definition_unit_by_unit),
        cmocka_unit_test(one_sided_flow_is_toxic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
