// SPDX-License-Identifier: Apache-2.0
#include "base/prng.h"
#include "harness.h"
#include "quant/series/gpd.h"
#include "twin.h"

enum { CALIBRATION, LEVEL, RISK, DEPTH, CALM, SIDE, LEARN, KEPT = 256 };

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Everything anew at each row, from which of the rows before were anomalies.
static void judge(const double *x, const bool *anomalous, size_t depth, size_t i,
                  const double *params, double *ret_mean, double *ret_threshold, double *ret_limit,
                  struct gpd *ret_tail, double *ret_odds) {
    size_t calibration = (size_t)params[CALIBRATION], peaks = 0, rows = 0;
    double *detrended = malloc((i + 1) * sizeof *detrended), *excess = malloc((i + 1) * sizeof *x);
    double scratch[KEPT];
    for (size_t k = depth; k <= i; k++) {
        double sum = 0;
        size_t taken = 0;
        for (size_t j = k; j-- > 0 && taken < depth;)
            if (!anomalous[j]) sum += x[j], taken++;
        *ret_mean = depth > 0 ? sum / (double)depth : 0;
        detrended[k] = x[k] - *ret_mean;
    }
    double sorted[1000];
    memcpy(sorted, detrended + depth, calibration * sizeof *sorted);
    qsort(sorted, calibration, sizeof *sorted, by_value);
    double place = params[LEVEL] * (double)(calibration - 1);
    size_t low = (size_t)place;
    *ret_threshold = sorted[low] + (place - (double)low) * (sorted[low + 1] - sorted[low]);
    // The calibration's peaks in the order of their size, then the others in that of time.
    for (size_t k = 0; k < calibration; k++)
        if (sorted[k] > *ret_threshold) excess[peaks++] = sorted[k] - *ret_threshold;
    rows = calibration;
    for (size_t k = depth + calibration; k < i; k++) {
        if (anomalous[k]) continue;
        rows++;
        if (detrended[k] > *ret_threshold) excess[peaks++] = detrended[k] - *ret_threshold;
    }
    size_t first = peaks > KEPT ? peaks - KEPT : 0;
    *ret_tail = gpd_fit(excess + first, peaks - first, scratch);
    *ret_odds = (double)peaks / (double)rows;
    *ret_limit = gpd_quantile(ret_tail, fmin(1, params[RISK] / *ret_odds));
    free(detrended);
    free(excess);
}

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    double *x = malloc(count * sizeof *x), sign = params[SIDE] != 0 ? -1 : 1;
    bool *anomalous = calloc(count, sizeof *anomalous), active = false;
    size_t depth = (size_t)params[DEPTH], quiet = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 5; c++) out[c][i] = NAN;
        x[i] = sign * in[0][i];
        if (i < depth + (size_t)params[CALIBRATION]) continue;
        double mean, threshold, limit, odds;
        struct gpd tail;
        judge(x, anomalous, depth, i, params, &mean, &threshold, &limit, &tail, &odds);
        if (isnan(tail.scale)) continue;
        double excess = x[i] - mean - threshold;
        bool was = active;
        anomalous[i] = excess > limit;
        quiet = anomalous[i] ? 0 : quiet + 1;
        if (anomalous[i]) active = true;
        if (was && quiet >= (size_t)params[CALM]) active = false;
        out[0][i] = excess > 0 ? fmin(16, -log10(odds * gpd_beyond(&tail, excess))) : 0;
        out[1][i] = sign * (mean + threshold + limit);
        out[2][i] = active;
        out[3][i] = active && !was;
        out[4][i] = was && !active;
    }
    free(x);
    free(anomalous);
}

static void spot_equals_its_definition(void **state) {
    // Fits lose digits of the series that is a ten-thousandth wide; the limit does not.
    twin_check_within("spot", "calibration=150 level=0.9 risk=0.01 depth=20", twin, 1e-5);
    twin_check_within("spot", "calibration=120 level=0.9 risk=0.02 side=lower calm=3 depth=7", twin,
                      1e-5);
}

enum { ROWS = 50000 };

// Student's t with 4 degrees of freedom, whose tail has a shape of 1/4. Bailey's polar form.
static double draw(struct prng *prng) {
    for (;;) {
        double u = 2 * prng_double(prng) - 1, v = 2 * prng_double(prng) - 1, w = u * u + v * v;
        if (w < 1 && w > 0) return u * sqrt(4 * (pow(w, -0.5) - 1) / w);
    }
}

// How many alarms there are in ROWS rows at a risk of 1e-3.
static size_t count_alarms(double learn, double *ret_limit) {
    const struct indicator *indicator = indicator_find("spot");
    struct prng prng;
    double params[PARAMS_MAX], out[5], limits = 0;
    size_t alarms = 0;
    prng_seed(&prng, 12);
    params_defaults(indicator->params, indicator->param_count, params);
    params[CALIBRATION] = 2000;
    params[RISK] = 1e-3;
    params[LEARN] = learn;
    void *memory = malloc(indicator->state_size(params));
    indicator->init(memory, params);
    for (size_t i = 0; i < ROWS; i++) {
        double x = draw(&prng);
        indicator->update(memory, &x, out);
        assert_true(isnan(out[0]) == (i < 2000));
        if (i >= 2000) alarms += out[1] < x, limits += out[1];
    }
    *ret_limit = limits / (ROWS - 2000);
    free(memory);
    return alarms;
}

static void alarms_come_with_the_probability_that_was_asked_for(void **state) {
    // 48 are expected. P(t4 > limit) = 1e-3 at 7.173182219782308 (scipy 1.17.1: t.isf(1e-3, 4)).
    double limit, shorter, shortest;
    size_t all = count_alarms(2, &limit);
    assert_in_range(all, 30, 75);
    assert_true(fabs(limit - 7.173) < 1);
    // A tail that never learns its end thins out.
    size_t capped = count_alarms(1, &shorter), none = count_alarms(0, &shortest);
    assert_true(all < capped && capped < none);
    assert_true(limit > shorter && shorter > shortest);
}

static void equal_rows_have_no_limit_and_no_anomaly(void **state) {
    const struct indicator *indicator = indicator_find("spot");
    double params[PARAMS_MAX], out[5];
    params_defaults(indicator->params, indicator->param_count, params);
    void *memory = malloc(indicator->state_size(params));
    indicator->init(memory, params);
    for (size_t i = 0; i < 3000; i++) {
        indicator->update(memory, &(double){3}, out);
        for (size_t c = 0; c < 5; c++) assert_true(isnan(out[c]));
    }
    free(memory);
}

static void faults_are_told(void **state) {
    const struct indicator *indicator = indicator_find("spot");
    double params[PARAMS_MAX];
    params_defaults(indicator->params, indicator->param_count, params);
    params[RISK] = 0.05;
    assert_int_equal(indicator_check(indicator, params), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "risk"));
    params[RISK] = 1e-3;
    params[CALIBRATION] = 200;
    assert_int_equal(indicator_check(indicator, params), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "fewer than 5"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spot_equals_its_definition),
        cmocka_unit_test(alarms_come_with_the_probability_that_was_asked_for),
        cmocka_unit_test(equal_rows_have_no_limit_and_no_anomaly),
        cmocka_unit_test(faults_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
