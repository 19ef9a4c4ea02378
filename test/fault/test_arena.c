// SPDX-License-Identifier: Apache-2.0
// An arena that is too small, by whatever little, is an error with a story: engine, venue and run never begin half
// built.
#include "world.h"

enum { INSTRUMENTS = 2, STEPS = 400 };

static void prepare(struct world *world) {
    world_init(world, 8);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        world_instrument(world, (const char[]){(char)('A' + i), '\0'});
    for (size_t s = 0; s < strategy_count(); s++)
        if (strategy_at(s)->scope != SCOPE_BOOK) world_trade(world, strategy_at(s), 0, INSTRUMENTS);
    world->config.order_max = 64;
    world->config.lot_max = 256;
}

static size_t even(size_t size) {
    return size & ~(size_t)7;
}

// 0, or what the engine says to arenas of these sizes.
static int try_engine(size_t wiring, size_t state) {
    struct world world;
    struct arena small_wiring, small_state;
    struct engine *engine = NULL;
    prepare(&world);
    assert_ok(arena_init(&small_wiring, wiring));
    assert_ok(arena_init(&small_state, state));
    err_clear();
    int rc = engine_new(&small_wiring, &small_state, &world.config, &engine);
    if (rc < 0) {
        assert_int_equal(rc, ERR_NOMEM);
        assert_true(err_story()[0] != '\0');
        assert_null(engine);
    }
    arena_fini(&small_wiring);
    arena_fini(&small_state);
    world_fini(&world);
    return rc;
}

static void an_engine_is_built_whole_or_not_at_all(void **state) {
    (void)state;
    struct world world;
    struct arena wiring, state_arena;
    struct engine *engine;
    prepare(&world);
    assert_ok(arena_init(&wiring, 1 << 28));
    assert_ok(arena_init(&state_arena, 1 << 28));
    assert_ok(engine_new(&wiring, &state_arena, &world.config, &engine));
    size_t wiring_used = wiring.used, state_used = state_arena.used;
    arena_fini(&wiring);
    arena_fini(&state_arena);
    world_fini(&world);
    assert_int_equal(try_engine(wiring_used, state_used), 0);
    for (size_t k = 0; k < STEPS; k++) {
        assert_true(try_engine(even(1 + wiring_used * k / STEPS) + 8, state_used) < 0 ||
                    even(1 + wiring_used * k / STEPS) + 8 >= wiring_used);
        assert_true(try_engine(wiring_used, even(1 + state_used * k / STEPS) + 8) < 0 ||
                    even(1 + state_used * k / STEPS) + 8 >= state_used);
    }
    assert_true(try_engine(wiring_used - 1, state_used) < 0);
    assert_true(try_engine(wiring_used, state_used - 1) < 0);
}

static void a_venue_is_built_whole_or_not_at_all(void **state) {
    (void)state;
    struct world world;
    prepare(&world);
    world_build(&world);
    size_t size = world.venue_state.used;
    for (size_t k = 0; k < STEPS; k++) {
        struct arena small;
        assert_ok(arena_init(&small, even(size * k / STEPS) + 8));
        err_clear();
        assert_null(sim_exchange_new(&world.wiring, &small, &world.sim));
        assert_true(err_story()[0] != '\0');
        arena_fini(&small);
    }
    world_fini(&world);
}

static void a_run_without_room_for_its_buffers_says_so(void **state) {
    (void)state;
    struct world world;
    prepare(&world);
    world_walk(&world, 1, 20);
    world_build(&world);
    struct arena small;
    struct world_source source = {world.events, world.count, 0, 64};
    struct backtest_config config = {.source = world_source_port(&source),
                                     .capital = world.capital};
    struct backtest_result result;
    assert_ok(arena_init(&small, 4096));
    assert_int_equal(backtest_run(&small, world.engine, world.exchange, &config, &result),
                     ERR_NOMEM);
    assert_int_equal(engine_seq(world.engine), 0);
    arena_fini(&small);
    world_fini(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_engine_is_built_whole_or_not_at_all),
        cmocka_unit_test(a_venue_is_built_whole_or_not_at_all),
        cmocka_unit_test(a_run_without_room_for_its_buffers_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
