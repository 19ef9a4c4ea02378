// SPDX-License-Identifier: Apache-2.0
// Any bytes as a CSV file of `fulmar calc`. Whatever comes: it is refused with a story, or every cell can be read.
#include "fuzz_kit.h"

#include <stdlib.h>
#include <string.h>

#include "app/csv.h"
#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct csv csv;
    err_clear();
    int rc = csv_open(&csv, fuzz_file("table.csv", data, size));
    if (rc < 0) CHECK(err_story()[0] != '\0');
    size_t total = 0;
    double *numbers = rc == 0 ? calloc(csv.rows + 1, sizeof *numbers) : NULL;
    for (size_t column = 0; rc == 0 && column < csv.columns; column++) {
        CHECK(csv_find(&csv, csv_name(&csv, column)) >= 0);
        for (size_t row = 0; row < csv.rows; row++) total += strlen(csv_cell(&csv, row, column));
        CHECK(numbers != NULL);
        if (csv_numbers(&csv, column, numbers) < 0) CHECK(err_story()[0] != '\0');
    }
    CHECK(total <= size);
    free(numbers);
    csv_close(&csv);
    return 0;
}
