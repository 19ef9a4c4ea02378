// SPDX-License-Identifier: Apache-2.0
// From a bar's features to order intents: twelve strategies on one instrument's minutes, every risk rule on, gates in
// front of four of them, kept stops behind two, one event at a time.
//
// A run is recorded once, with its venue's answers; its inputs then go through a fresh engine, and each bar is timed
// from engine_apply's call to its return. The state at the end is held against the recorded run's.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/run/run.h"
#include "bench.h"
#include "data.h"
#include "research/backtest.h"

enum { BARS = 200000, RUNS = 7, WARM = 2000, INPUTS_MAX = 1 << 20 };

static const char config_text[] =
    "name: decision_path\n"
    "capital: \"1000000\"\n"
    "data: [BENCH/WALK/bar-1m]\n"
    "strategies:\n"
    "- {strategy: sma_cross, params: [fast=10, slow=40], gates: [\"score:min=50\"]}\n"
    "- {strategy: sma_cross, params: [fast=20, slow=100, sides=both], gates: [\"timeframes\"]}\n"
    "- {strategy: sma_cross, params: [fast=50, slow=200], gates: [\"regime\"]}\n"
    "- {strategy: momentum, params: [lookback=60, sides=both], gates: [\"volatility:max=10\"]}\n"
    "- {strategy: momentum, params: [lookback=120], stops: [\"chandelier\"]}\n"
    "- {strategy: mean_reversion, params: [window=20, sides=both]}\n"
    "- {strategy: mean_reversion, params: [window=40, sides=both], stops: [\"time:bars=90\"]}\n"
    "- {strategy: volatility_breakout, params: [channel=20, sides=both]}\n"
    "- {strategy: volatility_breakout, params: [channel=55]}\n"
    "- {strategy: trend_frames, params: [middle=1h, long=4h]}\n"
    "- {strategy: turtle}\n"
    "- {strategy: rsi2}\n"
    "venue: [allow_short=on]\n"
    "risk:\n";

// Every rule of the registry, wide enough that most orders pass: what is timed is the looking, not the refusing.
static int make_config(struct run_config **ret_config) {
    struct text text;
    text_init(&text, RUN_CONFIG_MAX);
    text_add(&text, config_text);
    for (size_t i = 0; i < risk_rule_count(); i++)
        text_printf(&text, "- %s\n", risk_rule_at(i)->name);
    int rc = text_error(&text);
    if (rc == 0) rc = run_config_parse("decision_path", text_string(&text), text.len, ret_config);
    text_fini(&text);
    return rc;
}

struct recording {
    union event *inputs;
    size_t count;
    size_t submits;
    uint64_t state_hash;
};

static int keep(void *self, const struct event_header *event) {
    struct recording *recording = self;
    recording->submits += event->kind == EVENT_SUBMIT;
    if (event->kind >= EVENT_OUTPUT) return 0;
    if (recording->count == INPUTS_MAX) return ERR_SET(ERR_FULL, "more than %d inputs", INPUTS_MAX);
    memcpy(&recording->inputs[recording->count++], event, event->size);
    return 0;
}

static int record(const char *tape, struct recording *recording) {
    struct run_config *config;
    struct run *run;
    struct backtest_result result;
    if (make_config(&config) < 0 || run_open(config, tape, &run) < 0) return -1;
    struct backtest_config backtest = {.source = run->source,
                                       .capital = run->capital,
                                       .account_currency = run->engine_config.account_currency,
                                       .observer = {.journal = {keep, recording}}};
    int rc = backtest_run(&run->wiring, run->engine, run->exchange, &backtest, &result);
    recording->state_hash = result.state_hash;
    run_close(run);
    return rc;
}

static double monotonic(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}

// Microseconds of each bar; how many there are, or -1.
static int play(const char *tape, const struct recording *recording, double *ret_us,
                bool *ret_same) {
    struct run_config *config;
    struct run *run;
    int bars = 0;
    if (make_config(&config) < 0 || run_open(config, tape, &run) < 0) return -1;
    for (size_t i = 0; i < recording->count; i++) {
        const union event *event = &recording->inputs[i];
        double start = monotonic();
        engine_apply(run->engine, event);
        double taken = monotonic() - start;
        if (event->header.kind == EVENT_BAR && bars++ >= WARM) ret_us[bars - WARM - 1] = taken;
    }
    *ret_same = engine_state_hash(run->engine) == recording->state_hash;
    run_close(run);
    return bars - WARM;
}

static int measure(const char *tape, struct recording *recording, double *us,
                   struct bench_row *row) {
    double tails[RUNS];
    bool same = true, held;
    int count = 0;
    for (int i = 0; i <= RUNS; i++) {
        count = play(tape, recording, us, &held);
        if (count <= 0) return -1;
        double median = bench_sort(us, (size_t)count);
        same = same && held;
        if (i == 0) continue; // warms up
        row->samples[row->count++] = median;
        tails[i - 1] = us[(size_t)((double)count * 0.999)];
    }
    double tail = bench_sort(tails, RUNS);
    snprintf(row->result_check, sizeof row->result_check,
             "%d bars of 12 strategies with all %zu risk rules, %zu orders; 99.9 %% of the bars "
             "within %.3g us in the median of %d runs; state equal to the recorded run's: %s",
             count, risk_rule_count(), recording->submits, tail, RUNS,
             same ? "holds" : "DOES NOT HOLD");
    if (!same) fprintf(stderr, "decision_path: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int run(struct bench_row *row) {
    char csv[256], tape[256];
    struct recording recording = {.inputs = malloc(INPUTS_MAX * sizeof(union event))};
    double *us = malloc(BARS * sizeof *us);
    snprintf(csv, sizeof csv, "%s/decision.csv", bench_directory());
    snprintf(tape, sizeof tape, "%s/decision", bench_directory());
    row->unit = "us";
    int rc = recording.inputs == NULL || us == NULL ? -1 : 0;
    if (rc == 0 && bench_write_bars(csv, 5, BARS, row->input_sha256) == 0) rc = -1;
    if (rc == 0 && bench_import(csv, tape, "WALK") != 0) rc = -1;
    if (rc == 0) rc = record(tape, &recording);
    if (rc == 0) rc = measure(tape, &recording, us, row);
    if (rc < 0) fprintf(stderr, "decision_path: %s\n", err_story());
    free(us);
    free(recording.inputs);
    bench_remove(csv);
    bench_remove(tape);
    return rc;
}

const struct bench bench_decision_path = {
    .name = "decision_path",
    .summary = "a bar through 12 strategies, gates, sizing and every risk rule to order intents",
    .run = run,
};
