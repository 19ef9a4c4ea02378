// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/store/tape.h"

static void a_name_reads_back_as_it_was_printed(void **state) {
    static const char *const NAMES[] = {"COINBASE/BTC-USD/bar-1m", "USA/BRK.B/bar-1d",
                                        "CME/ES-201312/mid-1h",    "BINANCE/BTC/USDT/trade",
                                        "OANDA/EURUSD/quote",      "X/Y/bar-90s",
                                        "KRAKEN/XBT/USD/feed"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        struct tape_series series;
        char name[TAPE_NAME_SIZE];
        assert_ok(tape_series_parse(NAMES[i], &series));
        tape_series_print(&series, name);
        assert_string_equal(name, NAMES[i]);
    }
}

static void kind_and_frame_are_told_apart(void **state) {
    struct tape_series series;
    assert_ok(tape_series_parse("A/B/bar-1h", &series));
    assert_int_equal(series.kind, TAPE_BARS);
    assert_int_equal(series.frame_s, 3600);
    assert_ok(tape_series_parse("A/B/mid-1s", &series));
    assert_int_equal(series.kind, TAPE_MIDS);
    assert_int_equal(series.frame_s, 1);
    assert_ok(tape_series_parse("A/B/trade", &series));
    assert_int_equal(series.kind, TAPE_TRADES);
    assert_int_equal(series.frame_s, 0);
    assert_ok(tape_series_parse("A/B/feed", &series));
    assert_int_equal(series.kind, TAPE_FEED);
    assert_int_equal(series.frame_s, 0);
}

static void what_is_no_name_is_refused(void **state) {
    static const char *const BAD[] = {"",         "A",         "A/bar-1m",   "A/B/bar",
                                      "A/B/bar-", "A/B/bar-1", "A/B/bar-0m", "A/B/bar-1ms",
                                      "/B/trade", "A//trade",  "A/B/trades"};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct tape_series series;
        assert_int_equal(tape_series_parse(BAD[i], &series), ERR_PARSE);
    }
    struct tape_series series;
    assert_int_equal(tape_series_parse("A23456789012345678/B/trade", &series), ERR_RANGE);
    assert_int_equal(tape_series_parse("A/123456789012345678901234567890123/trade", &series),
                     ERR_RANGE);
}

static void a_path_cannot_leave_its_directory(void **state) {
    struct tape_series series;
    char path[TAPE_PATH_SIZE];
    assert_ok(tape_series_parse("../../x/trade", &series));
    assert_ok(tape_series_path("/tape", &series, path));
    assert_string_equal(path, "/tape/%2E./%2E.%2Fx/trade");
    assert_ok(tape_series_parse("A/BRK B&\xc3\xa9/bar-1d", &series));
    assert_ok(tape_series_path("/tape", &series, path));
    assert_string_equal(path, "/tape/A/BRK%20B%26%C3%A9/bar-1d");
}

static void a_path_that_is_too_long_is_an_error(void **state) {
    static char root[TAPE_PATH_SIZE];
    struct tape_series series;
    char path[TAPE_PATH_SIZE];
    memset(root, 'x', sizeof root - 8);
    assert_ok(tape_series_parse("A/B/trade", &series));
    assert_int_equal(tape_series_path(root, &series, path), ERR_RANGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_reads_back_as_it_was_printed),
        cmocka_unit_test(kind_and_frame_are_told_apart),
        cmocka_unit_test(what_is_no_name_is_refused),
        cmocka_unit_test(a_path_cannot_leave_its_directory),
        cmocka_unit_test(a_path_that_is_too_long_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
