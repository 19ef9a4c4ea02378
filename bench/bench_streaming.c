// SPDX-License-Identifier: Apache-2.0
// A value at a time through the `update` pointer, as the signal graph calls it: typical indicators by turns, each over
// the same bars. The row is the slowest of their medians, in ns; the check names each, and that the fold's bits are the
// column form's.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "data.h"
#include "quant/indicator/indicator.h"

enum { BARS = 200000, SAMPLES = 15, NAMES = 8, STATE_SIZE = 1 << 16 };

static const char *const names[NAMES] = {"sma",    "ema", "rsi", "macd",
                                         "bbands", "atr", "adx", "stoch"};

struct streams {
    double *columns[5]; // open, high, low, close, volume
    double *rows;       // inputs of one indicator, row after row
    double *outputs[INDICATOR_OUTPUTS_MAX];
    void *state;
};

static int make(struct streams *streams, struct bench_row *row) {
    int64_t *closes = malloc(BARS * sizeof *closes);
    uint8_t digest[SHA256_SIZE];
    if (closes == NULL) return -1;
    bench_walk(1, BARS, closes);
    sha256(closes, BARS * sizeof *closes, digest);
    sha256_print(row->input_sha256, digest);
    for (size_t c = 0; c < 5; c++) streams->columns[c] = malloc(BARS * sizeof(double));
    for (size_t c = 0; c < INDICATOR_OUTPUTS_MAX; c++)
        streams->outputs[c] = malloc(BARS * sizeof(double));
    streams->rows = malloc(INDICATOR_INPUTS_MAX * BARS * sizeof(double));
    streams->state = malloc(STATE_SIZE);
    for (size_t i = 0; i < BARS; i++) {
        double open = (double)closes[i > 0 ? i - 1 : 0] / 1e8, close = (double)closes[i] / 1e8;
        streams->columns[0][i] = open;
        streams->columns[1][i] = (open > close ? open : close) + 1;
        streams->columns[2][i] = (open < close ? open : close) - 1;
        streams->columns[3][i] = close;
        streams->columns[4][i] = 100;
    }
    free(closes);
    return 0;
}

static void release(struct streams *streams) {
    for (size_t c = 0; c < 5; c++) free(streams->columns[c]);
    for (size_t c = 0; c < INDICATOR_OUTPUTS_MAX; c++) free(streams->outputs[c]);
    free(streams->rows);
    free(streams->state);
}

static const double *column_of(const struct streams *streams, const char *name) {
    static const char *const columns[] = {"open", "high", "low", "close", "volume"};
    for (size_t c = 0; c < 5; c++)
        if (strcmp(columns[c], name) == 0) return streams->columns[c];
    return streams->columns[3];
}

// The seconds of one fold; its last row is compared with the columns.
static double fold(const struct streams *streams, const struct indicator *indicator,
                   const double *params, bool *ret_same) {
    size_t inputs = indicator->input_count;
    double out[INDICATOR_OUTPUTS_MAX];
    indicator->init(streams->state, params);
    double begin = bench_now();
    for (size_t i = 0; i < BARS; i++)
        indicator->update(streams->state, streams->rows + i * inputs, out);
    double seconds = bench_now() - begin;
    for (size_t c = 0; c < indicator->output_count; c++)
        *ret_same = *ret_same && memcmp(&out[c], &streams->outputs[c][BARS - 1], sizeof *out) == 0;
    return seconds;
}

// Samples in ns an update; returns their median.
static double measure(struct streams *streams, const struct indicator *indicator,
                      double *ret_samples, bool *ret_same) {
    double params[PARAMS_MAX];
    const double *in[INDICATOR_INPUTS_MAX];
    params_defaults(indicator->params, indicator->param_count, params);
    for (size_t c = 0; c < indicator->input_count; c++) {
        in[c] = column_of(streams, indicator->inputs[c]);
        for (size_t i = 0; i < BARS; i++) streams->rows[i * indicator->input_count + c] = in[c][i];
    }
    indicator_batch(indicator, params, streams->state, in, BARS, streams->outputs);
    (void)fold(streams, indicator, params, ret_same);
    for (size_t k = 0; k < SAMPLES; k++)
        ret_samples[k] = fold(streams, indicator, params, ret_same) / BARS * 1e9;
    return bench_sort(ret_samples, SAMPLES);
}

static int run(struct bench_row *row) {
    struct streams streams;
    bool same = true;
    double slowest = 0;
    size_t len = 0;
    if (make(&streams, row) != 0) return -1;
    row->unit = "ns/update";
    row->count = SAMPLES;
    for (size_t i = 0; i < NAMES; i++) {
        double samples[SAMPLES];
        double median = measure(&streams, indicator_find(names[i]), samples, &same);
        if (median > slowest) memcpy(row->samples, samples, sizeof samples);
        slowest = fmax(slowest, median);
        len += (size_t)snprintf(row->result_check + len, sizeof row->result_check - len,
                                "%s %.2f, ", names[i], median);
    }
    snprintf(row->result_check + len, sizeof row->result_check - len,
             "each over %d bars; the last row %s that of the column form", BARS,
             same ? "has the bits of" : "DIFFERS FROM");
    release(&streams);
    return same ? 0 : -1;
}

const struct bench bench_streaming = {
    .name = "streaming",
    .summary = "ns an update of typical indicators through the update pointer, the slowest of them",
    .run = run,
};
