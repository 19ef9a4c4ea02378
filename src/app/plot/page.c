// SPDX-License-Identifier: Apache-2.0
#include "app/plot/page.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "base/timestamp.h"
#include "report/print.h"
#include "report/report_state.h"

enum { WIDTH = 960, HEIGHT = 300, LEFT = 76, RIGHT = 12, TOP = 10, BOTTOM = 26, TICKS = 5 };

static const char style[] =
    ".equity{stroke:var(--equity);fill:var(--equity)}.benchmark{stroke:var(--benchmark);fill:var(--"
    "benchmark)}"
    ".s1{stroke:var(--s1);fill:var(--s1)}.s2{stroke:var(--s2);fill:var(--s2)}"
    ".s3{stroke:var(--s3);fill:var(--s3)}.s4{stroke:var(--s4);fill:var(--s4)}"
    ".s5{stroke:var(--s5);fill:var(--s5)}.s6{stroke:var(--s6);fill:var(--s6)}"
    ".s7{stroke:var(--s7);fill:var(--s7)}"
    "polyline{fill:none;stroke-width:1.6}polyline.thin{stroke-width:.8;opacity:.7}"
    "rect.bar{stroke:none}polygon{stroke:none;opacity:.16}"
    ".tick{stroke:var(--grid)}.bound{stroke:var(--rule);stroke-dasharray:3 3}"
    "svg text{fill:var(--dim);font-size:12px}svg{width:100%;height:auto}"
    ".key{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin:0 .3em 0 .9em}";

void page_begin(struct text *out, const char *title, const char *subtitle) {
    text_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "style-src 'unsafe-inline'\">\n<title>");
    print_html_string(out, title);
    text_add(out, "</title>\n<style>\n");
    report_page_style(out);
    text_add(out, style);
    text_add(out, "\n</style>\n</head>\n<body>\n<header><div><h1>");
    print_html_string(out, title);
    text_add(out, "</h1><p class=\"sub\">");
    print_html_string(out, subtitle);
    text_add(out, "</p></div></header>\n<main>\n<section>\n");
}

void page_section(struct text *out, const char *title) {
    text_add(out, "</section>\n<section><h2>");
    print_html_string(out, title);
    text_add(out, "</h2>\n");
}

void page_say(struct text *out, const char *format, ...) {
    char line[2048];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    text_add(out, "<p>");
    print_html_string(out, line);
    text_add(out, "</p>\n");
}

void page_end(struct text *out) {
    text_add(out, "</section>\n</main>\n</body>\n</html>\n");
}

int page_write(const struct text *page, const char *path) {
    if (page->error < 0) return page->error;
    return io_write_file(path, text_string(page), strlen(text_string(page)));
}

// Cells between bars, one tag each.
static void add_cells(struct text *out, const char *tag, const char *columns, const char *cells) {
    text_add(out, "<tr>");
    while (true) {
        size_t length = strcspn(cells, "|"), column = strcspn(columns, "|");
        char cell[1024];
        bool right = *columns == '>';
        bool marked = cells == columns && right; // of a header
        snprintf(cell, sizeof cell, "%.*s", (int)(length - marked), cells + marked);
        text_printf(out, right ? "<%s>" : "<%s class=\"l\">", tag);
        print_html_string(out, cell);
        text_printf(out, "</%s>", tag);
        columns += column + (columns[column] == '|');
        if (cells[length] == '\0') break;
        cells += length + 1;
    }
    text_add(out, "</tr>\n");
}

void page_table_begin(struct text *out, const char *columns) {
    text_add(out, "<div class=\"scroll\"><table><thead>");
    add_cells(out, "th", columns, columns);
    text_add(out, "</thead><tbody>\n");
}

void page_table_row(struct text *out, const char *columns, const char *cells) {
    add_cells(out, "td", columns, cells);
}

void page_table_end(struct text *out) {
    text_add(out, "</tbody></table></div>\n");
}

struct scale {
    double low, high, step;
    double left, right; // of the abscissa
};

static double abscissa(const struct page_chart *chart, size_t i) {
    return chart->times != NULL ? (double)chart->times[i]
           : chart->xs != NULL  ? chart->xs[i]
                                : (double)i;
}

// 1, 2 or 5 times a power of ten, so that about TICKS of them span the range.
static double tick_step(double span) {
    double power = exp10(floor(log10(span / TICKS))), part = span / TICKS / power;
    return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

static struct scale find_scale(const struct page_chart *chart) {
    struct scale scale = {.low = INFINITY, .high = -INFINITY};
    for (size_t k = 0; k < chart->line_count; k++)
        for (size_t i = 0; i < chart->count; i++) {
            double value = chart->lines[k].values[i];
            if (!isfinite(value)) continue;
            scale.low = fmin(scale.low, value);
            scale.high = fmax(scale.high, value);
        }
    if (!(scale.low <= scale.high)) scale.low = scale.high = 0;
    if (chart->zero || chart->bars) {
        scale.low = fmin(scale.low, 0);
        scale.high = fmax(scale.high, 0);
    }
    double room = (scale.high - scale.low) * 0.04;
    if (!(room > 0)) room = fabs(scale.high) * 0.1 + 1e-9;
    scale.low -= room;
    scale.high += room;
    scale.step = tick_step(scale.high - scale.low);
    scale.left = abscissa(chart, 0);
    scale.right = abscissa(chart, chart->count - 1);
    if (chart->bars) scale.right += 1;
    if (!(scale.right > scale.left)) scale.right = scale.left + 1;
    return scale;
}

static double x_of(const struct scale *scale, double x) {
    return LEFT + (x - scale->left) / (scale->right - scale->left) * (WIDTH - LEFT - RIGHT);
}

static double y_of(const struct scale *scale, double y) {
    return TOP + (scale->high - y) / (scale->high - scale->low) * (HEIGHT - TOP - BOTTOM);
}

static void add_grid(struct text *out, const struct page_chart *chart, const struct scale *scale) {
    for (double y = ceil(scale->low / scale->step) * scale->step; y <= scale->high;
         y += scale->step) {
        double at = y_of(scale, y), shown = fabs(y) < scale->step / 1e6 ? 0 : y;
        text_printf(out, "<line class=\"tick\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT,
                    WIDTH - RIGHT, at, at);
        text_printf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", LEFT - 6, at + 4);
        text_printf(out, chart->percent ? "%.4g %%</text>" : "%.6g</text>",
                    chart->percent ? 100 * shown : shown);
    }
    for (int i = 0; i <= TICKS; i++) {
        size_t row = (chart->count - 1) * (size_t)i / TICKS;
        char label[TIMESTAMP_TEXT_SIZE];
        if (i > 0 && row == (chart->count - 1) * (size_t)(i - 1) / TICKS) continue;
        double x = abscissa(chart, row) + (chart->bars ? 0.5 : 0);
        if (chart->times != NULL) {
            timestamp_print(label, sizeof label, chart->times[row]);
            label[10] = '\0';
        } else {
            snprintf(label, sizeof label, "%.6g",
                     chart->xs != NULL ? chart->xs[row] : (double)row + 1);
        }
        const char *anchor = chart->bars  ? "middle"
                             : i == 0     ? "start"
                             : i == TICKS ? "end"
                                          : "middle";
        text_printf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>", x_of(scale, x),
                    HEIGHT - 6, anchor, label);
    }
    for (size_t i = 0; i < chart->bound_count; i++) {
        double x = x_of(scale, (double)chart->bounds[i]);
        if (x < LEFT || x > WIDTH - RIGHT) continue;
        text_printf(out, "<line class=\"bound\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x,
                    x, TOP, HEIGHT - BOTTOM);
    }
}

static void add_line(struct text *out, const struct page_chart *chart, const struct scale *scale,
                     const struct page_line *line) {
    bool open = false;
    for (size_t i = 0; i < chart->count; i++) {
        if (!isfinite(line->values[i])) {
            if (open) text_add(out, "\"/>");
            open = false;
            continue;
        }
        if (!open)
            text_printf(out, "<polyline class=\"%s%s\" points=\"", line->css,
                        line->thin ? " thin" : "");
        open = true;
        text_printf(out, "%.1f,%.1f ", x_of(scale, abscissa(chart, i)),
                    y_of(scale, line->values[i]));
    }
    if (open) text_add(out, "\"/>\n");
}

static void add_band(struct text *out, const struct page_chart *chart, const struct scale *scale) {
    const double *upper = chart->lines[chart->band_from].values;
    const double *lower = chart->lines[chart->band_to].values;
    text_printf(out, "<polygon class=\"%s\" points=\"", chart->lines[chart->band_from].css);
    for (size_t i = 0; i < chart->count; i++)
        if (isfinite(upper[i]))
            text_printf(out, "%.1f,%.1f ", x_of(scale, abscissa(chart, i)), y_of(scale, upper[i]));
    for (size_t i = chart->count; i-- > 0;)
        if (isfinite(lower[i]))
            text_printf(out, "%.1f,%.1f ", x_of(scale, abscissa(chart, i)), y_of(scale, lower[i]));
    text_add(out, "\"/>\n");
}

static void add_bars(struct text *out, const struct page_chart *chart, const struct scale *scale) {
    double width = (x_of(scale, 1) - x_of(scale, 0)) * 0.8 / (double)chart->line_count;
    for (size_t k = 0; k < chart->line_count; k++)
        for (size_t i = 0; i < chart->count; i++) {
            double value = chart->lines[k].values[i];
            if (!isfinite(value)) continue;
            double x = x_of(scale, (double)i + 0.1) + (double)k * width;
            double top = y_of(scale, fmax(value, 0)), bottom = y_of(scale, fmin(value, 0));
            text_printf(out,
                        "<rect class=\"bar %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.2f\" "
                        "height=\"%.1f\"/>",
                        chart->lines[k].css, x, top, width, bottom - top);
        }
}

static void add_legend(struct text *out, const struct page_chart *chart) {
    text_add(out, "<p class=\"legend\">");
    for (size_t k = 0; k < chart->line_count; k++) {
        const struct page_line *line = &chart->lines[k];
        if (line->name == NULL) continue;
        text_printf(out, "<span class=\"key\" style=\"background:var(--%s)\"></span>", line->css);
        print_html_string(out, line->name);
    }
    text_add(out, "</p>\n");
}

void page_chart(struct text *out, const struct page_chart *chart) {
    if (chart->count == 0 || chart->line_count == 0) return;
    struct scale scale = find_scale(chart);
    add_legend(out, chart);
    text_printf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, HEIGHT);
    print_html_string(out, chart->title);
    text_add(out, "\">\n");
    add_grid(out, chart, &scale);
    if (chart->bars) {
        add_bars(out, chart, &scale);
    } else {
        if (chart->band_from != chart->band_to) add_band(out, chart, &scale);
        for (size_t k = 0; k < chart->line_count; k++)
            add_line(out, chart, &scale, &chart->lines[k]);
    }
    text_add(out, "</svg>\n");
}
