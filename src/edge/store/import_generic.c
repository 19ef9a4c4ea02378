// SPDX-License-Identifier: Apache-2.0
// CSV files of bars of no particular origin: one symbol, a symbol column, or a matrix of closes.
#include <string.h>

#include "edge/store/import_csv.h"

static int generic_sniff(const char *path, const char *entry, const char *data, size_t size);
static int generic_run(struct import_job *job, struct import_input *input);

const struct importer import_csv = {
    {"csv", "bars with a header or --map: one symbol, a symbol column, or a matrix of closes"},
    generic_sniff,
    generic_run};

static int generic_sniff(const char *path, const char *entry, const char *data, size_t size) {
    const char *newline = memchr(data, '\n', size);
    const char *end = newline == NULL ? data + size : newline;
    if (memchr(data, '\0', size) != NULL) return 0;
    return csv_split(data, end, csv_delimiter_find(data, end), NULL, 0) >= 2 ? 10 : 0;
}

static int generic_run(struct import_job *job, struct import_input *input) {
    return csv_run_entries(job, NULL);
}
