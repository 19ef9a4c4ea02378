// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "sim/lag_series.h"

// Orders sent at 100, 200 and 300 took 10, 30 and 20; their answers, said at 110, 230 and 320, took 5, 25 and 0.
static const int64_t sent[] = {100, 200, 300};
static const int64_t arrived[] = {110, 230, 320};
static const int64_t answered[] = {115, 255, 320};
static const struct lag_series series = {sent, arrived, answered, 3};

static void latencies_lie_on_straight_lines_between_orders(void **state) {
    const int64_t entries[][2] = {{0, 10},   {100, 10}, {150, 20}, {175, 25}, {200, 30},
                                  {250, 25}, {299, 20}, {300, 20}, {900, 20}};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        assert_int_equal(lag_series_entry_ns(&series, entries[i][0]), entries[i][1]);
    const int64_t reports[][2] = {{0, 5},    {110, 5}, {170, 15}, {230, 25},
                                  {275, 12}, {320, 0}, {999, 0}};
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++)
        assert_int_equal(lag_series_report_ns(&series, reports[i][0]), reports[i][1]);
}

static void equal_times_take_the_later_row(void **state) {
    const int64_t twice[] = {100, 100, 100};
    const struct lag_series at_once = {twice, arrived, answered, 3};
    assert_int_equal(lag_series_entry_ns(&at_once, 99), 10);
    assert_int_equal(lag_series_entry_ns(&at_once, 100), 220);
}

static void what_is_no_series_is_refused_with_its_row(void **state) {
    assert_ok(lag_series_check(&series));
    struct lag_series bad = series;
    bad.count = 0;
    assert_int_equal(lag_series_check(&bad), ERR_ARGUMENT);
    const int64_t back[] = {110, 105, 320}, early[] = {110, 199, 320}, none[] = {115, 229, 320};
    bad = (struct lag_series){sent, back, answered, 3};
    assert_int_equal(lag_series_check(&bad), ERR_ARGUMENT);
    bad = (struct lag_series){sent, early, answered, 3};
    assert_int_equal(lag_series_check(&bad), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "row 2"));
    bad = (struct lag_series){sent, arrived, none, 3};
    assert_int_equal(lag_series_check(&bad), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(latencies_lie_on_straight_lines_between_orders),
        cmocka_unit_test(equal_times_take_the_later_row),
        cmocka_unit_test(what_is_no_series_is_refused_with_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
