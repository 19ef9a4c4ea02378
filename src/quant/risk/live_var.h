// SPDX-License-Identifier: Apache-2.0
// Historical value at risk and expected shortfall of positions that change, over a window of rows that moves: kept up
// to date instead of computed anew, in a few microseconds for a hundred positions and a thousand rows.
//
// A row that arrives costs a product for each position; a weight that changes, a product for each row. Both leave the
// portfolio's rows known, and of those an answer looks at each once and sorts the worst few alone: it is type 7's and
// equals tail_risk_of(TAIL_HISTORICAL) of the same rows.
//
// Plain data of the caller's, as in quant/stream/window.h: the slots are doubles, zeroed.
#ifndef FULMAR_QUANT_RISK_LIVE_VAR_H
#define FULMAR_QUANT_RISK_LIVE_VAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "quant/risk/tail_risk.h"

struct live_var {
    uint32_t count;  // positions
    uint32_t window; // rows kept
    uint32_t rows;   // held, at most window
    uint32_t at;     // place of the next row
    uint32_t
        next; // changes of weights since the first row, modulo the rows: at every eighth as many rows are
              // summed anew
    uint32_t cut_set;
    double cut; // the last answer's worst rows were those at or below it
};
_Static_assert(sizeof(struct live_var) == 32, "part of states that are hashed as bytes");

// How many doubles it takes.
size_t live_var_slots(uint32_t count, uint32_t window);

// No rows and weights of 0. count > 0, 2 <= window (CHECK).
struct live_var live_var_make(uint32_t count, uint32_t window);

// A row of returns[count] arrives; the oldest leaves where the window is full. ERR_ARGUMENT: one is not finite; the
// story names the position, counted from 0, and nothing has changed.
int live_var_row(struct live_var *live, double *slots, const double *returns) MUST_USE;

// A position's weight, or amount, becomes another: 0 takes it out. What rounding leaves in a row's sum is gone after
// as many changes as there are rows. ERR_ARGUMENT: not finite.
int live_var_weigh(struct live_var *live, double *slots, uint32_t position, double weight) MUST_USE;
double live_var_weight(const struct live_var *live, const double *slots, uint32_t position);

// VaR and ES at a level in [0.5, 1); CHECKs that there are 2 rows. Quickest where the level is that of the last call.
struct tail_risk live_var_of(struct live_var *live, double *slots, double level);

// What they would be with another weight of one position: nothing but scratch changes. Less the answer of live_var_of
// it is the incremental value at risk of the change.
struct tail_risk live_var_if(const struct live_var *live, double *slots, uint32_t position,
                             double weight, double level);

// The same by the pair of Acerbi and Tasche (tail_risk_lower), whose ES does not leap where rows are equal but for
// their last bits.
struct tail_risk live_var_lower_if(const struct live_var *live, double *slots, uint32_t position,
                                   double weight, double level);

// A quicker question: whether VaR and ES of that pair are surely at most so much, by one look at each row and without
// sorting any. False says nothing. `near`: some loss, best one near the VaR, which says how close the answer to ES
// comes: for every c, ES <= c + sum of max(loss - c, 0) / (rows x (1 - level)) (Rockafellar and Uryasev, J. of Risk
// 2, 2000).
bool live_var_is_within(const struct live_var *live, double *slots, uint32_t position,
                        double weight, double level, double var_most);
bool live_var_es_is_within(const struct live_var *live, double *slots, uint32_t position,
                           double weight, double level, double near, double es_most);

#endif
