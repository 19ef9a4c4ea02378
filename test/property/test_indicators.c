// SPDX-License-Identifier: Apache-2.0
// What holds of every indicator, whichever there are: its column form is its fold, it does not look ahead, it is
// defined from its lookback on, it makes nothing of rows that are no observation, and extremes do not break it.
#include <math.h>

#include "base/prng.h"
#include "harness.h"
#include "quant/indicator/indicator.h"

enum { ROWS = 3000, TRIES = 3, PARAM_SPAN = 40, STATE_MAX = 1 << 22 };

static double bars[INDICATOR_INPUTS_MAX + 1][ROWS]; // open, high, low, close, volume, anything else
static double batch[INDICATOR_OUTPUTS_MAX][ROWS], other[INDICATOR_OUTPUTS_MAX][ROWS];
static _Alignas(8) unsigned char state_a[STATE_MAX], state_b[STATE_MAX];

static void make_bars(unsigned seed, double level) {
    struct prng prng;
    prng_seed(&prng, seed);
    double close = level;
    for (size_t i = 0; i < ROWS; i++) {
        double open = close * (1 + ((double)prng_below(&prng, 201) - 100) / 20000);
        close = open * (1 + ((double)prng_below(&prng, 401) - 200) / 10000);
        double top = open > close ? open : close, bottom = open < close ? open : close;
        bars[0][i] = open;
        bars[1][i] = top * (1 + (double)prng_below(&prng, 100) / 10000);
        bars[2][i] = bottom * (1 - (double)prng_below(&prng, 100) / 10000);
        bars[3][i] = close;
        bars[4][i] = 100 + (double)prng_below(&prng, 10000);
        bars[5][i] = 2 + (double)prng_below(&prng, 20);
    }
}

static const double *column_of(const char *name) {
    static const char *const names[] = {"open", "high", "low", "close", "volume"};
    for (size_t i = 0; i < 5; i++)
        if (strcmp(names[i], name) == 0) return bars[i];
    return bars[5];
}

static void inputs_of(const struct indicator *row, const double **ret_inputs) {
    for (size_t i = 0; i < row->input_count; i++) ret_inputs[i] = column_of(row->inputs[i]);
}

// Defaults first, then values of the ranges; false where the combination is refused.
static bool choose_params(const struct indicator *row, unsigned attempt, double *ret_params) {
    struct prng prng;
    prng_seed(&prng, attempt);
    params_defaults(row->params, row->param_count, ret_params);
    for (size_t i = 0; attempt > 0 && i < row->param_count; i++) {
        const struct param *param = &row->params[i];
        double span = param->max - param->min < PARAM_SPAN ? param->max - param->min : PARAM_SPAN;
        if (param->type == PARAM_INT)
            ret_params[i] = param->min + (double)prng_below(&prng, (uint64_t)span + 1);
    }
    return indicator_check(row, ret_params) == 0 && row->state_size(ret_params) <= STATE_MAX;
}

static void fold(const struct indicator *row, void *state, const double *const *inputs, size_t from,
                 size_t to, double (*ret)[ROWS]) {
    for (size_t i = from; i < to; i++) {
        double in[INDICATOR_INPUTS_MAX], out[INDICATOR_OUTPUTS_MAX];
        for (size_t c = 0; c < row->input_count; c++) in[c] = inputs[c][i];
        indicator_apply(row, state, in, out);
        for (size_t c = 0; c < row->output_count; c++) ret[c][i] = out[c];
    }
}

static void same_bits(const struct indicator *row, const double (*a)[ROWS], const double (*b)[ROWS],
                      size_t count) {
    for (size_t c = 0; c < row->output_count; c++)
        for (size_t i = 0; i < count; i++)
            if (memcmp(&a[c][i], &b[c][i], sizeof(double)) != 0 &&
                !(isnan(a[c][i]) && isnan(b[c][i])))
                fail_msg("%s.%s row %zu: %.17g and %.17g", row->name, row->outputs[c], i, a[c][i],
                         b[c][i]);
}

// A piece by the fastest form that there is, into `batch`; returns how many rows it took.
static size_t take_piece(const struct indicator *row, void *state, const double *const *inputs,
                         size_t at, size_t count) {
    const double *in[INDICATOR_INPUTS_MAX];
    double *out[INDICATOR_OUTPUTS_MAX];
    for (size_t c = 0; c < row->input_count; c++) in[c] = inputs[c] + at;
    for (size_t c = 0; c < row->output_count; c++) out[c] = batch[c] + at;
    size_t done = row->run_finite != NULL ? row->run_finite(state, in, count, out) : 0;
    if (done > 0) return done;
    if (row->run != NULL)
        row->run(state, in, count, out);
    else
        fold(row, state, inputs, at, at + count, batch);
    return count;
}

static void the_column_form_is_the_fold_whatever_the_pieces(void **state) {
    make_bars(1, 100);
    for (size_t k = 0; k < indicator_count(); k++) {
        const struct indicator *row = indicator_at(k);
        const double *inputs[INDICATOR_INPUTS_MAX];
        double params[PARAMS_MAX], *out[INDICATOR_OUTPUTS_MAX];
        inputs_of(row, inputs);
        for (unsigned attempt = 0; attempt < TRIES; attempt++) {
            if (!choose_params(row, attempt, params)) continue;
            for (size_t c = 0; c < row->output_count; c++) out[c] = batch[c];
            indicator_batch(row, params, state_a, inputs, ROWS, out);
            row->init(state_b, params);
            fold(row, state_b, inputs, 0, ROWS, other);
            same_bits(row, batch, other, ROWS);
            if (memcmp(state_a, state_b, row->state_size(params)) != 0)
                fail_msg("%s: the column form leaves another state", row->name);
            if (row->run == NULL && row->run_finite == NULL) continue;
            row->init(state_a, params);
            for (size_t at = 0, step = 1; at < ROWS; at += step, step = 1 + step * 7 % 97) {
                if (step > ROWS - at) step = ROWS - at;
                step = take_piece(row, state_a, inputs, at, step);
            }
            same_bits(row, batch, other, ROWS);
            if (memcmp(state_a, state_b, row->state_size(params)) != 0)
                fail_msg("%s: pieces leave another state", row->name);
        }
    }
}

static void outputs_begin_at_the_lookback_and_are_never_infinite(void **state) {
    make_bars(2, 50);
    for (size_t k = 0; k < indicator_count(); k++) {
        const struct indicator *row = indicator_at(k);
        const double *inputs[INDICATOR_INPUTS_MAX];
        double params[PARAMS_MAX], *out[INDICATOR_OUTPUTS_MAX];
        inputs_of(row, inputs);
        for (size_t c = 0; c < row->output_count; c++) out[c] = batch[c];
        if (!choose_params(row, 0, params)) fail_msg("%s refuses its defaults", row->name);
        indicator_batch(row, params, state_a, inputs, ROWS, out);
        size_t lookback = row->lookback(params);
        for (size_t i = 0; i < ROWS; i++) {
            bool all = true;
            for (size_t c = 0; c < row->output_count; c++) {
                if (isinf(batch[c][i])) fail_msg("%s is infinite in row %zu", row->name, i);
                all = all && isfinite(batch[c][i]);
            }
            if (all && i < lookback) fail_msg("%s is defined in row %zu", row->name, i);
        }
    }
}

// The rows up to a cut give the same outputs when nothing follows and when something else does.
static void nothing_looks_ahead(void **state) {
    enum { CUT = 1500 };
    for (size_t k = 0; k < indicator_count(); k++) {
        const struct indicator *row = indicator_at(k);
        const double *inputs[INDICATOR_INPUTS_MAX];
        double params[PARAMS_MAX], *out[INDICATOR_OUTPUTS_MAX], *cut[INDICATOR_OUTPUTS_MAX];
        inputs_of(row, inputs);
        for (size_t c = 0; c < row->output_count; c++) out[c] = batch[c], cut[c] = other[c];
        if (!choose_params(row, 0, params)) continue;
        make_bars(3, 100);
        indicator_batch(row, params, state_a, inputs, ROWS, out);
        for (size_t c = 0; c < 5; c++)
            for (size_t i = CUT; i < ROWS; i++) bars[c][i] *= c == 4 ? 3 : 1.5;
        indicator_batch(row, params, state_b, inputs, ROWS, cut);
        same_bits(row, batch, other, CUT);
    }
}

static void rows_that_are_no_observation_change_nothing(void **state) {
    static double holes[INDICATOR_INPUTS_MAX][2 * ROWS], wide[INDICATOR_OUTPUTS_MAX][2 * ROWS];
    make_bars(4, 100);
    for (size_t k = 0; k < indicator_count(); k++) {
        const struct indicator *row = indicator_at(k);
        const double *inputs[INDICATOR_INPUTS_MAX], *in[INDICATOR_INPUTS_MAX];
        double params[PARAMS_MAX], *out[INDICATOR_OUTPUTS_MAX], *to[INDICATOR_OUTPUTS_MAX];
        inputs_of(row, inputs);
        if (!choose_params(row, 0, params)) continue;
        for (size_t c = 0; c < row->input_count; c++) {
            in[c] = holes[c];
            for (size_t i = 0; i < ROWS; i++) {
                holes[c][2 * i] = inputs[c][i];
                holes[c][2 * i + 1] = c == i % row->input_count ? NAN : inputs[c][i];
            }
        }
        for (size_t c = 0; c < row->output_count; c++) out[c] = batch[c], to[c] = wide[c];
        indicator_batch(row, params, state_a, inputs, ROWS, out);
        indicator_batch(row, params, state_b, in, 2 * ROWS, to);
        for (size_t c = 0; c < row->output_count; c++)
            for (size_t i = 0; i < ROWS; i++) {
                assert_true(isnan(wide[c][2 * i + 1]));
                other[c][i] = wide[c][2 * i];
            }
        same_bits(row, batch, other, ROWS);
    }
}

static void extreme_numbers_are_answered_with_numbers_or_nothing(void **state) {
    static const double extremes[] = {0, 1e300, -1e300, 5e-324, 1, -1, 1e-300, 1e15, 1.7e308};
    struct prng prng;
    prng_seed(&prng, 5);
    for (size_t c = 0; c < INDICATOR_INPUTS_MAX + 1; c++)
        for (size_t i = 0; i < ROWS; i++) bars[c][i] = extremes[prng_below(&prng, 9)];
    for (size_t k = 0; k < indicator_count(); k++) {
        const struct indicator *row = indicator_at(k);
        const double *inputs[INDICATOR_INPUTS_MAX];
        double params[PARAMS_MAX], *out[INDICATOR_OUTPUTS_MAX];
        inputs_of(row, inputs);
        for (size_t c = 0; c < row->output_count; c++) out[c] = batch[c];
        if (!choose_params(row, 0, params)) continue;
        indicator_batch(row, params, state_a, inputs, ROWS, out);
        row->init(state_b, params);
        fold(row, state_b, inputs, 0, ROWS, other);
        same_bits(row, batch, other, ROWS);
        for (size_t c = 0; c < row->output_count; c++)
            for (size_t i = 0; i < ROWS; i++)
                if (isinf(batch[c][i]))
                    fail_msg("%s.%s is infinite in row %zu", row->name, row->outputs[c], i);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_column_form_is_the_fold_whatever_the_pieces),
        cmocka_unit_test(outputs_begin_at_the_lookback_and_are_never_infinite),
        cmocka_unit_test(nothing_looks_ahead),
        cmocka_unit_test(rows_that_are_no_observation_change_nothing),
        cmocka_unit_test(extreme_numbers_are_answered_with_numbers_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
