// SPDX-License-Identifier: Apache-2.0
// A CSV file with a header line, read whole: RFC 4180 (quotes, doubled quotes, line ends within
// quotes), LF or CRLF, a leading byte-order mark; the separator is the one of , ; tab | that is
// most frequent in the header. Blank lines are passed over; between the rows of a file of one column they
// are empty cells.
#ifndef FULMAR_APP_CSV_H
#define FULMAR_APP_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

#define CSV_SIZE_MAX ((size_t)4 << 30)
enum { CSV_COLUMNS_MAX = 1024 };

struct csv_row {
    size_t at;   // in data: the row's cells, each ended by a NUL
    size_t line; // of the file, from 1
};

struct csv {
    const char *path; // for stories; the caller's
    char *data;
    char separator;
    size_t columns;
    size_t rows;          // without the header
    struct csv_row *list; // [rows + 1]; the header first
    size_t list_max;
};

// Reads a file, "-" for standard input. ERR_NOT_FOUND, ERR_IO, ERR_FULL, ERR_NOMEM; ERR_PARSE (no
// header, a row with more or fewer fields than the header, an open quote) with file and line in the
// story. csv is to be closed either way.
int csv_open(struct csv *csv, const char *path) MUST_USE;
void csv_close(struct csv *csv);

// A header cell, and a cell of row 0 .. rows - 1; valid until csv_close.
const char *csv_name(const struct csv *csv, size_t column);
const char *csv_cell(const struct csv *csv, size_t row, size_t column);

// The column of that name: as written, else without regard to case, else -1.
int csv_find(const struct csv *csv, const char *name);
// "date, open, close" into a story.
void csv_names(const struct csv *csv, struct text *out);

// Whether a cell stands for no number: empty, "nan", "NA" or "null".
bool csv_is_empty(const struct csv *csv, size_t row, size_t column);

// A column as numbers, NaN for an empty cell, "nan", "NA" and "null". ERR_PARSE names file, line
// and field.
int csv_numbers(const struct csv *csv, size_t column, double *ret_numbers) MUST_USE;

// A column as instants, in the format of its first cell. ERR_PARSE names file, line and field: not a time, or before
// the one in front of it.
int csv_times(const struct csv *csv, size_t column, int64_t *ret_times) MUST_USE;
// The same in seconds since 1970.
int csv_seconds(const struct csv *csv, size_t column, double *ret_seconds) MUST_USE;

// Appends a cell, quoted where it must be.
void csv_add_cell(struct text *out, const char *cell);

#endif
