// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/batch.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { ROWS = 256, TEXT_MAX = 64, AMOUNT_SIZE = 96 };

void batch_open(struct batch *batch, struct sql *sql, const struct sql_bulk *bulk) {
    *batch = (struct batch){.sql = sql, .bulk = bulk};
    batch->values = calloc(ROWS * bulk->column_count, sizeof *batch->values);
    batch->bytes = malloc(ROWS * bulk->column_count * TEXT_MAX);
    if (batch->values == NULL || batch->bytes == NULL)
        batch->error = ERR_SET(ERR_NOMEM, "%s: no memory for rows", bulk->table);
}

static void put(struct batch *batch) {
    size_t rows = batch->count / batch->bulk->column_count;
    if (batch->error == 0 && rows > 0)
        batch->error = sql_bulk_put(batch->sql, batch->bulk, batch->values, rows);
    batch->count = batch->used = 0;
}

int batch_close(struct batch *batch) {
    CHECK(batch->error < 0 || batch->count % batch->bulk->column_count == 0);
    put(batch);
    free(batch->values);
    free(batch->bytes);
    return batch->error;
}

static void add(struct batch *batch, struct sql_value value) {
    if (batch->error < 0) return;
    if (batch->count == ROWS * batch->bulk->column_count) put(batch);
    if (batch->error < 0) return;
    batch->values[batch->count++] = value;
}

// A text's bytes go where those of the row's column belong: a full buffer is put before, never between.
static void add_text(struct batch *batch, const char *data, size_t size) {
    if (batch->error < 0) return;
    if (batch->count == ROWS * batch->bulk->column_count) put(batch);
    if (batch->error < 0) return;
    CHECK(size <= TEXT_MAX);
    char *at = batch->bytes + batch->used;
    memcpy(at, data, size);
    batch->used += size;
    batch->values[batch->count++] = sql_text_n(at, size);
}

void batch_null(struct batch *batch) {
    add(batch, sql_null());
}

void batch_int(struct batch *batch, int64_t value) {
    add(batch, sql_int(value));
}

void batch_real(struct batch *batch, double value) {
    add(batch, isfinite(value) ? sql_real(value) : sql_null());
}

void batch_text(struct batch *batch, const char *text) {
    add(batch, sql_text(text));
}

void batch_copy(struct batch *batch, const char *data, size_t size) {
    add_text(batch, data, strnlen(data, size));
}

void batch_number(struct batch *batch, uint64_t value) {
    char text[24];
    add_text(batch, text, (size_t)snprintf(text, sizeof text, "%" PRIu64, value));
}

// decimal_print's decimals end at 18; a product of price and quantity has up to 36.
void batch_amount(struct batch *batch, int128_t mantissa, int decimals) {
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
    add_text(batch, text, at);
}
