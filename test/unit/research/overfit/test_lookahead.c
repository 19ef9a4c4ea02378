// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include "research/overfit/lookahead.h"

static struct world world;
static struct arena arena;
static struct log data;
static struct trial trial;
static struct trial_config config;

// Buys before a bar that rises: it has all bars of the run before, or has learnt them by heart with their times.
static double known[4096];
static int64_t known_ns[4096];
static int known_count;
static bool learns, by_time;
static void peek_decide(const struct strategy_view *view, void *state,
                        struct strategy_out *ret_out) {
    int64_t *calls = state;
    int at = (int)*calls;
    double close = view->bars[0].close, next = close;
    if (by_time) {
        for (int i = 0; i + 1 < known_count; i++)
            if (known_ns[i] == view->now_ns) next = known[i + 1];
    } else if (at + 1 < known_count) {
        next = known[at + 1];
    }
    if (learns && at < 4096) {
        known_ns[at] = view->now_ns;
        known[at] = close;
        if (known_count <= at) known_count = at + 1;
    }
    ++*calls;
    ret_out->targets[0].kind = TARGET_SET;
    ret_out->targets[0].weight = next > close ? 1 : 0;
}
static const struct strategy peek = {.name = "peek",
                                     .summary = "",
                                     .scope = SCOPE_INSTRUMENT,
                                     .state_size = 8,
                                     .decide = peek_decide};

static void open_world(const struct strategy *strategy, uint64_t seed) {
    assert_ok(arena_init(&arena, (size_t)1 << 30));
    world_init(&world, 8);
    world_instrument(&world, "X");
    world_trade(&world, strategy, 0, 1);
    params_defaults(strategy->params, strategy->param_count, world.strategies[0].params);
    world_walk(&world, seed, 500);
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

static struct lookahead look(void) {
    struct lookahead found;
    size_t used = arena.used;
    assert_ok(lookahead_of(&config, &trial, 6, &arena, &found));
    assert_int_equal(arena.used, used);
    return found;
}

static void strategies_of_bars_are_clean(void **state) {
    (void)state;
    static const char *const names[] = {"sma_cross", "momentum", "mean_reversion", "turtle",
                                        "rsi2"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        open_world(strategy_find(names[i]), i + 2);
        struct lookahead found = look();
        for (int k = 0; k < LOOKAHEAD_KINDS; k++) {
            if (found.findings[k].differ > 0) fail_msg("%s, %s", names[i], lookahead_name(k));
            assert_int_equal(found.findings[k].runs,
                             k == LOOKAHEAD_CUT || k == LOOKAHEAD_CHANGED ? found.moments : 1);
        }
        assert_true(found.words > 5 && found.moments > 0);
        close_world();
    }
}

static void one_that_remembers_an_earlier_run_is_caught(void **state) {
    (void)state;
    open_world(&peek, 3);
    learns = true;
    by_time = false;
    known_count = 0;
    struct lookahead found = look();
    assert_int_equal(found.findings[LOOKAHEAD_AGAIN].differ, 1);
    close_world();
}

// A table by place in the data does not change when data does; one by time is told by moved times.
static void one_that_knows_dates_is_told(void **state) {
    (void)state;
    open_world(&peek, 3);
    struct score_result result;
    learns = by_time = true;
    known_count = 0;
    assert_ok(trial_run(&trial, &config, world.strategies[0].params, NULL, 0, &result));
    learns = false;
    struct lookahead found = look();
    assert_int_equal(found.findings[LOOKAHEAD_AGAIN].differ, 0);
    assert_int_equal(found.findings[LOOKAHEAD_MOVED].differ, 1);
    assert_true(found.findings[LOOKAHEAD_MOVED].has_first);
    close_world();
}

// Memory of what it is being run on shows where the future is changed.
static void one_that_reads_what_it_runs_on_is_caught_at_its_decisions(void **state) {
    (void)state;
    open_world(&peek, 5);
    learns = true;
    by_time = false;
    known_count = 0;
    struct lookahead found = look();
    assert_true(found.findings[LOOKAHEAD_CUT].runs == found.moments);
    assert_true(found.findings[LOOKAHEAD_CHANGED].differ + found.findings[LOOKAHEAD_CUT].differ >
                0);
    close_world();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strategies_of_bars_are_clean),
        cmocka_unit_test(one_that_remembers_an_earlier_run_is_caught),
        cmocka_unit_test(one_that_knows_dates_is_told),
        cmocka_unit_test(one_that_reads_what_it_runs_on_is_caught_at_its_decisions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
