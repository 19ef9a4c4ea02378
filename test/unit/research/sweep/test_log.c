// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/timestamp.h"
#include "research/sweep/log.h"

enum { EVENTS = 1000 };

static union event events[EVENTS];
static struct arena arena;
static struct log log_of_events;

// Bars of two instruments at the same instants, and a rate now and then: events of different sizes.
static int open_log(void **state) {
    (void)state;
    for (int i = 0; i < EVENTS; i++) {
        bool rate = i % 10 == 9;
        event_init(&events[i], rate ? EVENT_RATE : EVENT_BAR,
                   rate ? INSTRUMENT_NONE : (uint32_t)(i % 2), (i / 2 + 1) * NS_PER_MIN);
        if (rate)
            events[i].rate.rate = i;
        else
            events[i].bar.bar.close = PRICE(i);
    }
    struct memory_source memory = {.events = events, .count = EVENTS};
    if (arena_init(&arena, 1 << 24) < 0) return -1;
    return log_read(&log_of_events, &arena, memory_source_port(&memory));
}

static int close_log(void **state) {
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void expect(struct event_source source, int first, int count) {
    union event read[7];
    int at = first, got;
    assert_int_equal(source.remaining(source.self), count);
    while ((got = source.fill(source.self, read, 7)) > 0)
        for (int i = 0; i < got; i++, at++)
            assert_memory_equal(&read[i], &events[at], events[at].header.size);
    assert_int_equal(at, first + count);
}

static void every_source_over_a_log_gives_all_its_events(void **state) {
    (void)state;
    struct log_source first, second;
    struct event_source a = log_source_port(&first, &log_of_events);
    struct event_source b = log_source_port(&second, &log_of_events);
    assert_int_equal(log_of_events.count, EVENTS);
    assert_int_equal(log_of_events.bars, EVENTS / 10 * 9);
    assert_int_equal(log_of_events.instants, EVENTS / 2);
    union event one;
    assert_int_equal(a.fill(a.self, &one, 1), 1);
    expect(b, 0, EVENTS);
    expect(a, 1, EVENTS - 1);
}

static void a_slice_has_the_events_of_its_time(void **state) {
    (void)state;
    struct log_source source;
    struct log slice = log_slice(&log_of_events, 101 * NS_PER_MIN, 201 * NS_PER_MIN);
    expect(log_source_port(&source, &slice), 200, 200);
    assert_int_equal(slice.first_ns, 101 * NS_PER_MIN);
    assert_int_equal(slice.last_ns, 200 * NS_PER_MIN);
    assert_int_equal(slice.instants, 100);
    assert_int_equal(log_slice(&log_of_events, 0, NS_PER_MIN).count, 0);
}

static void other_data_has_another_hash_and_none_is_an_error(void **state) {
    (void)state;
    struct log other;
    struct memory_source memory = {.events = events, .count = EVENTS};
    events[500].bar.bar.close.m++;
    assert_ok(log_read(&other, &arena, memory_source_port(&memory)));
    events[500].bar.bar.close.m--;
    assert_true(other.hash != log_of_events.hash);
    struct memory_source none = {.events = events};
    assert_int_equal(log_read(&other, &arena, memory_source_port(&none)), ERR_NOT_FOUND);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_source_over_a_log_gives_all_its_events),
        cmocka_unit_test(a_slice_has_the_events_of_its_time),
        cmocka_unit_test(other_data_has_another_hash_and_none_is_an_error),
    };
    return cmocka_run_group_tests(tests, open_log, close_log);
}
