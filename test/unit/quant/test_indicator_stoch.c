// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t length[3] = {(size_t)params[0], (size_t)params[1], (size_t)params[2]};
    double *fast = malloc(3 * count * sizeof *fast), *k = fast + count, *d = k + count;
    for (size_t i = 0; i < count; i++) {
        fast[i] = k[i] = d[i] = NAN;
        if (i + 1 >= length[0]) {
            double high = in[0][i], low = in[1][i];
            for (size_t j = 1; j < length[0]; j++) {
                high = fmax(high, in[0][i - j]);
                low = fmin(low, in[1][i - j]);
            }
            fast[i] = high > low ? 100 * (in[2][i] - low) / (high - low) : 0;
        }
        if (i + 2 >= length[0] + length[1]) k[i] = twin_mean(&fast[i + 1 - length[1]], length[1]);
        if (i + 3 >= length[0] + length[1] + length[2])
            d[i] = twin_mean(&k[i + 1 - length[2]], length[2]);
        out[0][i] = isnan(d[i]) ? NAN : k[i];
        out[1][i] = d[i];
    }
    free(fast);
}

static void stoch_equals_its_definition(void **state) {
    twin_check("stoch", "", twin);
    twin_check("stoch", "period=1 slow_k=1 slow_d=1", twin);
    twin_check("stoch", "period=50 slow_k=7 slow_d=2", twin);
}

static void stoch_equals_the_reference(void **state) {
    golden_check("stoch", "period=14 slow_k=3 slow_d=3", "k", "expected", "STOCH_SLOWK_14_3_3",
                 1e-9);
    golden_check("stoch", "period=14 slow_k=3 slow_d=3", "d", "expected", "STOCH_SLOWD_14_3_3",
                 1e-9);
    golden_check("stoch", "period=5 slow_k=3 slow_d=3", "k", "expected", "STOCH_SLOWK_5_3_3", 1e-9);
    golden_check("stoch", "period=5 slow_k=3 slow_d=3", "d", "expected", "STOCH_SLOWD_5_3_3", 1e-9);
    golden_check("stoch", "period=5 slow_k=1 slow_d=3", "k", "expected", "STOCHF_FASTK_5_3", 1e-9);
    golden_check("stoch", "period=5 slow_k=1 slow_d=3", "d", "expected", "STOCHF_FASTD_5_3", 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stoch_equals_its_definition),
        cmocka_unit_test(stoch_equals_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
