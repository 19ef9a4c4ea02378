// SPDX-License-Identifier: Apache-2.0
// What tests of executions share: events of a parent order of 300, worked by twap, and cells by name.
#ifndef FULMAR_TEST_UNIT_REPORT_EXECUTION_RUN_H
#define FULMAR_TEST_UNIT_REPORT_EXECUTION_RUN_H

#include "order/algo.h"
#include "runs.h"

static inline void tell(struct run *run, int64_t ts_ns, enum algo_what what, uint64_t order_id,
                        int64_t last, int64_t bid, int64_t ask) {
    struct algo_event event = {.header = {.ts_ns = ts_ns,
                                          .venue_ts_ns = ts_ns,
                                          .instrument = 0,
                                          .kind = EVENT_ALGO,
                                          .size = sizeof event},
                               .parent = 1,
                               .order_id = order_id,
                               .what = what,
                               .algo = algo_index(algo_find("twap")),
                               .side = 1,
                               .reason = what == ALGO_ENDED ? ALGO_REASON_TIME : 0,
                               .qty = QTY(300),
                               .last = PRICE(last),
                               .bid = PRICE(bid),
                               .ask = PRICE(ask)};
    if (what == ALGO_ENDED) {
        event.market_qty = QTY(1000);
        event.value_lo = UINT64_C(12) * 1000 * 1010;
        event.price_lo = UINT64_C(12) * 2 * 1008;
        event.price_count = 2;
    }
    assert_ok(report_put(run->report, &event.header));
}

static inline struct fold_cell cell_of(const struct run *run, const char *table,
                                       const char *column) {
    size_t index = (size_t)fold_find(table);
    const struct fold *fold = fold_at(index);
    struct fold_cell cell = {.missing = true};
    for (size_t c = 0; c < fold->column_count; c++)
        if (strcmp(fold->columns[c].name, column) == 0) {
            fold->cell(run->report->folds[index], 0, c, &cell);
            return cell;
        }
    fail_msg("%s has no column %s", table, column);
    return cell;
}

#endif
