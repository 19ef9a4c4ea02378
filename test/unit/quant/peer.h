// SPDX-License-Identifier: Apache-2.0
// Numbers of other programs over one series that anyone can make again: 500 bars of a walk in
// hundredths from the generator s = (1103515245 s + 12345) mod 2^31, begun with 12345.
#ifndef FULMAR_TEST_QUANT_PEER_H
#define FULMAR_TEST_QUANT_PEER_H

#include <math.h>
#include <stdlib.h>

#include "harness.h"
#include "quant/indicator/indicator.h"
#include "twin.h"

enum { PEER_ROWS = 500 };

static inline int peer_next(uint32_t *state, int span) {
    *state = (*state * 1103515245U + 12345U) & 0x7fffffffU;
    return (int)((*state >> 16) % (uint32_t)span);
}

static inline void peer_bars(struct bars *ret_bars) {
    uint32_t state = 12345;
    int close = 20000;
    ret_bars->count = PEER_ROWS;
    for (int i = 0; i < PEER_ROWS; i++) {
        int open = close + peer_next(&state, 101) - 50;
        close += peer_next(&state, 401) - 200;
        int high = (open > close ? open : close) + peer_next(&state, 150);
        int low = (open < close ? open : close) - peer_next(&state, 150);
        ret_bars->open[i] = open / 100.0;
        ret_bars->high[i] = high / 100.0;
        ret_bars->low[i] = low / 100.0;
        ret_bars->close[i] = close / 100.0;
        ret_bars->volume[i] = peer_next(&state, 10000);
    }
}

// One output of an indicator with the parameters of `text`, "period=5 width=1.5", over the series.
static inline void peer_output(const char *name, const char *text, const char *output,
                               double *ret_values) {
    const struct indicator *indicator = indicator_find(name);
    assert_non_null(indicator);
    double params[PARAMS_MAX];
    params_defaults(indicator->params, indicator->param_count, params);
    for (int used = 0; *text != '\0'; text += used) {
        char key[32], value[32];
        assert_int_equal(sscanf(text, " %31[a-z0-9_]=%31s %n", key, value, &used), 2);
        assert_ok(params_set(indicator->params, indicator->param_count, key, value, params));
    }
    assert_ok(indicator_check(indicator, params));
    int index = indicator_output(indicator, output);
    assert_true(index >= 0);
    struct bars *bars = malloc(sizeof *bars);
    peer_bars(bars);
    const double *inputs[INDICATOR_INPUTS_MAX];
    for (size_t i = 0; i < indicator->input_count; i++)
        inputs[i] = bars_column(bars, indicator->inputs[i]);
    double *columns[INDICATOR_OUTPUTS_MAX];
    for (size_t i = 0; i < INDICATOR_OUTPUTS_MAX; i++)
        columns[i] = malloc(PEER_ROWS * sizeof(double));
    void *state = malloc(indicator->state_size(params));
    indicator_batch(indicator, params, state, inputs, PEER_ROWS, columns);
    memcpy(ret_values, columns[index], PEER_ROWS * sizeof(double));
    for (size_t i = 0; i < INDICATOR_OUTPUTS_MAX; i++) free(columns[i]);
    free(state);
    free(bars);
}

// Rows 400, 450 and 499: far enough from the start that the seed of an average no longer shows.
static inline void peer_check(const char *name, const char *text, const char *output,
                              const double expected[3], double tolerance) {
    static const size_t rows[] = {400, 450, 499};
    double values[PEER_ROWS];
    peer_output(name, text, output, values);
    for (size_t i = 0; i < 3; i++)
        if (!(fabs(values[rows[i]] - expected[i]) <= tolerance * fmax(1, fabs(expected[i]))))
            fail_msg("%s.%s row %zu: %.15g, the other program %.15g", name, output, rows[i],
                     values[rows[i]], expected[i]);
}

#endif
