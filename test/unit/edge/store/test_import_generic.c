// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

static void bid_and_ask_candles_of_forex(void **state) {
    struct kit *kit = *state;
    struct import_options options;
    struct import_report report;
    import_options_init(&options, kit->tape);
    options.venue = "FXCM";
    kit_import(kit, harness_shared("data/forex/gbpusd-m1-bid-2012.csv.xz"), &options, 0, &report);
    assert_int_equal(report.rows, 30117);
    assert_int_equal(report.accepted, 30117);
    import_report_fini(&report);
    // 2012-02-01 00:00:00+00:00,1.57597,1.57606,1.57576,1.57576, no volume
    struct tape *tape = kit_open(kit, "FXCM/GBPUSD/bar-1m");
    assert_int_equal(tape_meta(tape)->instrument.asset, ASSET_FOREX);
    assert_int_equal(tape_meta(tape)->instrument.price_decimals, 5);
    assert_int_equal(tape_first_ns(tape), INT64_C(1328054400000000000));
    assert_int_equal(tape_bars(tape, 0).high[0], 157606);
    assert_int_equal(tape_bars(tape, 0).volume[0], 0);
    tape_close(tape);
}

static void a_futures_file_needs_its_symbol_said(void **state) {
    struct kit *kit = *state;
    struct import_options options;
    struct import_report report;
    const char *path = harness_shared("data/futures/6eh4_xcme_1m_202401.csv.xz");
    kit_import(kit, path, NULL, ERR_ARGUMENT, &report);
    assert_non_null(strstr(err_story(), "--symbol"));
    import_report_fini(&report);
    import_options_init(&options, kit->tape);
    options.symbol = "6EH4";
    options.venue = "CME";
    options.asset = ASSET_FUTURE;
    kit_import(kit, path, &options, 0, &report);
    assert_int_equal(report.rows, 29996);
    assert_int_equal(report.accepted, 29996);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "CME/6EH4/bar-1m");
    assert_int_equal(tape_bars(tape, 0).volume[0], 205);
    assert_int_equal(tape_meta(tape)->instrument.price_decimals, 5);
    tape_close(tape);
}

static void weekday_closes_of_one_symbol_are_daily_bars_of_new_york(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    kit_import(kit,
               kit_text(kit, "X.csv",
                        "Date,Close\n2020-01-02,1\n2020-01-03,2\n2020-01-06,3\n"
                        "2020-01-07,4\n2020-01-08,5\n2020-01-09,6\n"
                        "2020-01-10,7\n2020-01-13,8\n"),
               NULL, 0, &report);
    assert_int_equal(report.series_count, 1);
    assert_int_equal(report.accepted, 8);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "LOCAL/X/bar-1d");
    assert_int_equal(tape_meta(tape)->bar_flags, BAR_CLOSE_ONLY);
    assert_int_equal(tape_meta(tape)->instrument.calendar, CALENDAR_XNYS);
    tape_close(tape);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bid_and_ask_candles_of_forex, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_futures_file_needs_its_symbol_said, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(weekday_closes_of_one_symbol_are_daily_bars_of_new_york,
                                        kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
