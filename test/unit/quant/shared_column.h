// SPDX-License-Identifier: Apache-2.0
// A shared file that is one column of numbers under a header.
#ifndef FULMAR_TEST_QUANT_SHARED_COLUMN_H
#define FULMAR_TEST_QUANT_SHARED_COLUMN_H

#include "harness.h"

// How many there are. Skips the test where the file is absent.
static inline size_t shared_column_load(const char *relative, double *ret_values, size_t max) {
    FILE *file = fopen(harness_shared(relative), "r");
    char line[256];
    size_t count = 0;
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) != NULL) {
        assert_true(count < max);
        ret_values[count++] = strtod(line, NULL);
    }
    fclose(file);
    return count;
}

#endif
