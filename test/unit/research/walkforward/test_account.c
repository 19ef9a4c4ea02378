// SPDX-License-Identifier: Apache-2.0
// The account that lives by one set of parameters after the other.
#include "world.h"

#include <math.h>

#include "research/walkforward/account.h"

enum { BARS = 1200, PHASES = 4 };

static struct world world;
static struct arena arena;
static struct log data;
static struct trial trial;
static struct trial_config config;

// Holds everything where it wants to and says nothing otherwise; counts what it remembers.
static const struct param wish_params[] = {
    {.name = "wants", .type = PARAM_INT, .unit = "", .def = 0, .min = 0, .max = 9, .help = ""},
};
static uint64_t wish_calls[16];
static void wish_decide(const struct strategy_view *view, void *state,
                        struct strategy_out *ret_out) {
    int64_t *calls = state;
    wish_calls[(int)view->params[0]] = (uint64_t)++ * calls;
    if (view->params[0] == 0) return;
    ret_out->targets[0].kind = TARGET_SET;
    ret_out->targets[0].weight = 1;
}
static const struct strategy wish = {
    .name = "wish",
    .summary = "",
    .params = wish_params,
    .param_count = 1,
    .scope = SCOPE_INSTRUMENT,
    .state_size = sizeof(int64_t),
    .decide = wish_decide,
};

static void open_world(const struct strategy *strategy, uint64_t seed) {
    assert_ok(arena_init(&arena, (size_t)1 << 26));
    world_init(&world, 8);
    world_instrument(&world, "X");
    struct engine_strategy_config *trader = world_trade(&world, strategy, 0, 1);
    params_defaults(strategy->params, strategy->param_count, trader->params);
    trader->sizing_params[0] = 0.9;
    assert_ok(sim_config_set_fee(&world.sim, "maker_taker"));
    world.sim.fee_params[1] = 10;
    world.sim.params[SIM_VOLUME_SHARE] = 0;
    world_walk(&world, seed, BARS);
    world_sort(&world);
    struct world_source source = {.events = world.events, .count = world.count, .batch = 100};
    assert_ok(log_read(&data, &arena, world_source_port(&source)));
    world_build(&world);
    config = (struct trial_config){.engine = &world.config,
                                   .sim = &world.sim,
                                   .log = &data,
                                   .capital = world.capital,
                                   .days_a_year = 365,
                                   .from_ns = INT64_MIN};
    assert_ok(trial_init(&trial));
}

static void close_world(void) {
    trial_fini(&trial);
    world_fini(&world);
    arena_fini(&arena);
}

static void assert_about(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance)) fail_msg("%.17g is not %.17g", got, want);
}

// The instant of the n-th bar.
static int64_t bar_at(uint64_t n) {
    size_t at = 0;
    while (n-- > 0) at = log_next(log_event(&data, at), at);
    return log_event(&data, at)->ts_ns;
}

static void make_phases(struct engine_phase phases[PHASES], bool same) {
    static const double pairs[PHASES][2] = {{5, 20}, {10, 50}, {3, 15}, {20, 40}};
    memset(phases, 0, PHASES * sizeof *phases);
    for (uint64_t p = 0; p < PHASES; p++) {
        phases[p].from_ns = bar_at(200 + 250 * p);
        phases[p].params[0] = pairs[same ? 0 : p][0];
        phases[p].params[1] = pairs[same ? 0 : p][1];
    }
}

static void phases_of_the_same_parameters_are_one_run(void **state) {
    (void)state;
    struct engine_phase phases[PHASES];
    struct account account;
    struct score_result plain;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        open_world(strategy_find("sma_cross"), seed);
        make_phases(phases, true);
        assert_ok(account_run(&account, &arena, &trial, &config, phases, PHASES));
        config.from_ns = phases[0].from_ns;
        assert_ok(trial_run(&trial, &config, phases[0].params, NULL, 0, &plain));
        assert_memory_equal(&account.total, &plain, sizeof plain);
        assert_true(plain.fills > 10);
        close_world();
    }
}

static void parts_add_up_to_the_account(void **state) {
    (void)state;
    struct engine_phase phases[PHASES];
    struct account account;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        double growth = 1, fees = 0;
        uint64_t trades = 0, fills = 0, days = 0;
        open_world(strategy_find("sma_cross"), seed);
        make_phases(phases, false);
        assert_ok(account_run(&account, &arena, &trial, &config, phases, PHASES));
        for (int p = 0; p < PHASES; p++) {
            growth *= 1 + account.parts[p].total_return;
            fees += (double)account.parts[p].fees.m;
            trades += account.parts[p].trades;
            fills += account.parts[p].fills;
            days += account.parts[p].days;
        }
        assert_about(growth, 1 + account.total.total_return, 1e-12);
        assert_true(fees == (double)account.total.fees.m);
        assert_int_equal(trades, account.total.trades);
        assert_int_equal(fills, account.total.fills);
        assert_true(days >= account.total.days);
        assert_true(account.parts[PHASES - 1].equity.m == account.total.equity.m);
        assert_int_equal(account.point_count, account.total.days + 1);
        assert_true(account.points[account.point_count - 1].equity ==
                    (double)account.total.equity.m);
        close_world();
    }
}

// What follows changes nothing of a part: the account of the first two phases on data that ends with them.
static void a_part_does_not_know_what_follows(void **state) {
    (void)state;
    struct engine_phase phases[PHASES];
    struct account whole, part;
    open_world(strategy_find("sma_cross"), 3);
    make_phases(phases, false);
    assert_ok(account_run(&whole, &arena, &trial, &config, phases, PHASES));
    struct log cut = log_slice(&data, INT64_MIN, phases[2].from_ns);
    config.log = &cut;
    assert_ok(account_run(&part, &arena, &trial, &config, phases, 2));
    assert_memory_equal(&whole.parts[0], &part.parts[0], sizeof part.parts[0]);
    assert_memory_equal(&whole.parts[1], &part.parts[1], sizeof part.parts[1]);
    close_world();
}

static void what_new_parameters_do_not_ask_for_is_closed(void **state) {
    (void)state;
    struct account account;
    open_world(&wish, 4);
    struct engine_phase phases[4] = {{.from_ns = bar_at(100), .params = {1}},
                                     {.from_ns = bar_at(200), .params = {2}},
                                     {.from_ns = bar_at(300), .params = {0}},
                                     {.from_ns = bar_at(400), .params = {0}}};
    memset(wish_calls, 0, sizeof wish_calls);
    assert_ok(account_run(&account, &arena, &trial, &config, phases, 4));
    // Bought in the first, carried through the second, sold in the third at its costs.
    assert_int_equal(account.parts[0].fills, 1);
    assert_int_equal(account.parts[1].fills, 0);
    assert_true(account.parts[1].time_in_market == 1);
    assert_int_equal(account.parts[2].fills, 1);
    assert_int_equal(account.parts[2].trades, 1);
    assert_true(account.parts[2].fees.m > 0);
    assert_int_equal(account.parts[3].fills, 0);
    // New parameters begin without memory; the same ones go on.
    assert_int_equal(wish_calls[1], 100);
    assert_int_equal(wish_calls[2], 100);
    assert_int_equal(wish_calls[0], data.bars - 300);
    close_world();
}

static void inputs_of_a_phase_know_the_past(void **state) {
    (void)state;
    struct account account;
    uint64_t trades = 0;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        open_world(strategy_find("sma_cross"), seed);
        // Forty bars are too few for an average of two hundred that begins with them.
        struct engine_phase phases[1] = {{.from_ns = bar_at(data.bars - 40), .params = {2, 200}}};
        struct log rest = log_slice(&data, phases[0].from_ns, INT64_MAX);
        assert_ok(account_run(&account, &arena, &trial, &config, phases, 1));
        trades += account.total.fills;
        config.log = &rest;
        assert_ok(account_run(&account, &arena, &trial, &config, phases, 1));
        assert_int_equal(account.total.fills, 0);
        close_world();
    }
    assert_true(trades > 0);
}

static void faulty_phases_are_told(void **state) {
    (void)state;
    struct account account;
    open_world(strategy_find("sma_cross"), 1);
    struct engine_phase phases[2] = {{.from_ns = 5, .params = {5, 20}},
                                     {.from_ns = 5, .params = {6, 20}}};
    assert_int_equal(account_run(&account, &arena, &trial, &config, phases, 2), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "does not begin after the one before"));
    phases[1] = (struct engine_phase){.from_ns = 6, .params = {20, 6}};
    assert_int_equal(account_run(&account, &arena, &trial, &config, phases, 2), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "in phase 1 of strategy sma_cross"));
    close_world();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases_of_the_same_parameters_are_one_run),
        cmocka_unit_test(parts_add_up_to_the_account),
        cmocka_unit_test(a_part_does_not_know_what_follows),
        cmocka_unit_test(what_new_parameters_do_not_ask_for_is_closed),
        cmocka_unit_test(inputs_of_a_phase_know_the_past),
        cmocka_unit_test(faulty_phases_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
