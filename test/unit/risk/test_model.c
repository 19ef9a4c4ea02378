// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

#include <math.h>

enum { ROWS = 60, WINDOW = 40 };

static uint64_t seed = 5;
static int64_t roll(int64_t most) {
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (int64_t)(seed >> 33) % most;
}

static void init(struct risk_kit *kit, uint32_t window, double decay) {
    struct risk_model_spec spec = {.step_ns = 1000, .window = window, .decay = decay};
    assert_ok(risk_model_init(&kit->model, &kit->arena, &spec, RISK_KIT_INSTRUMENTS));
}

// Random prices and positions: the tail is that of the same profits added up anew, the correlation that of the sums.
static void what_is_kept_equals_what_is_computed_anew(void **state) {
    (void)state;
    struct risk_kit kit;
    double returns[ROWS][RISK_KIT_INSTRUMENTS], sums[WINDOW], scratch[4 * WINDOW + 64];
    int64_t prices[RISK_KIT_INSTRUMENTS] = {100000, 20000, 3000, 70000};
    risk_kit_open(&kit, "leverage");
    init(&kit, WINDOW, 0.9);
    risk_kit_step(&kit, prices);
    for (int t = 0; t < ROWS; t++) {
        for (int i = 0; i < RISK_KIT_INSTRUMENTS; i++) {
            int64_t before = prices[i];
            prices[i] += roll(before / 10) - before / 20;
            returns[t][i] = (double)prices[i] / (double)before - 1;
        }
        risk_kit_step(&kit, prices);
        uint32_t traded = (uint32_t)roll(RISK_KIT_INSTRUMENTS);
        risk_kit_hold(&kit, traded, 1 + roll(50) - (t % 2 == 0 ? 60 : 0));
        if (t < 10) risk_kit_work(&kit, (uint32_t)roll(4), 1 + roll(9));
        risk_exposure_update(&kit.exposure, &kit.view);
        risk_model_weigh(&kit.model, &kit.exposure, 0);
        if (t < 2) continue;
        uint32_t asked = (uint32_t)roll(RISK_KIT_INSTRUMENTS);
        double amount = (double)(roll(1000000) - 500000);
        int first = t + 1 > WINDOW ? t + 1 - WINDOW : 0;
        for (int r = first; r <= t; r++) {
            sums[r - first] = 0;
            for (uint32_t i = 0; i < RISK_KIT_INSTRUMENTS; i++) {
                const struct risk_exposure_row *row = &kit.exposure.rows[i];
                double up = (double)row->up.m, down = (double)row->down.m;
                double held = fabs(up) >= fabs(down) ? up : down;
                sums[r - first] += (i == asked ? amount : held) * returns[r][i];
            }
        }
        struct tail_options options = tail_options_default();
        options.level = 0.95;
        struct tail_risk anew, kept = risk_model_tail(&kit.model, asked, amount, 0.95);
        assert_true(tail_risk_scratch((size_t)(t + 1 - first)) <= sizeof scratch / sizeof *scratch);
        assert_ok(
            tail_risk_of(TAIL_LOWER, sums, (size_t)(t + 1 - first), &options, scratch, &anew));
        assert_true(fabs(kept.var - anew.var) <= 1e-9 * (1 + fabs(anew.var)));
        assert_true(fabs(kept.es - anew.es) <= 1e-9 * (1 + fabs(anew.es)));
        struct tail_risk again = risk_model_tail(&kit.model, asked, amount, 0.95);
        assert_memory_equal(&again, &kept, sizeof again);
        double xy = 0, xx = 0, yy = 0, weight = 1;
        for (int r = t; r >= 0; r--, weight *= 0.9) {
            xy += weight * returns[r][0] * returns[r][3];
            xx += weight * returns[r][0] * returns[r][0];
            yy += weight * returns[r][3] * returns[r][3];
        }
        assert_true(fabs(risk_model_correlation(&kit.model, 0, 3) - xy / sqrt(xx * yy)) < 1e-12);
        assert_true(risk_model_correlation(&kit.model, 3, 0) ==
                    risk_model_correlation(&kit.model, 0, 3));
    }
    risk_kit_close(&kit);
}

static void a_row_is_made_once_a_step_and_from_prices_alone(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "leverage");
    init(&kit, WINDOW, 0);
    static const int64_t instants[] = {-1500, -1001, -1000, -1, 0, 999, 1000, 5000, 5500};
    static const uint32_t rows[] = {0, 0, 1, 1, 2, 2, 3, 4, 4};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        kit.view.now_ns = instants[i];
        kit.board.rows[0].last = PRICE(1000 + (int64_t)i);
        kit.board.rows[1].last = PRICE(i < 4 ? 0 : 1000);
        risk_model_time(&kit.model, &kit.view);
        assert_int_equal(kit.model.state->live.rows, rows[i]);
        assert_int_equal(kit.model.known[0], rows[i]);
    }
    assert_int_equal(kit.model.known[1], 2); // a return needs a price before
    assert_true(fabs(kit.model.row[0] - (1007.0 / 1006 - 1)) < 1e-15);
    risk_model_split(&kit.model, 0, 2);
    kit.view.now_ns = 6000;
    kit.board.rows[0].last = PRICE(504);
    risk_model_time(&kit.model, &kit.view);
    assert_true(fabs(kit.model.row[0] - (504 * 2.0 / 1007 - 1)) < 1e-15);
    risk_kit_close(&kit);
}

static void what_has_not_moved_has_no_correlation(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "leverage");
    init(&kit, 0, 0.9);
    for (int64_t i = 0; i < 5; i++) {
        const int64_t prices[] = {1000 + i, 1000, 2000 + 2 * i, 3000 - i};
        risk_kit_step(&kit, prices);
    }
    assert_true(isnan(risk_model_correlation(&kit.model, 0, 1)));
    assert_true(risk_model_correlation(&kit.model, 0, 0) == 1);
    assert_true(risk_model_correlation(&kit.model, 0, 2) > 0.999999);
    assert_true(risk_model_correlation(&kit.model, 0, 3) < -0.99);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_equals_what_is_computed_anew),
        cmocka_unit_test(a_row_is_made_once_a_step_and_from_prices_alone),
        cmocka_unit_test(what_has_not_moved_has_no_correlation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
