// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

#include "base/timestamp.h"
#include "market/calendar.h"

static const char NAME[] = "A/B/bar-1m";

static void tape_make(const struct kit *kit, int64_t from, int64_t to) {
    struct tape_writer *writer = kit_writer(kit, NAME, false);
    kit_add(writer, from, to);
    kit_commit(writer);
}

static void a_tape_tells_what_it_holds(void **state) {
    tape_make(*state, 0, 10);
    struct tape *tape = kit_open(*state, NAME);
    int64_t row[7];
    kit_bar(0, 0, row);
    assert_int_equal(tape_first_ns(tape), row[0]);
    kit_bar(9, 0, row);
    assert_int_equal(tape_last_ns(tape), row[1]);
    assert_int_equal(tape_count(tape), 10);
    assert_int_equal(tape_partition_rows(tape, 0), 2);
    assert_int_equal(tape_bytes(tape), 2 * 4096 + 7 * 64 + 7 * 64);
    assert_string_equal(tape_meta(tape)->currency, "USD");
    assert_string_equal(tape_meta(tape)->instrument.symbol, "B");
    assert_int_equal(tape_series_of(tape)->frame_s, 60);
    tape_close(tape);
    tape_close(NULL);
}

static void a_series_that_is_not_there_is_not_found(void **state) {
    struct kit *kit = *state;
    struct tape_series series = kit_series("A/C/bar-1m");
    struct tape *tape;
    assert_int_equal(tape_open(kit->tape, &series, &tape), ERR_NOT_FOUND);
}

static void a_reader_keeps_its_rows_when_a_writer_commits(void **state) {
    struct kit *kit = *state;
    tape_make(kit, 0, 10);
    struct tape *tape = kit_open(kit, NAME);
    tape_make(kit, 5, 20); // its close removes the partitions that the first tape has mapped
    assert_ok(tape_verify(tape));
    assert_int_equal(tape_count(tape), 10);
    assert_int_equal(tape_bars(tape, 1).open[7], 1009);
    tape_close(tape);
    tape = kit_open(kit, NAME);
    assert_int_equal(tape_count(tape), 20);
    tape_close(tape);
}

static void verification_finds_a_flip_in_a_column(void **state) {
    struct kit *kit = *state;
    tape_make(kit, 0, 10);
    char *text, path[KIT_PATH_SIZE];
    size_t size;
    assert_ok(io_read_file(kit_path(kit, "tape/A/B/bar-1m/manifest.json"), 1 << 20, &text, &size));
    const char *file = strstr(text, "2020-02-");
    assert_non_null(file);
    snprintf(path, sizeof path, "%s/A/B/bar-1m/%.29s", kit->tape, file);
    free(text);
    FILE *stream = fopen(path, "r+");
    assert_non_null(stream);
    fseek(stream, 4096 + 64 * 3 + 9, SEEK_SET);
    fputc(0x55, stream);
    fclose(stream);
    struct tape *tape = kit_open(kit, NAME);
    assert_int_equal(tape_verify(tape), ERR_CORRUPT);
    tape_close(tape);
}

static void a_missing_partition_is_found_at_once(void **state) {
    struct kit *kit = *state;
    tape_make(kit, 0, 10);
    struct tape_series series = kit_series(NAME);
    struct tape *tape;
    char *text, path[KIT_PATH_SIZE];
    size_t size;
    assert_ok(io_read_file(kit_path(kit, "tape/A/B/bar-1m/manifest.json"), 1 << 20, &text, &size));
    snprintf(path, sizeof path, "%s/A/B/bar-1m/%.29s", kit->tape, strstr(text, "2020-02-"));
    free(text);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(tape_open(kit->tape, &series, &tape), ERR_NOT_FOUND);
}

static void gaps_are_counted_with_the_longest(void **state) {
    struct kit *kit = *state;
    struct tape_writer *writer = kit_writer(kit, NAME, false);
    kit_add(writer, 0, 3);
    kit_add(writer, 5, 6);
    kit_add(writer, 13, 20);
    kit_commit(writer);
    struct tape *tape = kit_open(kit, NAME);
    struct tape_gaps gaps = tape_gaps(tape);
    int64_t row[7];
    kit_bar(5, 0, row);
    assert_int_equal(gaps.count, 2);
    assert_int_equal(gaps.longest_ns, 8 * NS_PER_MIN);
    assert_int_equal(gaps.longest_at, row[0]);
    tape_close(tape);
}

static int64_t at(const char *text) {
    int64_t ns;
    assert_ok(timestamp_parse(text, strlen(text), &ns));
    return ns;
}

static void a_gap_needs_an_open_market(void **state) {
    static const struct {
        enum calendar_id calendar;
        uint32_t frame_s;
        const char *open, *next;
        bool gap;
    } ROWS[] = {
        {CALENDAR_24_7, 60, "2018-01-06T00:00:00Z", "2018-01-06T00:01:00Z", false},
        {CALENDAR_24_7, 60, "2018-01-06T00:00:00Z", "2018-01-06T00:02:00Z", true},
        {CALENDAR_24_7, 86400, "2018-01-05", "2018-01-08", true},
        // Friday to Monday; to Tuesday after Martin Luther King's day; to an ordinary Tuesday.
        {CALENDAR_XNYS, 86400, "2018-01-05T14:30:00Z", "2018-01-08T14:30:00Z", false},
        {CALENDAR_XNYS, 86400, "2018-01-12T14:30:00Z", "2018-01-16T14:30:00Z", false},
        {CALENDAR_XNYS, 86400, "2018-01-05T14:30:00Z", "2018-01-09T14:30:00Z", true},
        // Over a night and within a day.
        {CALENDAR_XNYS, 60, "2018-01-04T20:59:00Z", "2018-01-05T14:30:00Z", false},
        {CALENDAR_XNYS, 60, "2018-01-05T15:00:00Z", "2018-01-05T15:02:00Z", true},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        if (tape_is_gap(ROWS[i].calendar, ROWS[i].frame_s, at(ROWS[i].open), at(ROWS[i].next)) !=
            ROWS[i].gap)
            fail_msg("row %zu", i);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_tape_tells_what_it_holds, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_series_that_is_not_there_is_not_found, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_reader_keeps_its_rows_when_a_writer_commits, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(verification_finds_a_flip_in_a_column, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_missing_partition_is_found_at_once, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(gaps_are_counted_with_the_longest, kit_setup, kit_teardown),
        cmocka_unit_test(a_gap_needs_an_open_market),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
