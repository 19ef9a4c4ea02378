// SPDX-License-Identifier: Apache-2.0
// Value at risk by a million paths of a hundred assets, and historical value at risk that is kept up to date.
//
// mc_var: from the covariance to value at risk and expected shortfall at 99 %, a hundred normal numbers a path, on all
// processors. The law is known, so both sides are held against it. var_update: a hundred positions and a thousand rows;
// a row arrives, or a weight changes, and value at risk is asked for. The row is the slower of the two.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/risk/risk_paths.h"
#include "base/prng.h"
#include "bench.h"
#include "peer.h"
#include "quant/math/linalg.h"
#include "quant/math/normal.h"
#include "quant/math/sample.h"
#include "quant/risk/live_var.h"

enum { ASSETS = 100, PATHS = 1000000, FACTORS = 5, ROWS = 1000, SAMPLES = 15, CHANGES = 1000 };

static const double level = 0.99;

static int write_numbers(const char *name, const double *numbers, size_t count, char *ret_path,
                         size_t size) {
    snprintf(ret_path, size, "%s/%s", bench_directory(), name);
    FILE *file = fopen(ret_path, "w");
    if (file == NULL) {
        perror(ret_path);
        return -1;
    }
    for (size_t i = 0; i < count; i++) fprintf(file, "%.17g\n", numbers[i]);
    return fclose(file);
}

static void tell_input(const double *numbers, size_t count, struct bench_row *row) {
    uint8_t digest[SHA256_SIZE];
    sha256(numbers, count * sizeof *numbers, digest);
    sha256_print(row->input_sha256, digest);
}

// A few factors and what is the assets' own.
static void make_covariance(double *covariance) {
    double loads[ASSETS][FACTORS];
    struct prng prng;
    prng_seed(&prng, 31);
    for (size_t i = 0; i < ASSETS; i++)
        for (size_t f = 0; f < FACTORS; f++) loads[i][f] = 0.006 * sample_normal(&prng) + 0.004;
    for (size_t i = 0; i < ASSETS; i++)
        for (size_t j = 0; j < ASSETS; j++)
            covariance[i * ASSETS + j] =
                linalg_dot(loads[i], loads[j], FACTORS) + (i == j ? 0.0001 : 0);
}

static int draw(const double *covariance, const double *weights, double *returns,
                struct monte_carlo_risk *ret) {
    struct monte_carlo_options options = {.law = MONTE_CARLO_NORMAL,
                                          .count = ASSETS,
                                          .weights = weights,
                                          .covariance = covariance,
                                          .horizon = 1,
                                          .seed = 1};
    struct monte_carlo mc;
    struct arena arena;
    size_t fault;
    if (arena_init(&arena, 1 << 22) < 0) return -1;
    int rc = monte_carlo_init(&mc, &options, &arena, &fault);
    if (rc == 0) rc = risk_paths_draw(&mc, PATHS, 0, returns);
    if (rc == 0) *ret = monte_carlo_risk_of(returns, PATHS, level, returns + PATHS);
    arena_fini(&arena);
    if (rc < 0) fprintf(stderr, "mc_var: %s\n", err_story());
    return rc;
}

static int check_paths(const double *covariance, const double *weights,
                       const struct monte_carlo_risk *risk, json_t *peer, struct bench_row *row) {
    double sigma = sqrt(linalg_quadratic(covariance, ASSETS, weights));
    double z = normal_quantile(1 - level);
    double var = -sigma * z, es = sigma * normal_pdf(z) / (1 - level);
    double off =
        fmax(fabs(risk->var - var) / risk->var_error, fabs(risk->es - es) / risk->es_error);
    bool same = off <= 4;
    snprintf(row->result_check, sizeof row->result_check,
             "%d paths: value at risk %.6g and shortfall %.6g, by the law %.6g and %.6g: %.2g "
             "standard errors, %s",
             PATHS, risk->var, risk->es, var, es, off, same ? "within 4" : "NOT WITHIN 4");
    if (peer != NULL) {
        double theirs = fabs(json_number_value(json_object_get(peer, "var")) - var);
        double es_off = fabs(json_number_value(json_object_get(peer, "es")) - es);
        off = fmax(theirs / risk->var_error, es_off / risk->es_error);
        same = same && off <= 4;
        size_t len = strlen(row->result_check);
        snprintf(row->result_check + len, sizeof row->result_check - len, "; the peer's %.2g, %s",
                 off, off <= 4 ? "within 4" : "NOT WITHIN 4");
    }
    if (!same) fprintf(stderr, "mc_var: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int run_paths(struct bench_row *row) {
    static double covariance[ASSETS * ASSETS], weights[ASSETS];
    double *returns = calloc(2 * (size_t)PATHS, sizeof *returns);
    struct monte_carlo_risk risk;
    char path[256];
    row->unit = "s";
    if (returns == NULL) return -1;
    make_covariance(covariance);
    for (size_t i = 0; i < ASSETS; i++) weights[i] = 1.0 / ASSETS;
    tell_input(covariance, sizeof covariance / sizeof *covariance, row);
    int rc =
        write_numbers("covariance.txt", covariance, (size_t)ASSETS * ASSETS, path, sizeof path);
    for (int i = 0; rc == 0 && i <= SAMPLES; i++) {
        double start = bench_now();
        rc = draw(covariance, weights, returns, &risk);
        if (i > 0) row->samples[row->count++] = bench_now() - start; // the first warms up
    }
    free(returns);
    if (rc < 0) return rc;
    const char *args[] = {"paths", path, "1000000", "5", NULL};
    json_t *peer = bench_peer("numpy_risk", args);
    rc = check_paths(covariance, weights, &risk, peer, row);
    if (peer != NULL) bench_peer_fill(row, peer, 0);
    json_decref(peer);
    return rc;
}

struct book {
    double rows[2 * ROWS][ASSETS];         // those of the start, and those that arrive
    double weights[ASSETS], first[ASSETS]; // now, and at the start
    double changes[CHANGES];               // weights
    struct live_var live;
    double *slots;
};

static int make_book(struct book *book) {
    struct prng prng;
    prng_seed(&prng, 32);
    for (size_t t = 0; t < 2 * ROWS; t++) {
        double market = 0.01 * sample_student(&prng, 4);
        for (size_t j = 0; j < ASSETS; j++)
            book->rows[t][j] = market + 0.01 * sample_student(&prng, 5);
    }
    for (size_t j = 0; j < ASSETS; j++) book->first[j] = prng_double(&prng) - 0.2;
    memcpy(book->weights, book->first, sizeof book->weights);
    for (size_t i = 0; i < CHANGES; i++) book->changes[i] = prng_double(&prng) - 0.2;
    book->slots = calloc(live_var_slots(ASSETS, ROWS), sizeof *book->slots);
    book->live = live_var_make(ASSETS, ROWS);
    if (book->slots == NULL) return -1;
    for (uint32_t j = 0; j < ASSETS; j++)
        if (live_var_weigh(&book->live, book->slots, j, book->weights[j]) < 0) return -1;
    for (size_t t = 0; t < ROWS; t++)
        if (live_var_row(&book->live, book->slots, book->rows[t]) < 0) return -1;
    return 0;
}

// Microseconds a row and a change of weight; *ret_sum adds up the answers, which the peer's must equal.
static int update(struct book *book, double *ret_row, double *ret_weight, double *ret_sum) {
    double start = bench_now();
    int rc = 0;
    for (size_t t = 0; t < ROWS; t++) {
        rc |= live_var_row(&book->live, book->slots, book->rows[ROWS + t]);
        *ret_sum += live_var_of(&book->live, book->slots, level).var;
    }
    double middle = bench_now();
    for (uint32_t i = 0; i < CHANGES; i++) {
        book->weights[i % ASSETS] = book->changes[i];
        rc |= live_var_weigh(&book->live, book->slots, i % ASSETS, book->changes[i]);
        *ret_sum += live_var_of(&book->live, book->slots, level).var;
    }
    *ret_row = (middle - start) / ROWS * 1e6;
    *ret_weight = (bench_now() - middle) / CHANGES * 1e6;
    return rc;
}

// Of all positions and rows anew, and how long that takes.
static struct tail_risk full(const struct book *book, double *ret_ms) {
    static double columns[ASSETS][ROWS], series[ROWS], scratch[2 * ROWS];
    struct tail_options options = tail_options_default();
    struct tail_risk risk = {.var = NAN};
    options.level = level;
    for (size_t t = 0; t < ROWS; t++)
        for (size_t j = 0; j < ASSETS; j++) columns[j][t] = book->rows[ROWS + t][j];
    for (int i = 0; i < 10; i++) { // the last is warm
        double start = bench_now();
        memset(series, 0, sizeof series);
        for (size_t j = 0; j < ASSETS; j++) linalg_add(book->weights[j], columns[j], ROWS, series);
        if (tail_risk_of(TAIL_HISTORICAL, series, ROWS, &options, scratch, &risk) < 0) break;
        *ret_ms = (bench_now() - start) * 1e3;
    }
    return risk;
}

static int compare_update(struct book *book, double sum, bool slower_is_row,
                          struct bench_row *row) {
    char rows_path[256], changes_path[256], weights_path[256];
    double ms = NAN;
    struct tail_risk anew = full(book, &ms), now = live_var_of(&book->live, book->slots, level);
    double off = fmax(fabs(anew.var - now.var), fabs(anew.es - now.es));
    bool same = off <= 1e-12 && ms < 1;
    snprintf(row->result_check, sizeof row->result_check,
             "%d positions, %d rows; slower is %s; anew in %.3g ms, %s, and %.1g apart, %s", ASSETS,
             ROWS, slower_is_row ? "a row" : "a weight", ms, ms < 1 ? "under 1" : "NOT UNDER 1",
             off, off <= 1e-12 ? "within 1e-12" : "NOT WITHIN 1e-12");
    int rc = write_numbers("rows.txt", book->rows[0], (size_t)2 * ROWS * ASSETS, rows_path,
                           sizeof rows_path);
    if (rc == 0)
        rc =
            write_numbers("changes.txt", book->changes, CHANGES, changes_path, sizeof changes_path);
    if (rc == 0)
        rc = write_numbers("weights.txt", book->first, ASSETS, weights_path, sizeof weights_path);
    if (rc < 0) return rc;
    const char *args[] = {
        "update", rows_path, changes_path, weights_path, slower_is_row ? "row" : "weight",
        "5",      NULL};
    json_t *peer = bench_peer("numpy_risk", args);
    if (peer != NULL) {
        double theirs = json_number_value(json_object_get(peer, "sum"));
        bool equal = fabs(theirs - sum) <= 1e-9 * fabs(sum);
        bench_peer_fill(row, peer, 0);
        row->peer_value *= 1e6;
        same = same && equal;
        size_t len = strlen(row->result_check);
        snprintf(row->result_check + len, sizeof row->result_check - len,
                 "; the sum of %d answers %.9g, the peer's %.9g, %s", ROWS + CHANGES, sum, theirs,
                 equal ? "within 1e-9" : "NOT WITHIN 1e-9");
    }
    json_decref(peer);
    if (!same) fprintf(stderr, "var_update: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int run_update(struct bench_row *row) {
    struct book *book = calloc(1, sizeof *book);
    double times[2][SAMPLES], sum = 0;
    row->unit = "us";
    int rc = book != NULL ? 0 : -1;
    for (int i = 0; rc == 0 && i <= SAMPLES; i++) {
        double by_row, by_weight;
        free(book->slots);
        sum = 0;
        rc = make_book(book);
        if (rc == 0) rc = update(book, &by_row, &by_weight, &sum);
        if (i == 0) continue; // warms up
        times[0][i - 1] = by_row;
        times[1][i - 1] = by_weight;
    }
    if (rc == 0) {
        int slower = bench_sort(times[0], SAMPLES) > bench_sort(times[1], SAMPLES) ? 0 : 1;
        memcpy(row->samples, times[slower], sizeof times[slower]);
        row->count = SAMPLES;
        tell_input(book->rows[0], (size_t)2 * ROWS * ASSETS, row);
        rc = compare_update(book, sum, slower == 0, row);
    }
    if (book != NULL) free(book->slots);
    free(book);
    return rc;
}

const struct bench bench_mc_var = {
    .name = "mc_var",
    .summary = "value at risk by a million normal paths of 100 assets, on all processors",
    .run = run_paths,
};

const struct bench bench_var_update = {
    .name = "var_update",
    .summary = "historical value at risk after a row or a change of weight, 100 x 1,000",
    .run = run_update,
};
