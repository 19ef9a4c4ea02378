// SPDX-License-Identifier: Apache-2.0
#include "report/executions.h"

#include "execution_run.h"

// A fee of 0.01 in a currency of eight decimals at 30.00 is 0.30 of the instrument's.
static void a_fee_in_another_currency_is_converted(void **state) {
    (void)state;
    struct run run;
    run_open(&run, run_symbols);
    uint32_t coin = (uint32_t)instruments_add_currency(&run.instruments, "BTC", 8);
    run_start(&run);
    run_deposit(&run, 1, 1000000);
    union event event;
    event_init(&event, EVENT_RATE, INSTRUMENT_NONE, 1);
    event.rate.currency = coin;
    event.rate.rate = 3000;
    event.rate.decimals = 2;
    assert_ok(report_put(run.report, &event.header));
    run_bar(&run, 2, 0, 1000, 1000, 1000, 1000);
    tell(&run, 2, ALGO_STARTED, 0, 1000, 0, 0);
    uint64_t id = run_submit(&run, 3, 0, 0, 1, 300, PURPOSE_TARGET);
    tell(&run, 3, ALGO_CHILD, id, 1000, 0, 0);
    event_init(&event, EVENT_ORDER_FILLED, 0, 4);
    event.order.order_id = id;
    event.order.trade_id = 1;
    event.order.price = PRICE(1000);
    event.order.qty = QTY(300);
    event.order.fee = 1000000;
    event.order.fee_currency = coin;
    assert_ok(report_put(run.report, &event.header));
    tell(&run, 9, ALGO_ENDED, 0, 1000, 0, 0);
    assert_ok(report_end(run.report));
    size_t index = (size_t)fold_find("executions");
    const struct fold *fold = fold_at(index);
    for (size_t c = 0; c < fold->column_count; c++) {
        struct fold_cell cell;
        const char *name = fold->columns[c].name;
        if (strcmp(name, "fees") != 0 && strcmp(name, "shortfall") != 0) continue;
        fold->cell(run.report->folds[index], 0, c, &cell);
        assert_int_equal(cell.exact, 30 * decimal_pow10(cell.decimals - 2));
    }
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fee_in_another_currency_is_converted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
