// SPDX-License-Identifier: Apache-2.0
#include "report/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "quant/series/drawdown.h"
#include "quant/series/performance.h"
#include "report/report.h"

enum { ROLLING_MIN = 20 };

int benchmark_add(struct benchmark *benchmark, int64_t ts_ns, double close) {
    if (!(close > 0) || !isfinite(close))
        return ERR_SET(ERR_ARGUMENT, "a benchmark's price is above 0, not %g", close);
    if (benchmark->count > 0 && ts_ns < benchmark->times[benchmark->count - 1])
        return ERR_SET(ERR_ARGUMENT, "a benchmark's prices come in order of time");
    if (benchmark->count > 0 &&
        curve_date(benchmark->times[benchmark->count - 1]) == curve_date(ts_ns)) {
        benchmark->times[benchmark->count - 1] = ts_ns;
        benchmark->closes[benchmark->count - 1] = close;
        return 0;
    }
    if (benchmark->count == benchmark->capacity) {
        if (benchmark->count >= REPORT_DAYS_MAX)
            return ERR_SET(ERR_FULL, "a benchmark has at most %d days", REPORT_DAYS_MAX);
        size_t capacity = benchmark->capacity == 0 ? 512 : benchmark->capacity * 2;
        int64_t *times = realloc(benchmark->times, capacity * sizeof *times);
        if (times != NULL) benchmark->times = times;
        double *closes = realloc(benchmark->closes, capacity * sizeof *closes);
        if (closes != NULL) benchmark->closes = closes;
        if (times == NULL || closes == NULL)
            return ERR_SET(ERR_NOMEM, "no memory for %zu days of the benchmark", capacity);
        benchmark->capacity = capacity;
    }
    if (benchmark->count == 0) {
        benchmark->first = close;
        benchmark->first_ns = ts_ns;
    }
    benchmark->times[benchmark->count] = ts_ns;
    benchmark->closes[benchmark->count++] = close;
    return 0;
}

void benchmark_fini(struct benchmark *benchmark) {
    free(benchmark->times);
    free(benchmark->closes);
    memset(benchmark, 0, sizeof *benchmark);
}

// The last price of a day at or before `date`; NaN where there is none. `at` moves forward only.
static double price_of_day(const struct benchmark *benchmark, int32_t date, size_t *at) {
    while (*at < benchmark->count && curve_date(benchmark->times[*at]) <= date) (*at)++;
    return *at == 0 ? NAN : benchmark->closes[*at - 1];
}

// What was known at the curve's first mark.
static double price_at_start(const struct benchmark *benchmark, int64_t start_ns) {
    double price = NAN;
    if (benchmark->count > 0 && benchmark->first_ns <= start_ns) price = benchmark->first;
    for (size_t i = 0; i < benchmark->count && benchmark->times[i] <= start_ns; i++)
        price = benchmark->closes[i];
    return price;
}

static void follow_benchmark(struct series *series, const struct curve *curve,
                             const struct benchmark *benchmark) {
    size_t at = 0;
    series->benchmark_from = series->count;
    series->benchmark[0] = price_at_start(benchmark, curve->start_ns);
    for (size_t i = 0; i < series->count; i++) {
        series->benchmark[i + 1] = price_of_day(benchmark, series->dates[i], &at);
        series->benchmark_returns[i] = series->benchmark[i + 1] / series->benchmark[i] - 1;
        if (series->benchmark_from == series->count && isfinite(series->benchmark_returns[i]))
            series->benchmark_from = i;
    }
}

int series_init(struct series *series, const struct curve *curve, const struct benchmark *benchmark,
                int32_t money_decimals, uint32_t periods) {
    size_t count = curve->day_count;
    size_t window = periods / 2 < count / 4 ? periods / 2 : count / 4;
    if (window < ROLLING_MIN) window = ROLLING_MIN;
    *series = (struct series){
        .dates = calloc(count + 1, sizeof(int32_t)),
        .returns = calloc(count + 1, sizeof(double)),
        .equity = calloc(count + 1, sizeof(double)),
        .growth = calloc(count + 1, sizeof(double)),
        .drawdown = calloc(count + 1, sizeof(double)),
        .benchmark = calloc(count + 1, sizeof(double)),
        .benchmark_returns = calloc(count + 1, sizeof(double)),
        .rolling_sharpe = calloc(count + 1, sizeof(double)),
        .count = count,
        .window = window,
    };
    double *scratch = calloc(2 * window, sizeof *scratch);
    if (series->dates == NULL || series->returns == NULL || series->equity == NULL ||
        series->growth == NULL || series->drawdown == NULL || series->benchmark == NULL ||
        series->benchmark_returns == NULL || series->rolling_sharpe == NULL || scratch == NULL) {
        free(scratch);
        series_fini(series);
        return ERR_SET(ERR_NOMEM, "no memory for a series of %zu days", count);
    }
    series->equity[0] = money_to_double(curve->start, money_decimals);
    for (size_t i = 0; i < count; i++) {
        const struct curve_day *day = &curve->days[i];
        series->dates[i] = day->date;
        series->equity[i + 1] = money_to_double(day->equity, money_decimals);
        series->returns[i] = series->equity[i + 1] / money_to_double(day->base, money_decimals) - 1;
    }
    drawdown_equity(series->returns, count, 1, series->growth);
    drawdown_series(series->growth, count + 1, series->drawdown);
    follow_benchmark(series, curve, benchmark);
    performance_rolling_sharpe(series->returns, count, window, periods, 0, scratch,
                               series->rolling_sharpe);
    free(scratch);
    return 0;
}

void series_fini(struct series *series) {
    free(series->dates);
    free(series->returns);
    free(series->equity);
    free(series->growth);
    free(series->drawdown);
    free(series->benchmark);
    free(series->benchmark_returns);
    free(series->rolling_sharpe);
    memset(series, 0, sizeof *series);
}
