// SPDX-License-Identifier: Apache-2.0
// The axis below a chart: ticks where a day, month or year begins, or at round numbers.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/plot/plot_draw.h"
#include "base/timestamp.h"

enum { TICKS_MAX = 9, NUMBER_TICKS = 8, LABEL_SIZE = 32 };

// A period of the calendar; its ticks stand at the first row of each.
struct period {
    int64_t ns;   // of fixed length, or
    int months;   // of so many months
    int from, to; // of the text of a time, as labels
};

static const struct period periods[] = {
    {.ns = NS_PER_S, .from = 11, .to = 19},
    {.ns = 15 * NS_PER_S, .from = 11, .to = 19},
    {.ns = 60 * NS_PER_S, .from = 11, .to = 16},
    {.ns = 5 * 60 * NS_PER_S, .from = 11, .to = 16},
    {.ns = 15 * 60 * NS_PER_S, .from = 11, .to = 16},
    {.ns = 3600 * NS_PER_S, .from = 11, .to = 16},
    {.ns = 4 * 3600 * NS_PER_S, .from = 5, .to = 16},
    {.ns = NS_PER_DAY, .from = 0, .to = 10},
    {.ns = 2 * NS_PER_DAY, .from = 0, .to = 10},
    {.ns = 7 * NS_PER_DAY, .from = 0, .to = 10},
    {.months = 1, .from = 0, .to = 7},
    {.months = 2, .from = 0, .to = 7},
    {.months = 3, .from = 0, .to = 7},
    {.months = 6, .from = 0, .to = 7},
    {.months = 12, .from = 0, .to = 4},
    {.months = 24, .from = 0, .to = 4},
    {.months = 60, .from = 0, .to = 4},
    {.months = 120, .from = 0, .to = 4},
};
enum { PERIODS = sizeof periods / sizeof *periods };

static int64_t period_at(const struct period *period, int64_t ns) {
    char stamp[TIMESTAMP_TEXT_SIZE];
    if (period->months == 0) return ns / period->ns - (ns % period->ns < 0);
    timestamp_print(stamp, sizeof stamp, ns);
    return (strtol(stamp, NULL, 10) * 12 + strtol(stamp + 5, NULL, 10) - 1) / period->months;
}

// The rows at which a period begins; at most TICKS_MAX + 1 are counted.
static size_t find_ticks(const struct plot *plot, const struct period *period,
                         size_t ret_rows[TICKS_MAX + 1]) {
    size_t count = 0;
    int64_t before = period_at(period, plot->times[0]);
    for (size_t row = 1; row < plot->count && count <= TICKS_MAX; row++) {
        int64_t now = period_at(period, plot->times[row]);
        if (now != before) ret_rows[count++] = row;
        before = now;
    }
    return count;
}

static void draw_tick(const struct plot_canvas *canvas, double x, double top, double bottom,
                      const struct plot_frame *frame, const char *label) {
    plot_ink(canvas, canvas->theme->grid, 1);
    draw.move_to(canvas->cairo, floor(x) + 0.5, top);
    draw.line_to(canvas->cairo, floor(x) + 0.5, bottom + 4);
    draw.stroke(canvas->cairo);
    plot_ink(canvas, canvas->theme->quiet, 1);
    double half = plot_text_width(canvas, label) / 2, right = frame->left + frame->width;
    double at = x + half > right + 20 ? right + 20 - half : x - half < 4 ? half + 4 : x;
    plot_text(canvas, at, bottom + 18, 0.5, label);
}

static void draw_times(const struct plot_canvas *canvas, const struct plot *plot,
                       const struct plot_frame *frame, double top, double bottom) {
    size_t rows[TICKS_MAX + 1], count = 0, at = 0;
    do count = find_ticks(plot, &periods[at], rows);
    while (count > TICKS_MAX && ++at < PERIODS);
    if (count > TICKS_MAX) count = TICKS_MAX;
    if (count == 0) rows[count++] = 0;
    const struct period *period = &periods[at < PERIODS ? at : PERIODS - 1];
    for (size_t i = 0; i < count; i++) {
        char stamp[TIMESTAMP_TEXT_SIZE], label[LABEL_SIZE];
        timestamp_print(stamp, sizeof stamp, plot->times[rows[i]]);
        snprintf(label, sizeof label, "%.*s", period->to - period->from, stamp + period->from);
        for (char *c = label; *c != '\0'; c++)
            if (*c == 'T') *c = ' ';
        draw_tick(canvas, plot_x(plot, frame, rows[i]), top, bottom, frame, label);
    }
}

static void draw_numbers(const struct plot_canvas *canvas, const struct plot *plot,
                         const struct plot_frame *frame, double top, double bottom) {
    char label[LABEL_SIZE];
    double first = plot->xs != NULL ? plot->xs[0] : (double)plot->x_first;
    double last = plot->xs != NULL ? plot->xs[plot->count - 1] : first + (double)plot->count - 1;
    double step = plot_step(fmax(last - first, 1e-300), NUMBER_TICKS);
    if (plot->xs == NULL && step < 1) step = 1;
    for (double tick = ceil(first / step); tick * step <= last; tick++) {
        double value = tick * step, share = last > first ? (value - first) / (last - first) : 0;
        double x = plot->xs != NULL ? frame->left + frame->width * (0.01 + 0.98 * share)
                                    : plot_x(plot, frame, (size_t)(value - first));
        snprintf(label, sizeof label, "%.6g", tick == 0 ? 0 : value);
        draw_tick(canvas, x, top, bottom, frame, label);
    }
    if (plot->x_name != NULL)
        plot_text(canvas, frame->left + frame->width, bottom + 36, 1, plot->x_name);
}

void plot_draw_x_axis(const struct plot_canvas *canvas, const struct plot *plot,
                      const struct plot_frame *last, double top) {
    double bottom = last->top + last->height;
    draw.set_font_size(canvas->cairo, 11);
    draw.set_line_width(canvas->cairo, 1);
    if (plot->count > 0 && plot->times != NULL)
        draw_times(canvas, plot, last, top, bottom);
    else if (plot->count > 0)
        draw_numbers(canvas, plot, last, top, bottom);
    plot_ink(canvas, canvas->theme->quiet, 1);
    draw.move_to(canvas->cairo, last->left, bottom + 0.5);
    draw.line_to(canvas->cairo, last->left + last->width, bottom + 0.5);
    draw.stroke(canvas->cairo);
}
