// SPDX-License-Identifier: Apache-2.0
// The registry of statistics: one line a theme, X(theme) for quant/statistic_<theme>.c, in the order
// in which people see them.
#ifndef FULMAR_QUANT_STATISTIC_STATISTIC_LIST_H
#define FULMAR_QUANT_STATISTIC_STATISTIC_LIST_H

// clang-format off
#define STATISTIC_LIST(X) \
    X(performance) \
    X(attribution) \
    X(moment) \
    X(correlation) \
    X(regression) \
    X(test) \
    X(bootstrap) \
    X(bars) \
    X(profile) \
    X(volatility) \
    X(garch) \
    X(regime)
// clang-format on

#endif
