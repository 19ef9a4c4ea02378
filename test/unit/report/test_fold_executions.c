// SPDX-License-Identifier: Apache-2.0
#include "execution_run.h"

// 300 ordered at 10.00; arrival 10.02. A hundred sent at 10.04 (10.03 to 10.05) fills at 10.07, a hundred sent at
// 10.10 without a quote at 10.11; a hundred is missed at 10.20. Fees 1.50 and 0.50. In cents:
//   delay 200 x 2 = 400, timing 100 x 2 + 100 x 8 = 1000, spread 100 x 1 = 100, impact 100 x 2 + 100 x 1 = 300,
//   opportunity 100 x 20 = 2000, fees 200: 4000, of 300,000.
static void a_shortfall_is_split_by_cause_and_adds_up(void **state) {
    struct run run;
    run_open(&run, run_symbols);
    run_start(&run);
    run_deposit(&run, 1, 1000000);
    run_bar(&run, 2, 0, 1000, 1000, 1000, 1000);
    report_mark(run.report, 2, MONEY(1000000), MONEY(0));
    tell(&run, 2, ALGO_STARTED, 0, 1000, 0, 0);
    run_bar(&run, 3, 0, 1002, 1002, 1002, 1002);
    uint64_t id = run_submit(&run, 3, 0, 0, 1, 100, PURPOSE_TARGET);
    tell(&run, 3, ALGO_CHILD, id, 1004, 1003, 1005);
    run_fill(&run, 4, id, 0, 100, 0, 1007, 150);
    id = run_submit(&run, 5, 0, 0, 1, 100, PURPOSE_TARGET);
    tell(&run, 5, ALGO_CHILD, id, 1010, 0, 0);
    run_fill(&run, 7, id, 0, 100, 0, 1011, 50);
    tell(&run, 9, ALGO_ENDED, 0, 1020, 0, 0);
    report_mark(run.report, 9, MONEY(1000000), MONEY(0));
    assert_ok(report_end(run.report));
    struct fold_cell cell;
    size_t index = (size_t)fold_find("executions");
    const struct fold *fold = fold_at(index);
    const void *self = run.report->folds[index];
    assert_int_equal(fold->rows(self), 1);
    static const struct {
        const char *column;
        int64_t cents;
    } parts[] = {{"delay", 400},        {"timing", 1000}, {"spread", 100},    {"impact", 300},
                 {"opportunity", 2000}, {"fees", 200},    {"shortfall", 4000}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (size_t c = 0; c < fold->column_count; c++)
            if (strcmp(fold->columns[c].name, parts[i].column) == 0) {
                fold->cell(self, 0, c, &cell);
                assert_int_equal(cell.exact, parts[i].cents * decimal_pow10(cell.decimals - 2));
            }
    for (size_t c = 0; c < fold->column_count; c++) {
        fold->cell(self, 0, c, &cell);
        const char *name = fold->columns[c].name;
        if (strcmp(name, "interval_vwap") == 0)
            assert_true(cell.number > 10.0999 && cell.number < 10.1001);
        if (strcmp(name, "interval_twap") == 0)
            assert_true(cell.number > 10.0799 && cell.number < 10.0801);
        if (strcmp(name, "average_price") == 0)
            assert_true(cell.number > 10.0899 && cell.number < 10.0901);
        if (strcmp(name, "decision_to_send") == 0) assert_int_equal(cell.integer, 1);
        if (strcmp(name, "send_to_fill") == 0) assert_int_equal(cell.integer, 1);
        if (strcmp(name, "accept_to_fill") == 0) assert_true(cell.missing);
        if (strcmp(name, "end") == 0) assert_string_equal(cell.text, "time");
    }
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shortfall_is_split_by_cause_and_adds_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
