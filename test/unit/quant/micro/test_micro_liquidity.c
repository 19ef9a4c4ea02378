// SPDX-License-Identifier: Apache-2.0
#include "micro_history.h"

static struct history history;

// Last price and volume of each span of ten seconds with a trade, from the start.
static double amihud(int now, int window) {
    static double values[HISTORY_MAX];
    int count = 0;
    double before = NAN, close = NAN, volume = 0;
    int64_t span = -1;
    for (int i = 0; i <= now; i++) {
        int64_t in = history.at[i].ns / (10 * KIT_S);
        if (in != span && volume > 0) {
            if (!isnan(before)) values[count++] = fabs(close / before - 1) / (close * volume) * 1e6;
            before = close;
            volume = 0;
        }
        span = in;
        if (!history.at[i].traded) continue;
        close = (double)history.at[i].trade.price * 0.5;
        volume += (double)history.at[i].trade.qty * 0.01;
    }
    double sum = 0;
    int from = count > window ? count - window : 0;
    for (int i = from; i < count; i++) sum += values[i];
    return count > 0 ? sum / (count - from) : NAN;
}

// np.cov(changes[1:], changes[:-1]) over the latest pairs.
static double roll(int now, int window) {
    static double prices[HISTORY_MAX];
    int count = 0;
    for (int i = 0; i <= now; i++)
        if (history.at[i].traded) prices[count++] = (double)history.at[i].trade.price * 0.5;
    int pairs = count - 2, from = window > 0 && pairs > window ? pairs - window : 0;
    double n = pairs - from, mx = 0, my = 0, cov = 0;
    if (n < 2) return NAN;
    for (int i = from; i < pairs; i++) {
        mx += (prices[i + 1] - prices[i]) / n;
        my += (prices[i + 2] - prices[i + 1]) / n;
    }
    for (int i = from; i < pairs; i++)
        cov += (prices[i + 1] - prices[i] - mx) * (prices[i + 2] - prices[i + 1] - my) / (n - 1);
    return cov < 0 ? 2 * sqrt(-cov) : 0;
}

static void illiquidity_equals_its_definitions(void **state) {
    struct kit kit;
    kit_open_units(&kit, "amihud:span=10s,window=8,roll:window=0,roll:window=30", 0.5, 0.01);
    prng_seed(&kit.prng, 71);
    for (int i = 0; i < HISTORY_MAX; i++) {
        history_step(&history, &kit);
        if (i % 53 != 0) continue;
        kit_near(kit_value(&kit, 0, 0), amihud(i, 8), 1e-12, "amihud");
        kit_near(kit_value(&kit, 1, 0), roll(i, 0), 1e-9, "roll of all");
        kit_near(kit_value(&kit, 2, 0), roll(i, 30), 1e-9, "roll of 30");
    }
    kit_close(&kit);
}

// Prices that bounce between 99 and 101: changes are -2, 2, -2 ...; the covariance is -4 for many, the spread 4.
static void a_bounce_is_a_spread(void **state) {
    struct kit kit;
    kit_open(&kit, "roll:window=1000");
    for (int i = 0; i < 3002; i++) kit_trade(&kit, 1, 0, i % 2 ? 101 : 99, 1);
    kit_near(kit_value(&kit, 0, 0), 4 * sqrt(1000.0 / 999), 1e-12, "roll");
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(illiquidity_equals_its_definitions),
        cmocka_unit_test(a_bounce_is_a_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
