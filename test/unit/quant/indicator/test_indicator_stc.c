// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

// The place of each value in the range of its window, then smoothed.
static double *stage(const double *x, size_t count, size_t period, double factor) {
    double *high = naive_max(x, count, period), *low = naive_min(x, count, period);
    double *smoothed = naive_column(count);
    double place = 0;
    for (size_t i = naive_first(high, count); i < count; i++) {
        if (high[i] > low[i]) place = 100 * (x[i] - low[i]) / (high[i] - low[i]);
        bool first = i == 0 || isnan(smoothed[i - 1]);
        smoothed[i] = first ? place : (1 - factor) * smoothed[i - 1] + factor * place;
    }
    return smoothed;
}

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    double *fast = naive_ema(in[0], count, (size_t)params[1]);
    double *slow = naive_ema(in[0], count, (size_t)params[2]);
    double *macd = naive_column(count);
    for (size_t i = 0; i < count; i++) macd[i] = fast[i] - slow[i];
    double *once = stage(macd, count, (size_t)params[0], params[3]);
    double *twice = stage(once, count, (size_t)params[0], params[3]);
    for (size_t i = 0; i < count; i++) out[0][i] = twice[i];
}

static void stc_equals_its_definition(void **state) {
    // A place is a quotient of differences of averages: where the series is 1e4 and moves by 1e-2,
    // some ten digits are gone before it is taken.
    twin_check_within("stc", "", twin, 1e-4);
    twin_check_within("stc", "cycle=40 fast=5 slow=60 factor=0.2", twin, 1e-4);
}

static void stc_is_a_place_from_0_to_100(void **state) {
    double values[PEER_ROWS];
    peer_output("stc", "", "value", values);
    double least = 100, most = 0;
    for (size_t i = 67; i < PEER_ROWS; i++) {
        assert_true(values[i] >= 0 && values[i] <= 100);
        least = fmin(least, values[i]);
        most = fmax(most, values[i]);
    }
    assert_true(least < 1 && most > 99);
    const struct indicator *stc = indicator_find("stc");
    double params[] = {10, 23, 50, 0.5};
    double *memory = malloc(stc->state_size(params)), out;
    stc->init(memory, params);
    for (int i = 0; i < 200; i++) stc->update(memory, (double[]){7}, &out);
    assert_true(out == 0);
    free(memory);
}

static void the_fast_average_is_the_shorter_one(void **state) {
    const struct indicator *stc = indicator_find("stc");
    assert_int_equal(indicator_check(stc, (double[]){10, 50, 50, 0.5}), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "fast"));
}

// ta 0.11, STCIndicator; its averages begin with the first value, and their seed is forgotten by a 25th with
// each row.
static void another_program_agrees(void **state) {
    peer_check("stc", "", "value", (double[]){99.9999046336969, 0.195300371122396, 99.941106967368},
               1e-5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stc_equals_its_definition),
        cmocka_unit_test(stc_is_a_place_from_0_to_100),
        cmocka_unit_test(the_fast_average_is_the_shorter_one),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
