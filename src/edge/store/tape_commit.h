// SPDX-License-Identifier: Apache-2.0
// The inside of a tape writer, shared by tape_writer.c (rows in) and tape_commit.c (partitions
// out).
#ifndef FULMAR_EDGE_STORE_TAPE_COMMIT_H
#define FULMAR_EDGE_STORE_TAPE_COMMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "edge/store/tape_manifest.h"
#include "edge/store/tape_partition.h"
#include "edge/store/tape_writer.h"

struct tape_writer {
    struct tape_series series;
    struct tape_meta meta;
    struct tape_manifest old;  // empty when the series is new
    struct tape_manifest next; // built by prepare
    struct tape_rows rows;     // of partition `key`
    struct tape_key key;
    struct tape_partition *pending; // on disk, not listed yet; by key, rising
    uint32_t pending_count;
    uint32_t import_count;
    struct tape_import *imports;
    struct tape_added_counts counts;
    int64_t last[TAPE_COLUMNS_MAX]; // the latest row, at the decimals of now
    int64_t price_most;             // largest price and quantity among pending partitions
    int64_t qty_most;
    int price_decimals;
    int qty_decimals;
    int tick_decimals; // those that meta's tick and lot are written at
    int lot_decimals;
    int lock_fd;
    bool replace;
    bool fresh; // no manifest yet
    bool has_last;
    bool falling; // of the rows in memory
    bool segment_starts;
    bool next_falling;
    bool prepared;
    char dir[TAPE_PATH_SIZE];
};

// Writes the rows in memory to disk and forgets them.
int tape_writer_flush(struct tape_writer *writer) MUST_USE;

// Writes the rows as the pending partition of writer->key, merged with the one that is there.
int tape_pending_put(struct tape_writer *writer) MUST_USE;

// Removes every partition that the manifest in force does not list, and directories left empty.
void tape_sweep(struct tape_writer *writer);

#endif
