// SPDX-License-Identifier: Apache-2.0
// Bitfinex candles: ms since 1970, open, CLOSE, HIGH, LOW, volume in the base currency, no header
// (the order of the venue's public REST candles). Minutes without a trade are missing.
#include <string.h>
#include <strings.h>

#include "base/decimal.h"

#include "edge/store/import_csv.h"

static int bitfinex_sniff(const char *path, const char *entry, const char *data, size_t size);
static int bitfinex_run(struct import_job *job, struct import_input *input);

const struct importer import_bitfinex = {
    {"bitfinex", "Bitfinex candles: ms,open,close,high,low,volume without header"},
    bitfinex_sniff,
    bitfinex_run};

enum { COLUMNS = 6, ROWS_LOOKED_AT = 50 };
static const enum csv_role ROLES[COLUMNS] = {CSV_TIME, CSV_OPEN, CSV_CLOSE,
                                             CSV_HIGH, CSV_LOW,  CSV_VOLUME};

// The file's name says so, or its numbers do: the fourth column is never below, the fifth never
// above the others, and the order O, H, L, C does not fit as well.
static int bitfinex_sniff(const char *path, const char *entry, const char *data, size_t size) {
    struct csv_field fields[COLUMNS];
    const char *end = data + size;
    unsigned rows = 0, bitfinex = 0, usual = 0;
    for (const char *at = data; at < end && rows < ROWS_LOOKED_AT; rows++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline == NULL ? end : newline;
        if (csv_split(at, stop, ',', fields, COLUMNS) != COLUMNS) return 0;
        enum time_format format;
        if (!time_format_sniff(fields[0].at, fields[0].len, &format) || format != TIME_EPOCH_MS)
            return 0;
        double p[4];
        for (int i = 0; i < 4; i++) {
            struct number n = number_parse(fields[i + 1].at, fields[i + 1].at + fields[i + 1].len);
            p[i] = n.state == NUMBER_OK ? decimal_to_double(n.m, n.frac) : 0;
        }
        bitfinex += p[2] >= p[0] && p[2] >= p[1] && p[3] <= p[0] && p[3] <= p[1];
        usual += p[1] >= p[0] && p[1] >= p[3] && p[2] <= p[0] && p[2] <= p[3];
        at = stop + 1;
    }
    if (rows == 0 || bitfinex * 10 < rows * 9) return 0;
    return strcasestr(path, "bitfinex") != NULL ? 90 : bitfinex > usual ? 60 : 5;
}

static int bitfinex_run(struct import_job *job, struct import_input *input) {
    struct csv_suggestion suggestion = {ROLES, COLUMNS, "BITFINEX", ASSET_CRYPTO};
    return csv_run_entries(job, &suggestion);
}
