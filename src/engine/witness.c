// SPDX-License-Identifier: Apache-2.0
#include "engine/witness.h"

#include "base/check.h"
#include "engine/engine_state.h"

bool witness_get(const struct engine *engine, uint32_t strategy, uint32_t instrument,
                 struct witness *ret_witness) {
    uint32_t instruments = engine->config.instruments->count;
    CHECK(strategy < engine->config.strategy_count && instrument < instruments);
    uint32_t index = engine->slot_of[strategy * instruments + instrument];
    if (index == UINT32_MAX) return false;
    const struct slot *slot = &engine->slots[index];
    const struct slot_state *state = slot->state;
    *ret_witness = (struct witness){.view = &slot->instance->view,
                                    .target = &slot->instance->targets[slot->place],
                                    .place = slot->place,
                                    .decisions = slot->instance->state->decisions,
                                    .weight = state->weight,
                                    .stop = state->stop,
                                    .take = state->take,
                                    .halted = engine_slot_halted(engine, strategy, instrument),
                                    .denied = state->denied != 0,
                                    .closing = state->closing != 0,
                                    .shut = engine_gate_is_shut(slot),
                                    .out = engine_stop_is_out(slot)};
    return true;
}

void witness_trace(struct engine *engine, struct risk_trace *trace) {
    engine->gate.trace = trace;
}

const struct risk_config *witness_risk(const struct engine *engine) {
    return engine->gate.config;
}
