// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    double *range = naive_true_range(in[0], in[1], in[2], count);
    double *distance = naive_column(count);
    double *high = naive_max(in[0], count, period), *low = naive_min(in[1], count, period);
    double *mean = naive_sma(in[2], count, period);
    for (size_t i = 0; i < count; i++)
        distance[i] = (double)(in[2][i] - (((long double)high[i] + low[i]) / 2 + mean[i]) / 2);
    for (size_t i = 0; i < count; i++) {
        out[0][i] = out[1][i] = NAN;
        if (i < period) continue;
        double sd = sqrt(twin_squares(&in[2][i + 1 - period], period) / (double)period);
        out[0][i] = params[1] * sd < params[2] * twin_mean(&range[i + 1 - period], period);
        if (i + 2 < 2 * period) continue;
        // The line's value at the newest row, weight by weight.
        long double n = (long double)period, sum = 0;
        for (size_t j = 0; j < period; j++)
            sum += (4 * n - 2 - 6 * (long double)j) / (n * (n + 1)) * distance[i - j];
        out[1][i] = (double)sum;
    }
}

static void squeeze_equals_its_definition(void **state) {
    // The mean is some 1e4, momentum is made of differences from it.
    twin_check_within("squeeze", "", twin, 1e-10);
    twin_check_within("squeeze", "period=5 bands=1.5 channel=2", twin, 1e-10);
    twin_check_within("squeeze", "period=100 bands=1", twin, 1e-10);
}

// pandas-ta-classic 0.8, squeeze with lazybear and plain averages.
static void another_program_agrees(void **state) {
    peer_check("squeeze", "", "momentum",
               (double[]){7.60148571428568, -2.54373571428572, 3.34416428571428}, 1e-9);
    peer_check("squeeze", "", "on", (double[]){0.0, 1.0, 0.0}, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(squeeze_equals_its_definition),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
