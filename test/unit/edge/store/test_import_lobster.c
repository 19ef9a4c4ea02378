// SPDX-License-Identifier: Apache-2.0
#include "edge/store/lobster_mend.h"
#include "store_kit.h"
#include "unit/market/book_l3_twin.h"

static const char MESSAGES[] = "X_2012-06-21_34200000_57600000_message_1.csv";

static void expect(const struct tape_feed *feed, uint64_t row, enum feed_kind kind, int side,
                   int flags, int64_t price, int64_t qty, uint64_t id) {
    struct feed_record record = tape_feed_record(feed, row);
    if (record.what != feed_what(kind, side, flags | FEED_LAST) || record.price != price ||
        record.qty != qty || record.id != id)
        fail_msg("row %d: %s side %d flags %d price %" PRId64 " qty %" PRId64 " id %" PRIu64,
                 (int)row, feed_kind_name(feed_kind_of(record.what)), feed_side_of(record.what),
                 feed_flags_of(record.what), record.price, record.qty, record.id);
}

static void every_type_of_message_has_its_record(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    kit_import(kit,
               kit_text(kit, MESSAGES,
                        "34200.000000001,1,11,100,2238100,1\n"
                        "34200.5,1,12,50,2238350,-1\n"
                        "34201,2,11,30,2238100,1\n"
                        "34202,4,11,20,2238100,1\n"
                        "34203,3,11,50,2238100,1\n"
                        "34203,3,11,50,2238100,1\n" // it is gone
                        "34204,5,0,7,2238200,1\n"
                        "34205,6,-1,900,2238300,-1\n"
                        "34206,7,0,0,-1,-1\n"
                        "34207,7,0,0,0,-1\n"
                        "34208,7,0,0,1,-1\n"),
               NULL, 0, &report);
    assert_int_equal(report.rows, 11);
    assert_int_equal(report.accepted, 11);
    assert_int_equal(report.notes[IMPORT_UNKNOWN_ORDER], 1);
    assert_int_equal(report.notes[IMPORT_BOOK_WRONG], 0);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "NASDAQ/X/feed");
    struct tape_feed feed = tape_feed(tape, 0);
    assert_int_equal(tape_meta(tape)->instrument.price_decimals, 3);
    // 09:30 in New York was 13:30 UTC.
    assert_int_equal(feed.receipt_ns[0], INT64_C(1340285400000000001));
    assert_int_equal(feed.venue_ns[1], INT64_C(1340285400500000000));
    expect(&feed, 0, FEED_ADD, 1, 0, 223810, 100, 11);
    expect(&feed, 1, FEED_ADD, -1, 0, 223835, 50, 12);
    expect(&feed, 2, FEED_REDUCE, 1, 0, 0, 30, 11);
    expect(&feed, 3, FEED_EXECUTE, 1, 0, 223810, 20, 11);
    expect(&feed, 4, FEED_DELETE, 1, 0, 0, 0, 11);
    expect(&feed, 5, FEED_DELETE, 1, 0, 0, 0, 11);
    expect(&feed, 6, FEED_TRADE, -1, FEED_HIDDEN, 223820, 7, 0);
    expect(&feed, 7, FEED_TRADE, 0, FEED_CROSS, 223830, 900, UINT64_MAX);
    expect(&feed, 8, FEED_STATUS, 0, 0, 0, FEED_HALTED, 0);
    expect(&feed, 9, FEED_STATUS, 0, 0, 0, FEED_AUCTION, 0);
    expect(&feed, 10, FEED_STATUS, 0, 0, 0, FEED_TRADING, 0);
    tape_close(tape);
}

static void rows_that_cannot_be_are_named_by_line(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    kit_import(kit,
               kit_text(kit, MESSAGES,
                        "34200,1,11,100,2238100,1\n"
                        "34200,1,11,100,2238100\n"                  // a field too few
                        "34200,9,11,100,2238100,1\n"                // no such type
                        "34200,1,11,100,2238100,0\n"                // of which side?
                        "x,1,11,100,2238100,1\n"                    // when?
                        "999999,1,12,100,2238100,1\n"               // not of this day
                        "34200,1,13,1e3,2238100.5,1\n"              // half a price unit
                        "34200,1,14,0,2238100,1\n"                  // an order of nothing
                        "34200,1,4611686018427387904,5,2238100,1\n" // a number of ours
                        "34200,3,-7,5,2238100,1\n"                  // and none
                        "34199,1,15,100,2238100,1\n"                // before the row before
                        "34200,1,11,100,2238100,1"),                // a second time, and no newline
               NULL, 0, &report);
    assert_int_equal(report.rows, 12);
    assert_int_equal(report.accepted, 2);
    assert_int_equal(report.faults[IMPORT_SYNTAX], 6);
    assert_int_equal(report.faults[IMPORT_BAD_TIME], 2);
    assert_int_equal(report.faults[IMPORT_BAD_VOLUME], 1);
    assert_int_equal(report.faults[IMPORT_OUT_OF_ORDER], 1);
    assert_int_equal(report.notes[IMPORT_TWICE_ADDED], 1);
    assert_non_null(strstr(text_string(&report.samples), "message_1.csv:7: '2238100.5'"));
    import_report_fini(&report);
}

static void the_order_book_beside_the_messages_is_compared(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    kit_text(kit, "X_2012-06-21_34200000_57600000_orderbook_1.csv",
             "9999999999,0,2238100,100\n9999999999,0,2238100,150\n9999999999,0,2238100,99\n");
    kit_import(kit,
               kit_text(kit, MESSAGES,
                        "34200,1,11,100,2238100,1\n34200,1,12,50,2238100,1\n"
                        "34201,2,11,50,2238100,1\n"),
               NULL, 0, &report);
    assert_int_equal(report.notes[IMPORT_BOOK_EXPLAINED], 0);
    assert_int_equal(report.notes[IMPORT_BOOK_WRONG], 1);
    import_report_fini(&report);
}

// Every row of the order book is what the messages say: 143,799 rows outright, the rest where levels come into sight
// with orders from before 09:30 or with changes that happened out of sight. Counted by another program as well.
static void a_day_of_messages_rebuilds_its_order_book_row_for_row(void **state) {
    const char *path = harness_shared("data/mbo/lobster_AMZN_2012-06-21_5.zip");
    const struct book_l3_config config = {1 << 16, 1 << 14};
    struct kit *kit = *state;
    struct import_report report;
    struct arena arena;
    struct book_l3 book;
    struct twin twin;
    kit_import(kit, path, NULL, 0, &report);
    assert_int_equal(report.rows, 155935);
    // With what makes the book that of the file: 6,876 orders that no message added among them.
    assert_int_equal(report.accepted, 178701);
    uint64_t whole = 0, remainders = 0;
    assert_int_equal(report.notes[IMPORT_ROUNDED], 1); // a time of twelve decimals
    assert_int_equal(report.notes[IMPORT_UNKNOWN_ORDER], 8491);
    assert_int_equal(report.notes[IMPORT_BOOK_WRONG], 0);
    assert_int_equal(report.notes[IMPORT_BOOK_EXPLAINED], 155935 - 143799);
    assert_int_equal(report.notes[IMPORT_BOOK_RIGHT], 143799);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "NASDAQ/AMZN/feed");
    struct tape_feed feed = tape_feed(tape, 0);
    assert_ok(tape_verify(tape));
    assert_int_equal(feed.count, 178701);
    assert_ok(arena_init(&arena, 1 << 23));
    assert_ok(book_l3_init(&book, &arena, &config));
    twin_init(&twin, &config);
    for (uint64_t row = 0; row < feed.count; row++) {
        struct feed_record record = tape_feed_record(&feed, row);
        int kind = feed_kind_of(record.what);
        whole += (feed_flags_of(record.what) & FEED_LAST) != 0;
        remainders += kind == FEED_ADD && record.id >= LOBSTER_REMAINDER;
        enum book_l3_outcome outcome = book_l3_apply(&book, &record);
        if (kind < FEED_ADD || kind > FEED_EXECUTE) continue;
        enum book_l3_outcome expected = twin_change(&twin, &record, feed_side_of(record.what));
        if (outcome == BOOK_L3_CROSSED) outcome = BOOK_L3_APPLIED;
        if (outcome != expected) fail_msg("row %d: %d, not %d", (int)row, outcome, expected);
        if (row % 8192 == 0) assert_int_equal(book_l3_hash(&book), twin_hash(&twin));
    }
    book_l3_check(&book);
    assert_int_equal(book_l3_hash(&book), twin_hash(&twin));
    assert_int_equal(whole, 155935);
    assert_int_equal(remainders, 6876);
    assert_int_equal(book_l3_outcomes(&book, BOOK_L3_UNKNOWN), 0);
    twin_fini(&twin);
    arena_fini(&arena);
    tape_close(tape);
}

static void a_file_of_another_name_is_not_taken_for_it(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    struct import_options options;
    import_options_init(&options, kit->tape);
    options.format = "lobster";
    kit_import(kit, kit_text(kit, "x.csv", "34200,1,11,100,2238100,1\n"), &options, ERR_UNSUPPORTED,
               &report);
    import_report_fini(&report);
    kit_import(kit, kit_text(kit, "X_today_message_1.csv", "34200,1,11,100,2238100,1\n"), &options,
               ERR_ARGUMENT, &report);
    import_report_fini(&report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_type_of_message_has_its_record, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(rows_that_cannot_be_are_named_by_line, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(the_order_book_beside_the_messages_is_compared, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_day_of_messages_rebuilds_its_order_book_row_for_row,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_file_of_another_name_is_not_taken_for_it, kit_setup,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
