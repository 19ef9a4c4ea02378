// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "quant/statistic/statistic.h"
#include "quant/volatility/realised.h"
#include "quant/volatility/volatility.h"

#define CLOSE .inputs = {"close"}, .input_count = 1
#define HIGH_LOW .inputs = {"high", "low"}, .input_count = 2
#define BARS .inputs = {"open", "high", "low", "close"}, .input_count = 4
#define RETURNS .inputs = {"returns"}, .input_count = 1
#define OUTPUTS(table) .outputs = (table), .output_count = sizeof(table) / sizeof *(table)
#define VALUE OUTPUTS(value_only)
#define PARAMS(table) .params = (table), .param_count = sizeof(table) / sizeof *(table)

#define PERIODS                                                                                    \
    {                                                                                              \
        .name = "periods", .type = PARAM_REAL, .unit = "bars", .def = 252, .min = 1, .max = 1e9,   \
        .help = "Bars in a year: 252 for daily bars of stocks, 365 for daily bars of coins."       \
    }

enum { SCALE_MAX = 100000 };

static const struct statistic_output value_only[] = {{.name = "value"}};
static const struct statistic_output ewma_outputs[] = {
    {.name = "value", .help = "A year."},
    {.name = "variance", .help = "A bar: the forecast for the one after the last."}};
static const struct statistic_output kernel_outputs[] = {{.name = "value"},
                                                         {.name = "bandwidth", .help = "Returns."}};
static const struct statistic_output jump_outputs[] = {
    {.name = "z", .help = "Standard normal without jumps, large with one."},
    {.name = "p", .help = "Probability of as large a z without a jump."},
    {.name = "jump", .help = "Variance that jumps contributed."},
    {.name = "variance", .help = "Realised variance."},
    {.name = "bipower", .help = "Bipower variation."},
    {.name = "quarticity", .help = "Integrated fourth power of volatility."}};

static const struct param periods_only[] = {PERIODS};
enum { EWMA_LAMBDA, EWMA_SEED, EWMA_TIMEPERIOD, EWMA_PERIODS };
static const struct param ewma_params[] = {
    [EWMA_LAMBDA] = {.name = "lambda",
                     .type = PARAM_REAL,
                     .unit = "",
                     .def = 0.94,
                     .min = 0,
                     .max = 0.999999,
                     .help = "Weight of the variance before; 1 - lambda is the new return's."},
    [EWMA_SEED] = {.name = "seed",
                   .type = PARAM_ENUM,
                   .unit = "",
                   .choices = "r1|mean",
                   .help = "Start from the first squared return, or the mean of timeperiod."},
    [EWMA_TIMEPERIOD] = {.name = "timeperiod",
                         .type = PARAM_INT,
                         .unit = "bars",
                         .def = 20,
                         .min = 1,
                         .max = SCALE_MAX,
                         .help = "Returns in the mean that is the seed."},
    [EWMA_PERIODS] = PERIODS};
static const struct param jump_params[] = {
    {.name = "quarticity",
     .type = PARAM_ENUM,
     .unit = "",
     .choices = "quadpower|tripower",
     .help = "How the integrated fourth power of volatility is estimated."}};
static const struct param kernel_params[] = {
    {.name = "bandwidth",
     .type = PARAM_INT,
     .unit = "returns",
     .def = -1,
     .min = -1,
     .max = SCALE_MAX,
     .help = "Lags that have a weight; 0: none, the realised variance; -1: chosen from the data."}};
static const struct param scale_params[] = {
    {.name = "scale",
     .type = PARAM_INT,
     .unit = "returns",
     .def = 5,
     .min = 2,
     .max = SCALE_MAX,
     .help = "Returns in a step of the slow scale: 5 makes five minutes of one."},
    {.name = "adjust",
     .type = PARAM_BOOL,
     .unit = "",
     .def = 1,
     .help = "Whether the bias of a small sample is divided out."}};

static int too_few(const struct statistic_data *d, size_t rows) {
    if (d->count >= rows) return 0;
    return ERR_SET(ERR_ARGUMENT, "needs at least %zu rows, there are %zu", rows, d->count);
}

// One estimator of bars: which columns it reads, in what order, and how many rows it needs.
#define OF_CLOSE                                                                                   \
    { .close = d->columns[0], .count = d->count }
#define OF_HIGH_LOW                                                                                \
    { .high = d->columns[0], .low = d->columns[1], .count = d->count }
#define OF_BARS                                                                                    \
    {                                                                                              \
        .open = d->columns[0], .high = d->columns[1], .low = d->columns[2],                        \
        .close = d->columns[3], .count = d->count                                                  \
    }
#define ESTIMATE(name, rows, ...)                                                                  \
    static int name(const struct statistic_data *d, const double *p,                               \
                    struct statistic_value *out) {                                                 \
        struct volatility_bars bars = __VA_ARGS__;                                                 \
        TRY(volatility_check(&bars, rows));                                                        \
        out[0].number = volatility_##name(&bars, p[0]);                                            \
        return isnan(out[0].number) ? volatility_outside(&bars) : 0;                               \
    }

ESTIMATE(close_to_close, 3, OF_CLOSE)
ESTIMATE(garman_klass, 2, OF_BARS)
ESTIMATE(parkinson, 2, OF_HIGH_LOW)
ESTIMATE(rogers_satchell, 2, OF_BARS)
ESTIMATE(yang_zhang, 3, OF_BARS)

static int ewma(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    struct volatility_bars bars = OF_CLOSE;
    size_t seed = p[EWMA_SEED] == 0 ? 1 : (size_t)p[EWMA_TIMEPERIOD];
    TRY(volatility_check(&bars, seed + 1));
    double variance = volatility_ewma(&bars, p[EWMA_LAMBDA], seed);
    out[0].number = sqrt(variance * p[EWMA_PERIODS]);
    out[1].number = variance;
    return 0;
}

static int variance(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    TRY(too_few(d, 1));
    out[0].number = realised_variance(d->columns[0], d->count);
    return 0;
}

static int bipower(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    TRY(too_few(d, 2));
    out[0].number = realised_bipower(d->columns[0], d->count);
    return 0;
}

static int jump(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    TRY(too_few(d, 4));
    struct realised_jump test = realised_jump_test(d->columns[0], d->count, p[0] != 0);
    out[0].number = test.z;
    out[1].number = test.p;
    out[2].number = test.jump;
    out[3].number = test.variance;
    out[4].number = test.bipower;
    out[5].number = test.quarticity;
    return 0;
}

static int kernel(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    TRY(too_few(d, 2));
    double *scratch = ARENA_NEW(d->arena, double, d->count / 20 + 1);
    if (scratch == NULL) return ERR_NOMEM;
    size_t bandwidth =
        p[0] < 0 ? realised_kernel_bandwidth(d->columns[0], d->count, scratch) : (size_t)p[0];
    out[0].number = realised_kernel(d->columns[0], d->count, bandwidth);
    out[1].number = (double)bandwidth;
    return 0;
}

static int two_scale(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    size_t scale = (size_t)p[0];
    TRY(too_few(d, scale));
    double *scratch = ARENA_NEW(d->arena, double, scale);
    if (scratch == NULL) return ERR_NOMEM;
    out[0].number = realised_two_scale(d->columns[0], d->count, scale, p[1] != 0, scratch);
    return 0;
}

static const struct statistic statistics[] = {
    {.name = "bipower_variation",
     .summary = "Variance of a day from the log returns within it, without its jumps.",
     .source = "Barndorff-Nielsen and Shephard (2004)",
     RETURNS,
     VALUE,
     .evaluate = bipower},
    {.name = "jump_test",
     .summary = "Whether a day had a jump, from the log returns within it.",
     .source = "Barndorff-Nielsen and Shephard (2006), ratio form",
     RETURNS,
     OUTPUTS(jump_outputs),
     PARAMS(jump_params),
     .evaluate = jump},
    {.name = "realised_kernel",
     .summary = "Variance of a day from the log returns within it, without the noise of ticks: "
                "autocovariances weighted after Parzen.",
     .source = "Barndorff-Nielsen, Hansen, Lunde and Shephard (2009)",
     RETURNS,
     OUTPUTS(kernel_outputs),
     PARAMS(kernel_params),
     .evaluate = kernel},
    {.name = "realised_variance",
     .summary = "Variance of a day from the log returns within it: the sum of squares.",
     .source = "Andersen, Bollerslev, Diebold and Labys (2003)",
     RETURNS,
     VALUE,
     .evaluate = variance},
    {.name = "two_scale_variance",
     .summary = "Variance of a day from the log returns within it, without the noise of ticks: "
                "the slow scale less what the fast one tells of the noise.",
     .source = "Zhang, Mykland and Ait-Sahalia (2005)",
     RETURNS,
     VALUE,
     PARAMS(scale_params),
     .evaluate = two_scale},
    {.name = "volatility_close_to_close",
     .summary = "Annualised sample standard deviation of log returns.",
     .source = "Plain definition",
     CLOSE,
     VALUE,
     PARAMS(periods_only),
     .evaluate = close_to_close},
    {.name = "volatility_ewma",
     .summary = "Exponentially weighted volatility after the last bar.",
     .source = "RiskMetrics (1996)",
     CLOSE,
     OUTPUTS(ewma_outputs),
     PARAMS(ewma_params),
     .evaluate = ewma},
    {.name = "volatility_garman_klass",
     .summary = "Annualised volatility from ranges and moves of bars, the first left out.",
     .source = "Garman and Klass (1980)",
     BARS,
     VALUE,
     PARAMS(periods_only),
     .evaluate = garman_klass},
    {.name = "volatility_parkinson",
     .summary = "Annualised volatility from the ranges of bars, the first left out.",
     .source = "Parkinson (1980)",
     HIGH_LOW,
     VALUE,
     PARAMS(periods_only),
     .evaluate = parkinson},
    {.name = "volatility_rogers_satchell",
     .summary = "Annualised volatility from bars, the first left out, whatever the drift.",
     .source = "Rogers and Satchell (1991)",
     BARS,
     VALUE,
     PARAMS(periods_only),
     .evaluate = rogers_satchell},
    {.name = "volatility_yang_zhang",
     .summary = "Annualised volatility from bars with the gaps between them, whatever the drift.",
     .source = "Yang and Zhang (2000)",
     BARS,
     VALUE,
     PARAMS(periods_only),
     .evaluate = yang_zhang},
};

const struct statistic_table statistic_volatility = {
    .title = "Volatility of prices and of a day's returns",
    .rows = statistics,
    .count = sizeof statistics / sizeof *statistics,
};
