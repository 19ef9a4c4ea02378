// SPDX-License-Identifier: Apache-2.0
// Parent orders in the engine: what a strategy with an execution wants to trade is worked by an algorithm
// (order/algo.h) instead of going out as one market order. For the files of engine/ alone.
//
// A slot has one parent at a time, for its target. Another target that asks for another quantity ends it and starts
// one of its own; one that asks for what is being worked leaves it alone. Its children are orders of purpose TARGET.
//
// The clock. On bars an algorithm is asked at the decision and at the close of each bar of its instrument, after the
// strategies; on recorded feeds at the decision and at each step (EVENT_CLOCK). A child fills at the earliest with the
// next event, as every order does.
//
// What ends a parent early: a stop, a take-profit, a breaker's or the venue's order that fills; a halt that refuses
// what it would send (what is left is then asked for again when the halt ends, as with every denied target); a split;
// ALGO_REFUSALS_MAX children in a row that the rules or the venue refused. Its children are then canceled.
//
// State is there only where some strategy has an execution.
#ifndef FULMAR_ENGINE_ENGINE_ALGO_H
#define FULMAR_ENGINE_ENGINE_ALGO_H

#include "base/check.h"
#include "engine/engine_state.h"
#include "order/algo.h"
#include "order/volume_profile.h"

enum { ALGO_REFUSALS_MAX = 8 };

struct algo_parent {       // state
    int128_t market_value; // as algo_event has it: twelfths
    int128_t price_sum;
    uint64_t price_count;
    uint64_t id; // 0: none is worked
    int64_t start_ns;
    int64_t end_ns;
    int64_t qty;
    int64_t filled;
    int64_t arrival;
    int64_t market_qty;
    uint64_t stepped_seq; // of the input at which it was asked last
    uint64_t steps;
    uint64_t reserved;
    int32_t side;
    uint32_t refusals;                    // children in a row
    uint64_t children[ALGO_CHILDREN_MAX]; // ids of the live ones, 0: none
    uint32_t curve[ALGO_SLICES_MAX];
};
_Static_assert(sizeof(struct algo_parent) == 128 + 8 * ALGO_CHILDREN_MAX + 4 * ALGO_SLICES_MAX,
               "no padding");

struct algo_core {  // state
    uint64_t live;  // parents that are worked
    uint64_t count; // that ever were
};

// What does not change of a strategy's execution.
struct engine_execution { // wiring
    const struct algo *algo;
    uint32_t slices;
    uint32_t reserved;
    int64_t params[PARAMS_MAX]; // as algo_view has them
    uint32_t *curve;            // [slices] where it is the same for every parent, else NULL
};

struct engine_algos { // wiring
    struct algo_core *core;
    struct engine_execution *executions; // [strategy]
    struct volume_profile *profiles;     // state, [instrument]; NULL: no execution follows them
};

// Makes room for executions and for the parents of slots, where there are any.
int engine_algo_init(struct engine *engine, struct arena *wiring, struct arena *state) MUST_USE;
// The most that algorithms write for one input.
size_t engine_algo_outputs(const struct engine *engine);
uint64_t engine_algo_fingerprint(const struct engine_strategy_config *config, uint64_t hash);

// Signed: what the slot's parent has still to send.
int64_t engine_algo_unsent(const struct engine *engine, const struct slot *slot);
// The slot's target position is `qty`: ends what is worked for another one, and works the way there.
void engine_algo_target(struct engine *engine, struct slot *slot, int64_t qty);
// Whether an order is a child of the slot's live parent.
bool engine_algo_owns(const struct slot *slot, uint64_t order_id);
// After a report was applied to an order of the slot.
void engine_algo_report(struct engine *engine, struct slot *slot, const struct order *order,
                        const struct order_event *event, const struct order_change *change);
void engine_algo_end(struct engine *engine, struct slot *slot, enum algo_reason reason);

// Steps: after a bar of an instrument, and at a clock for those on feeds.
void engine_algo_bar(struct engine *engine, uint32_t instrument, const struct bar *bar);
void engine_algo_clock(struct engine *engine);
void engine_algo_trade(struct engine *engine, uint32_t instrument, int64_t ts_ns, int64_t price,
                       int64_t qty);

// Whether bars and trades matter: something is worked, or volume is learnt.
static inline bool engine_algo_live(const struct engine *engine) {
    return engine->algos != NULL &&
           (engine->algos->core->live > 0 || engine->algos->profiles != NULL);
}

#endif
