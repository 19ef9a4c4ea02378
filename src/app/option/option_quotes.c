// SPDX-License-Identifier: Apache-2.0
// Chains from CSV files.
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/csv.h"
#include "app/option/option_chain.h"
#include "base/timestamp.h"

enum column { EXPIRY, TYPE, STRIKE, BID, ASK, INTEREST, TIME, COLUMNS };

static const struct {
    const char *names[3];
    bool needed;
} columns[COLUMNS] = {
    [EXPIRY] = {{"expiry", "expiration", "maturity"}, true},
    [TYPE] = {{"type", "right", "side"}, true},
    [STRIKE] = {{"strike", "K", "strike_price"}, true},
    [BID] = {{"bid", "best_bid", "bid_price"}, true},
    [ASK] = {{"ask", "best_ask", "ask_price"}, true},
    [INTEREST] = {{"open_interest", "oi", "openinterest"}, false},
    [TIME] = {{"time", "timestamp", "quote_time"}, false},
};

static int find_columns(const struct csv *csv, int *ret_columns) {
    for (size_t c = 0; c < COLUMNS; c++) {
        ret_columns[c] = -1;
        for (size_t i = 0; i < 3 && ret_columns[c] < 0; i++)
            ret_columns[c] = csv_find(csv, columns[c].names[i]);
        if (ret_columns[c] >= 0 || !columns[c].needed) continue;
        struct text names;
        text_init(&names, 4096);
        csv_names(csv, &names);
        int rc = ERR_SET(ERR_NOT_FOUND, "%s has no column %s; it has %s", csv->path,
                         columns[c].names[0], text_string(&names));
        text_fini(&names);
        return rc;
    }
    return 0;
}

static int fault(const struct csv *csv, size_t row, enum column column, const char *cell,
                 const char *wanted) {
    return ERR_SET(ERR_PARSE, "%s:%zu: %s: '%s' is not %s", csv->path, csv->list[row + 1].line,
                   columns[column].names[0], cell, wanted);
}

// NaN for an empty cell.
static int read_number(const struct csv *csv, size_t row, const int *at, enum column column,
                       double *ret_number) {
    *ret_number = NAN;
    if (at[column] < 0) return 0;
    const char *cell = csv_cell(csv, row, (size_t)at[column]);
    if (*cell == '\0') return 0;
    char *end;
    double number = strtod(cell, &end);
    if (*end != '\0') return fault(csv, row, column, cell, "a number");
    *ret_number = number;
    return 0;
}

static int read_side(const struct csv *csv, size_t row, int at, enum option_side *ret_side) {
    const char *cell = csv_cell(csv, row, (size_t)at);
    bool call = strcasecmp(cell, "C") == 0 || strcasecmp(cell, "call") == 0;
    if (!call && strcasecmp(cell, "P") != 0 && strcasecmp(cell, "put") != 0)
        return fault(csv, row, TYPE, cell, "C, P, call or put");
    *ret_side = call ? OPTION_CALL : OPTION_PUT;
    return 0;
}

static int read_row(struct option_chain *chain, const struct csv *csv, size_t row, const int *at) {
    const char *expiry = csv_cell(csv, row, (size_t)at[EXPIRY]);
    struct option_contract contract = {.line = (int32_t)csv->list[row + 1].line};
    enum option_side side;
    double strike, bid, ask, age_s = NAN;
    if (date_parse(expiry, strlen(expiry), &contract.expiry) < 0)
        return fault(csv, row, EXPIRY, expiry, "a date such as 2014-06-21");
    TRY(read_side(csv, row, at[TYPE], &side));
    TRY(read_number(csv, row, at, STRIKE, &strike));
    TRY(read_number(csv, row, at, BID, &bid));
    TRY(read_number(csv, row, at, ASK, &ask));
    TRY(read_number(csv, row, at, INTEREST, &contract.open_interest));
    if (at[TIME] >= 0) {
        const char *time = csv_cell(csv, row, (size_t)at[TIME]);
        int64_t time_ns;
        if (timestamp_parse(time, strlen(time), &time_ns) < 0)
            return fault(csv, row, TIME, time, "a time such as 2014-06-06 15:59");
        age_s = (double)(chain->now_ns - time_ns) / 1e9;
        if (age_s < 0) return 0; // of later
    }
    return option_chain_add(chain, &contract, side, strike, bid, ask, age_s);
}

int option_chain_read_csv(struct option_chain *chain, const char *path) {
    struct csv csv;
    int at[COLUMNS];
    if (chain->now_ns < NS_PER_DAY)
        return ERR_SET(ERR_ARGUMENT, "--date is needed: %s does not tell the day of its quotes",
                       path);
    int rc = csv_open(&csv, path);
    if (rc == 0) rc = find_columns(&csv, at);
    for (size_t row = 0; rc == 0 && row < csv.rows; row++) rc = read_row(chain, &csv, row, at);
    csv_close(&csv);
    return rc;
}
