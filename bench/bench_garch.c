// SPDX-License-Identifier: Apache-2.0
// GARCH(1,1) with a constant mean by maximum likelihood on 5,000 returns: from the returns to the parameters with their
// standard errors, of the Hessian and robust ones, at the maximum to rounding.
//
// The returns are simulated with a seed. Both sides take the variance before the sample by backcasting, so that they
// maximise the same function; the peer reads the returns from a file that holds their exact values.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "bench.h"
#include "peer.h"
#include "quant/volatility/garch.h"

enum { ROWS = 5000, SAMPLES = 50, PEER_SAMPLES = 20, COMPARED = 4 };

static const struct garch_spec spec = {GARCH_PLAIN, GARCH_NORMAL, GARCH_BACKCAST};
static const char *const names[COMPARED] = {"mu", "omega", "alpha", "beta"};
static const int places[COMPARED] = {GARCH_MU, GARCH_OMEGA, GARCH_ALPHA, GARCH_BETA};
static const double loglik_tolerance = 1e-6, parameter_tolerance = 1e-3; // of a standard error

struct input {
    char path[256];
    double returns[ROWS];
    double scratch[ROWS];
};

static int make_input(struct input *input, struct bench_row *row) {
    static const double truth[GARCH_PARAMS] = {
        [GARCH_MU] = 0.05, [GARCH_OMEGA] = 0.02, [GARCH_ALPHA] = 0.08, [GARCH_BETA] = 0.9};
    struct prng prng;
    uint8_t digest[SHA256_SIZE];
    prng_seed(&prng, 5);
    garch_simulate(&spec, truth, 1, &prng, ROWS, input->returns, input->scratch);
    sha256(input->returns, sizeof input->returns, digest);
    sha256_print(row->input_sha256, digest);
    snprintf(input->path, sizeof input->path, "%s/returns.csv", bench_directory());
    FILE *file = fopen(input->path, "w");
    if (file == NULL) {
        perror(input->path);
        return -1;
    }
    for (size_t i = 0; i < ROWS; i++) fprintf(file, "%.17g\n", input->returns[i]);
    return fclose(file);
}

static int measure(struct input *input, struct garch_fit *ret_fit, struct bench_row *row) {
    for (int i = 0; i <= SAMPLES; i++) {
        double start = bench_now();
        int rc = garch_fit(&spec, input->returns, ROWS, input->scratch, ret_fit);
        if (i > 0) // the first warms up
            row->samples[row->count++] = (bench_now() - start) * 1e3;
        if (rc < 0) {
            fprintf(stderr, "garch: %s\n", err_story());
            return -1;
        }
    }
    return 0;
}

// At a maximum every derivative is 0: what a step of a standard error would change is told.
static int check(const struct input *input, const struct garch_fit *fit, struct bench_row *row) {
    struct garch_sample sample = garch_sample_make(input->returns, ROWS);
    double gradient[GARCH_PARAMS], steepest = 0;
    double loglik = garch_loglik(&spec, fit->params, &sample, gradient, NULL);
    for (int i = 0; i < COMPARED; i++)
        steepest = fmax(steepest, fabs(gradient[places[i]]) * fit->errors[places[i]]);
    bool same = fabs(loglik - fit->loglik) <= 1e-7 && steepest <= 1e-6;
    snprintf(row->result_check, sizeof row->result_check,
             "%d simulated returns, log-likelihood %.9f after %zu evaluations; a standard error "
             "from the maximum the slope %s 1e-6",
             ROWS, fit->loglik, fit->evaluations, same ? "is below" : "IS NOT BELOW");
    if (!same) fprintf(stderr, "garch: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int compare_peer(const struct input *input, const struct garch_fit *fit,
                        struct bench_row *row) {
    char samples[8];
    snprintf(samples, sizeof samples, "%d", PEER_SAMPLES);
    const char *args[] = {input->path, samples, NULL};
    json_t *object = bench_peer("arch_garch", args);
    if (object == NULL) return 0;
    double loglik = json_number_value(json_object_get(object, "loglik")) - fit->loglik;
    double distance = 0;
    for (int i = 0; i < COMPARED; i++) {
        double theirs = json_number_value(json_object_get(object, names[i]));
        double d = fabs(theirs - fit->params[places[i]]) / fit->errors[places[i]];
        distance = fmax(distance, d);
    }
    bool same = fabs(loglik) <= loglik_tolerance && distance <= parameter_tolerance;
    bench_peer_fill(row, object, 0);
    row->peer_value *= 1e3;
    json_decref(object);
    size_t len = strlen(row->result_check);
    snprintf(row->result_check + len, sizeof row->result_check - len,
             "; the peer's log-likelihood is %.1g higher and its parameters within %.1g standard "
             "errors, %s",
             loglik, distance, same ? "within 1e-6 and 1e-3" : "WHICH IS TOO MUCH");
    if (!same) fprintf(stderr, "garch: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int run(struct bench_row *row) {
    struct input *input = malloc(sizeof *input);
    struct garch_fit fit;
    row->unit = "ms";
    if (input == NULL) return -1;
    int rc = make_input(input, row);
    if (rc == 0) rc = measure(input, &fit, row);
    if (rc == 0) rc = check(input, &fit, row);
    if (rc == 0) rc = compare_peer(input, &fit, row);
    free(input);
    return rc;
}

const struct bench bench_garch = {
    .name = "garch",
    .summary = "GARCH(1,1) with standard errors by maximum likelihood on 5,000 returns",
    .run = run,
};
