// SPDX-License-Identifier: Apache-2.0
#include "sim/draw.h"

#include <math.h>
#include <sleef.h>
#include <stdbool.h>

int64_t draw_ns(double seconds) {
    if (!(seconds > 0)) return 0;
    return (int64_t)((seconds < 86400 ? seconds : 86400) * 1e9 + 0.5);
}

double draw_uniform_open(struct prng *prng) {
    return 1 - prng_double(prng);
}

double draw_normal(struct prng *prng) {
    double u, square;
    do {
        u = 2 * prng_double(prng) - 1;
        double v = 2 * prng_double(prng) - 1;
        square = u * u + v * v;
    } while (square >= 1 || square == 0);
    return u * sqrt(-2 * Sleef_cinz_logd1_u10purec(square) / square);
}

double draw_exponential(struct prng *prng) {
    return -Sleef_cinz_logd1_u10purec(draw_uniform_open(prng));
}

double draw_gamma(struct prng *prng, double shape) {
    if (shape < 1) // of a larger shape, times a power of a uniform
        return draw_gamma(prng, shape + 1) *
               Sleef_cinz_powd1_u10purec(draw_uniform_open(prng), 1 / shape);
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    while (true) {
        double z = draw_normal(prng), v = 1 + c * z;
        if (v <= 0) continue;
        v = v * v * v;
        double u = draw_uniform_open(prng);
        if (Sleef_cinz_logd1_u10purec(u) < z * z / 2 + d - d * v + d * Sleef_cinz_logd1_u10purec(v))
            return d * v;
    }
}
