// SPDX-License-Identifier: Apache-2.0
// What a look at longer frames makes of the factors; without one they are held against their definition in
// test_indicator_score.c.
#include "quant/indicator/six_factor.h"

#include <math.h>

#include "harness.h"

enum { SCORE, SIDE, TECHNICAL, VOLUME, VOLATILITY, MOMENTUM, REWARD_RISK, TIMING };

// The last row of a rise of 0.5 a row, of bars 2 wide whose close is 1 from the low; R is 2, the close 199.5.
static void rise(const struct frames_look *frames, double *ret_outputs) {
    double params[SIX_FACTOR_PARAMS];
    params_defaults(six_factor_params, SIX_FACTOR_PARAMS, params);
    void *memory = malloc(six_factor_size(params));
    six_factor_init(memory, params);
    for (int i = 0; i < 200; i++) {
        double close = 100 + 0.5 * i;
        six_factor_update(memory, (double[]){close + 1, close - 1, close, 10}, frames, ret_outputs);
    }
    free(memory);
}

static void frames_change_three_factors_as_the_page_says(void **state) {
    (void)state;
    double own[SIX_FACTOR_OUTPUTS], with[SIX_FACTOR_OUTPUTS];
    struct frames_look look = {0.25, 0.7, 60, {195.5, 3, 207.5, 4}, 7};
    rise(NULL, own);
    rise(&look, with);
    assert_true(own[SIDE] == 1 && with[SIDE] == 1);
    for (size_t i = VOLUME; i <= MOMENTUM; i++) assert_true(own[i] == with[i]);
    // A fourth part: ramp(0.25, -0.5, 1) = 50.
    assert_true(fabs(with[TECHNICAL] - (3 * own[TECHNICAL] + 50) / 4) < 1e-9);
    // 8 to the resistance over 4 to the support: ramp(2, 0.5, 3) = 60.
    assert_true(fabs(with[REWARD_RISK] - 60) < 1e-9);
    // A third part: the confluence.
    assert_true(fabs(with[TIMING] - (2 * own[TIMING] + 60) / 3) < 1e-9);
}

static void frames_against_the_side_have_no_confluence_with_it(void **state) {
    (void)state;
    double own[SIX_FACTOR_OUTPUTS], with[SIX_FACTOR_OUTPUTS];
    struct frames_look look = {-0.75, 0.7, 60, {NAN, NAN, NAN, NAN}, 7};
    rise(NULL, own);
    rise(&look, with);
    assert_true(fabs(with[TECHNICAL] - 3 * own[TECHNICAL] / 4) < 1e-9);
    assert_true(with[REWARD_RISK] == own[REWARD_RISK]);
    assert_true(fabs(with[TIMING] - 2 * own[TIMING] / 3) < 1e-9);
}

static void a_score_with_frames_waits_for_one_of_them(void **state) {
    (void)state;
    double with[SIX_FACTOR_OUTPUTS];
    struct frames_look look = {NAN, NAN, NAN, {NAN, NAN, NAN, NAN}, 0};
    rise(&look, with);
    for (size_t i = 0; i < SIX_FACTOR_OUTPUTS; i++) assert_true(isnan(with[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_change_three_factors_as_the_page_says),
        cmocka_unit_test(frames_against_the_side_have_no_confluence_with_it),
        cmocka_unit_test(a_score_with_frames_waits_for_one_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
