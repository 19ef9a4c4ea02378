// SPDX-License-Identifier: Apache-2.0
// The registry of risk rules, X(name) for risk/rule_<name>.c. A rule's position is its number in journals: a new one
// goes to the end. In which order they meet an order is enum risk_rank.
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
    X(drawdown) \
    X(restricted) \
    X(session) \
    X(tick_lot) \
    X(duplicate) \
    X(child_orders) \
    X(message_rate) \
    X(gross_exposure) \
    X(net_exposure) \
    X(leverage) \
    X(self_trade) \
    X(concentration) \
    X(fast_drawdown) \
    X(consecutive_losses) \
    X(reject_storm) \
    X(fill_without_order) \
    X(slippage) \
    X(stale_data) \
    X(clock_skew) \
    X(permissions) \
    X(buying_power) \
    X(pattern_day_trader) \
    X(correlation) \
    X(var_limit) \
    X(es_limit) \
    X(volatility_spike) \
    X(drawdown_scale) \
    X(anomaly) \
    X(confidence) \
    X(intraday_margin)
// clang-format on

#endif
