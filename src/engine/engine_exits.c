// SPDX-License-Identifier: Apache-2.0
#include "engine/engine_exits.h"

#include "base/hash.h"

enum { SIDES = 2 };

struct exit_sum { // of a side
    int128_t all;
    int128_t protecting; // of it, stops and take-profits
};

struct exit_order { // [handle]
    int64_t leaves; // asked, as it was counted
    uint32_t next;  // member of its group, UINT32_MAX ends it
    uint32_t standing;
};

struct exit_group { // a slot of the table
    uint64_t group;
    uint64_t stamp; // of the build that it belongs to
    uint32_t first[SIDES];
    uint32_t standing[SIDES]; // handle, UINT32_MAX: none
};

struct exit_strategy {
    uint64_t stamp;
    struct exit_sum sums[SIDES];
};

struct engine_exits { // wiring
    struct exit_sum sums[SIDES];
    struct exit_order *orders;        // [order_max]
    struct exit_group *groups;        // [mask + 1]
    struct exit_strategy *strategies; // [strategy_count + 1], the account's last
    uint64_t stamp;
    uint64_t mask;
};

int engine_exits_init(struct engine *engine, struct arena *wiring) {
    uint64_t size = 16;
    while (size < 2 * (uint64_t)engine->config.order_max) size *= 2;
    struct engine_exits *exits = ARENA_NEW(wiring, struct engine_exits, 1);
    if (exits == NULL) return engine_full("sums of orders");
    exits->orders = ARENA_NEW(wiring, struct exit_order, engine->config.order_max);
    exits->groups = ARENA_NEW(wiring, struct exit_group, size);
    exits->strategies = ARENA_NEW(wiring, struct exit_strategy, engine->config.strategy_count + 1);
    exits->mask = size - 1;
    if (exits->orders == NULL || exits->groups == NULL || exits->strategies == NULL)
        return engine_full("sums of orders");
    engine->exits = exits;
    return 0;
}

static int side_of(const struct order_spec *spec) {
    return spec->side > 0;
}

static struct exit_group *find_group(const struct engine_exits *exits, uint64_t group) {
    uint64_t at = hash64(0, &group, sizeof group) & exits->mask;
    while (exits->groups[at].stamp == exits->stamp && exits->groups[at].group != group)
        at = (at + 1) & exits->mask;
    return &exits->groups[at];
}

static struct exit_strategy *strategy_of(const struct engine_exits *exits, uint32_t strategy) {
    struct exit_strategy *one = &exits->strategies[strategy];
    if (one->stamp != exits->stamp) *one = (struct exit_strategy){.stamp = exits->stamp};
    return one;
}

static void add(struct exit_sum *sum, const struct order_spec *spec, int128_t leaves) {
    sum->all += leaves;
    if (engine_protects(spec)) sum->protecting += leaves;
}

// Counts an order, or takes it off again.
static void stand(struct engine_exits *exits, const struct order *order, uint32_t handle,
                  bool stands) {
    struct exit_order *one = &exits->orders[handle];
    if (one->standing == stands) return;
    one->standing = stands;
    int128_t leaves = stands ? one->leaves : -(int128_t)one->leaves;
    int side = side_of(&order->spec);
    add(&exits->sums[side], &order->spec, leaves);
    add(&strategy_of(exits, order->spec.strategy)->sums[side], &order->spec, leaves);
}

static const struct order *at(const struct engine *engine, uint32_t handle) {
    return orders_get(&engine->orders, handle);
}

// The largest of a group's side, of equal ones the first, stands for all.
static void choose(struct engine_exits *exits, const struct engine *engine,
                   struct exit_group *group, int side) {
    uint32_t best = UINT32_MAX, before = group->standing[side];
    for (uint32_t i = group->first[side]; i != UINT32_MAX; i = exits->orders[i].next)
        if (best == UINT32_MAX || exits->orders[i].leaves > exits->orders[best].leaves) best = i;
    if (before != UINT32_MAX && before != best) stand(exits, at(engine, before), before, false);
    if (best != UINT32_MAX) stand(exits, at(engine, best), best, true);
    group->standing[side] = best;
}

// At the end of its group, so that members stay in the order of the instrument's list.
static void join(struct engine_exits *exits, const struct order *order, uint32_t handle) {
    struct exit_group *group = find_group(exits, order->spec.group);
    if (group->stamp != exits->stamp)
        *group = (struct exit_group){
            order->spec.group, exits->stamp, {UINT32_MAX, UINT32_MAX}, {UINT32_MAX, UINT32_MAX}};
    uint32_t *link = &group->first[side_of(&order->spec)];
    while (*link != UINT32_MAX) link = &exits->orders[*link].next;
    *link = handle;
}

void engine_exits_build(struct engine_exits *exits, const struct engine *engine,
                        uint32_t instrument) {
    uint32_t first = engine->orders.exposure[instrument].first;
    exits->stamp++;
    exits->sums[0] = exits->sums[1] = (struct exit_sum){0};
    for (uint32_t i = first; i != UINT32_MAX; i = orders_next_live(&engine->orders, i)) {
        const struct order *order = at(engine, i);
        exits->orders[i] = (struct exit_order){engine_asked_leaves(engine, order), UINT32_MAX, 0};
        if (order->spec.group != 0)
            join(exits, order, i);
        else
            stand(exits, order, i, true);
    }
    for (uint32_t i = first; i != UINT32_MAX; i = orders_next_live(&engine->orders, i)) {
        const struct order *order = at(engine, i);
        if (order->spec.group == 0) continue;
        struct exit_group *group = find_group(exits, order->spec.group);
        int side = side_of(&order->spec);
        if (group->standing[side] == UINT32_MAX) choose(exits, engine, group, side);
    }
}

void engine_exits_update(struct engine_exits *exits, const struct engine *engine, uint32_t handle) {
    const struct order *order = at(engine, handle);
    bool stood = exits->orders[handle].standing;
    stand(exits, order, handle, false);
    exits->orders[handle].leaves = engine_asked_leaves(engine, order);
    if (stood) stand(exits, order, handle, true);
    if (order->spec.group != 0)
        choose(exits, engine, find_group(exits, order->spec.group), side_of(&order->spec));
}

static void leave_out(const struct engine_exits *exits, const struct engine *engine,
                      uint32_t handle, const struct order_spec *spec, bool own,
                      struct exit_sum *sum) {
    if (handle == UINT32_MAX || !exits->orders[handle].standing) return;
    const struct order *order = at(engine, handle);
    if (order->spec.side != spec->side || (own && order->spec.strategy != spec->strategy)) return;
    add(sum, &order->spec, -(int128_t)exits->orders[handle].leaves);
}

int64_t engine_exits_before(const struct engine_exits *exits, const struct engine *engine,
                            const struct order_spec *spec, bool own, uint32_t self) {
    int side = side_of(spec);
    struct exit_sum sum = own ? strategy_of(exits, spec->strategy)->sums[side] : exits->sums[side];
    uint32_t standing = UINT32_MAX;
    if (spec->group != 0) {
        const struct exit_group *group = find_group(exits, spec->group);
        if (group->stamp == exits->stamp) standing = group->standing[side];
    }
    leave_out(exits, engine, standing, spec, own, &sum);
    if (self != standing) leave_out(exits, engine, self, spec, own, &sum);
    int128_t before = spec->purpose == PURPOSE_TARGET ? sum.all - sum.protecting : sum.all;
    return before < INT64_MAX ? (int64_t)before : INT64_MAX;
}
