// SPDX-License-Identifier: Apache-2.0
// The family's registry, in order of precedence: what refuses before what cuts, what watches last. A rule's
// position is its number in journals: new rules go to the end.
RISK_RULE(price_band)
RISK_RULE(order_size)
RISK_RULE(position_count)
RISK_RULE(order_notional)
RISK_RULE(position)
RISK_RULE(daily_loss)
RISK_RULE(drawdown)
