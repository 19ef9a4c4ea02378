// SPDX-License-Identifier: Apache-2.0
// What the latency models of fitted distributions share: their draws. Logarithms and exponentials are SLEEF's
// deterministic ones, so that a seed gives the same latencies on every machine.
#ifndef FULMAR_SIM_DRAW_H
#define FULMAR_SIM_DRAW_H

#include <stdint.h>

#include "base/prng.h"

// Seconds to nanoseconds, no more than a day: a draw far in the tail does not end a run.
int64_t draw_ns(double seconds);

double draw_uniform_open(struct prng *prng); // in (0, 1]
double
draw_normal(struct prng *prng); // Marsaglia's polar method (1964); draws in pairs, keeps none
double draw_exponential(struct prng *prng); // mean 1
// Scale 1, shape > 0: Marsaglia and Tsang (2000).
double draw_gamma(struct prng *prng, double shape);

#endif
