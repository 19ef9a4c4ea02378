// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include "research/walkforward/warmup.h"

// The longest average of the space, and a bar for good measure; frames of their own want everything.
static void inputs_know_what_the_longest_of_them_needs(void **state) {
    (void)state;
    struct world world;
    struct arena arena;
    struct space space;
    uint64_t bars;
    assert_ok(arena_init(&arena, (size_t)1 << 26));
    world_init(&world, 8);
    world_instrument(&world, "X");
    struct engine_strategy_config *trader = world_trade(&world, strategy_find("sma_cross"), 0, 1);
    params_defaults(trader->strategy->params, trader->strategy->param_count, trader->params);
    struct trial_config config = {.engine = &world.config};
    space_init(&space, trader->strategy->params, trader->strategy->param_count, trader->params);
    assert_ok(space_add(&space, &arena, "fast=5:90:5"));
    assert_ok(warmup_bars(&config, &space, &arena, &bars));
    assert_int_equal(bars, 91);
    assert_ok(space_add(&space, &arena, "slow=20:200:20"));
    size_t used = arena.used;
    assert_ok(warmup_bars(&config, &space, &arena, &bars));
    assert_int_equal(bars, 201);
    assert_int_equal(arena.used, used);
    trader->strategy = strategy_find("trend_frames");
    params_defaults(trader->strategy->params, trader->strategy->param_count, trader->params);
    space_init(&space, trader->strategy->params, trader->strategy->param_count, trader->params);
    assert_ok(warmup_bars(&config, &space, &arena, &bars));
    assert_true(bars == WARMUP_ALL);
    world_fini(&world);
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_know_what_the_longest_of_them_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
