// SPDX-License-Identifier: Apache-2.0
// What it costs and how long it takes to leave positions, and the risk meanwhile. Weights are fractions or amounts,
// short ones negative; spreads are relative, (ask - bid) / mid; volumes are what is traded in a period, in the weights'
// units.
#ifndef FULMAR_QUANT_RISK_LIQUIDITY_H
#define FULMAR_QUANT_RISK_LIQUIDITY_H

#include <stddef.h>

#include "base/err.h"

enum { LIQUIDITY_PERIODS_MAX = 100000 };

struct liquidity {
    double spread;    // mean, >= 0
    double deviation; // of the spread, >= 0
    double volume;    // a period, > 0; infinite: leaves at once
};

// Half of the spread that is paid to leave, in a market whose spreads are `multiple` deviations above their mean:
// |w| (spread + multiple deviation) / 2 for each position, and their sum, which added to a value at risk makes it
// liquidity-adjusted. Bangia, Diebold, Schuermann and Stroughair, Risk 12, 1999, who take multiples from 2 to 4.5.
// ERR_ARGUMENT: a spread, deviation or the multiple is negative or not finite; *ret_fault is the position, or count.
int liquidity_cost(const struct liquidity *liquidity, const double *weights, size_t count,
                   double multiple, size_t *ret_fault, double *ret_costs,
                   double *ret_cost) MUST_USE;

// Periods to leave each position by `participation` (0, 1] of the volume: |w| / (participation volume). ERR_ARGUMENT: a
// volume is not above 0, or more than LIQUIDITY_PERIODS_MAX periods; *ret_fault as above.
int liquidity_periods(const struct liquidity *liquidity, const double *weights, size_t count,
                      double participation, size_t *ret_fault, double *ret_periods) MUST_USE;

// The variance of what is lost while each position is left in equal parts over its periods:
// the sum over t = 0, 1 ... of w_t' S w_t, w_t[i] = w[i] max(0, 1 - t / periods[i]), the whole in the first period. One
// position left in T whole periods has w^2 s^2 (T + 1) (2 T + 1) / (6 T). Jorion, "Value at Risk" (3rd ed., 2006),
// chapter 13. scratch[2 count].
double liquidity_variance(const double *covariance, const double *weights, const double *periods,
                          size_t count, double *scratch);

#endif
