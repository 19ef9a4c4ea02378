// SPDX-License-Identifier: Apache-2.0
// State is a fold over the inputs: a fresh engine that is told what a run's engine was told says what it said and ends
// in the same bytes; so does one that begins in the middle, from a snapshot.
#include "world.h"

enum { BARS = 400, INSTRUMENTS = 3, RESTORES = 5 };

// One of the registry, or all of them and chaos as well.
static void prepare(struct world *world, const struct strategy *strategy) {
    world_init(world, 8);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        world_instrument(world, (const char[]){(char)('A' + i), '\0'});
    for (size_t s = 0; s < strategy_count(); s++)
        if (strategy_at(s)->scope != SCOPE_BOOK && (!strategy || strategy == strategy_at(s)))
            world_trade(world, strategy_at(s), 0, INSTRUMENTS);
    if (strategy == NULL) world_trade(world, &world_chaos, 0, INSTRUMENTS);
    world->capital = MONEY((int128_t)1000000 * 100000000);
    world->sim.params[SIM_ALLOW_SHORT] = 1;
    world->sim.params[SIM_MARGIN_INITIAL] = 0.25;
}

// Tells a fresh engine the inputs of the log after `seq`; its outputs are those of the log.
static void replay(const struct world *recorded, struct engine *engine, uint64_t until_seq) {
    const struct event_header *event = NULL;
    const struct engine_outputs *outputs = NULL;
    size_t at = 0;
    uint64_t from = engine_seq(engine);
    while ((event = world_next(recorded, event)) != NULL && event->seq <= until_seq) {
        if (event->seq <= from) continue;
        if (event->kind < EVENT_OUTPUT) {
            assert_true(outputs == NULL || at == outputs->size);
            union event input;
            memcpy(&input, event, event->size);
            outputs = engine_apply(engine, &input);
            at = 0;
        } else {
            assert_true(outputs != NULL && at + event->size <= outputs->size);
            assert_memory_equal(outputs->bytes + at, event, event->size);
            at += event->size;
        }
    }
    assert_true(outputs == NULL || at == outputs->size);
}

static void restore_and_go_on(const struct world *recorded, const struct strategy *strategy,
                              uint64_t seq) {
    struct world first, second;
    prepare(&first, strategy);
    world_build(&first);
    replay(recorded, first.engine, seq);
    size_t size = engine_state_size(first.engine);
    void *snapshot = malloc(size);
    assert_non_null(snapshot);
    engine_snapshot(first.engine, snapshot);
    world_fini(&first);
    prepare(&second, strategy);
    world_build(&second);
    assert_ok(engine_restore(second.engine, snapshot, size));
    free(snapshot);
    assert_int_equal(engine_seq(second.engine), seq);
    replay(recorded, second.engine, UINT64_MAX);
    assert_int_equal(engine_state_hash(second.engine), recorded->result.state_hash);
    world_fini(&second);
}

// Operators at work: strategies pause, drain, stop and begin again.
static void add_commands(struct world *world) {
    static const enum event_kind kinds[] = {EVENT_HALT, EVENT_DRAIN, EVENT_STOP, EVENT_RESUME,
                                            EVENT_START};
    for (uint32_t k = 0; k < 20; k++) {
        int64_t ts_ns = world->events[world->count * (k + 1) / 22].header.ts_ns;
        union event *event = world_event(world, kinds[k % 5], INSTRUMENT_NONE, ts_ns);
        event->command.scope = HALT_STRATEGY;
        event->command.index = k * 7 % world->config.strategy_count;
    }
    world_sort(world);
}

static void run_and_replay(const struct strategy *strategy, uint64_t seed) {
    struct world recorded, fresh;
    prepare(&recorded, strategy);
    world_walk(&recorded, seed, BARS);
    if (strategy == NULL) add_commands(&recorded);
    world_build(&recorded);
    world_run(&recorded);
    prepare(&fresh, strategy);
    world_build(&fresh);
    replay(&recorded, fresh.engine, UINT64_MAX);
    assert_int_equal(engine_state_hash(fresh.engine), recorded.result.state_hash);
    world_fini(&fresh);
    for (uint64_t k = 1; k <= RESTORES; k++)
        restore_and_go_on(&recorded, strategy, recorded.result.inputs * k / (RESTORES + 1));
    world_fini(&recorded);
}

static void every_strategy_goes_on_from_a_snapshot_as_if_nothing_had_happened(void **state) {
    (void)state;
    for (size_t s = 0; s < strategy_count(); s++)
        if (strategy_at(s)->scope != SCOPE_BOOK) run_and_replay(strategy_at(s), 20 + s);
}

static void so_do_all_of_them_together(void **state) {
    (void)state;
    run_and_replay(NULL, 40);
}

static void a_snapshot_of_another_configuration_is_refused(void **state) {
    (void)state;
    struct world first, second;
    prepare(&first, strategy_find("sma_cross"));
    world_build(&first);
    size_t size = engine_state_size(first.engine);
    void *snapshot = calloc(1, size);
    assert_non_null(snapshot);
    engine_snapshot(first.engine, snapshot);
    prepare(&second, strategy_find("sma_cross"));
    second.strategies[0].params[0] += 1;
    world_build(&second);
    uint64_t hash = engine_state_hash(second.engine);
    assert_int_equal(engine_restore(second.engine, snapshot, size), ERR_ARGUMENT);
    assert_int_equal(engine_restore(second.engine, snapshot, size - 8), ERR_ARGUMENT);
    assert_int_equal(engine_state_hash(second.engine), hash);
    free(snapshot);
    world_fini(&first);
    world_fini(&second);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_strategy_goes_on_from_a_snapshot_as_if_nothing_had_happened),
        cmocka_unit_test(so_do_all_of_them_together),
        cmocka_unit_test(a_snapshot_of_another_configuration_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
