// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        out[0][i] = out[1][i] = NAN;
        if (i < period) continue;
        long double plus = 0, minus = 0, range = 0;
        for (size_t j = i + 1 - period; j <= i; j++) {
            plus += fabs(in[0][j] - in[1][j - 1]);
            minus += fabs(in[1][j] - in[0][j - 1]);
            range += fmax(in[0][j], in[2][j - 1]) - fmin(in[1][j], in[2][j - 1]);
        }
        if (!(range > 0)) continue;
        out[0][i] = (double)(plus / range);
        out[1][i] = (double)(minus / range);
    }
}

static void vortex_equals_its_definition(void **state) {
    twin_check("vortex", "", twin);
    twin_check("vortex", "period=1", twin);
    twin_check("vortex", "period=111", twin);
}

// ta 0.11, VortexIndicator.
static void another_program_agrees(void **state) {
    peer_check("vortex", "", "plus",
               (double[]){1.29076620825147, 0.942414498684596, 1.14965197215777}, 1e-10);
    peer_check("vortex", "", "minus",
               (double[]){0.719337636822902, 1.09763227126571, 0.820185614849189}, 1e-10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vortex_equals_its_definition),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
