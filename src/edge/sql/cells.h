// SPDX-License-Identifier: Apache-2.0
// Rows of values for sql_bulk_put, with the texts that they need: filled row by row, put when they are full.
#ifndef FULMAR_EDGE_SQL_CELLS_H
#define FULMAR_EDGE_SQL_CELLS_H

#include "base/decimal.h"
#include "edge/sql/sql.h"

struct cells {
    struct sql *sql;
    const struct sql_bulk *bulk;
    struct sql_value *values;
    size_t count; // of values
    char *bytes;  // of printed texts
    size_t used;
    int error; // the first failure: what comes afterwards does nothing
};

// ERR_NOMEM is kept in `error`. The bulk outlives it.
void cells_open(struct cells *cells, struct sql *sql, const struct sql_bulk *bulk);
// Puts what is left; the first failure, or 0.
int cells_close(struct cells *cells) MUST_USE;

// The next value of the row, in the order of columns.
void cells_null(struct cells *cells);
void cells_int(struct cells *cells, int64_t value);
void cells_real(struct cells *cells, double value);     // NaN and infinities are NULL
void cells_text(struct cells *cells, const char *text); // not copied; NULL is NULL
void cells_copy(struct cells *cells, const char *data,
                size_t size);                           // up to its NUL, at most `size` bytes
void cells_number(struct cells *cells, uint64_t value); // as text
void cells_amount(struct cells *cells, int128_t mantissa, int decimals); // any count of decimals

#endif
