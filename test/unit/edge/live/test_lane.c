// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>

#include "harness.h"

#include "base/prng.h"
#include "edge/live/lane.h"

static struct arena arena;
static struct lane lane;

static int set_up(void **state) {
    if (arena_init(&arena, 1 << 16) < 0) return -1;
    return lane_init(&lane, &arena, 4096);
}

static int tear_down(void **state) {
    arena_fini(&arena);
    return 0;
}

// An event of some size whose bytes follow from its number.
static void make(union event *event, uint64_t seq) {
    uint16_t size = (uint16_t)(32 + seq * 8 % 200);
    memset(event, (int)(seq % 251), sizeof *event);
    event->header.seq = seq;
    event->header.size = size;
}

static void check(const struct event_header *event, uint64_t seq) {
    union event expected;
    make(&expected, seq);
    assert_int_equal(event->size, expected.header.size);
    assert_memory_equal(event, &expected, event->size);
}

static void events_of_any_size_come_out_as_they_went_in_however_the_ring_turns(void **state) {
    union event event;
    uint64_t in = 0, out = 0;
    struct prng prng;
    prng_seed(&prng, 5);
    while (out < 20000) {
        for (uint64_t n = prng_below(&prng, 30); n > 0; n--) {
            make(&event, in + 1);
            if (!lane_push(&lane, &event.header)) break;
            in++;
        }
        for (uint64_t n = prng_below(&prng, 30); n > 0 && out < in; n--) {
            const struct event_header *there = lane_peek(&lane);
            assert_non_null(there);
            check(there, ++out);
            lane_drop(&lane);
        }
        if (in == out) assert_null(lane_peek(&lane));
    }
}

static void a_full_lane_refuses_and_loses_nothing(void **state) {
    union event event;
    uint64_t in = 0;
    while (make(&event, in + 1), lane_push(&lane, &event.header)) in++;
    assert_true(in > 4096 / 256 && lane_room(&lane) < 256);
    for (uint64_t seq = 1; seq <= in; seq++) {
        check(lane_peek(&lane), seq);
        lane_drop(&lane);
    }
    assert_null(lane_peek(&lane));
    assert_int_equal(lane_room(&lane), 4096);
}

static void *push_all(void *self) {
    union event event;
    for (uint64_t seq = 1; seq <= 20000; seq++) {
        make(&event, seq);
        while (!lane_push(&lane, &event.header)) continue;
    }
    return NULL;
}

static void one_thread_writes_while_another_reads(void **state) {
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, push_all, NULL), 0);
    for (uint64_t seq = 1; seq <= 20000; seq++) {
        const struct event_header *event;
        while ((event = lane_peek(&lane)) == NULL) continue;
        check(event, seq);
        lane_drop(&lane);
    }
    pthread_join(thread, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            events_of_any_size_come_out_as_they_went_in_however_the_ring_turns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_lane_refuses_and_loses_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_thread_writes_while_another_reads, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
