// SPDX-License-Identifier: Apache-2.0
#include "search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/run/run_args.h"
#include "base/io.h"
#include "base/prng.h"
#include "bench.h"
#include "data.h"

enum { WORDS_MAX = 64 };

static const struct option options[] = {
    {"method", "METHOD", NULL, ""},     {"windows", "NUMBER", NULL, ""},
    {"train", "DURATION", NULL, ""},    {"test", "DURATION", NULL, ""},
    {"purge", "DURATION", NULL, ""},    {"embargo", "DURATION", NULL, ""},
    {"groups", "NUMBER", NULL, ""},     {"test-groups", "NUMBER", NULL, ""},
    {"warmup", "BARS", NULL, ""},       {"where", "CONDITION", NULL, ""},
    {"search", "METHOD", NULL, ""},     {"samples", "NUMBER", NULL, ""},
    {"objective", "MEASURE", NULL, ""}, {"require", "CONDITION", NULL, ""},
    {"memory", "SIZE", NULL, ""},       {"threads", "NUMBER", NULL, ""},
    {"events", NULL, NULL, ""},         RUN_OPTIONS,
};
static const struct command command = {
    .name = "search", .options = options, .option_count = sizeof options / sizeof *options};

int bench_search_args(const char *const *words, struct args *args) {
    char *argv[WORDS_MAX];
    int argc = 0;
    for (; words[argc] != NULL && argc < WORDS_MAX; argc++) argv[argc] = (char *)words[argc];
    int rc = args_parse(&command, argc, argv, args);
    args->json = true; // no line of progress
    if (rc < 0) fprintf(stderr, "search: %s\n", err_story());
    return rc;
}

double bench_search_work(struct sweep *sweep) {
    static const volatile sig_atomic_t never;
    sweep->done = sweep->resumed = 0;
    double start = bench_now();
    if (sweep_work(sweep, NULL, &never, true) < 0) {
        fprintf(stderr, "sweep: %s\n", err_story());
        return -1;
    }
    return bench_now() - start;
}

int bench_search_check(const struct sweep *sweep, uint32_t count, uint64_t seed) {
    struct trial trial;
    struct prng prng;
    int differ = 0;
    if (trial_init(&trial) < 0) return -1;
    prng_seed(&prng, seed);
    for (uint32_t i = 0; i < count; i++) {
        const struct sweep_row *row = &sweep->rows[prng_below(&prng, sweep->done)];
        double params[PARAMS_MAX] = {0};
        struct score_result expected;
        space_values(&sweep->space, row->point, params);
        if (trial_run(&trial, &sweep->trial, params, NULL, 0, &expected) < 0) {
            fprintf(stderr, "sweep: %s\n", err_story());
            differ = -1;
            break;
        }
        expected.engine = row->result.engine;
        differ += memcmp(&expected, &row->result, sizeof expected) != 0;
    }
    trial_fini(&trial);
    return differ;
}

uint64_t bench_search_lanes(const struct sweep *sweep) {
    uint64_t count = 0;
    for (uint64_t i = 0; i < sweep->done; i++)
        count += sweep->rows[i].result.engine == SCORE_BY_LANES;
    return count;
}

// In steps of 1e-8: averages do not tie, which programs that sum in another order would tell apart by chance.
static int walk_closes(uint32_t count, double *ret_closes) {
    int64_t *walk = malloc(count * sizeof *walk);
    if (walk == NULL) return -1;
    bench_walk(1, count, walk);
    for (uint32_t i = 0; i < count; i++) ret_closes[i] = (double)walk[i] / 1e8;
    free(walk);
    return 0;
}

static int write_days(const char *path, uint32_t count, const double *closes, char *ret_sha256) {
    struct text text;
    uint8_t digest[SHA256_SIZE];
    text_init(&text, (size_t)1 << 24);
    text_add(&text, "time,open,high,low,close,volume\n");
    for (uint32_t i = 0; i < count; i++) {
        double close = closes[i], open = closes[i > 0 ? i - 1 : 0];
        text_printf(&text, "%lld,%.8f,%.8f,%.8f,%.8f,1000\n", 1420070400000LL + i * 86400000LL,
                    open, open > close ? open : close, open < close ? open : close, close);
    }
    sha256(text_string(&text), text.len, digest);
    sha256_print(ret_sha256, digest);
    int rc = text_error(&text) == 0 ? io_write_file(path, text_string(&text), text.len) : -1;
    text_fini(&text);
    return rc;
}

const char *bench_days(const char *path, uint32_t count, char *ret_sha256, double *ret_closes) {
    if (walk_closes(count, ret_closes) < 0) return NULL;
    return write_days(path, count, ret_closes, ret_sha256) == 0 ? "a seeded walk" : NULL;
}
