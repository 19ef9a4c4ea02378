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

// The same in bulk, as the paper has it, from the whole history in doubles.
static double bulk(int now, int64_t bar_ns, double bucket, int period, double *ret_latest) {
    static double closes[HISTORY_MAX], volumes[HISTORY_MAX], imbalances[1 << 16];
    int64_t bar = -1, now_bar = history.at[now].ns / bar_ns;
    int bars = 0, count = 0;
    for (int i = 0; i <= now; i++) {
        const struct moment *at = &history.at[i];
        if (!at->traded || at->ns / bar_ns == now_bar) continue; // the bar in use is not over
        if (at->ns / bar_ns != bar) volumes[bars++] = 0;
        bar = at->ns / bar_ns;
        closes[bars - 1] = (double)at->trade.price;
        volumes[bars - 1] += (double)at->trade.qty;
    }
    double filled = 0, net = 0, sum = 0;
    for (int b = 0; b < bars; b++) {
        double mean = b > 0 ? (closes[b] - closes[0]) / b : 0, squares = 0, share = 0;
        for (int k = 1; k <= b; k++) squares += pow(closes[k] - closes[k - 1] - mean, 2);
        double deviation = sqrt(squares / (b - 1));
        if (b >= 2 && squares > 0)
            share = erf((closes[b] - closes[b - 1]) / deviation / sqrt(2)); // 2 Phi - 1
        for (double left = volumes[b]; left > 0;) {
            double part = fmin(left, bucket - filled);
            net += share * part;
            filled += part;
            left -= part;
            if (filled < bucket) continue;
            imbalances[count++] = net / bucket;
            filled = net = 0;
        }
    }
    *ret_latest = count > 0 ? imbalances[count - 1] : NAN;
    for (int i = count - period; i >= 0 && i < count; i++) sum += fabs(imbalances[i]);
    return count >= period ? sum / period : NAN;
}

static void in_bulk_it_is_the_share_of_the_normal_distribution(void **state) {
    static const struct {
        const char *spec;
        double bucket;
        int period;
    } rows[] = {{"vpin:bucket=30,buckets=10,by=bulk,bar=2s", 3000, 10},
                {"vpin:bucket=0.41,buckets=30,by=bulk,bar=2s", 41, 30},
                {"vpin:bucket=0.01,buckets=7,by=bulk,bar=2s", 1, 7}};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct kit kit;
        kit_open_units(&kit, rows[r].spec, 0.5, 0.01);
        prng_seed(&kit.prng, 82);
        history.count = 0;
        for (int i = 0; i < 1000; i++) {
            double latest;
            history_step(&history, &kit);
            if (i % 31 != 0) continue;
            double expected = bulk(i, 2 * KIT_S, rows[r].bucket, rows[r].period, &latest);
            kit_near(kit_value(&kit, 0, 0), expected, 1e-11, rows[r].spec);
            kit_near(kit_value(&kit, 0, 1), latest, 1e-11, "latest bucket");
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
        cmocka_unit_test(in_bulk_it_is_the_share_of_the_normal_distribution),
        cmocka_unit_test(one_sided_flow_is_toxic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
