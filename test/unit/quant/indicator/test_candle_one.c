// SPDX-License-Identifier: Apache-2.0
#include "drawn.h"
#include "harness.h"
#include "twin.h"

// clang-format off
static const struct drawn rows[] = {
    {"cdlbelthold", 100, -100, {{100, 103.5, 100, 103}}},
    {"cdlbelthold", 0, 0, {{100, 103.5, 99.7, 103}}},
    {"cdlclosingmarubozu", 100, -100, {{100, 103, 99, 103}}},
    {"cdlclosingmarubozu", 0, 0, {{100, 103.3, 99, 103}}},
    {"cdldoji", 100, 100, {{100, 101, 99, 100.1}}},
    {"cdldoji", 0, 0, {{100, 101, 99, 100.3}}},
    {"cdldragonflydoji", 100, 0, {{100, 100.1, 97, 100.05}}},
    {"cdldragonflydoji", 0, 0, {{100, 100.4, 97, 100.05}}},
    {"cdlgravestonedoji", 100, 0, {{100, 103, 99.9, 99.95}}},
    {"cdlgravestonedoji", 0, 0, {{100, 103, 99.5, 99.95}}},
    {"cdlhighwave", 100, -100, {{100, 102, 98.4, 100.5}}},
    {"cdlhighwave", 0, 0, {{100, 101.4, 98.4, 100.5}}},
    {"cdllongleggeddoji", 100, 100, {{100, 101, 99.9, 100.1}}},
    {"cdllongleggeddoji", 0, 0, {{100, 100.15, 99.95, 100.1}}},
    {"cdllongline", 100, -100, {{100, 102.3, 99.8, 102}}},
    {"cdllongline", 0, 0, {{100, 102.6, 99.8, 102}}},
    {"cdlmarubozu", 100, -100, {{100, 102.1, 99.9, 102}}},
    {"cdlmarubozu", 0, 0, {{100, 102.3, 99.9, 102}}},
    {"cdlrickshawman", 100, 100, {{100, 101, 99, 100.05}}},
    {"cdlrickshawman", 0, 0, {{100, 103, 99.5, 100.05}}},
    {"cdlshortline", 100, -100, {{100, 100.9, 99.7, 100.5}}},
    {"cdlshortline", 0, 0, {{100, 101.1, 99.7, 100.5}}},
    {"cdlspinningtop", 100, -100, {{100, 101.2, 99.4, 100.5}}},
    {"cdlspinningtop", 0, 0, {{100, 101.2, 99.6, 100.5}}},
    {"cdltakuri", 100, 0, {{100, 100.1, 99.7, 100.05}}},
    {"cdltakuri", 0, 0, {{100, 100.1, 99.92, 100.05}}},
};
// clang-format on

static void patterns_of_one_bar_are_seen_and_near_misses_are_not(void **state) {
    drawn_check(rows, sizeof rows / sizeof *rows);
}

static void patterns_of_one_bar_equal_the_reference(void **state) {
    golden_check("cdldoji", "", "value", "expected", "CDLDOJI", 0);
    golden_check("cdldragonflydoji", "", "value", "expected", "CDLDRAGONFLYDOJI", 0);
    golden_check("cdlmarubozu", "", "value", "expected", "CDLMARUBOZU", 0);
    golden_check("cdlspinningtop", "", "value", "expected", "CDLSPINNINGTOP", 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_of_one_bar_are_seen_and_near_misses_are_not),
        cmocka_unit_test(patterns_of_one_bar_equal_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
