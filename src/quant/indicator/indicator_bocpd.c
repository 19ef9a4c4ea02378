// SPDX-License-Identifier: Apache-2.0
// A run is what lies between two changes; its length counts its rows, the newest included. After each
// row there is a probability for each length: of 0, that the next row begins a run, to longest - 1,
// where all that are as long or longer share a place, with the statistics of the likeliest of them.
#include <string.h>

#include "quant/indicator/baseline.h"
#include "quant/indicator/indicator.h"
#include "quant/math/mathfn.h"
#include "quant/math/mathfn_many.h"

struct state {
    struct baseline baseline;
    double hazard;
    double kappa;
    double alpha;
    uint64_t longest;
    uint64_t recent;
    uint64_t seen;
    uint64_t oldest;   // rows of the run in the last place
    double oldest_log; // log(gamma(alpha + 1/2) / gamma(alpha)) of it
    double prior_mean;
    double prior_beta;
    double slots[]; // COLUMNS x longest
};
_Static_assert(sizeof(struct state) == 120, "hashed as bytes: no padding");

// By length of run: its probability, mean and beta; log(gamma(alpha + 1/2) / gamma(alpha)) for its
// alpha; scratch.
enum { WEIGHT, MEAN, BETA, RATIO, WIDTH, DENSITY, COLUMNS };

enum { EXPECTED, LONGEST, RECENT, PRIOR_MEAN, KAPPA, ALPHA, PRIOR_BETA, BASELINE };

static const double log_two_pi = 1.83787706640934548356;
static const double negligible = 1e-200;
static const double far = 1e100; // of a row: beyond it squares leave the numbers there are

static const struct param params[] = {
    {.name = "expected",
     .type = PARAM_REAL,
     .unit = "bars",
     .def = 250,
     .min = 2,
     .max = 1e9,
     .help = "Rows between two changes, on average."},
    {.name = "longest",
     .type = PARAM_INT,
     .unit = "bars",
     .def = 500,
     .min = 3,
     .max = 5000,
     .help = "Lengths of runs that are told apart; the time of a row grows with it."},
    {.name = "recent",
     .type = PARAM_INT,
     .unit = "bars",
     .def = 10,
     .min = 1,
     .max = 1000,
     .help = "Rows within which a change counts as one now."},
    {.name = "mean",
     .type = PARAM_REAL,
     .unit = "of the column",
     .def = 0,
     .min = -1e100,
     .max = 1e100,
     .help = "Prior mean of a run."},
    {.name = "kappa",
     .type = PARAM_REAL,
     .unit = "bars",
     .def = 1,
     .min = 1e-9,
     .max = 1e9,
     .help = "Rows that the prior mean is worth."},
    {.name = "alpha",
     .type = PARAM_REAL,
     .unit = "",
     .def = 1,
     .min = 1e-3,
     .max = 1e9,
     .help = "Half of the rows that the prior variance is worth."},
    {.name = "beta",
     .type = PARAM_REAL,
     .unit = "of the column, squared",
     .def = 1,
     .min = 1e-100,
     .max = 1e100,
     .help = "Prior variance times alpha."},
    BASELINE_PARAM,
};

static const char *fault(const double *values) {
    if (values[RECENT] + 1 >= values[LONGEST]) return "recent is less than longest - 1";
    return baseline_fault(values[BASELINE]);
}

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * COLUMNS * (size_t)values[LONGEST];
}

static size_t lookback(const double *values) {
    return (size_t)(values[BASELINE] + values[RECENT]);
}

static double *column(struct state *state, size_t index) {
    return state->slots + index * state->longest;
}

// c(alpha + 1/2) = log(alpha) - c(alpha), since both are made of two neighbouring gammas.
static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->baseline = baseline_make((uint32_t)values[BASELINE]);
    state->hazard = 1 / values[EXPECTED];
    state->kappa = values[KAPPA];
    state->alpha = values[ALPHA];
    state->longest = (uint64_t)values[LONGEST];
    state->recent = (uint64_t)values[RECENT];
    state->oldest = state->longest - 1;
    state->prior_mean = values[PRIOR_MEAN];
    state->prior_beta = values[PRIOR_BETA];
    double *ratio = column(state, RATIO), alpha = state->alpha;
    ratio[0] = mathfn_log_gamma(alpha + 0.5) - mathfn_log_gamma(alpha);
    for (size_t r = 1; r < state->longest; r++, alpha += 0.5)
        ratio[r] = mathfn_log(alpha) - ratio[r - 1];
    state->oldest_log = ratio[state->longest - 1];
    column(state, WEIGHT)[0] = 1;
    column(state, MEAN)[0] = state->prior_mean;
    column(state, BETA)[0] = state->prior_beta;
}

static double rows_of(const struct state *state, size_t length) {
    return length + 1 < state->longest ? (double)length : (double)state->oldest;
}

// Student's density of x given each of the runs, times its probability, up to a factor for all.
static void weigh(struct state *state, size_t runs, double x) {
    double *weight = column(state, WEIGHT), *width = column(state, WIDTH);
    double *density = column(state, DENSITY), top = -INFINITY;
    const double *mean = column(state, MEAN), *beta = column(state, BETA);
    const double *ratio = column(state, RATIO);
    for (size_t r = 0; r < runs; r++) {
        double kappa = state->kappa + rows_of(state, r), d = x - mean[r];
        width[r] = 2 * beta[r] * ((kappa + 1) / kappa);
        density[r] = 1 + d * d / width[r];
    }
    mathfn_log_many(width, runs, width);
    mathfn_log_many(density, runs, density);
    for (size_t r = 0; r < runs; r++) {
        double alpha = state->alpha + rows_of(state, r) / 2;
        double log_ratio = r + 1 < state->longest ? ratio[r] : state->oldest_log;
        density[r] = log_ratio - 0.5 * (log_two_pi + width[r]) - (alpha + 0.5) * density[r];
        if (weight[r] > 0 && density[r] > top) top = density[r];
    }
    for (size_t r = 0; r < runs; r++) density[r] -= top;
    mathfn_exp_many(density, runs, density);
    for (size_t r = 0; r < runs; r++) weight[r] = weight[r] > 0 ? weight[r] * density[r] : 0;
}

// The run of length r becomes the one of r + 1, with x.
static void grow(struct state *state, size_t r, size_t to, double x) {
    double *mean = column(state, MEAN), *beta = column(state, BETA);
    double kappa = state->kappa + rows_of(state, r), d = x - mean[r];
    beta[to] = beta[r] + kappa / (2 * (kappa + 1)) * (d * d);
    mean[to] = mean[r] + d / (kappa + 1);
}

// The last place after x: of the run that is there and the one that comes, it keeps the probability
// of both and the statistics of the likelier.
static void share_last(struct state *state, double x) {
    double *weight = column(state, WEIGHT);
    size_t last = state->longest - 1;
    if (weight[last - 1] > weight[last]) {
        state->oldest = last;
        state->oldest_log = column(state, RATIO)[last];
        grow(state, last - 1, last, x);
    } else {
        grow(state, last, last, x);
        state->oldest_log =
            mathfn_log(state->alpha + (double)state->oldest / 2) - state->oldest_log;
        state->oldest++;
    }
    weight[last] += weight[last - 1];
}

// Returns how many lengths there are now.
static size_t step(struct state *state, double x) {
    double *weight = column(state, WEIGHT), total = 0;
    size_t runs = state->seen + 1 < state->longest ? (size_t)state->seen + 1 : state->longest;
    weigh(state, runs, x);
    for (size_t r = 0; r < runs; r++) total += weight[r];
    if (runs == state->longest) {
        share_last(state, x);
        runs--;
    } else {
        grow(state, runs - 1, runs, x);
        weight[runs] = weight[runs - 1];
    }
    for (size_t r = runs - 1; r-- > 0;) {
        grow(state, r, r + 1, x);
        weight[r + 1] = weight[r];
    }
    for (size_t r = 1; r <= runs; r++) {
        weight[r] *= (1 - state->hazard) / total;
        if (weight[r] < negligible) weight[r] = 0;
    }
    weight[0] = state->hazard;
    state->seen++;
    return runs + 1;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double z;
    for (size_t i = 0; i < 5; i++) ret_outputs[i] = NAN;
    if (baseline_learns(&state->baseline, inputs[0], &z) || !(fabs(z) < far)) return;
    size_t runs = step(state, z), likeliest = 1;
    const double *weight = column(state, WEIGHT);
    double total = 0, recent = 0, rows = 0;
    for (size_t r = 1; r < runs; r++) {
        total += weight[r];
        if (r <= state->recent) recent += weight[r];
        if (weight[r] > weight[likeliest]) likeliest = r;
        rows += weight[r] * rows_of(state, r);
    }
    double alpha = state->alpha + rows_of(state, likeliest) / 2;
    double scale = state->baseline.deviation;
    if (state->seen > state->recent) ret_outputs[0] = recent / total;
    ret_outputs[1] = rows_of(state, likeliest);
    ret_outputs[2] = rows / total;
    ret_outputs[3] =
        state->baseline.origin + (state->baseline.mean + scale * column(state, MEAN)[likeliest]);
    ret_outputs[4] = scale * sqrt(column(state, BETA)[likeliest] / alpha);
}

const struct indicator indicator_bocpd = {
    .name = "bocpd",
    .group = "regime",
    .summary = "Bayesian online change points of mean and variance: the probability that one of "
               "the last `recent` rows began a new run, the likeliest and the expected length of "
               "the present run, and the likeliest run's mean and deviation. The probability is "
               "undefined for the first `recent` rows; rows beyond 1e100 are no observations.",
    .source = "Adams and MacKay, arXiv:0710.3742 (2007), normal-inverse-gamma prior, constant "
              "hazard; Murphy, Conjugate Bayesian analysis of the Gaussian distribution (2007)",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"change", "likeliest", "expected", "mean", "deviation"},
    .output_count = 5,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .fault = fault,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
