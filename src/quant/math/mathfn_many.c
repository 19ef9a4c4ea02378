// SPDX-License-Identifier: Apache-2.0
#include "quant/math/mathfn_many.h"

#include <math.h>
#include <stdbool.h>

#include "base/check.h"
#include "quant/math/mathfn.h"
#include "quant/math/mathfn_many_lanes.h"

enum { BLOCK = 64 };

// Where |x| > limit throughout a block, the function has one value for each sign; where it is above
// `one_from` anywhere, it is computed one by one.
static const struct {
    double limit; // 0: there is no such limit
    double one_from;
    double above;
    double below;
} flat[MATHFN_COUNT] = {
    [MATHFN_cosh] = {1000, MATHFN_HYPERBOLIC_MAX, INFINITY, INFINITY},
    [MATHFN_exp] = {1000, INFINITY, INFINITY, 0},
    [MATHFN_sinh] = {1000, MATHFN_HYPERBOLIC_MAX, INFINITY, -INFINITY},
    [MATHFN_tanh] = {20, INFINITY, 1, -1},
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

static void block(mathfn_lanes *lanes, enum mathfn f, const double *x, size_t count, double *ret) {
    double least = INFINITY, most = 0;
    for (size_t i = 0; i < count; i++) {
        least = fabs(x[i]) < least ? fabs(x[i]) : least;
        most = fabs(x[i]) > most ? fabs(x[i]) : most;
    }
    if (least > flat[f].limit)
        for (size_t i = 0; i < count; i++) ret[i] = x[i] > 0 ? flat[f].above : flat[f].below;
    else if (most > flat[f].one_from)
        for (size_t i = 0; i < count; i++) ret[i] = one(f, x[i]);
    else
        lanes(x, count, ret);
}

static void by_lanes(mathfn_lanes *const *table, enum mathfn f, const double *x, size_t count,
                     double *ret) {
    if (flat[f].limit == 0) {
        table[f](x, count, ret);
        return;
    }
    for (size_t i = 0, n; i < count; i += n) {
        n = count - i < BLOCK ? count - i : BLOCK;
        block(table[f], f, x + i, n, ret + i);
    }
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
