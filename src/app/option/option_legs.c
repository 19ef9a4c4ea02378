// SPDX-License-Identifier: Apache-2.0
#include "app/option/option_legs.h"

#include <math.h>
#include <stdlib.h>

#include "app/csv.h"
#include "app/option/option_chain.h"

enum { CALL_BID, CALL_ASK, PUT_BID, PUT_ASK, SPOT, COLUMNS };

static struct leg_bar *add_bar(struct option_legs *legs, int64_t end_ns) {
    if (legs->count == legs->max) {
        size_t max = legs->max > 0 ? 2 * legs->max : 1024;
        struct leg_bar *grown = realloc(legs->bars, max * sizeof *grown);
        if (grown == NULL) return NULL;
        legs->bars = grown;
        legs->max = max;
    }
    struct leg_bar *bar = &legs->bars[legs->count++];
    *bar = (struct leg_bar){end_ns, {NAN, NAN}, {NAN, NAN}, NAN};
    return bar;
}

static int no_memory(const struct option_legs *legs) {
    return ERR_SET(ERR_NOMEM, "no memory for %zu quotes", legs->count);
}

static int take(void *self, const struct lean_row *row) {
    struct option_legs *legs = self;
    if (row->strike != legs->strike || row->expiry != legs->expiry) return 0;
    struct leg_bar *bar = add_bar(legs, row->end_ns);
    if (bar == NULL) return no_memory(legs);
    bar->bid[row->side] = row->bid;
    bar->ask[row->side] = row->ask;
    return 0;
}

static int by_time(const void *a, const void *b) {
    int64_t x = ((const struct leg_bar *)a)->end_ns, y = ((const struct leg_bar *)b)->end_ns;
    return (x > y) - (x < y);
}

static double known(double a, double b) {
    return isnan(a) ? b : a;
}

// Rows of one instant become one.
static void merge(struct option_legs *legs) {
    size_t count = 0;
    qsort(legs->bars, legs->count, sizeof *legs->bars, by_time);
    for (size_t i = 0; i < legs->count; i++) {
        const struct leg_bar *bar = &legs->bars[i];
        struct leg_bar *last = count > 0 ? &legs->bars[count - 1] : NULL;
        if (last == NULL || last->end_ns != bar->end_ns) {
            legs->bars[count++] = *bar;
            continue;
        }
        for (int leg = 0; leg < 2; leg++) {
            last->bid[leg] = known(last->bid[leg], bar->bid[leg]);
            last->ask[leg] = known(last->ask[leg], bar->ask[leg]);
        }
        last->spot = known(last->spot, bar->spot);
    }
    legs->count = count;
}

static int read_columns(struct option_legs *legs, const struct csv *csv, int64_t *times,
                        double *numbers) {
    static const char *const names[COLUMNS] = {"call_bid", "call_ask", "put_bid", "put_ask",
                                               "spot"};
    int time = csv_find(csv, "time");
    if (time < 0) return ERR_SET(ERR_NOT_FOUND, "%s has no column 'time'", csv->path);
    TRY(csv_times(csv, (size_t)time, times));
    for (size_t c = 0; c < COLUMNS; c++) {
        int column = csv_find(csv, names[c]);
        double *to = numbers + c * csv->rows;
        if (column < 0 && c != SPOT)
            return ERR_SET(ERR_NOT_FOUND, "%s has no column '%s'", csv->path, names[c]);
        for (size_t row = 0; column < 0 && row < csv->rows; row++) to[row] = NAN;
        if (column >= 0) TRY(csv_numbers(csv, (size_t)column, to));
    }
    for (size_t row = 0; row < csv->rows; row++) {
        struct leg_bar *bar = add_bar(legs, times[row]);
        if (bar == NULL) return no_memory(legs);
        for (int leg = 0; leg < 2; leg++) {
            bar->bid[leg] = numbers[(size_t)(CALL_BID + 2 * leg) * csv->rows + row];
            bar->ask[leg] = numbers[(size_t)(CALL_ASK + 2 * leg) * csv->rows + row];
        }
        bar->spot = numbers[SPOT * csv->rows + row];
    }
    return 0;
}

static int read_csv(struct option_legs *legs, const char *path) {
    struct csv csv;
    int rc = csv_open(&csv, path);
    int64_t *times = rc == 0 ? calloc(csv.rows + 1, sizeof *times) : NULL;
    double *numbers = rc == 0 ? calloc(COLUMNS * csv.rows + 1, sizeof *numbers) : NULL;
    if (rc == 0 && (times == NULL || numbers == NULL)) rc = no_memory(legs);
    if (rc == 0) rc = read_columns(legs, &csv, times, numbers);
    free(numbers);
    free(times);
    csv_close(&csv);
    return rc;
}

int option_legs_read(struct option_legs *legs, const char *path) {
    size_t before = legs->count;
    TRY(option_chain_is_lean(path) ? option_lean_each(path, take, legs) : read_csv(legs, path));
    if (legs->count == before)
        return ERR_SET(ERR_NOT_FOUND, "%s has no quote of strike %.10g and that expiry", path,
                       legs->strike);
    merge(legs);
    return 0;
}

void option_legs_free(struct option_legs *legs) {
    free(legs->bars);
    *legs = (struct option_legs){0};
}
