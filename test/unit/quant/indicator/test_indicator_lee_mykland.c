// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t window = (size_t)params[0];
    double *r = malloc(count * sizeof *r), l = sqrt(2 * log(params[1])), c = sqrt(2 / M_PI);
    double centre = l / c - (log(M_PI) + log(log(params[1]))) / (2 * c * l), scale = 1 / (c * l);
    double threshold = centre - scale * log(-log(1 - params[2]));
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < 4; k++) out[k][i] = NAN;
        r[i] = i > 0 ? log(in[0][i] / in[0][i - 1]) : NAN;
        if (i < window) continue;
        double sum = 0;
        for (size_t j = i - window + 2; j < i; j++) sum += fabs(r[j] * r[j - 1]);
        if (sum == 0 && r[i] != 0) continue;
        double statistic = r[i] != 0 ? r[i] / sqrt(sum / (double)(window - 2)) : 0;
        out[0][i] = statistic;
        out[1][i] = 1 - exp(-exp(-(fabs(statistic) - centre) / scale));
        out[2][i] = fabs(statistic) > threshold ? (statistic > 0 ? 1 : -1) : 0;
        out[3][i] = threshold;
    }
    free(r);
}

static void lee_mykland_equals_its_definition(void **state) {
    twin_check_within("lee_mykland", "", twin, 1e-7);
    twin_check_within("lee_mykland", "window=5 count=30 level=0.2", twin, 1e-7);
}

static void a_jump_is_told_with_its_sign_and_does_not_raise_the_scale_much(void **state) {
    const struct indicator *indicator = indicator_find("lee_mykland");
    double params[PARAMS_MAX], out[4], price = 100;
    params_defaults(indicator->params, indicator->param_count, params);
    void *memory = malloc(indicator->state_size(params));
    indicator->init(memory, params);
    for (size_t i = 0; i < 60; i++) {
        double change = i % 2 == 0 ? 0.01 : -0.01;
        if (i == 40) change = -0.12;
        if (i == 45) change = 0.12;
        price *= 1 + change;
        indicator->update(memory, &price, out);
        if (i >= 16) assert_true(out[2] == (i == 40 ? -1 : i == 45 ? 1 : 0));
    }
    indicator->update(memory, &(double){0}, out);
    assert_true(isnan(out[0]));
    free(memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lee_mykland_equals_its_definition),
        cmocka_unit_test(a_jump_is_told_with_its_sign_and_does_not_raise_the_scale_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
