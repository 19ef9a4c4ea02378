// SPDX-License-Identifier: Apache-2.0
// Binance klines as in the venue's public data: open time, open, high, low, close, volume, close
// time, quote volume, trades, taker buy base, taker buy quote, ignore. Times are ms, from 2025 on
// us in spot files; futures files have a header.
#include <string.h>

#include "edge/store/import_csv.h"

static int binance_sniff(const char *path, const char *entry, const char *data, size_t size);
static int binance_run(struct import_job *job, struct import_input *input);

const struct importer import_binance = {
    {"binance", "Binance klines as in its public data: 12 columns, ms or us"},
    binance_sniff,
    binance_run};

enum { COLUMNS = 12, CLOSE_TIME = 6 };
static const enum csv_role ROLES[COLUMNS] = {CSV_TIME,  CSV_OPEN,   CSV_HIGH, CSV_LOW,
                                             CSV_CLOSE, CSV_VOLUME, CSV_SKIP, CSV_SKIP,
                                             CSV_SKIP,  CSV_SKIP,   CSV_SKIP, CSV_SKIP};

static int binance_sniff(const char *path, const char *entry, const char *data, size_t size) {
    static const char HEADER[] = "open_time,open,high,low,close,volume,close_time,";
    struct csv_field fields[COLUMNS];
    enum time_format open_format, close_format;
    const char *newline = memchr(data, '\n', size);
    const char *end = newline == NULL ? data + size : newline;
    if (csv_split(data, end, ',', fields, COLUMNS) != COLUMNS) return 0;
    if (size > sizeof HEADER && memcmp(data, HEADER, sizeof HEADER - 1) == 0) return 90;
    const struct csv_field *close = &fields[CLOSE_TIME];
    bool times = time_format_sniff(fields[0].at, fields[0].len, &open_format) &&
                 time_format_sniff(close->at, close->len, &close_format);
    return times && open_format == close_format && open_format != TIME_TEXT ? 90 : 0;
}

static int binance_run(struct import_job *job, struct import_input *input) {
    struct csv_suggestion suggestion = {ROLES, COLUMNS, "BINANCE", ASSET_CRYPTO};
    return csv_run_entries(job, &suggestion);
}
