// SPDX-License-Identifier: Apache-2.0
// What the files of the run report share.
#ifndef FULMAR_REPORT_REPORT_STATE_H
#define FULMAR_REPORT_REPORT_STATE_H

#include "base/arena.h"
#include "report/candles.h"
#include "report/fold.h"
#include "report/points.h"
#include "report/report.h"
#include "report/statistics.h"

enum { REPORT_NAME_SIZE = SYMBOL_SIZE + VENUE_NAME_SIZE + 16, REPORT_PUTTERS_MAX = 64 };

// A fold that sees events.
struct report_putter {
    int (*put)(void *self, const struct fold_view *view, const struct fold_step *step);
    void *self;
};

// A name and its sentence or value.
struct report_line {
    char *name;
    char *value;
};

struct report_lines {
    struct report_line *items;
    size_t count;
    size_t capacity;
};

struct report {
    struct report_config config;
    struct arena wiring;
    struct arena state;
    struct ledger *ledger;
    struct orders orders;
    struct board board;
    struct curve curve;
    struct trades trades;
    struct notes notes;
    struct benchmark benchmark;
    struct series series;
    struct daily daily;
    struct venue_side *venue_side; // NULL: not over a recorded feed
    struct candles *candles;       // [instrument]
    char (*names)[REPORT_NAME_SIZE];
    const char **name_of; // [instrument] -> names
    void **folds;         // [fold], their own state
    uint32_t *shares_ppm; // [strategy], of capital to come
    struct report_putter putters[REPORT_PUTTERS_MAX];
    size_t putter_count;
    struct fold_view view;
    struct venue_fill venue_fill; // of the step that folds are told
    struct statistics statistics;
    struct report_lines assumptions;
    struct report_lines origins;
    int64_t day_end_ns; // of the day that is open; INT64_MAX before the first mark
    money_t difference;
    bool ended;
    bool priced; // market data was put
};

// Whether a report has a fold's table.
bool report_has(const struct report *report, size_t fold);
int32_t report_money_decimals(const struct report *report);
const char *report_currency(const struct report *report);
int report_money_digits(const struct report *report); // that people read of the account's currency

void report_page_style(struct text *out); // the style sheet of every page
// The page's data for its script: one JSON object.
void report_page_data(const struct report *report, const struct points *points, struct text *out);
// Of a run over recorded feeds: its sections, and its members of the page's data, each behind a comma.
void report_html_feed(const struct report *report, struct text *out);
void report_feed_data(const struct report *report, struct text *out);
void report_feed_summary(const struct report *report, struct text *out); // for a terminal
// Who had what, and what was at risk: sections, and a member of the page's data behind a comma.
void report_html_daily(const struct report *report, struct text *out);
void report_daily_data(const struct report *report, struct text *out);
// A fold's table as HTML, its first `max` rows. With `sort` its columns can be sorted.
void report_html_table(const struct report *report, const char *fold, size_t max, bool sort,
                       struct text *out);
// Charts as SVG.
void report_chart_equity(const struct report *report, const struct points *points,
                         struct text *out);
void report_chart_drawdown(const struct report *report, const struct points *points,
                           struct text *out);
void report_chart_sharpe(const struct report *report, const struct points *points,
                         struct text *out);
// Lines over time, 0 in the picture, per cent; css[k] is the class of a line.
void report_chart_lines(const char *id, const char *title, const int64_t *times, size_t count,
                        const double *const *lines, const char *const *css, size_t line_count,
                        struct text *out);

#endif
