// SPDX-License-Identifier: Apache-2.0
// Building an engine: state first, then the wiring around it.
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "engine/engine_algo.h"
#include "engine/engine_budget.h"
#include "engine/engine_exits.h"
#include "engine/engine_manual.h"

enum { TIMERS_MAX = 4096, NODES_PER_SLOT = 1 + STRATEGY_INPUTS_MAX, FRAMES_PER_SLOT = 8 };

int engine_full(const char *what) {
    return ERR_APPEND(ERR_NOMEM, "while building the engine's %s; raise the memory limit", what);
}

static int check_strategy(const struct engine_config *config, uint32_t index) {
    const struct engine_strategy_config *strategy = &config->strategies[index];
    if (strategy->instrument_count == 0)
        return ERR_SET(ERR_ARGUMENT, "strategy %s has no instrument", strategy->strategy->name);
    for (uint32_t i = 0; i < strategy->instrument_count; i++)
        if (strategy->instruments[i] >= config->instruments->count)
            return ERR_SET(ERR_ARGUMENT, "strategy %s: there is no instrument %u",
                           strategy->strategy->name, strategy->instruments[i]);
    if (strategy->strategy->scope != SCOPE_NONE &&
        (strategy->strategy->scope == SCOPE_BOOK) != (config->book != NULL))
        return ERR_SET(ERR_ARGUMENT,
                       config->book != NULL
                           ? "strategy %s decides on bars; this run's data is a recorded feed"
                           : "strategy %s reads a book; it needs a recorded feed as data",
                       strategy->strategy->name);
    CHECK(!strategy->strategy->reads_trades || strategy->strategy->scope == SCOPE_BOOK);
    if (config->data_frame_s == 0 || strategy->frame_s % config->data_frame_s != 0 ||
        strategy->frame_s == 0)
        return ERR_SET(ERR_ARGUMENT,
                       "strategy %s decides every %u s, which is no multiple of the data's %u s",
                       strategy->strategy->name, strategy->frame_s, config->data_frame_s);
    if (strategy->strategy->check == NULL) return 0;
    int rc = strategy->strategy->check(strategy->params);
    return rc < 0 ? ERR_APPEND(rc, "in the parameters of strategy %s", strategy->strategy->name)
                  : 0;
}

static bool trades(const struct engine_strategy_config *strategy, uint32_t instrument) {
    for (uint32_t i = 0; i < strategy->instrument_count; i++)
        if (strategy->instruments[i] == instrument) return true;
    return false;
}

// Under netting, the strategies' sum on an instrument is one order, and a fill of it is divided by what each still
// wants of it at that moment. An execution wants it over a time of its own, by a curve of its own: the sum of several
// has no such curve, and there is nothing to divide a child's fill by. So one is taken only where nobody else trades.
static int check_execution(const struct engine_config *config, uint32_t index) {
    const struct engine_strategy_config *own = &config->strategies[index];
    for (uint32_t i = 0; own->execution != NULL && i < own->instrument_count; i++)
        for (uint32_t k = 0; k < config->strategy_count; k++)
            if (k != index && trades(&config->strategies[k], own->instruments[i]))
                return ERR_SET(
                    ERR_UNSUPPORTED,
                    "under netting, what %s and %s want of %s is one order, and has no schedule of "
                    "%s's %s; give %s instruments of its own, or take netting or the execution off",
                    own->strategy->name, config->strategies[k].strategy->name,
                    config->instruments->items[own->instruments[i]].symbol, own->strategy->name,
                    own->execution->name, own->strategy->name);
    return 0;
}

static int check_config(const struct engine_config *config) {
    uint64_t shares = 0;
    if (config->strategy_count == 0) return ERR_SET(ERR_ARGUMENT, "there is no strategy to run");
    if (config->strategy_count > UINT16_MAX)
        return ERR_SET(ERR_ARGUMENT, "more than %d strategies", UINT16_MAX);
    for (uint32_t i = 0; i < config->strategy_count; i++) {
        TRY(check_strategy(config, i));
        shares += config->strategies[i].share_ppm;
    }
    if (config->allocation != NULL)
        TRY(allocation_check(config->allocation, config->strategy_count,
                             config->allocation_params));
    if (config->netting >= NETTING_COUNT)
        return ERR_SET(ERR_ARGUMENT, "there is no netting %u", config->netting);
    if (config->netting != NETTING_OFF)
        for (uint32_t i = 0; i < config->strategy_count; i++) TRY(check_execution(config, i));
    if (shares > 1000000)
        return ERR_SET(ERR_ARGUMENT, "the strategies' shares of the capital add up to %.6f, over 1",
                       (double)shares / 1e6);
    return 0;
}

static int make_books(struct engine *engine, struct arena *wiring, struct arena *state) {
    if (engine->config.book == NULL) return 0;
    engine->books = ARENA_NEW(wiring, struct book_l2, engine->config.instruments->count);
    if (engine->books == NULL) return engine_full("books");
    for (uint32_t i = 0; i < engine->config.instruments->count; i++) {
        int rc = book_l2_init(&engine->books[i], state, engine->config.book);
        if (rc == ERR_NOMEM) return engine_full("books");
        if (rc < 0) return rc;
    }
    return 0;
}

static int make_state(struct engine *engine, struct arena *wiring, struct arena *state) {
    const struct engine_config *config = &engine->config;
    uint32_t instruments = config->instruments->count;
    engine->core = ARENA_NEW(state, struct engine_core, 1);
    engine->strategies = ARENA_NEW(state, struct strategy_state, config->strategy_count);
    engine->params = ARENA_NEW(state, double, (size_t)config->strategy_count *PARAMS_MAX);
    engine->instrument_halted = ARENA_NEW(state, uint64_t, instruments);
    engine->timers = ARENA_NEW(state, struct ack_timer, TIMERS_MAX);
    engine->timer_mask = TIMERS_MAX - 1;
    if (engine->core == NULL || engine->strategies == NULL || engine->params == NULL ||
        engine->instrument_halted == NULL || engine->timers == NULL)
        return engine_full("core");
    for (uint32_t s = 0; s < config->strategy_count; s++)
        memcpy(engine->params + (size_t)s * PARAMS_MAX, config->strategies[s].params,
               sizeof config->strategies[s].params);
    if (board_init(&engine->board, state, instruments) < 0) return engine_full("board");
    TRY(make_books(engine, wiring, state));
    TRY(engine_feed_init(engine, wiring, state));
    struct orders_config orders = {.instruments = config->instruments,
                                   .max = config->order_max,
                                   .instrument_count = instruments,
                                   .strategy_count =
                                       config->strategy_count + (config->netting != NETTING_OFF)};
    if (orders_init(&engine->orders, state, &orders) < 0) return engine_full("order pool");
    struct ledger_config ledger = {.instruments = config->instruments,
                                   .strategy_count = config->strategy_count,
                                   .account_currency = config->account_currency,
                                   .lot_max = config->lot_max,
                                   .method = (enum cost_method)config->cost_method};
    engine->ledger = ledger_new(wiring, state, &ledger);
    if (engine->ledger == NULL) return engine_full("ledger");
    struct risk_setup risk = {.config = config->risk,
                              .flags = config->risk_flags,
                              .permissions = config->permissions,
                              .instrument_count = instruments,
                              .strategy_count = config->strategy_count};
    if (risk_gate_init(&engine->gate, wiring, state, &risk) < 0) return engine_full("risk rules");
    risk_exposure_follow(&engine->gate.exposure, &engine->board, &engine->orders, engine->ledger);
    return 0;
}

static int make_netting(struct engine *engine, struct arena *wiring) {
    size_t strategies = engine->config.strategy_count;
    if (engine->config.netting == NETTING_OFF) return 0;
    engine->net_rows =
        ARENA_NEW(engine->state_arena, struct net_row, engine->config.instruments->count);
    struct net_slot *slots = ARENA_NEW(engine->state_arena, struct net_slot, engine->slot_count);
    int64_t *scratch = ARENA_NEW(wiring, int64_t, 4 * strategies);
    if (engine->net_rows == NULL || slots == NULL || scratch == NULL) return engine_full("netting");
    // What an execution works is nobody else's to net: check_execution().
    for (uint32_t i = 0; i < engine->slot_count; i++)
        if (engine->config.strategies[engine->slots[i].strategy].execution == NULL)
            engine->slots[i].net = &slots[i];
    engine->net_deltas = scratch;
    engine->net_weights = scratch + strategies;
    engine->net_shares = scratch + 2 * strategies;
    engine->net_fees = scratch + 3 * strategies;
    engine->wants_clock = true;
    return 0;
}

static uint32_t count_slots(const struct engine_config *config, uint32_t *ret_instances) {
    uint32_t slots = 0, instances = 0;
    for (uint32_t i = 0; i < config->strategy_count; i++) {
        const struct engine_strategy_config *strategy = &config->strategies[i];
        slots += strategy->instrument_count;
        instances += strategy->strategy->scope == SCOPE_UNIVERSE ? 1 : strategy->instrument_count;
    }
    *ret_instances = instances;
    return slots;
}

static int make_tables(struct engine *engine, struct arena *wiring) {
    const struct engine_config *config = &engine->config;
    uint32_t instruments = config->instruments->count;
    engine->slot_count = count_slots(config, &engine->instance_count);
    engine->slots = ARENA_NEW(wiring, struct slot, engine->slot_count);
    engine->slot_order = ARENA_NEW(wiring, struct slot *, engine->slot_count);
    engine->instances = ARENA_NEW(wiring, struct instance, engine->instance_count);
    engine->cache = ARENA_NEW(wiring, struct instrument_cache, instruments);
    size_t cells = (size_t)config->strategy_count * instruments;
    engine->slot_of = ARENA_NEW(wiring, uint32_t, cells);
    if (engine->slots == NULL || engine->slot_order == NULL || engine->instances == NULL ||
        engine->cache == NULL || engine->slot_of == NULL)
        return engine_full("tables");
    for (size_t i = 0; i < cells; i++) engine->slot_of[i] = UINT32_MAX;
    struct signal_config signals = {
        .instruments = config->instruments,
        .node_max = engine->slot_count * NODES_PER_SLOT + engine_gate_nodes(config) +
                    engine_stop_nodes(config) + engine_phase_nodes(config),
        .frame_max = engine->slot_count * FRAMES_PER_SLOT,
        .data_frame_s = config->data_frame_s};
    engine->signals = signal_graph_new(wiring, engine->state_arena, &signals);
    return engine->signals != NULL ? 0 : engine_full("signal graph");
}

static int add_volatility(struct engine *engine, struct slot *slot,
                          const struct engine_strategy_config *config) {
    const struct param periods = {.name = "periods", .type = PARAM_REAL, .min = 1, .max = 1e9};
    slot->volatility = -1;
    if (!config->sizing->reads_volatility) return 0;
    int value = signal_add(engine->signals, slot->instrument, config->frame_s,
                           "close_to_close(close, 20, $periods)", &periods, 1,
                           &engine->config.periods_per_year);
    if (value < 0) return value;
    slot->volatility = value;
    return 0;
}

int engine_input(struct engine *engine, const struct engine_strategy_config *config,
                 const double *params, uint32_t instrument, size_t index,
                 const double **ret_source) {
    const struct strategy *strategy = config->strategy;
    const char *spec = strategy->inputs[index];
    bool book = strategy->scope == SCOPE_BOOK;
    int value = book ? book_signals_add(engine->features[instrument], spec, strategy->params,
                                        strategy->param_count, params)
                     : signal_add(engine->signals, instrument, config->frame_s, spec,
                                  strategy->params, strategy->param_count, params);
    if (value < 0) return ERR_APPEND(value, "in an input of strategy %s", strategy->name);
    *ret_source = book ? book_signals_place(engine->features[instrument], value)
                       : signal_place(engine->signals, value);
    return 0;
}

static int make_slot(struct engine *engine, struct instance *instance, uint32_t place,
                     uint32_t instrument) {
    const struct engine_strategy_config *config = instance->config;
    struct slot *slot = &instance->slots[place];
    slot->state = ARENA_NEW(engine->state_arena, struct slot_state, 1);
    if (slot->state == NULL) return engine_full("slots");
    *slot->state = (struct slot_state){.weight = NAN, .stop = NAN, .take = NAN, .factor = 1};
    slot->strategy = instance->strategy;
    slot->instrument = instrument;
    slot->instance = instance;
    slot->place = place;
    uint32_t *cell =
        &engine->slot_of[instance->strategy * engine->config.instruments->count + instrument];
    if (*cell != UINT32_MAX)
        return ERR_SET(ERR_ARGUMENT, "strategy %s names instrument %s twice",
                       config->strategy->name,
                       engine->config.instruments->items[instrument].symbol);
    *cell = (uint32_t)(slot - engine->slots);
    int frame = signal_add_frame(engine->signals, instrument, config->frame_s);
    if (frame < 0) return frame;
    slot->frame = frame;
    slot->fresh = signal_freshness(engine->signals, frame);
    for (size_t k = 0; k < config->strategy->input_count && config->phase_count == 0; k++)
        TRY(engine_input(engine, config, config->params, instrument, k,
                         &instance->sources[place * config->strategy->input_count + k]));
    return add_volatility(engine, slot, config);
}

// The parts of the view that stay. One instrument's bar is the signal graph's own; it is fresh at every call.
static void make_view(const struct engine *engine, struct instance *instance) {
    const struct engine_strategy_config *config = instance->config;
    bool universe = config->strategy->scope == SCOPE_UNIVERSE;
    instance->view = (struct strategy_view){
        .params = engine->params + (size_t)instance->strategy * PARAMS_MAX,
        .instrument_count = instance->slot_count,
        .input_count = (uint32_t)config->strategy->input_count,
        .bars = universe ? instance->bars : signal_bar(engine->signals, instance->slots->frame),
        .inputs = instance->inputs,
        .fresh = instance->fresh,
        .position = instance->position,
        .entry_price = instance->entry_price,
        .equity = NAN,
    };
    instance->out.targets = instance->targets;
    if (!universe) instance->fresh[0] = 1;
    if (config->strategy->scope != SCOPE_BOOK) return;
    const struct instrument *instrument =
        &engine->config.instruments->items[instance->slots->instrument];
    instance->view.book = &engine->books[instance->slots->instrument];
    instance->view.working = instance->working;
    instance->view.trades = instance->trades;
    instance->view.tick = decimal_to_double(instrument->tick.m, instrument->price_decimals);
    instance->view.multiplier =
        decimal_to_double(instrument->multiplier, instrument->multiplier_decimals);
    instance->view.inverse = instrument_is_inverse(instrument);
    instance->view.lot = decimal_to_double(instrument->lot.m, instrument->qty_decimals);
}

static int make_instance(struct engine *engine, struct arena *wiring, struct instance *instance,
                         const uint32_t *instruments, uint32_t count) {
    const struct strategy *strategy = instance->config->strategy;
    size_t inputs = (size_t)count * (strategy->input_count > 0 ? strategy->input_count : 1);
    size_t state = strategy->state_size + strategy->state_size_per_instrument * count;
    instance->slot_count = count;
    instance->state = ARENA_NEW(engine->state_arena, struct instance_state, 1);
    instance->strategy_state = arena_alloc(engine->state_arena, state > 0 ? state : 8, 16);
    instance->sources = ARENA_NEW(wiring, const double *, inputs);
    instance->inputs = ARENA_NEW(wiring, double, inputs);
    instance->bars = ARENA_NEW(wiring, struct strategy_bar, count);
    instance->position = ARENA_NEW(wiring, double, count);
    instance->entry_price = ARENA_NEW(wiring, double, count);
    instance->fresh = ARENA_NEW(wiring, uint8_t, count);
    instance->targets = ARENA_NEW(wiring, struct strategy_target, count);
    if (strategy->scope == SCOPE_BOOK) {
        instance->working = ARENA_NEW(wiring, struct strategy_working, STRATEGY_WORKING_MAX);
        if (instance->working == NULL) return engine_full("strategies");
    }
    if (strategy->reads_trades) {
        instance->trades = ARENA_NEW(wiring, struct strategy_trade, STRATEGY_TRADES_MAX);
        if (instance->trades == NULL) return engine_full("strategies");
    }
    if (instance->state == NULL || instance->strategy_state == NULL || instance->sources == NULL ||
        instance->inputs == NULL || instance->bars == NULL || instance->position == NULL ||
        instance->entry_price == NULL || instance->fresh == NULL || instance->targets == NULL)
        return engine_full("strategies");
    for (uint32_t i = 0; i < count; i++) TRY(make_slot(engine, instance, i, instruments[i]));
    make_view(engine, instance);
    return 0;
}

static int make_instances(struct engine *engine, struct arena *wiring) {
    struct instance *next = engine->instances;
    struct slot *slots = engine->slots;
    for (uint32_t s = 0; s < engine->config.strategy_count; s++) {
        const struct engine_strategy_config *config = &engine->config.strategies[s];
        bool universe = config->strategy->scope == SCOPE_UNIVERSE;
        uint32_t step = universe ? config->instrument_count : 1;
        bool book = config->strategy->scope == SCOPE_BOOK;
        engine->wants_clock = engine->wants_clock || universe || book;
        for (uint32_t i = 0; i < config->instrument_count; i += step) {
            next->config = config;
            next->rules = config->strategy;
            next->strategy = s;
            next->slots = slots;
            TRY(make_instance(engine, wiring, next, config->instruments + i, step));
            slots += step;
            next++;
        }
    }
    return 0;
}

// slot_order: slots by instrument, within it in slot order, which is by strategy.
static void index_slots(struct engine *engine) {
    uint32_t at = 0;
    for (uint32_t i = 0; i < engine->config.instruments->count; i++) {
        const struct instrument *instrument = &engine->config.instruments->items[i];
        struct instrument_cache *cache = &engine->cache[i];
        double lot = decimal_to_double(instrument->lot.m, instrument->qty_decimals);
        cache->lot_per_unit = 1 / lot;
        cache->value_per_lot =
            lot * decimal_to_double(instrument->multiplier, instrument->multiplier_decimals);
        cache->slots = engine->slot_order + at;
        for (uint32_t k = 0; k < engine->slot_count; k++)
            if (engine->slots[k].instrument == i)
                cache->slots[cache->slot_count++] = &engine->slots[k];
        at += cache->slot_count;
    }
}

// Every event can make a target, a veto, an entry and four protecting orders for each slot, explicit
// orders for each instance, and cancels of all live orders.
static int make_outputs(struct engine *engine, struct arena *wiring) {
    size_t per_slot = sizeof(struct target_event) + 5 * sizeof(struct submit_event) +
                      6 * sizeof(struct veto_event) + 3 * sizeof(struct allocation_event) +
                      6 * sizeof(struct replace_event);
    size_t per_instance =
        STRATEGY_ORDERS_MAX * (sizeof(struct submit_event) + sizeof(struct veto_event));
    engine->outputs.capacity = engine->slot_count * per_slot +
                               engine->instance_count * per_instance +
                               2 * engine->config.order_max * sizeof(struct cancel_event) +
                               4 * engine->config.strategy_count * sizeof(struct strategy_event) +
                               engine_algo_outputs(engine) + engine_budget_outputs(engine) + 4096;
    engine->outputs.bytes = arena_alloc(wiring, engine->outputs.capacity, 64);
    return engine->outputs.bytes != NULL ? 0 : engine_full("output buffer");
}

// Everything that shapes the state's layout or meaning: names, parameters, sizes.
void engine_fingerprint(struct engine *engine) {
    const struct engine_config *config = &engine->config;
    uint64_t hash = hash64(1, &config->run_id, sizeof config->run_id);
    for (uint32_t i = 0; i < config->strategy_count; i++) {
        const struct engine_strategy_config *s = &config->strategies[i];
        hash = hash64(hash, s->strategy->name, strlen(s->strategy->name));
        hash = hash64(hash, s->params, sizeof(double) * s->strategy->param_count);
        hash = hash64(hash, s->sizing->name, strlen(s->sizing->name));
        hash = hash64(hash, s->sizing_params, sizeof(double) * s->sizing->param_count);
        hash = hash64(hash, s->instruments, sizeof(uint32_t) * s->instrument_count);
        hash = engine_algo_fingerprint(s, hash);
        hash = engine_gate_fingerprint(s, hash);
        hash = engine_stop_fingerprint(s, hash);
        hash = engine_phase_fingerprint(s, hash);
        if (s->size_scale != NULL) hash = hash64(hash, s->size_scale, sizeof(double) * SCALE_COUNT);
        uint32_t numbers[2] = {s->frame_s, s->share_ppm};
        hash = hash64(hash, numbers, sizeof numbers);
        hash = hash64(hash, s->conduct, sizeof s->conduct);
    }
    for (uint32_t i = 0; i < config->instruments->count; i++)
        hash = hash64(hash, &config->instruments->items[i], sizeof(struct instrument));
    hash = engine_budget_fingerprint(config, hash);
    uint64_t sizes[5] = {config->order_max, config->lot_max, config->cost_method,
                         engine->state_arena->used, config->netting};
    engine->core->fingerprint = hash64(hash, sizes, sizeof sizes);
}

int engine_new(struct arena *wiring, struct arena *state, const struct engine_config *config,
               struct engine **ret_engine) {
    CHECK(wiring != state);
    TRY(check_config(config));
    TRY(engine_gate_check(config));
    TRY(engine_stop_check(config));
    TRY(engine_manual_check(config));
    TRY(engine_phase_check(config));
    struct engine *engine = ARENA_NEW(wiring, struct engine, 1);
    if (engine == NULL) return engine_full("tables");
    engine->config = *config;
    engine->state_arena = state;
    engine->money_decimals = config->instruments->currencies[config->account_currency].decimals;
    TRY(make_state(engine, wiring, state));
    TRY(make_tables(engine, wiring));
    TRY(make_instances(engine, wiring));
    TRY(engine_gate_init(engine, wiring));
    TRY(engine_size_init(engine, state));
    TRY(engine_stop_init(engine, wiring));
    TRY(engine_phase_init(engine, wiring));
    TRY(make_netting(engine, wiring));
    TRY(engine_algo_init(engine, wiring, state));
    TRY(engine_budget_init(engine, wiring, state));
    TRY(engine_manual_init(engine, wiring));
    TRY(engine_exits_init(engine, wiring));
    TRY(make_outputs(engine, wiring));
    index_slots(engine);
    engine_guard_instances(engine);
    engine_fingerprint(engine);
    *ret_engine = engine;
    return 0;
}
