// SPDX-License-Identifier: Apache-2.0
// The registry of strategies: one line each, in alphabetical order, X(name) for
// strategy/strategy_<name>.c.
#ifndef FULMAR_STRATEGY_STRATEGY_LIST_H
#define FULMAR_STRATEGY_STRATEGY_LIST_H

// clang-format off
#define STRATEGY_LIST(X) \
    X(avellaneda_stoikov) \
    X(buy_and_hold) \
    X(carry) \
    X(cross_momentum) \
    X(dual_momentum) \
    X(grid_maker) \
    X(gueant_lehalle) \
    X(mean_reversion) \
    X(momentum) \
    X(ofi_taker) \
    X(opening_range) \
    X(pairs) \
    X(rsi2) \
    X(seasonal) \
    X(sma_cross) \
    X(straddle) \
    X(trend_frames) \
    X(turtle) \
    X(volatility_breakout) \
    X(volatility_regime) \
    X(volume_scalper) \
    X(vwap_reversion)
// clang-format on

#endif
