// SPDX-License-Identifier: Apache-2.0
// The deepest drawdowns over every mark: from peak to trough and back.
#include "base/timestamp.h"
#include "report/fold.h"

enum { RANK, DEPTH, PEAK, TROUGH, RECOVERY, FALL, LENGTH, LOSS };

static const struct fold_column columns[] = {
    {"rank", "#", FOLD_COUNT, NULL},
    {"depth", "Depth", FOLD_RATIO, "trough over peak, less 1"},
    {"peak", "Peak", FOLD_TIME, "UTC"},
    {"trough", "Trough", FOLD_TIME, "UTC"},
    {"recovery", "Recovered", FOLD_TIME, "the first mark at the peak or above; missing: not yet"},
    {"to_trough", "Fall", FOLD_SECONDS, "from peak to trough"},
    {"length", "Length", FOLD_SECONDS,
     "from peak to recovery, or to the last mark where there is none"},
    {"loss", "Loss", FOLD_MONEY, "from peak to trough"},
};

static void *open_rows(const struct fold_view *view) {
    return (void *)view;
}

static size_t rows(const void *self) {
    const struct fold_view *view = self;
    return view->curve->drawdown_count;
}

static void cell(const void *self, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct fold_view *view = self;
    const struct curve_drawdown *drawdown = &view->curve->drawdowns[row];
    bool open = drawdown->recovery_ns == 0;
    int64_t end_ns = open ? view->curve->last.ts_ns : drawdown->recovery_ns;
    *ret_cell = (struct fold_cell){.decimals = view->money_decimals};
    switch (column) {
    case RANK:
        ret_cell->integer = (int64_t)row + 1;
        break;
    case DEPTH:
        ret_cell->number = drawdown->depth;
        break;
    case PEAK:
        ret_cell->integer = drawdown->peak_ns;
        break;
    case TROUGH:
        ret_cell->integer = drawdown->trough_ns;
        break;
    case RECOVERY:
        ret_cell->missing = open;
        ret_cell->absent = "not recovered";
        ret_cell->integer = drawdown->recovery_ns;
        break;
    case FALL:
        ret_cell->integer = drawdown->trough_ns - drawdown->peak_ns;
        break;
    case LENGTH:
        ret_cell->integer = end_ns - drawdown->peak_ns;
        break;
    default:
        ret_cell->exact = drawdown->trough.m - drawdown->peak.m;
        break;
    }
}

extern const struct fold fold_drawdowns;
const struct fold fold_drawdowns = {
    .name = "drawdowns",
    .title = "Deepest drawdowns",
    .summary = "The ten deepest falls from a peak, over every mark of the run.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_rows,
    .rows = rows,
    .cell = cell,
};
