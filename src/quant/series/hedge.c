// SPDX-License-Identifier: Apache-2.0
#include "quant/series/hedge.h"

#include <math.h>

struct hedge hedge_make(double drift, double noise, double prior) {
    return (struct hedge){.p = {prior, 0, prior}, .drift = drift, .noise = noise};
}

struct hedge_row hedge_update(struct hedge *hedge, double y, double x) {
    double a = hedge->p[0] + hedge->drift, b = hedge->p[1], c = hedge->p[2] + hedge->drift;
    double with_alpha = a + b * x, with_beta = b + c * x;
    double variance = with_alpha + x * with_beta + hedge->noise;
    double error = y - (hedge->alpha + hedge->beta * x);
    if (!isfinite(variance) || !isfinite(error)) return (struct hedge_row){NAN, NAN};
    double g = with_alpha / variance, h = with_beta / variance; // the gain
    hedge->alpha += g * error;
    hedge->beta += h * error;
    // (I - K (1 x)) P (I - K (1 x))' + noise K K'
    double m00 = 1 - g, m01 = -g * x, m10 = -h, m11 = 1 - h * x;
    double r00 = m00 * a + m01 * b, r01 = m00 * b + m01 * c;
    double r10 = m10 * a + m11 * b, r11 = m10 * b + m11 * c;
    hedge->p[0] = r00 * m00 + r01 * m01 + hedge->noise * g * g;
    hedge->p[1] = r00 * m10 + r01 * m11 + hedge->noise * g * h;
    hedge->p[2] = r10 * m10 + r11 * m11 + hedge->noise * h * h;
    return (struct hedge_row){.error = error, .deviation = sqrt(variance)};
}

int hedge_smooth(const double *y, const double *x, size_t rows, struct hedge start,
                 struct arena *arena, double *ret_alpha, double *ret_beta) {
    struct hedge *after = ARENA_NEW(arena, struct hedge, rows);
    if (after == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < rows; i++) {
        hedge_update(&start, y[i], x[i]);
        after[i] = start;
        ret_alpha[i] = start.alpha;
        ret_beta[i] = start.beta;
    }
    for (size_t i = rows; i-- > 1;) {
        // C = P inverse(P + drift I): P is what row i - 1 knew, P + drift what it foresaw.
        const struct hedge *h = &after[i - 1];
        double a = h->p[0], b = h->p[1], c = h->p[2], d = h->drift;
        double determinant = (a + d) * (c + d) - b * b;
        double c00 = (a * (c + d) - b * b) / determinant, c01 = b * d / determinant;
        double c11 = (c * (a + d) - b * b) / determinant;
        double gap_alpha = ret_alpha[i] - h->alpha, gap_beta = ret_beta[i] - h->beta;
        ret_alpha[i - 1] = h->alpha + c00 * gap_alpha + c01 * gap_beta;
        ret_beta[i - 1] = h->beta + c01 * gap_alpha + c11 * gap_beta;
    }
    return 0;
}
