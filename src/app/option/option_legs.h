// SPDX-License-Identifier: Apache-2.0
// The two legs of a straddle over time, from Lean's zips of quotes, a day or a year each, or from a CSV file with the
// columns time, call_bid, call_ask, put_bid and put_ask, and where it is there spot.
#ifndef FULMAR_APP_OPTION_OPTION_LEGS_H
#define FULMAR_APP_OPTION_OPTION_LEGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "quant/option/option.h"

struct leg_bar {
    int64_t end_ns;        // the exchange's wall clock
    double bid[2], ask[2]; // of enum option_side; NaN: no quote
    double spot;           // NaN: not told
};

struct option_legs {
    double strike;  // wanted
    int32_t expiry; // wanted, a date
    struct leg_bar *bars;
    size_t count, max;
};

// Appends a file's rows, in order of time afterwards. ERR_NOT_FOUND: the contract is not in it; ERR_PARSE, ERR_NOMEM.
int option_legs_read(struct option_legs *legs, const char *path) MUST_USE;
void option_legs_free(struct option_legs *legs);

// option_lean.c: every row of a zip of quotes.
struct lean_row {
    int64_t end_ns;
    double bid, ask, strike;
    int32_t expiry;
    enum option_side side;
};
int option_lean_each(const char *path, int (*take)(void *self, const struct lean_row *row),
                     void *self) MUST_USE;

#endif
