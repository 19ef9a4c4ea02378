// SPDX-License-Identifier: Apache-2.0
// quant/option/black.h over blocks of lanes: loops without branches that become vectors, with the exponentials and
// logarithms in between taken for the whole block.
#ifndef FULMAR_QUANT_OPTION_BLACK_MANY_H
#define FULMAR_QUANT_OPTION_BLACK_MANY_H

#include <stddef.h>

enum { BLACK_LANES = 128 };

// b(x, s) of each lane, its complement to `limit` = exp(x / 2), and the slope d b / d s. count <= BLACK_LANES; x <= 0,
// s > 0.
struct black_lanes {
    double x[BLACK_LANES];
    double s[BLACK_LANES];
    double limit[BLACK_LANES];
    double value[BLACK_LANES];
    double complement[BLACK_LANES];
    double slope[BLACK_LANES];
};

void black_value_many(struct black_lanes *lanes, size_t count);

// The s of each lane with b(x, s) = value, as black_deviation; 0 < value, 0 < complement.
void black_deviation_many(const double *x, const double *value, const double *complement,
                          size_t count, double *ret_s);

#endif
