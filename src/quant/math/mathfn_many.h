// SPDX-License-Identifier: Apache-2.0
// The functions of quant/math/mathfn.h over arrays, by SLEEF's deterministic vector variants: 2, 4 or 8 at
// once as the processor can, the same bits as one by one, several times as fast.
#ifndef FULMAR_QUANT_MATH_MATHFN_MANY_H
#define FULMAR_QUANT_MATH_MATHFN_MANY_H

#include <stddef.h>

#define MATHFN_MANY_LIST(X)                                                                        \
    X(acos)                                                                                        \
    X(asin) X(atan) X(cos) X(cosh) X(exp) X(log) X(log10) X(log1p) X(sin) X(sinh) X(tan) X(tanh)

#define MATHFN_MANY_NAME(name) MATHFN_##name,
enum mathfn { MATHFN_MANY_LIST(MATHFN_MANY_NAME) MATHFN_COUNT };
#undef MATHFN_MANY_NAME

// ret[i] = f(x[i]), in place is fine; of a NaN anything.
void mathfn_many(enum mathfn f, const double *x, size_t count, double *ret);

// The same with vectors of 1, 2, 4 or 8, so that they can be compared; false where this processor
// has no such vectors.
int mathfn_many_by(unsigned lanes, enum mathfn f, const double *x, size_t count, double *ret)
    __attribute__((warn_unused_result));

// mathfn_exp_many(x, count, ret) and so on.
#define MATHFN_MANY_CALL(name)                                                                     \
    static inline void mathfn_##name##_many(const double *x, size_t count, double *ret) {          \
        mathfn_many(MATHFN_##name, x, count, ret);                                                 \
    }
MATHFN_MANY_LIST(MATHFN_MANY_CALL)
#undef MATHFN_MANY_CALL

#endif
