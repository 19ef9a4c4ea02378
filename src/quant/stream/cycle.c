// SPDX-License-Identifier: Apache-2.0
#include "quant/stream/cycle.h"

#include "quant/stream/cycle_roots.h"

// Four values side by side: sums are taken in four lanes on every processor, so that they have the same bits.
typedef double lanes __attribute__((vector_size(32), aligned(8), may_alias));
enum { LANES = 4 };

// As many ones as of `count` values are in the last group of four, then zeros.
static const double *mask_of(uint32_t count) {
    static const double ones[2 * LANES] = {1, 1, 1, 1, 0, 0, 0, 0};
    return ones + (LANES - 1 - (count - 1) % LANES);
}

double cycle_mean(const double *newest, uint32_t count) {
    if (count == 0) return 0;
    uint32_t last = (count - 1) / LANES * LANES;
    lanes sum = *(const lanes *)(newest + last) * *(const lanes *)mask_of(count);
    for (uint32_t i = 0; i < last; i += LANES) sum += *(const lanes *)(newest + i);
    return (sum[0] + sum[2] + (sum[1] + sum[3])) / (double)count;
}

// The sums of sin(2 pi k / count) x[k] and cos(2 pi k / count) x[k], each from the first term on, as TA-Lib takes them:
// where prices stand still both are 0 but for their roundings, and the phase is the angle of these.
static struct cycle_root fourier(const double *x, uint32_t count) {
    const struct cycle_root *roots = cycle_roots + (size_t)count * (count - 1) / 2;
    struct cycle_root sum = {0};
    for (uint32_t k = 0; k < count; k++) {
        sum.sine += roots[k].sine * x[k];
        sum.cosine += roots[k].cosine * x[k];
    }
    return sum;
}

double cycle_phase(const double *newest, uint32_t count, double smooth_period, double last) {
    struct cycle_root sum = count > 0 ? fourier(newest, count) : (struct cycle_root){0};
    double phase = last + (sum.sine > 0 ? 90 : sum.sine < 0 ? -90 : 0);
    if (LIKELY(sum.cosine != 0)) phase = mathfn_atan_fast(sum.sine / sum.cosine) * CYCLE_DEGREES;
    phase += 90 + 360 / smooth_period;
    if (sum.cosine < 0) phase += 180;
    return phase > 315 ? phase - 360 : phase;
}
