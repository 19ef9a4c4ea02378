// SPDX-License-Identifier: Apache-2.0
// Prices at which a market has turned, in order, and the clusters that they form: support below a price, resistance
// above it.
//
// A cluster begins at the lowest level that is in none yet and takes the levels above it as long as they are within
// `width` of that lowest one (complete linkage from below: no cluster is wider than `width`). Its price is the mean of
// its levels by their weights, its strength the sum of the weights.
#ifndef FULMAR_QUANT_INDICATOR_LEVELS_H
#define FULMAR_QUANT_INDICATOR_LEVELS_H

#include <stdint.h>

enum { LEVELS_MAX = 128 };

struct level {
    double price;
    double weight; // > 0
};

struct cluster {
    double price;
    double strength;
    uint64_t touches; // levels in it
};

// Plain bytes, part of states that are hashed.
struct levels {
    uint64_t count;
    uint64_t cluster_count;
    double width;                        // that the clusters were made with
    uint64_t stale;                      // 1: levels changed since
    struct level items[LEVELS_MAX];      // by price, equal ones by weight
    struct cluster clusters[LEVELS_MAX]; // by price
};

// What is around a price; NaN where there is none.
struct level_pair {
    double support, support_strength;
    double resistance, resistance_strength;
};

void levels_add(struct levels *levels, double price, double weight);    // CHECKs the room
void levels_remove(struct levels *levels, double price, double weight); // CHECKs that it is there

// The nearest clusters of at least `touches` levels at or below a price, and above it. width >= 0.
struct level_pair levels_around(struct levels *levels, double price, double width,
                                uint64_t touches);

#endif
