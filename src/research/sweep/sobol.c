// SPDX-License-Identifier: Apache-2.0
#include "research/sweep/sobol.h"

#include <string.h>

// A primitive polynomial: its degree, its inner coefficients as bits, and the first direction numbers.
struct row {
    uint32_t degree;
    uint32_t coefficients;
    uint32_t numbers[7];
};

// Of the dimensions after the first.
static const struct row rows[SOBOL_DIMENSIONS_MAX - 1] = {
    {1, 0, {1}},
    {2, 1, {1, 3}},
    {3, 1, {1, 3, 1}},
    {3, 2, {1, 1, 1}},
    {4, 1, {1, 1, 3, 3}},
    {4, 4, {1, 3, 5, 13}},
    {5, 2, {1, 1, 5, 5, 17}},
    {5, 4, {1, 1, 5, 5, 5}},
    {5, 7, {1, 1, 7, 11, 19}},
    {5, 11, {1, 1, 5, 1, 1}},
    {5, 13, {1, 1, 1, 3, 11}},
    {5, 14, {1, 3, 5, 5, 31}},
    {6, 1, {1, 3, 3, 9, 7, 49}},
    {6, 13, {1, 1, 1, 15, 21, 21}},
    {6, 16, {1, 3, 1, 13, 27, 49}},
    {6, 19, {1, 1, 1, 15, 7, 5}},
    {6, 22, {1, 3, 1, 15, 13, 25}},
    {6, 25, {1, 1, 5, 5, 19, 61}},
    {7, 1, {1, 3, 7, 11, 23, 15, 103}},
    {7, 4, {1, 3, 7, 13, 13, 15, 69}},
};

static void fill(uint32_t directions[SOBOL_BITS], const struct row *row) {
    uint32_t s = row->degree;
    for (uint32_t k = 0; k < SOBOL_BITS; k++) {
        if (k < s) {
            directions[k] = row->numbers[k] << (SOBOL_BITS - 1 - k);
            continue;
        }
        directions[k] = directions[k - s] ^ directions[k - s] >> s;
        for (uint32_t i = 1; i < s; i++)
            if (row->coefficients >> (s - 1 - i) & 1) directions[k] ^= directions[k - i];
    }
}

int sobol_init(struct sobol *sobol, uint32_t dimensions) {
    if (dimensions > SOBOL_DIMENSIONS_MAX)
        return ERR_SET(ERR_ARGUMENT, "a Sobol sequence here has at most %d dimensions, not %u",
                       SOBOL_DIMENSIONS_MAX, dimensions);
    memset(sobol, 0, sizeof *sobol);
    sobol->dimensions = dimensions;
    for (uint32_t k = 0; k < SOBOL_BITS; k++)
        sobol->directions[0][k] = (uint32_t)1 << (SOBOL_BITS - 1 - k);
    for (uint32_t d = 1; d < dimensions; d++) fill(sobol->directions[d], &rows[d - 1]);
    return 0;
}

void sobol_next(struct sobol *sobol, double *ret_point) {
    if (sobol->drawn > 0) {
        uint32_t bit = (uint32_t)__builtin_ctz(sobol->drawn);
        for (uint32_t d = 0; d < sobol->dimensions; d++) sobol->at[d] ^= sobol->directions[d][bit];
    }
    sobol->drawn++;
    for (uint32_t d = 0; d < sobol->dimensions; d++) ret_point[d] = sobol->at[d] * 0x1p-32;
}
