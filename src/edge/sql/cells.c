// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/cells.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { ROWS = 256, TEXT_MAX = 64, AMOUNT_SIZE = 96 };

void cells_open(struct cells *cells, struct sql *sql, const struct sql_bulk *bulk) {
    *cells = (struct cells){.sql = sql, .bulk = bulk};
    cells->values = calloc(ROWS * bulk->column_count, sizeof *cells->values);
    cells->bytes = malloc(ROWS * bulk->column_count * TEXT_MAX);
    if (cells->values == NULL || cells->bytes == NULL)
        cells->error = ERR_SET(ERR_NOMEM, "%s: no memory for rows", bulk->table);
}

static void put(struct cells *cells) {
    size_t rows = cells->count / cells->bulk->column_count;
    if (cells->error == 0 && rows > 0)
        cells->error = sql_bulk_put(cells->sql, cells->bulk, cells->values, rows);
    cells->count = cells->used = 0;
}

int cells_close(struct cells *cells) {
    CHECK(cells->error < 0 || cells->count % cells->bulk->column_count == 0);
    put(cells);
    free(cells->values);
    free(cells->bytes);
    return cells->error;
}

static void add(struct cells *cells, struct sql_value value) {
    if (cells->error < 0) return;
    if (cells->count == ROWS * cells->bulk->column_count) put(cells);
    if (cells->error < 0) return;
    cells->values[cells->count++] = value;
}

// A text's bytes go where those of the row's column belong: a full buffer is put before, never between.
static void add_text(struct cells *cells, const char *data, size_t size) {
    if (cells->error < 0) return;
    if (cells->count == ROWS * cells->bulk->column_count) put(cells);
    if (cells->error < 0) return;
    CHECK(size <= TEXT_MAX);
    char *at = cells->bytes + cells->used;
    memcpy(at, data, size);
    cells->used += size;
    cells->values[cells->count++] = sql_text_n(at, size);
}

void cells_null(struct cells *cells) {
    add(cells, sql_null());
}

void cells_int(struct cells *cells, int64_t value) {
    add(cells, sql_int(value));
}

void cells_real(struct cells *cells, double value) {
    add(cells, isfinite(value) ? sql_real(value) : sql_null());
}

void cells_text(struct cells *cells, const char *text) {
    add(cells, sql_text(text));
}

void cells_copy(struct cells *cells, const char *data, size_t size) {
    add_text(cells, data, strnlen(data, size));
}

void cells_number(struct cells *cells, uint64_t value) {
    char text[24];
    add_text(cells, text, (size_t)snprintf(text, sizeof text, "%" PRIu64, value));
}

// decimal_print's decimals end at 18; a product of price and quantity has up to 36.
void cells_amount(struct cells *cells, int128_t mantissa, int decimals) {
    char digits[DECIMAL_TEXT_SIZE], text[AMOUNT_SIZE];
    bool negative = mantissa < 0;
    size_t len = decimal_print(digits, sizeof digits, mantissa, 0), at = 0;
    const char *first = digits + negative;
    len -= negative;
    CHECK(decimals >= 0 && decimals <= 2 * DECIMALS_MAX);
    if (negative) text[at++] = '-';
    size_t whole = len > (size_t)decimals ? len - (size_t)decimals : 0;
    memcpy(text + at, first, whole);
    at += whole;
    if (whole == 0) text[at++] = '0';
    if (decimals > 0) {
        text[at++] = '.';
        for (size_t i = len - whole; i < (size_t)decimals; i++) text[at++] = '0';
        memcpy(text + at, first + whole, len - whole);
        at += len - whole;
    }
    add_text(cells, text, at);
}
