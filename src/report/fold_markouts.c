// SPDX-License-Identifier: Apache-2.0
// Mark-outs and spreads by horizon: all fills, makers and takers, buys and sells.
#include <math.h>
#include <stdlib.h>

#include "report/fold.h"

enum { INSTRUMENT, GROUP, HORIZON, FILLS, MOVE, ERROR, MONEY_COLUMN, EFFECTIVE, IMPACT, REALISED };

enum { SETS = 7 };

// Which groups are summed up in a row.
static const struct {
    const char *name;
    unsigned groups;
} sets[SETS] = {
    {"all", 0xf},
    {"makers", 1 << MARKOUT_MAKER_BUY | 1 << MARKOUT_MAKER_SELL},
    {"takers", 1 << MARKOUT_TAKER_BUY | 1 << MARKOUT_TAKER_SELL},
    {"maker buys", 1 << MARKOUT_MAKER_BUY},
    {"maker sells", 1 << MARKOUT_MAKER_SELL},
    {"taker buys", 1 << MARKOUT_TAKER_BUY},
    {"taker sells", 1 << MARKOUT_TAKER_SELL},
};

struct row {
    struct markout_sum sum;
    uint32_t instrument;
    uint16_t set;
    uint16_t horizon;
};

struct markout_rows {
    const struct fold_view *view;
    struct row *rows;
    size_t count;
};

static const struct fold_column columns[] = {
    {"instrument", "Instrument", FOLD_TEXT, NULL},
    {"group", "Fills of", FOLD_TEXT, NULL},
    {"horizon", "Horizon", FOLD_SECONDS, "from the fill at the venue; negative: before it"},
    {"fills", "Fills", FOLD_COUNT, "whose middle is known at the fill and at the horizon"},
    {"move_bps", "Move, bp", FOLD_NUMBER,
     "mean move of the middle from the fill to the horizon, in the direction of what we did: "
     "negative after it is adverse"},
    {"error_bps", "\u00b1, bp", FOLD_NUMBER,
     "standard error of the mean, fills taken for independent"},
    {"move", "Move, money", FOLD_MONEY, "of all their quantity, in the instrument's currency"},
    {"effective_bps", "Effective spread, bp", FOLD_NUMBER,
     "mean of twice the distance of price and middle, as the aggressor paid it"},
    {"impact_bps", "Price impact, bp", FOLD_NUMBER,
     "mean of twice the move in the aggressor's direction"},
    {"realised_bps", "Realised spread, bp", FOLD_NUMBER, "effective spread less price impact"},
};

static void *open_markouts(const struct fold_view *view) {
    struct markout_rows *self = calloc(1, sizeof *self);
    if (self != NULL) self->view = view;
    return self;
}

static void close_markouts(void *fold) {
    struct markout_rows *self = fold;
    if (self != NULL) free(self->rows);
    free(self);
}

static void add_set(struct markout_rows *self, uint32_t instrument, uint16_t set) {
    const struct markouts *markouts = &self->view->venue_side->instruments[instrument].markouts;
    size_t before = self->count;
    uint64_t fills = 0;
    for (uint16_t h = 0; h < MARKOUT_HORIZONS; h++) {
        struct row *row = &self->rows[self->count++];
        *row = (struct row){.instrument = instrument, .set = set, .horizon = h};
        for (int g = 0; g < MARKOUT_GROUPS; g++)
            if (sets[set].groups & 1U << g) markout_merge(&row->sum, &markouts->sums[g][h]);
        fills += row->sum.count;
    }
    if (fills == 0) self->count = before;
}

static int end(void *fold, const struct fold_view *view) {
    struct markout_rows *self = fold;
    uint32_t count = view->instruments->count;
    self->rows = calloc((size_t)count * SETS * MARKOUT_HORIZONS + 1, sizeof *self->rows);
    if (self->rows == NULL) return ERR_SET(ERR_NOMEM, "no memory for the table of mark-outs");
    for (uint32_t i = 0; i < count; i++)
        for (uint16_t set = 0; set < SETS; set++) add_set(self, i, set);
    return 0;
}

static size_t rows(const void *fold) {
    const struct markout_rows *self = fold;
    return self->count;
}

static void cell(const void *fold, size_t index, size_t column, struct fold_cell *ret_cell) {
    const struct markout_rows *self = fold;
    const struct row *row = &self->rows[index];
    const struct markout_sum *sum = &row->sum;
    const struct instruments *instruments = self->view->instruments;
    double n = (double)sum->count;
    *ret_cell = (struct fold_cell){0};
    switch (column) {
    case INSTRUMENT:
        ret_cell->text = self->view->instrument_names[row->instrument];
        break;
    case GROUP:
        ret_cell->text = sets[row->set].name;
        break;
    case HORIZON:
        ret_cell->integer = markout_horizon_ns(row->horizon);
        break;
    case FILLS:
        ret_cell->integer = (int64_t)sum->count;
        break;
    case MONEY_COLUMN:
        ret_cell->exact = sum->moved.m;
        ret_cell->decimals =
            instruments->currencies[instruments->items[row->instrument].currency].decimals;
        break;
    default:
        ret_cell->missing = sum->count == 0;
        ret_cell->number = column == MOVE        ? sum->mean
                           : column == ERROR     ? markout_error(sum)
                           : column == EFFECTIVE ? sum->effective / n
                           : column == IMPACT    ? sum->impact / n
                                                 : (sum->effective - sum->impact) / n;
        break;
    }
}

extern const struct fold fold_markouts;
const struct fold fold_markouts = {
    .name = "markouts",
    .title = "Mark-outs and spreads",
    .summary = "Where the middle at the venue was before and after our fills, and what that makes "
               "of the effective spread.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .venue_side = true,
    .open = open_markouts,
    .close = close_markouts,
    .end = end,
    .rows = rows,
    .cell = cell,
};
