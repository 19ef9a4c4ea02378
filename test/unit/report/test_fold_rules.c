// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

static void rules_are_counted_by_verdict(void **state) {
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
    assert_table(&run, "rules",
                 "rule,verdict,count,first,last\r\n"
                 "drawdown,halt,1,1970-01-01T00:00:01Z,1970-01-01T00:00:01Z\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_counted_by_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
