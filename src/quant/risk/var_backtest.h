// SPDX-License-Identifier: Apache-2.0
// Whether forecasts of value at risk were right: how often losses exceeded them, and whether they did so in
// clusters.
#ifndef FULMAR_QUANT_RISK_VAR_BACKTEST_H
#define FULMAR_QUANT_RISK_VAR_BACKTEST_H

#include <stddef.h>

#include "base/err.h"

// Forecasts for each return from those before it; what precedes the first is NaN.
//
// ret_var[t] = -(type 7 quantile at 1 - level of the returns t - window .. t - 1). slots[order_window_slots(window)],
// zeroed (quant/stream/order_window.h). Finite returns, 0 < window < 2^31.
void var_backtest_historical(const double *returns, size_t count, size_t window, double level,
                             double *slots, double *ret_var);

// ret_var[t] = -Phi^-1(1 - level) sqrt(v_t), v_1 = r_0^2, v_t = lambda v_(t - 1) + (1 - lambda) r_(t - 1)^2.
// RiskMetrics Technical Document (1996); no mean.
void var_backtest_ewma(const double *returns, size_t count, double lambda, double level,
                       double *ret_var);

// Basel Committee, "Supervisory framework for the use of backtesting" (1996): green below a probability of
// 95 % of so many violations or fewer, red from 99.99 % on. Over 250 days at 99 % that is 0 - 4, 5 - 9, 10 on.
enum var_zone { VAR_GREEN, VAR_YELLOW, VAR_RED };
const char *var_zone_name(enum var_zone zone);
enum var_zone var_backtest_zone(size_t count, size_t violations, double level);
// What is added to the multiplier of 3 for so many violations in 250 days at 99 %: 0 to 1.
double var_backtest_plus(size_t violations);

struct var_backtest {
    size_t count;      // T, forecasts with their returns
    size_t violations; // N, returns below -var, strictly
    double expected;   // T (1 - level)
    double
        kupiec; // likelihood ratio of N against T (1 - level), chi-squared with 1. Kupiec, J. Derivatives 3, 1995
    double kupiec_p;
    size_t transitions[2][2]; // from no violation, from one; to none, to one
    double independence;      // ratio of a Markov chain against independence, chi-squared with 1
    double independence_p;
    double
        coverage; // the sum of both, chi-squared with 2. Christoffersen, International Economic Review 39, 1998
    double coverage_p;
    size_t recent;      // violations of the last min(T, 250)
    enum var_zone zone; // of those
};

// Kupiec's ratio for N of T at the rate p in (0, 1); N <= T, T > 0.
double var_backtest_kupiec(size_t count, size_t violations, double p);

// Returns with the forecasts made for them. ERR_ARGUMENT: none; a forecast or a return that is not finite, the
// story counts from 1; the level.
int var_backtest_of(const double *returns, const double *var, size_t count, double level,
                    struct var_backtest *ret) MUST_USE;

#endif
