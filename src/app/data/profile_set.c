// SPDX-License-Identifier: Apache-2.0
#include "app/data/profile_set.h"

#include <stdlib.h>

#include "market/resample.h"
#include "quant/series/profile.h"

enum { STEPS_MAX = 1000000, RING_MAX = 1 << 22 };

int64_t profile_set_bottom(const struct profile_set *set, int64_t row) {
    return row * set->list->height;
}

int64_t profile_set_top(const struct profile_set *set, int64_t row) {
    return (row + 1) * set->list->height - set->list->tick;
}

static int nodes_find(const struct profile_set *set, struct profile_print *print) {
    double *volume = calloc(print->rows, sizeof *volume);
    double *scratch = calloc(print->rows, sizeof *scratch);
    print->high_nodes = calloc(print->rows, sizeof *print->high_nodes);
    print->low_nodes = calloc(print->rows, sizeof *print->low_nodes);
    bool room =
        volume != NULL && scratch != NULL && print->high_nodes != NULL && print->low_nodes != NULL;
    if (room) {
        struct profile profile = {.height = 1, .rows = print->rows, .volume = volume};
        struct profile_nodes nodes = {.smooth = set->smooth,
                                      .share = set->prominence,
                                      .scratch = scratch,
                                      .high = print->high_nodes,
                                      .low = print->low_nodes};
        for (uint32_t i = 0; i < print->rows; i++)
            volume[i] = (double)volume_at_price_sum(&print->cells[i]);
        profile_find_nodes(&profile, &nodes);
        print->high_count = nodes.high_count;
        print->low_count = nodes.low_count;
    }
    free(volume);
    free(scratch);
    return room ? 0 : ERR_SET(ERR_NOMEM, "no memory for a profile");
}

static int cells_keep(const struct profile_set *set, const struct volume_at_price *cells,
                      struct profile_print *print) {
    print->cells = calloc(print->rows, sizeof *print->cells);
    if (print->cells == NULL) return ERR_SET(ERR_NOMEM, "no memory for a profile");
    for (uint32_t i = 0; i < print->rows; i++)
        print->cells[i] = volume_at_price_get(cells, print->low + i);
    return nodes_find(set, print);
}

static int print_add(struct profile_set *set, const struct volume_at_price *cells, int64_t from_ns,
                     int64_t to_ns, bool keep) {
    if (set->count == set->max) {
        size_t max = set->max == 0 ? 64 : 2 * set->max;
        struct profile_print *grown = realloc(set->profiles, max * sizeof *grown);
        if (grown == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu profiles", max);
        set->profiles = grown;
        set->max = max;
    }
    struct profile_print *print = &set->profiles[set->count++];
    *print = (struct profile_print){.from_ns = from_ns,
                                    .to_ns = to_ns,
                                    .all = cells->all,
                                    .area = volume_at_price_area(cells, set->share_ppm),
                                    .low = cells->low,
                                    .rows = (uint32_t)(cells->high - cells->low + 1)};
    return keep ? cells_keep(set, cells, print) : 0;
}

static int full(int rc) {
    return rc == ERR_FULL ? ERR_APPEND(rc, "--tick-multiple is how many ticks a row has") : rc;
}

static int fixed_make(struct profile_set *set, struct volume_at_price *cells) {
    const struct trade_row *rows = set->list->rows;
    TRY(volume_at_price_init(cells, set->list->height, TRADE_LIST_ROWS_MAX));
    for (size_t i = 0; i < set->list->count; i++)
        TRY(full(volume_at_price_add(cells, rows[i].price, rows[i].qty, (int)rows[i].side)));
    return print_add(set, cells, rows[0].ts_ns, rows[set->list->count - 1].ts_ns, true);
}

static int sessions_make(struct profile_set *set, struct volume_at_price *cells) {
    struct resample days;
    int64_t begin_ns = INT64_MIN, end_ns = INT64_MIN;
    TRY(volume_at_price_init(cells, set->list->height, TRADE_LIST_ROWS_MAX));
    TRY(resample_init(&days, (enum calendar_id)set->list->instrument.calendar, FRAME_DAY_S,
                      set->extended ? RESAMPLE_EXTENDED : 0));
    for (size_t i = 0; i < set->list->count; i++) {
        const struct trade_row *trade = &set->list->rows[i];
        if (trade->ts_ns >= end_ns) {
            int64_t begin, end;
            if (!resample_frame(&days, trade->ts_ns, &begin, &end)) {
                set->outside++;
                continue;
            }
            if (cells->all.trades > 0) TRY(print_add(set, cells, begin_ns, end_ns, true));
            volume_at_price_clear(cells);
            begin_ns = begin;
            end_ns = end;
        }
        TRY(full(volume_at_price_add(cells, trade->price, trade->qty, (int)trade->side)));
    }
    if (cells->all.trades > 0) return print_add(set, cells, begin_ns, end_ns, true);
    return ERR_SET(ERR_NOT_FOUND, "%s has no trade within sessions; --extended takes all",
                   set->list->name);
}

// At the first trade's time and every step after it, and at the last trade.
static int rolling_walk(struct profile_set *set, struct rolling_profile *rolling) {
    const struct volume_at_price *cells = rolling_profile_cells(rolling);
    const struct trade_row *rows = set->list->rows;
    size_t count = set->list->count;
    int64_t at_ns = rows[0].ts_ns, last_ns = rows[count - 1].ts_ns;
    for (size_t next = 0; at_ns <= last_ns;) {
        while (next < count && rows[next].ts_ns <= at_ns) {
            const struct trade_row *trade = &rows[next++];
            TRY(full(rolling_profile_trade(rolling, trade->ts_ns, trade->price, trade->qty,
                                           (int)trade->side)));
        }
        rolling_profile_turn(rolling, at_ns);
        bool last = at_ns == last_ns;
        if (cells->all.trades > 0) TRY(print_add(set, cells, at_ns - set->span_ns, at_ns, last));
        if (last) return 0;
        at_ns = at_ns + set->step_ns < last_ns ? at_ns + set->step_ns : last_ns;
    }
    return 0;
}

static int rolling_make(struct profile_set *set) {
    size_t count = set->list->count;
    int64_t time_ns = set->list->rows[count - 1].ts_ns - set->list->rows[0].ts_ns;
    uint32_t ring = count < RING_MAX ? (uint32_t)count : RING_MAX;
    if (time_ns / set->step_ns >= STEPS_MAX)
        return ERR_SET(ERR_ARGUMENT, "--step: more than %d steps; give a longer one", STEPS_MAX);
    struct rolling_profile *rolling = malloc(ROLLING_PROFILE_BYTES(TRADE_LIST_ROWS_MAX, ring));
    if (rolling == NULL) return ERR_SET(ERR_NOMEM, "no memory for a rolling profile");
    int rc =
        rolling_profile_init(rolling, set->list->height, set->span_ns, TRADE_LIST_ROWS_MAX, ring);
    if (rc == 0) rc = rolling_walk(set, rolling);
    if (rc == 0 && rolling->early > 0)
        rc = ERR_SET(ERR_FULL, "--rolling: more than %u trades in the time; give a shorter one",
                     ring);
    free(rolling);
    return rc;
}

int profile_set_make(struct profile_set *set) {
    if (set->kind == PROFILE_ROLLING) return rolling_make(set);
    struct volume_at_price *cells = malloc(VOLUME_AT_PRICE_BYTES(TRADE_LIST_ROWS_MAX));
    if (cells == NULL) return ERR_SET(ERR_NOMEM, "no memory for a profile");
    int rc = set->kind == PROFILE_SESSION ? sessions_make(set, cells) : fixed_make(set, cells);
    free(cells);
    return rc;
}

void profile_set_fini(struct profile_set *set) {
    for (size_t i = 0; i < set->count; i++) {
        free(set->profiles[i].cells);
        free(set->profiles[i].high_nodes);
        free(set->profiles[i].low_nodes);
    }
    free(set->profiles);
    set->profiles = NULL;
    set->count = 0;
}
