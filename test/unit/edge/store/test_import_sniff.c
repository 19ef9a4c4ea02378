// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

#include "base/timestamp.h"
#include "edge/store/import_csv.h"

static void header_names_have_roles(void **state) {
    static const struct {
        const char *name;
        enum csv_role role;
    } ROWS[] = {{"Date", CSV_TIME},
                {"open_time", CSV_TIME},
                {"Timestamp UTC", CSV_TIME},
                {"OPEN", CSV_OPEN},
                {"h", CSV_HIGH},
                {"Low", CSV_LOW},
                {"Close/Last", CSV_SKIP},
                {"close", CSV_CLOSE},
                {"Adj Close", CSV_SKIP},
                {"Volume BTC", CSV_VOLUME},
                {"Vol.", CSV_VOLUME},
                {"Name", CSV_SYMBOL},
                {"ticker", CSV_SYMBOL},
                {"oi", CSV_SKIP},
                {"close_time", CSV_SKIP},
                {"", CSV_SKIP},
                {"a name that is far too long to be one", CSV_SKIP}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        if (csv_role_of(ROWS[i].name, strlen(ROWS[i].name)) != ROWS[i].role)
            fail_msg("%s", ROWS[i].name);
}

static void the_mark_that_occurs_most_splits(void **state) {
    static const char *const LINES[] = {"a,b;c,d", "a;b,c;d;e", "a\tb\tc,d", "a|b|c", "a"};
    static const char MARKS[] = {',', ';', '\t', '|', ','};
    for (int i = 0; i < 5; i++)
        assert_int_equal(csv_delimiter_find(LINES[i], LINES[i] + strlen(LINES[i])), MARKS[i]);
}

// Every order of open, high, low and close in a file without header is found from its numbers.
static void every_order_of_columns_is_found(void **state) {
    struct kit *kit = *state;
    static const int BARS[6][4] = {{100, 107, 98, 103}, {103, 109, 99, 105}, {105, 106, 95, 96},
                                   {96, 99, 90, 98},    {98, 120, 97, 115},  {115, 116, 101, 104}};
    for (int code = 0; code < 24; code++) {
        int order[4], left[4] = {0, 1, 2, 3}, rest = code, count = 4;
        for (int i = 0; i < 4; i++) {
            int at = rest % count;
            order[i] = left[at];
            for (int k = at; k + 1 < count; k++) left[k] = left[k + 1];
            rest /= count--;
        }
        char text[1024] = "";
        for (int row = 0; row < 6; row++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%d,%d,%d,%d,%d,7\n",
                     1577836800 + row * 60, BARS[row][order[0]], BARS[row][order[1]],
                     BARS[row][order[2]], BARS[row][order[3]]);
        struct import_report report;
        kit_import(kit, kit_text(kit, "X.csv", text), NULL, 0, &report);
        assert_int_equal(report.accepted, 6);
        assert_non_null(strstr(text_string(&report.guesses), "columns time,"));
        assert_int_equal(report.added.conflicts, 0);
        assert_int_equal(report.added.duplicates, code == 0 ? 0 : 6);
        import_report_fini(&report);
    }
    struct tape *tape = kit_open(kit, "LOCAL/X/bar-1m");
    for (int row = 0; row < 6; row++) {
        assert_int_equal(tape_bars(tape, 0).open[row], BARS[row][0]);
        assert_int_equal(tape_bars(tape, 0).close[row], BARS[row][3]);
    }
    tape_close(tape);
}

static void a_map_names_columns_by_index_or_name(void **state) {
    static const struct {
        const char *map, *text;
        int expected;
    } ROWS[] = {
        {"time=1,close=2", "x,1577836800,5\ny,1577836860,6\n", 0},
        {"time=when,open=a,high=b,low=c,close=d",
         "a,b,c,d,when\n5,5,5,5,1577836800\n6,6,6,6,1577836860\n", 0},
        {"time=0,close=9", "1577836800,5\n1577836860,6\n", ERR_ARGUMENT},
        {"time=0,close=last", "1577836800,5\n1577836860,6\n", ERR_ARGUMENT},
        {"time=0,clothes=1", "1577836800,5\n1577836860,6\n", ERR_ARGUMENT},
        {"time", "1577836800,5\n1577836860,6\n", ERR_ARGUMENT},
        {"close=1", "1577836800,5\n1577836860,6\n", ERR_ARGUMENT},
        {"time=0", "1577836800,5\n1577836860,6\n", ERR_ARGUMENT},
    };
    struct kit *kit = *state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct import_options options;
        struct import_report report;
        import_options_init(&options, kit->tape);
        options.map = ROWS[i].map;
        options.symbol = "X";
        options.dry_run = true;
        kit_import(kit, kit_text(kit, "x.csv", ROWS[i].text), &options, ROWS[i].expected, &report);
        assert_int_equal(report.accepted, ROWS[i].expected == 0 ? 2 : 0);
        import_report_fini(&report);
    }
}

static void the_frame_is_the_most_frequent_step(void **state) {
    static const struct {
        const char *text;
        uint32_t frame_s;
    } ROWS[] = {{"time,close\n0001577836800,1\n1577836860,1\n1577837160,1\n1577837220,1\n", 60},
                {"time,close\n1577836800,1\n1577840400,1\n1577844000,1\n", 3600},
                {"time,close\n2020-01-06,1\n2020-01-13,1\n2020-01-20,1\n", 604800}};
    struct kit *kit = *state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct import_options options;
        struct import_report report;
        import_options_init(&options, kit->tape);
        options.symbol = "X";
        kit_import(kit, kit_text(kit, "x.csv", ROWS[i].text), &options, 0, &report);
        assert_int_equal(report.series[0].series.frame_s, ROWS[i].frame_s);
        import_report_fini(&report);
        options.frame_s = 30;
        options.dry_run = true;
        kit_import(kit, kit_text(kit, "x.csv", ROWS[i].text), &options, 0, &report);
        assert_int_equal(report.series[0].series.frame_s, 30);
        import_report_fini(&report);
    }
    struct import_report report;
    kit_import(kit,
               kit_text(kit, "m.csv", "time,close\n2020-01-01,1\n2020-02-01,1\n2020-03-03,1\n"),
               NULL, ERR_ARGUMENT, &report);
    import_report_fini(&report);
}

static void newest_first_is_turned_round(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    kit_import(kit,
               kit_text(kit, "X.csv",
                        "time,close\n1577836980,4\n1577836920,3\n1577836920,3\n"
                        "1577836860,2\n1577836800,1\n1577836920,9\n"),
               NULL, 0, &report);
    assert_int_equal(report.accepted, 4);
    assert_int_equal(report.faults[IMPORT_DUPLICATE], 1);
    assert_int_equal(report.faults[IMPORT_OUT_OF_ORDER], 1);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "LOCAL/X/bar-1m");
    for (int i = 0; i < 4; i++) assert_int_equal(tape_bars(tape, 0).close[i], i + 1);
    tape_close(tape);
}

static void a_calendar_is_guessed_for_daily_weekdays_alone(void **state) {
    struct kit *kit = *state;
    char weekdays[512] = "date,close\n", all[512] = "date,close\n";
    for (int day = 0; day < 14; day++) {
        char line[32];
        snprintf(line, sizeof line, "2020-01-%02d,5\n", 6 + day);
        strcat(all, line);
        if (day % 7 < 5) strcat(weekdays, line);
    }
    for (int i = 0; i < 2; i++) {
        struct import_report report;
        kit_import(kit, kit_text(kit, i == 0 ? "W.csv" : "A.csv", i == 0 ? weekdays : all), NULL, 0,
                   &report);
        assert_non_null(strstr(text_string(&report.guesses),
                               i == 0 ? "calendar XNYS (--calendar)" : "calendar 24/7"));
        import_report_fini(&report);
    }
}

static void times_without_zone_are_of_the_one_that_is_said(void **state) {
    struct kit *kit = *state;
    struct import_options options;
    struct import_report report;
    import_options_init(&options, kit->tape);
    options.zone = "Asia/Kolkata";
    const char *path =
        kit_text(kit, "X.csv", "time,close\n2020-01-06 09:15,1\n2020-01-06 09:16,1\n");
    kit_import(kit, path, &options, 0, &report);
    assert_int_equal(report.series[0].first_ns, INT64_C(1578282300000000000));
    import_report_fini(&report);
    options.zone = "Mars/Olympus";
    kit_import(kit, path, &options, ERR_ARGUMENT, &report);
    import_report_fini(&report);
}

static void a_date_and_a_time_of_day_may_stand_apart(void **state) {
    static const char *const TEXTS[] = {
        "<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\n20200106,093000,5,6,4,5,1\n"
        "20200106,093100,5,6,4,5,1\n20200106,,5,6,4,5,1\n20200106,09:61,5,6,4,5,1\n",
        "Date;Time;Open;High;Low;Close;Volume\n2020-01-06;09:30;5;6;4;5;1\n"
        "2020-01-06;09:31;5;6;4;5;1\n2020-01-06;;5;6;4;5;1\n2020-01-06;24:00;5;6;4;5;1\n"};
    struct kit *kit = *state;
    for (int i = 0; i < 2; i++) {
        struct import_options options;
        struct import_report report;
        import_options_init(&options, kit->tape);
        options.zone = "America/New_York";
        kit_import(kit, kit_text(kit, "X.csv", TEXTS[i]), &options, 0, &report);
        assert_int_equal(report.accepted, 2);
        assert_int_equal(report.faults[IMPORT_MISSING], 1);
        assert_int_equal(report.faults[IMPORT_BAD_TIME], 1);
        assert_int_equal(report.added.rows, i == 0 ? 2 : 0);
        assert_int_equal(report.series[0].first_ns, INT64_C(1578321000000000000)); // 14:30 UTC
        assert_int_equal(report.series[0].series.frame_s, 60);
        import_report_fini(&report);
    }
}

static void a_header_without_rows_is_told_as_that(void **state) {
    static const struct {
        const char *text;
        int expected;
    } ROWS[] = {{"time,open,high,low,close\n", ERR_UNSUPPORTED},
                {"time,open,high,low,close", ERR_UNSUPPORTED},
                {"time,close\n\r\n\n# nothing came\n", ERR_UNSUPPORTED},
                {"time,close\n\n1577836800,5\n1577836860,6\n", 0}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct import_report report;
        kit_import(*state, kit_text(*state, "x.csv", ROWS[i].text), NULL, ROWS[i].expected,
                   &report);
        import_report_fini(&report);
        if (ROWS[i].expected != 0) assert_non_null(strstr(err_story(), "no data rows"));
    }
}

// The story names the file once, wherever it arose.
static void an_error_names_its_file_once(void **state) {
    static const struct {
        const char *name, *text;
        int expected;
    } ROWS[] = {{"a_b.csv", "time,close\n1577836800,5\n1577836860,6\n", ERR_ARGUMENT},
                {"x.csv", "time,close\n", ERR_UNSUPPORTED},
                {"x.csv", "time,close\n1577836800,5\n", ERR_ARGUMENT},
                {"x.csv", "when,close\nnever,5\n", ERR_ARGUMENT},
                {"x.csv", "", ERR_UNSUPPORTED}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct import_report report;
        kit_import(*state, kit_text(*state, ROWS[i].name, ROWS[i].text), NULL, ROWS[i].expected,
                   &report);
        import_report_fini(&report);
        const char *first = strstr(err_story(), ROWS[i].name);
        assert_non_null(first);
        if (strstr(first + 1, ROWS[i].name) != NULL) fail_msg("%s", err_story());
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_header_without_rows_is_told_as_that, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(an_error_names_its_file_once, kit_setup, kit_teardown),
        cmocka_unit_test(header_names_have_roles),
        cmocka_unit_test(the_mark_that_occurs_most_splits),
        cmocka_unit_test_setup_teardown(every_order_of_columns_is_found, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_map_names_columns_by_index_or_name, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(the_frame_is_the_most_frequent_step, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(newest_first_is_turned_round, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_calendar_is_guessed_for_daily_weekdays_alone, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_date_and_a_time_of_day_may_stand_apart, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(times_without_zone_are_of_the_one_that_is_said, kit_setup,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
