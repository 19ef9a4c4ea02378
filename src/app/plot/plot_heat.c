// SPDX-License-Identifier: Apache-2.0
// A quantity over time and price as colour.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/plot/plot_draw.h"
#include "base/timestamp.h"

enum {
    X_TICKS = 7,
    SHADES = 24,
    MARKS_MAX = 6000 // the largest are drawn
};

static void heat_range(const struct plot_heat *heat, double *ret_low, double *ret_high);
static void draw_shades(const struct plot_canvas *canvas, const struct plot_heat *heat,
                        const struct plot_frame *frame);
static void draw_step(const struct plot_canvas *canvas, const struct plot_heat *heat,
                      const double *values, const struct plot_frame *frame);
static void draw_marks(const struct plot_canvas *canvas, const struct plot_heat *heat,
                       const struct plot_frame *frame);
static void draw_heat_legend(const struct plot_canvas *canvas, const struct plot_heat *heat,
                             const struct plot_frame *frame);
static void draw_clock(const struct plot_canvas *canvas, const struct plot_heat *heat,
                       const struct plot_frame *frame);

void plot_draw_heat(const struct plot_canvas *canvas, const struct plot_heat *heat,
                    const struct plot_frame *frame) {
    plot_draw_y_axis(canvas, frame);
    draw_shades(canvas, heat, frame);
    draw.set_line_width(canvas->cairo, 1.2);
    plot_ink(canvas, canvas->theme->ink, 1);
    draw_step(canvas, heat, heat->lower, frame);
    draw_step(canvas, heat, heat->upper, frame);
    draw_marks(canvas, heat, frame);
    draw_heat_legend(canvas, heat, frame);
    draw_clock(canvas, heat, frame);
}

static int by_size(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x < *y) - (*x > *y);
}

// All but the least twentieth and the largest two hundredth of what is not nothing: these have the ends' colours.
static void heat_range(const struct plot_heat *heat, double *ret_low, double *ret_high) {
    size_t size = heat->rows * heat->columns, count = 0;
    double *values = malloc(size * sizeof *values);
    *ret_low = 0.1;
    *ret_high = 1;
    for (size_t i = 0; values != NULL && i < size; i++)
        if (heat->values[i] > 0) values[count++] = heat->values[i];
    if (count > 0) {
        qsort(values, count, sizeof *values, by_size);
        *ret_high = values[count / 200];
        *ret_low = values[count - 1 - count / 20];
        if (!(*ret_low < *ret_high)) *ret_low = *ret_high / 10;
    }
    free(values);
}

// From pale yellow over red to deep violet: darker is more, in grey too.
static struct plot_color shade_color(int shade) {
    static const struct plot_color stops[] = {{0.99, 0.95, 0.76},
                                              {0.98, 0.72, 0.45},
                                              {0.88, 0.36, 0.36},
                                              {0.55, 0.16, 0.45},
                                              {0.18, 0.07, 0.32}};
    double place = (double)shade / (SHADES - 1) * 4;
    int stop = place >= 4 ? 3 : (int)place;
    double part = place - stop;
    const struct plot_color *a = &stops[stop], *b = &stops[stop + 1];
    return (struct plot_color){a->red + part * (b->red - a->red),
                               a->green + part * (b->green - a->green),
                               a->blue + part * (b->blue - a->blue)};
}

static int shade_of(double value, double low, double high) {
    if (!(value > 0)) return -1;
    double share = log(value / low) / log(high / low);
    return share <= 0 ? 0 : share >= 1 ? SHADES - 1 : (int)(share * SHADES);
}

// A run of cells of one shade is one rectangle.
static void draw_shades(const struct plot_canvas *canvas, const struct plot_heat *heat,
                        const struct plot_frame *frame) {
    double low, high;
    double wide = frame->width / (double)heat->columns, tall = frame->height / (double)heat->rows;
    heat_range(heat, &low, &high);
    for (size_t row = 0; row < heat->rows; row++) {
        const double *values = heat->values + row * heat->columns;
        for (size_t column = 0, next; column < heat->columns; column = next) {
            int shade = shade_of(values[column], low, high);
            next = column + 1;
            while (next < heat->columns && shade_of(values[next], low, high) == shade) next++;
            if (shade < 0) continue;
            plot_ink(canvas, shade_color(shade), 1);
            draw.rectangle(canvas->cairo, frame->left + wide * (double)column,
                           frame->top + frame->height - tall * (double)(row + 1),
                           wide * (double)(next - column), tall + 0.3);
            draw.fill(canvas->cairo);
        }
    }
}

static void draw_step(const struct plot_canvas *canvas, const struct plot_heat *heat,
                      const double *values, const struct plot_frame *frame) {
    double wide = frame->width / (double)heat->columns;
    bool pen = false;
    for (size_t i = 0; i < heat->columns; i++) {
        double x = frame->left + wide * (double)i, y = plot_y(frame, values[i]);
        bool inside = isfinite(values[i]) && y >= frame->top && y <= frame->top + frame->height;
        if (inside && pen) draw.line_to(canvas->cairo, x, y);
        if (inside && !pen) draw.move_to(canvas->cairo, x, y);
        if (inside) draw.line_to(canvas->cairo, x + wide, y);
        pen = inside;
    }
    draw.stroke(canvas->cairo);
}

// The size that the MARKS_MAX largest have at least, and the largest.
static bool mark_sizes(const struct plot_heat *heat, double *ret_least, double *ret_most) {
    double *sizes = malloc((heat->mark_count + 1) * sizeof *sizes);
    if (sizes == NULL || heat->mark_count == 0) {
        free(sizes);
        return false;
    }
    for (size_t i = 0; i < heat->mark_count; i++) sizes[i] = heat->marks[i].size;
    qsort(sizes, heat->mark_count, sizeof *sizes, by_size);
    *ret_most = sizes[0];
    *ret_least = sizes[heat->mark_count < MARKS_MAX ? heat->mark_count - 1 : MARKS_MAX - 1];
    free(sizes);
    return true;
}

static struct plot_color mark_color(const struct plot_canvas *canvas, int side) {
    return side > 0   ? canvas->theme->lines[0]
           : side < 0 ? canvas->theme->lines[2]
                      : canvas->theme->quiet;
}

static void draw_marks(const struct plot_canvas *canvas, const struct plot_heat *heat,
                       const struct plot_frame *frame) {
    double least, most;
    if (!mark_sizes(heat, &least, &most)) return;
    for (size_t i = 0; i < heat->mark_count; i++) {
        const struct plot_mark *mark = &heat->marks[i];
        double y = plot_y(frame, mark->y), half = 0.8 + 5 * sqrt(mark->size / most);
        if (mark->size < least || y < frame->top || y > frame->top + frame->height) continue;
        plot_ink(canvas, mark_color(canvas, mark->side), 1);
        draw.rectangle(canvas->cairo, frame->left + frame->width * mark->x - half, y - half,
                       2 * half, 2 * half);
        draw.fill(canvas->cairo);
    }
}

static double draw_key(const struct plot_canvas *canvas, double x, double y,
                       struct plot_color color, const char *name) {
    plot_ink(canvas, color, 1);
    draw.rectangle(canvas->cairo, x, y - 9, 10, 10);
    draw.fill(canvas->cairo);
    plot_ink(canvas, canvas->theme->ink, 1);
    plot_text(canvas, x + 15, y, 0, name);
    return x + 15 + plot_text_width(canvas, name) + 18;
}

static void draw_heat_legend(const struct plot_canvas *canvas, const struct plot_heat *heat,
                             const struct plot_frame *frame) {
    double low, high, x = frame->left, y = frame->top - 4;
    char label[64];
    heat_range(heat, &low, &high);
    draw.set_font_size(canvas->cairo, 12);
    x = draw_key(canvas, x, y, mark_color(canvas, 1), "buyer came");
    x = draw_key(canvas, x, y, mark_color(canvas, -1), "seller came");
    bool untold = false;
    for (size_t i = 0; i < heat->mark_count && !untold; i++) untold = heat->marks[i].side == 0;
    if (untold) x = draw_key(canvas, x, y, mark_color(canvas, 0), "trade, side not told");
    x = draw_key(canvas, x, y, canvas->theme->ink, "best prices");
    for (int shade = 0; shade < SHADES; shade++) {
        plot_ink(canvas, shade_color(shade), 1);
        draw.rectangle(canvas->cairo, x + 6.0 * shade, y - 9, 6.3, 10);
        draw.fill(canvas->cairo);
    }
    snprintf(label, sizeof label, "quantity %.3g to %.3g", low, high);
    plot_ink(canvas, canvas->theme->ink, 1);
    plot_text(canvas, x + 6.0 * SHADES + 8, y, 0, label);
}

// Times of day, to the second within an hour.
static void draw_clock(const struct plot_canvas *canvas, const struct plot_heat *heat,
                       const struct plot_frame *frame) {
    double bottom = frame->top + frame->height;
    int64_t span = heat->to_ns - heat->from_ns;
    plot_ink(canvas, canvas->theme->quiet, 1);
    draw.set_font_size(canvas->cairo, 11);
    draw.set_line_width(canvas->cairo, 1);
    for (int i = 0; i < X_TICKS; i++) {
        char stamp[TIMESTAMP_TEXT_SIZE], label[TIMESTAMP_TEXT_SIZE];
        double x = frame->left + frame->width * i / (X_TICKS - 1);
        timestamp_print(stamp, sizeof stamp,
                        heat->from_ns + (int64_t)((double)span * i / (X_TICKS - 1)));
        if (span >= 2 * NS_PER_DAY)
            snprintf(label, sizeof label, "%.10s", stamp);
        else
            snprintf(label, sizeof label, "%.*s", span < NS_PER_HOUR ? 8 : 5, stamp + 11);
        draw.move_to(canvas->cairo, x, bottom);
        draw.line_to(canvas->cairo, x, bottom + 4);
        draw.stroke(canvas->cairo);
        plot_text(canvas, x, bottom + 18, i == 0 ? 0 : i + 1 == X_TICKS ? 1 : 0.5, label);
    }
}
