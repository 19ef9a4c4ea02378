// SPDX-License-Identifier: Apache-2.0
// Line charts as SVG, for a page without script and for paper. With script the page draws them anew, at the
// width there is, with a cursor and zoom: the numbers are the same (report_data.c).
#include <math.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "report/print.h"
#include "report/report_state.h"

enum { CHART_LINES_MAX = 16 };
enum { WIDTH = 960, LEFT = 72, RIGHT = 12, TOP = 10, BOTTOM = 24, TICKS = 5 };

struct line {
    const double *values; // [count]; NaN is left out
    const char *css;
};

struct chart {
    const char *id;
    const char *title; // for screen readers
    const int64_t *times;
    size_t count;
    const struct line *lines;
    size_t line_count;
    int height;
    bool percent;
    bool zero; // 0 is in the picture
    bool area; // the first line's area to 0 is filled
};

struct scale {
    double low;
    double high;
};

// 1, 2 or 5 times a power of ten, so that about TICKS of them span the range.
static double tick_step(double span) {
    double raw = span / TICKS, power = 1;
    while (power * 10 <= raw) power *= 10;
    while (power > raw) power /= 10;
    double part = raw / power;
    return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

static struct scale find_scale(const struct chart *chart) {
    struct scale scale = {INFINITY, -INFINITY};
    for (size_t k = 0; k < chart->line_count; k++)
        for (size_t i = 0; i < chart->count; i++) {
            double value = chart->lines[k].values[i];
            if (!isfinite(value)) continue;
            scale.low = fmin(scale.low, value);
            scale.high = fmax(scale.high, value);
        }
    if (!(scale.low <= scale.high)) scale = (struct scale){0, 1};
    if (chart->zero) {
        scale.low = fmin(scale.low, 0);
        scale.high = fmax(scale.high, 0);
    }
    double room = (scale.high - scale.low) * 0.04;
    if (room == 0) room = fabs(scale.high) > 0 ? fabs(scale.high) * 0.01 : 1;
    if (!chart->area) scale.high += room;
    scale.low -= room;
    return scale;
}

static double x_of(const struct chart *chart, int64_t ns) {
    int64_t from = chart->times[0], to = chart->times[chart->count - 1];
    double part = to > from ? (double)(ns - from) / (double)(to - from) : 0.5;
    return LEFT + part * (WIDTH - LEFT - RIGHT);
}

static double y_of(const struct chart *chart, struct scale scale, double value) {
    double part = (value - scale.low) / (scale.high - scale.low);
    return TOP + (1 - part) * (chart->height - TOP - BOTTOM);
}

static void add_y_axis(const struct chart *chart, struct scale scale, struct text *out) {
    double step = tick_step(scale.high - scale.low);
    int decimals = 0;
    for (double s = chart->percent ? step * 100 : step; s < 0.999 && decimals < 6; s *= 10)
        decimals++;
    double first = ceil(scale.low / step);
    int count = (int)(floor(scale.high / step) - first) + 1;
    for (int i = 0; i < count; i++) {
        double v = (first + i) * step, y = y_of(chart, scale, v);
        text_printf(out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT,
                    WIDTH - RIGHT, y, y);
        text_printf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", LEFT - 6, y + 4);
        if (chart->percent)
            print_percent(out, v, decimals);
        else
            print_grouped(out, v, decimals);
        text_add(out, "</text>");
    }
}

static void add_x_axis(const struct chart *chart, struct text *out) {
    enum { LABELS = 6 };
    int64_t from = chart->times[0], to = chart->times[chart->count - 1];
    for (int i = 0; i < LABELS; i++) {
        int64_t ns = from + (to - from) / (LABELS - 1) * i;
        text_printf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">", x_of(chart, ns),
                    chart->height - 6,
                    i == 0            ? "start"
                    : i == LABELS - 1 ? "end"
                                      : "middle");
        print_date(out, date_of_ns(ns));
        text_add(out, "</text>");
        if (from == to) return;
    }
}

static void add_path(const struct chart *chart, struct scale scale, const struct line *line,
                     struct text *out) {
    bool pen = false;
    text_printf(out, "<path class=\"%s\" d=\"", line->css);
    for (size_t i = 0; i < chart->count; i++) {
        if (!isfinite(line->values[i])) continue;
        text_printf(out, "%c%.1f %.1f", pen ? 'L' : 'M', x_of(chart, chart->times[i]),
                    y_of(chart, scale, line->values[i]));
        pen = true;
    }
    text_add(out, "\"/>");
}

static void add_area(const struct chart *chart, struct scale scale, struct text *out) {
    const double *values = chart->lines[0].values;
    double zero = y_of(chart, scale, 0);
    text_printf(out, "<path class=\"area\" d=\"M%.1f %.1f", x_of(chart, chart->times[0]), zero);
    for (size_t i = 0; i < chart->count; i++)
        text_printf(out, "L%.1f %.1f", x_of(chart, chart->times[i]),
                    y_of(chart, scale, isfinite(values[i]) ? values[i] : 0));
    text_printf(out, "L%.1f %.1fZ\"/>", x_of(chart, chart->times[chart->count - 1]), zero);
}

static void add_chart(const struct chart *chart, struct text *out) {
    text_printf(
        out, "<div class=\"chart\" id=\"%s\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
        chart->id, WIDTH, chart->height);
    print_html_string(out, chart->title);
    text_add(out, "\">");
    if (chart->count > 0) {
        struct scale scale = find_scale(chart);
        add_y_axis(chart, scale, out);
        add_x_axis(chart, out);
        if (chart->area) add_area(chart, scale, out);
        for (size_t k = chart->line_count; k-- > 0;) add_path(chart, scale, &chart->lines[k], out);
    }
    text_add(out, "</svg></div>\n");
}

void report_chart_equity(const struct report *report, const struct points *points,
                         struct text *out) {
    const struct line lines[] = {{points->equity, "line equity"},
                                 {points->benchmark, "line benchmark"}};
    const struct chart chart = {.id = "chart-equity",
                                .title = "Equity over time",
                                .times = points->times,
                                .count = points->count,
                                .lines = lines,
                                .line_count = report->config.benchmark != NULL ? 2 : 1,
                                .height = 300};
    add_chart(&chart, out);
}

void report_chart_drawdown(const struct report *report, const struct points *points,
                           struct text *out) {
    (void)report;
    const struct line lines[] = {{points->drawdown, "line drawdown"}};
    const struct chart chart = {.id = "chart-drawdown",
                                .title = "Drawdown over time",
                                .times = points->times,
                                .count = points->count,
                                .lines = lines,
                                .line_count = 1,
                                .height = 150,
                                .percent = true,
                                .zero = true,
                                .area = true};
    add_chart(&chart, out);
}

void report_chart_sharpe(const struct report *report, const struct points *points,
                         struct text *out) {
    (void)report;
    const struct line lines[] = {{points->sharpe, "line sharpe"}};
    const struct chart chart = {.id = "chart-sharpe",
                                .title = "Rolling Sharpe ratio",
                                .times = points->sharpe_times,
                                .count = points->sharpe_count,
                                .lines = lines,
                                .line_count = 1,
                                .height = 180,
                                .zero = true};
    add_chart(&chart, out);
}

void report_chart_lines(const char *id, const char *title, const int64_t *times, size_t count,
                        const double *const *lines, const char *const *css, size_t line_count,
                        struct text *out) {
    struct line drawn[CHART_LINES_MAX];
    CHECK(line_count <= CHART_LINES_MAX);
    for (size_t k = 0; k < line_count; k++) drawn[k] = (struct line){lines[k], css[k]};
    const struct chart chart = {.id = id,
                                .title = title,
                                .times = times,
                                .count = count,
                                .lines = drawn,
                                .line_count = line_count,
                                .height = 180,
                                .percent = true,
                                .zero = true};
    add_chart(&chart, out);
}
