// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double at_share(const double *x, size_t count, double share) {
    double *sorted = malloc(count * sizeof *sorted);
    memcpy(sorted, x, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare);
    double place = share * (double)(count - 1), low = floor(place);
    double value = sorted[(size_t)low];
    if (place > low) value = (low + 1 - place) * value + (place - low) * sorted[(size_t)low + 1];
    free(sorted);
    return value;
}

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++)
        out[0][i] = i + 1 < period ? NAN : at_share(&in[0][i + 1 - period], period, params[1]);
}

static void median_twin(const double *const *in, size_t count, const double *params,
                        double *const *out) {
    twin(in, count, (double[]){params[0], 0.5}, out);
}

static void quantile_equals_its_definition(void **state) {
    twin_check("quantile", "share=0.9", twin);
    twin_check("quantile", "period=1 share=0.3", twin);
    twin_check("quantile", "period=7 share=0", twin);
    twin_check("quantile", "period=150 share=1", twin);
    twin_check("quantile", "period=300 share=0.123", twin);
}

static void median_equals_its_definition(void **state) {
    twin_check("median", "", median_twin);
    twin_check("median", "period=1", median_twin);
    twin_check("median", "period=151", median_twin);
}

// pandas 3.1, rolling().quantile() and median().
static void another_program_agrees(void **state) {
    peer_check("quantile", "period=50 share=0.9", "value", (double[]){245.881, 243.587, 244.001},
               1e-12);
    peer_check("quantile", "period=33 share=0.123", "value",
               (double[]){235.29888, 238.47312, 239.61968}, 1e-12);
    peer_check("median", "period=20", "value", (double[]){242.665, 241.2, 242.535}, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantile_equals_its_definition),
        cmocka_unit_test(median_equals_its_definition),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
