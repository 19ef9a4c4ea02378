// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

static const char TEXT[] = "time,close\n1577836800,1\n1577836860,2\n";

static void a_symbol_is_found_in_a_file_name(void **state) {
    static const struct {
        const char *name, *symbol; // NULL: it does not name one
    } ROWS[] = {{"AAPL.csv", "AAPL"},
                {"bitfinex_btcusd_1m_2018.csv", "BTCUSD"},
                {"BTCUSDT-1m-2024-01.csv", "BTCUSDT"},
                {"gbpusd-m1-bid-2012.csv", "GBPUSD"},
                {"aapl_daily.csv", "AAPL"},
                {"2018_1m.csv", NULL},
                {"my_aapl_file.csv", NULL}};
    struct kit *kit = *state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct import_report report;
        const char *path = kit_text(kit, ROWS[i].name, TEXT);
        kit_import(kit, path, NULL, ROWS[i].symbol == NULL ? ERR_ARGUMENT : 0, &report);
        if (ROWS[i].symbol != NULL)
            assert_string_equal(report.series[0].series.symbol, ROWS[i].symbol);
        import_report_fini(&report);
    }
}

static void what_is_said_is_taken_and_what_is_guessed_is_told(void **state) {
    struct kit *kit = *state;
    struct import_options options;
    struct import_report report;
    import_options_init(&options, kit->tape);
    const char *path = kit_text(kit, "BTCEUR.csv", TEXT);
    kit_import(kit, path, &options, 0, &report);
    const char *guesses = text_string(&report.guesses);
    assert_non_null(strstr(guesses, "symbol BTCEUR (--symbol)"));
    assert_non_null(strstr(guesses, "asset class crypto (--asset)"));
    assert_non_null(strstr(guesses, "currency EUR (--currency)"));
    assert_non_null(strstr(guesses, "calendar 24/7 (--calendar)"));
    assert_non_null(strstr(guesses, "frame 1m (--frame)"));
    import_report_fini(&report);
    options.symbol = "X/Y";
    options.venue = "V";
    options.asset = ASSET_EQUITY;
    options.currency = "CHF";
    options.calendar = CALENDAR_24_7;
    options.frame_s = 60;
    options.adjusted = true;
    kit_import(kit, path, &options, 0, &report);
    assert_string_equal(text_string(&report.guesses), "");
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "V/X/Y/bar-1m");
    assert_string_equal(tape_meta(tape)->currency, "CHF");
    assert_int_equal(tape_meta(tape)->instrument.asset, ASSET_EQUITY);
    assert_int_equal(tape_meta(tape)->bar_flags, BAR_CLOSE_ONLY | BAR_ADJUSTED);
    tape_close(tape);
}

static void names_that_do_not_fit_are_refused(void **state) {
    static const struct {
        const char *symbol, *venue, *currency;
    } ROWS[] = {{"", NULL, NULL},
                {"123456789012345678901234567890123", NULL, NULL},
                {"A B", NULL, NULL},
                {"A\n", NULL, NULL},
                {"A\xc3\xa9", NULL, NULL},
                {"A", "1234567890123456", NULL},
                {"A", "V/W", NULL},
                {"A", NULL, "123456789"},
                {"A", NULL, ""}};
    struct kit *kit = *state;
    const char *path = kit_text(kit, "x.csv", TEXT);
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct import_options options;
        struct import_report report;
        import_options_init(&options, kit->tape);
        options.symbol = ROWS[i].symbol;
        options.venue = ROWS[i].venue;
        options.currency = ROWS[i].currency;
        kit_import(kit, path, &options, ERR_ARGUMENT, &report);
        import_report_fini(&report);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_symbol_is_found_in_a_file_name, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(what_is_said_is_taken_and_what_is_guessed_is_told,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(names_that_do_not_fit_are_refused, kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
