// SPDX-License-Identifier: Apache-2.0
#include "edge/api/panel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"

// A series' closes, and the instants that say which rows go together.
struct column {
    int64_t *key, *close_ns;
    double *close;
    size_t count;
    uint32_t frame_s;
};

static void column_free(struct column *column) {
    free(column->key);
    free(column->close_ns);
    free(column->close);
}

static int64_t key_of(int64_t open_ns, uint32_t frame_s) {
    if (frame_s < NS_PER_DAY / NS_PER_S) return open_ns;
    int64_t day = open_ns / NS_PER_DAY;
    return open_ns % NS_PER_DAY < 0 ? day - 1 : day;
}

static void take_bars(struct column *column, const struct tape *tape, uint32_t partition,
                      const struct panel_options *options) {
    struct tape_bars bars = tape_bars(tape, partition);
    double scale = pow(10, -tape_meta(tape)->instrument.price_decimals);
    for (uint64_t i = 0; i < bars.count; i++) {
        if (bars.close_ns[i] < options->from_ns || bars.close_ns[i] >= options->to_ns) continue;
        int64_t key = key_of(bars.open_ns[i], column->frame_s);
        // Of several bars of a day, as at a change of hours, the last counts.
        if (column->count > 0 && column->key[column->count - 1] == key) column->count--;
        column->key[column->count] = key;
        column->close_ns[column->count] = bars.close_ns[i];
        column->close[column->count++] = (double)bars.close[i] * scale;
    }
}

static int read_column(struct tape_cache *tapes, const char *root, const char *name,
                       const struct panel_options *options, struct column *column,
                       struct tape_series *ret_series) {
    struct tape *tape;
    TRY(tape_find(root, name, ret_series));
    if (ret_series->frame_s == 0) return ERR_SET(ERR_ARGUMENT, "%s is no series of bars", name);
    TRY(tape_cache_get(tapes, ret_series, &tape));
    size_t count = tape_count(tape);
    column->frame_s = ret_series->frame_s;
    column->key = malloc((count + 1) * sizeof *column->key);
    column->close_ns = malloc((count + 1) * sizeof *column->close_ns);
    column->close = malloc((count + 1) * sizeof *column->close);
    if (column->key == NULL || column->close_ns == NULL || column->close == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for %s", name);
    for (uint32_t p = 0; p < tape_partition_count(tape); p++) take_bars(column, tape, p, options);
    return 0;
}

static void name_columns(const struct tape_series *series, struct panel *panel) {
    for (size_t i = 0; i < panel->count; i++) {
        bool twice = false;
        for (size_t k = 0; k < panel->count; k++)
            twice = twice || (k != i && strncmp(series[i].symbol, series[k].symbol,
                                                sizeof series[i].symbol) == 0);
        snprintf(panel->names[i], PANEL_NAME_SIZE, "%.*s%s%.*s", twice ? VENUE_NAME_SIZE : 0,
                 series[i].venue, twice ? ":" : "", SYMBOL_SIZE, series[i].symbol);
    }
}

// The rows that all columns have, from the last back, until there are enough; they are left at the end of the arrays.
static size_t join(struct column *columns, size_t count, size_t rows, size_t *at) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++) at[i * (rows + 1)] = columns[i].count;
    while (found < rows) {
        int64_t least = INT64_MAX;
        bool same = true;
        for (size_t i = 0; i < count; i++) {
            size_t left = at[i * (rows + 1) + found];
            if (left == 0) return found;
            int64_t key = columns[i].key[left - 1];
            same = same && (i == 0 || key == least);
            if (key < least) least = key;
        }
        for (size_t i = 0; i < count; i++) {
            size_t *left = &at[i * (rows + 1) + found];
            if (same)
                left[1] = *left - 1; // row `found` from the end is *left - 1
            else
                while (*left > 0 && columns[i].key[*left - 1] > least) (*left)--;
        }
        found += same;
    }
    return found;
}

static int fill(struct column *columns, const struct panel_options *options, struct panel *panel) {
    size_t rows = options->rows, stride = rows + 1;
    size_t *at = malloc(panel->count * stride * sizeof *at);
    if (at == NULL) return ERR_SET(ERR_NOMEM, "no memory for a table");
    panel->rows = join(columns, panel->count, rows, at);
    panel->close_ns = malloc((panel->rows + 1) * sizeof *panel->close_ns);
    panel->prices = malloc((panel->rows + 1) * panel->count * sizeof *panel->prices);
    bool full = panel->close_ns != NULL && panel->prices != NULL;
    for (size_t row = 0; full && row < panel->rows; row++)
        for (size_t i = 0; i < panel->count; i++) {
            size_t index = at[i * stride + panel->rows - 1 - row] - 1;
            if (i == 0) panel->close_ns[row] = columns[0].close_ns[index];
            panel->prices[i * panel->rows + row] = columns[i].close[index];
        }
    free(at);
    if (!full) return ERR_SET(ERR_NOMEM, "no memory for a table");
    if (panel->rows >= 3) return 0;
    return ERR_SET(ERR_RANGE, "the series have %zu bars in common in this time; 3 are the least",
                   panel->rows);
}

static int check_frames(const struct column *columns, const struct panel_options *options) {
    for (size_t i = 1; i < options->count; i++)
        if (columns[i].frame_s != columns[0].frame_s)
            return ERR_SET(ERR_ARGUMENT, "bars of %s are %u s long and those of %s %u s",
                           options->series[0], columns[0].frame_s, options->series[i],
                           columns[i].frame_s);
    return 0;
}

int panel_read(struct tape_cache *tapes, const char *root, const struct panel_options *options,
               struct panel *ret_panel) {
    struct column columns[PANEL_SERIES_MAX] = {0};
    struct tape_series series[PANEL_SERIES_MAX];
    int rc = 0;
    *ret_panel = (struct panel){.count = options->count};
    if (options->count == 0 || options->count > PANEL_SERIES_MAX)
        return ERR_SET(ERR_ARGUMENT, "1 to %d series go side by side", PANEL_SERIES_MAX);
    for (size_t i = 0; rc == 0 && i < options->count; i++)
        rc = read_column(tapes, root, options->series[i], options, &columns[i], &series[i]);
    if (rc == 0) rc = check_frames(columns, options);
    if (rc == 0) {
        name_columns(series, ret_panel);
        rc = fill(columns, options, ret_panel);
    }
    for (size_t i = 0; i < options->count; i++) column_free(&columns[i]);
    return rc;
}

void panel_free(struct panel *panel) {
    free(panel->close_ns);
    free(panel->prices);
    panel->close_ns = NULL;
    panel->prices = NULL;
}

double panel_return(const struct panel *panel, size_t column, size_t row) {
    const double *prices = panel->prices + column * panel->rows;
    return prices[row + 1] / prices[row] - 1;
}

void panel_print(const struct panel *panel, bool returns, struct text *out) {
    char time[TIMESTAMP_TEXT_SIZE];
    text_add(out, "date");
    for (size_t i = 0; i < panel->count; i++) text_printf(out, ",%s", panel->names[i]);
    for (size_t row = returns; row < panel->rows; row++) {
        timestamp_print(time, sizeof time, panel->close_ns[row]);
        text_printf(out, "\n%s", time);
        for (size_t i = 0; i < panel->count; i++)
            text_printf(out, ",%.17g",
                        returns ? panel_return(panel, i, row - 1)
                                : panel->prices[i * panel->rows + row]);
    }
    text_add_char(out, '\n');
}
