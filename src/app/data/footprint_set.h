// SPDX-License-Identifier: Apache-2.0
// The footprint bars of a list of trades, as the command line shows them.
#ifndef FULMAR_APP_DATA_FOOTPRINT_SET_H
#define FULMAR_APP_DATA_FOOTPRINT_SET_H

#include "app/data/trade_list.h"
#include "quant/footprint/footprint_signal.h"

struct footprint_print {
    struct footprint_bar bar;
    struct volume_at_price_cell all;
    struct volume_at_price_area area;
    int64_t low; // first row
    uint32_t rows;
    uint32_t signals;                   // bits of enum footprint_signal
    struct volume_at_price_cell *cells; // [rows]
    uint8_t *imbalances; // [rows] bits of footprint_imbalance; 4 and 8: in a stack of it
};

struct footprint_set {
    const struct trade_list *list;
    struct footprint_config config;
    struct footprint_rules rules;
    int64_t share_ppm;
    struct footprint_print *bars;
    size_t count;
    size_t max;
    uint64_t outside; // trades in no session
};

// The config and the rules are set. ERR_NOMEM, ERR_FULL with the remedy. To be freed either way.
int footprint_set_make(struct footprint_set *set) MUST_USE;
void footprint_set_fini(struct footprint_set *set);

// The lowest price of a row, and the highest.
int64_t footprint_set_bottom(const struct footprint_set *set, int64_t row);
int64_t footprint_set_top(const struct footprint_set *set, int64_t row);

// The last bars as a picture; ERR_ARGUMENT, ERR_IO, ERR_NOMEM.
int footprint_set_draw(const struct footprint_set *set, const char *path) MUST_USE;

#endif
