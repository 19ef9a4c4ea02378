// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

#include "base/timestamp.h"

// Imports real files of Lean's; the counts are those of the files' lines.
static void import_all(const struct kit *kit, const char *const *names, size_t count,
                       struct import_report *ret_report) {
    struct import_options options;
    char paths[8][KIT_PATH_SIZE];
    const char *pointers[8];
    for (size_t i = 0; i < count; i++) {
        snprintf(paths[i], KIT_PATH_SIZE, "%s", harness_shared(names[i]));
        pointers[i] = paths[i];
    }
    import_options_init(&options, kit->tape);
    assert_ok(import_run(&options, pointers, count, ret_report));
}

static int64_t at(const char *text) {
    int64_t ns;
    assert_ok(timestamp_parse(text, strlen(text), &ns));
    return ns;
}

static void us_minutes_are_new_york_clocks_and_prices_x_10000(void **state) {
    struct import_report report;
    const char *names[] = {"data/equity_intraday/lean/equity/usa/minute/ibm/20131007_trade.zip"};
    import_all(*state, names, 1, &report);
    assert_int_equal(report.faults[IMPORT_OUT_OF_ORDER], 0);
    import_report_fini(&report);
    // 14400000,1815200,1818000,1815200,1818000,1283: 04:00 in New York, daylight saving time.
    struct tape *tape = kit_open(*state, "USA/IBM/bar-1m");
    struct tape_bars bars = tape_bars(tape, 0);
    const struct instrument *instrument = &tape_meta(tape)->instrument;
    assert_int_equal(bars.open_ns[0], at("2013-10-07T08:00:00Z"));
    assert_int_equal(bars.close_ns[0], at("2013-10-07T08:01:00Z"));
    int64_t one = decimal_pow10(instrument->price_decimals);
    assert_int_equal(bars.open[0] * 100, 18152 * one);
    assert_int_equal(bars.high[0] * 100, 18180 * one);
    assert_int_equal(bars.volume[0], 1283);
    assert_int_equal(instrument->asset, ASSET_EQUITY);
    assert_int_equal(instrument->calendar, CALENDAR_XNYS);
    assert_true(instrument->price_decimals <= 4);
    tape_close(tape);
}

static void quote_bars_become_mid_prices(void **state) {
    struct import_report report;
    const char *names[] = {"data/equity_intraday/lean/equity/usa/minute/ibm/20131007_quote.zip"};
    import_all(*state, names, 1, &report);
    import_report_fini(&report);
    // bid 1800100,1813100,1800100,1813100 ask 1836300,1836300,1818000,1818000: in dollars the open is
    // (180.01 + 183.63) / 2 = 181.82, the high (181.31 + 183.63) / 2 = 182.47.
    struct tape *tape = kit_open(*state, "USA/IBM/mid-1m");
    struct tape_bars bars = tape_bars(tape, 0);
    int64_t one = decimal_pow10(tape_meta(tape)->instrument.price_decimals);
    assert_int_equal(bars.open[0] * 100, 18182 * one);
    assert_int_equal(bars.high[0] * 100, 18247 * one);
    assert_int_equal(bars.low[0] * 1000, 180905 * one);
    assert_int_equal(bars.close[0] * 1000, 181555 * one);
    assert_int_equal(tape_meta(tape)->bar_flags, BAR_QUOTE);
    tape_close(tape);
}

static void seconds_of_a_week_have_all_their_rows(void **state) {
    struct import_report report;
    const char *names[] = {"data/equity_intraday/lean/equity/usa/second/spy/20131007_trade.zip",
                           "data/equity_intraday/lean/equity/usa/second/spy/20131008_trade.zip"};
    import_all(*state, names, 2, &report);
    assert_int_equal(report.accepted, report.rows);
    import_report_fini(&report);
    struct tape *tape = kit_open(*state, "USA/SPY/bar-1s");
    assert_int_equal(tape_partition_count(tape), 2); // 04:00 to 20:00 in New York is one UTC day
    assert_ok(tape_verify(tape));
    tape_close(tape);
}

static void ticks_keep_the_side_that_did_not_change(void **state) {
    struct import_report report;
    const char *names[] = {"data/equity_intraday/lean/equity/usa/tick/ibm/20131007_quote.zip",
                           "data/equity_intraday/lean/equity/usa/tick/ibm/20131007_trade.zip"};
    import_all(*state, names, 2, &report);
    assert_true(report.faults[IMPORT_CROSSED] > 0);
    assert_int_equal(report.rows, report.accepted + report.faults[IMPORT_CROSSED] +
                                      report.faults[IMPORT_SUSPICIOUS]);
    import_report_fini(&report);
    // 14400054,0,0,1836300,100 then 14400241,1800100,300,0,0
    struct tape *tape = kit_open(*state, "USA/IBM/quote");
    struct tape_quotes quotes = tape_quotes(tape, 0);
    int64_t one = decimal_pow10(tape_meta(tape)->instrument.price_decimals);
    assert_int_equal(quotes.ts_ns[0], at("2013-10-07T08:00:00.054Z"));
    assert_int_equal(quotes.bid[0], 0);
    assert_int_equal(quotes.ask[0] * 100, 18363 * one);
    assert_int_equal(quotes.ask_qty[0], 100);
    assert_int_equal(quotes.bid[1] * 100, 18001 * one);
    assert_int_equal(quotes.bid_qty[1], 300);
    assert_int_equal(quotes.ask[1] * 100, 18363 * one);
    tape_close(tape);
    // 14430270,1815200,283,P,20002020,0
    tape = kit_open(*state, "USA/IBM/trade");
    struct tape_trades trades = tape_trades(tape, 0);
    assert_int_equal(trades.ts_ns[0], at("2013-10-07T08:00:30.270Z"));
    assert_int_equal(trades.price[0] * 100,
                     18152 * decimal_pow10(tape_meta(tape)->instrument.price_decimals));
    assert_int_equal(trades.qty[0], 283);
    assert_int_equal(trades.side[0], 0);
    tape_close(tape);
}

static void daily_bars_close_with_their_session(void **state) {
    struct import_report report;
    const char *names[] = {"data/equity_daily/lean/equity/usa/daily/aapl.zip"};
    import_all(*state, names, 1, &report);
    assert_int_equal(report.rows, 5849);
    assert_int_equal(report.accepted, 5849);
    assert_int_equal(report.notes[IMPORT_GAP], 0);
    assert_int_equal(report.notes[IMPORT_OFF_CALENDAR], 0);
    import_report_fini(&report);
    struct tape *tape = kit_open(*state, "USA/AAPL/bar-1d");
    struct tape_bars bars = tape_bars(tape, 0);
    assert_int_equal(bars.open_ns[0], at("1998-01-02T14:30:00Z"));
    assert_int_equal(bars.close_ns[0], at("1998-01-02T21:00:00Z"));
    assert_int_equal(tape_last_ns(tape), at("2021-03-31T20:00:00Z"));
    tape_close(tape);
}

static void contracts_of_a_future_are_series_of_their_own(void **state) {
    struct import_report report;
    const char *names[] = {"data/futures/lean/future/cme/minute/es/20131007_trade.zip"};
    import_all(*state, names, 1, &report);
    assert_int_equal(report.series_count, 3);
    import_report_fini(&report);
    struct tape *tape = kit_open(*state, "CME/ES-201312/bar-1m");
    // 0,1676.5,1676.5,1676.5,1676.5,9
    assert_int_equal(tape_first_ns(tape), at("2013-10-07T00:00:00Z"));
    assert_int_equal(tape_bars(tape, 0).volume[0], 9);
    assert_int_equal(tape_meta(tape)->instrument.asset, ASSET_FUTURE);
    tape_close(tape);
}

static void an_entry_of_another_date_is_left_out_and_told(void **state) {
    struct import_report report;
    const char *names[] = {
        "data/equity_intraday/lean/index/india/minute/nifty50/20190101_trade.zip",
        "data/equity_intraday/lean/index/india/minute/nifty50/20190102_trade.zip"};
    import_all(*state, names, 2, &report);
    assert_int_equal(report.faults[IMPORT_CONFLICT], 0);
    assert_int_equal(report.added.conflicts, 0);
    assert_non_null(strstr(text_string(&report.guesses), "20190102_nifty_minute_trade.csv"));
    import_report_fini(&report);
    struct tape *tape = kit_open(*state, "INDIA/NIFTY50/bar-1m");
    // 32820000,10881.7: 09:07 in Kolkata.
    assert_int_equal(tape_first_ns(tape), at("2019-01-01T03:37:00Z"));
    tape_close(tape);
}

static void forex_clocks_are_those_of_the_market(void **state) {
    struct import_report report;
    const char *names[] = {"data/forex/lean/forex/fxcm/daily/eurgbp.zip",
                           "data/forex/lean/forex/oanda/tick/eurusd/20140501_quote.zip"};
    import_all(*state, names, 2, &report);
    assert_true(report.faults[IMPORT_CROSSED] > 0);
    import_report_fini(&report);
    struct tape *tape = kit_open(*state, "FXCM/EURGBP/mid-1d");
    assert_int_equal(tape_first_ns(tape), at("2007-03-30T05:00:00Z"));
    assert_string_equal(tape_meta(tape)->currency, "GBP");
    tape_close(tape);
    tape = kit_open(*state, "OANDA/EURUSD/quote");
    assert_int_equal(tape_first_ns(tape), at("2014-05-01T00:00:00.292Z"));
    assert_int_equal(tape_quotes(tape, 0).bid[0], 138676);
    assert_int_equal(tape_quotes(tape, 0).bid_qty[0], 0);
    tape_close(tape);
}

static void one_sided_quote_bars_are_left_out_as_missing(void **state) {
    struct import_report report;
    const char *names[] = {"data/futures/lean/future/cme/minute/es/20131007_quote.zip"};
    import_all(*state, names, 1, &report);
    assert_true(report.faults[IMPORT_MISSING] > 0);
    assert_int_equal(report.rows, report.accepted + report.faults[IMPORT_MISSING] +
                                      report.faults[IMPORT_CROSSED]);
    import_report_fini(&report);
}

static void what_the_tape_has_no_place_for_is_refused(void **state) {
    struct kit *kit = *state;
    struct import_options options;
    struct import_report report;
    static const char *const NAMES[] = {
        "data/futures/lean/future/cme/minute/es/20131007_openinterest.zip",
        "data/options/lean/option/usa/daily/aapl_2014_openinterest_american.zip"};
    import_options_init(&options, kit->tape);
    for (size_t i = 0; i < 2; i++) {
        const char *path = harness_shared(NAMES[i]);
        assert_int_equal(import_run(&options, &path, 1, &report), ERR_UNSUPPORTED);
        import_report_fini(&report);
    }
    options.format = "lean";
    const char *path = kit_text(kit, "x.csv", "1,2\n");
    assert_int_equal(import_run(&options, &path, 1, &report), ERR_ARGUMENT);
    import_report_fini(&report);
}

// The numbers of an equity's file are dollars x 10,000, and only the path tells.
static void rows_of_lean_outside_its_folder_are_refused(void **state) {
    static const struct {
        const char *name, *text;
        int expected;
    } ROWS[] = {
        {"aapl.zip", "19980102 00:00,136300,162500,135000,162500,6315000\n", ERR_UNSUPPORTED},
        {"aapl.csv",
         "19980102 00:00,136300,162500,135000,162500,6315000\r\n"
         "19980105 00:00,165000,165600,151900,159400,5825000\r\n",
         ERR_UNSUPPORTED},
        {"spy.csv", "20131007 09:00,1,2,1,2,9,2,3,2,3,9\n20131007 10:00,,,,,,2,3,2,3,9\n",
         ERR_UNSUPPORTED},
        {"btc.csv", "20180102 00:00,1.5,2,1,2,9\n20180103 00:00,2,2,1,2,9\n", 0},
        {"x.csv", "20180102 00:00:00,2,2,1,2,9\n20180103 00:00:00,2,2,1,2,9\n", 0},
        {"y.csv", "2018-01-02 00:00,2,2,1,2,9\n2018-01-03 00:00,2,2,1,2,9\n", 0},
        {"z.csv", "20180102 00:00,2,2,1,2\n20180103 00:00,2,2,1,2\n", 0},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct import_report report;
        const char *path = kit_text(*state, ROWS[i].name, ROWS[i].text);
        kit_import(*state, path, NULL, ROWS[i].expected, &report);
        assert_int_equal(report.rows, ROWS[i].expected == 0 ? 2 : 0);
        import_report_fini(&report);
        if (ROWS[i].expected == 0) continue;
        assert_non_null(strstr(err_story(), "looks like a Lean file"));
        assert_non_null(strstr(err_story(), "equity/usa/daily/aapl.zip"));
        assert_non_null(strstr(err_story(), "--format csv"));
    }
}

static void a_real_file_away_from_its_folder_is_refused_until_its_format_is_said(void **state) {
    struct kit *kit = *state;
    char *bytes;
    size_t size;
    struct import_options options;
    struct import_report report;
    assert_ok(io_read_file(harness_shared("data/equity_daily/lean/equity/usa/daily/aapl.zip"),
                           1 << 20, &bytes, &size));
    const char *path = kit_write(kit, "aapl.zip", bytes, size);
    free(bytes);
    kit_import(kit, path, NULL, ERR_UNSUPPORTED, &report);
    assert_non_null(strstr(err_story(), "looks like a Lean file"));
    import_report_fini(&report);
    import_options_init(&options, kit->tape);
    options.format = "csv";
    kit_import(kit, path, &options, 0, &report);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "LOCAL/AAPL/bar-1d");
    struct tape_bars bars = tape_bars(tape, 0);
    assert_int_equal(tape_meta(tape)->instrument.price_decimals, 0);
    assert_int_equal(bars.open[0], 136300);
    tape_close(tape);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(us_minutes_are_new_york_clocks_and_prices_x_10000,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(quote_bars_become_mid_prices, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(seconds_of_a_week_have_all_their_rows, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(ticks_keep_the_side_that_did_not_change, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(daily_bars_close_with_their_session, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(contracts_of_a_future_are_series_of_their_own, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(an_entry_of_another_date_is_left_out_and_told, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(forex_clocks_are_those_of_the_market, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(one_sided_quote_bars_are_left_out_as_missing, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(what_the_tape_has_no_place_for_is_refused, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(rows_of_lean_outside_its_folder_are_refused, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_real_file_away_from_its_folder_is_refused_until_its_format_is_said, kit_setup,
            kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
