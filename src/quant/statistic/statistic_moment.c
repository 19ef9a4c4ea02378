// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <string.h>

#include "quant/series/moment.h"
#include "quant/series/performance.h"
#include "quant/series/rank.h"
#include "quant/statistic/statistic.h"
#include "quant/stream/tdigest.h"

enum { BINS_MAX = 10000 };

#define VALUES .inputs = {"value"}, .input_count = 1
#define OUTPUTS(table) .outputs = (table), .output_count = sizeof(table) / sizeof *(table)
#define PARAMS(table) .params = (table), .param_count = sizeof(table) / sizeof *(table)

static const struct statistic_output moment_outputs[] = {
    {.name = "count", .help = "Rows."},
    {.name = "mean", .help = "Arithmetic mean."},
    {.name = "variance", .help = "Sample variance, divisor n - 1."},
    {.name = "variance_population", .help = "Divisor n."},
    {.name = "deviation", .help = "Sample standard deviation."},
    {.name = "skew", .help = "Population skewness, m3 / m2^1.5."},
    {.name = "kurtosis", .help = "Population kurtosis, m4 / m2^2; 3 for a normal distribution."},
    {.name = "skew_sample", .help = "Sample-adjusted skewness, G1."},
    {.name = "excess_kurtosis_sample", .help = "Sample-adjusted excess kurtosis, G2."},
    {.name = "least", .help = "Smallest value."},
    {.name = "largest", .help = "Largest value."}};
static const struct statistic_output l_outputs[] = {
    {.name = "location", .help = "The mean."},
    {.name = "scale", .help = "Half the expected difference of two values."},
    {.name = "skew", .help = "Ratio, between -1 and 1."},
    {.name = "kurtosis", .help = "Ratio; 0.1226 for a normal distribution."}};
static const struct statistic_output robust_outputs[] = {
    {.name = "median", .help = "Half of the values are below."},
    {.name = "mad", .help = "Median distance from the median."},
    {.name = "deviation", .help = "The same, scaled to the deviation of normal values."},
    {.name = "iqr", .help = "Between the quartiles (type 7)."}};
static const struct statistic_output quantile_outputs[] = {
    {.name = "share", .shape = STATISTIC_VECTOR, .help = "Of the values, 0 to 1."},
    {.name = "value", .shape = STATISTIC_VECTOR, .help = "Below which that share lies."}};
static const struct statistic_output tdigest_outputs[] = {
    {.name = "clusters", .help = "Kept in the end."},
    {.name = "share", .shape = STATISTIC_VECTOR, .help = "Of the values, 0 to 1."},
    {.name = "value", .shape = STATISTIC_VECTOR, .help = "Below which that share lies, about."}};
static const struct statistic_output histogram_outputs[] = {
    {.name = "from", .shape = STATISTIC_VECTOR, .help = "Left edge of a bin, which belongs to it."},
    {.name = "to", .shape = STATISTIC_VECTOR, .help = "Right edge."},
    {.name = "count", .shape = STATISTIC_VECTOR, .help = "Values in it."}};
static const struct statistic_output correlogram_outputs[] = {
    {.name = "band", .help = "Beyond plus or minus this, a correlation is no chance (95 %)."},
    {.name = "lag", .shape = STATISTIC_VECTOR, .help = "Rows between the two."},
    {.name = "value", .shape = STATISTIC_VECTOR, .help = "Autocorrelation."},
    {.name = "partial", .shape = STATISTIC_VECTOR, .help = "What shorter lags do not explain."}};
static const struct statistic_output box_outputs[] = {
    {.name = "statistic", .help = "At the last lag."},
    {.name = "p", .help = "Its p-value."},
    {.name = "lag", .shape = STATISTIC_VECTOR, .help = "Lags up to this one."},
    {.name = "statistics", .shape = STATISTIC_VECTOR, .help = "At every lag."},
    {.name = "p_values", .shape = STATISTIC_VECTOR, .help = "At every lag."}};
static const struct statistic_output test_outputs[] = {
    {.name = "statistic", .help = "Chi-squared with 2 degrees of freedom, for many rows."},
    {.name = "p", .help = "P-value of normality."}};

#define LAGS                                                                                       \
    {                                                                                              \
        .name = "lags", .type = PARAM_INT, .unit = "rows", .def = 20, .min = 1, .max = 10000,      \
        .help = "How many."                                                                        \
    }
static const struct param lags_only[] = {LAGS};
static const struct param box_params[] = {
    LAGS,
    {.name = "fitted",
     .type = PARAM_INT,
     .unit = "",
     .max = 100,
     .help = "Coefficients of the model that the values are residuals of."}};
static const struct param quantile_params[] = {
    {.name = "parts",
     .type = PARAM_INT,
     .unit = "",
     .def = 20,
     .min = 1,
     .max = 100000,
     .help = "Equal shares to cut the values into: 4 gives quartiles, 100 percentiles."},
    {.name = "type",
     .type = PARAM_INT,
     .unit = "",
     .def = 7,
     .min = 4,
     .max = 9,
     .help = "Hyndman and Fan's: 6 Weibull's, 7 R's and numpy's default."}};
static const struct param quantile_one_params[] = {
    {.name = "share",
     .type = PARAM_REAL,
     .unit = "fraction",
     .def = 0.5,
     .min = 0,
     .max = 1,
     .help = "Of the values below."},
    {.name = "type",
     .type = PARAM_INT,
     .unit = "",
     .def = 7,
     .min = 4,
     .max = 9,
     .help = "Hyndman and Fan's: 6 Weibull's, 7 R's and numpy's default."}};
static const struct param tdigest_params[] = {
    {.name = "parts",
     .type = PARAM_INT,
     .unit = "",
     .def = 20,
     .min = 1,
     .max = 100000,
     .help = "Equal shares to cut the values into."},
    {.name = "compression",
     .type = PARAM_INT,
     .unit = "",
     .def = 100,
     .min = TDIGEST_COMPRESSION_MIN,
     .max = TDIGEST_COMPRESSION_MAX,
     .help = "Clusters to keep; the ranks are off by about one part in as many."}};
static const struct param histogram_params[] = {
    {.name = "bins",
     .type = PARAM_INT,
     .unit = "",
     .max = BINS_MAX,
     .help = "How many; 0: as many as Sturges or Freedman and Diaconis say, whichever is more."}};
static const struct statistic_output value_only[] = {{.name = "value"}};

static int too_few(const struct statistic_data *d, size_t least) {
    return ERR_SET(ERR_ARGUMENT, "needs %zu complete rows or more; there are %zu", least, d->count);
}

static double *sorted_new(const struct statistic_data *d) {
    double *sorted = ARENA_NEW(d->arena, double, d->count);
    double *scratch = ARENA_NEW(d->arena, double, d->count);
    if (sorted == NULL || scratch == NULL) return NULL;
    memcpy(sorted, d->columns[0], d->count * sizeof *sorted);
    rank_sort(sorted, d->count, scratch);
    return sorted;
}

// Autocorrelations of lags 0 .. `lags`.
static int correlogram(const struct statistic_data *d, size_t lags, double **ret) {
    if (d->count < lags + 1 || d->count < 2) return too_few(d, lags + 1);
    double *scratch = ARENA_NEW(d->arena, double, d->count);
    *ret = ARENA_NEW(d->arena, double, lags + 1);
    if (scratch == NULL || *ret == NULL) return ERR_NOMEM;
    moment_autocorrelation(d->columns[0], d->count, lags, scratch, *ret);
    if (isnan((*ret)[0]))
        return ERR_SET(ERR_ARGUMENT, "the %zu values are all equal, or too large to be squared",
                       d->count);
    return 0;
}

static int autocorrelation(const struct statistic_data *d, const double *p,
                           struct statistic_value *out) {
    size_t lags = (size_t)p[0];
    double *r;
    TRY(correlogram(d, lags, &r));
    double *lag = statistic_vector(d, lags + 1, out + 1);
    double *value = statistic_vector(d, lags + 1, out + 2);
    double *partial = statistic_vector(d, lags + 1, out + 3);
    double *scratch = ARENA_NEW(d->arena, double, 2 * (lags + 1));
    if (lag == NULL || value == NULL || partial == NULL || scratch == NULL) return ERR_NOMEM;
    for (size_t k = 0; k <= lags; k++) lag[k] = (double)k;
    memcpy(value, r, (lags + 1) * sizeof *r);
    moment_partial(r, lags, scratch, partial);
    out[0].number = 1.95996398454005424 / sqrt((double)d->count);
    return 0;
}

static int histogram(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    if (d->count < 1) return too_few(d, 1);
    size_t bins = (size_t)p[0];
    if (bins == 0) {
        const double *sorted = sorted_new(d);
        if (sorted == NULL) return ERR_NOMEM;
        bins = moment_bins(sorted, d->count, BINS_MAX);
    }
    double *edges = ARENA_NEW(d->arena, double, bins + 1);
    double *from = statistic_vector(d, bins, out), *to = statistic_vector(d, bins, out + 1);
    double *counts = statistic_vector(d, bins, out + 2);
    if (edges == NULL || from == NULL || to == NULL || counts == NULL) return ERR_NOMEM;
    moment_histogram(d->columns[0], d->count, bins, edges, counts);
    memcpy(from, edges, bins * sizeof *edges);
    memcpy(to, edges + 1, bins * sizeof *edges);
    return 0;
}

static int jarque_bera(const struct statistic_data *d, const double *p,
                       struct statistic_value *out) {
    if (d->count < 3) return too_few(d, 3);
    out[0].number = moment_jarque_bera(d->columns[0], d->count, &out[1].number);
    return 0;
}

static int l_moments(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    if (d->count < 1) return too_few(d, 1);
    const double *sorted = sorted_new(d);
    if (sorted == NULL) return ERR_NOMEM;
    struct moment_l l = moment_l_of(sorted, d->count);
    out[0].number = l.location;
    out[1].number = l.scale;
    out[2].number = l.skew;
    out[3].number = l.kurtosis;
    return 0;
}

static int ljung_box(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    size_t lags = (size_t)p[0];
    double *r;
    TRY(correlogram(d, lags, &r));
    double *lag = statistic_vector(d, lags, out + 2), *q = statistic_vector(d, lags, out + 3);
    double *chance = statistic_vector(d, lags, out + 4);
    if (lag == NULL || q == NULL || chance == NULL) return ERR_NOMEM;
    for (size_t k = 0; k < lags; k++) lag[k] = (double)(k + 1);
    moment_ljung_box(r, lags, d->count, (size_t)p[1], q, chance);
    out[0].number = q[lags - 1];
    out[1].number = chance[lags - 1];
    return 0;
}

static int moments(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    const double *x = d->columns[0];
    double n = (double)d->count, deviation = performance_deviation(x, d->count);
    out[0].number = n;
    out[1].number = performance_mean(x, d->count);
    out[2].number = deviation * deviation;
    out[3].number = deviation * deviation * ((n - 1) / n);
    out[4].number = deviation;
    out[5].number = performance_skew(x, d->count);
    out[6].number = performance_kurtosis(x, d->count);
    out[7].number = performance_skew_sample(x, d->count);
    out[8].number = performance_excess_kurtosis_sample(x, d->count);
    out[9].number = performance_worst(x, d->count);
    out[10].number = performance_best(x, d->count);
    return 0;
}

static int sample_quantile(const struct statistic_data *d, const double *p,
                           struct statistic_value *out) {
    const double *sorted = sorted_new(d);
    if (sorted == NULL) return ERR_NOMEM;
    out[0].number = moment_quantile(sorted, d->count, p[0], (int)p[1]);
    return 0;
}

static int quantiles(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    size_t parts = (size_t)p[0];
    if (d->count < 1) return too_few(d, 1);
    const double *sorted = sorted_new(d);
    double *share = statistic_vector(d, parts + 1, out);
    double *value = statistic_vector(d, parts + 1, out + 1);
    if (sorted == NULL || share == NULL || value == NULL) return ERR_NOMEM;
    for (size_t k = 0; k <= parts; k++) {
        share[k] = (double)k / (double)parts;
        value[k] = moment_quantile(sorted, d->count, share[k], (int)p[1]);
    }
    return 0;
}

static int robust(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    double *scratch = ARENA_NEW(d->arena, double, 2 * d->count);
    const double *sorted = sorted_new(d);
    if (scratch == NULL || sorted == NULL) return ERR_NOMEM;
    double mad = moment_mad(d->columns[0], d->count, scratch, &out[0].number);
    out[1].number = mad;
    out[2].number = mad / 0.674489750196081743;
    out[3].number =
        moment_quantile(sorted, d->count, 0.75, 7) - moment_quantile(sorted, d->count, 0.25, 7);
    return 0;
}

static int tdigest(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    size_t parts = (size_t)p[0];
    if (d->count < 1) return too_few(d, 1);
    struct tdigest *digest =
        arena_alloc(d->arena, tdigest_size((uint32_t)p[1]), _Alignof(struct tdigest));
    double *share = statistic_vector(d, parts + 1, out + 1);
    double *value = statistic_vector(d, parts + 1, out + 2);
    if (digest == NULL || share == NULL || value == NULL) return ERR_NOMEM;
    tdigest_init(digest, (uint32_t)p[1]);
    for (size_t i = 0; i < d->count; i++) tdigest_add(digest, d->columns[0][i]);
    for (size_t k = 0; k <= parts; k++) {
        share[k] = (double)k / (double)parts;
        value[k] = tdigest_quantile(digest, share[k]);
    }
    out[0].number = (double)digest->clusters + (double)digest->buffered;
    return 0;
}

static const struct statistic statistics[] = {
    {.name = "autocorrelation",
     .summary = "Autocorrelations and partial autocorrelations by lag.",
     .source = "Box and Jenkins (1970); Durbin (1960)",
     VALUES,
     OUTPUTS(correlogram_outputs),
     PARAMS(lags_only),
     .evaluate = autocorrelation},
    {.name = "histogram",
     .summary = "How many values lie in bins of equal width.",
     .source = "Plain definition; Sturges (1926); Freedman and Diaconis (1981)",
     VALUES,
     OUTPUTS(histogram_outputs),
     PARAMS(histogram_params),
     .evaluate = histogram},
    {.name = "jarque_bera",
     .summary = "Test of normality by skewness and kurtosis.",
     .source = "Jarque and Bera (1980)",
     VALUES,
     OUTPUTS(test_outputs),
     .evaluate = jarque_bera},
    {.name = "l_moments",
     .summary = "L-moments: location, scale and shape from order statistics.",
     .source = "Hosking (1990)",
     VALUES,
     OUTPUTS(l_outputs),
     .evaluate = l_moments},
    {.name = "ljung_box",
     .summary = "Test of no autocorrelation up to a lag.",
     .source = "Ljung and Box (1978)",
     VALUES,
     OUTPUTS(box_outputs),
     PARAMS(box_params),
     .evaluate = ljung_box},
    {.name = "moments",
     .summary = "Count, mean, variance, skewness, kurtosis and range.",
     .source = "Plain definitions; Joanes and Gill (1998)",
     VALUES,
     OUTPUTS(moment_outputs),
     .evaluate = moments},
    {.name = "quantiles",
     .summary = "The values that cut a column into equal shares.",
     .source = "Hyndman and Fan (1996)",
     VALUES,
     OUTPUTS(quantile_outputs),
     PARAMS(quantile_params),
     .evaluate = quantiles},
    {.name = "robust",
     .summary = "Median, median absolute deviation and distance of the quartiles.",
     .source = "Hampel (1974)",
     VALUES,
     OUTPUTS(robust_outputs),
     .evaluate = robust},
    {.name = "sample_quantile",
     .summary = "The value below which a share of the values lies.",
     .source = "Hyndman and Fan (1996)",
     VALUES,
     OUTPUTS(value_only),
     PARAMS(quantile_one_params),
     .evaluate = sample_quantile},
    {.name = "tdigest",
     .summary = "The values that cut a column into equal shares, about, from a t-digest.",
     .source = "Dunning and Ertl (2019)",
     VALUES,
     OUTPUTS(tdigest_outputs),
     PARAMS(tdigest_params),
     .evaluate = tdigest},
};

const struct statistic_table statistic_moment = {
    .title = "Moments, quantiles and autocorrelation",
    .rows = statistics,
    .count = sizeof statistics / sizeof *statistics,
};
