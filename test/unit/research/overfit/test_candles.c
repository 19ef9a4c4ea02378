// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include "research/overfit/candles.h"

static struct world world;
static struct arena arena;
static struct log data;

static void open_world(uint64_t seed) {
    assert_ok(arena_init(&arena, (size_t)1 << 26));
    world_init(&world, 8);
    world_instrument(&world, "X");
    world.instruments.items[world_instrument(&world, "Y")].tick = PRICE(25);
    world_walk(&world, seed, 800);
    world_sort(&world);
    struct world_source source = {.events = world.events, .count = world.count, .batch = 100};
    assert_ok(log_read(&data, &arena, world_source_port(&source)));
}

static void close_world(void) {
    world_fini(&world);
    arena_fini(&arena);
}

static void moved_bars_are_bars_at_whole_ticks(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct log moved;
        uint64_t bars = 0, same = 0;
        open_world(seed);
        assert_ok(
            candles_move(&data, &world.instruments, seed == 4 ? 30 : 0.3, seed, &arena, &moved));
        assert_true(moved.size == data.size && moved.hash != data.hash);
        for (size_t at = 0; at < moved.size;) {
            const struct bar_event *to = (const void *)log_event(&moved, at);
            const struct bar_event *from = (const void *)log_event(&data, at);
            assert_memory_equal(&to->header, &from->header, sizeof to->header);
            if (to->header.kind == EVENT_BAR) {
                int64_t tick = world.instruments.items[to->header.instrument].tick.m;
                assert_int_equal(bar_check(&to->bar), BAR_OK);
                assert_int_equal(to->bar.close.m % tick, 0);
                assert_int_equal(to->bar.low.m % tick, 0);
                assert_true(to->bar.volume.m == from->bar.volume.m);
                same += to->bar.close.m == from->bar.close.m;
                bars++;
            }
            at = log_next(&to->header, at);
        }
        assert_true(bars == data.bars && same < bars / 2);
        close_world();
    }
}

static void the_same_seed_moves_them_alike_and_none_does_not_move_them(void **state) {
    (void)state;
    struct log one, two, other, still;
    open_world(1);
    assert_ok(candles_move(&data, &world.instruments, 0.2, 5, &arena, &one));
    assert_ok(candles_move(&data, &world.instruments, 0.2, 5, &arena, &two));
    assert_ok(candles_move(&data, &world.instruments, 0.2, 6, &arena, &other));
    assert_true(one.hash == two.hash && one.hash != other.hash);
    world.instruments.items[1].tick = PRICE(1);
    assert_ok(candles_move(&data, &world.instruments, 0, 5, &arena, &still));
    assert_memory_equal(still.bytes, data.bytes, data.size);
    close_world();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moved_bars_are_bars_at_whole_ticks),
        cmocka_unit_test(the_same_seed_moves_them_alike_and_none_does_not_move_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
