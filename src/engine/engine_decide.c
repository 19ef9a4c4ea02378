// SPDX-License-Identifier: Apache-2.0
// Market data in, decisions out: marks, signals, views, decide().
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "engine/engine_algo.h"
#include "engine/engine_budget.h"

static void fill_view_universe(struct engine *engine, struct instance *instance) {
    size_t input_count = (size_t)instance->view.input_count * instance->slot_count;
    for (size_t k = 0; k < input_count; k++) instance->inputs[k] = *instance->sources[k];
    for (uint32_t i = 0; i < instance->slot_count; i++) {
        const struct slot *slot = &instance->slots[i];
        instance->bars[i] = *signal_bar(engine->signals, slot->frame);
        instance->position[i] = slot->state->position;
        instance->entry_price[i] = slot->state->entry_price * slot->state->factor;
        instance->fresh[i] = (uint8_t)slot->state->fresh;
        slot->state->fresh = 0;
    }
}

static inline void preset(struct strategy_target *target) {
    target->kind = TARGET_KEEP;
    target->reason = 0;
    target->weight = 0;
    target->confidence = 1;
    target->stop = target->take = NAN;
}

// Lets the instance's strategy decide; its view and its targets are as they have to be.
static inline void decide(struct engine *engine, struct instance *instance) {
    struct strategy_view *view = &instance->view;
    view->now_ns = engine->cause->ts_ns;
    view->decisions = instance->state->decisions++;
    engine->core->counts.decisions++;
    if (UNLIKELY(engine->peaks != NULL)) engine_size_watch(engine, instance->strategy);
    if (UNLIKELY(instance->rules->reads_equity))
        view->equity = money_to_double(ledger_strategy_equity(engine->ledger, instance->strategy),
                                       engine->money_decimals);
    instance->rules->decide(view, instance->strategy_state, &instance->out);
    if (UNLIKELY(instance->phases != NULL)) engine_phase_take_over(instance);
}

static inline bool wants_orders(const struct instance *instance) {
    return instance->out.order_count > 0 || instance->out.cancel_count > 0 ||
           instance->out.cancel_orders;
}

// Orders that a strategy asks for itself; its answer has none between calls.
static void take_orders(struct engine *engine, struct instance *instance) {
    engine_explicit(engine, instance, &instance->out);
    instance->out.order_count = 0;
    instance->out.cancel_count = 0;
    instance->out.cancel_orders = false;
}

// One instrument: the view's bar is the signal graph's own.
static inline void fill_view_single(struct instance *instance) {
    const struct slot_state *state = instance->slots->state;
    const double *const *sources = instance->sources;
    double *inputs = instance->inputs;
    for (const double *const *end = sources + instance->view.input_count; sources < end;)
        *inputs++ = **sources++;
    *instance->position = state->position;
    *instance->entry_price = state->entry_price * state->factor;
}

// Most bars: the position stays as it is.
static inline bool wants_nothing(const struct instance *instance) {
    const struct strategy_target *target = instance->targets;
    return !wants_orders(instance) &&
           (target->kind == TARGET_KEEP || engine_holds(instance->slots->state, target));
}

static __attribute__((noinline)) void answer_single(struct engine *engine,
                                                    struct instance *instance) {
    if (wants_orders(instance)) take_orders(engine, instance);
    if (instance->targets->kind != TARGET_KEEP)
        engine_target(engine, instance->slots, instance->targets);
    engine_judge(engine, instance->strategy);
}

static void decide_universe(struct engine *engine, struct instance *instance) {
    fill_view_universe(engine, instance);
    for (uint32_t i = 0; i < instance->slot_count; i++) preset(&instance->targets[i]);
    bool stops = instance->config->stop_count > 0;
    decide(engine, instance);
    for (uint32_t i = 0; stops && i < instance->slot_count; i++)
        if (instance->fresh[i]) engine_stop_see(engine, &instance->slots[i], &instance->targets[i]);
    if (wants_orders(instance)) take_orders(engine, instance);
    for (uint32_t i = 0; i < instance->slot_count; i++)
        if (instance->targets[i].kind != TARGET_KEEP)
            engine_target(engine, &instance->slots[i], &instance->targets[i]);
    for (uint32_t i = 0; stops && i < instance->slot_count; i++)
        if (instance->fresh[i]) engine_stop_act(engine, &instance->slots[i]);
    engine_judge(engine, instance->strategy);
}

// What the venue refused of a slot is sent again.
static __attribute__((noinline)) void send_again(struct engine *engine,
                                                 const struct instrument_cache *cache) {
    for (uint32_t k = 0; k < cache->slot_count; k++) {
        struct slot *slot = cache->slots[k];
        if (slot->state->refused == 0) continue;
        slot->state->refused = 0;
        engine->core->refused--;
        if (slot->state->closing)
            engine_close(engine, slot);
        else
            engine_protect(engine, slot);
    }
}

// What is only counted, or looked at when something is wanted, hears of neighbouring bars of an instrument at once:
// before anything that may want something, before a bar of another instrument, and at the end of a run.
// The core and the board hear of the bars from `from` to `last`; returns the one after it.
static __attribute__((noinline)) const union event *
settle(struct engine *engine, const union event *from, const union event *last) {
    struct engine_core *core = engine->core;
    uint64_t count = (uint64_t)(last + 1 - from);
    if (count == 0) return from;
    core->seq = last->header.seq;
    core->ts_ns = last->header.ts_ns;
    core->counts.inputs += count;
    core->counts.bars += count;
    board_bars(&engine->board, &last->bar, count);
    return last + 1;
}

// Whether the engine has more to do about a bar than to value it and to ask strategies.
static inline bool is_busy(const struct engine *engine) {
    const struct engine_core *core = engine->core;
    return core->timer_head != core->timer_tail || core->refused > 0 || engine_has_watch(engine) ||
           engine_algo_live(engine) || engine->gate.model_count > 0;
}

static inline const union event *decide_bar(struct engine *engine, const struct slot *slot,
                                            const union event *settled, const union event *event) {
    struct instance *instance = slot->instance;
    if (UNLIKELY(!*slot->fresh)) return settled;
    if (UNLIKELY(instance->rules->scope != SCOPE_INSTRUMENT)) {
        if (instance->rules->scope == SCOPE_NONE) return settled;
        slot->state->fresh = 1;
        instance->state->pending = 1;
        return settled;
    }
    if (UNLIKELY(instance->guarded)) {
        settled = settle(engine, settled, event);
        if (!engine_may_decide(engine, instance)) return settled;
    }
    fill_view_single(instance);
    preset(instance->targets);
    decide(engine, instance);
    if (UNLIKELY(slot->stops != NULL)) {
        settled = settle(engine, settled, event);
        engine_stop_see(engine, instance->slots, instance->targets);
        answer_single(engine, instance);
        engine_stop_act(engine, instance->slots);
        return settled;
    }
    if (LIKELY(wants_nothing(instance))) return settled;
    settled = settle(engine, settled, event);
    answer_single(engine, instance);
    return settled;
}

// One bar; those before `settled` are known to the core and the board. Returns the first that is not.
static inline const union event *take_bar(struct engine *engine,
                                          const struct instrument_cache *cache,
                                          const union event *settled, const union event *event) {
    uint32_t instrument = event->header.instrument;
    bool busy = is_busy(engine);
    engine->cause = &event->header;
    if (UNLIKELY(busy)) {
        settled = settle(engine, settled, event);
        engine_timers(engine);
        engine_time(engine);
    }
    if (ledger_mark(engine->ledger, instrument, event->bar.bar.close)) {
        engine_value(engine);
        if (UNLIKELY(busy) && engine_has_watch(engine)) engine_watch_rules(engine);
    }
    signal_apply(engine->signals, instrument, &event->bar.bar);
    if (UNLIKELY(busy) && engine->core->refused > 0) send_again(engine, cache);
    for (uint32_t i = 0; i < cache->slot_count; i++)
        settled = decide_bar(engine, cache->slots[i], settled, event);
    if (UNLIKELY(busy) && engine_algo_live(engine))
        engine_algo_bar(engine, instrument, &event->bar.bar);
    return settled;
}

int engine_apply_bars(struct engine *engine, const union event *events, int count,
                      struct account_mark *ret_marks) {
    const union event *settled = events, *event = events, *end = events + count;
    const struct instrument_cache *cache = NULL;
    uint64_t seq = engine->core->seq;
    int64_t ts_ns = engine->core->ts_ns;
    CHECK(count > 0);
    engine->outputs.size = 0;
    engine->outputs.count = 0;
    do {
        const struct event_header *header = &event->header;
        CHECK(header->kind == EVENT_BAR);
        CHECK(header->seq == ++seq);
        CHECK(header->ts_ns >= ts_ns);
        ts_ns = header->ts_ns;
        if (cache == NULL || header->instrument != event[-1].header.instrument) {
            CHECK(header->instrument < engine->config.instruments->count);
            cache = &engine->cache[header->instrument];
            settled = settle(engine, settled, event - 1);
        }
        if (UNLIKELY(ts_ns - engine->core->day_ns >= NS_PER_DAY)) {
            settled = settle(engine, settled, event - 1); // rules that hear of days read the board
            engine_roll_day(engine, ts_ns);
            engine->cause = header;
            engine_budget_look(engine);
        }
        settled = take_bar(engine, cache, settled, event);
        *ret_marks++ = (struct account_mark){.equity = engine->core->equity,
                                             .gross = ledger_gross_value(engine->ledger),
                                             .ts_ns = ts_ns};
        event++;
    } while (event < end && engine->outputs.count == 0);
    settle(engine, settled, event - 1);
    return (int)(event - events);
}

// The strategy's live orders on the book's instrument, in the order machine's order.
static uint32_t fill_working(const struct engine *engine, const struct slot *slot,
                             struct strategy_working *working) {
    const struct instrument *instrument = &engine->config.instruments->items[slot->instrument];
    uint32_t count = 0, handle = engine->orders.exposure[slot->instrument].first;
    for (; handle != UINT32_MAX && count < STRATEGY_WORKING_MAX;
         handle = orders_next_live(&engine->orders, handle)) {
        const struct order *order = orders_get(&engine->orders, handle);
        if (order->spec.strategy != slot->strategy || order->spec.purpose != PURPOSE_STRATEGY)
            continue;
        working[count++] = (struct strategy_working){
            .id = order->id,
            .tick = order->spec.limit_price.m / instrument->tick.m,
            .leaves = decimal_to_double(order_leaves(order).m, instrument->qty_decimals),
            .side = order->spec.side,
            .state = order->state,
        };
    }
    return count;
}

static void decide_book(struct engine *engine, struct instance *instance) {
    const struct slot *slot = instance->slots;
    fill_view_single(instance);
    instance->view.working_count = fill_working(engine, slot, instance->working);
    if (instance->trades != NULL) engine_feed_view(engine, instance);
    preset(instance->targets);
    decide(engine, instance);
    answer_single(engine, instance);
}

// The bars that came are nothing new to the next decision.
static void pass_over(struct instance *instance) {
    for (uint32_t i = 0; i < instance->slot_count; i++) instance->slots[i].state->fresh = 0;
}

void engine_clock(struct engine *engine) {
    if (engine->features != NULL) engine_feed_time(engine);
    for (uint32_t i = 0; i < engine->instance_count; i++) {
        struct instance *instance = &engine->instances[i];
        bool book = instance->rules->scope == SCOPE_BOOK;
        if (!book && !instance->state->pending) continue;
        instance->state->pending = 0;
        if (UNLIKELY(instance->guarded) && !engine_may_decide(engine, instance)) {
            pass_over(instance);
            continue;
        }
        if (book)
            decide_book(engine, instance);
        else
            decide_universe(engine, instance);
    }
    if (engine->net_rows != NULL) engine_net(engine);
    if (engine_algo_live(engine)) engine_algo_clock(engine);
    if (engine->tapes != NULL) engine_feed_decided(engine);
}
