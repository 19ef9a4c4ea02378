// SPDX-License-Identifier: Apache-2.0
#include "quant/series/drawdown.h"

#include <math.h>
#include <stdbool.h>

#include "base/check.h"
#include "quant/math/mathfn.h"
#include "quant/math/sum.h"

static bool next_drawdown(const double *equity, size_t count, size_t *row,
                          struct drawdown *ret_drawdown);

void drawdown_equity(const double *returns, size_t count, double start, double *ret_equity) {
    ret_equity[0] = start;
    for (size_t i = 0; i < count; i++) ret_equity[i + 1] = ret_equity[i] * (1 + returns[i]);
}

void drawdown_series(const double *equity, size_t count, double *ret_depths) {
    double peak = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        double value = equity[i];
        peak = fmax(peak, value);
        ret_depths[i] = value / peak - 1;
    }
}

struct drawdown drawdown_max(const double *equity, size_t count) {
    struct drawdown deepest = {0}, drawdown;
    for (size_t row = 0; next_drawdown(equity, count, &row, &drawdown);)
        if (drawdown.depth < deepest.depth) deepest = drawdown;
    return deepest;
}

size_t drawdown_top(const double *equity, size_t count, size_t max,
                    struct drawdown *ret_drawdowns) {
    size_t kept = 0;
    struct drawdown drawdown;
    for (size_t row = 0; next_drawdown(equity, count, &row, &drawdown);) {
        size_t place = kept;
        while (place > 0 && drawdown.depth < ret_drawdowns[place - 1].depth) place--;
        if (place == max) continue;
        if (kept < max) kept++;
        for (size_t i = kept - 1; i > place; i--) ret_drawdowns[i] = ret_drawdowns[i - 1];
        ret_drawdowns[place] = drawdown;
    }
    return kept;
}

double drawdown_ulcer(const double *equity, size_t count) {
    struct sum sum = {0};
    double peak = equity[0];
    for (size_t i = 1; i < count; i++) {
        peak = fmax(peak, equity[i]);
        double depth = equity[i] / peak - 1;
        sum_add(&sum, depth * depth);
    }
    return count > 1 ? sqrt(sum_value(&sum) / (double)(count - 1)) : NAN;
}

double drawdown_pain(const double *equity, size_t count) {
    struct sum sum = {0};
    double peak = equity[0];
    for (size_t i = 1; i < count; i++) {
        peak = fmax(peak, equity[i]);
        sum_add(&sum, 1 - equity[i] / peak);
    }
    return count > 1 ? sum_value(&sum) / (double)(count - 1) : NAN;
}

double drawdown_calmar(const double *equity, size_t count, double periods) {
    double depth = drawdown_max(equity, count).depth;
    double growth = equity[count - 1] / equity[0];
    if (!(depth < 0) || count < 2 || !(growth >= 0)) return NAN;
    return mathfn_expm1(mathfn_log(growth) * (periods / (double)(count - 1))) / -depth;
}

// The first drawdown whose peak is at *row or later; *row moves to its recovery, or to count.
static bool next_drawdown(const double *equity, size_t count, size_t *row,
                          struct drawdown *ret_drawdown) {
    CHECK(count > 0 && equity[0] > 0);
    size_t peak = *row;
    if (peak >= count) return false;
    size_t i = peak + 1;
    for (; i < count && !(equity[i] < equity[peak]); i++)
        if (equity[i] > equity[peak]) peak = i;
    if (i >= count) {
        *row = count;
        return false;
    }
    size_t trough = i;
    for (; i < count && equity[i] < equity[peak]; i++)
        if (equity[i] < equity[trough]) trough = i;
    *row = i;
    *ret_drawdown = (struct drawdown){.depth = equity[trough] / equity[peak] - 1,
                                      .peak = peak,
                                      .trough = trough,
                                      .recovery = i < count ? i : DRAWDOWN_OPEN};
    return true;
}
