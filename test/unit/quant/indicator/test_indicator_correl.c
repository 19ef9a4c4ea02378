// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

struct pair {
    long double xx, xy, yy; // sums of products of deviations from the means
};

static struct pair products(const long double *x, const long double *y, size_t n) {
    long double mean_x = 0, mean_y = 0;
    struct pair sums = {0};
    for (size_t i = 0; i < n; i++) {
        mean_x += (x[i] - x[0]) / (long double)n;
        mean_y += (y[i] - y[0]) / (long double)n;
    }
    for (size_t i = 0; i < n; i++) {
        long double dx = (x[i] - x[0]) - mean_x, dy = (y[i] - y[0]) - mean_y;
        sums.xx += dx * dx;
        sums.xy += dx * dy;
        sums.yy += dy * dy;
    }
    return sums;
}

static void correl(const double *const *in, size_t count, const double *params,
                   double *const *out) {
    size_t period = (size_t)params[0];
    long double *x = malloc(2 * period * sizeof *x), *y = x + period;
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i + 1 < period) continue;
        for (size_t j = 0; j < period; j++) {
            x[j] = in[0][i + 1 - period + j];
            y[j] = in[1][i + 1 - period + j];
        }
        struct pair sums = products(x, y, period);
        bool varies = sums.xx * sums.yy >= 1e-14L; // as TA-Lib has it
        out[0][i] = varies ? (double)(sums.xy / sqrtl(sums.xx * sums.yy)) : 0;
    }
    free(x);
}

static void beta(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    long double *x = malloc(2 * period * sizeof *x), *y = x + period;
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i < period) continue;
        for (size_t j = 0; j < period; j++) {
            size_t k = i + 1 - period + j;
            x[j] = (in[0][k] - in[0][k - 1]) / in[0][k - 1];
            y[j] = (in[1][k] - in[1][k - 1]) / in[1][k - 1];
        }
        struct pair sums = products(x, y, period);
        bool varies = sums.xx * (long double)period >= 1e-14L; // as TA-Lib has it
        out[0][i] = varies ? (double)(sums.xy / sums.xx) : 0;
    }
    free(x);
}

// Windows of equal values and of equal returns are among the rows; differences of numbers much larger
// than themselves on one of the series.
static void correl_and_beta_equal_their_definitions(void **state) {
    static const char *const periods[] = {"period=1", "period=2", "period=5", "period=30",
                                          "period=111"};
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
        twin_check_within("correl", periods[i], correl, 1e-11);
        twin_check_within("beta", periods[i], beta, 1e-10);
    }
}

static void correl_and_beta_equal_the_reference(void **state) {
    golden_check("correl", "timeperiod=30", "value", "independent", "CORREL_30", 1e-9);
    golden_check("correl", "timeperiod=30", "value", "expected", "CORREL_30", 1e-6);
    golden_check("beta", "timeperiod=5", "value", "independent", "BETA_5", 1e-9);
    golden_check("beta", "timeperiod=20", "value", "independent", "BETA_20", 1e-9);
    golden_check("beta", "timeperiod=5", "value", "expected", "BETA_5", 1e-6);
    golden_check("beta", "timeperiod=20", "value", "expected", "BETA_20", 1e-6);
}

static void a_line_has_a_correlation_of_one_and_its_slope(void **state) {
    const struct indicator *row = indicator_find("correl");
    double params[] = {5}, memory[64], out;
    assert_true(row->state_size(params) <= sizeof memory);
    row->init(memory, params);
    for (int i = 0; i < 40; i++) {
        double x = 1000 + i * i % 17;
        row->update(memory, (double[]){x, 7 - 3 * x}, &out);
    }
    assert_true(out == -1);
    for (int i = 0; i < 5; i++) row->update(memory, (double[]){4, i}, &out);
    assert_true(out == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(correl_and_beta_equal_their_definitions),
        cmocka_unit_test(correl_and_beta_equal_the_reference),
        cmocka_unit_test(a_line_has_a_correlation_of_one_and_its_slope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
