// SPDX-License-Identifier: Apache-2.0
// The indicator is the analyser of frames row by row; test_frames.c holds that against its definition.
#include <math.h>

#include "harness.h"
#include "quant/indicator/frames.h"
#include "quant/indicator/indicator.h"

// A rise of 1 a minute: every frame points up as soon as it is known, and nothing ever turns.
static void a_straight_rise_aligns_every_frame(void **state) {
    (void)state;
    const struct indicator *indicator = indicator_find("timeframes");
    double params[PARAMS_MAX], out[INDICATOR_OUTPUTS_MAX];
    params_defaults(indicator->params, indicator->param_count, params);
    void *memory = malloc(indicator->state_size(params));
    indicator->init(memory, params);
    for (size_t m = 1; m <= 31 * 1440; m++) {
        double price = 1000 + (double)m;
        indicator->update(memory, (double[]){price + 1, price - 1, price, 60.0 * (double)m}, out);
        if (m <= indicator->lookback(params))
            assert_true(isnan(out[0]));
        else
            assert_true(out[0] == 1 && out[1] == 1);
    }
    assert_true(out[7] == 7);
    assert_true(isnan(out[3]) && isnan(out[4]));
    assert_true(fabs(out[2] - 100 * 2.5 / 3) < 1e-9); // no level: half the way
    free(memory);
}

static void a_combination_that_is_wrong_is_told(void **state) {
    (void)state;
    const struct indicator *indicator = indicator_find("timeframes");
    double params[PARAMS_MAX];
    params_defaults(indicator->params, indicator->param_count, params);
    params[FRAMES_FAST] = params[FRAMES_SLOW];
    assert_int_equal(indicator_check(indicator, params), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "fast is shorter than slow"));
}

static void a_row_out_of_order_has_no_value_and_leaves_no_trace(void **state) {
    (void)state;
    const struct indicator *indicator = indicator_find("timeframes");
    double params[PARAMS_MAX], out[INDICATOR_OUTPUTS_MAX];
    params_defaults(indicator->params, indicator->param_count, params);
    size_t size = indicator->state_size(params);
    unsigned char *memory = malloc(size), *copy = malloc(size);
    indicator->init(memory, params);
    for (size_t m = 1; m <= 100; m++)
        indicator->update(memory, (double[]){2, 1, 1.5 + 0.001 * (double)m, 60.0 * (double)m}, out);
    memcpy(copy, memory, size);
    indicator->update(memory, (double[]){9, 8, 8.5, 5990}, out);
    for (size_t i = 0; i < indicator->output_count; i++) assert_true(isnan(out[i]));
    assert_memory_equal(memory, copy, size);
    free(copy);
    free(memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_straight_rise_aligns_every_frame),
        cmocka_unit_test(a_combination_that_is_wrong_is_told),
        cmocka_unit_test(a_row_out_of_order_has_no_value_and_leaves_no_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
