// SPDX-License-Identifier: Apache-2.0
// A pyramid over a series of the tape: first, highest, lowest and last price and the volume of every 64 rows, of every 8
// of those, and so on to one for a whole partition, so that any stretch of a series is drawn at any width without
// reading its rows. What it answers is exact: at the ends of a stretch the rows themselves are read.
//
// The price of a bar is its open, high, low and close; of a trade its price; of a quote the middle of bid and ask, rounded
// down at the last decimal (the side that is there, where one is missing).
//
// It is kept beside the partitions as <series>/pyramid.bin and can always be made again: a file that is missing, damaged or
// of other partitions is made anew when the pyramid is opened, and partitions that it knows are taken over. Where the
// tape cannot be written it lives in memory.
#ifndef FULMAR_EDGE_STORE_PYRAMID_H
#define FULMAR_EDGE_STORE_PYRAMID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "edge/store/tape.h"

enum { PYRAMID_ROWS_MAX = 20000 }; // of one answer

// What happened in [from_ns, from_ns + width): rows of the series, at least one.
struct pyramid_row {
    int64_t from_ns;
    int64_t first_ns; // of the first row in it
    int64_t last_ns;
    int64_t open;
    int64_t high;
    int64_t low;
    int64_t close;
    uint64_t rows;
    int128_t volume;
};

struct pyramid;

// The tape outlives the pyramid. ERR_UNSUPPORTED for a recorded feed; ERR_NOMEM, ERR_IO, ERR_CORRUPT.
int pyramid_open(const struct tape *tape, struct pyramid **ret_pyramid) MUST_USE;
void pyramid_close(struct pyramid *pyramid); // NULL is fine
bool pyramid_was_built(
    const struct pyramid *pyramid); // the file was not there, or of other partitions
uint64_t pyramid_bytes(const struct pyramid *pyramid);

// How many rows are before an instant (by open of bars, time of ticks).
uint64_t pyramid_rows_before(const struct pyramid *pyramid, int64_t ns);

// Cuts [from_ns, to_ns) into `count` (1 to PYRAMID_ROWS_MAX, CHECKed) stretches of one width, the last one shorter, and
// writes those in which something happened, in order. Returns how many. from_ns < to_ns (CHECKed).
int pyramid_read(const struct pyramid *pyramid, int64_t from_ns, int64_t to_ns, int count,
                 struct pyramid_row *ret_rows);
// The width of those stretches.
int64_t pyramid_width(int64_t from_ns, int64_t to_ns, int count);

#endif
