// SPDX-License-Identifier: Apache-2.0
// How long messages were on their way.
#include "report/fold.h"

enum { WAY, COUNT, LEAST, MEAN, MEDIAN, P90, P99, GREATEST };

static const struct fold_column columns[] = {
    {"way", "Way", FOLD_TEXT, NULL},
    {"count", "Messages", FOLD_COUNT, "of the feed: records that were looked at"},
    {"min", "Least", FOLD_SECONDS, NULL},
    {"mean", "Mean", FOLD_SECONDS, NULL},
    {"median", "Median", FOLD_SECONDS, NULL},
    {"p90", "90 %", FOLD_SECONDS, NULL},
    {"p99", "99 %", FOLD_SECONDS, NULL},
    {"max", "Greatest", FOLD_SECONDS, NULL},
};

static const char *const names[QUOTING_LATENCIES] = {
    [QUOTING_ENTRY] = "Orders to the venue",
    [QUOTING_CANCEL] = "Cancels to the venue",
    [QUOTING_REPLACE] = "Replaces to the venue",
    [QUOTING_REPORT] = "Reports back to us",
    [QUOTING_ROUND_TRIP] = "Round trip from an order to its answer",
    [QUOTING_FEED] = "The feed to us",
};

static void *open_rows(const struct fold_view *view) {
    return (void *)view;
}

static size_t rows(const void *self) {
    (void)self;
    return QUOTING_LATENCIES;
}

static void cell(const void *self, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct fold_view *view = self;
    const struct samples *samples = &view->venue_side->quoting.latencies[row];
    static const int ranks[] = {[MEDIAN] = 500, [P90] = 900, [P99] = 990};
    *ret_cell = (struct fold_cell){0};
    if (column == WAY) {
        ret_cell->text = names[row];
    } else if (column == COUNT) {
        ret_cell->integer = (int64_t)samples->count;
    } else if (samples->count == 0) {
        ret_cell->missing = true;
    } else {
        ret_cell->integer = column == LEAST      ? samples->least
                            : column == GREATEST ? samples->greatest
                            : column == MEAN     ? samples_mean(samples)
                                                 : samples_rank(samples, ranks[column]);
    }
}

extern const struct fold fold_latencies;
const struct fold fold_latencies = {
    .name = "latencies",
    .title = "Latencies",
    .summary =
        "How long messages were on their way: means of all, ranks of at most 16,384 of them, "
        "evenly chosen.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .venue_side = true,
    .open = open_rows,
    .rows = rows,
    .cell = cell,
};
