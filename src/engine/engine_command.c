// SPDX-License-Identifier: Apache-2.0
// Strategies among others: what operators say of one of them, and its quarantine. The engine goes on whatever one
// strategy does.
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "engine/engine_state.h"

static const double *limits_of(const struct engine *engine, uint32_t strategy) {
    return engine->config.strategies[strategy].conduct;
}

static struct strategy_event *tell(struct engine *engine, uint32_t strategy, uint32_t cause,
                                   double limit, double value) {
    struct strategy_event *event =
        engine_emit(engine, EVENT_STRATEGY, sizeof(struct strategy_event), INSTRUMENT_NONE);
    event->strategy = strategy;
    event->mode = (uint32_t)engine->strategies[strategy].mode;
    event->cause = cause;
    event->limit = limit;
    event->value = value;
    return event;
}

// A strategy that runs is asked without more ado, unless there is something to count.
static void guard(struct engine *engine, struct instance *instance) {
    const double *limits = limits_of(engine, instance->strategy);
    instance->guarded = engine->strategies[instance->strategy].mode != STRATEGY_RUNNING ||
                        limits[CONDUCT_LOSS] > 0 || limits[CONDUCT_DECISIONS] > 0 ||
                        instance->phases != NULL;
}

void engine_guard_instances(struct engine *engine) {
    for (uint32_t i = 0; i < engine->instance_count; i++) guard(engine, &engine->instances[i]);
}

static void set_mode(struct engine *engine, uint32_t strategy, enum strategy_mode mode,
                     enum strategy_cause cause, double limit, double value) {
    engine->strategies[strategy].mode = mode;
    engine_guard_instances(engine);
    tell(engine, strategy, cause, limit, value);
}

void engine_tell_pause(struct engine *engine, uint32_t strategy, enum strategy_cause cause) {
    tell(engine, strategy, cause, 0, 0);
}

static bool has_orders(const struct engine *engine, const struct slot *slot) {
    uint32_t handle = engine->orders.exposure[slot->instrument].first;
    for (; handle != UINT32_MAX; handle = orders_next_live(&engine->orders, handle))
        if (orders_get(&engine->orders, handle)->spec.strategy == slot->strategy) return true;
    return false;
}

static bool is_flat(const struct engine *engine, uint32_t strategy) {
    for (uint32_t i = 0; i < engine->slot_count; i++) {
        const struct slot *slot = &engine->slots[i];
        if (slot->strategy != strategy) continue;
        if (slot->net != NULL && slot->net->part != 0) return false;
        if (ledger_position(engine->ledger, strategy, slot->instrument)->qty.m != 0 ||
            has_orders(engine, slot))
            return false;
    }
    return true;
}

static void end_drain(struct engine *engine, uint32_t strategy) {
    if (engine->strategies[strategy].mode == STRATEGY_DRAINING && is_flat(engine, strategy))
        set_mode(engine, strategy, STRATEGY_STOPPED, CAUSE_DRAINED, 0, 0);
}

static void close_all(struct engine *engine, uint32_t strategy) {
    for (uint32_t i = 0; i < engine->slot_count; i++) {
        struct slot *slot = &engine->slots[i];
        if (slot->strategy != strategy) continue;
        slot->state->weight = slot->state->stop = slot->state->take = NAN;
        engine_close(engine, slot);
    }
    end_drain(engine, strategy);
}

// A fill that overtook its cancel is closed as well.
void engine_follow_drain(struct engine *engine, uint32_t strategy) {
    for (uint32_t i = 0; i < engine->slot_count; i++) {
        struct slot *slot = &engine->slots[i];
        if (slot->strategy != strategy || slot->state->closing) continue;
        if (ledger_position(engine->ledger, strategy, slot->instrument)->qty.m != 0)
            engine_close(engine, slot);
    }
    end_drain(engine, strategy);
}

static void quarantine(struct engine *engine, uint32_t strategy, enum strategy_cause cause,
                       double limit, double value) {
    if (engine->strategies[strategy].mode != STRATEGY_RUNNING) return;
    set_mode(engine, strategy, STRATEGY_QUARANTINED, cause, limit, value);
    engine->core->counts.halts++;
    engine_cancel_halted(engine);
    if (engine_closes(engine, strategy)) close_all(engine, strategy);
}

static void roll_day(struct engine *engine, struct strategy_state *state) {
    if (state->day_ns == engine->core->day_ns) return;
    state->day_ns = engine->core->day_ns;
    state->orders = state->decisions = 0;
}

// Its loss as a share of its budget; 0 without one.
static double loss_of(const struct engine *engine, uint32_t strategy) {
    money_t budget = ledger_budget(engine->ledger, strategy);
    money_t lost = money_sub(budget, ledger_strategy_equity(engine->ledger, strategy));
    return budget.m > 0 ? (double)lost.m / (double)budget.m : 0;
}

bool engine_may_decide(struct engine *engine, struct instance *instance) {
    uint32_t strategy = instance->strategy;
    struct strategy_state *state = &engine->strategies[strategy];
    const double *limits = limits_of(engine, strategy);
    if (state->mode != STRATEGY_RUNNING) return false;
    if (instance->phases != NULL && !engine_phase_look(engine, instance)) return false;
    double loss = limits[CONDUCT_LOSS] > 0 ? loss_of(engine, strategy) : 0;
    roll_day(engine, state);
    state->decisions++;
    if (limits[CONDUCT_LOSS] > 0 && loss >= limits[CONDUCT_LOSS])
        quarantine(engine, strategy, CAUSE_LOSS, limits[CONDUCT_LOSS], loss);
    else if (limits[CONDUCT_DECISIONS] > 0 && (double)state->decisions > limits[CONDUCT_DECISIONS])
        quarantine(engine, strategy, CAUSE_DECISIONS, limits[CONDUCT_DECISIONS],
                   (double)state->decisions);
    return state->mode == STRATEGY_RUNNING;
}

bool engine_may_order(struct engine *engine, uint32_t strategy) {
    struct strategy_state *state = &engine->strategies[strategy];
    double limit = limits_of(engine, strategy)[CONDUCT_ORDERS];
    if (limit == 0) return true;
    roll_day(engine, state);
    return (double)++state->orders <= limit;
}

void engine_judge(struct engine *engine, uint32_t strategy) {
    const struct strategy_state *state = &engine->strategies[strategy];
    const double *limits = limits_of(engine, strategy);
    if (limits[CONDUCT_FAULTS] > 0 && (double)state->faults >= limits[CONDUCT_FAULTS])
        quarantine(engine, strategy, CAUSE_FAULTS, limits[CONDUCT_FAULTS], (double)state->faults);
    if (limits[CONDUCT_ORDERS] > 0 && (double)state->orders > limits[CONDUCT_ORDERS])
        quarantine(engine, strategy, CAUSE_ORDERS, limits[CONDUCT_ORDERS], (double)state->orders);
}

static void start(struct engine *engine, uint32_t strategy) {
    struct strategy_state *state = &engine->strategies[strategy];
    state->faults = state->orders = state->decisions = 0;
    engine_unpause(engine, strategy);
    set_mode(engine, strategy, STRATEGY_RUNNING, CAUSE_COMMAND, 0, 0);
    for (uint32_t i = 0; i < engine->slot_count; i++) {
        struct slot *slot = &engine->slots[i];
        if (slot->strategy != strategy) continue;
        slot->state->fresh = slot->state->closing = 0;
        slot->state->weight = NAN;
    }
    engine_allow_again(engine);
}

static bool may_be_set(const struct engine *engine, uint32_t strategy, uint32_t param,
                       double value) {
    const struct strategy *rules = engine->config.strategies[strategy].strategy;
    double values[PARAMS_MAX] = {0};
    if (param >= rules->param_count || strategy_param_is_wired(rules, param)) return false;
    memcpy(values, engine->params + (size_t)strategy * PARAMS_MAX, sizeof values);
    values[param] = value;
    bool in_range = params_check(rules->params, rules->param_count, rules->name, values) == 0;
    return in_range && (rules->check == NULL || rules->check(values) == 0);
}

// The strategy reads it from its next decision on.
static void set_param(struct engine *engine, const struct command_event *command) {
    uint32_t strategy = command->index, param = command->param;
    double *values = engine->params + (size_t)strategy * PARAMS_MAX;
    bool taken = may_be_set(engine, strategy, param, command->value);
    double before = param < PARAMS_MAX ? values[param] : 0;
    tell(engine, strategy, taken ? CAUSE_PARAM : CAUSE_PARAM_REFUSED, before, command->value)
        ->param = param;
    if (taken) values[param] = command->value;
}

void engine_strategy_command(struct engine *engine, const struct command_event *command) {
    uint32_t strategy = command->index;
    if (strategy >= engine->config.strategy_count) return;
    switch (command->header.kind) {
    case EVENT_START:
        start(engine, strategy);
        break;
    case EVENT_STOP:
        set_mode(engine, strategy, STRATEGY_STOPPED, CAUSE_COMMAND, 0, 0);
        engine_cancel_halted(engine);
        break;
    case EVENT_DRAIN:
        set_mode(engine, strategy, STRATEGY_DRAINING, CAUSE_COMMAND, 0, 0);
        close_all(engine, strategy);
        break;
    default: // EVENT_SET_PARAM
        set_param(engine, command);
        break;
    }
}

enum strategy_mode engine_strategy_mode(const struct engine *engine, uint32_t strategy) {
    CHECK(strategy < engine->config.strategy_count);
    return (enum strategy_mode)engine->strategies[strategy].mode;
}
