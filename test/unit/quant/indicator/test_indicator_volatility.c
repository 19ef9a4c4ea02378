// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"
#include "twin.h"

static const long double ln2 = 0.693147180559945309417232121458L;

static long double ratio(double to, double from) {
    return logl((long double)to / (long double)from);
}

static long double variance(const long double *x, size_t n) {
    long double mean = 0, sum = 0;
    for (size_t i = 0; i < n; i++) mean += x[i] / (long double)n;
    for (size_t i = 0; i < n; i++) sum += (x[i] - mean) * (x[i] - mean);
    return sum / (long double)(n - 1);
}

// The variance a bar of the window of n bars that ends at row i, each from its definition.
typedef long double window_fn(const double *const *in, size_t i, size_t n);

static long double closes(const double *const *in, size_t i, size_t n) {
    long double *r = malloc(n * sizeof *r);
    for (size_t k = 0; k < n; k++) r[k] = ratio(in[0][i - k], in[0][i - k - 1]);
    long double v = variance(r, n);
    free(r);
    return v;
}

static long double highs_lows(const double *const *in, size_t i, size_t n) {
    long double sum = 0;
    for (size_t k = i + 1 - n; k <= i; k++) sum += powl(ratio(in[0][k], in[1][k]), 2);
    return sum / (long double)n / (4 * ln2);
}

static long double garman_klass(const double *const *in, size_t i, size_t n) {
    long double sum = 0;
    for (size_t k = i + 1 - n; k <= i; k++)
        sum += 0.5L * powl(ratio(in[1][k], in[2][k]), 2) -
               (2 * ln2 - 1) * powl(ratio(in[3][k], in[0][k]), 2);
    return sum / (long double)n;
}

static long double rogers_satchell(const double *const *in, size_t i, size_t n) {
    long double sum = 0;
    for (size_t k = i + 1 - n; k <= i; k++)
        sum += ratio(in[1][k], in[3][k]) * ratio(in[1][k], in[0][k]) +
               ratio(in[2][k], in[3][k]) * ratio(in[2][k], in[0][k]);
    return sum / (long double)n;
}

static long double yang_zhang(const double *const *in, size_t i, size_t n) {
    long double *night = malloc(2 * n * sizeof *night), *day = night + n;
    for (size_t k = 0; k < n; k++) {
        night[k] = ratio(in[0][i - k], in[3][i - k - 1]);
        day[k] = ratio(in[3][i - k], in[0][i - k]);
    }
    long double w = (long double)n, k = 0.34L / (1.34L + (w + 1) / (w - 1));
    long double v = variance(night, n) + k * variance(day, n) + (1 - k) * rogers_satchell(in, i, n);
    free(night);
    return v;
}

struct estimator {
    const char *name;
    window_fn *window;
    bool returns; // its first window needs the bar before
};

static const struct estimator estimators[] = {{"close_to_close", closes, true},
                                              {"garman_klass", garman_klass, false},
                                              {"parkinson", highs_lows, false},
                                              {"rogers_satchell", rogers_satchell, false},
                                              {"yang_zhang", yang_zhang, true}};
enum { ESTIMATORS = sizeof estimators / sizeof *estimators };

static void fold(const struct estimator *estimator, const double *const *in, size_t count,
                 const double *params, double *const *out) {
    size_t n = (size_t)params[0];
    for (size_t i = 0; i < count; i++)
        out[0][i] = i + 1 >= n + estimator->returns
                        ? sqrt((double)estimator->window(in, i, n) * params[1])
                        : NAN;
}

static void twin_cc(const double *const *in, size_t count, const double *params,
                    double *const *out) {
    fold(&estimators[0], in, count, params, out);
}

static void twin_gk(const double *const *in, size_t count, const double *params,
                    double *const *out) {
    fold(&estimators[1], in, count, params, out);
}

static void twin_pk(const double *const *in, size_t count, const double *params,
                    double *const *out) {
    fold(&estimators[2], in, count, params, out);
}

static void twin_rs(const double *const *in, size_t count, const double *params,
                    double *const *out) {
    fold(&estimators[3], in, count, params, out);
}

static void twin_yz(const double *const *in, size_t count, const double *params,
                    double *const *out) {
    fold(&estimators[4], in, count, params, out);
}

static twin_fn *const twins[ESTIMATORS] = {twin_cc, twin_gk, twin_pk, twin_rs, twin_yz};

static void every_estimator_equals_its_definition(void **state) {
    for (size_t k = 0; k < ESTIMATORS; k++) {
        twin_check(estimators[k].name, "timeperiod=2", twins[k]);
        twin_check(estimators[k].name, "period=20", twins[k]);
        twin_check(estimators[k].name, "timeperiod=111 periods=365", twins[k]);
    }
    twin_check("parkinson", "timeperiod=1", twins[2]);
}

static void ewma_twin(const double *const *in, size_t count, const double *params,
                      double *const *out) {
    double lambda = params[0];
    size_t seed = params[1] == 0 ? 1 : (size_t)params[2];
    for (size_t i = 0; i < count; i++) {
        out[0][i] = out[1][i] = NAN;
        if (i < seed) continue;
        long double v = 0;
        for (size_t k = 1; k <= seed; k++) v += powl(ratio(in[0][k], in[0][k - 1]), 2);
        v /= (long double)seed;
        for (size_t k = seed + 1; k <= i; k++)
            v = lambda * v + (1 - (long double)lambda) * powl(ratio(in[0][k], in[0][k - 1]), 2);
        out[0][i] = sqrt((double)v * params[3]);
        out[1][i] = (double)v;
    }
}

static void ewma_vol_equals_its_definition_from_either_seed(void **state) {
    twin_check("ewma_vol", "", ewma_twin);
    twin_check("ewma_vol", "seed=mean", ewma_twin);
    twin_check("ewma_vol", "seed=mean timeperiod=1 lambda=0.97 periods=365", ewma_twin);
    twin_check("ewma_vol", "lambda=0", ewma_twin);
}

static double uniform(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) / 9007199254740992.0;
}

enum { LONG_ROWS = 1000000, SHORT = 20 };

// A million bars; in the middle a hundredfold storm, which must not linger in what follows.
static void long_bars(double *const *columns) {
    uint64_t seed = 7;
    double price = 1000;
    for (size_t i = 0; i < LONG_ROWS; i++) {
        double width = i / 1000 == 500 ? 0.1 : 0.001;
        double open = price * (1 + width * (uniform(&seed) - 0.5));
        price = open * (1 + width * (uniform(&seed) - 0.5));
        columns[0][i] = open;
        columns[1][i] = fmax(open, price) * (1 + 0.2 * width * uniform(&seed));
        columns[2][i] = fmin(open, price) * (1 - 0.2 * width * uniform(&seed));
        columns[3][i] = price;
    }
}

// Relative to the value itself, which is far below 1.
static double worst_of(const struct estimator *estimator, double *const *columns, double *out) {
    const struct indicator *indicator = indicator_find(estimator->name);
    const double *in[4], params[] = {SHORT, 252};
    double memory[256], worst = 0;
    assert_true(indicator->state_size(params) <= sizeof memory);
    for (size_t i = 0; i < indicator->input_count; i++) {
        static const char *const names[] = {"open", "high", "low", "close"};
        size_t c = 0;
        while (strcmp(names[c], indicator->inputs[i]) != 0) c++;
        in[i] = columns[c];
    }
    indicator_batch(indicator, params, memory, in, LONG_ROWS, &out);
    for (size_t row = SHORT; row < LONG_ROWS; row += 997) {
        double expected = sqrt((double)estimator->window(in, row, SHORT) * params[1]);
        worst = fmax(worst, fabs(out[row] - expected) / expected);
    }
    return worst;
}

static void nothing_drifts_in_a_million_rows(void **state) {
    double *memory = malloc(5 * LONG_ROWS * sizeof *memory);
    double *columns[4];
    for (size_t c = 0; c < 4; c++) columns[c] = memory + c * LONG_ROWS;
    long_bars(columns);
    for (size_t k = 0; k < ESTIMATORS; k++) {
        double worst = worst_of(&estimators[k], columns, memory + 4 * LONG_ROWS);
        print_message("# %s: worst relative difference %.2g\n", estimators[k].name, worst);
        assert_true(worst <= 1e-13);
    }
    free(memory);
}

static void values_that_have_no_logarithm_are_passed_over(void **state) {
    static const double values[] = {100, 0, 110, -5, 99};
    double memory[32], out[2] = {0};
    const struct indicator *vol = indicator_find("close_to_close");
    const struct indicator *ewma = indicator_find("ewma_vol");
    double params[] = {2, 1}, ewma_params[] = {0.5, 1, 2, 1};
    assert_true(vol->state_size(params) <= sizeof memory);
    vol->init(memory, params);
    for (size_t i = 0; i < 5; i++) {
        vol->update(memory, &values[i], out);
        assert_int_equal(isnan(out[0]), i < 4);
    }
    // Two returns a and b: the sample deviation is |a - b| / sqrt(2).
    assert_true(fabs(out[0] - fabs(log(1.1) - log(0.9)) / sqrt(2)) < 1e-15);
    ewma->init(memory, ewma_params);
    for (size_t i = 0; i < 5; i++) ewma->update(memory, &values[i], out);
    assert_true(fabs(out[1] - (log(1.1) * log(1.1) + log(0.9) * log(0.9)) / 2) < 1e-16);
}

static void a_bar_that_cannot_be_is_passed_over(void **state) {
    static const double good[4] = {10, 12, 9, 11};
    static const double bad[][4] = {
        {10, 9, 12, 11}, {0, 12, 9, 11}, {10, 12, 0, 11}, {10, 12, 9, -1}, {-4, -2, -5, -3}};
    for (size_t k = 1; k < ESTIMATORS; k++) {
        const struct indicator *indicator = indicator_find(estimators[k].name);
        bool pair = indicator->input_count == 2;
        double params[] = {2, 252}, memory[64], out, before = NAN;
        indicator->init(memory, params);
        for (size_t i = 0; i < 4; i++) indicator->update(memory, good + pair, &before);
        assert_true(before > 0);
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
            if (pair && (i == 1 || i == 3)) continue; // neither high nor low is at fault
            indicator->update(memory, bad[i] + pair, &out);
            assert_true(isnan(out));
        }
        indicator->update(memory, good + pair, &out);
        assert_memory_equal(&out, &before, sizeof out);
    }
}

// Prices that do not move have a volatility of exactly 0.
static void still_prices_have_no_volatility(void **state) {
    static const double bar[4] = {10, 10, 10, 10};
    for (size_t k = 0; k < ESTIMATORS; k++) {
        const struct indicator *indicator = indicator_find(estimators[k].name);
        double params[] = {3, 252}, memory[64], out = NAN;
        indicator->init(memory, params);
        for (size_t i = 0; i < 9; i++) indicator->update(memory, bar, &out);
        assert_true(out == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_estimator_equals_its_definition),
        cmocka_unit_test(ewma_vol_equals_its_definition_from_either_seed),
        cmocka_unit_test(nothing_drifts_in_a_million_rows),
        cmocka_unit_test(values_that_have_no_logarithm_are_passed_over),
        cmocka_unit_test(a_bar_that_cannot_be_is_passed_over),
        cmocka_unit_test(still_prices_have_no_volatility),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
