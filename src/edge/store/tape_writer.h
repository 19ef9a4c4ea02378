// SPDX-License-Identifier: Apache-2.0
// Adds rows to one series of the tape. Rows gather in memory, whole partitions go to disk as they
// fill (memory is bounded by the largest partition), and nothing is part of the tape before
// tape_writer_commit.
//
//   tape_writer_open -> tape_writer_add ... -> tape_writer_prepare -> tape_writer_commit -> tape_writer_close
//
// A failure or tape_writer_close before the commit leaves the old tape as it was and removes what
// was written. A series has one writer at a time (flock on its directory).
//
// Rows that are there already: a bar is known by its open_ns. An equal one is a duplicate and is
// dropped; one that differs is a conflict: the old row stays, or with `replace` the new one does.
// Ticks of one instant are compared as a group: what the tape holds already is dropped, the rest
// follows it; with `replace` the new group takes its place. A feed is one story: what lies before, after
// or in a hole of the one on the tape is added; where both have records, all of them must be equal, or
// those of the import are conflicts: the old ones stay, or with `replace` the new ones take their place.
#ifndef FULMAR_EDGE_STORE_TAPE_WRITER_H
#define FULMAR_EDGE_STORE_TAPE_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "edge/store/tape.h"
#include "edge/store/tape_manifest.h"

struct tape_writer;

// meta: decimals are where to start (tape_writer_raise), tick, lot and qty_min 0 mean one unit of
// the last decimal. A tape that exists must agree in asset class, currency, calendar, multiplier
// and bar flags: ERR_EXISTS names what differs. ERR_STATE: another writer is at work.
int tape_writer_open(const char *root, const struct tape_series *series,
                     const struct tape_meta *meta, bool replace,
                     struct tape_writer **ret_writer) MUST_USE;
void tape_writer_close(struct tape_writer *writer); // NULL is fine

// The next rows come from another file: they may lie anywhere in time, newest first when `falling`.
void tape_writer_segment(struct tape_writer *writer, bool falling);

enum tape_added {
    TAPE_ADDED,
    TAPE_DUPLICATE,   // equal to the row before
    TAPE_CONFLICT,    // of the row before's time, but different
    TAPE_OUT_OF_ORDER // before the row before (after it where rows are falling)
};

// Adds one row: the values of the series' columns in their order (tape.h). Only TAPE_ADDED rows are
// kept. Returns enum tape_added or a negative error. Prices and quantities are at the writer's
// decimals.
int tape_writer_add(struct tape_writer *writer, const int64_t *row) MUST_USE;

// The same for one record of a feed (CHECKs that feed_record_valid): records that are equal or share a
// receipt are all kept.
int tape_writer_add_feed(struct tape_writer *writer, const struct feed_record *record) MUST_USE;

int tape_writer_price_decimals(const struct tape_writer *writer);
int tape_writer_qty_decimals(const struct tape_writer *writer);
// Goes to more decimals, rows so far included. ERR_RANGE (no story): some value would not fit;
// nothing has changed.
int tape_writer_raise(struct tape_writer *writer, int price_decimals, int qty_decimals) MUST_USE;

struct tape_added_counts {
    uint64_t rows;       // new on the tape
    uint64_t duplicates; // were there already
    uint64_t conflicts;  // differed from what was there
    int64_t conflict_ns; // the first such row's time
};

// Merges with the old tape and puts everything on the disk but the manifest.
int tape_writer_prepare(struct tape_writer *writer, struct tape_added_counts *ret_counts) MUST_USE;
// Notes a source of the rows; the same source (sha256, name and importer) is noted once.
int tape_writer_note_import(struct tape_writer *writer, const struct tape_import *import) MUST_USE;
// Renames the manifest and removes partitions that are no longer listed. After prepare.
int tape_writer_commit(struct tape_writer *writer) MUST_USE;

#endif
