// SPDX-License-Identifier: Apache-2.0
// A million European options on one core: implied volatilities from prices, and values with six sensitivities from
// volatilities.
//
// The grid: calls and puts with 20 strikes from 3 deviations below the forward to 3 above it, 50 expiries from a
// week to five years, 50 volatilities from 5 % to 100 %, five rates, two yields. Both sides get the same
// columns and answer into columns; the peer takes the options one by one, which is how it is called.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "bench.h"
#include "peer.h"
#include "quant/option_many.h"

enum { STRIKES = 20, EXPIRIES = 50, VOLS = 50, RATES = 5, YIELDS = 2, SIDES = 2 };
enum { ROWS = STRIKES * EXPIRIES * VOLS * RATES * YIELDS * SIDES };
enum { SAMPLES = 15, ANSWERS = 7 }; // price, delta, gamma, vega, theta, rho, rho_dividend

enum column { SIGN, SPOT, STRIKE, YEARS, RATE, YIELD, VOL, PRICE, COLUMNS };

static const char *peer_samples = "5";
static const double iv_tolerance = 1e-9, greeks_tolerance = 1e-11;

struct input {
    double columns[COLUMNS][ROWS];
    double ours[ANSWERS][ROWS];
    double theirs[ANSWERS][ROWS];
    char path[256];
    char answer_path[256];
};

static struct option_many columns_of(const struct input *input) {
    return (struct option_many){.count = ROWS,
                                .sign = input->columns[SIGN],
                                .spot = input->columns[SPOT],
                                .strike = input->columns[STRIKE],
                                .years = input->columns[YEARS],
                                .rate = input->columns[RATE],
                                .yield = input->columns[YIELD]};
}

static double between(double low, double high, size_t index, size_t count) {
    return low + (high - low) * (double)index / (double)(count - 1);
}

static void fill_row(struct input *input, size_t row) {
    size_t rest = row;
    size_t side = rest % SIDES, strike = (rest /= SIDES) % STRIKES;
    size_t vol = (rest /= STRIKES) % VOLS, expiry = (rest /= VOLS) % EXPIRIES;
    size_t rate = (rest /= EXPIRIES) % RATES, yield = rest / RATES;
    double years = between(1.0 / 52, 5, expiry, EXPIRIES), sigma = between(0.05, 1, vol, VOLS);
    double r = between(0, 0.08, rate, RATES), q = between(0, 0.03, yield, YIELDS);
    double deviations = between(-3, 3, strike, STRIKES);
    double(*columns)[ROWS] = input->columns;
    columns[SIGN][row] = side == 0 ? 1 : -1;
    columns[SPOT][row] = 100;
    columns[STRIKE][row] = 100 * exp((r - q) * years + deviations * sigma * sqrt(years));
    columns[YEARS][row] = years;
    columns[RATE][row] = r;
    columns[YIELD][row] = q;
    columns[VOL][row] = sigma;
}

static struct input *make_input(struct bench_row *row) {
    struct input *input = malloc(sizeof *input);
    uint8_t digest[SHA256_SIZE];
    if (input == NULL) return NULL;
    for (size_t i = 0; i < ROWS; i++) fill_row(input, i);
    struct option_many many = columns_of(input);
    option_price_many(&many, input->columns[VOL], input->columns[PRICE]);
    sha256(input->columns, sizeof input->columns, digest);
    sha256_print(row->input_sha256, digest);
    snprintf(input->path, sizeof input->path, "%s/options", bench_directory());
    snprintf(input->answer_path, sizeof input->answer_path, "%s/answers", bench_directory());
    if (io_write_file(input->path, input->columns, sizeof input->columns) == 0) return input;
    fprintf(stderr, "%s\n", err_story());
    free(input);
    return NULL;
}

// The peer's answers; false where there is no peer.
static bool ask_peer(struct input *input, const char *question, size_t answers,
                     struct bench_row *row) {
    char rows[16];
    snprintf(rows, sizeof rows, "%d", ROWS);
    const char *args[] = {question, rows, input->path, input->answer_path, peer_samples, NULL};
    json_t *object = bench_peer("quantlib_options", args);
    if (object == NULL) return false;
    bench_peer_fill(row, object, ROWS);
    json_decref(object);
    FILE *file = fopen(input->answer_path, "rb");
    size_t read = file != NULL ? fread(input->theirs, sizeof *input->theirs, answers, file) : 0;
    if (file != NULL) fclose(file);
    return read == answers;
}

// The largest |ours - theirs| / max(|theirs|, floor).
static double difference(const struct input *input, size_t answers, double floor) {
    double most = 0;
    for (size_t a = 0; a < answers; a++)
        for (size_t i = 0; i < ROWS; i++) {
            double theirs = input->theirs[a][i];
            double d = fabs(input->ours[a][i] - theirs) / fmax(fabs(theirs), floor);
            if (!(d <= most)) most = d;
        }
    return most;
}

static int add_check(struct bench_row *row, const char *what, double d, double tolerance) {
    bool same = d <= tolerance;
    size_t len = strlen(row->result_check);
    snprintf(row->result_check + len, sizeof row->result_check - len,
             "%s%s: largest difference %.2g, %s %.0e", len > 0 ? "; " : "", what, d,
             same ? "below" : "NOT BELOW", tolerance);
    if (!same) fprintf(stderr, "%s: %s\n", row->name, row->result_check);
    return same ? 0 : -1;
}

static int run_iv(struct bench_row *row) {
    struct input *input = make_input(row);
    row->unit = "IV/s";
    row->bigger_is_better = true;
    if (input == NULL) return -1;
    struct option_many many = columns_of(input);
    for (int i = 0; i <= SAMPLES; i++) {
        double start = bench_now();
        option_implied_many(&many, input->columns[PRICE], input->ours[0], NULL);
        if (i > 0) row->samples[row->count++] = ROWS / (bench_now() - start); // the first warms up
    }
    memcpy(input->theirs[0], input->columns[VOL], sizeof *input->theirs);
    int rc = add_check(row, "a million volatilities against those that made the prices, relative",
                       difference(input, 1, 0), iv_tolerance);
    if (rc == 0 && ask_peer(input, "iv", 1, row))
        rc = add_check(row, "against the peer's", difference(input, 1, 0), iv_tolerance);
    free(input);
    return rc;
}

// Every thousandth row one by one.
static double slow_difference(struct input *input) {
    double most = 0;
    for (size_t i = 0; i < ROWS; i += 1000) {
        double(*c)[ROWS] = input->columns;
        struct option_terms option = {.side = c[SIGN][i] > 0 ? OPTION_CALL : OPTION_PUT,
                                      .spot = c[SPOT][i],
                                      .strike = c[STRIKE][i],
                                      .years = c[YEARS][i],
                                      .rate = c[RATE][i],
                                      .yield = c[YIELD][i]};
        struct option_greeks greeks;
        option_greeks(&option, c[VOL][i], &greeks);
        for (size_t a = 0; a < ANSWERS; a++) {
            double expected = ((const double *)&greeks)[a];
            double d = fabs(input->ours[a][i] - expected) / fmax(fabs(expected), 1);
            if (!(d <= most)) most = d;
        }
    }
    return most;
}

static int run_greeks(struct bench_row *row) {
    struct input *input = make_input(row);
    row->unit = "options/s";
    row->bigger_is_better = true;
    if (input == NULL) return -1;
    struct option_many many = columns_of(input);
    double *wanted[OPTION_GREEKS] = {NULL};
    for (size_t a = 0; a < ANSWERS; a++) wanted[a] = input->ours[a];
    for (int i = 0; i <= SAMPLES; i++) {
        double start = bench_now();
        option_greeks_many(&many, input->columns[VOL], wanted);
        if (i > 0) row->samples[row->count++] = ROWS / (bench_now() - start); // the first warms up
    }
    int rc = add_check(row,
                       "value and six sensitivities against those of one by one, scaled by max(1, "
                       "value), every thousandth row",
                       slow_difference(input), greeks_tolerance);
    if (rc == 0 && ask_peer(input, "greeks", ANSWERS, row))
        rc = add_check(row, "against the peer's, all rows", difference(input, ANSWERS, 1),
                       greeks_tolerance);
    free(input);
    return rc;
}

const struct bench bench_option_iv = {
    .name = "option_iv",
    .summary = "implied volatilities of a million European options",
    .run = run_iv,
};

const struct bench bench_option_greeks = {
    .name = "option_greeks",
    .summary = "value and six sensitivities of a million European options",
    .run = run_greeks,
};
