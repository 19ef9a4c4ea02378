// SPDX-License-Identifier: Apache-2.0
// Limit orders by how far behind the best price they came to rest.
#include "report/fold.h"

enum {
    DISTANCE,
    ORDERS,
    TOUCHED,
    FILL_RATIO,
    QTY_RATIO,
    FILLED,
    CANCELED,
    AHEAD,
    WAIT_MEDIAN,
    WAIT_P90
};

static const struct fold_column columns[] = {
    {"distance", "Came to rest", FOLD_TEXT,
     "behind the best price of its own side at the venue, when it arrived"},
    {"orders", "Orders", FOLD_COUNT, "limit orders that came to rest there"},
    {"touched", "With a fill", FOLD_COUNT, NULL},
    {"fill_ratio", "Of orders", FOLD_RATIO, "orders with a fill, of those that came to rest"},
    {"qty_ratio", "Of quantity", FOLD_RATIO, "quantity that filled, of what was asked"},
    {"filled", "Filled whole", FOLD_COUNT, NULL},
    {"canceled", "Canceled unfilled", FOLD_COUNT, NULL},
    {"ahead", "Ahead when joined", FOLD_NUMBER, "mean quantity in front, in units"},
    {"wait_median", "Median wait", FOLD_SECONDS, "from arrival to the first fill"},
    {"wait_p90", "90 % wait", FOLD_SECONDS, "nine in ten of those that filled had waited less"},
};

static void *open_rows(const struct fold_view *view) {
    return (void *)view;
}

static const struct quoting_distance *at(const struct fold_view *view, size_t row, int *ret_which) {
    for (int i = 0; i < QUOTING_DISTANCES; i++)
        if (view->venue_side->quoting.distances[i].orders > 0 && row-- == 0) {
            if (ret_which != NULL) *ret_which = i;
            return &view->venue_side->quoting.distances[i];
        }
    return NULL;
}

static size_t rows(const void *self) {
    size_t count = 0;
    while (at(self, count, NULL) != NULL) count++;
    return count;
}

static double units(const struct fold_view *view, int128_t qty) {
    return money_to_double(MONEY(qty), view->venue_side->quoting.qty_decimals);
}

static void cell(const void *self, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct fold_view *view = self;
    int which;
    const struct quoting_distance *distance = at(view, row, &which);
    double orders = (double)distance->orders;
    *ret_cell = (struct fold_cell){0};
    switch (column) {
    case DISTANCE:
        ret_cell->text = quoting_distance_name(which);
        break;
    case FILL_RATIO:
        ret_cell->number = (double)distance->touched / orders;
        break;
    case QTY_RATIO:
        ret_cell->number = (double)distance->qty_filled / (double)distance->qty;
        break;
    case AHEAD:
        ret_cell->missing = distance->queued == 0;
        ret_cell->number = units(view, distance->ahead) / (double)distance->queued;
        break;
    case WAIT_MEDIAN:
    case WAIT_P90:
        ret_cell->missing = distance->waits.count == 0;
        if (!ret_cell->missing)
            ret_cell->integer = samples_rank(&distance->waits, column == WAIT_P90 ? 900 : 500);
        break;
    default:
        ret_cell->integer = (int64_t)(column == ORDERS    ? distance->orders
                                      : column == TOUCHED ? distance->touched
                                      : column == FILLED  ? distance->filled
                                                          : distance->canceled);
        break;
    }
}

extern const struct fold fold_queues;
const struct fold fold_queues = {
    .name = "queues",
    .title = "Fills by distance from the best price",
    .summary = "Limit orders that came to rest, by how far behind the best price of their side.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .venue_side = true,
    .open = open_rows,
    .rows = rows,
    .cell = cell,
};
