// SPDX-License-Identifier: Apache-2.0
// What may stand around a strategy, all at once: regime, footprint, size, score and the frames of the score, for every
// minute of a year of bitcoin. The footprint takes the minute as four trades at open, low, high and close.
//
// The columns of outputs are held against those of the batch forms, bit by bit; the footprint against its volume.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/timestamp.h"
#include "bench.h"
#include "quant/footprint/footprint.h"
#include "quant/indicator/indicator.h"
#include "strategy/size_scale.h"
#include "strategy/sizing.h"

enum { ROWS = 200000, RUNS = 7, WARM = 2000, PARTS = 3, ROWS_MAX = 1024, TRADES = 4 };

static const char minutes[] = "data/crypto_bars/bitfinex_btcusd_1m_2018.csv.xz";
static const char *const names[PARTS] = {"regime", "score_frames", "timeframes"};

struct part {
    const struct indicator *indicator;
    double params[PARAMS_MAX];
    void *state;
    const double *inputs[INDICATOR_INPUTS_MAX];
    double *outputs[INDICATOR_OUTPUTS_MAX]; // of the stream, then of the batch
    double *batch[INDICATOR_OUTPUTS_MAX];
};

struct desk {
    double open[ROWS], high[ROWS], low[ROWS], close[ROWS], volume[ROWS], time[ROWS];
    double us[ROWS];
    size_t count;
    struct part parts[PARTS];
    struct footprint *footprint;
    const struct sizing *sizing;
    double sizing_params[PARAMS_MAX];
    double scale[SCALE_COUNT];
    double sized; // sum, so that nothing is left out
    int64_t traded;
    int faults;
};

// time in milliseconds, open, close, high, low, volume
static bool read_fields(const char *line, double *ret_fields) {
    char *end = NULL;
    for (size_t k = 0; k < 6; k++, line = end + (*end == ',')) {
        ret_fields[k] = strtod(line, &end);
        if (end == line) return false;
    }
    return true;
}

// Minutes that go forward alone.
static void add_row(struct desk *desk, const double *fields) {
    size_t i = desk->count;
    desk->time[i] = fields[0] / 1000 + 60;
    desk->open[i] = fields[1];
    desk->close[i] = fields[2];
    desk->high[i] = fields[3];
    desk->low[i] = fields[4];
    desk->volume[i] = fields[5];
    if (i == 0 || desk->time[i] > desk->time[i - 1]) desk->count++;
}

static int read_rows(struct desk *desk, struct bench_row *row) {
    size_t size;
    uint8_t digest[SHA256_SIZE];
    const char *path = bench_shared(minutes);
    char *text = path != NULL ? bench_load(path, &size) : NULL;
    if (text == NULL) return -1;
    sha256(text, size, digest);
    sha256_print(row->input_sha256, digest);
    for (const char *line = text; line != NULL && desk->count < ROWS;) {
        double fields[6];
        if (read_fields(line, fields)) add_row(desk, fields);
        line = strchr(line, '\n');
        if (line != NULL) line++;
    }
    free(text);
    return desk->count > WARM ? 0 : -1;
}

static const double *column(const struct desk *desk, const char *name) {
    if (strcmp(name, "high") == 0) return desk->high;
    if (strcmp(name, "low") == 0) return desk->low;
    if (strcmp(name, "close") == 0) return desk->close;
    return strcmp(name, "time") == 0 ? desk->time : desk->volume;
}

static int make_part(const struct desk *desk, struct part *part, const char *name) {
    part->indicator = indicator_find(name);
    params_defaults(part->indicator->params, part->indicator->param_count, part->params);
    part->state = malloc(part->indicator->state_size(part->params));
    for (size_t i = 0; i < part->indicator->input_count; i++)
        part->inputs[i] = column(desk, part->indicator->inputs[i]);
    for (size_t i = 0; i < part->indicator->output_count; i++) {
        part->outputs[i] = malloc(ROWS * sizeof(double));
        part->batch[i] = malloc(ROWS * sizeof(double));
        if (part->outputs[i] == NULL || part->batch[i] == NULL) return -1;
    }
    if (part->state == NULL) return -1;
    indicator_batch(part->indicator, part->params, part->state, part->inputs, desk->count,
                    part->batch);
    return 0;
}

static int make(struct desk *desk) {
    struct footprint_config config = {
        .height = 100, .limit = 300, .kind = FOOTPRINT_TIME, .rows_max = ROWS_MAX};
    desk->footprint = malloc(FOOTPRINT_BYTES(ROWS_MAX));
    desk->sizing = sizing_find("kelly");
    params_defaults(desk->sizing->params, desk->sizing->param_count, desk->sizing_params);
    params_defaults(size_scale_params, SCALE_COUNT, desk->scale);
    desk->scale[SCALE_DRAWDOWN_TO] = 0.3;
    for (size_t i = 0; i < PARTS; i++)
        if (make_part(desk, &desk->parts[i], names[i]) < 0) return -1;
    return desk->footprint == NULL ? -1 : footprint_init(desk->footprint, &config);
}

static void push_part(struct part *part, size_t row) {
    double inputs[INDICATOR_INPUTS_MAX], outputs[INDICATOR_OUTPUTS_MAX];
    for (size_t i = 0; i < part->indicator->input_count; i++) inputs[i] = part->inputs[i][row];
    indicator_apply(part->indicator, part->state, inputs, outputs);
    for (size_t i = 0; i < part->indicator->output_count; i++) part->outputs[i][row] = outputs[i];
}

static void push_trades(struct desk *desk, size_t row) {
    const double prices[TRADES] = {desk->open[row], desk->low[row], desk->high[row],
                                   desk->close[row]};
    int64_t end_ns = (int64_t)desk->time[row] * NS_PER_S;
    int64_t qty = 1 + (int64_t)(desk->volume[row] * 1e6);
    for (int i = 0; i < TRADES; i++) {
        int64_t ts_ns = end_ns - (TRADES - i) * 15 * NS_PER_S + NS_PER_S;
        int side = i % 2 == 0 ? -1 : 1;
        int rc = footprint_trade(desk->footprint, ts_ns, (int64_t)(prices[i] * 100), qty, side);
        desk->traded += rc < 0 ? 0 : qty;
        desk->faults += rc < 0;
    }
}

static void push_size(struct desk *desk, size_t row) {
    double score = desk->parts[1].outputs[0][row];
    struct sizing_view view = {.price = desk->close[row],
                               .equity = 1e6,
                               .volatility = 0.5,
                               .shares = 1,
                               .trades = 50,
                               .trade_return_mean = 0.002,
                               .trade_return_var = 0.0004};
    double sure = score >= 0 ? score / 100 : 0;
    struct strategy_target target = {
        .weight = 1, .confidence = size_scale(desk->scale, sure, 0.1), .stop = NAN, .take = NAN};
    desk->sized += desk->sizing->fraction(&view, desk->sizing_params, &target);
}

static double now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}

static int play(struct desk *desk) {
    struct footprint_config config = desk->footprint->config;
    for (size_t i = 0; i < PARTS; i++)
        desk->parts[i].indicator->init(desk->parts[i].state, desk->parts[i].params);
    desk->sized = 0;
    desk->traded = desk->faults = 0;
    if (footprint_init(desk->footprint, &config) < 0) return -1;
    for (size_t row = 0; row < desk->count; row++) {
        double start = now_us();
        for (size_t i = 0; i < PARTS; i++) push_part(&desk->parts[i], row);
        push_trades(desk, row);
        push_size(desk, row);
        desk->us[row] = now_us() - start;
    }
    return 0;
}

static bool same_as_batch(const struct desk *desk) {
    bool same = desk->faults == 0 && desk->sized > 0 && desk->traded > 0;
    for (size_t i = 0; i < PARTS; i++)
        for (size_t k = 0; k < desk->parts[i].indicator->output_count; k++)
            same = same && memcmp(desk->parts[i].outputs[k], desk->parts[i].batch[k],
                                  desk->count * sizeof(double)) == 0;
    return same;
}

static int measure(struct desk *desk, struct bench_row *row) {
    double tails[RUNS];
    size_t count = desk->count - WARM;
    bool same = true;
    for (int i = 0; i <= RUNS; i++) {
        if (play(desk) < 0) return -1;
        same = same && same_as_batch(desk);
        double median = bench_sort(desk->us + WARM, count);
        if (i == 0) continue; // warms up
        row->samples[row->count++] = median;
        tails[i - 1] = desk->us[WARM + (size_t)((double)count * 0.999)];
    }
    double tail = bench_sort(tails, RUNS);
    snprintf(row->result_check, sizeof row->result_check,
             "%zu minutes through regime, footprint (%d trades a minute), size, score with frames, "
             "frames; 99.9 %% within %.3g us in the median of %d runs; outputs equal to the batch "
             "forms' in every bit: %s",
             count, TRADES, tail, RUNS, same ? "holds" : "DOES NOT HOLD");
    if (!same) fprintf(stderr, "enhancements: %s\n", row->result_check);
    return same ? 0 : -1;
}

static void clear(struct desk *desk) {
    for (size_t i = 0; i < PARTS; i++) {
        for (size_t k = 0; k < INDICATOR_OUTPUTS_MAX; k++) {
            free(desk->parts[i].outputs[k]);
            free(desk->parts[i].batch[k]);
        }
        free(desk->parts[i].state);
    }
    free(desk->footprint);
    free(desk);
}

static int run(struct bench_row *row) {
    struct desk *desk = calloc(1, sizeof *desk);
    row->unit = "us";
    if (desk == NULL) return -1;
    int rc = read_rows(desk, row);
    if (rc == 0) rc = make(desk);
    if (rc == 0) rc = measure(desk, row);
    clear(desk);
    return rc;
}

const struct bench bench_enhancements = {
    .name = "enhancements",
    .summary = "regime, footprint, size, score and frames of a minute, together",
    .run = run,
};
