// SPDX-License-Identifier: Apache-2.0
// The family "report": one file and one registry line (report/report_list.h) each. A fold sees every event
// with what the order machine and the ledger made of it, and shows what it gathered as one table. From the
// table come the CSV file, the JSON array and the part of the page, for free.
//
// A fold's state is its own, from malloc. Its rows are complete after end(); order and content depend on the
// events alone.
#ifndef FULMAR_REPORT_FOLD_H
#define FULMAR_REPORT_FOLD_H

#include "ledger/ledger.h"
#include "market/board.h"
#include "order/order.h"
#include "report/curve.h"
#include "report/daily.h"
#include "report/notes.h"
#include "report/report.h"
#include "report/series.h"
#include "report/trades.h"
#include "report/venue_side.h"

// What a fold may read. Everything is as it stands after the event.
struct fold_view {
    const struct report_config *config;
    const struct instruments *instruments;
    const struct ledger *ledger;
    const struct orders *orders;
    const struct board *board;
    const struct curve *curve;
    const struct trades *trades; // after the event; complete from end() on
    const struct notes *notes;
    const struct series *series;         // from end() on
    const struct daily *daily;           // the days that have ended
    const struct venue_side *venue_side; // of a run over recorded feeds; else NULL
    const char *const *instrument_names; // [instrument], distinct
    money_t net_profit;                  // equity less capital, from end() on
    money_t fees;                        // of all fills, account currency, from end() on
    int64_t end_ns;                      // of the last event or mark so far
    int32_t money_decimals;              // of the account currency
    uint32_t reserved;
};

// An event and what came of it.
struct fold_step {
    const struct event_header *event;
    const struct order *order; // of a submit or a venue report; NULL: none, or not one of ours
    uint32_t handle;           // of the order, when there is one
    uint32_t reserved;
    struct order_change change; // of a venue report
    bool is_fill;               // was booked: fill and result hold
    struct ledger_fill fill;
    struct ledger_result result;
    qty_t held;  // the position that the fill met, signed
    money_t fee; // of the fill in the instrument's currency, as the ledger converted it
    const struct venue_fill *venue; // of a fill where the view has a venue_side; else NULL
};

enum fold_unit {
    FOLD_TEXT,
    FOLD_COUNT,   // int64
    FOLD_TIME,    // int64, ns
    FOLD_INSTANT, // int64, ns; people read milliseconds, of FOLD_TIME minutes
    FOLD_DATE,    // int32, days
    FOLD_SECONDS, // int64, ns: a length of time
    FOLD_RATIO,   // double; a fraction, shown in per cent
    FOLD_NUMBER,  // double
    FOLD_MONEY,   // exact, at `decimals`
    FOLD_EXACT,   // exact, at `decimals`: a price or a quantity
};

struct fold_column {
    const char *name;  // JSON member and CSV header, lower_snake_case
    const char *title; // on the page
    enum fold_unit unit;
    const char *help; // one sentence, or NULL
};

// One value. `text` lives as long as the report.
struct fold_cell {
    bool missing; // nothing is known or defined: null, empty, "–"
    int32_t decimals;
    const char *absent; // what people read in place of "–" where it is missing; NULL: "–"
    const char
        *withheld; // what people read in place of a value that means nothing yet; NULL: the value
    bool cost;     // of money that was paid: what is below zero came in, and is no loss
    union {
        const char *text;
        int64_t integer;
        double number;
        int128_t exact;
    };
};

struct fold {
    const char *name;  // lower_snake_case: the table's name
    const char *title; // "Trades"
    const char *summary;
    const struct fold_column *columns;
    size_t column_count;
    const bool *details; // [column_count]: the page leaves these out; NULL: it has all
    bool venue_side;     // only of runs over recorded feeds: no table elsewhere, and no call
    void *(*open)(const struct fold_view *view); // NULL: no memory
    void (*close)(void *self);                   // NULL is fine
    // Members may be NULL. Negative: ERR_NOMEM.
    int (*put)(void *self, const struct fold_view *view, const struct fold_step *step);
    int (*day)(void *self, const struct fold_view *view, int32_t date); // a UTC day has ended
    int (*end)(void *self, const struct fold_view *view);
    size_t (*rows)(const void *self);
    void (*cell)(const void *self, size_t row, size_t column, struct fold_cell *ret_cell);
    uint64_t (*left_out)(const void *self); // rows beyond the maximum
};

// The registry.
size_t fold_count(void);
const struct fold *fold_at(size_t index);
int fold_find(const char *name); // -1

#endif
