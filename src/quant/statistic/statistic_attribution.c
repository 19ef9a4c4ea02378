// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "quant/series/attribution.h"
#include "quant/series/bacon.h"
#include "quant/statistic/statistic.h"

#define RETURNS .inputs = {"returns"}, .input_count = 1
#define PAIR .inputs = {"returns", "benchmark"}, .input_count = 2
#define OUTPUTS(table) .outputs = (table), .output_count = sizeof(table) / sizeof *(table)
#define VALUE OUTPUTS(value_only)
#define PARAMS(table) .params = (table), .param_count = sizeof(table) / sizeof *(table)

#define PERIODS                                                                                    \
    {                                                                                              \
        .name = "periods", .type = PARAM_REAL, .unit = "a year", .def = 252, .min = 1, .max = 1e9, \
        .help = "Returns in a year: 252 for days of stocks, 365 for days of coins, 12 for months." \
    }
#define RF                                                                                         \
    {                                                                                              \
        .name = "rf", .type = PARAM_REAL, .unit = "fraction", .def = 0, .min = -1, .max = 10,      \
        .help = "Risk-free rate a year."                                                           \
    }
#define THRESHOLD                                                                                  \
    {                                                                                              \
        .name = "threshold", .type = PARAM_REAL, .unit = "fraction", .def = 0, .min = -1,          \
        .max = 10, .help = "Return a period that counts as neither."                               \
    }

static const struct statistic_output value_only[] = {{.name = "value"}};
static const struct statistic_output brinson_outputs[] = {
    {.name = "portfolio", .help = "Return of the portfolio."},
    {.name = "benchmark", .help = "Return of the benchmark."},
    {.name = "excess", .help = "The difference of the two, which the next three add up to."},
    {.name = "total_allocation", .help = "From weights that differ."},
    {.name = "total_selection", .help = "From returns that differ within sectors."},
    {.name = "total_interaction", .help = "From both at once."},
    {.name = "allocation",
     .shape = STATISTIC_SERIES,
     .help = "By sector, against the whole benchmark (Brinson and Fachler)."},
    {.name = "simple_allocation",
     .shape = STATISTIC_SERIES,
     .help = "By sector, against nothing (Brinson, Hood and Beebower)."},
    {.name = "selection", .shape = STATISTIC_SERIES, .help = "By sector."},
    {.name = "interaction", .shape = STATISTIC_SERIES, .help = "By sector."}};
static const struct statistic_output skewness_outputs[] = {
    {.name = "value", .help = "Ratio of the deviations."},
    {.name = "variance", .help = "Ratio of the variances."}};

static const struct param periods_only[] = {PERIODS};
static const struct param periods_rf[] = {PERIODS, RF};
static const struct param threshold_only[] = {THRESHOLD};
static const struct param threshold_order[] = {
    THRESHOLD,
    {.name = "order",
     .type = PARAM_REAL,
     .unit = "",
     .def = 2,
     .min = 1,
     .max = 20,
     .help = "Power of what falls short: 1 the Omega-Sharpe ratio, 2 Sortino's a period."}};
static const struct param side_only[] = {
    {.name = "side",
     .type = PARAM_ENUM,
     .unit = "",
     .max = 1,
     .choices = "up|down",
     .help = "The periods in which the benchmark rose, or did not."}};

#define ADAPT(name, expression)                                                                    \
    static int name(const struct statistic_data *d, const double *p,                               \
                    struct statistic_value *out) {                                                 \
        const double *r = d->columns[0];                                                           \
        out[0].number = (expression);                                                              \
        return 0;                                                                                  \
    }
#define ADAPT_EQUITY(name, expression)                                                             \
    static int name(const struct statistic_data *d, const double *p,                               \
                    struct statistic_value *out) {                                                 \
        const double *r = d->columns[0];                                                           \
        double *scratch = ARENA_NEW(d->arena, double, d->count + 1);                               \
        if (scratch == NULL) return ERR_NOMEM;                                                     \
        out[0].number = (expression);                                                              \
        return 0;                                                                                  \
    }
#define BENCHMARK (d->columns[1])

ADAPT(alpha_annual, bacon_alpha(r, BENCHMARK, d->count, p[0], p[1]))
ADAPT(burke, bacon_burke_ratio(r, d->count, p[0], p[1]))
ADAPT(capture_compound, bacon_capture(r, BENCHMARK, d->count, p[0] == 0 ? 1 : -1))
ADAPT(downside_frequency, bacon_downside_frequency(r, d->count, p[0]))
ADAPT(downside_potential, bacon_lower_moment(r, d->count, p[0], 1))
ADAPT(information_compound, bacon_information_ratio(r, BENCHMARK, d->count, p[0]))
ADAPT(kappa, bacon_kappa(r, d->count, p[0], p[1]))
ADAPT(m2_compound, bacon_m2(r, BENCHMARK, d->count, p[0], p[1]))
ADAPT_EQUITY(martin, bacon_martin_ratio(r, d->count, p[0], p[1], scratch))
ADAPT(mean_absolute_deviation, bacon_mean_absolute_deviation(r, d->count))
ADAPT(omega_sharpe, bacon_kappa(r, d->count, p[0], 1))
ADAPT_EQUITY(pain_ratio, bacon_pain_ratio(r, d->count, p[0], p[1], scratch))
ADAPT(skew_kurtosis, bacon_skew_kurtosis(r, d->count))
ADAPT(upside_frequency, bacon_upside_frequency(r, d->count, p[0]))
ADAPT(upside_potential, bacon_upper_moment(r, d->count, p[0], 1))
ADAPT(upside_ratio, bacon_upside_potential_ratio(r, d->count, p[0]))
ADAPT(upside_risk, bacon_upside_risk(r, d->count, p[0]))

static int volatility_skewness(const struct statistic_data *d, const double *p,
                               struct statistic_value *out) {
    double ratio = bacon_volatility_skewness(d->columns[0], d->count, p[0]);
    out[0].number = ratio;
    out[1].number = ratio * ratio;
    return 0;
}

static int brinson(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    struct attribution_sectors sectors = {.weights = d->columns[0],
                                          .benchmark_weights = d->columns[1],
                                          .returns = d->columns[2],
                                          .benchmark_returns = d->columns[3],
                                          .count = d->count};
    struct attribution_parts parts = {.allocation = statistic_series(d, out + 6),
                                      .simple_allocation = statistic_series(d, out + 7),
                                      .selection = statistic_series(d, out + 8),
                                      .interaction = statistic_series(d, out + 9)};
    if (parts.allocation == NULL || parts.simple_allocation == NULL || parts.selection == NULL ||
        parts.interaction == NULL)
        return ERR_NOMEM;
    struct attribution_totals totals = attribution_brinson(&sectors, &parts);
    out[0].number = totals.portfolio;
    out[1].number = totals.benchmark;
    out[2].number = totals.excess;
    out[3].number = totals.allocation;
    out[4].number = totals.selection;
    out[5].number = totals.interaction;
    return 0;
}

static const struct statistic statistics[] = {
    {.name = "alpha_annual",
     .summary = "What beta does not explain of the compound annual return.",
     .source = "Bacon (2008), Jensen's alpha; PerformanceAnalytics, CAPM.jensenAlpha",
     PAIR,
     VALUE,
     PARAMS(periods_rf),
     .evaluate = alpha_annual},
    {.name = "brinson",
     .summary = "Allocation, selection and interaction by sectors, one a row.",
     .source = "Brinson, Hood and Beebower (1986); Brinson and Fachler (1985)",
     .inputs = {"weight", "benchmark_weight", "returns", "benchmark_returns"},
     .input_count = 4,
     OUTPUTS(brinson_outputs),
     .evaluate = brinson},
    {.name = "burke",
     .summary = "Burke ratio: compound annual return over the root of the squared falls.",
     .source = "Burke (1994); PerformanceAnalytics, BurkeRatio",
     RETURNS,
     VALUE,
     PARAMS(periods_rf),
     .evaluate = burke},
    {.name = "capture_compound",
     .summary = "Compounded return over the benchmark's in the periods in which that rose, or "
                "did not, not annualised.",
     .source = "PerformanceAnalytics, UpDownRatios",
     PAIR,
     VALUE,
     PARAMS(side_only),
     .evaluate = capture_compound},
    {.name = "downside_frequency",
     .summary = "Share of returns below the threshold.",
     .source = "Bacon (2008)",
     RETURNS,
     VALUE,
     PARAMS(threshold_only),
     .evaluate = downside_frequency},
    {.name = "downside_potential",
     .summary = "Mean of what is below the threshold, over all periods.",
     .source = "Bacon (2008)",
     RETURNS,
     VALUE,
     PARAMS(threshold_only),
     .evaluate = downside_potential},
    {.name = "information_compound",
     .summary = "Information ratio of compound annual returns.",
     .source = "PerformanceAnalytics, InformationRatio",
     PAIR,
     VALUE,
     PARAMS(periods_only),
     .evaluate = information_compound},
    {.name = "kappa",
     .summary = "Mean over the threshold by the root of the lower partial moment.",
     .source = "Kaplan and Knowles (2004)",
     RETURNS,
     VALUE,
     PARAMS(threshold_order),
     .evaluate = kappa},
    {.name = "m2_compound",
     .summary = "Compound annual return at the benchmark's volatility.",
     .source = "Modigliani and Modigliani (1997); Bacon (2008)",
     PAIR,
     VALUE,
     PARAMS(periods_rf),
     .evaluate = m2_compound},
    {.name = "martin",
     .summary = "Martin ratio: compound annual return over the ulcer index.",
     .source = "Martin and McCann (1989)",
     RETURNS,
     VALUE,
     PARAMS(periods_rf),
     .evaluate = martin},
    {.name = "mean_absolute_deviation",
     .summary = "Mean distance from the mean.",
     .source = "Plain definition",
     RETURNS,
     VALUE,
     .evaluate = mean_absolute_deviation},
    {.name = "omega_sharpe",
     .summary = "Mean over the threshold by the downside potential.",
     .source = "Bacon (2008)",
     RETURNS,
     VALUE,
     PARAMS(threshold_only),
     .evaluate = omega_sharpe},
    {.name = "pain_ratio",
     .summary = "Compound annual return over the pain index.",
     .source = "Bacon (2008)",
     RETURNS,
     VALUE,
     PARAMS(periods_rf),
     .evaluate = pain_ratio},
    {.name = "skew_kurtosis",
     .summary = "Skewness over kurtosis.",
     .source = "Watanabe (2006)",
     RETURNS,
     VALUE,
     .evaluate = skew_kurtosis},
    {.name = "upside_frequency",
     .summary = "Share of returns above the threshold.",
     .source = "Bacon (2008)",
     RETURNS,
     VALUE,
     PARAMS(threshold_only),
     .evaluate = upside_frequency},
    {.name = "upside_potential",
     .summary = "Mean of what is above the threshold, over all periods.",
     .source = "Bacon (2008)",
     RETURNS,
     VALUE,
     PARAMS(threshold_only),
     .evaluate = upside_potential},
    {.name = "upside_ratio",
     .summary = "Upside potential over downside deviation.",
     .source = "Sortino, van der Meer and Plantinga (1999)",
     RETURNS,
     VALUE,
     PARAMS(threshold_only),
     .evaluate = upside_ratio},
    {.name = "upside_risk",
     .summary = "Upside deviation a period.",
     .source = "Bacon (2008), divisor n",
     RETURNS,
     VALUE,
     PARAMS(threshold_only),
     .evaluate = upside_risk},
    {.name = "volatility_skewness",
     .summary = "Upside over downside deviation.",
     .source = "Bacon (2008)",
     RETURNS,
     OUTPUTS(skewness_outputs),
     PARAMS(threshold_only),
     .evaluate = volatility_skewness},
};

const struct statistic_table statistic_attribution = {
    .title = "Performance in the manner of Bacon, and attribution",
    .rows = statistics,
    .count = sizeof statistics / sizeof *statistics,
};
