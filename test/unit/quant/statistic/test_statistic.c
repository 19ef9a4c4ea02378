// SPDX-License-Identifier: Apache-2.0
#include "quant/statistic/statistic.h"

#include "harness.h"
#include "quant/indicator/indicator.h"

static void every_row_is_complete_and_shares_no_name(void **state) {
    for (size_t i = 0; i < statistic_count(); i++) {
        const struct statistic *row = statistic_at(i);
        assert_ptr_equal(statistic_find(row->name), row);
        assert_null(indicator_find(row->name));
        assert_in_range(row->input_count, 1, STATISTIC_INPUTS_MAX);
        assert_in_range(row->output_count, 1, STATISTIC_OUTPUTS_MAX);
        for (size_t c = 0; c < row->output_count; c++) assert_non_null(row->outputs[c].name);
        assert_true(row->param_count <= PARAMS_MAX);
        assert_true(strlen(row->summary) > 5 && strlen(row->source) > 3);
        assert_non_null(row->evaluate);
        double defaults[PARAMS_MAX];
        params_defaults(row->params, row->param_count, defaults);
        assert_ok(statistic_check(row, defaults));
    }
    assert_null(statistic_find("no_such_statistic"));
}

static void a_theme_is_in_alphabetical_order(void **state) {
    for (size_t t = 0; t < statistic_table_count(); t++) {
        const struct statistic_table *table = statistic_table_at(t);
        assert_true(strlen(table->title) > 3 && table->count > 0);
        for (size_t i = 1; i < table->count; i++)
            if (strcmp(table->rows[i - 1].name, table->rows[i].name) >= 0)
                fail_msg("%s stands before %s", table->rows[i - 1].name, table->rows[i].name);
    }
}

static void check_refuses_values_out_of_range(void **state) {
    const struct statistic *cvar = statistic_find("cvar");
    assert_int_equal(statistic_check(cvar, (double[]){0.2}), ERR_RANGE);
    assert_non_null(strstr(err_story(), "level"));
    assert_int_equal(statistic_check(cvar, (double[]){NAN}), ERR_RANGE);
}

static void results_take_their_memory_from_the_arena_or_say_that_it_is_full(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 4096));
    struct statistic_data data = {.count = 10, .arena = &arena};
    struct statistic_value value = {0};
    assert_non_null(statistic_series(&data, &value));
    assert_true(value.rows == 10 && value.columns == 1);
    assert_non_null(statistic_matrix(&data, 3, 4, &value));
    assert_true(value.rows == 3 && value.columns == 4 && value.values[11] == 0);
    assert_null(statistic_matrix(&data, SIZE_MAX, 2, &value));
    assert_null(statistic_vector(&data, 4096, &value));
    assert_non_null(strstr(err_story(), "full"));
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_complete_and_shares_no_name),
        cmocka_unit_test(a_theme_is_in_alphabetical_order),
        cmocka_unit_test(check_refuses_values_out_of_range),
        cmocka_unit_test(results_take_their_memory_from_the_arena_or_say_that_it_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
