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
    X(close_to_close) \
    X(connors_rsi) \
    X(coppock) \
    X(donchian) \
    X(elder_ray) \
    X(ema) \
    X(er) \
    X(ewm) \
    X(ewma_vol) \
    X(fisher) \
    X(fractal_dimension) \
    X(garman_klass) \
    X(half_life) \
    X(heikin_ashi) \
    X(hurst) \
    X(ichimoku) \
    X(kalman_hedge) \
    X(keltner) \
    X(kst) \
    X(linreg) \
    X(macd) \
    X(mass_index) \
    X(max) \
    X(median) \
    X(min) \
    X(mom) \
    X(natr) \
    X(obv) \
    X(parkinson) \
    X(percent_rank) \
    X(quantile) \
    X(rank) \
    X(roc) \
    X(rogers_satchell) \
    X(rolling_kurtosis) \
    X(rolling_ols) \
    X(rolling_skew) \
    X(rsi) \
    X(running_quantile) \
    X(sma) \
    X(squeeze) \
    X(stc) \
    X(stddev) \
    X(stoch) \
    X(supertrend) \
    X(tr) \
    X(tsi) \
    X(vortex) \
    X(vwap) \
    X(vwap_anchored) \
    X(vwap_session) \
    X(wma) \
    X(yang_zhang) \
    X(zscore)
// clang-format on

#endif
