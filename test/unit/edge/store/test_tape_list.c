// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

static void series_make(const struct kit *kit, const char *name) {
    struct tape_writer *writer = kit_writer(kit, name, false);
    int64_t row[7];
    kit_bar(0, 1000, row);
    assert_int_equal(tape_writer_add(writer, row), TAPE_ADDED);
    kit_commit(writer);
}

static int names_add(void *self, const struct tape_series *series) {
    char name[TAPE_NAME_SIZE];
    tape_series_print(series, name);
    text_printf(self, "%s ", name);
    return 0;
}

static int stop(void *self, const struct tape_series *series) {
    (void)series;
    ++*(int *)self;
    return ERR_INTERRUPTED;
}

static void series_are_listed_by_name_unfinished_ones_left_out(void **state) {
    struct kit *kit = *state;
    struct text names;
    text_init(&names, 4096);
    struct tape_visitor visitor = {names_add, &names};
    assert_ok(tape_list(kit->tape, &visitor));
    assert_string_equal(text_string(&names), "");
    series_make(kit, "Z/A/bar-1m");
    series_make(kit, "B/B.C/bar-1d");
    series_make(kit, "B/.X/bar-1h");
    assert_ok(io_make_dirs(kit_path(kit, "tape/Z/UNFINISHED/bar-1m")));
    assert_ok(tape_list(kit->tape, &visitor));
    assert_string_equal(text_string(&names), "B/.X/bar-1h B/B.C/bar-1d Z/A/bar-1m ");
    text_fini(&names);
}

static void a_visitor_stops_the_walk(void **state) {
    struct kit *kit = *state;
    int calls = 0;
    struct tape_visitor visitor = {stop, &calls};
    series_make(kit, "A/A/bar-1m");
    series_make(kit, "A/B/bar-1m");
    assert_int_equal(tape_list(kit->tape, &visitor), ERR_INTERRUPTED);
    assert_int_equal(calls, 1);
}

static void a_part_of_a_name_finds_what_is_clear(void **state) {
    struct kit *kit = *state;
    struct tape_series series;
    char name[TAPE_NAME_SIZE];
    static const struct {
        const char *text, *found;
    } ROWS[] = {{"AAPL", "USA/AAPL/bar-1d"},
                {"USA/AAPL", "USA/AAPL/bar-1d"},
                {"AAPL/bar-1d", "USA/AAPL/bar-1d"},
                {"IBM/bar-1m", "USA/IBM/bar-1m"},
                {"USA/IBM/bar-1d", "USA/IBM/bar-1d"},
                {"BTC/USD", "X/BTC/USD/bar-1m"},
                {"X/BTC/USD/bar-1m", "X/BTC/USD/bar-1m"},
                {".Z%", "X/.Z%/bar-1m"},
                {"IB", "USA/IB/bar-1d"}};
    series_make(kit, "USA/AAPL/bar-1d");
    series_make(kit, "USA/IBM/bar-1d");
    series_make(kit, "USA/IBM/bar-1m");
    series_make(kit, "USA/IB/bar-1d");
    series_make(kit, "X/BTC/USD/bar-1m");
    series_make(kit, "X/.Z%/bar-1m");
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        assert_ok(tape_find(kit->tape, ROWS[i].text, &series));
        tape_series_print(&series, name);
        assert_string_equal(name, ROWS[i].found);
    }
    assert_int_equal(tape_find(kit->tape, "IBM", &series), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "USA/IBM/bar-1d, USA/IBM/bar-1m"));
    assert_int_equal(tape_find(kit->tape, "USA", &series), ERR_NOT_FOUND);
    assert_int_equal(tape_find(kit->tape, "AAP", &series), ERR_NOT_FOUND);
    assert_int_equal(tape_find(kit->tape, "", &series), ERR_NOT_FOUND);
}

// A search reads no manifest but those of what the text can name: another series that is damaged is in nobody's way.
static void a_search_reads_only_what_the_text_can_name(void **state) {
    struct kit *kit = *state;
    struct tape_series series;
    series_make(kit, "A/GOOD/bar-1m");
    series_make(kit, "A/BAD/bar-1m");
    assert_ok(io_write_file(kit_path(kit, "tape/A/BAD/bar-1m/manifest.json"), "x", 1));
    assert_ok(tape_find(kit->tape, "GOOD", &series));
    assert_ok(tape_find(kit->tape, "A/GOOD/bar-1m", &series));
    assert_int_equal(tape_find(kit->tape, "BAD", &series), ERR_CORRUPT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(series_are_listed_by_name_unfinished_ones_left_out,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_visitor_stops_the_walk, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_part_of_a_name_finds_what_is_clear, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_search_reads_only_what_the_text_can_name, kit_setup,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
