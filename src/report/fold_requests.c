// SPDX-License-Identifier: Apache-2.0
// What was asked of the venue, and what came too late.
#include "report/fold.h"

enum { ITEM, COUNT, RATIO };
enum {
    SENT,
    POST_ONLY,
    LIMITS,
    MARGIN,
    CANCELS,
    CANCELS_DONE,
    CANCELS_LATE,
    REPLACES,
    REPLACES_LATE,
    FILLS,
    FILLS_IN_CANCEL,
    CANCEL_TO_FILL,
    ROWS
};

static const struct fold_column columns[] = {
    {"item", "Requests", FOLD_TEXT, NULL},
    {"count", "Count", FOLD_COUNT, NULL},
    {"ratio", "Share", FOLD_NUMBER,
     "of orders, cancels, replaces or fills; the last line is cancels per fill"},
};

static const char *const names[ROWS] = {
    [SENT] = "Orders sent",
    [POST_ONLY] = "Orders refused because they would have taken",
    [LIMITS] = "Orders and replaces refused by the venue's limits",
    [MARGIN] = "Orders and replaces refused for want of margin",
    [CANCELS] = "Cancels sent",
    [CANCELS_DONE] = "Cancels done",
    [CANCELS_LATE] = "Cancels that came too late",
    [REPLACES] = "Replaces sent",
    [REPLACES_LATE] = "Replaces refused or too late",
    [FILLS] = "Fills",
    [FILLS_IN_CANCEL] = "Fills while a cancel was on its way",
    [CANCEL_TO_FILL] = "Cancels per fill",
};

static void *open_rows(const struct fold_view *view) {
    return (void *)view;
}

static size_t rows(const void *self) {
    (void)self;
    return ROWS;
}

// A row's count and what it is a share of; 0: of nothing.
static void count_of(const struct quoting_counts *counts, size_t row, uint64_t *ret_count,
                     uint64_t *ret_of) {
    const uint64_t of[ROWS][2] = {
        [SENT] = {counts->sent, 0},
        [POST_ONLY] = {counts->post_only, counts->sent},
        [LIMITS] = {counts->limits, counts->sent + counts->replaces},
        [MARGIN] = {counts->margin, counts->sent + counts->replaces},
        [CANCELS] = {counts->cancels, 0},
        [CANCELS_DONE] = {counts->cancels_done, counts->cancels},
        [CANCELS_LATE] = {counts->cancels_late, counts->cancels},
        [REPLACES] = {counts->replaces, 0},
        [REPLACES_LATE] = {counts->replaces_late, counts->replaces},
        [FILLS] = {counts->fills, 0},
        [FILLS_IN_CANCEL] = {counts->fills_in_cancel, counts->fills},
        [CANCEL_TO_FILL] = {counts->cancels, counts->fills},
    };
    *ret_count = of[row][0];
    *ret_of = of[row][1];
}

static void cell(const void *self, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct fold_view *view = self;
    uint64_t count, of;
    count_of(&view->venue_side->quoting.counts, row, &count, &of);
    *ret_cell = (struct fold_cell){0};
    if (column == ITEM) {
        ret_cell->text = names[row];
    } else if (column == COUNT) {
        ret_cell->integer = (int64_t)count;
        ret_cell->missing = row == CANCEL_TO_FILL;
    } else {
        ret_cell->number = (double)count / (double)of;
        ret_cell->missing = of == 0;
    }
}

extern const struct fold fold_requests;
const struct fold fold_requests = {
    .name = "requests",
    .title = "Orders, cancels and fills",
    .summary = "What was asked of the venue, what it did of it, and what came too late.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .venue_side = true,
    .open = open_rows,
    .rows = rows,
    .cell = cell,
};
