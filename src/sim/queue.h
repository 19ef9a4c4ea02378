// SPDX-License-Identifier: Apache-2.0
// How much waits ahead of an order at its level, as far as a book by price tells: what was there when it came, less
// what traded since, less the share of other decreases that the queue model puts ahead. In units of quantity.
//
// The arithmetic is that of the probability models of hftbacktest 0.9, term by term, so that its results can be
// reproduced; the risk averse model is Rigtorp's.
#ifndef FULMAR_SIM_QUEUE_H
#define FULMAR_SIM_QUEUE_H

#include <stdint.h>

#include "sim/model.h"

struct queue_place { // state
    double front;    // ahead of us; below 0: that much of us has had its turn
    double traded;   // at our level since it last changed: a decrease that is no surprise
};

// Behind everything that the level holds.
static inline void queue_join(struct queue_place *place, double level) {
    *place = (struct queue_place){.front = level};
}

// `qty` traded at our price.
static inline void queue_trade(struct queue_place *place, double qty) {
    place->front -= qty;
    place->traded += qty;
}

// The level went from `previous` to `now`.
void queue_change(const struct queue_model *model, const double *params, struct queue_place *place,
                  double previous, double now);

// How many whole lots of us have had their turn, and takes them: 0 while somebody is ahead.
int64_t queue_take(struct queue_place *place, double lot);

#endif
