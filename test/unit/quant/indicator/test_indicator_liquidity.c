// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void amihud_twin(const double *const *in, size_t count, const double *params,
                        double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        double sum = 0, traded = 0;
        for (size_t k = i; i >= period && k > i - period; k--) {
            double notional = in[0][k] * in[1][k];
            if (!(notional > 0) || !(in[0][k - 1] > 0)) continue;
            sum += fabs(in[0][k] / in[0][k - 1] - 1) / notional * 1e6;
            traded++;
        }
        out[0][i] = traded > 0 ? sum / traded : NAN;
    }
}

static void roll_twin(const double *const *in, size_t count, const double *params,
                      double *const *out) {
    size_t period = (size_t)params[0];
    const double *p = in[0];
    for (size_t i = 0; i < count; i++) {
        double mx = 0, my = 0, cov = 0, n = (double)period;
        out[0][i] = NAN;
        if (i < period + 1) continue;
        for (size_t k = i; k > i - period; k--) {
            mx += (p[k - 1] - p[k - 2]) / n;
            my += (p[k] - p[k - 1]) / n;
        }
        for (size_t k = i; k > i - period; k--)
            cov += (p[k - 1] - p[k - 2] - mx) * (p[k] - p[k - 1] - my) / (n - 1);
        out[0][i] = cov < 0 ? 2 * sqrt(-cov) : 0;
    }
}

static void kyle_twin(const double *const *in, size_t count, const double *params,
                      double *const *out) {
    size_t period = (size_t)params[0];
    static double x[BARS_MAX], y[BARS_MAX];
    int sign = 0;
    for (size_t i = 0; i < count; i++) {
        for (int k = 0; k < 4; k++) out[k][i] = NAN;
        if (i == 0) continue;
        y[i] = in[0][i] - in[0][i - 1];
        sign = y[i] > 0 ? 1 : y[i] < 0 ? -1 : sign;
        x[i] = sign * in[1][i];
        if (i < period) continue;
        size_t from = i - period + 1;
        double mx = twin_mean(x + from, period), my = twin_mean(y + from, period);
        double xx = twin_squares(x + from, period), yy = twin_squares(y + from, period);
        double xy = 0, raw_xy = 0, raw_xx = 0;
        for (size_t k = from; k <= i; k++) {
            xy += (x[k] - mx) * (y[k] - my);
            raw_xy += x[k] * y[k];
            raw_xx += x[k] * x[k];
        }
        if (xx > 0) {
            out[0][i] = xy / xx;
            out[1][i] = my - xy / xx * mx;
        }
        if (xx > 0 && yy > 0) out[2][i] = xy * xy / (xx * yy);
        if (raw_xx > 0) out[3][i] = raw_xy / raw_xx;
    }
}

static void corwin_twin(const double *const *in, size_t count, const double *params,
                        double *const *out) {
    for (size_t i = 0; i < count; i++) {
        out[0][i] = out[1][i] = NAN;
        if (i == 0) continue;
        double k = 3 - 2 * sqrt(2), b = 0;
        for (size_t j = i - 1; j <= i; j++) b += pow(log(in[0][j] / in[1][j]), 2);
        double h = fmax(in[0][i], in[0][i - 1]), l = fmin(in[1][i], in[1][i - 1]);
        double a = (sqrt(2 * b) - sqrt(b)) / k - fabs(log(h / l)) / sqrt(k);
        out[0][i] = 2 * (exp(a) - 1) / (1 + exp(a));
        out[1][i] = fmax(out[0][i], 0);
    }
}

// Highs and lows of SPY, 6 to 17 October 2008, and the paper's equations 14 and 18 in forty digits by another program.
static void corwin_schultz_of_ten_days_is_that_of_forty_digits(void **state) {
    static const double rows[][3] = {
        {107.62, 100.65, NAN},
        {107.32, 99.65, 0.055430083567492453},
        {102.18, 96.81, -0.027383446923760376},
        {100.62, 90.9, -0.0046634199420791927},
        {93.93, 83.58, -0.074294721064708641},
        {100.92, 93.17, -0.11347479722125120},
        {105.53, 97.11, -0.022331865190935805},
        {97.77, 90.5, -0.096820930258833323},
        {94.77, 86.54, -0.0066374208959572301},
        {98.58, 91.66, -0.033448083159296602},
    };
    const struct indicator *indicator = indicator_find("corwin_schultz");
    uint64_t memory[8];
    assert_true(indicator->state_size(NULL) <= sizeof memory);
    indicator->init(memory, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double outputs[2];
        indicator->update(memory, rows[i], outputs);
        assert_true(isnan(outputs[0]) == (i == 0) && isnan(outputs[1]) == (i == 0));
        if (i == 0) continue;
        assert_true(fabs(outputs[0] - rows[i][2]) < 1e-14);
        assert_true(fabs(outputs[1] - fmax(rows[i][2], 0)) < 1e-14);
    }
}

static void illiquidity_equals_its_definitions(void **state) {
    twin_check("amihud", "period=60", amihud_twin);
    twin_check("amihud", "period=20", amihud_twin);
    twin_check_within("roll", "period=2", roll_twin, 1e-7);
    twin_check_within("roll", "period=60", roll_twin, 1e-9);
    twin_check_within("kyle", "period=30", kyle_twin, 1e-9);
    twin_check_within("kyle", "period=60", kyle_twin, 1e-9);
    twin_check("corwin_schultz", "", corwin_twin);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corwin_schultz_of_ten_days_is_that_of_forty_digits),
        cmocka_unit_test(illiquidity_equals_its_definitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
