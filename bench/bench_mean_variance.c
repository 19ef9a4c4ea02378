// SPDX-License-Identifier: Apache-2.0
// The portfolio of 500 assets with the largest mean less risk: long only, at most 3 % an asset, five groups of a
// hundred within 15 to 25 % each; from the matrix to weights whose optimality conditions hold.
//
// Means and covariance are those of 750 simulated rows of a market with ten factors; both sides have the same bytes.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "bench.h"
#include "peer.h"
#include "quant/math/sample.h"
#include "quant/math/sum.h"
#include "quant/portfolio/portfolio.h"
#include "quant/series/covariance.h"

enum { ASSETS = 500, ROWS = 750, FACTORS = 10, GROUPS = 5, SAMPLES = 15, PEER_SAMPLES = 15 };

static const double aversion = 4, cap = 0.03, group_low = 0.15, group_high = 0.25;
static const double value_tolerance = 1e-8, weight_tolerance = 1e-5;

struct input {
    char path[256];
    double mean[ASSETS];
    double covariance[ASSETS * ASSETS]; // behind the means in the file
    double upper[ASSETS];
    double groups[GROUPS * ASSETS];
    double low[GROUPS];
    double high[GROUPS];
    double weights[ASSETS];
    double returns[ASSETS * ROWS];
    double scratch[ASSETS * ROWS];
    const double *columns[ASSETS];
    struct arena arena;
};

static void simulate(struct input *input) {
    static double factors[FACTORS * ROWS];
    struct prng prng;
    prng_seed(&prng, 9);
    for (size_t i = 0; i < (size_t)FACTORS * ROWS; i++) factors[i] = 0.006 * sample_normal(&prng);
    for (size_t j = 0; j < ASSETS; j++) {
        double *row = input->returns + j * ROWS, drift = 0.0004 * sample_normal(&prng);
        for (size_t i = 0; i < ROWS; i++) row[i] = drift + 0.012 * sample_normal(&prng);
        for (size_t f = 0; f < FACTORS; f++) {
            double load = (f == 0) + 0.5 * sample_normal(&prng);
            for (size_t i = 0; i < ROWS; i++) row[i] += load * factors[f * ROWS + i];
        }
        input->columns[j] = row;
        input->mean[j] = 252 * sum_mean(row, ROWS);
        input->upper[j] = cap;
        input->groups[j / (ASSETS / GROUPS) * ASSETS + j] = 1;
    }
    covariance_of(input->columns, ASSETS, ROWS, 1, input->scratch, input->covariance);
    for (size_t i = 0; i < (size_t)ASSETS * ASSETS; i++) input->covariance[i] *= 252;
    for (size_t k = 0; k < GROUPS; k++) {
        input->low[k] = group_low;
        input->high[k] = group_high;
    }
}

static int make_input(struct input *input, struct bench_row *row) {
    uint8_t digest[SHA256_SIZE];
    simulate(input);
    sha256(input->covariance, sizeof input->covariance, digest);
    sha256_print(row->input_sha256, digest);
    snprintf(input->path, sizeof input->path, "%s/moments.bin", bench_directory());
    FILE *file = fopen(input->path, "wb");
    if (file == NULL) {
        perror(input->path);
        return -1;
    }
    fwrite(input->mean, sizeof input->mean, 1, file);
    fwrite(input->covariance, sizeof input->covariance, 1, file);
    return fclose(file);
}

static int measure(struct input *input, struct portfolio_result *ret, struct bench_row *row) {
    struct portfolio portfolio = {.count = ASSETS,
                                  .mean = input->mean,
                                  .covariance = input->covariance,
                                  .upper = input->upper,
                                  .groups = input->groups,
                                  .group_lower = input->low,
                                  .group_upper = input->high,
                                  .group_count = GROUPS};
    ret->weights = input->weights;
    for (int i = 0; i <= SAMPLES; i++) {
        double start = bench_now();
        int rc = portfolio_utility(&portfolio, aversion, 0, &input->arena, ret);
        if (i > 0) // the first warms up
            row->samples[row->count++] = bench_now() - start;
        if (rc < 0) {
            fprintf(stderr, "mean_variance: %s\n", err_story());
            return -1;
        }
    }
    return 0;
}

static int check(const struct portfolio_result *result, struct bench_row *row) {
    double residual = qp_residual(&result->certificate);
    bool good = residual <= QP_RESIDUAL_MAX;
    size_t held = 0;
    for (size_t i = 0; i < ASSETS; i++) held += result->weights[i] > 0;
    snprintf(row->result_check, sizeof row->result_check,
             "%d assets, %zu of them held: residuals of the optimality conditions %.2g, %s 1e-9",
             ASSETS, held, residual, good ? "below" : "NOT BELOW");
    if (!good) fprintf(stderr, "mean_variance: %s\n", row->result_check);
    return good ? 0 : -1;
}

static int compare_peer(const struct input *input, const struct portfolio_result *result,
                        struct bench_row *row) {
    char samples[8], assets[8], risk[16];
    snprintf(samples, sizeof samples, "%d", PEER_SAMPLES);
    snprintf(assets, sizeof assets, "%d", ASSETS);
    snprintf(risk, sizeof risk, "%g", aversion);
    const char *args[] = {input->path, samples, assets, risk, NULL};
    json_t *object = bench_peer("clarabel_portfolio", args);
    if (object == NULL) return 0;
    const json_t *weights = json_object_get(object, "weights");
    double value = result->mean - aversion / 2 * result->vol * result->vol, furthest = 0;
    double gap = value - json_number_value(json_object_get(object, "value"));
    for (size_t i = 0; i < ASSETS; i++) {
        double theirs = json_number_value(json_array_get(weights, i));
        furthest = fmax(furthest, fabs(theirs - result->weights[i]));
    }
    bool same = fabs(gap) <= value_tolerance && furthest <= weight_tolerance;
    bench_peer_fill(row, object, 0);
    json_decref(object);
    size_t len = strlen(row->result_check);
    snprintf(row->result_check + len, sizeof row->result_check - len,
             "; the value is %.1g above the peer's and the weights within %.1g, %s", gap, furthest,
             same ? "as required (1e-8, 1e-5)" : "WHICH IS TOO FAR");
    if (!same) fprintf(stderr, "mean_variance: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int run(struct bench_row *row) {
    struct input *input = calloc(1, sizeof *input);
    struct portfolio_result result = {0};
    row->unit = "s";
    if (input == NULL) return -1;
    int rc = arena_init(&input->arena, (size_t)256 << 20);
    if (rc == 0) rc = make_input(input, row);
    if (rc == 0) rc = measure(input, &result, row);
    if (rc == 0) rc = check(&result, row);
    if (rc == 0) rc = compare_peer(input, &result, row);
    arena_fini(&input->arena);
    free(input);
    return rc;
}

const struct bench bench_mean_variance = {
    .name = "mean_variance",
    .summary = "mean-variance weights of 500 assets within bounds and groups",
    .run = run,
};
