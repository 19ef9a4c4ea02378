// SPDX-License-Identifier: Apache-2.0
// Rows of text, one plan for all formats: which column means what, and how times and numbers are
// written. An importer makes a plan and runs it over the lines.
#ifndef FULMAR_EDGE_STORE_IMPORT_CSV_H
#define FULMAR_EDGE_STORE_IMPORT_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "edge/store/import_job.h"
#include "edge/store/import_time.h"

enum csv_role {
    // Numbers, in the order in which the shapes take them.
    CSV_OPEN,
    CSV_HIGH,
    CSV_LOW,
    CSV_CLOSE,
    CSV_VOLUME,
    CSV_BID_OPEN = 0, // mids: bid open, high, low, close, then ask
    CSV_ASK_OPEN = 4,
    CSV_PRICE = 0, // trades
    CSV_QTY = 1,
    CSV_BID = 0, // quotes
    CSV_BID_QTY = 1,
    CSV_ASK = 2,
    CSV_ASK_QTY = 3,
    CSV_NUMBERS_MAX = 8,
    // The rest.
    CSV_SKIP = CSV_NUMBERS_MAX,
    CSV_TIME,
    CSV_CLOCK, // the time of day that the date in CSV_TIME lacks: HH:MM, HH:MM:SS, HHMM, HHMMSS
    CSV_SYMBOL,
    CSV_TRADE_ID,
    CSV_SIDE,       // buy, sell, b, s, 1, -1
    CSV_SUSPICIOUS, // anything but 0 or blank
    CSV_CELL        // matrix: the close of the column's own series
};

enum csv_shape { CSV_BARS, CSV_MATRIX, CSV_MIDS, CSV_TRADES, CSV_QUOTES };

struct csv_column {
    uint8_t role;    // enum csv_role
    uint32_t target; // CSV_CELL: index into plan.cells
    char name[40];   // for reports
};

struct csv_plan {
    enum csv_shape shape;
    char delimiter;
    bool header;          // the entry's first line names columns
    bool close_only;      // bars: open, high and low are the close
    bool one_sided_quote; // a quote row that changes one side leaves the other as it was
    bool clocked;         // there is a CSV_CLOCK; `zone` is then the time's, not the scanner's
    uint8_t price_frac;   // integers are prices at so many decimals (Lean: 4)
    uint32_t optional;    // bit mask of numbers that no column gives: 0 for them
    uint32_t column_count;
    uint32_t required; // columns that a row needs at least
    struct csv_column *columns;
    struct time_scanner time;
    struct zone zone;             // clocked: of the wall clock that date and time of day read
    struct import_hint hint;      // symbol NULL where CSV_SYMBOL names it
    struct import_target *target; // where there is one series alone
    struct import_target **cells; // matrix
    uint32_t cell_count;
};

enum { CSV_COLUMNS_MAX = 16384 };

// Frees columns and cells.
void csv_plan_fini(struct csv_plan *plan);

// Reads the open entry of the job's input to its end by the plan.
int csv_run(struct import_job *job, const struct csv_plan *plan) MUST_USE;

// Splits a line into its fields: at most `max` of them, quotes and blanks around them left out.
// Returns how many the line has.
struct csv_field {
    const char *at;
    size_t len;
};
size_t csv_split(const char *at, const char *end, char delimiter, struct csv_field *ret_fields,
                 size_t max);

// What an importer knows beforehand.
struct csv_suggestion {
    const enum csv_role *roles; // of a file without header; NULL: found from its numbers
    uint32_t count;
    const char *venue; // NULL: unknown
    int asset;         // -1: unknown
};

// Makes the plan of a bar file: delimiter, header, columns, time format, frame and direction, from
// the first block, the options and the suggestion. Begins the segment. ERR_ARGUMENT: something
// cannot be told; the story says which option would. ERR_UNSUPPORTED: a header and no data rows. On
// success the caller ends with csv_plan_fini.
int csv_sniff(struct import_job *job, const char *data, size_t size,
              const struct csv_suggestion *suggestion, struct csv_plan *ret_plan) MUST_USE;

// Runs csv_sniff and csv_run over every entry of the input, the first of which is open.
int csv_run_entries(struct import_job *job, const struct csv_suggestion *suggestion) MUST_USE;

// How the first line's fields are split: the mark that occurs most in it.
char csv_delimiter_find(const char *at, const char *end);

// The role of a header name, CSV_SKIP where it has none.
enum csv_role csv_role_of(const char *name, size_t len);

#endif
