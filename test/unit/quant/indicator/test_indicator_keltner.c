// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    double *middle = naive_ema(in[2], count, (size_t)params[0]);
    double *range = naive_atr(in[0], in[1], in[2], count, (size_t)params[1]);
    for (size_t i = 0; i < count; i++) {
        out[0][i] = middle[i] + params[2] * range[i];
        out[1][i] = middle[i];
        out[2][i] = middle[i] - params[2] * range[i];
    }
}

static void keltner_equals_its_definition(void **state) {
    twin_check("keltner", "", twin);
    twin_check("keltner", "period=1 atr=1 width=0", twin);
    twin_check("keltner", "period=5 atr=40 width=1.5", twin);
    twin_check("keltner", "period=40 atr=5", twin);
}

// tulipy 0.4: ema 20 and twice atr 10. Packages disagree about the range: ta 0.11 takes the plain mean of high -
// low, pandas-ta-classic an EMA of the true range.
static void another_program_agrees(void **state) {
    peer_check("keltner", "", "upper",
               (double[]){248.334092768832, 245.457637081673, 247.206990838116}, 1e-10);
    peer_check("keltner", "", "middle",
               (double[]){243.389187868106, 240.447551804848, 242.557890008874}, 1e-10);
    peer_check("keltner", "", "lower",
               (double[]){238.44428296738, 235.437466528024, 237.908789179632}, 1e-10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keltner_equals_its_definition),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
