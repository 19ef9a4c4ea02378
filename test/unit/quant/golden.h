// SPDX-License-Identifier: Apache-2.0
// The shared performance numbers: return series and what other programs made of them.
#ifndef FULMAR_TEST_QUANT_GOLDEN_H
#define FULMAR_TEST_QUANT_GOLDEN_H

#include <stddef.h>

enum { GOLDEN_ROWS_MAX = 2500, GOLDEN_LABEL_MAX = 24 };

struct golden {
    const char *section; // of expected.json
    double periods;
    double rf;
    size_t count;
    char labels[GOLDEN_ROWS_MAX][GOLDEN_LABEL_MAX]; // date, or the month counted from 1
    double returns[GOLDEN_ROWS_MAX];
    double benchmark[GOLDEN_ROWS_MAX];
};

enum golden_set { GOLDEN_DAILY, GOLDEN_MONTHLY, GOLDEN_SETS };

// Loads a set; it stays valid until the next call. Skips the test where the files are absent.
const struct golden *golden_load(enum golden_set set);

// A number or text of the set's section, "a/b" reaches inside; null is NaN or "".
double golden_number(const struct golden *golden, const char *key);
const char *golden_text(const struct golden *golden, const char *key);

// Asserts |actual - expected| <= 1e-10 |expected| and names the key.
void golden_equal(const struct golden *golden, const char *key, double actual);

// Reads a CSV file under ../shared: a row of names, then a label and `columns` numbers a line. Value i of
// column j comes to ret[j * GOLDEN_ROWS_MAX + i]. Returns the number of rows.
size_t golden_panel(const char *path, size_t columns, double *ret);

// A number of another file of the golden ones, "a/b/c" reaching inside.
double golden_file_number(const char *path, const char *key);

// The same of an array of `count` numbers.
void golden_file_numbers(const char *path, const char *key, size_t count, double *ret);

#endif
