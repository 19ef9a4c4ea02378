// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "quant/series/drawdown.h"
#include "quant/series/performance.h"
#include "quant/series/relative.h"
#include "quant/series/significance.h"
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

#define SIDE_PARAM                                                                                 \
    {                                                                                              \
        .name = "side", .type = PARAM_ENUM, .unit = "", .def = 0, .max = 1, .choices = "up|down",  \
        .help = "The periods in which the benchmark rose, or fell."                                \
    }
#define TO_BEAT                                                                                    \
    {                                                                                              \
        .name = "sharpe", .type = PARAM_REAL, .unit = "a year", .def = 0, .min = -100, .max = 100, \
        .help = "The annual Sharpe ratio to beat."                                                 \
    }

static const struct statistic_output value_only[] = {{.name = "value"}};
static const struct statistic_output deflated_outputs[] = {
    {.name = "value"},
    {.name = "luck",
     .help = "Annual Sharpe ratio that the best of as many variants without skill would show."}};
static const struct statistic_output drawdown_outputs[] = {
    {.name = "depth", .help = "Fraction of the peak, negative."},
    {.name = "peak", .is_row = true, .help = "Row; 0: the start, before the first return."},
    {.name = "trough", .is_row = true, .help = "Row."},
    {.name = "recovery", .is_row = true, .help = "Row; undefined where it has not recovered."},
    {.name = "fall", .help = "Periods from peak to trough."},
    {.name = "climb", .help = "Periods from trough to recovery."}};

static const struct param periods_only[] = {PERIODS};
static const struct param periods_rf[] = {PERIODS, RF};
static const struct param threshold_only[] = {{.name = "threshold",
                                               .type = PARAM_REAL,
                                               .unit = "fraction",
                                               .def = 0,
                                               .min = -1,
                                               .max = 10,
                                               .help = "Return a period that counts as neither."}};
static const struct param level_only[] = {{.name = "level",
                                           .type = PARAM_REAL,
                                           .unit = "fraction",
                                           .def = 0.95,
                                           .min = 0.5,
                                           .max = 0.99999,
                                           .help = "Confidence: 0.95 looks at the worst 5 %."}};
static const struct param side_only[] = {SIDE_PARAM};
static const struct param side_periods[] = {SIDE_PARAM, PERIODS};
static const struct param probability_params[] = {PERIODS, TO_BEAT};
static const struct param deflated_params[] = {
    PERIODS,
    {.name = "trials",
     .type = PARAM_REAL,
     .unit = "",
     .def = 100,
     .min = 2,
     .max = 1e12,
     .help = "How many independent variants were tried."},
    {.name = "variance",
     .type = PARAM_REAL,
     .unit = "a year",
     .def = 0.5,
     .min = 0,
     .max = 1e4,
     .help = "Variance of the annual Sharpe ratios of the variants."}};
static const struct param record_params[] = {PERIODS,
                                             TO_BEAT,
                                             {.name = "confidence",
                                              .type = PARAM_REAL,
                                              .unit = "fraction",
                                              .def = 0.95,
                                              .min = 0.5,
                                              .max = 0.99999,
                                              .help = "Probability of being above it."}};

// The columns of a call.
#define RETURNS_OF(d) ((d)->columns[0])
#define BENCHMARK_OF(d) ((d)->columns[1])

// One adaptor a shape of function: d is the call's data, p its parameters, out its outputs.
#define ADAPT(name, expression)                                                                    \
    static int name(const struct statistic_data *d, const double *p,                               \
                    struct statistic_value *out) {                                                 \
        out[0].number = (expression);                                                              \
        return 0;                                                                                  \
    }
#define SIDE (p[0] == 0 ? 1 : -1)

ADAPT(alpha, relative_alpha_simple(RETURNS_OF(d), BENCHMARK_OF(d), d->count, p[0], p[1]))
ADAPT(alpha_compound, relative_alpha_compound(RETURNS_OF(d), BENCHMARK_OF(d), d->count, p[0], p[1]))
ADAPT(alpha_period, relative_alpha(RETURNS_OF(d), BENCHMARK_OF(d), d->count, p[0], p[1]))
ADAPT(best, performance_best(RETURNS_OF(d), d->count))
ADAPT(beta, relative_beta(RETURNS_OF(d), BENCHMARK_OF(d), d->count))
ADAPT(beta_side, relative_beta_side(RETURNS_OF(d), BENCHMARK_OF(d), d->count, SIDE))
ADAPT(cagr, performance_cagr(RETURNS_OF(d), d->count, p[0]))
ADAPT(capture, relative_capture(RETURNS_OF(d), BENCHMARK_OF(d), d->count, p[1], SIDE))
ADAPT(capture_sum, relative_capture_sum(RETURNS_OF(d), BENCHMARK_OF(d), d->count, SIDE))
ADAPT(correlation, relative_correlation(RETURNS_OF(d), BENCHMARK_OF(d), d->count))
ADAPT(deviation, performance_deviation(RETURNS_OF(d), d->count))
ADAPT(downside, performance_downside(RETURNS_OF(d), d->count, p[0]))
ADAPT(excess_kurtosis_sample, performance_excess_kurtosis_sample(RETURNS_OF(d), d->count))
ADAPT(hit_rate, performance_hit_rate(RETURNS_OF(d), d->count))
ADAPT(information_ratio, relative_information_ratio(RETURNS_OF(d), BENCHMARK_OF(d), d->count, p[0]))
ADAPT(kurtosis, performance_kurtosis(RETURNS_OF(d), d->count))
ADAPT(m2, relative_m2(RETURNS_OF(d), BENCHMARK_OF(d), d->count, p[0], p[1]))
ADAPT(mean, performance_mean(RETURNS_OF(d), d->count))
ADAPT(omega, performance_omega(RETURNS_OF(d), d->count, p[0]))
ADAPT(profit_factor, performance_profit_factor(RETURNS_OF(d), d->count))
ADAPT(sharpe, performance_sharpe(RETURNS_OF(d), d->count, p[0], p[1]))
ADAPT(skew, performance_skew(RETURNS_OF(d), d->count))
ADAPT(skew_sample, performance_skew_sample(RETURNS_OF(d), d->count))
ADAPT(sortino, performance_sortino(RETURNS_OF(d), d->count, p[0]))
ADAPT(stability, performance_stability(RETURNS_OF(d), d->count))
ADAPT(total_return, performance_total_return(RETURNS_OF(d), d->count))
ADAPT(tracking_error, relative_tracking_error(RETURNS_OF(d), BENCHMARK_OF(d), d->count, p[0]))
ADAPT(treynor, relative_treynor(RETURNS_OF(d), BENCHMARK_OF(d), d->count, p[0], p[1]))
ADAPT(volatility, performance_volatility(RETURNS_OF(d), d->count, p[0]))
ADAPT(worst, performance_worst(RETURNS_OF(d), d->count))

// The same with `scratch`, d->count numbers to sort in, and with `equity`, the curve from 1 on.
#define ADAPT_SORTED(name, expression)                                                             \
    static int name(const struct statistic_data *d, const double *p,                               \
                    struct statistic_value *out) {                                                 \
        double *scratch = ARENA_NEW(d->arena, double, d->count);                                   \
        if (scratch == NULL) return ERR_NOMEM;                                                     \
        out[0].number = (expression);                                                              \
        return 0;                                                                                  \
    }
#define ADAPT_EQUITY(name, expression)                                                             \
    static int name(const struct statistic_data *d, const double *p,                               \
                    struct statistic_value *out) {                                                 \
        const double *equity = equity_new(d);                                                      \
        if (equity == NULL) return ERR_NOMEM;                                                      \
        out[0].number = (expression);                                                              \
        return 0;                                                                                  \
    }

static const double *equity_new(const struct statistic_data *d) {
    double *equity = ARENA_NEW(d->arena, double, d->count + 1);
    if (equity != NULL) drawdown_equity(RETURNS_OF(d), d->count, 1, equity);
    return equity;
}

ADAPT_SORTED(cvar, performance_cvar(RETURNS_OF(d), d->count, p[0], scratch))
ADAPT_SORTED(tail_ratio, performance_tail_ratio(RETURNS_OF(d), d->count, scratch))
ADAPT_SORTED(value_at_risk, performance_var(RETURNS_OF(d), d->count, p[0], scratch))
ADAPT_EQUITY(calmar, drawdown_calmar(equity, d->count + 1, p[0]))
ADAPT_EQUITY(pain, drawdown_pain(equity, d->count + 1))
ADAPT_EQUITY(ulcer, drawdown_ulcer(equity, d->count + 1))

static int max_drawdown(const struct statistic_data *d, const double *p,
                        struct statistic_value *out) {
    const double *equity = equity_new(d);
    if (equity == NULL) return ERR_NOMEM;
    struct drawdown deepest = drawdown_max(equity, d->count + 1);
    bool fell = deepest.depth < 0;
    out[0].number = deepest.depth;
    out[1].number = fell ? (double)deepest.peak : NAN;
    out[2].number = fell ? (double)deepest.trough : NAN;
    out[3].number = fell && deepest.recovery != DRAWDOWN_OPEN ? (double)deepest.recovery : NAN;
    out[4].number = out[2].number - out[1].number;
    out[5].number = out[3].number - out[2].number;
    return 0;
}

static int probabilistic_sharpe(const struct statistic_data *d, const double *p,
                                struct statistic_value *out) {
    struct sharpe_sample sample = significance_sample(RETURNS_OF(d), d->count);
    out[0].number = significance_probability(&sample, p[1] / sqrt(p[0]));
    return 0;
}

static int deflated_sharpe(const struct statistic_data *d, const double *p,
                           struct statistic_value *out) {
    struct sharpe_sample sample = significance_sample(RETURNS_OF(d), d->count);
    double luck = significance_expected_max(p[2] / p[0], p[1]);
    out[0].number = significance_probability(&sample, luck);
    out[1].number = luck * sqrt(p[0]);
    return 0;
}

static int track_record(const struct statistic_data *d, const double *p,
                        struct statistic_value *out) {
    struct sharpe_sample sample = significance_sample(RETURNS_OF(d), d->count);
    out[0].number = significance_track_record(&sample, p[1] / sqrt(p[0]), p[2]);
    return 0;
}

static const struct statistic statistics[] = {
    {.name = "alpha",
     .summary = "Jensen's alpha a year, alpha a period times periods.",
     .source = "Jensen (1968); PerformanceAnalytics",
     PAIR,
     VALUE,
     PARAMS(periods_rf),
     .evaluate = alpha},
    {.name = "alpha_compound",
     .summary = "Jensen's alpha a year, alpha a period compounded.",
     .source = "Jensen (1968); empyrical",
     PAIR,
     VALUE,
     PARAMS(periods_rf),
     .evaluate = alpha_compound},
    {.name = "alpha_period",
     .summary = "Jensen's alpha a period.",
     .source = "Jensen (1968)",
     PAIR,
     VALUE,
     PARAMS(periods_rf),
     .evaluate = alpha_period},
    {.name = "best",
     .summary = "Largest return.",
     .source = "Plain definition",
     RETURNS,
     VALUE,
     .evaluate = best},
    {.name = "beta_side",
     .summary = "Beta over the periods in which the benchmark rose, or fell.",
     .source = "Bacon (2008)",
     PAIR,
     VALUE,
     PARAMS(side_only),
     .evaluate = beta_side},
    {.name = "cagr",
     .summary = "Compound annual growth rate.",
     .source = "Plain definition",
     RETURNS,
     VALUE,
     PARAMS(periods_only),
     .evaluate = cagr},
    {.name = "calmar",
     .summary = "Growth rate over the deepest drawdown.",
     .source = "Young (1991)",
     RETURNS,
     VALUE,
     PARAMS(periods_only),
     .evaluate = calmar},
    {.name = "capture",
     .summary =
         "Annualised return over the benchmark's in the periods in which that rose, or fell.",
     .source = "empyrical",
     PAIR,
     VALUE,
     PARAMS(side_periods),
     .evaluate = capture},
    {.name = "capture_sum",
     .summary = "Ratio of the sums of returns in the periods in which the benchmark rose, or fell.",
     .source = "Bacon (2008)",
     PAIR,
     VALUE,
     PARAMS(side_only),
     .evaluate = capture_sum},
    {.name = "correlation",
     .summary = "Correlation with the benchmark.",
     .source = "Pearson",
     PAIR,
     VALUE,
     .evaluate = correlation},
    {.name = "cvar",
     .summary = "Mean loss beyond the value at risk.",
     .source = "Rockafellar and Uryasev (2000), historical",
     RETURNS,
     VALUE,
     PARAMS(level_only),
     .evaluate = cvar},
    {.name = "deflated_sharpe",
     .summary = "Probability that the Sharpe ratio is skill, after the number of variants tried; "
                "and the annual ratio that luck alone would show.",
     .source = "Bailey and Lopez de Prado (2014)",
     RETURNS,
     OUTPUTS(deflated_outputs),
     PARAMS(deflated_params),
     .evaluate = deflated_sharpe},
    {.name = "deviation",
     .summary = "Sample standard deviation a period.",
     .source = "Plain definition",
     RETURNS,
     VALUE,
     .evaluate = deviation},
    {.name = "downside",
     .summary = "Downside deviation a period.",
     .source = "Sortino and van der Meer (1991), divisor n",
     RETURNS,
     VALUE,
     PARAMS(threshold_only),
     .evaluate = downside},
    {.name = "excess_kurtosis_sample",
     .summary = "Sample-adjusted excess kurtosis.",
     .source = "Joanes and Gill (1998), G2",
     RETURNS,
     VALUE,
     .evaluate = excess_kurtosis_sample},
    {.name = "hit_rate",
     .summary = "Share of returns above 0.",
     .source = "Plain definition",
     RETURNS,
     VALUE,
     .evaluate = hit_rate},
    {.name = "information_ratio",
     .summary = "Mean active return over its deviation, annualised.",
     .source = "Grinold and Kahn (1999), arithmetic",
     PAIR,
     VALUE,
     PARAMS(periods_only),
     .evaluate = information_ratio},
    {.name = "kurtosis",
     .summary = "Population kurtosis, 3 for a normal distribution.",
     .source = "Plain definition",
     RETURNS,
     VALUE,
     .evaluate = kurtosis},
    {.name = "m2",
     .summary = "Return at the benchmark's volatility.",
     .source = "Modigliani and Modigliani (1997)",
     PAIR,
     VALUE,
     PARAMS(periods_rf),
     .evaluate = m2},
    {.name = "market_beta",
     .summary = "Sensitivity to the benchmark.",
     .source = "Sharpe (1964)",
     PAIR,
     VALUE,
     .evaluate = beta},
    {.name = "max_drawdown",
     .summary = "Deepest drawdown, with the rows of its peak, trough and recovery; rows count from "
                "1, 0 is the start.",
     .source = "Magdon-Ismail and Atiya (2004)",
     RETURNS,
     OUTPUTS(drawdown_outputs),
     .evaluate = max_drawdown},
    {.name = "mean_return",
     .summary = "Mean return a period.",
     .source = "Plain definition",
     RETURNS,
     VALUE,
     .evaluate = mean},
    {.name = "omega",
     .summary = "Sum of what is above the threshold over the sum of what is below.",
     .source = "Keating and Shadwick (2002)",
     RETURNS,
     VALUE,
     PARAMS(threshold_only),
     .evaluate = omega},
    {.name = "pain",
     .summary = "Pain index: mean drawdown.",
     .source = "Bacon (2008)",
     RETURNS,
     VALUE,
     .evaluate = pain},
    {.name = "probabilistic_sharpe",
     .summary = "Probability that the true Sharpe ratio is above a given one.",
     .source = "Bailey and Lopez de Prado (2012)",
     RETURNS,
     VALUE,
     PARAMS(probability_params),
     .evaluate = probabilistic_sharpe},
    {.name = "profit_factor",
     .summary = "Sum of gains over sum of losses.",
     .source = "Plain definition",
     RETURNS,
     VALUE,
     .evaluate = profit_factor},
    {.name = "sharpe",
     .summary = "Sharpe ratio, annualised.",
     .source = "Sharpe (1994), sample deviation",
     RETURNS,
     VALUE,
     PARAMS(periods_rf),
     .evaluate = sharpe},
    {.name = "skew",
     .summary = "Population skewness.",
     .source = "Plain definition",
     RETURNS,
     VALUE,
     .evaluate = skew},
    {.name = "skew_sample",
     .summary = "Sample-adjusted skewness.",
     .source = "Joanes and Gill (1998), G1",
     RETURNS,
     VALUE,
     .evaluate = skew_sample},
    {.name = "sortino",
     .summary = "Sortino ratio, annualised.",
     .source = "Sortino and van der Meer (1991), divisor n",
     RETURNS,
     VALUE,
     PARAMS(periods_only),
     .evaluate = sortino},
    {.name = "stability",
     .summary = "R squared of the cumulative log return on time.",
     .source = "empyrical, stability_of_timeseries",
     RETURNS,
     VALUE,
     .evaluate = stability},
    {.name = "tail_ratio",
     .summary = "95 % quantile over 5 % quantile, absolute.",
     .source = "empyrical, type 7 quantiles",
     RETURNS,
     VALUE,
     .evaluate = tail_ratio},
    {.name = "total_return",
     .summary = "Compounded return.",
     .source = "Plain definition",
     RETURNS,
     VALUE,
     .evaluate = total_return},
    {.name = "track_record",
     .summary = "Returns needed to be confident that the true Sharpe ratio is above a given one.",
     .source = "Bailey and Lopez de Prado (2012)",
     RETURNS,
     VALUE,
     PARAMS(record_params),
     .evaluate = track_record},
    {.name = "tracking_error",
     .summary = "Deviation of the active return, annualised.",
     .source = "Grinold and Kahn (1999)",
     PAIR,
     VALUE,
     PARAMS(periods_only),
     .evaluate = tracking_error},
    {.name = "treynor",
     .summary = "Mean excess return over beta, annualised.",
     .source = "Treynor (1965), arithmetic",
     PAIR,
     VALUE,
     PARAMS(periods_rf),
     .evaluate = treynor},
    {.name = "ulcer",
     .summary = "Ulcer index: root mean square drawdown.",
     .source = "Martin and McCann (1989)",
     RETURNS,
     VALUE,
     .evaluate = ulcer},
    {.name = "value_at_risk",
     .summary = "Historical value at risk, a positive loss.",
     .source = "Type 7 quantile of Hyndman and Fan (1996)",
     RETURNS,
     VALUE,
     PARAMS(level_only),
     .evaluate = value_at_risk},
    {.name = "volatility",
     .summary = "Annualised sample standard deviation.",
     .source = "Plain definition",
     RETURNS,
     VALUE,
     PARAMS(periods_only),
     .evaluate = volatility},
    {.name = "worst",
     .summary = "Smallest return.",
     .source = "Plain definition",
     RETURNS,
     VALUE,
     .evaluate = worst},
};

const struct statistic_table statistic_performance = {
    .title = "Performance of simple returns",
    .rows = statistics,
    .count = sizeof statistics / sizeof *statistics,
};
