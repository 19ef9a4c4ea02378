// SPDX-License-Identifier: Apache-2.0
// How orders at the venue ended, and where they stood in their queues.
#include "report/fold.h"

enum { END, ORDERS, SHARE, LIFE, QUEUED, JOINED, LEFT, PASSED };

static const struct fold_column columns[] = {
    {"end", "Ended", FOLD_TEXT, NULL},
    {"orders", "Orders", FOLD_COUNT, NULL},
    {"share", "Share", FOLD_RATIO, "of the orders that were sent"},
    {"life", "Mean life", FOLD_SECONDS, "from arrival at the venue to the end there"},
    {"queued", "With a queue", FOLD_COUNT, "orders whose place in a queue the venue told"},
    {"ahead_joined", "Ahead when joined", FOLD_NUMBER, "mean quantity in front, in units"},
    {"ahead_end", "Ahead at the end", FOLD_NUMBER, "the same at the end, or at the last fill"},
    {"passed", "Passed", FOLD_NUMBER, "mean quantity that traded at their price, in units"},
};

static void *open_rows(const struct fold_view *view) {
    return (void *)view;
}

static size_t rows(const void *self) {
    (void)self;
    return QUOTING_ENDS;
}

static void cell(const void *self, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct fold_view *view = self;
    const struct quoting *quoting = &view->venue_side->quoting;
    const struct quoting_ended *ended = &quoting->ends[row];
    *ret_cell = (struct fold_cell){0};
    switch (column) {
    case END:
        ret_cell->text = quoting_end_name((enum quoting_end)row);
        break;
    case SHARE:
        ret_cell->number = (double)ended->orders / (double)quoting->counts.sent;
        break;
    case LIFE:
        ret_cell->missing = ended->arrived == 0;
        if (!ret_cell->missing)
            ret_cell->integer = (int64_t)decimal_div_round(ended->time_ns, (int128_t)ended->arrived,
                                                           ROUND_HALF_EVEN);
        break;
    case ORDERS:
    case QUEUED:
        ret_cell->integer = (int64_t)(column == ORDERS ? ended->orders : ended->queued);
        break;
    default: {
        int128_t sum = column == JOINED ? ended->joined
                       : column == LEFT ? ended->left
                                        : ended->passed;
        ret_cell->missing = ended->queued == 0;
        ret_cell->number = money_to_double(MONEY(sum), view->venue_side->quoting.qty_decimals) /
                           (double)ended->queued;
        break;
    }
    }
}

extern const struct fold fold_queue_ends;
const struct fold fold_queue_ends = {
    .name = "queue_ends",
    .title = "How orders ended, and their queues",
    .summary = "Orders by their end, with the queue in front of them when they joined it and when "
               "they left it.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .venue_side = true,
    .open = open_rows,
    .rows = rows,
    .cell = cell,
};
