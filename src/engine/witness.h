// SPDX-License-Identifier: Apache-2.0
// The witness: what a strategy saw and answered when it decided last, read between two events by who explains a run.
// It only reads what the engine keeps for itself; a run that nobody explains pays nothing for it, and a state hash is
// the same with and without.
#ifndef FULMAR_ENGINE_WITNESS_H
#define FULMAR_ENGINE_WITNESS_H

#include "engine/engine.h"
#include "risk/trace.h"

// Of one strategy on one instrument. The pointers are good until the engine's next call.
struct witness {
    const struct strategy_view *view;     // as decide() saw it last; arrays are by place
    const struct strategy_target *target; // what it answered on this instrument
    uint32_t place;                       // of the instrument in those arrays
    uint64_t decisions;                   // so far; 0: view and target say nothing yet
    double weight; // that is held now; NaN: none yet, or to be asked for again
    double stop;   // protection wanted now, in the instrument's own prices; NaN: none
    double take;
    bool halted;  // no order of it may raise risk now
    bool denied;  // a halt refused the order of `weight`
    bool closing; // a breaker closes the position
    bool shut;    // a gate refused its latest target
    bool out;     // a stop ended the side that it asks for
};

// False: the strategy does not trade the instrument. CHECKs the indices.
bool witness_get(const struct engine *engine, uint32_t strategy, uint32_t instrument,
                 struct witness *ret_witness);

// Lets the risk gate write down what each rule says, from now on; NULL: no longer. The trace outlives the engine or
// this is called again.
void witness_trace(struct engine *engine, struct risk_trace *trace);

// The limits in force: commands change them.
const struct risk_config *witness_risk(const struct engine *engine);

#endif
