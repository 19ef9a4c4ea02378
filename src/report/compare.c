// SPDX-License-Identifier: Apache-2.0
#include "report/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "report/fold.h"
#include "report/print.h"
#include "report/report_state.h"

enum { POINTS = 1200 };

static const struct shown {
    const char *name;
    const char *title;
    enum fold_unit unit;
} shown[] = {
    {"total_return", "Total return", FOLD_RATIO},
    {"cagr", "CAGR", FOLD_RATIO},
    {"volatility", "Volatility", FOLD_RATIO},
    {"sharpe", "Sharpe ratio", FOLD_NUMBER},
    {"sortino", "Sortino ratio", FOLD_NUMBER},
    {"calmar", "Calmar ratio", FOLD_NUMBER},
    {"psr", "Probability that Sharpe > 0", FOLD_RATIO},
    {"max_drawdown", "Max drawdown", FOLD_RATIO},
    {"ulcer", "Ulcer index", FOLD_RATIO},
    {"var95", "VaR 95 %, 1 day", FOLD_RATIO},
    {"cvar95", "CVaR 95 %, 1 day", FOLD_RATIO},
    {"best_day", "Best day", FOLD_RATIO},
    {"worst_day", "Worst day", FOLD_RATIO},
    {"skew", "Skew", FOLD_NUMBER},
    {"kurtosis", "Kurtosis", FOLD_NUMBER},
    {"trades", "Closed trades", FOLD_COUNT},
    {"hit_rate", "Hit rate", FOLD_RATIO},
    {"profit_factor", "Profit factor", FOLD_NUMBER},
    {"payoff_ratio", "Win over loss", FOLD_NUMBER},
    {"time_in_market", "Time in the market", FOLD_RATIO},
    {"average_exposure", "Average exposure", FOLD_RATIO},
    {"turnover", "Turnover a year", FOLD_NUMBER},
    {"net_profit", "Net profit", FOLD_NUMBER},
    {"fees", "Fees", FOLD_NUMBER},
};

// Days of any of the runs, and what each run had grown to; NaN on days that it does not have.
struct course {
    int64_t *times;
    double *growth[COMPARE_RUNS_MAX]; // less 1
    double *drawdown[COMPARE_RUNS_MAX];
    size_t count;
};

static int by_date(const void *left, const void *right) {
    int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
    return (a > b) - (a < b);
}

// Every day of any run, once.
static size_t merge_dates(const struct compare_run *runs, size_t count, int32_t *dates) {
    size_t all = 0, kept = 0;
    for (size_t r = 0; r < count; r++) {
        if (runs[r].days > 0) memcpy(dates + all, runs[r].dates, runs[r].days * sizeof *dates);
        all += runs[r].days;
    }
    qsort(dates, all, sizeof *dates, by_date);
    for (size_t i = 0; i < all; i++)
        if (kept == 0 || dates[i] != dates[kept - 1]) dates[kept++] = dates[i];
    return kept;
}

// Thinned to what a screen shows: the last day of each stretch, and the deepest drawdown in it.
static void follow(const struct compare_run *run, const int32_t *dates, size_t count,
                   double *growth, double *drawdown) {
    size_t step = (count + POINTS - 1) / POINTS, at = 0, day = 0;
    double level = 1, peak = 1;
    for (size_t from = 0; from < count; from += step, at++) {
        size_t to = from + step < count ? from + step : count;
        bool has = false;
        double depth = 0;
        for (size_t i = from; i < to; i++) {
            if (day == run->days || run->dates[day] != dates[i]) continue;
            double made = run->returns[day++];
            level *= 1 + (isfinite(made) ? made : 0);
            peak = fmax(peak, level);
            depth = fmin(depth, level / peak - 1);
            has = true;
        }
        growth[at] = has ? level - 1 : NAN;
        drawdown[at] = has ? depth : NAN;
    }
}

static void course_fini(struct course *course) {
    free(course->times);
    free(course->growth[0]);
}

static int course_init(const struct compare_run *runs, size_t count, struct course *course) {
    size_t all = 0;
    for (size_t r = 0; r < count; r++) all += runs[r].days;
    *course = (struct course){.times = calloc(POINTS, sizeof *course->times)};
    double *rows = calloc(2 * count * POINTS, sizeof *rows);
    int32_t *dates = calloc(all + 1, sizeof *dates);
    course->growth[0] = rows;
    if (course->times == NULL || rows == NULL || dates == NULL) {
        course_fini(course);
        free(dates);
        return ERR_SET(ERR_NOMEM, "no memory to compare %zu runs", count);
    }
    size_t days = merge_dates(runs, count, dates);
    size_t step = days == 0 ? 1 : (days + POINTS - 1) / POINTS;
    for (size_t from = 0; from < days; from += step)
        course->times[course->count++] =
            date_to_ns(dates[from + step < days ? from + step - 1 : days - 1]);
    for (size_t r = 0; r < count; r++) {
        course->growth[r] = rows + 2 * r * POINTS;
        course->drawdown[r] = course->growth[r] + POINTS;
        follow(&runs[r], dates, days, course->growth[r], course->drawdown[r]);
    }
    free(dates);
    return 0;
}

double compare_correlation(const struct compare_run *a, const struct compare_run *b) {
    double mean[2] = {0, 0}, var[2] = {0, 0}, cov = 0;
    size_t count = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0, k = 0; i < a->days && k < b->days;) {
            if (a->dates[i] != b->dates[k]) {
                if (a->dates[i] < b->dates[k])
                    i++;
                else
                    k++;
                continue;
            }
            double x = a->returns[i++], y = b->returns[k++];
            if (!isfinite(x) || !isfinite(y)) continue;
            if (pass == 0) {
                mean[0] += x;
                mean[1] += y;
                count++;
                continue;
            }
            var[0] += (x - mean[0]) * (x - mean[0]);
            var[1] += (y - mean[1]) * (y - mean[1]);
            cov += (x - mean[0]) * (y - mean[1]);
        }
        if (pass == 0 && count > 0) {
            mean[0] /= (double)count;
            mean[1] /= (double)count;
        }
    }
    return count < 2 || var[0] == 0 || var[1] == 0 ? NAN : cov / sqrt(var[0] * var[1]);
}

static void add_head(const char *title, struct text *out) {
    text_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "style-src 'unsafe-inline'\">\n<title>");
    print_html_string(out, title);
    text_add(out, "</title>\n<style>\n");
    report_page_style(out);
    text_add(out, "</style>\n</head>\n<body>\n<header><div class=\"bar\"><p class=\"kind\">Runs "
                  "compared</p><h1>");
    print_html_string(out, title);
    text_add(out, "</h1></div></header>\n<main id=\"main\">\n");
}

static const char *const line_css[COMPARE_RUNS_MAX] = {"line s0", "line s1", "line s2", "line s3",
                                                       "line s4", "line s5", "line s6", "line s7"};

static void add_charts(const struct compare_run *runs, size_t count, const struct course *course,
                       struct text *out) {
    const double *lines[COMPARE_RUNS_MAX];
    text_add(out, "<section id=\"growth\"><h2>Growth</h2>\n<p class=\"legend\">");
    for (size_t r = 0; r < count; r++) {
        text_printf(out, "<span class=\"pair\"><span class=\"key %s\"></span>",
                    line_css[r] + sizeof "line");
        print_html_string(out, runs[r].name);
        text_add(out, "</span> ");
    }
    text_add(out, "</p>\n");
    for (size_t r = 0; r < count; r++) lines[r] = course->growth[r];
    report_chart_lines("chart-growth", "Growth over time", course->times, course->count, lines,
                       line_css, count, out);
    text_add(out, "<p class=\"note\">Daily returns compounded, each from its first day on.</p>\n"
                  "<h3>Drawdown</h3>\n");
    for (size_t r = 0; r < count; r++) lines[r] = course->drawdown[r];
    report_chart_lines("chart-drawdown", "Drawdown over time", course->times, course->count, lines,
                       line_css, count, out);
    text_add(out, "<p class=\"note\">At the ends of days.</p></section>\n");
}

static void open_table(const char *caption, const struct compare_run *runs, size_t count,
                       struct text *out) {
    text_printf(out,
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">"
                "<table><caption>%s</caption><thead><tr><th></th>",
                caption, caption);
    for (size_t r = 0; r < count; r++) {
        text_add(out, "<th scope=\"col\">");
        print_html_string(out, runs[r].name);
        text_add(out, "</th>");
    }
    text_add(out, "</tr></thead><tbody>\n");
}

static void add_number(double value, enum fold_unit unit, struct text *out) {
    struct fold_cell cell = {.missing = !isfinite(value)};
    if (unit == FOLD_COUNT)
        cell.integer = isfinite(value) ? (int64_t)value : 0;
    else
        cell.number = value;
    text_add(out, unit == FOLD_RATIO && value < 0 ? "<td class=\"neg\">" : "<td>");
    print_human_cell(out, unit, &cell, 0, true); // amounts come as numbers
    text_add(out, "</td>");
}

static void add_statistics(const struct compare_run *runs, size_t count, struct text *out) {
    text_add(out, "<section id=\"statistics\"><h2>Statistics</h2>\n");
    open_table("As each run's own report has them.", runs, count, out);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        text_printf(out, "<tr><th scope=\"row\" class=\"l\">%s</th>", shown[i].title);
        for (size_t r = 0; r < count; r++)
            add_number(runs[r].statistic(runs[r].self, shown[i].name), shown[i].unit, out);
        text_add(out, "</tr>\n");
    }
    text_add(out, "</tbody></table></div></section>\n");
}

static void add_correlations(const struct compare_run *runs, size_t count, struct text *out) {
    if (count < 2) return;
    text_add(out, "<section id=\"correlations\"><h2>Correlation</h2>\n");
    open_table("Of daily returns, over the days that both runs have.", runs, count, out);
    for (size_t r = 0; r < count; r++) {
        text_add(out, "<tr><th scope=\"row\" class=\"l\">");
        print_html_string(out, runs[r].name);
        text_add(out, "</th>");
        for (size_t k = 0; k < count; k++)
            add_number(compare_correlation(&runs[r], &runs[k]), FOLD_NUMBER, out);
        text_add(out, "</tr>\n");
    }
    text_add(out, "</tbody></table></div></section>\n");
}

static void add_pair(const char *name, size_t len, const char *value, size_t value_len,
                     struct text *out) {
    char words[4096];
    text_add(out, "<div><dt>");
    snprintf(words, sizeof words, "%.*s", (int)len, name);
    print_html_string(out, words);
    text_add(out, "</dt><dd>");
    snprintf(words, sizeof words, "%.*s", (int)value_len, value);
    print_html_string(out, words);
    text_add(out, "</dd></div>\n");
}

static void add_words(const struct compare_run *runs, size_t count, const char *differences,
                      struct text *out) {
    text_add(out, "<section id=\"runs\"><h2>What was run</h2>\n<dl class=\"words\">\n");
    for (size_t r = 0; r < count; r++)
        add_pair(runs[r].name, strlen(runs[r].name), runs[r].about, strlen(runs[r].about), out);
    text_add(out, "</dl></section>\n");
    if (*differences == '\0') return;
    text_add(out, "<section id=\"differences\"><h2>What differs</h2>\n<dl class=\"words mono\">\n");
    while (*differences != '\0') {
        size_t line = strcspn(differences, "\n"), name = strcspn(differences, "\t\n");
        size_t from = name < line ? name + 1 : name;
        add_pair(differences, name, differences + from, line - from, out);
        differences += line + (differences[line] == '\n');
    }
    text_add(out, "</dl></section>\n");
}

int compare_html(const char *title, const struct compare_run *runs, size_t count,
                 const char *differences, struct text *out) {
    struct course course;
    CHECK(count >= 1 && count <= COMPARE_RUNS_MAX);
    TRY(course_init(runs, count, &course));
    add_head(title, out);
    add_charts(runs, count, &course, out);
    add_statistics(runs, count, out);
    add_correlations(runs, count, out);
    add_words(runs, count, differences, out);
    text_add(out, "</main>\n</body>\n</html>\n");
    course_fini(&course);
    return text_error(out);
}
