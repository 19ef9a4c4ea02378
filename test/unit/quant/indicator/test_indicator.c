// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "quant/indicator/indicator.h"
#include "twin.h"

static void registry_is_in_order_and_found_by_name(void **state) {
    assert_true(indicator_count() > 0);
    for (size_t i = 0; i < indicator_count(); i++) {
        const struct indicator *row = indicator_at(i);
        assert_ptr_equal(indicator_find(row->name), row);
        if (i > 0) assert_true(strcmp(indicator_at(i - 1)->name, row->name) < 0);
    }
    assert_null(indicator_find("no_such_indicator"));
    assert_null(indicator_find(""));
}

static bool is_group(const char *group) {
    static const char *const groups[] = {INDICATOR_GROUPS};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (strcmp(groups[i], group) == 0) return true;
    return false;
}

static void every_row_is_complete(void **state) {
    for (size_t i = 0; i < indicator_count(); i++) {
        const struct indicator *row = indicator_at(i);
        assert_true(strlen(row->summary) > 10 && strlen(row->source) > 3);
        assert_true(is_group(row->group));
        assert_in_range(row->input_count, 1, INDICATOR_INPUTS_MAX);
        assert_in_range(row->output_count, 1, INDICATOR_OUTPUTS_MAX);
        for (size_t c = 0; c < INDICATOR_INPUTS_MAX; c++)
            assert_int_equal(row->inputs[c] != NULL, c < row->input_count);
        for (size_t c = 0; c < INDICATOR_OUTPUTS_MAX; c++)
            assert_int_equal(row->outputs[c] != NULL, c < row->output_count);
        assert_true(row->param_count <= PARAMS_MAX);
        double defaults[PARAMS_MAX];
        for (size_t p = 0; p < row->param_count; p++) {
            assert_true(strlen(row->params[p].help) > 3);
            defaults[p] = row->params[p].def;
        }
        assert_ok(indicator_check(row, defaults));
        assert_true(row->state_size(defaults) % 8 == 0 && row->state_size(defaults) > 0);
    }
}

static void outputs_are_found_by_name(void **state) {
    const struct indicator *bbands = indicator_find("bbands");
    assert_int_equal(indicator_output(bbands, "upperband"), 0);
    assert_int_equal(indicator_output(bbands, "lowerband"), 2);
    assert_int_equal(indicator_output(bbands, "value"), -1);
}

static void check_refuses_values_out_of_range_and_not_whole(void **state) {
    const struct indicator *sma = indicator_find("sma");
    assert_int_equal(indicator_check(sma, (double[]){0}), ERR_RANGE);
    assert_non_null(strstr(err_story(), "period"));
    assert_int_equal(indicator_check(sma, (double[]){INDICATOR_PERIOD_MAX + 1}), ERR_RANGE);
    assert_int_equal(indicator_check(sma, (double[]){NAN}), ERR_RANGE);
    assert_int_equal(indicator_check(sma, (double[]){2.5}), ERR_RANGE);
    assert_ok(indicator_check(sma, (double[]){INDICATOR_PERIOD_MAX}));
}

static void a_stream_goes_on_from_a_batch_and_a_column_may_hold_its_own_result(void **state) {
    const struct indicator *ema = indicator_find("ema");
    double params[] = {3};
    double whole[20], part[20], first[8], second[8];
    assert_true(ema->state_size(params) <= sizeof first);
    for (size_t i = 0; i < 20; i++) whole[i] = part[i] = (double)(i * i % 7);
    indicator_batch(ema, params, first, (const double *[]){whole}, 20, (double *[]){whole});
    indicator_batch(ema, params, second, (const double *[]){part}, 11, (double *[]){part});
    for (size_t i = 11; i < 20; i++) {
        double in = part[i];
        indicator_apply(ema, second, &in, &part[i]);
    }
    assert_memory_equal(whole, part, sizeof whole);
}

// Rows that are no observations, alone, in a row and at the start, in any of the inputs.
static void a_batch_steps_over_undefined_rows_as_the_fold_does(void **state) {
    struct bars *bars = malloc(sizeof *bars);
    double *memory = malloc((INDICATOR_INPUTS_MAX + INDICATOR_OUTPUTS_MAX) * BARS_MAX * 8);
    double *in[INDICATOR_INPUTS_MAX], *out[INDICATOR_OUTPUTS_MAX];
    for (size_t c = 0; c < INDICATOR_INPUTS_MAX; c++) in[c] = memory + c * BARS_MAX;
    for (size_t c = 0; c < INDICATOR_OUTPUTS_MAX; c++)
        out[c] = memory + (INDICATOR_INPUTS_MAX + c) * BARS_MAX;
    bars_make(bars, BARS_MAX, 3);
    for (size_t i = 0; i < indicator_count(); i++) {
        const struct indicator *row = indicator_at(i);
        double params[PARAMS_MAX];
        params_defaults(row->params, row->param_count, params);
        for (size_t c = 0; c < row->input_count; c++)
            memcpy(in[c], bars_column(bars, row->inputs[c]), BARS_MAX * 8);
        for (size_t k = 0; k < 20; k++) in[0][k < 10 ? k : 2000 + k] = NAN;
        in[row->input_count - 1][777] = INFINITY;
        in[row->input_count - 1][BARS_MAX - 1] = -INFINITY;
        size_t size = row->state_size(params);
        void *first = malloc(size), *second = malloc(size);
        indicator_batch(row, params, first, (const double *const *)in, BARS_MAX, out);
        row->init(second, params);
        for (size_t r = 0; r < BARS_MAX; r++) {
            double from[INDICATOR_INPUTS_MAX], to[INDICATOR_OUTPUTS_MAX];
            for (size_t c = 0; c < row->input_count; c++) from[c] = in[c][r];
            indicator_apply(row, second, from, to);
            for (size_t c = 0; c < row->output_count; c++)
                if (memcmp(&to[c], &out[c][r], sizeof(double)) != 0)
                    fail_msg("%s row %zu: %.17g, fold %.17g", row->name, r, out[c][r], to[c]);
        }
        assert_memory_equal(first, second, size);
        free(first);
        free(second);
    }
    free(memory);
    free(bars);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registry_is_in_order_and_found_by_name),
        cmocka_unit_test(every_row_is_complete),
        cmocka_unit_test(outputs_are_found_by_name),
        cmocka_unit_test(check_refuses_values_out_of_range_and_not_whole),
        cmocka_unit_test(a_stream_goes_on_from_a_batch_and_a_column_may_hold_its_own_result),
        cmocka_unit_test(a_batch_steps_over_undefined_rows_as_the_fold_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
