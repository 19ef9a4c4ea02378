// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    double *x = naive_column(count);
    for (size_t i = 0; i < count; i++) x[i] = (in[0][i] + in[1][i]) / 2;
    double *high = naive_max(x, count, period), *low = naive_min(x, count, period);
    double value = 0, fish = 0;
    for (size_t i = 0; i < count; i++) {
        out[0][i] = out[1][i] = NAN;
        if (i + 1 < period) continue;
        double place = high[i] == low[i] ? 0.5 : (x[i] - low[i]) / (high[i] - low[i]);
        value = 0.33 * 2 * (place - 0.5) + 0.67 * value;
        value = value > 0.99 ? 0.999 : value < -0.99 ? -0.999 : value;
        if (i >= period) out[1][i] = fish;
        fish = 0.5 * log((1 + value) / (1 - value)) + 0.5 * fish;
        out[0][i] = fish;
    }
}

static void fisher_equals_its_definition(void **state) {
    twin_check("fisher", "", twin);
    twin_check("fisher", "period=1", twin);
    twin_check("fisher", "period=100", twin);
}

// tulipy 0.4, fisher.
static void another_program_agrees(void **state) {
    peer_check("fisher", "", "value",
               (double[]){5.50798797791198, -1.90841071399918, 1.05144319870424}, 1e-10);
    peer_check("fisher", "", "trigger",
               (double[]){7.24838285803484, -1.6170803634802, 1.7838182111776}, 1e-10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fisher_equals_its_definition),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
