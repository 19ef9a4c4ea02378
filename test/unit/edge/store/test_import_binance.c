// SPDX-License-Identifier: Apache-2.0
// Rows in the form of the venue's public kline files, which are documented with an example of twelve columns.
#include "store_kit.h"

static void klines_in_ms_and_us_and_with_a_header_are_one_format(void **state) {
    static const char *const TEXTS[] = {
        "1499040000000,0.01634790,0.80000000,0.01575800,0.01577100,148976.11427815,1499040059999,"
        "2434.19055334,308,1756.87402397,28.46694368,0\n"
        "1499040060000,0.01577100,0.01577100,0.01577100,0.01577100,0.00000000,1499040119999,0,0,0,"
        "0,0\n",
        "1499040000000000,0.01634790,0.80000000,0.01575800,0.01577100,148976.11427815,"
        "1499040059999999,2434.19055334,308,1756.87402397,28.46694368,0\n"
        "1499040060000000,0.01577100,0.01577100,0.01577100,0.01577100,0.00000000,1499040119999999,"
        "0,0,0,0,0\n",
        "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"
        "taker_buy_quote_volume,ignore\n"
        "1499040000000,0.01634790,0.80000000,0.01575800,0.01577100,148976.11427815,1499040059999,"
        "2434.19055334,308,1756.87402397,28.46694368,0\n"
        "1499040060000,0.01577100,0.01577100,0.01577100,0.01577100,0.00000000,1499040119999,0,0,0,"
        "0,0\n"};
    struct kit *kit = *state;
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        struct import_report report;
        kit_import(kit, kit_text(kit, "ETHBTC-1m-2017-07.csv", TEXTS[i]), NULL, 0, &report);
        assert_int_equal(report.rows, 2);
        assert_int_equal(report.accepted, 2);
        assert_int_equal(report.added.rows, i == 0 ? 2 : 0);
        assert_int_equal(report.added.duplicates, i == 0 ? 0 : 2);
        import_report_fini(&report);
    }
    struct tape *tape = kit_open(kit, "BINANCE/ETHBTC/bar-1m");
    struct tape_bars bars = tape_bars(tape, 0);
    assert_string_equal(tape_meta(tape)->currency, "BTC");
    assert_int_equal(tape_meta(tape)->instrument.price_decimals, 7);
    assert_int_equal(bars.open_ns[0], INT64_C(1499040000000000000));
    assert_int_equal(bars.open[0], 163479);
    assert_int_equal(bars.high[0], 8000000);
    assert_int_equal(bars.low[0], 157580);
    assert_int_equal(bars.close[0], 157710);
    assert_int_equal(bars.volume[0], INT64_C(14897611427815));
    tape_close(tape);
}

static void twelve_columns_of_something_else_are_not_taken_for_it(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    kit_import(kit,
               kit_text(kit, "x.csv",
                        "1499040000,1,3,1,2,5,7,8,9,10,11,12\n"
                        "1499040060,2,3,1,2,5,7,8,9,10,11,12\n"),
               NULL, 0, &report);
    assert_string_equal(report.series[0].series.venue, "LOCAL");
    import_report_fini(&report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(klines_in_ms_and_us_and_with_a_header_are_one_format,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(twelve_columns_of_something_else_are_not_taken_for_it,
                                        kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
