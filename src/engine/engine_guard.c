// SPDX-License-Identifier: Apache-2.0
// The account's day, the breakers, and halts.
#include <math.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "engine/engine_budget.h"
#include "engine/engine_exits.h"

struct risk_view engine_risk_view(const struct engine *engine) {
    const struct engine_core *core = engine->core;
    return (struct risk_view){
        .instruments = engine->config.instruments,
        .board = &engine->board,
        .ledger = engine->ledger,
        .orders = &engine->orders,
        .now_ns = core->ts_ns,
        .day_ns = core->day_ns,
        .equity = core->equity,
        .equity_day = core->equity_day,
        .equity_peak = core->equity_peak,
        .money_decimals = engine->money_decimals,
        .cause = engine->cause,
    };
}

void engine_roll_day(struct engine *engine, int64_t ts_ns) {
    engine->core->day_ns = date_to_ns(date_of_ns(ts_ns));
    if (engine->budgets != NULL) engine->budgets->core->due = 1;
    if (engine_hears(engine, RISK_FACT_DAY))
        engine_note(engine, &(struct risk_fact){.kind = RISK_FACT_DAY});
    engine->core->equity_day = engine->core->equity;
}

void engine_note(struct engine *engine, const struct risk_fact *fact) {
    struct risk_view view = engine_risk_view(engine);
    risk_gate_note(&engine->gate, &view, fact);
}

bool engine_slot_halted(const struct engine *engine, uint32_t strategy, uint32_t instrument) {
    return engine->core->halted || engine->core->reducing ||
           engine->instrument_halted[instrument] ||
           (strategy < engine->config.strategy_count &&
            (engine->strategies[strategy].halted ||
             engine->strategies[strategy].mode != STRATEGY_RUNNING));
}

bool engine_halt_is_own(const struct engine *engine, const struct order_spec *spec) {
    return !engine->core->halted && !engine->core->reducing &&
           !engine->instrument_halted[spec->instrument] &&
           spec->strategy < engine->config.strategy_count;
}

static bool raises_risk(const struct engine *engine, uint32_t handle) {
    const struct order *order = orders_get(&engine->orders, handle);
    if (engine_protects(&order->spec)) return false;
    bool own = engine_halt_is_own(engine, &order->spec);
    return engine_reducing_of_built(engine, &order->spec, own, handle) < order_leaves(order).m;
}

// Orders that only reduce stay.
void engine_cancel_halted(struct engine *engine) {
    for (uint32_t i = 0; i < engine->config.instruments->count; i++) {
        uint32_t handle = engine->orders.exposure[i].first;
        if (handle != UINT32_MAX) engine_exits_build(engine->exits, engine, i);
        while (handle != UINT32_MAX) {
            uint32_t next = orders_next_live(&engine->orders, handle);
            const struct order *order = orders_get(&engine->orders, handle);
            if (engine_slot_halted(engine, order->spec.strategy, i) &&
                raises_risk(engine, handle)) {
                engine_cancel(engine, handle);
                engine_exits_update(engine->exits, engine, handle);
            }
            handle = next;
        }
    }
}

static void cancel_slot(struct engine *engine, const struct slot *slot) {
    uint32_t handle = engine->orders.exposure[slot->instrument].first;
    while (handle != UINT32_MAX) {
        uint32_t next = orders_next_live(&engine->orders, handle);
        if (orders_get(&engine->orders, handle)->spec.strategy == slot->strategy)
            engine_cancel(engine, handle);
        handle = next;
    }
}

// Whatever else works on the position is taken back first, an exit that is on its way as well as a stop, and the order
// only reduces: a fill that overtakes its cancel cannot turn the position round.
void engine_close(struct engine *engine, struct slot *slot) {
    int64_t held = ledger_position(engine->ledger, slot->strategy, slot->instrument)->qty.m;
    slot->state->closing = held != 0;
    if (held != 0 && engine_pending(engine, slot, PURPOSE_FLATTEN) != 0) return;
    cancel_slot(engine, slot);
    engine_net_leave(engine, slot);
    if (held == 0) return;
    struct order_spec spec = {.instrument = slot->instrument,
                              .strategy = slot->strategy,
                              .side = held > 0 ? -1 : 1,
                              .type = ORDER_MARKET,
                              .tif = TIF_GTC,
                              .flags = ORDER_REDUCE_ONLY,
                              .purpose = PURPOSE_FLATTEN,
                              .qty = QTY(held > 0 ? held : -held)};
    if (engine_submit(engine, &spec) == 0) engine_wait(engine, slot);
}

// Closes every position by a market order.
static void flatten(struct engine *engine) {
    for (uint32_t i = 0; i < engine->slot_count; i++) {
        struct slot *slot = &engine->slots[i];
        slot->state->weight = slot->state->stop = slot->state->take = NAN;
        engine_close(engine, slot);
    }
}

static void tell_step(struct engine *engine, uint32_t rule, enum risk_verdict verdict,
                      const struct risk_result *result) {
    struct veto_event *step =
        engine_emit(engine, EVENT_HALTED, sizeof(struct veto_event), INSTRUMENT_NONE);
    step->rule = rule;
    step->verdict = verdict;
    step->strategy = result->strategy;
    step->limit = result->limit;
    step->value = result->value;
}

void engine_halt_all(struct engine *engine, uint32_t rule, const struct risk_result *result) {
    engine->core->halted = HALT_BREAKER;
    engine->core->counts.halts++;
    tell_step(engine, rule, RISK_HALT, result);
    engine_cancel_halted(engine);
    if (result->flatten) flatten(engine);
}

static void find_pause_end(struct engine *engine) {
    int64_t first_ns = 0;
    for (uint32_t i = 0; i < engine->config.strategy_count; i++) {
        int64_t until_ns = engine->strategies[i].until_ns;
        if (until_ns > 0 && (first_ns == 0 || until_ns < first_ns)) first_ns = until_ns;
    }
    engine->core->pause_ns = first_ns;
}

static void pause(struct engine *engine, uint32_t strategy, int64_t until_ns) {
    struct strategy_state *state = &engine->strategies[strategy];
    engine->core->counts.halts++;
    if (state->halted) return; // by an operator: no time ends that
    state->halted = HALT_BREAKER;
    state->until_ns = until_ns;
    find_pause_end(engine);
    engine_cancel_halted(engine);
}

void engine_unpause(struct engine *engine, uint32_t strategy) {
    engine->strategies[strategy].halted = HALT_NONE;
    engine->strategies[strategy].until_ns = 0;
    find_pause_end(engine);
    struct risk_view view = engine_risk_view(engine);
    risk_gate_resumed(&engine->gate, &view, strategy);
}

static void step(struct engine *engine, uint32_t rule, enum risk_verdict verdict,
                 const struct risk_result *result) {
    if (verdict == RISK_HALT) {
        engine_halt_all(engine, rule, result);
        return;
    }
    tell_step(engine, rule, verdict, result);
    if (verdict == RISK_PAUSE) pause(engine, result->strategy, result->until_ns);
    if (verdict == RISK_REDUCE && !engine->core->reducing) engine->core->reducing = HALT_BREAKER;
}

// What was stopped by breakers goes on.
static void start_anew(struct engine *engine) {
    struct engine_core *core = engine->core;
    core->until_ns = 0;
    core->reducing = HALT_NONE;
    for (uint32_t i = 0; i < engine->slot_count; i++)
        if (!engine_closes(engine, engine->slots[i].strategy)) engine->slots[i].state->closing = 0;
}

// The time of all that breakers stopped is over.
static void reset_by_time(struct engine *engine) {
    struct engine_core *core = engine->core;
    struct risk_view view = engine_risk_view(engine);
    if (core->halted == HALT_BREAKER) core->halted = HALT_NONE;
    start_anew(engine);
    if (risk_gate_expired(&engine->gate, &view)) core->equity_day = core->equity;
    engine_allow_again(engine);
    tell_step(engine, RISK_RULE_ENGINE, RISK_ALLOW,
              &(struct risk_result){.strategy = STRATEGY_NONE});
}

static void unpause_by_time(struct engine *engine) {
    for (uint32_t i = 0; i < engine->config.strategy_count; i++) {
        if (!engine_is_due(engine->core, engine->strategies[i].until_ns)) continue;
        engine_unpause(engine, i);
        tell_step(engine, RISK_RULE_ENGINE, RISK_ALLOW, &(struct risk_result){.strategy = i});
    }
    engine_allow_again(engine);
}

void engine_time_models(struct engine *engine) {
    struct risk_view view = engine_risk_view(engine);
    risk_gate_time(&engine->gate, &view);
}

void engine_watch_rules(struct engine *engine) {
    struct engine_core *core = engine->core;
    if (engine_is_due(core, core->until_ns)) reset_by_time(engine);
    if (engine_is_due(core, core->pause_ns)) unpause_by_time(engine);
    if (core->halted) return;
    struct risk_view view = engine_risk_view(engine);
    struct risk_result result = {0};
    uint32_t rule = 0;
    enum risk_verdict verdict = risk_gate_watch(&engine->gate, &view, &rule, &result);
    if (verdict == RISK_ALLOW) return;
    core->until_ns = risk_gate_until_ns(&engine->gate);
    step(engine, rule, verdict, &result);
}

// The flag that a command's scope and index mean; NULL when there is no such thing.
static uint64_t *halt_flag(struct engine *engine, const struct command_event *command) {
    if (command->scope == HALT_ALL) return &engine->core->halted;
    if (command->scope == HALT_STRATEGY && command->index < engine->config.strategy_count)
        return &engine->strategies[command->index].halted;
    if (command->scope == HALT_INSTRUMENT && command->index < engine->config.instruments->count)
        return &engine->instrument_halted[command->index];
    return NULL;
}

void engine_halt(struct engine *engine, const struct command_event *command) {
    uint64_t *flag = halt_flag(engine, command);
    if (flag == NULL) return;
    *flag = HALT_OPERATOR;
    if (command->scope == HALT_ALL) engine->core->until_ns = 0;
    if (command->scope == HALT_STRATEGY) {
        engine->strategies[command->index].until_ns = 0;
        engine_tell_pause(engine, command->index, CAUSE_PAUSED);
    }
    find_pause_end(engine);
    engine->core->counts.halts++;
    engine_cancel_halted(engine);
}

// Cancels every order there is, those that reduce as well; then closes what is held, where that is the policy.
void engine_kill(struct engine *engine, const struct command_event *command) {
    engine->core->halted = HALT_OPERATOR;
    engine->core->until_ns = 0;
    engine->core->counts.halts++;
    for (uint32_t i = 0; i < engine->config.instruments->count; i++) {
        uint32_t handle = engine->orders.exposure[i].first;
        while (handle != UINT32_MAX) {
            uint32_t next = orders_next_live(&engine->orders, handle);
            engine_cancel(engine, handle);
            handle = next;
        }
    }
    if (command->param == 1) flatten(engine);
}

void engine_allow_again(struct engine *engine) {
    for (uint32_t i = 0; i < engine->slot_count; i++) {
        struct slot *slot = &engine->slots[i];
        if (!slot->state->denied || engine_slot_halted(engine, slot->strategy, slot->instrument))
            continue;
        slot->state->denied = 0;
        slot->state->weight = NAN;
    }
}

// An operator lets everything go on that a breaker stopped, measured from today's equity.
static void resume_all(struct engine *engine) {
    start_anew(engine);
    engine->core->equity_day = engine->core->equity_peak = engine->core->equity;
    for (uint32_t i = 0; i < engine->config.strategy_count; i++) {
        if (engine->strategies[i].halted != HALT_BREAKER) continue;
        engine->strategies[i].halted = HALT_NONE;
        engine->strategies[i].until_ns = 0;
    }
    engine->core->pause_ns = 0;
    struct risk_view view = engine_risk_view(engine);
    risk_gate_resumed(&engine->gate, &view, STRATEGY_NONE);
}

// What a breaker stopped goes on for a reason alone.
static bool lacks_reason(const struct engine *engine, const struct command_event *command,
                         uint64_t flag) {
    bool breaker = flag == HALT_BREAKER || (command->scope == HALT_ALL && engine->core->reducing);
    return breaker && command->reason == 0;
}

void engine_resume(struct engine *engine, const struct command_event *command) {
    uint64_t *flag = halt_flag(engine, command);
    if (flag == NULL) return;
    if (lacks_reason(engine, command, *flag)) {
        engine_veto(engine,
                    &(struct order_spec){.instrument = INSTRUMENT_NONE, .strategy = STRATEGY_NONE},
                    VETO_NO_REASON);
        return;
    }
    *flag = HALT_NONE;
    if (command->scope == HALT_ALL) resume_all(engine);
    if (command->scope == HALT_STRATEGY) {
        engine_unpause(engine, command->index);
        engine_tell_pause(engine, command->index, CAUSE_RESUMED);
    }
    engine_allow_again(engine);
}
