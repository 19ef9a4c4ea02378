// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void only_the_session_takes_risk_and_its_edges_may_be_cut_off(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "session");
    const int64_t second = 1000000000, day_ns = INT64_C(1718064000) * second; // 2024-06-11
    const int64_t open_ns = day_ns + 48600 * second;                          // 13:30 UTC
    const int64_t close_ns = day_ns + 72000 * second;                         // 20:00 UTC
    kit.instruments.items[0].calendar = CALENDAR_XNYS;
    const struct {
        int64_t now_ns;
        double after_open_s, before_close_s;
        enum risk_verdict verdict;
    } rows[] = {
        {open_ns - 1, 0, 0, RISK_VETO},
        {open_ns, 0, 0, RISK_ALLOW},
        {close_ns - 1, 0, 0, RISK_ALLOW},
        {close_ns, 0, 0, RISK_VETO},
        {close_ns + 1, 0, 0, RISK_VETO},
        {open_ns + 60 * second - 1, 60, 0, RISK_VETO},
        {open_ns + 60 * second, 60, 0, RISK_ALLOW},
        {close_ns - 300 * second - 1, 0, 300, RISK_ALLOW},
        {close_ns - 300 * second, 0, 300, RISK_VETO},
        {open_ns + 4 * 86400 * second, 0, 0, RISK_VETO},  // Saturday
        {open_ns + 8 * 86400 * second, 0, 0, RISK_VETO},  // Juneteenth
        {open_ns + 9 * 86400 * second, 0, 0, RISK_ALLOW}, // Thursday
        {open_ns, 0, 0, RISK_ALLOW},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        kit.view.now_ns = rows[i].now_ns;
        kit.params[0] = rows[i].after_open_s;
        kit.params[1] = rows[i].before_close_s;
        assert_int_equal(risk_kit_check(&kit, 0, 1), rows[i].verdict);
        if (rows[i].after_open_s + rows[i].before_close_s == 0)
            assert_int_equal(risk_kit_check(&kit, 1, 1), RISK_ALLOW); // 24/7
    }
    risk_kit_close(&kit);
}

static void a_session_ends_where_the_next_begins(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "session");
    const int64_t day_ns = INT64_C(86400) * 1000000000;
    kit.view.now_ns = day_ns * 1000 + 5;
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_ALLOW);
    kit.view.now_ns = day_ns * 1001; // midnight: of the next day
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_ALLOW);
    kit.params[0] = 60;
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    assert_true(kit.result.limit == 86400.0 * 1001 + 60 && kit.result.value == 86400.0 * 1001);
    kit.view.now_ns += 60 * INT64_C(1000000000);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_ALLOW);
    assert_true(kit.result.limit == 86400.0 * 1002); // where it closes
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_session_takes_risk_and_its_edges_may_be_cut_off),
        cmocka_unit_test(a_session_ends_where_the_next_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
