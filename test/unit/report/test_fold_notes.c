// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

static void vetoes_and_halts_are_told_one_by_one(void **state) {
    (void)state;
    struct run run;
    run_open(&run, run_symbols);
    run_start(&run);
    struct report_note note = {.ts_ns = NS_PER_S,
                               .rule = "drawdown",
                               .verdict = "halt",
                               .strategy = STRATEGY_NONE,
                               .instrument = INSTRUMENT_NONE,
                               .limit = 0.2,
                               .value = 0.25};
    assert_ok(report_note(run.report, &note));
    assert_ok(report_end(run.report));
    assert_table(&run, "notes",
                 "time,rule,verdict,strategy,instrument,side,asked,left,value,limit\r\n"
                 "1970-01-01T00:00:01Z,drawdown,halt,,,,,,0.25,0.2\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vetoes_and_halts_are_told_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
