// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <stdbool.h>

#include "quant/series/cointegration.h"
#include "quant/series/performance.h"
#include "quant/series/reversion.h"
#include "quant/series/unitroot.h"
#include "quant/statistic/statistic.h"

#define VALUES .inputs = {"value"}, .input_count = 1
#define OUTPUTS(table) .outputs = (table), .output_count = sizeof(table) / sizeof *(table)
#define PARAMS(table) .params = (table), .param_count = sizeof(table) / sizeof *(table)

#define STATISTIC_AND_P                                                                            \
    {.name = "statistic", .help = "Of the test."}, {                                               \
        .name = "p", .help = "P-value of the hypothesis."                                          \
    }
#define CRITICAL                                                                                   \
    {.name = "critical_1", .help = "Critical value at 1 %."},                                      \
        {.name = "critical_5", .help = "At 5 %."}, {                                               \
        .name = "critical_10", .help = "At 10 %."                                                  \
    }

static const struct statistic_output unitroot_outputs[] = {
    STATISTIC_AND_P,
    CRITICAL,
    {.name = "lags", .help = "Used."},
    {.name = "rows", .help = "Of the regression."},
    {.name = "coefficient", .help = "Of the level: 0 for a unit root, below it for a return."}};
static const struct statistic_output kpss_outputs[] = {
    STATISTIC_AND_P, CRITICAL, {.name = "lags", .help = "Used."}};
static const struct statistic_output pair_outputs[] = {
    STATISTIC_AND_P,
    CRITICAL,
    {.name = "lags", .help = "Used on the residuals."},
    {.name = "coefficient",
     .shape = STATISTIC_VECTOR,
     .help = "The trend's terms first (constant, row from 1, its square), then of each x."},
    {.name = "spread", .shape = STATISTIC_SERIES, .help = "y less what the others explain."}};
static const struct statistic_output johansen_outputs[] = {
    {.name = "rank", .help = "Relations: the first number that the trace accepts at 5 %."},
    {.name = "relations", .shape = STATISTIC_VECTOR, .help = "The hypothesis: at most so many."},
    {.name = "eigenvalue", .shape = STATISTIC_VECTOR, .help = "Of the next relation."},
    {.name = "trace", .shape = STATISTIC_VECTOR, .help = "Statistic of the hypothesis."},
    {.name = "trace_10", .shape = STATISTIC_VECTOR, .help = "Its critical value at 10 %."},
    {.name = "trace_5", .shape = STATISTIC_VECTOR, .help = "At 5 %."},
    {.name = "trace_1", .shape = STATISTIC_VECTOR, .help = "At 1 %."},
    {.name = "largest", .shape = STATISTIC_VECTOR, .help = "Against exactly one relation more."},
    {.name = "largest_10", .shape = STATISTIC_VECTOR, .help = "Its critical value at 10 %."},
    {.name = "largest_5", .shape = STATISTIC_VECTOR, .help = "At 5 %."},
    {.name = "largest_1", .shape = STATISTIC_VECTOR, .help = "At 1 %."},
    {.name = "vectors",
     .shape = STATISTIC_MATRIX,
     .help = "Row k: the weights of relation k, of variance 1.",
     .column_inputs = true}};
static const struct statistic_output half_life_outputs[] = {
    {.name = "value", .help = "Rows, -log 2 / speed; undefined where the series does not revert."},
    {.name = "discrete", .help = "Rows, -log 2 / log(1 + speed)."},
    {.name = "speed", .help = "Change a row over distance from the level."},
    {.name = "level", .help = "To which the series reverts."}};
static const struct statistic_output ratio_outputs[] = {
    {.name = "value", .help = "1 for a random walk, below it for a return, above it for a trend."},
    {.name = "z", .help = "Normal for a random walk of many rows."},
    {.name = "p", .help = "Two-sided."}};
static const struct statistic_output runs_outputs[] = {
    {.name = "runs", .help = "How many."},
    {.name = "expected", .help = "How many a random order has."},
    {.name = "z", .help = "Normal for a random order of many rows."},
    {.name = "p", .help = "Two-sided."}};
static const struct statistic_output value_only[] = {{.name = "value"}};

#define TREND(choices_, most, def_, help_)                                                         \
    {                                                                                              \
        .name = "trend", .type = PARAM_ENUM, .unit = "", .def = (def_), .max = (most),             \
        .choices = (choices_), .help = (help_)                                                     \
    }
#define LAGS(def_, help_)                                                                          \
    {                                                                                              \
        .name = "lags", .type = PARAM_INT, .unit = "rows", .def = (def_), .min = -1,               \
        .max = 100000, .help = (help_)                                                             \
    }
#define TERMS "none|constant|linear|quadratic"

#define CHOICE                                                                                     \
    {                                                                                              \
        .name = "choose", .type = PARAM_ENUM, .unit = "", .def = 1, .max = 2,                      \
        .choices = "fixed|aic|bic", .help = "How many of the lags: all, or by a criterion."        \
    }
static const struct param adf_params[] = {
    TREND(TERMS, 3, 1, "Terms beside the level: constant, trend, its square."),
    LAGS(-1, "Lagged differences, or the most to choose from; -1: Schwert's number."), CHOICE};
static const struct param pp_params[] = {
    TREND("none|constant|linear", 2, 1, "Terms beside the level: constant, trend."),
    LAGS(-1, "Of Newey and West's variance; -1: Schwert's number.")};
static const struct param kpss_params[] = {
    TREND("constant|linear", 1, 0, "Stationary about a level, or about a line."),
    LAGS(-1, "Of Newey and West's variance; -1: Hobijn, Franses and Ooms' number.")};
static const struct param johansen_params[] = {
    TREND("none|constant|linear", 2, 1, "What is taken out of the levels."),
    {.name = "lags",
     .type = PARAM_INT,
     .unit = "rows",
     .def = 1,
     .max = 1000,
     .help = "Lagged differences."}};
static const struct param hurst_params[] = {
    {.name = "method",
     .type = PARAM_ENUM,
     .unit = "",
     .max = 1,
     .choices = "levels|range",
     .help = "Of levels by the spread of differences, or of returns by the rescaled range."},
    {.name = "lags",
     .type = PARAM_INT,
     .unit = "rows",
     .def = 20,
     .min = 2,
     .max = 100000,
     .help = "Levels: the longest difference. Range: the shortest block."}};
static const struct param ratio_params[] = {
    {.name = "lag",
     .type = PARAM_INT,
     .unit = "rows",
     .def = 2,
     .min = 2,
     .max = 100000,
     .help = "Differences over so many rows against those of one."},
    {.name = "robust",
     .type = PARAM_BOOL,
     .unit = "",
     .def = 1,
     .help = "Allow for variances that change."}};
static const struct param runs_params[] = {{.name = "about",
                                            .type = PARAM_ENUM,
                                            .unit = "",
                                            .max = 2,
                                            .choices = "median|mean|zero",
                                            .help = "What separates the two kinds of rows."}};

static size_t lags_of(double value) {
    return value < 0 ? UNITROOT_LAGS_AUTO : (size_t)value;
}

static void put_test(const struct unitroot *test, struct statistic_value *out) {
    out[0].number = test->statistic;
    out[1].number = test->p;
    for (size_t i = 0; i < 3; i++) out[2 + i].number = test->critical[i];
    out[5].number = (double)test->lags;
}

static int adf(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    struct unitroot_options options = {.trend = (enum mackinnon_trend)p[0],
                                       .lags = lags_of(p[1]),
                                       .choice = (enum unitroot_choice)p[2]};
    struct unitroot test;
    TRY(unitroot_adf(d->columns[0], d->count, &options, d->arena, &test));
    put_test(&test, out);
    out[6].number = (double)test.rows;
    out[7].number = test.coefficient;
    return 0;
}

static int phillips_perron(const struct statistic_data *d, const double *p,
                           struct statistic_value *out) {
    struct unitroot_options options = {.trend = (enum mackinnon_trend)p[0], .lags = lags_of(p[1])};
    struct unitroot test;
    TRY(unitroot_pp(d->columns[0], d->count, &options, d->arena, &test));
    put_test(&test, out);
    out[6].number = (double)test.rows;
    out[7].number = test.coefficient;
    return 0;
}

static int kpss(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    struct unitroot test;
    TRY(unitroot_kpss(d->columns[0], d->count, p[0] == 0 ? MACKINNON_CONSTANT : MACKINNON_LINEAR,
                      lags_of(p[1]), d->arena, &test));
    put_test(&test, out);
    return 0;
}

static int engle_granger(const struct statistic_data *d, const double *p,
                         struct statistic_value *out) {
    struct unitroot_options options = {.trend = (enum mackinnon_trend)p[0],
                                       .lags = lags_of(p[1]),
                                       .choice = (enum unitroot_choice)p[2]};
    struct cointegration_pair pair;
    TRY(cointegration_engle_granger(d->columns[0], d->columns + 1, d->column_count - 1, d->count,
                                    &options, d->arena, &pair));
    put_test(&pair.test, out);
    out[6] = (struct statistic_value){
        .values = pair.fit.coefficients, .rows = pair.fit.count, .columns = 1};
    out[7] = (struct statistic_value){.values = pair.fit.residuals, .rows = d->count, .columns = 1};
    return 0;
}

static int johansen(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    struct cointegration_johansen test;
    TRY(cointegration_johansen(d->columns, d->column_count, d->count, (enum mackinnon_trend)p[0],
                               (size_t)p[1], d->arena, &test));
    size_t m = test.count;
    double *vectors[11];
    for (size_t i = 1; i < 11; i++) {
        vectors[i] = statistic_vector(d, m, out + i);
        if (vectors[i] == NULL) return ERR_NOMEM;
    }
    for (size_t k = 0; k < m; k++) {
        vectors[1][k] = (double)k;
        vectors[2][k] = test.eigenvalues[k];
        vectors[3][k] = test.trace[k];
        vectors[7][k] = test.largest[k];
        for (size_t level = 0; level < 3; level++) {
            vectors[4 + level][k] = test.trace_critical[3 * k + level];
            vectors[8 + level][k] = test.largest_critical[3 * k + level];
        }
    }
    out[0].number = (double)test.rank;
    out[11] = (struct statistic_value){.values = test.vectors, .rows = m, .columns = m};
    return 0;
}

static int too_few(const struct statistic_data *d, size_t least) {
    return ERR_SET(ERR_ARGUMENT, "needs %zu complete rows or more; there are %zu", least, d->count);
}

static int mean_reversion(const struct statistic_data *d, const double *p,
                          struct statistic_value *out) {
    if (d->count < 3) return too_few(d, 3);
    struct reversion_half_life h = reversion_half_life(d->columns[0], d->count);
    out[0].number = h.value;
    out[1].number = h.discrete;
    out[2].number = h.speed;
    out[3].number = h.level;
    return 0;
}

static int hurst_exponent(const struct statistic_data *d, const double *p,
                          struct statistic_value *out) {
    size_t lags = (size_t)p[1];
    bool range = p[0] != 0;
    // Two lengths or two lags make a slope.
    if (d->count < (range ? 4 * lags : 4)) return too_few(d, range ? 4 * lags : 4);
    out[0].number = range ? reversion_hurst_range(d->columns[0], d->count, lags)
                          : reversion_hurst_levels(d->columns[0], d->count, lags);
    return 0;
}

static int variance_ratio(const struct statistic_data *d, const double *p,
                          struct statistic_value *out) {
    size_t lag = (size_t)p[0];
    if (d->count < lag + 2) return too_few(d, lag + 2);
    struct reversion_ratio ratio =
        reversion_variance_ratio(d->columns[0], d->count, lag, p[1] != 0);
    out[0].number = ratio.value;
    out[1].number = ratio.z;
    out[2].number = ratio.p;
    return 0;
}

static int runs_test(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    if (d->count < 2) return too_few(d, 2);
    double *scratch = ARENA_NEW(d->arena, double, d->count);
    if (scratch == NULL) return ERR_NOMEM;
    double middle = p[0] == 0   ? performance_quantile(d->columns[0], d->count, 0.5, scratch)
                    : p[0] == 1 ? performance_mean(d->columns[0], d->count)
                                : 0;
    struct reversion_runs runs = reversion_runs(d->columns[0], d->count, middle);
    out[0].number = runs.runs;
    out[1].number = runs.expected;
    out[2].number = runs.z;
    out[3].number = runs.p;
    return 0;
}

static const struct statistic statistics[] = {
    {.name = "adf",
     .summary = "Augmented Dickey-Fuller test; the hypothesis is a unit root: a low p says that "
                "the series reverts.",
     .source = "Dickey and Fuller (1979); MacKinnon (1994, 2010)",
     VALUES,
     OUTPUTS(unitroot_outputs),
     PARAMS(adf_params),
     .evaluate = adf},
    {.name = "engle_granger",
     .summary = "Test of a relation between series that wander; the hypothesis is that there is "
                "none.",
     .source = "Engle and Granger (1987); MacKinnon (1994, 2010)",
     .inputs = {"y", "x"},
     .input_count = 2,
     .repeats = true,
     OUTPUTS(pair_outputs),
     PARAMS(adf_params),
     .evaluate = engle_granger},
    {.name = "hurst_exponent",
     .summary = "Hurst exponent: 0.5 for a random walk, below it for a return, above it for a "
                "trend.",
     .source = "Hurst (1951); Mandelbrot and Wallis (1969)",
     VALUES,
     OUTPUTS(value_only),
     PARAMS(hurst_params),
     .evaluate = hurst_exponent},
    {.name = "johansen",
     .summary = "Johansen's tests of how many relations tie series that wander, and the relations.",
     .source = "Johansen (1995); MacKinnon, Haug and Michelis (1999)",
     .inputs = {"x", "y"},
     .input_count = 2,
     .repeats = true,
     OUTPUTS(johansen_outputs),
     PARAMS(johansen_params),
     .evaluate = johansen},
    {.name = "kpss",
     .summary = "Test of stationarity, which is the hypothesis: a low p says that the series "
                "wanders. p lies between 0.01 and 0.1.",
     .source = "Kwiatkowski, Phillips, Schmidt and Shin (1992)",
     VALUES,
     OUTPUTS(kpss_outputs),
     PARAMS(kpss_params),
     .evaluate = kpss},
    {.name = "mean_reversion",
     .summary = "Rows in which a distance from the level halves.",
     .source = "Ornstein and Uhlenbeck (1930); Chan, Algorithmic Trading (2013)",
     VALUES,
     OUTPUTS(half_life_outputs),
     .evaluate = mean_reversion},
    {.name = "phillips_perron",
     .summary = "Phillips and Perron's test; the hypothesis is a unit root.",
     .source = "Phillips and Perron (1988); MacKinnon (1994, 2010)",
     VALUES,
     OUTPUTS(unitroot_outputs),
     PARAMS(pp_params),
     .evaluate = phillips_perron},
    {.name = "runs_test",
     .summary = "Test that the order of values above and below a middle is random.",
     .source = "Wald and Wolfowitz (1940)",
     VALUES,
     OUTPUTS(runs_outputs),
     PARAMS(runs_params),
     .evaluate = runs_test},
    {.name = "variance_ratio",
     .summary =
         "Variance of long differences of a level (the logarithm of a price, say) over that of "
         "short ones.",
     .source = "Lo and MacKinlay (1988)",
     VALUES,
     OUTPUTS(ratio_outputs),
     PARAMS(ratio_params),
     .evaluate = variance_ratio},
};

const struct statistic_table statistic_test = {
    .title = "Unit roots, cointegration, reversion",
    .rows = statistics,
    .count = sizeof statistics / sizeof *statistics,
};
