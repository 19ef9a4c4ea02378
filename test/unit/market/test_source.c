// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/prng.h"
#include "market/source.h"

enum { SOURCES = 5, EVENTS_MAX = 300, TOTAL_MAX = SOURCES * EVENTS_MAX };

static union event event_at(int64_t ts_ns, uint32_t instrument, uint64_t mark) {
    union event event;
    event_init(&event, EVENT_TRADE, instrument, ts_ns);
    event.trade.trade_id = mark;
    return event;
}

// Reads a source to its end, `batch` events at a time.
static int drain(struct event_source source, union event *events, int batch) {
    int count = 0;
    for (;;) {
        int64_t remaining = source.remaining(source.self);
        int got = source.fill(source.self, events + count, batch);
        assert_true(got >= 0);
        assert_int_equal(remaining - got, source.remaining(source.self));
        if (got == 0) return count;
        count += got;
    }
}

static void memory_gives_its_events_in_order_and_then_none(void **state) {
    union event events[3] = {event_at(1, 0, 1), event_at(2, 0, 2), event_at(2, 0, 3)};
    struct memory_source memory = {.events = events, .count = 3};
    struct event_source source = memory_source_port(&memory);
    union event got[3];
    assert_int_equal(source.remaining(source.self), 3);
    assert_int_equal(source.fill(source.self, got, 2), 2);
    assert_int_equal(source.fill(source.self, got + 2, 2), 1);
    assert_int_equal(source.fill(source.self, got, 2), 0);
    for (int i = 0; i < 3; i++) assert_memory_equal(&got[i], &events[i], events[i].header.size);
}

// The naive twin: the first of all sources' next events by (time, rank), found by looking at each.
static int naive_merge(const struct memory_source *memories, int count, union event *ret_events) {
    uint64_t next[SOURCES] = {0};
    for (int filled = 0;; filled++) {
        int best = -1;
        for (int i = 0; i < count; i++) {
            if (next[i] == memories[i].count) continue;
            int64_t ts_ns = memories[i].events[next[i]].header.ts_ns;
            if (best < 0 || ts_ns < memories[best].events[next[best]].header.ts_ns) best = i;
        }
        if (best < 0) return filled;
        ret_events[filled] = memories[best].events[next[best]++];
    }
}

static void merging_equals_its_naive_twin_for_every_shape(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 64 << 20));
    static union event events[SOURCES][EVENTS_MAX], expected[TOTAL_MAX], got[TOTAL_MAX + 8];
    struct prng prng;
    prng_seed(&prng, 20240607);
    for (int trial = 0; trial < 60; trial++) {
        int sources = (int)prng_below(&prng, SOURCES + 1);
        struct memory_source memories[SOURCES], twins[SOURCES];
        struct event_source ports[SOURCES];
        for (int i = 0; i < sources; i++) {
            int64_t ts_ns = 0;
            uint64_t count = prng_below(&prng, EVENTS_MAX + 1);
            for (uint64_t j = 0; j < count; j++) {
                ts_ns += (int64_t)prng_below(&prng, 4); // many ties
                events[i][j] = event_at(ts_ns, (uint32_t)i, j);
            }
            memories[i] = twins[i] = (struct memory_source){.events = events[i], .count = count};
            ports[i] = memory_source_port(&memories[i]);
        }
        struct merge_source *merge = merge_source_new(&arena, ports, (uint32_t)sources);
        assert_non_null(merge);
        int batch = 1 + (int)prng_below(&prng, 100);
        int count = naive_merge(twins, sources, expected);
        assert_int_equal(drain(merge_source_port(merge), got, batch), count);
        for (int i = 0; i < count; i++)
            assert_memory_equal(&got[i], &expected[i], expected[i].header.size);
    }
    arena_fini(&arena);
}

static void one_source_is_passed_through(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 1 << 16));
    struct memory_source memory = {0};
    struct event_source source = memory_source_port(&memory);
    struct event_source merged = merge_source_port(merge_source_new(&arena, &source, 1));
    assert_ptr_equal(merged.self, source.self);
    assert_ptr_equal(merged.fill, source.fill);
    arena_fini(&arena);
}

struct failing {
    int left;
};

static int failing_fill(void *self, union event *ret_events, int max) {
    struct failing *failing = self;
    int count = 0;
    for (; count < max && failing->left > 0; failing->left--)
        ret_events[count++] = event_at(5, 1, 0);
    return count > 0 ? count : ERR_SET(ERR_TRUNCATED, "the tape ends early");
}

static int64_t unknown_remaining(void *self) {
    return -1;
}

static void an_error_comes_after_the_events_before_it_and_stays(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 1 << 20));
    union event early = event_at(1, 0, 0), late = event_at(9, 0, 0), got[8];
    union event events[2] = {early, late};
    struct memory_source memory = {.events = events, .count = 2};
    struct failing failing = {.left = 3};
    struct event_source sources[2] = {memory_source_port(&memory),
                                      {failing_fill, unknown_remaining, &failing}};
    struct event_source merged = merge_source_port(merge_source_new(&arena, sources, 2));
    assert_int_equal(merged.remaining(merged.self), -1);
    assert_int_equal(merged.fill(merged.self, got, 8), 4); // 1, 5, 5, 5
    assert_int_equal(got[3].header.ts_ns, 5);
    assert_int_equal(merged.fill(merged.self, got, 8), ERR_TRUNCATED);
    assert_int_equal(merged.fill(merged.self, got, 8), ERR_TRUNCATED);
    arena_fini(&arena);
}

static void a_source_that_goes_back_in_time_is_refused(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 1 << 20));
    union event bad[2] = {event_at(7, 0, 0), event_at(6, 0, 0)}, got[8];
    struct memory_source memories[2] = {{.events = bad, .count = 2}, {0}};
    struct event_source sources[2] = {memory_source_port(&memories[0]),
                                      memory_source_port(&memories[1])};
    struct event_source merged = merge_source_port(merge_source_new(&arena, sources, 2));
    assert_int_equal(merged.fill(merged.self, got, 8), ERR_CORRUPT);
    assert_non_null(strstr(err_story(), "source 0 goes back in time"));
    arena_fini(&arena);
}

static void a_full_arena_gives_no_merge(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 4096));
    struct memory_source memory = {0};
    struct event_source port = memory_source_port(&memory);
    struct event_source sources[3] = {port, port, port};
    assert_null(merge_source_new(&arena, sources, 3));
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_gives_its_events_in_order_and_then_none),
        cmocka_unit_test(merging_equals_its_naive_twin_for_every_shape),
        cmocka_unit_test(one_source_is_passed_through),
        cmocka_unit_test(an_error_comes_after_the_events_before_it_and_stays),
        cmocka_unit_test(a_source_that_goes_back_in_time_is_refused),
        cmocka_unit_test(a_full_arena_gives_no_merge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
