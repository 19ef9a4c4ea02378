// SPDX-License-Identifier: Apache-2.0
// Stoikov's micro-price: what a book's imbalance says of where the mid will be in the end (The micro-price: a high-
// frequency estimator of future prices, Quantitative Finance 18, 2018), with the bucket of the best quote's
// imbalance as the state.
//
// Transitions from state x to y are counted apart by whether the mid stayed (Q) or moved (T, by a jump whose sums
// are R). The data are made symmetrical: each transition is also counted as (K-1-x, K-1-y) with the negative jump.
// With Q, T and R as probabilities and expected jumps of a row,
//     G1 = (I - Q)^-1 R    expected move until the mid has moved once
//     B  = (I - Q)^-1 T    the state after that move
//     G* = sum over i >= 0 of B^i G1    and the micro-price is mid + G*(state)
// G1 is antisymmetric and B keeps antisymmetry, in which subspace (I - B) has an inverse, so the sum is solved for
// exactly.
#ifndef FULMAR_QUANT_MICRO_MICROPRICE_H
#define FULMAR_QUANT_MICRO_MICROPRICE_H

#include <stdint.h>

#include "base/err.h"

enum { MICROPRICE_STATES_MAX = 20 };

// Cells are [x * MICROPRICE_STATES_MAX + y].
struct microprice_counts {
    uint64_t states;                                                // K
    uint64_t stayed[MICROPRICE_STATES_MAX * MICROPRICE_STATES_MAX]; // Q
    uint64_t moved[MICROPRICE_STATES_MAX * MICROPRICE_STATES_MAX];  // T
    int64_t jumps[MICROPRICE_STATES_MAX]; // sums of the jumps out of x, in any unit
    uint64_t total;
};

struct microprice_fit {
    double first[MICROPRICE_STATES_MAX];                         // G1, in the jumps' unit
    double adjustment[MICROPRICE_STATES_MAX];                    // G*
    double after[MICROPRICE_STATES_MAX * MICROPRICE_STATES_MAX]; // B, [x * states + y]
};

// The state of an imbalance in [0, 1]: floor(imbalance x states), the last for 1.
uint32_t microprice_state(double imbalance, uint32_t states);

// One transition; jump 0: the mid stayed.
void microprice_count(struct microprice_counts *counts, uint32_t from, uint32_t to, int64_t jump);

// What the feature micro_microprice has counted so far, in its state; jumps are in ticks over two.
const struct microprice_counts *microprice_counts_of(const void *feature_state);

// ERR_UNSUPPORTED: from some state that was seen the mid never moves. A state that was never seen has no adjustment
// (0).
int microprice_fit(const struct microprice_counts *counts, struct microprice_fit *ret_fit) MUST_USE;

#endif
