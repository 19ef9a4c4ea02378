// SPDX-License-Identifier: Apache-2.0
// The CSV file of `fulmar match`: a command of the matching engine a line, columns by name in any order.
//   time     an instant, or whole nanoseconds; empty: that of the line before
//   action   new (where empty), cancel, replace, mass_cancel, phase, clock
//   id       a whole number above 0
//   owner    any text; empty: nobody's. Owners are numbered from 1 as they come
//   side     buy, sell; empty with mass_cancel: both
//   type, tif, stp, phase: names of enum order_type, order_tif, matching_stp, matching_phase; empty: limit where there
//            is a price and market where there is none, gtc, default
//   qty, price, stop, trail, display, min_qty: decimals
//   expire   as time
//   post_only, hidden: yes, no or empty
// A column that is missing is empty in every line; a column of another name is refused.
#ifndef FULMAR_APP_MATCH_MATCH_INPUT_H
#define FULMAR_APP_MATCH_MATCH_INPUT_H

#include "app/csv.h"
#include "sim/matching/matching.h"

struct match_input {
    struct csv csv;
    struct matching_command *commands;
    size_t count;
    const char **owners; // [owner_count] names by number; 0 is ""
    uint32_t owner_count;
    int price_decimals;
    int qty_decimals;
    int64_t price_low; // of the prices and stops in the file; low > high: it has none
    int64_t price_high;
};

// Reads the file ("-": standard input). ERR_PARSE, ERR_RANGE, ERR_INEXACT with file, line and column in the story; the
// errors of csv_open. The input is to be freed either way.
int match_input_read(struct match_input *input, const char *path, int price_decimals,
                     int qty_decimals) MUST_USE;
void match_input_free(struct match_input *input);

#endif
