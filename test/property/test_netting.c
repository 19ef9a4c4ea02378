// SPDX-License-Identifier: Apache-2.0
// Targets of strategies without sense are netted, and everything adds up after every instant: the broker's positions
// are the ledger's, by strategy and in all; no two orders for targets work against each other; what is allocated of a
// fill is that fill; the report's own books agree; and a replay of the journal says the same.
#include "report/report.h"
#include "world.h"

enum { SEEDS = 4, BARS = 250, INSTRUMENTS = 3, STRATEGIES = 4 };

struct pit {
    struct world world;
    struct report *report;
    struct report_strategy names[WORLD_STRATEGIES_MAX];
    uint64_t allocations;
    uint64_t crossed; // of them inside
    uint64_t account_orders;
    uint64_t fill_id; // of the account's fill that is being allocated
    int64_t fill_left;
    int64_t fee_left;
    int64_t inside; // signed, of the input
    uint64_t inside_seq;
};

static const struct param draw_params[] = {{.name = "seed",
                                            .type = PARAM_INT,
                                            .def = 1,
                                            .min = 0,
                                            .max = 1e6,
                                            .help = "Makes another one."}};

struct draw {
    uint64_t state;
};

// Draws a weight every few bars, often none at all; sometimes with a stop, sometimes with less confidence.
static void draw(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct draw *self = memory;
    if (self->state == 0) self->state = (uint64_t)view->params[0] * 2654435761u + 1;
    for (uint32_t i = 0; i < view->instrument_count; i++) {
        self->state = self->state * 6364136223846793005u + 1442695040888963407u;
        uint32_t roll = (uint32_t)(self->state >> 33);
        struct strategy_target *target = &ret_out->targets[i];
        if (!view->fresh[i] || roll % 3 != 0) continue;
        target->kind = roll % 7 == 0 ? TARGET_REBALANCE : TARGET_SET;
        target->weight = (double)((int32_t)(roll / 8 % 5) - 2) / 2;
        target->confidence = roll % 11 == 0 ? 0.5 : 1;
        double close = view->bars[i].close;
        if (roll % 5 == 0 && target->weight > 0) target->stop = close * 0.97;
        if (roll % 5 == 1 && target->weight < 0) target->stop = close * 1.03;
    }
}
static const struct strategy draw_single = {.name = "draw",
                                            .summary = "Draws weights.",
                                            .params = draw_params,
                                            .param_count = 1,
                                            .state_size = sizeof(struct draw),
                                            .decide = draw};
static const struct strategy draw_universe = {.name = "draw_all",
                                              .summary = "Draws weights of all.",
                                              .params = draw_params,
                                              .param_count = 1,
                                              .scope = SCOPE_UNIVERSE,
                                              .state_size = sizeof(struct draw),
                                              .decide = draw};

static void compare(const struct world *world) {
    const struct ledger *ledger = engine_ledger(world->engine);
    uint32_t strategies = world->config.strategy_count;
    for (uint32_t i = 0; i < world->instruments.count; i++) {
        int64_t sum = 0;
        for (uint32_t s = 0; s < strategies; s++) {
            int64_t held = ledger_position(ledger, s, i)->qty.m;
            sum += held;
            assert_true(held == sim_exchange_strategy_quantity(world->exchange, s, i).m);
        }
        assert_true(sum == sim_exchange_quantity(world->exchange, i).m);
        if (world->config.netting != NETTING_OFF)
            assert_true(sim_exchange_strategy_quantity(world->exchange, strategies, i).m == 0);
    }
    assert_true(ledger_balance(ledger, ACCOUNT_CASH, 0).m ==
                sim_exchange_cash(world->exchange, 0).m);
    assert_true(ledger_equity(ledger).m == sim_exchange_equity(world->exchange).m);
}

static void conserve(const struct world *world) {
    const struct ledger *ledger = engine_ledger(world->engine);
    int128_t strategies = 0;
    for (uint32_t s = 0; s < world->config.strategy_count; s++)
        strategies += ledger_strategy_equity(ledger, s).m - ledger_budget(ledger, s).m;
    int128_t interest = ledger_balance(ledger, ACCOUNT_INTEREST, 0).m;
    assert_true(ledger_equity(ledger).m - world->capital.m + interest == strategies);
    ledger_check(ledger);
    sim_exchange_check(world->exchange);
}

static void no_two_are_against_each_other(const struct world *world) {
    const struct orders *orders = engine_orders(world->engine);
    for (uint32_t i = 0; i < world->instruments.count; i++) {
        int sides = 0;
        for (uint32_t h = orders->exposure[i].first; h != UINT32_MAX;
             h = orders_next_live(orders, h)) {
            const struct order *order = orders_get(orders, h);
            if (order->spec.purpose == PURPOSE_TARGET) sides |= order->spec.side > 0 ? 1 : 2;
        }
        assert_int_not_equal(sides, 3);
    }
}

static void check(struct world *world) {
    compare(world);
    conserve(world);
    if (world->config.netting != NETTING_OFF) no_two_are_against_each_other(world);
}

static void see_allocation(struct pit *pit, const struct allocation_event *event) {
    int64_t qty = event->side * event->qty.m;
    pit->allocations++;
    if (event->order_id == 0) {
        pit->crossed++;
        assert_true(event->fee == 0);
        assert_true(pit->inside == 0 || pit->inside_seq == event->header.seq);
        pit->inside_seq = event->header.seq;
        pit->inside += qty;
        return;
    }
    assert_int_equal(event->order_id, pit->fill_id);
    pit->fill_left -= qty;
    pit->fee_left -= event->fee;
}

static int tell(void *self, const struct event_header *event) {
    struct pit *pit = self;
    const struct world *world = &pit->world;
    if (event->kind == EVENT_ALLOCATION) see_allocation(pit, (const void *)event);
    if (event->kind < EVENT_OUTPUT) { // what came of the input before is complete
        assert_true(pit->fill_left == 0 && pit->fee_left == 0 && pit->inside == 0);
    }
    if (event->kind == EVENT_SUBMIT) {
        const struct submit_event *submit = (const void *)event;
        pit->account_orders += submit->spec.strategy == world->config.strategy_count;
    }
    if (event->kind == EVENT_ORDER_FILLED) {
        const struct order_event *fill = (const void *)event;
        int handle = orders_find(engine_orders(world->engine), fill->order_id);
        const struct order *order =
            handle < 0 ? NULL : orders_get(engine_orders(world->engine), (uint32_t)handle);
        if (order != NULL && order->spec.strategy == world->config.strategy_count) {
            pit->fill_id = fill->order_id;
            pit->fill_left = order->spec.side * fill->qty.m;
            pit->fee_left = fill->fee;
        }
    }
    return report_put(pit->report, event);
}

static void plan(struct pit *pit, uint64_t seed, uint32_t netting, bool data) {
    struct world *world = &pit->world;
    memset(pit, 0, sizeof *pit);
    world_init(world, 8);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        world_instrument(world, (const char[]){(char)('A' + i), '\0'});
    for (uint32_t s = 0; s < STRATEGIES; s++)
        world_trade(world, s == 1 ? &draw_universe : &draw_single, s % 2, INSTRUMENTS - s % 2)
            ->params[0] = (double)(seed * STRATEGIES + s + 1);
    world->config.netting = netting;
    world->capital = MONEY((int128_t)1000000 * 100000000);
    world->config.cost_method = seed % 2 == 0 ? COST_FIFO : COST_AVERAGE;
    assert_ok(sim_config_set_fee(&world->sim, seed % 2 == 0 ? "per_share" : "maker_taker"));
    assert_ok(sim_config_set_slip(&world->sim, seed % 2 == 0 ? "volume_share" : "fixed"));
    world->sim.params[SIM_ALLOW_SHORT] = 1;
    world->sim.params[SIM_MARGIN_INITIAL] = 0.5;
    world->sim.params[SIM_BORROW_RATE] = 0.02;
    world->sim.seed = seed;
    if (seed % 2 == 1) world->risk.enabled[risk_rule_find("position")] = 1;
    if (seed % 2 == 1) world->risk.params[risk_rule_find("position")][0] = 0.1;
    if (!data) return;
    world_walk(world, seed + 1, BARS);
    for (uint32_t k = 0; k < 6; k++) {
        static const enum event_kind kinds[] = {EVENT_DRAIN,  EVENT_START, EVENT_HALT,
                                                EVENT_RESUME, EVENT_STOP,  EVENT_START};
        int64_t ts_ns = world->events[world->count * (k + 1) / 8].header.ts_ns;
        union event *event = world_event(world, kinds[k], INSTRUMENT_NONE, ts_ns);
        event->command.scope = HALT_STRATEGY;
        event->command.index = k / 2;
        world_sort(world);
    }
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
                                   .title = "netted"};
    pit->report = report_new(&config);
    assert_non_null(pit->report);
    world->sink = (struct event_sink){tell, pit};
    world->on_mark = check;
}

// A fresh engine that is told the inputs says what was said, and so does one from a snapshot in the middle.
static void replay(const struct pit *recorded, uint64_t seed, uint32_t netting) {
    static struct pit fresh, late;
    const struct event_header *event = NULL;
    const struct engine_outputs *outputs = NULL;
    size_t at = 0;
    uint64_t half = recorded->world.result.inputs / 2;
    plan(&fresh, seed, netting, false);
    world_build(&fresh.world);
    plan(&late, seed, netting, false);
    world_build(&late.world);
    while ((event = world_next(&recorded->world, event)) != NULL) {
        if (event->kind < EVENT_OUTPUT) {
            assert_true(outputs == NULL || at == outputs->size);
            union event input;
            memcpy(&input, event, event->size);
            if (event->seq > half) {
                if (engine_seq(late.world.engine) == 0) {
                    void *bytes = malloc(engine_state_size(fresh.world.engine));
                    engine_snapshot(fresh.world.engine, bytes);
                    assert_ok(engine_restore(late.world.engine, bytes,
                                             engine_state_size(late.world.engine)));
                    free(bytes);
                }
                engine_apply(late.world.engine, &input);
            }
            outputs = engine_apply(fresh.world.engine, &input);
            at = 0;
        } else {
            assert_true(at + event->size <= outputs->size);
            assert_memory_equal(outputs->bytes + at, event, event->size);
            at += event->size;
        }
    }
    assert_int_equal(engine_state_hash(fresh.world.engine), recorded->world.result.state_hash);
    assert_int_equal(engine_state_hash(late.world.engine), recorded->world.result.state_hash);
    world_fini(&fresh.world);
    world_fini(&late.world);
}

// The last column of a table of the attribution, added up.
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
        assert_true(strstr(line, "conversion") == NULL); // one currency: nothing is rounded
        sum += value;
    }
    text_fini(&text);
    return sum;
}

static void run(uint64_t seed, uint32_t netting) {
    static struct pit pit;
    plan(&pit, seed, netting, true);
    world_build(&pit.world);
    open_report(&pit);
    world_run(&pit.world);
    assert_ok(report_end(pit.report));
    assert_true(report_difference(pit.report).m == 0);
    int128_t profit = ledger_equity(engine_ledger(pit.world.engine)).m - pit.world.capital.m;
    assert_true(attributed(pit.report, "attribution") == profit);
    assert_true(attributed(pit.report, "sectors") == profit);
    assert_true(attributed(pit.report, "signals") == profit);
    assert_true(pit.account_orders > 20 && pit.allocations > 40);
    if (netting == NETTING_NET) assert_true(pit.crossed > 0 || seed % 2 == 0);
    replay(&pit, seed, netting);
    report_free(pit.report);
    world_fini(&pit.world);
}

static void everything_adds_up_under_every_policy(void **state) {
    (void)state;
    for (uint32_t netting = NETTING_NET; netting < NETTING_COUNT; netting++)
        for (uint64_t seed = 0; seed < SEEDS; seed++) run(seed, netting);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(everything_adds_up_under_every_policy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
