// SPDX-License-Identifier: Apache-2.0
// Market data in, decisions out: marks, signals, views, decide().
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "engine/engine_state.h"

static void fill_view_universe(struct engine *engine, struct instance *instance) {
    uint32_t input_count = instance->view.input_count;
    for (uint32_t i = 0; i < instance->slot_count; i++) {
        const struct slot *slot = &instance->slots[i];
        for (uint32_t k = 0; k < input_count; k++) {
            size_t at = (size_t)i * input_count + k;
            instance->inputs[at] = signal_value(engine->signals, instance->values[at]);
        }
        instance->bars[i] = *signal_bar(engine->signals, slot->frame);
        instance->position[i] = slot->state->position;
        instance->entry_price[i] = slot->state->entry_price * slot->state->factor;
        instance->fresh[i] = (uint8_t)slot->state->fresh;
        slot->state->fresh = 0;
    }
}

static void reset_target(struct strategy_target *target) {
    *target = (struct strategy_target){.confidence = 1, .stop = NAN, .take = NAN};
}

static void start_view(struct engine *engine, struct instance *instance,
                       struct strategy_out *ret_out) {
    struct strategy_view *view = &instance->view;
    view->now_ns = engine->core->ts_ns;
    view->decisions = instance->state->decisions++;
    engine->core->counts.decisions++;
    if (UNLIKELY(instance->config->strategy->reads_equity))
        view->equity = money_to_double(ledger_strategy_equity(engine->ledger, instance->strategy),
                                       engine->money_decimals);
    ret_out->targets = instance->targets;
    ret_out->order_count = 0;
    ret_out->cancel_orders = false;
}

// One instrument: the view's bar is the signal graph's own.
static void decide_single(struct engine *engine, struct instance *instance) {
    const struct strategy *strategy = instance->config->strategy;
    const struct slot *slot = instance->slots;
    struct strategy_out out;
    start_view(engine, instance, &out);
    for (uint32_t k = 0; k < instance->view.input_count; k++)
        instance->inputs[k] = signal_value(engine->signals, instance->values[k]);
    instance->position[0] = slot->state->position;
    instance->entry_price[0] = slot->state->entry_price * slot->state->factor;
    reset_target(out.targets);
    strategy->decide(&instance->view, instance->strategy_state, &out);
    if (UNLIKELY(out.order_count > 0 || out.cancel_orders)) engine_explicit(engine, instance, &out);
    if (out.targets->kind != TARGET_KEEP && !engine_holds(slot->state, out.targets))
        engine_target(engine, instance->slots, out.targets);
}

static void decide_universe(struct engine *engine, struct instance *instance) {
    const struct strategy *strategy = instance->config->strategy;
    struct strategy_out out;
    start_view(engine, instance, &out);
    fill_view_universe(engine, instance);
    for (uint32_t i = 0; i < instance->slot_count; i++) reset_target(&instance->targets[i]);
    strategy->decide(&instance->view, instance->strategy_state, &out);
    if (UNLIKELY(out.order_count > 0 || out.cancel_orders)) engine_explicit(engine, instance, &out);
    for (uint32_t i = 0; i < instance->slot_count; i++)
        if (instance->targets[i].kind != TARGET_KEEP)
            engine_target(engine, &instance->slots[i], &instance->targets[i]);
}

static void protect_again(struct engine *engine, const struct instrument_cache *cache) {
    for (uint32_t k = 0; k < cache->slot_count; k++) {
        struct slot *slot = &engine->slots[engine->slot_order[cache->first_slot + k]];
        if (slot->state->refused == 0) continue;
        slot->state->refused = 0;
        engine->core->refused--;
        engine_protect(engine, slot);
    }
}

void engine_bar(struct engine *engine, const struct bar_event *event) {
    uint32_t instrument = event->header.instrument;
    CHECK(instrument < engine->config.instruments->count);
    const struct instrument_cache *cache = &engine->cache[instrument];
    engine->core->counts.bars++;
    board_bar(&engine->board, event);
    if (ledger_mark(engine->ledger, instrument, event->bar.close)) engine_watch(engine);
    signal_apply(engine->signals, instrument, &event->bar);
    if (UNLIKELY(engine->core->refused > 0)) protect_again(engine, cache);
    const uint32_t *order = engine->slot_order + cache->first_slot;
    for (uint32_t k = 0; k < cache->slot_count; k++) {
        struct slot *slot = &engine->slots[order[k]];
        if (!signal_fresh(engine->signals, slot->frame)) continue;
        struct instance *instance = &engine->instances[slot->instance];
        if (instance->config->strategy->scope == SCOPE_UNIVERSE) {
            slot->state->fresh = 1;
            instance->state->pending = 1;
        } else {
            decide_single(engine, instance);
        }
    }
}

void engine_clock(struct engine *engine) {
    for (uint32_t i = 0; i < engine->instance_count; i++) {
        struct instance *instance = &engine->instances[i];
        if (!instance->state->pending) continue;
        instance->state->pending = 0;
        decide_universe(engine, instance);
    }
}
