// SPDX-License-Identifier: Apache-2.0
// Stops that the engine keeps for a strategy: they leave with the entry, follow the position at every decision bar by
// replacing its protective order, and after one was hit the same side waits until the strategy no longer asks for it.
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "engine/engine_algo.h"

struct slot_stops { // wiring
    struct stop_state *state;
    const double *sources[STOP_RULES_MAX]; // NULL: the rule reads nothing
};

uint32_t engine_stop_nodes(const struct engine_config *config) {
    uint32_t count = 0;
    for (uint32_t s = 0; s < config->strategy_count; s++)
        count += config->strategies[s].stop_count * config->strategies[s].instrument_count;
    return count;
}

int engine_stop_check(const struct engine_config *config) {
    for (uint32_t s = 0; s < config->strategy_count; s++) {
        const struct engine_strategy_config *strategy = &config->strategies[s];
        CHECK(strategy->stop_count <= STOP_RULES_MAX);
        if (strategy->stop_count > 0 && strategy->strategy->scope == SCOPE_BOOK)
            return ERR_SET(ERR_UNSUPPORTED,
                           "stops are kept on bars; strategy %s decides on a recorded feed",
                           strategy->strategy->name);
        for (uint32_t i = 0; i < strategy->stop_count; i++)
            TRY(stop_rule_check(&strategy->stops[i]));
    }
    return 0;
}

static int add_input(struct engine *engine, const struct slot *slot, uint32_t index) {
    const struct engine_strategy_config *config = slot->instance->config;
    const struct stop_choice *choice = &config->stops[index];
    const struct stop_rule *rule = stop_rule_at(choice->rule);
    if (rule->input == NULL) return 0;
    int value = signal_add(engine->signals, slot->instrument, config->frame_s, rule->input,
                           rule->params, rule->param_count, choice->params);
    if (value < 0) return ERR_APPEND(value, "in stop %s", rule->name);
    slot->stops->sources[index] = signal_place(engine->signals, value);
    return 0;
}

int engine_stop_init(struct engine *engine, struct arena *wiring) {
    for (uint32_t i = 0; i < engine->slot_count; i++) {
        struct slot *slot = &engine->slots[i];
        uint32_t count = slot->instance->config->stop_count;
        if (count == 0) continue;
        slot->stops = ARENA_NEW(wiring, struct slot_stops, 1);
        if (slot->stops == NULL) return engine_full("stops");
        slot->stops->state = ARENA_NEW(engine->state_arena, struct stop_state, 1);
        if (slot->stops->state == NULL) return engine_full("stops");
        slot->stops->state->level = NAN;
        for (uint32_t k = 0; k < count; k++) TRY(add_input(engine, slot, k));
    }
    return 0;
}

uint64_t engine_stop_fingerprint(const struct engine_strategy_config *config, uint64_t hash) {
    for (uint32_t i = 0; i < config->stop_count; i++) {
        const struct stop_rule *rule = stop_rule_at(config->stops[i].rule);
        hash = hash64(hash, rule->name, strlen(rule->name));
        hash = hash64(hash, config->stops[i].params, sizeof(double) * rule->param_count);
    }
    return hash;
}

// The tightest level of the rules; whether one of them ends the position.
static double tightest(const struct slot *slot, struct stop_view view, bool *ret_expires) {
    const struct engine_strategy_config *config = slot->instance->config;
    double level = NAN;
    *ret_expires = false;
    for (uint32_t i = 0; i < config->stop_count; i++) {
        const struct stop_choice *choice = &config->stops[i];
        const struct stop_rule *rule = stop_rule_at(choice->rule);
        view.input = slot->stops->sources[i] != NULL ? *slot->stops->sources[i] : NAN;
        if (rule->level != NULL)
            level = stop_tighter(view.side, level, rule->level(&view, choice->params));
        if (rule->expires != NULL && rule->expires(&view, choice->params)) *ret_expires = true;
    }
    return level > 0 ? level : NAN;
}

static int side_of(double number) {
    return (number > 0) - (number < 0);
}

bool engine_stop_arm(const struct engine *engine, const struct slot *slot,
                     struct strategy_target *target) {
    struct stop_state *state = slot->stops->state;
    int side = side_of(target->weight);
    if (side == 0) return true;
    if (side == state->out) return false;
    bool held = side == state->side, expires;
    double close = signal_bar(engine->signals, slot->frame)->close;
    struct stop_view view = {.side = side, .entry = close, .best = close};
    double level = held ? state->level : tightest(slot, view, &expires);
    if (!held) {
        state->armed = side;
        state->level = level;
    }
    target->stop = stop_tighter(side, target->stop, level);
    return true;
}

// What is on its way toward the target.
static int64_t on_its_way(const struct engine *engine, const struct slot *slot) {
    return engine_pending(engine, slot, PURPOSE_TARGET) + engine_algo_unsent(engine, slot) +
           (slot->net != NULL ? slot->net->part : 0);
}

// The position is gone, or never came to be seen: was it the strategy that wanted it so?
static void ended(const struct engine *engine, struct slot *slot) {
    struct stop_state *state = slot->stops->state;
    int64_t was = state->side != 0 ? state->side : state->armed;
    if (was == 0 || on_its_way(engine, slot) != 0) return;
    int64_t out = side_of(slot->state->weight) == was ? was : 0;
    *state = (struct stop_state){.level = NAN, .out = out};
}

static void follow(struct slot *slot, const struct strategy_bar *bar, int side) {
    struct stop_state *state = slot->stops->state;
    if (side != state->side) {
        double entry = slot->state->entry_price * slot->state->factor;
        double level = state->armed == side ? state->level : NAN;
        *state = (struct stop_state){.side = side, .best = entry, .level = level};
    }
    double reach = side > 0 ? bar->high : bar->low;
    if ((reach - state->best) * side > 0) state->best = reach;
    state->bars++;
    struct stop_view view = {.side = side,
                             .entry = slot->state->entry_price * slot->state->factor,
                             .best = state->best,
                             .bars = state->bars};
    bool expires;
    state->level = stop_tighter(side, state->level, tightest(slot, view, &expires));
    state->expired = expires;
}

void engine_stop_see(struct engine *engine, struct slot *slot,
                     const struct strategy_target *target) {
    struct stop_state *state = slot->stops->state;
    int side = side_of(slot->state->position);
    if (side == 0)
        ended(engine, slot);
    else
        follow(slot, signal_bar(engine->signals, slot->frame), side);
    bool asks = target->kind != TARGET_KEEP && side_of(target->weight) == state->out;
    if (state->out == 0 || asks) return;
    state->out = 0; // the strategy has let go of that side
    slot->state->weight = 0;
}

bool engine_stop_is_out(const struct slot *slot) {
    return slot->stops != NULL && slot->stops->state->out != 0;
}

void engine_stop_act(struct engine *engine, struct slot *slot) {
    struct stop_state *state = slot->stops->state;
    struct slot_state *held = slot->state;
    if (state->side == 0 || side_of(held->weight) != state->side || held->closing) return;
    if (state->expired) {
        if (on_its_way(engine, slot) == 0) engine_target_leave(engine, slot);
        return;
    }
    double stop = held->stop * held->factor;
    if (isnan(state->level) || stop_tighter((double)state->side, stop, state->level) == stop)
        return;
    held->stop = state->level / held->factor;
    engine_protect(engine, slot);
}
