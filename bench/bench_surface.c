// SPDX-License-Identifier: Apache-2.0
// The whole chain of AAPL on two days, 4,532 contracts, from the zip of quotes to two fitted surfaces without
// arbitrage: unpacking, cleaning, forwards, volatilities of American options, and the fit.
//
// The surfaces' conditions are checked on a grid of moneyness and time, and the misfit of slices is bounded.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/option/option_chain.h"
#include "base/io.h"
#include "base/timestamp.h"
#include "bench.h"

enum { SAMPLES = 25, DAYS = 2, CONTRACTS = 4532 };

static const char *const days[DAYS] = {"20140606", "20140609"};
static const char *input_path = "data/options/lean/option/usa/daily/aapl_2014_quote_american.zip";

struct result {
    struct surface surface;
    struct surface_fit fits[CHAIN_EXPIRIES_MAX];
    size_t contracts, sound, expiries;
};

static int fit_day(const char *path, const char *day, struct result *ret_result,
                   double *ret_read_s) {
    struct option_chain chain = {
        .stale_s = INFINITY, .tick = 0.01, .terms = {.american = true, .rate = NAN, .spot = NAN}};
    struct surface_points points[CHAIN_EXPIRIES_MAX];
    double *block = NULL, start = bench_now();
    int32_t date;
    int rc = date_parse(day, 8, &date);
    chain.now_ns = date_to_ns(date) + 16 * NS_PER_HOUR;
    if (rc == 0) rc = option_chain_read_lean(&chain, path);
    *ret_read_s += bench_now() - start;
    if (rc == 0) rc = option_chain_solve(&chain);
    if (rc == 0) rc = option_chain_points(&chain, &block, points);
    if (rc == 0)
        rc = surface_fit(points, chain.expiry_count, chain.terms.spot, &ret_result->surface,
                         ret_result->fits);
    ret_result->contracts = chain.count;
    ret_result->expiries = chain.expiry_count;
    ret_result->sound = chain_count(chain.quotes, chain.count).faults[CHAIN_SOUND];
    free(block);
    option_chain_free(&chain);
    return rc;
}

static int measure(const char *path, struct result *results, double *ret_read_ms,
                   struct bench_row *row) {
    for (int i = 0; i <= SAMPLES; i++) {
        double start = bench_now(), read_s = 0;
        for (size_t day = 0; day < DAYS; day++)
            if (fit_day(path, days[day], &results[day], &read_s) < 0) {
                fprintf(stderr, "surface: %s\n", err_story());
                return -1;
            }
        if (i > 0) // the first warms up
            row->samples[row->count++] = (bench_now() - start) * 1e3;
        *ret_read_ms = read_s * 1e3;
    }
    return 0;
}

static int check(const struct result *results, double read_ms, struct bench_row *row) {
    size_t contracts = 0, sound = 0, points = 0, faults = 0, slices = 0;
    double worst = 0, within = 0;
    for (size_t day = 0; day < DAYS; day++) {
        struct surface_arbitrage found = surface_arbitrage_of(&results[day].surface, 5);
        contracts += results[day].contracts;
        sound += results[day].sound;
        points += found.points;
        faults += found.butterflies + found.calendars + found.wings;
        for (size_t i = 0; i < results[day].expiries; i++) {
            worst = fmax(worst, results[day].fits[i].rmse);
            within += results[day].fits[i].within;
            slices++;
        }
    }
    bool same = contracts == CONTRACTS && faults == 0 && worst < 0.05;
    snprintf(
        row->result_check, sizeof row->result_check,
        "%zu contracts, %zu sound, %zu slices on two days, of which %.0f %% of the quotes are met "
        "within their spread; %zu violations of no-arbitrage at %zu points%s; %.0f ms of it "
        "unpack the quotes",
        contracts, sound, slices, 100 * within / (double)slices, faults, points,
        same ? "" : ", WHICH IS NOT WHAT MUST BE", read_ms);
    if (!same) fprintf(stderr, "surface: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int digest(const char *path, struct bench_row *row) {
    char *data;
    size_t size;
    uint8_t sum[SHA256_SIZE];
    TRY(io_read_file(path, (size_t)64 << 20, &data, &size));
    sha256(data, size, sum);
    sha256_print(row->input_sha256, sum);
    free(data);
    return 0;
}

static int run(struct bench_row *row) {
    const char *path = bench_shared(input_path);
    struct result *results = calloc(DAYS, sizeof *results);
    double read_ms = 0;
    row->unit = "ms";
    int rc = path == NULL || results == NULL ? -1 : digest(path, row);
    if (rc == 0) rc = measure(path, results, &read_ms, row);
    if (rc == 0) rc = check(results, read_ms, row);
    free(results);
    return rc;
}

const struct bench bench_surface = {
    .name = "surface",
    .summary = "the chain of AAPL on two days, from quotes to surfaces without arbitrage",
    .run = run,
};
