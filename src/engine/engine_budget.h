// SPDX-License-Identifier: Apache-2.0
// The account's capital among its strategies, where an allocation moves it (strategy/allocation.h). For the files of
// engine/ alone.
//
// At the first event of a UTC day that has any the return of each strategy on its own equity since the one before is
// noted, what was moved aside. Every so many of those days the method is asked; what it moves changes budgets by whole
// units of money that add up to nothing with the reserve, which no strategy has, and is told by EVENT_BUDGET. Profits
// are untouched: a strategy's equity less its budget is what it earned, before and after.
//
// Who is stopped, drained or quarantined keeps what it has. Capital that the configuration gives to nobody stays out,
// and capital that comes later is shared as the latest move left things. On recorded feeds, whose records have no
// outputs, a look waits for the next clock.
//
// State is there only where an allocation is.
#ifndef FULMAR_ENGINE_ENGINE_BUDGET_H
#define FULMAR_ENGINE_ENGINE_BUDGET_H

#include "base/check.h"
#include "engine/engine_state.h"

struct budget_core {   // state
    money_t reserve;   // capital that no strategy has
    uint64_t begun;    // equities of a day's end are known
    uint64_t due;      // a day began, and nobody looked yet
    uint64_t days;     // of returns that are kept, at most `window`
    uint64_t since;    // days since the last look
    uint64_t moves;    // looks that moved something
    uint64_t reserved; // 0
};
_Static_assert(sizeof(struct budget_core) == 64, "no padding");

struct budget_row {     // state: a strategy
    money_t equity;     // at the end of the last day, with what was moved since
    uint64_t share_ppm; // of capital to come
    uint64_t reserved;  // 0
};
_Static_assert(sizeof(struct budget_row) == 32, "no padding");

struct engine_budgets { // wiring
    const struct allocation *method;
    struct budget_core *core;
    struct budget_row *rows; // [strategy]
    double *returns;         // state, [strategy][window], oldest first
    double *market;          // state, [window]
    int64_t *prices;         // state, [instrument]: at the end of the last day, 0: none
    uint32_t window;
    struct arena scratch;
    uint32_t *members; // scratch, [strategy], as those that follow
    double *weights;
    double *shares;
    const double **columns;
    money_t *equities;
};

int engine_budget_init(struct engine *engine, struct arena *wiring, struct arena *state) MUST_USE;
size_t engine_budget_outputs(const struct engine *engine); // bytes at most
uint64_t engine_budget_fingerprint(const struct engine_config *config, uint64_t hash);
// A deposit or a withdrawal has been added to the budgets: `part` to a strategy's, and what was left to nobody's.
void engine_budget_capital(struct engine *engine, uint32_t strategy, money_t part);
void engine_budget_reserve(struct engine *engine, money_t left);
uint32_t engine_budget_share(const struct engine *engine,
                             uint32_t strategy);                      // ppm of capital to come
void engine_budget_split(struct engine *engine, uint32_t instrument); // its price is another one
__attribute__((noinline)) void engine_budget_day(struct engine *engine);

// A day began: what is due is done with the next event that may have outputs.
static inline void engine_budget_look(struct engine *engine) {
    if (UNLIKELY(engine->budgets != NULL) && engine->budgets->core->due) engine_budget_day(engine);
}

#endif
