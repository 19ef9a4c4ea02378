// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"

#include "base/prng.h"
#include "quant/making/forecast.h"

static struct forecast forecast;

static void assert_near(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance)) fail_msg("%.17g, want %.17g", got, want);
}

// A middle that moves by half of the signal in the step after it, and a little at random.
static void a_lagged_relation_is_found(void **state) {
    struct prng prng;
    double middle = 100, signal = 0;
    prng_seed(&prng, 4);
    forecast_init(&forecast, 0.1, 200);
    for (int i = 0; i < 20000; i++) {
        middle += 0.5 * signal + 0.1 * (prng_double(&prng) - 0.5);
        signal = prng_double(&prng) - 0.5;
        forecast_look(&forecast, 1 + (int64_t)i * 100000000, signal, middle);
    }
    assert_near(forecast_move(&forecast, 2), 1, 0.01);
    // Of variances: 0.25 to 0.25 + 0.01.
    assert_near(forecast_r2(&forecast), 0.25 / 0.26, 0.005);
}

// Irregular looks, overlapping pairs, weights written out.
static void it_is_the_weighted_line_that_it_says(void **state) {
    enum { LOOKS = 300 };
    struct prng prng;
    int64_t ts[LOOKS];
    double signal[LOOKS], middle[LOOKS];
    prng_seed(&prng, 9);
    forecast_init(&forecast, 1.5, 20);
    for (int i = 0; i < LOOKS; i++) {
        ts[i] = (i > 0 ? ts[i - 1] : 7) + (int64_t)(prng_double(&prng) * 8e8);
        signal[i] = prng_double(&prng) * 4 - 2;
        middle[i] = 50 + prng_double(&prng);
        forecast_look(&forecast, ts[i], signal[i], middle[i]);
    }
    int last = LOOKS - 1, latest = 0; // the look at which a pair was last taken
    double ss = 0, sm = 0, mm = 0;
    for (int i = 0; i < LOOKS; i++)
        for (int k = i + 1; k <= last; k++)
            if ((double)(ts[k] - ts[i]) >= 1.5e9) {
                latest = k > latest ? k : latest;
                break;
            }
    for (int i = 0; i < LOOKS; i++) {
        int k = i + 1;
        while (k <= last && (double)(ts[k] - ts[i]) < 1.5e9) k++;
        if (k > last) continue;
        double weight = exp2(-(double)(ts[latest] - ts[k]) / 20e9);
        double move = middle[k] - middle[i];
        ss += weight * signal[i] * signal[i];
        sm += weight * signal[i] * move;
        mm += weight * move * move;
    }
    assert_near(forecast_move(&forecast, 3), 3 * sm / ss, 1e-12);
    assert_near(forecast_r2(&forecast), sm * sm / (ss * mm), 1e-12);
}

static void it_says_when_it_does_not_know(void **state) {
    forecast_init(&forecast, 1, 40);
    assert_true(isnan(forecast_move(&forecast, 1)) && isnan(forecast_r2(&forecast)));
    for (int i = 0; i < 10; i++) forecast_look(&forecast, 1 + i * 1000000000LL, 1, 100);
    assert_true(isnan(forecast_move(&forecast, 1))); // 8 seconds of pairs
    for (int i = 10; i < 20; i++) forecast_look(&forecast, 1 + i * 1000000000LL, 1, 100);
    assert_true(forecast_move(&forecast, 1) == 0 && isnan(forecast_r2(&forecast)));
    forecast_init(&forecast, 1, 40);
    for (int i = 0; i < 20; i++) forecast_look(&forecast, 1 + i * 1000000000LL, 0, 100 + i);
    assert_true(isnan(forecast_move(&forecast, 1)));
}

// More looks within a horizon than there is room for: those without room are left out, no pair is wrong.
static void looks_beyond_the_room_are_left_out(void **state) {
    forecast_init(&forecast, 10, 4);
    for (int i = 0; i < 40000; i++) forecast_look(&forecast, 1 + i * 1000000LL, 1, i * 0.001);
    assert_near(forecast_move(&forecast, 1), 10, 0.01);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lagged_relation_is_found),
        cmocka_unit_test(it_is_the_weighted_line_that_it_says),
        cmocka_unit_test(it_says_when_it_does_not_know),
        cmocka_unit_test(looks_beyond_the_room_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
