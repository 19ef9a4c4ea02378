// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

static const char NAME[] = "A/B/bar-1m";

static uint64_t drain(struct tape *tape, int64_t from_ns, int64_t to_ns, int step,
                      union event *ret_events) {
    struct arena arena;
    uint64_t count = 0;
    assert_ok(arena_init(&arena, 1 << 16));
    struct tape_source *source = tape_source_new(&arena, tape, 7, from_ns, to_ns);
    assert_non_null(source);
    struct event_source port = tape_source_port(source);
    for (int got; (got = port.fill(port.self, ret_events + count, step)) > 0;)
        count += (uint64_t)got;
    assert_int_equal(port.remaining(port.self), 0);
    assert_int_equal(port.fill(port.self, ret_events, step), 0);
    arena_fini(&arena);
    return count;
}

static void bars_become_events_at_their_close(void **state) {
    struct kit *kit = *state;
    static union event events[64];
    struct tape_writer *writer = kit_writer(kit, NAME, false);
    kit_add(writer, 0, 40);
    kit_commit(writer);
    struct tape *tape = kit_open(kit, NAME);
    for (int step = 1; step < 64; step += 13) {
        assert_int_equal(drain(tape, INT64_MIN, INT64_MAX, step, events), 40);
        for (int64_t i = 0; i < 40; i++) {
            int64_t row[7];
            kit_bar(i, 1000 + i, row);
            struct bar_event *event = &events[i].bar;
            assert_int_equal(event->header.kind, EVENT_BAR);
            assert_int_equal(event->header.size, sizeof *event);
            assert_int_equal(event->header.instrument, 7);
            assert_int_equal(event->header.seq, 0);
            assert_int_equal(event->header.ts_ns, row[1]);
            assert_int_equal(event->header.venue_ts_ns, row[1]);
            struct bar expected = {row[0],
                                   row[1],
                                   PRICE(row[2]),
                                   PRICE(row[3]),
                                   PRICE(row[4]),
                                   PRICE(row[5]),
                                   QTY(row[6]),
                                   60,
                                   0};
            assert_memory_equal(&event->bar, &expected, sizeof expected);
        }
    }
    tape_close(tape);
}

static void a_range_is_by_the_time_a_bar_is_known(void **state) {
    struct kit *kit = *state;
    static union event events[64];
    struct tape_writer *writer = kit_writer(kit, NAME, false);
    kit_add(writer, 0, 40);
    kit_commit(writer);
    struct tape *tape = kit_open(kit, NAME);
    int64_t row[7];
    kit_bar(0, 0, row);
    int64_t minute_ns = row[1] - row[0], first_ns = row[1];
    for (int from = -1; from < 42; from++)
        for (int to = -1; to < 42; to += 5) {
            int lo = from < 0 ? 0 : from, hi = to < 0 ? 0 : to > 40 ? 40 : to;
            uint64_t count =
                drain(tape, first_ns + from * minute_ns, first_ns + to * minute_ns, 9, events);
            assert_int_equal(count, hi > lo ? hi - lo : 0);
            if (count > 0) assert_int_equal(events[0].header.ts_ns, first_ns + lo * minute_ns);
        }
    tape_close(tape);
}

static void trades_and_quotes_become_events(void **state) {
    struct kit *kit = *state;
    static union event events[8];
    struct tape_writer *writer = kit_writer(kit, "A/B/trade", false);
    int64_t trade[5] = {86400000000000, 50, 3, INT64_MIN, -1};
    assert_int_equal(tape_writer_add(writer, trade), TAPE_ADDED);
    kit_commit(writer);
    struct tape *tape = kit_open(kit, "A/B/trade");
    assert_int_equal(drain(tape, 0, INT64_MAX, 8, events), 1);
    struct trade_event *event = &events[0].trade;
    assert_int_equal(event->header.kind, EVENT_TRADE);
    assert_int_equal(event->header.ts_ns, 86400000000000);
    assert_int_equal(event->price.m, 50);
    assert_int_equal(event->qty.m, 3);
    assert_true(event->trade_id == UINT64_C(1) << 63);
    assert_int_equal(event->side, -1);
    assert_int_equal(event->reserved, 0);
    tape_close(tape);
    writer = kit_writer(kit, "A/B/quote", false);
    int64_t quote[5] = {5, 49, 1, 51, 2};
    assert_int_equal(tape_writer_add(writer, quote), TAPE_ADDED);
    kit_commit(writer);
    tape = kit_open(kit, "A/B/quote");
    assert_int_equal(drain(tape, 0, INT64_MAX, 8, events), 1);
    struct quote_event expected = {.header = {0, 5, 5, 7, EVENT_QUOTE, sizeof expected},
                                   .bid = PRICE(49),
                                   .bid_qty = QTY(1),
                                   .ask = PRICE(51),
                                   .ask_qty = QTY(2)};
    assert_memory_equal(&events[0], &expected, sizeof expected);
    tape_close(tape);
}

static void a_full_arena_is_told(void **state) {
    struct kit *kit = *state;
    struct arena arena;
    struct tape_writer *writer = kit_writer(kit, NAME, false);
    kit_add(writer, 0, 1);
    kit_commit(writer);
    struct tape *tape = kit_open(kit, NAME);
    assert_ok(arena_init(&arena, 64));
    assert_null(tape_source_new(&arena, tape, 0, 0, 1));
    arena_fini(&arena);
    tape_close(tape);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bars_become_events_at_their_close, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_range_is_by_the_time_a_bar_is_known, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(trades_and_quotes_become_events, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_full_arena_is_told, kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
