// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

#include "base/timestamp.h"

static void import_text(const struct kit *kit, const char *text, const struct import_options *given,
                        struct import_report *ret_report) {
    struct import_options options;
    if (given != NULL)
        options = *given;
    else
        import_options_init(&options, kit->tape);
    options.symbol = "X";
    kit_import(kit, kit_text(kit, "x.csv", text), &options, 0, ret_report);
}

static void a_series_takes_the_decimals_of_its_data(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    import_text(kit,
                "time,open,high,low,close,volume\n1577836800,10,12,9,11.500,5\n"
                "1577836860,10.25,12,9,11,5.125\n1577836920,1e1,12,9,11,0\n",
                NULL, &report);
    assert_int_equal(report.accepted, 3);
    assert_int_equal(report.notes[IMPORT_ROUNDED], 0);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "LOCAL/X/bar-1m");
    const struct instrument *instrument = &tape_meta(tape)->instrument;
    assert_int_equal(instrument->price_decimals, 2);
    assert_int_equal(instrument->qty_decimals, 3);
    assert_int_equal(instrument->tick.m, 1);
    assert_int_equal(instrument->lot.m, 1);
    struct tape_bars bars = tape_bars(tape, 0);
    assert_int_equal(bars.close[0], 1150);
    assert_int_equal(bars.open[1], 1025);
    assert_int_equal(bars.open[2], 1000);
    assert_int_equal(bars.volume[0], 5000);
    tape_close(tape);
}

static void digits_beyond_the_limit_are_rounded_and_counted(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    import_text(kit,
                "time,close\n1577836800,0.30000000000000004\n1577836860,0.12345678905\n"
                "1577836920,0.12345678915\n1577836980,0.5\n",
                NULL, &report);
    assert_int_equal(report.accepted, 4);
    assert_int_equal(report.notes[IMPORT_ROUNDED], 3);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "LOCAL/X/bar-1m");
    assert_int_equal(tape_meta(tape)->instrument.price_decimals, IMPORT_PRICE_DECIMALS_MAX);
    struct tape_bars bars = tape_bars(tape, 0);
    assert_int_equal(bars.close[0], 3000000000);
    assert_int_equal(bars.close[1], 1234567890); // half to even
    assert_int_equal(bars.close[2], 1234567892);
    assert_int_equal(bars.close[3], 5000000000);
    tape_close(tape);
}

static void given_decimals_stand(void **state) {
    struct kit *kit = *state;
    struct import_options options;
    struct import_report report;
    import_options_init(&options, kit->tape);
    options.price_decimals = 2;
    options.qty_decimals = 0;
    import_text(kit,
                "time,open,high,low,close,volume\n1577836800,10,12,9,11.005,5.5\n"
                "1577836860,10,12,9,11,5\n",
                &options, &report);
    assert_int_equal(report.notes[IMPORT_ROUNDED], 1);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "LOCAL/X/bar-1m");
    assert_int_equal(tape_bars(tape, 0).close[0], 1100);
    assert_int_equal(tape_bars(tape, 0).volume[0], 6);
    tape_close(tape);
}

// Where more decimals would make a value overflow, the series stays at fewer and the fine value is rounded.
static void decimals_stop_where_values_would_overflow(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    import_text(kit,
                "time,open,high,low,close,volume\n1577836800,10,12,9,11,900000000000000000\n"
                "1577836860,10,12,9,11,5.25\n1577836920,10,12,9,11,9300000000000000000\n",
                NULL, &report);
    assert_int_equal(report.accepted, 2);
    assert_int_equal(report.faults[IMPORT_OVERFLOW], 1);
    assert_int_equal(report.notes[IMPORT_ROUNDED], 1);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "LOCAL/X/bar-1m");
    assert_int_equal(tape_meta(tape)->instrument.qty_decimals, 0);
    assert_int_equal(tape_bars(tape, 0).volume[0], INT64_C(900000000000000000));
    assert_int_equal(tape_bars(tape, 0).volume[1], 5);
    tape_close(tape);
}

static void daily_bars_run_from_open_to_close_of_their_session(void **state) {
    struct kit *kit = *state;
    struct import_options options;
    struct import_report report;
    static const struct {
        const char *date, *open, *close;
    } ROWS[] = {{"2018-07-02", "2018-07-02T13:30:00Z", "2018-07-02T20:00:00Z"},
                {"2018-07-03", "2018-07-03T13:30:00Z", "2018-07-03T17:00:00Z"}, // early close
                {"2018-07-04", "2018-07-04T00:00:00Z", "2018-07-05T00:00:00Z"}, // no session
                {"2018-07-05", "2018-07-05T13:30:00Z", "2018-07-05T20:00:00Z"}};
    char text[512] = "date,close\n";
    for (int i = 0; i < 4; i++) snprintf(text + strlen(text), 64, "%s,5\n", ROWS[i].date);
    import_options_init(&options, kit->tape);
    options.calendar = CALENDAR_XNYS;
    import_text(kit, text, &options, &report);
    assert_int_equal(report.notes[IMPORT_OFF_CALENDAR], 1);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "LOCAL/X/bar-1d");
    struct tape_bars bars = tape_bars(tape, 0);
    for (int i = 0; i < 4; i++) {
        int64_t open_ns, close_ns;
        assert_ok(timestamp_parse(ROWS[i].open, strlen(ROWS[i].open), &open_ns));
        assert_ok(timestamp_parse(ROWS[i].close, strlen(ROWS[i].close), &close_ns));
        assert_int_equal(bars.open_ns[i], open_ns);
        assert_int_equal(bars.close_ns[i], close_ns);
    }
    tape_close(tape);
}

static void a_gap_is_counted_once_and_kept(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    import_text(kit,
                "time,close\n1577836800,1\n1577836860,1\n1577837000,1\n1577837060,1\n"
                "1577837660,1\n",
                NULL, &report);
    assert_int_equal(report.accepted, 5);
    assert_int_equal(report.notes[IMPORT_GAP], 2);
    assert_int_equal(report.gap_longest_ns, 600 * NS_PER_S);
    import_report_fini(&report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_series_takes_the_decimals_of_its_data, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(digits_beyond_the_limit_are_rounded_and_counted, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(given_decimals_stand, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(decimals_stop_where_values_would_overflow, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(daily_bars_run_from_open_to_close_of_their_session,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_gap_is_counted_once_and_kept, kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
