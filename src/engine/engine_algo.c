// SPDX-License-Identifier: Apache-2.0
#include "engine/engine_algo.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/timestamp.h"
#include "quant/portfolio/almgren_chriss.h"

static const struct engine_execution *execution_of(const struct engine *engine,
                                                   const struct slot *slot) {
    return &engine->algos->executions[slot->strategy];
}

static const struct instrument *instrument_of(const struct engine *engine,
                                              const struct slot *slot) {
    return &engine->config.instruments->items[slot->instrument];
}

// Children at work, and what they can still fill.
static uint32_t live_children(const struct engine *engine, const struct slot *slot,
                              struct algo_child *children, int64_t *ret_working) {
    uint32_t count = 0;
    int64_t working = 0;
    for (int i = 0; i < ALGO_CHILDREN_MAX; i++) {
        uint64_t id = slot->parent->children[i];
        int handle = id == 0 ? -1 : orders_find(&engine->orders, id);
        if (handle < 0) continue;
        const struct order *order = orders_get(&engine->orders, (uint32_t)handle);
        if (!order_is_live(order)) continue;
        working += order_leaves(order).m;
        children[count++] = (struct algo_child){
            .id = id,
            .leaves = order_leaves(order),
            .limit_price = order->spec.limit_price,
            .canceling = order->state == ORDER_PENDING_CANCEL,
        };
    }
    *ret_working = working;
    return count;
}

static int64_t open_quantity(const struct algo_parent *parent, int64_t working) {
    int64_t open = parent->qty - parent->filled - working;
    return open > 0 ? open : 0;
}

int64_t engine_algo_unsent(const struct engine *engine, const struct slot *slot) {
    if (slot->parent == NULL || slot->parent->id == 0) return 0;
    struct algo_child children[ALGO_CHILDREN_MAX];
    int64_t working;
    live_children(engine, slot, children, &working);
    return slot->parent->side * open_quantity(slot->parent, working);
}

bool engine_algo_owns(const struct slot *slot, uint64_t order_id) {
    if (slot->parent == NULL || slot->parent->id == 0) return false;
    for (int i = 0; i < ALGO_CHILDREN_MAX; i++)
        if (slot->parent->children[i] == order_id) return true;
    return false;
}

static struct algo_event *tell(struct engine *engine, const struct slot *slot,
                               enum algo_what what) {
    const struct algo_parent *parent = slot->parent;
    const struct board_row *row = &engine->board.rows[slot->instrument];
    struct algo_event *event =
        engine_emit(engine, EVENT_ALGO, sizeof(struct algo_event), slot->instrument);
    event->parent = parent->id;
    event->what = what;
    event->algo = algo_index(execution_of(engine, slot)->algo);
    event->strategy = slot->strategy;
    event->side = parent->side;
    event->qty = QTY(parent->qty);
    event->filled = QTY(parent->filled);
    event->start_ns = parent->start_ns;
    event->end_ns = parent->end_ns;
    event->last = row->last;
    event->bid = row->bid;
    event->ask = row->ask;
    return event;
}

static void tell_end(struct engine *engine, const struct slot *slot, enum algo_reason reason) {
    const struct algo_parent *parent = slot->parent;
    struct algo_event *event = tell(engine, slot, ALGO_ENDED);
    event->reason = reason;
    event->market_qty = QTY(parent->market_qty);
    event->value_hi = (int64_t)(parent->market_value >> 64);
    event->value_lo = (uint64_t)parent->market_value;
    event->price_hi = (int64_t)(parent->price_sum >> 64);
    event->price_lo = (uint64_t)parent->price_sum;
    event->price_count = parent->price_count;
}

static void cancel_child(struct engine *engine, uint64_t id) {
    int handle = orders_find(&engine->orders, id);
    if (handle >= 0) engine_cancel(engine, (uint32_t)handle);
}

static void cancel_children(struct engine *engine, const struct slot *slot) {
    for (int i = 0; i < ALGO_CHILDREN_MAX; i++)
        if (slot->parent->children[i] != 0) cancel_child(engine, slot->parent->children[i]);
}

static void forget(struct engine *engine, struct slot *slot, enum algo_reason reason) {
    tell_end(engine, slot, reason);
    slot->parent->id = 0;
    engine->algos->core->live--;
}

void engine_algo_end(struct engine *engine, struct slot *slot, enum algo_reason reason) {
    if (slot->parent == NULL || slot->parent->id == 0) return;
    cancel_children(engine, slot);
    forget(engine, slot, reason);
    // What is left is wanted still: the next decision asks again.
    if (reason == ALGO_REASON_REFUSED || reason == ALGO_REASON_SPLIT) slot->state->weight = NAN;
    if (reason == ALGO_REASON_HALTED) slot->state->denied = 1;
}

static int free_place(const struct algo_parent *parent) {
    for (int i = 0; i < ALGO_CHILDREN_MAX; i++)
        if (parent->children[i] == 0) return i;
    return -1;
}

static struct order_spec child_spec(const struct slot *slot, const struct algo_order *wish,
                                    int64_t qty) {
    return (struct order_spec){
        .instrument = slot->instrument,
        .strategy = slot->strategy,
        .side = slot->parent->side,
        .type = wish->type,
        .tif = wish->tif,
        .flags = wish->flags,
        .purpose = PURPOSE_TARGET,
        .qty = QTY(qty),
        .limit_price = wish->type == ORDER_LIMIT ? wish->limit_price : PRICE(0),
    };
}

// The part of a wish that may be sent (A1, A3); 0: nothing.
static int64_t allowed(const struct engine *engine, const struct slot *slot,
                       const struct algo_order *wish, int64_t open) {
    const struct instrument *instrument = instrument_of(engine, slot);
    int64_t qty = wish->qty.m < open ? wish->qty.m : open;
    if (qty < open) qty -= qty % instrument->lot.m;
    if (qty < instrument->qty_min.m && qty < open) return 0;
    return qty;
}

// Sends one child; false when the parent ended over it.
static bool send_child(struct engine *engine, struct slot *slot, const struct algo_order *wish) {
    struct algo_parent *parent = slot->parent;
    struct algo_child children[ALGO_CHILDREN_MAX];
    int64_t working;
    live_children(engine, slot, children, &working);
    int64_t qty = allowed(engine, slot, wish, open_quantity(parent, working));
    int place = free_place(parent);
    if (qty <= 0 || place < 0) return true;
    CHECK(wish->type == ORDER_MARKET || (wish->type == ORDER_LIMIT && wish->limit_price.m > 0));
    struct order_spec spec = child_spec(slot, wish, qty);
    if (engine_denies(engine, &spec)) {
        engine_algo_end(engine, slot, ALGO_REASON_HALTED);
        return false;
    }
    uint64_t id = engine_submit(engine, &spec);
    if (id == 0) {
        if (++parent->refusals < ALGO_REFUSALS_MAX) return true;
        engine_algo_end(engine, slot, ALGO_REASON_REFUSED);
        return false;
    }
    parent->children[place] = id;
    struct algo_event *event = tell(engine, slot, ALGO_CHILD);
    event->order_id = id;
    event->qty = orders_get(&engine->orders, (uint32_t)orders_find(&engine->orders, id))->spec.qty;
    return true;
}

// What stands at the best prices of a feed's book.
static void fill_sizes(const struct engine *engine, const struct slot *slot,
                       struct algo_view *view) {
    if (engine->books == NULL) return;
    const struct book_l2 *book = &engine->books[slot->instrument];
    int64_t bid = book_l2_best_bid(book), ask = book_l2_best_ask(book);
    if (bid != BOOK_L2_NO_BID) view->bid_qty = QTY(book_l2_qty(book, 1, bid));
    if (ask != BOOK_L2_NO_ASK) view->ask_qty = QTY(book_l2_qty(book, -1, ask));
}

static struct algo_view make_view(const struct engine *engine, const struct slot *slot,
                                  struct algo_child *children) {
    const struct algo_parent *parent = slot->parent;
    const struct engine_execution *execution = execution_of(engine, slot);
    const struct instrument *instrument = instrument_of(engine, slot);
    const struct board_row *row = &engine->board.rows[slot->instrument];
    struct algo_view view = {
        .now_ns = engine->core->ts_ns,
        .start_ns = parent->start_ns,
        .end_ns = parent->end_ns,
        .qty = QTY(parent->qty),
        .filled = QTY(parent->filled),
        .lot = instrument->lot,
        .qty_min = instrument->qty_min,
        .tick = instrument->tick,
        .arrival = PRICE(parent->arrival),
        .last = row->last,
        .bid = row->bid,
        .ask = row->ask,
        .market_qty = QTY(parent->market_qty),
        .curve = execution->slices > 0 ? parent->curve : NULL,
        .params = execution->params,
        .children = children,
        .slices = execution->slices,
        .side = parent->side,
        .steps = (uint32_t)parent->steps,
    };
    fill_sizes(engine, slot, &view);
    view.child_count = live_children(engine, slot, children, &view.working.m);
    return view;
}

// Behind the planned end: what the policy says.
static void finish(struct engine *engine, struct slot *slot, const struct algo_view *view) {
    switch ((enum algo_at_end)view->params[ALGO_AT_END]) {
    case ALGO_AT_END_LEAVE:
        forget(engine, slot, ALGO_REASON_TIME);
        break;
    case ALGO_AT_END_CANCEL:
        cancel_children(engine, slot);
        if (view->child_count == 0) forget(engine, slot, ALGO_REASON_TIME);
        break;
    default:
        for (uint32_t i = 0; i < view->child_count; i++)
            if (view->children[i].limit_price.m > 0) cancel_child(engine, view->children[i].id);
        if (view->child_count == 0)
            send_child(
                engine, slot,
                &(struct algo_order){.qty = algo_open(view), .type = ORDER_MARKET, .tif = TIF_GTC});
    }
}

static void step(struct engine *engine, struct slot *slot) {
    struct algo_parent *parent = slot->parent;
    if (parent->stepped_seq == engine->cause->seq) return;
    parent->stepped_seq = engine->cause->seq;
    if (slot->state->closing) {
        engine_algo_end(engine, slot, ALGO_REASON_CLOSED);
        return;
    }
    struct algo_child children[ALGO_CHILDREN_MAX];
    struct algo_view view = make_view(engine, slot, children);
    if (view.last.m <= 0) return;
    if (view.now_ns >= view.end_ns) {
        finish(engine, slot, &view);
        return;
    }
    parent->steps++;
    struct algo_out out;
    out.order_count = out.cancel_count = 0;
    execution_of(engine, slot)->algo->step(&view, &out);
    CHECK(out.order_count <= ALGO_ORDERS_MAX && out.cancel_count <= ALGO_CHILDREN_MAX);
    for (uint32_t i = 0; i < out.cancel_count; i++) cancel_child(engine, out.cancels[i]);
    for (uint32_t i = 0; i < out.order_count; i++)
        if (!send_child(engine, slot, &out.orders[i])) return;
}

// The prices between start and end count in twelfths: order/algo.h.
void engine_algo_bar(struct engine *engine, uint32_t instrument, const struct bar *bar) {
    const struct instrument_cache *cache = &engine->cache[instrument];
    if (engine->algos->profiles != NULL)
        volume_profile_add(&engine->algos->profiles[instrument], bar->close_ns - 1, bar->volume.m);
    for (uint32_t k = 0; k < cache->slot_count; k++) {
        struct slot *slot = cache->slots[k];
        struct algo_parent *parent = slot->parent;
        if (parent == NULL || parent->id == 0) continue;
        if (bar->close_ns > parent->start_ns) {
            int64_t volume = bar->volume.m > 0 ? bar->volume.m : 0;
            int128_t range = (int128_t)bar->high.m + bar->low.m + bar->close.m;
            if (__builtin_add_overflow(parent->market_qty, volume, &parent->market_qty))
                parent->market_qty = INT64_MAX;
            parent->market_value += 4 * range * volume;
            parent->price_sum += 3 * (range + bar->open.m);
            parent->price_count++;
        }
        step(engine, slot);
    }
}

void engine_algo_trade(struct engine *engine, uint32_t instrument, int64_t ts_ns, int64_t price,
                       int64_t qty) {
    const struct instrument_cache *cache = &engine->cache[instrument];
    if (engine->algos->profiles != NULL)
        volume_profile_add(&engine->algos->profiles[instrument], ts_ns, qty);
    for (uint32_t k = 0; k < cache->slot_count; k++) {
        struct algo_parent *parent = cache->slots[k]->parent;
        if (parent == NULL || parent->id == 0 || qty <= 0 || price <= 0) continue;
        if (__builtin_add_overflow(parent->market_qty, qty, &parent->market_qty))
            parent->market_qty = INT64_MAX;
        parent->market_value += 12 * (int128_t)price * qty;
    }
}

void engine_algo_clock(struct engine *engine) {
    for (uint32_t i = 0; i < engine->slot_count; i++) {
        struct slot *slot = &engine->slots[i];
        if (slot->parent == NULL || slot->parent->id == 0) continue;
        if (slot->instance->rules->scope != SCOPE_BOOK) continue;
        const struct board_row *row = &engine->board.rows[slot->instrument];
        if (row->last.m > 0) {
            bool whole = row->bid.m > 0 && row->ask.m > 0;
            slot->parent->price_sum +=
                whole ? 6 * ((int128_t)row->bid.m + row->ask.m) : 12 * (int128_t)row->last.m;
            slot->parent->price_count++;
        }
        step(engine, slot);
    }
}

static void make_curve(const struct engine *engine, const struct slot *slot) {
    const struct engine_execution *execution = execution_of(engine, slot);
    struct algo_parent *parent = slot->parent;
    if (execution->curve != NULL)
        memcpy(parent->curve, execution->curve, execution->slices * sizeof *parent->curve);
    else if (execution->slices > 0)
        volume_profile_curve(&engine->algos->profiles[slot->instrument], parent->start_ns,
                             parent->end_ns, execution->slices, parent->curve);
}

static void start(struct engine *engine, struct slot *slot, int64_t delta) {
    struct algo_core *core = engine->algos->core;
    const struct engine_execution *execution = execution_of(engine, slot);
    struct algo_parent *parent = slot->parent;
    memset(parent, 0, sizeof *parent);
    parent->id = order_id_make(slot->strategy, ++core->count);
    parent->start_ns = engine->core->ts_ns;
    parent->end_ns = parent->start_ns + execution->params[ALGO_DURATION];
    parent->side = delta > 0 ? 1 : -1;
    parent->qty = delta > 0 ? delta : -delta;
    parent->arrival = engine->board.rows[slot->instrument].last.m;
    make_curve(engine, slot);
    core->live++;
    tell(engine, slot, ALGO_STARTED);
    step(engine, slot);
}

void engine_algo_target(struct engine *engine, struct slot *slot, int64_t qty) {
    engine_algo_end(engine, slot, ALGO_REASON_REPLACED);
    uint32_t handle = engine->orders.exposure[slot->instrument].first;
    while (handle != UINT32_MAX) { // what an ended parent left at work
        uint32_t next = orders_next_live(&engine->orders, handle);
        const struct order *order = orders_get(&engine->orders, handle);
        if (order->spec.strategy == slot->strategy && order->spec.purpose == PURPOSE_TARGET)
            engine_cancel(engine, handle);
        handle = next;
    }
    int64_t position = ledger_position(engine->ledger, slot->strategy, slot->instrument)->qty.m;
    int64_t delta = qty - position - engine_pending(engine, slot, PURPOSE_TARGET);
    int64_t least = instrument_of(engine, slot)->qty_min.m;
    if (delta >= least || -delta >= least || (qty == 0 && delta != 0)) start(engine, slot, delta);
}

static void drop_child(struct algo_parent *parent, uint64_t id) {
    for (int i = 0; i < ALGO_CHILDREN_MAX; i++)
        if (parent->children[i] == id) parent->children[i] = 0;
}

void engine_algo_report(struct engine *engine, struct slot *slot, const struct order *order,
                        const struct order_event *event, const struct order_change *change) {
    struct algo_parent *parent = slot->parent;
    if (parent == NULL || parent->id == 0) return;
    if (!engine_algo_owns(slot, order->id)) {
        if (change->is_fill && order->spec.purpose != PURPOSE_TARGET)
            engine_algo_end(engine, slot, ALGO_REASON_CLOSED);
        return;
    }
    if (change->is_fill) {
        parent->filled += event->qty.m;
        parent->refusals = 0;
    }
    if (change->ended) drop_child(parent, order->id);
    bool refused = event->header.kind == EVENT_ORDER_REJECTED;
    if (refused && ++parent->refusals >= ALGO_REFUSALS_MAX)
        engine_algo_end(engine, slot, ALGO_REASON_REFUSED);
    else if (parent->filled >= parent->qty)
        engine_algo_end(engine, slot, ALGO_REASON_FILLED);
}

// A parameter as algorithms read it: order/algo.h, algo_view.
static int64_t whole_param(const struct param *row, double value) {
    if (row->type == PARAM_DURATION) return (int64_t)floor(value * 1e9 + 0.5);
    if (row->type == PARAM_REAL) return (int64_t)floor(value * 1e6 + 0.5);
    return (int64_t)value;
}

static int impact_curve(const double *params, uint32_t slices, uint32_t *ret_curve) {
    struct almgren_chriss model = {.aversion = params[ALGO_IMPACT_AVERSION],
                                   .sigma = params[ALGO_IMPACT_SIGMA],
                                   .eta = params[ALGO_IMPACT_ETA],
                                   .gamma = params[ALGO_IMPACT_GAMMA],
                                   .days = params[ALGO_DURATION] / 86400,
                                   .steps = slices};
    double half_life = params[ALGO_IMPACT_HALF_LIFE];
    double kappa = half_life > 0 ? 86400 / half_life : almgren_chriss_kappa(&model);
    if (isnan(kappa))
        return ERR_SET(ERR_ARGUMENT, "execution is: permanent_impact is too large for slices of "
                                     "this length; take more slices or a shorter duration");
    for (uint32_t k = 1; k <= slices; k++) {
        double left = almgren_chriss_left(kappa, model.days * k / slices, model.days);
        ret_curve[k - 1] = ALGO_WHOLE - (uint32_t)floor(left * ALGO_WHOLE);
    }
    ret_curve[slices - 1] = ALGO_WHOLE;
    return 0;
}

// A curve that is the same for every parent; a volume profile's is made when one starts.
static int fixed_curve(struct engine_execution *execution, const double *params) {
    enum algo_volume volume = ALGO_VOLUME_FLAT;
    if (execution->algo->curve == ALGO_CURVE_IMPACT)
        return impact_curve(params, execution->slices, execution->curve);
    if (execution->algo->curve == ALGO_CURVE_VOLUME)
        volume = (enum algo_volume)execution->params[execution->algo->slices_param + 1];
    if (volume == ALGO_VOLUME_U_SHAPE)
        volume_profile_u_shape(execution->slices, execution->curve);
    else
        algo_curve_even(execution->slices, execution->curve);
    return 0;
}

static bool learns_volume(const struct engine_execution *execution) {
    return execution->algo != NULL && execution->algo->curve == ALGO_CURVE_VOLUME &&
           execution->params[execution->algo->slices_param + 1] == ALGO_VOLUME_HISTORY;
}

static int make_execution(struct engine *engine, struct arena *wiring, uint32_t strategy) {
    const struct engine_strategy_config *config = &engine->config.strategies[strategy];
    struct engine_execution *execution = &engine->algos->executions[strategy];
    const struct algo *algo = config->execution;
    if (algo == NULL) return 0;
    execution->algo = algo;
    for (size_t i = 0; i < algo->param_count; i++)
        execution->params[i] = whole_param(&algo->params[i], config->execution_params[i]);
    if (algo->slices_param < 0) return 0;
    execution->slices = (uint32_t)execution->params[algo->slices_param];
    CHECK(execution->slices > 0 && execution->slices <= ALGO_SLICES_MAX);
    if (learns_volume(execution)) return 0;
    execution->curve = ARENA_NEW(wiring, uint32_t, execution->slices);
    if (execution->curve == NULL) return engine_full("executions");
    return fixed_curve(execution, config->execution_params);
}

static int make_profiles(struct engine *engine, struct arena *state) {
    bool any = false;
    for (uint32_t s = 0; s < engine->config.strategy_count; s++)
        any = any || learns_volume(&engine->algos->executions[s]);
    if (!any) return 0;
    engine->algos->profiles =
        ARENA_NEW(state, struct volume_profile, engine->config.instruments->count);
    return engine->algos->profiles != NULL ? 0 : engine_full("volume profiles");
}

static bool has_execution(const struct engine_config *config) {
    for (uint32_t s = 0; s < config->strategy_count; s++)
        if (config->strategies[s].execution != NULL) return true;
    return false;
}

int engine_algo_init(struct engine *engine, struct arena *wiring, struct arena *state) {
    uint32_t strategies = engine->config.strategy_count;
    if (!has_execution(&engine->config)) return 0;
    engine->algos = ARENA_NEW(wiring, struct engine_algos, 1);
    if (engine->algos == NULL) return engine_full("executions");
    engine->algos->core = ARENA_NEW(state, struct algo_core, 1);
    engine->algos->executions = ARENA_NEW(wiring, struct engine_execution, strategies);
    if (engine->algos->core == NULL || engine->algos->executions == NULL)
        return engine_full("executions");
    for (uint32_t s = 0; s < strategies; s++) TRY(make_execution(engine, wiring, s));
    TRY(make_profiles(engine, state));
    for (uint32_t i = 0; i < engine->slot_count; i++) {
        struct slot *slot = &engine->slots[i];
        if (engine->algos->executions[slot->strategy].algo == NULL) continue;
        slot->parent = ARENA_NEW(state, struct algo_parent, 1);
        if (slot->parent == NULL) return engine_full("executions");
    }
    return 0;
}

size_t engine_algo_outputs(const struct engine *engine) {
    size_t of_step = ALGO_ORDERS_MAX * (sizeof(struct submit_event) + sizeof(struct veto_event) +
                                        sizeof(struct algo_event)) +
                     2 * sizeof(struct algo_event);
    return engine->algos == NULL ? 0 : 2 * engine->slot_count * of_step;
}

uint64_t engine_algo_fingerprint(const struct engine_strategy_config *config, uint64_t hash) {
    const struct algo *algo = config->execution;
    if (algo == NULL) return hash;
    hash = hash64(hash, algo->name, strlen(algo->name));
    return hash64(hash, config->execution_params, sizeof(double) * algo->param_count);
}
