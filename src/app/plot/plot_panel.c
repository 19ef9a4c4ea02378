// SPDX-License-Identifier: Apache-2.0
// One panel of a chart: its range, its axis and what stands in it.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/plot/plot_draw.h"

enum { Y_TICKS = 5, MARK = 5, BODY_MAX = 12 };

static const double dash[] = {5, 4};

static void draw_legend(const struct plot_canvas *canvas, const struct plot *plot,
                        const struct plot_panel *panel, const struct plot_frame *frame);
static void draw_fill(const struct plot_canvas *canvas, const struct plot *plot,
                      const struct plot_panel *panel, const struct plot_frame *frame);
static void draw_candles(const struct plot_canvas *canvas, const struct plot *plot,
                         const struct plot_panel *panel, const struct plot_frame *frame);
static void draw_values(const struct plot_canvas *canvas, const struct plot *plot,
                        const struct plot_line *line, size_t color, const struct plot_frame *frame);

static void take(struct plot_frame *frame, const double *values, size_t count) {
    for (size_t i = 0; values != NULL && i < count; i++) {
        if (!isfinite(values[i])) continue;
        if (values[i] < frame->low) frame->low = values[i];
        if (values[i] > frame->high) frame->high = values[i];
    }
}

void plot_find_range(const struct plot *plot, const struct plot_panel *panel,
                     struct plot_frame *frame) {
    static const double zero = 0;
    frame->low = INFINITY;
    frame->high = -INFINITY;
    take(frame, panel->high, plot->count);
    take(frame, panel->low, plot->count);
    take(frame, panel->levels, panel->level_count);
    for (size_t k = 0; k < panel->line_count; k++) {
        const struct plot_line *line = &panel->lines[k];
        take(frame, line->values, plot->count);
        if (line->style == PLOT_BARS || line->style == PLOT_STEMS) take(frame, &zero, 1);
    }
    if (!(frame->low <= frame->high)) {
        frame->low = 0;
        frame->high = 1;
    }
    double room = (frame->high - frame->low) * 0.05;
    if (!(room > 0)) room = frame->high != 0 ? fabs(frame->high) * 0.01 : 1;
    frame->low -= room;
    frame->high += room;
}

double plot_y(const struct plot_frame *frame, double value) {
    return frame->top + frame->height * (frame->high - value) / (frame->high - frame->low);
}

double plot_x(const struct plot *plot, const struct plot_frame *frame, size_t row) {
    size_t count = plot->count > 0 ? plot->count : 1;
    if (plot->xs == NULL || !(plot->xs[count - 1] > plot->xs[0]))
        return frame->left + frame->width * ((double)row + 0.5) / (double)count;
    double share = (plot->xs[row] - plot->xs[0]) / (plot->xs[count - 1] - plot->xs[0]);
    return frame->left + frame->width * (0.01 + 0.98 * share);
}

static void draw_across(const struct plot_canvas *canvas, const struct plot_frame *frame,
                        double value) {
    double y = floor(plot_y(frame, value)) + 0.5;
    draw.move_to(canvas->cairo, frame->left, y);
    draw.line_to(canvas->cairo, frame->left + frame->width, y);
    draw.stroke(canvas->cairo);
}

void plot_draw_y_axis(const struct plot_canvas *canvas, const struct plot_frame *frame) {
    int ticks = frame->height > 250 ? Y_TICKS + 2 : Y_TICKS - 1;
    double step = plot_step(frame->high - frame->low, ticks);
    draw.set_font_size(canvas->cairo, 11);
    draw.set_line_width(canvas->cairo, 1);
    for (double tick = ceil(frame->low / step); tick * step <= frame->high; tick++) {
        char label[32];
        snprintf(label, sizeof label, "%.6g", tick == 0 ? 0 : tick * step);
        plot_ink(canvas, tick == 0 ? canvas->theme->quiet : canvas->theme->grid, 1);
        draw_across(canvas, frame, tick * step);
        plot_ink(canvas, canvas->theme->quiet, 1);
        plot_text(canvas, frame->left - 8, plot_y(frame, tick * step) + 4, 1, label);
    }
}

void plot_draw_panel(const struct plot_canvas *canvas, const struct plot *plot,
                     const struct plot_panel *panel, const struct plot_frame *frame) {
    plot_draw_y_axis(canvas, frame);
    draw_legend(canvas, plot, panel, frame);
    if (panel->fill_from != panel->fill_to) draw_fill(canvas, plot, panel, frame);
    if (panel->open != NULL) draw_candles(canvas, plot, panel, frame);
    draw.set_line_join(canvas->cairo, CAIRO_LINE_JOIN_ROUND);
    draw.set_line_cap(canvas->cairo, CAIRO_LINE_CAP_ROUND);
    draw.set_dash(canvas->cairo, dash, 2, 0);
    plot_ink(canvas, canvas->theme->quiet, 1);
    for (size_t k = 0; k < panel->level_count; k++) draw_across(canvas, frame, panel->levels[k]);
    draw.set_dash(canvas->cairo, NULL, 0, 0);
    // Bars first: lines lie over them.
    for (int pass = 0; pass < 2; pass++)
        for (size_t k = 0; k < panel->line_count; k++)
            if ((panel->lines[k].style == PLOT_BARS) == (pass == 0))
                draw_values(canvas, plot, &panel->lines[k], k, frame);
}

static double legend_entry(const struct plot_canvas *canvas, double x, double y,
                           struct plot_color color, double opacity, const char *name) {
    plot_ink(canvas, color, opacity);
    draw.rectangle(canvas->cairo, x, y - 9, 10, 10);
    draw.fill(canvas->cairo);
    plot_ink(canvas, canvas->theme->ink, 1);
    plot_text(canvas, x + 15, y, 0, name);
    return x + 15 + plot_text_width(canvas, name) + 18;
}

// Above the panel: lines, bands once, and the unit at the right.
static void draw_legend(const struct plot_canvas *canvas, const struct plot *plot,
                        const struct plot_panel *panel, const struct plot_frame *frame) {
    double x = frame->left, y = frame->top - 4;
    draw.set_font_size(canvas->cairo, 12);
    for (size_t k = 0; k < panel->line_count; k++)
        if (panel->lines[k].name != NULL)
            x = legend_entry(canvas, x, y, canvas->theme->lines[k % PLOT_COLORS], 1,
                             panel->lines[k].name);
    for (size_t k = 0; panel == plot->panels && k < plot->band_count; k++)
        x = legend_entry(canvas, x, y, canvas->theme->lines[(k + 1) % PLOT_COLORS],
                         2 * canvas->theme->tint, plot->band_names[k]);
    plot_ink(canvas, canvas->theme->quiet, 1);
    draw.set_font_size(canvas->cairo, 11);
    if (panel->unit != NULL) plot_text(canvas, frame->left + frame->width, y, 1, panel->unit);
}

void plot_draw_bands(const struct plot_canvas *canvas, const struct plot *plot,
                     const struct plot_frame *frame) {
    if (plot->bands == NULL) return;
    double half = frame->width / (double)(2 * plot->count);
    for (size_t i = 0, end; i < plot->count; i = end) {
        for (end = i + 1; end < plot->count && plot->bands[end] == plot->bands[i];) end++;
        if (!isfinite(plot->bands[i])) continue;
        double from = plot_x(plot, frame, i) - half, to = plot_x(plot, frame, end - 1) + half;
        plot_ink(canvas, canvas->theme->lines[((size_t)plot->bands[i] + 1) % PLOT_COLORS],
                 canvas->theme->tint);
        draw.rectangle(canvas->cairo, from, frame->top, to - from, frame->height);
        draw.fill(canvas->cairo);
    }
}

static void draw_fill(const struct plot_canvas *canvas, const struct plot *plot,
                      const struct plot_panel *panel, const struct plot_frame *frame) {
    const double *from = panel->lines[panel->fill_from].values;
    const double *to = panel->lines[panel->fill_to].values;
    plot_ink(canvas, canvas->theme->lines[panel->fill_from % PLOT_COLORS], canvas->theme->tint);
    for (size_t i = 0, end; i < plot->count; i = end) {
        for (end = i; end < plot->count && isfinite(from[end]) && isfinite(to[end]);) end++;
        if (end == i) {
            end++;
            continue;
        }
        draw.move_to(canvas->cairo, plot_x(plot, frame, i), plot_y(frame, from[i]));
        for (size_t k = i; k < end; k++)
            draw.line_to(canvas->cairo, plot_x(plot, frame, k), plot_y(frame, from[k]));
        for (size_t k = end; k-- > i;)
            draw.line_to(canvas->cairo, plot_x(plot, frame, k), plot_y(frame, to[k]));
        draw.close_path(canvas->cairo);
        draw.fill(canvas->cairo);
    }
}

// A rising bar is the first colour, a falling one the second.
static void draw_candles(const struct plot_canvas *canvas, const struct plot *plot,
                         const struct plot_panel *panel, const struct plot_frame *frame) {
    double body = frame->width / (double)plot->count * 0.7;
    if (body > BODY_MAX) body = BODY_MAX;
    draw.set_line_width(canvas->cairo, body > 2 ? 1 : 0.6);
    for (size_t i = 0; i < plot->count; i++) {
        double open = panel->open[i], close = panel->close[i], x = plot_x(plot, frame, i);
        if (!isfinite(open + close + panel->high[i] + panel->low[i])) continue;
        double top = plot_y(frame, fmax(open, close)), bottom = plot_y(frame, fmin(open, close));
        plot_ink(canvas, canvas->theme->lines[close >= open ? 0 : 1], 0.9);
        draw.move_to(canvas->cairo, x, plot_y(frame, panel->high[i]));
        draw.line_to(canvas->cairo, x, plot_y(frame, panel->low[i]));
        draw.stroke(canvas->cairo);
        draw.rectangle(canvas->cairo, x - body / 2, top, body, fmax(1, bottom - top));
        draw.fill(canvas->cairo);
    }
}

// Many rows may share a column of pixels: of each the first, the extremes and the last are drawn, which looks the same.
static void draw_line(const struct plot_canvas *canvas, const struct plot *plot,
                      const double *values, const struct plot_frame *frame) {
    bool pen = false;
    for (size_t i = 0, next; i < plot->count; i = next) {
        double x = plot_x(plot, frame, i), low = values[i], high = values[i];
        for (next = i + 1; next < plot->count && isfinite(values[i]); next++) {
            if (!isfinite(values[next]) || plot_x(plot, frame, next) - x > 0.5) break;
            if (values[next] < low) low = values[next];
            if (values[next] > high) high = values[next];
        }
        if (!isfinite(values[i])) {
            pen = false;
            continue;
        }
        if (pen)
            draw.line_to(canvas->cairo, x, plot_y(frame, values[i]));
        else
            draw.move_to(canvas->cairo, x, plot_y(frame, values[i]));
        if (low < high) {
            draw.line_to(canvas->cairo, x, plot_y(frame, low));
            draw.line_to(canvas->cairo, x, plot_y(frame, high));
        }
        draw.line_to(canvas->cairo, x, plot_y(frame, values[next - 1]));
        pen = true;
    }
    draw.stroke(canvas->cairo);
}

static void draw_bar(const struct plot_canvas *canvas, const struct plot_frame *frame, double x,
                     double width, double value) {
    double zero = plot_y(frame, 0), y = plot_y(frame, value);
    draw.rectangle(canvas->cairo, x - width / 2, fmin(y, zero), width, fmax(0.5, fabs(y - zero)));
    draw.fill(canvas->cairo);
}

static void draw_mark(const struct plot_canvas *canvas, double x, double y, double down) {
    draw.move_to(canvas->cairo, x, y);
    draw.line_to(canvas->cairo, x - MARK, y - down * 1.7 * MARK);
    draw.line_to(canvas->cairo, x + MARK, y - down * 1.7 * MARK);
    draw.close_path(canvas->cairo);
    draw.fill(canvas->cairo);
}

static void draw_at(const struct plot_canvas *canvas, const struct plot *plot, size_t row,
                    const struct plot_line *line, const struct plot_frame *frame) {
    double value = line->values[row], x = plot_x(plot, frame, row), y = plot_y(frame, value);
    double wide = frame->width / (double)(plot->count > 0 ? plot->count : 1);
    switch (line->style) {
    case PLOT_BARS:
        draw_bar(canvas, frame, x, wide > 1.5 ? wide * 0.8 : 1, value);
        return;
    case PLOT_STEMS:
        draw_bar(canvas, frame, x, wide > 8 ? 2 : 1, value);
        if (wide > 8) draw.rectangle(canvas->cairo, x - 3, y - 3, 6, 6);
        draw.fill(canvas->cairo);
        return;
    case PLOT_DOTS:
        draw.rectangle(canvas->cairo, x - 1.5, y - 1.5, 3, 3);
        draw.fill(canvas->cairo);
        return;
    case PLOT_ABOVE:
        draw_mark(canvas, x, y - 4, 1);
        return;
    case PLOT_BELOW:
        draw_mark(canvas, x, y + 4, -1);
        return;
    case PLOT_LINE:
    case PLOT_DASHED:
        return;
    }
}

static void draw_values(const struct plot_canvas *canvas, const struct plot *plot,
                        const struct plot_line *line, size_t color,
                        const struct plot_frame *frame) {
    bool lines = line->style == PLOT_LINE || line->style == PLOT_DASHED;
    plot_ink(canvas, canvas->theme->lines[color % PLOT_COLORS],
             line->style == PLOT_BARS ? 0.75 : 1);
    draw.set_line_width(canvas->cairo, 1.4);
    if (line->style == PLOT_DASHED) draw.set_dash(canvas->cairo, dash, 2, 0);
    if (lines) draw_line(canvas, plot, line->values, frame);
    draw.set_dash(canvas->cairo, NULL, 0, 0);
    for (size_t i = 0; !lines && i < plot->count; i++)
        if (isfinite(line->values[i])) draw_at(canvas, plot, i, line, frame);
}
