// SPDX-License-Identifier: Apache-2.0
#include "report/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "quant/series/drawdown.h"
#include "quant/series/performance.h"
#include "quant/series/relative.h"
#include "quant/series/significance.h"

enum { YEARS_MAX = 600, DAYS_LEAST = 30 };

// What the functions below fill, and where they are.
struct making {
    struct statistics *out;
    const struct fold_view *view;
    const struct series *series;
    const char *group;
    double periods;
    double *scratch; // [days + 1]
};

static int add_return(struct making *making);
static void add_risk(struct making *making);
static void add_drawdown(struct making *making);
static void add_trades(struct making *making);
static void add_exposure(struct making *making);
static void add_significance(struct making *making);
static void add_benchmark(struct making *making);

int statistics_init(struct statistics *statistics, const struct fold_view *view) {
    struct making making = {
        .out = statistics,
        .view = view,
        .series = view->series,
        .periods = view->config->periods_per_year,
        .scratch = calloc(view->series->count + 1, sizeof(double)),
    };
    memset(statistics, 0, sizeof *statistics);
    if (making.scratch == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for %zu days", view->series->count);
    int rc = add_return(&making);
    add_risk(&making);
    add_drawdown(&making);
    add_trades(&making);
    add_exposure(&making);
    add_significance(&making);
    if (view->config->benchmark != NULL) add_benchmark(&making);
    free(making.scratch);
    return rc;
}

const char *statistics_withheld(const struct fold_view *view) {
    const struct curve *curve = view->curve;
    bool enough =
        curve->marks > 0 && curve->last.ts_ns - curve->start_ns >= DAYS_LEAST * NS_PER_DAY;
    return enough ? NULL : "n/a, under 30 days";
}

const struct statistic *statistics_find(const struct statistics *statistics, const char *name) {
    for (size_t i = 0; i < statistics->count; i++)
        if (strcmp(statistics->items[i].name, name) == 0) return &statistics->items[i];
    return NULL;
}

static struct fold_cell *add(struct making *making, const char *name, const char *title,
                             enum fold_unit unit, const char *help) {
    struct statistics *out = making->out;
    CHECK(out->count < STATISTICS_MAX);
    struct statistic *item = &out->items[out->count++];
    *item = (struct statistic){.name = name,
                               .title = title,
                               .group = making->group,
                               .help = help,
                               .unit = unit,
                               .value = {.decimals = making->view->money_decimals}};
    return &item->value;
}

static void add_ratio(struct making *making, const char *name, const char *title, double value,
                      const char *help) {
    add(making, name, title, FOLD_RATIO, help)->number = value;
}

static void add_number(struct making *making, const char *name, const char *title, double value,
                       const char *help) {
    add(making, name, title, FOLD_NUMBER, help)->number = value;
}

// A figure a year.
static void withhold(struct making *making) {
    struct statistics *out = making->out;
    out->items[out->count - 1].value.withheld = statistics_withheld(making->view);
}

static void add_money(struct making *making, const char *name, const char *title, money_t value,
                      const char *help) {
    add(making, name, title, FOLD_MONEY, help)->exact = value.m;
}

static void add_count(struct making *making, const char *name, const char *title, uint64_t value,
                      const char *help) {
    add(making, name, title, FOLD_COUNT, help)->integer = (int64_t)value;
}

// `some`: whether there is anything to tell.
static struct fold_cell *add_instant(struct making *making, const char *name, const char *title,
                                     enum fold_unit unit, bool some, int64_t value) {
    struct fold_cell *cell = add(making, name, title, unit, NULL);
    cell->missing = !some;
    cell->integer = value;
    return cell;
}

// The best month with sign 1, the worst with -1. `years` holds `count` of them.
static double best_month(const struct performance_year *years, size_t count, int sign) {
    double best = NAN;
    for (size_t i = 0; i < count; i++)
        for (int m = 0; m < 12; m++)
            if (isfinite(years[i].months[m]) && !(sign * years[i].months[m] <= sign * best))
                best = years[i].months[m];
    return best;
}

static int add_months(struct making *making) {
    const struct series *series = making->series;
    struct performance_year *years = calloc(YEARS_MAX, sizeof *years);
    if (years == NULL) return ERR_SET(ERR_NOMEM, "no memory for the months' returns");
    size_t count = 0;
    int rc =
        performance_months(series->dates, series->returns, series->count, YEARS_MAX, years, &count);
    add_ratio(making, "best_month", "Best month", best_month(years, count, 1), NULL);
    add_ratio(making, "worst_month", "Worst month", best_month(years, count, -1), NULL);
    free(years);
    return rc;
}

static int add_return(struct making *making) {
    const struct series *series = making->series;
    const struct curve *curve = making->view->curve;
    const double *r = series->returns;
    size_t n = series->count;
    making->group = "Return";
    bool some = curve->marks > 0;
    add_instant(making, "start", "Start", FOLD_TIME, some, curve->start_ns);
    add_instant(making, "end", "End", FOLD_TIME, some, curve->last.ts_ns);
    add_count(making, "days", "Days", n, "UTC days with at least one mark after the first");
    add_money(making, "start_equity", "Equity at the start", curve->start, NULL);
    add_money(making, "end_equity", "Equity at the end", curve->last.equity, NULL);
    add_money(making, "net_profit", "Net profit", making->view->net_profit,
              "equity at the end less all that was deposited");
    add_ratio(making, "total_return", "Total return", performance_total_return(r, n),
              "daily returns compounded");
    add_ratio(making, "cagr", "CAGR", performance_cagr(r, n, making->periods),
              "compound annual growth rate: (1 + total return)^(days a year / days) - 1");
    withhold(making);
    add_ratio(making, "best_day", "Best day", n > 0 ? performance_best(r, n) : NAN, NULL);
    add_ratio(making, "worst_day", "Worst day", n > 0 ? performance_worst(r, n) : NAN, NULL);
    add_ratio(making, "positive_days", "Days up", performance_hit_rate(r, n),
              "share of days with a return above 0");
    return add_months(making);
}

static void add_risk(struct making *making) {
    const double *r = making->series->returns;
    size_t n = making->series->count;
    double periods = making->periods, *scratch = making->scratch;
    making->group = "Risk";
    add_ratio(making, "volatility", "Volatility", performance_volatility(r, n, periods),
              "sample standard deviation of daily returns, a year");
    withhold(making);
    add_number(making, "sharpe", "Sharpe ratio", performance_sharpe(r, n, periods, 0),
               "mean over standard deviation of daily returns, a year; risk-free rate 0");
    withhold(making);
    add_number(making, "sortino", "Sortino ratio", performance_sortino(r, n, periods),
               "mean over downside deviation (target 0) of daily returns, a year");
    withhold(making);
    add_number(making, "omega", "Omega", performance_omega(r, n, 0),
               "sum of daily gains over sum of daily losses");
    add_number(making, "skew", "Skew", performance_skew(r, n), "of daily returns; 0 is symmetric");
    add_number(making, "kurtosis", "Kurtosis", performance_kurtosis(r, n),
               "of daily returns; 3 is normal, above it tails are fat");
    add_ratio(making, "var95", "VaR 95 %, 1 day", performance_var(r, n, 0.95, scratch),
              "historical: a day's loss was above it on one day in twenty");
    add_ratio(making, "cvar95", "CVaR 95 %, 1 day", performance_cvar(r, n, 0.95, scratch),
              "the mean loss of those days");
    add_number(making, "tail_ratio", "Tail ratio", performance_tail_ratio(r, n, scratch),
               "95 % quantile of daily returns over the 5 % quantile, without signs");
    add_number(making, "stability", "Stability", performance_stability(r, n),
               "R\u00b2 of the cumulative log return on time; 1 is a straight line");
}

static void add_drawdown(struct making *making) {
    const struct curve *curve = making->view->curve;
    const struct series *series = making->series;
    const struct curve_drawdown *deepest = &curve->drawdowns[0];
    bool some = curve->drawdown_count > 0;
    double depth = some ? deepest->depth : 0;
    double cagr = performance_cagr(series->returns, series->count, making->periods);
    making->group = "Drawdown";
    add_ratio(making, "max_drawdown", "Max drawdown", depth,
              "the deepest fall from a peak, over every mark; at the ends of days it can be less");
    add_instant(making, "max_drawdown_peak", "Peak", FOLD_TIME, some, deepest->peak_ns);
    add_instant(making, "max_drawdown_trough", "Trough", FOLD_TIME, some, deepest->trough_ns);
    bool recovered = some && deepest->recovery_ns != 0;
    struct fold_cell *recovery = add_instant(making, "max_drawdown_recovery", "Recovered",
                                             FOLD_TIME, recovered, deepest->recovery_ns);
    if (some) recovery->absent = "not recovered";
    // A length that goes on is no length of a recovery: the title says which of the two it is.
    add_instant(making, "max_drawdown_length",
                some && !recovered ? "From peak, not recovered" : "From peak to recovery",
                FOLD_SECONDS, some,
                (recovered ? deepest->recovery_ns : curve->last.ts_ns) - deepest->peak_ns);
    add_number(making, "calmar", "Calmar ratio", depth < 0 ? cagr / -depth : NAN,
               "CAGR over the max drawdown");
    withhold(making);
    add_ratio(making, "ulcer", "Ulcer index", drawdown_ulcer(series->growth, series->count + 1),
              "root mean square of the drawdown at the ends of days");
    add_ratio(making, "pain", "Pain index", drawdown_pain(series->growth, series->count + 1),
              "mean drawdown at the ends of days");
}

static double money_ratio(money_t a, money_t b) {
    return b.m != 0 ? (double)a.m / (double)b.m : NAN;
}

// An average in money, rounded half to even; missing without a trade.
static void add_average(struct making *making, const char *name, const char *title, money_t sum,
                        uint64_t count, const char *help) {
    struct fold_cell *cell = add(making, name, title, FOLD_MONEY, help);
    cell->missing = count == 0;
    if (count > 0) cell->exact = decimal_div_round(sum.m, (int128_t)count, ROUND_HALF_EVEN);
}

static void add_trades(struct making *making) {
    const struct trades *trades = making->view->trades;
    const struct trade_sums *sums = &trades->all;
    making->group = "Trades";
    add_count(making, "trades", "Closed trades", sums->count, "round trips from flat to flat");
    add_count(making, "open_trades", "Open at the end", trades->open_count, NULL);
    add_count(making, "fills", "Fills", sums->fills, NULL);
    add_ratio(making, "hit_rate", "Hit rate",
              sums->count > 0 ? (double)sums->wins / (double)sums->count : NAN,
              "share of closed trades with a net profit");
    add_number(making, "profit_factor", "Profit factor",
               money_ratio(sums->profit, money_neg(sums->loss)),
               "sum of the profits over sum of the losses of closed trades, net");
    add_average(making, "expectancy", "Expectancy", sums->net, sums->count,
                "mean net result of a closed trade");
    add_average(making, "average_win", "Average win", sums->profit, sums->wins, NULL);
    add_average(making, "average_loss", "Average loss", sums->loss, sums->losses, NULL);
    double win = sums->wins > 0 ? (double)sums->profit.m / (double)sums->wins : NAN;
    double loss = sums->losses > 0 ? -(double)sums->loss.m / (double)sums->losses : NAN;
    add_number(making, "payoff_ratio", "Win over loss", win / loss,
               "average win over average loss");
    add_money(making, "best_trade", "Best trade", sums->best, NULL);
    add_money(making, "worst_trade", "Worst trade", sums->worst, NULL);
    add_instant(making, "average_held", "Average time held", FOLD_SECONDS, sums->count > 0,
                sums->count > 0 ? (int64_t)(sums->held_ns / sums->count) : 0);
    add_count(making, "losses_in_a_row", "Losses in a row, at most", sums->streak_max, NULL);
    add_ratio(making, "long_share", "Long trades",
              sums->count > 0 ? (double)sums->longs / (double)sums->count : NAN,
              "share of closed trades that were long");
}

static double mean_equity(const struct series *series) {
    return performance_mean(series->equity, series->count + 1);
}

static void add_exposure(struct making *making) {
    const struct curve *curve = making->view->curve;
    const struct fold_view *view = making->view;
    const struct series *series = making->series;
    double marks = (double)curve->marks;
    double traded = money_to_double(view->trades->all.traded, view->money_decimals);
    double years = (double)series->count / making->periods;
    making->group = "Exposure and costs";
    add_ratio(making, "time_in_market", "Time in the market",
              curve->marks > 0 ? (double)curve->leverage.marks / marks : NAN,
              "share of marks with a position");
    int64_t length_ns = curve->last.ts_ns - curve->start_ns;
    add_ratio(making, "stopped", "Stopped",
              curve->marks > 0 && length_ns > 0
                  ? (double)notes_stopped_ns(view->notes, curve->last.ts_ns) / (double)length_ns
                  : NAN,
              "share of the time in which a breaker or an operator let no order raise risk");
    add_ratio(making, "average_exposure", "Average exposure",
              curve->marks > 0 ? curve->leverage.sum / marks : NAN,
              "mean over marks of gross positions over equity");
    add_ratio(making, "max_exposure", "Highest exposure", curve->leverage.max, NULL);
    add_money(making, "traded", "Traded", view->trades->all.traded,
              "price x quantity of all fills");
    add_number(making, "turnover", "Turnover a year",
               years > 0 ? traded / mean_equity(series) / years : NAN,
               "traded over the mean equity, times a year: buys and sells both count");
    add(making, "fees", "Fees", FOLD_MONEY, "of every fill")->exact = view->fees.m;
    making->out->items[making->out->count - 1].value.cost = true;
    add_ratio(making, "fees_of_traded", "Fees of what was traded",
              money_ratio(view->fees, view->trades->all.traded), NULL);
    add_ratio(making, "fees_of_capital", "Fees a year, of mean equity",
              years > 0
                  ? money_to_double(view->fees, view->money_decimals) / mean_equity(series) / years
                  : NAN,
              NULL);
}

static void add_significance(struct making *making) {
    const struct series *series = making->series;
    struct sharpe_sample sample = significance_sample(series->returns, series->count);
    making->group = "How sure";
    bool enough = series->count >= 3;
    add_ratio(
        making, "psr", "Probability that Sharpe > 0",
        enough ? significance_probability(&sample, 0) : NAN,
        "probabilistic Sharpe ratio (Bailey and L\u00f3pez de Prado, 2012), of this one run: a "
        "run chosen among many is less sure");
    add_number(making, "min_track_record", "Days needed for 95 %",
               enough ? significance_track_record(&sample, 0, 0.95) : NAN,
               "minimum track record length: how many days such returns would have to go on");
}

static void add_benchmark_own(struct making *making, const double *b, size_t n,
                              const double *prices) {
    double periods = making->periods;
    add_ratio(making, "benchmark_return", "Benchmark's return", performance_total_return(b, n),
              NULL);
    add_ratio(making, "benchmark_cagr", "Benchmark's CAGR", performance_cagr(b, n, periods), NULL);
    withhold(making);
    add_ratio(making, "benchmark_volatility", "Benchmark's volatility",
              performance_volatility(b, n, periods), NULL);
    withhold(making);
    add_number(making, "benchmark_sharpe", "Benchmark's Sharpe ratio",
               performance_sharpe(b, n, periods, 0), NULL);
    withhold(making);
    add_ratio(making, "benchmark_max_drawdown", "Benchmark's max drawdown",
              n > 0 ? drawdown_max(prices, n + 1).depth : NAN, "of its prices at the ends of days");
}

static void add_benchmark(struct making *making) {
    const struct series *series = making->series;
    size_t from = series->benchmark_from;
    size_t n = series->count - from;
    const double *r = series->returns + from, *b = series->benchmark_returns + from;
    double periods = making->periods;
    making->group = "Against the benchmark";
    add_benchmark_own(making, b, n, series->benchmark + from);
    add_ratio(making, "excess_return", "Return above the benchmark",
              performance_total_return(r, n) - performance_total_return(b, n),
              "total return less the benchmark's, over the days that both have");
    add_number(making, "beta", "Beta", relative_beta(r, b, n), NULL);
    add_ratio(making, "alpha", "Alpha", relative_alpha_compound(r, b, n, periods, 0),
              "Jensen's, of daily returns, compounded to a year");
    withhold(making);
    add_number(making, "correlation", "Correlation", relative_correlation(r, b, n), NULL);
    add_ratio(making, "tracking_error", "Tracking error", relative_tracking_error(r, b, n, periods),
              "standard deviation of the difference of daily returns, a year");
    withhold(making);
    add_number(making, "information_ratio", "Information ratio",
               relative_information_ratio(r, b, n, periods), NULL);
    withhold(making);
    add_number(making, "up_capture", "Up capture", relative_capture(r, b, n, periods, 1),
               "annual return on days the benchmark rose, over the benchmark's");
    add_number(making, "down_capture", "Down capture", relative_capture(r, b, n, periods, -1),
               "the same on days it fell; below 1 is better");
}
