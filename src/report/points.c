// SPDX-License-Identifier: Apache-2.0
#include "report/points.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void fill_equity(struct points *points, const struct curve *curve, int32_t decimals);
static void fill_benchmark(struct points *points, const struct curve *curve,
                           const struct series *series);
static void fill_sharpe(struct points *points, const struct curve *curve,
                        const struct series *series);

static size_t step_for(size_t count) {
    return (count + POINTS_MAX - 1) / POINTS_MAX;
}

int points_init(struct points *points, const struct curve *curve, const struct series *series,
                int32_t money_decimals) {
    size_t room = POINTS_MAX + 1;
    *points = (struct points){
        .times = calloc(room, sizeof(int64_t)),
        .equity = calloc(room, sizeof(double)),
        .drawdown = calloc(room, sizeof(double)),
        .benchmark = calloc(room, sizeof(double)),
        .sharpe_times = calloc(room, sizeof(int64_t)),
        .sharpe = calloc(room, sizeof(double)),
    };
    if (points->times == NULL || points->equity == NULL || points->drawdown == NULL ||
        points->benchmark == NULL || points->sharpe_times == NULL || points->sharpe == NULL) {
        points_fini(points);
        return ERR_SET(ERR_NOMEM, "no memory for the charts' points");
    }
    fill_equity(points, curve, money_decimals);
    fill_benchmark(points, curve, series);
    fill_sharpe(points, curve, series);
    return 0;
}

void points_fini(struct points *points) {
    free(points->times);
    free(points->equity);
    free(points->drawdown);
    free(points->benchmark);
    free(points->sharpe_times);
    free(points->sharpe);
    memset(points, 0, sizeof *points);
}

// Inside a run of neighbours the order of low and high is not known: only a low against the peak before the
// run, and the last value against the peak of all, are drawdowns for certain.
static void fill_equity(struct points *points, const struct curve *curve, int32_t decimals) {
    size_t step = step_for(curve->point_count);
    double peak = 0;
    for (size_t from = 0; from < curve->point_count; from += step) {
        size_t to = from + step < curve->point_count ? from + step : curve->point_count;
        double depth = 0, before = peak;
        for (size_t i = from; i < to; i++) {
            const struct curve_point *point = &curve->points[i];
            double low = money_to_double(point->low, decimals);
            double last = money_to_double(point->equity, decimals);
            if (before > 0) depth = fmin(depth, low / before - 1);
            before = fmax(before, money_to_double(point->high, decimals));
            if (before > 0) depth = fmin(depth, last / before - 1);
        }
        peak = before;
        points->times[points->count] = curve->points[to - 1].ts_ns;
        points->equity[points->count] = money_to_double(curve->points[to - 1].equity, decimals);
        points->drawdown[points->count++] = depth;
    }
}

static void fill_benchmark(struct points *points, const struct curve *curve,
                           const struct series *series) {
    size_t day = 0, before = SIZE_MAX;
    double scale = NAN;
    for (size_t i = 0; i < points->count; i++) {
        while (day < series->count && curve->days[day].ts_ns <= points->times[i]) day++;
        double price = series->benchmark[day];
        if (!isfinite(scale) && isfinite(price)) scale = points->equity[i] / price;
        points->benchmark[i] = day != before ? price * scale : NAN;
        before = day;
    }
}

static void fill_sharpe(struct points *points, const struct curve *curve,
                        const struct series *series) {
    size_t step = series->count == 0 ? 1 : step_for(series->count);
    for (size_t i = series->count == 0 ? 0 : (series->count - 1) % step; i < series->count;
         i += step) {
        points->sharpe_times[points->sharpe_count] = curve->days[i].ts_ns;
        points->sharpe[points->sharpe_count++] = series->rolling_sharpe[i];
    }
}
