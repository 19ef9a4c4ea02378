// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

#include "ledger/budget.h"

static void move(struct run *run, int64_t ts_ns, uint32_t strategy, int64_t budget, int64_t moved,
                 uint32_t share_ppm) {
    struct budget_event event = {.header = {.ts_ns = ts_ns,
                                            .venue_ts_ns = ts_ns,
                                            .instrument = INSTRUMENT_NONE,
                                            .kind = EVENT_BUDGET,
                                            .size = sizeof event},
                                 .strategy = strategy,
                                 .share_ppm = share_ppm,
                                 .weight = share_ppm * INT64_C(1000),
                                 .budget_lo = (uint64_t)budget,
                                 .moved_hi = moved < 0 ? -1 : 0,
                                 .moved_lo = (uint64_t)moved};
    assert_ok(report_put(run->report, &event.header));
}

static struct fold_cell cell_of(const struct run *run, const char *table, size_t row,
                                const char *column) {
    size_t index = (size_t)fold_find(table);
    const struct fold *fold = fold_at(index);
    struct fold_cell cell = {.missing = true};
    for (size_t c = 0; c < fold->column_count; c++)
        if (strcmp(fold->columns[c].name, column) == 0)
            fold->cell(run->report->folds[index], row, c, &cell);
    return cell;
}

// 10,000.00 in 6,000 and 4,000; 1,000 go over, and of 1,000 that come later each gets half.
static void a_move_is_a_row_and_capital_follows_it(void **state) {
    (void)state;
    struct run run;
    run_open(&run, run_symbols);
    run_start(&run);
    run_deposit(&run, 1, 1000000);
    run_bar(&run, 2, 0, 1000, 1000, 1000, 1000);
    report_mark(run.report, 2, MONEY(1000000), MONEY(0));
    move(&run, NS_PER_DAY + 1, 0, 500000, -100000, 500000);
    move(&run, NS_PER_DAY + 1, 1, 500000, 100000, 500000);
    move(&run, NS_PER_DAY + 1, STRATEGY_NONE, 0, 0, 0);
    run_deposit(&run, NS_PER_DAY + 2, 100000);
    report_mark(run.report, NS_PER_DAY + 2, MONEY(1100000), MONEY(0));
    assert_ok(report_end(run.report));
    assert_int_equal(
        fold_at((size_t)fold_find("budgets"))->rows(run.report->folds[fold_find("budgets")]), 3);
    assert_true(cell_of(&run, "budgets", 0, "moved").exact == -100000);
    assert_true(cell_of(&run, "budgets", 1, "weight").number == 0.5);
    assert_true(cell_of(&run, "budgets", 2, "strategy").missing);
    assert_true(cell_of(&run, "strategies", 0, "equity").exact == 550000);
    // What came to a budget is no return.
    assert_true(cell_of(&run, "strategies", 0, "return").number == 0);
    assert_true(cell_of(&run, "strategies", 1, "return").number == 0);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_move_is_a_row_and_capital_follows_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
