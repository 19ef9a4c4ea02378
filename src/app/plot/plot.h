// SPDX-License-Identifier: Apache-2.0
// Charts into files: panels of lines, bars, marks and candles over one axis, a histogram that lies on its side, or a
// matrix as a heat map; SVG or PNG by the file's ending.
#ifndef FULMAR_APP_PLOT_PLOT_H
#define FULMAR_APP_PLOT_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { PLOT_LINES_MAX = 16, PLOT_PANELS_MAX = 8, PLOT_LEVELS_MAX = 4, PLOT_BANDS_MAX = 8 };

enum plot_style {
    PLOT_LINE,
    PLOT_DASHED,
    PLOT_BARS,  // from 0
    PLOT_STEMS, // thin ones with a head
    PLOT_DOTS,
    PLOT_ABOVE, // marks above a value that point down
    PLOT_BELOW  // marks below it that point up
};

struct plot_line {
    const char *name;     // NULL: not in the legend
    const double *values; // [count of the plot]; NaN is a gap
    enum plot_style style;
};

struct plot_panel {
    struct plot_line lines[PLOT_LINES_MAX];
    size_t line_count;
    const char *unit;               // of its values, NULL: not told
    size_t fill_from, fill_to;      // a tint between these lines, where they differ
    double levels[PLOT_LEVELS_MAX]; // dashed lines across
    size_t level_count;
    const double *open, *high, *low, *close; // candles; NULL: none
};

struct plot {
    const char *title;
    const char *subtitle;
    size_t count;         // rows
    const int64_t *times; // [count]; NULL: the axis counts from x_first
    size_t x_first;
    const double *xs;    // [count] ascending: the axis is of numbers; NULL: of rows
    const char *x_name;  // of an axis without times
    const double *bands; // [count] the state of each row, from 0, behind all panels; NULL: none
    const char *band_names[PLOT_BANDS_MAX];
    size_t band_count;
    bool dark;
    struct plot_panel panels[PLOT_PANELS_MAX];
    size_t panel_count;
};

struct plot_matrix {
    const char *title;
    const char *subtitle;
    const double *values; // row by row
    size_t rows;
    size_t columns;
    // The name of a row or column, valid until the next call.
    const char *(*label)(const void *context, bool row, size_t index);
    const void *context;
    bool dark;
};

// Volume by price and the like: the first and the last of `marked` bars are an area of note, one is the peak.
struct plot_sideways {
    const char *title;
    const char *subtitle;
    const char *unit; // of the lengths
    const double *at; // [count] ascending, equally far apart
    const double *lengths;
    size_t count;
    double peak, low, high; // of `at`: a line, and the edges of the area
    bool dark;
};

// A quantity over time and price as colour on a logarithmic scale, with two lines and marks over it.
struct plot_mark {
    double x; // 0 is the first time, 1 the last
    double y;
    double size; // relative to the others'
    int side;    // +1, -1, 0
};

struct plot_heat {
    const char *title;
    const char *subtitle;
    const double *values; // [rows][columns], from the lowest row; 0: nothing
    size_t rows;
    size_t columns;
    double low; // of the lowest row
    double high;
    const double *lower; // [columns]; NaN is a gap
    const double *upper;
    const struct plot_mark *marks;
    size_t mark_count;
    int64_t from_ns;
    int64_t to_ns;
};

// The whole file or none. ERR_ARGUMENT: an ending that is neither .svg nor .png; ERR_IO, ERR_NOMEM.
int plot_write(const struct plot *plot, const char *path) MUST_USE;
int plot_write_matrix(const struct plot_matrix *matrix, const char *path) MUST_USE;
int plot_write_sideways(const struct plot_sideways *sideways, const char *path) MUST_USE;
int plot_write_heat(const struct plot_heat *heat, const char *path) MUST_USE;

#endif
