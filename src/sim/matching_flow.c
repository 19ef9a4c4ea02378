// SPDX-License-Identifier: Apache-2.0
#include "sim/matching_flow.h"

#include <math.h>

#include <sleef.h>

#include "base/check.h"

static const double NS_A_SECOND = 1e9, WAIT_MAX_NS = 1e18;

static void limit_order(struct matching_flow *flow, const struct matching *m, double where,
                        int32_t side, struct matching_command *c);
static void cancel(struct matching_flow *flow, struct matching_command *c);
static void wait_for_next(struct matching_flow *flow);

void matching_flow_defaults(struct matching_flow_config *ret_config) {
    *ret_config = (struct matching_flow_config){.limit_rate = 1.92,
                                                .decay = 0.52,
                                                .market_rate = 0.94,
                                                .cancel_rate = 0.7,
                                                .depth = 10,
                                                .qty_max = 10,
                                                .first_id = 1};
}

static int check_config(const struct matching_flow_config *c) {
    static const double rate_max = 1e9;
    bool rates = c->limit_rate > 0 && c->limit_rate <= rate_max && c->market_rate >= 0 &&
                 c->market_rate <= rate_max && c->cancel_rate > 0 && c->cancel_rate <= rate_max;
    if (!rates)
        return ERR_SET(ERR_ARGUMENT,
                       "rates of an order flow are to be above 0, at most 1e9 a second");
    if (!(c->decay >= 0 && c->decay <= 10))
        return ERR_SET(ERR_ARGUMENT, "the decay of an order flow is to be 0 to 10");
    if (c->depth == 0 || c->depth > MATCHING_FLOW_DEPTH_MAX || c->qty_max == 0 || c->first_id == 0)
        return ERR_SET(ERR_ARGUMENT,
                       "an order flow's depth is to be 1 to %d, its qty_max and first_id above 0",
                       MATCHING_FLOW_DEPTH_MAX);
    return 0;
}

int matching_flow_init(struct matching_flow *flow, struct arena *arena,
                       const struct matching_flow_config *config, uint32_t order_max) {
    struct matching_flow made = {.config = *config, .order_max = order_max};
    double sum = 0;
    TRY(check_config(config));
    made.ids = ARENA_NEW(arena, uint64_t, order_max);
    if (made.ids == NULL) return ERR_NOMEM;
    TRY(map_init(&made.by_id, arena, order_max));
    for (uint32_t i = 0; i < config->depth; i++) {
        sum += config->limit_rate / Sleef_cinz_powd1_u10purec((double)(i + 1), config->decay);
        made.rates[i] = sum;
    }
    made.opening = 2 * config->depth;
    made.next_id = config->first_id;
    made.next_ns = config->start_ns;
    prng_seed(&made.prng, config->seed);
    *flow = made;
    return 0;
}

int64_t matching_flow_next_ns(const struct matching_flow *flow) {
    return flow->next_ns;
}

static double limit_rate(const struct matching_flow *flow) {
    return flow->rates[flow->config.depth - 1];
}

static int64_t price_at(const struct matching_flow *flow, const struct matching *m, int32_t side,
                        uint32_t distance) {
    struct matching_quote quote;
    bool there = matching_best(m, -side, &quote) && !quote.market;
    int64_t price = there ? quote.price : flow->config.start_price;
    return price - side * (int64_t)distance * m->config.tick;
}

static void new_order(struct matching_flow *flow, const struct matching *m, int32_t side,
                      struct matching_command *c) {
    c->kind = MATCHING_NEW;
    c->order_id = flow->next_id++;
    c->side = side;
    c->qty = (1 + (int64_t)prng_below(&flow->prng, flow->config.qty_max)) * m->config.lot;
}

// The first book: from the touch outwards, in turn on both sides, and all at the start.
static void open_book(struct matching_flow *flow, const struct matching *m,
                      struct matching_command *c) {
    uint32_t done = 2 * flow->config.depth - flow->opening--;
    int32_t side = done % 2 == 0 ? 1 : -1;
    new_order(flow, m, side, c);
    c->type = ORDER_LIMIT;
    c->price = flow->config.start_price - side * (int64_t)(done / 2 + 1) * m->config.tick;
}

void matching_flow_make(struct matching_flow *flow, const struct matching *m,
                        struct matching_command *ret_command) {
    struct matching_command c = {.time_ns = flow->next_ns, .owner = flow->config.owner};
    double limits = limit_rate(flow), markets = flow->config.market_rate;
    if (flow->opening > 0) {
        open_book(flow, m, &c);
    } else {
        double all = 2 * limits + 2 * markets + flow->config.cancel_rate * flow->count;
        double dice = prng_double(&flow->prng) * all;
        int32_t side = prng_below(&flow->prng, 2) == 0 ? 1 : -1;
        bool full = flow->count == flow->order_max;
        if (dice < 2 * limits && !full) {
            limit_order(flow, m, dice / 2, side, &c);
        } else if (dice < 2 * limits + 2 * markets || flow->count == 0) {
            new_order(flow, m, side, &c);
            c.type = ORDER_MARKET;
        } else {
            cancel(flow, &c);
        }
    }
    if (flow->opening == 0) wait_for_next(flow);
    *ret_command = c;
}

// `where` in [0, limit_rate) falls into the rate of a distance.
static void limit_order(struct matching_flow *flow, const struct matching *m, double where,
                        int32_t side, struct matching_command *c) {
    uint32_t distance = 0;
    while (distance + 1 < flow->config.depth && where >= flow->rates[distance]) distance++;
    new_order(flow, m, side, c);
    c->type = ORDER_LIMIT;
    c->price = price_at(flow, m, side, distance + 1);
}

static void cancel(struct matching_flow *flow, struct matching_command *c) {
    c->kind = MATCHING_CANCEL;
    c->order_id = flow->ids[prng_below(&flow->prng, flow->count)];
}

// Exponential, by the rate of all that can come.
static void wait_for_next(struct matching_flow *flow) {
    double rate = 2 * limit_rate(flow) + 2 * flow->config.market_rate +
                  flow->config.cancel_rate * flow->count;
    double u = prng_double(&flow->prng); // in [0, 1)
    double wait = -Sleef_cinz_logd1_u10purec(1 - u) / rate * NS_A_SECOND;
    if (wait > WAIT_MAX_NS) wait = WAIT_MAX_NS;
    int64_t ns = (int64_t)wait;
    flow->next_ns = flow->next_ns > INT64_MAX - ns ? INT64_MAX : flow->next_ns + ns;
}

static void forget(struct matching_flow *flow, uint64_t id) {
    uint32_t at;
    if (!map_get(&flow->by_id, id, &at)) return;
    uint64_t last = flow->ids[--flow->count];
    flow->ids[at] = last;
    CHECK(map_remove(&flow->by_id, id));
    if (last != id) CHECK(map_put(&flow->by_id, last, at) == 0);
}

static bool is_ours(const struct matching_flow *flow, uint64_t id, uint32_t owner) {
    return owner == flow->config.owner && id >= flow->config.first_id && id < flow->next_id;
}

void matching_flow_hear(struct matching_flow *flow, const struct matching_event *event) {
    bool ours = is_ours(flow, event->order_id, event->owner);
    switch (event->kind) {
    case MATCHING_ACCEPTED:
        if (!ours || flow->count == flow->order_max) return;
        CHECK(map_put(&flow->by_id, event->order_id, flow->count) == 0);
        flow->ids[flow->count++] = event->order_id;
        return;
    case MATCHING_FILL:
        if (event->other_leaves == 0 && is_ours(flow, event->other_id, event->other_owner))
            forget(flow, event->other_id);
        if (event->leaves == 0 && ours) forget(flow, event->order_id);
        return;
    case MATCHING_CANCELED:
    case MATCHING_EXPIRED:
        if (ours) forget(flow, event->order_id);
        return;
    default:
        return;
    }
}
