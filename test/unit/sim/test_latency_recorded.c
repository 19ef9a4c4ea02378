// SPDX-License-Identifier: Apache-2.0
#include "tick_pit.h"

static void orders_and_reports_take_what_was_recorded_at_their_time(void **state) {
    static const int64_t sent[] = {0, 1000}, arrived[] = {10, 1030}, answered[] = {15, 1055};
    static const struct lag_series series = {sent, arrived, answered, 2};
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    assert_ok(tick_config_set_latency(&pit->config, "recorded"));
    assert_null(tick_exchange_new(&pit->wiring, &pit->state, &pit->config));
    assert_non_null(strstr(err_story(), "file="));
    pit->config.series = &series;
    tick_pit_open(pit);
    tick_pit_limit(pit, 500, 1, 90, 1);
    assert_int_equal(tick_exchange_next_arrival_ns(pit->exchange), 520); // half way from 10 to 30
    tick_pit_play(pit, 530);
    // Said at 520, half way from 10 to 1030 within a nanosecond: half way from 5 to 25.
    assert_int_equal(tick_exchange_next_report_ns(pit->exchange), 535);
    tick_pit_free(pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_and_reports_take_what_was_recorded_at_their_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
