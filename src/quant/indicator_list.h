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
    X(chandelier) \
    X(chop) \
    X(coppock) \
    X(donchian) \
    X(elder_ray) \
    X(ema) \
    X(er) \
    X(fisher) \
    X(heikin_ashi) \
    X(kalman_hedge) \
    X(keltner) \
    X(kst) \
    X(linreg) \
    X(macd) \
    X(mass_index) \
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
    X(supertrend) \
    X(tr) \
    X(tsi) \
    X(vol) \
    X(vortex) \
    X(vwap) \
    X(wma) \
    X(zscore)
// clang-format on

#endif
