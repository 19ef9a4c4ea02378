// SPDX-License-Identifier: Apache-2.0
#include "quant/math/sample_many.h"

#include <math.h>
#include <string.h>

#include "base/simd.h"

#define ONE_BITS UINT64_C(0x3ff0000000000000)
#define SQRT_HALF_BITS UINT64_C(0x3fe6a09e667f3bcd)
#define MANTISSA UINT64_C(0x000fffffffffffff)
#define INTEGER_BITS UINT64_C(0x4330000000000000) // 2^52 as a double: its low bits count

static const double ln2 = 0.69314718055994530942;

SIMD_CLONES static void pairs(const uint64_t *restrict r, const uint64_t *restrict t, size_t count,
                              double *restrict ret_first, double *restrict ret_second);

void sample_normals(struct prng_lanes *lanes, size_t count, uint64_t *bits, double *ret_first,
                    double *ret_second) {
    prng_lanes_fill(lanes, 2 * count, bits);
    pairs(bits, bits + count, count, ret_first, ret_second);
}

static inline double as_double(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint64_t as_bits(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

// ln v = exponent ln 2 + 2 atanh s, s = (m - 1) / (m + 1), m in [sqrt(1/2), sqrt(2)). The polynomial is the minimax one
// of (atanh s / s - 1) / s^2 in s^2, error 1.3e-18.
static inline double log_of(double v) {
    uint64_t shifted = as_bits(v) + (ONE_BITS - SQRT_HALF_BITS);
    double exponent = as_double((shifted >> 52) | INTEGER_BITS) - (0x1p52 + 1023);
    double m = as_double((shifted & MANTISSA) + SQRT_HALF_BITS);
    double s = (m - 1) / (m + 1), z = s * s;
    double p = 0.0765702536713134 + z * 0.07397973913387518;
    p = 0.11111099286653496 + z * (0.09091782159651762 + z * p);
    p = 0.3333333333333367 + z * (0.1999999999970734 + z * (0.1428571437119328 + z * p));
    return exponent * ln2 + (2 * s + 2 * s * (z * p));
}

// sin(pi x / 2) and cos(pi x / 2) for |x| < 1/2, u = x^2: minimax polynomials, errors 5e-18 x and 5e-17.
static inline double sine(double x, double u) {
    double p = -3.5986433882446756e-06 + u * 5.633938483009824e-08;
    p = -0.004681754132342262 + u * (0.0001604411507521089 + u * p);
    return x * (1.5707963267948966 + u * (-0.6459640975062443 + u * (0.07969262624604308 + u * p)));
}

static inline double cosine(double u) {
    double p = -2.5200135645550167e-05 + u * 4.655301270811425e-07;
    p = -0.02086348073496047 + u * (0.0009192599501488973 + u * p);
    return 1 + u * (-1.2337005501361513 + u * (0.25366950789986553 + u * p));
}

// The middles of 2^52 equal parts of the unit interval; the lowest bits of t choose the quarter of the circle.
SIMD_CLONES static void pairs(const uint64_t *restrict r, const uint64_t *restrict t, size_t count,
                              double *restrict ret_first, double *restrict ret_second) {
    for (size_t i = 0; i < count; i++) {
        double v = as_double((r[i] >> 12) | ONE_BITS) - (1 - 0x1p-53);
        double radius = sqrt(-2 * log_of(v));
        double x = as_double((t[i] >> 12) | ONE_BITS) - 1.5 + 0x1p-53, u = x * x;
        uint64_t s = as_bits(sine(x, u)), c = as_bits(cosine(u)) ^ ((t[i] & 1) << 63);
        uint64_t swap = (s ^ c) & -((t[i] >> 1) & 1);
        ret_first[i] = radius * as_double(c ^ swap);
        ret_second[i] = radius * as_double(s ^ swap);
    }
}
