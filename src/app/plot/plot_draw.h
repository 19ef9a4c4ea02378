// SPDX-License-Identifier: Apache-2.0
// What the files that draw share: the canvas, its colours, a frame with its axes.
#ifndef FULMAR_APP_PLOT_PLOT_DRAW_H
#define FULMAR_APP_PLOT_PLOT_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "app/plot/cairo_load.h"
#include "app/plot/plot.h"
#include "base/text.h"

enum { PLOT_COLORS = 8 };

struct plot_color {
    double red, green, blue;
};

struct plot_theme {
    struct plot_color lines[PLOT_COLORS];
    struct plot_color ink, quiet, grid, paper;
    double tint; // opacity of areas
};

// One picture.
struct plot_canvas {
    cairo_surface_t *surface;
    cairo_t *cairo;
    const struct plot_theme *theme;
    bool svg;
    struct text bytes;
};

// Where a panel stands, and what its edges mean.
struct plot_frame {
    double left, top, width, height;
    double low, high;
};

extern struct cairo_calls draw; // set before the first canvas

// A picture of that size, begun and written: as plot_write. On an error of the first there is nothing to write.
int plot_canvas_init(struct plot_canvas *canvas, const char *path, double width, double height,
                     bool is_dark) MUST_USE;
int plot_canvas_write(struct plot_canvas *canvas, const char *path) MUST_USE;
void plot_draw_head(const struct plot_canvas *canvas, const char *title, const char *subtitle);

void plot_ink(const struct plot_canvas *canvas, struct plot_color color, double opacity);
// align: 0 the text begins at x, 0.5 is centred there, 1 ends there.
void plot_text(const struct plot_canvas *canvas, double x, double y, double align,
               const char *text);
double plot_text_width(const struct plot_canvas *canvas, const char *text);
// 1, 2 or 5 times a power of ten, so that about `ticks` of them span the range.
double plot_step(double span, int ticks);
double plot_y(const struct plot_frame *frame, double value);

// plot_panel.c
void plot_find_range(const struct plot *plot, const struct plot_panel *panel,
                     struct plot_frame *frame);
void plot_draw_y_axis(const struct plot_canvas *canvas, const struct plot_frame *frame);
void plot_draw_panel(const struct plot_canvas *canvas, const struct plot *plot,
                     const struct plot_panel *panel, const struct plot_frame *frame);
void plot_draw_bands(const struct plot_canvas *canvas, const struct plot *plot,
                     const struct plot_frame *frame);
double plot_x(const struct plot *plot, const struct plot_frame *frame, size_t row);

// plot_heat.c
void plot_draw_heat(const struct plot_canvas *canvas, const struct plot_heat *heat,
                    const struct plot_frame *frame);

// plot_axis.c: the ticks of the axis below, over all panels from `top` on.
void plot_draw_x_axis(const struct plot_canvas *canvas, const struct plot *plot,
                      const struct plot_frame *last, double top);

#endif
