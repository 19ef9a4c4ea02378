// SPDX-License-Identifier: Apache-2.0
#include "averages.h"
#include "harness.h"
#include "quant/stream/average.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    double *upper = malloc(2 * count * sizeof *upper), *lower = upper + count;
    for (size_t i = 0; i < count; i++) {
        double high = in[0][i], low = in[1][i], width = 4 * (high - low) / (high + low);
        upper[i] = high * (1 + width);
        lower[i] = low * (1 - width);
    }
    naive_average(AVERAGE_SMA, upper, count, (size_t)params[0], out[0]);
    naive_average(AVERAGE_SMA, in[2], count, (size_t)params[0], out[1]);
    naive_average(AVERAGE_SMA, lower, count, (size_t)params[0], out[2]);
    free(upper);
}

static void accbands_equal_their_definition(void **state) {
    twin_check("accbands", "", twin);
    twin_check("accbands", "timeperiod=2", twin);
    twin_check("accbands", "timeperiod=77", twin);
}

// A high and a low whose sum is 0 have no relative width: the bands are they.
static void a_bar_around_zero_is_its_own_band(void **state) {
    const struct indicator *accbands = indicator_find("accbands");
    double params[] = {2}, out[3];
    void *memory = malloc(accbands->state_size(params));
    accbands->init(memory, params);
    accbands->update(memory, (double[]){1, -1, 0.5}, out);
    accbands->update(memory, (double[]){3, -3, 1.5}, out);
    assert_true(out[0] == 2 && out[1] == 1 && out[2] == -2);
    free(memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accbands_equal_their_definition),
        cmocka_unit_test(a_bar_around_zero_is_its_own_band),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
