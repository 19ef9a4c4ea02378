// SPDX-License-Identifier: Apache-2.0
// One table of vector loops a kind of processor, each in a file compiled for it.
#ifndef FULMAR_QUANT_MATH_MATHFN_MANY_LANES_H
#define FULMAR_QUANT_MATH_MATHFN_MANY_LANES_H

#include "quant/math/mathfn_many.h"

// count is a multiple of the table's lanes.
typedef void mathfn_lanes(const double *x, size_t count, double *ret);

extern mathfn_lanes *const mathfn_many_sse2[MATHFN_COUNT];   // 2 lanes
extern mathfn_lanes *const mathfn_many_avx[MATHFN_COUNT];    // 4
extern mathfn_lanes *const mathfn_many_avx512[MATHFN_COUNT]; // 8

// A loop over vectors; `load`, `store` and the ending `kind` of SLEEF's names are the processor's.
#define MATHFN_LANES(name, lanes, load, store, kind)                                               \
    static void name##_lanes(const double *x, size_t count, double *ret) {                         \
        for (size_t i = 0; i < count; i += (lanes))                                                \
            store(ret + i, Sleef_cinz_##name##kind(load(x + i)));                                  \
    }

#define MATHFN_LANES_ENTRY(name) [MATHFN_##name] = name##_lanes,

#endif
