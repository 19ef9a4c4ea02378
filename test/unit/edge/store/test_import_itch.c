// SPDX-License-Identifier: Apache-2.0
#include "edge/store/itch.h"

#include "store_kit.h"
#include "unit/market/book_l3_twin.h"

struct script {
    uint8_t bytes[4096];
    size_t size;
    struct itch_message next; // what the messages share
};

static void script_begin(struct script *script) {
    *script = (struct script){.next = {.type = 'R', .locate = 7, .time_ns = 36000000000000}};
    memcpy(script->next.directory.stock.at, "ACME    ", 8);
    script->size += itch_write(&script->next, script->bytes);
}

static struct itch_message *script_next(struct script *script, uint8_t type) {
    script->next.type = type;
    script->next.time_ns++;
    memset(&script->next.add, 0, sizeof script->next.add);
    return &script->next;
}

static void script_end(struct script *script) {
    script->size += itch_write(&script->next, script->bytes + script->size);
}

static void say_add(struct script *script, uint64_t order, char side, uint32_t shares,
                    uint32_t price) {
    struct itch_message *message = script_next(script, 'A');
    message->add =
        (struct itch_add){.order = order, .side = side, .shares = shares, .price = price};
    script_end(script);
}

static void expect(const struct tape_feed *feed, uint64_t row, enum feed_kind kind, int side,
                   int64_t price, int64_t qty, uint64_t id) {
    struct feed_record record = tape_feed_record(feed, row);
    if (feed_kind_of(record.what) != kind || feed_side_of(record.what) != side ||
        record.price != price || record.qty != qty || record.id != id)
        fail_msg("row %d: %s side %d price %" PRId64 " qty %" PRId64 " id %" PRIu64, (int)row,
                 feed_kind_name(feed_kind_of(record.what)), feed_side_of(record.what), record.price,
                 record.qty, record.id);
}

static void orders_keep_side_and_price_for_what_names_them_by_number(void **state) {
    struct kit *kit = *state;
    struct script script;
    struct import_report report;
    script_begin(&script);
    say_add(&script, 1, 'B', 100, 1000100);
    say_add(&script, 2, 'S', 200, 1000300);
    script_next(&script, 'E')->executed = (struct itch_executed){1, 40, 900};
    script_end(&script);
    script_next(&script, 'C')->executed_at = (struct itch_executed_at){2, 50, 901, 'Y', 1000200};
    script_end(&script);
    script_next(&script, 'X')->cancel = (struct itch_cancel){1, 10};
    script_end(&script);
    script_next(&script, 'U')->replace = (struct itch_replace){1, 3, 70, 1000000};
    script_end(&script);
    script_next(&script, 'D')->delete = (struct itch_delete){3};
    script_end(&script);
    script_next(&script, 'D')->delete = (struct itch_delete){1}; // it was replaced
    script_end(&script);
    script_next(&script, 'P')->trade = (struct itch_trade){0, 'B', 5, {""}, 1000200, 902};
    script_end(&script);
    script_next(&script, 'Q')->cross = (struct itch_cross){600, {""}, 1000200, 903, 'O'};
    script_end(&script);
    script_next(&script, 'H')->trading_action.state = 'P';
    script_end(&script);
    script_next(&script, 'I'); // an imbalance has no record
    script_end(&script);
    kit_import(kit, kit_write(kit, "01302020.NASDAQ_ITCH50", script.bytes, script.size), NULL, 0,
               &report);
    assert_int_equal(report.rows, 12);
    assert_int_equal(report.accepted, 12);
    assert_int_equal(report.notes[IMPORT_UNKNOWN_ORDER], 1);
    assert_int_equal(report.notes[IMPORT_BESIDE], 1);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "NASDAQ/ACME/feed");
    struct tape_feed feed = tape_feed(tape, 0);
    assert_int_equal(tape_meta(tape)->instrument.price_decimals, 2);
    assert_int_equal(feed.count, 12);
    // 2020-01-30 15:00 UTC is 10:00 in New York.
    assert_int_equal(feed.venue_ns[0], INT64_C(1580396400000000001));
    assert_int_equal(feed.receipt_ns[0], feed.venue_ns[0]);
    expect(&feed, 0, FEED_ADD, 1, 10001, 100, 1);
    expect(&feed, 1, FEED_ADD, -1, 10003, 200, 2);
    expect(&feed, 2, FEED_EXECUTE, 1, 10001, 40, 1);
    expect(&feed, 3, FEED_EXECUTE, -1, 10002, 50, 2);
    expect(&feed, 4, FEED_REDUCE, 1, 0, 10, 1);
    expect(&feed, 5, FEED_DELETE, 1, 0, 0, 1);
    expect(&feed, 6, FEED_ADD, 1, 10000, 70, 3);
    expect(&feed, 7, FEED_DELETE, 1, 0, 0, 3);
    expect(&feed, 8, FEED_FAULT, 0, 0, FEED_UNKNOWN_ORDER, 1);
    expect(&feed, 9, FEED_TRADE, 0, 10002, 5, 902);
    expect(&feed, 10, FEED_TRADE, 0, 10002, 600, 903);
    expect(&feed, 11, FEED_STATUS, 0, 0, FEED_HALTED, 0);
    const int flags[] = {FEED_LAST,
                         FEED_LAST,
                         FEED_LAST,
                         FEED_LAST,
                         FEED_LAST,
                         0,
                         FEED_LAST,
                         FEED_LAST,
                         FEED_LAST,
                         FEED_LAST | FEED_HIDDEN,
                         FEED_LAST | FEED_CROSS,
                         FEED_LAST};
    for (int i = 0; i < 12; i++) assert_int_equal(feed_flags_of(feed.what[i]), flags[i]);
    tape_close(tape);
}

static void a_price_of_three_decimals_makes_the_series_finer(void **state) {
    struct kit *kit = *state;
    struct script script;
    struct import_report report;
    script_begin(&script);
    say_add(&script, 1, 'B', 100, 1000100);
    say_add(&script, 1, 'B', 100, 1000150);
    say_add(&script, 2, 'x', 100, 1000150);
    kit_import(kit, kit_write(kit, "20200130.itch", script.bytes, script.size), NULL, 0, &report);
    assert_int_equal(report.notes[IMPORT_TWICE_ADDED], 1);
    assert_int_equal(report.faults[IMPORT_SYNTAX], 1);
    assert_int_equal(report.accepted, 2);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "NASDAQ/ACME/feed");
    struct tape_feed feed = tape_feed(tape, 0);
    expect(&feed, 0, FEED_ADD, 1, 100010, 100, 1);
    expect(&feed, 1, FEED_ADD, 1, 100015, 100, 1);
    tape_close(tape);
}

// The same number in two stocks is two orders, and what names one in a message of the other stock is unknown there.
static void numbers_are_those_of_a_stock(void **state) {
    struct kit *kit = *state;
    struct script script;
    struct import_report report;
    script_begin(&script);
    script.next.locate = 9;
    memcpy(script_next(&script, 'R')->directory.stock.at, "OTHER   ", 8);
    script_end(&script);
    script.next.locate = 7;
    say_add(&script, 1, 'B', 100, 1000100);
    say_add(&script, 2, 'B', 50, 1000100);
    script.next.locate = 9;
    say_add(&script, 1, 'S', 30, 2000000);
    script_next(&script, 'D')->delete = (struct itch_delete){2};
    script_end(&script);
    script_next(&script, 'E')->executed = (struct itch_executed){1, 30, 900};
    script_end(&script);
    script.next.locate = 7;
    script_next(&script, 'U')->replace = (struct itch_replace){1, 3, 70, 1000000};
    script_end(&script);
    kit_import(kit, kit_write(kit, "20200130.itch", script.bytes, script.size), NULL, 0, &report);
    assert_int_equal(report.notes[IMPORT_TWICE_ADDED], 0);
    assert_int_equal(report.notes[IMPORT_UNKNOWN_ORDER], 1);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "NASDAQ/ACME/feed");
    struct tape_feed feed = tape_feed(tape, 0);
    expect(&feed, 2, FEED_DELETE, 1, 0, 0, 1);
    expect(&feed, 3, FEED_ADD, 1, 10000, 70, 3);
    tape_close(tape);
    tape = kit_open(kit, "NASDAQ/OTHER/feed");
    feed = tape_feed(tape, 0);
    assert_int_equal(feed.count, 3);
    expect(&feed, 0, FEED_ADD, -1, 200, 30, 1);
    expect(&feed, 1, FEED_FAULT, 0, 0, FEED_UNKNOWN_ORDER, 1);
    expect(&feed, 2, FEED_EXECUTE, -1, 200, 30, 1);
    tape_close(tape);
}

static void a_file_cut_short_commits_nothing_and_names_the_message(void **state) {
    struct kit *kit = *state;
    struct script script;
    struct import_report report;
    script_begin(&script);
    say_add(&script, 1, 'B', 100, 1000100);
    kit_import(kit, kit_write(kit, "20200130.itch", script.bytes, script.size - 1), NULL,
               ERR_TRUNCATED, &report);
    assert_non_null(strstr(err_story(), "ends inside message 2"));
    assert_false(report.committed);
    import_report_fini(&report);
}

static void frames_that_lie_are_counted_and_passed_over(void **state) {
    struct kit *kit = *state;
    struct script script;
    struct import_report report;
    struct import_options options;
    import_options_init(&options, kit->tape);
    options.format = "itch";
    script_begin(&script);
    say_add(&script, 1, 'B', 100, 1000100);
    memcpy(script.bytes + script.size, "\0\1z\0\2AA", 7);
    script.size += 7;
    script.next.locate = 8; // a stock that was never named
    say_add(&script, 2, 'B', 100, 1000100);
    script.next.locate = 7;
    say_add(&script, 3, 'B', 100, 1000200);
    kit_import(kit, kit_write(kit, "x.itch", script.bytes, script.size), &options, 0, &report);
    assert_int_equal(report.faults[IMPORT_SYNTAX], 2);
    assert_int_equal(report.faults[IMPORT_SYMBOL], 1);
    assert_int_equal(report.accepted, 2);
    assert_non_null(strstr(text_string(&report.guesses), "date 1970-01-01"));
    import_report_fini(&report);
}

static void one_stock_of_a_file_can_be_asked_for(void **state) {
    const char *path = harness_shared("data/mbo/ritch_artificial_itch50_alc_bob.itch.xz");
    struct kit *kit = *state;
    struct import_report report;
    struct import_options options;
    import_options_init(&options, kit->tape);
    options.symbol = "BOB";
    kit_import(kit, path, &options, 0, &report);
    assert_int_equal(report.series_count, 1);
    assert_string_equal(report.series[0].series.symbol, "BOB");
    import_report_fini(&report);
}

// Its messages are 3,432 adds, 1,397 changes, 3,543 trades and 2 states; 11 changes are two records when known.
static void a_capture_becomes_a_feed_for_each_stock_that_books_take(void **state) {
    const char *path = harness_shared("data/mbo/ritch_artificial_itch50_alc_bob.itch.xz");
    static const char *const NAMES[] = {"NASDAQ/ALC/feed", "NASDAQ/BOB/feed"};
    const struct book_l3_config config = {4096, 4096};
    struct kit *kit = *state;
    struct import_report report;
    uint64_t kinds[FEED_KIND_END] = {0}, unknown = 0;
    kit_import(kit, path, NULL, 0, &report);
    assert_int_equal(report.series_count, 2);
    assert_int_equal(report.accepted, report.rows);
    for (int i = 0; i < 2; i++) {
        struct tape *tape = kit_open(kit, NAMES[i]);
        struct arena arena;
        struct book_l3 book;
        struct twin twin;
        assert_ok(tape_verify(tape));
        assert_ok(arena_init(&arena, 1 << 22));
        assert_ok(book_l3_init(&book, &arena, &config));
        twin_init(&twin, &config);
        struct tape_feed feed = tape_feed(tape, 0);
        for (uint64_t row = 0; row < feed.count; row++) {
            struct feed_record record = tape_feed_record(&feed, row);
            kinds[feed_kind_of(record.what)]++;
            assert_int_equal(book_l3_apply(&book, &record), twin_apply(&twin, &record));
        }
        book_l3_check(&book);
        assert_int_equal(book_l3_hash(&book), twin_hash(&twin));
        unknown += book_l3_outcomes(&book, BOOK_L3_UNKNOWN);
        twin_fini(&twin);
        arena_fini(&arena);
        tape_close(tape);
    }
    assert_int_equal(unknown, 0); // the importer has told them apart already
    assert_int_equal(kinds[FEED_TRADE], 3543);
    assert_int_equal(kinds[FEED_STATUS], 2);
    assert_int_equal(kinds[FEED_FAULT], report.notes[IMPORT_UNKNOWN_ORDER]);
    uint64_t replaced = kinds[FEED_ADD] - 3432;
    assert_int_equal(kinds[FEED_EXECUTE] + kinds[FEED_REDUCE] + kinds[FEED_DELETE] +
                         kinds[FEED_FAULT],
                     180 + 45 + 1161 + 11);
    assert_in_range(replaced, 0, 11);
    import_report_fini(&report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(orders_keep_side_and_price_for_what_names_them_by_number,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_price_of_three_decimals_makes_the_series_finer, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(numbers_are_those_of_a_stock, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_file_cut_short_commits_nothing_and_names_the_message,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(frames_that_lie_are_counted_and_passed_over, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(one_stock_of_a_file_can_be_asked_for, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_capture_becomes_a_feed_for_each_stock_that_books_take,
                                        kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
