// SPDX-License-Identifier: Apache-2.0
// The terminal's summary: the statistics that one looks at first, two columns of names and values.
#include <string.h>

#include "report/print.h"
#include "report/report_state.h"

enum { NAME_WIDTH = 28, VALUE_WIDTH = 18 };

static const char *const shown[][2] = {
    {"start_equity", "end_equity"},
    {"net_profit", "fees"},
    {"total_return", "cagr"},
    {"volatility", "max_drawdown"},
    {"sharpe", "sortino"},
    {"calmar", "psr"},
    {"trades", "hit_rate"},
    {"profit_factor", "expectancy"},
    {"time_in_market", "turnover"},
    {"benchmark_return", "benchmark_max_drawdown"},
    {"beta", "alpha"},
};

// Code points, not bytes: what a terminal shows in one column each.
static int width_of(const char *text) {
    int width = 0;
    for (; *text != '\0'; text++) width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static void add_padding(struct text *out, int count) {
    for (; count > 0; count--) text_add_char(out, ' ');
}

static void add_value(struct text *out, const struct text *value, int width) {
    if (text_error(value) < 0) out->error = text_error(value);
    add_padding(out, width - width_of(text_string(value)));
    text_add(out, text_string(value));
}

static void add_statistic(const struct report *report, const char *name, struct text *value,
                          struct text *out) {
    const struct statistic *statistic = statistics_find(&report->statistics, name);
    text_clear(value);
    print_human_cell(value, statistic->unit, &statistic->value, report_money_digits(report), false);
    if (statistic->unit == FOLD_MONEY) text_printf(value, " %s", report_currency(report));
    text_add(out, statistic->title);
    add_padding(out, NAME_WIDTH - width_of(statistic->title));
    add_value(out, value, VALUE_WIDTH);
}

static void add_strategies(const struct report *report, struct text *value, struct text *out) {
    static const uint8_t columns[] = {3, 4, 7, 8, 9, 10};
    int index = fold_find("strategies");
    const struct fold *fold = fold_at((size_t)index);
    const void *self = report->folds[index];
    size_t rows = fold->rows(self);
    if (rows < 2) return;
    text_printf(out, "\n%-40s%14s%11s%8s%14s%8s%10s\n", "Strategy", "Profit", "Return", "Sharpe",
                "Max drawdown", "Trades", "Hit rate");
    static const int widths[] = {14, 11, 8, 14, 8, 10};
    for (size_t r = 0; r < rows; r++) {
        text_printf(out, "%-40.40s", report->config.strategies[r].name);
        for (size_t k = 0; k < sizeof columns / sizeof columns[0]; k++) {
            struct fold_cell cell;
            fold->cell(self, r, columns[k], &cell);
            if (cell.withheld != NULL) cell.withheld = "n/a"; // a narrow column
            text_clear(value);
            print_human_cell(value, fold->columns[columns[k]].unit, &cell,
                             report_money_digits(report), false);
            add_value(out, value, widths[k]);
        }
        text_add_char(out, '\n');
    }
}

// A breaker that nobody resets ends a run without ending it.
static void add_stopped(const struct report *report, struct text *out) {
    const int64_t day_ns = INT64_C(86400000000000);
    const struct notes *notes = &report->notes;
    int64_t end_ns = report->curve.last.ts_ns, stopped_ns = notes_stopped_ns(notes, end_ns);
    if (stopped_ns == 0) return;
    text_printf(out, "\nNo order could raise risk for %lld of %lld days",
                (long long)(stopped_ns / day_ns),
                (long long)((end_ns - report->curve.start_ns) / day_ns));
    if (notes->stop_rule != NULL) {
        text_printf(out, "; %s stopped it on ", notes->stop_rule);
        print_date(out, curve_date(notes->stop_ns));
        text_add(out, ", to the end");
    }
    text_add(out, ".\n");
}

void report_summary(const struct report *report, struct text *out) {
    struct text value;
    text_init(&value, 4096);
    text_printf(out, "%s\n", report->config.title);
    if (report->curve.marks > 0) {
        print_date(out, curve_date(report->curve.start_ns));
        text_add(out, " to ");
        print_date(out, curve_date(report->curve.last.ts_ns));
        text_printf(out, ", %zu days\n\n", report->series.count);
    }
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        if (statistics_find(&report->statistics, shown[i][0]) == NULL) continue;
        add_statistic(report, shown[i][0], &value, out);
        text_add(out, "    ");
        add_statistic(report, shown[i][1], &value, out);
        text_add_char(out, '\n');
    }
    add_stopped(report, out);
    if (report->venue_side != NULL) report_feed_summary(report, out);
    add_strategies(report, &value, out);
    text_fini(&value);
}
