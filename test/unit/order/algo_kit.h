// SPDX-License-Identifier: Apache-2.0
// A parent's view for tests of execution algorithms: what is sent fills in full before the next step.
#ifndef FULMAR_TEST_ORDER_ALGO_KIT_H
#define FULMAR_TEST_ORDER_ALGO_KIT_H

#include "harness.h"

#include "base/timestamp.h"
#include "order/algo.h"

struct algo_kit {
    const struct algo *algo;
    struct algo_view view;
    double values[PARAMS_MAX];
    int64_t params[PARAMS_MAX];
    uint32_t curve[ALGO_SLICES_MAX];
    struct algo_child children[ALGO_CHILDREN_MAX];
    struct algo_out out; // of the latest step
};

// The parameters at their defaults, as algorithms read them: order/algo.h, algo_view.
static inline void algo_kit_init(struct algo_kit *kit, const char *name, int64_t qty) {
    *kit = (struct algo_kit){.algo = algo_find(name)};
    assert_non_null(kit->algo);
    params_defaults(kit->algo->params, kit->algo->param_count, kit->values);
    for (size_t i = 0; i < kit->algo->param_count; i++) {
        enum param_type type = kit->algo->params[i].type;
        double scale = type == PARAM_DURATION ? 1e9 : type == PARAM_REAL ? 1e6 : 1;
        kit->params[i] = (int64_t)(kit->values[i] * scale + 0.5);
    }
    kit->view = (struct algo_view){.start_ns = NS_PER_DAY,
                                   .now_ns = NS_PER_DAY,
                                   .end_ns = NS_PER_DAY + 10 * NS_PER_MIN,
                                   .qty = QTY(qty),
                                   .lot = QTY(1),
                                   .qty_min = QTY(1),
                                   .tick = PRICE(1),
                                   .arrival = PRICE(10000),
                                   .last = PRICE(10000),
                                   .params = kit->params,
                                   .children = kit->children,
                                   .side = 1};
}

static inline void algo_kit_even(struct algo_kit *kit, uint32_t slices) {
    algo_curve_even(slices, kit->curve);
    kit->view.curve = kit->curve;
    kit->view.slices = slices;
}

// Steps at an instant after the start; what was sent at the market counts as filled. Returns how much that was.
static inline int64_t algo_kit_step(struct algo_kit *kit, int64_t after_ns) {
    int64_t sum = 0;
    kit->view.now_ns = kit->view.start_ns + after_ns;
    kit->out.order_count = kit->out.cancel_count = 0;
    kit->algo->step(&kit->view, &kit->out);
    kit->view.steps++;
    for (uint32_t i = 0; i < kit->out.order_count; i++)
        if (kit->out.orders[i].type == ORDER_MARKET) sum += kit->out.orders[i].qty.m;
    kit->view.filled.m += sum;
    return sum;
}

#endif
