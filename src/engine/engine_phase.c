// SPDX-License-Identifier: Apache-2.0
// Strategies whose parameters change at given instants: inputs of every phase are kept from the start, so that a phase
// begins with what its indicators know of the past.
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "engine/engine_state.h"

struct instance_phases { // wiring
    struct phase_state *state;
    const double **sources; // [phase][slot][input]
    size_t inputs;          // of one phase
    size_t memory;          // bytes of the strategy's own state
    bool entered;           // with the decision that is being made
};

static int check_phases(const struct engine_strategy_config *config) {
    const struct strategy *strategy = config->strategy;
    for (uint32_t p = 0; p < config->phase_count; p++) {
        if (p > 0 && config->phases[p].from_ns <= config->phases[p - 1].from_ns)
            return ERR_SET(ERR_ARGUMENT,
                           "phase %u of strategy %s does not begin after the one before", p,
                           strategy->name);
        if (strategy->check != NULL && strategy->check(config->phases[p].params) < 0)
            return ERR_APPEND(ERR_ARGUMENT, "in phase %u of strategy %s", p, strategy->name);
    }
    return 0;
}

int engine_phase_check(const struct engine_config *config) {
    for (uint32_t s = 0; s < config->strategy_count; s++) TRY(check_phases(&config->strategies[s]));
    return 0;
}

uint32_t engine_phase_nodes(const struct engine_config *config) {
    uint32_t count = 0;
    for (uint32_t s = 0; s < config->strategy_count; s++) {
        const struct engine_strategy_config *strategy = &config->strategies[s];
        count += strategy->phase_count * strategy->instrument_count *
                 (uint32_t)strategy->strategy->input_count;
    }
    return count;
}

static int add_sources(struct engine *engine, struct instance *instance, uint32_t phase) {
    const struct engine_strategy_config *config = instance->config;
    const double **source = instance->phases->sources + phase * instance->phases->inputs;
    for (uint32_t i = 0; i < instance->slot_count; i++)
        for (size_t k = 0; k < config->strategy->input_count; k++)
            TRY(engine_input(engine, config, config->phases[phase].params,
                             instance->slots[i].instrument, k, source++));
    return 0;
}

static int make_phases(struct engine *engine, struct arena *wiring, struct instance *instance) {
    const struct engine_strategy_config *config = instance->config;
    const struct strategy *strategy = config->strategy;
    size_t inputs = strategy->input_count * instance->slot_count;
    instance->phases = ARENA_NEW(wiring, struct instance_phases, 1);
    if (instance->phases == NULL) return engine_full("phases");
    *instance->phases = (struct instance_phases){
        .state = ARENA_NEW(engine->state_arena, struct phase_state, 1),
        .sources = ARENA_NEW(wiring, const double *, config->phase_count *inputs + 1),
        .inputs = inputs,
        .memory = strategy->state_size + strategy->state_size_per_instrument * instance->slot_count,
    };
    if (instance->phases->state == NULL || instance->phases->sources == NULL)
        return engine_full("phases");
    for (uint32_t p = 0; p < config->phase_count; p++) TRY(add_sources(engine, instance, p));
    return 0;
}

int engine_phase_init(struct engine *engine, struct arena *wiring) {
    for (uint32_t i = 0; i < engine->instance_count; i++) {
        struct instance *instance = &engine->instances[i];
        if (instance->config->phase_count > 0) TRY(make_phases(engine, wiring, instance));
    }
    return 0;
}

uint64_t engine_phase_fingerprint(const struct engine_strategy_config *config, uint64_t hash) {
    for (uint32_t p = 0; p < config->phase_count; p++) {
        hash = hash64(hash, &config->phases[p].from_ns, sizeof config->phases[p].from_ns);
        hash =
            hash64(hash, config->phases[p].params, sizeof(double) * config->strategy->param_count);
    }
    return hash;
}

static void enter(struct engine *engine, struct instance *instance, uint64_t phase) {
    struct instance_phases *phases = instance->phases;
    const struct engine_strategy_config *config = instance->config;
    const struct engine_phase *now = &config->phases[phase - 1];
    uint64_t before = phases->state->phase;
    phases->state->phase = phase;
    if (before > 0 && memcmp(config->phases[before - 1].params, now->params,
                             sizeof(double) * config->strategy->param_count) == 0)
        return;
    memcpy(engine->params + (size_t)instance->strategy * PARAMS_MAX, now->params,
           sizeof now->params);
    memset(instance->strategy_state, 0, phases->memory);
    instance->out.cancel_orders = before > 0;
    phases->entered = true;
}

bool engine_phase_look(struct engine *engine, struct instance *instance) {
    struct instance_phases *phases = instance->phases;
    const struct engine_strategy_config *config = instance->config;
    uint64_t phase = phases->state->phase;
    while (phase < config->phase_count && config->phases[phase].from_ns <= engine->cause->ts_ns)
        phase++;
    if (phase == 0) return false;
    phases->entered = false;
    if (phase != phases->state->phase) enter(engine, instance, phase);
    instance->sources = phases->sources + (phase - 1) * phases->inputs;
    return true;
}

void engine_phase_take_over(struct instance *instance) {
    if (!instance->phases->entered) return;
    for (uint32_t i = 0; i < instance->slot_count; i++) {
        struct strategy_target *target = &instance->targets[i];
        bool asked = instance->slots[i].state->weight == instance->slots[i].state->weight; // no NaN
        if (target->kind == TARGET_KEEP && asked) target->kind = TARGET_SET;
    }
}
