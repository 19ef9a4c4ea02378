// SPDX-License-Identifier: Apache-2.0
// How long each size of a position was held: its distribution over time.
#include <stdlib.h>

#include "report/fold.h"

enum { STRATEGY, INSTRUMENT, ABOVE, UP_TO, TIME, SHARE };

struct row {
    const struct holding *holding;
    uint32_t strategy;
    uint32_t instrument;
    int bucket; // -HOLDING_BUCKETS ... HOLDING_BUCKETS
};

struct holdings {
    const struct fold_view *view;
    struct row *rows;
    size_t count;
};

static const struct fold_column columns[] = {
    {"strategy", "Strategy", FOLD_TEXT, NULL},
    {"instrument", "Instrument", FOLD_TEXT, NULL},
    {"from", "From", FOLD_EXACT, "position; the bound nearer to 0 is not included"},
    {"to", "To", FOLD_EXACT, "position"},
    {"time", "Time", FOLD_SECONDS, NULL},
    {"share", "Share", FOLD_RATIO, "of the run"},
};

static void *open_holdings(const struct fold_view *view) {
    struct holdings *self = calloc(1, sizeof *self);
    if (self != NULL) self->view = view;
    return self;
}

static void close_holdings(void *fold) {
    struct holdings *self = fold;
    if (self != NULL) free(self->rows);
    free(self);
}

static int end(void *fold, const struct fold_view *view) {
    struct holdings *self = fold;
    uint32_t strategies = view->config->strategy_count, count = view->instruments->count;
    size_t each = 2 * HOLDING_BUCKETS + 1;
    self->rows = calloc(strategies * count * each + 1, sizeof *self->rows);
    if (self->rows == NULL) return ERR_SET(ERR_NOMEM, "no memory for the table of holdings");
    for (uint32_t s = 0; s < strategies; s++)
        for (uint32_t i = 0; i < count; i++) {
            const struct holding *holding = venue_side_holding(view->venue_side, s, i);
            for (int b = -HOLDING_BUCKETS; holding->fills > 0 && b <= HOLDING_BUCKETS; b++)
                if (holding->times[HOLDING_BUCKETS + b] > 0)
                    self->rows[self->count++] = (struct row){holding, s, i, b};
        }
    return 0;
}

static size_t rows(const void *fold) {
    const struct holdings *self = fold;
    return self->count;
}

static void cell(const void *fold, size_t index, size_t column, struct fold_cell *ret_cell) {
    const struct holdings *self = fold;
    const struct row *row = &self->rows[index];
    const struct holding *holding = row->holding;
    int64_t width = holding->width, time = holding->times[HOLDING_BUCKETS + row->bucket];
    *ret_cell = (struct fold_cell){
        .decimals = self->view->instruments->items[row->instrument].qty_decimals};
    switch (column) {
    case STRATEGY:
        ret_cell->text = self->view->config->strategies[row->strategy].name;
        break;
    case INSTRUMENT:
        ret_cell->text = self->view->instrument_names[row->instrument];
        break;
    case ABOVE:
        ret_cell->exact = (row->bucket > 0 ? row->bucket - 1 : row->bucket) * (int128_t)width;
        break;
    case UP_TO:
        ret_cell->exact = (row->bucket < 0 ? row->bucket + 1 : row->bucket) * (int128_t)width;
        break;
    case TIME:
        ret_cell->integer = time;
        break;
    default:
        ret_cell->number = (double)time / (double)(holding->since_ns - holding->start_ns);
        break;
    }
}

extern const struct fold fold_holdings;
const struct fold fold_holdings = {
    .name = "holdings",
    .title = "Time by position",
    .summary = "How long each size of a position was held, long above 0 and short below.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .venue_side = true,
    .open = open_holdings,
    .close = close_holdings,
    .end = end,
    .rows = rows,
    .cell = cell,
};
