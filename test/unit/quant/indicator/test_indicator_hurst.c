// SPDX-License-Identifier: Apache-2.0
#include "base/prng.h"
#include "harness.h"
#include "naive.h"
#include "twin.h"

// R/S of n changes from x[0] to x[n], NaN where they are all equal.
static double rescaled(const double *changes, size_t n) {
    long double mean = 0, squares = 0, path = 0, most = 0, least = 0;
    bool equal = true;
    for (size_t i = 0; i < n; i++) equal = equal && changes[i] == changes[0];
    if (equal) return NAN;
    for (size_t i = 0; i < n; i++) mean += (long double)changes[i] / (long double)n;
    for (size_t i = 0; i < n; i++) {
        squares += (changes[i] - mean) * (changes[i] - mean);
        path += changes[i] - mean;
        most = path > most ? path : most;
        least = path < least ? path : least;
    }
    return (double)((most - least) / sqrtl(squares / (long double)n));
}

static double slope(const double *x, const double *y, int count) {
    double sums[4] = {0};
    for (int i = 0; i < count; i++) {
        sums[0] += x[i];
        sums[1] += y[i];
        sums[2] += x[i] * x[i];
        sums[3] += x[i] * y[i];
    }
    return (count * sums[3] - sums[0] * sums[1]) / (count * sums[2] - sums[0] * sums[0]);
}

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0], shortest = (size_t)params[1];
    double *changes = naive_column(count), *ratios[16];
    for (size_t i = 1; i < count; i++)
        changes[i] = params[2] != 0
                         ? in[0][i] - in[0][i - 1]
                         : (double)log1pl(((long double)in[0][i] - in[0][i - 1]) / in[0][i - 1]);
    int scales = 0;
    for (size_t n = period; n >= shortest; n /= 2, scales++) {
        ratios[scales] = naive_column(count);
        for (size_t i = n; i < count; i++) ratios[scales][i] = rescaled(&changes[i + 1 - n], n);
    }
    for (size_t i = 0; i < count; i++) {
        double lengths[16], logs[16], excesses[16];
        int defined = 0, scale = 0;
        out[0][i] = out[1][i] = NAN;
        if (i < period) continue;
        for (size_t n = period; n >= shortest; n /= 2, scale++) {
            double sum = 0, windows = 0;
            for (size_t j = i - period + n; j <= i; j++) {
                if (isnan(ratios[scale][j])) continue;
                sum += ratios[scale][j];
                windows++;
            }
            if (windows == 0) continue;
            lengths[defined] = log((double)n);
            logs[defined] = log(sum / windows);
            double gamma = exp(lgamma(((double)n - 1) / 2) - lgamma((double)n / 2)) / sqrt(M_PI);
            double expected = 0;
            for (size_t k = 1; k < n; k++) expected += gamma * sqrt((double)(n - k) / (double)k);
            excesses[defined] = logs[defined] - log(expected);
            defined++;
        }
        if (defined < 2) continue;
        out[0][i] = slope(lengths, logs, defined);
        out[1][i] = 0.5 + slope(lengths, excesses, defined);
    }
}

static void hurst_equals_its_definition(void **state) {
    twin_check_within("hurst", "", twin, 1e-11);
    twin_check_within("hurst", "period=8 shortest=4", twin, 1e-11);
    twin_check_within("hurst", "period=100 shortest=10 changes=plain", twin, 1e-11);
}

// The last output of `rows` values, each the sum of `keep` times the last step and a fresh one.
static double persistence(double keep, size_t rows, size_t output) {
    const struct indicator *hurst = indicator_find("hurst");
    double params[] = {1024, 16, 1}, out[2] = {0}, value = 0, step = 0, sum = 0;
    void *memory = malloc(hurst->state_size(params));
    struct prng prng;
    prng_seed(&prng, 3);
    hurst->init(memory, params);
    for (size_t i = 0; i < rows; i++) {
        step = keep * step + prng_double(&prng) - 0.5;
        value += step;
        hurst->update(memory, &value, out);
        if (i >= 1024) sum += out[output];
    }
    free(memory);
    return sum / (double)(rows - 1024);
}

static void a_random_walk_has_one_half_and_a_trend_more(void **state) {
    assert_true(fabs(persistence(0, 100000, 1) - 0.5) < 0.02);
    assert_true(persistence(0, 100000, 0) > 0.52); // the known bias of R/S
    assert_true(persistence(0.5, 30000, 1) > 0.52);
    assert_true(persistence(-0.5, 30000, 1) < 0.48);
    const struct indicator *hurst = indicator_find("hurst");
    assert_int_equal(indicator_check(hurst, (double[]){15, 8, 0}), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hurst_equals_its_definition),
        cmocka_unit_test(a_random_walk_has_one_half_and_a_trend_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
