// SPDX-License-Identifier: Apache-2.0
// The registry of indicators: one line each, in alphabetical order, X(name) for
// quant/indicator_<name>.c.
#ifndef FULMAR_QUANT_INDICATOR_LIST_H
#define FULMAR_QUANT_INDICATOR_LIST_H

// clang-format off
#define INDICATOR_LIST(X) \
    X(adx) \
    X(atr) \
    X(bbands) \
    X(donchian) \
    X(ema) \
    X(er) \
    X(kalman_hedge) \
    X(linreg) \
    X(macd) \
    X(max) \
    X(min) \
    X(mom) \
    X(natr) \
    X(obv) \
    X(roc) \
    X(rsi) \
    X(running_quantile) \
    X(sma) \
    X(stddev) \
    X(stoch) \
    X(tr) \
    X(vol) \
    X(vwap) \
    X(wma) \
    X(zscore)
// clang-format on

#endif
