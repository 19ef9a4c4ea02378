// SPDX-License-Identifier: Apache-2.0
#include "app/data/latency_file.h"

#include <errno.h>
#include <stdlib.h>

#include "app/csv.h"

enum { SENT, ARRIVED, ANSWERED, COLUMNS };

// The names of the three columns here and at hftbacktest.
static const char *const names[COLUMNS][2] = {
    {"sent", "req_ts"}, {"arrived", "exch_ts"}, {"answered", "resp_ts"}};

static int find_columns(const struct csv *csv, int *ret_columns) {
    for (int c = 0; c < COLUMNS; c++) {
        ret_columns[c] = csv_find(csv, names[c][0]);
        if (ret_columns[c] < 0) ret_columns[c] = csv_find(csv, names[c][1]);
        if (ret_columns[c] < 0)
            return ERR_SET(ERR_PARSE,
                           "%s: there is no column '%s' (or '%s'); a file of latencies has sent, "
                           "arrived and answered, nanoseconds since 1970",
                           csv->path, names[c][0], names[c][1]);
    }
    return 0;
}

static int read_time(const struct csv *csv, size_t row, int column, int64_t *ret_ns) {
    const char *cell = csv_cell(csv, row, (size_t)column);
    char *end;
    errno = 0;
    long long ns = strtoll(cell, &end, 10);
    if (end == cell || *end != '\0' || errno != 0 || ns <= 0)
        return ERR_SET(ERR_PARSE,
                       "%s:%zu: '%s' is no time in nanoseconds since 1970; orders that were "
                       "refused or lost are to be left out",
                       csv->path, csv->list[row + 1].line, cell);
    *ret_ns = ns;
    return 0;
}

static int read_rows(struct arena *arena, const struct csv *csv, struct lag_series *ret_series) {
    int columns[COLUMNS];
    int64_t *times[COLUMNS];
    TRY(find_columns(csv, columns));
    for (int c = 0; c < COLUMNS; c++) {
        times[c] = ARENA_NEW(arena, int64_t, csv->rows + 1);
        if (times[c] == NULL) return ERR_APPEND(ERR_NOMEM, "while reading %s", csv->path);
        for (size_t row = 0; row < csv->rows; row++)
            TRY(read_time(csv, row, columns[c], &times[c][row]));
    }
    *ret_series = (struct lag_series){times[SENT], times[ARRIVED], times[ANSWERED], csv->rows};
    if (lag_series_check(ret_series) < 0) return ERR_APPEND(ERR_ARGUMENT, "in %s", csv->path);
    return 0;
}

int latency_file_read(struct arena *arena, const char *path, struct lag_series *ret_series) {
    struct csv csv;
    int rc = csv_open(&csv, path);
    if (rc == 0) rc = read_rows(arena, &csv, ret_series);
    csv_close(&csv);
    return rc;
}
