// SPDX-License-Identifier: Apache-2.0
// The indicator is the score with the analyser's look at the same row.
#include <math.h>

#include "base/prng.h"
#include "harness.h"
#include "quant/indicator/indicator.h"
#include "quant/indicator/six_factor.h"

static void it_is_the_score_of_the_row_with_the_look_at_the_row(void **state) {
    (void)state;
    const struct indicator *indicator = indicator_find("score_frames");
    double params[PARAMS_MAX], out[INDICATOR_OUTPUTS_MAX], want[SIX_FACTOR_OUTPUTS];
    struct prng prng;
    double price = 100;
    size_t seen = 0;
    params_defaults(indicator->params, indicator->param_count, params);
    void *memory = malloc(indicator->state_size(params));
    void *score = malloc(six_factor_size(params));
    struct frames *frames = malloc(sizeof *frames);
    indicator->init(memory, params);
    six_factor_init(score, params);
    frames_init(frames, params + SIX_FACTOR_PARAMS);
    prng_seed(&prng, 3);
    for (size_t m = 1; m <= 3000; m++) {
        price *= 1 + 1e-3 * ((double)prng_below(&prng, 201) - 99.5) / 100;
        double row[5] = {price * 1.001, price * 0.999, price, 1 + (double)prng_below(&prng, 9),
                         60.0 * (double)m};
        indicator->update(memory, row, out);
        assert_true(frames_push(frames, row[0], row[1], row[2], row[4]));
        struct frames_look look = frames_look(frames, price);
        six_factor_update(score, row, &look, want);
        assert_memory_equal(out, want, sizeof want);
        seen += !isnan(out[0]);
    }
    assert_true(seen > 2500);
    free(frames);
    free(score);
    free(memory);
}

static void either_table_refuses_its_own(void **state) {
    (void)state;
    const struct indicator *indicator = indicator_find("score_frames");
    double params[PARAMS_MAX];
    params_defaults(indicator->params, indicator->param_count, params);
    params[0] = params[1];
    assert_int_equal(indicator_check(indicator, params), ERR_ARGUMENT);
    params_defaults(indicator->params, indicator->param_count, params);
    params[SIX_FACTOR_PARAMS + FRAMES_FAST] = 500;
    assert_int_equal(indicator_check(indicator, params), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "frame_fast"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_score_of_the_row_with_the_look_at_the_row),
        cmocka_unit_test(either_table_refuses_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
