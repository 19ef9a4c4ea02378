// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

enum { PERIOD, ENTER, LEAVE, CALM, SIDE };

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *x, size_t n) {
    qsort(x, n, sizeof *x, by_value);
    return n % 2 == 1 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

static double score_of(const double *x, size_t n, double now) {
    double copy[1000], centre, scale, sum = 0;
    memcpy(copy, x, n * sizeof *x);
    centre = median(copy, n);
    for (size_t i = 0; i < n; i++) sum += copy[i] = fabs(x[i] - centre);
    scale = 1.482602218505602 * median(copy, n);
    if (scale == 0) scale = 1.2533141373155003 * sum / (double)n;
    if (now == centre) return 0;
    double score = scale > 0 ? (now - centre) / scale : now > centre ? 1000 : -1000;
    return fmax(-1000, fmin(1000, score));
}

// x[0..count) with NaN where there is none; side 0 both, 1 up, 2 down.
static void spikes(const double *x, size_t count, const double *params, double side,
                   double *const *out) {
    double *kept = malloc(count * sizeof *kept);
    size_t n = 0, period = (size_t)params[PERIOD], quiet = 0;
    bool active = false;
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 4; c++) out[c][i] = NAN;
        if (isnan(x[i])) continue;
        if (n >= period) {
            double score = score_of(kept + n - period, period, x[i]);
            double size = side == 0 ? fabs(score) : side == 1 ? score : -score;
            bool was = active;
            quiet = size < params[LEAVE] ? quiet + 1 : 0;
            if (!was && size >= params[ENTER]) active = true;
            if (was && quiet >= (size_t)params[CALM]) active = false;
            if (!active) quiet = 0;
            if (!was && active) quiet = 0;
            out[0][i] = score;
            out[1][i] = active;
            out[2][i] = active && !was;
            out[3][i] = was && !active;
        }
        kept[n++] = x[i];
    }
    free(kept);
}

static void twin_column(const double *const *in, size_t count, const double *params,
                        double *const *out) {
    spikes(in[0], count, params, params[SIDE], out);
}

static void twin_price(const double *const *in, size_t count, const double *params,
                       double *const *out) {
    double *x = malloc(count * sizeof *x);
    for (size_t i = 0; i < count; i++) x[i] = i > 0 ? log(in[0][i] / in[0][i - 1]) : NAN;
    spikes(x, count, params, params[SIDE], out);
    free(x);
}

static void twin_volume(const double *const *in, size_t count, const double *params,
                        double *const *out) {
    double *x = malloc(count * sizeof *x);
    for (size_t i = 0; i < count; i++) x[i] = log1p(in[0][i]);
    spikes(x, count, params, 1, out);
    free(x);
}

static void twin_volatility(const double *const *in, size_t count, const double *params,
                            double *const *out) {
    double *x = malloc(count * sizeof *x);
    for (size_t i = 0; i < count; i++) {
        double top = i > 0 ? fmax(in[0][i], in[2][i - 1]) : 0;
        double bottom = i > 0 ? fmin(in[1][i], in[2][i - 1]) : 0;
        x[i] = i > 0 ? log1p(1e4 * ((top - bottom) / in[2][i - 1])) : NAN;
    }
    spikes(x, count, params, 1, out);
    free(x);
}

static void spikes_equal_their_definition(void **state) {
    const char *const texts[] = {"period=20 enter=2.5 leave=1 calm=2", "period=77 enter=2 leave=2"};
    for (int i = 0; i < 2; i++) {
        // Scores of the series that is a ten-thousandth wide lose the digits of its level.
        twin_check_within("robust_z", texts[i], twin_column, 1e-7);
        twin_check_within("price_spike", texts[i], twin_price, 1e-6);
        twin_check_within("volume_spike", texts[i], twin_volume, 1e-12);
        twin_check_within("volatility_spike", texts[i], twin_volatility, 1e-6);
    }
    twin_check_within("robust_z", "period=20 enter=2 leave=1 side=up", twin_column, 1e-7);
    twin_check_within("robust_z", "period=20 enter=2 leave=1 side=down", twin_column, 1e-7);
}

// Runs an indicator of one input with its defaults.
static void run(const char *name, const double *x, size_t count, double *const *ret) {
    const struct indicator *indicator = indicator_find(name);
    double params[PARAMS_MAX];
    params_defaults(indicator->params, indicator->param_count, params);
    void *memory = malloc(indicator->state_size(params));
    indicator_batch(indicator, params, memory, &x, count, ret);
    free(memory);
}

static void a_crash_starts_and_ends_an_anomaly(void **state) {
    static double close[400], out[4][400];
    double *ret[] = {out[0], out[1], out[2], out[3]};
    close[0] = 100;
    for (size_t i = 1; i < 400; i++) {
        double change = i % 4 == 0 ? 0.004 : i % 4 == 1 ? -0.003 : i % 4 == 2 ? 0.001 : -0.0015;
        if (i >= 300 && i < 303) change = -0.08;
        close[i] = close[i - 1] * (1 + change);
    }
    run("price_spike", close, 400, ret);
    for (size_t i = 251; i < 400; i++) {
        assert_true(out[1][i] == (i >= 300 && i < 305));
        assert_true(out[2][i] == (i == 300));
        assert_true(out[3][i] == (i == 305)); // three calm rows after the last drop
    }
}

static void prices_that_are_none_are_no_observations(void **state) {
    static double close[300], holed[302], out[4][302], with[4][302];
    double *ret[] = {out[0], out[1], out[2], out[3]},
           *hole[] = {with[0], with[1], with[2], with[3]};
    for (size_t i = 0; i < 300; i++) close[i] = 100 + (double)(i * 7919 % 101) / 10;
    memcpy(holed, close, 280 * sizeof *close);
    holed[280] = 0;
    holed[281] = -3;
    memcpy(holed + 282, close + 280, 20 * sizeof *close);
    run("price_spike", close, 300, ret);
    run("price_spike", holed, 302, hole);
    assert_true(isnan(with[0][280]) && isnan(with[1][281]));
    for (size_t i = 280; i < 300; i++) assert_true(out[0][i] == with[0][i + 2]);
    holed[281] = -1;
    run("volume_spike", holed, 302, hole);
    assert_true(!isnan(with[0][280]) && isnan(with[0][281]));
}

static void leave_is_not_above_enter(void **state) {
    const double params[] = {250, 2, 3, 1, 0};
    assert_int_equal(indicator_check(indicator_find("price_spike"), params), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spikes_equal_their_definition),
        cmocka_unit_test(a_crash_starts_and_ends_an_anomaly),
        cmocka_unit_test(prices_that_are_none_are_no_observations),
        cmocka_unit_test(leave_is_not_above_enter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
