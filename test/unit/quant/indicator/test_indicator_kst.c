// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    double *value = naive_column(count);
    for (size_t i = 0; i < count; i++) {
        long double sum = 0;
        for (size_t k = 0; k < 4; k++) {
            size_t roc = (size_t)params[k], sma = (size_t)params[4 + k];
            if (i + 1 < roc + sma) {
                sum = (long double)NAN;
                continue;
            }
            for (size_t j = i + 1 - sma; j <= i; j++)
                sum += (long double)(k + 1) * (100 * ((long double)in[0][j] / in[0][j - roc] - 1)) /
                       (long double)sma;
        }
        value[i] = (double)sum;
    }
    double *signal = naive_sma(value, count, (size_t)params[8]);
    for (size_t i = 0; i < count; i++) {
        out[0][i] = value[i];
        out[1][i] = signal[i];
    }
}

static void kst_equals_its_definition(void **state) {
    twin_check("kst", "", twin);
    twin_check("kst", "roc1=1 roc2=1 roc3=1 roc4=1 sma1=1 sma2=1 sma3=1 sma4=1 signal=1", twin);
    twin_check("kst", "roc1=40 roc2=30 roc3=20 roc4=10 sma1=50 sma2=7 signal=30", twin);
}

// ta 0.11, KSTIndicator.
static void another_program_agrees(void **state) {
    peer_check("kst", "", "value", (double[]){30.299906063959, -2.35395614095617, 11.2210966437874},
               1e-10);
    peer_check("kst", "", "signal",
               (double[]){16.3690575888726, 2.40644975575491, 6.93086210319722}, 1e-10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kst_equals_its_definition),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
