// SPDX-License-Identifier: Apache-2.0
#include "micro_history.h"
#include "quant/micro/microprice.h"

static struct history history;

static int state_of(int i) {
    const struct moment *at = &history.at[i];
    if (at->count[0] == 0 || at->count[1] == 0) return -1;
    double qb = (double)at->best[0][0].qty, qa = (double)at->best[1][0].qty;
    int state = (int)(qb / (qb + qa) * 5);
    return state > 4 ? 4 : state;
}

// Whether the best quote was touched is not known here: transitions into the same quote are counted only when one was,
// and change no adjustment, so the twin counts those that differ, and refits at the same number of changes.
static void the_micro_price_is_that_of_all_changes_until_the_latest_fit(void **state) {
    struct kit kit;
    kit_open_units(&kit, "microprice:refit=1", 0.5, 0.01);
    prng_seed(&kit.prng, 95);
    struct microprice_counts counts = {.states = 5};
    struct microprice_fit fit;
    bool fitted = false;
    int told = 0;
    for (int i = 0; i < 5000; i++) {
        history_step(&history, &kit);
        int now = state_of(i), before = i > 0 ? state_of(i - 1) : -1;
        if (!history.at[i].traded && !history.at[i].begun && now >= 0 && before >= 0) {
            double jump = history_mid2(&history, i) - history_mid2(&history, i - 1);
            if (jump != 0 || now != before)
                microprice_count(&counts, (uint32_t)before, (uint32_t)now, (int64_t)jump);
            fitted = microprice_fit(&counts, &fit) == 0 || fitted;
        }
        if (now < 0) {
            assert_true(isnan(kit_value(&kit, 0, 0)));
            continue;
        }
        if (!fitted || isnan(kit_value(&kit, 0, 0))) continue;
        double mid = history_mid2(&history, i) * 0.25, adjustment = fit.adjustment[now] * 0.25;
        kit_near(kit_value(&kit, 0, 1), adjustment, 1e-9, "adjustment");
        kit_near(kit_value(&kit, 0, 0), mid + adjustment, 1e-12, "micro-price");
        told++;
    }
    assert_true(told > 2000);
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_micro_price_is_that_of_all_changes_until_the_latest_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
