// SPDX-License-Identifier: Apache-2.0
// Transaction cost analysis: what each parent order cost against the decision, to the last unit.
//
// Source: Andre Perold, "The Implementation Shortfall: Paper versus Reality" (1988): the paper portfolio trades all
// of it at the decision price D at once. With side s, ordered Q, fills (p, q) with F = sum q, arrival price A (known
// when the first child was heard to be at the venue), R the price when the child of a fill was sent (the middle, else
// the last), T the far side's best price then, and the price at the end E:
//   delay        s F (A - D)
//   timing       s sum q (R - A)        the market's way between arrival and children
//   spread       s sum q (T - R)        0 where no quote was known: it is in the impact then
//   impact       s sum q (p - T)
//   opportunity  s (Q - F) (E - D)
//   fees
//   shortfall    s (sum p q - F D) + s (Q - F) (E - D) + fees, which is their sum, exactly: all are integers.
// Positive is a cost. Amounts are in the instrument's currency; an inverse contract has none.
//
// Filled by a fold (report/fold.h) that shows them: executions_open .. executions_close with its view and steps.
#ifndef FULMAR_REPORT_EXECUTIONS_H
#define FULMAR_REPORT_EXECUTIONS_H

#include "report/fold.h"

enum execution_part {
    EXECUTION_DELAY,
    EXECUTION_TIMING,
    EXECUTION_SPREAD,
    EXECUTION_IMPACT,
    EXECUTION_OPPORTUNITY,
    EXECUTION_FEES,
    EXECUTION_SHORTFALL // the sum of the six before
};

struct execution {
    uint64_t parent;
    uint32_t strategy;
    uint32_t instrument;
    uint32_t algo;
    uint32_t reason;
    int32_t side;
    uint32_t children;
    int64_t start_ns;
    int64_t last_ns; // its end or its latest report
    int64_t ordered;
    int64_t filled;
    int64_t decision;
    int64_t arrival; // 0: not yet
    int64_t end;
    int128_t traded;  // sum of p q
    int128_t sent_at; // sum of R q
    int128_t touched; // sum of T q
    int128_t fees;    // at the decimals of the instrument's currency
    int64_t send_ns;  // of the first child, less the decision
    int64_t accept_sum;
    int64_t accepts;
    int64_t fill_sum;
    int64_t fills;
    int64_t rest_sum; // of fills of children that we knew to be accepted: since then
    int64_t rests;
    double vwap; // in mantissas; 0: not known
    double twap;
};

struct executions {
    const struct fold_view *view;
    struct execution *items;
    size_t count;
    size_t capacity;
    struct execution_child *children; // [order handle]
    uint64_t left_out;
};

struct executions *executions_open(const struct fold_view *view); // NULL: no memory
void executions_close(struct executions *self);                   // NULL is fine
int executions_put(struct executions *self, const struct fold_view *view,
                   const struct fold_step *step) MUST_USE;
void executions_end(struct executions *self, const struct fold_view *view);

// From executions_end on. Amounts have executions_decimals of their row: those of price x quantity or those of money,
// whichever are more.
const struct instrument *executions_instrument(const struct executions *self,
                                               const struct execution *execution);
int32_t executions_decimals(const struct executions *self, const struct execution *execution);
int128_t executions_part(const struct executions *self, const struct execution *execution,
                         enum execution_part part);
// What was ordered, at the decision's price.
int128_t executions_ordered(const struct executions *self, const struct execution *execution);

#endif
