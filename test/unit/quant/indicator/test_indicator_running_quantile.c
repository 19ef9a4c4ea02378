// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "quant/series/moment.h"
#include "twin.h"

// The exact quantile of the rows so far, type 5.
static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    static double sorted[BARS_MAX];
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at > 0 && sorted[at - 1] > in[0][i]; at--) sorted[at] = sorted[at - 1];
        sorted[at] = in[0][i];
        out[0][i] = moment_quantile(sorted, i + 1, params[0], 5);
    }
}

static void running_quantile_is_exact_while_rows_are_fewer_than_clusters(void **state) {
    twin_check("running_quantile", "share=0.3 compression=10000", twin);
}

static void running_quantile_stays_near_the_exact_one(void **state) {
    twin_check_within("running_quantile", "share=0.5 compression=200", twin, 0.01);
    twin_check_within("running_quantile", "share=0.95 compression=200", twin, 0.01);
    twin_check_within("running_quantile", "share=0.001 compression=200", twin, 0.002);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_quantile_is_exact_while_rows_are_fewer_than_clusters),
        cmocka_unit_test(running_quantile_stays_near_the_exact_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
