// SPDX-License-Identifier: Apache-2.0
#include "quant/series/bootstrap.h"

#include <math.h>
#include <stdbool.h>

#include "base/check.h"
#include "quant/math/linalg.h"
#include "quant/math/mathfn.h"
#include "quant/math/sum.h"
#include "quant/series/moment.h"
#include "quant/series/rank.h"

enum { ROWS_MIN = 8 };

// What is estimated: a mean, or where periods > 0 a Sharpe ratio.
struct measure {
    double periods;
    double rf;
    double mean;        // of the series
    double *deviations; // from it, so that sums of a draw keep their digits
    size_t rows;
};

static double measure_draw(const struct measure *measure, const uint32_t *rows);
static int run(const struct measure *measure, const struct bootstrap_options *options, double block,
               struct arena *arena, struct bootstrap_interval *ret);

void bootstrap_rows(struct prng *prng, enum bootstrap_method method, double block, size_t rows,
                    uint32_t *ret_rows) {
    CHECK(rows > 0 && rows <= UINT32_MAX && block >= 1);
    size_t whole = (size_t)nearbyint(block), row = 0, left = 0;
    if (whole > rows) whole = rows;
    size_t starts = method == BOOTSTRAP_MOVING ? rows - whole + 1 : rows;
    for (size_t i = 0; i < rows; i++) {
        bool jump =
            method == BOOTSTRAP_STATIONARY ? i == 0 || prng_double(prng) * block < 1 : left == 0;
        if (jump) {
            row = (size_t)prng_below(prng, starts);
            left = whole;
        } else {
            row = row + 1 == rows ? 0 : row + 1;
        }
        left--;
        ret_rows[i] = (uint32_t)row;
    }
}

double bootstrap_block(const double *x, size_t rows, enum bootstrap_method method,
                       double *scratch) {
    if (rows < ROWS_MIN) return NAN;
    double n = (double)rows, mean = sum_of(x, rows) / n, log10_n = mathfn_log(n) / mathfn_log(10);
    bool moves = false;
    for (size_t i = 0; i < rows; i++) {
        scratch[i] = x[i] - mean;
        moves = moves || x[i] != x[0];
    }
    double zeroth = linalg_dot(scratch, scratch, rows) / n;
    if (!moves || !(zeroth > 0)) return NAN;
    // The first of `calm` autocorrelations in a row that are no more than chance, as Patton's program has
    // it.
    size_t calm = log10_n > 5 ? (size_t)log10_n : 5;
    size_t most = (size_t)ceil(sqrt(n)) + calm, quiet = 0, lag = 1;
    if (most >= rows) most = rows - 1;
    double chance = 2 * sqrt(log10_n / n);
    for (; lag <= most && quiet < calm; lag++) {
        double r = linalg_dot(scratch + lag, scratch, rows - lag) / n / zeroth;
        quiet = fabs(r) < chance ? quiet + 1 : 0;
    }
    size_t last = quiet == calm ? lag - calm : most;
    size_t window = 2 * (last > 1 ? last : 1);
    if (window > most) window = most;
    double g = 0, spectrum = zeroth;
    for (size_t k = 1; k <= window; k++) {
        double share = (double)k / (double)window;
        double weight = share <= 0.5 ? 1 : 2 * (1 - share);
        double covariance = linalg_dot(scratch + k, scratch, rows - k) / n;
        g += 2 * weight * (double)k * covariance;
        spectrum += 2 * weight * covariance;
    }
    double d = (method == BOOTSTRAP_STATIONARY ? 2 : 4.0 / 3) * spectrum * spectrum;
    double block = d > 0 ? mathfn_pow(2 * g * g / d * n, 1.0 / 3) : 1;
    return fmax(1, fmin(block, ceil(fmin(3 * sqrt(n), n / 3))));
}

static int prepare(const double *x, size_t rows, struct bootstrap_options *options,
                   struct measure *measure, struct arena *arena) {
    if (rows < ROWS_MIN || rows > UINT32_MAX)
        return ERR_SET(ERR_ARGUMENT, "needs %d complete rows or more; there are %zu", ROWS_MIN,
                       rows);
    measure->deviations = ARENA_NEW(arena, double, rows);
    if (measure->deviations == NULL) return ERR_NOMEM;
    double block = bootstrap_block(x, rows, options->method, measure->deviations);
    if (isnan(block))
        return ERR_SET(ERR_ARGUMENT, "the %zu values are all equal, or too large to be squared",
                       rows);
    if (!(options->block > 0)) options->block = block;
    if (options->block > (double)rows)
        return ERR_SET(ERR_ARGUMENT, "a block of %g rows is longer than the series of %zu",
                       options->block, rows);
    measure->rows = rows;
    measure->mean = sum_of(x, rows) / (double)rows;
    for (size_t i = 0; i < rows; i++) measure->deviations[i] = x[i] - measure->mean;
    return 0;
}

int bootstrap_mean(const double *x, size_t rows, const struct bootstrap_options *options,
                   struct arena *arena, struct bootstrap_interval *ret) {
    struct bootstrap_options chosen = *options;
    struct measure measure = {0};
    TRY(prepare(x, rows, &chosen, &measure, arena));
    return run(&measure, &chosen, chosen.block, arena, ret);
}

int bootstrap_sharpe(const double *returns, size_t rows, double periods, double rf,
                     const struct bootstrap_options *options, struct arena *arena,
                     struct bootstrap_interval *ret) {
    struct bootstrap_options chosen = *options;
    struct measure measure = {.periods = periods, .rf = rf};
    TRY(prepare(returns, rows, &chosen, &measure, arena));
    return run(&measure, &chosen, chosen.block, arena, ret);
}

static int run(const struct measure *measure, const struct bootstrap_options *options, double block,
               struct arena *arena, struct bootstrap_interval *ret) {
    size_t draws = options->draws;
    uint32_t *rows = ARENA_NEW(arena, uint32_t, measure->rows);
    double *values = ARENA_NEW(arena, double, draws), *scratch = ARENA_NEW(arena, double, draws);
    if (rows == NULL || values == NULL || scratch == NULL) return ERR_NOMEM;
    struct bootstrap_interval interval = {.block = block};
    for (size_t i = 0; i < measure->rows; i++) rows[i] = (uint32_t)i;
    interval.estimate = measure_draw(measure, rows);
    struct prng prng;
    prng_seed(&prng, options->seed);
    struct sum sum = {0}, squares = {0};
    for (size_t k = 0; k < draws; k++) {
        bootstrap_rows(&prng, options->method, block, measure->rows, rows);
        values[k] = measure_draw(measure, rows);
        sum_add(&sum, values[k] - interval.estimate);
        interval.below += values[k] <= 0;
    }
    interval.bias = sum_value(&sum) / (double)draws;
    for (size_t k = 0; k < draws; k++) {
        double d = values[k] - interval.estimate - interval.bias;
        sum_add(&squares, d * d);
    }
    interval.error = sqrt(sum_value(&squares) / ((double)draws - 1));
    interval.below /= (double)draws;
    rank_sort(values, draws, scratch);
    interval.low = moment_quantile(values, draws, (1 - options->level) / 2, 7);
    interval.high = moment_quantile(values, draws, (1 + options->level) / 2, 7);
    *ret = interval;
    return 0;
}

static double measure_draw(const struct measure *measure, const uint32_t *rows) {
    double sum = 0, squares = 0, n = (double)measure->rows;
    for (size_t i = 0; i < measure->rows; i++) {
        double d = measure->deviations[rows[i]];
        sum += d;
        squares += d * d;
    }
    double mean = measure->mean + sum / n;
    if (!(measure->periods > 0)) return mean;
    double variance = (squares - sum * (sum / n)) / (n - 1);
    if (!(variance > 0)) return 0;
    return (mean - measure->rf / measure->periods) / sqrt(variance) * sqrt(measure->periods);
}
