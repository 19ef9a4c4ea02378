// SPDX-License-Identifier: Apache-2.0
// A walk as `fulmar walkforward` makes it, on all processors: 20 windows over five years of minutes, in each of which
// the best of 1,000 pairs of averages is chosen, and one account on the event engine that lived by them.
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "data.h"
#include "search.h"

enum { MINUTES = 5 * 365 * 1440, WINDOWS = 20, COMBINATIONS = 1000, SAMPLES = 3 };

static const char *const words_before[] = {
    "--data",  "BENCH/WALK/bar-1m", "--strategy", "sma_cross", "--param", "fast=10:59",
    "--param", "slow=60:250:10",    "--windows",  "20",        "--fee",   "maker_taker:taker=1"};

// What a window chose is the best by a search of its train stretch alone, begun anew: the trial of that choice on the
// event engine has the score that the window saw.
static int check_choices(const struct walkforward *walkforward, struct bench_row *row) {
    struct trial trial;
    int differ = 0;
    if (trial_init(&trial) < 0) return -1;
    for (uint32_t w = 0; w < walkforward->window_count; w += 5) {
        const struct walkforward_choice *choice = &walkforward->choices[w];
        struct log slice = log_slice(&walkforward->log, INT64_MIN, choice->window.train_to_ns);
        struct trial_config config = walkforward->sweep.trial;
        struct score_result expected;
        double params[PARAMS_MAX] = {0};
        config.log = &slice;
        config.from_ns = choice->window.train_from_ns > slice.first_ns
                             ? choice->window.train_from_ns
                             : INT64_MIN;
        space_values(&walkforward->sweep.space, choice->point, params);
        if (trial_run(&trial, &config, params, NULL, 0, &expected) < 0) {
            fprintf(stderr, "walkforward: %s\n", err_story());
            differ = -1;
            break;
        }
        differ += expected.equity.m != choice->in_sample.equity.m ||
                  expected.fills_hash != choice->in_sample.fills_hash;
    }
    trial_fini(&trial);
    if (differ < 0) return -1;
    snprintf(row->result_check, sizeof row->result_check,
             "%u windows, %llu trials; the equity and the fills of every fifth choice %s those of "
             "the event engine from the first bar on; %llu fills out of sample",
             walkforward->window_count, (unsigned long long)walkforward->trials,
             differ == 0 ? "are" : "ARE NOT", (unsigned long long)walkforward->account.total.fills);
    if (differ > 0) fprintf(stderr, "walkforward: %s\n", row->result_check);
    return differ == 0 ? 0 : -1;
}

static int run_once(const char *tape, struct bench_row *row, bool last) {
    static const volatile sig_atomic_t never;
    static struct args args;
    static struct walkforward walkforward;
    enum { BEFORE = sizeof words_before / sizeof *words_before };
    const char *words[BEFORE + 3] = {0};
    memcpy(words, words_before, sizeof words_before);
    words[BEFORE] = "--tape";
    words[BEFORE + 1] = tape;
    if (bench_search_args(words, &args) < 0) return -1;
    int rc = walkforward_open(&args, &walkforward);
    double start = bench_now();
    if (rc == 0) rc = walkforward_work(&walkforward, &never);
    row->samples[row->count++] = bench_now() - start;
    if (rc < 0) fprintf(stderr, "walkforward: %s\n", err_story());
    bool whole = walkforward.window_count == WINDOWS &&
                 walkforward.trials == (uint64_t)WINDOWS * COMBINATIONS;
    if (rc == 0 && !whole) {
        fprintf(stderr, "walkforward: %u windows, %llu trials\n", walkforward.window_count,
                (unsigned long long)walkforward.trials);
        rc = -1;
    }
    if (rc == 0 && last) rc = check_choices(&walkforward, row);
    walkforward_close(&walkforward);
    return rc;
}

static int run(struct bench_row *row) {
    char csv[256], tape[256];
    snprintf(csv, sizeof csv, "%s/walk5.csv", bench_directory());
    snprintf(tape, sizeof tape, "%s/walk5", bench_directory());
    row->unit = "s";
    if (bench_write_bars(csv, 3, MINUTES, row->input_sha256) == 0) return -1;
    int rc = bench_import(csv, tape, "WALK");
    for (int i = 0; i < SAMPLES && rc == 0; i++) rc = run_once(tape, row, i + 1 == SAMPLES);
    return rc;
}

const struct bench bench_walkforward = {
    .name = "walkforward",
    .summary = "20 windows x 1,000 combinations over five years of minutes",
    .run = run,
};
