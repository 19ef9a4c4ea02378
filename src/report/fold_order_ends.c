// SPDX-License-Identifier: Apache-2.0
// Why orders ended other than by a fill, and how often.
#include <stdlib.h>

#include "report/fold.h"

enum { STATE, REASON, COUNT };

struct order_ends {
    uint64_t counts[ORDER_STATE_COUNT][REASON_COUNT];
    struct {
        uint32_t state;
        uint32_t reason;
    } rows[ORDER_STATE_COUNT * REASON_COUNT];
    size_t count;
};

static const struct fold_column columns[] = {
    {"state", "Ended as", FOLD_TEXT, NULL},
    {"reason", "Reason", FOLD_TEXT, NULL},
    {"count", "Orders", FOLD_COUNT, NULL},
};

static void *open_ends(const struct fold_view *view) {
    (void)view;
    return calloc(1, sizeof(struct order_ends));
}

static int put(void *fold, const struct fold_view *view, const struct fold_step *step) {
    (void)view;
    struct order_ends *self = fold;
    if (step->order != NULL && step->change.ended && step->order->state != ORDER_FILLED)
        self->counts[step->order->state][step->order->reason]++;
    return 0;
}

static int end(void *fold, const struct fold_view *view) {
    (void)view;
    struct order_ends *self = fold;
    for (uint32_t state = 0; state < ORDER_STATE_COUNT; state++)
        for (uint32_t reason = 0; reason < REASON_COUNT; reason++) {
            if (self->counts[state][reason] == 0) continue;
            self->rows[self->count].state = state;
            self->rows[self->count++].reason = reason;
        }
    return 0;
}

static size_t rows(const void *fold) {
    const struct order_ends *self = fold;
    return self->count;
}

static void cell(const void *fold, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct order_ends *self = fold;
    uint32_t state = self->rows[row].state, reason = self->rows[row].reason;
    *ret_cell = (struct fold_cell){0};
    if (column == COUNT)
        ret_cell->integer = (int64_t)self->counts[state][reason];
    else
        ret_cell->text = column == STATE ? order_state_name(state) : order_reason_name(reason);
}

extern const struct fold fold_order_ends;
const struct fold fold_order_ends = {
    .name = "order_ends",
    .title = "Orders that ended unfilled",
    .summary = "Why orders ended other than by a whole fill, and how often.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_ends,
    .close = free,
    .put = put,
    .end = end,
    .rows = rows,
    .cell = cell,
};
