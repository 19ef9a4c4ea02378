// SPDX-License-Identifier: Apache-2.0
// A book by price with a set of features over it, and a storm of messages: levels near and far, crossings, cleared
// sides, trades with and without a side.
#ifndef FULMAR_TEST_QUANT_MICRO_MICRO_KIT_H
#define FULMAR_TEST_QUANT_MICRO_MICRO_KIT_H

#include <math.h>

#include "base/prng.h"
#include "harness.h"
#include "quant/micro/micro_set.h"

#define KIT_S INT64_C(1000000000)

struct kit {
    struct arena arena;
    struct book_l2 book;
    struct micro_source source;
    struct micro_set set;
    void *state;
    int64_t now_ns;
    // What becomes of each price and quantity: price x price_times + price_plus.
    int64_t price_times, price_plus, qty_times;
    // What the storm did, for twins.
    struct prng prng;
    struct micro_trade trade; // the latest
    bool traded;              // the latest step was a trade
    bool begun;               // the latest commit was a beginning
};

static inline void kit_open_units(struct kit *kit, const char *features, double price_unit,
                                  double qty_unit) {
    const struct book_l2_config config = {.window = 256, .level_max = 1024};
    memset(kit, 0, sizeof *kit);
    kit->price_times = kit->qty_times = 1;
    assert_ok(arena_init(&kit->arena, 16 << 20));
    assert_ok(book_l2_init(&kit->book, &kit->arena, &config));
    kit->source.l2 = &kit->book;
    micro_set_init(&kit->set, price_unit, qty_unit);
    assert_ok(micro_set_parse(&kit->set, features));
    kit->state = arena_alloc(&kit->arena, micro_set_size(&kit->set), 64);
    assert_non_null(kit->state);
    micro_set_begin(&kit->set, kit->state);
    kit->now_ns = 1000 * KIT_S;
}

static inline void kit_open(struct kit *kit, const char *features) {
    kit_open_units(kit, features, 1, 1);
}

static inline void kit_close(struct kit *kit) {
    arena_fini(&kit->arena);
}

static inline void kit_level(struct kit *kit, int side, int64_t price, int64_t qty) {
    struct book_l2_change change;
    price = price * kit->price_times + kit->price_plus;
    qty *= kit->qty_times;
    assert_ok(book_l2_set(&kit->book, side, price, qty, &change));
    micro_set_level(&kit->set, kit->state, side, price, qty);
}

static inline void kit_commit(struct kit *kit) {
    micro_set_commit(&kit->set, kit->state, &kit->source, kit->now_ns);
    kit->traded = false;
}

// A level and a commit, `ms` after what was before.
static inline void kit_put(struct kit *kit, int64_t ms, int side, int64_t price, int64_t qty) {
    kit->now_ns += ms * KIT_S / 1000;
    kit_level(kit, side, price, qty);
    kit_commit(kit);
}

static inline void kit_trade(struct kit *kit, int64_t ms, int side, int64_t price, int64_t qty) {
    kit->now_ns += ms * KIT_S / 1000;
    kit->trade = (struct micro_trade){.price = price * kit->price_times + kit->price_plus,
                                      .qty = qty * kit->qty_times,
                                      .side = side};
    kit->traded = true;
    micro_set_trade(&kit->set, kit->state, &kit->trade, kit->now_ns);
}

// Output i of a call.
static inline double kit_value(const struct kit *kit, uint32_t call, uint32_t output) {
    return micro_set_outputs(&kit->set, kit->state, call)[output];
}

static inline void kit_storm_levels(struct kit *kit, int side) {
    uint64_t kind = prng_below(&kit->prng, 1000);
    if (kind == 0) { // a side is gone, or begins anew
        book_l2_clear(&kit->book, side);
        micro_set_begin_book(&kit->set, kit->state);
        kit->begun = true;
        return;
    }
    uint64_t count = 1 + prng_below(&kit->prng, 4);
    for (uint64_t i = 0; i < count; i++) {
        int64_t away = 1 + (int64_t)prng_below(&kit->prng, kind < 900 ? 12 : 200);
        int64_t middle = 10000 + (int64_t)prng_below(&kit->prng, 3);
        if (kind < 10) away = -away % 5; // it crosses
        int64_t qty = prng_below(&kit->prng, 3) == 0 ? 0 : 1 + (int64_t)prng_below(&kit->prng, 500);
        kit_level(kit, side, middle - side * away, qty);
    }
}

// One step of a storm: a message about the book, or a trade.
static inline void kit_storm(struct kit *kit) {
    kit->now_ns += (int64_t)prng_below(&kit->prng, 200) * 1000000;
    int side = prng_below(&kit->prng, 2) ? 1 : -1;
    if (prng_below(&kit->prng, 4) == 0) {
        int told = prng_below(&kit->prng, 8) == 0 ? 0 : side;
        kit_trade(kit, 0, told, 10000 + (int64_t)prng_below(&kit->prng, 7) - 3,
                  1 + (int64_t)prng_below(&kit->prng, 300));
        return;
    }
    kit->begun = false;
    kit_storm_levels(kit, side);
    if (prng_below(&kit->prng, 2)) kit_storm_levels(kit, -side);
    kit_commit(kit);
}

// Equal within a tolerance relative to the larger and to 1, or both undefined.
static inline void kit_near(double got, double expected, double tolerance, const char *what) {
    double scale = fmax(1, fmax(fabs(got), fabs(expected)));
    if (isnan(got) && isnan(expected)) return;
    if (!(fabs(got - expected) <= tolerance * scale))
        fail_msg("%s: %.17g is not %.17g", what, got, expected);
}

#endif
