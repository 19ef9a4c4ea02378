// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/timestamp.h"
#include "market/action_lean.h"

struct tables {
    struct arena arena;
    struct actions actions;
};

static int set_up(void **state) {
    struct tables *tables = calloc(1, sizeof *tables);
    assert_ok(arena_init(&tables->arena, 1 << 16));
    assert_ok(actions_init(&tables->actions, &tables->arena, CALENDAR_XNYS, 20, 20));
    *state = tables;
    return 0;
}

static int tear_down(void **state) {
    struct tables *tables = *state;
    arena_fini(&tables->arena);
    free(tables);
    return 0;
}

static void factor_lines_become_rows(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    const char *text = "19980102,0.8613657,0.00892857,1\r\n\r\n20501231,1,1,0\n";
    assert_ok(action_lean_factors(actions, "x.csv", text, strlen(text)));
    assert_int_equal(actions->factor_count, 2);
    assert_int_equal(actions->factors[0].date, date_from_civil(1998, 1, 2));
    assert_int_equal(actions->factors[0].price_factor, 861365700000);
    assert_int_equal(actions->factors[0].split_factor, 8928570000);
    assert_int_equal(actions->factors[0].reference_price, 1000000);
    assert_true(action_lean_rows(text, strlen(text)) >= 2);
}

static void factors_with_more_digits_than_are_kept_are_rounded(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    const char *text = "20501231,1.0000000000005,0.33333333333333333,12.3456785";
    assert_ok(action_lean_factors(actions, "x.csv", text, strlen(text)));
    assert_int_equal(actions->factors[0].price_factor, 1000000000000);
    assert_int_equal(actions->factors[0].split_factor, 333333333333);
    assert_int_equal(actions->factors[0].reference_price, 12345678);
}

// One fault a row; the story has place, field and remedy.
static void a_bad_line_is_named_with_its_field(void **state) {
    const struct {
        const char *text, *story;
    } rows[] = {
        {"20140606,1", "x.csv:1: 2 fields: want date,price_factor,split_factor[,reference_price]"},
        {"20140606,1,1,1,1", "x.csv:1: 5 fields"},
        {"\n2014-06-06,1,1,1", "x.csv:2: date: '2014-06-06' is not a date like 20140606"},
        {"20140631,1,1,1", "x.csv:1: date: '20140631' is not a date"},
        {"20140606,1,1,1\n20140609,x,1,1", "x.csv:2: price_factor: 'x' is not a decimal number"},
        {"20140606,1,,1", "x.csv:1: split_factor: '' is not a decimal number"},
        {"20140606,1,1,1 ", "x.csv:1: reference_price: '1 ' is not a decimal number"},
        {"20140606,1,99999999999999999999,1", "x.csv:1: split_factor: '99999999999999999999'"},
        {"20140606,nan,1,1", "x.csv:1: price_factor: 'nan'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct actions *actions = &((struct tables *)*state)->actions;
        actions->factor_count = 0;
        assert_int_equal(action_lean_factors(actions, "x.csv", rows[i].text, strlen(rows[i].text)),
                         ERR_PARSE);
        if (strncmp(err_story(), rows[i].story, strlen(rows[i].story)) != 0)
            fail_msg("story: %s", err_story());
    }
}

static void map_lines_become_symbols_in_upper_case(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    const char *text = "20140327,brk.b\n20501231,goog,Q,1";
    assert_ok(action_lean_map(actions, "m.csv", text, strlen(text)));
    assert_string_equal(actions->symbols[0].symbol, "BRK.B");
    assert_string_equal(actions->symbols[1].symbol, "GOOG");
    assert_int_equal(actions->symbols[1].date, date_from_civil(2050, 12, 31));
}

static void a_bad_map_line_is_named_with_its_field(void **state) {
    const struct {
        const char *text, *story;
        int error;
    } rows[] = {
        {"20140327", "m.csv:1: 1 fields: want date,ticker", ERR_PARSE},
        {"x,goog,Q", "m.csv:1: date: 'x'", ERR_PARSE},
        {"20140327,,Q", "m.csv:1: ticker: '' is not 1 to 31 characters", ERR_PARSE},
        {"20140327,a,Q\n20140327,b,Q", "symbol B: its date", ERR_ARGUMENT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct actions *actions = &((struct tables *)*state)->actions;
        actions->symbol_count = 0;
        assert_int_equal(action_lean_map(actions, "m.csv", rows[i].text, strlen(rows[i].text)),
                         rows[i].error);
        if (strncmp(err_story(), rows[i].story, strlen(rows[i].story)) != 0)
            fail_msg("story: %s", err_story());
    }
}

static void every_cut_of_a_file_is_read_or_refused(void **state) {
    const char *text = "19980102,0.8613657,0.00892857,1\n20000620,0.8613657,0.00892857,101\n"
                       "20050225,0.8613657,0.01785710,88.97\n20501231,1,1,0\n";
    struct actions *actions = &((struct tables *)*state)->actions;
    for (size_t len = 0; len <= strlen(text); len++) {
        actions->factor_count = actions->item_count = 0;
        char *cut = malloc(len + 1); // of its own, so that a read past the end is seen
        memcpy(cut, text, len);
        char *exact = realloc(cut, len > 0 ? len : 1);
        int rc = action_lean_factors(actions, "x.csv", exact, len);
        assert_true(rc == 0 || rc == ERR_PARSE || rc == ERR_ARGUMENT || rc == ERR_CORRUPT);
        free(exact);
    }
}

int main(void) {
#define WITH_TABLES(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_TABLES(factor_lines_become_rows),
        WITH_TABLES(factors_with_more_digits_than_are_kept_are_rounded),
        WITH_TABLES(a_bad_line_is_named_with_its_field),
        WITH_TABLES(map_lines_become_symbols_in_upper_case),
        WITH_TABLES(a_bad_map_line_is_named_with_its_field),
        WITH_TABLES(every_cut_of_a_file_is_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
