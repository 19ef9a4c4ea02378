// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    double *range = naive_atr(in[0], in[1], in[2], count, period);
    double *high = naive_max(in[0], count, period), *low = naive_min(in[1], count, period);
    for (size_t i = 0; i < count; i++) {
        out[0][i] = high[i] - params[1] * range[i];
        out[1][i] = low[i] + params[1] * range[i];
    }
}

static void chandelier_equals_its_definition(void **state) {
    twin_check("chandelier", "", twin);
    twin_check("chandelier", "period=1 width=0", twin);
    twin_check("chandelier", "period=100 width=5", twin);
}

// pandas rolling max and min of 22 rows, three times tulipy 0.4 atr 22.
static void another_program_agrees(void **state) {
    peer_check("chandelier", "", "long",
               (double[]){241.440567728341, 237.564332574075, 238.536090543704}, 1e-10);
    peer_check("chandelier", "", "short",
               (double[]){241.599432271659, 244.715667425925, 243.823909456296}, 1e-10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chandelier_equals_its_definition),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
