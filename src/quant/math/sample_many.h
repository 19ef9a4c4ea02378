// SPDX-License-Identifier: Apache-2.0
// Standard normal numbers by the array, from seeded lanes of base/prng.h: exact up to rounding, the same bits on
// every processor.
#ifndef FULMAR_QUANT_MATH_SAMPLE_MANY_H
#define FULMAR_QUANT_MATH_SAMPLE_MANY_H

#include <stddef.h>
#include <stdint.h>

#include "base/prng.h"

// Box and Muller, Annals of Mathematical Statistics 29, 1958: from the numbers r and t the pair
// sqrt(-2 ln v) cos(angle), sqrt(-2 ln v) sin(angle), with v in (0, 1) from the upper 52 bits of r, and of the angle
// the place in its eighth from those of t, the eighth from its two lowest. Largest magnitude 8.58; error below 6e-16
// of sqrt(-2 ln v).
//
// Fills two arrays of `count` numbers; bits[2 count] are scratch. count is a multiple of 8 (CHECK).
void sample_normals(struct prng_lanes *lanes, size_t count, uint64_t *bits, double *ret_first,
                    double *ret_second);

#endif
