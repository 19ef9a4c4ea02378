// SPDX-License-Identifier: Apache-2.0
#include "base/prng.h"
#include "harness.h"
#include "quant/math/normal.h"
#include "quant/regime/regime.h"
#include "twin.h"

enum { WINDOW, HISTORY, TREND, HIGH, EXTREME, SHOCK, STAY, MARGIN };

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double rms(const double *r, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += r[i] * r[i];
    return sqrt(sum / (double)n);
}

// The look of row i from the returns alone; v[i] are the volatilities so far.
static struct regime_look look_at(const double *r, const double *v, size_t i,
                                  const double *params) {
    size_t window = (size_t)params[WINDOW], history = (size_t)params[HISTORY];
    double net = 0, path = 0, sorted[1000], below = 0, equal = 0, shock = 0;
    for (size_t k = i + 1 - window; k <= i; k++) net += r[k], path += fabs(r[k]);
    memcpy(sorted, &v[i + 1 - history], history * sizeof *sorted);
    for (size_t k = 0; k < history; k++) below += sorted[k] < v[i], equal += sorted[k] == v[i];
    qsort(sorted, history, sizeof *sorted, by_value);
    double median = (sorted[(history - 1) / 2] + sorted[history / 2]) / 2;
    for (size_t k = window + 1; k <= i; k++)
        if (v[k - 1] > 0)
            shock =
                fmax(shock, fabs(r[k]) / v[k - 1] * pow(0.5, 2 * (double)(i - k) / params[WINDOW]));
    return (struct regime_look){.percentile = (below + equal / 2) / (double)history,
                                .trend = path > 0 ? sqrt(params[WINDOW]) * fabs(net) / path : 0,
                                .shock = shock,
                                .swell = median > 0 ? v[i] / median : 0};
}

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t window = (size_t)params[WINDOW], history = (size_t)params[HISTORY];
    const struct regime_options options = {params[TREND], params[HIGH], params[EXTREME],
                                           params[SHOCK]};
    struct regime_filter filter = regime_filter_make(params[STAY], params[MARGIN]);
    double *r = malloc(2 * count * sizeof *r), *v = r + count;
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 8; c++) out[c][i] = NAN;
        r[i] = i > 0 ? log(in[0][i] / in[0][i - 1]) : NAN;
        v[i] = i >= window ? rms(&r[i + 1 - window], window) : NAN;
        if (i + 1 < window + history) continue;
        struct regime_look look = look_at(r, v, i, params);
        double memberships[REGIMES], moves[REGIMES][REGIMES];
        regime_memberships(&options, &look, memberships);
        regime_filter_push(&filter, memberships);
        regime_filter_moves(&filter, moves);
        size_t class = (size_t)filter.current;
        out[0][i] = filter.current;
        out[1][i] = filter.probability[class];
        for (size_t k = 0; k < REGIMES; k++) out[2 + k][i] = filter.probability[k];
        out[6][i] = moves[class][class];
        out[7][i] = look.percentile;
    }
    free(r);
}

static void regime_equals_its_rule(void **state) {
    twin_check_within("regime", "window=10 history=50", twin, 1e-6);
    twin_check_within("regime", "window=7 history=101 shock=2 trend=1 margin=0.05", twin, 1e-6);
}

enum { PART = 400, ROWS = 6 * PART };

// Range, calm trend, range, rough trend, a crash in a range, range.
static void make(double *ret_close, uint64_t seed) {
    struct prng prng;
    double price = 100, previous = 0;
    prng_seed(&prng, seed);
    for (size_t i = 0; i < ROWS; i++) {
        double z = normal_quantile(prng_double(&prng) * 0.999999 + 5e-7), r;
        size_t part = i / PART;
        if (part == 1)
            r = 0.003 + 0.003 * z;
        else if (part == 3)
            r = -0.012 + 0.012 * z;
        else
            r = 0.008 * (z - previous); // goes nowhere
        previous = z;
        if (i >= 4 * PART + 100 && i < 4 * PART + 104) r = -0.12;
        price *= exp(r);
        ret_close[i] = price;
    }
}

static void regimes_are_told_where_they_are(void **state) {
    static double close[ROWS], out[8][ROWS];
    const struct indicator *indicator = indicator_find("regime");
    double params[PARAMS_MAX], *ret[8];
    const double *in = close;
    params_defaults(indicator->params, indicator->param_count, params);
    void *memory = malloc(indicator->state_size(params));
    for (size_t c = 0; c < 8; c++) ret[c] = out[c];
    for (uint64_t seed = 1; seed <= 3; seed++) {
        double told[6][REGIMES] = {{0}};
        size_t turns = 0;
        make(close, seed);
        indicator_batch(indicator, params, memory, &in, ROWS, ret);
        for (size_t i = 300; i < ROWS; i++) {
            // Later, what was new has become the history that it is measured against.
            if (i % PART >= 60 && i % PART < 260) told[i / PART][(size_t)out[0][i]]++;
            turns += out[0][i] != out[0][i - 1];
        }
        assert_true(told[1][REGIME_LOW_TREND] > 0.75 * 200);
        assert_true(told[2][REGIME_RANGE] > 0.75 * 200);
        assert_true(told[3][REGIME_HIGH_TREND] + told[3][REGIME_EXTREME] > 0.5 * 200);
        assert_true(told[5][REGIME_RANGE] > 0.75 * 200);
        for (size_t i = 0; i < 10; i++) {
            size_t crash = 4 * PART + 101;
            assert_true(out[0][crash + i] == REGIME_EXTREME);
        }
        assert_true(turns < ROWS / 30);
    }
    free(memory);
}

static void a_price_that_stands_still_is_in_a_range(void **state) {
    const struct indicator *indicator = indicator_find("regime");
    double params[PARAMS_MAX], out[8] = {0};
    params_defaults(indicator->params, indicator->param_count, params);
    void *memory = malloc(indicator->state_size(params));
    indicator->init(memory, params);
    for (size_t i = 0; i < 400; i++) indicator->update(memory, &(double){50}, out);
    assert_true(out[0] == REGIME_RANGE && out[1] > 0.9 && out[7] == 0.5);
    indicator->update(memory, &(double){-1}, out);
    assert_true(isnan(out[0]));
    free(memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regime_equals_its_rule),
        cmocka_unit_test(regimes_are_told_where_they_are),
        cmocka_unit_test(a_price_that_stands_still_is_in_a_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
