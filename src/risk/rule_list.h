// SPDX-License-Identifier: Apache-2.0
// The registry of risk rules, X(name) for risk/rule_<name>.c, in order of precedence: what refuses
// comes before what cuts, what watches last. A rule's position is its number in journals: a new one
// goes to the end.
#ifndef FULMAR_RISK_RULE_LIST_H
#define FULMAR_RISK_RULE_LIST_H

// clang-format off
#define RISK_RULE_LIST(X) \
    X(price_band) \
    X(order_size) \
    X(position_count) \
    X(order_notional) \
    X(position) \
    X(daily_loss) \
    X(drawdown)
// clang-format on

#endif
