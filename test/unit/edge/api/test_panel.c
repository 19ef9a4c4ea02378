// SPDX-License-Identifier: Apache-2.0
#include "../store/store_kit.h"

#include <math.h>

#include "edge/api/panel.h"

static void make(const struct kit *kit, const char *name, int64_t from, int64_t to) {
    struct tape_writer *writer = kit_writer(kit, name, false);
    kit_add(writer, from, to);
    kit_commit(writer);
}

static int read_both(struct tape_cache *cache, const struct kit *kit, const char *left,
                     const char *right, size_t rows, struct panel *ret_panel) {
    const char *const series[] = {left, right};
    struct panel_options options = {
        .series = series, .count = 2, .from_ns = INT64_MIN, .to_ns = INT64_MAX, .rows = rows};
    return panel_read(cache, kit->tape, &options, ret_panel);
}

// Bars 0 to 29 of one, 10 to 49 of another: 10 to 29 are of both.
static void rows_are_those_that_all_have(void **state) {
    struct kit *kit = *state;
    struct tape_cache *cache;
    struct panel panel;
    int64_t row[7];
    make(kit, "A/X/bar-1m", 0, 30);
    make(kit, "B/Y/bar-1m", 10, 50);
    make(kit, "B/X/bar-1m", 5, 30);
    assert_ok(tape_cache_open(kit->tape, &cache));
    assert_ok(read_both(cache, kit, "A/X/bar-1m", "Y", 1000, &panel));
    assert_int_equal(panel.rows, 20);
    assert_string_equal(panel.names[0], "X");
    assert_string_equal(panel.names[1], "Y");
    for (size_t i = 0; i < panel.rows; i++) {
        kit_bar(10 + (int64_t)i, 0, row);
        assert_int_equal(panel.close_ns[i], row[1]);
        assert_true(fabs(panel.prices[i] - panel.prices[20 + i]) <
                    1e-9); // the kit's bars are alike
    }
    assert_true(fabs(panel_return(&panel, 1, 3) - (panel.prices[24] / panel.prices[23] - 1)) <
                1e-15);
    panel_free(&panel);
    assert_ok(read_both(cache, kit, "A/X/bar-1m", "B/Y/bar-1m", 5, &panel));
    assert_int_equal(panel.rows, 5);
    kit_bar(29, 0, row);
    assert_int_equal(panel.close_ns[4], row[1]);
    panel_free(&panel);
    assert_ok(read_both(cache, kit, "A/X/bar-1m", "B/X/bar-1m", 5, &panel));
    assert_string_equal(panel.names[0], "A:X");
    assert_string_equal(panel.names[1], "B:X");
    panel_free(&panel);
    tape_cache_close(cache);
}

static void what_does_not_go_together_is_refused(void **state) {
    struct kit *kit = *state;
    struct tape_cache *cache;
    struct panel panel;
    make(kit, "A/X/bar-1m", 0, 30);
    make(kit, "A/Y/bar-1m", 28, 50);
    make(kit, "A/Z/bar-1h", 0, 30);
    assert_ok(tape_cache_open(kit->tape, &cache));
    assert_int_equal(read_both(cache, kit, "A/X/bar-1m", "A/Y/bar-1m", 9, &panel), ERR_RANGE);
    panel_free(&panel);
    assert_int_equal(read_both(cache, kit, "A/X/bar-1m", "A/Z/bar-1h", 9, &panel), ERR_ARGUMENT);
    panel_free(&panel);
    assert_int_equal(read_both(cache, kit, "A/X/bar-1m", "A/NONE", 9, &panel), ERR_NOT_FOUND);
    panel_free(&panel);
    tape_cache_close(cache);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_are_those_that_all_have, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(what_does_not_go_together_is_refused, kit_setup,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
