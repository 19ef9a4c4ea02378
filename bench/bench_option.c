// SPDX-License-Identifier: Apache-2.0
// A million European options on one core: implied volatilities from prices, and from volatilities values with the six
// sensitivities that the peer computes itself, and with all twelve.
//
// The grid: calls and puts with 20 strikes from 3 deviations below the forward to 3 above it, 50 expiries from a
// week to five years, 50 volatilities from 5 % to 100 %, five rates, two yields. Both sides get the same
// columns and answer into columns; the peer takes the options one by one, which is how it is called. Prices and what
// the answers are compared with first are the formulas' own, in long double.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "bench.h"
#include "peer.h"
#include "quant/option/option_many.h"

enum { STRIKES = 20, EXPIRIES = 50, VOLS = 50, RATES = 5, YIELDS = 2, SIDES = 2 };
enum { ROWS = STRIKES * EXPIRIES * VOLS * RATES * YIELDS * SIDES };
enum {
    SAMPLES = 15,
    FIRST = 7,
    ANSWERS = OPTION_GREEKS
}; // price, delta .. rho_dividend; vanna .. color

enum column { SIGN, SPOT, STRIKE, YEARS, RATE, YIELD, VOL, PRICE, COLUMNS };

static const char *peer_samples = "5";
static const double iv_tolerance = 1e-9, greeks_tolerance = 1e-11;
static const double differences_tolerance =
    1e-5; // of the peer's sensitivities that it has by differences

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

// Black and Scholes with a yield as Haug prints it, in long double and with erfcl: slow, and nothing of ours.
static void textbook(const struct input *input, size_t row, long double ret_answers[ANSWERS]) {
    const double(*c)[ROWS] = input->columns;
    long double sign = c[SIGN][row], s = c[SPOT][row], k = c[STRIKE][row], t = c[YEARS][row];
    long double r = c[RATE][row], q = c[YIELD][row], v = c[VOL][row];
    long double d1 = (logl(s / k) + (r - q + v * v / 2) * t) / (v * sqrtl(t));
    long double d2 = d1 - v * sqrtl(t);
    long double paid = k * expl(-r * t) * erfcl(-sign * d2 / M_SQRT2l) / 2; // where it is exercised
    long double got = s * expl(-q * t) * erfcl(-sign * d1 / M_SQRT2l) / 2;
    long double bell = expl(-q * t) * expl(-d1 * d1 / 2) / sqrtl(2 * M_PIl);
    ret_answers[0] = sign * (got - paid);
    ret_answers[1] = sign * got / s;
    ret_answers[2] = bell / (s * v * sqrtl(t));
    ret_answers[3] = s * bell * sqrtl(t);
    ret_answers[4] = -s * bell * v / (2 * sqrtl(t)) - sign * (r * paid - q * got);
    ret_answers[5] = sign * t * paid;
    ret_answers[6] = -sign * t * got;
    long double slope = (r - q) / (v * sqrtl(t)) - d2 / (2 * t); // d d1 / d t
    ret_answers[7] = -bell * d2 / v;
    ret_answers[8] = s * bell * sqrtl(t) * d1 * d2 / v;
    ret_answers[9] = q * sign * got / s - bell * slope;
    ret_answers[10] = -ret_answers[2] / s * (1 + d1 / (v * sqrtl(t)));
    ret_answers[11] = ret_answers[2] * (d1 * d2 - 1) / v;
    ret_answers[12] = ret_answers[2] * (q + d1 * slope + 1 / (2 * t));
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
    for (size_t i = 0; i < ROWS; i++) {
        long double answers[ANSWERS];
        fill_row(input, i);
        textbook(input, i, answers);
        input->columns[PRICE][i] = (double)answers[0];
    }
    sha256(input->columns, sizeof input->columns, digest);
    sha256_print(row->input_sha256, digest);
    snprintf(input->path, sizeof input->path, "%s/options", bench_directory());
    snprintf(input->answer_path, sizeof input->answer_path, "%s/answers", bench_directory());
    if (io_write_file(input->path, input->columns, sizeof input->columns) == 0) return input;
    fprintf(stderr, "%s\n", err_story());
    free(input);
    return NULL;
}

// The peer's answers: 1; 0 where there is no peer, negative where what it wrote is not there.
static int ask_peer(struct input *input, const char *question, size_t answers,
                    struct bench_row *row) {
    char rows[16];
    snprintf(rows, sizeof rows, "%d", ROWS);
    const char *args[] = {question, rows, input->path, input->answer_path, peer_samples, NULL};
    json_t *object = bench_peer("quantlib_options", args);
    if (object == NULL) return 0;
    bench_peer_fill(row, object, ROWS);
    json_decref(object);
    FILE *file = fopen(input->answer_path, "rb");
    size_t read = file != NULL ? fread(input->theirs, sizeof *input->theirs, answers, file) : 0;
    if (file != NULL) fclose(file);
    if (read == answers) return 1;
    fprintf(stderr, "%s: the peer's answers are not whole\n", row->name);
    return -1;
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

static int compare_peer(struct input *input, const char *question, size_t answers, double floor,
                        double tolerance, struct bench_row *row) {
    int rc = ask_peer(input, question, answers, row);
    if (rc <= 0) return rc;
    return add_check(row, "against the peer's, all rows", difference(input, answers, floor),
                     tolerance);
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
    if (rc == 0) rc = compare_peer(input, "iv", 1, 0, iv_tolerance, row);
    free(input);
    return rc;
}

static void time_greeks(struct input *input, size_t answers, struct bench_row *row) {
    struct option_many many = columns_of(input);
    double *wanted[OPTION_GREEKS] = {NULL};
    for (size_t a = 0; a < answers; a++) wanted[a] = input->ours[a];
    for (int i = 0; i <= SAMPLES; i++) {
        double start = bench_now();
        option_greeks_many(&many, input->columns[VOL], wanted);
        if (i > 0) row->samples[row->count++] = ROWS / (bench_now() - start); // the first warms up
    }
}

static int run_greeks_of(size_t answers, const char *question, double peer_tolerance,
                         struct bench_row *row) {
    struct input *input = make_input(row);
    row->unit = "options/s";
    row->bigger_is_better = true;
    if (input == NULL) return -1;
    time_greeks(input, answers, row);
    for (size_t i = 0; i < ROWS; i++) {
        long double answer[ANSWERS];
        textbook(input, i, answer);
        for (size_t a = 0; a < answers; a++) input->theirs[a][i] = (double)answer[a];
    }
    int rc = add_check(row, "against the textbook's in long double, scaled by max(1, value)",
                       difference(input, answers, 1), greeks_tolerance);
    if (rc == 0) rc = compare_peer(input, question, answers, 1, peer_tolerance, row);
    free(input);
    return rc;
}

static int run_greeks(struct bench_row *row) {
    return run_greeks_of(FIRST, "greeks", greeks_tolerance, row);
}

static int run_greeks_all(struct bench_row *row) {
    return run_greeks_of(ANSWERS, "greeks_all", differences_tolerance, row);
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

const struct bench bench_option_greeks_all = {
    .name = "option_greeks_all",
    .summary = "value and twelve sensitivities of a million European options",
    .run = run_greeks_all,
};
