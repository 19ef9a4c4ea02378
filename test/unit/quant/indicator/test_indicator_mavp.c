// SPDX-License-Identifier: Apache-2.0
#include "averages.h"
#include "harness.h"
#include "quant/stream/average.h"
#include "twin.h"

// The average of each length starts so that it is defined where that of the longest is.
static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    enum average_type type = (enum average_type)params[2];
    size_t latest = average_lookback(type, (uint32_t)params[1]);
    double *column = malloc(count * sizeof *column);
    for (size_t i = 0; i < count; i++) out[0][i] = NAN;
    for (double p = params[0]; p <= params[1]; p++) {
        size_t wait = latest - average_lookback(type, (uint32_t)p);
        naive_average((int)type, in[0] + wait, count - wait, (size_t)p, column + wait);
        for (size_t i = latest; i < count; i++)
            if (fmin(fmax(floor(in[1][i]), params[0]), params[1]) == p) out[0][i] = column[i];
    }
    free(column);
}

static void mavp_equals_its_definition(void **state) {
    twin_check("mavp", "", twin);
    twin_check("mavp", "minperiod=5 maxperiod=5", twin);
    twin_check("mavp", "minperiod=9 maxperiod=12 matype=ema", twin);
    twin_check("mavp", "maxperiod=20 matype=kama", twin);
    twin_check_within("mavp", "maxperiod=9 matype=t3", twin, 1e-11);
}

static void lengths_that_cannot_be_held_are_refused(void **state) {
    const struct indicator *mavp = indicator_find("mavp");
    assert_int_equal(indicator_check(mavp, (double[]){9, 8, 0}), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "minperiod"));
    assert_int_equal(indicator_check(mavp, (double[]){2, 100000, 0}), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "64 MiB"));
    assert_ok(indicator_check(mavp, (double[]){2, 4000, 0}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mavp_equals_its_definition),
        cmocka_unit_test(lengths_that_cannot_be_held_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
