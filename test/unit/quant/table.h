// SPDX-License-Identifier: Apache-2.0
// A shared table of numbers and words, for tests: a CSV file with a header and no quotes.
#ifndef FULMAR_TEST_QUANT_TABLE_H
#define FULMAR_TEST_QUANT_TABLE_H

#include <stddef.h>

enum { TABLE_CELLS_MAX = 32 };

struct table {
    size_t columns;
    char header[1024];
    char line[4096];
    const char *names[TABLE_CELLS_MAX];
    const char *cells[TABLE_CELLS_MAX];
    void *file;
};

// Opens a shared file; skips the test where it is absent.
void table_open(struct table *table, const char *relative);
// Reads a row; 0 at the end, where the file is closed.
int table_next(struct table *table);
// A cell of the current row by its column's name; as a number, NaN where it is empty or a word.
const char *table_text(const struct table *table, const char *name);
double table_number(const struct table *table, const char *name);

#endif
