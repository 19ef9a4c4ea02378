// SPDX-License-Identifier: Apache-2.0
#include "averages.h"
#include "harness.h"
#include "twin.h"

// Leading NaNs stand before the series.
static void place(const double *high, const double *low, const double *close, size_t count,
                  size_t period, double *ret) {
    size_t start = naive_first(close, count);
    for (size_t i = 0; i < count; i++) {
        ret[i] = NAN;
        if (i + 1 < start + period) continue;
        double top = high[i], bottom = low[i];
        for (size_t j = 1; j < period; j++) {
            top = fmax(top, high[i - j]);
            bottom = fmin(bottom, low[i - j]);
        }
        ret[i] = top > bottom ? 100 * ((close[i] - bottom) / (top - bottom)) : 0;
    }
}

static void undefine_with(double *ret, const double *other, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (isnan(other[i])) ret[i] = NAN;
}

static void stoch(const double *const *in, size_t count, const double *params, double *const *out) {
    double *k = malloc(count * sizeof *k);
    place(in[0], in[1], in[2], count, (size_t)params[0], k);
    naive_average((int)params[2], k, count, (size_t)params[1], out[0]);
    naive_average((int)params[4], out[0], count, (size_t)params[3], out[1]);
    undefine_with(out[0], out[1], count);
    free(k);
}

static void stochf(const double *const *in, size_t count, const double *params,
                   double *const *out) {
    place(in[0], in[1], in[2], count, (size_t)params[0], out[0]);
    naive_average((int)params[2], out[0], count, (size_t)params[1], out[1]);
    undefine_with(out[0], out[1], count);
}

static void stochrsi(const double *const *in, size_t count, const double *params,
                     double *const *out) {
    double *rsi = malloc(count * sizeof *rsi), gain = 0, loss = 0, period = params[0];
    for (size_t i = 0; i < count; i++) {
        rsi[i] = NAN;
        if (i == 0) continue;
        double up = fmax(in[0][i] - in[0][i - 1], 0), down = fmax(in[0][i - 1] - in[0][i], 0);
        bool seed = (double)i <= period;
        gain = seed ? gain + up : (gain * (period - 1) + up) / period;
        loss = seed ? loss + down : (loss * (period - 1) + down) / period;
        if ((double)i < period) continue;
        if ((double)i == period) gain /= period;
        if ((double)i == period) loss /= period;
        rsi[i] = gain + loss >= 1e-14 ? 100 * (gain / (gain + loss)) : 0;
    }
    stochf((const double *[]){rsi, rsi, rsi}, count, params + 1, out);
    free(rsi);
}

static void all_equal_their_definition(void **state) {
    twin_check("stoch", "", stoch);
    twin_check("stoch", "fastk_period=1 slowk_period=1 slowd_period=1", stoch);
    twin_check("stoch", "period=50 slowk_period=7 slowd_period=2", stoch);
    twin_check("stochf", "", stochf);
    twin_check("stochf", "fastk_period=1 fastd_period=1", stochf);
    twin_check("stochf", "fastk_period=30 fastd_period=9", stochf);
    twin_check_within("stochrsi", "", stochrsi, 1e-11);
    twin_check_within("stochrsi", "timeperiod=2 fastk_period=1 fastd_period=1", stochrsi, 1e-11);
    twin_check_within("stochrsi", "timeperiod=21 fastk_period=14 fastd_period=5", stochrsi, 1e-11);
}

static void they_take_any_averages(void **state) {
    twin_check("stoch", "slowk_matype=ema slowd_matype=wma", stoch);
    twin_check("stoch", "slowk_matype=tema slowd_matype=trima slowd_period=5", stoch);
    twin_check("stoch", "slowk_matype=kama slowk_period=5 slowd_matype=t3", stoch);
    twin_check_within("stoch", "slowk_matype=mama", stoch, 1e-9);
    twin_check("stochf", "fastd_matype=dema", stochf);
    twin_check_within("stochrsi", "fastd_matype=1", stochrsi, 1e-11);
}

static void all_equal_the_reference(void **state) {
    static const struct {
        const char *name, *params, *output, *column;
    } rows[] = {
        {"stoch", "fastk_period=14", "slowk", "STOCH_SLOWK_14_3_3"},
        {"stoch", "fastk_period=14", "slowd", "STOCH_SLOWD_14_3_3"},
        {"stoch", "", "slowk", "STOCH_SLOWK_5_3_3"},
        {"stoch", "", "slowd", "STOCH_SLOWD_5_3_3"},
        {"stochf", "", "fastk", "STOCHF_FASTK_5_3"},
        {"stochf", "", "fastd", "STOCHF_FASTD_5_3"},
        {"stochrsi", "", "fastk", "STOCHRSI_FASTK_14_5_3"},
        {"stochrsi", "", "fastd", "STOCHRSI_FASTD_14_5_3"},
        {"stochrsi", "fastk_period=14", "fastk", "STOCHRSI_FASTK_14_14_3"},
        {"stochrsi", "fastk_period=14", "fastd", "STOCHRSI_FASTD_14_14_3"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        golden_check(rows[i].name, rows[i].params, rows[i].output, "expected", rows[i].column,
                     1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_equal_their_definition),
        cmocka_unit_test(they_take_any_averages),
        cmocka_unit_test(all_equal_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
