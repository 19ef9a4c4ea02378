// SPDX-License-Identifier: Apache-2.0
// SMA cross on 1,000,000 one-minute bars through the event engine: tape -> venue -> engine (signals, strategy,
// sizing, risk, orders, ledger) -> report folds, fees on. The peer is backtrader by the same rules.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/run/run.h"
#include "app/run/run_report.h"
#include "bench.h"
#include "data.h"
#include "peer.h"
#include "research/backtest.h"

// The peer takes a minute a million bars: it runs on the first 50,000, and the ratio is of those.
enum { BARS = 1000000, PEER_BARS = 50000, FAST = 20, SLOW = 100, SAMPLES = 9, PEER_SAMPLES = 5 };

struct outcome {
    double seconds;
    uint64_t fills;
    uint64_t allocations; // between the seal and the end of the data
    uint64_t grown;       // of them, how often the report's tables grew
    double bare_rate;     // bars/s without a report
    money_t equity;
};

// Without a report nothing but the engine, the venue and the loop runs: that is where allocations are counted.
static int run_once(const char *tape, bool with_report, struct outcome *ret_outcome) {
    struct run_config *config;
    struct run *run;
    struct run_report *report = NULL;
    struct backtest_result result;
    if (run_config_parse("bar_engine", bench_sma_config, strlen(bench_sma_config), &config) < 0)
        return -1;
    if (run_open(config, tape, &run) < 0) return -1;
    if (with_report && run_report_new(run, tape, &report) < 0) return -1;
    struct backtest_config backtest = {.source = run->source,
                                       .capital = run->capital,
                                       .account_currency = run->engine_config.account_currency};
    if (with_report) backtest.observer = run_report_observer(report);
    uint64_t before = bench_allocations();
    double start = bench_now();
    int rc = backtest_run(&run->wiring, run->engine, run->exchange, &backtest, &result);
    ret_outcome->seconds = bench_now() - start;
    ret_outcome->allocations = bench_allocations() - before;
    ret_outcome->fills = engine_counts(run->engine)->fills;
    ret_outcome->equity = result.equity;
    run_report_free(report);
    run_close(run);
    return rc;
}

static double mean_of(const int64_t *closes, int count) {
    int128_t sum = 0;
    for (int i = 0; i < count; i++) sum += closes[i];
    return (double)sum / count;
}

// The same rules written once more, from scratch: averages by direct summation, money in integers of 1e-8.
// A cross decided on a close fills at the next open, which is that close.
static void twin(const int64_t *closes, int bars, struct outcome *ret_outcome) {
    const int128_t unit = 100000000;
    int128_t cash = 1000000 * unit, quantity = 0;
    int weight = -1;
    *ret_outcome = (struct outcome){0};
    for (int i = SLOW - 1; i < bars; i++) {
        double fast = mean_of(closes + i - FAST + 1, FAST),
               slow = mean_of(closes + i - SLOW + 1, SLOW);
        int want = fast > slow ? 1 : 0;
        if (fast == slow || want == weight) continue;
        bool first_flat = weight == -1 && want == 0;
        weight = want;
        if (first_flat || i + 1 == bars) continue;
        int128_t price = closes[i], equity = cash + quantity * price / unit;
        int128_t target =
            want ? (int128_t)floor(0.5 * ((double)equity / 1e8) / ((double)price / 1e8 * 1e-8)) : 0;
        int128_t delta = target - quantity, size = delta < 0 ? -delta : delta;
        int128_t product = size * price;
        int128_t value = decimal_div_round(product, unit, ROUND_HALF_EVEN);
        int128_t fee = decimal_div_round(value, 10000, ROUND_CEIL);
        cash += (delta < 0 ? value : -value) - fee;
        quantity = target;
        ret_outcome->fills++;
    }
    ret_outcome->equity =
        MONEY(cash + decimal_div_round(quantity * closes[bars - 1], unit, ROUND_HALF_EVEN));
}

static int compare(const struct outcome *ours, struct bench_row *row) {
    struct outcome reference;
    int64_t *closes = malloc(BARS * sizeof *closes);
    char a[DECIMAL_TEXT_SIZE], b[DECIMAL_TEXT_SIZE];
    if (closes == NULL) return -1;
    bench_walk(1, BARS, closes);
    twin(closes, BARS, &reference);
    free(closes);
    decimal_print(a, sizeof a, ours->equity.m, 8);
    decimal_print(b, sizeof b, reference.equity.m, 8);
    bool same = ours->fills == reference.fills && ours->equity.m == reference.equity.m;
    snprintf(row->result_check, sizeof row->result_check,
             "%llu fills and final equity %s %s a naive twin's %llu and %s; %llu allocations after "
             "the seal by engine, venue and loop (tables of the report grew %llu times); %.3g "
             "bars/s without a report",
             (unsigned long long)ours->fills, a, same ? "equal" : "DIFFER FROM",
             (unsigned long long)reference.fills, b, (unsigned long long)ours->allocations,
             (unsigned long long)ours->grown, ours->bare_rate);
    if (!same || ours->allocations != 0) fprintf(stderr, "bar_engine: %s\n", row->result_check);
    return same && ours->allocations == 0 ? 0 : -1;
}

// Rates of runs over a tape of `bars` bars; the first run warms up.
static int measure(const char *tape, int bars, double *ret_rates, struct outcome *ret_outcome) {
    struct outcome bare = {0};
    for (int i = 0; i <= SAMPLES; i++) {
        if (run_once(tape, true, ret_outcome) < 0) return -1;
        if (i > 0) ret_rates[i - 1] = bars / ret_outcome->seconds;
    }
    if (run_once(tape, false, &bare) < 0) return -1;
    ret_outcome->grown = ret_outcome->allocations;
    ret_outcome->allocations = bare.allocations;
    ret_outcome->bare_rate = bars / bare.seconds;
    return 0;
}

static int compare_peer(struct bench_row *row) {
    char csv[256], tape[256], samples[8], sha256[SHA256_TEXT_SIZE];
    double rates[SAMPLES];
    struct outcome outcome;
    snprintf(csv, sizeof csv, "%s/slice.csv", bench_directory());
    snprintf(tape, sizeof tape, "%s/slice", bench_directory());
    snprintf(samples, sizeof samples, "%d", PEER_SAMPLES);
    const char *args[] = {csv, samples, NULL};
    if (bench_write_bars(csv, 1, PEER_BARS, sha256) == 0) return -1;
    json_t *object = bench_peer("backtrader_sma", args);
    if (object == NULL) return 0;
    double equity = json_number_value(json_object_get(object, "equity"));
    uint64_t fills = (uint64_t)json_integer_value(json_object_get(object, "fills"));
    bench_peer_fill(row, object, PEER_BARS);
    json_decref(object);
    if (bench_import(csv, tape, "WALK") < 0 || measure(tape, PEER_BARS, rates, &outcome) < 0)
        return -1;
    row->peer_ours = bench_sort(rates, SAMPLES);
    double ours = (double)outcome.equity.m / 1e8;
    bool same = fills == outcome.fills && fabs(equity - ours) <= 1e-9 * ours;
    size_t len = strlen(row->result_check);
    snprintf(
        row->result_check + len, sizeof row->result_check - len,
        "; on the first %d bars, %llu fills and %.6f %s the peer's %llu and %.6f (money within "
        "1e-9)",
        PEER_BARS, (unsigned long long)outcome.fills, ours, same ? "equal" : "DIFFER FROM",
        (unsigned long long)fills, equity);
    if (!same) fprintf(stderr, "bar_engine: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int run(struct bench_row *row) {
    char csv[256], tape[256];
    struct outcome outcome = {0};
    snprintf(csv, sizeof csv, "%s/walk.csv", bench_directory());
    snprintf(tape, sizeof tape, "%s/tape", bench_directory());
    row->unit = "bars/s";
    row->bigger_is_better = true;
    if (bench_write_bars(csv, 1, BARS, row->input_sha256) == 0) return -1;
    if (bench_import(csv, tape, "WALK") < 0) return -1;
    if (measure(tape, BARS, row->samples, &outcome) < 0) {
        fprintf(stderr, "bar_engine: %s\n", err_story());
        return -1;
    }
    row->count = SAMPLES;
    if (compare(&outcome, row) < 0) return -1;
    return compare_peer(row);
}

const struct bench bench_bar_engine = {
    .name = "bar_engine",
    .summary = "SMA cross on 1,000,000 one-minute bars through the event engine, fees on",
    .run = run,
};
