// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/liquidity.h"

#include <math.h>
#include <stdbool.h>

#include "quant/math/linalg.h"

int liquidity_cost(const struct liquidity *liquidity, const double *weights, size_t count,
                   double multiple, size_t *ret_fault, double *ret_costs, double *ret_cost) {
    double cost = 0;
    *ret_fault = count;
    if (!(multiple >= 0 && isfinite(multiple)))
        return ERR_SET(ERR_ARGUMENT, "a multiple of the spread's deviation is 0 or more, not %g",
                       multiple);
    for (size_t i = 0; i < count; i++) {
        const struct liquidity *of = &liquidity[i];
        bool good = of->spread >= 0 && of->deviation >= 0 && isfinite(of->spread + of->deviation);
        *ret_fault = i;
        if (!good)
            return ERR_SET(ERR_ARGUMENT, "a spread and its deviation are 0 or more, not %g and %g",
                           of->spread, of->deviation);
        ret_costs[i] = fabs(weights[i]) * (of->spread + multiple * of->deviation) / 2;
        cost += ret_costs[i];
    }
    *ret_cost = cost;
    return 0;
}

int liquidity_periods(const struct liquidity *liquidity, const double *weights, size_t count,
                      double participation, size_t *ret_fault, double *ret_periods) {
    *ret_fault = count;
    if (!(participation > 0 && participation <= 1))
        return ERR_SET(ERR_ARGUMENT, "a share of the volume is within (0, 1], not %g",
                       participation);
    for (size_t i = 0; i < count; i++) {
        *ret_fault = i;
        if (!(liquidity[i].volume > 0))
            return ERR_SET(ERR_ARGUMENT, "a volume is above 0, not %g", liquidity[i].volume);
        ret_periods[i] = fabs(weights[i]) / (participation * liquidity[i].volume);
        if (!(ret_periods[i] <= LIQUIDITY_PERIODS_MAX))
            return ERR_SET(ERR_ARGUMENT, "%g periods to leave a position are more than %d",
                           ret_periods[i], LIQUIDITY_PERIODS_MAX);
    }
    return 0;
}

double liquidity_variance(const double *covariance, const double *weights, const double *periods,
                          size_t count, double *scratch) {
    double *held = scratch, *image = scratch + count, variance = 0, last = 1;
    for (size_t i = 0; i < count; i++) last = fmax(last, ceil(periods[i]));
    for (double t = 0; t < last; t++) {
        for (size_t i = 0; i < count; i++)
            held[i] = t == 0 ? weights[i] : weights[i] * fmax(0, 1 - t / fmax(periods[i], 1));
        linalg_apply(covariance, count, count, held, image);
        variance += linalg_dot(held, image, count);
    }
    return variance;
}
