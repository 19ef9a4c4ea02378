// SPDX-License-Identifier: Apache-2.0
#include "quant/series/bootstrap.h"
#include "quant/statistic/statistic.h"

#define OUTPUTS(table) .outputs = (table), .output_count = sizeof(table) / sizeof *(table)
#define PARAMS(table) .params = (table), .param_count = sizeof(table) / sizeof *(table)

static const struct statistic_output interval_outputs[] = {
    {.name = "value", .help = "Of the series itself."},
    {.name = "low", .help = "Lower end of the interval."},
    {.name = "high", .help = "Upper end."},
    {.name = "error", .help = "Standard error: the deviation of the draws."},
    {.name = "bias", .help = "Mean of the draws less the value."},
    {.name = "below", .help = "Share of the draws that are not above 0."},
    {.name = "block", .help = "Mean length of the stretches, in rows."}};

#define RESAMPLING                                                                                 \
    {.name = "method",                                                                             \
     .type = PARAM_ENUM,                                                                           \
     .unit = "",                                                                                   \
     .max = 2,                                                                                     \
     .choices = "stationary|circular|moving",                                                      \
     .help = "Stretches of random length, or of one length around the end or not."},               \
        {.name = "block",                                                                          \
         .type = PARAM_REAL,                                                                       \
         .unit = "rows",                                                                           \
         .def = 0,                                                                                 \
         .min = 0,                                                                                 \
         .max = 1e6,                                                                               \
         .help = "Mean length of the stretches; 0: Politis and White's."},                         \
        {.name = "draws",                                                                          \
         .type = PARAM_INT,                                                                        \
         .unit = "",                                                                               \
         .def = 5000,                                                                              \
         .min = 100,                                                                               \
         .max = 1000000,                                                                           \
         .help = "How many resampled series."},                                                    \
        {.name = "seed",                                                                           \
         .type = PARAM_INT,                                                                        \
         .unit = "",                                                                               \
         .def = 1,                                                                                 \
         .min = 0,                                                                                 \
         .max = 4294967295.0,                                                                      \
         .help = "The same seed gives the same draws."},                                           \
    {                                                                                              \
        .name = "level", .type = PARAM_REAL, .unit = "fraction", .def = 0.95, .min = 0.5,          \
        .max = 0.9999, .help = "Share of the draws within the interval."                           \
    }

static const struct param mean_params[] = {RESAMPLING};
static const struct param sharpe_params[] = {
    RESAMPLING,
    {.name = "periods",
     .type = PARAM_REAL,
     .unit = "a year",
     .def = 252,
     .min = 1,
     .max = 1e9,
     .help = "Returns in a year: 252 for days of stocks, 365 for days of coins, 12 for months."},
    {.name = "rf",
     .type = PARAM_REAL,
     .unit = "fraction",
     .def = 0,
     .min = -1,
     .max = 10,
     .help = "Risk-free rate a year."}};

static struct bootstrap_options options_of(const double *p) {
    return (struct bootstrap_options){.method = (enum bootstrap_method)p[0],
                                      .block = p[1] > 0 && p[1] < 1 ? 1 : p[1],
                                      .draws = (size_t)p[2],
                                      .seed = (uint64_t)p[3],
                                      .level = p[4]};
}

static int put(int rc, const struct bootstrap_interval *interval, struct statistic_value *out) {
    if (rc < 0) return rc;
    out[0].number = interval->estimate;
    out[1].number = interval->low;
    out[2].number = interval->high;
    out[3].number = interval->error;
    out[4].number = interval->bias;
    out[5].number = interval->below;
    out[6].number = interval->block;
    return 0;
}

static int mean(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    struct bootstrap_options options = options_of(p);
    struct bootstrap_interval interval = {0};
    int rc = bootstrap_mean(d->columns[0], d->count, &options, d->arena, &interval);
    return put(rc, &interval, out);
}

static int sharpe(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    struct bootstrap_options options = options_of(p);
    struct bootstrap_interval interval = {0};
    int rc = bootstrap_sharpe(d->columns[0], d->count, p[5], p[6], &options, d->arena, &interval);
    return put(rc, &interval, out);
}

static const struct statistic statistics[] = {
    {.name = "bootstrap_mean",
     .summary = "Mean with an interval that allows for dependence, by resampling stretches.",
     .source = "Politis and Romano (1994); Kunsch (1989); Politis and White (2004)",
     .inputs = {"value"},
     .input_count = 1,
     OUTPUTS(interval_outputs),
     PARAMS(mean_params),
     .evaluate = mean},
    {.name = "bootstrap_sharpe",
     .summary = "Sharpe ratio a year with an interval that allows for dependence, by resampling "
                "stretches.",
     .source = "Politis and Romano (1994); Ledoit and Wolf (2008)",
     .inputs = {"returns"},
     .input_count = 1,
     OUTPUTS(interval_outputs),
     PARAMS(sharpe_params),
     .evaluate = sharpe},
};

const struct statistic_table statistic_bootstrap = {
    .title = "Bootstrap",
    .rows = statistics,
    .count = sizeof statistics / sizeof *statistics,
};
