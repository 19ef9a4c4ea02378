// SPDX-License-Identifier: Apache-2.0
// Whether strategies earn and lose together: correlations of their daily returns, pair by pair.
#include <math.h>
#include <stdlib.h>

#include "quant/series/relative.h"
#include "report/daily.h"
#include "report/fold.h"

enum { STRATEGY, OTHER, CORRELATION, BAD_DAYS, DAYS };
enum { PAIRS_MAX = 4096 };

struct pair {
    uint32_t strategy, other;
    double all, bad;
    int64_t days;
};

struct correlations {
    const struct fold_view *view;
    struct pair *pairs;
    size_t count;
    uint64_t left_out;
};

static const struct fold_column columns[] = {
    {"strategy", "Strategy", FOLD_TEXT, NULL},
    {"other", "Other", FOLD_TEXT, NULL},
    {"correlation", "Correlation", FOLD_NUMBER, "of daily returns"},
    {"bad_days", "On bad days", FOLD_NUMBER,
     "the same over the days on which the account lost: what diversification is worth when it "
     "counts"},
    {"days", "Days", FOLD_COUNT, "on which both had returns"},
};

static void *open_correlations(const struct fold_view *view) {
    struct correlations *self = calloc(1, sizeof *self);
    if (self != NULL) self->view = view;
    return self;
}

static void close_correlations(void *fold) {
    struct correlations *self = fold;
    if (self == NULL) return;
    free(self->pairs);
    free(self);
}

// NaN where one of them did not move. both[2 x days] is scratch.
static double correlate(const struct daily *daily, const struct pair *pair, bool bad, double *both,
                        int64_t *ret_days) {
    size_t count = 0;
    for (size_t i = 1; i < daily->count; i++) {
        double x = daily_return(daily, i, pair->strategy), y = daily_return(daily, i, pair->other);
        if (!isfinite(x) || !isfinite(y) || (bad && !(daily->days[i].change < 0))) continue;
        both[count] = x;
        both[daily->count + count++] = y;
    }
    *ret_days = (int64_t)count;
    return count < 2 ? NAN : relative_correlation(both, both + daily->count, count);
}

static int end(void *fold, const struct fold_view *view) {
    struct correlations *self = fold;
    size_t strategies = view->config->strategy_count;
    size_t all = strategies * (strategies > 0 ? strategies - 1 : 0) / 2;
    size_t room = all < PAIRS_MAX ? all : PAIRS_MAX;
    self->left_out = all - room;
    self->pairs = calloc(room + 1, sizeof *self->pairs);
    double *both = calloc(2 * view->daily->count + 1, sizeof *both);
    if (self->pairs == NULL || both == NULL) {
        free(both);
        return ERR_SET(ERR_NOMEM, "no memory for %zu pairs", room);
    }
    for (uint32_t s = 0; s < strategies; s++)
        for (uint32_t k = s + 1; k < strategies && self->count < room; k++) {
            struct pair *pair = &self->pairs[self->count++];
            int64_t bad;
            *pair = (struct pair){.strategy = s, .other = k};
            pair->all = correlate(view->daily, pair, false, both, &pair->days);
            pair->bad = correlate(view->daily, pair, true, both, &bad);
        }
    free(both);
    return 0;
}

static size_t rows(const void *fold) {
    return ((const struct correlations *)fold)->count;
}

static uint64_t left_out(const void *fold) {
    return ((const struct correlations *)fold)->left_out;
}

static void cell(const void *fold, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct correlations *self = fold;
    const struct pair *pair = &self->pairs[row];
    const struct report_strategy *strategies = self->view->config->strategies;
    *ret_cell = (struct fold_cell){0};
    if (column == STRATEGY || column == OTHER)
        ret_cell->text = strategies[column == STRATEGY ? pair->strategy : pair->other].name;
    else if (column == DAYS)
        ret_cell->integer = pair->days;
    else
        ret_cell->number = column == BAD_DAYS ? pair->bad : pair->all;
}

extern const struct fold fold_correlations;
const struct fold fold_correlations = {
    .name = "correlations",
    .title = "Correlation of strategies",
    .summary = "Daily returns of each pair of strategies.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_correlations,
    .close = close_correlations,
    .end = end,
    .rows = rows,
    .cell = cell,
    .left_out = left_out,
};
