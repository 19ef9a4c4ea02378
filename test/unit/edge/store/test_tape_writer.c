// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

#include "base/timestamp.h"

static const char NAME[] = "A/B/bar-1m";

static void rows_come_back_over_a_month_boundary(void **state) {
    struct kit *kit = *state;
    struct tape_writer *writer = kit_writer(kit, NAME, false);
    kit_add(writer, 0, 5);
    assert_int_equal(kit_commit(writer).rows, 5);
    struct tape *tape = kit_open(kit, NAME);
    assert_int_equal(tape_count(tape), 5);
    assert_int_equal(tape_partition_count(tape), 2);
    assert_int_equal(tape_bars(tape, 0).count, 2);
    assert_int_equal(tape_bars(tape, 1).open[0], 1002);
    assert_ok(tape_verify(tape));
    assert_int_equal(tape_meta(tape)->instrument.tick.m, 1);
    assert_int_equal(tape_meta(tape)->instrument.price_decimals, 2);
    tape_close(tape);
}

static void each_row_is_judged_by_the_one_before(void **state) {
    struct tape_writer *writer = kit_writer(*state, NAME, false);
    int64_t row[7], before[7], differs[7];
    kit_bar(5, 1000, row);
    kit_bar(4, 1000, before);
    kit_bar(5, 1001, differs);
    assert_int_equal(tape_writer_add(writer, row), TAPE_ADDED);
    assert_int_equal(tape_writer_add(writer, row), TAPE_DUPLICATE);
    assert_int_equal(tape_writer_add(writer, differs), TAPE_CONFLICT);
    assert_int_equal(tape_writer_add(writer, before), TAPE_OUT_OF_ORDER);
    assert_int_equal(kit_commit(writer).rows, 1);
}

static void trades_of_one_instant_are_kept_unless_their_number_says_otherwise(void **state) {
    struct kit *kit = *state;
    struct tape_writer *writer = kit_writer(kit, "A/B/trade", false);
    int64_t nameless[5] = {100, 50, 1, 0, 0}, named[5] = {100, 50, 1, 9, 1};
    assert_int_equal(tape_writer_add(writer, nameless), TAPE_ADDED);
    assert_int_equal(tape_writer_add(writer, nameless), TAPE_ADDED);
    assert_int_equal(tape_writer_add(writer, named), TAPE_ADDED);
    assert_int_equal(tape_writer_add(writer, named), TAPE_DUPLICATE);
    assert_int_equal(kit_commit(writer).rows, 3);
}

static struct feed_record record_at(int64_t receipt_ns, enum feed_kind kind, int64_t price,
                                    int64_t qty) {
    int side = kind == FEED_FAULT || kind == FEED_STATUS ? 0 : 1;
    return (struct feed_record){
        receipt_ns - 7, receipt_ns, price, qty, 3, feed_what(kind, side, FEED_LAST)};
}

static void a_feed_comes_back_record_by_record(void **state) {
    struct kit *kit = *state;
    const struct feed_record records[] = {
        record_at(100, FEED_SNAPSHOT, -50, 1), record_at(100, FEED_SNAPSHOT, -50, 1),
        record_at(100, FEED_TRADE, 51, 2), record_at(NS_PER_DAY - 1, FEED_FAULT, 0, FEED_GAP),
        record_at(NS_PER_DAY, FEED_LEVEL, 52, 0)};
    enum { COUNT = sizeof records / sizeof records[0] };
    struct tape_writer *writer = kit_writer(kit, "A/B/feed", false);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(tape_writer_add_feed(writer, &records[i]), TAPE_ADDED);
    struct feed_record late = record_at(99, FEED_LEVEL, 1, 1);
    assert_int_equal(tape_writer_add_feed(writer, &late), TAPE_OUT_OF_ORDER);
    assert_int_equal(kit_commit(writer).rows, COUNT);
    struct tape *tape = kit_open(kit, "A/B/feed");
    assert_ok(tape_verify(tape));
    assert_int_equal(tape_partition_count(tape), 2);
    assert_int_equal(tape_first_ns(tape), 100);
    assert_int_equal(tape_last_ns(tape), NS_PER_DAY);
    for (int i = 0; i < COUNT; i++) {
        bool next_day = i == COUNT - 1;
        struct tape_feed feed = tape_feed(tape, next_day);
        struct feed_record record = tape_feed_record(&feed, next_day ? 0 : (uint64_t)i);
        assert_memory_equal(&record, &records[i], sizeof record);
    }
    tape_close(tape);
}

static void more_decimals_move_a_feed_s_amounts_and_not_its_faults(void **state) {
    struct kit *kit = *state;
    struct tape_writer *writer = kit_writer(kit, "A/B/feed", false);
    const struct feed_record records[] = {record_at(1, FEED_LEVEL, 5, 2),
                                          record_at(2, FEED_FAULT, 0, FEED_CROSSED),
                                          record_at(3, FEED_STATUS, 0, FEED_CLOSED)};
    for (int i = 0; i < 3; i++)
        assert_int_equal(tape_writer_add_feed(writer, &records[i]), TAPE_ADDED);
    assert_ok(tape_writer_raise(writer, 3, 2)); // from 2 and 0
    kit_commit(writer);
    struct tape *tape = kit_open(kit, "A/B/feed");
    assert_ok(tape_verify(tape));
    struct tape_feed feed = tape_feed(tape, 0);
    assert_int_equal(feed.price[0], 50);
    assert_int_equal(feed.qty[0], 200);
    assert_int_equal(feed.qty[1], FEED_CROSSED);
    assert_int_equal(feed.qty[2], FEED_CLOSED);
    tape_close(tape);
}

static void verification_finds_a_record_that_cannot_be(void **state) {
    struct kit *kit = *state;
    struct tape_writer *writer = kit_writer(kit, "A/B/feed", false);
    int64_t row[6] = {1, 1, 5, 2, 0, 99}; // a kind that does not exist, past tape_writer_add_feed
    assert_int_equal(tape_writer_add(writer, row), TAPE_ADDED);
    kit_commit(writer);
    struct tape *tape = kit_open(kit, "A/B/feed");
    assert_int_equal(tape_verify(tape), ERR_CORRUPT);
    assert_non_null(strstr(err_story(), "row 0 is no record of a feed"));
    tape_close(tape);
}

static void a_file_that_is_newest_first_is_turned_round(void **state) {
    struct kit *kit = *state;
    struct tape_writer *writer = kit_writer(kit, NAME, false);
    tape_writer_segment(writer, true);
    for (int64_t minute = 9; minute >= 0; minute--) kit_add(writer, minute, minute + 1);
    int64_t row[7];
    kit_bar(1, 1001, row);
    assert_int_equal(tape_writer_add(writer, row), TAPE_OUT_OF_ORDER);
    kit_commit(writer);
    struct tape *tape = kit_open(kit, NAME);
    assert_ok(tape_verify(tape));
    assert_int_equal(tape_count(tape), 10);
    assert_int_equal(tape_bars(tape, 1).open[0], 1002);
    tape_close(tape);
}

static void files_may_come_in_any_order(void **state) {
    struct kit *kit = *state;
    struct tape_writer *writer = kit_writer(kit, NAME, false);
    kit_add(writer, 6, 9);
    tape_writer_segment(writer, false);
    kit_add(writer, 0, 4);
    tape_writer_segment(writer, false);
    kit_add(writer, 3, 7);
    struct tape_added_counts counts = kit_commit(writer);
    assert_int_equal(counts.rows, 9);
    assert_int_equal(counts.duplicates, 2);
    struct tape *tape = kit_open(kit, NAME);
    assert_ok(tape_verify(tape));
    for (uint32_t p = 0; p < 2; p++) {
        struct tape_bars bars = tape_bars(tape, p);
        for (uint64_t i = 0; i < bars.count; i++)
            assert_int_equal(bars.open[i], 1000 + (p == 0 ? 0 : 2) + (int64_t)i);
    }
    tape_close(tape);
}

static void adding_the_same_rows_again_changes_no_byte(void **state) {
    struct kit *kit = *state;
    char *first, *second;
    size_t first_size, second_size;
    for (int round = 0; round < 2; round++) {
        struct tape_writer *writer = kit_writer(kit, NAME, false);
        kit_add(writer, 0, 100);
        struct tape_added_counts counts = kit_commit(writer);
        assert_int_equal(counts.rows, round == 0 ? 100 : 0);
        assert_int_equal(counts.duplicates, round == 0 ? 0 : 100);
        assert_ok(io_read_file(kit_path(kit, "tape/A/B/bar-1m/manifest.json"), 1 << 20,
                               round == 0 ? &first : &second,
                               round == 0 ? &first_size : &second_size));
    }
    assert_int_equal(first_size, second_size);
    assert_memory_equal(first, second, first_size);
    free(first);
    free(second);
}

static void more_decimals_later_lift_the_old_rows(void **state) {
    struct kit *kit = *state;
    struct tape_writer *writer = kit_writer(kit, NAME, false);
    kit_add(writer, 0, 4);
    assert_ok(tape_writer_raise(writer, 3, 1));
    int64_t row[7];
    kit_bar(4, 10045, row);
    assert_int_equal(tape_writer_add(writer, row), TAPE_ADDED);
    kit_commit(writer);
    struct tape *tape = kit_open(kit, NAME);
    assert_ok(tape_verify(tape));
    assert_int_equal(tape_meta(tape)->instrument.price_decimals, 3);
    assert_int_equal(tape_bars(tape, 0).open[1], 10010);
    assert_int_equal(tape_bars(tape, 0).volume[1], 100);
    assert_int_equal(tape_bars(tape, 1).open[2], 10045);
    tape_close(tape);
    // The next writer begins where the tape is.
    writer = kit_writer(kit, NAME, false);
    assert_int_equal(tape_writer_price_decimals(writer), 3);
    assert_int_equal(tape_writer_qty_decimals(writer), 1);
    tape_writer_close(writer);
}

static void decimals_that_would_overflow_are_refused(void **state) {
    struct tape_writer *writer = kit_writer(*state, NAME, false);
    int64_t row[7];
    kit_bar(0, INT64_C(1000000000000000), row);
    assert_int_equal(tape_writer_add(writer, row), TAPE_ADDED);
    assert_int_equal(tape_writer_raise(writer, 7, 0), ERR_RANGE);
    assert_int_equal(tape_writer_price_decimals(writer), 2);
    kit_bar(10, 1000, row); // another partition: the first is on disk by now
    assert_int_equal(tape_writer_add(writer, row), TAPE_ADDED);
    assert_int_equal(tape_writer_raise(writer, 7, 0), ERR_RANGE);
    assert_ok(tape_writer_raise(writer, 5, 0));
    tape_writer_close(writer);
}

static void one_writer_at_a_time(void **state) {
    struct kit *kit = *state;
    struct tape_series series = kit_series(NAME);
    struct tape_meta meta = kit_meta(2, 0);
    struct tape_writer *first = kit_writer(kit, NAME, false), *second;
    assert_int_equal(tape_writer_open(kit->tape, &series, &meta, false, &second), ERR_STATE);
    tape_writer_close(first);
    assert_ok(tape_writer_open(kit->tape, &series, &meta, false, &second));
    tape_writer_close(second);
}

static void what_contradicts_the_tape_is_refused(void **state) {
    struct kit *kit = *state;
    struct tape_series series = kit_series(NAME);
    struct tape_writer *writer = kit_writer(kit, NAME, false);
    kit_add(writer, 0, 1);
    kit_commit(writer);
    for (int i = 0; i < 4; i++) {
        struct tape_meta meta = kit_meta(2, 0);
        if (i == 0) meta.instrument.asset = ASSET_FOREX;
        if (i == 1) meta.instrument.calendar = CALENDAR_XNYS;
        if (i == 2) meta.currency[0] = 'E';
        if (i == 3) meta.bar_flags = BAR_CLOSE_ONLY;
        assert_int_equal(tape_writer_open(kit->tape, &series, &meta, false, &writer), ERR_EXISTS);
    }
}

static void bars_of_another_kind_are_named_with_the_way_out(void **state) {
    struct kit *kit = *state;
    static const struct {
        const char *name;
        uint32_t held, given;
        const char *said[3];
    } ROWS[] = {
        {"V/A/bar-1m",
         0,
         BAR_ADJUSTED,
         {"holds bars of open, high, low and close, not adjusted;",
          "brings bars of open, high, low and close, adjusted:", ", or leave out --adj"}},
        {"V/B/bar-1m",
         BAR_ADJUSTED | BAR_CLOSE_ONLY,
         BAR_CLOSE_ONLY,
         {"holds closes only, adjusted;", "brings closes only, not adjusted:", "or --adjusted"}},
        {"V/C/bar-1m",
         0,
         BAR_CLOSE_ONLY,
         {"close, not adjusted;", "closes only, not adjusted:", "--venue, --symbol"}},
        {"V/D/mid-1m",
         BAR_QUOTE,
         0,
         {"holds bars of mid prices, not adjusted;", "brings bars of open", "--tape"}}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct tape_series series = kit_series(ROWS[i].name);
        struct tape_meta meta = kit_meta(2, 0);
        struct tape_writer *writer;
        meta.bar_flags = ROWS[i].held;
        assert_ok(tape_writer_open(kit->tape, &series, &meta, false, &writer));
        kit_add(writer, 0, 1);
        kit_commit(writer);
        meta.bar_flags = ROWS[i].given;
        assert_int_equal(tape_writer_open(kit->tape, &series, &meta, false, &writer), ERR_EXISTS);
        for (int k = 0; k < 3; k++)
            if (strstr(err_story(), ROWS[i].said[k]) == NULL)
                fail_msg("no '%s' in: %s", ROWS[i].said[k], err_story());
        bool flips = ((ROWS[i].held ^ ROWS[i].given) & BAR_ADJUSTED) != 0;
        assert_int_equal(strstr(err_story(), "--adjusted") != NULL, flips);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_come_back_over_a_month_boundary, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(each_row_is_judged_by_the_one_before, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(
            trades_of_one_instant_are_kept_unless_their_number_says_otherwise, kit_setup,
            kit_teardown),
        cmocka_unit_test_setup_teardown(a_feed_comes_back_record_by_record, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(more_decimals_move_a_feed_s_amounts_and_not_its_faults,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(verification_finds_a_record_that_cannot_be, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_file_that_is_newest_first_is_turned_round, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(files_may_come_in_any_order, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(adding_the_same_rows_again_changes_no_byte, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(more_decimals_later_lift_the_old_rows, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(decimals_that_would_overflow_are_refused, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(one_writer_at_a_time, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(bars_of_another_kind_are_named_with_the_way_out, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(what_contradicts_the_tape_is_refused, kit_setup,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
