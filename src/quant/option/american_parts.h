// SPDX-License-Identifier: Apache-2.0
// What the files of quant/option/american.h share: every American option as a put on a spot with a yield.
#ifndef FULMAR_QUANT_OPTION_AMERICAN_PARTS_H
#define FULMAR_QUANT_OPTION_AMERICAN_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "quant/math/mathfn.h"

struct put {
    double spot, strike, years, rate, yield, vol;
};

// Black's d1 for a ratio spot / strike over `years`; deviation = vol sqrt(years).
static inline double put_d1(const struct put *put, double ratio, double years, double deviation) {
    return (mathfn_log(ratio) + (put->rate - put->yield) * years) / deviation + 0.5 * deviation;
}

double put_european(const struct put *put);

// By the integral equation; rate > 0, or rate = 0 with yield < 0. ERR_CONVERGE: no boundary was found.
int put_integral(const struct put *put, double *ret_price) MUST_USE;

// Trees. scratch as american_scratch.
int put_tree(const struct put *put, size_t steps, bool control, double *scratch,
             double *ret_price) MUST_USE;
int put_tree_smooth(const struct put *put, size_t steps, double *scratch,
                    double *ret_price) MUST_USE;

#endif
