// SPDX-License-Identifier: Apache-2.0
// The Sobol sequence: points of the unit cube that fill it evenly, however many are taken.
//
// I. M. Sobol, USSR Computational Mathematics and Mathematical Physics 7 (1967); in the Gray code order of Antonov and
// Saleev (1979), with the primitive polynomials and direction numbers of S. Joe and F. Y. Kuo, "Constructing Sobol
// sequences with better two-dimensional projections", SIAM J. Scientific Computing 30 (2008), file
// new-joe-kuo-6.21201. Not scrambled; the first point is the origin.
#ifndef FULMAR_RESEARCH_SWEEP_SOBOL_H
#define FULMAR_RESEARCH_SWEEP_SOBOL_H

#include <stdint.h>

#include "base/err.h"

enum { SOBOL_DIMENSIONS_MAX = 21, SOBOL_BITS = 32 };

struct sobol {
    uint32_t directions[SOBOL_DIMENSIONS_MAX][SOBOL_BITS];
    uint32_t at[SOBOL_DIMENSIONS_MAX];
    uint32_t dimensions;
    uint32_t drawn; // points so far; after 2^32 it begins anew
};

// ERR_ARGUMENT with a story: more than SOBOL_DIMENSIONS_MAX dimensions.
int sobol_init(struct sobol *sobol, uint32_t dimensions) MUST_USE;
// The next point, coordinates in [0, 1).
void sobol_next(struct sobol *sobol, double *ret_point);

#endif
