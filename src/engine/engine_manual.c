// SPDX-License-Identifier: Apache-2.0
// Orders by hand: what people ask of the account, through the same rules and the same machine as everything else.
#include "engine/engine_manual.h"

#include <string.h>

#include "base/hash.h"
#include "strategy/manual.h"

enum { REMEMBERED_LEAST = 4096, NONE = 0 };

struct manual_entry { // state: an order by hand, at its sequence modulo their number
    char client_id[MANUAL_ID_SIZE];
    uint64_t order_id; // 0: not used yet
    uint32_t next;     // of its chain: place + 1
    uint32_t reserved;
};
_Static_assert(sizeof(struct manual_entry) == 56, "no padding");

struct engine_manual {            // wiring
    struct manual_entry *entries; // [mask + 1]
    uint32_t *heads;              // state, [mask + 1]: place + 1 of a chain's first
    uint32_t mask;
    uint32_t strategy;
    uint32_t order_max; // open at once
    uint32_t reserved;
};

int engine_manual_check(const struct engine_config *config) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < config->strategy_count; i++)
        count += strategy_is_manual(config->strategies[i].strategy);
    return count <= 1 ? 0 : ERR_SET(ERR_ARGUMENT, "strategy manual may be named once alone");
}

int engine_manual_init(struct engine *engine, struct arena *wiring) {
    uint32_t strategy = 0;
    while (strategy < engine->config.strategy_count &&
           !strategy_is_manual(engine->config.strategies[strategy].strategy))
        strategy++;
    if (strategy == engine->config.strategy_count) return 0;
    uint32_t orders = (uint32_t)engine->config.strategies[strategy].params[MANUAL_ORDERS];
    uint32_t count = REMEMBERED_LEAST;
    while (count < 4 * orders) count *= 2;
    struct engine_manual *manual = ARENA_NEW(wiring, struct engine_manual, 1);
    if (manual == NULL) return engine_full("orders by hand");
    *manual = (struct engine_manual){.entries =
                                         ARENA_NEW(engine->state_arena, struct manual_entry, count),
                                     .heads = ARENA_NEW(engine->state_arena, uint32_t, count),
                                     .mask = count - 1,
                                     .strategy = strategy,
                                     .order_max = orders};
    if (manual->entries == NULL || manual->heads == NULL) return engine_full("orders by hand");
    engine->manual = manual;
    return 0;
}

static uint32_t *chain_of(const struct engine_manual *manual, const char *client_id) {
    return &manual->heads[hash64(0, client_id, MANUAL_ID_SIZE) & manual->mask];
}

static uint64_t find_id(const struct engine_manual *manual, const char *client_id) {
    for (uint32_t at = *chain_of(manual, client_id); at != NONE; at = manual->entries[at - 1].next)
        if (memcmp(manual->entries[at - 1].client_id, client_id, MANUAL_ID_SIZE) == 0)
            return manual->entries[at - 1].order_id;
    return 0;
}

static void forget(const struct engine_manual *manual, uint32_t place) {
    struct manual_entry *entry = &manual->entries[place];
    if (entry->order_id == 0) return;
    uint32_t *link = chain_of(manual, entry->client_id);
    while (*link != place + 1) link = &manual->entries[*link - 1].next;
    *link = entry->next;
}

static void remember(const struct engine_manual *manual, const char *client_id, uint64_t order_id) {
    uint32_t place = (uint32_t)order_id_sequence(order_id) & manual->mask;
    forget(manual, place);
    uint32_t *head = chain_of(manual, client_id);
    struct manual_entry *entry = &manual->entries[place];
    *entry = (struct manual_entry){.order_id = order_id, .next = *head};
    memcpy(entry->client_id, client_id, MANUAL_ID_SIZE);
    *head = place + 1;
}

uint32_t engine_manual_strategy(const struct engine *engine) {
    return engine->manual != NULL ? engine->manual->strategy : STRATEGY_NONE;
}

uint64_t engine_manual_find(const struct engine *engine, const char client_id[MANUAL_ID_SIZE]) {
    return engine->manual != NULL ? find_id(engine->manual, client_id) : 0;
}

const char *engine_manual_client_id(const struct engine *engine, uint64_t order_id) {
    const struct engine_manual *manual = engine->manual;
    if (manual == NULL || order_id_strategy(order_id) != manual->strategy) return "";
    const struct manual_entry *entry = &manual->entries[order_id_sequence(order_id) & manual->mask];
    return entry->order_id == order_id ? entry->client_id : "";
}

static bool trades(const struct engine *engine, uint32_t instrument) {
    uint32_t count = engine->config.instruments->count;
    return instrument < count &&
           engine->slot_of[engine->manual->strategy * count + instrument] != UINT32_MAX;
}

static bool needs_limit(uint16_t type) {
    return type == ORDER_LIMIT || type == ORDER_STOP_LIMIT;
}

static bool on_step(int64_t value, int64_t step) {
    return value > 0 && value % step == 0;
}

static bool quantity_is_valid(const struct instrument *instrument, qty_t qty) {
    return on_step(qty.m, instrument->lot.m) && qty.m >= instrument->qty_min.m;
}

// Prices that its type has no use for are left out.
static bool prices_are_valid(const struct instrument *instrument, const struct manual_order *order,
                             struct order_spec *spec) {
    int64_t tick = instrument->tick.m;
    if (needs_limit(order->type)) {
        spec->limit_price = order->limit_price;
        if (!on_step(order->limit_price.m, tick)) return false;
    }
    if (order->type == ORDER_STOP || order->type == ORDER_STOP_LIMIT) {
        spec->stop_price = order->stop_price;
        return on_step(order->stop_price.m, tick);
    }
    if (order->type != ORDER_TRAILING_STOP) return true;
    spec->stop_price = order->stop_price; // 0: from the first price
    spec->trail = order->trail;
    return on_step(order->trail.m, tick) &&
           (order->stop_price.m == 0 || on_step(order->stop_price.m, tick));
}

bool engine_manual_spec(const struct engine *engine, const struct manual_order *order,
                        struct order_spec *ret_spec) {
    const struct engine_manual *manual = engine->manual;
    if (manual == NULL || !trades(engine, order->instrument)) return false;
    const struct instrument *instrument = &engine->config.instruments->items[order->instrument];
    struct order_spec spec = {
        .instrument = order->instrument,
        .strategy = manual->strategy,
        .side = order->side,
        .type = order->type,
        .tif = order->tif,
        .flags = order->flags,
        .purpose = PURPOSE_STRATEGY,
        .qty = order->qty,
        .expire_ns = order->tif == TIF_GTD ? order->expire_ns : 0,
    };
    bool valid = (order->side == 1 || order->side == -1) && order->type < ORDER_TYPE_COUNT &&
                 order->tif < TIF_COUNT &&
                 (order->flags & ~(uint32_t)(ORDER_POST_ONLY | ORDER_REDUCE_ONLY)) == 0 &&
                 (order->tif != TIF_GTD || order->expire_ns > engine->core->ts_ns) &&
                 quantity_is_valid(instrument, order->qty) &&
                 prices_are_valid(instrument, order, &spec);
    if (valid) *ret_spec = spec;
    return valid;
}

static void tell(struct engine *engine, const struct manual_event *event, uint64_t order_id,
                 enum manual_outcome outcome) {
    struct manual_result_event *result =
        engine_emit(engine, EVENT_MANUAL, sizeof *result, event->header.instrument);
    result->order_id = order_id;
    result->outcome = outcome;
}

static uint64_t open_orders(const struct engine *engine) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < engine->config.instruments->count; i++) {
        uint32_t handle = engine->orders.exposure[i].first;
        for (; handle != UINT32_MAX; handle = orders_next_live(&engine->orders, handle))
            count += orders_get(&engine->orders, handle)->spec.strategy == engine->manual->strategy;
    }
    return count;
}

static void place(struct engine *engine, const struct manual_event *event) {
    const struct manual_order *order = &event->order;
    struct order_spec spec;
    if (engine->manual == NULL || !manual_id_is_valid(order->client_id)) {
        tell(engine, event, 0, MANUAL_INVALID);
        return;
    }
    uint64_t known = find_id(engine->manual, order->client_id);
    if (known != 0 || !engine_manual_spec(engine, order, &spec)) {
        tell(engine, event, known, known != 0 ? MANUAL_DUPLICATE : MANUAL_INVALID);
        return;
    }
    uint64_t id = 0;
    if (engine->orders.counts->live >= engine->manual->order_max &&
        open_orders(engine) >= engine->manual->order_max)
        engine_veto(engine, &spec, VETO_ORDERS_FULL);
    else
        id = engine_submit(engine, &spec);
    if (id != 0) remember(engine->manual, order->client_id, id);
    tell(engine, event, id, id != 0 ? MANUAL_DONE : MANUAL_VETOED);
}

static int named_order(const struct engine *engine, const struct manual_event *event) {
    uint64_t id = event->order_id;
    if (id == 0 && engine->manual != NULL && manual_id_is_valid(event->order.client_id))
        id = find_id(engine->manual, event->order.client_id);
    return id != 0 ? orders_find(&engine->orders, id) : -1;
}

static void take_back(struct engine *engine, const struct manual_event *event) {
    int handle = named_order(engine, event);
    if (handle < 0) {
        tell(engine, event, 0, MANUAL_NOT_FOUND);
        return;
    }
    uint64_t before = engine->core->counts.cancels;
    engine_cancel(engine, (uint32_t)handle);
    bool sent = engine->core->counts.cancels != before;
    tell(engine, event, orders_get(&engine->orders, (uint32_t)handle)->id,
         sent ? MANUAL_DONE : MANUAL_TOO_LATE);
}

// The price that a replace moves: the limit of an order that has one, else the trigger.
static price_t *moved_price(struct order_spec *spec) {
    if (needs_limit(spec->type)) return &spec->limit_price;
    return spec->type == ORDER_STOP ? &spec->stop_price : NULL;
}

// What an order would be after it; false when that is none.
static bool amended(const struct engine *engine, const struct order *order,
                    const struct manual_order *wish, struct order_spec *ret_spec) {
    const struct instrument *instrument =
        &engine->config.instruments->items[order->spec.instrument];
    *ret_spec = order->spec;
    price_t *price = moved_price(ret_spec);
    price_t asked = needs_limit(order->spec.type) ? wish->limit_price : wish->stop_price;
    if (asked.m != 0) {
        if (price == NULL || !on_step(asked.m, instrument->tick.m)) return false;
        *price = asked;
    }
    if (needs_limit(order->spec.type) && wish->stop_price.m != 0 &&
        wish->stop_price.m != order->spec.stop_price.m)
        return false; // a trigger beside a limit cannot be moved: not to be passed over
    if (wish->qty.m == 0) return asked.m != 0;
    if (!quantity_is_valid(instrument, wish->qty)) return false;
    ret_spec->qty = wish->qty;
    return true;
}

static void amend(struct engine *engine, const struct manual_event *event) {
    int handle = named_order(engine, event);
    if (handle < 0) {
        tell(engine, event, 0, MANUAL_NOT_FOUND);
        return;
    }
    const struct order *order = orders_get(&engine->orders, (uint32_t)handle);
    struct order_spec spec;
    enum manual_outcome outcome = MANUAL_DONE;
    if (!amended(engine, order, &event->order, &spec))
        outcome = MANUAL_INVALID;
    else if (!order_is_live(order) || spec.qty.m <= order->filled_qty.m)
        outcome = MANUAL_TOO_LATE;
    else if (!engine_may_amend(engine, order, &spec))
        outcome = MANUAL_VETOED;
    if (outcome == MANUAL_DONE) {
        const price_t *price = moved_price(&spec);
        uint64_t before = engine->core->counts.replaces;
        engine_replace(engine, (uint32_t)handle, spec.qty, price != NULL ? *price : PRICE(0));
        if (engine->core->counts.replaces == before) outcome = MANUAL_TOO_LATE;
    }
    tell(engine, event, order->id, outcome);
}

void engine_manual(struct engine *engine, const struct manual_event *event) {
    switch (event->header.kind) {
    case EVENT_PLACE:
        place(engine, event);
        break;
    case EVENT_TAKE_BACK:
        take_back(engine, event);
        break;
    default: // EVENT_AMEND
        amend(engine, event);
        break;
    }
}
