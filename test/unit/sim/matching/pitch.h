// SPDX-License-Identifier: Apache-2.0
// A book to try things in: prices 1 to 1,000, lots of 1, and the events of the latest command.
#ifndef FULMAR_TEST_UNIT_SIM_MATCHING_PITCH_H
#define FULMAR_TEST_UNIT_SIM_MATCHING_PITCH_H

#include "harness.h"

#include "sim/matching/matching.h"

enum { PITCH_EVENTS = 256, PITCH_ARENA = 1 << 20 };

struct pitch {
    struct arena arena;
    struct matching book;
    struct matching_event events[PITCH_EVENTS];
    struct matching_sink sink;
};

static inline struct matching_config pitch_config(void) {
    return (struct matching_config){.tick = 1,
                                    .price_min = 1,
                                    .price_max = 1000,
                                    .lot = 1,
                                    .order_max = 64,
                                    .owner_max = 8,
                                    .stp = MATCHING_STP_NONE,
                                    .phase = MATCHING_CONTINUOUS};
}

static inline void pitch_init(struct pitch *pitch, const struct matching_config *config) {
    assert_ok(arena_init(&pitch->arena, PITCH_ARENA));
    assert_ok(matching_init(&pitch->book, &pitch->arena, config));
    arena_seal(&pitch->arena);
    pitch->sink = (struct matching_sink){.events = pitch->events, .max = PITCH_EVENTS};
}

static inline void pitch_fini(struct pitch *pitch) {
    matching_check(&pitch->book);
    arena_fini(&pitch->arena);
}

static inline void pitch_apply(struct pitch *pitch, struct matching_command command) {
    pitch->sink.count = 0;
    matching_apply(&pitch->book, &command, &pitch->sink);
    matching_check(&pitch->book);
}

static inline struct matching_command pitch_limit(uint64_t id, int32_t side, int64_t qty,
                                                  int64_t price) {
    return (struct matching_command){.kind = MATCHING_NEW,
                                     .order_id = id,
                                     .side = side,
                                     .type = ORDER_LIMIT,
                                     .qty = qty,
                                     .price = price};
}

static inline struct matching_command pitch_market(uint64_t id, int32_t side, int64_t qty) {
    return (struct matching_command){
        .kind = MATCHING_NEW, .order_id = id, .side = side, .type = ORDER_MARKET, .qty = qty};
}

static inline void pitch_put(struct pitch *pitch, uint64_t id, int32_t side, int64_t qty,
                             int64_t price) {
    pitch_apply(pitch, pitch_limit(id, side, qty, price));
}

static inline void pitch_phase(struct pitch *pitch, uint16_t phase) {
    pitch_apply(pitch, (struct matching_command){.kind = MATCHING_PHASE, .phase = phase});
}

// The events of the latest command as "accepted 3, fill 3x1 5@100, canceled 3 5 no_liquidity": of an order its number;
// what was traded, canceled or reduced; the price of a trade; and the reason where there is one.
static inline const char *pitch_said(const struct pitch *pitch) {
    static char text[4096];
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < pitch->sink.count; i++) {
        const struct matching_event *e = &pitch->events[i];
        bool part = e->kind == MATCHING_CANCELED || e->kind == MATCHING_EXPIRED ||
                    e->kind == MATCHING_REDUCED;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? ", " : "",
                                 matching_event_name(e->kind));
        if (e->kind == MATCHING_FILL)
            used +=
                (size_t)snprintf(text + used, sizeof text - used, " %llux%llu %lld@%lld",
                                 (unsigned long long)e->order_id, (unsigned long long)e->other_id,
                                 (long long)e->qty, (long long)e->price);
        else if (e->kind == MATCHING_UNCROSSED || e->kind == MATCHING_INDICATIVE)
            used += (size_t)snprintf(text + used, sizeof text - used, " %lld@%lld%+lld",
                                     (long long)e->qty, (long long)e->price,
                                     (long long)e->other_leaves);
        else if (e->order_id != 0)
            used += (size_t)snprintf(text + used, sizeof text - used, " %llu",
                                     (unsigned long long)e->order_id);
        if (part)
            used += (size_t)snprintf(text + used, sizeof text - used, " %lld", (long long)e->qty);
        if (e->reason != REASON_NONE)
            used += (size_t)snprintf(text + used, sizeof text - used, " %s",
                                     order_reason_name(e->reason));
    }
    return text;
}

// A side of the book in order of priority as "1:5@100 2:3@101": number, what shows, price.
static inline const char *pitch_side(const struct pitch *pitch, int side) {
    static char text[1024];
    struct matching_order orders[64];
    uint32_t count = matching_orders(&pitch->book, side, orders, 64);
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%llu:%lld@%lld",
                                 i > 0 ? " " : "", (unsigned long long)orders[i].order_id,
                                 (long long)orders[i].shown, (long long)orders[i].price);
    return text;
}

#define assert_said(pitch, words) assert_string_equal(pitch_said(pitch), words)

#endif
