// SPDX-License-Identifier: Apache-2.0
// Merges two runs of rows of one partition by time: what the tape holds and what an import brings.
#ifndef FULMAR_EDGE_STORE_TAPE_MERGE_H
#define FULMAR_EDGE_STORE_TAPE_MERGE_H

#include <stdbool.h>

#include "base/err.h"
#include "edge/store/tape_partition.h"
#include "edge/store/tape_writer.h"

// Appends the union of `old` and `fresh` (both in order, at the same decimals) to ret_rows, which
// is empty, by the rules of tape_writer.h, and adds to ret_counts. ERR_NOMEM, ERR_FULL;
// ERR_ARGUMENT: bars overlap.
int tape_merge(enum tape_kind kind, const struct tape_rows *old, const struct tape_rows *fresh,
               bool replace, struct tape_rows *ret_rows,
               struct tape_added_counts *ret_counts) MUST_USE;

#endif
