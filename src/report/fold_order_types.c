// SPDX-License-Identifier: Apache-2.0
// How orders of each type fared.
#include <stdlib.h>

#include "report/fold.h"

enum { TYPE, SENT, FILLED, PARTIAL, CANCELED, REJECTED, EXPIRED, LIVE, COLUMN_COUNT };

// Counts by type; the type's column is its row.
struct order_types {
    uint64_t counts[ORDER_TYPE_COUNT][COLUMN_COUNT];
    uint32_t types[ORDER_TYPE_COUNT]; // those that were sent
    size_t count;
};

static const struct fold_column columns[COLUMN_COUNT] = {
    {"type", "Type", FOLD_TEXT, NULL},
    {"sent", "Sent", FOLD_COUNT, NULL},
    {"filled", "Filled", FOLD_COUNT, "in whole"},
    {"partial", "In part", FOLD_COUNT, "ended with a part filled"},
    {"canceled", "Canceled", FOLD_COUNT, "with nothing filled"},
    {"rejected", "Rejected", FOLD_COUNT, NULL},
    {"expired", "Expired", FOLD_COUNT, "with nothing filled"},
    {"live", "Live", FOLD_COUNT, "at the end"},
};

static void *open_types(const struct fold_view *view) {
    (void)view;
    return calloc(1, sizeof(struct order_types));
}

static int put(void *fold, const struct fold_view *view, const struct fold_step *step) {
    (void)view;
    struct order_types *self = fold;
    const struct order *order = step->order;
    if (order == NULL) return 0;
    uint64_t *counts = self->counts[order->spec.type];
    if (step->event->kind == EVENT_SUBMIT) {
        counts[SENT]++;
        counts[LIVE]++;
        return 0;
    }
    if (!step->change.ended) return 0;
    counts[LIVE]--;
    if (order->state == ORDER_FILLED)
        counts[FILLED]++;
    else if (order->filled_qty.m > 0)
        counts[PARTIAL]++;
    else
        counts[order->state == ORDER_REJECTED  ? REJECTED
               : order->state == ORDER_EXPIRED ? EXPIRED
                                               : CANCELED]++;
    return 0;
}

static int end(void *fold, const struct fold_view *view) {
    (void)view;
    struct order_types *self = fold;
    for (uint32_t type = 0; type < ORDER_TYPE_COUNT; type++)
        if (self->counts[type][SENT] > 0) self->types[self->count++] = type;
    return 0;
}

static size_t rows(const void *fold) {
    const struct order_types *self = fold;
    return self->count;
}

static void cell(const void *fold, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct order_types *self = fold;
    *ret_cell = (struct fold_cell){0};
    if (column == TYPE)
        ret_cell->text = order_type_name(self->types[row]);
    else
        ret_cell->integer = (int64_t)self->counts[self->types[row]][column];
}

extern const struct fold fold_order_types;
const struct fold fold_order_types = {
    .name = "order_types",
    .title = "Orders by type",
    .summary = "How orders of each type fared.",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .open = open_types,
    .close = free,
    .put = put,
    .end = end,
    .rows = rows,
    .cell = cell,
};
