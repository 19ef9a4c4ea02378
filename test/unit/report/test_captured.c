// SPDX-License-Identifier: Apache-2.0
#include "report/captured.h"

#include "feed_run.h"

// Of feed_session, in cents. Spread: makers 2 x 3 - 3 = 3, the taker -1. Selection after 10 ms: 2 x (999 - 1001) = -4;
// after 5 s: 2 x (989 - 1001) + (989 - 995) = -30, the taker +2. Fees -4, rebates 2. 3 at 998, 1 at 990, 2 at 989:
// -2994 + 990 + 1978 - 2 = -28.
static void profit_adds_up_to_the_cent_at_every_horizon(void **state) {
    struct run run;
    feed_session(&run);
    static const struct {
        int horizon;
        int64_t selection[2];
        int64_t inventory;
    } expected[] = {{0, {-4, 0}, -24}, {3, {-30, 2}, 0}, {7, {-30, 2}, 0}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct captured captured = captured_of(run.report->venue_side, 0, expected[i].horizon);
        assert_true(captured.parts[CAPTURED_SPREAD_MAKER].m == 3);
        assert_true(captured.parts[CAPTURED_SPREAD_TAKER].m == -1);
        assert_true(captured.parts[CAPTURED_SELECTION_MAKER].m == expected[i].selection[0]);
        assert_true(captured.parts[CAPTURED_SELECTION_TAKER].m == expected[i].selection[1]);
        assert_true(captured.parts[CAPTURED_INVENTORY].m == expected[i].inventory);
        assert_true(captured.parts[CAPTURED_FEES].m == -4);
        assert_true(captured.parts[CAPTURED_REBATES].m == 2);
        assert_true(captured.total.m == -28 && captured.unexplained.m == 0);
    }
    run_close(&run);
}

// A fill that the ledger has and the decomposition has not would show.
static void what_is_not_explained_is_told(void **state) {
    struct run run;
    feed_session(&run);
    run.report->venue_side->fees[0].paid.m += 7;
    assert_true(report_unexplained(run.report).m == 7);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profit_adds_up_to_the_cent_at_every_horizon),
        cmocka_unit_test(what_is_not_explained_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
