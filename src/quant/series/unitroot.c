// SPDX-License-Identifier: Apache-2.0
#include "quant/series/unitroot.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "quant/math/linalg.h"
#include "quant/math/mathfn.h"
#include "quant/math/sum.h"
#include "quant/series/regression.h"

enum { TERMS_MAX = 3 };

// The regression by normal equations of correlations: terms, then level and lagged differences, then y, in one
// factor L of L L'. The products of lagged differences need one pass for each lag and not for each pair: those of
// two lags are those of the two before, one row on.
//
// Where the others leave less than this of a variable's variance, more digits go than a t statistic should lose:
// Q R then.
static const double gram_least = 1e-5;

enum { GRAM_CHUNK = 1024, GRAM_WIDTH = 2 + TERMS_MAX };

struct gram {
    size_t rows;
    size_t terms;
    size_t lags;
    bool level_first;  // before the lags, or behind them
    size_t size;       // terms + 1 + lags + 1
    double *l;         // size x size; y is the last row
    double *products;  // of gram_pass
    double *deviation; // roots of the sums of squares
};

// The columns of a Dickey-Fuller regression: the trend's terms, the level, lagged differences.
struct design {
    const double *y;
    const double **columns;
    size_t count; // without lags: the terms and the level
    size_t terms;
    size_t rows;
};

static int check(const double *x, size_t rows, size_t least);
static size_t schwert(size_t rows);
static int design_make(const double *x, size_t rows, enum mackinnon_trend trend, size_t lags,
                       struct arena *arena, struct design *ret);
static int terms_make(enum mackinnon_trend trend, size_t rows, size_t first, struct arena *arena,
                      const double **ret_columns);
static int gram_make(const double *x, size_t rows, enum mackinnon_trend trend, size_t lags,
                     bool level_first, struct arena *arena, struct gram *ret, bool *ret_good);
static double long_run(const double *e, size_t rows, size_t lags);
static size_t hobijn(const double *e, size_t rows);

static size_t term_count(enum mackinnon_trend trend) {
    return (size_t)trend; // none, 1, 1 t, 1 t t^2
}

// What a projection on the design leaves of y: projected[i] for column i after the terms, and the squares of the rest.
static int project_by_qr(const double *x, size_t rows, enum mackinnon_trend trend, size_t lags,
                         struct arena *arena, double *ret_projected, double *ret_rest) {
    struct design design;
    TRY(design_make(x, rows, trend, lags, arena, &design));
    size_t n = design.rows, k = design.count + lags;
    double *qr = ARENA_NEW(arena, double, n *k), *y = ARENA_NEW(arena, double, n);
    double *diagonal = ARENA_NEW(arena, double, k);
    if (qr == NULL || y == NULL || diagonal == NULL) return ERR_NOMEM;
    for (size_t j = 0; j < k; j++) memcpy(qr + j * n, design.columns[j], n * sizeof *qr);
    memcpy(y, design.y, n * sizeof *y);
    if (linalg_qr(qr, n, k, diagonal) < k)
        return ERR_SET(ERR_ARGUMENT, "differences of the series are linear combinations of their "
                                     "lags: fewer lags may do");
    linalg_qr_project(qr, n, k, y);
    memcpy(ret_projected, y + design.terms, (lags + 1) * sizeof *y);
    *ret_rest = linalg_dot(y + k, y + k, n - k);
    return 0;
}

static int project(const double *x, size_t rows, enum mackinnon_trend trend, size_t lags,
                   struct arena *arena, double *ret_projected, double *ret_rest) {
    struct gram gram;
    bool good;
    TRY(gram_make(x, rows, trend, lags, true, arena, &gram, &good));
    if (!good) return project_by_qr(x, rows, trend, lags, arena, ret_projected, ret_rest);
    const double *y = gram.l + (gram.size - 1) * gram.size + gram.terms;
    double deviation = gram.deviation[gram.size - 1];
    for (size_t i = 0; i <= lags; i++) ret_projected[i] = y[i] * deviation;
    *ret_rest = y[lags + 1] * y[lags + 1] * (deviation * deviation);
    return 0;
}

// The information criterion of every number of lags over the same rows, from one factor: the residuals of
// fewer columns are what more of them project.
static int choose(const double *x, size_t rows, enum mackinnon_trend trend, size_t most,
                  enum unitroot_choice choice, struct arena *arena, size_t *ret_lags,
                  double *ret_criterion) {
    double *y = ARENA_NEW(arena, double, most + 1);
    if (y == NULL) return ERR_NOMEM;
    double squares, best = INFINITY, rounds = (double)(rows - 1 - most);
    TRY(project(x, rows, trend, most, arena, y, &squares));
    size_t lags = most;
    for (size_t used = most + 1; used-- > 0;) {
        size_t count = term_count(trend) + 1 + used;
        double penalty = choice == UNITROOT_AIC ? 2 : mathfn_log(rounds);
        double value = rounds * (1.83787706640934548356 + mathfn_log(squares / rounds) + 1) +
                       penalty * (double)count;
        if (value <= best) {
            best = value;
            lags = used;
        }
        squares += y[used] * y[used];
    }
    *ret_lags = lags;
    *ret_criterion = best;
    return 0;
}

// Coefficient of the level and its t statistic.
static int fit_level(const double *x, size_t rows, enum mackinnon_trend trend, size_t lags,
                     struct arena *arena, struct unitroot *ret) {
    struct gram gram;
    bool good;
    size_t terms = term_count(trend);
    ret->lags = lags;
    ret->rows = rows - 1 - lags;
    TRY(gram_make(x, rows, trend, lags, false, arena, &gram, &good));
    if (good) {
        size_t last = gram.size - 1, at = last - 1; // the level's place
        const double *y = gram.l + last * gram.size, *level = gram.l + at * gram.size;
        double free = (double)(ret->rows - at - 1);
        ret->coefficient = y[at] / level[at] * (gram.deviation[last] / gram.deviation[at]);
        ret->statistic = y[at] / (y[last] / sqrt(free));
        return 0;
    }
    struct design design;
    struct regression fit;
    TRY(design_make(x, rows, trend, lags, arena, &design));
    TRY(regression_fit(design.y, design.columns, design.count + lags, design.rows,
                       &(struct regression_options){0}, arena, &fit));
    ret->coefficient = fit.coefficients[terms];
    ret->statistic = fit.t[terms];
    return 0;
}

int unitroot_adf(const double *x, size_t rows, const struct unitroot_options *options,
                 struct arena *arena, struct unitroot *ret) {
    size_t terms = term_count(options->trend);
    TRY(check(x, rows, 2 * (terms + 2)));
    size_t most = rows / 2 - terms - 1, lags = options->lags;
    if (lags == UNITROOT_LAGS_AUTO) lags = schwert(rows) < most ? schwert(rows) : most;
    if (lags > most)
        return ERR_SET(ERR_ARGUMENT, "%zu complete rows allow %zu lags at most, not %zu", rows,
                       most, lags);
    struct unitroot result = {.criterion = NAN};
    if (options->choice != UNITROOT_FIXED)
        TRY(choose(x, rows, options->trend, lags, options->choice, arena, &lags,
                   &result.criterion));
    TRY(fit_level(x, rows, options->trend, lags, arena, &result));
    result.p = mackinnon_p(result.statistic, options->trend, 1);
    mackinnon_critical(options->trend, 1, result.rows, result.critical);
    *ret = result;
    return 0;
}

int unitroot_pp(const double *x, size_t rows, const struct unitroot_options *options,
                struct arena *arena, struct unitroot *ret) {
    size_t terms = term_count(options->trend);
    TRY(check(x, rows, terms + 4));
    size_t n = rows - 1, lags = options->lags == UNITROOT_LAGS_AUTO ? schwert(n) : options->lags;
    if (lags >= n)
        return ERR_SET(ERR_ARGUMENT, "%zu lags need more than %zu complete rows; there are %zu",
                       lags, lags + 1, rows);
    struct design design;
    TRY(design_make(x, rows, options->trend, 0, arena, &design));
    struct regression fit;
    TRY(regression_fit(design.y, design.columns, design.count, n, &(struct regression_options){0},
                       arena, &fit));
    double wide = long_run(fit.residuals, n, lags), narrow = fit.ssr / (double)n;
    struct unitroot result = {.criterion = NAN, .lags = lags, .rows = n};
    result.coefficient = fit.coefficients[terms];
    result.statistic =
        sqrt(narrow / wide) * fit.t[terms] -
        0.5 * (wide - narrow) / sqrt(wide) * ((double)n * fit.errors[terms] / fit.deviation);
    result.p = mackinnon_p(result.statistic, options->trend, 1);
    mackinnon_critical(options->trend, 1, n, result.critical);
    *ret = result;
    return 0;
}

int unitroot_kpss(const double *x, size_t rows, enum mackinnon_trend trend, size_t lags,
                  struct arena *arena, struct unitroot *ret) {
    static const double points[2][4] = {{0.347, 0.463, 0.574, 0.739}, {0.119, 0.146, 0.176, 0.216}};
    static const double shares[] = {0.1, 0.05, 0.025, 0.01};
    if (trend != MACKINNON_CONSTANT && trend != MACKINNON_LINEAR)
        return ERR_SET(ERR_ARGUMENT, "this test is about a level or a line");
    TRY(check(x, rows, 4));
    const double *columns[TERMS_MAX];
    TRY(terms_make(trend, rows, 1, arena, columns));
    struct regression fit;
    TRY(regression_fit(x, columns, term_count(trend), rows, &(struct regression_options){0}, arena,
                       &fit));
    if (lags == UNITROOT_LAGS_AUTO) lags = hobijn(fit.residuals, rows);
    if (lags >= rows)
        return ERR_SET(ERR_ARGUMENT, "%zu lags need more than %zu complete rows; there are %zu",
                       lags, lags, rows);
    struct sum level = {0}, squares = {0};
    for (size_t i = 0; i < rows; i++) {
        sum_add(&level, fit.residuals[i]);
        sum_add(&squares, sum_value(&level) * sum_value(&level));
    }
    double n = (double)rows;
    struct unitroot result = {.criterion = NAN, .coefficient = NAN, .lags = lags, .rows = rows};
    result.statistic = sum_value(&squares) / (n * n) / long_run(fit.residuals, rows, lags);
    const double *table = points[trend - MACKINNON_CONSTANT];
    result.p = result.statistic <= table[0] ? shares[0] : shares[3];
    for (size_t i = 0; i < 3; i++)
        if (result.statistic > table[i] && result.statistic <= table[i + 1])
            result.p = shares[i] + (shares[i + 1] - shares[i]) * (result.statistic - table[i]) /
                                       (table[i + 1] - table[i]);
    result.critical[0] = table[3];
    result.critical[1] = table[1];
    result.critical[2] = table[0];
    *ret = result;
    return 0;
}

static int check(const double *x, size_t rows, size_t least) {
    if (rows < least)
        return ERR_SET(ERR_ARGUMENT, "needs %zu complete rows or more; there are %zu", least, rows);
    for (size_t i = 1; i < rows; i++)
        if (x[i] != x[0]) return 0;
    return ERR_SET(ERR_ARGUMENT, "all %zu values are equal", rows);
}

static size_t schwert(size_t rows) {
    return (size_t)ceil(12 * sqrt(sqrt((double)rows / 100)));
}

static int terms_make(enum mackinnon_trend trend, size_t rows, size_t first, struct arena *arena,
                      const double **ret_columns) {
    for (size_t k = 0; k < term_count(trend); k++) {
        double *column = ARENA_NEW(arena, double, rows);
        if (column == NULL) return ERR_NOMEM;
        for (size_t i = 0; i < rows; i++) {
            double t = (double)(i + first);
            column[i] = k == 0 ? 1 : k == 1 ? t : t * t;
        }
        ret_columns[k] = column;
    }
    return 0;
}

static int design_make(const double *x, size_t rows, enum mackinnon_trend trend, size_t lags,
                       struct arena *arena, struct design *ret) {
    struct design design = {.terms = term_count(trend), .rows = rows - 1 - lags};
    design.count = design.terms + 1;
    double *steps = ARENA_NEW(arena, double, rows - 1);
    design.columns = ARENA_NEW(arena, const double *, design.count + lags);
    if (steps == NULL || design.columns == NULL) return ERR_NOMEM;
    for (size_t i = 0; i + 1 < rows; i++) steps[i] = x[i + 1] - x[i];
    TRY(terms_make(trend, design.rows, 1, arena, design.columns));
    design.columns[design.terms] = x + lags;
    for (size_t k = 1; k <= lags; k++) design.columns[design.terms + k] = steps + lags - k;
    design.y = steps + lags;
    *ret = design;
    return 0;
}

// Newey and West's variance of a sum, Bartlett weights, divisor rows.
static double long_run(const double *e, size_t rows, size_t lags) {
    double sum = linalg_dot(e, e, rows);
    for (size_t k = 1; k <= lags; k++)
        sum += 2 * (1 - (double)k / ((double)lags + 1)) * linalg_dot(e + k, e, rows - k);
    return sum / (double)rows;
}

static size_t hobijn(const double *e, size_t rows) {
    double n = (double)rows, zeroth = linalg_dot(e, e, rows) / n, first = 0;
    size_t most = (size_t)mathfn_pow(n, 2.0 / 9);
    for (size_t k = 1; k <= most; k++) {
        double product = linalg_dot(e + k, e, rows - k) / (n / 2);
        zeroth += product;
        first += (double)k * product;
    }
    double ratio = first / zeroth;
    double lags = 1.1447 * mathfn_pow(ratio * ratio, 1.0 / 3) * mathfn_pow(n, 1.0 / 3);
    return lags < n - 1 ? (size_t)lags : rows - 1;
}

// Terms of the trend that are nearly orthogonal, within -1 and 1, of `count` rows from `first` on.
static void terms_of(const struct gram *gram, size_t first, size_t count,
                     double (*ret)[GRAM_CHUNK]) {
    for (size_t i = 0; i < count; i++) {
        double t = (2 * (double)(first + i) - (double)(gram->rows - 1)) / (double)gram->rows;
        ret[0][i] = 1;
        ret[1][i] = t;
        ret[2][i] = t * t - 1.0 / 3;
    }
}

// Products with y (the difference of lag 0), the level and the terms: of the difference of each lag, of the level, of
// the terms; a row of GRAM_WIDTH each.
static void gram_pass(const struct gram *gram, const double *level, const double *steps) {
    double t[TERMS_MAX][GRAM_CHUNK];
    size_t lags = gram->lags;
    for (size_t at = 0, count; at < gram->rows; at += count) {
        count = gram->rows - at < GRAM_CHUNK ? gram->rows - at : GRAM_CHUNK;
        terms_of(gram, at, count, t);
        for (size_t k = 0; k < gram->size; k++) {
            const double *column = k <= lags       ? steps + lags - k + at
                                   : k == lags + 1 ? level + at
                                                   : t[k - lags - 2];
            double *product = gram->products + k * GRAM_WIDTH;
            product[0] += linalg_dot(column, steps + lags + at, count);
            product[1] += linalg_dot(column, level + at, count);
            for (size_t j = 0; j < gram->terms; j++)
                product[2 + j] += linalg_dot(column, t[j], count);
        }
    }
}

// Where a variable of gram_pass stands in the factor.
static size_t gram_place(const struct gram *gram, size_t k) {
    if (k == 0) return gram->size - 1;
    if (k > gram->lags + 1) return k - gram->lags - 2;
    if (k == gram->lags + 1) return gram->terms + (gram->level_first ? 0 : gram->lags);
    return gram->terms + k - (gram->level_first ? 0 : 1);
}

static void gram_put(const struct gram *gram, size_t j, size_t k, double product) {
    size_t a = gram_place(gram, j), b = gram_place(gram, k);
    gram->l[a * gram->size + b] = gram->l[b * gram->size + a] = product;
}

// The products of lags j + 1 and k + 1 are those of j and k with the row before the first and without the last.
static void gram_fill(const struct gram *gram, const double *steps) {
    size_t n = gram->rows, lags = gram->lags;
    for (size_t apart = 0; apart <= lags; apart++) {
        double sum = gram->products[apart * GRAM_WIDTH];
        for (size_t j = 0, k = apart; k <= lags; j++, k++) {
            gram_put(gram, j, k, sum);
            if (k == lags) break;
            const double *a = steps + lags - j - 1, *b = steps + lags - k - 1;
            sum += a[0] * b[0] - a[n] * b[n];
        }
    }
    for (size_t k = 0; k < gram->size; k++) {
        gram_put(gram, k, lags + 1, gram->products[k * GRAM_WIDTH + 1]);
        for (size_t t = 0; t < gram->terms; t++)
            gram_put(gram, k, lags + 2 + t, gram->products[k * GRAM_WIDTH + 2 + t]);
    }
}

// To correlations, and their factor; false where a variable is left with too little.
static bool gram_factor(struct gram *gram) {
    size_t size = gram->size;
    for (size_t i = 0; i < size; i++) gram->deviation[i] = sqrt(gram->l[i * size + i]);
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < size; j++)
            gram->l[i * size + j] /= gram->deviation[i] * gram->deviation[j];
    if (linalg_cholesky(gram->l, size) < size) return false;
    for (size_t i = 0; i < size; i++) {
        double left = gram->l[i * size + i];
        if (!(left * left >= gram_least)) return false;
    }
    return true;
}

static int gram_make(const double *x, size_t rows, enum mackinnon_trend trend, size_t lags,
                     bool level_first, struct arena *arena, struct gram *ret, bool *ret_good) {
    struct gram gram = {.rows = rows - 1 - lags,
                        .terms = term_count(trend),
                        .lags = lags,
                        .level_first = level_first};
    gram.size = gram.terms + 1 + lags + 1;
    double *steps = ARENA_NEW(arena, double, rows - 1), *level = ARENA_NEW(arena, double, rows);
    gram.l = ARENA_NEW(arena, double, gram.size *gram.size);
    gram.products = ARENA_NEW(arena, double, gram.size *GRAM_WIDTH);
    gram.deviation = ARENA_NEW(arena, double, gram.size);
    if (steps == NULL || level == NULL || gram.l == NULL || gram.products == NULL ||
        gram.deviation == NULL)
        return ERR_NOMEM;
    double origin =
        gram.terms > 0 ? sum_mean(x, rows) : 0; // where there is a constant, it takes the rest
    for (size_t i = 0; i + 1 < rows; i++) steps[i] = x[i + 1] - x[i];
    for (size_t i = 0; i < rows; i++) level[i] = x[i] - origin;
    gram_pass(&gram, level + lags, steps);
    gram_fill(&gram, steps);
    *ret_good = gram_factor(&gram);
    *ret = gram;
    return 0;
}
