// SPDX-License-Identifier: Apache-2.0
// Gaps of the venue's numbering and books that cross, told by short feeds: d U u [pu] = changes, p id = a picture.
#include "store_kit.h"

enum { TEXT = 4096 };

static void line_add(char *text, int at, const char *format, ...) {
    va_list args;
    sprintf(text + strlen(text), "172316125600000%04d ", at);
    va_start(args, format);
    vsprintf(text + strlen(text), format, args);
    va_end(args);
    strcat(text, "\n");
}

static void diff(char *text, int at, int first, int last, int previous, const char *sides) {
    char pu[32] = "";
    if (previous > 0) snprintf(pu, sizeof pu, "\"T\":9,\"pu\":%d,", previous);
    line_add(text, at, "{\"e\":\"depthUpdate\",\"E\":9,\"s\":\"AB\",\"U\":%d,\"u\":%d,%s%s}", first,
             last, pu, sides);
}

static void picture(char *text, int at, int last, bool futures) {
    line_add(text, at, "{\"lastUpdateId\":%d,%s\"bids\":[[\"9\",\"1\"]],\"asks\":[[\"11\",\"1\"]]}",
             last, futures ? "\"T\":9," : "");
}

static const char BID[] = "\"b\":[[\"8\",\"1\"]],\"a\":[]";

// The faults of the feed, "gap 5@3": kind, extent, and the receipt's last digits.
static void check(struct kit *kit, const char *text, const char *expected, uint64_t old_news) {
    struct import_options options;
    struct import_report report;
    char out[512] = "";
    import_options_init(&options, kit->tape);
    options.replace = true;
    kit_import(kit, kit_text(kit, "f.txt", text), &options, 0, &report);
    assert_int_equal(report.notes[IMPORT_OLD_NEWS], old_news);
    struct tape *tape = NULL;
    assert_ok(tape_open(kit->tape, &report.series[0].series, &tape));
    struct tape_feed feed = tape_feed(tape, 0);
    for (uint64_t i = 0; i < feed.count; i++) {
        struct feed_record r = tape_feed_record(&feed, i);
        if (feed_kind_of(r.what) != FEED_FAULT) continue;
        sprintf(out + strlen(out), "%s %" PRIu64 "@%d;", feed_fault_name((enum feed_fault)r.qty),
                r.id, (int)(r.receipt_ns % 10000));
    }
    tape_close(tape);
    import_report_fini(&report);
    assert_string_equal(out, expected);
}

static void changes_that_follow_each_other_have_no_gap(void **state) {
    char text[TEXT] = "";
    diff(text, 1, 1, 5, 0, BID);
    diff(text, 2, 6, 6, 0, BID);
    picture(text, 3, 5, false);
    diff(text, 4, 7, 9, 0, BID);
    check(*state, text, "", 0);
}

static void missing_changes_of_spot_are_counted(void **state) {
    char text[TEXT] = "";
    diff(text, 1, 1, 5, 0, BID);
    diff(text, 2, 9, 10, 0, BID);
    diff(text, 3, 11, 12, 0, BID);
    check(*state, text, "gap 3@2;", 0);
}

static void futures_name_the_message_before(void **state) {
    char text[TEXT] = "";
    diff(text, 1, 10, 15, 7, BID);
    diff(text, 2, 19, 20, 15, BID); // others' numbers between: no gap
    diff(text, 3, 30, 31, 25, BID);
    picture(text, 4, 40, true);
    diff(text, 5, 45, 46, 31, BID);
    check(*state, text, "gap 1@3;", 0);
}

static void a_picture_older_than_the_changes_is_told(void **state) {
    char text[TEXT] = "";
    diff(text, 1, 10, 15, 0, BID);
    picture(text, 2, 5, false);
    diff(text, 3, 16, 17, 0, BID);
    check(*state, text, "gap 4@2;", 0);
}

static void the_first_change_after_a_picture_must_reach_it(void **state) {
    char text[TEXT] = "";
    diff(text, 1, 1, 1, 0, BID);
    check(*state, text, "", 0);
    text[0] = '\0';
    line_add(
        text, 1,
        "{\"e\":\"trade\",\"E\":9,\"s\":\"AB\",\"t\":1,\"p\":\"9\",\"q\":\"1\",\"T\":9,\"m\":true,"
        "\"M\":true}");
    picture(text, 2, 20, false);
    diff(text, 3, 18, 22, 0, BID);
    check(*state, text, "", 0);
    text[strlen(text) - 1] = '\0';
    *(strrchr(text, '\n') + 1) = '\0';
    diff(text, 3, 24, 25, 0, BID);
    check(*state, text, "gap 3@3;", 0);
}

static void messages_that_come_twice_or_late_are_left_out(void **state) {
    char text[TEXT] = "";
    diff(text, 1, 1, 5, 0, BID);
    diff(text, 2, 1, 5, 0, BID);
    diff(text, 3, 6, 7, 0, BID);
    diff(text, 4, 6, 6, 0, BID);
    check(*state, text, "", 2);
}

static void a_connection_that_opens_anew_breaks_the_chain(void **state) {
    char text[TEXT] = "";
    diff(text, 1, 1, 5, 0, BID);
    strcat(text, "wss://x <-> 1723161256.1\n");
    diff(text, 2, 6, 6, 0, BID);
    diff(text, 3, 7, 7, 0, BID);
    check(*state, text, "gap 1@2;", 0);
}

static void a_book_that_crosses_is_told_once(void **state) {
    char text[TEXT] = "";
    diff(text, 1, 1, 5, 0, BID);
    picture(text, 2, 5, false);
    diff(text, 3, 6, 6, 0,
         "\"b\":[[\"12.5\",\"1\"]],\"a\":[]"); // over the ask at 11, with a decimal more
    diff(text, 4, 7, 7, 0, "\"b\":[[\"12.25\",\"1\"]],\"a\":[]");
    diff(text, 5, 8, 8, 0, "\"b\":[],\"a\":[[\"11\",\"0\"]]");
    diff(text, 6, 9, 9, 0, "\"b\":[],\"a\":[[\"12\",\"2\"]]");
    check(*state, text, "crossed 1@3;crossed 2@6;", 0);
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, kit_setup, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_KIT(changes_that_follow_each_other_have_no_gap),
        WITH_KIT(missing_changes_of_spot_are_counted),
        WITH_KIT(futures_name_the_message_before),
        WITH_KIT(a_picture_older_than_the_changes_is_told),
        WITH_KIT(the_first_change_after_a_picture_must_reach_it),
        WITH_KIT(messages_that_come_twice_or_late_are_left_out),
        WITH_KIT(a_connection_that_opens_anew_breaks_the_chain),
        WITH_KIT(a_book_that_crosses_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
