// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void each_restriction_forbids_its_own(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "restricted");
    static const struct {
        uint32_t flags;
        int64_t held, working, qty;
        enum risk_verdict verdict;
    } rows[] = {
        {0, 0, 0, 100, RISK_ALLOW},
        {0, 0, 0, -100, RISK_ALLOW},
        {RISK_NO_TRADE, 0, 0, 1, RISK_VETO},
        {RISK_NO_TRADE, 0, 0, -1, RISK_VETO},
        {RISK_NO_SHORT, 0, 0, 1, RISK_ALLOW},
        {RISK_NO_SHORT, 0, 0, -1, RISK_VETO},
        {RISK_NO_SHORT, 50, 0, -50, RISK_ALLOW},
        {RISK_NO_SHORT, 50, 0, -51, RISK_VETO},
        {RISK_NO_SHORT, 50, -20, -30, RISK_ALLOW},
        {RISK_NO_SHORT, 50, -20, -31, RISK_VETO}, // 20 are being sold
        {RISK_NO_BUY, 0, 0, 1, RISK_VETO},
        {RISK_NO_BUY, 0, 0, -1, RISK_ALLOW},
        {RISK_NO_BUY, -50, 0, 50, RISK_ALLOW},
        {RISK_NO_BUY, -50, 0, 51, RISK_VETO},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct risk_kit one;
        risk_kit_open(&one, "restricted");
        one.flags[2] = rows[i].flags;
        if (rows[i].held != 0) risk_kit_hold(&one, 2, rows[i].held);
        if (rows[i].working != 0) risk_kit_work(&one, 2, rows[i].working);
        assert_int_equal(risk_kit_check(&one, 2, rows[i].qty), rows[i].verdict);
        assert_int_equal(risk_kit_check(&one, 1, rows[i].qty), RISK_ALLOW); // another instrument
        risk_kit_close(&one);
    }
    risk_kit_close(&kit);
}

static void without_a_list_nothing_is_restricted(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "restricted");
    kit.view.flags = NULL;
    assert_int_equal(risk_kit_check(&kit, 0, -5), RISK_ALLOW);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_restriction_forbids_its_own),
        cmocka_unit_test(without_a_list_nothing_is_restricted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
