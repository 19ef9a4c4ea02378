// SPDX-License-Identifier: Apache-2.0
// Directional movement. J. Welles Wilder, "New Concepts in Technical Trading Systems" (1978).
//
// Of two successive bars the one that reaches further counts: up = high - previous high, down =
// previous low - low; +DM is up where up > down and up > 0, else 0; -DM likewise.
//
// Wilder's running sums: the first timeperiod - 1 values are summed; from then on a sum loses a
// timeperiod-th of itself with each value.
#ifndef FULMAR_QUANT_INDICATOR_DIRECTIONAL_H
#define FULMAR_QUANT_INDICATOR_DIRECTIONAL_H

#include <stdint.h>
#include <string.h>

// +DM of (up, down); -DM of (down, up).
static inline double directional_movement(double up, double down) {
    uint64_t bits; // masked: which bar reaches further nobody foretells, a branch least of all
    memcpy(&bits, &up, sizeof bits);
    bits &= -(uint64_t)((up > down) & (up > 0));
    double movement;
    memcpy(&movement, &bits, sizeof movement);
    return movement;
}

// A running sum after its first timeperiod - 1 values; rate is 1 / timeperiod.
static inline double directional_sum(double sum, double x, double rate) {
    return (sum - sum * rate) + x;
}

#endif
