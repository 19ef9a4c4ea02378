// SPDX-License-Identifier: Apache-2.0
// Whole imports of real files, against the counts that an independent reading of them gave.
#include "store_kit.h"

#include "base/timestamp.h"

static const char PANEL[] = "data/equity_daily/sp500_daily_2013_2018_dev_249syms.csv.xz";

static void the_panel_of_249_stocks(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    kit_import(kit, harness_shared(PANEL), NULL, 0, &report);
    assert_int_equal(report.rows, 303017);
    assert_int_equal(report.faults[IMPORT_MISSING], 7);
    assert_int_equal(report.faults[IMPORT_OUTSIDE], 7);
    assert_int_equal(report.accepted, 303017 - 14);
    assert_int_equal(report.added.rows, 303017 - 14);
    assert_int_equal(report.notes[IMPORT_OFF_CALENDAR], 0);
    assert_int_equal(report.series_count, 249);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "LOCAL/A/bar-1d");
    const struct tape_meta *meta = tape_meta(tape);
    assert_int_equal(tape_count(tape), 1259);
    assert_int_equal(meta->instrument.calendar, CALENDAR_XNYS);
    assert_int_equal(meta->instrument.asset, ASSET_EQUITY);
    assert_string_equal(meta->currency, "USD");
    // 2013-02-08,45.07,45.35,45.0,45.08,1824755: New York opens at 14:30 UTC in winter.
    struct tape_bars bars = tape_bars(tape, 0);
    int64_t one = decimal_pow10(meta->instrument.price_decimals - 2);
    assert_int_equal(bars.open_ns[0], INT64_C(1360333800000000000));
    assert_int_equal(bars.close_ns[0], INT64_C(1360357200000000000));
    assert_int_equal(bars.open[0], 4507 * one);
    assert_int_equal(bars.low[0], 4500 * one);
    assert_int_equal(bars.close[0], 4508 * one);
    assert_int_equal(bars.volume[0], 1824755);
    assert_int_equal(meta->instrument.qty_decimals, 0);
    tape_close(tape);
}

static void the_panel_twice_changes_nothing(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    const char *path = harness_shared(PANEL);
    char *manifest[2];
    size_t size[2];
    for (int i = 0; i < 2; i++) {
        kit_import(kit, path, NULL, 0, &report);
        assert_int_equal(report.added.rows, i == 0 ? 303003 : 0);
        assert_int_equal(report.added.duplicates, i == 0 ? 0 : 303003);
        import_report_fini(&report);
        assert_ok(io_read_file(kit_path(kit, "tape/LOCAL/BRK.B/bar-1d/manifest.json"), 1 << 20,
                               &manifest[i], &size[i]));
    }
    assert_int_equal(size[0], size[1]);
    assert_memory_equal(manifest[0], manifest[1], size[0]);
    free(manifest[0]);
    free(manifest[1]);
}

static void the_indian_panel_has_sessions_in_kolkata(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    kit_import(kit,
               harness_shared("data/equity_daily_nse/nifty50_daily_2020_2025_dev_25syms.csv.xz"),
               NULL, 0, &report);
    assert_int_equal(report.rows, 30110);
    assert_int_equal(report.accepted, 30110);
    assert_int_equal(report.series_count, 25);
    assert_int_equal(report.notes[IMPORT_OFF_CALENDAR], 0);
    assert_non_null(strstr(text_string(&report.guesses), "column 'oi' is not used"));
    assert_non_null(strstr(text_string(&report.guesses), "calendar XNSE"));
    import_report_fini(&report);
    // 2020-10-01 00:00:00+05:30: that day's session is 09:15 to 15:30 in Kolkata.
    struct tape *tape = kit_open(kit, "LOCAL/ADANIENT/bar-1d");
    struct tape_bars bars = tape_bars(tape, 0);
    assert_int_equal(bars.open_ns[0], INT64_C(1601523900000000000));
    assert_int_equal(bars.close_ns[0], INT64_C(1601546400000000000));
    assert_string_equal(tape_meta(tape)->currency, "INR");
    tape_close(tape);
}

static void a_matrix_of_closes_becomes_a_series_a_column(void **state) {
    struct kit *kit = *state;
    struct import_options options;
    struct import_report report;
    import_options_init(&options, kit->tape);
    options.adjusted = true;
    kit_import(kit, harness_shared("data/equity_daily/skfolio_sp500_dataset_1990_2017.csv.xz"),
               &options, 0, &report);
    assert_int_equal(report.series_count, 20);
    assert_int_equal(report.accepted, 20 * 7056);
    import_report_fini(&report);
    // 1990-01-02,0.264,...
    struct tape *tape = kit_open(kit, "LOCAL/AAPL/bar-1d");
    assert_int_equal(tape_count(tape), 7056);
    assert_int_equal(tape_meta(tape)->bar_flags, BAR_CLOSE_ONLY | BAR_ADJUSTED);
    int64_t one = decimal_pow10(tape_meta(tape)->instrument.price_decimals - 3);
    assert_int_equal(tape_bars(tape, 0).close[0], 264 * one);
    assert_int_equal(tape_bars(tape, 0).low[0], 264 * one);
    tape_close(tape);
}

static void times_with_fractions_and_noisy_volumes(void **state) {
    struct kit *kit = *state;
    struct import_options options;
    struct import_report report;
    import_options_init(&options, kit->tape);
    options.symbol = "BTC-PERP";
    kit_import(kit, harness_shared("data/crypto_bars/btc_perp_1m_20220101_20220201.csv.xz"),
               &options, 0, &report);
    assert_int_equal(report.rows, 45031);
    assert_int_equal(report.accepted, 45031);
    assert_int_equal(report.notes[IMPORT_GAP], 0);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "LOCAL/BTC-PERP/bar-1m");
    assert_int_equal(tape_first_ns(tape), INT64_C(1640991660000000000)); // 2021-12-31T23:01Z
    tape_close(tape);
}

static void the_vix_of_the_nineties_breaks_its_range_in_47_rows(void **state) {
    struct kit *kit = *state;
    struct import_options options;
    struct import_report report;
    import_options_init(&options, kit->tape);
    options.asset = ASSET_INDEX;
    kit_import(kit, harness_shared("data/factors_rates/vix_daily_1990_2018.csv.xz"), &options, 0,
               &report);
    assert_int_equal(report.rows, 7304);
    assert_int_equal(report.faults[IMPORT_OUTSIDE] + report.faults[IMPORT_HIGH_LOW], 47);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "LOCAL/VIX/bar-1d");
    assert_int_equal(tape_meta(tape)->instrument.price_decimals, 2); // 17.240000
    tape_close(tape);
}

static void a_real_file_cut_short_commits_nothing(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    char *data;
    size_t size;
    assert_ok(io_read_file(harness_shared(PANEL), 1 << 26, &data, &size));
    const char *path = kit_write(kit, "panel.csv.xz", data, size * 2 / 3);
    free(data);
    kit_import(kit, path, NULL, ERR_TRUNCATED, &report);
    assert_false(report.committed);
    assert_true(report.rows > 100000);
    assert_non_null(strstr(err_story(), "nothing was committed"));
    import_report_fini(&report);
    assert_int_not_equal(access(kit_path(kit, "tape/LOCAL"), F_OK), 0);
}

static void rows_that_differ_from_the_tape_are_told_and_replace_on_demand(void **state) {
    struct kit *kit = *state;
    static const char FIRST[] = "time,open,high,low,close,volume\n1577836800,10,12,9,11,5\n"
                                "1577836860,10,12,9,11,5\n1577836920,10,12,9,11,5\n";
    static const char SECOND[] = "time,open,high,low,close,volume\n1577836860,10,12,9,12,5\n"
                                 "1577836920,10,12,9,11,5\n1577836980,10,12,9,11,5\n";
    struct import_options options;
    struct import_report report;
    import_options_init(&options, kit->tape);
    options.symbol = "X";
    kit_import(kit, kit_text(kit, "a.csv", FIRST), &options, 0, &report);
    import_report_fini(&report);
    const char *second = kit_text(kit, "b.csv", SECOND);
    for (int replace = 0; replace < 2; replace++) {
        options.replace = replace == 1;
        kit_import(kit, second, &options, 0, &report);
        assert_int_equal(report.added.rows, replace == 0 ? 1 : 0);
        assert_int_equal(report.added.duplicates, replace == 0 ? 1 : 2);
        assert_int_equal(report.added.conflicts, 1);
        assert_int_equal(report.added.conflict_ns, INT64_C(1577836860000000000));
        import_report_fini(&report);
        struct tape *tape = kit_open(kit, "LOCAL/X/bar-1m");
        assert_int_equal(tape_bars(tape, 0).close[1], replace == 0 ? 11 : 12);
        tape_close(tape);
    }
    options.replace = false;
    options.strict = true;
    kit_import(kit, kit_text(kit, "a.csv", FIRST), &options, ERR_PARSE, &report);
    assert_non_null(strstr(err_story(), "--replace"));
    import_report_fini(&report);
}

static void a_dry_run_reports_and_commits_nothing(void **state) {
    struct kit *kit = *state;
    struct import_options options;
    struct import_report report;
    import_options_init(&options, kit->tape);
    options.dry_run = true;
    options.symbol = "X";
    kit_import(kit, kit_text(kit, "a.csv", "time,close\n1577836800,10\n1577836860,11\n"), &options,
               0, &report);
    assert_int_equal(report.added.rows, 2);
    assert_false(report.committed);
    import_report_fini(&report);
    assert_int_not_equal(access(kit_path(kit, "tape/LOCAL"), F_OK), 0);
}

static bool stop(void *self, uint64_t done, uint64_t total) {
    (void)self;
    assert_true(done <= total);
    return false;
}

static void the_user_may_stop_it(void **state) {
    struct kit *kit = *state;
    struct import_options options;
    struct import_report report;
    import_options_init(&options, kit->tape);
    options.progress = stop;
    options.symbol = "X";
    kit_import(kit, kit_text(kit, "a.csv", "time,close\n1577836800,10\n1577836860,11\n"), &options,
               ERR_INTERRUPTED, &report);
    import_report_fini(&report);
    assert_int_not_equal(access(kit_path(kit, "tape/LOCAL"), F_OK), 0);
}

static void what_cannot_be_an_import_is_refused(void **state) {
    struct kit *kit = *state;
    static const struct {
        const char *name, *text, *format;
        int expected;
    } ROWS[] = {
        {"a.csv", "", NULL, ERR_UNSUPPORTED},
        {"a.csv", "hello\nworld\n", NULL, ERR_UNSUPPORTED},
        {"a.csv", "time,close\n1577836800,x\n1577836860,y\n", NULL, ERR_UNSUPPORTED},
        {"a.csv", "time,close\n1577836800,1\n1577836860,2\n", "cvs", ERR_ARGUMENT},
        {"a.csv", "open,close\n1,2\n", NULL, ERR_ARGUMENT},
        {"a.csv", "time,close\n1577836800,1\n", NULL, ERR_ARGUMENT},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct import_options options;
        struct import_report report;
        import_options_init(&options, kit->tape);
        options.format = ROWS[i].format;
        kit_import(kit, kit_text(kit, ROWS[i].name, ROWS[i].text), &options, ROWS[i].expected,
                   &report);
        import_report_fini(&report);
        assert_int_not_equal(access(kit_path(kit, "tape/LOCAL"), F_OK), 0);
    }
    struct import_report report;
    kit_import(kit, kit_path(kit, "none.csv"), NULL, ERR_NOT_FOUND, &report);
    import_report_fini(&report);
}

static void several_files_are_one_import(void **state) {
    struct kit *kit = *state;
    struct import_options options;
    struct import_report report;
    char paths_store[2][KIT_PATH_SIZE];
    snprintf(paths_store[0], KIT_PATH_SIZE, "%s",
             kit_text(kit, "feb.csv", "time,close\n1580515200,10\n1580515260,11\n"));
    snprintf(paths_store[1], KIT_PATH_SIZE, "%s",
             kit_text(kit, "jan.csv",
                      "time,close\n1577836800,10\n1577836860,x\n1577836920,9\n"
                      "1577836980,9\n"));
    const char *paths[] = {paths_store[0], paths_store[1]};
    import_options_init(&options, kit->tape);
    options.symbol = "X";
    assert_ok(import_run(&options, paths, 2, &report));
    assert_int_equal(report.files, 2);
    assert_int_equal(report.added.rows, 5);
    assert_int_equal(report.series_count, 1);
    import_report_fini(&report);
    options.strict = true;
    options.venue = "OTHER";
    assert_int_equal(import_run(&options, paths, 2, &report), ERR_PARSE);
    import_report_fini(&report);
    assert_int_not_equal(access(kit_path(kit, "tape/OTHER"), F_OK), 0);
    struct tape *tape = kit_open(kit, "LOCAL/X/bar-1m");
    assert_ok(tape_verify(tape));
    assert_int_equal(tape_partition_count(tape), 2);
    tape_close(tape);
}

static void every_fault_note_and_format_has_a_name(void **state) {
    for (int i = 0; i < IMPORT_FAULT_COUNT; i++)
        assert_non_null(import_fault_name((enum import_fault)i));
    for (int i = 0; i < IMPORT_NOTE_COUNT; i++)
        assert_non_null(import_note_name((enum import_note)i));
    size_t count = 0;
    while (import_format_get(count) != NULL) count++;
    assert_int_equal(count, 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_panel_of_249_stocks, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(the_panel_twice_changes_nothing, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(the_indian_panel_has_sessions_in_kolkata, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_matrix_of_closes_becomes_a_series_a_column, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(times_with_fractions_and_noisy_volumes, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(the_vix_of_the_nineties_breaks_its_range_in_47_rows,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_real_file_cut_short_commits_nothing, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(
            rows_that_differ_from_the_tape_are_told_and_replace_on_demand, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_dry_run_reports_and_commits_nothing, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(the_user_may_stop_it, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_an_import_is_refused, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(several_files_are_one_import, kit_setup, kit_teardown),
        cmocka_unit_test(every_fault_note_and_format_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
