// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "quant/regime/hmm.h"
#include "quant/regime/hmm_given.h"
#include "twin.h"

// The filter over whole columns.
static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    struct hmm model;
    struct arena arena;
    double loglik, *p = malloc(count * HMM_STATES_MAX * sizeof *p);
    assert_null(hmm_given(params, &model));
    assert_ok(arena_init(&arena, 1 << 20));
    size_t states = model.states;
    assert_ok(hmm_smooth(&model, in, count, &arena, &loglik, p, NULL));
    for (size_t t = 0; t < count; t++) {
        const double *now = p + t * states;
        double next[HMM_STATES_MAX], mean = 0, second = 0, density = 0;
        out[0][t] = 0;
        for (size_t k = 0; k < HMM_STATES_MAX; k++) {
            out[1 + k][t] = k < states ? now[k] : 0;
            if (k < states && now[k] > now[(size_t)out[0][t]]) out[0][t] = (double)k;
        }
        hmm_forecast(&model, now, next);
        for (size_t k = 0; k < states; k++) {
            double m = model.mean[k][0];
            mean += next[k] * m;
            second += next[k] * (m * m + model.covariance[k][0][0]);
        }
        out[5][t] = mean;
        out[6][t] = sqrt(second - mean * mean);
        if (t == 0) memcpy(next, model.start, sizeof next);
        if (t > 0) hmm_forecast(&model, now - states, next);
        for (size_t k = 0; k < states; k++)
            density += next[k] * exp(hmm_log_density(in[0][t], model.mean[k][0],
                                                     sqrt(model.covariance[k][0][0])));
        out[7][t] = log(density);
    }
    arena_fini(&arena);
    free(p);
}

static void hmm_filter_equals_the_filter_over_columns(void **state) {
    twin_check_within("hmm_filter", "mean_0=100 mean_1=60 sigma_0=1e3 sigma_1=2e3", twin, 1e-9);
    twin_check_within(
        "hmm_filter",
        "states=4 start=equal mean_0=90 mean_1=110 mean_2=5000 mean_3=1e4 sigma_0=800 "
        "sigma_1=900 sigma_2=1e3 sigma_3=1e3 move_30=0",
        twin, 1e-9);
}

static void densities_add_up_to_the_published_likelihood(void **state) {
    // Stata 14 manual, mswitch, federal funds rate.
    const struct indicator *indicator = indicator_find("hmm_filter");
    double params[HMM_GIVEN_PARAMS], out[8], sum = 0;
    FILE *file = fopen(harness_shared("golden/volatility/fedfunds.csv"), "r");
    char line[64];
    assert_non_null(file);
    params_defaults(hmm_given_params, HMM_GIVEN_PARAMS, params);
    const char *const set[][2] = {{"mean_0", "3.70877"},    {"mean_1", "9.556793"},
                                  {"sigma_0", "2.107562"},  {"sigma_1", "2.107562"},
                                  {"move_01", "0.0179061"}, {"move_10", "0.0503587"}};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        assert_ok(params_set(hmm_given_params, HMM_GIVEN_PARAMS, set[i][0], set[i][1], params));
    void *memory = malloc(indicator->state_size(params));
    indicator->init(memory, params);
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) != NULL) {
        double x = strtod(line, NULL);
        indicator_apply(indicator, memory, &x, out);
        sum += out[7];
    }
    assert_true(fabs(sum - -508.63592) < 5e-6);
    fclose(file);
    free(memory);
}

static void a_row_that_no_possible_state_explains_changes_nothing(void **state) {
    const struct indicator *indicator = indicator_find("hmm_filter");
    double params[HMM_GIVEN_PARAMS], out[8];
    params_defaults(hmm_given_params, HMM_GIVEN_PARAMS, params);
    double *memory = malloc(indicator->state_size(params));
    indicator->init(memory, params);
    indicator->update(memory, (double[]){1e200}, out);
    assert_true(out[7] == -INFINITY && fabs(out[1] - 0.5) < 1e-15);
    indicator->update(memory, (double[]){0.001}, out);
    assert_true(isfinite(out[7]) && out[1] > 0.7);
    free(memory);
}

static void faults_name_what_is_wrong(void **state) {
    const struct indicator *indicator = indicator_find("hmm_filter");
    double params[HMM_GIVEN_PARAMS];
    params_defaults(hmm_given_params, HMM_GIVEN_PARAMS, params);
    assert_ok(params_set(hmm_given_params, HMM_GIVEN_PARAMS, "start", "state_3", params));
    assert_int_equal(indicator_check(indicator, params), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "beyond the number of states"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hmm_filter_equals_the_filter_over_columns),
        cmocka_unit_test(densities_add_up_to_the_published_likelihood),
        cmocka_unit_test(a_row_that_no_possible_state_explains_changes_nothing),
        cmocka_unit_test(faults_name_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
