// SPDX-License-Identifier: Apache-2.0
// Gates in front of a strategy's entries: between its decision and the sizing.
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "engine/engine_state.h"

struct slot_gates { // wiring
    struct gate_state *state;
    const double *sources[ENTRY_GATES_MAX][ENTRY_GATE_INPUTS_MAX];
};

static int add_inputs(struct engine *engine, const struct engine_strategy_config *config,
                      const struct slot *slot, uint32_t index);

uint32_t engine_gate_nodes(const struct engine_config *config) {
    uint32_t count = 0;
    for (uint32_t s = 0; s < config->strategy_count; s++) {
        const struct engine_strategy_config *strategy = &config->strategies[s];
        for (uint32_t g = 0; g < strategy->gate_count; g++)
            count += strategy->instrument_count *
                     (uint32_t)entry_gate_at(strategy->gates[g].gate)->input_count;
    }
    return count;
}

int engine_gate_check(const struct engine_config *config) {
    for (uint32_t s = 0; s < config->strategy_count; s++) {
        const struct engine_strategy_config *strategy = &config->strategies[s];
        CHECK(strategy->gate_count <= ENTRY_GATES_MAX);
        if (strategy->gate_count > 0 && strategy->strategy->scope == SCOPE_BOOK)
            return ERR_SET(ERR_UNSUPPORTED,
                           "gates judge bars; strategy %s decides on a recorded feed",
                           strategy->strategy->name);
        for (uint32_t g = 0; g < strategy->gate_count; g++)
            TRY(entry_gate_check(&strategy->gates[g]));
    }
    return 0;
}

int engine_gate_init(struct engine *engine, struct arena *wiring) {
    for (uint32_t i = 0; i < engine->slot_count; i++) {
        struct slot *slot = &engine->slots[i];
        const struct engine_strategy_config *config = slot->instance->config;
        if (config->gate_count == 0) continue;
        slot->gates = ARENA_NEW(wiring, struct slot_gates, 1);
        if (slot->gates == NULL) return engine_full("gates");
        slot->gates->state = ARENA_NEW(engine->state_arena, struct gate_state, 1);
        if (slot->gates->state == NULL) return engine_full("gates");
        for (uint32_t g = 0; g < config->gate_count; g++) TRY(add_inputs(engine, config, slot, g));
    }
    return 0;
}

// The gate's parameters and what every gate may name besides.
static int add_inputs(struct engine *engine, const struct engine_strategy_config *config,
                      const struct slot *slot, uint32_t index) {
    const struct entry_gate_choice *choice = &config->gates[index];
    const struct entry_gate *gate = entry_gate_at(choice->gate);
    struct param table[PARAMS_MAX + 2];
    double values[PARAMS_MAX + 2];
    size_t count = gate->param_count;
    memcpy(table, gate->params, count * sizeof *table);
    memcpy(values, choice->params, count * sizeof *values);
    table[count] = (struct param){.name = "frame", .type = PARAM_REAL, .min = 1, .max = 1e9};
    values[count++] = config->frame_s;
    table[count] = (struct param){.name = "periods", .type = PARAM_REAL, .min = 1, .max = 1e9};
    values[count++] = engine->config.periods_per_year;
    for (size_t k = 0; k < gate->input_count; k++) {
        int value = signal_add(engine->signals, slot->instrument, config->frame_s, gate->inputs[k],
                               table, count, values);
        if (value < 0) return ERR_APPEND(value, "in gate %s", gate->name);
        slot->gates->sources[index][k] = signal_place(engine->signals, value);
    }
    return 0;
}

// Whether a target holds more than is held, or another side of it.
static bool enters(const struct slot *slot, const struct strategy_target *target) {
    const struct slot_state *state = slot->state;
    if (target->weight == 0) return false;
    bool held =
        !isnan(state->weight) && state->weight != 0 && (state->weight > 0) == (target->weight > 0);
    return !held || fabs(target->weight) > fabs(state->weight);
}

// The first gate that is shut; -1: all are open.
static int first_shut(const struct engine *engine, const struct slot *slot, double side,
                      struct entry_verdict *ret_verdict) {
    const struct engine_strategy_config *config = slot->instance->config;
    for (uint32_t g = 0; g < config->gate_count; g++) {
        const struct entry_gate *gate = entry_gate_at(config->gates[g].gate);
        double inputs[ENTRY_GATE_INPUTS_MAX];
        for (size_t k = 0; k < gate->input_count; k++) inputs[k] = *slot->gates->sources[g][k];
        struct entry_view view = {.inputs = inputs, .now_ns = engine->cause->ts_ns, .side = side};
        if (!gate->opens(&view, config->gates[g].params, ret_verdict)) return (int)g;
    }
    return -1;
}

bool engine_gates_open(struct engine *engine, const struct slot *slot,
                       const struct strategy_target *target) {
    struct gate_state *state = slot->gates->state;
    struct entry_verdict verdict = {NAN, NAN};
    int shut = -1;
    if (enters(slot, target))
        shut = first_shut(engine, slot, target->weight > 0 ? 1 : -1, &verdict);
    uint64_t was = state->shut;
    double weight = state->weight;
    state->shut = (uint64_t)(shut + 1);
    state->weight = shut < 0 ? 0 : target->weight;
    if (shut < 0) return true;
    state->count++;
    if (state->shut == was && weight == target->weight) return false; // told already
    uint32_t gate = slot->instance->config->gates[shut].gate;
    struct order_spec spec = {.instrument = slot->instrument,
                              .strategy = slot->strategy,
                              .side = target->weight < 0 ? -1 : 1,
                              .purpose = PURPOSE_TARGET};
    engine_veto_of(engine, &spec, VETO_GATE + gate,
                   &(struct risk_result){.limit = verdict.limit, .value = verdict.value});
    return false;
}

bool engine_gate_is_shut(const struct slot *slot) {
    return slot->gates != NULL && slot->gates->state->shut != 0;
}

uint64_t engine_gate_fingerprint(const struct engine_strategy_config *config, uint64_t hash) {
    for (uint32_t g = 0; g < config->gate_count; g++) {
        const struct entry_gate *gate = entry_gate_at(config->gates[g].gate);
        hash = hash64(hash, gate->name, strlen(gate->name));
        hash = hash64(hash, config->gates[g].params, sizeof(double) * gate->param_count);
    }
    return hash;
}
