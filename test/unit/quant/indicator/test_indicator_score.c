// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "twin.h"

// The definition of docs/score.md, row by row over whole columns.
struct rows {
    const double *high, *low, *close, *volume;
    double *fast, *slow, *mean, *range, *far_high, *far_low, *near_high, *near_low;
    size_t quick, period, history;
};

static double line(double x, double from, double to) {
    double y = 100 * (x - from) / (to - from);
    return y < 0 ? 0 : y > 100 ? 100 : y;
}

static double technical(const struct rows *rows, size_t i, double side) {
    double path = 0, net = side * (rows->close[i] - rows->close[i - rows->quick]);
    for (size_t k = i - rows->quick + 1; k <= i; k++)
        path += fabs(rows->close[k] - rows->close[k - 1]);
    double ratio = net > 0 ? net / path : 0;
    return (line(side * (rows->fast[i] - rows->slow[i]) / rows->range[i], 0, 2) +
            line(side * (rows->close[i] - rows->slow[i]) / rows->range[i], -1, 3) +
            line(ratio, 0.1, 0.6)) /
           3;
}

static double volume(const struct rows *rows, size_t i, double side) {
    double with = 0, both = 0;
    for (size_t k = i - rows->period + 1; k <= i; k++) {
        double change = rows->close[k] - rows->close[k - 1];
        if (change != 0) both += rows->volume[k];
        if (change * side > 0) with += rows->volume[k];
    }
    double relative = rows->mean[i] > 0 ? rows->volume[i] / rows->mean[i] : 0;
    return (line(relative, 0.5, 2) + line(both > 0 ? with / both : 0, 0.3, 0.7)) / 2;
}

static double volatility(const struct rows *rows, size_t i) {
    double rank = 0.5;
    for (size_t k = i - rows->history + 1; k <= i; k++)
        rank += rows->range[k] < rows->range[i] ? 1 : rows->range[k] == rows->range[i] ? 0.5 : 0;
    rank /= (double)rows->history;
    if (rank < 0.2) return 50 + 250 * rank;
    return rank > 0.6 ? 100 * (1 - rank) / 0.4 : 100;
}

static double momentum(const struct rows *rows, size_t i, double side) {
    double with = 0, both = 0;
    for (size_t k = i - rows->period + 1; k <= i; k++) {
        double change = side * (rows->close[k] - rows->close[k - 1]);
        both += fabs(change);
        with += change > 0 ? change : 0;
    }
    double reach = side * (rows->close[i] - rows->close[i - rows->quick]) /
                   (rows->range[i] * sqrt((double)rows->quick));
    return (line(both > 0 ? with / both : 0.5, 0.35, 0.7) + line(reach, -0.5, 1.5)) / 2;
}

static double reward_risk(const struct rows *rows, size_t i, double side) {
    double close = rows->close[i], range = rows->range[i];
    double reward = side > 0 ? rows->far_high[i] - close : close - rows->far_low[i];
    double risk = side > 0 ? close - rows->near_low[i] : rows->near_high[i] - close;
    return line(fmax(reward, range) / fmax(risk, range / 2), 0.5, 3);
}

static double timing(const struct rows *rows, size_t i, double side) {
    double spread = rows->high[i] - rows->low[i];
    double at = spread > 0 ? (rows->close[i] - rows->low[i]) / spread : 0.5;
    double stretch = fabs(rows->close[i] - rows->fast[i]) / rows->range[i];
    return (100 - line(stretch, 0.5, 3) + line(side > 0 ? at : 1 - at, 0, 1)) / 2;
}

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t quick = (size_t)params[0], slow = (size_t)params[1], period = (size_t)params[2],
           history = (size_t)params[3];
    struct rows rows = {in[0],
                        in[1],
                        in[2],
                        in[3],
                        naive_sma(in[2], count, quick),
                        naive_sma(in[2], count, slow),
                        naive_sma(in[3], count, quick),
                        naive_atr(in[0], in[1], in[2], count, period),
                        naive_max(in[0], count, history),
                        naive_min(in[1], count, history),
                        naive_max(in[0], count, quick),
                        naive_min(in[1], count, quick),
                        quick,
                        period,
                        history};
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < 8; k++) out[k][i] = NAN;
        if (i + 1 < slow || i < quick || i + 1 < period + history) continue;
        if (fabs(rows.fast[i] - rows.slow[i]) <= 1e-12 * rows.slow[i] || !(rows.range[i] > 0))
            continue;
        double side = rows.fast[i] > rows.slow[i] ? 1 : -1, sum = 0;
        double factors[6] = {technical(&rows, i, side),   volume(&rows, i, side),
                             volatility(&rows, i),        momentum(&rows, i, side),
                             reward_risk(&rows, i, side), timing(&rows, i, side)};
        out[0][i] = 0;
        for (size_t k = 0; k < 6; k++) sum += params[4 + k];
        for (size_t k = 0; k < 6; k++) out[0][i] += params[4 + k] / sum * factors[k];
        out[1][i] = side;
        for (size_t k = 0; k < 6; k++) out[2 + k][i] = factors[k];
    }
}

// Factors are differences of averages over a range. The last series is near 10,000 and moves by 0.0001: what double
// keeps of such averages is 1e-12 of them, and that over its range is the tolerance.
static void score_equals_its_definition(void **state) {
    (void)state;
    twin_check_within("score", "", twin, 1e-4);
    twin_check_within("score", "fast=5 slow=30 period=3 history=20 volume=0", twin, 1e-4);
    twin_check_within("score", "fast=10 slow=41 period=5 history=2 technical=1 timing=90", twin,
                      1e-4);
}

static void every_factor_is_within_0_and_100(void **state) {
    (void)state;
    static struct bars bars;
    const struct indicator *indicator = indicator_find("score");
    double params[PARAMS_MAX], out[INDICATOR_OUTPUTS_MAX];
    size_t seen = 0;
    params_defaults(indicator->params, indicator->param_count, params);
    void *memory = malloc(indicator->state_size(params));
    bars_make(&bars, BARS_MAX, 11);
    indicator->init(memory, params);
    for (size_t i = 0; i < bars.count; i++) {
        indicator_apply(indicator, memory,
                        (double[]){bars.high[i], bars.low[i], bars.close[i], bars.volume[i]}, out);
        if (isnan(out[0])) continue;
        seen++;
        assert_true(out[1] == 1 || out[1] == -1);
        for (size_t k = 0; k < indicator->output_count; k++)
            if (k != 1) assert_true(out[k] >= 0 && out[k] <= 100);
    }
    assert_true(seen > BARS_MAX / 2);
    free(memory);
}

// The last row of a rise by `step` a row, of bars 2 wide whose close is 1 from the low; the last one trades `last`.
static void rise(double step, double last, double *ret_outputs) {
    const struct indicator *indicator = indicator_find("score");
    double params[PARAMS_MAX];
    params_defaults(indicator->params, indicator->param_count, params);
    void *memory = malloc(indicator->state_size(params));
    indicator->init(memory, params);
    for (int i = 0; i < 200; i++) {
        double close = 1000 + step * i;
        indicator_apply(indicator, memory,
                        (double[]){close + 1, close - 1, close, i < 199 ? 100 : last}, ret_outputs);
    }
    free(memory);
}

// By 0.1 a row: true range 2; averages 1.5 apart, the close 2.45 above the slow and 0.95 above the fast; nothing
// but gains; every range the same; 20 rows reach 2; reward the range 2, as the high is 1 away; risk 0.1 x 19 + 1.
static void a_straight_rise_has_the_factors_of_hand(void **state) {
    (void)state;
    double out[INDICATOR_OUTPUTS_MAX];
    rise(0.1, 100, out);
    double expected[] = {0,
                         1,
                         (1.5 / 2 / 2 * 100 + (2.45 / 2 + 1) / 4 * 100 + 100) / 3,
                         (0.5 / 1.5 * 100 + 100) / 2,
                         100,
                         (100 + (2 / (2 * sqrt(20)) + 0.5) / 2 * 100) / 2,
                         (2 / 2.9 - 0.5) / 2.5 * 100,
                         (100 + 50) / 2.0};
    double weights[] = {0, 0, 0.25, 0.15, 0.1, 0.2, 0.2, 0.1};
    for (size_t k = 2; k < 8; k++) expected[0] += weights[k] * expected[k];
    for (size_t k = 0; k < 8; k++) {
        // Ranges that differ in their last digit have ranks of their own.
        if (k == 0 || k == 4) continue;
        assert_true(fabs(out[k] - expected[k]) < 1e-6);
    }
    assert_true(fabs(out[0] - (expected[0] - 10 + 0.1 * out[4])) < 1e-6);
}

static void more_volume_or_the_other_way_is_told(void **state) {
    (void)state;
    double quiet[INDICATOR_OUTPUTS_MAX], busy[INDICATOR_OUTPUTS_MAX], fall[INDICATOR_OUTPUTS_MAX];
    rise(0.1, 100, quiet);
    rise(0.1, 180, busy);
    rise(-0.1, 100, fall);
    assert_true(busy[3] > quiet[3] && busy[0] > quiet[0]);
    assert_true(busy[2] == quiet[2] && busy[5] == quiet[5]);
    assert_true(fall[1] == -1);
    for (size_t k = 2; k < 8; k++)
        if (k != 4) assert_true(fabs(fall[k] - quiet[k]) < 1e-6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(score_equals_its_definition),
        cmocka_unit_test(every_factor_is_within_0_and_100),
        cmocka_unit_test(a_straight_rise_has_the_factors_of_hand),
        cmocka_unit_test(more_volume_or_the_other_way_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
