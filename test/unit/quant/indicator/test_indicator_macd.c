// SPDX-License-Identifier: Apache-2.0
#include "averages.h"
#include "harness.h"
#include "quant/stream/average.h"
#include "twin.h"

static void smooth_on(long double *value, double weight, double x) {
    *value += weight * (x - *value);
}

// Both averages are seeded at the last bar of the slow one's seed.
static void macd_of(const double *x, size_t count, const size_t *length, const double *weights,
                    double *const *out) {
    long double fast = 0, slow = 0, signal = 0;
    for (size_t i = 0; i < count; i++) {
        out[0][i] = out[1][i] = out[2][i] = NAN;
        if (i + 1 < length[1]) continue;
        if (i + 1 == length[1]) {
            fast = twin_mean(&x[i + 1 - length[0]], length[0]);
            slow = twin_mean(x, length[1]);
        } else {
            smooth_on(&fast, weights[0], x[i]);
            smooth_on(&slow, weights[1], x[i]);
        }
        size_t seen = i + 2 - length[1];
        long double k =
            seen <= length[2] ? 1.0L / (long double)seen : 2 / ((long double)length[2] + 1);
        signal += k * (fast - slow - signal);
        if (seen < length[2]) continue;
        out[0][i] = (double)(fast - slow);
        out[1][i] = (double)signal;
        out[2][i] = (double)(fast - slow - signal);
    }
}

static void macd(const double *const *in, size_t count, const double *params, double *const *out) {
    double fast = fmin(params[0], params[1]), slow = fmax(params[0], params[1]);
    size_t length[] = {(size_t)fast, (size_t)slow, (size_t)params[2]};
    macd_of(in[0], count, length, (double[]){2 / (fast + 1), 2 / (slow + 1)}, out);
}

static void macdfix(const double *const *in, size_t count, const double *params,
                    double *const *out) {
    macd_of(in[0], count, (size_t[]){12, 26, (size_t)params[0]}, (double[]){0.15, 0.075}, out);
}

static void macdext(const double *const *in, size_t count, const double *params,
                    double *const *out) {
    size_t first[2] = {average_lookback((enum average_type)params[1], (uint32_t)params[0]),
                       average_lookback((enum average_type)params[3], (uint32_t)params[2])};
    size_t latest = first[0] > first[1] ? first[0] : first[1];
    for (size_t i = 0; i < latest && i < count; i++) out[0][i] = out[2][i] = NAN;
    size_t wait = latest - first[0];
    naive_average((int)params[1], in[0] + wait, count - wait, (size_t)params[0], out[0] + wait);
    wait = latest - first[1];
    naive_average((int)params[3], in[0] + wait, count - wait, (size_t)params[2], out[2] + wait);
    double sign = params[2] < params[0] ? -1 : 1; // the longer one is the slow one
    for (size_t i = 0; i < count; i++) out[0][i] = sign * (out[0][i] - out[2][i]);
    naive_average((int)params[5], out[0], count, (size_t)params[4], out[1]);
    for (size_t i = 0; i < count; i++) {
        if (isnan(out[1][i])) out[0][i] = NAN;
        out[2][i] = out[0][i] - out[1][i];
    }
}

// One of the series stands at 1e4, where an average is rounded to 2e-12.
static void all_equal_their_definition(void **state) {
    twin_check_within("macd", "", macd, 1e-11);
    twin_check_within("macd", "fast=2 slow=3 signal=1", macd, 1e-11);
    twin_check_within("macd", "fastperiod=5 slowperiod=35 signalperiod=5", macd, 1e-11);
    twin_check_within("macd", "fastperiod=35 slowperiod=5 signalperiod=5", macd, 1e-11);
    twin_check_within("macdfix", "", macdfix, 1e-11);
    twin_check_within("macdfix", "signalperiod=3", macdfix, 1e-11);
}

static void macdext_takes_any_averages(void **state) {
    twin_check_within("macdext", "", macdext, 2e-11);
    twin_check_within("macdext", "signalperiod=1", macdext, 2e-11);
    twin_check_within("macdext", "fastmatype=ema slowmatype=ema signalmatype=ema", macdext, 2e-11);
    twin_check_within("macdext", "fastmatype=t3 slowmatype=wma signalmatype=dema", macdext, 4e-11);
    twin_check_within("macdext", "fastperiod=30 fastmatype=kama slowperiod=9 slowmatype=tema",
                      macdext, 4e-11);
}

static void macdext_of_exponential_averages_is_macd(void **state) {
    twin_check_within("macdext", "fastmatype=1 slowmatype=1 signalmatype=1", macdext, 1e-11);
    const struct indicator *plain = indicator_find("macd"), *ext = indicator_find("macdext");
    double params[2][6] = {{12, 26, 9}, {12, 1, 26, 1, 9, 1}}, out[2][3];
    void *memory[2] = {malloc(plain->state_size(params[0])), malloc(ext->state_size(params[1]))};
    struct bars *bars = malloc(sizeof *bars);
    bars_make(bars, 400, 3);
    plain->init(memory[0], params[0]);
    ext->init(memory[1], params[1]);
    for (size_t i = 0; i < 400; i++) {
        plain->update(memory[0], &bars->close[i], out[0]);
        ext->update(memory[1], &bars->close[i], out[1]);
        for (size_t k = 0; k < 3; k++)
            assert_true(isnan(out[0][k]) ? isnan(out[1][k]) : out[0][k] == out[1][k]);
    }
    free(bars);
    free(memory[0]);
    free(memory[1]);
}

static void macd_equals_the_reference(void **state) {
    static const struct {
        const char *params, *column;
    } rows[] = {{"", "12_26_9"}, {"fastperiod=5 slowperiod=35 signalperiod=5", "5_35_5"}};
    static const char *const names[] = {"macd", "macdsignal", "macdhist"};
    static const char *const columns[] = {"MACD", "MACDSIGNAL", "MACDHIST"};
    for (size_t r = 0; r < 2; r++)
        for (size_t k = 0; k < 3; k++) {
            char column[48];
            snprintf(column, sizeof column, "%s_%s", columns[k], rows[r].column);
            golden_check("macd", rows[r].params, names[k], "expected", column, 1e-9);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_equal_their_definition),
        cmocka_unit_test(macdext_takes_any_averages),
        cmocka_unit_test(macdext_of_exponential_averages_is_macd),
        cmocka_unit_test(macd_equals_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
