// SPDX-License-Identifier: Apache-2.0
// The page: one file, no network, readable without script and on paper.
#include <math.h>
#include <string.h>

#include "base/timestamp.h"
#include "page_assets.h"
#include "report/print.h"
#include "report/report_state.h"

enum { FEW_TRADES = 30, ROWS_OF_TABLE = 200, NOTES_SHOWN = 100, TRADES_STATIC = 50 };

static void add_head(const struct report *report, struct text *out);
static void add_title(const struct report *report, struct text *out);
static void add_cards(const struct report *report, struct text *out);
static void add_caution(const struct report *report, struct text *out);
static void add_curves(const struct report *report, const struct points *points, struct text *out);
static void add_months(const struct report *report, struct text *out);
static void add_trade_parts(const struct report *report, struct text *out);
static void add_statistics(const struct report *report, struct text *out);
static void add_words(const struct report *report, struct text *out);

static void add_lines(struct text *out, const char *const *lines) {
    for (; *lines != NULL; lines++) text_add(out, *lines);
}

void report_page_style(struct text *out) {
    add_lines(out, page_css);
}

static void open_section(struct text *out, const char *id, const char *title) {
    text_printf(out, "<section id=\"%s\" aria-labelledby=\"h-%s\"><h2 id=\"h-%s\">%s</h2>\n", id,
                id, id, title);
}

static size_t row_count(const struct report *report, const char *fold) {
    int index = fold_find(fold);
    return fold_at((size_t)index)->rows(report->folds[index]);
}

void report_html(const struct report *report, struct text *out) {
    struct points points;
    if (points_init(&points, &report->curve, &report->series, report_money_decimals(report)) < 0) {
        out->error = ERR_NOMEM;
        return;
    }
    add_head(report, out);
    add_title(report, out);
    add_cards(report, out);
    add_caution(report, out);
    add_curves(report, &points, out);
    report_html_daily(report, out);
    add_months(report, out);
    add_trade_parts(report, out);
    if (report->venue_side != NULL) report_html_feed(report, out);
    add_statistics(report, out);
    add_words(report, out);
    text_add(out, "</main>\n<div id=\"tip\" role=\"status\" aria-live=\"polite\" hidden></div>\n"
                  "<script type=\"application/json\" id=\"data\">");
    report_page_data(report, &points, out);
    text_add(out, "</script>\n<script>\n");
    add_lines(out, page_js);
    if (report->venue_side != NULL) {
        text_add(out, "</script>\n<script>\n");
        add_lines(out, page_feed_js);
    }
    text_add(out, "</script>\n</body>\n</html>\n");
    points_fini(&points);
}

static void add_head(const struct report *report, struct text *out) {
    text_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
                  "<title>");
    print_html_string(out, report->config.title);
    text_add(out, "</title>\n<style>\n");
    report_page_style(out);
    text_add(out, "</style>\n</head>\n<body>\n");
}

static void add_nav(const struct report *report, struct text *out) {
    static const struct {
        const char *id;
        const char *title;
        bool feed; // of runs over recorded feeds alone
    } parts[] = {
        {"curve", "Equity", false},
        {"exposure", "Exposure", false},
        {"months", "Months", false},
        {"drawdowns", "Drawdowns", false},
        {"chart", "Chart", false},
        {"trades", "Trades", false},
        {"attribution", "Attribution", false},
        {"costs", "Costs", false},
        {"book", "Book", true},
        {"captured", "Profit by cause", true},
        {"markouts", "Adverse selection", true},
        {"queues", "Queues", true},
        {"inventory", "Inventory", true},
        {"statistics", "Statistics", false},
        {"risk", "Orders and risk", false},
        {"assumptions", "Assumptions", false},
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!parts[i].feed || report->venue_side != NULL)
            text_printf(out, "<li><a href=\"#%s\">%s</a></li>", parts[i].id, parts[i].title);
}

static void add_title(const struct report *report, struct text *out) {
    text_add(out, "<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header><div "
                  "class=\"bar\"><p class=\"kind\">Backtest report</p><h1>");
    print_html_string(out, report->config.title);
    text_add(out, "</h1><p class=\"sub\">");
    if (report->curve.marks > 0) {
        print_date(out, curve_date(report->curve.start_ns));
        text_add(out, " to ");
        print_date(out, curve_date(report->curve.last.ts_ns));
        text_add(out, " \u00b7 ");
        print_grouped(out, (double)report->series.count, 0);
        text_add(out, " days \u00b7 account in ");
        print_html_string(out, report_currency(report));
    }
    if (report->config.benchmark != NULL) {
        text_add(out, " \u00b7 benchmark ");
        print_html_string(out, report->config.benchmark);
    }
    text_add(
        out,
        "</p></div><button id=\"theme\" type=\"button\" aria-label=\"Switch between light and "
        "dark\" hidden>\u25d0</button></header>\n<nav aria-label=\"Parts of the report\"><ul>");
    add_nav(report, out);
    text_add(out, "</ul></nav>\n<main id=\"main\">\n");
}

static const struct statistic *find(const struct report *report, const char *name) {
    return statistics_find(&report->statistics, name);
}

static void add_value(const struct report *report, const struct statistic *statistic,
                      struct text *out) {
    print_human_cell(out, statistic->unit, &statistic->value, report_money_digits(report), true);
    if (statistic->unit == FOLD_MONEY && !statistic->value.missing) {
        text_add(out, "\u00a0<small>");
        print_html_string(out, report_currency(report));
        text_add(out, "</small>");
    }
}

static bool is_negative(const struct statistic *statistic) {
    if (statistic->value.missing || statistic->value.withheld || statistic->value.cost)
        return false;
    if (statistic->unit == FOLD_MONEY) return statistic->value.exact < 0;
    return statistic->unit == FOLD_RATIO && statistic->value.number < 0;
}

// A headline: one number, what it is, and one or two that put it in its place.
static void add_card(const struct report *report, const char *name, const char *const others[2],
                     struct text *out) {
    const struct statistic *statistic = find(report, name);
    if (statistic == NULL) return;
    text_add(out, "<div class=\"card\"><dt");
    if (statistic->help != NULL) {
        text_add(out, " title=\"");
        print_html_string(out, statistic->help);
        text_add_char(out, '"');
    }
    text_printf(out, ">%s</dt><dd class=\"big%s\">", statistic->title,
                is_negative(statistic) ? " neg" : "");
    add_value(report, statistic, out);
    text_add(out, "</dd>");
    for (int i = 0; i < 2; i++) {
        const struct statistic *other = others[i] == NULL ? NULL : find(report, others[i]);
        if (other == NULL) continue;
        text_printf(out, "<dd class=\"small\">%s ", other->title);
        add_value(report, other, out);
        text_add(out, "</dd>");
    }
    text_add(out, "</div>\n");
}

static void add_cards(const struct report *report, struct text *out) {
    bool benchmark = report->config.benchmark != NULL;
    text_add(out, "<section aria-label=\"Headlines\"><dl class=\"cards\">\n");
    add_card(report, "total_return", (const char *const[]){"net_profit", "end_equity"}, out);
    add_card(report, "cagr",
             (const char *const[]){"volatility", benchmark ? "benchmark_cagr" : NULL}, out);
    add_card(report, "sharpe",
             (const char *const[]){"sortino", benchmark ? "benchmark_sharpe" : NULL}, out);
    add_card(report, "max_drawdown", (const char *const[]){"calmar", "max_drawdown_length"}, out);
    add_card(report, "trades", (const char *const[]){"hit_rate", "profit_factor"}, out);
    add_card(report, "expectancy", (const char *const[]){"average_win", "average_loss"}, out);
    add_card(report, "time_in_market", (const char *const[]){"average_exposure", "turnover"}, out);
    add_card(report, "fees", (const char *const[]){"fees_of_traded", "traded"}, out);
    text_add(out, "</dl></section>\n");
}

static void add_caution(const struct report *report, struct text *out) {
    const struct statistic *psr = find(report, "psr");
    uint64_t trades = report->trades.all.count;
    text_add(out, "<aside class=\"caution\"><p><strong>Read this first.</strong> This is the past, "
                  "simulated. If the "
                  "rule or its parameters were chosen after looking at these data, the result is "
                  "in-sample and too good. ");
    text_add(out, "It rests on ");
    print_grouped(out, (double)trades, 0);
    text_printf(out, " closed trade%s over ", trades == 1 ? "" : "s");
    print_grouped(out, (double)report->series.count, 0);
    text_add(out, " days. ");
    if (trades < FEW_TRADES) text_add(out, "That is few: figures about trades can be luck. ");
    if (isfinite(psr->value.number)) {
        text_add(out, "Taken alone, the probability that the true Sharpe ratio is above 0 is ");
        if (psr->value.number > 0.9995)
            text_add(out, "above 99.9\u00a0%");
        else
            print_percent(out, psr->value.number, 1);
        text_add(out, "; chosen as the best of many tries it is less. ");
    }
    text_printf(out,
                "Annual figures use daily returns (UTC days) and %u days a year; the risk-free "
                "rate is 0.</p>",
                report->config.periods_per_year);
    if (report->difference.m != 0) {
        text_add(out, "<p class=\"wrong\"><strong>The books differ.</strong> Equity by the "
                      "report's own ledger less the engine's is ");
        print_exact(out, report->difference.m, report_money_decimals(report));
        text_add(out, ": this report is not to be trusted.</p>");
    }
    text_add(out, "</aside>\n");
}

static void add_legend(const struct report *report, struct text *out) {
    text_add(out, "<p class=\"legend\"><span class=\"key equity\"></span>Equity, ");
    print_html_string(out, report_currency(report));
    if (report->config.benchmark != NULL) {
        text_add(out, " <span class=\"key benchmark\"></span>");
        print_html_string(out, report->config.benchmark);
        text_add(out, ", bought with the same capital, without costs");
    }
    text_add(out,
             "<span class=\"hint\"> \u2014 drag to zoom, double-click to see all</span></p>\n");
}

static void add_curves(const struct report *report, const struct points *points, struct text *out) {
    open_section(out, "curve", "Equity and drawdown");
    add_legend(report, out);
    report_chart_equity(report, points, out);
    text_add(out, "<h3>Drawdown</h3>\n");
    report_chart_drawdown(report, points, out);
    text_add(out,
             "<p class=\"note\">Every mark counts here, in the maximum drawdown and in the list "
             "of the deepest. The table of days (CSV, JSON), strategies and the benchmark "
             "have drawdowns at the ends of UTC days, which can be shallower.</p>\n");
    text_printf(out, "<h3>Sharpe ratio of the last %zu days</h3>\n", report->series.window);
    if (report->series.count >= report->series.window)
        report_chart_sharpe(report, points, out);
    else
        text_add(out, "<p class=\"empty\">The run is too short.</p>");
    text_add(out, "</section>\n");
}

// Blue for gains, orange for losses: told apart by every kind of eye. The strength is the return over 10 %
// of a month, 40 % of a year.
static void add_heat(double value, double full, const char *tag, struct text *out) {
    if (!isfinite(value)) {
        text_printf(out, "<%s title=\"no day of the run is in it\">\u2013</%s>", tag, tag);
        return;
    }
    double strength = fmin(fabs(value) / full, 1);
    text_printf(out, "<%s class=\"%s\" style=\"--s:%.2f\">", tag,
                value < 0 ? "heat down" : "heat up", strength);
    print_grouped(out, value * 100, 1);
    text_printf(out, "</%s>", tag);
}

static void add_months(const struct report *report, struct text *out) {
    int index = fold_find("months");
    const struct fold *fold = fold_at((size_t)index);
    const void *self = report->folds[index];
    open_section(out, "months", "Returns by month");
    text_add(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Returns by "
                  "month\"><table class=\"months\"><caption>Per cent. Daily returns "
                  "compounded; blue is up, orange is down.</caption><thead><tr>");
    for (size_t c = 0; c < fold->column_count; c++)
        text_printf(out, "<th scope=\"col\">%s</th>",
                    c + 1 == fold->column_count ? "Year"
                    : c == 0                    ? ""
                                                : fold->columns[c].title);
    text_add(out, "</tr></thead><tbody>\n");
    for (size_t r = 0; r < fold->rows(self); r++) {
        struct fold_cell cell;
        fold->cell(self, r, 0, &cell);
        text_printf(out, "<tr><th scope=\"row\">%lld</th>", (long long)cell.integer);
        for (size_t c = 1; c < fold->column_count; c++) {
            fold->cell(self, r, c, &cell);
            add_heat(cell.number, c + 1 == fold->column_count ? 0.4 : 0.1, "td", out);
        }
        text_add(out, "</tr>\n");
    }
    text_add(out, "</tbody></table></div></section>\n");
    open_section(out, "drawdowns", "Deepest drawdowns");
    if (row_count(report, "drawdowns") > 0)
        report_html_table(report, "drawdowns", ROWS_OF_TABLE, false, out);
    else
        text_add(out, "<p class=\"empty\">Equity never fell below an earlier mark.</p>");
    text_add(out, "</section>\n");
}

static void add_table_or(const struct report *report, const char *fold, size_t max, bool sort,
                         const char *otherwise, struct text *out) {
    text_printf(out, "<h3>%s</h3>\n", fold_at((size_t)fold_find(fold))->title);
    if (row_count(report, fold) > 0)
        report_html_table(report, fold, max, sort, out);
    else
        text_printf(out, "<p class=\"empty\">%s</p>\n", otherwise);
}

static void add_trade_parts(const struct report *report, struct text *out) {
    open_section(out, "chart", "Trades on the chart");
    text_add(out, "<div id=\"candles\"><p class=\"empty\">This chart is drawn by the page's "
                  "script.</p></div></section>\n");
    open_section(out, "trades", "Trades");
    if (row_count(report, "trades") > 0) {
        text_add(out, "<div id=\"trades-tools\"></div>\n<div id=\"trades-table\">");
        report_html_table(report, "trades", TRADES_STATIC, false, out);
        text_add(out, "</div>");
        if (report->trades.open_count > 0)
            text_add(out, "<p class=\"note\">Open trades stand at the last price: their net and "
                          "return hold what is not realised yet. Hit rate, expectancy and the "
                          "like are of closed trades alone.</p>");
    } else {
        text_add(out, "<p class=\"empty\">The run made no trade.</p>");
    }
    text_add(out, "</section>\n");
    open_section(out, "attribution", "Where it came from");
    add_table_or(report, "strategies", ROWS_OF_TABLE, true, "There is no strategy.", out);
    if (row_count(report, "budgets") > 0)
        add_table_or(report, "budgets", ROWS_OF_TABLE, false, "", out);
    if (row_count(report, "correlations") > 0)
        add_table_or(report, "correlations", ROWS_OF_TABLE, true, "", out);
    add_table_or(report, "instruments", ROWS_OF_TABLE, true, "Nothing was traded.", out);
    if (report->config.strategy_count > 1)
        add_table_or(report, "attribution", ROWS_OF_TABLE, true, "Nothing was traded.", out);
    text_add(out, "</section>\n");
    open_section(out, "costs", "Costs and income");
    report_html_table(report, "costs", ROWS_OF_TABLE, false, out);
    if (row_count(report, "algorithms") > 0)
        add_table_or(report, "algorithms", ROWS_OF_TABLE, false, "", out);
    if (row_count(report, "executions") > 0)
        add_table_or(report, "executions", ROWS_OF_TABLE, false, "", out);
    text_add(out, "</section>\n");
}

static void add_statistics(const struct report *report, struct text *out) {
    const struct statistics *statistics = &report->statistics;
    const char *group = "";
    open_section(out, "statistics", "Statistics");
    text_add(out, "<div class=\"groups\">\n");
    for (size_t i = 0; i < statistics->count; i++) {
        const struct statistic *statistic = &statistics->items[i];
        if (strcmp(group, statistic->group) != 0) {
            group = statistic->group;
            text_printf(out, "%s<table class=\"facts\"><caption>%s</caption><tbody>\n",
                        i > 0 ? "</tbody></table>\n" : "", group);
        }
        text_add(out, "<tr><th scope=\"row\"");
        if (statistic->help != NULL) {
            text_add(out, " title=\"");
            print_html_string(out, statistic->help);
            text_add_char(out, '"');
        }
        text_printf(out, ">%s</th><td%s>", statistic->title,
                    is_negative(statistic) ? " class=\"neg\"" : "");
        add_value(report, statistic, out);
        text_add(out, "</td></tr>\n");
    }
    text_add(out, "</tbody></table></div></section>\n");
    open_section(out, "risk", "Orders and risk");
    add_table_or(report, "order_types", ROWS_OF_TABLE, false, "No order was sent.", out);
    add_table_or(report, "order_ends", ROWS_OF_TABLE, false, "Every order that ended was filled.",
                 out);
    if (row_count(report, "limits") > 0)
        add_table_or(report, "limits", ROWS_OF_TABLE, false, "", out);
    add_table_or(report, "rules", ROWS_OF_TABLE, false,
                 "No risk rule refused, cut or halted anything.", out);
    if (row_count(report, "notes") > 0) add_table_or(report, "notes", NOTES_SHOWN, false, "", out);
    text_add(out, "</section>\n");
}

static void add_definitions(const struct report_lines *lines, const char *css, struct text *out) {
    text_printf(out, "<dl class=\"%s\">\n", css);
    for (size_t i = 0; i < lines->count; i++) {
        text_add(out, "<div><dt>");
        print_html_string(out, lines->items[i].name);
        text_add(out, "</dt><dd>");
        print_html_string(out, lines->items[i].value);
        text_add(out, "</dd></div>\n");
    }
    text_add(out, "</dl>\n");
}

static void add_words(const struct report *report, struct text *out) {
    open_section(out, "assumptions", "What was taken for granted");
    add_definitions(&report->assumptions, "words", out);
    text_add(out, "</section>\n");
    open_section(out, "origin", "What it was made of");
    add_definitions(&report->origins, "words mono", out);
    text_add(out, "<p class=\"note\">");
    if (report->difference.m == 0)
        text_add(out, "The trades of this report add up to the engine's equity, to the last unit.");
    text_add(out, " Days are UTC days; a mark at 00:00 is of the day that ends. Nothing on this "
                  "page is advice.</p></section>\n");
}
