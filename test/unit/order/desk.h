// SPDX-License-Identifier: Apache-2.0
// A pool of orders for the tests of this folder, and short ways to send and report.
#ifndef FULMAR_TEST_ORDER_DESK_H
#define FULMAR_TEST_ORDER_DESK_H

#include "harness.h"

#include "order/order.h"

enum { DESK_INSTRUMENTS = 3, DESK_STRATEGIES = 2 };

struct desk {
    struct arena arena;
    struct orders orders;
    int64_t now_ns;
};

static inline void desk_open(struct desk *desk, uint32_t max) {
    *desk = (struct desk){.now_ns = 1000};
    struct orders_config config = {
        .max = max, .instrument_count = DESK_INSTRUMENTS, .strategy_count = DESK_STRATEGIES};
    assert_ok(arena_init(&desk->arena, orders_memory(&config)));
    assert_ok(orders_init(&desk->orders, &desk->arena, &config));
    arena_seal(&desk->arena);
}

static inline void desk_close(struct desk *desk) {
    orders_check(&desk->orders);
    arena_fini(&desk->arena);
}

static inline struct order_spec desk_spec(int32_t side, int64_t qty) {
    return (struct order_spec){.instrument = 1,
                               .strategy = 1,
                               .side = side,
                               .type = ORDER_LIMIT,
                               .tif = TIF_GTC,
                               .qty = QTY(qty),
                               .limit_price = PRICE(100)};
}

static inline uint32_t desk_submit(struct desk *desk, int32_t side, int64_t qty) {
    struct order_spec spec = desk_spec(side, qty);
    int handle = orders_submit(&desk->orders, &spec, desk->now_ns);
    assert_true(handle >= 0);
    orders_check(&desk->orders);
    return (uint32_t)handle;
}

// A report on an order, with whatever else the kind needs in the fields of `more`.
static inline struct order_change desk_report_with(struct desk *desk, uint64_t order_id,
                                                   enum event_kind kind,
                                                   const struct order_event *more) {
    union event event;
    event_init(&event, kind, 1, ++desk->now_ns);
    struct event_header header = event.header;
    if (more != NULL) event.order = *more;
    event.order.header = header;
    event.order.order_id = order_id;
    struct order_change change = orders_apply(&desk->orders, &event.order);
    orders_check(&desk->orders);
    return change;
}

static inline struct order_change desk_report(struct desk *desk, uint32_t handle,
                                              enum event_kind kind) {
    struct order_event more = {.reason = REASON_REQUESTED};
    return desk_report_with(desk, orders_get(&desk->orders, handle)->id, kind, &more);
}

static inline struct order_change desk_fill(struct desk *desk, uint32_t handle, uint64_t trade_id,
                                            int64_t qty, int64_t leaves) {
    struct order_event more = {
        .trade_id = trade_id, .price = PRICE(100), .qty = QTY(qty), .leaves_qty = QTY(leaves)};
    return desk_report_with(desk, orders_get(&desk->orders, handle)->id, EVENT_ORDER_FILLED, &more);
}

static inline struct order_change desk_replaced(struct desk *desk, uint32_t handle, int64_t qty,
                                                int64_t price) {
    struct order_event more = {.price = PRICE(price), .qty = QTY(qty)};
    return desk_report_with(desk, orders_get(&desk->orders, handle)->id, EVENT_ORDER_REPLACED,
                            &more);
}

static inline uint32_t desk_state(const struct desk *desk, uint32_t handle) {
    return orders_get(&desk->orders, handle)->state;
}

static inline int64_t desk_leaves(const struct desk *desk, uint32_t handle) {
    return order_leaves(orders_get(&desk->orders, handle)).m;
}

// Working quantity of a side of the instrument that desk_spec names.
static inline int64_t desk_working(const struct desk *desk, int32_t side) {
    const struct order_exposure *exposure = &desk->orders.exposure[1];
    return side > 0 ? exposure->buy.m : exposure->sell.m;
}

#endif
