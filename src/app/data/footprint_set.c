// SPDX-License-Identifier: Apache-2.0
#include "app/data/footprint_set.h"

#include <stdlib.h>

enum { STACKS_MAX = 4096 };

int64_t footprint_set_bottom(const struct footprint_set *set, int64_t row) {
    return row * set->config.height;
}

int64_t footprint_set_top(const struct footprint_set *set, int64_t row) {
    return (row + 1) * set->config.height - set->list->tick;
}

static void stacks_mark(const struct footprint_set *set, const struct volume_at_price *cells,
                        struct footprint_print *print) {
    static struct footprint_stack stacks[STACKS_MAX];
    uint32_t count = footprint_stacks(cells, &set->rules, stacks, STACKS_MAX);
    for (uint32_t i = 0; i < count && i < STACKS_MAX; i++)
        for (int64_t row = stacks[i].low; row <= stacks[i].high; row++)
            print->imbalances[row - print->low] |= stacks[i].side > 0 ? 4 : 8;
}

static int print_fill(const struct footprint_set *set, struct footprint_view view,
                      struct footprint_print *print) {
    print->bar = *view.bar;
    print->all = view.cells->all;
    print->area = volume_at_price_area(view.cells, set->share_ppm);
    print->low = view.cells->low;
    print->rows = (uint32_t)(view.cells->high - view.cells->low + 1);
    print->cells = calloc(print->rows, sizeof *print->cells);
    print->imbalances = calloc(print->rows, 1);
    if (print->cells == NULL || print->imbalances == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for the bars");
    for (uint32_t i = 0; i < print->rows; i++) {
        print->cells[i] = volume_at_price_get(view.cells, print->low + i);
        print->imbalances[i] =
            (uint8_t)footprint_imbalance(view.cells, print->low + i, &set->rules);
    }
    stacks_mark(set, view.cells, print);
    return 0;
}

static int bar_add(struct footprint_set *set, struct footprint_history *history,
                   const struct footprint *footprint) {
    struct footprint_view view = footprint_done(footprint);
    if (set->count == set->max) {
        size_t max = set->max == 0 ? 256 : 2 * set->max;
        struct footprint_print *grown = realloc(set->bars, max * sizeof *grown);
        if (grown == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu bars", max);
        set->bars = grown;
        set->max = max;
    }
    struct footprint_print *print = &set->bars[set->count++];
    *print = (struct footprint_print){.signals = footprint_signals(history, view, &set->rules)};
    return print_fill(set, view, print);
}

static int trades_take(struct footprint_set *set, struct footprint *footprint) {
    struct footprint_history history = {0};
    TRY(footprint_init(footprint, &set->config));
    for (size_t i = 0; i < set->list->count; i++) {
        const struct trade_row *trade = &set->list->rows[i];
        int rc =
            footprint_trade(footprint, trade->ts_ns, trade->price, trade->qty, (int)trade->side);
        if (rc == ERR_FULL) return ERR_APPEND(rc, "--tick-multiple is how many ticks a row has");
        TRY(rc);
        if (rc == 1) TRY(bar_add(set, &history, footprint));
    }
    set->outside = footprint->outside;
    if (footprint_flush(footprint, INT64_MAX) == 1) TRY(bar_add(set, &history, footprint));
    if (set->count > 0) return 0;
    return ERR_SET(ERR_NOT_FOUND, "%s has no trade within sessions; --extended takes all",
                   set->list->name);
}

int footprint_set_make(struct footprint_set *set) {
    struct footprint *footprint = malloc(FOOTPRINT_BYTES(set->config.rows_max));
    if (footprint == NULL) return ERR_SET(ERR_NOMEM, "no memory for footprint bars");
    int rc = trades_take(set, footprint);
    free(footprint);
    return rc;
}

void footprint_set_fini(struct footprint_set *set) {
    for (size_t i = 0; i < set->count; i++) {
        free(set->bars[i].cells);
        free(set->bars[i].imbalances);
    }
    free(set->bars);
    set->bars = NULL;
    set->count = 0;
}
