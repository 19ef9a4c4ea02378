// SPDX-License-Identifier: Apache-2.0
// The report of a run: a second fold over what the engine was told and what it said, into tables,
// statistics and one HTML page.
//
// It keeps an order machine and a ledger of its own, fed by the same events as the engine's, so that the
// trades it lists add up to the money the engine has: report_difference() is 0 in a sound run, and the page
// says so. Tables are the members of a family (report/fold.h), one file and one registry line each.
//
// Conventions
//   Amounts are exact decimals in the account's currency unless a column says otherwise. Ratios and
//   statistics are doubles: fractions (0.05 is 5 %), yearly where their name says so.
//   Days are UTC days; a mark at exactly 00:00 belongs to the day that ends there. A day without a mark is
//   no row. The first mark is where the curve starts, not a return. Deposits and withdrawals after it are
//   no profit: they move the day's base.
//   Annual figures use daily returns and config.periods_per_year; the risk-free rate is 0.
//   The maximum drawdown, the list of the deepest and the chart are over every mark, also where the curve that
//   is kept is coarser; the drawdowns of the table of days, of strategies and of the benchmark, and the ulcer
//   and pain indices, are at the ends of days. The report's assumptions say it to its readers.
//
// Memory is from malloc, and for the longest tables address space reserved for their maximum. What exceeds a maximum is
// counted, named in the report and left out of the lists, never of the sums. One thread.
#ifndef FULMAR_REPORT_REPORT_H
#define FULMAR_REPORT_REPORT_H

#include <stdbool.h>

#include "base/text.h"
#include "ledger/ledger.h"
#include "market/event.h"
#include "market/instrument.h"
#include "order/order.h"

enum {
    REPORT_ORDERS_MAX = 1 << 20, // rows of the orders table
    REPORT_TRADES_MAX = 1 << 20, // rows of the trades table
    REPORT_FILLS_MAX = 1 << 20,  // rows of the table of fills against the book
    REPORT_NOTES_MAX = 10000,    // rows of the table of vetoes and halts
    REPORT_DAYS_MAX = 200000,    // more are ERR_FULL
    REPORT_TEXT_MAX = 1 << 30    // bytes of one output
};

struct report_strategy {
    const char *name;   // "sma_cross fast=10 slow=30"
    uint32_t share_ppm; // of the capital, parts per million
    uint32_t reserved;
    double position_max; // that it stops at by its own parameters, in units; 0: none is known
    const char *const
        *reasons; // [reason_count], what its decisions' codes mean; members may be NULL
    size_t reason_count;
};

// A limit of a risk rule, for the table of what was used of it.
enum report_measure {    // at the ends of days
    REPORT_GROSS,        // of equity
    REPORT_GROSS_AMOUNT, // account money
    REPORT_NET,
    REPORT_LARGEST,
    REPORT_POSITIONS,
    REPORT_VAR, // 95 %, one day, by the report's own measure
    REPORT_ES,
    REPORT_DAY_LOSS,
    REPORT_DRAWDOWN,
    REPORT_MEASURE_COUNT
};
struct report_limit {
    const char *name; // "position.max_share"
    double limit;     // > 0, in the measure's unit
    uint32_t measure; // enum report_measure
    uint32_t reserved;
};

// What the engine was built with, and words. All that it points to outlives the report.
struct report_config {
    const struct instruments *instruments;
    const struct report_strategy *strategies;
    uint32_t strategy_count;
    uint32_t account_currency;
    uint32_t order_max;
    uint32_t lot_max;
    uint32_t cost_method;              // enum cost_method
    uint32_t periods_per_year;         // trading days: 252, 365
    const char *title;                 // the run's name
    const char *benchmark;             // its name; NULL: none
    const char *const *sectors;        // [instrument]; NULL, and of a member: its class of assets
    const struct report_limit *limits; // [limit_count]
    uint32_t limit_count;
    int64_t step_ns; // of a run over recorded feeds: how often it decides; 0: no such run
};

struct report;

// NULL with a story when memory is out or the ledger cannot be made.
struct report *report_new(const struct report_config *config);
void report_free(struct report *report); // NULL is fine

// Takes an event. All that is not market data is needed: venue reports, money, corporate actions,
// commands, and the engine's outputs, in the order in which the engine saw and made them. Bars, trades
// and quotes are welcome in that same order: they make the charts, the prices of open positions and the
// excursions of trades (without them those are missing, nothing else). Negative: ERR_NOMEM; ERR_STATE when
// an event contradicts what came before. Same form as event_sink.put.
int report_put(void *report, const struct event_header *event) MUST_USE;

// The same for one bar, where the caller has no event.
void report_bar(struct report *report, uint32_t instrument, const struct bar *bar);

// The account after a group of market data, account money. Called for every group: O(1). The first call
// starts the curve.
void report_mark(struct report *report, int64_t ts_ns, money_t equity, money_t gross);

// Groups of bars in one call, with the account after each: as report_put for each bar and report_mark after each
// group. Negative as there.
int report_run(struct report *report, const union event *bars, int bar_count,
               const struct account_mark *marks, int mark_count) MUST_USE;

// What the venue of a recorded feed knows beyond its reports (report/venue_side.h has what is made of it); nothing
// where config.step_ns is 0. All are optional. A failure is told by report_end.
//
// Its best prices from venue_ns on, 0: none. Told in order of venue_ns, before what happens there later.
void report_touch(struct report *report, uint32_t instrument, int64_t venue_ns, price_t bid,
                  price_t ask);

// Where an order stands at its price. Told when it happens there, before the report on it is put.
enum report_queue_kind {
    REPORT_QUEUE_JOINED, // it rests, or rests anew
    REPORT_QUEUE_FILLED, // a fill of it, with the trade's number
    REPORT_QUEUE_LEFT    // it ended by something else
};
struct report_queue {
    int64_t venue_ns;
    uint64_t order_id;
    uint64_t trade_id;
    qty_t ahead;   // in front of it
    qty_t passed;  // traded at its price since it joined
    uint32_t kind; // enum report_queue_kind
    uint32_t instrument;
};
void report_queue(struct report *report, const struct report_queue *note);

// How long a record of the feed took from the venue to us: some of them, evenly chosen. ERR_NOMEM.
int report_delay(struct report *report, int64_t delay_ns) MUST_USE;

// A refused or shrunk order, or a halt: EVENT_VETO and EVENT_HALTED in words. Strings are copied.
struct report_note {
    int64_t ts_ns;
    const char *rule;    // "daily_loss"
    const char *verdict; // "veto", "shrink", "halt"
    uint32_t strategy;   // STRATEGY_NONE: the account
    uint32_t instrument; // INSTRUMENT_NONE
    int32_t side;
    uint32_t reserved;
    qty_t qty_asked;
    qty_t qty_left;
    double limit;
    double value;
};
int report_note(struct report *report, const struct report_note *note) MUST_USE;

// A price of the benchmark and when it was known; times rise. Of each day the last one counts, and the very
// first. ERR_NOMEM, ERR_FULL.
int report_benchmark(struct report *report, int64_t ts_ns, double close) MUST_USE;

// Lines "name<TAB>sentence\n" on what the run took for granted; and name and value of what it was made of
// (a series and its hash, the run's id, the state hash), in order of calls. Copied. ERR_NOMEM.
int report_assume(struct report *report, const char *lines) MUST_USE;
int report_origin(struct report *report, const char *name, const char *value) MUST_USE;

// Ends the run: the last day is closed, statistics are worked out. Needed once, before what follows.
// ERR_NOMEM, ERR_FULL.
int report_end(struct report *report) MUST_USE;

// Equity by the report's own ledger less the engine's at the last mark: 0, or something is wrong. Where no
// prices were put, open positions stand at their last fill's price.
money_t report_difference(const struct report *report);

// Of a run over recorded feeds: profit that its decomposition (report/captured.h) does not explain, the largest of any
// currency and horizon: 0, or something is wrong. 0 for other runs.
money_t report_unexplained(const struct report *report);

// One canonical JSON object: the same run gives the same bytes. Doubles are the shortest decimals that read
// back as themselves, null where undefined; amounts, prices and quantities are strings of exact decimals;
// instants are RFC 3339.
void report_json(const struct report *report, struct text *out);

// A table by its fold's name ("trades", "equity", "orders", ...), with a header line, as RFC 4180 has it.
// ERR_NOT_FOUND.
int report_csv(const struct report *report, const char *table, struct text *out) MUST_USE;

size_t report_rows(const struct report *report, const char *table); // 0: there is no such table

// What one wants to know at the end of a run, aligned for a terminal.
void report_summary(const struct report *report, struct text *out);

// The whole page, below 2 MB: no other file, no network.
void report_html(const struct report *report, struct text *out);

// A statistic by its JSON name ("sharpe"); NaN when undefined. CHECKs that it exists.
double report_statistic(const struct report *report, const char *name);

#endif
