// SPDX-License-Identifier: Apache-2.0
#include "sim/matching/matching_state.h"

static void level_report(struct matching *m, uint32_t place);
static int64_t order_price(const struct matching *m, uint32_t slot);

struct matching_event *matching_event_push(struct matching *m, uint32_t kind) {
    struct matching_sink *sink = m->sink;
    if (UNLIKELY(sink->count == sink->max)) {
        if (sink->flush != NULL)
            sink->flush(sink->self, sink->events, sink->count);
        else
            sink->lost += sink->count;
        sink->count = 0;
    }
    struct matching_event *event = &sink->events[sink->count++];
    *event = (struct matching_event){.kind = kind};
    return event;
}

struct matching_event *matching_event_order(struct matching *m, uint32_t kind, uint32_t slot,
                                            int64_t qty, uint32_t reason) {
    const struct matching_node *node = &m->nodes[slot];
    struct matching_event *event = matching_event_push(m, kind);
    event->order_id = node->id;
    event->price = order_price(m, slot);
    event->qty = qty;
    event->leaves = node->leaves;
    event->reason = reason;
    event->owner = node->owner;
    event->side = node->side;
    return event;
}

struct matching_event *matching_event_taker(struct matching *m, uint32_t kind,
                                            const struct matching_taker *taker, int64_t qty,
                                            uint32_t reason) {
    struct matching_event *event = matching_event_push(m, kind);
    event->order_id = taker->id;
    event->qty = qty;
    event->leaves = taker->leaves;
    event->reason = reason;
    event->owner = taker->owner;
    event->side = taker->side;
    return event;
}

void matching_event_refused(struct matching *m, uint32_t kind,
                            const struct matching_command *command, uint32_t reason) {
    struct matching_event *event = matching_event_push(m, kind);
    event->order_id = command->order_id;
    event->price = command->price;
    event->qty = command->qty;
    event->reason = reason;
    event->owner = command->owner;
    event->side = command->side;
    event->number = command->phase;
}

void matching_event_dirty(struct matching *m, uint32_t place) {
    struct matching_state *state = m->state;
    if (LIKELY((m->config.report & MATCHING_REPORT_LEVELS) == 0)) return;
    if (place_ladder(place) > ASKS || !level_has_price(m, place_level(place))) return;
    struct matching_level *level = level_get(m, place_ladder(place), place_level(place));
    if (level->dirty != 0) return;
    if (state->dirty_count == DIRTY_MAX) matching_event_levels(m);
    level->dirty = 1;
    state->dirty[state->dirty_count++] = place;
}

void matching_event_levels(struct matching *m) {
    struct matching_state *state = m->state;
    for (uint32_t i = 0; i < state->dirty_count; i++) {
        level_report(m, state->dirty[i]);
        state->dirty[i] = 0;
    }
    state->dirty_count = 0;
}

static void level_report(struct matching *m, uint32_t place) {
    struct matching_level *level = level_get(m, place_ladder(place), place_level(place));
    struct matching_event *event = matching_event_push(m, MATCHING_LEVEL);
    level->dirty = 0;
    event->side = place_ladder(place) == BIDS ? 1 : -1;
    event->price = price_of(m, place_level(place));
    event->qty = level->shown;
    event->number = level->count - level->hidden_count;
}

// The limit, else the stop's price, else 0.
static int64_t order_price(const struct matching *m, uint32_t slot) {
    const struct matching_terms *terms = &m->terms[slot];
    if (level_has_price(m, terms->limit)) return price_of(m, terms->limit);
    return terms->stop;
}

const char *matching_phase_name(uint32_t phase) {
    static const char *const names[MATCHING_PHASE_COUNT] = {
        "closed", "pre_open",       "opening_call", "continuous",
        "halted", "reopening_call", "closing_call",
    };
    return phase < MATCHING_PHASE_COUNT ? names[phase] : NULL;
}

const char *matching_algorithm_name(uint32_t algorithm) {
    static const char *const names[MATCHING_ALGORITHM_COUNT] = {"fifo", "pro_rata"};
    return algorithm < MATCHING_ALGORITHM_COUNT ? names[algorithm] : NULL;
}

const char *matching_stp_name(uint32_t stp) {
    static const char *const names[MATCHING_STP_COUNT] = {
        "default", "none", "newest", "oldest", "both", "decrement",
    };
    return stp < MATCHING_STP_COUNT ? names[stp] : NULL;
}

const char *matching_event_name(uint32_t kind) {
    static const char *const names[MATCHING_EVENT_END] = {
        [MATCHING_ACCEPTED] = "accepted",
        [MATCHING_REJECTED] = "rejected",
        [MATCHING_FILL] = "fill",
        [MATCHING_CANCELED] = "canceled",
        [MATCHING_EXPIRED] = "expired",
        [MATCHING_REDUCED] = "reduced",
        [MATCHING_REPLACED] = "replaced",
        [MATCHING_CANCEL_REJECTED] = "cancel_rejected",
        [MATCHING_REPLACE_REJECTED] = "replace_rejected",
        [MATCHING_TRIGGERED] = "triggered",
        [MATCHING_MASS_CANCELED] = "mass_canceled",
        [MATCHING_PHASE_CHANGED] = "phase_changed",
        [MATCHING_PHASE_REJECTED] = "phase_rejected",
        [MATCHING_UNCROSSED] = "uncrossed",
        [MATCHING_INDICATIVE] = "indicative",
        [MATCHING_LEVEL] = "level",
    };
    return kind < MATCHING_EVENT_END ? names[kind] : NULL;
}
