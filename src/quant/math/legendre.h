// SPDX-License-Identifier: Apache-2.0
// Gauss-Legendre quadrature on [-1, 1]: the integral of f is the sum of w[i] f(x[i]), exact for polynomials up
// to degree 95. Nodes ascend; computed with 40 digits.
#ifndef FULMAR_QUANT_MATH_LEGENDRE_H
#define FULMAR_QUANT_MATH_LEGENDRE_H

enum { LEGENDRE_NODES = 48 };

extern const double legendre_x[LEGENDRE_NODES];
extern const double legendre_w[LEGENDRE_NODES];

#endif
