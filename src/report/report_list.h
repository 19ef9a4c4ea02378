// SPDX-License-Identifier: Apache-2.0
// The registry of reports: one line each, in the order of the page, X(name) for
// report/fold_<name>.c.
#ifndef FULMAR_REPORT_REPORT_LIST_H
#define FULMAR_REPORT_REPORT_LIST_H

// clang-format off
#define REPORT_LIST(X) \
    X(equity) \
    X(months) \
    X(drawdowns) \
    X(strategies) \
    X(budgets) \
    X(correlations) \
    X(allocation) \
    X(instruments) \
    X(attribution) \
    X(sectors) \
    X(signals) \
    X(costs) \
    X(trades) \
    X(orders) \
    X(order_types) \
    X(order_ends) \
    X(algorithms) \
    X(executions) \
    X(risk) \
    X(limits) \
    X(rules) \
    X(notes) \
    X(captured) \
    X(markouts) \
    X(queues) \
    X(queue_ends) \
    X(requests) \
    X(latencies) \
    X(inventory) \
    X(holdings) \
    X(fills)
// clang-format on

#endif
