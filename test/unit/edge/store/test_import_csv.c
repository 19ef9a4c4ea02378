// SPDX-License-Identifier: Apache-2.0
// One row of each fault, in a file that is otherwise sound.
#include "store_kit.h"

#include "edge/store/import_csv.h"

static const char HEAD[] = "time,open,high,low,close,volume\n"
                           "2020-01-01T00:00:00Z,10,12,9,11,5\n"
                           "2020-01-01T00:01:00Z,10,12,9,11,5\n";
static const char TAIL[] = "2020-01-01T01:00:00Z,10,12,9,11,5\n"
                           "2020-01-01T01:01:00Z,10,12,9,11,5\n";

static const struct {
    const char *line;
    enum import_fault fault;
    const char *said; // part of the report's line
} ROWS[] = {
    {"2020-01-01T00:02:00Z,10,12,9,11", IMPORT_SYNTAX, ":4: too few fields"},
    {"2020-01-01T00:02:00Z,10,12,9,11,5,6", IMPORT_SYNTAX, ":4: too many fields"},
    {"2020-01-01T00:02:00Z,10,1x2,9,11,5", IMPORT_SYNTAX, ":4: high: '1x2' is not of the form"},
    {"2020-01-01T00:02:00Z,\"10,12,9,11,5", IMPORT_SYNTAX, ":4: open:"},
    {"2020-01-01T00:02:00Z,,12,9,11,5", IMPORT_MISSING, ":4: open: blank"},
    {"2020-01-01T00:02:00Z,10,12,9,11,", IMPORT_MISSING, ":4: volume: blank"},
    {",10,12,9,11,5", IMPORT_MISSING, ":4: time: blank"},
    {"2020-13-01T00:02:00Z,10,12,9,11,5", IMPORT_BAD_TIME, ":4: time: '2020-13-01T00:02:00Z'"},
    {"yesterday,10,12,9,11,5", IMPORT_BAD_TIME, ":4: time: 'yesterday'"},
    {"2020-01-01T00:02:00Z,nan,12,9,11,5", IMPORT_NON_FINITE, ":4: open: 'nan'"},
    {"2020-01-01T00:02:00Z,10,Inf,9,11,5", IMPORT_NON_FINITE, ":4: high: 'Inf'"},
    {"2020-01-01T00:02:00Z,10,99999999999999999999,9,11,5", IMPORT_OVERFLOW, ":4: high: '9999"},
    {"2020-01-01T00:02:00Z,0,12,9,11,5", IMPORT_BAD_PRICE, "zero or negative"},
    {"2020-01-01T00:02:00Z,10,12,-9,11,5", IMPORT_BAD_PRICE, "zero or negative"},
    {"2020-01-01T00:02:00Z,10,12,9,11,-5", IMPORT_BAD_VOLUME, "negative"},
    {"2020-01-01T00:02:00Z,10,9,12,11,5", IMPORT_HIGH_LOW, "high is below low"},
    {"2020-01-01T00:02:00Z,8,12,9,11,5", IMPORT_OUTSIDE, "outside [low, high]"},
    {"2020-01-01T00:02:00Z,10,12,9,13,5", IMPORT_OUTSIDE, "outside [low, high]"},
    {"2020-01-01T00:01:00Z,10,12,9,11,5", IMPORT_DUPLICATE, "equal to the row before"},
    {"2020-01-01T00:01:00Z,10,12,9,12,5", IMPORT_CONFLICT, "other values"},
    {"2020-01-01T00:00:00Z,10,12,9,11,5", IMPORT_OUT_OF_ORDER, "direction of time"},
    // The kind that comes first is the one that counts.
    {"never,,12,9,x,5", IMPORT_SYNTAX, ":4: close: 'x'"},
    {"never,,12,9,11,5", IMPORT_MISSING, ":4: open: blank"},
};

static const char *file_write(const struct kit *kit, const char *line) {
    char text[1024];
    snprintf(text, sizeof text, "%s%s\n%s", HEAD, line, TAIL);
    return kit_text(kit, "x.csv", text);
}

static void each_fault_is_counted_described_and_left_out(void **state) {
    struct kit *kit = *state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct import_options options;
        struct import_report report;
        import_options_init(&options, kit->tape);
        options.dry_run = true;
        kit_import(kit, file_write(kit, ROWS[i].line), &options, 0, &report);
        for (int fault = 0; fault < IMPORT_FAULT_COUNT; fault++)
            if (report.faults[fault] != (fault == (int)ROWS[i].fault))
                fail_msg("'%s': %" PRIu64 " %s", ROWS[i].line, report.faults[fault],
                         import_fault_name((enum import_fault)fault));
        assert_int_equal(report.rows, 5);
        assert_int_equal(report.accepted, 4);
        if (strstr(text_string(&report.samples), ROWS[i].said) == NULL ||
            strstr(text_string(&report.samples), import_fault_name(ROWS[i].fault)) == NULL)
            fail_msg("'%s': '%s'", ROWS[i].line, text_string(&report.samples));
        import_report_fini(&report);
    }
}

static void a_strict_import_stops_at_the_first_fault(void **state) {
    struct kit *kit = *state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct import_options options;
        struct import_report report;
        import_options_init(&options, kit->tape);
        options.strict = true;
        kit_import(kit, file_write(kit, ROWS[i].line), &options, ERR_PARSE, &report);
        assert_non_null(strstr(err_story(), ROWS[i].said));
        assert_false(report.committed);
        import_report_fini(&report);
        assert_int_not_equal(access(kit_path(kit, "tape/LOCAL"), F_OK), 0);
    }
}

static void blank_lines_line_ends_and_marks_are_no_matter(void **state) {
    static const char *const TEXTS[] = {
        "\xef\xbb\xbftime,open,high,low,close,volume\r\n1577836800,10,12,9,11,5\r\n\r\n"
        "1577836860,10,12,9,11,5\r\n",
        "time;open;high;low;close;volume\n1577836800;10;12;9;11;5\n1577836860;10;12;9;11;5",
        "time\topen\thigh\tlow\tclose\tvolume\n\n1577836800\t10\t12\t9\t11\t5\n"
        "1577836860\t10\t12\t9\t11\t5\n\n",
        "\"time\",\"open\",\"high\",\"low\",\"close\",\"volume\"\n"
        "\"2020-01-01 00:00\",\"10\",\"12\",\"9\",\"11\",\"5\"\n"
        "\"2020-01-01 00:01\",\"10\",\"12\",\"9\",\"11\",\"5\"\n",
        "time,open,high,low,close,volume\n1577836800, 10, 12,9 ,11,5.0\n# a remark\n"
        "1577836860,10.00,12,9,1.1e1,5\n"};
    struct kit *kit = *state;
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        struct import_report report;
        kit_import(kit, kit_text(kit, "x.csv", TEXTS[i]), NULL, 0, &report);
        if (report.accepted != 2 || report.rows != 2) fail_msg("text %zu", i);
        assert_int_equal(report.added.rows, i == 0 ? 2 : 0);
        assert_int_equal(report.added.duplicates, i == 0 ? 0 : 2);
        import_report_fini(&report);
    }
}

static void a_line_is_split_where_its_marks_are(void **state) {
    static const char LINE[] = "a, b ,\"c,d\",,e";
    struct csv_field fields[5];
    assert_int_equal(csv_split(LINE, LINE + strlen(LINE), ',', fields, 5), 5);
    static const char *const WORDS[] = {"a", "b", "c,d", "", "e"};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(fields[i].len, strlen(WORDS[i]));
        assert_memory_equal(fields[i].at, WORDS[i], fields[i].len);
    }
    assert_int_equal(csv_split(LINE, LINE + strlen(LINE), ',', fields, 2), 5);
    assert_int_equal(csv_split("", "", ',', fields, 5), 1);
}

static void blanks_of_a_matrix_are_no_faults(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    const char *path = kit_text(kit, "m.csv",
                                "Date,AA,BB\n2020-01-02,1.5,\n2020-01-03,1.6,7\n"
                                "2020-01-06,x,8\n2020-01-07,1.7\n2020-01-08,0,9\n"
                                "2020-01-09,2,9\n2020-01-10,2,9\n2020-01-13,2,9\n");
    kit_import(kit, path, NULL, 0, &report);
    assert_int_equal(report.series_count, 2);
    assert_int_equal(report.faults[IMPORT_SYNTAX], 2);
    assert_int_equal(report.faults[IMPORT_BAD_PRICE], 1);
    assert_int_equal(report.series[0].accepted, 6);
    assert_int_equal(report.series[1].accepted, 6);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "LOCAL/AA/bar-1d");
    assert_int_equal(tape_meta(tape)->bar_flags, BAR_CLOSE_ONLY);
    struct tape_bars bars = tape_bars(tape, 0);
    assert_int_equal(bars.open[0], 15);
    assert_int_equal(bars.high[0], 15);
    assert_int_equal(bars.volume[0], 0);
    tape_close(tape);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_fault_is_counted_described_and_left_out, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_strict_import_stops_at_the_first_fault, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(blank_lines_line_ends_and_marks_are_no_matter, kit_setup,
                                        kit_teardown),
        cmocka_unit_test(a_line_is_split_where_its_marks_are),
        cmocka_unit_test_setup_teardown(blanks_of_a_matrix_are_no_faults, kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
