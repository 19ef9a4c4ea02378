// SPDX-License-Identifier: Apache-2.0
#include "drawn.h"
#include "harness.h"
#include "quant/indicator/candle.h"
#include "twin.h"

// clang-format off
static const struct drawn rows[] = {
    {"cdlcounterattack", -100, 100, {{100, 103.1, 99.9, 103}, {106, 106.1, 102.9, 103.05}}},
    {"cdlcounterattack", 0, 0, {{100, 103.1, 99.9, 103}, {106, 106.1, 102.9, 103.2}}},
    {"cdldarkcloudcover", -100, 0, {{100, 103.1, 99.9, 103}, {104, 104.1, 101, 101.2}}},
    {"cdldarkcloudcover", 0, 0, {{100, 103.1, 99.9, 103}, {104, 104.1, 101, 101.7}}},
    {"cdldojistar", -100, 100, {{100, 103.1, 99.9, 103}, {103.5, 104, 103.3, 103.6}}},
    {"cdldojistar", 0, 0, {{100, 103.1, 99.9, 103}, {102.9, 104, 102.8, 103}}},
    {"cdlengulfing", 100, -100, {{101, 101.2, 99.8, 100}, {99.5, 102, 99.4, 101.5}}},
    {"cdlengulfing", 80, -80, {{101, 101.2, 99.8, 100}, {99.5, 102, 99.4, 101}}},
    {"cdlengulfing", 80, -80, {{101, 101.2, 99.8, 100}, {100, 102, 99.4, 101.5}}},
    {"cdlengulfing", 0, 0, {{101, 101.2, 99.8, 100}, {99.5, 102, 99.4, 100.9}}},
    {"cdlengulfing", 0, 0, {{101, 101.2, 99.8, 100}, {100, 102, 99.4, 101}}},
    {"cdlhammer", 100, 0, {{100, 100.5, 98, 98.5}, {98.1, 98.45, 96, 98.4}}},
    {"cdlhammer", 0, 0, {{100, 100.5, 98, 98.5}, {98.7, 99.05, 96.6, 99}}},
    {"cdlhangingman", -100, 0, {{100, 102, 99.8, 101.8}, {101.8, 102.15, 99, 102.1}}},
    {"cdlhangingman", 0, 0, {{100, 102, 99.8, 101.8}, {101.4, 101.75, 98.6, 101.7}}},
    {"cdlharami", -100, 100, {{100, 103.1, 99.9, 103}, {101, 101.8, 100.8, 101.5}}},
    {"cdlharami", -80, 80, {{100, 103.1, 99.9, 103}, {102.2, 103.2, 102, 103}}},
    {"cdlharami", -80, 80, {{100, 103.1, 99.9, 103}, {100, 100.8, 99.9, 100.5}}},
    {"cdlharami", 0, 0, {{100, 103.1, 99.9, 103}, {102.4, 103.3, 102.2, 103.2}}},
    {"cdlharamicross", -100, 100, {{100, 103.1, 99.9, 103}, {101, 101.5, 100.5, 101.1}}},
    {"cdlharamicross", -80, 80, {{100, 103.1, 99.9, 103}, {102.9, 103.2, 102.5, 103}}},
    {"cdlharamicross", 0, 0, {{100, 103.1, 99.9, 103}, {101, 101.5, 100.5, 101.4}}},
    {"cdlhomingpigeon", 100, 0, {{103, 103.1, 99.9, 100}, {102, 102.2, 101.3, 101.5}}},
    {"cdlhomingpigeon", 0, 0, {{103, 103.1, 99.9, 100}, {100.5, 100.6, 99.9, 99.95}}},
    {"cdlinneck", -100, 0, {{103, 103.1, 99.9, 100}, {99.5, 100.2, 99.3, 100.05}}},
    {"cdlinneck", 0, 0, {{103, 103.1, 99.9, 100}, {99.5, 100.3, 99.3, 100.2}}},
    {"cdlinvertedhammer", 100, 0, {{103, 103.1, 99.9, 100}, {99.2, 101, 99.15, 99.5}}},
    {"cdlinvertedhammer", 0, 0, {{103, 103.1, 99.9, 100}, {100.2, 102, 100.15, 100.5}}},
    {"cdlkicking", 100, -100, {{103, 103.05, 99.95, 100}, {104, 107.05, 103.95, 107}}},
    {"cdlkicking", 0, 0, {{103, 103.05, 99.95, 100}, {103, 106.05, 102.95, 106}}},
    {"cdlkickingbylength", 100, -100, {{103, 103.05, 99.95, 100}, {104, 107.25, 103.95, 107.2}}},
    {"cdlkickingbylength", -100, 100, {{104, 104.05, 99.95, 100}, {105, 108.05, 104.95, 108}}},
    {"cdlkickingbylength", 0, 0, {{103, 103.05, 99.95, 100}, {103, 106.25, 102.95, 106.2}}},
    {"cdlmatchinglow", 100, 0, {{102, 102.2, 99.5, 100}, {101, 101.2, 99.8, 100.05}}},
    {"cdlmatchinglow", 0, 0, {{102, 102.2, 99.5, 100}, {101, 101.2, 99.8, 100.2}}},
    {"cdlonneck", -100, 0, {{103, 103.1, 99, 100}, {98, 99.5, 97.9, 99.05}}},
    {"cdlonneck", 0, 0, {{103, 103.1, 99, 100}, {98, 99.5, 97.9, 99.2}}},
    {"cdlpiercing", 100, 0, {{103, 103.1, 99.9, 100}, {99, 102.2, 98.9, 102}}},
    {"cdlpiercing", 0, 0, {{103, 103.1, 99.9, 100}, {99, 102.2, 98.9, 101.4}}},
    {"cdlseparatinglines", 100, -100, {{103, 103.1, 99.9, 100}, {103.05, 106, 103, 105.5}}},
    {"cdlseparatinglines", 0, 0, {{103, 103.1, 99.9, 100}, {103.2, 106, 103.15, 105.5}}},
    {"cdlshootingstar", -100, 0, {{100, 103.1, 99.9, 103}, {103.5, 105, 103.45, 103.8}}},
    {"cdlshootingstar", 0, 0, {{100, 103.1, 99.9, 103}, {102.5, 104, 102.45, 102.8}}},
    {"cdlthrusting", -100, 0, {{103, 103.1, 99.9, 100}, {99, 101.2, 98.9, 101}}},
    {"cdlthrusting", 0, 0, {{103, 103.1, 99.9, 100}, {99, 101.8, 98.9, 101.6}}},
};
// clang-format on

static void patterns_of_two_bars_are_seen_and_near_misses_are_not(void **state) {
    drawn_check(rows, sizeof rows / sizeof *rows);
}

static void patterns_of_two_bars_equal_the_reference(void **state) {
    golden_check("cdldarkcloudcover", "", "value", "expected", "CDLDARKCLOUDCOVER", 0);
    golden_check("cdlengulfing", "", "value", "expected", "CDLENGULFING", 0);
    golden_check("cdlhammer", "", "value", "expected", "CDLHAMMER", 0);
    golden_check("cdlhangingman", "", "value", "expected", "CDLHANGINGMAN", 0);
    golden_check("cdlharami", "", "value", "expected", "CDLHARAMI", 0);
    golden_check("cdlinvertedhammer", "", "value", "expected", "CDLINVERTEDHAMMER", 0);
    golden_check("cdlpiercing", "", "value", "expected", "CDLPIERCING", 0);
    golden_check("cdlshootingstar", "", "value", "expected", "CDLSHOOTINGSTAR", 0);
}

// The second bar closes at 40 % of the first one's body.
static void penetration_says_how_deep_a_dark_cloud_reaches(void **state) {
    const struct indicator *cloud = indicator_find("cdldarkcloudcover");
    double open[18], high[18], low[18], close[18], value[18];
    for (size_t i = 0; i < 18; i++) open[i] = 100, high[i] = 101.5, low[i] = 99.5, close[i] = 101;
    high[16] = 105.5, close[16] = 105;
    open[17] = high[17] = 106, close[17] = low[17] = 103;
    const double *bars[] = {open, high, low, close};
    struct candle_state memory;
    indicator_batch(cloud, (double[]){0.3}, &memory, bars, 18, (double *[]){value});
    assert_true(value[17] == -100);
    indicator_batch(cloud, (double[]){0.5}, &memory, bars, 18, (double *[]){value});
    assert_true(value[17] == 0);
    assert_int_equal(indicator_check(cloud, (double[]){-0.1}), ERR_RANGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_of_two_bars_are_seen_and_near_misses_are_not),
        cmocka_unit_test(patterns_of_two_bars_equal_the_reference),
        cmocka_unit_test(penetration_says_how_deep_a_dark_cloud_reaches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
