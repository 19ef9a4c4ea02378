// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        out[0][i] = out[1][i] = NAN;
        if (i + 1 < period) continue;
        double below = 0, equal = 0;
        for (size_t j = i + 1 - period; j <= i; j++) {
            below += in[0][j] < in[0][i];
            equal += in[0][j] == in[0][i];
        }
        out[0][i] = below + (1 + equal) / 2;
        out[1][i] = out[0][i] / params[0];
    }
}

static void percent_twin(const double *const *in, size_t count, const double *params,
                         double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        out[0][i] = i < period ? NAN : 0;
        for (size_t j = i - period; i >= period && j < i; j++)
            out[0][i] += 100.0 * (in[0][j] < in[0][i]) / params[0];
    }
}

static void rank_equals_its_definition(void **state) {
    twin_check("rank", "", twin);
    twin_check("rank", "period=1", twin);
    twin_check("rank", "period=333", twin);
}

static void percent_rank_equals_its_definition(void **state) {
    twin_check("percent_rank", "", percent_twin);
    twin_check("percent_rank", "period=1", percent_twin);
    twin_check("percent_rank", "period=333", percent_twin);
}

// pandas 3.1, rolling().rank().
static void another_program_agrees(void **state) {
    peer_check("rank", "period=60", "rank", (double[]){60.0, 2.0, 58.0}, 0);
    peer_check("rank", "period=60", "fraction",
               (double[]){1.0, 0.0333333333333333, 0.966666666666667}, 1e-12);
}

// numpy 2.4: 100 mean(before < newest).
static void numpy_agrees(void **state) {
    peer_check("percent_rank", "", "value", (double[]){100.0, 15.0, 93.0}, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rank_equals_its_definition),
        cmocka_unit_test(percent_rank_equals_its_definition),
        cmocka_unit_test(another_program_agrees),
        cmocka_unit_test(numpy_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
