// SPDX-License-Identifier: Apache-2.0
// A Gaussian hidden Markov model of two states fitted to 5,000 rows: all eight starts, the search to its
// end, in a fresh arena each time.
//
// Rows are simulated from two states. The log-likelihood is worked out once more at the fitted parameters by
// a recursion in long double that normalises at each row; the peer's is compared too.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "base/prng.h"
#include "bench.h"
#include "peer.h"
#include "quant/math/normal.h"
#include "quant/regime/hmm.h"

enum { SAMPLES = 31, ROWS = 5000, ARENA = 1 << 24, STORY = 32 };

static const char *peer_samples = "7";

static void simulate(double *ret_rows) {
    static const double mean[] = {0.0006, -0.0008}, sigma[] = {0.006, 0.018},
                        stay[] = {0.985, 0.97};
    struct prng prng;
    int k = 0;
    prng_seed(&prng, 1);
    for (size_t t = 0; t < ROWS; t++) {
        if (prng_double(&prng) >= stay[k]) k = !k;
        ret_rows[t] = mean[k] + sigma[k] * normal_quantile(prng_double(&prng) * 0.999999 + 5e-7);
    }
}

// Writes the rows as text; its SHA-256 goes into the row.
static int write_rows(const double *rows, char *path, size_t path_size, struct bench_row *row) {
    static char text[ROWS * STORY];
    uint8_t digest[SHA256_SIZE];
    size_t size = (size_t)snprintf(text, sizeof text, "returns\n");
    for (size_t t = 0; t < ROWS; t++)
        size += (size_t)snprintf(text + size, sizeof text - size, "%.17g\n", rows[t]);
    snprintf(path, path_size, "%s/returns.csv", bench_directory());
    sha256(text, size, digest);
    sha256_print(row->input_sha256, digest);
    return io_write_file(path, text, size);
}

static int measure(const double *rows, struct hmm_fit *ret_fit, struct bench_row *row) {
    const struct hmm_options options = {
        .states = 2, .starts = 8, .iterations_max = 5000, .seed = 1};
    for (int i = 0; i <= SAMPLES; i++) {
        struct arena arena;
        double start = bench_now();
        if (arena_init(&arena, ARENA) < 0) return -1;
        int rc = hmm_fit(&options, &rows, 1, ROWS, &arena, ret_fit);
        arena_fini(&arena);
        double end = bench_now();
        if (rc < 0) {
            fprintf(stderr, "hmm: %s\n", err_story());
            return -1;
        }
        if (i > 0) row->samples[row->count++] = (end - start) * 1e3; // the first warms up
    }
    return 0;
}

static double slow_loglik(const struct hmm *model, const double *rows) {
    long double sum = 0, now[2] = {model->start[0], model->start[1]};
    for (size_t t = 0; t < ROWS; t++) {
        long double next[2], total = 0;
        for (size_t k = 0; k < 2; k++) {
            long double d = rows[t] - model->mean[k][0], v = model->covariance[k][0][0];
            next[k] = t == 0 ? now[k] : now[0] * model->move[0][k] + now[1] * model->move[1][k];
            total += next[k] *= expl(-d * d / (2 * v)) / sqrtl(2 * M_PIl * v);
        }
        for (size_t k = 0; k < 2; k++) now[k] = next[k] / total;
        sum += logl(total);
    }
    return (double)sum;
}

static int check(const struct hmm_fit *fit, const double *rows, const char *path,
                 struct bench_row *row) {
    const char *args[] = {path, peer_samples, NULL};
    double slow = slow_loglik(&fit->model, rows);
    bool same = fabs(slow - fit->loglik) <= 1e-7;
    int len = snprintf(row->result_check, sizeof row->result_check,
                       "log-likelihood %.6f at the fit %s a long double recursion's %.6f",
                       fit->loglik, same ? "equals" : "DIFFERS FROM", slow);
    json_t *object = bench_peer("hmmlearn_fit", args);
    if (object != NULL) {
        double theirs = json_number_value(json_object_get(object, "loglik"));
        bool near = fabs(theirs - fit->loglik) <= 1e-5;
        same = same && near;
        bench_peer_fill(row, object, 0);
        row->peer_value *= 1e3;
        snprintf(row->result_check + len, sizeof row->result_check - (size_t)len,
                 " and %s the peer's %.6f (within 1e-5)", near ? "equals" : "DIFFERS FROM", theirs);
        json_decref(object);
    }
    if (!same) fprintf(stderr, "hmm: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int run(struct bench_row *row) {
    static double rows[ROWS];
    char path[256];
    struct hmm_fit fit;
    row->unit = "ms";
    simulate(rows);
    if (write_rows(rows, path, sizeof path, row) < 0) return -1;
    if (measure(rows, &fit, row) < 0) return -1;
    return check(&fit, rows, path, row);
}

const struct bench bench_hmm = {
    .name = "hmm",
    .summary = "Gaussian hidden Markov model of two states fitted to 5,000 rows from eight starts",
    .run = run,
};
