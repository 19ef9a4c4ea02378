// SPDX-License-Identifier: Apache-2.0
#include "quant/mathfn_many.h"

#include <math.h>
#include <stdbool.h>

#include "base/check.h"
#include "quant/mathfn.h"
#include "quant/mathfn_many_lanes.h"

enum { BLOCK = 64 };

// Where |x| > limit throughout a block, the function has one value for each sign.
static const struct {
    double limit; // 0: there is no such limit
    double above;
    double below;
} flat[MATHFN_COUNT] = {
    [MATHFN_cosh] = {1000, INFINITY, INFINITY},
    [MATHFN_exp] = {1000, INFINITY, 0},
    [MATHFN_sinh] = {1000, INFINITY, -INFINITY},
    [MATHFN_tanh] = {20, 1, -1},
};

static double one(enum mathfn f, double x) {
    switch (f) {
#define CASE(name)                                                                                 \
    case MATHFN_##name:                                                                            \
        return mathfn_##name(x);
        MATHFN_MANY_LIST(CASE)
#undef CASE
    case MATHFN_COUNT:
        break;
    }
    CHECK(false);
}

static bool is_flat(enum mathfn f, const double *x) {
    double least = INFINITY;
    for (size_t i = 0; i < BLOCK; i++) least = fabs(x[i]) < least ? fabs(x[i]) : least;
    return least > flat[f].limit;
}

static void by_lanes(mathfn_lanes *const *table, enum mathfn f, const double *x, size_t count,
                     double *ret) {
    if (flat[f].limit == 0) {
        table[f](x, count, ret);
        return;
    }
    size_t i = 0;
    for (; i + BLOCK <= count; i += BLOCK)
        if (!is_flat(f, x + i))
            table[f](x + i, BLOCK, ret + i);
        else
            for (size_t k = i; k < i + BLOCK; k++)
                ret[k] = x[k] > 0 ? flat[f].above : flat[f].below;
    table[f](x + i, count - i, ret + i);
}

int mathfn_many_by(unsigned lanes, enum mathfn f, const double *x, size_t count, double *ret) {
    CHECK(f < MATHFN_COUNT);
    size_t whole = lanes > 1 ? count - count % lanes : 0;
    if (lanes == 8 && !__builtin_cpu_supports("avx512f")) return false;
    if (lanes == 4 && !__builtin_cpu_supports("avx")) return false;
    if (lanes == 8) by_lanes(mathfn_many_avx512, f, x, whole, ret);
    if (lanes == 4) by_lanes(mathfn_many_avx, f, x, whole, ret);
    if (lanes == 2) by_lanes(mathfn_many_sse2, f, x, whole, ret);
    for (size_t i = whole; i < count; i++) ret[i] = one(f, x[i]);
    return true;
}

void mathfn_many(enum mathfn f, const double *x, size_t count, double *ret) {
    if (!mathfn_many_by(8, f, x, count, ret) && !mathfn_many_by(4, f, x, count, ret))
        CHECK(mathfn_many_by(2, f, x, count, ret));
}
