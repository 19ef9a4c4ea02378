// SPDX-License-Identifier: Apache-2.0
#include "base/prng.h"
#include "harness.h"
#include "quant/math/normal.h"
#include "twin.h"

enum { LONGEST_MAX = 1024 };

// Student's density, from the posterior of rows [from, i) by its closed form.
static long double predictive(const double *x, size_t from, size_t i, const double *params,
                              long double *ret_mean, long double *ret_beta) {
    long double n = i - from, sum = 0, squares = 0, m0 = params[3], k0 = params[4];
    for (size_t k = from; k < i; k++) sum += x[k];
    long double mean = n > 0 ? sum / n : 0;
    for (size_t k = from; k < i; k++) squares += (x[k] - mean) * (x[k] - mean);
    long double kappa = k0 + n, alpha = params[5] + n / 2;
    *ret_mean = (k0 * m0 + sum) / kappa;
    *ret_beta = params[6] + squares / 2 + k0 * n * (mean - m0) * (mean - m0) / (2 * kappa);
    long double v = 2 * *ret_beta * (kappa + 1) / kappa, d = x[i] - *ret_mean;
    return expl(lgammal(alpha + 0.5L) - lgammal(alpha) - logl(M_PIl * v) / 2 -
                (alpha + 0.5L) * log1pl(d * d / v));
}

// Adams and MacKay's recursion over all lengths, nothing truncated, in O(n^2) densities.
static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    static long double joint[LONGEST_MAX], next[LONGEST_MAX];
    long double hazard = 1 / params[0], mean, beta;
    size_t baseline = (size_t)params[7];
    double *x = calloc(count + 1, sizeof *x), scale = 1, shift = 0;
    assert_non_null(x);
    for (size_t i = 0; i < count; i++) x[i] = in[0][i] - (baseline > 0 ? in[0][0] : 0);
    if (baseline > 0) {
        scale = sqrt(twin_squares(x, baseline) / (double)(baseline - 1));
        shift = twin_mean(x, baseline);
        for (size_t i = 0; i < count; i++) x[i] = (x[i] - shift) / scale;
        shift += in[0][0];
    }
    x[count] = 0;
    memset(joint, 0, sizeof joint);
    joint[0] = 1;
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 5; c++) out[c][i] = NAN;
        if (i < baseline) continue;
        size_t seen = i - baseline + 1, likeliest = 1;
        long double total = 0, recent = 0, rows = 0;
        for (size_t r = 0; r < seen; r++) {
            long double p = joint[r] * predictive(x, i - r, i, params, &mean, &beta);
            next[r + 1] = p * (1 - hazard);
            total += p;
        }
        next[0] = total * hazard;
        for (size_t r = 0; r <= seen; r++) joint[r] = next[r] / total;
        for (size_t r = 1; r <= seen; r++) {
            if (joint[r] > joint[likeliest]) likeliest = r;
            if (r <= (size_t)params[2]) recent += joint[r];
            rows += joint[r] * r;
        }
        (void)predictive(x, i + 1 - likeliest, i + 1, params, &mean, &beta);
        if (seen > (size_t)params[2]) out[0][i] = (double)(recent / (1 - hazard));
        out[1][i] = (double)likeliest;
        out[2][i] = (double)(rows / (1 - hazard));
        out[3][i] = (double)(shift + scale * mean);
        out[4][i] = (double)(scale * sqrtl(beta / (params[5] + likeliest / 2.0L)));
    }
    free(x);
}

static void bocpd_equals_the_recursion_over_all_lengths(void **state) {
    twin_check_within("bocpd", "baseline=0 longest=1000 mean=100 beta=4 expected=100", twin, 1e-6);
    twin_check_within("bocpd", "longest=1000 baseline=30 recent=3", twin, 1e-8);
    twin_check_within("bocpd",
                      "baseline=0 longest=1000 mean=1e4 kappa=0.3 alpha=2.5 beta=3 recent=20", twin,
                      1e-6);
}

// Means 0, 3, 3, -2 with deviations 1, 1, 4, 1, each for 200 rows.
static void make(double *ret_x, size_t count, uint64_t seed) {
    struct prng prng;
    prng_seed(&prng, seed);
    for (size_t i = 0; i < count; i++) {
        double z = normal_quantile(prng_double(&prng) * 0.999999 + 5e-7);
        size_t part = i / 200 % 4;
        ret_x[i] = part == 0 ? z : part == 1 ? 3 + z : part == 2 ? 3 + 4 * z : -2 + z;
    }
}

static void *run(const char *text, const double *x, size_t count, double *const *ret) {
    const struct indicator *indicator = indicator_find("bocpd");
    double params[PARAMS_MAX];
    params_defaults(indicator->params, indicator->param_count, params);
    params[7] = 0; // rows as they are
    params[1] = strtod(text, NULL);
    void *memory = malloc(indicator->state_size(params));
    indicator_batch(indicator, params, memory, &x, count, ret);
    return memory;
}

enum { ROWS = 1600 };

static void changes_are_found_where_they_are(void **state) {
    static double x[ROWS], out[5][ROWS];
    double *ret[] = {out[0], out[1], out[2], out[3], out[4]};
    make(x, ROWS, 3);
    free(run("500", x, ROWS, ret));
    for (size_t change = 200; change < ROWS; change += 200) {
        bool found = false;
        for (size_t i = change; i < change + 40; i++) found = found || out[0][i] > 0.5;
        // From 3 to 3 +- 4, and from there to -2, takes longer to see.
        assert_true(found || change % 800 == 400 || change % 800 == 600);
        size_t late = change + 199 < ROWS ? change + 199 : ROWS - 1;
        double begun = (double)late + 1 - out[1][late];
        if (!(fabs(begun - (double)change) <= 8)) fail_msg("%zu %g", change, begun);
    }
    // False alarms are rare: a tenth of a percent of the rows that are far from changes.
    size_t alarms = 0, rows = 0;
    for (size_t i = 60; i < ROWS; i++)
        if (i % 200 >= 60) rows++, alarms += out[0][i] > 0.5;
    assert_true((double)alarms <= 0.001 * (double)rows + 2);
}

static void a_bounded_memory_tells_almost_the_same(void **state) {
    static double x[ROWS], all[5][ROWS], few[5][ROWS];
    double *whole[] = {all[0], all[1], all[2], all[3], all[4]};
    double *bounded[] = {few[0], few[1], few[2], few[3], few[4]};
    make(x, ROWS, 4);
    for (size_t i = 400; i < 1000; i++) x[i] = x[i % 200] - 5; // one run of 600 rows
    free(run("2000", x, ROWS, whole));
    free(run("100", x, ROWS, bounded));
    size_t differ = 0;
    double worst = 0;
    for (size_t i = 10; i < ROWS; i++) {
        worst = fmax(worst, fabs(all[0][i] - few[0][i]));
        differ += fabs(all[3][i] - few[3][i]) > 0.2;
    }
    assert_true(worst < 0.02);
    assert_true(differ < ROWS / 100);
    assert_true(all[1][990] > 500 && few[1][990] > 500);
}

static void a_million_equal_rows_do_not_wear_out(void **state) {
    const struct indicator *indicator = indicator_find("bocpd");
    double params[PARAMS_MAX], out[5] = {0};
    params_defaults(indicator->params, indicator->param_count, params);
    params[7] = 0; // rows as they are
    params[1] = 20;
    void *memory = malloc(indicator->state_size(params));
    indicator->init(memory, params);
    for (size_t i = 0; i < 1000000; i++) indicator->update(memory, &(double){7}, out);
    assert_true(out[0] < 0.01 && out[1] == 1e6 && fabs(out[3] - 7) < 1e-5);
    assert_true(out[4] > 0 && out[4] < 0.02);
    free(memory);
}

static void a_row_beyond_all_bounds_changes_nothing(void **state) {
    const struct indicator *indicator = indicator_find("bocpd");
    double params[PARAMS_MAX], out[5];
    params_defaults(indicator->params, indicator->param_count, params);
    params[7] = 0; // rows as they are
    size_t size = indicator->state_size(params);
    void *memory = malloc(size), *copy = malloc(size);
    indicator->init(memory, params);
    for (int i = 0; i < 30; i++) indicator->update(memory, &(double){i % 3}, out);
    memcpy(copy, memory, size);
    indicator->update(memory, &(double){-1e200}, out);
    assert_true(isnan(out[0]) && isnan(out[1]));
    assert_memory_equal(copy, memory, size);
    indicator->update(memory, &(double){1e99}, out); // this one is a change
    indicator->update(memory, &(double){1}, out);
    for (size_t c = 0; c < 5; c++) assert_true(isfinite(out[c]));
    free(memory);
    free(copy);
}

static void faults_are_told(void **state) {
    const struct indicator *indicator = indicator_find("bocpd");
    double params[PARAMS_MAX];
    params_defaults(indicator->params, indicator->param_count, params);
    params[7] = 0; // rows as they are
    params[1] = 10;
    params[2] = 9;
    assert_int_equal(indicator_check(indicator, params), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "recent"));
    params[2] = 8;
    assert_ok(indicator_check(indicator, params));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bocpd_equals_the_recursion_over_all_lengths),
        cmocka_unit_test(changes_are_found_where_they_are),
        cmocka_unit_test(a_bounded_memory_tells_almost_the_same),
        cmocka_unit_test(a_million_equal_rows_do_not_wear_out),
        cmocka_unit_test(a_row_beyond_all_bounds_changes_nothing),
        cmocka_unit_test(faults_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
