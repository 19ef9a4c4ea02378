// SPDX-License-Identifier: Apache-2.0
// Rows of values for sql_bulk_put, with the texts that they need: filled row by row, put when they are full.
#ifndef FULMAR_EDGE_SQL_BATCH_H
#define FULMAR_EDGE_SQL_BATCH_H

#include "base/decimal.h"
#include "edge/sql/sql.h"

struct batch {
    struct sql *sql;
    const struct sql_bulk *bulk;
    struct sql_value *values;
    size_t count; // of values
    char *bytes;  // of printed texts
    size_t used;
    int error; // the first failure: what comes afterwards does nothing
};

// ERR_NOMEM is kept in `error`. The bulk outlives it.
void batch_open(struct batch *batch, struct sql *sql, const struct sql_bulk *bulk);
// Puts what is left; the first failure, or 0.
int batch_close(struct batch *batch) MUST_USE;

// The next value of the row, in the order of columns.
void batch_null(struct batch *batch);
void batch_int(struct batch *batch, int64_t value);
void batch_real(struct batch *batch, double value);     // NaN and infinities are NULL
void batch_text(struct batch *batch, const char *text); // not copied; NULL is NULL
void batch_copy(struct batch *batch, const char *data,
                size_t size);                           // up to its NUL, at most `size` bytes
void batch_number(struct batch *batch, uint64_t value); // as text
void batch_amount(struct batch *batch, int128_t mantissa, int decimals); // any count of decimals

#endif
