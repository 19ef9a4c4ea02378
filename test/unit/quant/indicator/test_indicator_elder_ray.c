// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    double *average = naive_ema(in[2], count, (size_t)params[0]);
    for (size_t i = 0; i < count; i++) {
        out[0][i] = in[0][i] - average[i];
        out[1][i] = in[1][i] - average[i];
    }
}

static void elder_ray_equals_its_definition(void **state) {
    // The average is some 1e4, the powers are differences from it.
    twin_check_within("elder_ray", "period=1", twin, 1e-10);
    twin_check_within("elder_ray", "", twin, 1e-10);
    twin_check_within("elder_ray", "period=200", twin, 1e-10);
}

// pandas-ta-classic, eri; its average begins with the first value, which 400 rows later no longer shows.
static void another_program_agrees(void **state) {
    peer_check("elder_ray", "", "bull",
               (double[]){3.54534900697766, -0.718975985498872, 1.66671707835027}, 1e-10);
    peer_check("elder_ray", "", "bear",
               (double[]){1.79534900697766, -2.86897598549888, -1.00328292164974}, 1e-10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elder_ray_equals_its_definition),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
