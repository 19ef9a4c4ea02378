// SPDX-License-Identifier: Apache-2.0
// What the fast folds of indicators share (`run` of quant/indicator/indicator.h). Two patterns:
//
//   rows    each row for itself: one vectorised loop (INDICATOR_ROWS)
//   blocks  what goes before and after a recursion or a rolling window is vectorised over blocks of
//           rows (RUN_BLOCK), and only the chain of dependent operations is left to a scalar loop
//
// Both do the operations of `update` on the same numbers in the same order, so the bits are the same.
// Rows that lack what a block needs (a full window, the row before) go through `update` (run_rows).
#ifndef FULMAR_QUANT_INDICATOR_RUN_H
#define FULMAR_QUANT_INDICATOR_RUN_H

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/simd.h"
#include "quant/indicator/indicator.h"

// A function that must be part of its caller for the sake of speed.
#define RUN_INLINE static inline __attribute__((always_inline))

enum { RUN_BLOCK = 512 }; // rows whose intermediate columns stay in the nearest cache

// x, or NaN where x is not a number or infinite: a result beyond the range of double is undefined.
RUN_INLINE double run_defined(double x) {
    return fabs(x) <= DBL_MAX ? x : NAN;
}

// 1 where x is not a number or infinite.
RUN_INLINE uint64_t run_bad(double x) {
    return !(fabs(x) <= DBL_MAX);
}

RUN_INLINE size_t run_least(size_t a, size_t b) {
    return a < b ? a : b;
}

// Rows [from, to) by `update`.
RUN_INLINE void run_rows(void (*update)(void *, const double *, double *), void *state,
                         const double *const *inputs, size_t input_count, size_t from, size_t to,
                         double *const *ret_outputs, size_t output_count) {
    for (size_t row = from; row < to; row++) {
        double in[INDICATOR_INPUTS_MAX], out[INDICATOR_OUTPUTS_MAX];
        for (size_t i = 0; i < input_count; i++) in[i] = inputs[i][row];
        update(state, in, out);
        for (size_t i = 0; i < output_count; i++) ret_outputs[i][row] = out[i];
    }
}

// The state of an indicator that remembers nothing.
struct run_no_state {
    double reserved;
};

static inline size_t run_no_state_size(const double *values) {
    return sizeof(struct run_no_state);
}

static inline size_t run_no_lookback(const double *values) {
    return 0;
}

static inline void run_no_init(void *memory, const double *values) {
    *(struct run_no_state *)memory = (struct run_no_state){0};
}

// Defines name_update and name_run (a run_finite) of an indicator without memory: `name_value(a, b, c,
// d)`, a RUN_INLINE function, of the first, second, ... input, infinite results of which are
// undefined; those beyond input_count repeat the first.
#define INDICATOR_ROWS(name, input_count_)                                                         \
    static void name##_update(void *memory, const double *in, double *ret_outputs) {               \
        ret_outputs[0] = run_defined(name##_value(in[0], in[(input_count_) > 1 ? 1 : 0],           \
                                                  in[(input_count_) > 2 ? 2 : 0],                  \
                                                  in[(input_count_) > 3 ? 3 : 0]));                \
    }                                                                                              \
    SIMD_CLONES static size_t name##_run(void *memory, const double *const *inputs, size_t count,  \
                                         double *const *ret_outputs) {                             \
        const double *a = inputs[0], *b = inputs[(input_count_) > 1 ? 1 : 0];                      \
        const double *c = inputs[(input_count_) > 2 ? 2 : 0];                                      \
        const double *d = inputs[(input_count_) > 3 ? 3 : 0];                                      \
        double *restrict out = ret_outputs[0];                                                     \
        uint64_t bad = 0;                                                                          \
        for (size_t row = 0; row < count; row++) {                                                 \
            out[row] = run_defined(name##_value(a[row], b[row], c[row], d[row]));                  \
            bad |= run_bad(a[row]);                                                                \
            if ((input_count_) > 1) bad |= run_bad(b[row]);                                        \
            if ((input_count_) > 2) bad |= run_bad(c[row]);                                        \
            if ((input_count_) > 3) bad |= run_bad(d[row]);                                        \
        }                                                                                          \
        return bad == 0 ? count : 0;                                                               \
    }

#endif
