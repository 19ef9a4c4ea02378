// SPDX-License-Identifier: Apache-2.0
// A strategy of scope book at a desk: a book, trades and orders made by hand, and what it answers.
#ifndef FULMAR_TEST_STRATEGY_BOOK_DESK_H
#define FULMAR_TEST_STRATEGY_BOOK_DESK_H

#include "harness.h"

#include "strategy/strategy.h"

enum { DESK_STATE_MAX = 1 << 19 };

struct desk {
    struct arena arena;
    struct book_l2 book;
    const struct strategy *strategy;
    double params[PARAMS_MAX];
    double position, entry_price;
    double inputs[STRATEGY_INPUTS_MAX];
    struct strategy_working working[STRATEGY_WORKING_MAX];
    struct strategy_trade trades[STRATEGY_TRADES_MAX];
    struct strategy_target target;
    struct strategy_view view;
    struct strategy_out out;
    _Alignas(16) unsigned char state[DESK_STATE_MAX];
};

static inline void desk_level(struct desk *desk, int side, int64_t tick, int64_t qty) {
    struct book_l2_change change;
    assert_ok(book_l2_set(&desk->book, side, tick, qty, &change));
}

// A book of 999.0 at 1001.0 in ticks of 0.1 and lots of 0.5; default parameters.
static inline struct desk *desk_new(const char *strategy) {
    struct desk *desk = calloc(1, sizeof *desk);
    const struct book_l2_config config = {.window = 4096, .level_max = 16};
    assert_ok(arena_init(&desk->arena, 1 << 20));
    assert_ok(book_l2_init(&desk->book, &desk->arena, &config));
    desk_level(desk, 1, 9990, 5);
    desk_level(desk, -1, 10010, 5);
    desk->strategy = strategy_find(strategy);
    assert_non_null(desk->strategy);
    assert_true(desk->strategy->state_size <= DESK_STATE_MAX);
    params_defaults(desk->strategy->params, desk->strategy->param_count, desk->params);
    desk->view = (struct strategy_view){.now_ns = 1000000000,
                                        .params = desk->params,
                                        .instrument_count = 1,
                                        .input_count = (uint32_t)desk->strategy->input_count,
                                        .inputs = desk->inputs,
                                        .position = &desk->position,
                                        .entry_price = &desk->entry_price,
                                        .book = &desk->book,
                                        .tick = 0.1,
                                        .lot = 0.5,
                                        .multiplier = 1,
                                        .working = desk->working,
                                        .trades = desk->trades};
    return desk;
}

static inline void desk_free(struct desk *desk) {
    arena_fini(&desk->arena);
    free(desk);
}

static inline void desk_set(struct desk *desk, const char *name, const char *value) {
    const struct strategy *strategy = desk->strategy;
    assert_ok(params_set(strategy->params, strategy->param_count, name, value, desk->params));
}

static inline void desk_trade(struct desk *desk, int64_t venue_ns, int side, double price,
                              double qty) {
    desk->trades[desk->view.trade_count++] =
        (struct strategy_trade){.ts_ns = desk->view.now_ns,
                                .venue_ns = venue_ns,
                                .price = price,
                                .qty = qty,
                                .best_bid = book_l2_best_bid(&desk->book),
                                .best_ask = book_l2_best_ask(&desk->book),
                                .side = side};
    *(side > 0 ? &desk->view.bought : side < 0 ? &desk->view.sold : &desk->view.unknown) += qty;
}

// The answer to the next view; the trades are told with it, and no more after it.
static inline void desk_ask(struct desk *desk) {
    desk->out = (struct strategy_out){.targets = &desk->target};
    desk->strategy->decide(&desk->view, desk->state, &desk->out);
    desk->view.decisions++;
    desk->view.trade_count = 0;
    desk->view.bought = desk->view.sold = desk->view.unknown = 0;
}

static inline void desk_step(struct desk *desk, int64_t ms) {
    desk->view.now_ns += ms * 1000000;
    desk_ask(desk);
}

// The answer's only order of a side; NULL: none. CHECKs that there is not a second one.
static inline const struct strategy_order *desk_order(const struct desk *desk, int side) {
    const struct strategy_order *found = NULL;
    for (uint32_t i = 0; i < desk->out.order_count; i++) {
        if (desk->out.orders[i].side != side) continue;
        assert_null(found);
        found = &desk->out.orders[i];
    }
    return found;
}

static inline void desk_check_refuses(struct desk *desk, const char *words) {
    assert_int_equal(desk->strategy->check(desk->params), ERR_ARGUMENT);
    if (strstr(err_story(), words) == NULL) fail_msg("%s", err_story());
}

#endif
