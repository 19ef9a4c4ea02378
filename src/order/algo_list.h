// SPDX-License-Identifier: Apache-2.0
// The registry of execution algorithms: one line each, in alphabetical order, X(name) for
// order/algo_<name>.c. A journal names them by place: it is replayed by the program that wrote it.
#ifndef FULMAR_ORDER_ALGO_LIST_H
#define FULMAR_ORDER_ALGO_LIST_H

// clang-format off
#define ALGO_LIST(X) \
    X(iceberg) \
    X(is) \
    X(pov) \
    X(sniper) \
    X(twap) \
    X(vwap)
// clang-format on

#endif
