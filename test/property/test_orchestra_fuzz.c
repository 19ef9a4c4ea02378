// SPDX-License-Identifier: Apache-2.0
// Configurations without sense: strategies that do anything beside those of the registry, every netting policy,
// executions, sizings, limits, risk rules, fees, delays and faults drawn at random, with operators, corporate actions
// and capital in the middle. No run may end early, and in each everything adds up: the engine's books, the broker's,
// the report's, and the parts of the attribution.
#include <math.h>

#include "base/prng.h"
#include "ledger/budget.h"
#include "report/report.h"
#include "world.h"

enum { SEEDS = 240, CROWDS = 16, BARS = 160 };

struct pit {
    struct world world;
    struct prng prng;
    struct report *report;
    struct report_strategy names[WORLD_STRATEGIES_MAX];
    money_t moved; // capital, after the first deposit
    uint64_t forced_of_account;
    uint64_t moves;  // of capital
    int128_t moving; // of an input, what is not back yet
    bool delays;
    bool wild; // nothing holds the strategies back, and the broker lends much
};

static uint64_t below(struct pit *pit, uint64_t limit) {
    return prng_below(&pit->prng, limit);
}

static double between(struct pit *pit, double least, double most) {
    return least + (most - least) * prng_double(&pit->prng);
}

// Whatever the table allows, most of the time its default.
static void draw_params(struct pit *pit, const struct param *params, size_t count, double *values) {
    for (size_t i = 0; i < count; i++) {
        if (below(pit, 3) != 0) continue;
        double most = params[i].max > 1000 ? 1000 : params[i].max;
        double value = between(pit, params[i].min, most);
        values[i] = params[i].type == PARAM_REAL ? value : floor(value);
    }
}

// Targets of every kind, at times none that can be; explicit orders as world_chaos, which no order book would take.
static void draw(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct prng *prng = memory;
    if (view->decisions == 0) prng_seed(prng, (uint64_t)view->params[0] + 1);
    for (uint32_t i = 0; i < view->instrument_count; i++) {
        struct strategy_target *target = &ret_out->targets[i];
        if (!view->fresh[i] || prng_below(prng, 3) != 0) continue;
        target->kind = (uint32_t)prng_below(prng, 3);
        target->weight = 0.25 * (double)((int)prng_below(prng, 9) - 4);
        target->confidence = prng_double(prng);
        if (prng_below(prng, 400) == 0) target->weight = prng_below(prng, 2) == 0 ? NAN : 1.5;
        double away = view->bars[i].close * (0.1 * prng_double(prng) - 0.02);
        if (prng_below(prng, 3) == 0) target->stop = view->bars[i].close - away * target->weight;
        if (prng_below(prng, 3) == 0) target->take = view->bars[i].close + away * target->weight;
    }
    if (view->instrument_count == 0 || prng_below(prng, 10) != 0) return;
    ret_out->cancel_count = (uint32_t)prng_below(prng, 2);
    ret_out->cancels[0] = order_id_make((uint32_t)prng_below(prng, 6), prng_below(prng, 40));
    ret_out->order_count = prng_below(prng, 200) == 0 ? STRATEGY_ORDERS_MAX + 1 : 1;
    ret_out->orders[0] = (struct strategy_order){
        .instrument = (uint32_t)prng_below(prng, view->instrument_count + 1),
        .side = (int32_t)prng_below(prng, 3) - 1,
        .type = (uint16_t)prng_below(prng, ORDER_TYPE_COUNT + 1),
        .tif = (uint16_t)prng_below(prng, TIF_COUNT + 1),
        .qty = prng_below(prng, 30) == 0 ? NAN : (double)prng_below(prng, 500),
        .limit_price = prng_below(prng, 9) == 0 ? NAN : 10 + 100 * prng_double(prng),
        .stop_price = prng_below(prng, 9) == 0 ? -1 : 10 + 100 * prng_double(prng),
        .trail = prng_double(prng)};
}
static const struct param draw_table[] = {
    {.name = "seed", .type = PARAM_INT, .def = 1, .min = 0, .max = 1e9, .help = "Another one."}};
static const struct strategy draw_single = {.name = "draw",
                                            .summary = "Draws.",
                                            .params = draw_table,
                                            .param_count = 1,
                                            .state_size = sizeof(struct prng),
                                            .decide = draw};
static const struct strategy draw_universe = {.name = "draw_all",
                                              .summary = "Draws of all.",
                                              .params = draw_table,
                                              .param_count = 1,
                                              .scope = SCOPE_UNIVERSE,
                                              .state_size = sizeof(struct prng),
                                              .decide = draw};

static const struct strategy *draw_strategy(struct pit *pit) {
    static const struct strategy *const senseless[] = {&world_chaos, &draw_single, &draw_universe};
    while (true) {
        uint64_t roll = below(pit, 2 * strategy_count());
        if (roll >= strategy_count()) return senseless[roll % 3];
        const struct strategy *strategy = strategy_at(roll);
        if (strategy->scope != SCOPE_BOOK) return strategy;
    }
}

static void limit(struct pit *pit, double *conduct) {
    if (below(pit, 3) == 0) conduct[CONDUCT_LOSS] = between(pit, 0, 0.3);
    if (below(pit, 3) == 0) conduct[CONDUCT_ORDERS] = (double)below(pit, 6);
    if (below(pit, 4) == 0) conduct[CONDUCT_DECISIONS] = (double)below(pit, 6);
    conduct[CONDUCT_CLOSE] = (double)below(pit, 2);
    conduct[CONDUCT_FAULTS] = (double)below(pit, 4);
}

static void add_strategy(struct pit *pit) {
    struct world *world = &pit->world;
    uint32_t all = world->instruments.count, first = (uint32_t)below(pit, all);
    uint32_t count = 1 + (uint32_t)below(pit, all - first);
    const struct strategy *rules = draw_strategy(pit);
    struct engine_strategy_config *config = world_trade(world, rules, first, count);
    if (strategy_find(rules->name) == NULL) config->params[0] = (double)below(pit, 1000000);
    config->sizing = sizing_at(below(pit, sizing_count()));
    params_defaults(config->sizing->params, config->sizing->param_count, config->sizing_params);
    draw_params(pit, config->sizing->params, config->sizing->param_count, config->sizing_params);
    if (pit->wild && config->sizing == sizing_find("fixed_fraction"))
        config->sizing_params[0] = between(pit, 1, config->sizing->params[0].max);
    config->frame_s *= (uint32_t)(below(pit, 5) == 0 ? 7 : 1);
    params_defaults(conduct_params, CONDUCT_COUNT, config->conduct);
    if (!pit->wild) limit(pit, config->conduct);
    config->share_ppm =
        1000000 / (pit->wild || below(pit, 2) == 0 ? 6 : 60) - (uint32_t)below(pit, 10);
    if (world->config.netting != NETTING_OFF || below(pit, 2) != 0) return;
    config->execution = algo_at(below(pit, algo_count()));
    params_defaults(config->execution->params, config->execution->param_count,
                    config->execution_params);
}

static void draw_risk(struct pit *pit) {
    struct risk_config *risk = &pit->world.risk;
    if (pit->wild) memset(risk->enabled, 0, sizeof risk->enabled);
    for (size_t r = 0; r < risk_rule_count(); r++) {
        const struct risk_rule *rule = risk_rule_at(r);
        if (pit->wild || below(pit, 3) != 0) continue;
        risk->enabled[r] = below(pit, 2);
        draw_params(pit, rule->params, rule->param_count, risk->params[r]);
    }
}

static void draw_allocation(struct pit *pit) {
    struct engine_config *config = &pit->world.config;
    const struct allocation *method = allocation_at(below(pit, allocation_count()));
    double *params = config->allocation_params;
    if (below(pit, 3) == 0) return;
    config->allocation = method;
    params_defaults(method->params, method->param_count, params);
    params[ALLOCATION_EVERY] = 1 + (double)below(pit, 10);
    params[ALLOCATION_LEAST] = 2 + (double)below(pit, 20);
    params[ALLOCATION_WINDOW] = params[ALLOCATION_LEAST] + (double)below(pit, 60);
    params[ALLOCATION_BAND] = between(pit, 0, 0.05);
    params[ALLOCATION_PACE] = between(pit, 0, 1);
    params[ALLOCATION_CAP] = between(pit, 0.2, 1);
    params[ALLOCATION_RESIZE] = (double)below(pit, 2);
}

static void draw_venue(struct pit *pit) {
    static const char *const fees[] = {"per_share", "maker_taker", "tiered", "per_order"};
    static const char *const slips[] = {"none", "fixed", "volume_share", "sqrt"};
    static const char *const delays[] = {"constant", "uniform", "exponential"};
    struct sim_config *sim = &pit->world.sim;
    assert_ok(sim_config_set_fee(sim, fees[below(pit, 4)]));
    assert_ok(sim_config_set_slip(sim, slips[below(pit, 4)]));
    assert_ok(sim_config_set_latency(sim, delays[pit->delays ? below(pit, 3) : 0]));
    for (size_t i = 0; pit->delays && i < sim->latency->param_count; i++)
        if (strstr(sim->latency->params[i].name, "min") == NULL)
            sim->latency_params[i] = between(pit, 0, 3 * 3600);
    sim->params[SIM_ALLOW_SHORT] = (double)(pit->wild || below(pit, 2));
    sim->params[SIM_MARGIN_INITIAL] = between(pit, 0.1, pit->wild ? 0.3 : 1);
    sim->params[SIM_MARGIN_MAINTENANCE] = sim->params[SIM_MARGIN_INITIAL] * between(pit, 0.3, 1);
    sim->params[SIM_BORROW_RATE] = between(pit, 0, 0.1);
    sim->params[SIM_CREDIT_RATE] = below(pit, 2) == 0 ? 0.01 : 0;
    sim->params[SIM_DEBIT_RATE] = below(pit, 2) == 0 ? 0.05 : 0;
    sim->params[SIM_PATH] = (double)below(pit, 4);
    sim->params[SIM_VOLUME_SHARE] = below(pit, 2) == 0 ? between(pit, 0.01, 1) : 0;
    if (below(pit, 4) == 0) sim->params[SIM_FAULT_REJECT] = between(pit, 0, 0.5);
    if (pit->delays && below(pit, 2) == 0) sim->params[SIM_FAULT_DISCONNECT] = between(pit, 0, 0.1);
    sim->seed = below(pit, 1000);
}

static int64_t some_time(struct pit *pit) {
    return pit->world.events[below(pit, pit->world.count)].header.ts_ns;
}

static void add_command(struct pit *pit) {
    static const enum event_kind kinds[] = {
        EVENT_HALT,  EVENT_RESUME, EVENT_SET_LIMIT, EVENT_STOP, EVENT_DRAIN,
        EVENT_START, EVENT_START,  EVENT_SET_PARAM, EVENT_KILL, EVENT_RESUME};
    struct world *world = &pit->world;
    int64_t ts_ns = some_time(pit);
    union event *event = world_event(world, kinds[below(pit, 10)], INSTRUMENT_NONE, ts_ns);
    event->command.scope = (uint32_t)below(pit, 4);
    event->command.index = (uint32_t)below(pit, world->config.strategy_count + 1);
    event->command.rule = (uint32_t)below(pit, risk_rule_count() + 1);
    event->command.param = (uint32_t)below(pit, 4);
    event->command.value = between(pit, -1, 100);
    event->command.reason = below(pit, 3);
}

// Where there are delays they meet fills on their way, and an account's that nobody has been allocated yet.
static void add_action(struct pit *pit) {
    struct world *world = &pit->world;
    uint32_t instrument = (uint32_t)below(pit, world->instruments.count);
    int64_t ts_ns = some_time(pit);
    uint64_t roll = below(pit, 4);
    if (roll == 0) {
        world_event(world, EVENT_DELIST, instrument, ts_ns);
    } else if (roll == 1) {
        union event *split = world_event(world, EVENT_SPLIT, instrument, ts_ns);
        split->split.numerator = 1 + (int64_t)below(pit, 7);
        split->split.denominator = 1 + (int64_t)below(pit, 3);
        split->split.price = PRICE(5001);
    } else if (roll == 2) {
        union event *dividend = world_event(world, EVENT_DIVIDEND, instrument, ts_ns);
        dividend->dividend.amount = (int64_t)below(pit, 100);
        dividend->dividend.decimals = 2;
    } else {
        int64_t amount = ((int64_t)below(pit, 20000) - 10000) * 100000000;
        union event *cash = world_event(world, EVENT_CASH, INSTRUMENT_NONE, ts_ns);
        cash->cash.amount = MONEY(amount);
        cash->cash.reason = amount >= 0 ? CASH_DEPOSIT : CASH_WITHDRAWAL;
        cash->cash.strategy = STRATEGY_NONE;
        pit->moved = money_add(pit->moved, cash->cash.amount);
    }
}

static void plan(struct pit *pit, uint64_t seed) {
    struct world *world = &pit->world;
    memset(pit, 0, sizeof *pit);
    prng_seed(&pit->prng, seed + 1);
    world_init(world, 8);
    uint32_t instruments = 1 + (uint32_t)below(pit, 4), strategies = 1 + (uint32_t)below(pit, 6);
    for (uint32_t i = 0; i < instruments; i++)
        world_instrument(world, (const char[]){(char)('A' + i), '\0'});
    world->capital = MONEY((int128_t)1000000 * 100000000);
    pit->delays = below(pit, 2) == 0;
    pit->wild = below(pit, 2) == 0;
    if (pit->delays) world->config.data_frame_s = 3600;
    world->config.netting = (uint32_t)below(pit, NETTING_COUNT);
    world->config.cost_method = below(pit, 2) == 0 ? COST_FIFO : COST_AVERAGE;
    world->config.order_timeout_ns = below(pit, 2) == 0 ? NS_PER_HOUR : 0;
    world->config.order_max = below(pit, 4) == 0 ? 16 : 1024;
    for (uint32_t s = 0; s < strategies; s++) add_strategy(pit);
    draw_risk(pit);
    draw_venue(pit);
    draw_allocation(pit);
    world_walk(world, seed + 1, BARS);
    uint64_t commands = below(pit, pit->wild ? 2 : 8), actions = below(pit, 4);
    for (uint64_t i = 0; i < commands; i++) add_command(pit);
    for (uint64_t i = 0; i < actions; i++) add_action(pit);
    world_sort(world);
}

// Strategies that all trade everything as one, hear of fills hours later, and lose their instruments meanwhile.
static void plan_crowd(struct pit *pit, uint64_t seed) {
    struct world *world = &pit->world;
    memset(pit, 0, sizeof *pit);
    prng_seed(&pit->prng, seed + 1);
    world_init(world, 8);
    pit->delays = pit->wild = true;
    world->config.data_frame_s = 3600;
    world->config.netting = NETTING_NET + (uint32_t)(seed % (NETTING_COUNT - 1));
    for (uint32_t i = 0; i < 4; i++) world_instrument(world, (const char[]){(char)('A' + i), '\0'});
    for (uint32_t s = 0; s < 4; s++)
        world_trade(world, &draw_single, 0, 4)->params[0] = (double)(4 * seed + s);
    world->capital = MONEY((int128_t)1000000 * 100000000);
    draw_risk(pit);
    draw_venue(pit);
    assert_ok(sim_config_set_latency(&world->sim, "constant"));
    world->sim.latency_params[1] = 3 * 3600;
    world_walk(world, seed + 1, BARS);
    for (uint32_t i = 0; i < 4; i++) {
        int64_t ts_ns = world->events[world->count / 2 + below(pit, world->count / 2)].header.ts_ns;
        world_event(world, EVENT_DELIST, i, ts_ns);
    }
    world_sort(world);
}

// Without delays all that the venue did is known after each instant.
static void check(struct world *world) {
    const struct ledger *ledger = engine_ledger(world->engine);
    ledger_check(ledger);
    orders_check(engine_orders(world->engine));
    sim_exchange_check(world->exchange);
    if (((const struct pit *)world)->delays) return;
    for (uint32_t i = 0; i < world->instruments.count; i++)
        for (uint32_t s = 0; s < world->config.strategy_count; s++)
            assert_true(ledger_position(ledger, s, i)->qty.m ==
                        sim_exchange_strategy_quantity(world->exchange, s, i).m);
    assert_true(ledger_equity(ledger).m == sim_exchange_equity(world->exchange).m);
}

static int tell(void *self, const struct event_header *event) {
    struct pit *pit = self;
    if (event->kind < EVENT_OUTPUT) assert_true(pit->moving == 0);
    if (event->kind == EVENT_BUDGET) {
        pit->moving += budget_moved((const void *)event).m;
        pit->moves++;
    }
    const struct order_event *fill = (const void *)event;
    if (event->kind == EVENT_ORDER_FILLED && order_id_is_venue(fill->order_id) &&
        order_id_strategy(fill->order_id) == pit->world.config.strategy_count)
        pit->forced_of_account++;
    return report_put(pit->report, event);
}

static void open_report(struct pit *pit) {
    struct world *world = &pit->world;
    for (uint32_t s = 0; s < world->config.strategy_count; s++)
        pit->names[s] = (struct report_strategy){.name = "strategy",
                                                 .share_ppm = world->strategies[s].share_ppm};
    struct report_config config = {.instruments = &world->instruments,
                                   .strategies = pit->names,
                                   .strategy_count = world->config.strategy_count,
                                   .order_max = world->config.order_max,
                                   .lot_max = world->config.lot_max,
                                   .cost_method = world->config.cost_method,
                                   .periods_per_year = 365,
                                   .title = "fuzz"};
    pit->report = report_new(&config);
    assert_non_null(pit->report);
    world->sink = (struct event_sink){tell, pit};
    world->on_mark = check;
}

static int128_t attributed(const struct report *report, const char *table) {
    struct text text;
    int128_t sum = 0;
    text_init(&text, 1 << 20);
    assert_ok(report_csv(report, table, &text));
    for (const char *line = strchr(text_string(&text), '\n'); line != NULL && line[1] != '\0';
         line = strchr(line + 1, '\n')) {
        const char *end = strchr(line + 1, '\r'), *cell = end;
        int64_t value;
        while (cell[-1] != ',') cell--;
        assert_ok(decimal_parse(cell, (size_t)(end - cell), 8, &value));
        sum += value;
    }
    text_fini(&text);
    return sum;
}

// A fresh engine that is told the inputs ends in the same state.
static void replay(const struct pit *recorded, uint64_t seed,
                   void (*plan_it)(struct pit *pit, uint64_t seed)) {
    static struct pit fresh;
    const struct event_header *event = NULL;
    plan_it(&fresh, seed);
    world_build(&fresh.world);
    while ((event = world_next(&recorded->world, event)) != NULL) {
        union event input;
        if (event->kind >= EVENT_OUTPUT) continue;
        memcpy(&input, event, event->size);
        engine_apply(fresh.world.engine, &input);
    }
    assert_true(engine_state_hash(fresh.world.engine) == recorded->world.result.state_hash);
    world_fini(&fresh.world);
}

static uint64_t run(uint64_t seed, void (*plan_it)(struct pit *pit, uint64_t seed),
                    uint64_t *ret_moves) {
    static struct pit pit;
    plan_it(&pit, seed);
    world_build(&pit.world);
    open_report(&pit);
    world_run(&pit.world);
    assert_ok(report_end(pit.report));
    assert_true(report_difference(pit.report).m == 0);
    const struct ledger *ledger = engine_ledger(pit.world.engine);
    static const char *const tables[] = {"attribution", "sectors", "signals"};
    for (size_t i = 0; i < 3 && engine_counts(pit.world.engine)->ledger_errors == 0; i++)
        assert_true(attributed(pit.report, tables[i]) ==
                    ledger_equity(ledger).m - pit.world.capital.m - pit.moved.m);
    replay(&pit, seed, plan_it);
    report_free(pit.report);
    world_fini(&pit.world);
    *ret_moves += pit.moves;
    return pit.forced_of_account;
}

static void no_configuration_ends_a_run_and_everything_adds_up(void **state) {
    (void)state;
    uint64_t moves = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) run(seed, plan, &moves);
    assert_true(moves > 1000);
}

static void what_is_closed_before_it_was_allocated_ends_no_run(void **state) {
    (void)state;
    uint64_t forced = 0, moves = 0;
    for (uint64_t seed = 0; seed < CROWDS; seed++) forced += run(seed, plan_crowd, &moves);
    assert_true(forced > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_configuration_ends_a_run_and_everything_adds_up),
        cmocka_unit_test(what_is_closed_before_it_was_allocated_ends_no_run)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
