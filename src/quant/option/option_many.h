// SPDX-License-Identifier: Apache-2.0
// quant/option/option.h over columns: the same questions about many European options at once, several times as
// fast. Numbers equal those of one by one within a few roundings of what the terms determine; statuses are the
// same except where a price lies within roundings of a bound. Same bits on every CPU.
#ifndef FULMAR_QUANT_OPTION_OPTION_MANY_H
#define FULMAR_QUANT_OPTION_OPTION_MANY_H

#include <stddef.h>
#include <stdint.h>

#include "quant/option/option.h"

// Columns of `count` numbers. Black-Scholes-Merton; a future is a spot whose yield is the rate.
struct option_many {
    size_t count;
    const double *sign; // 1 a call, -1 a put
    const double *spot;
    const double *strike;
    const double *years;
    const double *rate;
    const double *yield;
};

// Values; NaN where the terms make no contract or vol is not a number from 0 on.
void option_price_many(const struct option_many *many, const double *vol, double *ret_price);

// The fields of struct option_greeks in their order, a column each; NULL for one that is not wanted.
enum { OPTION_GREEKS = sizeof(struct option_greeks) / sizeof(double) };
void option_greeks_many(const struct option_many *many, const double *vol,
                        double *const ret_columns[OPTION_GREEKS]);

// Implied volatilities and statuses (enum option_iv); ret_status may be NULL.
void option_implied_many(const struct option_many *many, const double *price, double *ret_vol,
                         uint8_t *ret_status);

#endif
