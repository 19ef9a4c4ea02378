// SPDX-License-Identifier: Apache-2.0
// The pool of orders, what hangs on it, and its queries.
#include "order/order.h"

#include "base/check.h"
#include "order/order_state.h"

#define NONE UINT32_MAX

enum { TRADES_PER_ORDER = 4, TRADES_MIN = 1024, STRATEGIES_MAX = 1 << 16, ALIGN_SLACK = 64 };

static void check_trades(const struct orders *orders);
static uint32_t trade_ring_size(const struct orders_config *config);
static size_t map_memory(uint32_t max);
static void sync_maps(struct orders *orders);
static uint32_t take_slot(struct orders *orders);
static void live_link(struct orders *orders, uint32_t handle);
static void live_unlink(struct orders *orders, uint32_t handle);
static void end(struct orders *orders, uint32_t handle);
static void spec_check(const struct orders *orders, const struct order_spec *spec);
static uint64_t trade_key(uint64_t order_id, uint64_t trade_id);

int orders_init(struct orders *orders, struct arena *state, const struct orders_config *config) {
    CHECK(config->max > 0 && config->max <= INT32_MAX / 8);
    CHECK(config->strategy_count <= STRATEGIES_MAX);
    struct orders made = {
        .items = ARENA_NEW(state, struct order, config->max),
        .exposure = ARENA_NEW(state, struct order_exposure, config->instrument_count),
        .next_sequence = ARENA_NEW(state, uint64_t, config->strategy_count),
        .trade_ring = ARENA_NEW(state, uint64_t, trade_ring_size(config)),
        .counts = ARENA_NEW(state, struct orders_counts, 1),
        .instruments = config->instruments,
        .max = config->max,
        .instrument_count = config->instrument_count,
        .strategy_count = config->strategy_count,
        .trade_ring_size = trade_ring_size(config),
    };
    if (made.items == NULL || made.exposure == NULL || made.next_sequence == NULL ||
        made.trade_ring == NULL || made.counts == NULL ||
        map_init(&made.by_id, state, made.max) < 0 ||
        map_init(&made.trades, state, made.trade_ring_size) < 0)
        return ERR_APPEND(ERR_NOMEM, "while making room for %u orders", config->max);
    made.counts->ended_first = made.counts->ended_last = NONE;
    for (uint32_t i = 0; i < made.instrument_count; i++) made.exposure[i].first = NONE;
    for (uint32_t i = 0; i < made.strategy_count; i++) made.next_sequence[i] = 1;
    *orders = made;
    return 0;
}

size_t orders_memory(const struct orders_config *config) {
    return config->max * sizeof(struct order) +
           config->instrument_count * sizeof(struct order_exposure) +
           config->strategy_count * sizeof(uint64_t) + sizeof(struct orders_counts) +
           trade_ring_size(config) * sizeof(uint64_t) + map_memory(config->max) +
           map_memory(trade_ring_size(config)) + ALIGN_SLACK * 7;
}

int orders_submit(struct orders *orders, const struct order_spec *spec, int64_t now_ns) {
    spec_check(orders, spec);
    if (!orders_exposure_fits(orders, spec, spec->qty.m)) return ERR_RANGE;
    sync_maps(orders);
    uint32_t handle = take_slot(orders);
    if (handle == NONE) return ERR_FULL;
    uint64_t sequence = orders->next_sequence[spec->strategy]++;
    CHECK(sequence < ORDER_ID_VENUE_BIT);
    struct order *order = &orders->items[handle];
    *order = (struct order){
        .id = order_id_make(spec->strategy, sequence),
        .spec = *spec,
        .created_ns = now_ns,
        .state_before_pending = ORDER_SUBMITTED,
        .live_next = NONE,
        .live_prev = NONE,
        .age_next = NONE,
    };
    CHECK(map_put(&orders->by_id, order->id, handle) == 0);
    live_link(orders, handle);
    orders->counts->submitted++;
    orders_settle(orders, handle, ORDER_SUBMITTED, 0, now_ns);
    return (int)handle;
}

int orders_cancel_sent(struct orders *orders, uint32_t handle, int64_t now_ns) {
    const struct order *order = orders_get(orders, handle);
    if (!order_is_live(order) || order->state == ORDER_PENDING_CANCEL) return ERR_STATE;
    uint32_t state = order->state == ORDER_UNKNOWN ? ORDER_UNKNOWN : ORDER_PENDING_CANCEL;
    orders_settle(orders, handle, state, order_worst_leaves(order), now_ns);
    return 0;
}

int orders_replace_sent(struct orders *orders, uint32_t handle, qty_t qty, price_t price,
                        int64_t now_ns) {
    CHECK(handle < orders->max);
    struct order *order = &orders->items[handle];
    bool resting = order->state == ORDER_SUBMITTED || order->state == ORDER_WORKING ||
                   order->state == ORDER_PARTIALLY_FILLED;
    if (!resting || qty.m <= order->filled_qty.m || price.m < 0) return ERR_STATE;
    int64_t more = qty.m - order->spec.qty.m;
    if (more > 0 && !orders_exposure_fits(orders, &order->spec, more)) return ERR_RANGE;
    int64_t worst = order_worst_leaves(order);
    order->replace_qty = qty;
    order->replace_price = price;
    orders_settle(orders, handle, ORDER_PENDING_REPLACE, worst, now_ns);
    return 0;
}

const struct order *orders_get(const struct orders *orders, uint32_t handle) {
    CHECK(handle < orders->max);
    return &orders->items[handle];
}

int orders_find(const struct orders *orders, uint64_t order_id) {
    uint32_t handle;
    return map_get(&orders->by_id, order_id, &handle) ? (int)handle : -1;
}

bool order_is_live(const struct order *order) {
    return order->state >= ORDER_SUBMITTED && order->state <= ORDER_UNKNOWN;
}

qty_t order_leaves(const struct order *order) {
    int64_t leaves = order->spec.qty.m - order->filled_qty.m;
    return QTY(order_is_live(order) && leaves > 0 ? leaves : 0);
}

uint32_t orders_next_live(const struct orders *orders, uint32_t handle) {
    return orders_get(orders, handle)->live_next;
}

int64_t order_worst_leaves(const struct order *order) {
    if (!order_is_live(order)) return 0;
    int64_t qty = order->spec.qty.m;
    if (order->replace_qty.m > qty) qty = order->replace_qty.m;
    return qty > order->filled_qty.m ? qty - order->filled_qty.m : 0;
}

bool orders_exposure_fits(const struct orders *orders, const struct order_spec *spec,
                          int64_t more) {
    const struct order_exposure *exposure = &orders->exposure[spec->instrument];
    int64_t now = spec->side > 0 ? exposure->buy.m : exposure->sell.m;
    return more <= INT64_MAX - now;
}

void orders_settle(struct orders *orders, uint32_t handle, uint32_t state, int64_t worst_before,
                   int64_t now_ns) {
    struct order *order = &orders->items[handle];
    orders->counts->unknown += (state == ORDER_UNKNOWN) - (order->state == ORDER_UNKNOWN);
    order->state = state;
    order->updated_ns = now_ns;
    struct order_exposure *exposure = &orders->exposure[order->spec.instrument];
    qty_t *side = order->spec.side > 0 ? &exposure->buy : &exposure->sell;
    if (orders->touched != NULL) touched_add(orders->touched, order->spec.instrument);
    side->m += order_worst_leaves(order) - worst_before;
    DCHECK(side->m >= 0);
    if (order->live && !order_is_live(order)) end(orders, handle);
}

bool orders_trade_known(const struct orders *orders, uint64_t order_id, uint64_t trade_id) {
    uint32_t at;
    return trade_id != 0 && map_get(&orders->trades, trade_key(order_id, trade_id), &at);
}

void orders_trade_remember(struct orders *orders, uint64_t order_id, uint64_t trade_id) {
    if (trade_id == 0) return;
    sync_maps(orders);
    uint64_t key = trade_key(order_id, trade_id);
    uint32_t at = (uint32_t)(orders->counts->trade_ring_next % orders->trade_ring_size);
    if (orders->counts->trade_ring_next >= orders->trade_ring_size)
        CHECK(map_remove(&orders->trades, orders->trade_ring[at]));
    CHECK(map_put(&orders->trades, key, at) == 0);
    orders->trade_ring[at] = key;
    orders->counts->trade_ring_next++;
}

void orders_check(const struct orders *orders) {
    const struct orders_counts *counts = orders->counts;
    uint32_t live = 0;
    uint32_t unknown = 0;
    for (uint32_t i = 0; i < orders->max; i++) {
        const struct order *order = &orders->items[i];
        CHECK((order->state == ORDER_FREE) == (i >= counts->free_first));
        if (order->state == ORDER_FREE) continue;
        CHECK(orders_find(orders, order->id) == (int)i);
        CHECK(order->live == order_is_live(order));
        CHECK(order->filled_qty.m >= 0 && (order->filled_qty.m > 0) == (order->fills > 0));
        CHECK(order->filled_qty.m <= order->spec.qty.m || counts->overfills > 0);
        live += order->live;
        unknown += order->state == ORDER_UNKNOWN;
    }
    CHECK(live == counts->live && unknown == counts->unknown);
    for (uint32_t i = 0; i < orders->instrument_count; i++) {
        const struct order_exposure *exposure = &orders->exposure[i];
        int64_t sides[2] = {0, 0};
        uint32_t before = NONE;
        uint32_t count = 0;
        for (uint32_t at = exposure->first; at != NONE; at = orders->items[at].live_next) {
            const struct order *order = orders_get(orders, at);
            CHECK(order->live && order->spec.instrument == i && order->live_prev == before);
            sides[order->spec.side > 0] += order_worst_leaves(order);
            before = at;
            CHECK(++count <= live);
        }
        CHECK(sides[1] == exposure->buy.m && sides[0] == exposure->sell.m);
        CHECK(count == exposure->count);
        live -= count;
    }
    CHECK(live == 0);
    uint32_t ended = 0;
    for (uint32_t at = counts->ended_first; at != NONE; at = orders->items[at].age_next) {
        CHECK(!orders_get(orders, at)->live && ++ended <= orders->max);
        CHECK((orders->items[at].age_next == NONE) == (at == counts->ended_last));
    }
    CHECK(ended + counts->live == counts->free_first);
    check_trades(orders);
}

// O5, as far as it can be seen from the outside: the oldest and the newest trade remembered are found.
static void check_trades(const struct orders *orders) {
    uint64_t next = orders->counts->trade_ring_next;
    uint32_t size = orders->trade_ring_size;
    if (next == 0) return;
    const uint64_t ends[] = {next > size ? next - size : 0, next - 1};
    for (int i = 0; i < 2; i++) {
        uint32_t at;
        CHECK(map_get(&orders->trades, orders->trade_ring[ends[i] % size], &at));
        CHECK(at == ends[i] % size);
    }
}

static uint32_t trade_ring_size(const struct orders_config *config) {
    uint32_t size = config->max * TRADES_PER_ORDER;
    return size > TRADES_MIN ? size : TRADES_MIN;
}

// base/map.h keeps at least a quarter of its power-of-two slots free.
static size_t map_memory(uint32_t max) {
    size_t slots = 1;
    while (slots < (size_t)max + max / 3 + 1) slots *= 2;
    return slots * sizeof(struct map_slot);
}

// A restored snapshot brings the slots of the maps and the counts; how many are used follows from those.
static void sync_maps(struct orders *orders) {
    uint64_t trades = orders->counts->trade_ring_next;
    orders->by_id.count = orders->counts->free_first;
    orders->trades.count =
        trades < orders->trade_ring_size ? (uint32_t)trades : orders->trade_ring_size;
}

// A slot never used, else the one whose order ended first.
static uint32_t take_slot(struct orders *orders) {
    struct orders_counts *counts = orders->counts;
    if (counts->free_first < orders->max) return counts->free_first++;
    uint32_t handle = counts->ended_first;
    if (handle == NONE) return NONE;
    const struct order *order = &orders->items[handle];
    CHECK(map_remove(&orders->by_id, order->id));
    counts->ended_first = order->age_next;
    if (counts->ended_first == NONE) counts->ended_last = NONE;
    return handle;
}

static void live_link(struct orders *orders, uint32_t handle) {
    struct order *order = &orders->items[handle];
    struct order_exposure *exposure = &orders->exposure[order->spec.instrument];
    order->live = 1;
    order->live_next = exposure->first;
    if (exposure->first != NONE) orders->items[exposure->first].live_prev = handle;
    exposure->first = handle;
    exposure->count++;
    orders->counts->live++;
}

static void live_unlink(struct orders *orders, uint32_t handle) {
    struct order *order = &orders->items[handle];
    struct order_exposure *exposure = &orders->exposure[order->spec.instrument];
    if (order->live_prev == NONE)
        exposure->first = order->live_next;
    else
        orders->items[order->live_prev].live_next = order->live_next;
    if (order->live_next != NONE) orders->items[order->live_next].live_prev = order->live_prev;
    order->live = 0;
    order->live_next = order->live_prev = NONE;
    exposure->count--;
    orders->counts->live--;
}

static void end(struct orders *orders, uint32_t handle) {
    struct orders_counts *counts = orders->counts;
    struct order *order = &orders->items[handle];
    live_unlink(orders, handle);
    order->replace_qty = QTY(0);
    order->replace_price = PRICE(0);
    if (counts->ended_last == NONE)
        counts->ended_first = handle;
    else
        orders->items[counts->ended_last].age_next = handle;
    counts->ended_last = handle;
    counts->rejected += order->state == ORDER_REJECTED;
    counts->filled += order->state == ORDER_FILLED;
    counts->canceled += order->state == ORDER_CANCELED;
    counts->expired += order->state == ORDER_EXPIRED;
}

static void spec_check(const struct orders *orders, const struct order_spec *spec) {
    CHECK(spec->instrument < orders->instrument_count);
    CHECK(spec->strategy < orders->strategy_count);
    CHECK(spec->side == 1 || spec->side == -1);
    CHECK(spec->type < ORDER_TYPE_COUNT && spec->tif < TIF_COUNT);
    CHECK(spec->purpose < PURPOSE_COUNT && spec->qty.m > 0);
}

// One-to-one in the trade id, so that two trades of one order never share a key.
static uint64_t trade_key(uint64_t order_id, uint64_t trade_id) {
    uint64_t x = order_id;
    for (int round = 0; round < 2; round++) {
        x += UINT64_C(0x9e3779b97f4a7c15);
        x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
        x ^= x >> 31;
        if (round == 0) x ^= trade_id;
    }
    return x;
}
