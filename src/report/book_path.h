// SPDX-License-Identifier: Apache-2.0
// The best prices of an instrument, our best quotes and our position over time, in few enough points for a chart: at
// most BOOK_PATH_MAX stretches of equal length; when they are full, pairs of them are merged and the length doubles.
#ifndef FULMAR_REPORT_BOOK_PATH_H
#define FULMAR_REPORT_BOOK_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/err.h"

enum { BOOK_PATH_MAX = 4096 };

// A stretch; prices of 0: none.
struct book_point {
    int64_t ts_ns; // of the latest in it
    price_t bid;   // the latest
    price_t ask;
    price_t bid_low; // the lowest best bid
    price_t ask_high;
    price_t own_bid; // our best working orders at its last step
    price_t own_ask;
    int64_t position; // at its last step
};

struct book_path {
    struct book_point *points; // [BOOK_PATH_MAX]; NULL until the first
    size_t count;
    int64_t start_ns;
    int64_t width_ns;
};

void book_path_init(struct book_path *path, int64_t width_ns); // of a stretch at first, > 0
void book_path_fini(struct book_path *path);
int book_path_touch(struct book_path *path, int64_t ts_ns, price_t bid, price_t ask) MUST_USE;
int book_path_step(struct book_path *path, int64_t ts_ns, price_t own_bid, price_t own_ask,
                   int64_t position) MUST_USE;

#endif
