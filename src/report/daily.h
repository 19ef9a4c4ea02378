// SPDX-License-Identifier: Apache-2.0
// What the account held at the end of each UTC day, strategy by strategy, and what that put at risk: the folds on
// allocation, correlation, risk and limits read it.
//
// Value at risk is by historical simulation of the positions as they stand at the day's end: what they would have made
// on each of the last DAILY_WINDOW days, by each instrument's own price from one day's last to the next, DAILY_LEAST
// days at least on which every instrument that is held has a price. Currencies are taken at today's rate. It is the
// report's own measure, made from nothing but the events, and knows of no limit.
#ifndef FULMAR_REPORT_DAILY_H
#define FULMAR_REPORT_DAILY_H

#include <stddef.h>
#include <stdint.h>

#include "ledger/ledger.h"
#include "market/board.h"
#include "report/report.h"

enum { DAILY_WINDOW = 250, DAILY_LEAST = 60 };
#define DAILY_TAIL 0.05 // of the simulated days that are beyond the value at risk

// Account money. Fractions are of equity, NaN where it is not above 0.
struct daily_day {
    double equity;
    double gross;   // of equity: positions of either side
    double net;     // of equity: long less short
    double largest; // of equity: the instrument with the largest gross value
    double var;     // of equity, a loss positive; NaN: too few days
    double es;
    double change; // profit since the day before, of its equity: what `var` of that day foretold
    double
        drawdown; // from the highest equity of days' ends, >= 0; capital that comes or goes moves it
    int64_t ts_ns; // of the last mark
    int32_t date;
    uint32_t positions; // instruments held
};

struct daily {
    const struct report_config *config;
    struct daily_day *days; // [count]
    double *equity;         // [count][strategy]
    double *budget;         // [count][strategy]: what it was given
    double *gross;          // [count][strategy], account money
    double *net;
    size_t count;
    size_t capacity;
    double start; // equity at the first mark
    double peak;
    double flow;  // capital that came since the last day
    double *last; // [instrument], the price of the last day's end; NaN: none
    double *
        changes; // [instrument][DAILY_WINDOW], a ring of what a unit of worth made in a day; NaN: not known
    double *values;   // [instrument], scratch: net value in account money
    double *outcomes; // [DAILY_WINDOW], scratch
};

// ERR_NOMEM.
int daily_init(struct daily *daily, const struct report_config *config) MUST_USE;
void daily_fini(struct daily *daily);

// Before the first day: the equity of the first mark.
void daily_start(struct daily *daily, double equity);
// The day's end: the ledger is marked at its last prices. ERR_NOMEM.
int daily_add(struct daily *daily, const struct ledger *ledger, const struct board *board,
              int32_t date, int64_t ts_ns, double equity) MUST_USE;
void daily_split(struct daily *daily, uint32_t instrument, int64_t numerator, int64_t denominator);
void daily_flow(struct daily *daily,
                double amount); // capital that comes (+) or goes (-) after the first mark

// A strategy's return of a day (from 0 on) by its equity at the ends of days: what came to its budget since the day
// before, or left it, is no profit. NaN: it had nothing.
double daily_return(const struct daily *daily, size_t day, uint32_t strategy);

// Days whose loss was larger than the value at risk of the evening before, and days before which there was one above 0.
struct daily_exceeded {
    size_t days;
    size_t of;
};
struct daily_exceeded daily_exceeded(const struct daily *daily);

#endif
