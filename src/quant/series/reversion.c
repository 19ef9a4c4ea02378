// SPDX-License-Identifier: Apache-2.0
#include "quant/series/reversion.h"

#include <math.h>
#include <stdbool.h>

#include "quant/math/distribution.h"
#include "quant/math/mathfn.h"
#include "quant/math/sum.h"

static const double log_two = 0.693147180559945309417;

// The least-squares slope of points added one by one, about the first one.
struct line {
    double x0;
    double y0;
    double n;
    struct sum x;
    struct sum y;
    struct sum xx;
    struct sum xy;
};

static void line_add(struct line *line, double x, double y);
static double line_slope(const struct line *line);
static double rescaled_range(const double *r, size_t rows);

struct reversion_half_life reversion_half_life(const double *x, size_t rows) {
    struct line line = {0};
    for (size_t i = 1; i < rows; i++) line_add(&line, x[i - 1], x[i] - x[i - 1]);
    double speed = rows < 3 ? NAN : line_slope(&line);
    double mean_x = line.x0 + sum_value(&line.x) / line.n;
    double mean_y = line.y0 + sum_value(&line.y) / line.n;
    struct reversion_half_life result = {
        .speed = speed, .level = mean_x - mean_y / speed, .value = NAN, .discrete = NAN};
    if (speed < 0) result.value = -log_two / speed;
    if (speed < 0 && speed > -1) result.discrete = -log_two / mathfn_log1p(speed);
    return result;
}

double reversion_hurst_range(const double *returns, size_t rows, size_t least) {
    struct line line = {0};
    for (size_t length = least; length <= rows / 2; length *= 2) {
        struct sum sum = {0};
        size_t blocks = 0;
        for (size_t start = 0; start + length <= rows; start += length) {
            double range = rescaled_range(returns + start, length);
            if (isnan(range)) continue;
            sum_add(&sum, range);
            blocks++;
        }
        if (blocks > 0)
            line_add(&line, mathfn_log((double)length),
                     mathfn_log(sum_value(&sum) / (double)blocks));
    }
    return line_slope(&line);
}

double reversion_hurst_levels(const double *x, size_t rows, size_t most) {
    struct line line = {0};
    for (size_t lag = 1; lag <= most && lag + 1 < rows; lag++) {
        struct sum sum = {0}, squares = {0};
        double n = (double)(rows - lag);
        for (size_t i = lag; i < rows; i++) sum_add(&sum, x[i] - x[i - lag]);
        for (size_t i = lag; i < rows; i++) {
            double d = x[i] - x[i - lag] - sum_value(&sum) / n;
            sum_add(&squares, d * d);
        }
        if (!(sum_value(&squares) > 0)) return NAN;
        line_add(&line, mathfn_log((double)lag), 0.5 * mathfn_log(sum_value(&squares) / n));
    }
    return line_slope(&line);
}

struct reversion_ratio reversion_variance_ratio(const double *x, size_t rows, size_t lag,
                                                int robust) {
    struct reversion_ratio result = {NAN, NAN, NAN};
    if (lag < 2 || lag + 1 >= rows) return result;
    double n = (double)(rows - 1), q = (double)lag, drift = (x[rows - 1] - x[0]) / n;
    struct sum one = {0}, many = {0};
    for (size_t i = 1; i < rows; i++) {
        double d = x[i] - x[i - 1] - drift;
        sum_add(&one, d * d);
    }
    for (size_t i = lag; i < rows; i++) {
        double d = x[i] - x[i - lag] - q * drift;
        sum_add(&many, d * d);
    }
    double squares = sum_value(&one);
    if (!(squares > 0)) return result;
    double unbiased = q * (n - q + 1) * (1 - q / n);
    result.value = sum_value(&many) / unbiased / (squares / (n - 1));
    double variance = 2 * (2 * q - 1) * (q - 1) / (3 * q);
    if (robust) {
        struct sum theta = {0};
        for (size_t k = 1; k < lag; k++) {
            double weight = 2 * (q - (double)k) / q;
            struct sum cross = {0};
            for (size_t i = k + 1; i < rows; i++) {
                double d = x[i] - x[i - 1] - drift, before = x[i - k] - x[i - k - 1] - drift;
                sum_add(&cross, d * d * before * before);
            }
            sum_add(&theta, weight * weight * (n * sum_value(&cross) / (squares * squares)));
        }
        variance = sum_value(&theta);
    }
    if (!(variance > 0)) return result;
    result.z = sqrt(n) * (result.value - 1) / sqrt(variance);
    result.p = distribution_normal_two_sided(result.z);
    return result;
}

struct reversion_runs reversion_runs(const double *x, size_t rows, double middle) {
    double above = 0, runs = rows > 0;
    for (size_t i = 0; i < rows; i++) {
        above += x[i] >= middle;
        if (i > 0) runs += (x[i] >= middle) != (x[i - 1] >= middle);
    }
    double n = (double)rows, below = n - above, both = 2 * above * below;
    struct reversion_runs result = {.runs = runs, .expected = both / n + 1, .z = NAN, .p = NAN};
    double variance = both * (both - n) / (n * n * (n - 1));
    if (variance > 0) {
        result.z = (runs - result.expected) / sqrt(variance);
        result.p = distribution_normal_two_sided(result.z);
    }
    return result;
}

static void line_add(struct line *line, double x, double y) {
    if (line->n == 0) {
        line->x0 = x;
        line->y0 = y;
    }
    line->n++;
    double dx = x - line->x0, dy = y - line->y0;
    sum_add(&line->x, dx);
    sum_add(&line->y, dy);
    sum_add(&line->xx, dx * dx);
    sum_add(&line->xy, dx * dy);
}

// NaN for fewer than two different x.
static double line_slope(const struct line *line) {
    double mean = sum_value(&line->x) / line->n;
    double squares = sum_value(&line->xx) - mean * sum_value(&line->x);
    double cross = sum_value(&line->xy) - mean * sum_value(&line->y);
    return squares > 1e-14 * sum_value(&line->xx) ? cross / squares : NAN;
}

static double rescaled_range(const double *r, size_t rows) {
    double mean = sum_of(r, rows) / (double)rows, low = 0, high = 0;
    struct sum level = {0}, squares = {0};
    bool moves = false;
    for (size_t i = 0; i < rows; i++) {
        double d = r[i] - mean;
        moves = moves || r[i] != r[0];
        sum_add(&level, d);
        sum_add(&squares, d * d);
        low = fmin(low, sum_value(&level));
        high = fmax(high, sum_value(&level));
    }
    return moves ? (high - low) / sqrt(sum_value(&squares) / (double)rows) : NAN;
}
