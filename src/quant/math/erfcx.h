// SPDX-License-Identifier: Apache-2.0
// The scaled complementary error function, erfcx(z) = exp(z^2) erfc(z), for z >= 0: what is left of a
// normal tail when its exponential is taken out. Relative error below 1e-15.
//
// (1 + 2 z) erfcx(z) is a Chebyshev series in (z - 3.75) / (z + 3.75): Shepherd and Laframboise,
// Mathematics of Computation 36(153), 1981; coefficients computed anew with 60 digits. No branch and
// no exponential, so that a loop over columns becomes vectors.
#ifndef FULMAR_QUANT_MATH_ERFCX_H
#define FULMAR_QUANT_MATH_ERFCX_H

// One step of Clenshaw's recurrence: a = c + 2 t b_k+1 - b_k+2, the two rows change places.
#define ERFCX_STEP(a, b, c) a = ((c) + tt * (b)) - a

static inline double erfcx_positive(double z) {
    double tt = 2 * ((z - 3.75) / (z + 3.75));
    double a = 0, b = 5.068148904796111e-17;
    ERFCX_STEP(a, b, 7.418235256624044e-17);
    ERFCX_STEP(b, a, -1.2507950530688648e-15);
    ERFCX_STEP(a, b, -1.864562880419313e-15);
    ERFCX_STEP(b, a, 3.3478119482868056e-14);
    ERFCX_STEP(a, b, 3.25254814814874e-14);
    ERFCX_STEP(b, a, -9.65469674843344e-13);
    ERFCX_STEP(a, b, 1.9455868545777347e-13);
    ERFCX_STEP(b, a, 2.86879501093067e-11);
    ERFCX_STEP(a, b, -6.318088340886684e-11);
    ERFCX_STEP(b, a, -7.754400208831351e-10);
    ERFCX_STEP(a, b, 4.521959811218287e-09);
    ERFCX_STEP(b, a, 1.076499946567091e-08);
    ERFCX_STEP(a, b, -2.1886401049234397e-07);
    ERFCX_STEP(b, a, 7.74038306619849e-07);
    ERFCX_STEP(a, b, 4.13902798607301e-06);
    ERFCX_STEP(b, a, -6.916973302501207e-05);
    ERFCX_STEP(a, b, 0.0004907758365258086);
    ERFCX_STEP(b, a, -0.002413163540417608);
    ERFCX_STEP(a, b, 0.009074997670705265);
    ERFCX_STEP(b, a, -0.026658668435305753);
    ERFCX_STEP(a, b, 0.05920993999819189);
    ERFCX_STEP(b, a, -0.08424913336651792);
    ERFCX_STEP(a, b, -0.004590054580646478);
    double sum = (1.1775789345674017 + tt / 2 * a) - b;
    return sum / (1 + 2 * z);
}

#undef ERFCX_STEP

#endif
