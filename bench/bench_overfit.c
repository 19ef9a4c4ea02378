// SPDX-License-Identifier: Apache-2.0
// What is asked about a search that is done: the probability of overfitting by cross-validation (cscv), other histories
// of its best (monte_carlo), and all that a report says of a run (run_statistics).
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/run/run.h"
#include "app/run/run_report.h"
#include "base/prng.h"
#include "bench.h"
#include "data.h"
#include "quant/math/sample.h"
#include "research/overfit/cscv.h"
#include "research/overfit/redraw.h"
#include "search.h"

enum { TRIALS = 1000, DAYS = 2500, SAMPLES = 9, THREADS = 2, PATHS = 10000, HALF = 8 };
enum { REPORT_DAYS = 2500, REPORT_SAMPLES = 20 };
#define ARENA_SIZE ((size_t)4 << 30)

static void digest(const void *bytes, size_t size, struct bench_row *row) {
    uint8_t bits[SHA256_SIZE];
    sha256(bytes, size, bits);
    sha256_print(row->input_sha256, bits);
}

// Sums of a block for every trial, and what a choice of blocks makes of them, in the plainest way.
struct twin {
    double sums[CSCV_BLOCKS][TRIALS], squares[CSCV_BLOCKS][TRIALS];
};

static void fill_twin(const struct returns *returns, struct twin *twin) {
    uint64_t length = DAYS / CSCV_BLOCKS;
    for (uint64_t b = 0; b < CSCV_BLOCKS; b++)
        for (uint64_t k = 0; k < TRIALS; k++)
            for (uint64_t d = 0; d < length; d++) {
                double x = returns_get(returns, k, DAYS % CSCV_BLOCKS + b * length + d);
                twin->sums[b][k] += x;
                twin->squares[b][k] += x * x;
            }
}

static double ratio(const struct twin *twin, uint32_t chosen, uint32_t trial) {
    double sum = 0, square = 0, n = DAYS / CSCV_BLOCKS * HALF;
    for (uint32_t b = 0; b < CSCV_BLOCKS; b++)
        if (chosen >> b & 1) {
            sum += twin->sums[b][trial];
            square += twin->squares[b][trial];
        }
    double mean = sum / n;
    return mean / sqrt((square - n * mean * mean) / (n - 1));
}

// The share of choices whose best ranks at or below the middle of the others.
static double overfitted(const struct twin *twin) {
    uint32_t splits = 0, bad = 0;
    for (uint32_t chosen = 0; chosen < 1u << CSCV_BLOCKS; chosen++) {
        if (__builtin_popcount(chosen) != HALF) continue;
        uint32_t best = 0, below = 0;
        double best_ratio = -INFINITY;
        for (uint32_t k = 0; k < TRIALS; k++) {
            double r = ratio(twin, chosen, k);
            if (r > best_ratio) best = k, best_ratio = r;
        }
        double other = ratio(twin, ~chosen, best);
        for (uint32_t k = 0; k < TRIALS; k++) below += ratio(twin, ~chosen, k) < other;
        bad += 2 * (below + 1) <= TRIALS + 1;
        splits++;
    }
    return (double)bad / splits;
}

static int check_cscv(const struct returns *returns, const struct cscv *cscv,
                      struct bench_row *row) {
    static struct twin twin;
    twin = (struct twin){0};
    fill_twin(returns, &twin);
    double expected = overfitted(&twin);
    bool same = fabs(cscv->pbo - expected) < 1e-12 && cscv->splits == 12870;
    snprintf(row->result_check, sizeof row->result_check,
             "%d trials, %d days, %u splits: the probability of overfitting %.6f %s a plain twin's "
             "%.6f",
             TRIALS, DAYS, cscv->splits, cscv->pbo, same ? "equals" : "DIFFERS FROM", expected);
    if (!same) fprintf(stderr, "cscv: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int run_cscv(struct bench_row *row) {
    struct arena arena;
    struct cscv cscv;
    struct prng prng;
    row->unit = "s";
    if (arena_init(&arena, ARENA_SIZE) < 0) return -1;
    struct returns returns = {arena_alloc(&arena, returns_size(TRIALS, DAYS), 64), TRIALS, DAYS};
    prng_seed(&prng, 16);
    for (size_t i = 0; i < (size_t)TRIALS * DAYS; i++)
        returns.tiles[i] = 0.01 * sample_normal(&prng);
    digest(returns.tiles, returns_size(TRIALS, DAYS), row);
    int rc = 0;
    size_t used = arena.used;
    for (int i = 0; i <= SAMPLES && rc == 0; i++) {
        double start = bench_now();
        rc = cscv_of(&returns, CSCV_BLOCKS, 365, &arena, &cscv);
        if (i > 0) row->samples[row->count++] = bench_now() - start;
        arena_rewind(&arena, used);
    }
    if (rc == 0) rc = check_cscv(&returns, &cscv, row);
    arena_fini(&arena);
    return rc;
}

struct share {
    struct redraw *redraw;
    size_t first, count;
    double *scratch;
};

static void *run_share(void *context) {
    struct share *share = context;
    redraw_run(share->redraw, share->first, share->count, share->scratch);
    return NULL;
}

// Paths by two threads, and their bands; seconds, < 0 on failure.
static double redraw_once(struct arena *arena, const struct redraw_config *config,
                          struct redraw_spread *ret_spread) {
    struct redraw redraw;
    pthread_t other;
    double start = bench_now(), *scratch = ARENA_NEW(arena, double, PATHS);
    if (scratch == NULL || redraw_init(&redraw, arena, config) < 0) return -1;
    struct share shares[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        shares[i] = (struct share){&redraw, PATHS / THREADS * i, PATHS / THREADS,
                                   ARENA_NEW(arena, double, redraw_scratch(&redraw))};
    if (shares[1].scratch == NULL || pthread_create(&other, NULL, run_share, &shares[1]) != 0)
        return -1;
    run_share(&shares[0]);
    pthread_join(other, NULL);
    redraw_spread_of(&redraw, scratch, ret_spread);
    return bench_now() - start;
}

// The mean of wealth at the end is the mean growth of a day to the power of the days, whatever the order; its spread
// that of independent days.
static int check_paths(const double *returns, const struct redraw_spread *spread,
                       struct bench_row *row) {
    double growth = 0, square = 0;
    for (int i = 0; i < DAYS; i++) {
        growth += (1 + returns[i]) / DAYS;
        square += (1 + returns[i]) * (1 + returns[i]) / DAYS;
    }
    double mean = pow(growth, DAYS), deviation = sqrt(pow(square, DAYS) - mean * mean);
    double errors = fabs(spread->mean - mean) / (deviation / sqrt(PATHS));
    bool holds = errors < 4;
    snprintf(row->result_check, sizeof row->result_check,
             "bootstrap: mean wealth at the end %.4f, by the law %.4f: %.2f standard errors, %s 4; "
             "median %.4f",
             spread->mean, mean, errors, holds ? "within" : "NOT WITHIN", spread->finals[3]);
    if (!holds) fprintf(stderr, "monte_carlo: %s\n", row->result_check);
    return holds ? 0 : -1;
}

static int run_monte_carlo(struct bench_row *row) {
    static double returns[DAYS];
    struct arena arena;
    struct prng prng;
    struct redraw_spread spread;
    struct redraw_config config = {.method = REDRAW_BOOTSTRAP,
                                   .returns = returns,
                                   .count = DAYS,
                                   .length = DAYS,
                                   .block = 1,
                                   .paths = PATHS,
                                   .seed = 4};
    row->unit = "ms";
    if (arena_init(&arena, ARENA_SIZE) < 0) return -1;
    prng_seed(&prng, 17);
    for (int i = 0; i < DAYS; i++) returns[i] = 0.0004 + 0.012 * sample_normal(&prng);
    digest(returns, sizeof returns, row);
    double seconds = 0;
    for (int i = 0; i <= SAMPLES && seconds >= 0; i++) {
        arena_rewind(&arena, 0);
        seconds = redraw_once(&arena, &config, &spread);
        if (i > 0) row->samples[row->count++] = 1e3 * seconds;
    }
    int rc = seconds < 0 ? -1 : check_paths(returns, &spread, row);
    arena_fini(&arena);
    return rc;
}

static const char report_config[] = "name: bench\n"
                                    "data: [BENCH/DAYS/bar-1d]\n"
                                    "capital: \"1000000\"\n"
                                    "strategies:\n"
                                    "- strategy: sma_cross\n"
                                    "  params: [fast=5, slow=20]\n"
                                    "venue: [volume_share=0]\n";

// From the last mark to every figure of the report; the run before it is not timed.
static double report_once(const char *tape, double *ret_sharpe, double *ret_total) {
    struct run_config *config;
    struct run *run;
    struct run_report *report;
    struct backtest_result result;
    if (run_config_parse("statistics", report_config, strlen(report_config), &config) < 0 ||
        run_open(config, tape, &run) < 0 || run_report_new(run, tape, &report) < 0)
        return -1;
    struct backtest_config backtest = {.source = run->source,
                                       .capital = run->capital,
                                       .account_currency = run->engine_config.account_currency,
                                       .observer = run_report_observer(report)};
    int rc = backtest_run(&run->wiring, run->engine, run->exchange, &backtest, &result);
    double start = bench_now();
    if (rc == 0) rc = run_report_finish(report, &result);
    double seconds = bench_now() - start;
    if (rc == 0) {
        *ret_sharpe = report_statistic(run_report_get(report), "sharpe");
        *ret_total = report_statistic(run_report_get(report), "total_return");
    }
    run_report_free(report);
    run_close(run);
    return rc < 0 ? -1 : seconds;
}

// The same run as a trial of a search, whose score is another program.
static int check_report(const char *tape, double sharpe, double total, struct bench_row *row) {
    static struct args args;
    static struct sweep sweep;
    const char *words[] = {"--data",  "BENCH/DAYS/bar-1d", "--strategy", "sma_cross", "--param",
                           "fast=5",  "--param",           "slow=20",    "--capital", "1000000",
                           "--venue", "volume_share=0",    "--tape",     tape,        NULL};
    if (bench_search_args(words, &args) < 0 || sweep_open(&args, &sweep) < 0 ||
        bench_search_work(&sweep) < 0)
        return -1;
    const struct score_result *score = &sweep.rows[0].result;
    double difference = fmax(fabs(score->sharpe - sharpe), fabs(score->total_return - total));
    sweep_close(&sweep);
    bool same = difference < 1e-9;
    snprintf(row->result_check, sizeof row->result_check,
             "%d days: sharpe %.6f and total return %.6f %s a search's score of the run within "
             "1e-9",
             REPORT_DAYS, sharpe, total, same ? "equal" : "DIFFER FROM");
    if (!same) fprintf(stderr, "run_statistics: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int run_statistics(struct bench_row *row) {
    static double closes[REPORT_DAYS];
    char csv[256], tape[256];
    double sharpe = NAN, total = NAN, seconds = 0;
    snprintf(csv, sizeof csv, "%s/report.csv", bench_directory());
    snprintf(tape, sizeof tape, "%s/report", bench_directory());
    row->unit = "ms";
    if (bench_days(csv, REPORT_DAYS, row->input_sha256, closes) == NULL ||
        bench_import(csv, tape, "DAYS") < 0)
        return -1;
    for (int i = 0; i <= REPORT_SAMPLES && seconds >= 0; i++) {
        seconds = report_once(tape, &sharpe, &total);
        if (i > 0) row->samples[row->count++] = 1e3 * seconds;
    }
    if (seconds < 0) fprintf(stderr, "run_statistics: %s\n", err_story());
    return seconds < 0 ? -1 : check_report(tape, sharpe, total, row);
}

const struct bench bench_cscv = {
    .name = "cscv",
    .summary = "probability of overfitting: 1,000 strategies, 16 blocks, all splits",
    .run = run_cscv,
};

const struct bench bench_monte_carlo = {
    .name = "monte_carlo",
    .summary = "10,000 paths of 2,500 days with their bands, by two threads",
    .run = run_monte_carlo,
};

const struct bench bench_run_statistics = {
    .name = "run_statistics",
    .summary = "every figure of the report of a run over 2,500 days",
    .run = run_statistics,
};
