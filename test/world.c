// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include "base/check.h"
#include "base/prng.h"

enum { ARENA_SIZE = 1 << 28, GROWTH = 2 };

static const struct world_step *scripts[WORLD_SCRIPTS_MAX];
static uint32_t script_steps[WORLD_SCRIPTS_MAX];
static uint32_t script_count;

static const struct param script_params[] = {{.name = "script",
                                              .type = PARAM_INT,
                                              .unit = "",
                                              .def = 0,
                                              .min = 0,
                                              .max = WORLD_SCRIPTS_MAX - 1,
                                              .help = "Which script it follows."}};

static void follow_script(const struct strategy_view *view, void *state,
                          struct strategy_out *ret_out) {
    (void)state;
    uint32_t script = (uint32_t)view->params[0];
    if (view->decisions >= script_steps[script]) return;
    const struct world_step *step = &scripts[script][view->decisions];
    for (uint32_t i = 0; i < view->instrument_count; i++) {
        struct strategy_target *target = &ret_out->targets[i];
        target->kind = step->kind;
        target->weight = step->weight;
        if (step->stop > 0) target->stop = step->stop;
        if (step->take > 0) target->take = step->take;
    }
}

static const struct strategy scripted = {.name = "script",
                                         .summary = "Does what the test says.",
                                         .params = script_params,
                                         .param_count = 1,
                                         .decide = follow_script};

enum { CHAOS_SEED, CHAOS_ORDERS_MAX = 3 };

static const struct param chaos_params[] = {
    [CHAOS_SEED] = {.name = "seed",
                    .type = PARAM_INT,
                    .unit = "",
                    .def = 1,
                    .min = 1,
                    .max = 1e9,
                    .help = "Where its randomness begins."}};

static double near(struct prng *prng, double price) {
    return price * (0.97 + 0.06 * prng_double(prng));
}

static struct strategy_order chaos_order(struct prng *prng, const struct strategy_bar *bar) {
    struct strategy_order order = {
        .side = prng_below(prng, 2) == 0 ? 1 : -1,
        .type = (uint16_t)prng_below(prng, ORDER_TYPE_COUNT),
        .tif = (uint16_t)prng_below(prng, TIF_COUNT),
        .flags = prng_below(prng, 4) == 0 ? ORDER_REDUCE_ONLY : 0,
        .qty = (double)(1 + prng_below(prng, 60)),
        .limit_price = near(prng, bar->close),
        .stop_price = near(prng, bar->close),
        .trail = bar->close * 0.02,
    };
    if (order.type == ORDER_LIMIT && prng_below(prng, 4) == 0) order.flags |= ORDER_POST_ONLY;
    return order;
}

static void chaos_target(struct prng *prng, const struct strategy_bar *bar,
                         struct strategy_target *target) {
    target->kind = prng_below(prng, 2) == 0 ? TARGET_SET : TARGET_REBALANCE;
    target->weight = 0.5 * (double)((int)prng_below(prng, 5) - 2);
    double away = bar->close * (0.005 + 0.05 * prng_double(prng));
    double side = target->weight < 0 ? -1 : 1;
    if (prng_below(prng, 2) == 0) target->stop = bar->close - side * away;
    if (prng_below(prng, 3) == 0) target->take = bar->close + side * away;
}

static void decide_chaos(const struct strategy_view *view, void *state,
                         struct strategy_out *ret_out) {
    struct prng *prng = state;
    if (view->decisions == 0) prng_seed(prng, (uint64_t)view->params[CHAOS_SEED]);
    uint64_t mood = prng_below(prng, 8);
    if (mood == 0) ret_out->cancel_orders = true;
    if (mood == 1) chaos_target(prng, &view->bars[0], &ret_out->targets[0]);
    if (mood > 4) return;
    ret_out->order_count = (uint32_t)prng_below(prng, CHAOS_ORDERS_MAX);
    for (uint32_t i = 0; i < ret_out->order_count; i++)
        ret_out->orders[i] = chaos_order(prng, &view->bars[0]);
}

const struct strategy world_chaos = {.name = "chaos",
                                     .summary = "Does anything.",
                                     .params = chaos_params,
                                     .param_count = 1,
                                     .state_size = sizeof(struct prng),
                                     .decide = decide_chaos};

static void *grow(void *items, size_t *max, size_t size) {
    *max = *max == 0 ? 1024 : GROWTH * *max;
    void *grown = realloc(items, *max * size);
    CHECK(grown != NULL);
    return grown;
}

void world_init(struct world *world, int32_t money_decimals) {
    *world = (struct world){.batch = 64};
    script_count = 0;
    assert_ok(arena_init(&world->wiring, ARENA_SIZE));
    assert_ok(arena_init(&world->state, ARENA_SIZE));
    assert_ok(arena_init(&world->venue_state, ARENA_SIZE));
    assert_ok(instruments_init(&world->instruments, &world->wiring, WORLD_INSTRUMENTS_MAX,
                               WORLD_CURRENCIES_MAX));
    assert_int_equal(instruments_add_currency(&world->instruments, "USD", money_decimals), 0);
    risk_config_defaults(&world->risk);
    sim_config_defaults(&world->sim);
    world->config = (struct engine_config){.instruments = &world->instruments,
                                           .strategies = world->strategies,
                                           .data_frame_s = 86400,
                                           .order_max = 1024,
                                           .lot_max = 65536,
                                           .periods_per_year = 365,
                                           .run_id = 7,
                                           .risk = &world->risk};
    world->capital = MONEY((int128_t)10000 * decimal_pow10(money_decimals));
}

void world_fini(struct world *world) {
    arena_fini(&world->wiring);
    arena_fini(&world->state);
    arena_fini(&world->venue_state);
    free(world->events);
    free(world->log);
    free(world->marks);
}

uint32_t world_instrument(struct world *world, const char *symbol) {
    struct instrument instrument;
    instrument_defaults(&instrument, ASSET_CRYPTO, symbol, 0);
    instrument.price_decimals = 2;
    instrument.qty_decimals = 0;
    instrument.tick = PRICE(1);
    instrument.lot = QTY(1);
    instrument.qty_min = QTY(1);
    int index = instruments_add(&world->instruments, &instrument);
    assert_ok(index);
    return (uint32_t)index;
}

struct engine_strategy_config *world_trade(struct world *world, const struct strategy *strategy,
                                           uint32_t first, uint32_t count) {
    uint32_t at = world->config.strategy_count++;
    CHECK(at < WORLD_STRATEGIES_MAX && count <= WORLD_INSTRUMENTS_MAX);
    struct engine_strategy_config *config = &world->strategies[at];
    for (uint32_t i = 0; i < count; i++) world->places[at][i] = first + i;
    config->strategy = strategy;
    config->sizing = sizing_find("fixed_fraction");
    params_defaults(strategy->params, strategy->param_count, config->params);
    params_defaults(config->sizing->params, config->sizing->param_count, config->sizing_params);
    config->sizing_params[0] = 1; // all of the equity: numbers by hand stay simple
    config->instruments = world->places[at];
    config->instrument_count = count;
    config->frame_s = world->config.data_frame_s;
    return config;
}

struct engine_strategy_config *world_script(struct world *world, uint32_t first, uint32_t count,
                                            const struct world_step *steps, uint32_t step_count) {
    CHECK(script_count < WORLD_SCRIPTS_MAX);
    scripts[script_count] = steps;
    script_steps[script_count] = step_count;
    struct engine_strategy_config *config = world_trade(world, &scripted, first, count);
    config->params[0] = script_count++;
    return config;
}

union event *world_event(struct world *world, enum event_kind kind, uint32_t instrument,
                         int64_t ts_ns) {
    if (world->count == world->max)
        world->events = grow(world->events, &world->max, sizeof *world->events);
    union event *event = &world->events[world->count++];
    event_init(event, kind, instrument, ts_ns);
    return event;
}

void world_bar(struct world *world, uint32_t instrument, int64_t open_ns, const int64_t prices[4],
               int64_t volume) {
    int64_t close_ns = open_ns + (int64_t)world->config.data_frame_s * NS_PER_S;
    union event *event = world_event(world, EVENT_BAR, instrument, close_ns);
    event->bar.bar = (struct bar){.open_ns = open_ns,
                                  .close_ns = close_ns,
                                  .open = PRICE(prices[0]),
                                  .high = PRICE(prices[1]),
                                  .low = PRICE(prices[2]),
                                  .close = PRICE(prices[3]),
                                  .volume = QTY(volume),
                                  .frame_s = world->config.data_frame_s};
    assert_int_equal(bar_check(&event->bar.bar), BAR_OK);
}

// By insertion: events come nearly in order, and equal ones keep theirs.
void world_sort(struct world *world) {
    for (uint64_t i = 1; i < world->count; i++) {
        union event event = world->events[i];
        uint64_t at = i;
        for (; at > 0 && world->events[at - 1].header.ts_ns > event.header.ts_ns; at--)
            world->events[at] = world->events[at - 1];
        world->events[at] = event;
    }
}

// A step of a few parts in a thousand, at times a jump; the mood turns every few dozen bars.
static int64_t walk_step(struct prng *prng, int64_t price, int64_t mood) {
    int64_t span = price / 80 + 2;
    int64_t step = (int64_t)prng_below(prng, (uint64_t)(2 * span + 1)) - span + mood * span / 3;
    if (prng_below(prng, 97) == 0) step *= 8;
    int64_t next = price + step;
    return next < 100 ? 100 : next > 1000000 ? 1000000 : next;
}

static void walk_bar(struct world *world, struct prng *prng, uint32_t instrument, int64_t open_ns,
                     int64_t *price, int64_t mood) {
    int64_t open = walk_step(prng, *price, 0), close = walk_step(prng, open, mood);
    int64_t span = *price / 100 + 2;
    int64_t high = (open > close ? open : close) + (int64_t)prng_below(prng, (uint64_t)span);
    int64_t low = (open < close ? open : close) - (int64_t)prng_below(prng, (uint64_t)span);
    if (low < 1) low = 1;
    int64_t volume = prng_below(prng, 23) == 0 ? 0 : (int64_t)prng_below(prng, 20000);
    world_bar(world, instrument, open_ns, (const int64_t[]){open, high, low, close}, volume);
    *price = close;
}

void world_walk(struct world *world, uint64_t seed, uint32_t bars) {
    struct prng prng;
    int64_t price[WORLD_INSTRUMENTS_MAX], mood[WORLD_INSTRUMENTS_MAX] = {0};
    int64_t frame_ns = (int64_t)world->config.data_frame_s * NS_PER_S;
    prng_seed(&prng, seed);
    for (uint32_t i = 0; i < world->instruments.count; i++)
        price[i] = 2000 + (int64_t)prng_below(&prng, 20000);
    for (uint32_t b = 0; b < bars; b++)
        for (uint32_t i = 0; i < world->instruments.count; i++) {
            if (prng_below(&prng, 40) == 0) mood[i] = (int64_t)prng_below(&prng, 5) - 2;
            if (prng_below(&prng, 31) == 0) continue;
            int64_t open_ns = INT64_C(1514764800) * NS_PER_S + b * frame_ns;
            walk_bar(world, &prng, i, open_ns, &price[i], mood[i]);
        }
}

void world_build(struct world *world) {
    uint32_t strategies = world->config.strategy_count;
    for (uint32_t s = 0; s < strategies; s++)
        if (world->strategies[s].share_ppm == 0)
            world->strategies[s].share_ppm = 1000000 / strategies;
    assert_ok(engine_new(&world->wiring, &world->state, &world->config, &world->engine));
    world->sim.instruments = &world->instruments;
    world->sim.strategy_count = strategies + (world->config.netting != NETTING_OFF);
    world->sim.order_max = world->config.order_max;
    world->sim.cash = world->capital;
    world->exchange = sim_exchange_new(&world->wiring, &world->venue_state, &world->sim);
    if (world->exchange == NULL) fail_msg("%s", err_story());
}

static int keep(void *self, const struct event_header *event) {
    struct world *world = self;
    while (world->log_size + event->size > world->log_max)
        world->log = grow(world->log, &world->log_max, 1);
    memcpy(world->log + world->log_size, event, event->size);
    world->log_size += event->size;
    return world->sink.put != NULL ? world->sink.put(world->sink.self, event) : 0;
}

static void keep_mark(void *self, const struct account_mark *mark, const struct engine *engine) {
    (void)engine;
    struct world *world = self;
    if (world->mark_count == world->mark_max)
        world->marks = grow(world->marks, &world->mark_max, sizeof *world->marks);
    world->marks[world->mark_count++] = *mark;
    if (world->on_mark != NULL) world->on_mark(world);
}

static int fill(void *self, union event *ret_events, int max) {
    struct world_source *source = self;
    int count = 0;
    while (count < max && count < source->batch && source->next < source->count)
        ret_events[count++] = source->events[source->next++];
    return count;
}

static int64_t remaining(void *self) {
    const struct world_source *source = self;
    return (int64_t)(source->count - source->next);
}

struct event_source world_source_port(struct world_source *source) {
    return (struct event_source){.fill = fill, .remaining = remaining, .self = source};
}

void world_run(struct world *world) {
    struct world_source source = {world->events, world->count, 0, world->batch};
    struct backtest_config config = {
        .source = world_source_port(&source),
        .capital = world->capital,
        .observer = {.journal = {keep, world}, .mark = keep_mark, .self = world}};
    assert_ok(
        backtest_run(&world->wiring, world->engine, world->exchange, &config, &world->result));
}

const struct event_header *world_next(const struct world *world, const struct event_header *event) {
    const unsigned char *next =
        event == NULL ? world->log : (const unsigned char *)event + event->size;
    return next == world->log + world->log_size ? NULL : (const void *)next;
}
