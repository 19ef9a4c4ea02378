// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) {
        long double up = 0, down = 0;
        for (size_t j = 0; j < params[0] && j <= i; j++) {
            long double body = (long double)in[1][i - j] - in[0][i - j];
            if (body > 0) up += body;
            if (body < 0) down -= body;
        }
        out[0][i] = i + 1 < params[0] || up + down == 0 ? NAN : (double)(100 * up / (up + down));
    }
}

// Windows in which no bar has a body are among the rows.
static void imi_equals_its_definition(void **state) {
    twin_check("imi", "period=2", twin);
    twin_check("imi", "period=14", twin);
    twin_check("imi", "period=100", twin);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(imi_equals_its_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
