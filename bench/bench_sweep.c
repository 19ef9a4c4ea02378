// SPDX-License-Identifier: Apache-2.0
// Searches as `fulmar sweep` makes them, on all processors, each trial with everything that the report of a run says of
// it. sweep_sma: 4,851 pairs of averages over 2,978 days, all-in. sweep_minutes: 10,000 pairs over a year of minutes.
// sweep_others: momentum, mean reversion and breakout, with their stops, over the same days.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "bench.h"
#include "data.h"
#include "peer.h"
#include "search.h"

enum { DAYS = 2978, SAMPLES = 15, PEER_SAMPLES = 3, CHECKED = 200 };
enum { MINUTES = 520499, MINUTE_SAMPLES = 3, MINUTE_CHECKED = 10, MEMORY_MIB = 1024 };
static const double tolerance = 1e-9;

static double closes[DAYS];

static int open_search(const char *const *words, struct args *args, struct sweep *sweep) {
    if (bench_search_args(words, args) < 0) return -1;
    if (sweep_open(args, sweep) == 0) return 0;
    fprintf(stderr, "sweep: %s\n", err_story());
    return -1;
}

// Rates of searches, the first of which warms up.
static int measure(struct sweep *sweep, int samples, double *ret_rates) {
    for (int i = 0; i <= samples; i++) {
        double seconds = bench_search_work(sweep);
        if (seconds < 0) return -1;
        if (i > 0) ret_rates[i - 1] = (double)sweep->plan.count / seconds;
    }
    return 0;
}

// The peer's total returns, in the order of the plan, against ours.
static int compare_peer(const struct sweep *sweep, const char *closes_path, struct bench_row *row) {
    char totals_path[256], samples[8];
    snprintf(totals_path, sizeof totals_path, "%s/totals", bench_directory());
    snprintf(samples, sizeof samples, "%d", PEER_SAMPLES);
    const char *args[] = {closes_path, samples, totals_path, NULL};
    json_t *object = bench_peer("vectorbt_sma", args);
    if (object == NULL) return 0;
    bench_peer_fill(row, object, (double)sweep->plan.count);
    json_decref(object);
    size_t size, len = strlen(row->result_check);
    double *totals = (double *)bench_load(totals_path, &size), worst = 0;
    if (totals == NULL || size != sweep->plan.count * sizeof *totals) {
        fprintf(stderr, "sweep_sma: the peer's totals are not of %llu pairs\n",
                (unsigned long long)sweep->plan.count);
        free(totals);
        return -1;
    }
    for (uint64_t i = 0; i < sweep->plan.count; i++) {
        double difference =
            fabs(sweep->rows[i].result.total_return - totals[i]) / fmax(1, fabs(1 + totals[i]));
        if (!(difference <= worst)) worst = difference;
    }
    free(totals);
    snprintf(row->result_check + len, sizeof row->result_check - len,
             "; total returns of all pairs within %.1e of the peer's, %s 1e-9", worst,
             worst <= tolerance ? "below" : "NOT BELOW");
    if (!(worst <= tolerance)) fprintf(stderr, "sweep_sma: %s\n", row->result_check);
    return worst <= tolerance ? 0 : -1;
}

// A closed list of prices for the peer, which reads numbers as they are.
static int write_closes(const char *path) {
    return io_write_file(path, closes, sizeof closes);
}

static int check(const struct sweep *sweep, uint32_t count, const char *input,
                 struct bench_row *row) {
    int differ = bench_search_check(sweep, count, 7);
    if (differ < 0) return -1;
    size_t len = strlen(row->result_check);
    snprintf(row->result_check + len, sizeof row->result_check - len,
             "%s%s: %llu of %llu trials in lanes; %u of them in every bit %s the event engine's",
             len > 0 ? "; " : "", input, (unsigned long long)bench_search_lanes(sweep),
             (unsigned long long)sweep->plan.count, count, differ == 0 ? "are" : "ARE NOT");
    if (differ > 0) fprintf(stderr, "%s: %s\n", row->name, row->result_check);
    return differ == 0 ? 0 : -1;
}

static const char *make_days(char *tape, size_t size, struct bench_row *row) {
    char csv[256];
    snprintf(csv, sizeof csv, "%s/days.csv", bench_directory());
    snprintf(tape, size, "%s/days", bench_directory());
    const char *input = bench_days(csv, DAYS, row->input_sha256, closes);
    if (input == NULL || bench_import(csv, tape, "DAYS") < 0) return NULL;
    return input;
}

// All-in: what is bought and its fee are the whole equity.
static int run_sma(struct bench_row *row) {
    static struct args args;
    static struct sweep sweep;
    char tape[256], path[256];
    const char *input = make_days(tape, sizeof tape, row);
    if (input == NULL) return -1;
    const char *words[] = {"--data",     "BENCH/DAYS/bar-1d",
                           "--strategy", "sma_cross",
                           "--param",    "fast=2:100",
                           "--param",    "slow=2:100",
                           "--where",    "fast < slow",
                           "--sizing",   "fixed_fraction:fraction=0.99900099900099900",
                           "--fee",      "maker_taker:taker=10",
                           "--venue",    "volume_share=0",
                           "--capital",  "10000000",
                           "--tape",     tape,
                           NULL};
    snprintf(path, sizeof path, "%s/closes", bench_directory());
    row->unit = "combos/s";
    row->bigger_is_better = true;
    if (write_closes(path) < 0 || open_search(words, &args, &sweep) < 0) return -1;
    int rc = measure(&sweep, SAMPLES, row->samples);
    row->count = SAMPLES;
    if (rc == 0) rc = check(&sweep, CHECKED, input, row);
    if (rc == 0) rc = compare_peer(&sweep, path, row);
    sweep_close(&sweep);
    return rc;
}

static int import_minutes(const char *tape, struct bench_row *row) {
    char csv[256];
    size_t size;
    uint8_t digest[SHA256_SIZE];
    const char *path = bench_shared("data/crypto_bars/bitfinex_btcusd_1m_2018.csv.xz");
    if (path == NULL) {
        snprintf(csv, sizeof csv, "%s/minutes.csv", bench_directory());
        if (bench_write_bars(csv, 1, MINUTES, row->input_sha256) == 0) return -1;
        return bench_import(csv, tape, "MINUTES");
    }
    char *text = bench_load(path, &size);
    if (text == NULL) return -1;
    sha256(text, size, digest);
    sha256_print(row->input_sha256, digest);
    free(text);
    return bench_import(path, tape, "MINUTES");
}

static int run_minutes(struct bench_row *row) {
    static struct args args;
    static struct sweep sweep;
    char tape[256];
    snprintf(tape, sizeof tape, "%s/minutes", bench_directory());
    const char *words[] = {"--data",  "BENCH/MINUTES/bar-1m", "--strategy", "sma_cross",
                           "--param", "fast=10:109",          "--param",    "slow=110:506:4",
                           "--fee",   "maker_taker:taker=10", "--tape",     tape,
                           NULL};
    row->unit = "s";
    if (import_minutes(tape, row) < 0 || open_search(words, &args, &sweep) < 0) return -1;
    bench_peak_reset();
    int rc = 0;
    for (int i = 0; i < MINUTE_SAMPLES && rc == 0; i++) {
        row->samples[i] = bench_search_work(&sweep);
        if (row->samples[i] < 0) rc = -1;
    }
    double peak = bench_peak_mib();
    row->count = MINUTE_SAMPLES;
    if (rc == 0) rc = check(&sweep, MINUTE_CHECKED, "minutes of 2018", row);
    size_t len = strlen(row->result_check);
    snprintf(row->result_check + len, sizeof row->result_check - len,
             "; %llu bars; peak memory %.0f MiB, %s 1024", (unsigned long long)sweep.log.bars, peak,
             peak < MEMORY_MIB ? "under" : "NOT UNDER");
    sweep_close(&sweep);
    if (rc == 0 && peak >= MEMORY_MIB) {
        fprintf(stderr, "sweep_minutes: %s\n", row->result_check);
        rc = -1;
    }
    return rc;
}

static const struct other {
    const char *strategy;
    const char *params[3];
} others[] = {
    {"momentum", {"lookback=20:115:5", "trend=50:145:5", "threshold=0:9:1"}},
    {"mean_reversion", {"window=10:49", "entry=1:2.9:0.1", "exit=-0.2:0.5:0.1"}},
    {"volatility_breakout", {"channel=10:49", "margin=0:0.9:0.1", "stop_atr=2:5.5:0.5"}},
};

// The row's figure is the slowest strategy's.
static int run_other(const struct other *other, const char *tape, const char *input,
                     struct bench_row *row) {
    static struct args args;
    static struct sweep sweep;
    double rates[SAMPLES];
    const char *words[] = {"--data",  "BENCH/DAYS/bar-1d", "--strategy", other->strategy,
                           "--param", other->params[0],    "--param",    other->params[1],
                           "--param", other->params[2],    "--fee",      "maker_taker:taker=10",
                           "--venue", "volume_share=0",    "--tape",     tape,
                           NULL};
    if (open_search(words, &args, &sweep) < 0) return -1;
    int rc = measure(&sweep, SAMPLES, rates);
    double median = bench_sort(rates, SAMPLES);
    size_t len = strlen(row->result_check);
    snprintf(row->result_check + len, sizeof row->result_check - len, "%s%s %.3g/s",
             len > 0 ? "; " : "", other->strategy, median);
    if (rc == 0) rc = check(&sweep, CHECKED, input, row);
    sweep_close(&sweep);
    if (row->count > 0 && median >= row->samples[SAMPLES / 2]) return rc;
    memcpy(row->samples, rates, sizeof rates);
    row->count = SAMPLES;
    return rc;
}

static int run_others(struct bench_row *row) {
    char tape[256];
    const char *input = make_days(tape, sizeof tape, row);
    if (input == NULL) return -1;
    row->unit = "combos/s";
    row->bigger_is_better = true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (run_other(&others[i], tape, input, row) < 0) return -1;
    return 0;
}

const struct bench bench_sweep_sma = {
    .name = "sweep_sma",
    .summary = "4,851 pairs of averages over 2,978 days, all-in, fees on",
    .run = run_sma,
};

const struct bench bench_sweep_minutes = {
    .name = "sweep_minutes",
    .summary = "10,000 pairs of averages over 520,499 minutes",
    .run = run_minutes,
};

const struct bench bench_sweep_others = {
    .name = "sweep_others",
    .summary = "momentum, mean reversion, breakout with stops over 2,978 days; the slowest",
    .run = run_others,
};
